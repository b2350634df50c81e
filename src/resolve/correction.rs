//! Mentions that the text and the gazetteer together show better than the model alone.
//!
//! The model reads a window; this stage reads the document and knows the names of places. Each rule is one that rarely
//! errs, since both must agree:
//!
//! | rule | example |
//! |---|---|
//! | what the words call a place is one: see [`names`](super::relative::names) | "Paullo is a town in" |
//! | a place and what it is in are two names | "Bangor, Maine" as one mention |
//! | the full stop of an abbreviation belongs to it | "Ky" of "LONDON, Ky. (AP)" |
//! | what follows a place after a comma, and holds it, is a place | "Redding, California" where only Redding was found |
//! | what stands before a place and a comma, and lies in it, is a place | the same where only California was found |
//! | the first words of a dispatch are a place | "XENIA — The trial", "BEIRUT (Reuters):" |
//! | a party's letter is no part of a place | "Sen. Bob Casey, D-Pa.," |
//! | what something is based in is a place | "Beirut-based" as one mention, or as none |
//! | what the document names as a place elsewhere, letter by letter | "London" in "London council", in a report from London |
//! | words that are nothing but names of peoples | "Egyptian" of "the Egyptian-Israeli treaty" |
//!
//! A mention that is added has the score of the one that it leans on, or a half.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;

use super::features::{is_container, lies_in};
use super::relative::names::complete;
use crate::document::Span;
use crate::gazetteer::{Candidate, FeatureClass, Gazetteer, GazetteerPlace, NameKind};
use crate::mention::{Label, Mention};

/// The score of a mention that a pattern adds by itself.
const ADDED: f32 = 0.5;

/// The score from which a mention shows that its name is a place's.
const SURE: f32 = 0.7;

/// Letters of a name that is looked for in the rest of the document, at least.
const FEW: usize = 4;

/// Words of a name, as they are written.
const NAME: &str = r"[A-Z][\w.'’]*(?:[ -][A-Z][\w.'’]*){0,2}";

/// Bytes of text beside a mention in which a name that belongs to it may stand.
const REACH: usize = 80;

/// What closes off a place and what it is in: "Bangor, Maine, on", "(Bangor, Maine)", "BANGOR, Maine — ".
const CLOSING: [char; 10] = ['.', ',', ';', ':', '!', '?', ')', '(', '—', '–'];

/// The rules are gone through so many times, at most: twice for nearly every text.
const ROUNDS: usize = 8;

/// Mends the mentions of a text; the result is in order and without overlap, as they are.
pub fn correct(text: &str, mentions: Vec<Mention>, gazetteer: &Gazetteer) -> Vec<Mention> {
    let mut corrected = Corrected { text, gazetteer, mentions };
    // What one rule finds another goes on from, until nothing is found: what was corrected once stays as it is.
    for _ in 0..ROUNDS {
        let before = corrected.mentions.clone();
        let settled = complete(text, std::mem::take(&mut corrected.mentions));
        settled.into_iter().for_each(|mention| corrected.split(mention));
        corrected.add_datelines();
        corrected.add_party_places();
        corrected.add_places_of_compounds();
        corrected.add_containers();
        corrected.add_contained();
        corrected.extend_abbreviations();
        corrected.add_repeated();
        if corrected.mentions == before {
            break;
        }
    }
    corrected.mentions
}

struct Corrected<'a> {
    text: &'a str,
    gazetteer: &'a Gazetteer,
    mentions: Vec<Mention>,
}

impl Corrected<'_> {
    fn places(&self, name: &str) -> Vec<GazetteerPlace<'_>> {
        self.gazetteer.lookup_strictly(name).iter().filter_map(|found| self.gazetteer.get(found.place)).collect()
    }

    /// Keeps a mention, as two if it names a place and what it is in.
    fn split(&mut self, mention: Mention) {
        let name = mention.span.of(self.text);
        let comma = name.find(',').filter(|_| mention.label == Label::Loc);
        let parts = comma.and_then(|comma| {
            let (head, tail) = (name[..comma].trim_end(), name[comma + 1..].trim_start());
            let whole = self.gazetteer.lookup_strictly(name);
            (whole.is_empty() && self.holds(tail.split(',').next()?.trim(), head)).then_some((head, tail))
        });
        let Some((head, tail)) = parts else { return self.mentions.push(mention) };
        let start = mention.span.start;
        self.mentions.push(Mention { span: Span::new(start, start + head.len()), ..mention });
        self.split(Mention { span: Span::new(mention.span.end - tail.len(), mention.span.end), ..mention });
    }

    /// Whether a place of one name is a country or division that holds one of another.
    fn holds(&self, outer: &str, inner: &str) -> bool {
        let outer: Vec<GazetteerPlace<'_>> = self.places(outer).into_iter().filter(is_container).collect();
        !outer.is_empty()
            && self
                .gazetteer
                .lookup(inner)
                .iter()
                .filter_map(|found| self.gazetteer.get(found.place))
                .any(|inner| outer.iter().any(|outer| lies_in(&inner, outer)))
    }

    /// Makes a place of a stretch of text, unless it only partly overlaps what is a mention already.
    fn set(&mut self, span: Span, score: f32) {
        let (first, behind) = self.overlapping(span);
        match &mut self.mentions[first..behind] {
            [] => self.mentions.insert(first, Mention { span, label: Label::Loc, score }),
            [there, ..] if there.span == span => there.label = Label::Loc,
            _ => {}
        }
    }

    /// The mentions that a stretch of text has a part of: the first, and the first behind them.
    fn overlapping(&self, span: Span) -> (usize, usize) {
        let first = self.mentions.partition_point(|mention| mention.span.end <= span.start);
        let behind = self.mentions.partition_point(|mention| mention.span.start < span.end);
        (first, behind.max(first))
    }

    /// The words of a name that ends there, up to three.
    fn name_before(&self, end: usize) -> Option<Span> {
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
    fn longest_end(&self, words: Span, wanted: impl Fn(&str) -> bool) -> Option<Span> {
        let starts = words.of(self.text).match_indices([' ', '-']).map(|(at, _)| at + 1);
        let mut ends = std::iter::once(0).chain(starts).map(|at| Span::new(words.start + at, words.end));
        ends.find(|end| wanted(end.of(self.text)))
    }

    fn add_datelines(&mut self) {
        static DATELINE: LazyLock<Regex> = LazyLock::new(|| {
            let agency =
                r"\((?:AP|AFP|UPI|IPS|IRIN|Reuters|Xinhua|Bloomberg|CNN|[A-Z]{2,6}|[A-Z][a-z]+ ?[A-Z][a-z]+)\)";
            let dash = "(?:—|–|--|-|:)";
            let upper = r"[A-Z][A-Z'’-]+(?:\.? [A-Z][A-Z.'’-]*){0,3}";
            let title = r"[A-Z][A-Za-z'’-]+(?:\.? [A-Z][A-Za-z.'’-]*){0,3}";
            Regex::new(&format!(
                r"(?:\A|\n|[.!?][”’]?\s)[ \t]*({upper}|{title})(?:,\s*([A-Z][A-Za-z.]+(?: [A-Z][A-Za-z.]+)?))?\s*(?:({agency})\s*{dash}|{dash})\s"
            ))
            .expect("the pattern is tested")
        });
        let mut found = Vec::new();
        for dateline in DATELINE.captures_iter(self.text) {
            let Some(name) = dateline.get(1) else { continue };
            let upper = !name.as_str().chars().any(char::is_lowercase);
            if !upper && dateline.get(3).is_none() {
                continue;
            }
            let named = self.places(name.as_str());
            let in_named = dateline.get(2).filter(|outer| self.holds(outer.as_str(), name.as_str()));
            if named.iter().any(|place| place.class == FeatureClass::Populated) || in_named.is_some() {
                found.push(Span::from(name.range()));
                found.extend(in_named.map(|outer| Span::from(outer.range())));
            }
        }
        found.into_iter().for_each(|span| self.set(span, ADDED));
    }

    fn add_party_places(&mut self) {
        static PARTY: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"\b[DRI]-([A-Z][A-Za-z]*\.?(?:[A-Z]\.)*(?: [A-Z][a-z]+)?)").expect("the pattern is tested")
        });
        let found: Vec<Span> =
            PARTY.captures_iter(self.text).filter_map(|found| Some(found.get(1)?.range().into())).collect();
        for span in found {
            // "D-Beachwood" may have become a person.
            let overlaps = |mention: &&mut Mention| mention.span.start < span.end && span.start < mention.span.end;
            let one = self.mentions.iter_mut().find(overlaps);
            let Some(span) = [span.of(self.text), span.of(self.text).split(' ').next().unwrap_or_default()]
                .into_iter()
                .find(|name| !self.gazetteer.lookup_strictly(name).is_empty())
                .map(|name| Span::new(span.start, span.start + name.len()))
            else {
                continue;
            };
            match one {
                Some(mention) if mention.span.start + 2 == span.start => {
                    (mention.span, mention.label) = (span, Label::Loc);
                    let next = self.mentions.partition_point(|mention| mention.span.start <= span.start);
                    // The letters may have reached less far than the name does.
                    if self.mentions.get(next).is_some_and(|next| next.span.start < span.end) {
                        self.mentions.remove(next);
                    }
                }
                _ => self.set(span, ADDED),
            }
        }
    }

    /// "Beirut" of "Beirut-based".
    fn add_places_of_compounds(&mut self) {
        static BEHIND: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(r"-(?:based|born|bred|bound|area)\b").expect("the pattern is tested"));
        for behind in BEHIND.find_iter(self.text) {
            let Some(words) = self.name_before(behind.start()) else { continue };
            let Some(name) = self.longest_end(words, |name| self.is_place(name)) else { continue };
            let compound = Span::new(words.start, behind.end());
            let (first, after) = self.overlapping(Span::new(name.start, compound.end));
            let within = |one: &Mention| compound.start <= one.span.start && one.span.end <= compound.end;
            // What the model has found as a name of its own stays: "Christian-born".
            let unsettled = |one: &Mention| one.span.end > name.end || one.label == Label::Per;
            match &mut self.mentions[first..after] {
                [one] if within(one) && unsettled(one) => (one.span, one.label) = (name, Label::Loc),
                // Any word may begin a sentence with a capital: "Community-based".
                [] if !begins_sentence(self.text, words.start) => self.set(name, ADDED),
                _ => {}
            }
        }
    }

    /// Whether the gazetteer has a place that goes by a name, and not only the name of its people.
    fn is_place(&self, name: &str) -> bool {
        self.gazetteer.lookup_strictly(name).iter().any(|found| found.kind != NameKind::Demonym)
    }

    /// Places after a comma that hold the place before it.
    fn add_containers(&mut self) {
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
        found.into_iter().for_each(|(span, score)| self.set(span, score));
    }

    /// Places before a comma that lie in the place behind it. The model may waver whether the two are one name or two, so
    /// that neither reading is sure enough.
    fn add_contained(&mut self) {
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
        for name in found {
            let (first, behind) = self.overlapping(name);
            if first == behind {
                self.set(name, ADDED);
            }
        }
    }

    /// "Ky" in "Ky. " has its full stop; "U.S" has.
    fn extend_abbreviations(&mut self) {
        let stops = |mention: &Mention| {
            let name = mention.span.of(self.text);
            let written_so = name.contains('.') || name.chars().any(char::is_lowercase);
            mention.label == Label::Loc
                && name.len() <= 6
                && written_so
                && !name.ends_with('.')
                && self.text[mention.span.end..].starts_with('.')
                && self.gazetteer.lookup_strictly(name).iter().any(|found| found.kind == NameKind::Abbreviation)
        };
        let mut extended: Vec<bool> = self.mentions.iter().map(stops).collect();
        for (n, next) in self.mentions.iter().enumerate().skip(1) {
            // Not into a mention that begins there.
            extended[n - 1] &= self.mentions[n - 1].span.end < next.span.start;
        }
        for (mention, stops) in self.mentions.iter_mut().zip(extended) {
            mention.span.end += usize::from(stops);
        }
    }

    /// Names that the document knows as places, and names of peoples, wherever else they stand.
    fn add_repeated(&mut self) {
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
                added.push(Mention { span: Span::new(at, end), label, score });
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
        let demonym = |candidate: &Candidate| candidate.kind == NameKind::Demonym;
        word.len() > FEW && !found.is_empty() && found.iter().all(demonym)
    }
}

/// Whether a sentence or a line begins at a place of the text.
fn begins_sentence(text: &str, at: usize) -> bool {
    let before = text[..at].trim_end_matches([' ', '"', '\'', '“', '‘', '(']);
    before.is_empty() || before.ends_with(['.', '!', '?', ':', '\n', '\r'])
}

fn first_word(name: &str) -> &str {
    name.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default()
}

/// The words of a text that begin with a capital letter, with where they begin.
fn capitalised_words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    let words = words.map(move |word| (word.as_ptr() as usize - text.as_ptr() as usize, word));
    words.filter(|(_, word)| word.starts_with(char::is_uppercase))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::gazetteer::testing::{gazetteer, place};

    fn places() -> Gazetteer {
        let maine = place("geonames:1", "Maine", "A.ADM1", (45.5, -69.0), "US", 1_300_000);
        let kentucky = place("geonames:2", "Kentucky", "A.ADM1", (38.2, -84.9), "US", 4_500_000);
        let within = |code: &str, place: crate::gazetteer::build::PlaceInput| crate::gazetteer::build::PlaceInput {
            admin1: Some(code.to_owned()),
            ..place
        };
        gazetteer([
            within("ME", maine),
            within("KY", kentucky.with_name("Ky.", NameKind::Abbreviation)),
            within("ME", place("geonames:3", "Bangor", "P.PPL", (44.8, -68.8), "US", 32_000)),
            within("KY", place("geonames:4", "London", "P.PPL", (37.1, -84.1), "US", 8_000)),
            place("geonames:5", "Egypt", "A.PCLI", (27.0, 30.0), "EG", 98_000_000)
                .with_name("Egyptian", NameKind::Demonym),
        ])
    }

    /// Amends a text in which `[brackets]` stand around places and `{braces}` around persons.
    fn corrected(marked: &str) -> Vec<String> {
        let (mut text, mut mentions) = (String::new(), Vec::<Mention>::new());
        for c in marked.chars() {
            match c {
                '[' | '{' | '<' => {
                    let label = match c {
                        '[' => Label::Loc,
                        '{' => Label::Per,
                        _ => Label::Misc,
                    };
                    mentions.push(Mention { span: Span::new(text.len(), text.len()), label, score: 1.0 });
                }
                ']' | '}' | '>' => mentions.last_mut().unwrap().span.end = text.len(),
                c => text.push(c),
            }
        }
        let found = correct(&text, mentions, &places());
        assert!(found.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start), "{found:?}");
        assert_eq!(correct(&text, found.clone(), &places()), found, "amending once is enough");
        found.iter().map(|mention| format!("{} {}", mention.span.of(&text), mention.label)).collect()
    }

    #[test]
    fn a_place_and_what_it_is_in_are_two_names() {
        assert_eq!(corrected("in [Bangor, Maine]."), ["Bangor LOC", "Maine LOC"]);
        assert_eq!(corrected("in [Bangor, Kentucky]."), ["Bangor, Kentucky LOC"]);
        assert_eq!(corrected("in [Bangor], Maine, on"), ["Bangor LOC", "Maine LOC"]);
        assert_eq!(corrected("in [Bangor], Monday"), ["Bangor LOC"]);
        assert_eq!(corrected("Near Bangor, [Maine], on"), ["Bangor LOC", "Maine LOC"]);
        assert_eq!(corrected("from Bangor, [Maine] (AP)"), ["Bangor LOC", "Maine LOC"]);
        // Nothing closes it off, or the name is a part of a word.
        assert_eq!(corrected("in Bangor, [Maine] beat London"), ["Maine LOC"]);
        assert_eq!(corrected("eBangor, [Maine], al-Bangor, [Maine], on"), ["Maine LOC", "Maine LOC"]);
        // What lies elsewhere, and what is a name already.
        assert_eq!(corrected("in London, [Maine], on"), ["Maine LOC"]);
        assert_eq!(corrected("with {Bangor}, [Maine], on"), ["Bangor PER", "Maine LOC"]);
    }

    #[test]
    fn abbreviations_have_their_stops() {
        assert_eq!(corrected("[LONDON], [Ky]. (AP) — A man"), ["LONDON LOC", "Ky. LOC"]);
        assert_eq!(corrected("a man of [London], Ky., said"), ["London LOC", "Ky. LOC"]);
        assert_eq!(corrected("Sen. {Jo Doe}, {D-Ky}., said"), ["Jo Doe PER", "Ky. LOC"]);
    }

    #[test]
    fn dispatches_begin_with_a_place() {
        assert_eq!(corrected("BANGOR — A man"), ["BANGOR LOC"]);
        assert_eq!(corrected("Tax is up. {BANGOR}, Maine (AP) -- A man"), ["BANGOR LOC", "Maine LOC"]);
        assert_eq!(corrected("Bangor (Reuters) - A man"), ["Bangor LOC"]);
        assert!(corrected("Bangor - A man").is_empty());
        assert!(corrected("BREAKING: A man").is_empty());
    }

    #[test]
    fn what_something_is_based_in_is_a_place() {
        assert_eq!(corrected("the <Bangor-based> paper"), ["Bangor LOC"]);
        assert_eq!(corrected("the Bangor-based paper"), ["Bangor LOC"]);
        assert_eq!(corrected("The {Bangor}-born man"), ["Bangor LOC"]);
        assert_eq!(corrected("a New Bangor-area school"), ["Bangor LOC"]);
        // What the gazetteer doesn't have, a people, what may be a common word, and a longer name.
        assert!(corrected("the Xyz-based paper. Bangor-based, it said").is_empty());
        assert_eq!(corrected("the <Egyptian>-born man"), ["Egyptian MISC"]);
        // A name that is a place's too, but not to the model.
        assert_eq!(corrected("the <Bangor>-born man"), ["Bangor MISC"]);
        assert_eq!(corrected("the <Bangor-based Daily News>"), ["Bangor-based Daily News MISC"]);
    }

    #[test]
    fn what_is_a_place_elsewhere_is_one() {
        assert_eq!(corrected("London police said that [London] slept."), ["London LOC", "London LOC"]);
        assert_eq!(corrected("A London, Ky., man said that [London] slept."), ["London LOC", "Ky. LOC", "London LOC"]);
        assert_eq!(corrected("Londoners said that [London] slept."), ["London LOC"]);
        assert_eq!(corrected("the Egyptian team"), ["Egyptian MISC"]);
        assert_eq!(corrected("{London} of [London]"), ["London PER", "London LOC"]);
    }

    proptest! {
        /// Whatever is marked in whatever text: mentions stay in order, apart, and on the borders of characters.
        #[test]
        fn any_mentions_are_amended(words in proptest::collection::vec((word(), 0..5usize), 0..25)) {
            let (mut text, mut mentions) = (String::new(), Vec::<Mention>::new());
            for (word, label) in words {
                let start = text.len();
                text.push_str(&word);
                if let (Some(&label), false) = (Label::ALL.get(label), word.is_empty()) {
                    mentions.push(Mention { span: Span::new(start, text.len()), label, score: 0.9 });
                }
                text.push(if start % 3 == 0 { '-' } else { ' ' });
            }
            let gazetteer = places();
            let found = correct(&text, mentions, &gazetteer);
            prop_assert!(found.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start), "{text:?} {found:?}");
            prop_assert!(found.iter().all(|mention| !mention.span.of(&text).is_empty()), "{text:?} {found:?}");
            for toponym in crate::resolve::toponym::find(&text, &found, &[], &gazetteer) {
                let mention = found[toponym.mention].span;
                prop_assert!(mention.start <= toponym.span.start && toponym.span.end <= mention.end, "{text:?}");
            }
        }
    }

    fn word() -> impl Strategy<Value = String> {
        let known = prop::sample::select(vec![
            "Bangor, Maine",
            "Bangor",
            "Bangor,",
            "Maine",
            "LONDON",
            "London",
            "Ky",
            "Ky.",
            "KY",
            "D-Ky",
            "R-Maine",
            "Egyptian",
            "— ",
            "(AP) -- ",
            "A.",
            ", ",
            "é",
            "the London Police",
            "Bangor-London",
            "Bangor-based",
            "\n",
            "¿Ünï",
            "’s",
        ]);
        prop_oneof![4 => known.prop_map(str::to_owned), 1 => "\\PC{0,6}"]
    }
}
