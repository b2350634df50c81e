//! Words and the look of names that several rules share.

use std::sync::LazyLock;

use regex::Regex;

use super::Corrected;
use crate::document::Span;

/// Words of a name, as they are written.
pub(super) const NAME: &str = r"\p{Lu}[\w.'’]*(?:-[\w'’]+)*(?:[ -]\p{Lu}[\w.'’]*(?:-[\w'’]+)*){0,2}";

/// Bytes of text beside a mention in which a name or the words that belong to it may stand.
pub(super) const REACH: usize = 80;

/// What closes off a place and what it is in: "Bangor, Maine, on", "(Bangor, Maine)", "BANGOR, Maine — ".
pub(super) const CLOSING: [char; 10] = ['.', ',', ';', ':', '!', '?', ')', '(', '—', '–'];

/// Words behind which nothing but a place, a time or a thing that one is in stands.
static WHERE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?:^|[\s(“‘—–])(?i:in|near|outside|around|across|throughout|into|toward|towards|downtown|central|(?:north|south|east|west)(?:ern)?(?: of)?)(?: the)?\s$",
    )
    .expect("the pattern is tested")
});

/// Words behind which a place may stand, and other things as well.
static WHENCE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|[\s(“‘—–])(?i:at|from|to|of|off|on|over|through|between|via|for|hit|hits|left|reached|leaving|reaching|entered|visited)(?: the)?\s$")
        .expect("the pattern is tested")
});

/// Whether a text ends with words behind which a place stands: "in ", "near the ".
pub(super) fn ends_with_where(before: &str) -> bool {
    WHERE.is_match(before)
}

/// Whether a text ends with words behind which a place may stand: these, or "from ", "to the ".
pub(super) fn ends_with_whence(before: &str) -> bool {
    WHERE.is_match(before) || WHENCE.is_match(before)
}

/// Whether a sentence or a line begins at a place of the text.
pub(super) fn begins_sentence(text: &str, at: usize) -> bool {
    let before = text[..at].trim_end_matches([' ', '"', '\'', '“', '‘', '(']);
    before.is_empty() || before.ends_with(['.', '!', '?', ':', '\n', '\r'])
}

pub(super) fn first_word(name: &str) -> &str {
    name.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default()
}

/// The words of a text that begin with a capital letter, with where they begin.
pub(super) fn capitalised_words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    let words = words.map(move |word| (word.as_ptr() as usize - text.as_ptr() as usize, word));
    words.filter(|(_, word)| word.starts_with(char::is_uppercase))
}

impl<'a> Corrected<'a> {
    /// The text before a stretch, so far as the words of a rule reach.
    pub(super) fn before(&self, at: usize) -> &'a str {
        let from = self.text.ceil_char_boundary(at.saturating_sub(REACH));
        &self.text[from..at]
    }

    /// The text behind a stretch, so far as the words of a rule reach.
    pub(super) fn behind(&self, at: usize) -> &'a str {
        let rest = &self.text[at..];
        &rest[..rest.floor_char_boundary(REACH.min(rest.len()))]
    }

    /// The words of a name that ends there, up to three.
    pub(super) fn name_before(&self, end: usize) -> Option<Span> {
        static BEFORE: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(&format!(r"{NAME}$")).expect("the pattern is tested"));
        let from = self.text.ceil_char_boundary(end.saturating_sub(REACH));
        let words = BEFORE.find(&self.text[from..end])?;
        let words = Span::new(from + words.start(), from + words.end());
        // Not "Bay" of "eBay", nor "Bab" of "al-Bab".
        let inside = |c: char| c.is_alphanumeric() || matches!(c, '-' | '\'' | '’');
        (!self.text[..words.start].ends_with(inside)).then_some(words)
    }

    /// The longest end of some words that is a name of the wanted kind.
    pub(super) fn longest_end(&self, words: Span, wanted: impl Fn(&str) -> bool) -> Option<Span> {
        let starts = words.of(self.text).match_indices([' ', '-']).map(|(at, _)| at + 1);
        let mut ends = std::iter::once(0).chain(starts).map(|at| Span::new(words.start + at, words.end));
        ends.find(|end| wanted(end.of(self.text)))
    }
}
