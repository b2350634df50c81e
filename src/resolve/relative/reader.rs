//! A text that is read for relative expressions, with its mentions of places.

use super::expression::Named;
use super::subject::Subjects;
use super::words::{BEHIND, REACH};
use crate::document::Span;
use crate::mention::{Label, Mention};

/// What is known while a text is read.
pub struct Reader<'a> {
    pub text: &'a str,
    pub mentions: &'a [Mention],
    pub named: &'a [Named],
    /// The mentions of places, by their numbers among all.
    pub places: Vec<usize>,
    pub subjects: Subjects<'a>,
}

impl<'a> Reader<'a> {
    /// Prepares for a text.
    pub fn new(text: &'a str, mentions: &'a [Mention], named: &'a [Named]) -> Self {
        let places: Vec<usize> = (0..mentions.len()).filter(|&n| mentions[n].label == Label::Loc).collect();
        Self { text, mentions, named, places, subjects: Subjects::new(text, mentions, named) }
    }

    /// Where the place of this number stands.
    pub fn span(&self, order: usize) -> Span {
        self.mentions[self.places[order]].span
    }

    /// The text before a place in which its phrase may stand, with where it begins. A place inside the phrase would be
    /// the anchor of another; the name of a people may stand in it: "of the Iraqi city of Mosul".
    pub fn before(&self, order: usize) -> (usize, &'a str) {
        let start = self.span(order).start;
        let from = if order == 0 { 0 } else { self.span(order - 1).end };
        let from = self.text.ceil_char_boundary(from.max(start.saturating_sub(REACH)));
        (from, &self.text[from..start])
    }

    /// The text behind a place in which words are looked for.
    pub fn behind(&self, order: usize) -> &'a str {
        let end = self.span(order).end;
        let next = self.places.get(order + 1).map_or(self.text.len(), |&next| self.mentions[next].span.start);
        &self.text[end..self.text.floor_char_boundary(next.min(end + BEHIND))]
    }
}
