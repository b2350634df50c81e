//! What is read, and how.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use dateline::inner::corpus::bytes::Consumed;
use dateline::inner::corpus::fields::{Fields, MAX_CHARS, Metadata};
use dateline::inner::corpus::read::{ReadOptions, Wanted};
use dateline::inner::corpus::source::{Globs, InputKind, Source, Survey, survey};
use dateline::inner::corpus::stream::{Shard, Stream};

use crate::cli::corpus::settings::Settings;
use crate::cli::terminal::say;

/// What is read.
#[derive(Args)]
#[command(next_help_heading = "Input")]
pub struct InputArgs {
    /// Files, folders of files, or - for standard input; gzip and zstd are unpacked
    #[arg(value_name = "PATH", default_value = "-", help_heading = None)]
    pub paths: Vec<PathBuf>,
    /// Read this text instead of files: for a quick look
    #[arg(long, value_name = "TEXT", conflicts_with = "paths", allow_hyphen_values = true)]
    pub text: Option<String>,
    /// What the inputs hold [default: by the ending of the name, .jsonl, .csv, .tsv, .parquet, .warc or .wet, before .gz or
    /// .zst; all else is text, standard input too]
    #[arg(long, value_name = "KIND", env = "DATELINE_INPUT")]
    input: Option<InputKind>,
    /// Of folders, read the files that match this pattern; with ! in front, leave them out. May be given several times
    #[arg(long, value_name = "PATTERN", env = "DATELINE_GLOB")]
    glob: Vec<String>,
    /// The field or column with the text; of several, the texts are joined by a blank line
    #[arg(long, value_name = "FIELDS", env = "DATELINE_TEXT_FIELD", value_delimiter = ',', default_value = "text")]
    text_field: Vec<String>,
    /// The field or column with the id
    #[arg(long, value_name = "FIELD", env = "DATELINE_ID_FIELD", default_value = "id")]
    id_field: String,
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
        let metadata = match &self.metadata[..] {
            [] => Metadata::None,
            [all] if all == "*" => Metadata::All,
            named => Metadata::Named(named.to_vec()),
        };
        let fields =
            Fields { text: self.text_field.clone(), id: self.id_field.clone(), metadata, max_chars: self.max_chars };
        Ok(Corpus {
            sources: self.sources(),
            globs: Globs::new(self.glob.clone())?.without(own),
            options: ReadOptions { kind: self.input, fields, wanted, consumed: Consumed::default() },
            shard: self.shard,
        })
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

    /// The documents.
    pub fn stream(self) -> Stream {
        Stream::new(self.sources, self.globs, self.options, self.shard)
    }
}
