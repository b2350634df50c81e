//! Opening the output that was asked for: its locks, the run that is gone on with or is finished, its files and writers.

use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use dateline::inner::annotation::Provenance;
use dateline::inner::atomic::Destination;
use dateline::inner::corpus::checkpoint::{Checkpoint, Manifest, ManifestError};
use dateline::inner::corpus::output::finished::{is_folder_of, is_parquet, is_text};
use dateline::inner::corpus::output::{
    Appended, Compression, ErrorsFile, Finished, Folder, Output, Parts, Standing, Streamed, part_of,
};
use dateline::inner::corpus::write::AnnotationWriter;
use dateline::inner::corpus::write::brat::Brat;
use dateline::inner::corpus::write::conll::Conll;
use dateline::inner::corpus::write::files::DocumentFiles;
use dateline::inner::corpus::write::geojson::GeoJson;
use dateline::inner::corpus::write::html::Html;
use dateline::inner::corpus::write::inception::Inception;
use dateline::inner::corpus::write::json::{Json, Jsonl};
use dateline::inner::corpus::write::label_studio::LabelStudio;
use dateline::inner::corpus::write::mentions::Csv;
use dateline::inner::corpus::write::parquet::{ParquetOptions, Table};
use dateline::inner::corpus::write::spacy::Spacy;
use dateline::inner::corpus::write::web_annotation::WebAnnotation;
use dateline::inner::layer::LayerOptions;
use dateline::inner::layer::html::Page;
use dateline::inner::lock::Lock;

use super::output::{ERRORS_SETTING, Format, OutputArgs, Place};
use crate::cli::corpus::settings::Settings;
use crate::cli::outputs;
use crate::cli::pretty::Pretty;
use crate::cli::terminal::cannot_write;

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

/// Keeps other runs from the files of this one that can be gone on with.
pub struct Locks {
    output: Option<(PathBuf, Lock)>,
    errors: Option<(PathBuf, Lock)>,
}

impl Locks {
    /// Takes them. They stay where the run is killed, and tell the next one that what lies there is ours.
    pub fn take(args: &OutputArgs) -> anyhow::Result<Self> {
        let take = |path: PathBuf| match Lock::take(&path) {
            Ok(lock) => Ok((path, lock)),
            Err(error) => Err(outputs::unopened(&path, error)),
        };
        let place = args.place()?;
        // The usual list of errors lies beside the output, whose lock is its own too.
        let errors = match args.errors {
            Some(_) => args.errors_destination(place.as_ref())?,
            None => None,
        };
        let output = place.and_then(|place| place.destination.into_file());
        let errors = errors.and_then(|(destination, _)| destination.into_file());
        Ok(Self { output: output.map(take).transpose()?, errors: errors.map(take).transpose()? })
    }

    /// Takes away what a run that was killed left, of which nothing is to be gone on with.
    fn clear(&self) -> anyhow::Result<()> {
        if let Some((path, lock)) = &self.output {
            let manifest = Checkpoint::of(path).beside();
            lock.clear(&[part_of(path), manifest]).map_err(|error| outputs::unopened(path, error))?;
        }
        self.clear_errors()
    }

    fn clear_errors(&self) -> anyhow::Result<()> {
        let Some((path, lock)) = &self.errors else { return Ok(()) };
        lock.clear(&[part_of(path)]).map_err(|error| outputs::unopened(path, error))
    }
}

/// What lies at the place of an output that is to be gone on with.
pub enum Before {
    /// Nothing that the run could go on with: it begins.
    Nothing,
    /// An unfinished run.
    Unfinished(Manifest),
    /// A complete output. What its run knew, where that was kept with it.
    Finished(Option<Finished>),
}

impl Before {
    /// Looks for it, under the locks.
    pub fn of(args: &OutputArgs, locks: &Locks) -> anyhow::Result<Self> {
        let place = args.place()?;
        let Some(Place { checkpoint: Some(checkpoint), destination: Destination::File(path) }) = &place else {
            locks.clear()?;
            return Ok(Self::Nothing);
        };
        let manifest = match checkpoint.load() {
            // It is thrown away, readable or not; but not what no run of ours left.
            Err(ManifestError::Unreadable { .. }) if args.restart && !args.resume => {
                locks.clear()?;
                return Ok(Self::Nothing);
            }
            loaded => loaded?,
        };
        match manifest {
            Some(manifest) if args.restart && !args.resume => {
                let listed = args.errors.as_ref().map(|path| path.display().to_string());
                if manifest.settings.get(ERRORS_SETTING) != listed.as_ref() {
                    // What lies there is none of the run that is thrown away.
                    locks.clear_errors()?;
                }
                Ok(Self::Nothing)
            }
            Some(manifest) if !args.resume => anyhow::bail!(
                "{}: an unfinished run has {} records done; expected --resume, to go on with it, or --restart, to throw \
                 that away",
                checkpoint.path().display(),
                manifest.progress.records
            ),
            Some(manifest) => Ok(Self::Unfinished(manifest)),
            None => {
                locks.clear()?;
                match args.resume && is_filled(path) {
                    true => finished(args, path).map(Self::Finished),
                    false => Ok(Self::Nothing),
                }
            }
        }
    }
}

/// Whether there is a file or a folder with something in it.
fn is_filled(path: &Path) -> bool {
    match std::fs::read_dir(path) {
        Ok(mut entries) => entries.next().is_some(),
        // Of no document, some forms are nothing; but then what its run knew is there.
        Err(_) => path.metadata().is_ok_and(|there| there.len() > 0) || !matches!(Finished::of(path), Ok(None)),
    }
}

/// What is known of an output that has its name, and so is complete, if it is one of ours.
fn finished(args: &OutputArgs, path: &Path) -> anyhow::Result<Option<Finished>> {
    let finished = Finished::of(path)
        .map_err(|changed| anyhow::anyhow!("{}: {changed}", args.output.as_deref().unwrap_or(path).display()))?;
    let is_ours = finished.is_some()
        || match args.format() {
            Format::Brat | Format::Inception => {
                document_files(args.format()).is_some_and(|form| is_folder_of(path, &*form))
            }
            Format::Parquet => is_parquet(path),
            // Without what a page is made of, which would be fetched for nothing.
            Format::Html => is_text(path, Html::is_page),
            _ => text_writer(args, Provenance::default(), true, None)
                .is_some_and(|writer| is_text(path, |line, behind| writer.begins_with(line, behind))),
        };
    anyhow::ensure!(
        is_ours,
        "{}: is there, and neither an unfinished run nor an output of this form; expected one that --resume can go on with: \
         write elsewhere, or replace it without --resume",
        args.output.as_deref().unwrap_or(path).display()
    );
    Ok(finished)
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
            Some(errors.map_err(|error| outputs::unopened(&path, error))?)
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
    let output: io::Result<Box<dyn Output>> = if let Some(form) = document_files(args.format()) {
        Folder::open(path, form, standing).map(|folder| Box::new(folder) as _)
    } else {
        let table = if args.flat { Table::Mentions } else { Table::Documents };
        let options = ParquetOptions { table, provenance, metadata: None };
        Parts::open(path, !args.is_folder(), options, standing).map(|parts| Box::new(parts) as _)
    };
    output.map_err(|error| outputs::unopened(path, error))
}

/// What writes the format, if each document has files of its own in it.
fn document_files(format: Format) -> Option<Box<dyn DocumentFiles>> {
    match format {
        Format::Brat => Some(Box::new(Brat)),
        Format::Inception => Some(Box::new(Inception)),
        _ => None,
    }
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
        Format::Csv => Box::new(Csv { delimiter: args.fields().decimal.delimiter(), fields: args.fields() }),
        Format::Tsv => Box::new(Csv { delimiter: b'\t', fields: args.fields() }),
        Format::Conll => Box::new(Conll),
        Format::WebAnnotation => Box::new(WebAnnotation { provenance }),
        Format::Spacy => Box::new(Spacy),
        Format::LabelStudio => Box::new(LabelStudio { provenance }),
        Format::Geojson => Box::new(GeoJson),
        Format::Html => {
            let (page, options) = page?;
            Box::new(Html { page, options })
        }
        Format::Brat | Format::Inception | Format::Parquet => return None,
    })
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
