//! What the text beside a mention says of its place: "Bangor, Maine", "the state of Washington".

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;

use super::evidence::{Evidence, is_container, lies_in, type_word_contradicts, type_word_fits};
use crate::document::Span;
use crate::gazetteer::name::fold;
use crate::gazetteer::{Candidate, Gazetteer, Place};
use crate::ner::decode::Mention;
use crate::ner::labels::Label;

/// The names of a document, and what is said beside each mention.
///
/// A name keeps its meaning through a document: what the text says beside one of its mentions holds for those that it
/// says nothing of.
pub struct Context {
    /// The number of the name of each mention: equal for mentions with the same folded name and label.
    names: Vec<usize>,
    /// The mentions of each name.
    mentions: Vec<Vec<usize>>,
    beside: Vec<Beside>,
    /// The mention whose word on what it is in, or holds, is taken for each mention.
    containment_speakers: Vec<usize>,
    /// The mention whose type word is taken for each mention.
    type_speakers: Vec<usize>,
}

/// What stands beside one mention.
#[derive(Clone, Debug, Default, PartialEq)]
struct Beside {
    /// The text says that the place is in that of the next mention.
    in_next: bool,
    /// The text says that the place of the mention before is in this one.
    holds_previous: bool,
    /// A word for the kind of place.
    type_word: Option<TypeWord>,
}

/// A word beside a name that says what kind of place it is.
#[derive(Clone, Debug, PartialEq, Eq)]
struct TypeWord {
    /// In lower case.
    word: String,
    /// "Kano state"; else "the state of Kano".
    follows: bool,
}

/// Words for what is no point on the map.
const AREA_WORDS: [&str; 15] = [
    "country",
    "county",
    "desert",
    "governorate",
    "kingdom",
    "mountains",
    "nation",
    "oblast",
    "prefecture",
    "province",
    "region",
    "republic",
    "river",
    "sea",
    "state",
];

/// Words for the rest. Not "capital": the capital of Panama is no settlement called Panama.
const PLACE_WORDS: [&str; 12] = [
    "city", "district", "gulf", "hamlet", "island", "islands", "lake", "mountain", "strait", "suburb", "town",
    "village",
];

/// What the text says of the place of one mention, with the places that the names beside it may mean.
#[derive(Default)]
pub struct Said<'a> {
    /// The areas that it is in one of.
    containers: Vec<Place<'a>>,
    /// The places of which it holds one.
    held: Vec<Place<'a>>,
    /// Said of this mention or of another of its name.
    type_word: Option<&'a TypeWord>,
    /// Said of this mention itself: "Lagos state" is the state, but elsewhere in the document Lagos is the city.
    own_type_word: Option<&'a TypeWord>,
}

impl Said<'_> {
    /// Adds to a candidate's evidence what the words beside its name say.
    pub fn evidence(&self, intrinsic: Evidence, place: &Place<'_>) -> Evidence {
        let contained = self.containers.iter().any(|outer| lies_in(place, outer));
        let holds = is_container(place) && self.held.iter().any(|inner| lies_in(inner, place));
        let fits = self.type_word.is_some_and(|said| type_word_fits(&said.word, place));
        let contradicts = self.own_type_word.is_some_and(|said| type_word_contradicts(&said.word, said.follows, place));
        Evidence {
            in_named_container: f64::from(u8::from(contained)),
            holds_named_place: f64::from(u8::from(holds)),
            type_word: f64::from(u8::from(fits)),
            other_type_word: f64::from(u8::from(contradicts)),
            ..intrinsic
        }
    }
}

impl Context {
    /// Reads the text beside each mention.
    pub fn read(text: &str, mentions: &[Mention]) -> Self {
        let mut numbers: HashMap<(Label, String), usize> = HashMap::new();
        let mut of_name: Vec<Vec<usize>> = Vec::new();
        let mut names = Vec::with_capacity(mentions.len());
        for (n, mention) in mentions.iter().enumerate() {
            let number = *numbers.entry((mention.label, fold(mention.span.of(text)))).or_insert(of_name.len());
            if number == of_name.len() {
                of_name.push(Vec::new());
            }
            of_name[number].push(n);
            names.push(number);
        }
        let beside: Vec<Beside> = (0..mentions.len()).map(|n| read_beside(text, mentions, n)).collect();
        let says_containment = |n: usize| beside[n].in_next || beside[n].holds_previous;
        let containment_speakers = speakers(&names, &of_name, says_containment);
        let type_speakers = speakers(&names, &of_name, |n| beside[n].type_word.is_some());
        Self { names, mentions: of_name, beside, containment_speakers, type_speakers }
    }

    /// The number of a mention's name.
    pub fn name(&self, mention: usize) -> usize {
        self.names[mention]
    }

    /// The mentions of a name, in order.
    pub fn mentions_of(&self, name: usize) -> &[usize] {
        &self.mentions[name]
    }

    /// Whether the text calls the place of a mention an area: "Nineveh province".
    pub fn is_called_area(&self, mention: usize) -> bool {
        self.beside[mention].type_word.as_ref().is_some_and(|said| AREA_WORDS.contains(&said.word.as_str()))
    }

    /// What the text says of the place of a mention.
    pub fn said<'a>(&'a self, mention: usize, candidates: &[Vec<Candidate>], gazetteer: &'a Gazetteer) -> Said<'a> {
        let speaker = self.containment_speakers[mention];
        let beside = &self.beside[speaker];
        let places = |n: usize| candidates[n].iter().filter_map(|candidate| gazetteer.get(candidate.place));
        Said {
            containers: if beside.in_next { places(speaker + 1).filter(is_container).collect() } else { Vec::new() },
            held: if beside.holds_previous { places(speaker - 1).collect() } else { Vec::new() },
            type_word: self.beside[self.type_speakers[mention]].type_word.as_ref(),
            own_type_word: self.beside[mention].type_word.as_ref(),
        }
    }
}

/// For each mention itself if it speaks, or else the nearest mention of its name before it that does, or else the first
/// after it, or else itself.
fn speakers(names: &[usize], of_name: &[Vec<usize>], speaks: impl Fn(usize) -> bool) -> Vec<usize> {
    let mut last: Vec<Option<usize>> =
        of_name.iter().map(|mentions| mentions.iter().copied().find(|&n| speaks(n))).collect();
    let mut found = Vec::with_capacity(names.len());
    for (n, &name) in names.iter().enumerate() {
        if speaks(n) {
            last[name] = Some(n);
        }
        found.push(last[name].unwrap_or(n));
    }
    found
}

fn read_beside(text: &str, mentions: &[Mention], n: usize) -> Beside {
    let is_in_next = |n: usize| {
        let (Some(inner), Some(outer)) = (mentions.get(n), mentions.get(n + 1)) else { return false };
        let both_places = inner.label == Label::Loc && outer.label == Label::Loc;
        both_places && is_containment(&text[inner.span.end..outer.span.start])
    };
    Beside {
        in_next: is_in_next(n),
        holds_previous: n > 0 && is_in_next(n - 1),
        type_word: if mentions[n].label == Label::Loc { type_word(text, mentions[n].span) } else { None },
    }
}

/// Whether the text between two places says that the first is in the second: "Bangor, Maine", "Cairo (Egypt)",
/// "Tripoli in northern Lebanon".
pub fn is_containment(between: &str) -> bool {
    static BETWEEN: LazyLock<Regex> = LazyLock::new(|| {
        let part = "(?:(?:north|south)?-?(?:north|south|east|west)ern|central|upstate|rural|neighbou?ring|nearby)";
        Regex::new(&format!(r"(?i)^\s*(?:,|\(|,?\s*in(?:\s+the)?)\s*(?:{part}\s+)?$")).expect("the pattern is tested")
    });
    BETWEEN.is_match(between) && same_paragraph(between)
}

/// Whether a stretch of text has no blank line in it.
pub fn same_paragraph(between: &str) -> bool {
    static BLANK_LINE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\n\s*\n|\r\s*\r|\u{2029}").expect("the pattern is tested"));
    !BLANK_LINE.is_match(between)
}

/// The word beside a name that says what kind of place it is: "the state of Washington", "Kano state".
fn type_word(text: &str, span: Span) -> Option<TypeWord> {
    // Not "Damascus state television", "police in Lagos state that".
    static AFTER: LazyLock<Regex> = LazyLock::new(|| {
        let other = "that|television|tv|media|radio|news|run|owned|oil|police|port|authority";
        Regex::new(&format!(r"(?i)^(\s+)([a-z]+)\b([\s-]+(?:{other})\b)?")).expect("the pattern is tested")
    });
    static BEFORE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\b([A-Za-z]+)(\s+of\s+(?:the\s+)?)$").expect("the pattern is tested"));
    // The longest of these words with what stands around it.
    const REACH: usize = 32;
    let from = text.ceil_char_boundary(span.start.saturating_sub(REACH));
    let to = text.floor_char_boundary((span.end + REACH).min(text.len()));
    let before = BEFORE.captures(&text[from..span.start]).filter(|found| same_paragraph(&found[2]));
    let after = AFTER.captures(&text[span.end..to]).filter(|found| same_paragraph(&found[1]) && found.get(3).is_none());
    let word = |word: &str, follows| TypeWord { word: word.to_lowercase(), follows };
    let words = [before.map(|found| word(&found[1], false)), after.map(|found| word(&found[2], true))];
    words
        .into_iter()
        .flatten()
        .find(|found| AREA_WORDS.contains(&found.word.as_str()) || PLACE_WORDS.contains(&found.word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mentions(text: &str, names: &[&str]) -> Vec<Mention> {
        let mut from = 0;
        let mut mention = |name: &&str| {
            let start = from + text[from..].find(name).unwrap();
            from = start + name.len();
            Mention { span: Span::new(start, from), label: Label::Loc, score: 1.0 }
        };
        names.iter().map(&mut mention).collect()
    }

    #[test]
    fn containers_are_read() {
        let text = "From Bangor, Maine to Cairo (Egypt) and Oslo.";
        let read = Context::read(text, &mentions(text, &["Bangor", "Maine", "Cairo", "Egypt", "Oslo"]));
        let in_next: Vec<bool> = read.beside.iter().map(|b| b.in_next).collect();
        assert_eq!(in_next, [true, false, true, false, false]);
        assert!(read.beside[1].holds_previous && !read.beside[2].holds_previous);
    }

    #[test]
    fn type_words_are_read_on_both_sides() {
        let text = "the state of Washington, Kano state and the city of New York, then Paris itself";
        let read = Context::read(text, &mentions(text, &["Washington", "Kano", "New York", "Paris"]));
        let words: Vec<_> =
            read.beside.iter().map(|b| b.type_word.as_ref().map(|t| (t.word.as_str(), t.follows))).collect();
        assert_eq!(words, [Some(("state", false)), Some(("state", true)), Some(("city", false)), None]);
        assert!(read.is_called_area(1) && !read.is_called_area(2));
    }

    #[test]
    fn what_says_that_a_place_is_in_another() {
        for between in [", ", " (", " in ", ", in the ", ", northern ", " in north-eastern "] {
            assert!(is_containment(between), "{between}");
        }
        for between in [" and ", ". ", ",\n\n", " to ", ", not ", ""] {
            assert!(!is_containment(between), "{between}");
        }
    }

    #[test]
    fn type_words_stay_in_their_paragraph_and_sense() {
        let text = "LEBANON\n\nCity officials said that the capital of Panama is large; Damascus state television and \
                    police in Lagos state that it is";
        let read = Context::read(text, &mentions(text, &["LEBANON", "Panama", "Damascus", "Lagos"]));
        assert!(read.beside.iter().all(|b| b.type_word.is_none()), "{:?}", read.beside);
    }

    #[test]
    fn a_name_keeps_what_was_said_of_it() {
        let text = "Paris was calm. Paris, Texas grew. PARIS again.";
        let read = Context::read(text, &mentions(text, &["Paris", "Paris", "Texas", "PARIS"]));
        assert_eq!(read.containment_speakers, [1, 1, 2, 1]);
        assert_eq!(read.name(0), read.name(3));
        assert_eq!(read.mentions_of(read.name(0)), [0, 1, 3]);
    }
}
