//! Where places are looked up: a gazetteer file, and what lies on top of it.

use std::path::PathBuf;

use clap::Args;
use dateline::inner::builder::PlacesOptions;
use dateline::inner::gazetteer::Gazetteer;

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
        Ok(file_options(self.gazetteer.clone()).gazetteer_file()?)
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

impl PlacesArgs {
    /// The files that are read, which no output may take the place of.
    pub fn inputs(&self) -> Vec<PathBuf> {
        self.file.gazetteer.iter().chain(&self.places).chain(&self.ignore).cloned().collect()
    }

    /// Where places are looked up.
    pub fn options(&self) -> PlacesOptions {
        PlacesOptions {
            tables: self.places.clone(),
            ignored_files: self.ignore.clone(),
            ..file_options(self.file.gazetteer.clone())
        }
    }

    /// Adds what lies on top of the gazetteer file.
    pub fn settings(&self, settings: &mut Settings) -> anyhow::Result<()> {
        settings.add_files("--places", &self.places)?;
        settings.add_files("--ignore", &self.ignore)
    }

    /// Opens the gazetteer with what lies on top of it.
    pub fn open(&self) -> anyhow::Result<Gazetteer> {
        Ok(self.options().open()?)
    }
}

/// The places of a gazetteer file alone.
fn file_options(gazetteer: Option<PathBuf>) -> PlacesOptions {
    PlacesOptions { gazetteer, ..PlacesOptions::default() }
}
