//! Where the sentences of a text begin and end.
//!
//! A sentence is the unit that windows are packed from: it is never joined with a neighbour into one mention. Being
//! cautious costs little (windows hold several sentences anyway), so a border is set only where the signs agree.

use std::sync::LazyLock;

use regex::Regex;

use crate::document::Span;

/// Words whose full stop does not end a sentence, in lower case without the stop.
const ABBREVIATIONS: &[&str] = &[
    "adm", "ala", "approx", "apr", "ariz", "ark", "asst", "aug", "ave", "blvd", "brig", "bros", "ca", "calif", "capt",
    "cmdr", "co", "col", "colo", "conn", "corp", "cpl", "dec", "del", "dept", "det", "dist", "dr", "e.g", "est", "etc",
    "feb", "fla", "fr", "ft", "ga", "gen", "gov", "hon", "i.e", "ill", "inc", "ind", "insp", "jan", "jr", "jul", "jun",
    "kan", "ky", "la", "lt", "ltd", "maj", "mar", "mass", "md", "messrs", "mich", "minn", "miss", "mlle", "mme", "mo",
    "mont", "mr", "mrs", "ms", "msgr", "mt", "neb", "nev", "no", "nos", "nov", "oct", "okla", "ont", "op", "ore", "pa",
    "pfc", "ph.d", "pres", "prof", "pvt", "rd", "rep", "reps", "rev", "sen", "sens", "sept", "sep", "sgt", "sr", "st",
    "ste", "supt", "tenn", "tex", "va", "vol", "vs", "vt", "wash", "wis", "wyo",
];

/// The longest line of a document that was wrapped by hand has so many characters: shorter lines are lists.
const WRAP: std::ops::RangeInclusive<usize> = 40..=120;

/// Whether a stretch of text has no blank line in it.
pub fn same_paragraph(between: &str) -> bool {
    static BLANK_LINE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\n\s*\n|\r\s*\r|\u{2029}").expect("the pattern is tested"));
    !BLANK_LINE.is_match(between)
}

/// The sentences of a text, in order, without the white space around them. Everything in the text that is not white
/// space is in exactly one of them.
pub fn sentences(text: &str) -> Vec<Span> {
    Sentences::of(text).collect()
}

/// The sentences of a text, one after the other: see [`sentences`].
pub struct Sentences<'t> {
    text: &'t str,
    /// Whether lines end where they were wrapped.
    wrapped: bool,
    /// Where the next sentence begins, white space before it included; `None` behind the last.
    start: Option<usize>,
}

impl<'t> Sentences<'t> {
    /// Those of a text.
    pub fn of(text: &'t str) -> Self {
        Self { text, wrapped: is_hard_wrapped(text), start: Some(0) }
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
                '\n' | '\r' | '\u{85}' | '\u{2028}' => !self.wrapped || is_blank_line(&text[after..]),
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

/// Length of the further stops, quotes and brackets that close a sentence together with its stop.
fn closing(rest: &str) -> usize {
    rest.find(|c| !matches!(c, '.' | '!' | '?' | '…' | '"' | '\'' | '”' | '’' | '»' | ')' | ']')).unwrap_or(rest.len())
}

/// Whether the stop `mark` at `at`, with what closes after it up to `end`, ends the sentence that began at `start`.
fn ends_sentence(text: &str, start: usize, at: usize, mark: char, end: usize) -> bool {
    if matches!(mark, '。' | '！' | '？') {
        return true;
    }
    let rest = &text[end..];
    if !rest.starts_with(char::is_whitespace) {
        return false;
    }
    let Some(next) = rest.chars().find(|c| !c.is_whitespace()) else {
        return true;
    };
    let next_word = rest.trim_start().trim_start_matches(['"', '\'', '“', '‘', '«', '(', '[']);
    let begins = next_word.chars().next().unwrap_or(next);
    if begins.is_lowercase() {
        return false;
    }
    if mark != '.' || end > at + 1 {
        return true;
    }
    // Texts that were split into words have a space before the stop: "U . S . Army".
    let word =
        text[start..at].trim_end().rsplit(|c: char| c.is_whitespace() || matches!(c, '(' | '"' | '“' | '—')).next();
    let word = word.unwrap_or_default();
    if is_initials(word) {
        // "J. Smith" and "U.S. Army" go on; after "U.S." a word that opens sentences begins one.
        return word.contains('.') && opens_sentences(next_word);
    }
    // "No." and "Mt." are rare at the end of a sentence, but a place's own abbreviation is not: "in Ill. The"
    !ABBREVIATIONS.contains(&word.to_lowercase().as_str()) || opens_sentences(next_word)
}

/// Single letters with stops between them: "J", "U.S", "a.m".
fn is_initials(word: &str) -> bool {
    !word.is_empty() && word.split('.').all(|part| part.chars().count() == 1 && part.chars().all(char::is_alphabetic))
}

/// Whether the text begins with a capitalised word that opens sentences far oftener than it is part of a name.
fn opens_sentences(rest: &str) -> bool {
    const OPENERS: &[&str] = &[
        "A", "After", "An", "And", "As", "At", "But", "By", "For", "He", "However", "If", "In", "It", "Its", "Last",
        "On", "She", "Since", "Some", "That", "The", "There", "These", "They", "This", "Those", "We", "When", "While",
    ];
    let word = rest.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    OPENERS.contains(&word)
}

/// Whether the text goes on with an empty line, or ends.
fn is_blank_line(rest: &str) -> bool {
    let next = rest.chars().find(|&c| !c.is_whitespace() || matches!(c, '\n' | '\r' | '\u{2029}'));
    next.is_none_or(char::is_whitespace)
}

/// Whether the line breaks inside paragraphs are there only to keep lines short.
///
/// A break is such a one if the first word of the next line would not have fitted on its line. The text counts as
/// wrapped if there are at least three breaks inside sentences and nine tenths of them are such.
fn is_hard_wrapped(text: &str) -> bool {
    let mut widest = 0;
    for line in text.lines() {
        widest = widest.max(line.chars().take(WRAP.end() + 1).count());
    }
    if !WRAP.contains(&widest) {
        return false;
    }
    let (mut breaks, mut forced) = (0, 0);
    let mut lines = text.lines().peekable();
    while let (Some(line), Some(next)) = (lines.next(), lines.peek()) {
        let Some(word) = next.split_whitespace().next() else {
            continue;
        };
        if line.trim().is_empty() || line.trim_end().ends_with(['.', '!', '?', ':']) {
            continue;
        }
        breaks += 1;
        forced += usize::from(line.trim_end().chars().count() + 1 + word.chars().count() > widest);
    }
    breaks >= 3 && forced * 10 >= breaks * 9
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn split(text: &str) -> Vec<&str> {
        sentences(text).into_iter().map(|s| s.of(text)).collect()
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
            for span in sentences(&text) {
                prop_assert!(text[position..span.start].trim().is_empty());
                prop_assert!(!span.of(&text).trim().is_empty());
                position = span.end;
            }
            prop_assert!(text[position..].trim().is_empty());
        }
    }
}
