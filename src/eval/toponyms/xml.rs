//! The XML of LGL and TR-News.
//!
//! An `<article docid="…">` has a `<text>`, mostly a `<domain>` (its publisher), and `<toponym>`s with `<start>` and
//! `<end>` (characters of the text), the `<phrase>` between them, and, where the place is known, a `<gaztag geonameid="…">`
//! with `<lat>`, `<lon>`, `<name>` and `<fcode>`.

use std::path::Path;

use roxmltree::{Node, TextPos};

use super::article::{GoldArticle, GoldPlace, Positions, Toponym};
use super::error::ToponymsError;
use crate::geo::LatLon;

/// Reads a corpus from its XML; `file` is for messages.
///
/// # Errors
///
/// As [`read`](super::read).
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
    let text = child(node, "text").and_then(|node| node.text()).unwrap_or_default();
    let positions = Positions::new(text);
    let toponyms = node.descendants().filter(|node| node.has_tag_name("toponym"));
    Ok(GoldArticle {
        id: node.attribute("docid").unwrap_or_default().trim().to_owned(),
        domain: cell(node, "domain").unwrap_or_default().to_owned(),
        text: text.to_owned(),
        toponyms: toponyms.map(|node| toponym(node, &positions)).collect::<Result<_, _>>()?,
    })
}

fn toponym(node: Node<'_, '_>, positions: &Positions<'_>) -> Result<Toponym, Fault> {
    let phrase = required(node, "phrase")?.to_owned();
    let offset = |name| {
        let cell = required(node, name)?;
        cell.parse::<usize>().map_err(|_| at(node, format!("<{name}> {cell:?}: expected a number of characters")))
    };
    let (start, end) = (offset("start")?, offset("end")?);
    // Some are marked as places without coordinates; a place with one of the two is a mistake.
    let linked = child(node, "gaztag").filter(|tag| cell(*tag, "lat").is_some() || cell(*tag, "lon").is_some());
    Ok(positions.place(phrase, start, end, linked.map(place).transpose()?))
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
