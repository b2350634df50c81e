//! Skeletons of names that were written in another script: keys under which their romanisations meet.
//!
//! Newspapers spell Arabic, Persian and Cyrillic names each in their own way, and no list of alternate names has them
//! all. A skeleton keeps what the ways agree on. It is rough, so it is tried only for names that nothing closer is found
//! for, finds only places of the countries where such names are at home, and what it finds counts as
//! [`Fold::Transliterated`](super::Fold::Transliterated).
//!
//! Skeletons stand in the same map as other keys, behind a mark that no folded key begins with.
//!
//! **Arabic and Persian** ([`Family::Arabic`]). Articles are dropped, also joined ones (`Deir Ezzor`), and the Persian
//! `-e`, `-i`, `-ye` between words. Every run of vowels, `y` and `w` becomes one of three: `u` if it has an `o`, `u` or
//! `w`, `w` and `a` if another vowel comes after that, `a` otherwise.
//!
//! | meet | example |
//! |---|---|
//! | `e` `i` `a` `ai` `ay` `ei` `ey` `ee` `iya` `ia` | `Idleb` = `Idlib`, `Suleimaniyeh` = `Sulaymaniyah` |
//! | `o` `u` `ou` `oo` `au` `aw` `ow` | `Tartous` = `Tartus`, `Dayr az Zawr` = `Deir ez-Zor` |
//! | `w` `ou` `uw` before vowels, and `v` | `Sweida` = `Suwayda` = `Soueida` |
//! | `q` `k` `ck` `c`; `gh` `g`; `dh` `d`; `th` `t`; `ph` `f` | `Kunduz` = `Qunduz`, `Riyadh` = `Riyad` |
//! | `sh` `ch` `sch` `tch`; `j` `dj` `zh` `dzh` | `Chlef` = `Shlef`, `Djelfa` = `Jelfa` |
//! | double and single letters, `-ah` `-eh` and `-a` | `Raqa` = `Raqqah`, `Falluja` = `Al Fallūjah` |
//!
//! **Cyrillic** ([`Family::Cyrillic`]). The iotation of vowels is dropped.
//!
//! | meet | example |
//! |---|---|
//! | `e` `i` `y` `ie` `ye` `yi` `iy` `yo` | `Sievierodonetsk` = `Severodonetsk`, `Mykolayiv` = `Mykolaiv` |
//! | `e` `i` `o` before `v`, as Ukrainian and Russian have it | `Kharkiv` = `Kharkov`, `Avdiivka` = `Avdeyevka` |
//! | `h` `g` `gh` | `Horlivka` = `Gorlovka` |
//! | `-o` `-e` `-oye` `-y` `-iy` `-yi`; `-a` `-ia` `-aya` | `Makarovo` = `Makarove`, `Zaporizhzhya` = `Zaporizhia` |
//! | `v` `w` `-ff`; `kh` `x`; `ts` `tz` `c`; `q` `k`; double and single letters | `Aqtobe` = `Aktobe` |
//!
//! Guards: the name has four letters, and two consonants of them remain; only names in plain letters have skeletons.
//! Left out, because their ways of writing differ by more than a skeleton can bridge or because names are too short:
//! Chinese, Korean, Japanese, Thai, Burmese and the languages of India; alternate names serve these.

use super::loose::{has_arabic_names, is_inner_article, joined_article};
use super::place::CountryCode;

/// A group of scripts and languages whose names are romanised in like ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Arabic, Persian, Pashto, Urdu and Hebrew.
    Arabic,
    /// Russian, Ukrainian, Bulgarian and others in Cyrillic or long written so; Georgian and Armenian with them.
    Cyrillic,
}

/// The countries whose names are or long were written in Cyrillic, and Armenia and Georgia.
const CYRILLIC: [&str; 14] = ["AM", "AZ", "BG", "BY", "GE", "KG", "KZ", "MK", "MN", "RU", "TJ", "TM", "UA", "UZ"];

impl Family {
    /// Every family.
    pub const ALL: [Self; 2] = [Self::Arabic, Self::Cyrillic];

    /// The family that the names of most places in a country belong to, if it is one of these.
    pub fn of(country: CountryCode) -> Option<Self> {
        if has_arabic_names(country) {
            return Some(Self::Arabic);
        }
        CYRILLIC.contains(&country.as_str()).then_some(Self::Cyrillic)
    }

    /// What skeletons begin with: folded keys have only letters, digits and marks, and skeletons no digits.
    fn mark(self) -> &'static str {
        match self {
            Self::Arabic => "~1",
            Self::Cyrillic => "~2",
        }
    }
}

/// The skeleton of a folded name in a family, as a key of the gazetteer; `None` if the name is too short or not in plain
/// letters.
///
/// ```
/// use dateline::inner::gazetteer::transliteration::{Family, skeleton};
///
/// assert_eq!(skeleton("deir ez zor", Family::Arabic), skeleton("dayr az zawr", Family::Arabic));
/// assert_eq!(skeleton("gorlovka", Family::Cyrillic), skeleton("horlivka", Family::Cyrillic));
/// ```
pub fn skeleton(folded: &str, family: Family) -> Option<String> {
    if folded.bytes().any(|byte| !byte.is_ascii_lowercase() && byte != b' ') {
        return None;
    }
    let mut bones = Bones { text: family.mark().to_owned(), consonants: 0 };
    match family {
        Family::Arabic => arabic(folded, &mut bones),
        Family::Cyrillic => folded.split(' ').for_each(|word| cyrillic(word, &mut bones)),
    }
    let letters = folded.bytes().filter(|&byte| byte != b' ').count();
    (bones.consonants >= 2 && letters >= 4).then_some(bones.text)
}

/// A skeleton in the making.
struct Bones {
    text: String,
    consonants: usize,
}

impl Bones {
    /// Adds a consonant, unless it doubles the last.
    fn consonant(&mut self, symbol: char) {
        if !self.text.ends_with(symbol) {
            self.text.push(symbol);
            self.consonants += 1;
        }
    }

    /// Adds a vowel, unless it doubles the last.
    fn vowel(&mut self, symbol: char) {
        if !self.text.ends_with(symbol) {
            self.text.push(symbol);
        }
    }
}

/// The first of the spellings that a word begins with, and its symbol.
fn spelled<'w>(word: &'w str, spellings: &[(&str, char)]) -> Option<(char, &'w str)> {
    spellings.iter().find_map(|(spelling, symbol)| Some((*symbol, word.strip_prefix(spelling)?)))
}

/// The word less the run of these letters that it begins with, and the run.
fn run<'w>(word: &'w str, letters: &str) -> (&'w str, &'w str) {
    word.split_at(word.find(|c| !letters.contains(c)).unwrap_or(word.len()))
}

/// Consonants of Arabic and Persian that are written in more than one way; upper-case symbols stand for two letters.
const ARABIC_CONSONANTS: [(&str, char); 17] = [
    ("tsch", 'S'),
    ("sch", 'S'),
    ("tch", 'S'),
    ("dzh", 'j'),
    ("dj", 'j'),
    ("ch", 'S'),
    ("sh", 'S'),
    ("kh", 'K'),
    ("gh", 'g'),
    ("dh", 'd'),
    ("th", 't'),
    ("zh", 'j'),
    ("ph", 'f'),
    ("ck", 'k'),
    ("c", 'k'),
    ("q", 'k'),
    ("v", 'w'),
];

fn arabic(name: &str, bones: &mut Bones) {
    let mut words = name.split(' ').peekable();
    while let Some(word) = words.next() {
        let is_particle = is_inner_article(word) || matches!(word, "e" | "i" | "ye" | "yi");
        if !is_particle || words.peek().is_none() {
            arabic_word(joined_article(word).unwrap_or(word), bones);
        }
    }
}

fn arabic_word(word: &str, bones: &mut Bones) {
    let mut rest = word;
    if let Some(after) = word.strip_prefix('y').filter(|after| after.starts_with(['a', 'e', 'i', 'o', 'u'])) {
        bones.consonant('y');
        rest = after;
    }
    while let Some(letter) = rest.chars().next() {
        let (vowels, after) = run(rest, "aeiouyw");
        if !vowels.is_empty() {
            arabic_vowels(vowels, bones);
            // The h of a final -ah or -eh is silent.
            rest = if after == "h" { "" } else { after };
            continue;
        }
        let (symbol, after) = spelled(rest, &ARABIC_CONSONANTS).unwrap_or((letter, &rest[1..]));
        bones.consonant(symbol);
        rest = after;
    }
}

/// A run of vowels and of the consonants that are written like them.
fn arabic_vowels(run: &str, bones: &mut Bones) {
    let is_back = |c| matches!(c, 'o' | 'u' | 'w');
    match run.find(is_back).map(|back| &run[back..]) {
        None => bones.vowel('a'),
        Some(back) if back.chars().all(is_back) => bones.vowel('u'),
        Some(_) => {
            bones.consonant('w');
            bones.vowel('a');
        }
    }
}

/// Consonants of Cyrillic that are written in more than one way; upper-case symbols stand for two letters.
const CYRILLIC_CONSONANTS: [(&str, char); 18] = [
    ("shch", 'S'),
    ("sch", 'S'),
    ("tch", 'C'),
    ("dzh", 'Z'),
    ("dj", 'Z'),
    ("sh", 'S'),
    ("zh", 'Z'),
    ("kh", 'x'),
    ("ch", 'C'),
    ("ts", 'c'),
    ("tz", 'c'),
    ("gh", 'g'),
    ("ph", 'f'),
    ("ck", 'k'),
    ("h", 'g'),
    ("q", 'k'),
    ("w", 'v'),
    ("ff", 'v'),
];

fn cyrillic(word: &str, bones: &mut Bones) {
    let mut rest = word;
    while let Some(letter) = rest.chars().next() {
        let (vowels, after) = run(rest, "aeiouyj");
        if !vowels.is_empty() {
            cyrillic_vowels(vowels, after, bones);
            rest = after;
            continue;
        }
        let (symbol, after) = spelled(rest, &CYRILLIC_CONSONANTS).unwrap_or((letter, &rest[1..]));
        bones.consonant(symbol);
        rest = after;
    }
}

/// A run of vowels with what comes after it in the word.
fn cyrillic_vowels(run: &str, after: &str, bones: &mut Bones) {
    let mut plain = String::with_capacity(run.len());
    let mut letters = run.chars().peekable();
    while let Some(letter) = letters.next() {
        let vowel = match (letter, letters.peek()) {
            // ё, which Ukrainian and most print write as e
            ('y' | 'j', Some('o')) => {
                letters.next();
                'i'
            }
            ('i' | 'y' | 'j', Some('a' | 'e' | 'i' | 'o' | 'u' | 'y')) => continue,
            ('e' | 'i' | 'y' | 'j', _) => 'i',
            (vowel, _) => vowel,
        };
        if !plain.ends_with(vowel) {
            plain.push(vowel);
        }
    }
    if after.starts_with(['v', 'w']) || after == "ff" {
        // і and о, е change places before в in Ukrainian and Russian.
        if plain.ends_with('i') {
            plain.pop();
            plain.push('o');
        }
    } else if after.is_empty() {
        plain = match plain.as_str() {
            "o" | "oi" => "i".to_owned(),
            _ => plain,
        };
    }
    plain.chars().for_each(|vowel| bones.vowel(vowel));
}

#[cfg(test)]
mod tests {
    use super::super::name::fold;
    use super::*;
    use proptest::prelude::*;

    fn skeletons(names: &[&str], family: Family) -> Vec<Option<String>> {
        names.iter().map(|name| skeleton(&fold(name), family)).collect()
    }

    #[test]
    fn romanisations_meet() {
        use Family::{Arabic, Cyrillic};
        for (family, names) in [
            (Arabic, &["Tartous", "Tartus", "Ţarţūs", "Tartoos"][..]),
            (Arabic, &["Dohuk", "Duhok"]),
            (Arabic, &["Sulaimaniya", "Sulaymaniyah", "As Sulaymānīyah", "Suleimaniyeh", "Sulaimaniyya"]),
            (Arabic, &["Falluja", "Fallujah", "Al Fallūjah", "al-Faluja"]),
            (Arabic, &["Idleb", "Idlib"]),
            (Arabic, &["Raqqa", "Ar Raqqah", "Raqa", "Arraqqa"]),
            (Arabic, &["Hodeida", "Al Hudaydah", "Hodeidah", "Hudaida"]),
            (Arabic, &["Taiz", "Ta'izz", "Taizz"]),
            (Arabic, &["Kunduz", "Qunduz", "Kondoz", "Qondūz"]),
            (Arabic, &["Ghazni", "Gazni", "Ghaznī"]),
            (Arabic, &["Deir ez-Zor", "Deir Ezzor", "Dayr az Zawr", "Deir al-Zour", "Dayr az-Zor"]),
            (Arabic, &["Tal Afar", "Tel Afar", "Tall Afar", "Tal‘afar"]),
            (Arabic, &["Sanaa", "Sana'a", "Şan‘ā’"]),
            (Arabic, &["Sweida", "As Suwayda", "Soueida", "Suweida"]),
            (Arabic, &["Mazar-e-Sharif", "Mazar-i-Sharif", "Mazār-e Sharīf", "Mazar Sharif"]),
            (Arabic, &["Khan Younis", "Khan Yunis", "Khān Yūnis"]),
            (Arabic, &["Kandahar", "Qandahar"]),
            (Arabic, &["Zawiya", "Az Zawiyah", "Zaouia"]),
            (Cyrillic, &["Krasnohorivka", "Krasnogorovka"]),
            (Cyrillic, &["Sievierodonetsk", "Severodonetsk", "Syevyerodonets'k"]),
            (Cyrillic, &["Zaporizhzhia", "Zaporizhia", "Zaporizhzhya"]),
            (Cyrillic, &["Kharkiv", "Kharkov"]),
            (Cyrillic, &["Mykolaiv", "Mykolayiv"]),
            (Cyrillic, &["Kyiv", "Kiev", "Kyyiv"]),
            (Cyrillic, &["Horlivka", "Gorlovka"]),
            (Cyrillic, &["Avdiivka", "Avdeevka", "Avdeyevka"]),
            (Cyrillic, &["Rivne", "Rovno"]),
            (Cyrillic, &["Khmelnytskyi", "Khmelnitsky", "Khmelnitskiy", "Khmel’nyts’kyy"]),
            (Cyrillic, &["Izium", "Izyum"]),
            (Cyrillic, &["Chasiv Yar", "Chasov Yar"]),
            (Cyrillic, &["Novaya", "Nova", "Novaia"]),
            (Cyrillic, &["Aqtobe", "Aktobe"]),
        ] {
            let found = skeletons(names, family);
            assert!(found.iter().all(|skeleton| *skeleton == found[0]), "{names:?}: {found:?}");
            assert!(found[0].is_some(), "{names:?}");
        }
    }

    #[test]
    fn different_names_stay_apart() {
        use Family::{Arabic, Cyrillic};
        for (family, one, other) in [
            (Arabic, "Latakia", "Al Lādhiqīyah"),
            (Arabic, "Mosul", "Basra"),
            (Arabic, "Homs", "Hama"),
            (Arabic, "Sulaiman", "Sulaymaniyah"),
            (Arabic, "Khan", "Han"),
            (Cyrillic, "Donetsk", "Lugansk"),
            (Cyrillic, "Novosibirsk", "Novorossiysk"),
            (Cyrillic, "Mykolaiv", "Nikopol"),
            (Cyrillic, "Uman", "Tsuman"),
            (Arabic, "Naraq", "Anarak"),
        ] {
            let found = skeletons(&[one, other], family);
            assert!(found[0] != found[1] || found[0].is_none(), "{one}, {other}: {found:?}");
        }
    }

    #[test]
    fn short_and_foreign_names_have_none() {
        for (name, family) in [
            ("Bir", Family::Arabic),
            ("Aoua", Family::Arabic),
            ("Yuya", Family::Cyrillic),
            ("Route 66", Family::Arabic),
            ("الموصل", Family::Arabic),
            ("Київ", Family::Cyrillic),
            ("", Family::Arabic),
        ] {
            assert_eq!(skeleton(&fold(name), family), None, "{name}");
        }
    }

    proptest! {
        #[test]
        fn skeletons_never_begin_like_folded_keys(name in "[A-Za-zé' -]{0,30}", folded in any::<String>()) {
            for family in Family::ALL {
                let skeleton = skeleton(&fold(&name), family);
                prop_assert!(skeleton.is_none_or(|key| key.starts_with('~') && key.is_ascii()));
            }
            prop_assert!(!fold(&folded).starts_with('~'));
        }
    }
}
