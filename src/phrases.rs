//! Names of one's own, looked for in a text by their words.
//!
//! A name is found where its words stand as whole words with the same signs between them, and with white space where it has
//! some. It may be written as it was given, In Title Case, or IN CAPITALS.

use std::collections::HashMap;

use unicode_normalization::char::is_combining_mark;

use crate::document::Span;

/// Names to be looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Phrases {
    /// By the first word, in lower case.
    by_first: HashMap<String, Vec<Phrase>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Phrase {
    words: Vec<Piece<String>>,
    /// The number by which whoever added it knows it.
    number: usize,
}

/// A word or a sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece<T> {
    text: T,
    /// Whether white space stands before it.
    spaced: bool,
}

/// A name that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Where it stands.
    pub span: Span,
    /// The number that it was added with.
    pub number: usize,
}

impl Phrases {
    /// Adds a name. One without a letter or a digit is never found.
    pub fn add(&mut self, name: &str, number: usize) {
        let words: Vec<Piece<String>> =
            pieces(name).map(|(_, piece)| Piece { text: piece.text.to_owned(), spaced: piece.spaced }).collect();
        let Some(first) = words.first().filter(|_| name.contains(char::is_alphanumeric)) else { return };
        self.by_first.entry(first.text.to_lowercase()).or_default().push(Phrase { words, number });
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.by_first.is_empty()
    }

    /// All names in a text, in its order; they may overlap.
    pub fn all(&self, text: &str) -> Vec<Hit> {
        if self.is_empty() {
            return Vec::new();
        }
        let (starts, pieces): (Vec<usize>, Vec<Piece<&str>>) = pieces(text).unzip();
        let mut found = Vec::new();
        for (first, piece) in pieces.iter().enumerate() {
            let Some(phrases) = self.by_first.get(&piece.text.to_lowercase()) else { continue };
            for phrase in phrases {
                let behind = first + phrase.words.len();
                if pieces.get(first..behind).is_none_or(|there| !phrase.is_written(there)) {
                    continue;
                }
                let end = starts[behind - 1] + pieces[behind - 1].text.len();
                let span = Span::new(starts[first], end);
                if stands_alone(text, span) {
                    found.push(Hit { span, number: phrase.number });
                }
            }
        }
        found
    }

    /// The names in a text, in its order and without overlap: of those that overlap the first, and of these the longest.
    pub fn longest(&self, text: &str) -> Vec<Hit> {
        let mut found = self.all(text);
        found.sort_by_key(|hit| (hit.span.start, std::cmp::Reverse(hit.span.end), hit.number));
        let mut end = 0;
        found.retain(|hit| {
            let free = hit.span.start >= end;
            if free {
                end = hit.span.end;
            }
            free
        });
        found
    }
}

impl Phrase {
    /// Whether a stretch of a text is this name.
    fn is_written(&self, there: &[Piece<&str>]) -> bool {
        let same =
            |written: &dyn Fn(&str, &str) -> bool| {
                self.words.iter().zip(there).enumerate().all(|(n, (word, there))| {
                    (n == 0 || word.spaced == there.spaced) && written(&word.text, there.text)
                })
            };
        same(&|word, there| word == there)
            || same(&|word, there| word.to_uppercase() == there)
            || same(&|word, there| titled(word) == there)
    }
}

/// A word with its first letter as a capital.
fn titled(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// The words of a text, and its signs one by one, with the byte that each begins at.
fn pieces(text: &str) -> impl Iterator<Item = (usize, Piece<&str>)> {
    let in_word = |c: char| c.is_alphanumeric() || is_combining_mark(c);
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = &text[at..];
        let trimmed = rest.trim_start();
        let spaced = trimmed.len() < rest.len();
        let start = at + rest.len() - trimmed.len();
        let first = trimmed.chars().next()?;
        let length = match in_word(first) {
            true => trimmed.find(|c| !in_word(c)).unwrap_or(trimmed.len()),
            false => first.len_utf8(),
        };
        at = start + length;
        Some((start, Piece { text: &text[start..at], spaced }))
    })
}

/// The words of a text in lower case, without its signs.
pub fn words(text: &str) -> impl Iterator<Item = String> {
    pieces(text).map(|(_, piece)| piece.text).filter(|word| word.contains(char::is_alphanumeric)).map(str::to_lowercase)
}

/// Whether what stands at a place is no part of a longer word: not "Bab" of "al-Bab", nor "Paris" of "Paris-Roubaix".
fn stands_alone(text: &str, span: Span) -> bool {
    let joins = |c: &char| matches!(c, '-' | '\'' | '’');
    let mut before = text[..span.start].chars().rev();
    let mut behind = text[span.end..].chars();
    let joined_before = before.next().filter(joins).is_some() && before.next().is_some_and(char::is_alphanumeric);
    let joined_behind = behind.next() == Some('-') && behind.next().is_some_and(char::is_uppercase);
    !joined_before && !joined_behind
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn phrases(names: &[&str]) -> Phrases {
        let mut phrases = Phrases::default();
        names.iter().enumerate().for_each(|(number, name)| phrases.add(name, number));
        phrases
    }

    #[test]
    fn names_are_found_as_whole_words() {
        let phrases = phrases(&["Camp Speicher", "Bab", "gate nine", "U.S.", "…"]);
        for (text, expected) in [
            (
                "Camp Speicher's gate, CAMP SPEICHER, Camp\nSpeicher",
                vec!["Camp Speicher", "CAMP SPEICHER", "Camp\nSpeicher"],
            ),
            ("camp speicher, Camp Speichers, eCamp Speicher, Camp-Speicher", vec![]),
            ("al-Bab, Baba, Bab-Sharqi, Bab-based, 'Bab'", vec!["Bab", "Bab"]),
            ("gate nine, Gate Nine, GATE NINE, Gate nine", vec!["gate nine", "Gate Nine", "GATE NINE"]),
            ("the U.S. and the US and U. S.", vec!["U.S."]),
        ] {
            let found: Vec<&str> = phrases.longest(text).iter().map(|hit| hit.span.of(text)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn the_longest_counts() {
        let (phrases, text) = (phrases(&["Camp", "Camp Speicher", "Speicher"]), "Camp Speicher and Speicher");
        assert_eq!(phrases.all(text).len(), 4);
        assert_eq!(phrases.longest(text).iter().map(|hit| hit.number).collect::<Vec<_>>(), [1, 2]);
    }

    proptest! {
        #[test]
        fn what_is_found_is_in_the_text(name in "[ab\u{300} .'-]{1,4}", text in "[abAB\u{300} .'é-]{0,30}") {
            for hit in phrases(&[&name]).all(&text) {
                prop_assert!(!hit.span.of(&text).is_empty());
            }
        }
    }
}
