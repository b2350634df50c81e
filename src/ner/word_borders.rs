//! The words of a text as people see them, for models whose tokenizers see others: pieces of text between blanks, with the
//! punctuation at them, or whole sentences of Chinese.

use unicode_segmentation::UnicodeSegmentation as _;

use crate::document::Span;

/// The words of a text, in order, and its punctuation: what is not white space, split at the borders of UAX #29, and joined
/// again where a name would be torn.
///
/// * A hyphen between letters or figures joins them: "Port-au-Prince".
/// * An apostrophe joins as UAX #29 has it, "O'Neill", but not the `'s` at the end of a word, nor the article that is left of an
///   elision, "l'Irak".
/// * Single capitals with dots keep the last dot: "U.S.", "J.".
///
/// `tests/data/words.json` has examples.
pub fn words(text: &str) -> Vec<Span> {
    let mut words: Vec<Span> = Vec::new();
    let mut pieces = text.split_word_bound_indices().peekable();
    while let Some((start, first)) = pieces.next() {
        if first.trim().is_empty() {
            continue;
        }
        let mut end = start + first.len();
        let mut last = first;
        while is_word(last) {
            // A hyphen, and a word at once behind it.
            let mut ahead = pieces.clone();
            if ahead.next_if(|(_, piece)| matches!(*piece, "-" | "\u{2010}" | "\u{2011}")).is_none() {
                break;
            }
            let Some((at, next)) = ahead.next_if(|(_, piece)| is_word(piece)) else { break };
            (end, last, pieces) = (at + next.len(), next, ahead);
        }
        add_split(text, Span::new(start, end), &mut words);
        if let Some(word) = words.last_mut().filter(|word| is_initials(word.of(text)))
            && let Some((at, dot)) = pieces.next_if(|(_, piece)| *piece == ".")
        {
            word.end = at + dot.len();
        }
    }
    words
}

/// Whether a piece begins as words do.
fn is_word(piece: &str) -> bool {
    piece.starts_with(char::is_alphanumeric)
}

/// Whether a piece is single capitals with dots between: "U.S", "J".
fn is_initials(piece: &str) -> bool {
    piece.split('.').all(|letter| {
        let mut letters = letter.chars();
        letters.next().is_some_and(char::is_uppercase) && letters.next().is_none()
    })
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’')
}

/// Adds a word without its elision before and its `'s` behind, and these by themselves.
fn add_split(text: &str, word: Span, words: &mut Vec<Span>) {
    let written = word.of(text);
    let Some(first) = written.find(is_apostrophe) else { return words.push(word) };
    let mut rest = word;
    let before = &written[..first];
    let behind = written[first..].chars().nth(1);
    let is_elision = (1..=5).contains(&before.chars().count())
        && before.chars().all(|c| c.is_alphabetic() && c.is_lowercase())
        && behind.is_some_and(char::is_uppercase);
    if is_elision {
        let end = word.start + first + written[first..].chars().next().map_or(0, char::len_utf8);
        words.push(Span::new(word.start, end));
        rest.start = end;
    }
    let written = rest.of(text);
    let possessive = written.char_indices().rfind(|&(_, c)| is_apostrophe(c)).map(|(at, _)| at);
    match possessive {
        Some(at) if at > 0 && matches!(&written[at..], "'s" | "'S" | "’s" | "’S") => {
            words.push(Span::new(rest.start, rest.start + at));
            words.push(Span::new(rest.start + at, rest.end));
        }
        _ => words.push(rest),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(text: &str) -> Vec<&str> {
        words(text).into_iter().map(|word| word.of(text)).collect()
    }

    #[test]
    fn names_stay_whole() {
        assert_eq!(written("Kirkuk, São Paulo's suburbs"), ["Kirkuk", ",", "São", "Paulo", "'s", "suburbs"]);
        assert_eq!(written("(Port-au-Prince)."), ["(", "Port-au-Prince", ")", "."]);
        assert_eq!(written("O’Neill and D'Angelo"), ["O’Neill", "and", "D'Angelo"]);
        assert_eq!(written("l'Irak, d’Ivoire"), ["l'", "Irak", ",", "d’", "Ivoire"]);
        assert_eq!(written("J. R. Smith of the U.S."), ["J.", "R.", "Smith", "of", "the", "U.S."]);
        assert_eq!(written("Apple Inc. fell - so"), ["Apple", "Inc", ".", "fell", "-", "so"]);
        assert_eq!(written("Ki-moon's"), ["Ki-moon", "'s"]);
        assert_eq!(written("北京是"), ["北", "京", "是"]);
        assert_eq!(written("نجيب في بيروت،"), ["نجيب", "في", "بيروت", "،"]);
        assert_eq!(written(" 's"), ["'", "s"]);
    }

    /// The examples are those of `scripts/fixtures/words.py`, which states the same rules with another package.
    #[test]
    fn the_scripts_state_the_same_rules() {
        let examples: Vec<(String, Vec<String>)> =
            serde_json::from_str(include_str!("../../tests/data/words.json")).unwrap();
        for (text, expected) in examples {
            assert_eq!(written(&text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn everything_is_a_word_or_white_space(text in "([A-Za-zéßЖ北ب0-9'’.,\\- -]|\\PC){0,40}") {
            let mut end = 0;
            for word in words(&text) {
                prop_assert!(word.start >= end && !word.is_empty());
                prop_assert!(text[end..word.start].trim().is_empty());
                end = word.end;
            }
            prop_assert!(text[end..].trim().is_empty());
        }
    }
}
