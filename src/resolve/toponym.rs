//! The names of places in a document: mentions that are one, and names inside the names of something else.

use std::collections::HashMap;

use super::coordinates::Coordinate;
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
    /// The places that it may mean, in the order of the gazetteer.
    pub candidates: Vec<Candidate>,
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
const WORDS: usize = 4;

/// Newspapers and broadcasters are no part of the places that they are called by.
const MEDIA: [&str; 24] = [
    "post",
    "times",
    "journal",
    "herald",
    "tribune",
    "gazette",
    "chronicle",
    "globe",
    "star",
    "sun",
    "mirror",
    "mail",
    "telegraph",
    "examiner",
    "observer",
    "standard",
    "inquirer",
    "dispatch",
    "courier",
    "register",
    "magazine",
    "guardian",
    "daily",
    "news",
];

/// The names of places in a text, and the positions that it gives in figures, in order. `coordinates`, in order too, are among
/// the mentions.
pub fn find(text: &str, mentions: &[Mention], coordinates: &[Coordinate], gazetteer: &Gazetteer) -> Vec<Toponym> {
    let mut seen = Seen { gazetteer, whole: HashMap::new(), parts: HashMap::new() };
    let mut found = Vec::with_capacity(mentions.len());
    for (n, mention) in mentions.iter().enumerate() {
        let name = mention.span.of(text);
        let one = |role, candidates| Toponym { span: mention.span, mention: n, role, candidates, coordinate: None };
        if let Ok(given) = coordinates.binary_search_by_key(&mention.span, |coordinate| coordinate.span) {
            let coordinate = Some(coordinates[given]);
            found.push(Toponym { coordinate, ..one(Role::Coordinate, Vec::new()) });
            continue;
        }
        match mention.label {
            Label::Loc => {
                let candidates = seen.whole(name);
                let strict = candidates.first().is_some_and(|best| best.fold <= Fold::Folded);
                found.push(one(Role::Place, candidates));
                if !strict {
                    found.extend(within(text, n, mention.span, &mut seen, true));
                }
            }
            Label::Misc => {
                let mut candidates = seen.strictly(name);
                candidates.retain(|candidate| candidate.kind == NameKind::Demonym);
                match candidates.is_empty() {
                    false => found.push(one(Role::People, candidates)),
                    true => found.extend(within(text, n, mention.span, &mut seen, true)),
                }
            }
            Label::Org => {
                let candidates = seen.part(name);
                match candidates.is_empty() {
                    false => found.push(one(Role::Organisation, candidates)),
                    true => found.extend(within(text, n, mention.span, &mut seen, true)),
                }
            }
            Label::Per => {}
        }
    }
    found
}

/// The names of places in the name of a newspaper or the like.
pub(super) fn find_any(name: &str, mention: Mention, gazetteer: &Gazetteer) -> Vec<Toponym> {
    let mut seen = Seen { gazetteer, whole: HashMap::new(), parts: HashMap::new() };
    within(name, 0, mention.span, &mut seen, false)
}

/// Look-ups of this document: names are repeated.
struct Seen<'a> {
    gazetteer: &'a Gazetteer,
    whole: HashMap<String, Vec<Candidate>>,
    parts: HashMap<String, Vec<Candidate>>,
}

impl Seen<'_> {
    fn whole(&mut self, name: &str) -> Vec<Candidate> {
        let look_up = || {
            let mut found = look_up_place(name, self.gazetteer);
            found.truncate(CONSIDERED);
            found
        };
        self.whole.entry(name.to_owned()).or_insert_with(look_up).clone()
    }

    fn strictly(&mut self, name: &str) -> Vec<Candidate> {
        let look_up = || {
            let mut found = self.gazetteer.lookup_strictly(name);
            found.truncate(CONSIDERED);
            found
        };
        self.parts.entry(name.to_owned()).or_insert_with(look_up).clone()
    }

    /// The places of a name that may stand in another's: not by names that hardly anybody uses.
    fn part(&mut self, name: &str) -> Vec<Candidate> {
        let mut found = self.strictly(name);
        // "La Plancha" is not in Los Angeles.
        let short = name.len() <= ABBREVIATION;
        found.retain(|candidate| {
            !matches!(candidate.kind, NameKind::Unknown | NameKind::Historic)
                && (!short || candidate.fold == Fold::Exact)
        });
        found
    }
}

/// The names of places within a mention, but for the whole of it: of those that overlap the first, and of these the
/// longest. `but_media`: a newspaper is no part of the place that it is called by.
fn within(text: &str, mention: usize, span: Span, seen: &mut Seen<'_>, but_media: bool) -> Vec<Toponym> {
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
            let next = words.get(last + 1).map(|next| fold(&span.of(text)[next.start..next.end]));
            let is_media = but_media && next.is_some_and(|next| MEDIA.contains(&&*next));
            if is_media || GENERIC.contains(&&*fold(name)) {
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
const GENERIC: [&str; 40] = [
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
