//! `dateline tag --place-only`: the same places without the model, other places with other options.

use serde_json::{Value, json};

use crate::support::{Env, data};

const FIGURES: &str = "Troops left Mosul for a camp at 36°20′N 43°08′E, N of Mosul, U.N. officials said. The United \
                       Nations (UN) and Gen. Anna Schmidt, 45 km southeast of Mosul. Schmidt is Iraqi. 🗻";

/// The texts of the tests' articles as JSONL.
fn articles() -> String {
    let names = ["quake", "county-fair", "river-flood", "ceasefire", "border-trade"];
    let texts = names.map(|name| std::fs::read_to_string(data(&format!("articles/{name}.txt"))).unwrap());
    let lines = texts.into_iter().chain([FIGURES.to_owned(), String::new()]).enumerate();
    lines.map(|(n, text)| json!({"id": n, "text": text, "title": "Flood in Mosul"}).to_string() + "\n").collect()
}

fn tag(env: &Env, input: &str, args: &[&str], output: &str) -> String {
    let run = env.run([&["tag", input, "--output", output], args].concat());
    assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{args:?}");
    std::fs::read_to_string(env.path(output)).unwrap()
}

/// No model and no ONNX Runtime are there.
const WITHOUT_MODEL: [&str; 5] = ["--place-only", "--model", "none", "--onnxruntime", "none"];

#[test]
fn the_same_options_give_the_same_bytes() {
    let env = Env::new();
    env.file("a.jsonl", articles());
    env.file("own.csv", "name,lat,lon\nMosul,10,20\n");
    for options in [
        &[][..],
        &["--distances", "--explain", "--offsets", "utf16"],
        &["--offsets", "utf8", "--format", "json", "--near", "39.8,-89.6"],
        &["--places", "own.csv"],
    ] {
        let unit: Vec<&str> =
            options.iter().position(|option| *option == "--offsets").map_or(vec![], |n| options[n..n + 2].to_vec());
        tag(&env, "a.jsonl", &unit, "tagged.jsonl");
        tag(&env, "a.jsonl", &[&["--no-places"], &unit[..]].concat(), "bare.jsonl");
        // The head of a JSON output names the model, which has no part in placing.
        let expected = tag(&env, "a.jsonl", options, "expected");
        let model = expected.split(",\"model\":\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
        let expected = expected.replace(&format!(",\"model\":\"{model}\""), "");
        for input in ["tagged.jsonl", "bare.jsonl"] {
            let placed = tag(&env, input, &[&WITHOUT_MODEL, options].concat(), "placed");
            assert!(placed == expected, "{options:?} from {input}:\n{placed}\n{expected}");
        }
    }
    let places = tag(&env, "tagged.jsonl", &["--place-only", "--places", "own.csv"], "placed");
    let figures: Value = serde_json::from_str(places.lines().nth(5).unwrap()).unwrap();
    let place_of = |name: &str| {
        let entities = figures["entities"].as_array().unwrap();
        entities.iter().find(|entity| entity["text"] == name).unwrap_or_else(|| panic!("{name}"))["place"].clone()
    };
    assert_eq!(
        (&place_of("Mosul")["lat"], &place_of("36°20′N 43°08′E")["method"]),
        (&10.0.into(), &"coordinates".into())
    );
}

#[test]
fn what_was_not_tagged_is_told() {
    let env = Env::new();
    env.file(
        "a.jsonl",
        "{\"text\": \"Oslo\"}\n{\"text\": \"Oslo\", \"entities\": [{\"start\": 0, \"end\": 4, \"label\": \"LOC\"}]}\n",
    );
    let run = env.run(["tag", "a.jsonl", "--place-only", "--format", "jsonl"]);
    assert_eq!((run.status, run.stdout.lines().count()), (1, 1), "{}", run.stderr);
    assert!(
        run.stderr.contains("a.jsonl:1: was not written by `dateline tag`: missing field `entities`")
            && run.stderr.contains("expected a document as tagging writes it"),
        "{}",
        run.stderr
    );
    let placed: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((&placed["id"], &placed["entities"][0]["place"]["country"]), (&"a.jsonl:2".into(), &"NO".into()));

    env.file("a.txt", "Oslo");
    env.run(["tag", "a.txt", "--place-only"]).assert_fails(2, &["a.txt: is read as text", "tag it first"]);
    let run = env.run_with(["tag", "-", "--place-only", "--input", "text"], "Oslo");
    run.assert_fails(2, &["-: is read as text"]);
    let run = env.run_with(["tag", "-", "--place-only", "--format", "jsonl"], "{\"text\": \"Oslo\", \"entities\": []}");
    assert_eq!(run.jsonl()[0]["entities"], json!([]));
    for other in ["--no-places", "--min-score=0.5", "--nested"] {
        let run = env.run(["tag", "a.jsonl", "--place-only", other]);
        assert_eq!(run.status, 2);
        assert!(run.stderr.contains("cannot be used with"), "{}", run.stderr);
    }
}

#[test]
fn what_the_version_before_wrote_is_placed_anew() {
    let env = Env::new();
    let old = data("form/version-1.jsonl");
    let old = old.to_str().unwrap();
    let placed = tag(&env, old, &WITHOUT_MODEL, "placed.jsonl");
    let placed: Value = serde_json::from_str(&placed).unwrap();
    let old: Value = serde_json::from_str(&std::fs::read_to_string(old).unwrap()).unwrap();
    let names = |annotation: &Value| {
        let entities = annotation["entities"].as_array().unwrap().iter();
        entities.map(|entity| entity["text"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&placed), names(&old));
    assert_eq!((placed.get("metadata"), &placed["language"]), (Some(&Value::Null), &json!("en")));
}
