//! What the document names as a place elsewhere, letter by letter, and what is nothing but the name of a people.

use std::collections::HashMap;

use super::lookups::Found;
use super::words::{capitalised_words, first_word};
use super::{ADDED, Corrected};
use crate::document::Span;
use crate::gazetteer::NameKind;
use crate::mention::{Label, Mention};

/// The score from which a mention shows that its name is a place's.
pub(super) const SURE: f32 = 0.7;

/// Letters of a name that is looked for in the rest of the document, at least.
const FEW: usize = 4;

impl Corrected<'_> {
    /// Names that the document knows as places, and names of peoples, wherever else they stand.
    pub(super) fn add_repeated(&mut self) {
        let mut known: HashMap<&str, Vec<(&str, f32)>> = HashMap::new();
        for mention in &self.mentions {
            let name = mention.span.of(self.text);
            let starts_name = name.starts_with(char::is_uppercase);
            if mention.label == Label::Loc && mention.score >= SURE && name.len() >= FEW && starts_name {
                let names = known.entry(first_word(name)).or_default();
                if names.iter().all(|(other, _)| *other != name) && !self.gazetteer.lookup_strictly(name).is_empty() {
                    names.push((name, mention.score));
                }
            }
        }
        // The longest first.
        known.values_mut().for_each(|names| names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len())));
        let mut peoples: HashMap<&str, bool> = HashMap::new();
        let mut added = Vec::new();
        let mut next = 0;
        let mut end = 0;
        for (at, word) in capitalised_words(self.text) {
            while self.mentions.get(next).is_some_and(|mention| mention.span.end <= at) {
                next += 1;
            }
            let free = self.mentions.get(next).map_or(self.text.len(), |mention| mention.span.start);
            if at < end || at >= free {
                continue;
            }
            let here = &self.text[at..free];
            let names = known.get(word).map_or(&[][..], Vec::as_slice);
            let repeated = names.iter().find(|(name, _)| {
                here.strip_prefix(*name).is_some_and(|after| !after.starts_with(char::is_alphanumeric))
            });
            let mention = match repeated {
                Some(&(name, score)) => Some((name.len(), Label::Loc, score)),
                None => {
                    let is_people = *peoples.entry(word).or_insert_with(|| self.is_people(word));
                    (is_people && word.len() <= here.len()).then_some((word.len(), Label::Misc, ADDED))
                }
            };
            if let Some((length, label, score)) = mention {
                end = at + length;
                added.push(Mention::new(Span::new(at, end), label, score));
            }
        }
        if !added.is_empty() {
            self.mentions.append(&mut added);
            self.mentions.sort_by_key(|mention| mention.span);
        }
    }

    /// Whether a word is the name of a people and of nothing else.
    fn is_people(&self, word: &str) -> bool {
        let found = self.gazetteer.lookup_strictly(word);
        let demonym = |found: &Found<'_>| found.kind == NameKind::Demonym;
        word.len() > FEW && !found.is_empty() && found.iter().all(demonym)
    }
}
