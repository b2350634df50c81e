//! `--corrections`: what people have said of names, through the command line and the library; and the names of places of one's
//! own.

use dateline::{Document, TagOptions, Tagger};
use serde_json::Value;

use crate::support::{Env, Run};

/// The blocks of the guide's chapter in a language.
fn blocks(language: &str) -> Vec<String> {
    let chapters = dateline::guide::CHAPTERS.iter();
    let text = chapters.clone().find(|chapter| chapter.name == "corrections").unwrap().text;
    let mut found = Vec::new();
    for block in text.split("```").skip(1).step_by(2) {
        if let Some(block) = block.strip_prefix(language).and_then(|block| block.strip_prefix('\n')) {
            found.push(block.to_owned());
        }
    }
    found
}

fn entities(tagged: &Value) -> Vec<(String, String, Option<String>, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let entities = tagged["entities"].as_array().unwrap().iter();
    entities
        .map(|entity| {
            let place = &entity["place"];
            let name = place["name"].as_str().map(str::to_owned);
            (text(&entity["text"]), text(&entity["label"]), name, text(&place["method"]))
        })
        .collect()
}

fn place_of<'a>(tagged: &'a Value, name: &str) -> &'a Value {
    let entity = tagged["entities"].as_array().unwrap().iter().find(|entity| entity["text"] == name);
    &entity.unwrap_or_else(|| panic!("{name}: {tagged}"))["place"]
}

fn tag(env: &Env, text: &str, corrections: &str, args: &[&str]) -> Run {
    env.file("a.jsonl", serde_json::json!({"id": "a", "text": text}).to_string() + "\n");
    env.file("c.jsonl", corrections);
    env.run([&["tag", "a.jsonl", "--corrections", "c.jsonl", "--format", "jsonl"], args].concat())
}

/// What the guide shows is what comes out.
#[test]
fn the_example_of_the_guide() {
    let env = Env::new();
    let [articles, corrections] = &blocks("jsonl")[..] else { panic!("two blocks: articles and corrections") };
    env.file("articles.jsonl", articles);
    env.file("corrections.jsonl", corrections);
    let run = env.run(["tag", "articles.jsonl", "--corrections", "corrections.jsonl", "--format", "jsonl"]);
    let tagged = run.jsonl();
    assert_eq!(run.stderr, "dateline: 1 correction matched nothing\n");
    let [first, second] = &tagged[..] else { panic!("two articles") };
    let springfield = place_of(first, "Springfield");
    assert_eq!(
        (&springfield["id"], &springfield["method"], &springfield["confidence"]),
        (&"geonames:4409896".into(), &"correction".into(), &1.0.into())
    );
    let checkpoint = place_of(first, "Checkpoint 9");
    assert_eq!(
        (&checkpoint["id"], &checkpoint["lat"], &checkpoint["country"]),
        (&Value::Null, &36.1.into(), &"IQ".into())
    );
    assert!(entities(first).iter().all(|(text, ..)| text != "Jordan"), "{first}");
    // Of another document, another Springfield.
    assert_ne!(place_of(second, "Springfield")["method"], "correction");
}

#[test]
fn corrections_pin_remove_and_make_names() {
    let env = Env::new();
    let text = "Fire broke out in Paris and in Hume on Monday, the Paris Police Department said.";
    let ids = |tagged: &Value| {
        let inner = tagged["entities"].as_array().unwrap().iter().flat_map(|e| e["contains"].as_array().unwrap());
        inner.map(|inner| inner["place"]["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let texas = tag(&env, text, "{\"name\": \"Paris\", \"place\": \"geonames:4717560\"}\n", &[]);
    assert_eq!(texas.stderr, "");
    let texas = texas.jsonl().remove(0);
    assert_eq!(place_of(&texas, "Paris")["admin1"], "Texas");
    assert_eq!(ids(&texas), ["geonames:4717560"], "names inside of others are corrected too");

    let nowhere = tag(&env, text, "{\"name\": \"Paris\", \"place\": null}\n", &["--explain"]).jsonl().remove(0);
    assert!(place_of(&nowhere, "Paris").is_null() && ids(&nowhere).is_empty(), "{nowhere}");
    assert!(nowhere["explanations"].as_array().unwrap().iter().all(|told| told["text"] != "Paris"));

    let removed = tag(&env, text, "{\"name\": \"Paris\", \"context\": \"broke fire\", \"remove\": true}\n", &[]);
    let removed = removed.jsonl().remove(0);
    assert!(entities(&removed).iter().all(|(text, ..)| text != "Paris"), "{removed}");
    let kept = tag(&env, text, "{\"name\": \"Paris\", \"context\": \"flood\", \"remove\": true}\n", &[]);
    assert_eq!(kept.stderr, "dateline: 1 correction matched nothing\n");
    assert_eq!(
        kept.jsonl()[0]["entities"].as_array().unwrap().len(),
        removed["entities"].as_array().unwrap().len() + 1
    );

    // By offsets, in the unit of the output; of "Fire", which is no name.
    let made = "{\"document\": \"a\", \"start\": 0, \"end\": 4, \"place\": {\"name\": \"Fire\", \"lat\": 1, \"lon\": 2}}\n\
                {\"document\": \"b\", \"name\": \"Hume\", \"label\": \"PER\"}\n{\"document\": \"a\", \"name\": \"Hume\", \"label\": \"ORG\"}\n";
    let made = tag(&env, text, made, &["--no-places"]);
    assert_eq!(made.stderr, "dateline: 1 correction matched nothing; check the ids of documents in them: \"b\"\n");
    let made = entities(&made.jsonl()[0]);
    assert_eq!(made[0], ("Fire".to_owned(), "LOC".to_owned(), None, String::new()));
    assert!(made.iter().any(|(text, label, ..)| text == "Hume" && label == "ORG"), "{made:?}");
}

/// What lies somewhere by the words of the text is counted from a corrected place, and a corrected name is not moved.
#[test]
fn positions_are_counted_from_corrected_places() {
    let env = Env::new();
    let text = "The village of al-Qabr lies 40 km north of Tarbanu, which fell on Monday.";
    let corrections =
        "{\"name\": \"Tarbanu\", \"label\": \"LOC\", \"place\": {\"name\": \"Tarbanu\", \"lat\": 30, \"lon\": 40}}\n";
    let tagged = tag(&env, text, corrections, &[]).jsonl().remove(0);
    assert!((place_of(&tagged, "al-Qabr")["lat"].as_f64().unwrap() - 30.36).abs() < 0.02, "{tagged}");
    let both = format!(
        "{corrections}{{\"name\": \"al-Qabr\", \"label\": \"LOC\", \"place\": {{\"name\": \"Q\", \"lat\": 1, \"lon\": 2}}}}\n"
    );
    let tagged = tag(&env, text, &both, &[]).jsonl().remove(0);
    assert_eq!(
        (&place_of(&tagged, "al-Qabr")["lat"], &place_of(&tagged, "al-Qabr")["method"]),
        (&1.0.into(), &"correction".into())
    );
}

#[test]
fn wrong_lines_are_told() {
    let env = Env::new();
    for (line, why) in [
        ("{\"name\": \"Paris\"}", "c.jsonl:2: says nothing of the name; expected an object with \"name\""),
        ("{\"place\": null}", "c.jsonl:2: names nothing"),
        ("{\"name\": \"…\", \"place\": null}", "c.jsonl:2: names nothing"),
        ("{\"name\": \"Paris\", \"plaec\": null}", "c.jsonl:2: unknown field `plaec`"),
        ("{\"name\": \"Paris\", \"place\": 7}", "c.jsonl:2: \"place\" is neither an id, nor null"),
        (
            "{\"name\": \"Paris\", \"place\": \"geonames:1\"}",
            "c.jsonl:2: \"place\" \"geonames:1\": the gazetteer has no place",
        ),
        ("{\"name\": \"Paris\", \"place\": {\"name\": \"x\", \"lat\": 91, \"lon\": 0}}", "c.jsonl:2: latitude 91"),
        (
            "{\"name\": \"Paris\", \"label\": \"GPE\"}",
            "c.jsonl:2: has the label \"GPE\"; expected PER, ORG, LOC or MISC",
        ),
        ("{\"name\": \"Paris\", \"label\": \"LOC\", \"remove\": true}", "c.jsonl:2: says \"remove\" beside"),
        (
            "{\"start\": 0, \"end\": 4, \"remove\": true}",
            "c.jsonl:2: has \"start\" and \"end\" without the \"document\"",
        ),
        (
            "{\"document\": 7, \"start\": 4, \"end\": 4, \"remove\": true}",
            "c.jsonl:2: \"start\" 4, \"end\" 4: expected",
        ),
        ("{\"document\": 7, \"start\": 4, \"remove\": true}", "c.jsonl:2: has one of"),
        ("Paris", "c.jsonl:2: expected value"),
    ] {
        let run = tag(&env, "Paris", &format!("\n{line}\n"), &["--model", "none"]);
        // The model isn't there: corrections are read before it is looked for.
        run.assert_fails(2, &[why, "mend the corrections first"]);
    }
    env.run(["tag", "a.jsonl", "--corrections", "none.jsonl"]).assert_fails(2, &["none.jsonl: cannot be read"]);
    env.run(["tag", "a.jsonl", "--corrections", "c.jsonl", "-o", "c.jsonl"]).assert_fails(2, &["is input and output"]);
}

#[test]
fn maps_placing_anew_and_the_library_take_them_too() {
    let env = Env::new();
    let text = "Fire broke out in Paris on Monday.";
    let corrections = "{\"document\": \"a\", \"name\": \"Paris\", \"place\": \"geonames:4717560\"}\n";
    let tagged = tag(&env, text, corrections, &["--output", "corrected.jsonl"]);
    assert_eq!(tagged.status, 0, "{}", tagged.stderr);
    assert_eq!(env.run(["tag", "a.jsonl", "--output", "plain.jsonl"]).status, 0);
    let placed = env.run(["tag", "plain.jsonl", "--place-only", "--corrections", "c.jsonl", "--format", "jsonl"]);
    assert_eq!(placed.stdout, std::fs::read_to_string(env.path("corrected.jsonl")).unwrap());

    let map = env.run(["map", "a.jsonl", "--corrections", "c.jsonl", "-o", "map.csv"]);
    assert_eq!(map.status, 0, "{}", map.stderr);
    let map = std::fs::read_to_string(env.path("map.csv")).unwrap();
    assert!(map.contains("geonames:4717560") && map.contains("correction"), "{map}");
    let map = env.run(["map", "plain.jsonl", "--corrections", "c.jsonl", "-o", "map.csv"]);
    assert!(map.stderr.contains("--corrections: did nothing"), "{}", map.stderr);

    let tagger = Tagger::builder().without_model().corrections(env.path("c.jsonl")).build().unwrap();
    let annotation = dateline::Annotation::from_json(
        std::fs::read_to_string(env.path("plain.jsonl")).unwrap().trim(),
        dateline::OffsetUnit::CodePoints,
    );
    assert_eq!(tagger.unmatched_corrections(), 1);
    let placed = tagger.place(annotation.unwrap(), &TagOptions::default()).unwrap();
    assert_eq!(placed.entities[0].place.as_ref().unwrap().id.as_deref(), Some("geonames:4717560"));
    assert_eq!(tagger.unmatched_corrections(), 0);
    assert!(tagger.tag(Document::new("a", text), &TagOptions::default()).is_err());
}

/// A run goes on only with the corrections that it began with.
#[test]
fn a_run_is_told_from_one_with_other_corrections() {
    let env = Env::new();
    // A chunk that is kept, and a broken line that ends the run.
    env.file("a.jsonl", "{\"text\": \"Paris\"}\n".repeat(80) + "{\"text\": 7}\n");
    env.file("c.jsonl", "{\"name\": \"Paris\", \"place\": null}\n");
    let args = ["tag", "a.jsonl", "--corrections", "c.jsonl", "-o", "out.jsonl", "--max-errors", "0"];
    assert_eq!(env.run(args).status, 2);
    assert!(env.path("out.jsonl.manifest").exists());
    env.file("c.jsonl", "{\"name\": \"Paris\", \"remove\": true}\n");
    env.run([&args[..], &["--resume"]].concat()).assert_fails(2, &["--corrections"]);
}

/// The names of a table are found where the model finds none, as they are written there, in titles and in capitals.
#[test]
fn names_of_ones_own_places_are_found() {
    let env = Env::new();
    env.file("own.csv", "name,lat,lon,names\ncheckpoint nine,36.1,43.2,Zorvath|Camp Zorvath\n");
    let text = "Soldiers slept at checkpoint nine. Checkpoint Nine was hit, and so was Camp Zorvath; Zorvathians left. CHECKPOINT \
                NINE fell.";
    env.file("a.jsonl", serde_json::json!({"text": text}).to_string() + "\n");
    let own = |tagged: &Value| -> Vec<String> {
        let entities = tagged["entities"].as_array().unwrap().iter();
        let own = entities.filter(|entity| entity["place"]["id"].as_str().is_some_and(|id| id.starts_with("own:")));
        own.map(|entity| entity["text"].as_str().unwrap().to_owned()).collect()
    };
    let expected = ["checkpoint nine", "Checkpoint Nine", "Camp Zorvath", "CHECKPOINT NINE"];
    let tagged = env.run(["tag", "a.jsonl", "--places", "own.csv", "--format", "jsonl"]).jsonl().remove(0);
    assert_eq!(own(&tagged), expected, "{tagged}");
    assert_eq!(env.run(["tag", "a.jsonl", "--output", "plain.jsonl"]).status, 0);
    let placed = ["tag", "plain.jsonl", "--place-only", "--places", "own.csv", "--format", "jsonl"];
    assert_eq!(own(&env.run(placed).jsonl()[0]), expected);
    // A name that is none for the user is not looked for.
    env.file("none.txt", "Camp Zorvath\n");
    let tagged = env.run(["tag", "a.jsonl", "--places", "own.csv", "--ignore", "none.txt", "--format", "jsonl"]);
    assert!(!own(&tagged.jsonl()[0]).contains(&"Camp Zorvath".to_owned()));
}
