//! Folding names to keys: spellings that a reader takes for the same name get the same key.
//!
//! [`fold`] applies these rules, in this order:
//!
//! 1. Apostrophes and letters that stand for them (`'` `’` `‘` `ʻ` `ʼ` `ʾ` `ʿ` `` ` `` `′` and their like) are dropped,
//!    and so are characters without a shape (zero-width joiners and spaces, soft hyphens, marks of direction, variation
//!    selectors, the Arabic tatweel): `Sana'a` is `sanaa`.
//! 2. Compatibility decomposition (NFKD): full-width letters, ligatures and superscripts become plain ones.
//! 3. Accents are dropped: `São Paulo` is `sao paulo`. Also the vowel points of Hebrew and Arabic, which are rarely
//!    written. The marks of the Indic and South-East Asian scripts and the voicing marks of kana are letters to their
//!    readers and stay.
//! 4. Full lower case, and then letters that do not decompose: `ł` is `l`, `ø` is `o`, `ß` is `ss` and so on
//!    (`plain_letter`).
//! 5. A full stop is dropped after a single letter and parts words after more: `U.S.` is `us`, `St. Louis` and
//!    `St.Louis` are `st louis`, `Washington, D.C.` is `washington dc`.
//! 6. `&` is the word `and`.
//! 7. Everything else that is neither letter nor digit (hyphens, slashes, commas, brackets) parts words: `al-Bir` is
//!    `al bir`.
//! 8. Words are parted by one space, none stands at an end, and the key is composed again (NFC), which makes Hangul
//!    three times shorter.
//!
//! Keys that take more liberty are made in [`loose`](super::loose).

use unicode_normalization::char::{decompose_compatible, is_combining_mark};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// The longest name that the gazetteer knows, in bytes of UTF-8.
pub const MAX_NAME_BYTES: usize = 1024;

/// The key of a name, by the rules at the head of this page; empty if the name has neither letters nor digits.
///
/// Folding a key gives the key.
///
/// ```
/// use dateline::inner::gazetteer::name::fold;
///
/// assert_eq!(fold("São Paulo"), "sao paulo");
/// assert_eq!(fold("Washington, D.C."), "washington dc");
/// ```
pub fn fold(name: &str) -> String {
    let mut key = Key { text: String::with_capacity(name.len()), parted: false, run: 0 };
    if name.is_ascii() {
        name.chars().for_each(|c| key.push(c));
        return key.text;
    }
    // Most names are plain once their accents are off: then the order of marks and composing can't matter.
    // Silent characters go first: the spacing acute accent, for one, would decompose into a space and a mark.
    for c in name.chars().filter(|&c| !is_silent(c)) {
        decompose_compatible(c, |c| key.push(c));
    }
    if key.text.is_ascii() {
        return key.text;
    }
    key = Key { text: String::with_capacity(name.len()), parted: false, run: 0 };
    name.chars().filter(|&c| !is_silent(c)).nfkd().for_each(|c| key.push(c));
    key.text.nfc().collect()
}

/// One byte that tells spellings of the same key apart: the lowest of the CRC-32 of the spelling in NFC.
///
/// Part of the file format. Of 256 other spellings of the same key, one has the same byte.
pub(crate) fn spelling_byte(name: &str) -> u8 {
    let checksum = if name.is_ascii() || is_nfc_quick(name.chars()) == IsNormalized::Yes {
        crc32fast::hash(name.as_bytes())
    } else {
        crc32fast::hash(name.nfc().collect::<String>().as_bytes())
    };
    checksum.to_le_bytes()[0]
}

/// A key in the making.
struct Key {
    text: String,
    /// Whether a word has ended, so that the next letter begins one.
    parted: bool,
    /// Letters since the last space or full stop, by which an abbreviation's full stop is known.
    run: usize,
}

impl Key {
    fn push(&mut self, c: char) {
        if c.is_ascii_alphanumeric() {
            // What most names are made of: none of the tables below has it.
            self.begin_letter();
            return self.text.push(c.to_ascii_lowercase());
        }
        if is_silent(c) || is_accent(c) {
            return;
        }
        match c {
            '.' if self.run < 2 => self.run = 0,
            '&' => {
                self.part();
                "and".chars().for_each(|letter| self.letter(letter));
                self.part();
            }
            _ if c.is_alphanumeric() || is_combining_mark(c) => c.to_lowercase().for_each(|letter| self.letter(letter)),
            _ => self.part(),
        }
    }

    fn part(&mut self) {
        self.parted = true;
        self.run = 0;
    }

    fn begin_letter(&mut self) {
        if self.parted && !self.text.is_empty() {
            self.text.push(' ');
        }
        self.parted = false;
        self.run += 1;
    }

    fn letter(&mut self, letter: char) {
        self.begin_letter();
        match plain_letter(letter) {
            Some(plain) => self.text.push_str(plain),
            None => self.text.push(letter),
        }
    }
}

/// Apostrophes and characters without a shape.
pub(crate) fn is_silent(c: char) -> bool {
    is_apostrophe(c)
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{640}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// Apostrophes, and the modifier letters, primes and accents that are written for them.
pub(crate) fn is_apostrophe(c: char) -> bool {
    matches!(c,
        '\'' | '`' | '\u{b4}' | '\u{2b9}' | '\u{2bb}'..='\u{2bf}' | '\u{2c8}' | '\u{2ca}' | '\u{2cb}' | '\u{2ee}'
        | '\u{5f3}' | '\u{5f4}' | '\u{2018}'..='\u{201b}' | '\u{2032}' | '\u{2035}' | '\u{a78b}' | '\u{a78c}'
        | '\u{ff07}')
}

/// Combining marks that a name may be written without.
fn is_accent(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{487}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}'
        // Hebrew points, Arabic vowel signs and hamza above or below
        | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}' | '\u{5c4}' | '\u{5c5}' | '\u{5c7}'
        | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6dc}'
        | '\u{6df}'..='\u{6e4}' | '\u{6e7}' | '\u{6e8}' | '\u{6ea}'..='\u{6ed}')
}

/// What a lower-case letter that does not decompose is written as by those who lack it.
fn plain_letter(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ł' | 'ƚ' => "l",
        'ø' | 'ɔ' => "o",
        'đ' | 'ð' | 'ɖ' | 'ɗ' => "d",
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        // as in the ASCII names of GeoNames
        'ə' | 'ǝ' => "a",
        'ɛ' => "e",
        'ı' | 'ɨ' => "i",
        'þ' => "th",
        'ħ' => "h",
        'ŧ' => "t",
        'ŋ' | 'ɲ' => "n",
        'ĸ' | 'ƙ' => "k",
        'ƶ' => "z",
        'ɓ' => "b",
        'ƒ' => "f",
        'ɣ' => "g",
        'ƴ' => "y",
        'ς' => "σ",
        // Persian and Arabic keyboards have different codes for the same letters
        'ک' => "ك",
        'ی' | 'ى' => "ي",
        'ة' => "ه",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spellings_of_one_name_share_a_key() {
        for (spellings, key) in [
            (&["al-Bir", "Al Bir", "al\u{2011}Bir", "AL BIR", "al–bir"][..], "al bir"),
            (&["São Paulo", "Sa\u{303}o Paulo", "Sao  Paulo", " SÃO PAULO\t"], "sao paulo"),
            (&["U.S.", "US", "U.S", "u.s."], "us"),
            (&["U.S.A.", "USA"], "usa"),
            (&["St. Louis", "St Louis", "St.Louis"], "st louis"),
            (&["Washington, D.C.", "Washington DC", "Washington D.C"], "washington dc"),
            (&["Sana'a", "Sana’a", "Sanaa"], "sanaa"),
            (&["Trinidad & Tobago", "Trinidad and Tobago", "Trinidad＆Tobago"], "trinidad and tobago"),
            (&["Łódź", "Lodz"], "lodz"),
            (&["Tromsø", "TROMSØ"], "tromso"),
            (&["Gießen", "Giessen", "GIEẞEN"], "giessen"),
            (&["Diyarbakır", "DİYARBAKIR"], "diyarbakir"),
            (&["Gəncə", "GƏNCƏ", "Ganca"], "ganca"),
            (&["Þingvellir"], "thingvellir"),
            (&["Μοσούλης", "ΜΟΣΟΎΛΗΣ"], "μοσουλησ"),
            (&["Tel\u{200b}Aviv/Yafo", "TelAviv-Yafo"], "telaviv yafo"),
            (&["ＴＯＫＹＯ", "Tokyo"], "tokyo"),
            (&["کرکوک", "كركوك"], "كركوك"),
        ] {
            for spelling in spellings {
                assert_eq!(fold(spelling), key, "{spelling}");
            }
        }
    }

    #[test]
    fn every_apostrophe_is_dropped() {
        for c in "'`´ʹʻʼʽʾʿˈ‘’‛′‵ꞌ＇׳".chars() {
            assert_eq!(fold(&format!("Sana{c}a")), "sanaa", "{c} U+{:04x}", c as u32);
        }
    }

    #[test]
    fn marks_that_are_letters_stay() {
        assert_ne!(fold("मोसुल"), fold("मोसल"));
        assert_ne!(fold("ガザ"), fold("カサ"));
        assert_eq!(fold("모술"), "모술");
        assert_eq!(fold("بَغْدَاد"), fold("بغداد"));
    }

    #[test]
    fn names_without_letters_have_no_key() {
        for name in ["", " ", "-", "...", "'’", "\u{200b}", "\u{301}"] {
            assert_eq!(fold(name), "");
        }
    }

    #[test]
    fn every_character_folds_to_a_fixed_point() {
        for c in char::MIN..=char::MAX {
            let key = fold(&format!("a{c}b"));
            assert_eq!(fold(&key), key, "U+{:04x}", c as u32);
        }
    }

    #[test]
    fn the_spelling_byte_goes_by_nfc() {
        assert_eq!(spelling_byte("São"), spelling_byte("Sa\u{303}o"));
        assert_ne!(spelling_byte("São"), spelling_byte("Sao"));
    }

    proptest! {
        #[test]
        fn folding_is_idempotent_and_tidy(name in any::<String>()) {
            let key = fold(&name);
            prop_assert_eq!(fold(&key), key.clone());
            prop_assert!(!key.starts_with(' ') && !key.ends_with(' ') && !key.contains("  "));
        }

        #[test]
        fn case_and_accents_do_not_matter(name in "[A-Za-zÀ-ÖØ-öø-ÿĀ-ſ .'-]{0,30}") {
            prop_assert_eq!(fold(&name.to_lowercase()), fold(&name));
            prop_assert_eq!(fold(&name.nfd().collect::<String>()), fold(&name));
        }
    }
}
