//! Corpora with marked names, in the formats of the field.
//!
//! The format is told from the first lines, or named: CoNLL in two or more columns, CoNLL-U Plus, HIPE, or a JSON object a line
//! ([`Format`]). The scheme of the tags is told from the tags: IOB1, IOB2, BIOES, BILOU or IO. Types count as the
//! label that the same type of a model is mapped to; those without one are left out and counted.
//!
//! The tagger reads the text as people write it ([`TextForm::Running`]): sentences of a document stand on lines of their own, and
//! in them words stand as the corpus says, or else by rule. [`TextForm::Spaced`] parts all words by one space.

mod corpus;
pub mod fuzzing;
mod json_lines;
mod running;
mod scheme;
mod table;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::io::BufRead;

use self::corpus::flattened;
pub use self::corpus::{
    BrokenLine, Casing, Column, Format, Gold, GoldDocument, GoldError, GoldOptions, Name, Notes, Scheme, TextForm,
    TextSource,
};
use self::scheme::{Mark, SchemeFinder};
use self::table::{Sentence, Sentences, Table};
use crate::document::{Document, Span};

/// Reads a corpus. `name` stands for it in errors and ids.
///
/// # Errors
///
/// If it cannot be read, has no words, has not what was asked for, or has broken lines; all of these are told.
pub fn read(name: &str, lines: impl BufRead, options: &GoldOptions) -> Result<Gold, GoldError> {
    let io = |(n, error)| GoldError::Io { name: name.to_owned(), line: n + 1, error };
    let lines: Vec<String> =
        lines.lines().enumerate().map(|(n, line)| line.map_err(|error| io((n, error)))).collect::<Result<_, _>>()?;
    let format = options.format.unwrap_or_else(|| told_format(&lines));
    let broken = |broken| GoldError::Broken { name: name.to_owned(), broken };
    let unfit = |why: String| GoldError::Unfit { name: name.to_owned(), why };
    let gold = match format {
        Format::Jsonl => {
            if options.text == TextForm::Spaced {
                return Err(unfit("its text is given; expected words, of which spaced text is made".to_owned()));
            }
            if options.column.is_some() {
                return Err(unfit("it has no columns; expected a corpus of words: leave --column out".to_owned()));
            }
            let mut notes = Notes::default();
            let documents = json_lines::read(name, &lines, options, &mut notes).map_err(broken)?;
            Gold { documents, format, column: None, scheme: None, text: TextSource::AsGiven, notes }
        }
        Format::Conll | Format::ConlluPlus | Format::Hipe => {
            let table = table::read(format, &lines, options.column.as_ref()).map_err(unfit)?;
            if !table.broken.is_empty() {
                return Err(broken(table.broken));
            }
            Assembly::of(&table, options).gold(name, format, &table)
        }
    };
    if gold.documents.is_empty() {
        return Err(GoldError::Empty(name.to_owned()));
    }
    Ok(gold)
}

/// The format that the first lines of a corpus have.
fn told_format(lines: &[String]) -> Format {
    for line in lines.iter().map(|line| table::bare(line)).filter(|line| !line.trim().is_empty()) {
        let format = match line {
            line if json_lines::is_document(line.trim()) || json_lines::is_list(line.trim()) => Format::Jsonl,
            line if table::is_hipe_header(line) => Format::Hipe,
            line if table::global_columns(line).is_some() || table::is_conllu(line) => Format::ConlluPlus,
            // A comment, or a word, says nothing of what follows.
            line if line.starts_with('#') => continue,
            _ => Format::Conll,
        };
        return format;
    }
    Format::Conll
}

/// Makes documents of the sentences of a table.
struct Assembly<'o> {
    options: &'o GoldOptions,
    scheme: Option<Scheme>,
    types: bool,
    notes: Notes,
    /// Whether the spaces of a sentence were set by rule.
    by_rule: bool,
}

impl<'o> Assembly<'o> {
    fn of(table: &Table, options: &'o GoldOptions) -> Self {
        let mut finder = SchemeFinder::default();
        for sentence in table.documents.iter().flat_map(|document| &document.sentences) {
            let tags = sentence.words.iter().map(|word| word.tag.as_str());
            finder.add(tags.zip(marks(sentence, table.types)));
        }
        Self { options, scheme: finder.scheme(), types: table.types, notes: Notes::default(), by_rule: false }
    }

    fn gold(mut self, name: &str, format: Format, table: &Table) -> Gold {
        let documents = (1..).zip(&table.documents);
        let documents =
            documents.map(|(number, document)| self.document(format!("{name}#{number}"), document)).collect();
        let text = match self.options.text {
            TextForm::Spaced => TextSource::Spaced,
            TextForm::Running if self.by_rule => TextSource::Running,
            TextForm::Running => TextSource::AsGiven,
        };
        Gold { documents, format, column: Some(table.column.clone()), scheme: self.scheme, text, notes: self.notes }
    }

    fn document(&mut self, id: String, document: &Sentences) -> GoldDocument {
        let (mut text, mut starts, mut marked, mut words) = (String::new(), Vec::new(), Vec::new(), 0);
        for sentence in &document.sentences {
            if !text.is_empty() {
                text.push('\n');
            }
            starts.push(text.len());
            let spans = self.write(sentence, &mut text);
            let marks: Vec<Mark<'_>> = marks(sentence, self.types).collect();
            let (names, faults) = scheme::names(&marks, self.scheme);
            self.notes.malformed.extend(faults.into_iter().map(|(at, why)| {
                let word = &sentence.words[at];
                BrokenLine { line: word.line, why: format!("{:?} has {why}", sentence.pieces[word.piece].form) }
            }));
            marked.extend(names.into_iter().map(|name| {
                let [first, last] = [name.first, name.last].map(|word| spans[sentence.words[word].piece]);
                (Span::new(first.start, last.end), name.kind.to_owned())
            }));
            words += sentence.words.len();
        }
        let names = flattened(marked, &mut self.notes);
        let id = document.id.clone().unwrap_or(id);
        GoldDocument { document: Document::new(id, text), names, words, sentences: starts }
    }

    /// Writes a sentence, and says where its pieces stand.
    fn write(&mut self, sentence: &Sentence, text: &mut String) -> Vec<Span> {
        let mut spans = Vec::with_capacity(sentence.pieces.len());
        for (between, form) in self.parts(sentence) {
            text.push_str(between);
            let start = text.len();
            text.push_str(&self.options.casing.of(&form));
            spans.push(Span::new(start, text.len()));
        }
        spans
    }

    /// The pieces of a sentence as they are written, each with what stands before it.
    fn parts<'s>(&mut self, sentence: &'s Sentence) -> Vec<(&'s str, Cow<'s, str>)> {
        let pieces = &sentence.pieces;
        if self.options.text == TextForm::Spaced {
            let forms = pieces.iter().map(|piece| Cow::Borrowed(piece.form.as_str()));
            return forms.enumerate().map(|(n, form)| (if n == 0 { "" } else { " " }, form)).collect();
        }
        if let Some(text) = &sentence.text {
            match aligned(text, sentence) {
                Some(parts) => return parts,
                None => self.notes.other_text.push(BrokenLine {
                    line: sentence.words[0].line,
                    why: format!("the sentence's text, {text:?}, is not that of its words"),
                }),
            }
        }
        self.by_rule |= pieces.iter().any(|piece| piece.space_after.is_none());
        running::written(pieces).into_iter().map(|(space, form)| (if space { " " } else { "" }, form)).collect()
    }
}

/// The marks of a sentence's words.
fn marks(sentence: &Sentence, types: bool) -> impl Iterator<Item = Mark<'_>> {
    let mark = move |tag| if types { Mark::of_type(tag) } else { Mark::of(tag) };
    // Tags that are none are told before, and nothing is made of their corpus.
    sentence.words.iter().map(move |word| mark(word.tag.as_str()).unwrap_or(Mark::Outside))
}

/// The pieces of a sentence in its own text, each with the white space before it; `None` if they are not those of the text.
fn aligned<'s>(text: &'s str, sentence: &'s Sentence) -> Option<Vec<(&'s str, Cow<'s, str>)>> {
    let mut rest = text.trim();
    let mut parts = Vec::with_capacity(sentence.pieces.len());
    for piece in &sentence.pieces {
        let from = rest.trim_start();
        let behind = from.strip_prefix(piece.form.as_str())?;
        parts.push((&rest[..rest.len() - from.len()], Cow::Borrowed(piece.form.as_str())));
        rest = behind;
    }
    rest.is_empty().then_some(parts)
}
