//! Punctuation at the ends of names: it is a name's own only where the name cannot do without.

use crate::document::Span;
use crate::mention::{Label, Mention};

/// Abbreviations that names end with, whose full stop is part of the name.
const ABBREVIATIONS: [&str; 17] = [
    "Inc", "Ltd", "Co", "Corp", "Jr", "Sr", "St", "Mt", "Bros", "Bhd", "Pty", "Pvt", "Cie", "Sen", "Ave", "Mfg", "Esq",
];

/// Takes punctuation that is not theirs off mentions, which are in order and without overlap, and stay so.
pub fn trim(text: &str, mentions: &mut Vec<Mention>) {
    let mut behind = 0;
    mentions.retain_mut(|mention| {
        mention.span = trimmed(text, without_possessive(text, mention));
        // The full stop of the name before may have been taken for the begin of this one.
        mention.span.start = mention.span.start.max(behind);
        let is_left = mention.span.start < mention.span.end;
        if is_left {
            behind = mention.span.end;
        }
        is_left
    });
}

/// A name without the `'s` behind it, which models that were trained on split words know by itself, and take for a part of the
/// name where it is not split. Those of organisations may have one of their own: "McDonald's".
fn without_possessive(text: &str, mention: &Mention) -> Span {
    let Span { start, end } = mention.span;
    let name = mention.span.of(text);
    let possessive = ["'s", "’s", "'S", "’S"].into_iter().find(|possessive| name.ends_with(possessive));
    match possessive {
        Some(possessive) if mention.label != Label::Org || name == possessive => {
            Span::new(start, end - possessive.len())
        }
        _ => mention.span,
    }
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
        || c.is_control()
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
    fn possessives_are_no_names() {
        let text = "Mosul's McDonald's Apple Inc.";
        let mention = |name: &str, label| {
            let start = text.find(name).unwrap();
            Mention::new(Span::new(start, start + name.len()), label, 0.9)
        };
        let mut mentions = vec![
            mention("Mosul's", Label::Loc),
            mention("McDonald's", Label::Org),
            mention("Apple Inc", Label::Org),
            mention(".", Label::Org),
        ];
        trim(text, &mut mentions);
        let names: Vec<_> = mentions.iter().map(|mention| mention.span.of(text)).collect();
        assert_eq!(names, ["Mosul", "McDonald's", "Apple Inc."]);
    }

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
