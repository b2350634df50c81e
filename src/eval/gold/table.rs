//! Corpora with a word on each line: CoNLL in two or more columns, CoNLL-U and CoNLL-U Plus, HIPE.
//!
//! Tabs or spaces stand between the columns, a blank line between sentences. A document begins with a `-DOCSTART-` line, or
//! with a comment: `# newdoc`, `# document_id = …` (HIPE's has a prefix). Lines that begin with `#` and a blank are comments, unless
//! they have the columns of a word and its tag.

use super::corpus::{BrokenLine, Column, Format};
use super::running::Piece;
use super::scheme::{Mark, are_types};

/// The columns of CoNLL-U.
const CONLLU: [&str; 10] = ["ID", "FORM", "LEMMA", "UPOS", "XPOS", "FEATS", "HEAD", "DEPREL", "DEPS", "MISC"];

/// What columns of names are called, behind a colon or alone.
const NAME_COLUMNS: [&str; 6] = ["NER", "NE", "NE-COARSE-LIT", "NAMED_ENTITY", "ENTITY", "ENTITIES"];

/// What the tag is called where it stands in MISC.
const NAME_KEYS: [&str; 3] = ["NER", "ner", "NE"];

/// What a line should be.
const EXPECTED: &str = "expected O, or B- or I- (or S-, E-, U-, L-) and a type, such as PER, ORG, LOC or MISC";

/// A word with its tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The piece of the sentence that it is, or is in: words of a contraction are in one.
    pub piece: usize,
    /// Its tag, `O` for none.
    pub tag: String,
    /// The line that it stands on.
    pub line: usize,
}

/// A sentence as the corpus has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sentence {
    /// What is written.
    pub pieces: Vec<Piece>,
    /// Its words.
    pub words: Vec<Word>,
    /// Its text, if the corpus has it.
    pub text: Option<String>,
}

/// A document as the corpus has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sentences {
    /// What the corpus calls it.
    pub id: Option<String>,
    /// Its sentences, each with words.
    pub sentences: Vec<Sentence>,
}

/// A corpus as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Its documents, each with sentences.
    pub documents: Vec<Sentences>,
    /// The column of the tags, as its header calls it, or by its number.
    pub column: String,
    /// Whether its tags are types without places.
    pub types: bool,
    /// Lines that are none of such a corpus.
    pub broken: Vec<BrokenLine>,
}

/// The columns of a line.
pub fn columns(line: &str) -> Vec<&str> {
    match line.contains('\t') {
        true => line.split('\t').collect(),
        false => line.split(' ').filter(|column| !column.is_empty()).collect(),
    }
}

/// A line without a byte order mark and the end of a Windows line: some files have them, one at its beginning.
pub fn bare(line: &str) -> &str {
    line.trim_start_matches('\u{feff}').trim_end_matches('\r')
}

/// Whether a line is the header of HIPE.
pub fn is_hipe_header(line: &str) -> bool {
    let columns = columns(line);
    line.contains('\t') && columns[0].eq_ignore_ascii_case("TOKEN") && columns[1..].iter().any(|c| c.starts_with("NE"))
}

/// The names of the columns, of the line that names those of CoNLL-U Plus.
pub fn global_columns(line: &str) -> Option<Vec<&str>> {
    let named = line.strip_prefix('#')?.trim_start().strip_prefix("global.columns")?.trim_start().strip_prefix('=')?;
    Some(named.split_whitespace().collect())
}

/// Whether a line is a word of CoNLL-U.
pub fn is_conllu(line: &str) -> bool {
    let columns = columns(line);
    line.contains('\t') && columns.len() == CONLLU.len() && WordId::of(columns[0]).is_some()
}

/// What stands in the column ID.
enum WordId {
    Word(usize),
    /// A contraction, and its last word.
    Range(usize),
    /// A word that is not written.
    Empty,
}

impl WordId {
    fn of(id: &str) -> Option<Self> {
        if let Some((first, last)) = id.split_once('-') {
            let (first, last): (usize, usize) = (first.parse().ok()?, last.parse().ok()?);
            return (first <= last).then_some(Self::Range(last));
        }
        if let Some((word, empty)) = id.split_once('.') {
            let numbers: (Option<usize>, Option<usize>) = (word.parse().ok(), empty.parse().ok());
            return matches!(numbers, (Some(_), Some(_))).then_some(Self::Empty);
        }
        id.parse().ok().map(Self::Word)
    }
}

/// Where a line has what.
struct Layout {
    /// How many columns it has.
    columns: usize,
    id: Option<usize>,
    word: usize,
    tag: TagPlace,
    misc: Option<usize>,
    /// Whether `_` and `*` stand for nothing.
    has_blanks: bool,
    /// What the column of the tags is called.
    called: String,
}

#[derive(Clone, Copy)]
enum TagPlace {
    Column(usize),
    /// In MISC, by one of [`NAME_KEYS`].
    Misc,
}

impl Layout {
    fn of(format: Format, lines: &[String], column: Option<&Column>) -> Result<Self, String> {
        let first = lines.iter().map(|line| bare(line)).filter(|line| !line.trim().is_empty());
        match format {
            Format::Hipe => {
                let header = first.into_iter().find(|line| !is_comment(line));
                let header = header.filter(|line| is_hipe_header(line)).ok_or(
                    "no header of HIPE; expected TOKEN, NE-COARSE-LIT and others on the first line, with tabs between: \
                     leave --format out to have it told from the lines",
                )?;
                Self::named(&columns(header), column)
            }
            Format::ConlluPlus => match first.into_iter().find_map(global_columns) {
                Some(names) => Self::named(&names, column),
                None => Self::named(&CONLLU, column),
            },
            _ => Self::unnamed(lines, column),
        }
    }

    /// With names for its columns.
    fn named(names: &[&str], column: Option<&Column>) -> Result<Self, String> {
        let place = |name: &str| names.iter().position(|one| one.eq_ignore_ascii_case(name));
        let misc = place("MISC");
        let has = || format!("it has the columns {}", names.join(", "));
        let word = place("FORM").or_else(|| place("TOKEN")).or_else(|| place("WORD"));
        let word = word.ok_or_else(|| format!("no column FORM or TOKEN; {}", has()))?;
        let is_of_names = |name: &&str| {
            let last = name.rsplit(':').next().unwrap_or_default().to_ascii_uppercase();
            NAME_COLUMNS.contains(&last.as_str())
        };
        let tag = match column {
            Some(Column::Name(name)) => {
                TagPlace::Column(place(name).ok_or_else(|| format!("no column {name:?}; {}", has()))?)
            }
            Some(&Column::Number(number)) if number > names.len() => {
                return Err(format!("no column {number}; {}", has()));
            }
            Some(&Column::Number(number)) => TagPlace::Column(number - 1),
            None => match (place("NE-COARSE-LIT"), names.iter().filter(|name| is_of_names(name)).count()) {
                (Some(at), _) => TagPlace::Column(at),
                (None, 1) => TagPlace::Column(names.iter().position(is_of_names).unwrap_or_default()),
                (None, 0) if misc.is_some() => TagPlace::Misc,
                (None, found) => {
                    let which = if found == 0 { "no column is called NER or NE" } else { "several columns hold names" };
                    return Err(format!("{which}; {}: choose one with --column", has()));
                }
            },
        };
        let called = match tag {
            TagPlace::Column(at) => names[at].to_owned(),
            TagPlace::Misc => "MISC".to_owned(),
        };
        Ok(Self { columns: names.len(), id: place("ID"), word, tag, misc, has_blanks: true, called })
    }

    /// Without names: the word first and the tag last, or, behind a column that counts words, the word and the first column of
    /// tags.
    fn unnamed(lines: &[String], column: Option<&Column>) -> Result<Self, String> {
        let rows = || {
            let lines = lines.iter().map(|line| bare(line));
            lines.filter(|line| !line.trim().is_empty() && !line.starts_with('#') && !line.starts_with("-DOCSTART-"))
        };
        let mut counts: Vec<(usize, usize)> = Vec::new();
        for row in rows() {
            let found = columns(row).len();
            match counts.iter_mut().find(|(columns, _)| *columns == found) {
                Some((_, count)) => *count += 1,
                None => counts.push((found, 1)),
            }
        }
        // Most lines have it: of as many, those that come first.
        let most = counts.iter().rev().filter(|(columns, _)| *columns >= 2).max_by_key(|(_, count)| *count);
        let columns_of_most = most.map_or(2, |(columns, _)| *columns);
        let is_counted = columns_of_most >= 3 && counts_words(lines, columns_of_most);
        let word = usize::from(is_counted);
        let is_of_tags = |at: usize| {
            let mut tags = rows().map(columns).filter(|row| row.len() == columns_of_most).map(|row| row[at]).peekable();
            tags.peek().is_some() && tags.all(|tag| Mark::of(tag).is_some())
        };
        let last = columns_of_most - 1;
        let tag = match column {
            None if is_counted => (2..columns_of_most).find(|&at| is_of_tags(at)).unwrap_or(last),
            None => last,
            Some(Column::Name(name)) => {
                return Err(format!(
                    "its columns have no names; expected --column and a number up to {}, not {name:?}",
                    last + 1
                ));
            }
            Some(&Column::Number(number)) if number > last + 1 => {
                return Err(format!("no column {number}; it has {}", last + 1));
            }
            Some(&Column::Number(number)) => number - 1,
        };
        Ok(Self {
            columns: columns_of_most,
            id: None,
            word,
            tag: TagPlace::Column(tag),
            misc: None,
            has_blanks: false,
            called: (tag + 1).to_string(),
        })
    }

    /// The tag of a row.
    fn tag<'l>(&self, row: &[&'l str]) -> &'l str {
        let tag = match self.tag {
            TagPlace::Column(at) => row[at],
            TagPlace::Misc => {
                let misc = self.misc.map_or("", |at| row[at]);
                let of = |key: &str| misc.split('|').find_map(|one| one.strip_prefix(key)?.strip_prefix('='));
                NAME_KEYS.iter().find_map(|key| of(key)).unwrap_or("O")
            }
        };
        if self.has_blanks && matches!(tag, "" | "_" | "*") { "O" } else { tag }
    }

    /// Whether a line that begins with `#` is a word and its tag.
    fn is_word(&self, row: &[&str], has_tabs: bool) -> bool {
        row.len() == self.columns && (row[0] == "#" && has_tabs || Mark::of(self.tag(row)).is_some())
    }
}

/// Whether the first column counts the words of each sentence, from 0 or 1.
fn counts_words(lines: &[String], expected: usize) -> bool {
    let mut before = None;
    let mut most = 0;
    for line in lines.iter().map(|line| bare(line)) {
        if line.trim().is_empty() {
            before = None;
            continue;
        }
        let row = columns(line);
        if row.len() != expected || line.starts_with('#') || row[0] == "-DOCSTART-" {
            continue;
        }
        let Ok(number) = row[0].parse::<usize>() else { return false };
        let follows = match before {
            None => number <= 1,
            Some(before) => number == before + 1,
        };
        if !follows {
            return false;
        }
        before = Some(number);
        most = most.max(number);
    }
    most >= 2
}

/// Whether a line is a comment if it is no word.
fn is_comment(line: &str) -> bool {
    let Some(rest) = line.strip_prefix('#') else { return false };
    rest.is_empty() || rest.starts_with([' ', '\t']) || rest.contains(" = ") || is_border(rest)
}

/// Whether a comment is the border of a document in the manner of CoNLL-2011.
fn is_border(comment: &str) -> bool {
    comment.starts_with("begin document") || comment.starts_with("end document")
}

/// Reads the lines of a corpus in columns.
///
/// # Errors
///
/// If it has not the columns that were asked for, or that its format has.
pub fn read(format: Format, lines: &[String], column: Option<&Column>) -> Result<Table, String> {
    let layout = Layout::of(format, lines, column)?;
    let mut reader = Reader {
        layout,
        format,
        table: Table::default(),
        open: Sentences::default(),
        sentence: Sentence::default(),
        within: None,
    };
    for (number, line) in (1..).zip(lines) {
        if let Err(why) = reader.line(number, bare(line)) {
            reader.table.broken.push(BrokenLine { line: number, why });
        }
    }
    reader.end_document(None);
    let Reader { mut table, layout, .. } = reader;
    table.column = layout.called;
    check_tags(&mut table);
    fill_spaces(&mut table);
    Ok(table)
}

/// Tells tags that are none.
fn check_tags(table: &mut Table) {
    let words = || table.documents.iter().flat_map(|d| &d.sentences).flat_map(|sentence| &sentence.words);
    let types = are_types(words().map(|word| word.tag.as_str()));
    let known = |tag| if types { Mark::of_type(tag) } else { Mark::of(tag) };
    let unknown = words().filter(|word| known(word.tag.as_str()).is_none());
    let broken: Vec<BrokenLine> = unknown
        .map(|word| BrokenLine { line: word.line, why: format!("unknown tag {:?}; {EXPECTED}", word.tag) })
        .collect();
    table.types = types;
    table.broken.extend(broken);
    table.broken.sort_by_key(|broken| broken.line);
}

/// Where the corpus says of some words that no space follows, it follows all others.
fn fill_spaces(table: &mut Table) {
    let pieces = || table.documents.iter().flat_map(|d| &d.sentences).flat_map(|sentence| &sentence.pieces);
    if pieces().any(|piece| piece.space_after.is_some()) {
        let sentences = table.documents.iter_mut().flat_map(|d| &mut d.sentences);
        for piece in sentences.flat_map(|sentence| &mut sentence.pieces) {
            piece.space_after.get_or_insert(true);
        }
    }
}

struct Reader {
    layout: Layout,
    format: Format,
    table: Table,
    open: Sentences,
    sentence: Sentence,
    /// The last word of the contraction that is read, and its own tag, until a word without one takes it.
    within: Option<(usize, String)>,
}

impl Reader {
    fn line(&mut self, number: usize, line: &str) -> Result<(), String> {
        if line.trim_matches(' ').is_empty() {
            self.end_sentence();
            return Ok(());
        }
        let row = columns(line);
        if row[0] == "-DOCSTART-" {
            self.end_document(None);
            return Ok(());
        }
        if is_comment(line) && !self.layout.is_word(&row, line.contains('\t')) {
            self.comment(line[1..].trim());
            return Ok(());
        }
        if self.format == Format::Hipe && is_hipe_header(line) {
            return Ok(());
        }
        let (found, expected) = (row.len(), self.layout.columns);
        if found != expected {
            let what = match expected {
                2 => "two, a word and its tag".to_owned(),
                n => format!("{n}, as most lines or the header have"),
            };
            return Err(match found {
                1 => format!("one column, {line:?}; expected {what}, with a tab or spaces between"),
                n => format!("{n} columns, {line:?}; expected {what}"),
            });
        }
        self.row(number, line, &row)
    }

    fn row(&mut self, number: usize, line: &str, row: &[&str]) -> Result<(), String> {
        let form = row[self.layout.word];
        if form.trim().is_empty() {
            return Err(format!("an empty word, {line:?}; expected a word and its tag"));
        }
        let mut tag = self.layout.tag(row).to_owned();
        let id = match self.layout.id {
            Some(at) => WordId::of(row[at]).ok_or_else(|| {
                format!("the ID {:?}; expected the number of a word, or two as in 1-2 for a contraction", row[at])
            })?,
            None => WordId::Word(0),
        };
        let misc = self.layout.misc.map_or("", |at| row[at]);
        let no_space = misc.split('|').any(|one| matches!(one, "SpaceAfter=No" | "NoSpaceAfter"));
        let piece = Piece { form: form.to_owned(), space_after: no_space.then_some(false) };
        match id {
            WordId::Empty => return Ok(()),
            WordId::Range(last) => {
                self.sentence.pieces.push(piece);
                self.within = Some((last, tag));
                return Ok(());
            }
            WordId::Word(n) => match &mut self.within {
                Some((last, own)) if n <= *last => {
                    if tag == "O" {
                        tag = std::mem::replace(own, "O".to_owned());
                    }
                }
                _ => {
                    self.within = None;
                    self.sentence.pieces.push(piece);
                }
            },
        }
        let word = Word { piece: self.sentence.pieces.len() - 1, tag, line: number };
        self.sentence.words.push(word);
        Ok(())
    }

    fn comment(&mut self, comment: &str) {
        let (key, value) = match comment.split_once('=') {
            Some((key, value)) => (key.trim(), Some(value.trim())),
            None => (comment, None),
        };
        // HIPE's keys have a prefix.
        match (key.rsplit(':').next().unwrap_or_default(), value) {
            ("newdoc id" | "document_id", Some(id)) => self.end_document(Some(id.to_owned())),
            ("newdoc", _) => self.end_document(None),
            ("text", Some(text)) if self.sentence.pieces.is_empty() && !text.is_empty() => {
                self.sentence.text = Some(text.to_owned());
            }
            _ if is_border(comment) => self.end_document(None),
            _ => {}
        }
    }

    fn end_sentence(&mut self) {
        self.within = None;
        // A contraction may have lost its words.
        if !self.sentence.words.is_empty() {
            self.open.sentences.push(std::mem::take(&mut self.sentence));
        }
        self.sentence = Sentence::default();
    }

    /// Ends the document, and begins the next.
    fn end_document(&mut self, next: Option<String>) {
        self.end_sentence();
        let document = std::mem::replace(&mut self.open, Sentences { id: next, sentences: Vec::new() });
        if !document.sentences.is_empty() {
            self.table.documents.push(document);
        }
    }
}
