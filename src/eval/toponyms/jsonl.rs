//! Corpora of one's own: a JSON object a line.
//!
//! An object has a `text`, mostly an `id` and a `domain` (its publisher), and `toponyms`: objects with `start` and `end`
//! (characters of the text, end exclusive) and, where the place is known, `lat` and `lon`, with `name` and `feature` (a
//! GeoNames feature code) if you like. With a `phrase`, the offsets are checked against it. Where the objects have a `kind`, kinds
//! are counted apart; `within_km` says how far from its point a place is right.

use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use super::article::{GoldArticle, GoldPlace, Positions, Toponym};
use super::error::ToponymsError;
use crate::geo::{Kilometers, LatLon};

#[derive(Deserialize)]
struct ArticleLine {
    #[serde(default)]
    id: Value,
    text: String,
    #[serde(default)]
    domain: Option<String>,
    #[serde(default)]
    kind: Option<String>,
    toponyms: Vec<ToponymLine>,
}

#[derive(Deserialize)]
struct ToponymLine {
    start: usize,
    end: usize,
    #[serde(default, alias = "text")]
    phrase: Option<String>,
    #[serde(default)]
    lat: Option<f64>,
    #[serde(default)]
    lon: Option<f64>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    feature: Option<String>,
    #[serde(default)]
    within_km: Option<f64>,
}

/// Reads a corpus from its lines; `file` is for messages. Empty lines are passed over.
///
/// # Errors
///
/// If it has no or broken lines; all of their faults are told.
pub fn parse(lines: &str, file: &Path) -> Result<Vec<GoldArticle>, ToponymsError> {
    let (mut articles, mut faults) = (Vec::new(), Vec::new());
    for (number, line) in (1..).zip(lines.trim_start_matches('\u{feff}').lines()) {
        if line.trim().is_empty() {
            continue;
        }
        let place = format!("{}:{number}", file.display());
        match article(line, &place) {
            Ok(article) => articles.push(article),
            Err(why) => faults.push(format!("{place}: {why}")),
        }
    }
    match (articles.is_empty(), faults.is_empty()) {
        (_, false) => Err(ToponymsError::Broken { file: file.to_owned(), faults }),
        (true, true) => Err(ToponymsError::NoDocuments { file: file.to_owned() }),
        (false, true) => Ok(articles),
    }
}

fn article(line: &str, place: &str) -> Result<GoldArticle, String> {
    let read: ArticleLine = serde_json::from_str(line).map_err(|error| {
        let said = error.to_string();
        let what = said.split(" at line ").next().unwrap_or_default();
        let column = error.column().max(1);
        format!("{what} at column {column}; expected an object with \"text\" and \"toponyms\" of \"start\" and \"end\"")
    })?;
    let id = match read.id {
        Value::Null => place.to_owned(),
        Value::String(id) => id,
        Value::Number(id) => id.to_string(),
        _ => return Err("its \"id\" is neither a string nor a number".to_owned()),
    };
    let positions = Positions::new(&read.text);
    let toponyms = (1..)
        .zip(read.toponyms)
        .map(|(number, read)| toponym(read, &positions).map_err(|why| format!("toponym {number}: {why}")));
    let toponyms = toponyms.collect::<Result<_, _>>()?;
    Ok(GoldArticle { id, domain: read.domain.unwrap_or_default(), kind: read.kind, text: read.text, toponyms })
}

fn toponym(read: ToponymLine, positions: &Positions<'_>) -> Result<Toponym, String> {
    let phrase = match read.phrase {
        Some(phrase) if !phrase.is_empty() => phrase,
        _ => positions.phrase(read.start, read.end).filter(|phrase| !phrase.is_empty()).map(str::to_owned).ok_or_else(
            || format!("start {}, end {}: expected characters of the text, the end exclusive", read.start, read.end),
        )?,
    };
    let place = match (read.lat, read.lon) {
        (None, None) => None,
        (Some(lat), Some(lon)) => Some(GoldPlace {
            name: read.name.unwrap_or_default(),
            location: LatLon::new(lat, lon)
                .ok_or_else(|| format!("latitude {lat}, longitude {lon}: expected -90..=90 and -180..=180"))?,
            feature: read.feature.unwrap_or_default(),
            within: within(read.within_km)?,
        }),
        _ => return Err("has one of \"lat\" and \"lon\"; expected both or none".to_owned()),
    };
    Ok(positions.place(phrase, read.start, read.end, place))
}

fn within(km: Option<f64>) -> Result<Option<Kilometers>, String> {
    match km {
        Some(km) if !(0.0..=20_039.0).contains(&km) => {
            Err(format!("\"within_km\" {km}: expected a distance on the earth, from 0 to 20039"))
        }
        km => Ok(km.map(Kilometers)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::article::Alignment;
    use super::*;

    fn read(lines: &str) -> Result<Vec<GoldArticle>, ToponymsError> {
        parse(lines, Path::new("own.jsonl"))
    }

    #[test]
    fn articles_are_read() {
        let lines = r#"{"id": 7, "text": "Köln und Ulm", "domain": "example.org", "toponyms": [
            {"start": 0, "end": 4, "lat": 50.94, "lon": 6.96, "name": "Cologne"}, {"start": 8, "end": 11, "phrase": "Ulm"}]}"#;
        let articles =
            read(&format!("\u{feff}\n{}\n{{\"text\": \"\", \"toponyms\": []}}\n", lines.replace('\n', " "))).unwrap();
        assert_eq!((&*articles[0].id, &*articles[0].domain, &*articles[1].id), ("7", "example.org", "own.jsonl:3"));
        let [cologne, ulm] = &articles[0].toponyms[..] else { panic!("{articles:?}") };
        assert_eq!((&*cologne.phrase, cologne.place.as_ref().map(|place| place.location.lat)), ("Köln", Some(50.94)));
        assert_eq!((ulm.start, ulm.alignment), (9, Alignment::Moved { start: 8, end: 11 }));
        assert_eq!((ulm.span.of(&articles[0].text), &ulm.place), ("Ulm", &None));
    }

    #[test]
    fn broken_lines_are_named() {
        for (line, why) in [
            (r#"{"text": "a"}"#, "own.jsonl:2: missing field `toponyms` at column 13; expected"),
            (r#"{"text": "a", "toponyms": [{"start": 0}]}"#, "own.jsonl:2: missing field `end`"),
            (
                r#"{"text": "a", "toponyms": [{"start": 0, "end": 2}]}"#,
                "own.jsonl:2: toponym 1: start 0, end 2: expected",
            ),
            (
                r#"{"text": "a", "toponyms": [{"start": 1, "end": 0}]}"#,
                "own.jsonl:2: toponym 1: start 1, end 0: expected",
            ),
            (r#"{"text": "a", "toponyms": [{"start": 0, "end": 1, "lat": 1}]}"#, "own.jsonl:2: toponym 1: has one of"),
            (r#"{"text": "a", "toponyms": [{"start": 0, "end": 1, "lat": 91, "lon": 0}]}"#, "latitude 91, longitude 0"),
            (r#"{"id": [], "text": "a", "toponyms": []}"#, "own.jsonl:2: its \"id\""),
            ("[1", "own.jsonl:2: "),
        ] {
            let message = read(&format!("{{\"text\": \"\", \"toponyms\": []}}\n{line}\n")).unwrap_err().to_string();
            assert!(message.contains(why), "{message}");
        }
        assert!(read("\n").unwrap_err().to_string().contains("no documents"));
    }
}
