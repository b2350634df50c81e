//! `dateline eval geo`: places against those of a corpus, with the model and without.

use serde_json::Value;

use crate::support::{Env, shared};

const TEXT: &str = "Troops left Baghdad for Mosul. An Iraqi army officer spoke in Xyzzyfeld.";

fn corpus() -> String {
    let toponym = |phrase: &str, start: usize, link: &str| {
        let end = start + phrase.len();
        format!("<toponym><start>{start}</start><end>{end}</end><phrase>{phrase}</phrase>{link}</toponym>")
    };
    let link = |lat: f64, lon: f64| format!("<gaztag><name>x</name><lat>{lat}</lat><lon>{lon}</lon></gaztag>");
    let toponyms = [
        toponym("Baghdad", 12, &link(33.34, 44.4)),
        // Three characters off.
        toponym("Mosul", 27, &link(36.3, 43.1)),
        toponym("Iraqi", 34, &link(33.0, 44.0)),
        toponym("Xyzzyfeld", 62, &link(33.34, 44.4)),
        toponym("officer", 45, ""),
    ];
    let toponyms = toponyms.concat();
    format!(
        "<articles><article docid=\"1\"><domain>example.org</domain><text>{TEXT}</text>{toponyms}</article></articles>"
    )
}

#[test]
fn resolution_is_scored_without_a_model() {
    let env = Env::new();
    env.file("own.xml", corpus());
    // A model that isn't there is not missed.
    let args = ["eval", "geo", "own.xml", "--spans", "gold", "--json", "--misses", "m.jsonl", "--model", "none"];
    let json = env.run(args).jsonl().remove(0);
    assert_eq!((&json["spans"], &json["toponyms"], &json["linked"]), (&"gold".into(), &5.into(), &4.into()), "{json}");
    assert_eq!((&json["moved"], &json["nowhere"], &json["overlapping"]), (&1.into(), &0.into(), &0.into()));
    assert_eq!((&json["all"]["near"], &json["demonyms"]["near"]), (&3.into(), &1.into()), "{json}");
    assert!(json["all"].get("recognition").is_none());
    assert_eq!(json["without_demonyms"]["linked"], 3);
    assert_eq!(json["causes"]["not in the gazetteer"], 1);
    let misses = std::fs::read_to_string(env.path("m.jsonl")).unwrap();
    let miss: Value = serde_json::from_str(&misses).unwrap();
    assert_eq!((&miss["phrase"], &miss["cause"]), (&"Xyzzyfeld".into(), &"not in the gazetteer".into()));
    assert_eq!((&miss["before"], &miss["after"]), (&TEXT[..62].into(), &".".into()));

    let pretty = env.run(["eval", "geo", "own.xml", "--spans", "gold"]).stdout;
    assert!(pretty.contains("4 of them linked") && pretty.contains("1 moved to their phrase"), "{pretty}");
}

#[test]
fn texts_are_tagged_and_other_systems_stand_beside() {
    let env = Env::new();
    env.file("own.xml", corpus());
    env.file("peers/own.Other.txt", "Baghdad,,BAGHDAD,,33.3,,44.4,,12,,19||Oslo,,Mosul,,59.9,,10.7,,24,,29\n");
    env.file("peers/own.Broken.txt", "Baghdad,,Baghdad,,33.3\n");
    let run = env.run(["eval", "geo", "own.xml", "--peers", "peers", "--json"]);
    assert_eq!((run.status, run.stderr.lines().count()), (1, 1), "{}", run.stderr);
    assert!(run.stderr.contains("own.Broken.txt:1: mention 1: has 3 parts"), "{}", run.stderr);
    let json: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(json["all"]["recognition"]["gold"], 5);
    assert!(json["all"]["near"].as_u64() >= Some(2), "{json}");
    let [other] = &json["peers"].as_array().unwrap()[..] else { panic!("{json}") };
    assert_eq!((&other["system"], &other["all"]["found_and_near"]), (&"Other".into(), &25.0.into()));
    assert_eq!((&other["all"]["recognised"], &other["demonyms"]["recognised"]), (&2.into(), &0.into()));
}

#[test]
fn what_cannot_be_scored_is_told() {
    let env = Env::new();
    env.file("own.xml", corpus());
    env.file(
        "own.jsonl",
        "{\"text\": \"Oslo\", \"toponyms\": [{\"start\": 0, \"end\": 4, \"lat\": 59.9, \"lon\": 10.7}]}\n",
    );
    env.file("broken.jsonl", "{\"text\": \"Oslo\", \"toponyms\": [{\"start\": 0}]}\n");
    let run = env.run(["eval", "geo", "broken.jsonl", "own.jsonl", "missing.xml", "--spans", "gold", "--json"]);
    assert_eq!((run.status, run.stderr.lines().count()), (1, 2), "{}", run.stderr);
    assert!(run.stderr.contains("broken.jsonl:1: missing field `end`"), "{}", run.stderr);
    assert_eq!(serde_json::from_str::<Value>(&run.stdout).unwrap()["all"]["near"], 1);
    env.run(["eval", "geo", "missing.xml"]).assert_fails(2, &["missing.xml: cannot be read"]);
    env.run(["eval", "geo", "own.xml", "--spans", "gold", "--peers", "."]).assert_fails(2, &["--spans found"]);
    env.run(["eval", "geo", "own.xml", "--misses", "own.xml"]).assert_fails(2, &["is input and output"]);
    env.run(["eval", "geo", "own.xml", "--peers", "none"]).assert_fails(2, &["none: cannot be read"]);
}

/// A corpus without a marked place must not look like a system that finds none.
#[test]
fn a_corpus_that_marks_nothing_is_told() {
    let env = Env::new();
    env.file("own.xml", "<articles><article><text>Oslo</text><names><name>Oslo</name></names></article></articles>");
    let run = env.run(["eval", "geo", "own.xml"]);
    run.assert_fails(2, &["own.xml: no place is marked in its 1 articles", "LGL, TR-News and GeoWebNews", "GeoVirus"]);
    env.file("own.jsonl", "{\"text\": \"Oslo\", \"toponyms\": []}\n");
    env.run(["eval", "geo", "own.jsonl"]).assert_fails(2, &["own.jsonl: no place is marked"]);
}

#[test]
fn kinds_and_areas_are_counted_apart() {
    let env = Env::new();
    let line = |kind: &str, text: &str, toponyms: Value| {
        serde_json::json!({"kind": kind, "text": text, "toponyms": toponyms}).to_string() + "\n"
    };
    let corpus = [
        line(
            "town",
            "Rain in Oslo.",
            serde_json::json!([{"start": 8, "end": 12, "lat": 59.9, "lon": 10.7, "within_km": 30}]),
        ),
        line(
            "town",
            "Rain in Bergen.",
            serde_json::json!([{"start": 8, "end": 14, "lat": 10, "lon": 10, "within_km": 30}]),
        ),
        // A point at the edge of Canada.
        line("area", "Rain in Canada.", serde_json::json!([{"start": 8, "end": 14, "lat": 49.5, "lon": -123.0}])),
        line("trap", "Rain in Paris.", serde_json::json!([])),
    ];
    env.file("own.jsonl", corpus.concat());
    let json = env.run(["eval", "geo", "own.jsonl", "--json"]).jsonl().remove(0);
    let row = |n: usize| -> Vec<Value> {
        let row = &json["kinds"][n];
        ["kind", "passages", "names", "right", "wrong", "unplaced", "false"].map(|key| row[key].clone()).to_vec()
    };
    assert_eq!(row(0), serde_json::json!(["town", 2, 2, 1, 1, 0, 0]).as_array().unwrap()[..], "{json}");
    assert_eq!(row(2), serde_json::json!(["trap", 1, 0, 0, 0, 0, 1]).as_array().unwrap()[..], "{json}");
    assert_eq!(row(3)[..3], serde_json::json!(["all", 4, 3]).as_array().unwrap()[..], "{json}");
    assert_eq!((&json["all"]["near"], &json["all"]["in_area"]), (&1.into(), &1.into()), "{json}");
    let pretty = env.run(["eval", "geo", "own.jsonl"]).stdout;
    assert!(pretty.contains("by kinds of text") && pretty.contains("in its own area"), "{pretty}");
}

/// What `eval geo` scores is what `tag` writes, to the byte: on articles of both corpora, each with its publisher.
#[test]
fn what_is_scored_is_what_tag_writes() {
    for corpus in ["lgl", "tr-news"] {
        let Some(path) = shared(&format!("data/geo/{corpus}.xml")) else { return };
        let env = Env::new();
        let articles = dateline::inner::eval::toponyms::read(&path).unwrap();
        // The whole corpora take minutes: every twentieth article of the one, every fourth of the other.
        let step = if corpus == "lgl" { 20 } else { 4 };
        let some: Vec<_> = articles.into_iter().step_by(step).collect();
        let lines =
            some.iter().map(|article| serde_json::json!({"id": article.id, "text": article.text}).to_string() + "\n");
        env.file("articles.jsonl", lines.collect::<String>());
        let toponyms = some.iter().map(|article| {
            serde_json::json!({"id": article.id, "text": article.text, "toponyms": [{"start": 0, "end": 1}]})
                .to_string()
                + "\n"
        });
        env.file("corpus.jsonl", toponyms.collect::<String>());
        let tagged = env.run(["tag", "articles.jsonl", "--format", "jsonl"]);
        let scored = env.run(["eval", "geo", "corpus.jsonl", "--json", "--annotations", "scored.jsonl"]);
        assert_eq!((tagged.status, scored.status), (0, 0), "{} {}", tagged.stderr, scored.stderr);
        assert!(tagged.stdout == std::fs::read_to_string(env.path("scored.jsonl")).unwrap(), "{corpus}");
    }
}
