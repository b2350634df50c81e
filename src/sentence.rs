//! Where the sentences of a text begin and end.
//!
//! A sentence is the unit that windows are packed from: it is never joined with a neighbour into one mention. Being
//! cautious costs little (windows hold several sentences anyway), so a border is set only where the signs agree.

use std::sync::LazyLock;

use regex::Regex;

use crate::document::Span;
use crate::lines::{self, Wrap};
use crate::stops::{closing, ends_sentence};

/// Whether a stretch of text has no blank line in it.
pub fn same_paragraph(between: &str) -> bool {
    static BLANK_LINE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\n\s*\n|\r\s*\r|\u{2029}").expect("the pattern is tested"));
    !BLANK_LINE.is_match(between)
}

/// The sentences of a text that is read, in order, without the white space around them. Everything in the text that is not
/// white space is in exactly one of them. Line ends are ends of sentences: what reads a page (`page.rs`) has taken out others.
pub fn sentences(text: &str) -> Vec<Span> {
    Sentences::of(text).collect()
}

/// The same of a text as it lies on its page, where lines may end only because the page does.
pub fn sentences_on_page(text: &str) -> Vec<Span> {
    Sentences { wraps: lines::wraps(text), ..Sentences::of(text) }.collect()
}

/// The sentences of a text, one after the other: see [`sentences`].
pub struct Sentences<'t> {
    text: &'t str,
    /// Where lines end only because the page does.
    wraps: Vec<Wrap>,
    /// Where the next sentence begins, white space before it included; `None` behind the last.
    start: Option<usize>,
}

impl<'t> Sentences<'t> {
    /// Those of a text.
    pub fn of(text: &'t str) -> Self {
        Self { text, wraps: Vec::new(), start: Some(0) }
    }

    /// Whether the line end at a byte is there only because the page ends.
    fn is_wrapped(&self, at: usize) -> bool {
        let next = self.wraps.partition_point(|wrap| wrap.span.end <= at);
        self.wraps.get(next).is_some_and(|wrap| wrap.span.start <= at)
    }

    /// Where the sentence ends that begins at `start`, and where the next begins.
    fn next_border(&self, start: usize) -> Option<(usize, usize)> {
        let text = self.text;
        let mut from = start;
        while let Some(c) = text[from..].chars().next() {
            let (at, after) = (from, from + c.len_utf8());
            from = after;
            let ends = match c {
                // The two characters of a Windows line end are one break.
                '\r' if text[after..].starts_with('\n') => false,
                '\n' | '\r' | '\u{85}' | '\u{2028}' => !self.is_wrapped(at),
                '\u{2029}' => true,
                '.' | '!' | '?' | '…' | '。' | '！' | '？' | '؟' | '۔' | '।' => {
                    from = after + closing(&text[after..]);
                    if ends_sentence(text, start, at, c, from) {
                        return Some((from, from));
                    }
                    false
                }
                _ => false,
            };
            if ends {
                return Some((at, after));
            }
        }
        None
    }
}

impl Iterator for Sentences<'_> {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        loop {
            let start = self.start?;
            let border = self.next_border(start);
            self.start = border.map(|(_, next)| next);
            let end = border.map_or(self.text.len(), |(end, _)| end);
            let whole = &self.text[start..end];
            let trimmed = whole.trim_start();
            let begin = start + whole.len() - trimmed.len();
            let length = trimmed.trim_end().len();
            if length > 0 {
                return Some(Span::new(begin, begin + length));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn split(text: &str) -> Vec<&str> {
        sentences_on_page(text).into_iter().map(|s| s.of(text)).collect()
    }

    #[test]
    fn stops_end_sentences() {
        assert_eq!(
            split("He left Mosul. She stayed! \"Why?\" Nobody knew."),
            ["He left Mosul.", "She stayed!", "\"Why?\"", "Nobody knew."]
        );
    }

    #[test]
    fn abbreviations_and_initials_do_not() {
        for text in [
            "Lt. Col. Ryan Dillon met J. R. Smith of the U.S. Army in St. Louis, Mo. on Monday",
            "It fell 4.5 percent to 3.2 million, i.e. little",
            "The firm moved to Springfield, Ill. and stayed",
            "www.example.com said so",
            "The U . S . Army met Z . Mendsaikhan of Heaven Operators S . A",
        ] {
            assert_eq!(split(text), [text]);
        }
        assert_eq!(split("They came to the U.S. The rest stayed.").len(), 2);
    }

    #[test]
    fn lines_end_sentences_unless_wrapped() {
        assert_eq!(
            split("HEADLINE WITHOUT STOP\r\nMOSUL - He said so"),
            ["HEADLINE WITHOUT STOP", "MOSUL - He said so"]
        );
        let wrapped = "Officials said on Tuesday that the Islamic\nState had left the town after a week of heavy\n\
                       fighting, and that families who fled to Mosul\nwould soon be able to come back.\n\nMore follows";
        assert_eq!(split(wrapped).len(), 2);
        assert_eq!(split(&wrapped.replace('\n', "\r\n")).len(), 2);
        assert_eq!(split("Mosul\nBeirut\nDamascus\nBaghdad\nLondon").len(), 5);
        assert!(split(wrapped)[0].contains("Islamic\nState"));
    }

    #[test]
    fn other_scripts() {
        assert_eq!(split("他在北京。她在上海。"), ["他在北京。", "她在上海。"]);
        assert_eq!(split(""), Vec::<&str>::new());
        assert_eq!(split(" \r\n\u{2029} "), Vec::<&str>::new());
    }

    proptest! {
        #[test]
        fn nothing_is_lost(text in "(?s)[\\PC\r\n .!?]{0,200}") {
            let mut position = 0;
            for span in sentences_on_page(&text) {
                prop_assert!(text[position..span.start].trim().is_empty());
                prop_assert!(!span.of(&text).trim().is_empty());
                position = span.end;
            }
            prop_assert!(text[position..].trim().is_empty());
        }
    }
}
