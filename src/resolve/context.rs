//! What the text beside a name says of its place: "Bangor, Maine", "the state of Washington".

use std::collections::HashMap;
use std::hash::DefaultHasher;
use std::sync::LazyLock;

use regex::Regex;

use super::kinds;
use super::lists::{List, ListSiblings};
use super::toponym::{Role, Toponym};
use crate::document::Span;
use crate::gazetteer::name::fold;
use crate::gazetteer::{Gazetteer, GazetteerPlace};
use crate::mention::Mention;
use crate::sentence::same_paragraph;

/// The names of a document, and what is said beside each.
///
/// A name keeps its meaning through a document: what the text says beside one of its mentions holds for those that it
/// says nothing of.
pub struct Context {
    /// The number of the name of each toponym: equal for toponyms with the same folded name.
    names: Vec<usize>,
    /// The toponyms of each name.
    toponyms: Vec<Vec<usize>>,
    beside: Vec<Beside>,
    lists: Vec<List>,
    /// The toponym whose word on what it is in is taken for each.
    inside_speakers: Vec<usize>,
    /// The toponym whose word on what it holds is taken for each.
    holding_speakers: Vec<usize>,
    /// The toponym whose type word is taken for each.
    type_speakers: Vec<usize>,
}

/// What stands beside one toponym.
#[derive(Clone, Debug, Default, PartialEq)]
struct Beside {
    /// The toponyms that the text says it is in.
    outer: Vec<usize>,
    /// The toponyms that the text says are in it.
    inner: Vec<usize>,
    /// A word for the kind of place.
    type_word: Option<TypeWord>,
    /// The number of the list that it stands in.
    list: Option<usize>,
    /// Whether what it is said to be in stands in the same list, so that it may be no more than its neighbour.
    listed_outer: bool,
    /// Whether "the" stands before it, and nothing behind that it could belong to.
    article: bool,
    /// Whether it says where the text was written: "GENEVA (AP) —".
    dateline: bool,
    /// Whether the text calls it a capital.
    capital: bool,
    /// The next toponyms to its left and right, if they are in the same paragraph and no more than [`BESIDE`] away.
    neighbours: [Option<usize>; 2],
}

/// How far apart names are that stand beside each other, in bytes.
const BESIDE: usize = 120;

/// A word beside a name that says what kind of place it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TypeWord {
    /// In lower case and the singular.
    pub word: String,
    /// "Kano state"; else "the state of Kano".
    pub follows: bool,
}

/// Words for what is no point on the map.
const AREA_WORDS: [&str; 16] = [
    "country",
    "county",
    "desert",
    "governorate",
    "kingdom",
    "mountains",
    "nation",
    "oblast",
    "parish",
    "prefecture",
    "province",
    "region",
    "republic",
    "river",
    "sea",
    "state",
];

/// Words for kinds of place that say nothing beside a name: "capital" is read by what stands between two names, a "university
/// of Leeds" is no place of that name, the "port", the "base" and the "camp" lie near it.
const NOT_BESIDE: [&str; 14] = [
    "capital",
    "university",
    "college",
    "hospital",
    "port",
    "base",
    "camp",
    "park",
    "plant",
    "field",
    "church",
    "coast",
    "square",
    "bank",
];

/// Words of which a plural beside a list says what all of it is.
const PLURALS: [(&str, &str); 14] = [
    ("counties", "county"),
    ("parishes", "parish"),
    ("states", "state"),
    ("provinces", "province"),
    ("governorates", "governorate"),
    ("regions", "region"),
    ("districts", "district"),
    ("prefectures", "prefecture"),
    ("cities", "city"),
    ("towns", "town"),
    ("villages", "village"),
    ("suburbs", "suburb"),
    ("rivers", "river"),
    ("lakes", "lake"),
];

impl Context {
    /// Reads the text beside each toponym.
    pub fn read(text: &str, mentions: &[Mention], toponyms: &[Toponym], gazetteer: &Gazetteer) -> Self {
        let mut numbers: HashMap<String, usize> = HashMap::new();
        let mut of_name: Vec<Vec<usize>> = Vec::new();
        let mut names = Vec::with_capacity(toponyms.len());
        for (n, toponym) in toponyms.iter().enumerate() {
            let number = *numbers.entry(fold(toponym.span.of(text))).or_insert(of_name.len());
            if number == of_name.len() {
                of_name.push(Vec::new());
            }
            of_name[number].push(n);
            names.push(number);
        }
        let (beside, lists) = read_beside(text, mentions, toponyms, gazetteer);
        let inside_speakers = speakers(&names, &of_name, |n| !beside[n].outer.is_empty());
        let holding_speakers = speakers(&names, &of_name, |n| !beside[n].inner.is_empty());
        let type_speakers = speakers(&names, &of_name, |n| beside[n].type_word.is_some());
        Self { names, toponyms: of_name, beside, lists, inside_speakers, holding_speakers, type_speakers }
    }

    /// The number of a toponym's name.
    pub fn name(&self, toponym: usize) -> usize {
        self.names[toponym]
    }

    /// How many names there are.
    pub fn names(&self) -> usize {
        self.toponyms.len()
    }

    /// The toponyms of a name, in order.
    pub fn toponyms_of(&self, name: usize) -> &[usize] {
        &self.toponyms[name]
    }

    /// Whether the text calls a toponym's place an area: "Nineveh province".
    pub fn is_called_area(&self, toponym: usize) -> bool {
        self.own_type_word(toponym).is_some_and(|said| AREA_WORDS.contains(&said.word.as_str()))
    }

    /// The toponyms that the text says it is in: of this mention, or of another of its name.
    pub fn outer(&self, toponym: usize) -> &[usize] {
        &self.beside[self.inside_speakers[toponym]].outer
    }

    /// The toponyms that the text says are in it: of this mention, or of another of its name.
    pub fn inner(&self, toponym: usize) -> &[usize] {
        &self.beside[self.holding_speakers[toponym]].inner
    }

    /// The word for the kind of place, said of this mention or of another of its name.
    pub fn type_word(&self, toponym: usize) -> Option<&TypeWord> {
        self.beside[self.type_speakers[toponym]].type_word.as_ref()
    }

    /// The word for the kind of place that is said of this mention itself: "Lagos state" is the state, but elsewhere in
    /// the document Lagos is the city.
    pub fn own_type_word(&self, toponym: usize) -> Option<&TypeWord> {
        self.beside[toponym].type_word.as_ref()
    }

    /// The others of the list that it stands in.
    pub fn list(&self, toponym: usize) -> impl Iterator<Item = usize> {
        let (first, end) = self.list_of(toponym).map_or((0, 0), |list| list.members);
        (first..end).filter(move |&other| other != toponym)
    }

    /// Of the others of its list, the share that may be siblings of a place that it may mean: states of the same country.
    pub fn siblings(&self, toponym: usize, place: &GazetteerPlace<'_>) -> f64 {
        self.list_of(toponym).map_or(0.0, |list| list.share(place))
    }

    /// Hashes what the siblings of all places depend on that it may mean.
    pub fn hash_siblings(&self, toponym: usize, state: &mut DefaultHasher) {
        if let Some(list) = self.list_of(toponym) {
            list.hash_shares(state);
        }
    }

    fn list_of(&self, toponym: usize) -> Option<&List> {
        self.beside[toponym].list.map(|list| &self.lists[list])
    }

    /// Whether what it is said to be in is beside it in a list.
    pub fn is_listed_outer(&self, toponym: usize) -> bool {
        self.beside[self.inside_speakers[toponym]].listed_outer
    }

    /// Whether "the" stands before it, and nothing behind it that the word could belong to: "the Murray is low".
    pub fn has_article(&self, toponym: usize) -> bool {
        self.beside[toponym].article
    }

    /// Whether the text calls it a capital.
    pub fn is_called_capital(&self, toponym: usize) -> bool {
        self.beside[toponym].capital
    }

    /// Whether it says where the text was written: "GENEVA (AP) —".
    pub fn is_dateline(&self, toponym: usize) -> bool {
        self.beside[toponym].dateline
    }

    /// The names that stand beside it.
    pub fn neighbours(&self, toponym: usize) -> impl Iterator<Item = usize> {
        self.beside[toponym].neighbours.iter().flatten().map(|&other| self.names[other])
    }
}

/// For each toponym itself if it speaks, or else the nearest of its name before it that does, or else the first after
/// it, or else itself.
fn speakers(names: &[usize], of_name: &[Vec<usize>], speaks: impl Fn(usize) -> bool) -> Vec<usize> {
    let mut last: Vec<Option<usize>> =
        of_name.iter().map(|toponyms| toponyms.iter().copied().find(|&n| speaks(n))).collect();
    let mut found = Vec::with_capacity(names.len());
    for (n, &name) in names.iter().enumerate() {
        if speaks(n) {
            last[name] = Some(n);
        }
        found.push(last[name].unwrap_or(n));
    }
    found
}

fn read_beside(
    text: &str,
    mentions: &[Mention],
    toponyms: &[Toponym],
    gazetteer: &Gazetteer,
) -> (Vec<Beside>, Vec<List>) {
    let mut beside = vec![Beside::default(); toponyms.len()];
    for (n, toponym) in toponyms.iter().enumerate() {
        // "Youngstown State University" is no state called Youngstown.
        if toponym.role == Role::Place {
            beside[n].type_word = type_word(text, toponym.span);
            beside[n].article = has_article(text, toponym.span);
            beside[n].dateline = is_dateline(text, toponym.span);
            beside[n].capital = is_called_capital(text, toponym.span);
        }
    }
    let lists = read_lists(text, mentions, toponyms, gazetteer);
    for (number, list) in lists.iter().enumerate() {
        let (first, end) = list.members;
        let said = plural_word(text, toponyms[first].span, toponyms[end - 1].span);
        for beside in &mut beside[first..end] {
            beside.list = Some(number);
            if said.is_some() {
                beside.type_word.clone_from(&said);
            }
        }
    }
    for left in 0..toponyms.len().saturating_sub(1) {
        let right = left + 1;
        let Some(gap) = gap(text, mentions, &toponyms[left], &toponyms[right]) else { continue };
        if gap.len() <= BESIDE && same_paragraph(gap) {
            beside[left].neighbours[1] = Some(right);
            beside[right].neighbours[0] = Some(left);
        }
        let list = beside[left].list.filter(|_| beside[left].list == beside[right].list).map(|list| &lists[list]);
        if list.is_some_and(|list| list.are_siblings(left)) {
            continue;
        }
        if is_containment(gap) && toponyms[left].role != Role::People {
            beside[left].outer.push(right);
            beside[left].listed_outer = list.is_some_and(|list| list.joined);
            beside[right].inner.push(left);
        } else if is_owning(gap) && toponyms[right].role != Role::People {
            beside[right].outer.push(left);
            beside[left].inner.push(right);
        }
    }
    (beside, lists)
}

/// The lists of a text, in order.
fn read_lists(text: &str, mentions: &[Mention], toponyms: &[Toponym], gazetteer: &Gazetteer) -> Vec<List> {
    // First and last member, and whether an "and" joins them.
    let mut rows: Vec<(usize, usize, bool)> = Vec::new();
    for left in 0..toponyms.len().saturating_sub(1) {
        let right = left + 1;
        let Some(gap) = gap(text, mentions, &toponyms[left], &toponyms[right]).filter(|gap| is_list(gap)) else {
            continue;
        };
        let joined = gap.contains(|c: char| c.is_alphabetic() || c == '&');
        match rows.last_mut() {
            Some((_, end, joins)) if *end == right => {
                *end = right + 1;
                *joins |= joined;
            }
            _ => rows.push((left, right + 1, joined)),
        }
    }
    let mut siblings = ListSiblings::new(gazetteer);
    rows.into_iter().map(|(first, end, joined)| List::new((first, end), joined, toponyms, &mut siblings)).collect()
}

/// The text between two toponyms, from the end of what the first stands in; `None` if the second is inside of something
/// that begins before it, or they overlap.
fn gap<'t>(text: &'t str, mentions: &[Mention], left: &Toponym, right: &Toponym) -> Option<&'t str> {
    let start = if left.mention == right.mention { left.span.end } else { mentions[left.mention].span.end };
    let begins = left.mention == right.mention || right.span.start == mentions[right.mention].span.start;
    (start <= right.span.start && begins).then(|| &text[start..right.span.start])
}

/// Parts of countries and the like, as they stand before a name.
const PART: &str = "(?:(?:far[ -])?(?:north|south|mid)?[ -]?(?:north|south|east|west)(?:ern)?|central|upstate|rural|\
                    neighbou?ring|nearby|downtown|suburban)";

/// Kinds of place as they stand between two names.
const KIND: &str = "(?:cit(?:y|ies)|towns?|villages?|capital|port|provinces?|regions?|states?|districts?|count(?:y|ies)|\
                    parish|suburbs?|governorates?|prefecture|municipality|township|island|resort|neighbou?rhood|\
                    stronghold|enclave|hub|metropolis)";

/// Whether the text between two places says that the first is in the second: "Bangor, Maine", "Cairo (Egypt)",
/// "Tripoli in northern Lebanon", "Kano state, Nigeria", "Kabul, the capital of Afghanistan".
pub fn is_containment(between: &str) -> bool {
    static BETWEEN: LazyLock<Regex> = LazyLock::new(|| {
        let said = format!(
            r"(?:,|\s+is|\s+was|,\s+which\s+is)?\s+(?:the|an?)\s+(?:[\w-]+\s+){{0,4}}?{KIND}\s+(?:in|of)|,\s+(?:the\s+)?capital\s+of"
        );
        Regex::new(&format!(
            r"(?i)^(?:\s+{KIND})?(?:\s*,|\s*\(|\s*,?\s*in|{said})\s*(?:the\s+)?(?:{PART}\s+)?(?:{KIND}\s+of\s+)?$"
        ))
        .expect("the pattern is tested")
    });
    between.len() <= BESIDE && BETWEEN.is_match(between) && same_paragraph(between)
}

/// Whether the text between two places says that the second is in the first: "the Texas city of Paris", "Iraq's second
/// city, Mosul", "Iran's Kermanshah".
fn is_owning(between: &str) -> bool {
    static BETWEEN: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(&format!(
            r"(?i)^(?:['’]s?\s+(?:{PART}\s+)?|(?:['’]s?)?\s+(?:[\w-]+\s+){{0,3}}?{KIND}(?:\s+of)?,?\s+)$"
        ))
        .expect("the pattern is tested")
    });
    between.len() <= BESIDE && BETWEEN.is_match(between) && same_paragraph(between)
}

/// Whether the text between two places makes a list of them.
fn is_list(between: &str) -> bool {
    static BETWEEN: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)^\s*(?:,|,?\s+(?:and|or|and/or)|\s*&|,?\s+as\s+well\s+as|,?\s+and\s+in)\s*(?:the\s+)?$")
            .expect("the pattern is tested")
    });
    BETWEEN.is_match(between) && same_paragraph(between)
}

/// The longest of these words with what stands around it.
const REACH: usize = 32;

static WORD_BEFORE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?-u:\b)([A-Za-z]+)(\s+of\s+(?:the\s+)?)$").expect("the pattern is tested"));

// Not "Damascus state television", "police in Lagos state that".
static WORD_AFTER: LazyLock<Regex> = LazyLock::new(|| {
    let other = "that|television|tv|media|radio|news|run|owned|oil|police|port|authority|university|college|prison|\
                 fair|park|route|highway|senat(?:e|or)|house|rep|sen|championships?|line|court|department|school|trooper";
    Regex::new(&format!(r"(?i)^(\s+)([a-z]+)(?-u:\b)([\s-]+(?:{other})(?-u:\b))?")).expect("the pattern is tested")
});

/// The word beside a name that says what kind of place it is: "the state of Washington", "Kano state".
fn type_word(text: &str, span: Span) -> Option<TypeWord> {
    let words = [word_before(text, span), word_after(text, span)];
    words.into_iter().flatten().find(|found| kinds::is_kind(&found.word) && !NOT_BESIDE.contains(&&*found.word))
}

/// Whether "the" stands before a name and nothing behind it that the word could belong to: not "the Baghdad government".
fn has_article(text: &str, span: Span) -> bool {
    static BEFORE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?i)(?-u:\b)the\s+$").expect("the pattern is tested"));
    static AFTER: LazyLock<Regex> = LazyLock::new(|| {
        let words = "a|after|and|are|as|at|because|before|between|but|by|can|could|did|does|during|each|every|fell|flowed|flows|for|\
                     from|had|has|have|he|if|in|into|is|it|its|just|last|lies|like|may|might|more|must|near|no|not|now|of|off|on|\
                     once|one|only|or|over|reached|rose|said|says|shall|she|should|since|so|still|than|that|the|then|they|this|\
                     through|to|today|toward|towards|under|until|was|we|were|when|where|which|while|who|whose|will|with|would|yet|you";
        Regex::new(&format!(r"(?i)^(?:\s*$|\s*[.,;:!?)–—\n]|\s+(?:{words})(?-u:\b))")).expect("the pattern is tested")
    });
    let from = text.ceil_char_boundary(span.start.saturating_sub(8));
    let to = text.floor_char_boundary((span.end + 16).min(text.len()));
    BEFORE.is_match(&text[from..span.start]) && AFTER.is_match(&text[span.end..to])
}

/// Whether the text calls a name a capital: "the capital, Kigali", "Victoria, capital of", "Kabul, the Afghan capital".
fn is_called_capital(text: &str, span: Span) -> bool {
    static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)(?-u:\b)capital(?:\s+city)?,?\s+(?:of\s+)?$").expect("the pattern is tested")
    });
    static AFTER: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)^(?:,|\s+is)\s+(?:the\s+)?(?:\S+\s+)?capital(?:\s+(?:city\s+)?of(?-u:\b)|\s*[,.;])")
            .expect("the pattern is tested")
    });
    let from = text.ceil_char_boundary(span.start.saturating_sub(REACH));
    let to = text.floor_char_boundary((span.end + 2 * REACH).min(text.len()));
    let before = &text[from..span.start];
    // The capital of Panama is no settlement called Panama.
    (BEFORE.is_match(before) && !before.trim_end().ends_with("of")) || AFTER.is_match(&text[span.end..to])
}

/// Whether a name at the beginning of a paragraph says where it was written: "GENEVA (AP) —", "Geneva, May 3 —".
fn is_dateline(text: &str, span: Span) -> bool {
    static AFTER: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(?:,[^—–\n]{1,30}|\s*/[^—–\n]{1,20}/)?\s*(?:\([^)\n]{1,30}\)\s*)?(?:—|–|--?\s)")
            .expect("the pattern is tested")
    });
    let begins = text[..span.start].trim_end_matches([' ', '\t']);
    let to = text.floor_char_boundary((span.end + 80).min(text.len()));
    (begins.is_empty() || begins.ends_with('\n')) && AFTER.is_match(&text[span.end..to])
}

fn word_before(text: &str, span: Span) -> Option<TypeWord> {
    let from = text.ceil_char_boundary(span.start.saturating_sub(REACH));
    let before = WORD_BEFORE.captures(&text[from..span.start]).filter(|found| same_paragraph(&found[2]))?;
    Some(TypeWord { word: before[1].to_lowercase(), follows: false })
}

fn word_after(text: &str, span: Span) -> Option<TypeWord> {
    let to = text.floor_char_boundary((span.end + REACH).min(text.len()));
    let after = WORD_AFTER.captures(&text[span.end..to])?;
    (same_paragraph(&after[1]) && after.get(3).is_none())
        .then(|| TypeWord { word: after[2].to_lowercase(), follows: true })
}

/// The plural beside a list that says what all of it is: "Cooke and Grayson counties", "the cities of Homs and Hama".
fn plural_word(text: &str, first: Span, last: Span) -> Option<TypeWord> {
    let singular = |said: TypeWord| {
        let (_, word) = PLURALS.iter().find(|(plural, _)| *plural == said.word)?;
        Some(TypeWord { word: (*word).to_owned(), ..said })
    };
    word_after(text, last).and_then(singular).or_else(|| word_before(text, first).and_then(singular))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::gazetteer::testing;
    use crate::mention::Label;

    fn read(text: &str, names: &[&str]) -> Context {
        let mut from = 0;
        let mut mention = |name: &&str| {
            let start = from + text[from..].find(name).unwrap();
            from = start + name.len();
            Mention::new(Span::new(start, from), Label::Loc, 1.0)
        };
        let mentions: Vec<Mention> = names.iter().map(&mut mention).collect();
        let toponym = |(n, mention): (usize, &Mention)| Toponym {
            span: mention.span,
            mention: n,
            role: Role::Place,
            candidates: Arc::default(),
            coordinate: None,
        };
        let toponyms: Vec<Toponym> = mentions.iter().enumerate().map(toponym).collect();
        Context::read(text, &mentions, &toponyms, &testing::gazetteer(testing::ten_places()))
    }

    #[test]
    fn containment_is_read() {
        let text = "From Bangor, Maine to Cairo (Egypt) and Oslo.";
        let read = read(text, &["Bangor", "Maine", "Cairo", "Egypt", "Oslo"]);
        assert_eq!(
            (0..5).map(|n| read.outer(n).first().copied()).collect::<Vec<_>>(),
            [Some(1), None, Some(3), None, None]
        );
        assert_eq!((read.inner(1), read.inner(2)), (&[0][..], &[][..]));
    }

    #[test]
    fn type_words_are_read_on_both_sides() {
        let text = "the state of Washington, Kano state and the city of New York, then Paris itself";
        let read = read(text, &["Washington", "Kano", "New York", "Paris"]);
        let words: Vec<_> = (0..4).map(|n| read.own_type_word(n).map(|t| (t.word.as_str(), t.follows))).collect();
        assert_eq!(words, [Some(("state", false)), Some(("state", true)), Some(("city", false)), None]);
        assert!(read.is_called_area(1) && !read.is_called_area(2));
    }

    #[test]
    fn plurals_are_said_of_the_whole_list() {
        let read_one = read("in Cooke and Grayson counties", &["Cooke", "Grayson"]);
        assert_eq!(read_one.own_type_word(0), Some(&TypeWord { word: "county".into(), follows: true }));
        let read =
            read("the towns of Erbil, Dohuk and Sulaymaniyah, not Mosul", &["Erbil", "Dohuk", "Sulaymaniyah", "Mosul"]);
        assert_eq!(read.own_type_word(2), Some(&TypeWord { word: "town".into(), follows: false }));
        assert_eq!(read.list(1).collect::<Vec<_>>(), [0, 2]);
        assert!(read.own_type_word(3).is_none() && read.list(3).next().is_none());
    }

    #[test]
    fn what_says_that_a_place_is_in_another() {
        for between in [
            ", ",
            " (",
            " in ",
            ", in the ",
            ", northern ",
            " in north-eastern ",
            " state, ",
            ", the capital of ",
            " is a small town in northern ",
            ", in the state of ",
        ] {
            assert!(is_containment(between), "{between}");
        }
        for between in [" and ", ". ", ",\n\n", " to ", ", not ", "", " of "] {
            assert!(!is_containment(between), "{between}");
        }
        for between in ["'s ", " city of ", "’s second city, ", " state capital, ", "'s northern ", " town of "] {
            assert!(is_owning(between), "{between}");
        }
        for between in [" of ", " said ", ", ", " and the city of \n\n", " city said "] {
            assert!(!is_owning(between), "{between}");
        }
    }

    #[test]
    fn type_words_stay_in_their_paragraph_and_sense() {
        let text = "LEBANON\n\nCity officials said that the capital of Panama is large; Damascus state television and \
                    police in Lagos state that it is";
        let read = read(text, &["LEBANON", "Panama", "Damascus", "Lagos"]);
        assert!((0..4).all(|n| read.own_type_word(n).is_none()));
    }

    #[test]
    fn a_name_keeps_what_was_said_of_it() {
        let text = "Paris was calm. Paris, Texas grew. PARIS again.";
        let read = read(text, &["Paris", "Paris", "Texas", "PARIS"]);
        assert_eq!(
            (0..4).map(|n| read.outer(n).first().copied()).collect::<Vec<_>>(),
            [Some(2), Some(2), None, Some(2)]
        );
        assert_eq!(read.name(0), read.name(3));
        assert_eq!(read.toponyms_of(read.name(0)), [0, 1, 3]);
    }
}
