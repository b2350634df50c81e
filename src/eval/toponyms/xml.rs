//! The XML of LGL, TR-News, GeoVirus and GeoWebNews.
//!
//! An `<article>` has a `<text>` and its places, with their offsets in characters of the text:
//!
//! | corpus | a place | its name | offsets | its point |
//! |---|---|---|---|---|
//! | LGL, TR-News | `<toponym>` | `<phrase>` | `<start>`, `<end>` | `<gaztag>` with `<lat>`, `<lon>`, `<name>`, `<fcode>` |
//! | GeoWebNews | `<toponym>` | `<extractedName>` | the same | `<latitude>`, `<longitude>` |
//! | GeoVirus | `<location>` | `<name>` | the same, counted from 1 | `<lat>`, `<lon>` |
//!
//! The point may be missing where the place is not known. GeoWebNews also marks words that name no place ("street"), which
//! its authors leave out too, and words of headlines, which have negative offsets: neither are read. An article's id is its `docid` or `file`, or its number; its publisher is its
//! `<domain>`, or the host of its `<source>` or `<link>`.

use std::path::Path;

use roxmltree::{Node, TextPos};

use super::article::{GoldArticle, GoldPlace, Positions, Toponym};
use super::error::ToponymsError;
use crate::geo::LatLon;

/// What GeoWebNews marks beside the names of places.
const NO_TOPONYMS: [&str; 3] = ["Literal_Expression", "Non_Lit_Expression", "Non_Toponym"];

/// Reads a corpus from its XML; `file` is for messages.
///
/// # Errors
///
/// As [`read`](super::read).
pub fn parse(xml: &str, file: &Path) -> Result<Vec<GoldArticle>, ToponymsError> {
    let tree = roxmltree::Document::parse(xml).map_err(|error| ToponymsError::Xml { file: file.to_owned(), error })?;
    let mut faults = Vec::new();
    let mut articles = Vec::new();
    let nodes = tree.root_element().children().filter(|node| node.has_tag_name("article"));
    for (number, node) in (1..).zip(nodes) {
        match article(node, number) {
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

fn article(node: Node<'_, '_>, number: usize) -> Result<GoldArticle, Fault> {
    let text = child(node, "text").and_then(|node| node.text()).unwrap_or_default();
    let positions = Positions::new(text);
    let marked = node.descendants().filter_map(|node| match node.tag_name().name() {
        "toponym" => is_toponym(node).then(|| toponym(node, &positions)),
        "location" => Some(location(node, &positions)),
        _ => None,
    });
    let id = node.attribute("docid").or(node.attribute("file")).map_or_else(|| number.to_string(), str::to_owned);
    let address = || cell(node, "source").or(cell(node, "link")).and_then(host);
    Ok(GoldArticle {
        id: id.trim().to_owned(),
        domain: cell(node, "domain").or_else(address).unwrap_or_default().to_owned(),
        kind: None,
        text: text.to_owned(),
        toponyms: marked.collect::<Result<_, _>>()?,
    })
}

/// The host of an address.
fn host(address: &str) -> Option<&str> {
    address.split_once("://")?.1.split(['/', '?', '#']).next()
}

/// Whether what is marked is the name of a place, in the text.
fn is_toponym(node: Node<'_, '_>) -> bool {
    let in_headline =
        child(node, "extractedName").is_some() && cell(node, "start").is_some_and(|start| start.starts_with('-'));
    !in_headline && cell(node, "type").is_none_or(|kind| !NO_TOPONYMS.contains(&kind))
}

fn toponym(node: Node<'_, '_>, positions: &Positions<'_>) -> Result<Toponym, Fault> {
    let (start, end) = (offset(node, "start")?, offset(node, "end")?);
    let Some(phrase) = cell(node, "extractedName") else {
        let phrase = required(node, "phrase")?.to_owned();
        let linked = child(node, "gaztag").map(|tag| place(tag, ["lat", "lon"])).transpose()?.flatten();
        return Ok(positions.place(phrase, start, end, linked));
    };
    let linked = place(node, ["latitude", "longitude"])?;
    let name = cell(node, "normalisedName").unwrap_or_default().to_owned();
    let linked = linked.map(|linked| GoldPlace { name, ..linked });
    Ok(positions.place(phrase.to_owned(), start, end, linked))
}

fn location(node: Node<'_, '_>, positions: &Positions<'_>) -> Result<Toponym, Fault> {
    let phrase = required(node, "name")?.to_owned();
    let (start, end) = (offset(node, "start")?, offset(node, "end")?);
    // The first character is the first, not the zeroth.
    let given = (start.saturating_sub(1), end.saturating_sub(1));
    let (start, end) = if positions.phrase(start, end) == Some(&phrase) { (start, end) } else { given };
    Ok(positions.place(phrase, start, end, place(node, ["lat", "lon"])?))
}

fn offset(node: Node<'_, '_>, name: &str) -> Result<usize, Fault> {
    let cell = required(node, name)?;
    cell.parse().map_err(|_| at(node, format!("<{name}> {cell:?}: expected a number of characters")))
}

/// The place that a node has the coordinates of: some are marked as places without; one with one of the two is a mistake.
fn place(tag: Node<'_, '_>, [north, east]: [&str; 2]) -> Result<Option<GoldPlace>, Fault> {
    if cell(tag, north).is_none() && cell(tag, east).is_none() {
        return Ok(None);
    }
    let degrees = |name| {
        let cell = required(tag, name)?;
        cell.parse::<f64>().map_err(|_| at(tag, format!("<{name}> {cell:?}: expected degrees")))
    };
    let (lat, lon) = (degrees(north)?, degrees(east)?);
    let out_of_range = || at(tag, format!("latitude {lat}, longitude {lon}: expected -90..=90 and -180..=180"));
    Ok(Some(GoldPlace {
        name: cell(tag, "name").unwrap_or_default().to_owned(),
        location: LatLon::new(lat, lon).ok_or_else(out_of_range)?,
        feature: cell(tag, "fcode").unwrap_or_default().to_owned(),
        within: None,
    }))
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
    use super::super::article::Alignment;
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
        assert!(
            article.toponyms.iter().all(|t| t.alignment == Alignment::AsGiven && t.span.of(&article.text) == t.phrase)
        );
    }

    /// An article of our own in the form of GeoVirus, whose offsets count from 1.
    const LOCATIONS: &str = "<articles><article><source>https://news.example.org/a/b</source><title>Fever</title>
        <text>Fever in Köln, not in Ulm.</text><locations>
        <location><name>Köln</name><start>10</start><end>14</end><lat>50.94</lat><lon>6.96</lon><page>x</page></location>
        <location><name>Ulm</name><start>22</start><end>25</end><altName>Ulm (Donau)</altName><lat>48.4</lat><lon>9.99</lon></location>
        </locations></article></articles>";

    /// The same in the form of GeoWebNews, which marks more than the names of places.
    const TYPED: &str = "<articles><article file=\"7\"><link>http://example.org</link><text>Fever in a Köln street</text><toponyms>
        <toponym><extractedName>Köln</extractedName><normalisedName>Cologne</normalisedName><type>Literal_Modifier</type>
        <start>11</start><end>15</end><geonamesID>1</geonamesID><latitude>50.94</latitude><longitude>6.96</longitude></toponym>
        <toponym><extractedName>street</extractedName><type>Literal_Expression</type><start>16</start><end>22</end></toponym>
        <toponym><extractedName>Fever</extractedName><type>Mixed</type><start>0</start><end>5</end><latitude/></toponym>
        <toponym><extractedName>Rome</extractedName><type>Literal</type><start>-9</start><end>-5</end></toponym>
        </toponyms></article></articles>";

    #[test]
    fn other_forms_are_read() {
        let read = |xml: &str| parse(xml, Path::new("gold.xml")).unwrap().remove(0);
        let told = |article: &GoldArticle| -> Vec<(String, Option<f64>)> {
            assert!(article.toponyms.iter().all(|toponym| toponym.alignment == Alignment::AsGiven), "{article:?}");
            let toponyms = article.toponyms.iter();
            toponyms.map(|t| (t.phrase.clone(), t.place.as_ref().map(|place| place.location.lat))).collect()
        };
        let article = read(LOCATIONS);
        assert_eq!((&*article.id, &*article.domain), ("1", "news.example.org"));
        assert_eq!(told(&article), [("Köln".to_owned(), Some(50.94)), ("Ulm".to_owned(), Some(48.4))]);
        let article = read(TYPED);
        assert_eq!((&*article.id, &*article.domain), ("7", "example.org"));
        assert_eq!(told(&article), [("Köln".to_owned(), Some(50.94)), ("Fever".to_owned(), None)]);
        assert_eq!(article.toponyms[0].place.as_ref().unwrap().name, "Cologne");
    }

    #[test]
    fn faults_have_their_lines() {
        for (from, to, why) in [
            ("33.66", "north", "gold.xml:8: <lat> \"north\": expected degrees"),
            ("33.66", "133.66", "gold.xml:8: latitude 133.66, longitude -95.56: expected"),
            ("<lon>-95.56</lon>", "", "gold.xml:8: <gaztag> without <lon>"),
            ("<phrase>Paris</phrase>", "", "gold.xml:7: <toponym> without <phrase>"),
            ("<end>13</end>", "", "gold.xml:7: <toponym> without <end>"),
            ("<start>8<", "<start>-8<", "gold.xml:7: <start> \"-8\": expected a number"),
            ("</articles>", "", "gold.xml: is no XML"),
            ("article", "story", "has no <article>"),
        ] {
            let message = parse(&ARTICLE.replace(from, to), Path::new("gold.xml")).unwrap_err().to_string();
            assert!(message.contains(why), "{message}");
        }
    }
}
