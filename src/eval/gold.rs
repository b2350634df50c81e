//! Corpora in two columns: a word and its tag on each line.
//!
//! A tab or spaces stand between the columns, a blank line between sentences and a `-DOCSTART-` line before each document;
//! lines that begin with `# ` and have no tag are comments. The text of a document is the words of a sentence joined by one
//! space and the sentences by a newline.
//!
//! The tags are IOB2, IOB1 (a name begins with I-, and with B- only right behind another of its type) or BIOES (also called
//! BILOU), over PER, ORG, LOC and MISC. Types of other tag sets count as the label that they are nearest to (PERSON, GPE, FAC,
//! NORP), and those that are no names (DATE, MONEY) as none.

use std::io::{self, BufRead};

use crate::document::{Document, Span};
use crate::mention::Label;
use crate::ner::tags::Tag;

/// Types of other tag sets that are no names.
const NO_NAMES: [&str; 8] = ["DATE", "TIME", "PERCENT", "MONEY", "QUANTITY", "ORDINAL", "CARDINAL", "NUMBER"];

/// What a line should be.
const EXPECTED: &str =
    "expected O, or B- or I- (or S-, E-, U-, L-) with PER, ORG, LOC, MISC or a type of OntoNotes, such as GPE";

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
    fn of(self, word: &str) -> String {
        match self {
            Self::AsIs => word.to_owned(),
            Self::Lower => word.to_lowercase(),
            Self::Upper => word.to_uppercase(),
        }
    }
}

/// A document of a corpus, with its names.
#[derive(Clone, Debug, PartialEq)]
pub struct GoldDocument {
    /// The text; its id is the corpus and the number of the document.
    pub document: Document,
    /// Its names, in order.
    pub names: Vec<Name>,
    /// How many words it has.
    pub words: usize,
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
    #[error("{0}: has no words; expected a word and its tag on each line")]
    Empty(String),
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

/// Reads a corpus. `name` stands for it in errors and ids.
///
/// # Errors
///
/// If it cannot be read, has no words, or has lines that are not a word and a tag; all of them are told.
pub fn read(name: &str, lines: impl BufRead, casing: Casing) -> Result<Vec<GoldDocument>, GoldError> {
    let mut reader = Reader {
        name,
        casing,
        documents: Vec::new(),
        open: None,
        broken: Vec::new(),
        before: Some(Word::OUTSIDE),
        begun_inside: Vec::new(),
        begun_freely: false,
    };
    for (n, line) in lines.lines().enumerate() {
        let line = line.map_err(|error| GoldError::Io { name: name.to_owned(), line: n + 1, error })?;
        if let Err(why) = reader.line(n + 1, &line) {
            reader.broken.push(BrokenLine { line: n + 1, why });
            reader.before = None;
        }
    }
    reader.end_document();
    if reader.begun_freely {
        // Names of IOB1 begin with B- only behind others: this is no IOB1, and in IOB2 they begin with nothing else.
        reader.broken.append(&mut reader.begun_inside);
        reader.broken.sort_by_key(|broken| broken.line);
    }
    if !reader.broken.is_empty() {
        return Err(GoldError::Broken { name: name.to_owned(), broken: reader.broken });
    }
    if reader.documents.is_empty() {
        return Err(GoldError::Empty(name.to_owned()));
    }
    Ok(reader.documents)
}

struct Reader<'a> {
    name: &'a str,
    casing: Casing,
    documents: Vec<GoldDocument>,
    open: Option<GoldDocument>,
    broken: Vec<BrokenLine>,
    /// The word before, outside at the beginning of a sentence; none if its line is broken.
    before: Option<Word>,
    /// Words that begin a name though their tag is that of one within, as in IOB1; they are faults in IOB2.
    begun_inside: Vec<BrokenLine>,
    /// Whether a name begins with B- where IOB1 would have I-.
    begun_freely: bool,
}

/// What a tag says of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Word {
    tag: Tag,
    /// Whether the name ends with it, whatever follows.
    ends: bool,
}

impl Word {
    const OUTSIDE: Self = Self { tag: Tag::Outside, ends: true };

    /// The label of the name that it is a word of, unless that ends with it.
    fn goes_on_as(self) -> Option<Label> {
        match self.tag {
            Tag::Begin(label) | Tag::Inside(label) if !self.ends => Some(label),
            _ => None,
        }
    }
}

impl Reader<'_> {
    fn line(&mut self, number: usize, line: &str) -> Result<(), String> {
        // Some files have Windows line ends, and one begins with a byte order mark.
        let line = line.trim_start_matches('\u{feff}').trim_end_matches('\r');
        let columns: Vec<&str> = match line.contains('\t') {
            true => line.split('\t').collect(),
            false => line.split(' ').filter(|column| !column.is_empty()).collect(),
        };
        match columns[..] {
            [] => self.end_sentence(),
            ["-DOCSTART-", ..] => self.end_document(),
            ["#", tag] if !line.contains('\t') && known(tag).is_none() => {}
            [word, tag] if !word.trim().is_empty() => return self.word(number, word, tag),
            [first, ..] if first == "#" || first.starts_with("# ") => {}
            _ => {
                return Err(match columns.len() {
                    2 => format!("an empty word, {line:?}; expected a word, a tab and its tag"),
                    1 => format!("one column, {line:?}; expected a word, a tab and its tag"),
                    n => format!("{n} columns, {line:?}; expected two, a word and its tag"),
                });
            }
        }
        Ok(())
    }

    fn word(&mut self, line: usize, word: &str, tag: &str) -> Result<(), String> {
        let mut now = known(tag).ok_or_else(|| format!("unknown tag {tag:?}; {EXPECTED}"))?;
        let goes_on = self.before.and_then(Word::goes_on_as);
        match now.tag {
            Tag::Inside(label) if self.before.is_some() && goes_on != Some(label) => {
                let why = format!(
                    "{word:?} has an {}- tag without the B- or I- of its type before it; expected IOB2, or IOB1 or BIOES \
                     throughout",
                    &tag[..1]
                );
                self.begun_inside.push(BrokenLine { line, why });
                now.tag = Tag::Begin(label);
            }
            Tag::Begin(label) if goes_on != Some(label) => self.begun_freely = true,
            _ => {}
        }
        let tag = now.tag;
        let document = self.open.get_or_insert_with(|| GoldDocument {
            document: Document::new(format!("{}#{}", self.name, self.documents.len() + 1), ""),
            names: Vec::new(),
            words: 0,
        });
        let text = &mut document.document.text;
        if !text.is_empty() && !text.ends_with('\n') {
            text.push(' ');
        }
        let start = text.len();
        text.push_str(&self.casing.of(word));
        document.words += 1;
        match (tag, document.names.last_mut()) {
            (Tag::Inside(_), Some((span, _))) => span.end = text.len(),
            (Tag::Begin(label), _) => document.names.push((Span::new(start, text.len()), label)),
            _ => {}
        }
        self.before = Some(now);
        Ok(())
    }

    fn end_sentence(&mut self) {
        self.before = Some(Word::OUTSIDE);
        if let Some(document) = &mut self.open
            && !document.document.text.ends_with('\n')
        {
            document.document.text.push('\n');
        }
    }

    fn end_document(&mut self) {
        self.end_sentence();
        if let Some(mut document) = self.open.take() {
            document.document.text.pop();
            self.documents.push(document);
        }
    }
}

/// What a tag says; `None` if it is none, or of a type that nobody knows: that may be a slip of the hand.
fn known(tag: &str) -> Option<Word> {
    if tag == "O" {
        return Some(Word::OUTSIDE);
    }
    let (place, kind) = tag.split_once('-')?;
    match Tag::parse(tag)? {
        Tag::Outside => NO_NAMES.contains(&kind.to_ascii_uppercase().as_str()).then_some(Word::OUTSIDE),
        tag => Some(Word { tag, ends: matches!(place, "S" | "U" | "E" | "L") }),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read_str(corpus: &str) -> Result<Vec<GoldDocument>, GoldError> {
        read("c", corpus.as_bytes(), Casing::AsIs)
    }

    #[test]
    fn words_sentences_and_documents() {
        let corpus =
            "-DOCSTART-\tO\n\nNew\tB-LOC\nYork\tI-LOC\n.\tO\n\n\nAnna\tB-PER\nBob\tB-PER\n-DOCSTART-\nal-Bir B-LOC\r\n";
        let documents = read_str(corpus).unwrap();
        assert_eq!(documents.len(), 2);
        assert_eq!(
            (documents[0].document.id.as_str(), documents[0].document.text.as_str()),
            ("c#1", "New York .\nAnna Bob")
        );
        let names: Vec<_> =
            documents[0].names.iter().map(|(s, l)| (s.of(&documents[0].document.text), l.name())).collect();
        assert_eq!(names, [("New York", "LOC"), ("Anna", "PER"), ("Bob", "PER")]);
        assert_eq!((documents[1].document.text.as_str(), documents[1].words), ("al-Bir", 1));
    }

    #[test]
    fn other_casings() {
        let lower = read("c", "İstanbul\tB-LOC\nNOW\tO\n".as_bytes(), Casing::Lower).unwrap();
        assert_eq!(lower[0].document.text, "i\u{307}stanbul now");
        assert_eq!(lower[0].names[0].0.of(&lower[0].document.text), "i\u{307}stanbul");
        assert_eq!(read("c", "Straße\tO\n".as_bytes(), Casing::Upper).unwrap()[0].document.text, "STRASSE");
    }

    #[test]
    fn every_broken_line_is_told() {
        let corpus = "Mosul\n\nin\tO\nIraq\tB-XYZ\nYork\tI-LOC\nA\tB-PER\nB\tI-ORG\na\tb\tO\n\tO\n";
        let message = read_str(corpus).unwrap_err().to_string();
        for expected in [
            "c:1: one column, \"Mosul\"",
            "c:4: unknown tag \"B-XYZ\"",
            "c:7: \"B\" has an I- tag without",
            "c:8: 3 columns",
            "c:9: an empty word",
            "5 lines are broken and nothing of c is scored",
        ] {
            assert!(message.contains(expected), "{expected}: {message}");
        }
        assert!(read_str("\n-DOCSTART-\n").unwrap_err().to_string().contains("has no words"));
    }

    #[test]
    fn other_schemes_and_tag_sets() {
        let names = |corpus: &str| -> Vec<String> {
            let documents = read_str(corpus).unwrap();
            let text = &documents[0].document.text;
            documents[0].names.iter().map(|(span, label)| format!("{} {label}", span.of(text))).collect()
        };
        let iob1 = "# id = 7 of ours\nNew\tI-LOC\nYork\tI-LOC\nBonn\tB-LOC\nAnna\tI-PER\nleft\tO\n\nUlm\tI-LOC\n";
        assert_eq!(names(iob1), ["New York LOC", "Bonn LOC", "Anna PER", "Ulm LOC"]);
        let bioes = "#\nNew\tB-GPE\nYork\tE-GPE\nBonn\tS-GPE\nAnna S-PERSON\n#\tO\nMonday\tS-DATE\nA\tB-ORG\nB\tI-ORG\nC\tE-ORG\n";
        assert_eq!(names(bioes), ["New York LOC", "Bonn LOC", "Anna PER", "A B C ORG"]);
        assert_eq!(names("A\tU-NORP\nB\tB-FAC\nC\tL-FAC\n"), ["A MISC", "B C LOC"]);
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(corpus in "([A-Za-z\u{300}é \t\r\n-]|B-PER|I-PER|-DOCSTART-\n|\tO\n){0,60}") {
            if let Ok(documents) = read_str(&corpus) {
                for gold in documents {
                    for (span, _) in gold.names {
                        prop_assert!(!span.of(&gold.document.text).is_empty());
                    }
                }
            }
        }
    }
}
