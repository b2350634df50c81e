//! What is read, and how.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use dateline::inner::corpus::bytes::Consumed;
use dateline::inner::corpus::fields::{Fields, MAX_CHARS, Metadata};
use dateline::inner::corpus::notes::Notes;
use dateline::inner::corpus::read::{ReadOptions, Wanted};
use dateline::inner::corpus::source::{Globs, InputKind, Source, Survey, survey};
use dateline::inner::corpus::stream::{Shard, Stream};
use dateline::inner::date;

use crate::cli::corpus::settings::Settings;
use crate::cli::terminal::say;

/// What is read.
#[derive(Args)]
#[command(next_help_heading = "Input")]
pub struct InputArgs {
    /// Files, folders of files, zip archives, or - for standard input; gzip, zstd, xz, bzip2 and lz4 are unpacked. In a build
    /// with the feature remote, also addresses: s3://, gs://, az://, https://
    #[arg(value_name = "PATH", default_value = "-", help_heading = None)]
    pub paths: Vec<PathBuf>,
    /// Read this text instead of files: for a quick look
    #[arg(long, value_name = "TEXT", conflicts_with = "paths", allow_hyphen_values = true)]
    pub text: Option<String>,
    /// What the inputs hold [default: what they begin with; where that may be text or a table, by the ending of the name]
    #[arg(long, value_name = "KIND", env = "DATELINE_INPUT")]
    input: Option<InputKind>,
    /// Of folders, read the files that match this pattern; with ! in front, leave them out. May be given several times
    #[arg(long, value_name = "PATTERN", env = "DATELINE_GLOB")]
    glob: Vec<String>,
    /// The field or column with the text; of several, the texts are joined by a blank line
    #[arg(long, value_name = "FIELDS", env = "DATELINE_TEXT_FIELD", value_delimiter = ',', default_value = "text")]
    text_field: Vec<String>,
    /// The field or column with the id. A name of a field may be a path into objects: metadata.url
    #[arg(long, value_name = "FIELD", env = "DATELINE_ID_FIELD", default_value = "id")]
    id_field: String,
    /// The field with the title, instead of "title" and what well-known sources call it
    #[arg(long, value_name = "FIELD", env = "DATELINE_TITLE_FIELD")]
    title_field: Option<String>,
    /// The field with the date of publication, instead of "date" and what well-known sources call it
    #[arg(long, value_name = "FIELD", env = "DATELINE_DATE_FIELD")]
    date_field: Option<String>,
    /// The field with who published it, instead of "source" and what well-known sources call it
    #[arg(long, value_name = "FIELD", env = "DATELINE_SOURCE_FIELD")]
    source_field: Option<String>,
    /// The field with its address, instead of "url" and what well-known sources call it
    #[arg(long, value_name = "FIELD", env = "DATELINE_URL_FIELD")]
    url_field: Option<String>,
    /// How dates are written, beside the ways that are known: %d/%m/%Y, for example
    #[arg(long, value_name = "FORMAT", env = "DATELINE_DATE_FORMAT", value_parser = date::own_format)]
    date_format: Option<String>,
    /// What parts the columns of CSV: a character, or \t for a tab [default: what the header has]
    #[arg(long, value_name = "CHARACTER", env = "DATELINE_DELIMITER", value_parser = delimiter)]
    delimiter: Option<u8>,
    /// Carry these fields through to the output, as its "metadata"; * for all
    #[arg(long, value_name = "FIELDS", env = "DATELINE_METADATA", value_delimiter = ',')]
    metadata: Vec<String>,
    /// Characters of a document, at most: one that is longer fails
    #[arg(long, value_name = "N", env = "DATELINE_MAX_CHARS", default_value_t = MAX_CHARS)]
    max_chars: usize,
    /// Pass over documents that are plainly in other languages than these (ISO 639 codes, such as en); without it, they are
    /// tagged all the same, and flagged
    #[arg(long, value_name = "CODES", env = "DATELINE_LANG", value_delimiter = ',')]
    pub lang: Vec<dateline::inner::language::Language>,
    /// Read one of several parts of the corpus, such as 2/8, so that several machines share the work
    #[arg(long, value_name = "I/N", env = "DATELINE_SHARD", default_value_t = Shard::WHOLE)]
    shard: Shard,
}

/// A character of one byte.
fn delimiter(given: &str) -> Result<u8, String> {
    match given.as_bytes() {
        b"\\t" | b"tab" => Ok(b'\t'),
        [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => Ok(*byte),
        _ => Err("expected one ASCII character, such as ; or |, or \\t for a tab".to_owned()),
    }
}

/// What was asked to be read, checked.
pub struct Corpus {
    sources: Vec<Source>,
    globs: Globs,
    options: ReadOptions,
    shard: Shard,
}

impl InputArgs {
    /// The corpus without the run's own files.
    pub fn corpus(&self, own: Vec<PathBuf>, wanted: Wanted) -> anyhow::Result<Corpus> {
        if self.text.is_none() && self.paths.iter().any(|path| path.as_os_str() == "-") && io::stdin().is_terminal() {
            say("reading standard input; end it with Ctrl-D");
        }
        let fields = Fields {
            text: self.text_field.clone(),
            id: self.id_field.clone(),
            title: self.title_field.clone(),
            date: self.date_field.clone(),
            source: self.source_field.clone(),
            url: self.url_field.clone(),
            date_format: self.date_format.clone(),
            metadata: self.metadata(),
            max_chars: self.max_chars,
            ..Fields::default()
        };
        Ok(Corpus {
            sources: self.sources(),
            globs: Globs::new(self.glob.clone())?.without(own),
            options: ReadOptions {
                kind: self.input,
                delimiter: self.delimiter,
                fields,
                wanted,
                consumed: Consumed::default(),
                notes: Notes::default(),
            },
            shard: self.shard,
        })
    }

    /// Which fields are carried through.
    pub fn metadata(&self) -> Metadata {
        match &self.metadata[..] {
            [] => Metadata::None,
            [all] if all == "*" => Metadata::All,
            named => Metadata::Named(named.to_vec()),
        }
    }

    fn sources(&self) -> Vec<Source> {
        match &self.text {
            Some(text) => vec![Source::Given(text.as_str().into())],
            None => self.paths.iter().cloned().map(Source::from).collect(),
        }
    }

    /// A file that is written may not be one that would be read of a folder.
    pub fn refuse_over_documents(&self, written: &Path) -> anyhow::Result<()> {
        let globs = Globs::new(self.glob.clone())?;
        let folder = self.paths.iter().find(|path| path.is_dir() && globs.reads(path, written));
        match folder {
            Some(folder) => anyhow::bail!(
                "{}: lies in {}, which is read; expected a place outside of it: write elsewhere, or leave it out with --glob",
                written.display(),
                folder.display()
            ),
            None => Ok(()),
        }
    }

    /// Adds what the documents depend on.
    pub fn settings(&self, settings: &mut Settings) {
        let kind = self.input.and_then(|kind| kind.to_possible_value()).map(|kind| kind.get_name().to_owned());
        settings.add_option("--input", kind);
        settings.add_list("--glob", &self.glob);
        settings.add_list("--text-field", &self.text_field);
        settings.add("--id-field", &self.id_field);
        settings.add_option("--title-field", self.title_field.as_ref());
        settings.add_option("--date-field", self.date_field.as_ref());
        settings.add_option("--source-field", self.source_field.as_ref());
        settings.add_option("--url-field", self.url_field.as_ref());
        settings.add_option("--date-format", self.date_format.as_ref());
        settings.add_option("--delimiter", self.delimiter.map(char::from));
        settings.add_list("--metadata", &self.metadata);
        settings.add("--max-chars", self.max_chars);
        settings.add_list("--lang", &self.lang);
        settings.add("--shard", self.shard);
    }
}

impl Corpus {
    /// How much there is to be read.
    pub fn survey(&self) -> Survey {
        survey(&self.sources, &self.globs)
    }

    /// Counts what is read.
    pub fn consumed(&self) -> Consumed {
        self.options.consumed.clone()
    }

    /// Is told what was done about records so that none is lost.
    pub fn notes(&self) -> Notes {
        self.options.notes.clone()
    }

    /// The documents.
    pub fn stream(self) -> Stream {
        Stream::new(self.sources, self.globs, self.options, self.shard)
    }
}
