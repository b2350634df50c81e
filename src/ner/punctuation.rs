//! Punctuation at the ends of names: it is a name's own only where the name cannot do without.

use crate::document::Span;
use crate::mention::Mention;

/// Abbreviations that names end with, whose full stop is part of the name.
const ABBREVIATIONS: [&str; 17] = [
    "Inc", "Ltd", "Co", "Corp", "Jr", "Sr", "St", "Mt", "Bros", "Bhd", "Pty", "Pvt", "Cie", "Sen", "Ave", "Mfg", "Esq",
];

/// Takes punctuation that is not theirs off mentions, which are in order and without overlap, and stay so.
pub fn trim(text: &str, mentions: &mut Vec<Mention>) {
    let starts: Vec<usize> = mentions.iter().skip(1).map(|mention| mention.span.start).chain([text.len()]).collect();
    for (mention, next) in mentions.iter_mut().zip(starts) {
        mention.span = trimmed(text, mention.span);
        mention.span.end = mention.span.end.min(next.max(mention.span.start));
    }
    mentions.retain(|mention| !mention.span.is_empty());
}

/// A name without the punctuation around it, and with the full stop of the abbreviation that it ends with.
///
/// A bracket stays that closes one inside the name, "Congo (Brazzaville)", and so do dots between and behind single capitals,
/// "U.S.". Signs that are no punctuation stay too: "C++".
pub fn trimmed(text: &str, name: Span) -> Span {
    let mut span = name;
    if !name.of(text).contains(char::is_alphanumeric) {
        return Span::new(name.start, name.start);
    }
    while let Some(c) =
        span.of(text).chars().next().filter(|&c| !c.is_alphanumeric() && !opens_inside(span.of(text), c))
    {
        span.start += c.len_utf8();
    }
    while let Some(c) = span.of(text).chars().next_back().filter(|&c| is_border(c) && !is_own(span.of(text), c)) {
        span.end -= c.len_utf8();
    }
    if ends_with_abbreviation(span.of(text)) && text[span.end..].starts_with('.') {
        span.end += 1;
    }
    span
}

/// Whether a sign at the end is none of a name: signs that are no punctuation may be, as in "C++".
fn is_border(c: char) -> bool {
    use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory as _};
    c.is_whitespace()
        || c.general_category_group() == GeneralCategoryGroup::Punctuation
        || matches!(c, '~' | '^' | '`' | '|' | '=' | '<' | '>')
}

/// Whether a bracket at the begin is closed again before the end: "(Guinea-)Bissau".
fn opens_inside(name: &str, c: char) -> bool {
    closing(c).is_some_and(|close| name.find(close).is_some_and(|at| at + close.len_utf8() < name.len()))
}

/// Whether punctuation at the end belongs to a name.
fn is_own(name: &str, c: char) -> bool {
    let before = &name[..name.len() - c.len_utf8()];
    match c {
        '.' => ends_with_abbreviation(before) || ends_with_initial(before),
        ')' => before.contains('('),
        ']' => before.contains('['),
        '）' => before.contains('（'),
        _ => false,
    }
}

fn closing(c: char) -> Option<char> {
    match c {
        '(' => Some(')'),
        '[' => Some(']'),
        '（' => Some('）'),
        _ => None,
    }
}

/// Whether the last word is a single capital: "U.S", "Malcolm X" has it too.
fn ends_with_initial(name: &str) -> bool {
    let mut letters = name.chars().rev();
    letters.next().is_some_and(char::is_uppercase) && letters.next().is_none_or(|c| !c.is_alphanumeric())
}

fn ends_with_abbreviation(name: &str) -> bool {
    let last = name.rsplit(char::is_whitespace).next().unwrap_or_default();
    ABBREVIATIONS.contains(&last) && last.len() < name.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_lose_what_is_not_theirs() {
        let trimmed = |name: &str| trimmed(name, Span::new(0, name.len())).of(name).to_owned();
        for (given, expected) in [
            ("Kirkuk,", "Kirkuk"),
            ("“Mosul”", "Mosul"),
            ("(Guinea-Bissau)", "Guinea-Bissau"),
            ("Congo (Brazzaville)", "Congo (Brazzaville)"),
            ("Congo (Brazzaville).", "Congo (Brazzaville)"),
            ("U.S.", "U.S."),
            ("Apple Inc.", "Apple Inc."),
            ("Paris.", "Paris"),
            ("C++", "C++"),
            ("北京。", "北京"),
            ("بيروت،", "بيروت"),
            ("—", ""),
            ("¿Madrid?", "Madrid"),
            ("~Damascus~", "Damascus"),
            ("🗻", ""),
        ] {
            assert_eq!(trimmed(given), expected);
        }
        // The full stop was left to the sentence.
        let text = "Apple Inc. fell";
        assert_eq!(super::trimmed(text, Span::new(0, 9)).of(text), "Apple Inc.");
    }

    proptest! {
        #[test]
        fn what_is_left_is_inside(text in "([A-Za-zé().,'\" ]|\\PC){0,20}") {
            let span = trimmed(&text, Span::new(0, text.len()));
            prop_assert!(span.start <= span.end && span.end <= text.len());
            let _ = span.of(&text);
        }
    }
}
