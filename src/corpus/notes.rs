//! What was done about records so that none is lost: told once a kind, with how often it was.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use super::fields::names::Role;
use super::position::Position;

/// What was mended of JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mended {
    /// Half of a character beyond the first 65,536, without its other half.
    Surrogate,
    /// NaN or Infinity.
    NotANumber,
    /// A whole number beyond 64 bits, which is kept as a string.
    LongNumber,
    /// A number that is larger than any of 64 bits.
    LargeNumber,
}

/// Something that a user may want to know of what was read, though nothing failed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Note {
    /// Something was taken from a field that nobody named.
    Taken(Role, String),
    /// A field that is not what it should be was left out.
    LeftOut(String, &'static str),
    /// Something that is no JSON was mended.
    Json(Mended),
    /// A date cannot be read; it is carried through as it stands.
    Date,
    /// A table has quotation marks in fields behind backslashes.
    Backslashes,
    /// A folder is a table whose log says which of its files count.
    TableLog(&'static str),
}

/// How often something was done.
#[derive(Clone, Debug)]
struct Noted {
    count: u64,
    first: Position,
    /// What it was about, the first time.
    example: Option<String>,
}

/// What is told when a run ends. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Notes {
    noted: Arc<Mutex<BTreeMap<Note, Noted>>>,
    /// The fields that were asked for by name, and whether any record has them.
    asked: Arc<Mutex<BTreeMap<String, bool>>>,
}

/// Characters of an example.
const EXAMPLE: usize = 60;

impl Notes {
    /// Something was done about a record.
    pub fn add(&self, note: Note, position: &Position) {
        self.add_example(note, position, || None);
    }

    /// The same with what it was about.
    pub(super) fn add_example(&self, note: Note, position: &Position, example: impl FnOnce() -> Option<String>) {
        let mut all = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(note).and_modify(|noted| noted.count += 1).or_insert_with(|| Noted {
            count: 1,
            first: position.clone(),
            example: example(),
        });
    }

    /// A field was asked for by name, and a record has it or not.
    pub(super) fn asked(&self, name: &str, there: bool) {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        match asked.get_mut(name) {
            Some(known) => *known |= there,
            None => drop(asked.insert(name.to_owned(), there)),
        }
    }

    /// All of it in sentences, without control characters of others.
    pub fn told(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let missing =
            asked.iter().filter(|(_, there)| !**there).map(|(name, _)| format!("no record has a field {name:?}"));
        let all = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        missing.chain(all.iter().map(|(note, noted)| told(note, noted))).collect()
    }
}

fn told(note: &Note, Noted { count, first, example }: &Noted) -> String {
    let times = match count {
        1 => format!("in {first}"),
        count => format!("{count} times, first in {first}"),
    };
    let example = example.as_deref().map(shortened).unwrap_or_default();
    match note {
        Note::Taken(role, field) => format!("{role} is taken from {field:?}"),
        Note::LeftOut(field, was) => format!("{field:?} is left out where it is {was} ({times})"),
        Note::Json(Mended::Surrogate) => format!("half a character (a lone surrogate) became U+FFFD ({times})"),
        Note::Json(Mended::NotANumber) => format!("NaN or Infinity became null ({times})"),
        Note::Json(Mended::LongNumber) => format!("a whole number beyond 64 bits is kept as a string ({times})"),
        Note::Json(Mended::LargeNumber) => format!("a number beyond 64 bits became null ({times})"),
        Note::Date => format!(
            "a date cannot be read, and is kept as it stands: {example:?} ({times}); its form can be named, such as %d/%m/%Y"
        ),
        Note::Backslashes => format!("{first}: \\\" is read as a quotation mark within a field, as Spark writes it"),
        Note::TableLog(kind) => {
            format!(
                "{first}: is a {kind} table, whose log is not read: rows that were removed may be among the documents"
            )
        }
    }
}

fn shortened(example: &str) -> String {
    let mut told: String = example.chars().take(EXAMPLE).collect();
    if told.len() < example.len() {
        told.push('…');
    }
    told
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "the text",
            Self::Id => "the id",
            Self::Title => "the title",
            Self::Date => "the date",
            Self::Source => "the source",
            Self::Url => "the address",
        })
    }
}
