//! Mentions that the text and the gazetteer together show better than the model alone.
//!
//! The model reads a window; this stage reads the document and knows the names of places. Each rule is one that rarely
//! errs, since both must agree; what the model says of words that it left out ([`Evidence`]) is heard where they are in doubt:
//!
//! | file | rule | example |
//! |---|---|---|
//! | [`names`](super::relative::names) | what the words call a place is one | "Paullo is a town in" |
//! | `containment` | a place and what it is in are two names | "Bangor, Maine" and "Indian city of Pune" as one mention |
//! | | what follows a place after a comma, and holds it, is a place, and what stands before one and lies in it | "Redding, California" where one was found, or none |
//! | `joined` | a name with "and", "of" and the like is one | "Tyne and Wear", "Kingston upon Hull" as two mentions |
//! | `punctuation` | the full stop of an abbreviation belongs to it, other punctuation does not | "Ky" of "LONDON, Ky. (AP)", "Flagstaff," |
//! | `datelines` | the first words of a dispatch are a place | "XENIA — The trial", "BEIRUT (Reuters):" |
//! | `parties` | a party's letter is no part of a place | "Sen. Bob Casey, D-Pa.," |
//! | `compounds` | what something is based in is a place | "Beirut-based" as one mention, or as none |
//! | `settings` | what the words leave to be nothing but a place is one | "Wuppertal (remote option)" as a person |
//! | `kinds` | a name has its head noun where the gazetteer knows it so | "Tora" of "Tora prison" |
//! | `repeated` | what the document names as a place elsewhere, letter by letter | "London" in "London council", in a report from London |
//! | | words that are nothing but names of peoples | "Egyptian" of "the Egyptian-Israeli treaty" |
//! | `addresses` | what is inside of an address is no name | "www.paris.example", "jane@berlin.example" |
//! | `namesakes` | what bears the name of a place is none | "turkey", "a dog called Memphis", "Panama hat" |
//!
//! `lookups` remembers what the gazetteer was asked. A mention that is added has the score of the one that it leans on, or a half.

mod addresses;
mod compounds;
mod containment;
mod datelines;
mod joined;
mod kinds;
mod lookups;
mod namesakes;
mod parties;
mod punctuation;
mod repeated;
mod settings;
#[cfg(test)]
mod tests;
mod words;

use std::cell::OnceCell;
use std::ops::Range;

use super::features::{is_container, lies_in};
use super::relative::names::complete;
use crate::document::Span;
use crate::gazetteer::{Gazetteer, GazetteerPlace, NameKind};
use crate::mention::{Label, Mention};
use crate::ner::evidence::Evidence;
use addresses::Address;
use lookups::{Found, Lookups};

/// The score of a mention that a pattern adds by itself.
const ADDED: f32 = 0.5;

/// The rules are gone through so many times, at most: twice for nearly every text.
const ROUNDS: usize = 8;

/// Mends the mentions of a text; the result is in order and without overlap, as they are. `evidence` is what the model says of the
/// words beyond them; none of mentions that are not the model's own.
pub fn correct(text: &str, mentions: Vec<Mention>, evidence: &Evidence, gazetteer: &Gazetteer) -> Vec<Mention> {
    let (has_cased_names, addresses) = (OnceCell::new(), OnceCell::new());
    let mut corrected =
        Corrected { text, gazetteer: Lookups::new(gazetteer), evidence, mentions, has_cased_names, addresses };
    // What one rule finds another goes on from, until nothing is found: what was corrected once stays as it is.
    for _ in 0..ROUNDS {
        let before = corrected.mentions.clone();
        corrected.drop_names_in_addresses();
        corrected.trim();
        corrected.mentions = complete(text, std::mem::take(&mut corrected.mentions));
        corrected.split_all();
        corrected.join();
        corrected.add_kinds();
        corrected.add_first_words();
        corrected.add_datelines();
        corrected.add_party_places();
        corrected.add_places_of_compounds();
        corrected.add_pairs();
        corrected.add_containers();
        corrected.add_contained();
        corrected.settle();
        corrected.extend_abbreviations();
        corrected.add_repeated();
        corrected.set_namesakes_apart();
        // What other rules found there.
        corrected.drop_names_in_addresses();
        if corrected.mentions == before {
            break;
        }
    }
    corrected.mentions
}

/// Mentions on their way through the rules.
struct Corrected<'a> {
    text: &'a str,
    gazetteer: Lookups<'a>,
    evidence: &'a Evidence,
    /// In order and without overlap.
    mentions: Vec<Mention>,
    /// Whether names have capitals in the text, once that was looked for.
    has_cased_names: OnceCell<bool>,
    /// The addresses in the text, once they were looked for.
    addresses: OnceCell<Vec<Address>>,
}

impl<'a> Corrected<'a> {
    /// The places that go by a name.
    fn places(&self, name: &str) -> impl Iterator<Item = GazetteerPlace<'a>> {
        let found = self.gazetteer.lookup_strictly(name);
        (0..found.len()).map(move |n| found[n].place)
    }

    /// Whether the gazetteer has a place that goes by a name, and not only the name of its people.
    fn is_place(&self, name: &str) -> bool {
        self.gazetteer.lookup_strictly(name).iter().any(|found| found.kind != NameKind::Demonym)
    }

    /// Whether a place of one name is a country or division that holds one of another.
    fn holds(&self, outer: &str, inner: &str) -> bool {
        let outer = self.gazetteer.lookup_strictly(outer);
        let containers = || outer.iter().filter(|outer| is_container(&outer.place));
        let held = |inner: &Found<'_>| containers().any(|outer| lies_in(&inner.place, &outer.place));
        containers().next().is_some() && self.gazetteer.lookup(inner).iter().any(held)
    }

    /// Makes a place of a stretch of text, unless it only partly overlaps what is a mention already.
    fn set(&mut self, span: Span, score: f32) {
        let range = self.overlapping(span);
        match &mut self.mentions[range.clone()] {
            [] => self.mentions.insert(range.start, Mention::new(span, Label::Loc, score)),
            [there, ..] if there.span == span => *there = there.relabelled(Label::Loc),
            _ => {}
        }
    }

    /// Makes places of stretches of text, each unless it only partly overlaps what is a mention already, by itself or by one
    /// before it.
    fn set_all(&mut self, stretches: impl IntoIterator<Item = (Span, f32)>) {
        // Apart at first: a list with as many names as a book has is not to be moved for each that is added.
        let mut added: Vec<Mention> = Vec::new();
        for (span, score) in stretches {
            let known = [overlapping(&self.mentions, span), overlapping(&added, span)];
            let there = match known.each_ref().map(ExactSizeIterator::len) {
                [0, 0] => {
                    let at = known[1].start;
                    added.insert(at, Mention::new(span, Label::Loc, score));
                    continue;
                }
                [0, _] => &mut added[known[1].start],
                _ => &mut self.mentions[known[0].start],
            };
            if there.span == span {
                *there = there.relabelled(Label::Loc);
            }
        }
        if !added.is_empty() {
            self.mentions.append(&mut added);
            self.mentions.sort_by_key(|mention| mention.span);
        }
    }

    /// Makes one place of a stretch of text and all mentions within it; `false` where one reaches out of it.
    fn unite(&mut self, span: Span) -> bool {
        let range = self.overlapping(span);
        let there = &self.mentions[range.clone()];
        if there.iter().any(|mention| mention.span.start < span.start || span.end < mention.span.end) {
            return false;
        }
        let scores = there.iter().filter(|mention| mention.label == Label::Loc).map(|mention| mention.score);
        let score = scores.reduce(f32::max).unwrap_or(ADDED);
        self.mentions.splice(range, [Mention::new(span, Label::Loc, score)]);
        true
    }

    /// Takes out what is inside of an address.
    fn drop_names_in_addresses(&mut self) {
        let addresses = self.addresses.get_or_init(|| addresses::find(self.text));
        if addresses.is_empty() {
            return;
        }
        self.mentions.retain(|mention| {
            let next = addresses.partition_point(|address| address.span.end < mention.span.end);
            let around = addresses.get(next).filter(|address| address.span.start <= mention.span.start);
            around.is_none_or(|address| address.is_site && address.span == mention.span)
        });
    }

    /// The mentions that a stretch of text has a part of.
    fn overlapping(&self, span: Span) -> Range<usize> {
        overlapping(&self.mentions, span)
    }

    /// What a stretch of text is to the mentions.
    fn standing(&self, span: Span) -> Standing {
        match self.mentions[self.overlapping(span)] {
            [] => Standing::Free,
            [there] if there.span == span => Standing::Mention(there.label),
            _ => Standing::Other,
        }
    }
}

/// Of mentions in order, those that a stretch of text has a part of.
fn overlapping(mentions: &[Mention], span: Span) -> Range<usize> {
    let first = mentions.partition_point(|mention| mention.span.end <= span.start);
    let behind = mentions.partition_point(|mention| mention.span.start < span.end);
    first..behind.max(first)
}

/// What a stretch of text is to the mentions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// No mention has a part of it.
    Free,
    /// It is one.
    Mention(Label),
    /// It is a part of one, or has a part of one.
    Other,
}
