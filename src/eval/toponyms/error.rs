//! Why a corpus with linked places could not be read.

use std::path::PathBuf;

/// The forms that are read.
const FORMS: &str = "<article>s with <toponym>s as in LGL, TR-News and GeoWebNews or <location>s as in GeoVirus, or JSONL with \
                     \"text\" and \"toponyms\"";

/// Faults that an error tells one by one.
const TOLD: usize = 10;

/// Why a corpus could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ToponymsError {
    /// The system cannot read it, or it is not UTF-8.
    #[error("{}: cannot be read ({error}); expected a file of UTF-8 text", file.display())]
    Io {
        /// The corpus.
        file: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// It has no marked documents.
    #[error("{}: has no documents; expected lines with \"text\" and \"toponyms\"", file.display())]
    NoDocuments {
        /// The corpus.
        file: PathBuf,
    },
    /// It is no XML.
    #[error("{}: is no XML ({error}); expected {FORMS}", file.display())]
    Xml {
        /// The corpus.
        file: PathBuf,
        /// What the parser said, with line and column.
        error: roxmltree::Error,
    },
    /// It has no articles.
    #[error("{}: has no <article>; expected {FORMS}", file.display())]
    Empty {
        /// The corpus.
        file: PathBuf,
    },
    /// Nothing is marked in its articles.
    #[error(
        "{}: no place is marked in its {articles} articles; expected {FORMS}",
        file.display()
    )]
    NoToponyms {
        /// The corpus.
        file: PathBuf,
        /// How many articles it has.
        articles: usize,
    },
    /// Articles of it are broken. Nothing is scored: figures over the rest would be those of another corpus.
    #[error("{}; nothing of {} is scored: mend it first", told(faults), file.display())]
    Broken {
        /// The corpus.
        file: PathBuf,
        /// All faults, each with its place in the file.
        faults: Vec<String>,
    },
}

fn told(faults: &[String]) -> String {
    let more = faults.len().saturating_sub(TOLD);
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    faults.iter().take(TOLD).map(String::as_str).collect::<Vec<_>>().join("; ") + &more
}
