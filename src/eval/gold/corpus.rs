//! What is read of a marked corpus, how it is asked for, and what can be wrong with it.

use std::collections::BTreeMap;
use std::io;
use std::str::FromStr;

use serde::Serialize;

use crate::document::{Document, OffsetUnit, Span};
use crate::mention::Label;
use crate::ner::types::label_of_type;

/// Broken lines that an error tells one by one.
const TOLD: usize = 10;

/// A name that stands in a text: where, and what it names.
pub type Name = (Span, Label);

/// How the words of a corpus are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum Casing {
    /// As the corpus has them.
    #[default]
    AsIs,
    /// In lower case.
    Lower,
    /// IN UPPER CASE.
    Upper,
}

impl Casing {
    pub(super) fn of(self, word: &str) -> String {
        match self {
            Self::AsIs => word.to_owned(),
            Self::Lower => word.to_lowercase(),
            Self::Upper => word.to_uppercase(),
        }
    }
}

/// How the words of a corpus become the text that is tagged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum TextForm {
    /// As people write: by what the corpus says of its spaces, else by rules.
    #[default]
    Running,
    /// One space between words, whatever they are.
    Spaced,
}

/// The format of a corpus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum Format {
    /// A word a line, in two or more columns: the word first, the tag last.
    Conll,
    /// CoNLL-U, or CoNLL-U Plus: a line `# global.columns = …` names the columns.
    ConlluPlus,
    /// HIPE: the first line names the columns, from TOKEN and NE-COARSE-LIT on.
    Hipe,
    /// A document a line, in JSON: its text, and its names by their offsets.
    Jsonl,
}

/// A column of a table of words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Column {
    /// By its name.
    Name(String),
    /// By its number, from 1.
    Number(usize),
}

impl FromStr for Column {
    type Err = &'static str;

    fn from_str(given: &str) -> Result<Self, Self::Err> {
        match given.parse() {
            Ok(0) => Err("expected a number from 1 on, or the name of a column"),
            Ok(number) => Ok(Self::Number(number)),
            Err(_) if given.trim().is_empty() => Err("expected the name of a column, or its number"),
            Err(_) => Ok(Self::Name(given.to_owned())),
        }
    }
}

/// How a corpus is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GoldOptions {
    /// Its format; `None`: as its first lines say.
    pub format: Option<Format>,
    /// The column of the tags; `None`: the one that its format has them in.
    pub column: Option<Column>,
    /// How words become text.
    pub text: TextForm,
    /// How words are written.
    pub casing: Casing,
    /// The unit of the offsets in JSON.
    pub offsets: OffsetUnit,
}

/// A document of a corpus, with its names.
#[derive(Clone, Debug, PartialEq)]
pub struct GoldDocument {
    /// The text. Its id is what the corpus calls it, else the corpus and the number of the document.
    pub document: Document,
    /// Its names, in order and without overlap.
    pub names: Vec<Name>,
    /// How many words it has; of text that is not in words, what white space parts.
    pub words: usize,
    /// Where its sentences begin, in bytes: in order.
    pub sentences: Vec<usize>,
}

/// How tags say where a name begins and ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Scheme {
    /// A name begins with I-, and with B- only right behind another of its type.
    Iob1,
    /// A name begins with B-.
    Iob2,
    /// A name ends with E-, and one of one word has S-.
    Bioes,
    /// The same with L- and U-.
    Bilou,
    /// Words within a name have I-, or the type alone.
    Io,
}

impl Scheme {
    /// What people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Iob1 => "IOB1",
            Self::Iob2 => "IOB2",
            Self::Bioes => "BIOES",
            Self::Bilou => "BILOU",
            Self::Io => "IO",
        }
    }
}

/// Where the text that is tagged comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TextSource {
    /// The corpus has it, or says of all words whether a space follows.
    AsGiven,
    /// Words put together by rule, as people write them.
    Running,
    /// Words joined by one space.
    Spaced,
}

/// What of a corpus was not taken as it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes {
    /// Names that are left out since no label here is the counterpart of their type: how many, by type.
    pub without_counterpart: BTreeMap<String, usize>,
    /// Words whose tag does not follow from those beside it.
    pub malformed: Vec<BrokenLine>,
    /// Names that are left out since they stand in others, or overlap them.
    pub overlapping: usize,
    /// Names that were marked with white space at an end, which is left out.
    pub trimmed: usize,
    /// Sentences whose own text is not that of their words, which are put together by rule.
    pub other_text: Vec<BrokenLine>,
}

/// A corpus.
#[derive(Clone, Debug, PartialEq)]
pub struct Gold {
    /// Its documents, one at least.
    pub documents: Vec<GoldDocument>,
    /// Its format.
    pub format: Format,
    /// The column that its tags were read from, as its header calls it or by its number; `None` if it is not in columns.
    pub column: Option<String>,
    /// The scheme of its tags; `None` if it has none, or no names.
    pub scheme: Option<Scheme>,
    /// Where its text comes from.
    pub text: TextSource,
    /// What was not taken as it stands.
    pub notes: Notes,
}

/// A line that is not one of a corpus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokenLine {
    /// Its number, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub why: String,
}

/// Why a corpus could not be read.
#[derive(Debug, thiserror::Error)]
pub enum GoldError {
    /// Lines of it are broken. Nothing is scored: figures over the rest would be those of another corpus.
    #[error("{}", told(name, broken))]
    Broken {
        /// The corpus.
        name: String,
        /// All its broken lines.
        broken: Vec<BrokenLine>,
    },
    /// It has no words.
    #[error("{0}: has no words; expected a word and its tag on each line, or a JSON object with a text")]
    Empty(String),
    /// It has not what was asked for.
    #[error("{name}: {why}")]
    Unfit {
        /// The corpus.
        name: String,
        /// What it has not, and what was expected.
        why: String,
    },
    /// The system cannot read it, or it is not UTF-8.
    #[error("{name}:{line}: cannot be read ({error}); expected a file of UTF-8 text")]
    Io {
        /// The corpus.
        name: String,
        /// The line, from 1.
        line: usize,
        /// What the system said.
        error: io::Error,
    },
}

fn told(name: &str, broken: &[BrokenLine]) -> String {
    let lines: Vec<String> = broken.iter().take(TOLD).map(|b| format!("{name}:{}: {}", b.line, b.why)).collect();
    let more = broken.len().saturating_sub(TOLD);
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    let count = match broken.len() {
        1 => "1 line is".to_owned(),
        n => format!("{n} lines are"),
    };
    format!("{}{more}; {count} broken and nothing of {name} is scored: mend it first", lines.join("; "))
}

/// The label of a type, by the table that the labels of models go through; `None` for types without a counterpart, such as
/// dates.
fn label_of(kind: &str) -> Option<Label> {
    label_of_type(kind)
}

/// The names of a document, in order and without overlap: of names that overlap, the first and longest stays.
pub(super) fn flattened(mut marked: Vec<(Span, String)>, notes: &mut Notes) -> Vec<Name> {
    marked.sort_by(|(a, x), (b, y)| (a.start, b.end, x).cmp(&(b.start, a.end, y)));
    let mut names: Vec<Name> = Vec::new();
    for (span, kind) in marked {
        let Some(label) = label_of(&kind) else {
            *notes.without_counterpart.entry(kind).or_default() += 1;
            continue;
        };
        match names.last() {
            // Marked twice.
            Some(&last) if last == (span, label) => {}
            Some((last, _)) if span.start < last.end => notes.overlapping += 1,
            _ => names.push((span, label)),
        }
    }
    names
}
