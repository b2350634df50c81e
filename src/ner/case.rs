//! The case shape of words: what an uncased tokenizer takes away, given back to the model as `case_ids`.
//!
//! `scripts/encoding.py` states the same rule for training; `tests/data/encoding.json` holds both to the same results.

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

/// The `case_ids` of the special tokens at the ends of a window.
pub const SPECIAL: u8 = 14;

/// Added to the id of a word's first piece for its later pieces.
const LATER: u8 = 7;

/// The case shape of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Case {
    /// All cased letters are lower case.
    Lower = 1,
    /// The first cased letter is upper case, the others lower case.
    Title = 2,
    /// All cased letters are upper case.
    Upper = 3,
    /// Upper and lower case otherwise.
    Mixed = 4,
    /// A numeral anywhere.
    Digits = 5,
    /// No cased letter.
    Other = 6,
}

impl Case {
    /// The case shape of a word: letters are cased by the Unicode properties Uppercase and Lowercase, numerals are the
    /// characters of the categories N*; everything else in the word (marks, joiners) does not count.
    pub fn of(word: &str) -> Self {
        let (mut uppers, mut lowers, mut begins_upper) = (0, 0, false);
        for c in word.chars() {
            if is_numeral(c) {
                return Self::Digits;
            } else if c.is_uppercase() {
                begins_upper |= uppers + lowers == 0;
                uppers += 1;
            } else if c.is_lowercase() {
                lowers += 1;
            }
        }
        match (uppers, lowers) {
            (0, 0) => Self::Other,
            (0, _) => Self::Lower,
            (_, 0) => Self::Upper,
            (1, _) if begins_upper => Self::Title,
            _ => Self::Mixed,
        }
    }

    /// The id that the model is given for the word's first piece, or for a later one.
    pub fn id(self, first_piece: bool) -> u8 {
        self as u8 + if first_piece { 0 } else { LATER }
    }
}

fn is_numeral(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_digit() } else { c.general_category_group() == GeneralCategoryGroup::Number }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes() {
        for (word, case) in [
            ("town", Case::Lower),
            ("Mosul", Case::Title),
            ("A", Case::Upper),
            ("NATO", Case::Upper),
            ("McDonald", Case::Mixed),
            ("iPhone", Case::Mixed),
            ("B52", Case::Digits),
            ("½", Case::Digits),
            // A Roman numeral is upper case and a numeral: a numeral.
            ("Ⅳ", Case::Digits),
            (",", Case::Other),
            ("الموصل", Case::Other),
            ("ÎLE", Case::Upper),
            ("I\u{302}le", Case::Title),
        ] {
            assert_eq!(Case::of(word), case, "{word}");
        }
        assert_eq!(Case::Title.id(true), 2);
        assert_eq!(Case::Title.id(false), 9);
    }
}
