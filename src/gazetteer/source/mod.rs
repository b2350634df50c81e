//! Tables that gazetteers are built from, one file a format.
//!
//! Tables of lines are plain, gzip or inside zip files as they are published, told apart by their first bytes. A line that
//! is wrong is skipped and reported with its number; of one that is wrong only in a name, only the name is.
//!
//! A build without the feature `build` reads tables of one's own ([`extra`]), unpacked ones, and no others.

#[cfg(feature = "build")]
pub mod admin_codes;
#[cfg(feature = "build")]
pub mod alternate_names;
#[cfg(feature = "build")]
pub mod country_info;
pub mod extra;
pub mod feature_codes;
pub(crate) mod file;
#[cfg(feature = "build")]
pub(crate) mod geojson;
#[cfg(feature = "build")]
pub mod geonames;
#[cfg(feature = "build")]
pub mod hierarchy;
#[cfg(feature = "build")]
pub(crate) mod lines;
#[cfg(feature = "build")]
pub mod natural_earth;
#[cfg(feature = "build")]
mod packed;
#[cfg(feature = "build")]
pub(crate) mod script;
#[cfg(test)]
#[cfg(feature = "build")]
pub(crate) mod testing;

use std::fmt;
use std::io;
use std::path::PathBuf;

/// A line that was skipped, or of which a name was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokenLine {
    /// The table; of one in a zip file, the path of that and the table's name in it.
    pub file: PathBuf,
    /// The line's number, from 1; of GeoJSON, the feature's.
    pub line: u64,
    /// What is wrong with it.
    pub why: String,
}

impl fmt::Display for BrokenLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file.display(), self.line, self.why)
    }
}

/// What filters left out, and what led nowhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Places of other classes or countries, or of too few inhabitants.
    pub places: u64,
    /// Names in other scripts or languages, and codes that are no names.
    pub names: u64,
    /// What lines say of places that no source has, or that were left out.
    pub additions: u64,
}

#[cfg(feature = "build")]
impl LeftOut {
    /// Adds what somebody else counted.
    pub(crate) fn add(&mut self, other: Self) {
        self.places += other.places;
        self.names += other.names;
        self.additions += other.additions;
    }
}

/// What a table gives instead of a place. After anything but a broken line, the table ends.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// A line is wrong; those after it may not be.
    #[error("{0}")]
    Broken(BrokenLine),
    /// A cell begins with a quote that doesn't end on its line.
    #[error("{}:{line}: a cell begins with a quotation mark that doesn't end on its line; close it, or write two for one", file.display())]
    OpenQuote {
        /// The table.
        file: PathBuf,
        /// The line.
        line: u64,
    },
    /// The table can't be read.
    #[error("{}: cannot be read: {source}", file.display())]
    Unreadable {
        /// The table.
        file: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A packed table, for a build that reads none.
    #[error("{}: is packed ({format}), which this build of dateline does not read (its feature `build` is off); unpack it", file.display())]
    Packed {
        /// The packed file.
        file: PathBuf,
        /// How it is packed: `gzip` or `zip`.
        format: &'static str,
    },
    /// A zip file with nothing to read in it.
    #[error("{}: is a zip file without a table; expected one as GeoNames publishes it", file.display())]
    NoTable {
        /// The zip file.
        file: PathBuf,
    },
    /// A file that is no GeoJSON.
    #[error("{}: {why}; expected GeoJSON, a feature collection", file.display())]
    NotGeoJson {
        /// The file.
        file: PathBuf,
        /// What is wrong, and in which line.
        why: String,
    },
    /// A column is missing.
    #[error("{}: column `{column}` is missing; expected a header with {expected}", file.display())]
    MissingColumn {
        /// The table.
        file: PathBuf,
        /// The column.
        column: &'static str,
        /// All columns.
        expected: String,
    },
    /// A column is one too many.
    #[error("{}: column `{column}` is unknown or there twice; expected a header with {expected}", file.display())]
    UnknownColumn {
        /// The table.
        file: PathBuf,
        /// The column, as written.
        column: String,
        /// All columns.
        expected: String,
    },
}
