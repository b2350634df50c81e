//! Where places are looked up: a gazetteer file, and what lies on top of it.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use dateline::inner::gazetteer::Gazetteer;
use dateline::inner::gazetteer::build::{BuildError, BuildReport, Sources, build_in_memory};

use crate::cli::corpus::settings::Settings;

/// Which gazetteer file.
#[derive(Args)]
pub struct GazetteerFileArgs {
    /// A gazetteer file [default: the built-in gazetteer]
    #[arg(long, value_name = "FILE", env = "DATELINE_GAZETTEER")]
    pub gazetteer: Option<PathBuf>,
}

impl GazetteerFileArgs {
    /// Opens it.
    pub fn open(&self) -> anyhow::Result<Gazetteer> {
        match &self.gazetteer {
            Some(path) => Ok(Gazetteer::open(path)?),
            None => built_in_gazetteer(),
        }
    }
}

/// Which gazetteer file, named in either way.
#[derive(Args)]
pub struct NamedFileArgs {
    /// A gazetteer file [default: that of --gazetteer, or the built-in gazetteer]
    #[arg(value_name = "FILE", conflicts_with = "gazetteer")]
    named: Option<PathBuf>,
    #[command(flatten)]
    file: GazetteerFileArgs,
}

impl NamedFileArgs {
    /// Opens it.
    pub fn open(&self) -> anyhow::Result<Gazetteer> {
        match &self.named {
            Some(path) => Ok(Gazetteer::open(path)?),
            None => self.file.open(),
        }
    }
}

/// Where places are looked up.
#[derive(Args)]
pub struct PlacesArgs {
    #[command(flatten)]
    pub file: GazetteerFileArgs,
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
    pub fn inputs(&self) -> Vec<PathBuf> {
        self.file.gazetteer.iter().chain(&self.places).chain(&self.ignore).cloned().collect()
    }

    /// What tells the gazetteer file from others.
    pub fn checksum(&self) -> anyhow::Result<String> {
        Ok(format!("{:08x}", self.file.open()?.info().checksum))
    }

    /// Adds what lies on top of the gazetteer file.
    pub fn settings(&self, settings: &mut Settings) -> anyhow::Result<()> {
        settings.add_files("--places", &self.places)?;
        settings.add_files("--ignore", &self.ignore)
    }

    /// Opens the gazetteer with what lies on top of it.
    pub fn open(&self) -> anyhow::Result<Gazetteer> {
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

/// The gazetteer inside the program.
#[cfg(feature = "embedded")]
pub fn built_in_gazetteer() -> anyhow::Result<Gazetteer> {
    Ok(Gazetteer::embedded()?)
}

/// The gazetteer inside the program.
#[cfg(not(feature = "embedded"))]
pub fn built_in_gazetteer() -> anyhow::Result<Gazetteer> {
    anyhow::bail!("this dateline was built without a gazetteer: name a file with --gazetteer")
}
