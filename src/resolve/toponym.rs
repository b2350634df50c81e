//! The names of places in a document: mentions that are one, and names inside the names of something else.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::bearer::{Bearing, bearing, is_body, is_borne_by_other};
use super::coordinates::Coordinate;
use super::features::is_country;
use super::lookup::look_up_place;
use crate::document::Span;
use crate::gazetteer::name::fold;
use crate::gazetteer::{Candidate, Fold, Gazetteer, NameKind};
use crate::mention::{Label, Mention};

/// The name of a place, with the places that it may mean by the gazetteer alone.
#[derive(Clone, Debug, PartialEq)]
pub struct Toponym {
    /// Where it stands.
    pub span: Span,
    /// The index of the mention that it is, or that it is a part of.
    pub mention: usize,
    /// What it is to the mention.
    pub role: Role,
    /// The places that it may mean, in the order of the gazetteer: one list for all mentions of a name.
    pub candidates: Arc<[Candidate]>,
    /// The position that it gives itself, of a [`Role::Coordinate`].
    pub coordinate: Option<Coordinate>,
}

/// What the name of a place is to the mention that it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The mention is the place: a LOC.
    Place,
    /// The mention names the people of the place: "Iraqi", a MISC.
    People,
    /// The mention is an organisation that goes by the name of a place: the team of Arsenal, the government in Washington.
    Organisation,
    /// The mention is the name of something else, and the place is in it: "Paris Police Department".
    Within,
    /// The mention is no name but gives a position in figures: "36°20′N 43°08′E".
    Coordinate,
}

/// Candidates of a name that are scored, at most: of those that match equally well the gazetteer gives the largest
/// first.
const CONSIDERED: usize = 250;

/// Letters of a name within another that must be spelt as the gazetteer spells it.
const ABBREVIATION: usize = 3;

/// Words that a name within another has, at most.
const WORDS: usize = 6;

/// The names of places in a text, and the positions that it gives in figures, in order. `coordinates`, in order too, are among
/// the mentions.
pub fn find(text: &str, mentions: &[Mention], coordinates: &[Coordinate], gazetteer: &Gazetteer) -> Vec<Toponym> {
    let mut seen = Seen::new(gazetteer);
    let mut found = Vec::with_capacity(mentions.len());
    for (n, mention) in mentions.iter().enumerate() {
        let name = mention.span.of(text);
        let one = |role, candidates| Toponym { span: mention.span, mention: n, role, candidates, coordinate: None };
        if let Ok(given) = coordinates.binary_search_by_key(&mention.span, |coordinate| coordinate.span) {
            let coordinate = Some(coordinates[given]);
            found.push(Toponym { coordinate, ..one(Role::Coordinate, Arc::default()) });
            continue;
        }
        match mention.label {
            Label::Loc => {
                let candidates = seen.whole(name);
                let strict = candidates.first().is_some_and(|best| best.fold <= Fold::Folded);
                found.push(one(Role::Place, candidates));
                if !strict {
                    found.extend(within(text, n, mention.span, &mut seen));
                }
            }
            Label::Misc => {
                let candidates = seen.people(name);
                match candidates.is_empty() {
                    true => found.extend(within(text, n, mention.span, &mut seen)),
                    false if is_borne_by_other(text, mention.span, true) => {}
                    false => found.push(one(Role::People, candidates)),
                }
            }
            Label::Org => {
                let candidates = seen.part(name);
                match candidates.is_empty() {
                    false => found.push(one(Role::Organisation, candidates)),
                    true => found.extend(within(text, n, mention.span, &mut seen)),
                }
            }
            Label::Per | Label::Other(_) => {}
        }
    }
    located(text, mentions, found, gazetteer)
}

/// The names of places in a text without those that say nothing of where something is. What may say it, such as "Newark
/// Live Bait", does where the document names the place as one elsewhere.
fn located(text: &str, mentions: &[Mention], mut found: Vec<Toponym>, gazetteer: &Gazetteer) -> Vec<Toponym> {
    let said = |toponym: &Toponym| {
        let mention = mentions[toponym.mention];
        let inner = Span::new(toponym.span.start - mention.span.start, toponym.span.end - mention.span.start);
        match (toponym.role, mention.label) {
            (Role::Organisation, _) if is_body(mention.span.of(text)) => Bearing::Located,
            (Role::Organisation, _) => Bearing::Open,
            (Role::Within, Label::Org | Label::Misc) if is_borne_by_other(text, toponym.span, false) => {
                Bearing::Elsewhere
            }
            (Role::Within, Label::Misc) if is_borne_by_other(text, toponym.span, true) => Bearing::Elsewhere,
            // "American Legion": of a country there is little doubt.
            (Role::Within, Label::Org) => match bearing(mention.span.of(text), inner) {
                Bearing::Open if is_of_country(toponym, gazetteer) => Bearing::Located,
                bearing => bearing,
            },
            // Of events and peoples, "the Athens Marathon", most say it.
            (Role::Within, Label::Misc | Label::Loc) if bearing(mention.span.of(text), inner) == Bearing::Elsewhere => {
                Bearing::Elsewhere
            }
            _ => Bearing::Located,
        }
    };
    let bearings: Vec<Bearing> = found.iter().map(said).collect();
    let sure = found.iter().zip(&bearings).filter(|(_, bearing)| **bearing == Bearing::Located);
    let places: HashSet<String> = sure.map(|(toponym, _)| fold(toponym.span.of(text))).collect();
    let mut bearings = bearings.into_iter();
    found.retain(|toponym| match bearings.next() {
        Some(Bearing::Open) => places.contains(&fold(toponym.span.of(text))),
        said => said == Some(Bearing::Located),
    });
    found
}

/// Whether a name is that of a country or of its people.
fn is_of_country(toponym: &Toponym, gazetteer: &Gazetteer) -> bool {
    let first = toponym.candidates.first().filter(|first| first.fold <= Fold::Folded);
    first.and_then(|first| gazetteer.get(first.place)).is_some_and(|place| is_country(&place))
}

/// The names of places in the name of a newspaper or the like.
pub(super) fn find_any(name: &str, mention: Mention, gazetteer: &Gazetteer) -> Vec<Toponym> {
    let mut seen = Seen::new(gazetteer);
    within(name, 0, mention.span, &mut seen)
}

/// Look-ups of this document: names are repeated.
struct Seen<'a, 't> {
    gazetteer: &'a Gazetteer,
    whole: HashMap<&'t str, Arc<[Candidate]>>,
    parts: HashMap<&'t str, Arc<[Candidate]>>,
    peoples: HashMap<&'t str, Arc<[Candidate]>>,
}

impl<'a, 't> Seen<'a, 't> {
    fn new(gazetteer: &'a Gazetteer) -> Self {
        Self { gazetteer, whole: HashMap::new(), parts: HashMap::new(), peoples: HashMap::new() }
    }

    fn whole(&mut self, name: &'t str) -> Arc<[Candidate]> {
        let look_up = || look_up_place(name, self.gazetteer).into_iter().take(CONSIDERED).collect();
        Arc::clone(self.whole.entry(name).or_insert_with(look_up))
    }

    /// The places that have this word for their people.
    fn people(&mut self, name: &'t str) -> Arc<[Candidate]> {
        let look_up = || {
            let found = self.gazetteer.lookup_strictly(name).into_iter().take(CONSIDERED);
            found.filter(|candidate| candidate.kind == NameKind::Demonym).collect()
        };
        Arc::clone(self.peoples.entry(name).or_insert_with(look_up))
    }

    /// The places of a name that may stand in another's: not by names that hardly anybody uses.
    fn part(&mut self, name: &'t str) -> Arc<[Candidate]> {
        let look_up = || {
            // "La Plancha" is not in Los Angeles.
            let short = name.len() <= ABBREVIATION;
            let found = self.gazetteer.lookup_strictly(name).into_iter().take(CONSIDERED);
            let in_use = found.filter(|candidate| {
                !matches!(candidate.kind, NameKind::Unknown | NameKind::Historic)
                    && (!short || candidate.fold == Fold::Exact)
            });
            in_use.collect()
        };
        Arc::clone(self.parts.entry(name).or_insert_with(look_up))
    }
}

/// The names of places within a mention, but for the whole of it: of those that overlap the first, and of these the
/// longest.
fn within<'t>(text: &'t str, mention: usize, span: Span, seen: &mut Seen<'_, 't>) -> Vec<Toponym> {
    let words = words(span.of(text));
    let mut found = Vec::new();
    let mut first = 0;
    'words: while first < words.len() {
        for last in (first..words.len().min(first + WORDS)).rev() {
            let inner = Span::new(words[first].start, words[last].end);
            let name = &span.of(text)[inner.start..inner.end];
            if inner.len() == span.len() || !name.starts_with(char::is_uppercase) || name.len() < 2 {
                continue;
            }
            if GENERIC.contains(&&*fold(name)) {
                continue;
            }
            let candidates = seen.part(name);
            if !candidates.is_empty() {
                found.push(Toponym {
                    span: inner.shifted(span.start),
                    mention,
                    role: Role::Within,
                    candidates,
                    coordinate: None,
                });
                first = last + 1;
                continue 'words;
            }
        }
        first += 1;
    }
    found
}

/// Words that are names of places somewhere, but hardly ever inside another name.
const GENERIC: [&str; 43] = [
    "union",
    "university",
    "national",
    "bank",
    "police",
    "city",
    "county",
    "state",
    "church",
    "park",
    "central",
    "north",
    "south",
    "east",
    "west",
    "northern",
    "southern",
    "eastern",
    "western",
    "best",
    "star",
    "mission",
    "bar",
    "college",
    "hospital",
    "house",
    "center",
    "centre",
    "international",
    "court",
    "council",
    "board",
    "post",
    "man",
    "street",
    "road",
    "hall",
    "old",
    "grand",
    "the",
    "of",
    "and",
    "de",
];

/// The words of a name, as ranges of it: parted by spaces, hyphens and slashes, without the punctuation around them; the
/// full stop of an abbreviation belongs to it.
fn words(name: &str) -> Vec<Span> {
    let parts = name.split([' ', '\n', '\t', '-', '–', '/', '(', ')', ',', '&']);
    let trimmed = parts.map(|part| {
        let part = part.trim_matches(|c: char| !c.is_alphanumeric() && c != '.');
        let part = part.strip_suffix("'s").or_else(|| part.strip_suffix("’s")).unwrap_or(part);
        let start = part.as_ptr() as usize - name.as_ptr() as usize;
        Span::new(start, start + part.len())
    });
    trimmed.filter(|word| !word.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gazetteer::testing::{gazetteer, ten_places};

    /// The names of places in a text of which `[these]` are places, `{these}` organisations, `<these>` something else.
    fn found(marked: &str) -> Vec<String> {
        let (mut text, mut mentions) = (String::new(), Vec::<Mention>::new());
        for c in marked.chars() {
            if let Some(at) = "[{<".find(c) {
                let label = [Label::Loc, Label::Org, Label::Misc][at];
                mentions.push(Mention::new(Span::new(text.len(), text.len()), label, 1.0));
            } else if "]}>".contains(c) {
                mentions.last_mut().unwrap().span.end = text.len();
            } else {
                text.push(c);
            }
        }
        let found = find(&text, &mentions, &[], &gazetteer(ten_places()));
        found.iter().map(|toponym| toponym.span.of(&text).to_owned()).collect()
    }

    #[test]
    fn a_name_holds_a_place_where_it_says_where_it_is() {
        assert_eq!(found("{University of Mosul} and {Mosul Police Department}"), ["Mosul", "Mosul"]);
        assert!(found("{Mosul Dynamics}, {Mosul Herald} and {Mosul}").is_empty());
        // A bait shop is in the town that the document speaks of.
        assert!(found("{Springfield Live Bait} closed.").is_empty());
        assert_eq!(found("{Springfield Live Bait} of [Springfield] closed."), ["Springfield", "Springfield"]);
    }

    #[test]
    fn things_that_are_called_by_peoples_are_no_places() {
        assert_eq!(found("<Iraqi> soldiers ate <Iraqi> pastries."), ["Iraqi"]);
    }
}
