//! The command line: one file a subcommand.

mod completions;
mod coordinates;
mod corpus;
mod distance;
mod eval;
mod gazetteer;
mod hints;
mod log;
mod map;
mod model;
mod pretty;
mod resolution;
mod setup;
mod tag;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::builder::FalseyValueParser;
use clap::{Args, Parser, Subcommand};
use dateline::inner::external::{self, AssetOptions, RuntimeOptions};
use dateline::inner::gazetteer::Gazetteer;
use dateline::inner::gazetteer::build::{BuildError, BuildReport, Sources, build_in_memory};
use dateline::inner::layer::html::Page;
use dateline::inner::onnx;
use model::ModelArgs;
use resolution::ResolutionArgs;
use same_file::Handle;

/// Tags people, organisations and places in news text and puts every place on the globe.
#[derive(Parser)]
#[command(max_term_width = 100, arg_required_else_help = true, subcommand_negates_reqs = true)]
pub struct Cli {
    /// Print the version, and the checksums of the model and the gazetteer inside
    #[arg(long, short = 'V', required = true)]
    version: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
#[allow(clippy::large_enum_variant, reason = "there is only one of it")]
enum Command {
    /// Tags documents: people, organisations, places and where these are
    Tag(tag::TagArgs),
    /// Puts what documents name on a map: layers for QGIS, databases and browsers
    Map(map::MapArgs),
    /// Gives the geodesic distances between places
    Distance(distance::DistanceArgs),
    /// Scores what is found against corpora that people have marked
    Eval(eval::EvalArgs),
    /// Looks into the gazetteer, or builds one
    Gazetteer(gazetteer::GazetteerArgs),
    /// Fetches what tagging and maps need, for a machine that will be offline
    Setup(setup::SetupArgs),
    /// Prints a script that completes this command line in a shell
    Completions(completions::CompletionsArgs),
    /// Prints the manual page, or writes those of all subcommands
    Man(completions::ManArgs),
}

/// Where ONNX Runtime is, or comes from.
#[derive(Args)]
struct RuntimeArgs {
    /// The shared library of ONNX Runtime, 1.24 or newer [default: ORT_DYLIB_PATH, or else the cache, the system's, or
    /// fetched once through pip]
    #[arg(long, value_name = "FILE", env = "DATELINE_ONNXRUNTIME")]
    onnxruntime: Option<PathBuf>,
    /// The cache folder; what was fetched is in its subfolder dateline [default: the user's cache folder]
    #[arg(long, value_name = "FOLDER", env = "DATELINE_CACHE")]
    cache: Option<PathBuf>,
    /// Never use the network; fail if ONNX Runtime, or a package that a page needs, is missing
    #[arg(long, env = "DATELINE_OFFLINE", value_parser = FalseyValueParser::new())]
    offline: bool,
}

impl RuntimeArgs {
    fn options(&self) -> RuntimeOptions {
        RuntimeOptions {
            library: self.onnxruntime.clone(),
            env_library: std::env::var_os("ORT_DYLIB_PATH").map(PathBuf::from),
            cache: self.cache.clone(),
            offline: self.offline,
        }
    }

    /// Finds or fetches ONNX Runtime and starts it. Gives its version.
    fn start(&self) -> anyhow::Result<String> {
        let found = external::find_runtime(&self.options(), &mut |event| say(&event.to_string()))?;
        onnx::start(&found)?;
        Ok(found.version.to_string())
    }
}

/// Where the packages are that pages with maps are made of.
#[derive(Args)]
struct MapAssetsArgs {
    /// A folder with the npm packages that pages are made of, as in a node_modules [default: the cache, or fetched once
    /// through npm]
    #[arg(long, value_name = "FOLDER", env = "DATELINE_MAP_ASSETS")]
    map_assets: Option<PathBuf>,
}

impl MapAssetsArgs {
    /// What pages are made of, found or fetched.
    fn page(&self, runtime: &RuntimeArgs) -> anyhow::Result<Page> {
        let folder = self.map_assets.clone();
        let options = AssetOptions { cache: runtime.cache.clone(), offline: runtime.offline, folder };
        let assets = external::find_map_assets(&options, &mut |event| say(&event.to_string()))?;
        Ok(Page::new(&assets))
    }
}

/// How many threads work.
#[derive(Args)]
struct ThreadArgs {
    /// Threads [default: one a core]
    #[arg(long, value_name = "N", env = "DATELINE_THREADS")]
    threads: Option<std::num::NonZeroUsize>,
}

impl ThreadArgs {
    fn start(&self) -> anyhow::Result<()> {
        let Some(threads) = self.threads else { return Ok(()) };
        rayon::ThreadPoolBuilder::new().num_threads(threads.get()).build_global().context("cannot start threads")
    }
}

/// Which gazetteer file.
#[derive(Args)]
struct GazetteerFileArgs {
    /// A gazetteer file [default: the built-in gazetteer]
    #[arg(long, value_name = "FILE", env = "DATELINE_GAZETTEER")]
    gazetteer: Option<PathBuf>,
}

impl GazetteerFileArgs {
    fn open(&self) -> anyhow::Result<Gazetteer> {
        match &self.gazetteer {
            Some(path) => Ok(Gazetteer::open(path)?),
            None => built_in_gazetteer(),
        }
    }
}

/// Which gazetteer file, named in either way.
#[derive(Args)]
struct NamedFileArgs {
    /// A gazetteer file [default: that of --gazetteer, or the built-in gazetteer]
    #[arg(value_name = "FILE", conflicts_with = "gazetteer")]
    named: Option<PathBuf>,
    #[command(flatten)]
    file: GazetteerFileArgs,
}

impl NamedFileArgs {
    fn open(&self) -> anyhow::Result<Gazetteer> {
        match &self.named {
            Some(path) => Ok(Gazetteer::open(path)?),
            None => self.file.open(),
        }
    }
}

/// Where places are looked up.
#[derive(Args)]
struct PlacesArgs {
    #[command(flatten)]
    file: GazetteerFileArgs,
    /// A CSV table of places of your own (name,lat,lon, and if you like id, names, country, priority and others), on top of
    /// the gazetteer; may be given several times
    #[arg(long, value_name = "FILE", env = "DATELINE_PLACES")]
    places: Vec<PathBuf>,
    /// A file of names, one a line, that are no places for you; a line may also be the id of a place
    #[arg(long, value_name = "FILE", env = "DATELINE_IGNORE")]
    ignore: Vec<PathBuf>,
}

/// The priority of a place of the user's own: they would not have listed it if they didn't mean it.
const OWN_PRIORITY: i32 = 1;

/// Broken lines of tables that are told one by one.
const TOLD: usize = 10;

impl PlacesArgs {
    /// The files that are read, which no output may take the place of.
    fn inputs(&self) -> Vec<PathBuf> {
        self.file.gazetteer.iter().chain(&self.places).chain(&self.ignore).cloned().collect()
    }

    /// What tells the gazetteer file from others.
    fn checksum(&self) -> anyhow::Result<String> {
        Ok(format!("{:08x}", self.file.open()?.info().checksum))
    }

    /// Adds what lies on top of the gazetteer file.
    fn settings(&self, settings: &mut tag::Settings) -> anyhow::Result<()> {
        settings.add_files("--places", &self.places)?;
        settings.add_files("--ignore", &self.ignore)
    }

    fn open(&self) -> anyhow::Result<Gazetteer> {
        let mut gazetteer = self.file.open()?;
        if !self.places.is_empty() {
            let tables = self.places.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
            let extra = self.places.clone();
            let sources = Sources { extra, priority: Some(OWN_PRIORITY), max_errors: u64::MAX, ..Sources::default() };
            let built = build_in_memory(&sources);
            let broken = match &built {
                Ok((_, BuildReport { broken, broken_lines: 1.., .. })) | Err(BuildError::NoPlaces(broken)) => {
                    &broken[..]
                }
                _ => &[],
            };
            if !broken.is_empty() {
                let told: Vec<String> = broken.iter().take(TOLD).map(ToString::to_string).collect();
                let more = if broken.len() > TOLD { "; and more" } else { "" };
                anyhow::bail!("{}{more}; mend the table first", told.join("; "));
            }
            let (file, _) = built.map_err(|error| match error {
                BuildError::NoPlaces(broken) if broken.is_empty() => {
                    anyhow::anyhow!("{tables}: no places; expected a header such as name,lat,lon and a place a line")
                }
                error => error.into(),
            })?;
            gazetteer = gazetteer.with_places(Gazetteer::from_bytes(&file)?);
        }
        for path in &self.ignore {
            let expected =
                || format!("{}: cannot be read; expected a file of names in UTF-8, one a line", path.display());
            let names = std::fs::read_to_string(path).with_context(expected)?;
            let names = names.trim_start_matches('\u{feff}').lines().map(str::trim);
            gazetteer = gazetteer.without(names.filter(|name| !name.is_empty()));
        }
        Ok(gazetteer)
    }
}

#[cfg(feature = "embedded")]
fn built_in_gazetteer() -> anyhow::Result<Gazetteer> {
    Ok(Gazetteer::embedded()?)
}

#[cfg(not(feature = "embedded"))]
fn built_in_gazetteer() -> anyhow::Result<Gazetteer> {
    anyhow::bail!("this dateline was built without a gazetteer: name a file with --gazetteer")
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// All was done.
    Done,
    /// Some of it failed and was reported; the rest is done.
    SomeFailed,
    /// Nothing could be done, and it was reported why.
    NothingDone,
    /// Someone interrupted it.
    Interrupted,
}

impl Outcome {
    /// The exit status of an interrupted run, as shells have it.
    const INTERRUPTED: u8 = 130;
}

/// Runs a command. Errors are one line on standard error.
pub fn run(cli: Cli) -> ExitCode {
    let Some(command) = cli.command else { return exit_code(version()) };
    let outcome = match command {
        Command::Tag(args) => tag::run(&args),
        Command::Map(args) => map::run(&args),
        Command::Distance(args) => distance::run(&args),
        Command::Eval(args) => eval::run(&args),
        Command::Gazetteer(args) => gazetteer::run(&args),
        Command::Setup(args) => setup::run(&args),
        Command::Completions(args) => completions::completions(&args),
        Command::Man(args) => completions::man(&args),
    };
    exit_code(outcome)
}

fn exit_code(outcome: anyhow::Result<Outcome>) -> ExitCode {
    match outcome {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::SomeFailed) => ExitCode::from(1),
        Ok(Outcome::NothingDone) => ExitCode::from(2),
        Ok(Outcome::Interrupted) => ExitCode::from(Outcome::INTERRUPTED),
        // Whoever read our output has had enough of it.
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            say(&explanation(&error));
            ExitCode::from(2)
        }
    }
}

/// What this program is made of.
fn version() -> anyhow::Result<Outcome> {
    let inside = [built_in_sums()?, accurate_sum()].concat();
    print(&format!("dateline {}\n{inside}", env!("CARGO_PKG_VERSION")))?;
    Ok(Outcome::Done)
}

/// The checksums of the model and the gazetteer inside, a line each.
#[cfg(feature = "embedded")]
fn built_in_sums() -> anyhow::Result<String> {
    let model = dateline::inner::ner::ModelFiles::embedded().checksum();
    let gazetteer = built_in_gazetteer()?.info().checksum;
    Ok(format!("model {model}\ngazetteer {gazetteer:08x}\n"))
}

#[cfg(not(feature = "embedded"))]
#[allow(clippy::unnecessary_wraps, reason = "with the feature it can fail")]
fn built_in_sums() -> anyhow::Result<String> {
    Ok(String::new())
}

#[cfg(feature = "embedded-accurate")]
fn accurate_sum() -> String {
    format!("accurate model {}\n", dateline::inner::ner::ModelFiles::embedded_accurate().checksum())
}

#[cfg(not(feature = "embedded-accurate"))]
fn accurate_sum() -> String {
    String::new()
}

/// An error with its causes, but for those that it quotes itself, and with what can be done about them.
fn explanation(error: &anyhow::Error) -> String {
    let mut told = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !told.contains(&cause) {
            told = format!("{told}: {cause}");
        }
    }
    for hint in error.chain().filter_map(hints::hint) {
        told = format!("{told}; {hint}");
    }
    told
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let is = |kind: io::ErrorKind| kind == io::ErrorKind::BrokenPipe;
    error.chain().any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(|error| is(error.kind()))
            || cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind).is_some_and(is)
    })
}

/// One line to the person at the terminal. If standard error is closed, there is nobody to tell.
fn say(message: &str) {
    // Paths may have line breaks in them, and a message is one line.
    let message = message.replace(['\n', '\r'], " ");
    let _ = writeln!(io::stderr(), "dateline: {}", pretty::printable(&message));
}

/// An output must not take the place of an input, which is still being read or is wanted afterwards.
fn refuse_output_over(output: &Path, inputs: &[PathBuf]) -> anyhow::Result<()> {
    let handle = |path: &PathBuf| match path.as_os_str() {
        stdin if stdin == "-" => Handle::stdin(),
        // A pipe is no output's name, and opening it once more could end it.
        _ if path.is_file() => Handle::from_path(path),
        _ => Err(io::ErrorKind::Unsupported.into()),
    };
    let Some(there) = output.is_file().then(|| Handle::from_path(output).ok()).flatten() else { return Ok(()) };
    match inputs.iter().find(|input| handle(input).is_ok_and(|input| input == there)) {
        Some(_) => {
            anyhow::bail!("{}: is input and output; expected another file to write to", output.display())
        }
        None => Ok(()),
    }
}

fn cannot_write(path: &Path) -> String {
    format!(
        "{}: cannot be written; expected a path in a folder that exists, can be written to and has room",
        path.display()
    )
}

const CANNOT_PRINT: &str = "standard output cannot be written; expected a place with room: write to another";

/// Prints lines to standard output.
fn print(lines: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(lines.as_bytes()).and_then(|()| out.flush()).context(CANNOT_PRINT)
}
