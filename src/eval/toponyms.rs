//! Corpora of articles whose places are marked and linked, in the XML of LGL and TR-News.
//!
//! An `<article docid="…">` has a `<text>`, mostly a `<domain>` (its publisher), and `<toponym>`s with `<start>` and
//! `<end>` (characters of the text), the `<phrase>` between them, and, where the place is known, a `<gaztag geonameid="…">`
//! with `<lat>`, `<lon>`, `<name>` and `<fcode>`.

use std::path::{Path, PathBuf};

use roxmltree::{Node, TextPos};
use sha2::{Digest, Sha256};

use crate::geo::LatLon;

/// Faults that an error tells one by one.
const TOLD: usize = 10;

/// An article with its marked places.
#[derive(Clone, Debug, PartialEq)]
pub struct GoldArticle {
    /// Its `docid`.
    pub id: String,
    /// Its publisher's domain, such as `thetowntalk.com`; empty if the corpus doesn't say.
    pub domain: String,
    /// Its text.
    pub text: String,
    /// The places that are marked in it, in the order of the corpus.
    pub toponyms: Vec<Toponym>,
}

/// A marked place.
#[derive(Clone, Debug, PartialEq)]
pub struct Toponym {
    /// The words that name it.
    pub phrase: String,
    /// What they mean; `None` if the corpus doesn't know.
    pub place: Option<GoldPlace>,
}

/// The place that a toponym is linked to.
#[derive(Clone, Debug, PartialEq)]
pub struct GoldPlace {
    /// Its name in GeoNames.
    pub name: String,
    /// Where it is.
    pub location: LatLon,
    /// Its GeoNames feature code; empty if the corpus doesn't say.
    pub feature: String,
}

/// One half of the publishers, so that tables can be written with the misses of one and judged by the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Half {
    /// Whose misses may be read.
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

/// Why a corpus could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ToponymsError {
    /// The system cannot read it, or it is not UTF-8.
    #[error("{}: cannot be read ({error}); expected a file of UTF-8 text", file.display())]
    Io {
        /// The corpus.
        file: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// It is no XML.
    #[error("{}: is no XML ({error}); expected <articles> as in LGL and TR-News", file.display())]
    Xml {
        /// The corpus.
        file: PathBuf,
        /// What the parser said, with line and column.
        error: roxmltree::Error,
    },
    /// It has no articles.
    #[error("{}: has no <article>; expected <articles> as in LGL and TR-News", file.display())]
    Empty {
        /// The corpus.
        file: PathBuf,
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

/// Reads a corpus.
///
/// # Errors
///
/// If it cannot be read, is not of this form, or has broken articles; all of their faults are told.
pub fn read(file: &Path) -> Result<Vec<GoldArticle>, ToponymsError> {
    let xml = std::fs::read_to_string(file).map_err(|error| ToponymsError::Io { file: file.to_owned(), error })?;
    parse(&xml, file)
}

/// Reads a corpus from its XML; `file` is for messages.
///
/// # Errors
///
/// As [`read`].
pub fn parse(xml: &str, file: &Path) -> Result<Vec<GoldArticle>, ToponymsError> {
    let tree = roxmltree::Document::parse(xml).map_err(|error| ToponymsError::Xml { file: file.to_owned(), error })?;
    let mut faults = Vec::new();
    let mut articles = Vec::new();
    for node in tree.root_element().children().filter(|node| node.has_tag_name("article")) {
        match article(node) {
            Ok(article) => articles.push(article),
            Err((position, why)) => faults.push(format!("{}:{}: {why}", file.display(), position.row)),
        }
    }
    match (articles.is_empty(), faults.is_empty()) {
        (_, false) => Err(ToponymsError::Broken { file: file.to_owned(), faults }),
        (true, true) => Err(ToponymsError::Empty { file: file.to_owned() }),
        (false, true) => Ok(articles),
    }
}

type Fault = (TextPos, String);

fn article(node: Node<'_, '_>) -> Result<GoldArticle, Fault> {
    let toponyms = node.descendants().filter(|node| node.has_tag_name("toponym")).map(toponym);
    Ok(GoldArticle {
        id: node.attribute("docid").unwrap_or_default().trim().to_owned(),
        domain: cell(node, "domain").unwrap_or_default().to_owned(),
        text: child(node, "text").and_then(|node| node.text()).unwrap_or_default().to_owned(),
        toponyms: toponyms.collect::<Result<_, _>>()?,
    })
}

fn toponym(node: Node<'_, '_>) -> Result<Toponym, Fault> {
    let phrase = required(node, "phrase")?.to_owned();
    // Some are marked as places without coordinates; a place with one of the two is a mistake.
    let linked = child(node, "gaztag").filter(|tag| cell(*tag, "lat").is_some() || cell(*tag, "lon").is_some());
    Ok(Toponym { phrase, place: linked.map(place).transpose()? })
}

fn place(tag: Node<'_, '_>) -> Result<GoldPlace, Fault> {
    let degrees = |name| {
        let cell = required(tag, name)?;
        cell.parse::<f64>().map_err(|_| at(tag, format!("<{name}> {cell:?}: expected degrees")))
    };
    let (lat, lon) = (degrees("lat")?, degrees("lon")?);
    let out_of_range = || at(tag, format!("latitude {lat}, longitude {lon}: expected -90..=90 and -180..=180"));
    Ok(GoldPlace {
        name: cell(tag, "name").unwrap_or_default().to_owned(),
        location: LatLon::new(lat, lon).ok_or_else(out_of_range)?,
        feature: cell(tag, "fcode").unwrap_or_default().to_owned(),
    })
}

fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    node.children().find(|child| child.has_tag_name(name))
}

/// The text of a child, if it has any.
fn cell<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    child(node, name)?.text().map(str::trim).filter(|text| !text.is_empty())
}

fn required<'a>(node: Node<'a, '_>, name: &str) -> Result<&'a str, Fault> {
    cell(node, name).ok_or_else(|| at(node, format!("<{}> without <{name}>", node.tag_name().name())))
}

fn at(node: Node<'_, '_>, why: String) -> Fault {
    (node.document().text_pos_at(node.range().start), why)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARTICLE: &str = r#"<?xml version="1.0"?>
<articles>
  <article docid="1">
    <domain> example.org </domain>
    <text><![CDATA[Fire in Paris & Hume]]></text>
    <toponyms count="2">
      <toponym><start>8</start><end>13</end><phrase>Paris</phrase>
        <gaztag geonameid="4717560"><name>Paris</name><fcode>PPLA2</fcode><lat>33.66</lat><lon>-95.56</lon></gaztag>
      </toponym>
      <toponym><start>16</start><end>20</end><phrase>Hume</phrase></toponym>
    </toponyms>
  </article>
</articles>"#;

    #[test]
    fn articles_are_read() {
        let articles = parse(ARTICLE, Path::new("gold.xml")).unwrap();
        let [article] = &articles[..] else { panic!("{articles:?}") };
        assert_eq!((&*article.id, &*article.domain, &*article.text), ("1", "example.org", "Fire in Paris & Hume"));
        let place = article.toponyms[0].place.as_ref().unwrap();
        assert_eq!((place.location.lat, &*place.feature), (33.66, "PPLA2"));
        assert_eq!((&*article.toponyms[1].phrase, &article.toponyms[1].place), ("Hume", &None));
    }

    #[test]
    fn faults_have_their_lines() {
        for (from, to, why) in [
            ("33.66", "north", "gold.xml:8: <lat> \"north\": expected degrees"),
            ("33.66", "133.66", "gold.xml:8: latitude 133.66, longitude -95.56: expected"),
            ("<lon>-95.56</lon>", "", "gold.xml:8: <gaztag> without <lon>"),
            ("<phrase>Paris</phrase>", "", "gold.xml:7: <toponym> without <phrase>"),
            ("</articles>", "", "gold.xml: is no XML"),
            ("article", "story", "has no <article>"),
        ] {
            let message = parse(&ARTICLE.replace(from, to), Path::new("gold.xml")).unwrap_err().to_string();
            assert!(message.contains(why), "{message}");
        }
    }

    #[test]
    fn halves_never_change() {
        let halves = ["thetowntalk.com", "www.nationalpost.com", "example.org", ""].map(Half::of);
        assert_eq!(halves, [Half::Report, Half::Report, Half::Read, Half::Report]);
    }
}
