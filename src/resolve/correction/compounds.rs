//! What something is based in is a place: "Beirut-based" as one mention, or as none.

use std::sync::LazyLock;

use regex::Regex;

use super::words::begins_sentence;
use super::{ADDED, Corrected};
use crate::document::Span;
use crate::mention::{Label, Mention};

impl Corrected<'_> {
    /// "Beirut" of "Beirut-based".
    pub(super) fn add_places_of_compounds(&mut self) {
        static BEHIND: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(r"-(?:based|born|bred|bound|area)(?-u:\b)").expect("the pattern is tested"));
        for behind in BEHIND.find_iter(self.text) {
            let Some(words) = self.name_before(behind.start()) else { continue };
            let Some(name) = self.longest_end(words, |name| self.is_place(name)) else { continue };
            let compound = Span::new(words.start, behind.end());
            let there = self.overlapping(Span::new(name.start, compound.end));
            let within = |one: &Mention| compound.start <= one.span.start && one.span.end <= compound.end;
            // What the model has found as a name of its own stays: "Christian-born".
            let unsettled = |one: &Mention| one.span.end > name.end || one.label == Label::Per;
            match &mut self.mentions[there] {
                [one] if within(one) && unsettled(one) => (one.span, one.label) = (name, Label::Loc),
                // Any word may begin a sentence with a capital: "Community-based".
                [] if !begins_sentence(self.text, words.start) => self.set(name, ADDED),
                _ => {}
            }
        }
    }
}
