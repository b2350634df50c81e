//! `dateline tag`: documents in, annotations out.

mod opening;
mod output;
mod stats;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use clap::Args;
use clap::builder::FalseyValueParser;
use dateline::inner::annotation::Provenance;
use dateline::inner::atomic::AtomicFile;
use dateline::inner::clock::Clock;
use dateline::inner::corpus::ahead::ReadAhead;
use dateline::inner::corpus::checkpoint::{Manifest, Progress};
use dateline::inner::corpus::fields::Metadata;
use dateline::inner::corpus::output::{Finished, Journal, Limits};
use dateline::inner::corpus::pipeline::{self, Ended, RunError, Work};
use dateline::inner::corpus::read::Wanted;
use dateline::inner::corpus::tolerance::Tolerance;
use dateline::inner::gazetteer::CountryCode;
use dateline::inner::layer::html::Page;
use dateline::inner::layer::{Countries, LayerOptions, Towns};

use self::opening::{Before, Locks, Opened};
use self::output::OutputArgs;
use self::stats::{Stats, StatsArgs};
use super::args::gazetteer::PlacesArgs;
use super::args::model::ModelArgs;
use super::args::resolution::ResolutionArgs;
use super::args::runtime::{MapAssetsArgs, RuntimeArgs};
use super::args::threads::ThreadArgs;
use super::corpus::corrections::CorrectionArgs;
use super::corpus::engine::{self, Engine, EngineArgs};
use super::corpus::first_chunks;
use super::corpus::input::InputArgs;
use super::corpus::interrupt::Interrupts;
use super::corpus::progress::{Report, Teller, grouped};
use super::corpus::settings::Settings;
use super::deliveries::Deliveries;
use super::hints::corpus::of_fault;
use super::log::Log;
use super::outcome::Outcome;
use super::outputs;
use super::terminal::{explanation, say};

/// The arguments of `dateline tag`.
#[derive(Args)]
#[command(after_help = "Examples:
  dateline tag article.txt
  dateline tag --text 'A fire broke out in Paris, Texas.' --explain
  dateline tag articles.jsonl --output tagged.jsonl
  dateline tag corpus/ --glob '*.txt.gz' --output tagged.jsonl.zst
  dateline tag articles.parquet --text-field title,body --id-field url --output tagged.parquet
  dateline tag articles.parquet --text-field title,body --id-field url --output tagged.parquet --resume
  dateline tag - --input jsonl < articles.jsonl
  dateline tag tagged.jsonl --place-only --gazetteer my.gaz --output placed.jsonl

Exit status: 0 all done, 1 some documents failed and are listed, 2 nothing could be done or the run broke off, 130 it was
interrupted by Ctrl-C, 143 by SIGTERM.")]
pub struct TagArgs {
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    output: OutputArgs,
    /// Only tag: put no places on the globe
    #[arg(long, env = "DATELINE_NO_PLACES", value_parser = FalseyValueParser::new(), help_heading = "Tagging")]
    no_places: bool,
    /// Only find the places anew: inputs are JSONL that this command wrote with the text and the same --offsets, and their
    /// names are taken as they are. No model is loaded: --model and ONNX Runtime play no part
    #[arg(
        long,
        env = "DATELINE_PLACE_ONLY",
        value_parser = FalseyValueParser::new(),
        conflicts_with_all = [
            "no_places", "min_score", "labels", "map", "aggregation", "threshold", "nested", "device", "text",
        ],
        help_heading = "Tagging"
    )]
    place_only: bool,
    /// Tell why each place was chosen: in JSON the best candidates of each name with what speaks for them, in pretty a sentence a
    /// name
    #[arg(long, env = "DATELINE_EXPLAIN", value_parser = FalseyValueParser::new(), help_heading = "Tagging")]
    explain: bool,
    #[command(flatten, next_help_heading = "Tagging")]
    model: ModelArgs,
    #[command(flatten)]
    places: PlacesArgs,
    #[command(flatten)]
    resolution: ResolutionArgs,
    #[command(flatten)]
    corrections: CorrectionArgs,
    #[command(flatten, next_help_heading = "Output")]
    map_assets: MapAssetsArgs,
    /// What --publisher-country was called in the version before
    #[arg(long = "country", value_name = "CODE", hide = true, conflicts_with = "publisher_country")]
    old_country: Option<CountryCode>,
    #[command(flatten, next_help_heading = "Running")]
    threads: ThreadArgs,
    #[command(flatten)]
    stats: StatsArgs,
    /// Log what happens to standard error
    #[arg(long, value_name = "LEVEL", env = "DATELINE_LOG")]
    log: Option<Log>,
    #[command(flatten)]
    runtime: RuntimeArgs,
}

/// What is said to an interrupt of a run that can be gone on with.
const ENDING: &str = "ending with the documents that are being tagged; once more ends at once";

/// Tags all documents of all inputs, in order, and stores what goes elsewhere.
pub fn run(mut args: TagArgs) -> anyhow::Result<Outcome> {
    let begun_at = Instant::now();
    args.take_old_names()?;
    args.log_start();
    let deliveries = args.redirect()?;
    if args.output.resume && deliveries.is_done()? {
        return Ok(Outcome::Done);
    }
    let outcome = tag(&args, &deliveries, begun_at)?;
    deliveries.deliver(outcome)
}

fn tag(args: &TagArgs, deliveries: &Deliveries, begun_at: Instant) -> anyhow::Result<Outcome> {
    args.check()?;
    let locks = Locks::take(&args.output)?;
    let stats = args.stats.begin()?;
    let unfinished = match Before::of(&args.output, &locks)? {
        Before::Nothing => None,
        Before::Unfinished(manifest) => Some(manifest),
        Before::Finished(finished) => return tell_finished(args, deliveries, finished),
    };
    run_to_end(args, deliveries, begun_at, unfinished, stats)
}

fn run_to_end(
    args: &TagArgs,
    deliveries: &Deliveries,
    begun_at: Instant,
    unfinished: Option<Manifest>,
    stats: Option<AtomicFile>,
) -> anyhow::Result<Outcome> {
    let page = args.output.is_page().then(|| args.page()).transpose()?;
    let corpus = args.input.corpus(args.own_files(), args.wanted())?;
    let survey = corpus.survey();
    let clock = Arc::new(Clock::default());
    let interrupts = Interrupts::listen(args.output.output.is_some().then_some(ENDING))?;
    let stop = interrupts.stop();
    let (consumed, notes) = (corpus.consumed(), corpus.notes());

    let reached = unfinished.as_ref().and_then(|manifest| manifest.reached());
    let ahead = ReadAhead::start(corpus.stream(), reached, args.output.filling()?, clock.clone());
    // The engine is started when the first document is there, so that a wrong path costs nothing.
    let (begun, wanted) = first_chunks(&ahead, stop)?;
    let engine =
        if wanted || unfinished.is_some() { Engine::open(&args.engine())? } else { Engine::Idle(Clock::default()) };
    let provenance = engine.provenance();
    let settings = args.settings(&survey.fingerprint, &provenance)?;
    let Opened { output, errors, checkpoint, manifest } =
        opening::open(&args.output, unfinished, settings, provenance, !args.no_places, page)?;
    // Where nothing was to do, there is nothing to go on with.
    let checkpoint = checkpoint.filter(|_| !matches!(engine, Engine::Idle(_)));
    let told_in = errors.as_ref().map(|errors| deliveries.shown(errors.path()));
    let (teller, report) = Teller::new(args.is_watched(), &survey, consumed, told_in, begun_at);
    let without_text = args.output.no_text;
    let limits = Limits { max_errors: args.output.max_errors, without_text, watch: Box::new(teller) };
    let mut journal = Journal::new(output, errors, checkpoint, manifest, limits, clock.clone());

    let work = Work { worker: &engine, languages: args.wanted_languages(), hint: of_fault };
    let ended = match pipeline::run(begun, &ahead, &work, &mut journal, stop) {
        Ok(ended) => ended,
        Err(RunError::Input(error)) => return Err(broken_off(error.into(), journal)),
        Err(RunError::Sink(error)) => return Err(broken_off(error.into(), journal)),
    };
    if ended == Ended::Stopped {
        tell_interrupted(journal)?;
        return Ok(interrupts.outcome());
    }
    let done = journal.progress().clone();
    if done.documents == 0 && done.skipped.is_empty() && done.failed > 0 {
        // Nothing to give a name to.
        journal.discard(report.is_cut_short() || args.output.errors.is_some())?;
        return Ok(Outcome::NothingDone);
    }
    if let Err(error) = journal.finish() {
        return Err(broken_off(error.into(), journal));
    }
    // With it, the bar goes from the terminal.
    drop(journal);
    notes.told().iter().for_each(|note| say(note));
    end(args, &report, &engine, &clock, &done, stats)?;
    let forgiven = args.output.max_errors.is_some_and(Tolerance::forgives);
    Ok(if done.failed > 0 && !forgiven { Outcome::SomeFailed } else { Outcome::Done })
}

/// Says of a complete output that it is, and that there is nothing to do; or that it is that of another run.
fn tell_finished(args: &TagArgs, deliveries: &Deliveries, finished: Option<Finished>) -> anyhow::Result<Outcome> {
    let name = args.output.output.as_ref().map_or(String::new(), |path| deliveries.shown(path));
    let Some(finished) = finished else {
        say(&format!("{name} is finished; nothing to do. With which input and options it was made is not known"));
        return Ok(Outcome::Done);
    };
    let survey = args.input.corpus(args.own_files(), args.wanted())?.survey();
    // What has no model and no gazetteer in it was of no document.
    let tagged = finished.has("model") || finished.has("gazetteer");
    let engine = if tagged { Engine::open(&args.engine())? } else { Engine::Idle(Clock::default()) };
    let differences = finished.differences(&args.settings(&survey.fingerprint, &engine.provenance())?.into_map());
    anyhow::ensure!(
        differences.is_empty(),
        "{name}: is finished, and was another run's: {}; expected the same input and options: give them again, write \
         elsewhere, or replace it without --resume",
        differences.join("; ")
    );
    let counts = [(finished.failed, "failed"), (finished.skipped, "passed over for their language")];
    let counts = counts.into_iter().filter(|(count, _)| *count > 0);
    let counts: String = counts.map(|(count, what)| format!(", {} {what}", grouped(count))).collect();
    let documents = match finished.documents {
        1 => "1 document".to_owned(),
        documents => format!("{} documents", grouped(documents)),
    };
    say(&format!("{name} is finished: {documents}{counts}; nothing to do"));
    Ok(Outcome::Done)
}

/// Tells how it went.
fn end(
    args: &TagArgs,
    report: &Report,
    engine: &Engine,
    clock: &Clock,
    done: &Progress,
    file: Option<AtomicFile>,
) -> anyhow::Result<()> {
    report.tell_failures(done);
    if !args.output.resume {
        args.corrections.tell_unmatched(Some(engine));
    }
    let stats = Stats::new(report, done, clock, engine);
    stats.tell(&args.stats, file, report.watched)
}

fn tell_interrupted(journal: Journal) -> anyhow::Result<()> {
    let (done, stored) = (journal.progress().records, journal.stored());
    journal.break_off()?;
    match stored {
        0 if done > 0 => say(&format!("interrupted after {done} records, none of which are kept")),
        0 => {}
        _ => say(&format!(
            "interrupted after {done} records, of which {stored} are kept; the same command with --resume goes on"
        )),
    }
    Ok(())
}

/// An error of the run, with how to go on.
fn broken_off(error: anyhow::Error, journal: Journal) -> anyhow::Error {
    let kept = journal.stored() > 0;
    if let Err(left) = journal.break_off() {
        return error.context(left.to_string());
    }
    match kept {
        true => {
            let told = explanation(&error);
            error.context(format!("{told}; what is done is kept: the same command with --resume goes on"))
        }
        false => error,
    }
}

/// The variable of the option that is called --publisher-country now.
const OLD_COUNTRY: &str = "DATELINE_COUNTRY";

impl TagArgs {
    /// Takes what was given by the names of the version before, and says how it is called now.
    fn take_old_names(&mut self) -> anyhow::Result<()> {
        let country = &mut self.resolution.publisher.publisher_country;
        if let Some(old) = self.old_country {
            say("--country is called --publisher-country now");
            *country = Some(old);
        } else if country.is_none()
            && let Some(old) = std::env::var(OLD_COUNTRY).ok().filter(|old| !old.is_empty())
        {
            say("DATELINE_COUNTRY is called DATELINE_PUBLISHER_COUNTRY now");
            *country = Some(old.parse().map_err(|error| anyhow::anyhow!("{OLD_COUNTRY}={old}: {error}"))?);
        }
        Ok(())
    }

    /// Has outputs of object stores made on this machine first.
    fn redirect(&mut self) -> anyhow::Result<Deliveries> {
        let (cache, inputs) = (self.runtime.cache.as_deref(), &self.input.paths);
        let mut deliveries = Deliveries::default();
        let outputs = [&mut self.output.output, &mut self.output.errors, &mut self.stats.stats];
        for path in outputs.into_iter().flatten() {
            deliveries.redirect(path, cache, inputs)?;
        }
        Ok(deliveries)
    }

    fn log_start(&self) {
        if let Some(log) = self.log {
            log.start();
        }
    }

    /// Whether a person may be watching: not where the output is on the terminal, or the log.
    fn is_watched(&self) -> bool {
        !self.output.on_terminal() && self.log.is_none()
    }

    /// Options that don't go together, and outputs that would take the place of inputs.
    fn check(&self) -> anyhow::Result<()> {
        let metadata = self.input.metadata() != Metadata::None;
        self.output.check(self.explain, metadata, self.stats.file())?;
        self.stats.check(&self.output)?;
        let (model, places, resolution) = (&self.model, &self.places, &self.resolution);
        let files = engine::files(model, places, resolution, &self.corrections.files, &self.runtime);
        let inputs = [&self.input.paths[..], &files].concat();
        self.output.refuse_over(&inputs)?;
        self.stats.file().into_iter().try_for_each(|path| outputs::refuse_over(path, &inputs))?;
        let written = [self.output.output.as_ref(), self.output.errors.as_ref(), self.stats.file()];
        written.into_iter().flatten().try_for_each(|path| self.input.refuse_over_documents(path))?;
        self.output.refuse_unknown_ending()
    }

    /// The files of this run.
    fn own_files(&self) -> Vec<PathBuf> {
        self.output
            .own_files()
            .into_iter()
            .chain(self.stats.file().into_iter().flat_map(|path| outputs::with_names_beside(path)))
            .collect()
    }

    fn engine(&self) -> EngineArgs<'_> {
        EngineArgs {
            model: (!self.place_only).then_some(&self.model),
            places: (!self.no_places).then_some((&self.places, &self.resolution)),
            corrections: &self.corrections.files,
            explain: self.explain,
            distances: self.output.distances,
            offsets: self.output.offsets(),
            runtime: &self.runtime,
            threads: &self.threads,
            window_cache: self.stats.window_cache,
        }
    }

    /// What a page is made of, and what is known of countries.
    fn page(&self) -> anyhow::Result<(Page, LayerOptions)> {
        let page = self.map_assets.page(&self.runtime)?;
        let gazetteer = self.places.file.open()?;
        let (countries, towns) = (Countries::of(&gazetteer), Towns::of(&gazetteer));
        Ok((page, LayerOptions { countries, towns, ..LayerOptions::default() }))
    }

    fn wanted(&self) -> Wanted {
        if self.place_only { Wanted::Mentions(self.output.offsets()) } else { Wanted::Texts }
    }

    fn wanted_languages(&self) -> Option<&[dateline::inner::language::Language]> {
        (!self.input.lang.is_empty()).then_some(&self.input.lang[..])
    }

    /// All that the output depends on.
    fn settings(&self, fingerprint: &str, provenance: &Provenance) -> anyhow::Result<Settings> {
        let mut settings = Settings::default();
        settings.add("dateline", env!("CARGO_PKG_VERSION"));
        settings.add("form", dateline::inner::annotation::VERSION);
        let paths: Vec<_> = self.input.paths.iter().map(|path| path.display()).collect();
        settings.add_list("input", &paths);
        settings.add("input's names, sizes, times and ends", fingerprint);
        self.input.settings(&mut settings);
        self.output.settings(&mut settings);
        settings.add_flag("--no-places", self.no_places);
        settings.add_flag("--place-only", self.place_only);
        settings.add_flag("--explain", self.explain);
        settings.add_option("ONNX Runtime", provenance.onnx_runtime.as_ref());
        settings.add_option("model", provenance.model.as_ref());
        self.model.settings(&mut settings)?;
        settings.add_option("gazetteer", provenance.gazetteer.as_ref());
        self.places.settings(&mut settings)?;
        self.corrections.settings(&mut settings)?;
        self.resolution.settings(&mut settings)?;
        Ok(settings)
    }
}
