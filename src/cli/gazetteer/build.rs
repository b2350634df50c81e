//! `dateline gazetteer build`: makes a gazetteer from tables.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use dateline::inner::gazetteer::build::{self, BuildReport, Filter, LeftOut, Progress, Scripts, Sources};
use dateline::inner::gazetteer::{CountryCode, FeatureClass, SourceNote};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Deserialize;

use crate::cli::outcome::Outcome;
use crate::cli::outputs;
use crate::cli::terminal::{print, say};

/// The arguments of `dateline gazetteer build`.
#[derive(Args)]
#[command(after_help = "\
Files of GeoNames are taken as they are published, plain, gzip or zip. Options that name a file may be given several
times; where files know different things of the same place, the later counts, and kinds of files count in the order in
which they stand here, Natural Earth before dumps.

Example:
  dateline gazetteer build --geonames allCountries.zip --alternate-names alternateNamesV2.zip \\
      --admin1 admin1CodesASCII.txt --admin2 admin2Codes.txt --countries countryInfo.txt \\
      --hierarchy hierarchy.zip --languages en,es,fr --output places.gaz")]
pub struct BuildArgs {
    /// A dump of GeoNames: allCountries.zip, cities500.zip, IQ.zip
    #[arg(long, value_name = "FILE")]
    geonames: Vec<PathBuf>,
    /// The kinds and languages of the dumps' names: alternateNamesV2.zip
    #[arg(long, value_name = "FILE")]
    alternate_names: Vec<PathBuf>,
    /// Names of first-level divisions: admin1CodesASCII.txt
    #[arg(long, value_name = "FILE")]
    admin1: Vec<PathBuf>,
    /// Names of second-level divisions: admin2Codes.txt
    #[arg(long, value_name = "FILE")]
    admin2: Vec<PathBuf>,
    /// Sizes and codes of countries: countryInfo.txt
    #[arg(long, value_name = "FILE")]
    countries: Vec<PathBuf>,
    /// Which place is a part of which: hierarchy.zip
    #[arg(long, value_name = "FILE")]
    hierarchy: Vec<PathBuf>,
    /// A theme of Natural Earth as GeoJSON: seas, rivers, lakes, regions, divisions, populated places
    #[arg(long, value_name = "FILE")]
    natural_earth: Vec<PathBuf>,
    /// A CSV table of places (id,name,feature,lat,lon,country,admin1,admin2,population,radius_km,priority,fame,names,
    /// short,abbreviations,demonyms,historic). What it says wins over all other files
    #[arg(long, value_name = "FILE")]
    extra: Vec<PathBuf>,
    /// A CSV table of the sources' licences (name,licence,attribution), kept in the gazetteer
    #[arg(long, value_name = "FILE")]
    sources: Option<PathBuf>,
    /// Feature classes of the places that are taken from dumps, such as P,A [default: all]
    #[arg(long, value_name = "LETTERS", value_delimiter = ',', value_parser = class)]
    feature_class: Vec<FeatureClass>,
    /// Countries of the places that are taken from dumps, such as IQ,SY [default: all, and places in none]
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    country: Vec<CountryCode>,
    /// The fewest inhabitants of populated places (class P) that are taken from dumps. Other places stay: dumps don't
    /// know how many people live on a river
    #[arg(long, value_name = "N", default_value_t = 0)]
    min_population: u64,
    /// Languages of names, such as en,es [default: all]. Names without a language stay
    #[arg(long, value_name = "CODES", value_delimiter = ',', requires = "alternate_names")]
    languages: Vec<String>,
    /// Scripts of names; names with letters of others are left out
    #[arg(long, value_enum, default_value_t)]
    scripts: ScriptsArg,
    /// Broken lines that are passed over before the build is given up
    #[arg(long, value_name = "N", default_value_t = 100)]
    max_errors: u64,
    /// The folder for temporary files, which need room for about three times the files unpacked [default: that of the
    /// output]
    #[arg(long, value_name = "FOLDER")]
    temporary: Option<PathBuf>,
    /// The file to be written
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum ScriptsArg {
    /// Latin letters
    #[default]
    Latin,
    /// All letters
    All,
}

/// A row of the table of sources.
#[derive(Deserialize)]
struct SourceRow {
    name: String,
    licence: String,
    attribution: String,
}

/// Runs `dateline gazetteer build`.
pub fn run(args: &BuildArgs) -> anyhow::Result<Outcome> {
    let tables = [
        &args.geonames,
        &args.alternate_names,
        &args.admin1,
        &args.admin2,
        &args.countries,
        &args.hierarchy,
        &args.natural_earth,
        &args.extra,
    ];
    anyhow::ensure!(
        !(args.geonames.is_empty() && args.natural_earth.is_empty() && args.extra.is_empty()),
        "nothing to build from; expected at least one table of places: name it with --geonames, --natural-earth or \
         --extra"
    );
    let inputs: Vec<PathBuf> = tables.into_iter().flatten().chain(&args.sources).cloned().collect();
    for path in outputs::with_names_beside(&args.output) {
        outputs::refuse_over(&path, &inputs)?;
    }
    let every_language = args.languages.is_empty() || args.languages.iter().any(|language| language == "all");
    let sources = Sources {
        geonames: args.geonames.clone(),
        alternate_names: args.alternate_names.clone(),
        admin_codes: [&args.admin1[..], &args.admin2[..]].concat(),
        countries: args.countries.clone(),
        hierarchy: args.hierarchy.clone(),
        natural_earth: args.natural_earth.clone(),
        extra: args.extra.clone(),
        notes: args.sources.as_deref().map_or(Ok(Vec::new()), read_notes)?,
        filter: Filter {
            classes: args.feature_class.clone(),
            countries: args.country.clone(),
            min_population: args.min_population,
            languages: (!every_language).then(|| args.languages.clone()),
            scripts: match args.scripts {
                ScriptsArg::Latin => Scripts::Latin,
                ScriptsArg::All => Scripts::All,
            },
        },
        max_errors: args.max_errors,
        temporary: args.temporary.clone(),
        priority: None,
    };
    let began = Instant::now();
    let mut shown = Shown::new()?;
    let report = build::build(&sources, &args.output, |progress| shown.show(progress));
    shown.end();
    let report = match report {
        Ok(report) => report,
        Err(error) => {
            tell_before_giving_up(&error);
            return Err(error.into());
        }
    };
    report.broken.iter().for_each(|line| say(&line.to_string()));
    let untold = report.broken_lines - report.broken.len() as u64;
    if untold > 0 {
        say(&format!("and {untold} more broken lines"));
    }
    print(&summary(&args.output, &report, began))?;
    Ok(if report.broken_lines == 0 { Outcome::Done } else { Outcome::SomeFailed })
}

/// Where there were too many broken lines, each but the first, which the error itself tells.
fn tell_before_giving_up(error: &build::BuildError) {
    if let build::BuildError::TooManyErrors { broken, .. } = error {
        broken.iter().skip(1).for_each(|line| say(&line.to_string()));
    }
}

/// One line on what was made.
fn summary(output: &Path, report: &BuildReport, began: Instant) -> String {
    let summary = &report.summary;
    let LeftOut { places, names, additions } = report.left_out;
    format!(
        "{}: {} places, {} keys, {} names, {} bytes in {:.1} s; left out: {places} places and {names} names by filters, \
         {additions} additions to unknown places, {} names without a letter, {} broken lines\n",
        output.display(),
        summary.places,
        summary.keys,
        summary.postings,
        summary.bytes,
        began.elapsed().as_secs_f64(),
        summary.names_without_key,
        report.broken_lines,
    )
}

fn class(letter: &str) -> Result<FeatureClass, String> {
    let mut letters = letter.chars();
    let class = letters.next().filter(|_| letters.next().is_none()).and_then(FeatureClass::from_letter);
    class.ok_or_else(|| "expected letters of A H L P R S T U V, parted by commas".to_owned())
}

/// Progress for people: nothing if nobody is watching.
struct Shown {
    bar: Option<ProgressBar>,
    /// The file that the bar is about.
    file: PathBuf,
    of_file: ProgressStyle,
    of_work: ProgressStyle,
}

impl Shown {
    fn new() -> anyhow::Result<Self> {
        Ok(Self {
            bar: io::stderr().is_terminal().then(ProgressBar::no_length),
            file: PathBuf::new(),
            of_file: ProgressStyle::with_template("{msg} {wide_bar} {bytes} of {total_bytes}, {eta} left")?,
            of_work: ProgressStyle::with_template("{spinner} {msg} {elapsed}")?,
        })
    }

    fn show(&mut self, progress: Progress<'_>) {
        let Some(bar) = &self.bar else { return };
        let work = |message: String| {
            bar.set_style(self.of_work.clone());
            bar.set_message(message);
            bar.enable_steady_tick(std::time::Duration::from_millis(100));
        };
        match progress {
            Progress::Reading { file, bytes, length, .. } => {
                if file != self.file {
                    file.clone_into(&mut self.file);
                    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
                    // Drawn with each change: the look comes first.
                    bar.set_style(self.of_file.clone());
                    bar.set_message(crate::cli::terminal::printable(&name).into_owned());
                    bar.reset();
                    bar.set_length(length);
                }
                bar.set_position(bytes);
            }
            Progress::Merging { places } => work(format!("merging places: {places}")),
            Progress::Sorting { places } => work(format!("sorting the names of {places} places")),
            Progress::Writing => work("writing".to_owned()),
            _ => {}
        }
    }

    /// Takes the bar off the terminal.
    fn end(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

fn read_notes(path: &Path) -> anyhow::Result<Vec<SourceNote>> {
    let failed = || format!("{}: expected a CSV table with the columns name,licence,attribution", path.display());
    let mut reader = csv::Reader::from_path(path).with_context(failed)?;
    let note = |row: Result<SourceRow, csv::Error>| {
        let SourceRow { name, licence, attribution } = row.with_context(failed)?;
        Ok(SourceNote { name, licence, attribution })
    };
    reader.deserialize().map(note).collect()
}
