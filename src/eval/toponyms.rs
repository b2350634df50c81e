//! Corpora of articles whose places are marked and linked: the XML of LGL, TR-News, GeoVirus and GeoWebNews ([`xml`]), or JSONL
//! of one's own ([`jsonl`]).
//!
//! Offsets of corpora are not always those of the phrase that they stand by. Such a toponym is moved to the occurrence of
//! its phrase that begins nearest.

mod article;
mod error;
pub mod jsonl;
pub mod xml;

use std::path::Path;

use sha2::{Digest, Sha256};

pub use self::article::{Alignment, GoldArticle, GoldPlace, Toponym};
pub use self::error::ToponymsError;

/// One half of the publishers, so that tables can be written with the misses of one and judged by the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum Half {
    /// Whose misses may be read when tables are written.
    Read,
    /// Whose figure is reported.
    Report,
}

impl Half {
    /// The half that a publisher's domain falls into: by the first bit of a SHA-256 of it, with a fixed seed.
    pub fn of(domain: &str) -> Self {
        let hash = Sha256::digest(format!("dateline coverage 1 {domain}"));
        if hash[0] % 2 == 0 { Self::Read } else { Self::Report }
    }
}

/// Reads a corpus: JSONL if its name ends so, or else XML.
///
/// # Errors
///
/// If it cannot be read, is not of this form, marks no place, or has broken articles; all of their faults are told.
pub fn read(file: &Path) -> Result<Vec<GoldArticle>, ToponymsError> {
    let text = std::fs::read_to_string(file).map_err(|error| ToponymsError::Io { file: file.to_owned(), error })?;
    let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let is_jsonl = ["jsonl", "ndjson"].iter().any(|jsonl| ending.eq_ignore_ascii_case(jsonl));
    let articles = if is_jsonl { jsonl::parse(&text, file) } else { xml::parse(&text, file) }?;
    // Figures over no toponym would look like those of a system that finds nothing.
    match articles.iter().all(|article| article.toponyms.is_empty()) {
        true => Err(ToponymsError::NoToponyms { file: file.to_owned(), articles: articles.len() }),
        false => Ok(articles),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_never_change() {
        let halves = ["thetowntalk.com", "www.nationalpost.com", "example.org", ""].map(Half::of);
        assert_eq!(halves, [Half::Report, Half::Report, Half::Read, Half::Report]);
    }
}
