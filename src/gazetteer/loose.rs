//! Keys that take liberties with a name: tried beside the folded one, and what they find counts as
//! [`Fold::Loose`](super::Fold::Loose).
//!
//! A name gets loose keys both when it is indexed and when it is looked up; a match is made where any of the keys meet.
//! Each rule below has a guard, because a wrong candidate costs more than a missing one:
//!
//! | rule | example | guard |
//! |---|---|---|
//! | leading `the` dropped | `The Hague` = `Hague` | |
//! | `st`, `ste`, `sainte` → `saint`; `mt` → `mount`; `ft` → `fort` | `Ft. Worth` = `Fort Worth` | not the last word: `Wall St` is a street |
//! | `X province`, `province of X` and the like → `X` | `Anbar province` = `Al Anbar Governorate` | finds divisions only: `Quebec Province` is not the city |
//! | `X city`, `city of X`, `town of X`, `village of X` → `X` | `Mosul city` = `Mosul` | finds settlements only (`Oklahoma City` is not the state) and is not done to names of the gazetteer (`Kansas` is not `Kansas City`) |
//! | leading Arabic article dropped | `al-Anbar` = `Anbar` | four letters must remain, and the place must lie where Arabic names are at home: `El Salvador` is not Salvador in Brazil |
//! | possessive `'s` dropped | `Iraq's` = `Iraq` | not done to names of the gazetteer, nor to saints: `St. John's` is not `Saint John` |
//!
//! `County` is never dropped: Laurel County is not Laurel.

use super::name::{fold, is_apostrophe};
use super::place::{CountryCode, FeatureClass};

/// Which side of a lookup a name stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// A name of the gazetteer, which has been written with care.
    Index,
    /// A name from a text.
    Query,
}

/// A key that takes liberties, with the places that it may find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LooseKey {
    /// The key, in the form of [`fold`].
    pub key: String,
    /// The places that the liberty is good for.
    pub only: Only,
}

/// A condition on the places that a key may find. The default admits every place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Only {
    /// Feature classes; empty for all.
    classes: &'static [FeatureClass],
    /// Only where Arabic names are at home, or the country is unknown.
    arabic: bool,
}

impl Only {
    /// Whether a place of this class and country may be found.
    pub fn admits(&self, class: FeatureClass, country: Option<CountryCode>) -> bool {
        (self.classes.is_empty() || self.classes.contains(&class))
            && (!self.arabic || country.is_none_or(|code| ARABIC_NAMES.contains(&code.as_str())))
    }
}

/// Words for a kind of place that may be left off its name, with the classes of place that then may be meant.
const GENERIC_WORDS: [(&str, &[FeatureClass]); 12] = [
    ("province", &[FeatureClass::Administrative]),
    ("governorate", &[FeatureClass::Administrative]),
    ("oblast", &[FeatureClass::Administrative]),
    ("prefecture", &[FeatureClass::Administrative]),
    ("voivodeship", &[FeatureClass::Administrative]),
    ("state", &[FeatureClass::Administrative]),
    ("region", &[FeatureClass::Administrative, FeatureClass::Area]),
    // A district lies around the town that it is named after.
    ("district", &[FeatureClass::Administrative, FeatureClass::Populated]),
    ("city", &[FeatureClass::Populated]),
    ("town", &[FeatureClass::Populated]),
    ("village", &[FeatureClass::Populated]),
    ("emirate", &[FeatureClass::Administrative]),
];

/// Generic words that names end in without meaning it: `Cape Town` is no town called Cape.
const NEVER_LAST: [&str; 2] = ["town", "village"];

const ARTICLES: [&str; 10] = ["al", "el", "ash", "as", "an", "ar", "at", "ad", "az", "ul"];

/// The countries of the Arab League, and neighbours with many Arabic names.
const ARABIC_NAMES: [&str; 28] = [
    "AE", "BH", "DJ", "DZ", "EG", "EH", "ER", "IL", "IQ", "IR", "JO", "KM", "KW", "LB", "LY", "MA", "MR", "OM", "PS",
    "QA", "SA", "SD", "SO", "SS", "SY", "TD", "TN", "YE",
];

/// The loose keys of a name, at most four, without its folded key; often none.
pub fn loose_keys(name: &str, side: Side) -> Vec<LooseKey> {
    let strict = fold(name);
    let base = match side {
        Side::Query => without_possessive(name, &strict),
        Side::Index => None,
    };
    let base = spelled_out(base.as_deref().unwrap_or(&strict));
    let plain = LooseKey { key: without_the(&base).to_owned(), only: Only::default() };
    let bare = without_generic_word(&plain.key, side);
    let mut keys: Vec<LooseKey> = Vec::new();
    for variant in [Some(plain), bare].into_iter().flatten() {
        let articled = without_article(&variant);
        keys.push(variant);
        keys.extend(articled);
    }
    keys.retain(|loose| loose.key != strict && !loose.key.is_empty());
    keys
}

/// The key of the name less its possessive ending.
fn without_possessive(name: &str, strict: &str) -> Option<String> {
    if strict.starts_with("st ") || strict.starts_with("saint ") {
        return None;
    }
    let owner = name.trim_end().strip_suffix(['s', 'S'])?;
    owner.ends_with(is_apostrophe).then(|| fold(owner))
}

/// The key with abbreviated parts of names spelled out.
fn spelled_out(key: &str) -> String {
    let last = key.split(' ').count().saturating_sub(1);
    let words = key.split(' ').enumerate().map(|(position, word)| match word {
        _ if position == last => word,
        "st" | "ste" | "sainte" => "saint",
        "mt" => "mount",
        "ft" => "fort",
        _ => word,
    });
    words.collect::<Vec<_>>().join(" ")
}

fn without_the(key: &str) -> &str {
    key.strip_prefix("the ").unwrap_or(key)
}

/// The key less a generic word, before it with "of" or after it.
fn without_generic_word(key: &str, side: Side) -> Option<LooseKey> {
    let (first, after) = key.split_once(' ')?;
    let (before, last) = key.rsplit_once(' ')?;
    let generic = |word: &str| {
        let known = GENERIC_WORDS.iter().find(|(known, _)| *known == word);
        known.map(|(_, classes)| *classes)
    };
    let (rest, classes) = match (generic(first), after.strip_prefix("of "), generic(last)) {
        (Some(classes), Some(rest), _) => (without_the(rest), classes),
        (_, _, Some(classes)) if !NEVER_LAST.contains(&last) => (before, classes),
        _ => return None,
    };
    if side == Side::Index && classes == [FeatureClass::Populated] {
        return None;
    }
    let only = Only { classes, arabic: false };
    (letters(rest) >= 3).then(|| LooseKey { key: rest.to_owned(), only })
}

/// The key less a leading Arabic article.
fn without_article(loose: &LooseKey) -> Option<LooseKey> {
    let (first, rest) = loose.key.split_once(' ')?;
    (ARTICLES.contains(&first) && letters(rest) >= 4)
        .then(|| LooseKey { key: rest.to_owned(), only: Only { arabic: true, ..loose.only } })
}

fn letters(key: &str) -> usize {
    key.chars().filter(|&c| c != ' ').count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn keys(name: &str, side: Side) -> Vec<String> {
        loose_keys(name, side).into_iter().map(|loose| loose.key).collect()
    }

    #[test]
    fn rules() {
        for (name, query, index) in [
            ("Mosul", &[][..], &[][..]),
            ("The Hague", &["hague"], &["hague"]),
            ("St. Louis", &["saint louis"], &["saint louis"]),
            ("Sainte-Marie", &["saint marie"], &["saint marie"]),
            ("Port St. Lucie", &["port saint lucie"], &["port saint lucie"]),
            ("Wall St", &[], &[]),
            ("Ft. Worth", &["fort worth"], &["fort worth"]),
            ("Mt. Sinai", &["mount sinai"], &["mount sinai"]),
            ("Iraq's", &["iraq"], &[]),
            ("Iraq’s", &["iraq"], &[]),
            ("St. John's", &["saint johns"], &["saint johns"]),
            ("Al Anbar", &["anbar"], &["anbar"]),
            ("al-Bir", &[], &[]),
            (
                "Al Anbar Governorate",
                &["anbar governorate", "al anbar", "anbar"],
                &["anbar governorate", "al anbar", "anbar"],
            ),
            ("the province of Quebec", &["province of quebec", "quebec"], &["province of quebec", "quebec"]),
            ("Laurel County", &[], &[]),
            ("County of Laurel", &[], &[]),
            ("Mosul city", &["mosul"], &[]),
            ("City of Mosul", &["mosul"], &[]),
            ("Cape Town", &[], &[]),
            ("City", &[], &[]),
            ("The", &[], &[]),
        ] {
            assert_eq!(keys(name, Side::Query), query, "{name} looked up");
            assert_eq!(keys(name, Side::Index), index, "{name} indexed");
        }
    }

    #[test]
    fn guards() {
        let only = |name: &str, key: &str| {
            let keys = loose_keys(name, Side::Query);
            keys.into_iter().find(|loose| loose.key == key).expect("the key").only
        };
        let (brazil, iraq) = ("BR".parse().unwrap(), "IQ".parse().unwrap());
        let salvador = only("El Salvador", "salvador");
        assert!(!salvador.admits(FeatureClass::Populated, Some(brazil)));
        assert!(salvador.admits(FeatureClass::Populated, Some(iraq)));
        assert!(!only("Oklahoma City", "oklahoma").admits(FeatureClass::Administrative, None));
        assert!(!only("Quebec Province", "quebec").admits(FeatureClass::Populated, None));
        assert!(only("Sinjar district", "sinjar").admits(FeatureClass::Populated, None));
        assert!(only("The Hague", "hague").admits(FeatureClass::Populated, None));
    }

    proptest! {
        #[test]
        fn loose_keys_are_folded_and_few(name in "(the |al-|St. |City of |[A-Za-zé' .-]){0,4}( city| province|'s)?") {
            for side in [Side::Index, Side::Query] {
                let keys = loose_keys(&name, side);
                prop_assert!(keys.len() <= 4);
                for loose in keys {
                    prop_assert_eq!(fold(&loose.key), loose.key);
                }
            }
        }
    }
}
