//! Where annotations go, and in which form: what was asked for, checked.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::builder::FalseyValueParser;
use clap::{Args, ValueEnum};
use dateline::inner::atomic::Destination;
use dateline::inner::corpus::ahead::Filling;
use dateline::inner::corpus::checkpoint::Checkpoint;
use dateline::inner::corpus::output::{Compression, part_of};
use dateline::inner::corpus::tolerance::Tolerance;
use dateline::inner::document::OffsetUnit;
use dateline::inner::layer::{Decimal, FieldOptions};
use dateline::inner::lock::{ERRORS, MANIFEST, PART, in_one_form, suffixed};

use crate::cli::corpus::settings::Settings;
use crate::cli::terminal::{CANNOT_PRINT, cannot_write};
use crate::cli::{outputs, stdout};

/// What the list of errors is called among the settings of a run.
pub const ERRORS_SETTING: &str = "--errors";

/// Where annotations go.
#[derive(Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// The form of the output [default: by the ending of --output; else pretty on a terminal, or jsonl]
    #[arg(long, value_name = "FORMAT", env = "DATELINE_FORMAT")]
    format: Option<Format>,
    /// Write to this file, which has its name only once it is complete; endings .gz and .zst pack it. A run that was killed
    /// goes on with --resume
    #[arg(long, short, value_name = "PATH", env = "DATELINE_OUTPUT")]
    pub output: Option<PathBuf>,
    /// Go on with the run that did not come to its end, to the same output; begin, if there is no output, and do nothing if
    /// it is finished
    #[arg(long, requires = "output")]
    pub resume: bool,
    /// Begin anew where an unfinished run lies, and throw away what it has done; --resume goes before it
    #[arg(long, requires = "output")]
    pub restart: bool,
    /// List what failed in this file, a JSON object a line [default: beside the output, if anything failed]
    #[arg(long, value_name = "FILE", env = "DATELINE_ERRORS")]
    pub errors: Option<PathBuf>,
    /// End the run once more records than this have failed; with a share such as 1%, a run that keeps to it is a success
    #[arg(long, value_name = "N", env = "DATELINE_MAX_ERRORS")]
    pub max_errors: Option<Tolerance>,
    /// In Parquet, a row for each name instead of each document
    #[arg(long, env = "DATELINE_FLAT", value_parser = FalseyValueParser::new())]
    pub flat: bool,
    /// In tables, put an apostrophe before a text that a spreadsheet would take for a formula
    #[arg(long, env = "DATELINE_ESCAPE_FORMULAS", value_parser = FalseyValueParser::new())]
    escape_formulas: bool,
    /// In tables, write numbers with this before their decimals; with a comma, .csv has semicolons between its fields
    #[arg(long, value_name = "SIGN", env = "DATELINE_DECIMAL", default_value = ".")]
    decimal: Decimal,
    /// Leave the text out
    #[arg(long, env = "DATELINE_NO_TEXT", value_parser = FalseyValueParser::new())]
    pub no_text: bool,
    /// Give the distances between the places
    #[arg(long, env = "DATELINE_DISTANCES", value_parser = FalseyValueParser::new())]
    pub distances: bool,
    /// The unit of start and end
    #[arg(long, value_name = "UNIT", default_value = "codepoints", env = "DATELINE_OFFSETS")]
    offsets: OffsetUnit,
}

/// The form of the output.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people: the text with its names marked, the places, the distances
    Pretty,
    /// One JSON object with all documents
    Json,
    /// A JSON object a line, one for each document
    Jsonl,
    /// A table with a row for each name
    Csv,
    /// The same, parted by tabs
    Tsv,
    /// A table of documents with their names, or of names with --flat. A file, or with a slash behind the path a folder of
    /// parts
    Parquet,
    /// A word and its tag a line (IOB2)
    Conll,
    /// A folder of brat's standoff files
    Brat,
    /// W3C Web Annotations in JSON-LD, a page of them a line
    WebAnnotation,
    /// JSON for spaCy and displaCy, a document a line
    Spacy,
    /// Tasks with predictions for Label Studio, one array of them
    LabelStudio,
    /// A folder of UIMA CAS JSON for INCEpTION
    Inception,
    /// The places of one document as map features; `dateline map` has all formats and layers
    Geojson,
    /// A page of one document: its names marked, with a map beside it
    Html,
}

impl OutputArgs {
    /// The unit of offsets.
    pub fn offsets(&self) -> OffsetUnit {
        self.offsets
    }

    /// How texts and numbers stand in tables.
    pub fn fields(&self) -> FieldOptions {
        FieldOptions { escape_formulas: self.escape_formulas, decimal: self.decimal }
    }

    /// Whether the output is a page, which packages are needed for.
    pub fn is_page(&self) -> bool {
        self.format() == Format::Html
    }

    /// Whether people read it on a terminal.
    pub fn on_terminal(&self) -> bool {
        self.output.is_none() && io::stdout().is_terminal()
    }

    /// Options that don't go together, and files that would take each other's place.
    pub fn check(&self, explain: bool, metadata: bool, stats: Option<&PathBuf>) -> anyhow::Result<()> {
        let format = self.format();
        let name = format.to_possible_value().map_or(String::new(), |value| value.get_name().to_owned());
        let whole = matches!(format, Format::Json | Format::Jsonl);
        let columns = matches!(format, Format::Parquet);
        let tables = matches!(format, Format::Csv | Format::Tsv);
        if self.output.is_none() {
            stdout::check().context(CANNOT_PRINT)?;
        }
        let printed = self.errors.as_ref().is_some_and(|path| path.as_os_str() == "-");
        anyhow::ensure!(!printed, "--errors -: what failed goes to a file; expected its path");
        if let Some(path) = &self.output {
            anyhow::ensure!(path.as_os_str() != "-", "--output -: leave it out to write to standard output");
            anyhow::ensure!(
                self.format.is_some()
                    || Format::of(path).is_some()
                    || dateline::inner::layer::Format::of(path).is_none(),
                "{}: its ending is that of map layers, which `dateline map` writes; expected one of the formats of tagging: say \
                 --format, or name the file otherwise",
                path.display()
            );
            anyhow::ensure!(
                !(columns || format.is_folder()) || Compression::of(path) == Compression::None,
                "{}: cannot be packed; expected no .gz or .zst: Parquet packs itself, and a folder is none to pack",
                path.display()
            );
        }
        let takes = [
            ("--flat", self.flat, columns, "Parquet alone"),
            ("--escape-formulas", self.escape_formulas, tables, "CSV and TSV"),
            ("--decimal", self.decimal != Decimal::default(), tables, "CSV and TSV"),
            (
                "--metadata",
                metadata,
                whole || columns || tables || format == Format::LabelStudio,
                "JSON, tables, Parquet and Label Studio",
            ),
            ("--no-text", self.no_text, whole || columns, "JSON and Parquet"),
            ("--distances", self.distances, whole || columns, "JSON and Parquet; pretty has them always"),
            ("--explain", explain, whole || format == Format::Pretty, "JSON and pretty"),
            (
                "--offsets",
                self.offsets() != OffsetUnit::CodePoints,
                whole || columns || tables,
                "JSON and tables: the others have their own",
            ),
        ];
        for (flag, given, taken, of) in takes {
            anyhow::ensure!(!given || taken, "{flag}: does nothing in the format {name}; it is for {of}: leave it out");
        }
        let others = self.errors.iter().chain(stats);
        if self.is_folder()
            && let Some(folder) = self.output.as_ref().map(|path| in_one_form(&path.components().collect::<PathBuf>()))
            && let Some(inside) = others.clone().find(|path| in_one_form(path).starts_with(&folder))
        {
            anyhow::bail!(
                "{}: lies in {}, which is written as a whole; expected a place outside of it",
                inside.display(),
                folder.display()
            );
        }
        outputs::refuse_twice(self.own_files().iter().chain(stats))
    }

    /// A form that was not asked for is a form that nobody can read.
    pub fn refuse_unknown_ending(&self) -> anyhow::Result<()> {
        let unknown = self.output.as_ref().filter(|_| self.format.is_none());
        if let Some((path, ending)) = unknown.and_then(|path| Some((path, Format::unknown_ending(path)?))) {
            anyhow::bail!(
                "{}: .{ending} is the ending of no format; expected {}: name the file so, or say --format",
                path.display(),
                Format::ENDINGS.map(|(ending, _)| format!(".{ending}")).join(", ")
            );
        }
        Ok(())
    }

    /// An output must not take the place of an input.
    pub fn refuse_over(&self, inputs: &[PathBuf]) -> anyhow::Result<()> {
        self.own_files().iter().try_for_each(|path| outputs::refuse_over(path, inputs))
    }

    /// The files of this run, which are neither its input nor each other.
    pub fn own_files(&self) -> Vec<PathBuf> {
        let around = |path: &PathBuf| {
            let manifest = suffixed(&path.components().collect::<PathBuf>(), MANIFEST);
            let beside = outputs::with_names_beside(path);
            let [path, ..] = &beside;
            let part = part_of(path);
            beside.into_iter().chain([part, suffixed(&manifest, PART), manifest])
        };
        // The list that nobody asked for has no lock of its own: that of the output keeps others from it.
        let listed = self.output.as_ref().filter(|_| self.errors.is_none()).map(|path| listed_beside(path));
        let listed = listed.into_iter().flat_map(|path| [part_of(&path), path]);
        let errors = self.errors.iter().flat_map(|path| {
            let [path, lock, unnamed] = outputs::with_names_beside(path);
            [part_of(&path), path, lock, unnamed]
        });
        self.output.iter().flat_map(around).chain(listed).chain(errors).collect()
    }

    /// Whether the output is a folder.
    pub fn is_folder(&self) -> bool {
        let asked = |path: &PathBuf| {
            path.as_os_str().to_string_lossy().ends_with(['/', std::path::MAIN_SEPARATOR]) || path.is_dir()
        };
        match self.format() {
            format if format.is_folder() => true,
            Format::Parquet => self.output.as_ref().is_some_and(asked),
            _ => false,
        }
    }

    /// The format that is written.
    pub fn format(&self) -> Format {
        let by_ending = || self.output.as_deref().and_then(Format::of);
        let usual = if self.on_terminal() { Format::Pretty } else { Format::Jsonl };
        self.format.or_else(by_ending).unwrap_or(usual)
    }

    /// When documents are handed over to be tagged: where nothing can be gone on with, somebody may wait for each.
    pub fn filling(&self) -> anyhow::Result<Filling> {
        let lasts = self.place()?.is_some_and(|place| place.checkpoint.is_some());
        Ok(if lasts { Filling::Full } else { Filling::AsRead })
    }

    /// Where the output lies; `None` on standard output.
    pub fn place(&self) -> anyhow::Result<Option<Place>> {
        let Some(path) = &self.output else { return Ok(None) };
        let destination = match self.is_folder() {
            // Without the slash behind it.
            true => Destination::File(path.components().collect()),
            false => Destination::of(path).with_context(|| cannot_write(path))?,
        };
        let checkpoint = match &destination {
            Destination::File(path) => Some(Checkpoint::of(path)),
            Destination::Device(_) => None,
        };
        anyhow::ensure!(
            checkpoint.is_some() || !self.resume,
            "{}: is no file; expected one for --resume, which reads how far it came",
            path.display()
        );
        Ok(Some(Place { destination, checkpoint }))
    }

    /// Where failures are listed, and whether that file is there even if nothing failed.
    pub fn errors_destination(&self, place: Option<&Place>) -> anyhow::Result<Option<(Destination, bool)>> {
        if let Some(path) = &self.errors {
            let destination = Destination::of(path).with_context(|| cannot_write(path))?;
            return Ok(Some((destination, true)));
        }
        Ok(match place {
            Some(Place { destination: Destination::File(path), .. }) => {
                Some((Destination::File(listed_beside(path)), false))
            }
            _ => None,
        })
    }

    /// Adds what the form of the output depends on.
    pub fn settings(&self, settings: &mut Settings) {
        let name = |value: Option<clap::builder::PossibleValue>| value.map(|value| value.get_name().to_owned());
        settings.add_option("--format", name(self.format().to_possible_value()));
        settings.add_option("--offsets", name(self.offsets.to_possible_value()));
        settings.add_flag("the output as a folder", self.is_folder());
        settings.add_option(ERRORS_SETTING, self.errors.as_ref().map(|path| path.display()));
        settings.add_flag("--flat", self.flat);
        settings.add_flag("--escape-formulas", self.escape_formulas);
        settings.add_option("--decimal", name(self.decimal.to_possible_value()));
        settings.add_flag("--no-text", self.no_text);
        settings.add_flag("--distances", self.distances);
    }
}

/// Where an output lies.
pub struct Place {
    /// The file or device.
    pub destination: Destination,
    /// Where a run would go on.
    pub checkpoint: Option<Checkpoint>,
}

impl Format {
    /// Whether each document has files of its own.
    const fn is_folder(self) -> bool {
        matches!(self, Self::Brat | Self::Inception)
    }

    /// The endings of names that ask for a format.
    const ENDINGS: [(&'static str, Self); 12] = [
        ("jsonl", Self::Jsonl),
        ("ndjson", Self::Jsonl),
        ("json", Self::Json),
        ("csv", Self::Csv),
        ("tsv", Self::Tsv),
        ("parquet", Self::Parquet),
        ("conll", Self::Conll),
        ("iob", Self::Conll),
        ("jsonld", Self::WebAnnotation),
        ("geojson", Self::Geojson),
        ("html", Self::Html),
        ("htm", Self::Html),
    ];

    /// The format that the ending of a name asks for.
    fn of(path: &Path) -> Option<Self> {
        let ending = ending(path)?;
        Self::ENDINGS.into_iter().find(|(known, _)| *known == ending).map(|(_, format)| format)
    }

    /// The ending of a file's name, if it asks for none.
    fn unknown_ending(path: &Path) -> Option<String> {
        // Devices and pipes are called as their makers wish.
        let is_file = Destination::of(path).is_ok_and(|destination| matches!(destination, Destination::File(_)));
        ending(path).filter(|_| is_file && Self::of(path).is_none())
    }
}

/// The ending of a name in small letters, before that of packing.
fn ending(path: &Path) -> Option<String> {
    let plain = match Compression::of(path) {
        Compression::None => path.to_owned(),
        _ => path.with_extension(""),
    };
    Some(plain.extension()?.to_str()?.to_ascii_lowercase())
}

/// The list of errors of an output, if nothing else was asked for.
fn listed_beside(output: &Path) -> PathBuf {
    suffixed(&output.components().collect::<PathBuf>(), ERRORS)
}
