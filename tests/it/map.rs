//! Map layers: the same whichever way the documents come, read by other programs, and nothing half-written.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::support::{Env, Run, data, finish};

/// The articles of the tests, tagged once with the real model.
struct Tagged {
    _folder: tempfile::TempDir,
    jsonl: PathBuf,
    parquet: PathBuf,
}

fn articles() -> PathBuf {
    data("map/articles.jsonl")
}

fn tagged() -> &'static Tagged {
    static TAGGED: OnceLock<Tagged> = OnceLock::new();
    TAGGED.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let [jsonl, parquet] = ["tagged.jsonl", "tagged.parquet"].map(|name| folder.path().join(name));
        for path in [&jsonl, &parquet] {
            let run = Env::new().run([Path::new("tag"), &articles(), Path::new("--output"), path]);
            assert_eq!(run.status, 0, "{}", run.stderr);
        }
        Tagged { _folder: folder, jsonl, parquet }
    })
}

fn map(env: &Env, input: &Path, args: &[&str]) -> Run {
    finish(env.command().arg("map").arg(input).args(args), b"")
}

fn written(env: &Env, input: &Path, args: &[&str]) {
    let run = map(env, input, args);
    assert_eq!(run.status, 0, "{}", run.stderr);
}

/// The features of GeoJSON on standard output.
fn features(input: &Path, args: &[&str]) -> Vec<Value> {
    let run = map(&Env::new(), input, args);
    assert_eq!(run.status, 0, "{}", run.stderr);
    let collection: Value = serde_json::from_str(&run.stdout).unwrap();
    collection["features"].as_array().unwrap().clone()
}

fn names(features: &[Value], property: &str) -> BTreeSet<String> {
    features
        .iter()
        .filter_map(|feature| feature["properties"][property].as_str())
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

/// What version 1 of the form wrote: without the keys of which nothing was known.
#[test]
fn what_the_version_before_wrote_is_drawn() {
    let file = data("form/version-1.jsonl");
    let annotation: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    assert!(annotation.get("metadata").is_none(), "a file of version 1 has no keys of which nothing is known");
    let entities = annotation["entities"].as_array().unwrap();
    let places: BTreeSet<_> =
        entities.iter().filter_map(|entity| entity["place"]["name"].as_str()).map(str::to_owned).collect();
    let drawn = features(&file, &["--layer", "places"]);
    let drawn_places = names(&drawn, "place_name");
    assert!(places.is_subset(&drawn_places), "{places:?} {drawn_places:?}");
    let of_table = features(&data("form/version-1.parquet"), &["--layer", "places"]);
    assert_eq!(of_table, drawn);
}

const LAYERS: [&str; 6] = ["mentions", "places", "links", "relative", "hexbins", "countries"];

#[test]
fn texts_and_what_was_tagged_give_the_same_map() {
    let env = Env::new();
    let inputs = [articles(), tagged().jsonl.clone(), tagged().parquet.clone()];
    for (name, input) in ["texts", "jsonl", "parquet"].into_iter().zip(&inputs) {
        written(
            &env,
            input,
            &["-o", &format!("{name}.geojson"), "-o", &format!("{name}.gpkg"), "-o", &format!("{name}.kml")],
        );
    }
    for ending in ["geojson", "gpkg", "kml"] {
        let read = |name: &str| std::fs::read(env.path(&format!("{name}.{ending}"))).unwrap();
        assert!(read("texts") == read("jsonl"), "{ending}");
        assert!(read("texts") == read("parquet"), "{ending}");
    }
    assert_eq!(env.files().len(), 9, "{:?}", env.files());
}

#[test]
fn what_tag_gives_in_a_pipe_is_taken() {
    let env = Env::new();
    let piped = env.run_with(["map", "--format", "csv"], std::fs::read(&tagged().jsonl).unwrap());
    assert_eq!(piped.status, 0, "{}", piped.stderr);
    assert_eq!(piped.stdout, map(&env, &tagged().jsonl, &["--format", "csv"]).stdout);
}

#[test]
fn tables_of_names_are_no_documents() {
    let env = Env::new();
    for name in ["names.csv", "names.tsv"] {
        let tag = env.run([Path::new("tag"), &articles(), Path::new("--output"), Path::new(name)]);
        assert_eq!(tag.status, 0, "{}", tag.stderr);
        let run = map(&env, Path::new(name), &["-o", "out.csv"]);
        assert!(run.status == 2 && run.stderr.contains("is a table of names"), "{}", run.stderr);
    }
}

#[test]
fn layers_hold_what_the_articles_say() {
    let tagged = &tagged().jsonl;
    let mentions = features(tagged, &[]);
    let mosul = mentions.iter().find(|feature| feature["properties"]["text"] == "Mosul").unwrap();
    assert_eq!(mosul["properties"]["document"], "river-1");
    assert_eq!(mosul["properties"]["date"], "2025-01-14");
    assert!(mosul["properties"]["sentence"].as_str().unwrap().starts_with("BAGHDAD — The Tigris rose"));
    let [lon, lat] = [0, 1].map(|n| mosul["geometry"]["coordinates"][n].as_f64().unwrap());
    assert!((lat - 36.335).abs() < 0.1 && (lon - 43.119).abs() < 0.1);

    let places = features(tagged, &["--layer", "places"]);
    let baghdad = places.iter().find(|feature| feature["properties"]["place_name"] == "Baghdad").unwrap();
    assert_eq!(baghdad["properties"]["first_date"], "2025-01-14");
    assert_eq!(baghdad["properties"]["last_date"], "2025-01-17");
    assert!(baghdad["properties"]["people"].as_str().unwrap().contains("Layla Haddad"));

    let links = features(tagged, &["--layer", "links"]);
    let crossing = |feature: &&Value| {
        let ends = ["from_name", "to_name"].map(|end| feature["properties"][end].as_str().unwrap());
        ends.contains(&"Suva") && ends.contains(&"Apia")
    };
    assert_eq!(links.iter().find(crossing).unwrap()["geometry"]["type"], "MultiLineString");

    let relative = features(tagged, &["--layer", "relative"]);
    assert_eq!(names(&relative, "part"), ["area", "line"].map(str::to_owned).into());
    assert!(
        names(&relative, "phrase").iter().any(|phrase| phrase.contains("30 kilometers north of")),
        "{:?}",
        names(&relative, "phrase")
    );

    let hexbins = features(tagged, &["--layer", "hexbins", "--resolution", "2"]);
    assert!(hexbins.iter().all(|feature| feature["properties"]["resolution"] == 2));
    let countries = features(tagged, &["--layer", "countries"]);
    let iraq = countries.iter().find(|feature| feature["properties"]["iso_a2"] == "IQ").unwrap();
    assert_eq!((&iraq["properties"]["iso_a3"], &iraq["properties"]["iso_n3"]), (&json!("IRQ"), &json!("368")));
    assert_eq!(iraq["properties"]["documents"], 2);
}

#[test]
fn filters_leave_out_what_is_not_asked_for() {
    let tagged = &tagged().jsonl;
    let documents = |args: &[&str]| names(&features(tagged, args), "document");
    assert_eq!(
        documents(&["--since", "2025-09", "--until", "2025-10-07"]),
        ["hostile", "summit"].map(str::to_owned).into()
    );
    assert_eq!(documents(&["--until", "1900"]), ["archive".to_owned()].into());
    assert_eq!(names(&features(tagged, &["--country", "FJ,WS"]), "country"), ["FJ", "WS"].map(str::to_owned).into());
    let pacific = names(&features(tagged, &["--bbox", "170,-30,-160,0"]), "country");
    assert!(pacific.contains("FJ") && pacific.contains("WS") && !pacific.contains("IQ"), "{pacific:?}");
    assert_eq!(names(&features(tagged, &["--label", "misc"]), "label"), ["MISC".to_owned()].into());
    assert!(!names(&features(tagged, &["--label", "LOC"]), "method").contains("demonym"));
    assert_eq!(features(tagged, &["--layer", "places", "--top", "3"]).len(), 3);
    let sure = features(tagged, &["--min-confidence", "0.8"]);
    assert!(sure.iter().all(|feature| feature["properties"]["confidence"].as_f64().unwrap() >= 0.8));
    assert!(!sure.is_empty() && sure.len() < features(tagged, &[]).len());
}

/// Whether a program is there. Where it is not, that is said.
fn is_there(program: &str) -> bool {
    let there = Command::new(program).arg("--version").output().is_ok();
    if !there {
        skip(&format!("there is no {program} here, so what it makes of layers and pages is not checked"));
    }
    there
}

/// Says that something is not checked, so that it is seen; where all tools should be there, that is a failure.
fn skip(why: &str) {
    assert!(std::env::var_os("DATELINE_REQUIRE_TOOLS").is_none(), "{why}");
    // Not by a macro, whose output the tests keep to themselves.
    let _ = writeln!(std::io::stderr(), "skipped: {why}");
}

/// The values of a property that are known, each with the first corner of its shape, sorted. Numbers and dates are compared
/// as text, for formats that have nothing else.
fn values(features: &[Value], property: &str) -> Vec<(String, String)> {
    let value = |feature: &Value| {
        let value = match &feature["properties"][property] {
            Value::Null => return None,
            Value::String(text) => text.clone(),
            other => other.as_f64().map_or_else(|| other.to_string(), |number| number.to_string()),
        };
        // Days come as "2025/01/14", or with a time of midnight.
        let plain = value.replace('/', "-");
        let plain = plain.split_once("T00:00:00").map_or(plain.as_str(), |(day, _)| day).trim();
        let at = corners(std::slice::from_ref(feature));
        (!plain.is_empty()).then(|| (plain.to_owned(), format!("{:?}", &at[0][..2])))
    };
    let mut all: Vec<(String, String)> = features.iter().filter_map(value).collect();
    all.sort();
    all
}

/// The corners of all shapes, sorted, as whole millionths of a degree.
fn corners(features: &[Value]) -> Vec<Vec<i64>> {
    fn collect(value: &Value, found: &mut Vec<i64>) {
        match value {
            Value::Array(values) => values.iter().for_each(|value| collect(value, found)),
            value => found.push((value.as_f64().unwrap() * 1e6).round() as i64),
        }
    }
    let corners = |feature: &Value| {
        let mut found = Vec::new();
        collect(&feature["geometry"]["coordinates"], &mut found);
        found
    };
    let mut all: Vec<Vec<i64>> = features.iter().map(corners).collect();
    all.sort();
    all
}

#[test]
fn gdal_reads_every_format() {
    if !is_there("ogr2ogr") {
        return;
    }
    let env = Env::new();
    for layer in LAYERS {
        let expected = features(&tagged().jsonl, &["--layer", layer]);
        assert!(!expected.is_empty());
        for ending in ["geojson", "geojsonl", "csv", "gpkg", "fgb", "kml"] {
            let name = format!("{layer}.{ending}");
            written(&env, &tagged().jsonl, &["--layer", layer, "-o", &name]);
            let mut gdal = env.command_of("ogr2ogr".as_ref());
            gdal.args(["-f", "GeoJSONSeq", "-lco", "COORDINATE_PRECISION=9", "/vsistdout/"]).arg(&name);
            if ending == "csv" {
                match layer {
                    "links" | "relative" | "hexbins" => gdal.args(["-oo", "GEOM_POSSIBLE_NAMES=geometry"]),
                    _ => gdal.args(["-oo", "X_POSSIBLE_NAMES=longitude", "-oo", "Y_POSSIBLE_NAMES=latitude"]),
                };
            }
            let read: Vec<Value> = finish(&mut gdal, b"").jsonl();
            assert_eq!(read.len(), expected.len(), "{name}");
            assert!(corners(&read) == corners(&expected), "{name}");
            // In KML, GDAL takes values of these names for the end of a time and the name of the placemark.
            let is_kept = |property: &&String| ending != "kml" || !["end", "name"].contains(&property.as_str());
            for property in expected[0]["properties"].as_object().unwrap().keys().filter(is_kept) {
                assert_eq!(values(&read, property), values(&expected, property), "{name} {property}");
            }
        }
    }
    written(&env, &tagged().jsonl, &["-o", "all.gpkg"]);
    let told = finish(env.command_of("ogrinfo".as_ref()).args(["-q", "all.gpkg"]), b"");
    assert!(
        LAYERS.iter().all(|layer| told.stdout.contains(layer)) && told.stderr.is_empty(),
        "{} {}",
        told.stdout,
        told.stderr
    );
    let indices = LAYERS.map(|layer| format!("SELECT rtreecheck('rtree_{layer}_geom')"));
    for query in indices.iter().map(String::as_str).chain(["PRAGMA integrity_check"]) {
        let told = finish(env.command_of("ogrinfo".as_ref()).args(["-q", "all.gpkg", "-sql", query]), b"");
        assert!(told.stderr.is_empty() && told.stdout.contains("= ok"), "{query}: {} {}", told.stdout, told.stderr);
    }
}

/// Runs the checks of a page in a browser, if there is one.
fn check_page(script: &str, page: &Path) {
    if !is_there("chromium") || !is_there("npm") {
        return;
    }
    let tools = Path::new(env!("CARGO_TARGET_TMPDIR")).join("page");
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/page");
    static INSTALLED: OnceLock<bool> = OnceLock::new();
    let installed = INSTALLED.get_or_init(|| {
        std::fs::create_dir_all(&tools).unwrap();
        for entry in std::fs::read_dir(&sources).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                std::fs::copy(&path, tools.join(path.file_name().unwrap())).unwrap();
            }
        }
        let install = Command::new("npm")
            .args(["install", "--no-audit", "--no-fund", "--no-package-lock"])
            .current_dir(&tools)
            .output();
        install.is_ok_and(|done| done.status.success())
    });
    if !installed {
        skip("npm could not install what drives the browser, so pages are not checked");
        return;
    }
    let checked = Command::new("node").arg(script).arg(page).current_dir(&tools).output().unwrap();
    let told = [checked.stdout, checked.stderr].concat();
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&told));
}

#[test]
fn the_page_works_in_a_browser() {
    if !is_there("npm") {
        return;
    }
    let env = Env::new();
    written(&env, &tagged().jsonl, &["-o", "map.html"]);
    check_page("check_map.mjs", &env.path("map.html"));
}

#[test]
fn the_page_filters_and_colours_by_metadata() {
    if !is_there("npm") {
        return;
    }
    let env = Env::new();
    let lines = std::fs::read_to_string(&tagged().jsonl).unwrap();
    let desks = [json!("World"), json!("</script><img src=x onerror=alert(1)>"), Value::Null];
    let with_desk = |(n, line): (usize, &str)| {
        let mut document: Value = serde_json::from_str(line).unwrap();
        document["metadata"] = json!({"desk": desks[n % 3], "edition": n % 2});
        document.to_string() + "\n"
    };
    let input = env.file("desks.jsonl", lines.lines().enumerate().map(with_desk).collect::<String>());
    written(&env, &input, &["--metadata", "desk,edition", "-o", "map.html"]);
    check_page("check_fields.mjs", &env.path("map.html"));
}

#[test]
fn the_page_of_an_article_works_in_a_browser() {
    if !is_there("npm") {
        return;
    }
    let env = Env::new();
    let hostile = "<img src=x onerror=\"window.__pwned=1\"> in Mosul</script><script>window.__pwned=1</script>, 45 kilometers southeast of Mosul.\n\nIn Baghdad, the Baghdad Police Department and Layla Haddad said nothing.";
    let text = env.file("article.txt", hostile);
    let run = env.run([Path::new("tag"), &text, Path::new("--output"), Path::new("article.html")]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    let page = std::fs::read_to_string(env.path("article.html")).unwrap();
    assert!(page.contains("&lt;img src=x onerror=") && !page.contains("<img"));
    check_page("check_article.mjs", &env.path("article.html"));
}

#[test]
fn one_article_is_geojson() {
    let env = Env::new();
    let run = env.run(["tag", data("articles/quake.txt").to_str().unwrap(), "--format", "geojson"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    let collection: Value = serde_json::from_str(&run.stdout).unwrap();
    let found = names(collection["features"].as_array().unwrap(), "text");
    assert!(found.contains("Malatya"), "{found:?}");
    let two = [data("articles/quake.txt"), data("articles/river-flood.txt")];
    let run = env.run(["tag", two[0].to_str().unwrap(), two[1].to_str().unwrap(), "--output", "two.geojson"]);
    run.assert_fails(2, &["expected one", "dateline map"]);
    assert!(env.files().is_empty(), "{:?}", env.files());
}

/// A tagged document with one place.
fn document(id: &str, place: Value) -> String {
    let entity = json!({"start": 3, "end": 7, "text": "Köln", "label": "LOC", "score": 0.9, "place": place});
    json!({"id": id, "text": "In Köln.", "entities": [entity], "relations": []}).to_string() + "\n"
}

fn cologne() -> Value {
    json!({"id": "geonames:2886242", "name": "Cologne", "lat": 50.93333, "lon": 6.95, "country": "DE", "confidence": 0.9,
           "method": "gazetteer", "uncertainty_km": 0.0})
}

#[test]
fn what_cannot_be_shown_is_told_and_the_rest_is_written() {
    let env = Env::new();
    let mut nowhere = cologne();
    nowhere["lat"] = Value::Null;
    let mut beyond = cologne();
    beyond["lat"] = json!(97.0);
    let mut long = cologne();
    long["name"] = "ü".repeat(10_000).into();
    long["id"] = Value::Null;
    let lines = [
        document("a", cologne()),
        document("a", cologne()),
        document("nowhere", nowhere),
        document("beyond", beyond),
        document("long", long),
        document("nan", cologne()).replace("50.93333", "NaN"),
    ];
    let input = env.file("tagged.jsonl", lines.concat());
    for ending in ["geojson", "geojsonl", "csv", "parquet", "gpkg", "fgb", "kml"] {
        let name = format!("out.{ending}");
        let run = map(&env, &input, &["-o", &name]);
        assert_eq!(run.status, 1, "{}", run.stderr);
        assert!(run.stderr.contains("tagged.jsonl:4: has the coordinates 97"), "{}", run.stderr);
        assert!(
            run.stderr.contains("NaN or Infinity became null") && run.stderr.contains("1 of 6 documents failed"),
            "{}",
            run.stderr
        );
        assert!(run.stderr.contains("2 names of places have no coordinates"), "{}", run.stderr);
        assert!(env.path(&name).is_file());
    }
    let run = map(&env, &input, &["--layer", "places"]);
    let places: Value = serde_json::from_str(&run.stdout).unwrap();
    // Two documents that are called the same are two.
    assert_eq!(places["features"][0]["properties"]["documents"], 2);
    let run = map(&env, &input, &["--errors", "failed.jsonl", "-o", "again.csv"]);
    assert_eq!(run.status, 1);
    assert_eq!(std::fs::read_to_string(env.path("failed.jsonl")).unwrap().lines().count(), 1);
    let run = map(&env, &input, &["--max-errors", "0", "-o", "never.csv"]);
    assert_eq!(run.status, 2);
    assert!(!env.path("never.csv").exists());
}

/// A day as crawlers, feeds and tables write it; and one that could be two.
#[test]
fn dates_of_every_kind_are_days_and_others_are_named() {
    let env = Env::new();
    let dated = |id: &str, date: Value| {
        let mut document: Value = serde_json::from_str(&document(id, cologne())).unwrap();
        document["date"] = date;
        document.to_string() + "\n"
    };
    let dates = [
        json!("2024-03-05"),
        json!(1_709_643_600_000_i64),
        json!("1709643600"),
        json!(1_709_643_600.0),
        json!("Tue Mar 05 13:00:00 +0000 2024"),
        json!("20240305T130000Z"),
        json!("5 March 2024 13:00"),
    ];
    let lines: String = dates.iter().map(|date| dated("a", date.clone())).collect();
    let features = features(&env.file("tagged.jsonl", lines), &[]);
    let days: Vec<&str> = features.iter().filter_map(|feature| feature["properties"]["date"].as_str()).collect();
    assert_eq!(days, ["2024-03-05"; 7]);
    let lines: String = (1..=5).map(|n| dated(&format!("d{n}"), json!(format!("0{n}/03/2024")))).collect();
    let run = map(&env, &env.file("others.jsonl", lines), &["-o", "out.csv"]);
    let told =
        "5 dates cannot be read: \"01/03/2024\" of d1, \"02/03/2024\" of d2, \"03/03/2024\" of d3 and 2 more; expected";
    assert!(run.status == 0 && run.stderr.contains(told), "{}", run.stderr);
}

#[test]
fn metadata_is_in_layers_with_its_types() {
    let env = Env::new();
    let with = |id: &str, metadata: Value| {
        let mut document: Value = serde_json::from_str(&document(id, cologne())).unwrap();
        document["metadata"] = metadata;
        document.to_string() + "\n"
    };
    let lines = [
        with("a", json!({"desk": "World", "words": 120, "label": "x"})),
        with("b", json!({"desk": null, "words": null, "label": 7, "late": [1]})),
    ];
    let input = env.file("tagged.jsonl", lines.concat());
    let of = |args: &[&str]| -> Vec<Value> {
        let found = features(&input, args);
        found.iter().map(|feature| feature["properties"].clone()).collect()
    };
    let named = of(&["--metadata", "desk,words,label"]);
    assert_eq!(
        (&named[0]["desk"], &named[0]["words"], &named[0]["metadata_label"]),
        (&json!("World"), &json!(120), &json!("x"))
    );
    assert_eq!(
        (&named[1]["desk"], &named[1]["words"], &named[1]["metadata_label"]),
        (&Value::Null, &Value::Null, &json!("7"))
    );
    let all = of(&["--metadata", "*"]);
    assert_eq!((&all[0]["late"], &all[1]["late"]), (&Value::Null, &json!("[1]")));
    assert!(of(&[])[0].get("desk").is_none());
    written(&env, &input, &["--metadata", "words", "-o", "out.gpkg"]);
    written(&env, &input, &["--metadata", "words", "--decimal", ",", "-o", "out.csv"]);
    let table = std::fs::read_to_string(env.path("out.csv")).unwrap();
    let mut rows = table.lines();
    assert!(rows.next().unwrap().ends_with(";words;latitude;longitude"));
    assert!(rows.next().unwrap().ends_with(";120;50,93333;6,95"), "{table}");
}

/// In Parquet it is a struct with types, and what fits none of its fields beside them.
#[test]
fn metadata_is_the_same_by_way_of_parquet() {
    let env = Env::new();
    let line = |n: usize| {
        let words = if n < 1100 { json!(n) } else { json!("many") };
        json!({"id": n, "text": "Rain fell in Ulm.", "words": words, "alternatives": {"a": [n, null]}}).to_string()
            + "\n"
    };
    env.file("in.jsonl", (0..1300).map(line).collect::<String>());
    for output in ["out.jsonl", "out.parquet"] {
        let run = env.run(["tag", "in.jsonl", "--metadata", "*", "-o", output]);
        assert_eq!(run.status, 0, "{}", run.stderr);
    }
    let [from_lines, from_table] =
        ["out.jsonl", "out.parquet"].map(|name| features(&env.path(name), &["--metadata", "*"]));
    assert_eq!(from_lines.len(), 1300);
    assert!(from_lines == from_table, "{} {}", from_lines[1200], from_table[1200]);
    assert_eq!(from_table[1200]["properties"]["alternatives"], r#"{"a":[1200,null]}"#);
}

#[test]
fn an_empty_corpus_is_an_empty_layer() {
    let env = Env::new();
    let input = env.file("empty.jsonl", "");
    for ending in ["geojson", "geojsonl", "csv", "parquet", "gpkg", "fgb", "kml"] {
        let run = map(&env, &input, &["-o", &format!("out.{ending}")]);
        assert_eq!(run.status, 0, "{}", run.stderr);
        assert!(run.stderr.contains("no place is left to show"), "{}", run.stderr);
    }
    let run = map(&env, &input, &[]);
    assert_eq!(serde_json::from_str::<Value>(&run.stdout).unwrap()["features"], json!([]));
}

#[test]
fn wrong_calls_are_told_before_the_work() {
    let env = Env::new();
    let input = env.file("tagged.jsonl", document("a", cologne()));
    let fails = |args: &[&str], parts: &[&str]| {
        map(&env, &input, args).assert_fails(2, parts);
        assert_eq!(env.files(), ["tagged.jsonl"], "{args:?}");
    };
    fails(&["-o", "out.shp"], &["out.shp: its ending is no format", ".geojson", ".gpkg", "--format"]);
    fails(&["-o", "out"], &["its ending is no format"]);
    fails(&["-o", "nowhere/out.csv"], &["nowhere/out.csv", "there is no folder nowhere"]);
    fails(&["-o", "out.csv", "--layer", "places,links"], &["2 layers in one file", ".gpkg"]);
    fails(&["-o", "out.csv:cities"], &["\"cities\" is no layer", "mentions"]);
    fails(&["-o", "out.csv", "-o", "./out.csv"], &["for two purposes"]);
    fails(&["-o", "out.html", "--format", "csv"], &["another format than --format"]);
    fails(&["-o", "out.csv", "--record-separator"], &["--record-separator: does nothing"]);
    fails(&["-o", "out.csv:links", "--layer", "places"], &["--layer: does nothing"]);
    fails(&["-o", "tagged.jsonl"], &["is input and output"]);
    fails(&["--format", "geopackage"], &["no stream", "--output"]);
    fails(&["-o", "out.csv", "--since", "2020", "--until", "2019"], &["--since 2020-01-01 is behind"]);
    let offsets = map(&env, &input, &["--offsets", "utf8", "-o", "out.csv"]);
    assert_eq!(offsets.status, 2);
    assert!(offsets.stderr.contains("--offsets"), "{}", offsets.stderr);
    for (flag, value) in [
        ("--bbox", "1,2,3"),
        ("--since", "soon"),
        ("--resolution", "16"),
        ("--min-confidence", "2"),
        ("--country", "Iraq"),
        ("--country", "UK"),
    ] {
        let run = map(&env, &input, &["-o", "out.csv", flag, value]);
        assert!(run.status == 2 && run.stderr.contains(flag), "{}", run.stderr);
    }
    assert_eq!(env.files(), ["tagged.jsonl"]);
}

#[test]
fn offline_pages_need_what_was_fetched_before() {
    let env = Env::new();
    let input = env.file("tagged.jsonl", document("a", cologne()));
    let run = map(&env, &input, &["-o", "map.html", "--offline", "--cache", "cache"]);
    run.assert_fails(2, &["--offline", "npm"]);
    assert!(!env.path("map.html").exists());
}

#[test]
fn links_are_those_that_are_asked_for() {
    let env = Env::new();
    let place = |n: usize| json!({"id": format!("t:{n}"), "name": format!("P{n}"), "lat": n, "lon": 2 * n, "confidence": 0.9, "method": "gazetteer", "uncertainty_km": 0.0});
    let entity = |n: usize, at: usize| json!({"start": 3 * at, "end": 3 * at + 2, "text": format!("P{n}"), "label": "LOC", "score": 0.9, "place": place(n)});
    let document = |id: &str, places: &[usize]| {
        let text: Vec<String> = places.iter().map(|n| format!("P{n}")).collect();
        let entities: Vec<Value> = places.iter().zip(0..).map(|(&n, at)| entity(n, at)).collect();
        json!({"id": id, "text": text.join(" "), "entities": entities, "relations": []}).to_string() + "\n"
    };
    let input =
        env.file("tagged.jsonl", [document("a", &[1, 2, 3]), document("b", &[1, 2]), document("c", &[4, 5])].concat());
    let links = |args: &[&str]| {
        let run = map(&env, &input, &[&["--layer", "links", "--format", "csv"], args].concat());
        assert_eq!(run.status, 0, "{}", run.stderr);
        let rows = csv::Reader::from_reader(run.stdout.as_bytes()).into_records().map(|row| {
            let row = row.unwrap();
            format!("{}{} {}", &row[1], &row[3], &row[5])
        });
        (rows.collect::<Vec<_>>().join(", "), run.stderr)
    };
    assert_eq!(links(&[]), ("P1P2 2, P1P3 1, P2P3 1, P4P5 1".to_owned(), String::new()));
    let (two, told) = links(&["--min-documents", "2"]);
    assert_eq!(two, "P1P2 2");
    assert!(told.contains("3 links are left out by --min-documents"), "{told}");
    assert_eq!(links(&["--links-per-document", "1"]).0, "P1P2 2, P4P5 1");
    let run = map(&env, &input, &["--min-documents", "2", "-o", "mentions.csv"]);
    run.assert_fails(2, &["--min-documents", "no output has links"]);
    assert_eq!(map(&env, &input, &["--min-documents", "0", "-o", "links.csv:links"]).status, 2);
}

#[test]
fn a_script_is_no_link_and_a_formula_no_formula() {
    let env = Env::new();
    let documents = ["javascript:alert(1)", "https://example.org/a"].map(|url| {
        let mut document: Value = serde_json::from_str(&document("=1+1", cologne())).unwrap();
        document["url"] = url.into();
        document.to_string() + "\n"
    });
    let input = env.file("tagged.jsonl", documents.concat());
    for args in [&["--format", "geojson"][..], &["--format", "kml"], &["--format", "csv"]] {
        let run = map(&env, &input, args);
        assert!(run.stdout.contains("https://example.org/a") && !run.stdout.contains("javascript"), "{}", run.stdout);
    }
    let plain = map(&env, &input, &["--format", "csv"]).stdout;
    let escaped = map(&env, &input, &["--format", "csv", "--escape-formulas"]).stdout;
    assert!(plain.contains("\n=1+1,") && escaped.contains("\n'=1+1,"), "{escaped}");
    map(&env, &input, &["-o", "a.geojson", "--escape-formulas"]).assert_fails(2, &["--escape-formulas"]);
}
