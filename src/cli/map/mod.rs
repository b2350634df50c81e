//! `dateline map`: documents in, map layers out.

mod filter;
mod output;
mod work;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use clap::Args;
use dateline::inner::clock::Clock;
use dateline::inner::corpus::ahead::{Filling, ReadAhead};
use dateline::inner::corpus::fields::Metadata;
use dateline::inner::corpus::output::ErrorsFile;
use dateline::inner::corpus::pipeline::{self, Ended, RunError, Stop, Work};
use dateline::inner::corpus::read::Wanted;
use dateline::inner::corpus::tolerance::Tolerance;
use dateline::inner::layer::collection::{Collection, Collector};
use dateline::inner::layer::{Carry, LeftOut, MOST_LINKS};
use dateline::inner::lock::{PART, suffixed};

use self::filter::FilterArgs;
use self::output::OutputArgs;
use self::work::{Gatherer, Mapper};
use super::args::gazetteer::PlacesArgs;
use super::args::model::ModelArgs;
use super::args::resolution::ResolutionArgs;
use super::args::runtime::RuntimeArgs;
use super::args::threads::ThreadArgs;
use super::corpus::corrections::CorrectionArgs;
use super::corpus::engine::{self, EngineArgs};
use super::corpus::first_chunks;
use super::corpus::input::InputArgs;
use super::corpus::interrupt::Interrupts;
use super::corpus::progress::{Teller, grouped};
use super::deliveries::Deliveries;
use super::hints::corpus::of_fault;
use super::log::Log;
use super::outcome::Outcome;
use super::outputs;
use super::terminal::say;

/// The arguments of `dateline map`.
#[derive(Args)]
#[command(
    after_help = "Inputs are texts of every kind that `dateline tag` reads, which are tagged on the way, or the JSONL or \
Parquet that it wrote, whose places are taken as they are: for these, the options of tagging do nothing.

Examples:
  dateline map articles.jsonl -o map.html
  dateline map tagged.jsonl -o places.gpkg
  dateline map tagged.jsonl -o mentions.geojson -o links.parquet:links -o map.html
  dateline map tagged.jsonl -o syria.csv --country SY --since 2015 --until 2016-06 --min-confidence 0.7
  dateline map corpus/ --layer hexbins --resolution 4 -o hexbins.fgb

Exit status: 0 all done, 1 some documents failed and are told, 2 nothing could be done or the run broke off, 130 it was
interrupted by Ctrl-C, 143 by SIGTERM."
)]
pub struct MapArgs {
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    filter: FilterArgs,
    #[command(flatten, next_help_heading = "Tagging")]
    model: ModelArgs,
    #[command(flatten)]
    places: PlacesArgs,
    #[command(flatten)]
    resolution: ResolutionArgs,
    #[command(flatten)]
    corrections: CorrectionArgs,
    #[command(flatten, next_help_heading = "Running")]
    threads: ThreadArgs,
    /// Log what happens to standard error
    #[arg(long, value_name = "LEVEL", env = "DATELINE_LOG")]
    log: Option<Log>,
    #[command(flatten)]
    runtime: RuntimeArgs,
}

/// Windows of text that are remembered: what is printed many times over is read by the model once.
const WINDOW_CACHE: usize = 4096;

/// What is said to an interrupt.
const ENDING: &str = "ending with the documents that are being tagged, without writing; once more ends at once";

/// Writes layers of all documents of all inputs, and stores what goes elsewhere.
pub fn run(mut args: MapArgs) -> anyhow::Result<Outcome> {
    let begun_at = Instant::now();
    if let Some(log) = args.log {
        log.start();
    }
    let deliveries = args.redirect()?;
    let outcome = map(&args, &deliveries, begun_at)?;
    deliveries.deliver(outcome)
}

fn map(args: &MapArgs, deliveries: &Deliveries, begun_at: Instant) -> anyhow::Result<Outcome> {
    let mut outputs = args.output.outputs()?;
    args.check(&outputs.files())?;
    outputs.begin()?;
    let errors = args.output.errors_file()?;
    // What pages are made of is fetched first, so that no run ends for want of it.
    let options = args.output.options(&outputs, &args.runtime, &args.places)?;
    let interrupts = Interrupts::listen(Some(ENDING))?;
    let stop = interrupts.stop();
    let Some(gathered) = gather(args, deliveries, begun_at, outputs.files(), errors, stop)? else {
        say("interrupted: nothing was written");
        return Ok(interrupts.outcome());
    };
    if gathered.documents == 0 && gathered.failed > 0 {
        return Ok(Outcome::NothingDone);
    }
    tell(&gathered.collection);
    // Nothing is left to be ended in order: from now on, an interrupt ends at once.
    if stop.ask() {
        say("interrupted: nothing was written");
        return Ok(interrupts.outcome());
    }
    tell_links(outputs.write(&gathered.collection, &options)?);
    let forgiven = args.output.max_errors.is_some_and(Tolerance::forgives);
    Ok(if gathered.failed > 0 && !forgiven { Outcome::SomeFailed } else { Outcome::Done })
}

/// What became of the documents.
struct Gathered {
    collection: Collection,
    /// Documents that were read, and records that failed.
    documents: u64,
    failed: u64,
}

/// Reads and tags what is to be on the map; `None` if that was interrupted.
fn gather(
    args: &MapArgs,
    deliveries: &Deliveries,
    begun_at: Instant,
    own: Vec<PathBuf>,
    errors: Option<ErrorsFile>,
    stop: &Stop,
) -> anyhow::Result<Option<Gathered>> {
    let corpus = args.input.corpus(own, Wanted::Annotations(args.output.offsets()))?;
    let survey = corpus.survey();
    let clock = Arc::new(Clock::default());
    let (consumed, notes) = (corpus.consumed(), corpus.notes());
    let ahead = ReadAhead::start(corpus.stream(), None, Filling::Full, clock);
    let (begun, _) = first_chunks(&ahead, stop)?;
    let told_in = args.output.errors.as_ref().map(|path| deliveries.shown(path));
    let (teller, report) = Teller::new(args.log.is_none(), &survey, consumed, told_in, begun_at);
    let mapper = Mapper::new(args.engine(), stop.clone())?;
    let carry = match args.input.metadata() {
        Metadata::None => Carry::None,
        Metadata::Named(names) => Carry::Named(names),
        Metadata::All => Carry::All,
    };
    let collector = Collector::carrying(args.filter.filter()?, carry);
    let mut gatherer = Gatherer::new(collector, teller, errors, args.output.max_errors);
    let languages = (!args.input.lang.is_empty()).then_some(&args.input.lang[..]);
    let work = Work { worker: &mapper, languages, hint: of_fault };
    let ended = pipeline::run(begun, &ahead, &work, &mut gatherer, stop);
    args.corrections.tell_unmatched(mapper.opened());
    mapper.into_failure()?;
    match ended {
        Ok(Ended::AtEnd) => {}
        Ok(Ended::Stopped) => return Ok(None),
        Err(RunError::Input(error)) => return Err(error.into()),
        Err(RunError::Sink(error)) => return Err(error),
    }
    let (collector, progress) = gatherer.finish()?;
    report.tell_failures(&progress);
    notes.told().iter().for_each(|note| say(note));
    let (documents, failed) = (progress.documents, progress.failed);
    Ok(Some(Gathered { collection: collector.finish(), documents, failed }))
}

/// Tells what is not on the map, and why.
fn tell(collection: &Collection) {
    let counts = &collection.counts;
    let count = |count: u64, one: &str, many: &str| match count {
        0 => {}
        1 => say(&format!("1 {one}")),
        _ => say(&format!("{} {many}", grouped(count))),
    };
    count(
        counts.unplaced,
        "name of a place has no coordinates and is on no map",
        "names of places have no coordinates and are on no map",
    );
    count(
        counts.undated,
        "document has no date that can be read and is left out",
        "documents have no date that can be read and are left out",
    );
    if !collection.unread_dates.is_empty() {
        say(&unread_dates(collection));
    }
    count(counts.out_of_range, "document is of other days and left out", "documents are of other days and left out");
    count(counts.filtered, "mention is left out by the filters", "mentions are left out by the filters");
    if collection.mentions.is_empty() && collection.relations.is_empty() {
        say("no place is left to show: the layers are empty");
    }
}

/// The first dates that cannot be read, with their documents, and how many more there are.
fn unread_dates(collection: &Collection) -> String {
    let count = collection.counts.unread_dates;
    let named: Vec<String> =
        collection.unread_dates.iter().map(|unread| format!("{:?} of {}", unread.date, unread.document)).collect();
    let more = match count - named.len() as u64 {
        0 => String::new(),
        more => format!(" and {} more", grouped(more)),
    };
    let dates = if count == 1 { "1 date".to_owned() } else { format!("{} dates", grouped(count)) };
    format!(
        "{dates} cannot be read: {}{more}; expected such as 2018-02-06: say with --date-format how they are written",
        named.join(", ")
    )
}

/// Tells which links are on no map, and how to have others.
fn tell_links(left_out: LeftOut) {
    let LeftOut { unasked, beyond_most } = left_out;
    if unasked > 0 {
        let links = if unasked == 1 { "1 link is".to_owned() } else { format!("{} links are", grouped(unasked)) };
        say(&format!("{links} left out by --min-documents and --links-per-document"));
    }
    if beyond_most > 0 {
        say(&format!(
            "{} of {} links are left out: those that fewest documents make; choose with --min-documents and \
             --links-per-document (--min-documents 1 makes all)",
            grouped(beyond_most),
            grouped(beyond_most + MOST_LINKS as u64)
        ));
    }
}

impl MapArgs {
    /// Has outputs of object stores made on this machine first.
    fn redirect(&mut self) -> anyhow::Result<Deliveries> {
        let (cache, inputs) = (self.runtime.cache.as_deref(), &self.input.paths);
        let mut deliveries = Deliveries::default();
        self.output.redirect(|path| deliveries.redirect(path, cache, inputs))?;
        Ok(deliveries)
    }

    /// No output may take the place of an input, or lie among them.
    fn check(&self, written: &[PathBuf]) -> anyhow::Result<()> {
        outputs::refuse_twice(written.iter().chain(&self.output.errors))?;
        let (model, places, resolution) = (&self.model, &self.places, &self.resolution);
        let files = engine::files(model, places, resolution, &self.corrections.files, &self.runtime);
        let inputs = [&self.input.paths[..], &files].concat();
        let until_then = self.output.errors.as_ref().map(|path| suffixed(path, PART));
        written.iter().chain(&self.output.errors).chain(&until_then).try_for_each(|path| {
            outputs::with_names_beside(path).iter().try_for_each(|path| outputs::refuse_over(path, &inputs))?;
            self.input.refuse_over_documents(path)
        })
    }

    fn engine(&self) -> EngineArgs<'_> {
        EngineArgs {
            model: Some(&self.model),
            places: Some((&self.places, &self.resolution)),
            corrections: &self.corrections.files,
            explain: false,
            distances: false,
            offsets: self.output.offsets(),
            runtime: &self.runtime,
            threads: &self.threads,
            window_cache: WINDOW_CACHE,
        }
    }
}
