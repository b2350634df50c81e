//! What is said of a corpus whose names are scored: what it is, as which text it was read, and what was not taken as it stands.

use std::collections::BTreeMap;

use dateline::inner::annotation::Annotation;
use dateline::inner::document::Span;
use dateline::inner::eval::gold::{BrokenLine, Casing, Format, Gold, Name, Notes, Scheme, TextSource};
use serde::Serialize;

use crate::cli::terminal::printable;

/// Lines that are told one by one.
const TOLD: usize = 5;

/// A corpus that is scored.
pub struct Corpus {
    name: String,
    casing: Casing,
    /// What was read of it.
    pub gold: Gold,
}

/// A corpus as JSON.
#[derive(Serialize)]
pub struct CorpusJson<'a> {
    corpus: &'a str,
    documents: usize,
    words: usize,
    format: Format,
    column: Option<&'a str>,
    scheme: Option<Scheme>,
    text: TextSource,
    casing: &'static str,
    left_out: LeftOut<'a>,
    malformed: Lines<'a>,
    trimmed: usize,
    other_text: Lines<'a>,
}

/// Names that are not scored.
#[derive(Serialize)]
struct LeftOut<'a> {
    types: &'a BTreeMap<String, usize>,
    overlapping: usize,
}

/// How many lines there are, and the first of them.
#[derive(Serialize)]
struct Lines<'a> {
    count: usize,
    first: Vec<Line<'a>>,
}

#[derive(Serialize)]
struct Line<'a> {
    line: usize,
    why: &'a str,
}

impl<'a> Lines<'a> {
    fn of(lines: &'a [BrokenLine]) -> Self {
        let first = lines.iter().take(TOLD).map(|broken| Line { line: broken.line, why: &broken.why }).collect();
        Self { count: lines.len(), first }
    }
}

impl Corpus {
    /// A corpus by its name.
    pub fn new(name: String, gold: Gold, casing: Casing) -> Self {
        Self { name, casing, gold }
    }

    fn words(&self) -> usize {
        self.gold.documents.iter().map(|document| document.words).sum()
    }

    /// What JSON says of it.
    pub fn json(&self) -> CorpusJson<'_> {
        let Gold { documents, format, column, scheme, text, notes } = &self.gold;
        CorpusJson {
            corpus: &self.name,
            documents: documents.len(),
            words: self.words(),
            format: *format,
            column: column.as_deref(),
            scheme: *scheme,
            text: *text,
            casing: match self.casing {
                Casing::AsIs => "as-is",
                Casing::Lower => "lower",
                Casing::Upper => "upper",
            },
            left_out: LeftOut { types: &notes.without_counterpart, overlapping: notes.overlapping },
            malformed: Lines::of(&notes.malformed),
            trimmed: notes.trimmed,
            other_text: Lines::of(&notes.other_text),
        }
    }

    /// The line above its figures.
    pub fn head(&self) -> String {
        let documents = self.gold.documents.len();
        let casing = match self.casing {
            Casing::AsIs => "",
            Casing::Lower => ", in lower case",
            Casing::Upper => ", in upper case",
        };
        format!(
            "{}: {documents} document{}, {} words, {}{casing}\n{}\n",
            printable(&self.name),
            if documents == 1 { "" } else { "s" },
            self.words(),
            match self.gold.text {
                TextSource::AsGiven => "text as the corpus has it",
                TextSource::Running => "put together as running text",
                TextSource::Spaced => "joined by one space",
            },
            self.read_as()
        )
    }

    fn read_as(&self) -> String {
        let format = match self.gold.format {
            Format::Conll => "CoNLL",
            Format::ConlluPlus => "CoNLL-U Plus",
            Format::Hipe => "HIPE",
            Format::Jsonl => "JSONL",
        };
        let column =
            self.gold.column.as_ref().map_or(String::new(), |column| format!(", tags in column {}", printable(column)));
        let scheme = self.gold.scheme.map_or(String::new(), |scheme| format!(" as {}", scheme.name()));
        format!("read as {format}{column}{scheme}")
    }

    /// The lines below its figures: what was not taken as it stands.
    pub fn notes(&self) -> String {
        let Notes { without_counterpart, malformed, overlapping, trimmed, other_text } = &self.gold.notes;
        let mut lines = String::new();
        let typed: usize = without_counterpart.values().sum();
        if typed > 0 {
            let mut types: Vec<(&String, &usize)> = without_counterpart.iter().collect();
            types.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), *name));
            let types: Vec<String> =
                types.into_iter().map(|(name, count)| format!("{} {count}", printable(name))).collect();
            lines +=
                &format!("left out: {} of types without a counterpart here ({})\n", names(typed), types.join(", "));
        }
        if *overlapping > 0 {
            lines += &format!("left out: {} that overlap others, of which the longest stay\n", names(*overlapping));
        }
        if *trimmed > 0 {
            lines += &format!("{} with white space at an end, which is left out\n", names(*trimmed));
        }
        lines += &self.told(malformed, "whose tag does not follow from those beside it", "word");
        lines += &self.told(other_text, "put together by rule", "sentence");
        lines
    }

    fn told(&self, lines: &[BrokenLine], what: &str, of: &str) -> String {
        if lines.is_empty() {
            return String::new();
        }
        let name = printable(&self.name);
        let told: Vec<String> =
            lines.iter().take(TOLD).map(|line| format!("\n  {name}:{}: {}", line.line, printable(&line.why))).collect();
        let more = lines.len().saturating_sub(TOLD);
        let more = if more > 0 { format!("\n  and {more} more") } else { String::new() };
        let plural = if lines.len() == 1 { "" } else { "s" };
        format!("{} {of}{plural} {what}:{}{more}\n", lines.len(), told.concat())
    }
}

/// The names of an annotation with offsets in bytes, but for those of a kind that only the model has a word for: corpora are not
/// scored on them either.
pub fn found_names(annotation: &Annotation) -> Vec<Name> {
    let scored = annotation.entities.iter().filter(|entity| entity.label.index().is_some());
    scored.map(|entity| (Span::new(entity.start, entity.end), entity.label)).collect()
}

fn names(count: usize) -> String {
    if count == 1 { "1 name".to_owned() } else { format!("{count} names") }
}
