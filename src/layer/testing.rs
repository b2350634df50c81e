//! A corpus of a few documents, made by hand, for the tests of layers.

use super::article::Article;
use super::carried::Carry;
use super::collection::{Collection, Collector};
use super::filter::Filter;
use crate::annotation::Annotation;
use crate::document::OffsetUnit;

/// A place as JSON.
pub fn place(id: &str, name: &str, lat: f64, lon: f64, country: &str, feature: &str) -> serde_json::Value {
    serde_json::json!({"id": id, "name": name, "lat": lat, "lon": lon, "country": country, "admin1": "Region", "feature": feature,
        "population": 1000, "confidence": 0.9, "method": "gazetteer", "uncertainty_km": 0.0})
}

/// A document whose text is its names one after the other, each a sentence.
pub fn document(id: &str, date: &str, names: &[(&str, &str, serde_json::Value)]) -> serde_json::Value {
    let mut text = String::new();
    let mut entities = Vec::new();
    for (name, label, place) in names {
        let start = text.chars().count() + 3;
        entities.push(serde_json::json!({"start": start, "end": start + name.chars().count(), "text": name, "label": label, "score": 0.95, "place": place}));
        text += &format!("In {name} it rained.\n\n");
    }
    serde_json::json!({"id": id, "date": date, "title": format!("Title of {id}"), "text": text, "entities": entities, "relations": []})
}

/// What a filter takes of documents.
pub fn collected(documents: &[serde_json::Value], filter: Filter) -> Collection {
    gathered(documents, Collector::new(filter))
}

/// Documents with some of their metadata.
pub fn carried(documents: &[serde_json::Value], carry: Carry) -> Collection {
    gathered(documents, Collector::carrying(Filter::default(), carry))
}

fn gathered(documents: &[serde_json::Value], mut collector: Collector) -> Collection {
    for document in documents {
        let annotation = Annotation::from_json(&document.to_string(), OffsetUnit::CodePoints).unwrap();
        collector.add(Article::new(annotation).unwrap());
    }
    collector.finish()
}

/// Documents of every kind of feature: names of other scripts, what looks like markup, both sides of the antimeridian, a
/// relative place with its anchor, and documents without places or dates.
pub fn corpus() -> Vec<serde_json::Value> {
    let mosul = || place("geonames:99072", "Mosul", 36.335, 43.11889, "IQ", "PPLA");
    let suva = || place("geonames:2198148", "Suva", -18.14161, 178.44149, "FJ", "PPLC");
    let apia = || place("geonames:4035413", "Apia", -13.83333, -171.76667, "WS", "PPLC");
    let iraq = || place("geonames:99237", "Iraq", 33.0, 44.0, "IQ", "PCLI");
    let mut first = document(
        "a",
        "2018-02-06",
        &[
            ("Mosul", "LOC", mosul()),
            ("Ninewa Police", "ORG", serde_json::Value::Null),
            ("Iraqi", "MISC", iraq()),
            ("al-Bir", "LOC", serde_json::Value::Null),
            ("Haider al-Abadi", "PER", serde_json::Value::Null),
        ],
    );
    first["entities"][2]["place"]["method"] = "demonym".into();
    first["entities"][3]["place"] = serde_json::json!({"id": null, "name": "al-Bir", "lat": 36.04816, "lon": 43.47282, "country": "IQ",
        "confidence": 0.6, "method": "relative", "uncertainty_km": 17.6});
    first["relations"] = serde_json::json!([{"kind": "offset", "target": 3, "anchors": [0], "distance_km": 45.0, "bearing_deg": 135.0,
        "start": 3, "end": 8, "text": "Mosul",
        "place": {"lat": 36.04816, "lon": 43.47282, "uncertainty_km": 17.6,
                  "polygon": [[43.3, 36.0], [43.6, 35.9], [43.6, 36.2], [43.3, 36.0]]}}]);
    let second = document(
        "a",
        "2019",
        &[
            ("</script><img src=x onerror=alert(1)>", "LOC", suva()),
            ("Apia", "LOC", apia()),
            ("Мосул", "LOC", mosul()),
            ("الموصل", "LOC", mosul()),
        ],
    );
    let mut third = document("=cmd()", "", &[("Nowhere", "LOC", serde_json::Value::Null)]);
    third.as_object_mut().unwrap().remove("date");
    vec![first, second, third]
}
