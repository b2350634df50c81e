//! Keys that take liberties with a name: tried beside the folded one, and what they find counts as
//! [`Fold::Loose`](super::Fold::Loose).
//!
//! A name may get loose keys when it is indexed and when it is looked up; a match is made where any of the keys meet.
//! Each rule below has a guard, because a wrong candidate costs more than a missing one. Where nothing else is said, a
//! rule is for both sides. In the guards, `A`, `H`, `L`, `P` and `T` are classes of GeoNames: administrative, water,
//! area, populated, terrain.
//!
//! | rule | example | guard |
//! |---|---|---|
//! | leading `the` dropped | `The Hague` = `Hague` | |
//! | `st`, `ste`, `sainte` → `saint`; `sta` → `santa`; `sto` → `santo`; `mt` → `mount`; `ft` → `fort`; `pt` → `point` | `Ft. Worth` = `Fort Worth` | not the last word: `Wall St` is a street |
//! | `twp` → `township`; `hts` → `heights`; `mtn`, `mts`, `mtns` → `mountain`, `mountains`; `spgs` → `springs` | `Shaker Hts.` = `Shaker Heights` | not the first word |
//! | `n`, `no`, `s`, `so`, `e`, `w`, `ne`, `nw`, `se`, `sw` → `north` and so on | `N. Korea` = `North Korea` | looked up only, the first word only: `S. Maria` is not South Maria in Italy |
//! | `co` → `county`, `is` → `islands` | `Co. Durham` = `County Durham` | looked up only, at an end |
//! | possessive `'s` dropped (a plural's apostrophe is silent anyway) | `Iraq's` = `Iraq` | looked up only, and not from saints: `St. John's` is not `Saint John` |
//! | `X province`, `province of X` and the like (`KINDS`) → `X` | `Anbar province` = `Al Anbar Governorate`, `Isle of Lesbos` = `Lesbos Island`, `Orontes River` = `River Orontes` = `Orontes`, `Semeru volcano` = `Semeru` | finds only places of that kind: `Quebec Province` is not the city, nor `Niger State` the country; a direction is not left alone: `the East` is not the East River |
//! | `X city`, `city of X`, `town of X`, `village of X` → `X` | `Mosul city` = `Mosul` | looked up only (`Kansas` is not `Kansas City`), finds P only (`Oklahoma City` is not the state) |
//! | `X county` → `X` | `Callahan` = `Callahan County` | indexed only, and finds A only: `Laurel County` is not Laurel, nor `Washington County` the state |
//! | `X county` = `county X` = `county of X`; so too rivers, lakes, mounts, gulfs, straits, seas and bays | `Mayo County` = `County Mayo`, `Gulf of Aden` = `Aden Gulf` | looked up only |
//! | `Mount X` → `X` | `Mount Aconcagua` = `Aconcagua` | looked up only, and finds T only: `Mount Vernon` is not Vernon |
//! | leading Arabic article dropped; articles inside made `al`, also where they are joined to the next word | `al-Anbar` = `Anbar`, `Deir Ezzor` = `Deir ez-Zor` = `Deir al-Zor` | the place lies where Arabic names are at home: `El Salvador` is not Salvador in Brazil; a leading one of which fewer than four letters would remain is made `al` |
//!
//! Two more are tried only when all else finds nothing (`last_resort`), for names that are looked up:
//!
//! | rule | example | guard |
//! |---|---|---|
//! | words of direction in front dropped | `northern Iraq`, `south-eastern Turkey`, `downtown Chicago` | four letters must remain and be no common noun (`West Side`); finds cities only of 50,000 inhabitants: of smaller ones, `North X` is another |
//! | an article joined to the first word parted | `Alhasakah` = `Al Hasakah` | five letters must remain, and the place lies where Arabic names are at home |

use std::borrow::Cow;
use std::sync::LazyLock;

use super::feature_class::FeatureClass;
use super::feature_class::FeatureClass::{Administrative, Area, Populated, Terrain, Water};
use super::name::{fold, is_apostrophe};
use super::place::CountryCode;

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
    /// Of populated places only the large ones.
    large: bool,
    /// No countries: `Niger State` is none.
    no_country: bool,
}

impl Only {
    /// Whether every place may be found.
    pub(crate) fn is_any(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a place of this class, feature code and country may be found that has so many inhabitants, 0 if that is
    /// not known.
    pub fn admits(&self, class: FeatureClass, code: &str, country: Option<CountryCode>, population: u64) -> bool {
        (self.classes.is_empty() || self.classes.contains(&class))
            && (!self.arabic || country.is_none_or(has_arabic_names))
            && (!self.large || class != Populated || population >= LARGE)
            && (!self.no_country || !code.starts_with("PCL"))
    }
}

/// Inhabitants from which a city has parts that newspapers name by directions.
const LARGE: u64 = 50_000;

/// A word or two for a kind of place.
struct Kind {
    words: &'static str,
    /// Where in the name it may stand and be dropped.
    place: Standing,
    /// The classes that a name that is looked up without it may find; none if it is not dropped.
    query: &'static [FeatureClass],
    /// The classes of places that are indexed without it; none if it is not dropped.
    index: &'static [FeatureClass],
    /// Whether names that are looked up are tried with it on the other side.
    moves: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// `province of X` or `X province`.
    Either,
    /// `Republic of X`, but not `Dominican Republic`.
    Before,
}

/// A kind that is dropped, but not moved.
const fn kind(
    words: &'static str,
    place: Standing,
    query: &'static [FeatureClass],
    index: &'static [FeatureClass],
) -> Kind {
    Kind { words, place, query, index, moves: false }
}

/// A kind that moves from one side of the name to the other.
const fn moving(words: &'static str, query: &'static [FeatureClass], index: &'static [FeatureClass]) -> Kind {
    Kind { words, place: Standing::Either, query, index, moves: true }
}

const DIVISION: &[FeatureClass] = &[Administrative];
/// What lies around the town that it is named after.
const AROUND_A_TOWN: &[FeatureClass] = &[Administrative, Populated];

/// Words for a kind of place that may be left off its name or moved, those of two words before those of one.
const KINDS: [Kind; 55] = {
    use Standing::{Before, Either};
    [
        kind("autonomous region", Either, DIVISION, DIVISION),
        kind("autonomous republic", Either, DIVISION, DIVISION),
        kind("autonomous okrug", Either, DIVISION, DIVISION),
        kind("autonomous oblast", Either, DIVISION, DIVISION),
        kind("metropolitan city", Either, DIVISION, DIVISION),
        kind("metropolitan area", Either, AROUND_A_TOWN, DIVISION),
        kind("mountain range", Either, &[Terrain], &[Terrain]),
        kind("union territory", Either, DIVISION, DIVISION),
        kind("islamic republic", Before, DIVISION, DIVISION),
        kind("federal republic", Before, DIVISION, DIVISION),
        kind("grand duchy", Before, DIVISION, DIVISION),
        kind("province", Either, DIVISION, DIVISION),
        kind("governorate", Either, DIVISION, DIVISION),
        kind("oblast", Either, DIVISION, DIVISION),
        kind("krai", Either, DIVISION, DIVISION),
        kind("kray", Either, DIVISION, DIVISION),
        kind("raion", Either, DIVISION, DIVISION),
        kind("prefecture", Either, DIVISION, DIVISION),
        kind("voivodeship", Either, DIVISION, DIVISION),
        kind("department", Either, DIVISION, DIVISION),
        kind("canton", Either, DIVISION, DIVISION),
        kind("emirate", Either, DIVISION, DIVISION),
        kind("state", Either, DIVISION, DIVISION),
        kind("parish", Either, DIVISION, DIVISION),
        kind("region", Either, &[Administrative, Area], &[Administrative, Area]),
        kind("district", Either, AROUND_A_TOWN, AROUND_A_TOWN),
        kind("municipality", Either, AROUND_A_TOWN, DIVISION),
        kind("township", Either, AROUND_A_TOWN, DIVISION),
        kind("borough", Either, AROUND_A_TOWN, DIVISION),
        kind("city", Either, &[Populated], &[]),
        kind("town", Before, &[Populated], &[]),
        kind("village", Before, &[Populated], &[]),
        kind("republic", Before, DIVISION, DIVISION),
        kind("kingdom", Before, DIVISION, DIVISION),
        kind("sultanate", Before, DIVISION, DIVISION),
        kind("principality", Before, DIVISION, DIVISION),
        kind("commonwealth", Before, DIVISION, DIVISION),
        kind("isle", Before, &[Terrain, Administrative], &[Terrain]),
        kind("island", Either, &[Terrain, Administrative], &[Terrain]),
        kind("islands", Either, &[Terrain, Administrative], &[Terrain]),
        kind("archipelago", Either, &[Terrain, Administrative], &[Terrain]),
        kind("mountains", Either, &[Terrain], &[Terrain]),
        kind("desert", Either, &[Terrain], &[Terrain]),
        kind("volcano", Either, &[Terrain], &[Terrain]),
        moving("river", &[Water], &[Water]),
        moving("county", &[], DIVISION),
        moving("lake", &[], &[]),
        moving("mount", &[Terrain], &[]),
        moving("mountain", &[], &[]),
        moving("gulf", &[], &[]),
        moving("strait", &[], &[]),
        moving("straits", &[], &[]),
        moving("sea", &[], &[]),
        moving("bay", &[], &[]),
        moving("peninsula", &[], &[Terrain]),
    ]
};

/// The words of which kinds are made, by their length: a name's own words are of a few lengths only, so that looking
/// through those is faster than hashing.
static KIND_WORDS: LazyLock<Vec<Vec<&str>>> = LazyLock::new(|| {
    let mut words = vec![Vec::new(); KINDS.iter().map(|kind| kind.words.len()).max().unwrap_or(0) + 1];
    KINDS.iter().flat_map(|kind| kind.words.split(' ')).for_each(|word| words[word.len()].push(word));
    words.iter_mut().for_each(|words| {
        words.sort_unstable();
        words.dedup();
    });
    words
});

/// The forms of the Arabic article that are written as words of their own.
const ARTICLES: [&str; 16] =
    ["al", "el", "as", "es", "an", "en", "ar", "er", "at", "et", "ad", "ed", "az", "ez", "ash", "esh"];

/// And those that stand only inside a name: `Umm ul-Qaiwain`.
const INNER_ARTICLES: [&str; 7] = ["ul", "ud", "uz", "ur", "us", "un", "ush"];

/// The countries of the Arab League, and neighbours with many Arabic names.
const ARABIC_NAMES: [&str; 30] = [
    "AE", "AF", "BH", "DJ", "DZ", "EG", "EH", "ER", "IL", "IQ", "IR", "JO", "KM", "KW", "LB", "LY", "MA", "MR", "OM",
    "PK", "PS", "QA", "SA", "SD", "SO", "SS", "SY", "TD", "TN", "YE",
];

/// Whether many places of the country have Arabic or Persian names.
pub(crate) fn has_arabic_names(country: CountryCode) -> bool {
    ARABIC_NAMES.contains(&country.as_str())
}

/// The loose keys of a name without its folded key; often none.
pub fn loose_keys(name: &str, side: Side) -> Vec<LooseKey> {
    loose_keys_of(name, &fold(name), side)
}

/// As [`loose_keys`], for who has folded the name already.
pub(crate) fn loose_keys_of(name: &str, strict: &str, side: Side) -> Vec<LooseKey> {
    let owner = if side == Side::Query { without_possessive(name, strict) } else { None };
    let base = owner.as_deref().unwrap_or(strict);
    if !base.contains(' ') {
        // No rule below is for single words.
        let only = Only::default();
        return owner.map(|key| LooseKey { key, only }).into_iter().filter(|loose| !loose.key.is_empty()).collect();
    }
    let spelled = spelled_out(base, side);
    let plain = without_the(&spelled);
    let mut keys = Vec::new();
    let mut add = |key: Cow<'_, str>, only: Only| {
        let articled = with_plain_articles(&key).map(|key| LooseKey { key, only: Only { arabic: true, ..only } });
        if key != strict {
            keys.push(LooseKey { key: key.into_owned(), only });
        }
        keys.extend(articled.filter(|loose| loose.key != strict));
    };
    add(plain.into(), Only::default());
    if let Some((kind, rest)) = parted_by_kind(plain) {
        let classes = if side == Side::Query { kind.query } else { kind.index };
        if !classes.is_empty() {
            // A name of the gazetteer may call a country "State of X".
            let no_country = side == Side::Query && kind.place == Standing::Either;
            add(rest.into(), Only { classes, no_country, ..Only::default() });
        }
        if kind.moves && side == Side::Query {
            let words = kind.words;
            let moved = [format!("{rest} {words}"), format!("{words} {rest}"), format!("{words} of {rest}")];
            moved.into_iter().filter(|moved| moved != plain).for_each(|moved| add(moved.into(), Only::default()));
        }
    }
    keys
}

/// The key that is left of a name when more is given up than [`loose_keys`] do, with the places that it may find; what
/// all keys of that name find counts as loose. For names that nothing else is found for.
pub(crate) fn last_resort(folded: &str) -> Option<LooseKey> {
    without_directions(folded).or_else(|| with_parted_article(folded))
}

/// The key of the name less its possessive ending.
fn without_possessive(name: &str, strict: &str) -> Option<String> {
    let owner = name.trim_end().strip_suffix(['s', 'S'])?;
    if !owner.ends_with(is_apostrophe) || strict.starts_with("st ") || strict.starts_with("saint ") {
        return None;
    }
    Some(fold(owner))
}

/// The key with abbreviated parts of names spelled out.
fn spelled_out(key: &str, side: Side) -> Cow<'_, str> {
    let last = key.split(' ').count() - 1;
    let spelled = |(position, word)| spelled_word(word, position == 0, position == last, side);
    if key.split(' ').enumerate().all(|word| spelled(word).is_none()) {
        return key.into();
    }
    let words = key.split(' ').enumerate().map(|(position, word)| spelled((position, word)).unwrap_or(word));
    words.collect::<Vec<_>>().join(" ").into()
}

/// What an abbreviated word of a name of several stands for.
fn spelled_word(word: &str, first: bool, last: bool, side: Side) -> Option<&'static str> {
    let query = side == Side::Query;
    Some(match word {
        "st" | "ste" | "sainte" if !last => "saint",
        "sta" if !last => "santa",
        "sto" if !last => "santo",
        "mt" if !last => "mount",
        "ft" if !last => "fort",
        "pt" if !last => "point",
        "twp" if !first => "township",
        "hts" if !first => "heights",
        "mtn" if !first => "mountain",
        "mts" | "mtns" if !first => "mountains",
        "spgs" if !first => "springs",
        "n" | "no" if first && query => "north",
        "s" | "so" if first && query => "south",
        "e" if first && query => "east",
        "w" if first && query => "west",
        "ne" if first && query => "northeast",
        "nw" if first && query => "northwest",
        "se" if first && query => "southeast",
        "sw" if first && query => "southwest",
        "co" if (first || last) && query => "county",
        "is" if last && query => "islands",
        _ => return None,
    })
}

fn without_the(key: &str) -> &str {
    key.strip_prefix("the ").unwrap_or(key)
}

/// The kind of place that a name begins or ends with, and the rest of the name.
fn parted_by_kind(key: &str) -> Option<(&'static Kind, &str)> {
    // Most names are done here: the search below would take longer than all the rest of a lookup.
    let mut ends = key.split(' ').next().into_iter().chain(key.rsplit(' ').next());
    if !ends.any(|word| KIND_WORDS.get(word.len()).is_some_and(|words| words.contains(&word))) {
        return None;
    }
    let part = |kind: &'static Kind| {
        let after = key.strip_prefix(kind.words).and_then(|rest| rest.strip_prefix(' '));
        let rest = match after {
            Some(after) => after.strip_prefix("of ").or_else(|| kind.moves.then_some(after)),
            None => None,
        };
        let before = || key.strip_suffix(kind.words)?.strip_suffix(' ');
        let rest = rest.map(without_the).or_else(|| before().filter(|_| kind.place == Standing::Either))?;
        (letters(rest) >= 3 && !is_direction(rest)).then_some((kind, rest))
    };
    KINDS.iter().find_map(part)
}

/// The key less a leading Arabic article, and with all others made `al`; `None` if nothing changes.
fn with_plain_articles(key: &str) -> Option<String> {
    let (first, rest) = key.split_once(' ')?;
    let leads = is_article(first) || first == "ul";
    if !leads && !rest.split(' ').any(|word| is_inner_article(word) || joined_article(word).is_some()) {
        return None;
    }
    let mut plain = String::with_capacity(key.len() + 4);
    if !leads {
        plain.push_str(first);
    } else if letters(rest) < 4 {
        plain.push_str("al");
    }
    let mut words = rest.split(' ').peekable();
    while let Some(word) = words.next() {
        let parts = match joined_article(word) {
            Some(joined) => ["al", joined],
            None if words.peek().is_some() && is_inner_article(word) => ["al", ""],
            None => [word, ""],
        };
        for part in parts.into_iter().filter(|part| !part.is_empty()) {
            if !plain.is_empty() {
                plain.push(' ');
            }
            plain.push_str(part);
        }
    }
    (plain != key).then_some(plain)
}

/// Whether a word is a form of the Arabic article, if it doesn't stand last in its name.
pub(crate) fn is_inner_article(word: &str) -> bool {
    is_article(word) || (word.starts_with('u') && INNER_ARTICLES.contains(&word))
}

/// Whether a word is the Arabic article. Most are told by their lengths.
fn is_article(word: &str) -> bool {
    matches!(word.len(), 2 | 3) && ARTICLES.contains(&word)
}

/// What follows an article whose `l` has become the first letter of the word that it is joined to: `ezzor`.
pub(crate) fn joined_article(word: &str) -> Option<&str> {
    let (article, rest) = word.split_at_checked(2)?;
    let sun = article.strip_prefix(['a', 'e']).filter(|sun| "tdrzsn".contains(sun))?;
    (rest.starts_with(sun) && rest.len() >= 3).then_some(rest)
}

/// The key less words of direction in front.
fn without_directions(key: &str) -> Option<LooseKey> {
    let mut rest = without_the(key);
    while let Some((_, after)) = rest.split_once(' ').filter(|(word, _)| is_direction(word)) {
        rest = without_the(after);
    }
    let only = Only { large: true, ..Only::default() };
    let names = rest != without_the(key) && letters(rest) >= 4 && !is_direction(rest) && !is_common_noun(rest);
    names.then(|| LooseKey { key: rest.to_owned(), only })
}

fn is_direction(word: &str) -> bool {
    matches!(
        word,
        "north"
            | "south"
            | "east"
            | "west"
            | "northern"
            | "southern"
            | "eastern"
            | "western"
            | "northeast"
            | "northwest"
            | "southeast"
            | "southwest"
            | "northeastern"
            | "northwestern"
            | "southeastern"
            | "southwestern"
            | "central"
            | "upper"
            | "lower"
            | "upstate"
            | "downstate"
            | "downtown"
            | "uptown"
            | "midtown"
            | "suburban"
            | "rural"
            | "coastal"
            | "mainland"
            | "greater"
            | "far"
            | "mid"
    )
}

/// What a direction makes a name of, rather than a part of a place.
fn is_common_noun(word: &str) -> bool {
    matches!(
        word,
        "side"
            | "shore"
            | "coast"
            | "bank"
            | "beach"
            | "village"
            | "park"
            | "pole"
            | "gate"
            | "hill"
            | "hills"
            | "station"
            | "avenue"
            | "street"
            | "road"
            | "valley"
            | "point"
            | "river"
            | "lake"
            | "island"
            | "islands"
            | "county"
            | "province"
            | "region"
            | "district"
            | "division"
            | "city"
            | "town"
            | "port"
            | "field"
            | "church"
            | "hospital"
            | "school"
            | "university"
            | "market"
            | "office"
            | "wing"
            | "ridge"
            | "plains"
            | "america"
            | "command"
            | "front"
            | "frontier"
            | "border"
            | "heights"
            | "lawn"
            | "wood"
            | "haven"
    )
}

/// The key with an article joined to its first word parted from it.
fn with_parted_article(key: &str) -> Option<LooseKey> {
    let rest = key.strip_prefix("al").or_else(|| key.strip_prefix("el")).or_else(|| joined_article(key))?;
    let only = Only { arabic: true, ..Only::default() };
    (letters(rest) >= 5 && !rest.starts_with(' ')).then(|| LooseKey { key: rest.to_owned(), only })
}

fn letters(key: &str) -> usize {
    key.chars().filter(|&c| c != ' ').count()
}

#[cfg(test)]
mod tests;
