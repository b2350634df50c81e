//! Whole results of three articles, read by a person before they were committed.
//!
//! `DATELINE_UPDATE_GOLDEN=1 cargo test --release golden` writes them anew: read the difference.

use serde_json::Value;

use crate::support::{Env, assert_offsets, data};

/// Scores and confidences may differ by this much: int8 results depend on the processor in their last digits.
const SCORES: f64 = 0.1;

fn check(name: &str) {
    let path = data(&format!("articles/{name}.txt"));
    let text = std::fs::read_to_string(&path).unwrap();
    let env = Env::new();
    let run = env.run_with(["tag", "--format", "jsonl", "--distances", "--no-text", "-"], &text);
    let found = run.jsonl().remove(0);
    assert_offsets(&found, &text);
    let golden = data(&format!("golden/{name}.json"));
    if std::env::var_os("DATELINE_UPDATE_GOLDEN").is_some() {
        std::fs::write(&golden, serde_json::to_string_pretty(&found).unwrap() + "\n").unwrap();
        return;
    }
    let expected: Value = serde_json::from_str(&std::fs::read_to_string(&golden).unwrap()).unwrap();
    assert_alike(&expected, &found, name);
}

/// Asserts that two results are the same but for numbers, which may differ as much as their key allows: scores and
/// confidences by [`SCORES`], coordinates, kilometres and degrees not at all.
fn assert_alike(expected: &Value, found: &Value, place: &str) {
    match (expected, found) {
        (Value::Object(a), Value::Object(b)) => {
            // Which alternatives there are may change where their confidences stand close together: the likely are compared.
            assert_eq!(likely(a), likely(b), "{place}.alternatives");
            let keys = |object: &serde_json::Map<String, Value>| {
                object.keys().filter(|key| *key != "alternatives").cloned().collect::<Vec<_>>()
            };
            assert_eq!(keys(a), keys(b), "{place}");
            for key in keys(a) {
                assert_alike(&a[&key], &b[&key], &format!("{place}.{key}"));
            }
        }
        (Value::Array(a), Value::Array(b)) => {
            assert_eq!(a.len(), b.len(), "{place}: {found:#}");
            for (n, (a, b)) in a.iter().zip(b).enumerate() {
                assert_alike(a, b, &format!("{place}[{n}]"));
            }
        }
        (Value::Number(a), Value::Number(b)) if place.ends_with(".score") || place.ends_with(".confidence") => {
            let difference = (a.as_f64().unwrap() - b.as_f64().unwrap()).abs();
            assert!(difference <= SCORES, "{place}: expected {a}, found {b}");
        }
        _ => assert_eq!(expected, found, "{place}"),
    }
}

/// The ids of an entity's alternatives that are more than barely likely.
fn likely(entity: &serde_json::Map<String, Value>) -> Vec<&Value> {
    let alternatives = entity.get("alternatives").and_then(Value::as_array).into_iter().flatten();
    alternatives
        .filter(|place| place["confidence"].as_f64().unwrap() > 2.0 * SCORES)
        .map(|place| &place["id"])
        .collect()
}

#[test]
fn quake() {
    check("quake");
}

#[test]
fn county_fair() {
    check("county-fair");
}

#[test]
fn river_flood() {
    check("river-flood");
}
