//! Tags of words as names: which scheme they follow, and where names begin and end.
//!
//! A tag is `O`, or a place (`B`, `I`, `E`, `S`; `L`, `U` or `M` of other schemes), a hyphen and a type. Where no tag of a
//! corpus has a place, types stand alone. What does not follow from the tags beside it is read as CoNLL's own script reads
//! it, and told: a name begins where a word within one has none before it.

use super::corpus::Scheme;

/// What a tag says of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark<'t> {
    /// In no name.
    Outside,
    /// The first word of a name.
    Begin(&'t str),
    /// A word within a name of that type.
    Inside(&'t str),
    /// The last word of a name.
    End(&'t str),
    /// A name of one word.
    Single(&'t str),
}

impl<'t> Mark<'t> {
    /// What a tag with a place says, before its type or behind it; `None` if it is none.
    pub fn of(tag: &'t str) -> Option<Self> {
        if tag.eq_ignore_ascii_case("O") {
            return Some(Self::Outside);
        }
        let before = tag.split_once(['-', '_']);
        let behind = tag.rsplit_once(['-', '_']).map(|(kind, place)| (place, kind));
        [before, behind].into_iter().flatten().find_map(|(place, kind)| Self::at(place, kind))
    }

    fn at(place: &str, kind: &'t str) -> Option<Self> {
        if kind.is_empty() {
            return None;
        }
        match place.to_ascii_uppercase().as_str() {
            "B" => Some(Self::Begin(kind)),
            "I" | "M" => Some(Self::Inside(kind)),
            "E" | "L" => Some(Self::End(kind)),
            "S" | "U" => Some(Self::Single(kind)),
            _ => None,
        }
    }

    /// What a tag says that may be a type alone; `None` if it cannot be one.
    pub fn of_type(tag: &'t str) -> Option<Self> {
        let is_type = tag.len() > 1 && tag.starts_with(char::is_alphabetic);
        if tag.eq_ignore_ascii_case("O") { Some(Self::Outside) } else { is_type.then_some(Self::Inside(tag)) }
    }
}

/// Whether the tags of a corpus are types without places: none has a place, and some words are in no name.
pub fn are_types<'t>(tags: impl Iterator<Item = &'t str>) -> bool {
    let (mut outside, mut types) = (false, false);
    for tag in tags {
        match Mark::of(tag) {
            Some(Mark::Outside) => outside = true,
            Some(_) => return false,
            None => types |= Mark::of_type(tag).is_some(),
        }
    }
    outside && types
}

/// A name by its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marked<'t> {
    /// The first word.
    pub first: usize,
    /// The last word.
    pub last: usize,
    /// Its type, as the corpus has it.
    pub kind: &'t str,
}

/// Tells the scheme of a corpus, sentence by sentence.
#[derive(Default)]
pub struct SchemeFinder {
    ends: bool,
    last_or_unit: bool,
    begins: bool,
    /// Whether a name begins with B- where IOB1 would have I-.
    begins_freely: bool,
    inside: bool,
}

impl SchemeFinder {
    /// Adds a sentence.
    pub fn add<'t>(&mut self, tags: impl Iterator<Item = (&'t str, Mark<'t>)>) {
        let mut before = Mark::Outside;
        for (tag, mark) in tags {
            match mark {
                Mark::Outside => {}
                Mark::Begin(kind) => {
                    self.begins = true;
                    self.begins_freely |= before != Mark::Begin(kind) && before != Mark::Inside(kind);
                }
                Mark::Inside(_) => {
                    self.inside = true;
                    self.ends |= tag.starts_with("M-");
                }
                Mark::End(_) | Mark::Single(_) => {
                    self.ends = true;
                    self.last_or_unit |= tag.starts_with(['L', 'U']);
                }
            }
            before = mark;
        }
    }

    /// The scheme; `None` if no word is in a name.
    pub fn scheme(&self) -> Option<Scheme> {
        match self {
            Self { ends: true, last_or_unit: true, .. } => Some(Scheme::Bilou),
            Self { ends: true, .. } => Some(Scheme::Bioes),
            Self { begins_freely: true, .. } => Some(Scheme::Iob2),
            Self { begins: true, .. } => Some(Scheme::Iob1),
            Self { inside: true, .. } => Some(Scheme::Io),
            _ => None,
        }
    }
}

/// The names of a sentence, and its words whose tag does not follow from those beside it, with what is wrong.
pub fn names<'t>(marks: &[Mark<'t>], scheme: Option<Scheme>) -> (Vec<Marked<'t>>, Vec<(usize, String)>) {
    let mut reading = Reading { scheme, names: Vec::new(), faults: Vec::new(), open: None };
    for (at, &mark) in marks.iter().enumerate() {
        reading.word(at, mark);
    }
    reading.break_off();
    (reading.names, reading.faults)
}

struct Reading<'t> {
    scheme: Option<Scheme>,
    names: Vec<Marked<'t>>,
    faults: Vec<(usize, String)>,
    open: Option<Marked<'t>>,
}

impl<'t> Reading<'t> {
    fn word(&mut self, at: usize, mark: Mark<'t>) {
        match mark {
            Mark::Outside => self.break_off(),
            Mark::Begin(kind) => {
                self.break_off();
                self.open = Some(Marked { first: at, last: at, kind });
            }
            Mark::Single(kind) => {
                self.break_off();
                self.names.push(Marked { first: at, last: at, kind });
            }
            Mark::Inside(kind) | Mark::End(kind) => {
                if self.open.is_none_or(|open| open.kind != kind) {
                    self.break_off();
                    self.begun_within(at, mark, kind);
                    self.open = Some(Marked { first: at, last: at, kind });
                }
                if let Some(open) = &mut self.open {
                    open.last = at;
                }
                if matches!(mark, Mark::End(_)) {
                    self.names.extend(self.open.take());
                }
            }
        }
    }

    /// A name begins with a word that should be within one.
    fn begun_within(&mut self, at: usize, mark: Mark<'t>, kind: &str) {
        if matches!(self.scheme, Some(Scheme::Iob1 | Scheme::Io)) {
            return;
        }
        let place = match (mark, self.scheme) {
            (Mark::End(_), Some(Scheme::Bilou)) => "L",
            (Mark::End(_), _) => "E",
            _ => "I",
        };
        self.faults.push((at, format!("{place}-{kind} without a B-{kind} before it; read as the beginning of a name")));
    }

    /// A name ends though its last word does not say so.
    fn break_off(&mut self) {
        let Some(open) = self.open.take() else { return };
        let end = match self.scheme {
            Some(Scheme::Bioes) => Some("E"),
            Some(Scheme::Bilou) => Some("L"),
            _ => None,
        };
        if let Some(end) = end {
            let kind = open.kind;
            self.faults.push((open.last, format!("a name of {kind} without {end}-{kind}; read as its last word")));
        }
        self.names.push(open);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// First and last word, and type.
    type Words<'t> = (usize, usize, &'t str);

    fn read(tags: &str) -> (Option<Scheme>, Vec<Words<'_>>, Vec<usize>) {
        let types = are_types(tags.split(' '));
        let mark = |tag| if types { Mark::of_type(tag) } else { Mark::of(tag) };
        let marks: Vec<Mark<'_>> = tags.split(' ').map(|tag| mark(tag).unwrap()).collect();
        let mut finder = SchemeFinder::default();
        finder.add(tags.split(' ').zip(marks.iter().copied()));
        let (names, faults) = names(&marks, finder.scheme());
        let names = names.iter().map(|name| (name.first, name.last, name.kind)).collect();
        (finder.scheme(), names, faults.iter().map(|(at, _)| *at).collect())
    }

    #[test]
    fn each_scheme() {
        let two = vec![(0, 1, "PER"), (2, 2, "PER"), (4, 4, "LOC")];
        assert_eq!(read("B-PER I-PER B-PER O B-LOC"), (Some(Scheme::Iob2), two.clone(), vec![]));
        assert_eq!(read("I-PER I-PER B-PER O I-LOC"), (Some(Scheme::Iob1), two.clone(), vec![]));
        assert_eq!(read("B-PER E-PER S-PER O S-LOC"), (Some(Scheme::Bioes), two.clone(), vec![]));
        assert_eq!(read("B-PER L-PER U-PER O U-LOC"), (Some(Scheme::Bilou), two, vec![]));
        let one = vec![(0, 2, "PER"), (4, 4, "LOC")];
        assert_eq!(read("I-PER I-PER I-PER O I-LOC"), (Some(Scheme::Io), one.clone(), vec![]));
        assert_eq!(read("PER PER PER O LOC"), (Some(Scheme::Io), one, vec![]));
        assert_eq!(read("B-A M-A E-A"), (Some(Scheme::Bioes), vec![(0, 2, "A")], vec![]));
        assert_eq!(read("O O"), (None, vec![], vec![]));
    }

    #[test]
    fn what_does_not_follow_is_told() {
        assert_eq!(
            read("I-LOC O B-PER I-ORG I-ORG"),
            (Some(Scheme::Iob2), vec![(0, 0, "LOC"), (2, 2, "PER"), (3, 4, "ORG")], vec![0, 3])
        );
        assert_eq!(
            read("B-PER O S-LOC I-LOC E-LOC E-ORG"),
            (Some(Scheme::Bioes), vec![(0, 0, "PER"), (2, 2, "LOC"), (3, 4, "LOC"), (5, 5, "ORG")], vec![0, 3, 5])
        );
    }

    #[test]
    fn what_is_no_tag() {
        for tag in ["", "B-", "B", "X-PER", "per", "-DOCSTART-", "NN"] {
            assert_eq!(Mark::of(tag), None, "{tag}");
        }
        assert!(!are_types(["NN", "VB"].into_iter()) && !are_types(["O", "B-LOC", "LOC"].into_iter()));
    }
}
