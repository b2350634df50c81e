//! Opening the output that was asked for: its lock, the unfinished run that is gone on with, its files and writers.

use std::io;
use std::path::Path;

use anyhow::Context as _;
use dateline::inner::annotation::Provenance;
use dateline::inner::atomic::Destination;
use dateline::inner::corpus::checkpoint::{Checkpoint, Lock, Manifest};
use dateline::inner::corpus::output::{Appended, Compression, ErrorsFile, Folder, Output, Parts, Standing, Streamed};
use dateline::inner::corpus::write::AnnotationWriter;
use dateline::inner::corpus::write::conll::Conll;
use dateline::inner::corpus::write::geojson::GeoJson;
use dateline::inner::corpus::write::html::Html;
use dateline::inner::corpus::write::json::{Json, Jsonl};
use dateline::inner::corpus::write::mentions::Csv;
use dateline::inner::corpus::write::parquet::{ParquetOptions, Table};
use dateline::inner::corpus::write::spacy::Spacy;
use dateline::inner::corpus::write::web_annotation::WebAnnotation;
use dateline::inner::layer::LayerOptions;
use dateline::inner::layer::html::Page;

use super::output::{Format, OutputArgs, Place};
use crate::cli::corpus::settings::Settings;
use crate::cli::pretty::Pretty;
use crate::cli::terminal::{cannot_write, say};

/// The files of an output that was opened.
pub struct Opened {
    /// The output itself.
    pub output: Box<dyn Output>,
    /// The list of what failed.
    pub errors: Option<ErrorsFile>,
    /// Where a run would go on.
    pub checkpoint: Option<Checkpoint>,
    /// What is done so far.
    pub manifest: Manifest,
}

/// Keeps other runs from the output.
pub fn lock(args: &OutputArgs) -> anyhow::Result<Option<Lock>> {
    match args.place()? {
        Some(Place { destination: Destination::File(path), .. }) => {
            Lock::take(&path).map(Some).map_err(|error| unopened(&path, error))
        }
        _ => Ok(None),
    }
}

/// The unfinished run that this one goes on with. Asked for under the lock.
pub fn unfinished(args: &OutputArgs) -> anyhow::Result<Option<Manifest>> {
    let Some(Place { checkpoint: Some(checkpoint), .. }) = args.place()? else { return Ok(None) };
    if args.restart && !args.resume {
        return Ok(None);
    }
    let manifest = checkpoint.load()?;
    match &manifest {
        None if args.resume && args.output.as_ref().is_some_and(|path| path.exists()) => {
            say(&format!(
                "{}: no unfinished run of it: beginning anew",
                checkpoint.path().with_extension("").display()
            ));
            Ok(None)
        }
        Some(manifest) if !args.resume => anyhow::bail!(
            "{}: an unfinished run has {} records done; expected --resume, to go on with it, or --restart, to throw \
             that away",
            checkpoint.path().display(),
            manifest.progress.records
        ),
        _ => Ok(manifest),
    }
}

/// Opens the files, to go on with an unfinished run or to begin.
pub fn open(
    args: &OutputArgs,
    unfinished: Option<Manifest>,
    settings: Settings,
    provenance: Provenance,
    places: bool,
    page: Option<(Page, LayerOptions)>,
) -> anyhow::Result<Opened> {
    let settings = settings.into_map();
    let manifest = match unfinished {
        Some(manifest) => {
            let differences = manifest.differences(&settings);
            anyhow::ensure!(
                differences.is_empty(),
                "the run that is to go on was another: {}; expected the same input and options: give them again, or begin \
                 anew with --restart",
                differences.join("; ")
            );
            manifest
        }
        None => Manifest::new(settings),
    };
    let standing = (manifest.progress.records > 0 || manifest.complete).then(|| Standing::from(&manifest));
    let place = args.place()?;
    if let (Some(Place { checkpoint: Some(checkpoint), .. }), None) = (&place, standing) {
        // First: what an earlier run left must not be taken for this one's.
        checkpoint.remove().with_context(|| cannot_write(checkpoint.path()))?;
    }
    let errors = match args.errors_destination(place.as_ref())? {
        Some((destination, always)) => {
            let (Destination::File(path) | Destination::Device(path)) = destination.clone();
            let errors = ErrorsFile::open(destination, manifest.errors, always);
            Some(errors.map_err(|error| unopened(&path, error))?)
        }
        None => None,
    };
    let output = output(args, place.as_ref(), standing, provenance, places, page)?;
    let checkpoint = place.and_then(|place| place.checkpoint);
    Ok(Opened { output, errors, checkpoint, manifest })
}

fn output(
    args: &OutputArgs,
    place: Option<&Place>,
    standing: Option<Standing>,
    provenance: Provenance,
    places: bool,
    page: Option<(Page, LayerOptions)>,
) -> anyhow::Result<Box<dyn Output>> {
    let destination = place.map(|place| &place.destination);
    if let Some(writer) = text_writer(args, provenance.clone(), places, page) {
        return text_output(destination, standing, writer);
    }
    let Some(Destination::File(path)) = destination else {
        anyhow::bail!("this format is no stream; expected a path to write to: name it with --output");
    };
    let output: io::Result<Box<dyn Output>> = if args.format() == Format::Brat {
        Folder::open(path, standing).map(|folder| Box::new(folder) as _)
    } else {
        let table = if args.flat { Table::Mentions } else { Table::Documents };
        let options = ParquetOptions { table, provenance };
        Parts::open(path, !args.is_folder(), options, standing).map(|parts| Box::new(parts) as _)
    };
    output.map_err(|error| unopened(path, error))
}

/// What writes the format, if it is one of text.
fn text_writer(
    args: &OutputArgs,
    provenance: Provenance,
    places: bool,
    page: Option<(Page, LayerOptions)>,
) -> Option<Box<dyn AnnotationWriter>> {
    Some(match args.format() {
        Format::Pretty => Box::new(Pretty::new(args.output.is_none(), places)),
        Format::Json => Box::new(Json { provenance }),
        Format::Jsonl => Box::new(Jsonl),
        Format::Csv => Box::new(Csv { delimiter: b',', fields: args.fields() }),
        Format::Tsv => Box::new(Csv { delimiter: b'\t', fields: args.fields() }),
        Format::Conll => Box::new(Conll),
        Format::WebAnnotation => Box::new(WebAnnotation { provenance }),
        Format::Spacy => Box::new(Spacy),
        Format::Geojson => Box::new(GeoJson),
        Format::Html => {
            let (page, options) = page?;
            Box::new(Html { page, options })
        }
        Format::Brat | Format::Parquet => return None,
    })
}

/// Why an output cannot be opened: what the system says needs words about it, what is said of the output itself does not.
fn unopened(path: &Path, error: io::Error) -> anyhow::Error {
    match error.kind() {
        io::ErrorKind::AlreadyExists | io::ErrorKind::WouldBlock => anyhow::anyhow!("{}: {error}", path.display()),
        io::ErrorKind::Other => error.into(),
        _ => anyhow::Error::from(error).context(cannot_write(path)),
    }
}

/// An output in a format of text.
fn text_output(
    destination: Option<&Destination>,
    standing: Option<Standing>,
    writer: Box<dyn AnnotationWriter>,
) -> anyhow::Result<Box<dyn Output>> {
    Ok(match destination {
        None => {
            let name = "standard output".to_owned();
            Box::new(Streamed::new(name, Box::new(io::stdout()), writer, Compression::None))
        }
        Some(Destination::Device(path)) => {
            let out = std::fs::OpenOptions::new().write(true).open(path).with_context(|| cannot_write(path))?;
            Box::new(Streamed::new(path.display().to_string(), Box::new(out), writer, Compression::of(path)))
        }
        Some(Destination::File(path)) => {
            Box::new(Appended::open(path, writer, Compression::of(path), standing).with_context(|| cannot_write(path))?)
        }
    })
}
