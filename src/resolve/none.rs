//! What speaks for it that a name means none of its candidates: the words around it, and what it is a part of.

use std::collections::HashSet;

use super::features::{NoneFeatures, fame, is};
use super::kinds;
use super::known::Known;
use super::names::Names;
use super::relative::vague::without_direction;
use super::toponym::Role;
use crate::document::Span;
use crate::gazetteer::{FeatureClass, Fold, NameKind};
use crate::mention::{Label, Mention};

/// Reads what speaks for none.
pub struct NoneReader<'a, 'g> {
    names: &'a Names<'a, 'g>,
    /// The last words of the names of persons.
    persons: HashSet<&'a str>,
}

impl<'a, 'g> NoneReader<'a, 'g> {
    /// For the names of a document.
    pub fn new(names: &'a Names<'a, 'g>) -> Self {
        let persons = names.mentions.iter().filter(|mention| mention.label == Label::Per);
        let persons = persons.filter_map(|mention| mention.span.of(names.text).split_whitespace().next_back());
        Self { names, persons: persons.collect() }
    }

    /// What speaks for none of the candidates of a toponym.
    pub fn features(&self, n: usize, known: &[Known<'_>]) -> NoneFeatures {
        let names = self.names;
        let toponym = &names.toponyms[n];
        let mention: &Mention = &names.mentions[toponym.mention];
        let name = toponym.span.of(names.text);
        let (before, after) = around(names.text, mention.span, toponym.span);
        let importance = known.iter().map(|known| known.place.importance()).max().unwrap_or(1);
        let exactly = || known.iter().filter(|known| known.candidate.fold <= Fold::Folded);
        let best_known = exactly().map(|known| known.place.importance()).max().unwrap_or(1);
        let is_within = toponym.role == Role::Within;
        let is_place = is(toponym.role == Role::Place);
        let noun = kinds::head_noun(name);
        let settled =
            |known: &Known<'_>| matches!(known.place.class, FeatureClass::Populated | FeatureClass::Administrative);
        // "northern Iraq" is Iraq, with a word before it that is no part of the name.
        let part_of = without_direction(name).is_some();
        NoneFeatures {
            always: 1.0,
            within: is(is_within),
            organisation: is(toponym.role == Role::Organisation),
            people: is(toponym.role == Role::People),
            unsure: 1.0 - f64::from(mention.score),
            importance: f64::from(importance.max(1)).ln() / 10.0,
            well_known: is(toponym.role == Role::Place) * well_known(best_known),
            famous: is_place * exactly().map(|known| fame(&known.place)).fold(0.0, f64::max),
            long_name: is_place * is(name.trim().contains(char::is_whitespace) && exactly().next().is_some()),
            unique: is_place * is(exactly().count() == 1),
            head_noun: is_place * is(noun.is_some_and(|noun| exactly().any(|known| kinds::fits(&noun, &known.place)))),
            only_natural: is_place * is(exactly().next().is_some() && !exactly().any(settled)),
            old_text: is_place * names.age * is(exactly().any(|known| known.candidate.kind == NameKind::Historic)),
            only_loosely: is(!part_of && exactly().next().is_none()),
            one_word: is(!name.trim().contains(char::is_whitespace)),
            lower_case: is(!part_of && !name.starts_with(char::is_uppercase)),
            before_civic_word: is(is_within && CIVIC.contains(&&*after)),
            after_of: is(is_within && matches!(&*before, "of" | "at" | "for" | "in")),
            begins_name: is(is_within && toponym.span.start == mention.span.start),
            ends_name: is(is_within && toponym.span.end == mention.span.end),
            before_street_word: is(STREETS.contains(&&*after)),
            person_namesake: is(self.persons.contains(name)),
            repeated: is(names.context.toponyms_of(names.context.name(n)).len() > 1),
        }
    }
}

/// How well known a place of such an importance is, in 0..=1.
fn well_known(importance: u32) -> f64 {
    let (little, much) = (15_000_f64.ln(), 300_000_f64.ln());
    ((f64::from(importance.max(1)).ln() - little) / (much - little)).clamp(0.0, 1.0)
}

/// The words next to a toponym, in lower case, within its mention or beside it.
fn around(text: &str, mention: Span, toponym: Span) -> (String, String) {
    let before = text[mention.start..toponym.start].split_whitespace().next_back().unwrap_or_default();
    let rest = &text[toponym.end..];
    let rest = &rest[..rest.floor_char_boundary(40)];
    let after = rest.split(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty()).unwrap_or_default();
    (before.to_lowercase(), after.to_lowercase())
}

/// Words for public bodies and offices, which bear the name of where they are.
const CIVIC: [&str; 50] = [
    "county",
    "city",
    "town",
    "township",
    "state",
    "police",
    "sheriff",
    "fire",
    "department",
    "school",
    "schools",
    "high",
    "elementary",
    "middle",
    "university",
    "college",
    "council",
    "board",
    "commission",
    "court",
    "hospital",
    "medical",
    "airport",
    "jail",
    "library",
    "chamber",
    "district",
    "parish",
    "public",
    "community",
    "regional",
    "municipal",
    "area",
    "supreme",
    "house",
    "senate",
    "legislature",
    "government",
    "ministry",
    "parliament",
    "national",
    "foreign",
    "interior",
    "army",
    "embassy",
    "general",
    "attorney",
    "highway",
    "water",
    "health",
];

/// Words for streets.
const STREETS: [&str; 22] = [
    "street",
    "st",
    "road",
    "rd",
    "avenue",
    "ave",
    "drive",
    "dr",
    "lane",
    "boulevard",
    "blvd",
    "highway",
    "parkway",
    "court",
    "place",
    "square",
    "terrace",
    "way",
    "pike",
    "crescent",
    "close",
    "trail",
];
