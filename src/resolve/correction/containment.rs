//! A place and what it is in are two names, and both are found: "Bangor, Maine", "Port Augusta in South Australia".

use std::sync::LazyLock;

use regex::Regex;

use super::lookups::Found;
use super::words::{CLOSING, NAME, REACH, ends_with_whence};
use super::{ADDED, Corrected, Standing};
use crate::document::Span;
use crate::gazetteer::{GazetteerPlace, NameKind};
use crate::mention::{Label, Mention};
use crate::resolve::features::{is_container, lies_in};

/// From this probability on that both halves of "Benton, Kentucky" are names, they are: the gazetteer knows the pair.
const WAVERING: f32 = 0.05;

impl Corrected<'_> {
    /// Parts the mentions that name a place and what it is in.
    pub(super) fn split_all(&mut self) {
        for mention in std::mem::take(&mut self.mentions) {
            self.split(mention);
        }
    }

    /// Keeps a mention, as two if it names a place and what it is in.
    fn split(&mut self, mention: Mention) {
        let name = mention.span.of(self.text);
        let parts = Some(name).filter(|_| mention.label == Label::Loc).and_then(|name| self.parts(name));
        let Some((first, second)) = parts else { return self.mentions.push(mention) };
        let start = mention.span.start;
        let people = self.gazetteer.lookup_strictly(first.of(name));
        let is_people = people.first().is_some_and(|found| found.kind == NameKind::Demonym);
        let label = if is_people { Label::Misc } else { Label::Loc };
        self.mentions.push(Mention { span: first.shifted(start), ..mention.relabelled(label) });
        self.split(Mention { span: second.shifted(start), ..mention });
    }

    /// The two names of places that a name is made of, if the gazetteer doesn't have the whole.
    fn parts(&self, name: &str) -> Option<(Span, Span)> {
        static OF: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"^(\p{Lu}[\w.'’-]*(?: \p{Lu}[\w.'’-]*)?) (?:city|town|village|province|state|region|district|port|capital|island|suburb)(?:,| of)? (\p{Lu}.*)$")
                .expect("the pattern is tested")
        });
        static IN: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(r"^(\p{Lu}.*?),? in (?:the )?(\p{Lu}.*)$").expect("the pattern is tested"));
        static COMMA: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(r"^(.*?)\s*,\s*(.+)$").expect("the pattern is tested"));
        let parted = [&COMMA, &IN, &OF].into_iter().enumerate().find_map(|(n, form)| {
            let parts = form.captures(name)?;
            let (first, second) = (parts.get(1)?, parts.get(2)?);
            let names = [first.as_str(), second.as_str().split(',').next()?.trim_end()];
            let both = match n {
                // What is in a region is parted from it, whether the gazetteer has it or not.
                0 => self.is_region(names[1]) || self.holds(names[1], names[0]) || self.holds(names[0], names[1]),
                1 => self.is_region(names[1]) && self.is_place(names[0]),
                // "Indian city of Pune".
                _ => self.places(names[0]).any(|place| is_container(&place)) && self.is_place(names[1]),
            };
            both.then(|| (Span::from(first.range()), Span::from(second.range())))
        })?;
        (!parted.0.is_empty() && self.gazetteer.lookup_strictly(name).is_empty()).then_some(parted)
    }

    /// Whether a name is that of a country or first-level division.
    fn is_region(&self, name: &str) -> bool {
        self.gazetteer.lookup_strictly(name).iter().any(|found| {
            !matches!(found.kind, NameKind::Demonym | NameKind::Unknown)
                && is_container(&found.place)
                && found.place.feature != "ADM2"
        })
    }

    /// Whether a place that goes by one name, letter by letter, lies in a region that goes by another.
    fn holds_strictly(&self, outer: &str, inner: &str) -> bool {
        let outer: Vec<GazetteerPlace<'_>> = self.places(outer).filter(is_container).collect();
        let held = |inner: &Found<'_>| {
            inner.kind != NameKind::Demonym && outer.iter().any(|outer| lies_in(&inner.place, outer))
        };
        !outer.is_empty() && self.gazetteer.lookup_strictly(inner).iter().any(held)
    }

    /// "Benton, Kentucky" where the model wavers whether it is one name or two, or none: what counts is whether there are
    /// names at all, since the gazetteer knows a place of that name there.
    pub(super) fn add_pairs(&mut self) {
        static NEXT: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(&format!(r",[ \n]({NAME})")).expect("the pattern is tested"));
        let mut found = Vec::new();
        for next in NEXT.captures_iter(self.text) {
            let (Some(all), Some(words)) = (next.get(0), next.get(1)) else { continue };
            let words = Span::from(words.range());
            let Some(before) = self.name_before(all.start()) else { continue };
            let Some((inner, outer)) = self.pair(before, words) else { continue };
            let standing = [self.standing(inner), self.standing(outer)];
            let mentions = standing.map(|standing| matches!(standing, Standing::Mention(Label::Loc)));
            if mentions != [true; 2] && self.may_be_place(inner) && self.may_be_place(outer) {
                found.extend([inner, outer]);
            }
        }
        self.set_all(found.into_iter().map(|span| (span, ADDED)));
    }

    /// A place that ends some words, and what it lies in, which begins others.
    fn pair(&self, before: Span, words: Span) -> Option<(Span, Span)> {
        let name = words.of(self.text);
        let ends = name.match_indices([' ', '-']).map(|(at, _)| at).chain([name.len()]).collect::<Vec<_>>();
        ends.into_iter().rev().find_map(|end| {
            let outer = name[..end].trim_end_matches(['’', '\'']);
            let outer = outer.strip_suffix("’s").or_else(|| outer.strip_suffix("'s")).unwrap_or(outer);
            // The full stop of a sentence is none of a name's.
            let outer = if self.is_region(outer) { outer } else { outer.trim_end_matches('.') };
            let region = self.is_region(outer);
            let inner = region.then(|| self.longest_end(before, |inner| self.holds_strictly(outer, inner)))??;
            Some((inner, Span::new(words.start, words.start + outer.len())))
        })
    }

    /// Whether the model lets a stretch of text be a place beside what it is in, or what it holds.
    fn may_be_place(&self, span: Span) -> bool {
        match self.standing(span) {
            Standing::Mention(Label::Loc) => true,
            Standing::Free => self.evidence.of_any(self.text, span) >= WAVERING,
            // "Mobile, Alabama": another name only if a place may stand there.
            Standing::Mention(_) => {
                self.evidence.of(self.text, span, Label::Loc) >= WAVERING
                    || (ends_with_whence(self.before(span.start)) && self.evidence.of_any(self.text, span) > 0.0)
            }
            Standing::Other => false,
        }
    }

    /// Places after a comma that hold the place before it.
    pub(super) fn add_containers(&mut self) {
        static NEXT: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(&format!(r"^,[ \n]({NAME})")).expect("the pattern is tested"));
        let mut found = Vec::new();
        for mention in self.mentions.iter().filter(|mention| mention.label == Label::Loc) {
            let rest = &self.text[mention.span.end..];
            let Some(words) = NEXT.captures(&rest[..rest.floor_char_boundary(REACH)]).and_then(|next| next.get(1))
            else {
                continue;
            };
            let start = mention.span.end + words.start();
            // The longest name that holds it.
            let ends = words.as_str().match_indices([' ', '-']).map(|(at, _)| at).chain([words.len()]);
            let ends: Vec<usize> = ends.collect();
            let name = mention.span.of(self.text);
            let longest = ends.into_iter().rev().map(|end| words.as_str()[..end].trim_end_matches(['.', '’', '\'']));
            if let Some(outer) = longest.into_iter().find(|outer| self.holds(outer, name)) {
                found.push((Span::new(start, start + outer.len()), mention.score));
            }
        }
        self.set_all(found);
    }

    /// Places before a comma that lie in the place behind it.
    pub(super) fn add_contained(&mut self) {
        let mut found = Vec::new();
        for mention in self.mentions.iter().filter(|mention| mention.label == Label::Loc) {
            let outer = mention.span.of(self.text);
            // "In March, England beat Wales" speaks of no place in England.
            let behind = self.text[mention.span.end..].trim_start_matches([' ', '\n']);
            if !(outer.ends_with('.') || behind.is_empty() || behind.starts_with(CLOSING)) {
                continue;
            }
            let comma =
                self.text[..mention.span.start].strip_suffix([' ', '\n']).and_then(|text| text.strip_suffix(','));
            let Some(words) = comma.and_then(|before| self.name_before(before.len())) else { continue };
            let name = self.longest_end(words, |name| self.is_place(name) && self.holds(outer, name));
            found.extend(name);
        }
        found.retain(|&name| self.standing(name) == Standing::Free);
        self.set_all(found.into_iter().map(|name| (name, ADDED)));
    }
}
