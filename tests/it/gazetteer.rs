//! Building a gazetteer from files as they are published.

use std::io::{Cursor, Write};

use serde_json::Value;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::support::{Env, Run};

/// A dump of a country, with a broken line of each kind.
const DUMP: &str = "\
99237\tRepublic of Iraq\tRepublic of Iraq\tIraq,Irak\t33\t44\tA\tPCLI\tIQ\t\t00\t\t\t\t38433600\t\t\t\t
99071\tNineveh\tNineveh\t\t36\t42.5\tA\tADM1\tIQ\t\t15\t\t\t\t0\t\t\t\t
7\tMosul District\tMosul District\t\t36.3\t43.1\tA\tADM2\tIQ\t\t15\t1502\t\t\t0\t\t\t\t
99072\tMosul\tMosul\tMossoul,OSM,الموصل\t36.335\t43.11889\tP\tPPLA\tIQ\t\t15\t1502\t\t\t1683000\t\t\t\t
8\tHamlet\tHamlet\t\t36.4\t43.2\tP\tPPL\tIQ\t\t15\t\t\t\t12\t\t\t\t
9\tNowhere\tNowhere\t\t96\t43\tP\tPPL\tIQ\t\t\t\t\t\t5000\t\t\t\t
10\t\t\t\t36\t43\tP\tPPL\tIQ\t\t\t\t\t\t5000\t\t\t\t
11\tStrange\tStrange\t\t36\t43\tP\tCITY\tIQ\t\t\t\t\t\t5000\t\t\t\t
99072\tMosul again\tMosul\t\t36.335\t43.11889\tP\tPPLA\tIQ\t\t15\t1502\t\t\t1683000\t\t\t\t
12\tCut off
";

const ALTERNATES: &str = "\
1\t99072\tfr\tMossoul\t\t\t\t\t\t
2\t99072\tiata\tOSM\t\t\t\t\t\t
3\t99072\ten\tNineveh City\t\t\t\t1\t\t
4\t99237\tabbr\tROI\t\t\t\t\t\t
5\t8\ten\tHamlet-on-Tigris\t\t\t\t\t\t
";

const LAKES: &str = r#"{"type": "FeatureCollection", "features": [
{"type": "Feature", "properties": {"FEATURECLA": "Reservoir", "NAME": "Lake Mosul", "ne_id": 12},
 "geometry": {"type": "Polygon", "coordinates": [[[42.5, 36.6], [42.9, 36.6], [42.9, 36.9], [42.5, 36.9], [42.5, 36.6]]]}}]}"#;

fn zipped(files: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Builds `my.gaz` of everything, with more arguments.
fn build(env: &Env, more: &[&str]) -> Run {
    env.file("IQ.zip", zipped(&[("readme.txt", "Readme for GeoNames\n"), ("IQ.txt", DUMP)]));
    env.file("alternateNamesV2.zip", zipped(&[("iso-languagecodes.txt", "x\n"), ("alternateNamesV2.txt", ALTERNATES)]));
    env.file("admin1.txt", "IQ.15\tNīnawá\tNinawa\t99071\n");
    env.file("hierarchy.txt", "99237\t99071\tADM\n99072\t8\tADM\n");
    env.file("lakes.geojson", LAKES);
    env.file("own.csv", "id,name,lat,lon,priority,names\ndateline:mosul-ontario,Mosul,45,-80,1,\n");
    let args = "gazetteer build --geonames IQ.zip --alternate-names alternateNamesV2.zip --admin1 admin1.txt \
                --hierarchy hierarchy.txt --natural-earth lakes.geojson --extra own.csv -o my.gaz";
    env.run(args.split_whitespace().chain(more.iter().copied()))
}

/// The candidates of a name in `my.gaz`.
fn candidates(env: &Env, name: &str) -> Vec<Value> {
    let run = env.run(["gazetteer", "lookup", "--json", "--gazetteer", "my.gaz", name]);
    let line: Value = serde_json::from_str(run.stdout.lines().next().unwrap()).unwrap();
    line["candidates"].as_array().unwrap().clone()
}

#[test]
fn published_files_become_a_gazetteer() {
    let env = Env::new();
    let run = build(&env, &[]);
    assert_eq!(run.status, 1, "{}", run.stderr);
    for told in [
        "IQ.zip/IQ.txt:6: latitude 96, longitude 43: expected",
        "IQ.zip/IQ.txt:7: name \"\": expected a name",
        "IQ.zip/IQ.txt:8: feature code \"CITY\"",
        "IQ.zip/IQ.txt:9: its id stands on line 4 already",
        "IQ.zip/IQ.txt:10: expected 19 columns, found 2",
    ] {
        assert!(run.stderr.lines().any(|line| line.contains(told)), "{told:?} is not in {}", run.stderr);
    }
    assert_eq!(run.stderr.lines().count(), 5, "{}", run.stderr);
    assert!(run.stdout.starts_with("my.gaz: 7 places") && run.stdout.contains("5 broken lines"), "{}", run.stdout);
    assert_eq!(env.run(["gazetteer", "verify", "--gazetteer", "my.gaz"]).stdout, "sound: 7 places\n");

    let mosul = candidates(&env, "Mosul");
    assert_eq!((&mosul[0]["id"], &mosul[1]["id"]), (&"dateline:mosul-ontario".into(), &"geonames:99072".into()));
    assert_eq!(mosul[1]["admin1"], "Nineveh");
    assert_eq!(candidates(&env, "Mossoul")[0]["kind"], "alternate");
    assert_eq!(candidates(&env, "Nineveh City")[0]["kind"], "historic");
    assert_eq!(candidates(&env, "ROI")[0]["kind"], "abbreviation");
    assert_eq!(candidates(&env, "Ninawa")[0]["id"], "geonames:99071");
    let lake = &candidates(&env, "Lake Mosul")[0];
    assert_eq!((&lake["id"], &lake["feature"]), (&"naturalearth:12".into(), &"RSV".into()));
    assert!((lake["radius_km"].as_f64().unwrap() - 19.5).abs() < 1.0, "{lake}");
    assert!(candidates(&env, "OSM").is_empty() && candidates(&env, "الموصل").is_empty());
}

#[test]
fn filters_leave_out_what_is_not_wanted() {
    let env = Env::new();
    let run = build(&env, &["--min-population", "1000", "--languages", "en,de", "--scripts", "all"]);
    assert_eq!(run.status, 1, "{}", run.stderr);
    assert!(run.stdout.contains("left out: 1 places and 2 names by filters, 2 additions"), "{}", run.stdout);
    assert!(candidates(&env, "Hamlet").is_empty());
    // It sounds like Mosul, but is no name of it any more.
    assert!(candidates(&env, "Mossoul").iter().all(|found| found["matched"] == "transliterated"));
    assert_eq!(candidates(&env, "الموصل")[0]["id"], "geonames:99072");

    let run = build(&env, &["--feature-class", "A,H", "--country", "IQ,SY"]);
    assert!(run.stdout.starts_with("my.gaz: 5 places"), "{}", run.stdout);
    build(&env, &["--feature-class", "city"]).assert_fails_with("expected letters of A H L P R S T U V");
    build(&env, &["--country", "Iraq"]).assert_fails_with("expected two capital letters, such as IQ");
}

#[test]
fn the_help_of_build_has_an_example() {
    let run = Env::new().run(["gazetteer", "build", "--help"]);
    assert!(
        run.stdout.contains("--geonames allCountries.zip --alternate-names alternateNamesV2.zip"),
        "{}",
        run.stdout
    );
    assert!(run.stdout.lines().all(|line| line.chars().count() <= 100), "{}", run.stdout);
}

impl Run {
    /// Asserts that the arguments were refused with a reason.
    fn assert_fails_with(&self, reason: &str) {
        assert!(self.status == 2 && self.stderr.contains(reason), "{}", self.stderr);
    }
}

/// The JSON lines of a run that may have missed some.
fn lines(run: &Run) -> Vec<Value> {
    run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn lookups_say_what_is_known_and_why() {
    let env = Env::new();
    let found = env.run(["gazetteer", "lookup", "--json", "Mosul", "Tartous", "western Slovenia"]).jsonl();
    let mosul = &found[0]["candidates"][0];
    assert_eq!((&mosul["id"], &mosul["admin1"]), (&"geonames:99072".into(), &"Nineveh".into()));
    assert_eq!(
        (&mosul["feature"], &mosul["matched"], &mosul["kind"]),
        (&"PPLA".into(), &"exact".into(), &"official".into())
    );
    assert!(mosul["confidence"].as_f64().unwrap() > 0.9 && mosul["method"] == "gazetteer");
    assert_eq!(found[1]["candidates"][0]["country"], "SY");
    assert_eq!(
        (&found[2]["candidates"][0]["name"], &found[2]["candidates"][0]["matched"]),
        (&"Slovenia".into(), &"loose".into())
    );
}

#[test]
fn lookups_are_narrowed_and_ordered() {
    let env = Env::new();
    let first = |args: &[&str]| {
        let run = env.run(["gazetteer", "lookup", "--json"].into_iter().chain(args.iter().copied()));
        run.jsonl()[0]["candidates"].as_array().unwrap().iter().map(|c| c["country"].to_string()).collect::<Vec<_>>()
    };
    assert!(first(&["Tripoli", "--country", "LB"]).iter().all(|country| country == "\"LB\""));
    assert_eq!(first(&["Tripoli", "--near", "33.9,35.5", "--first", "1"]), ["\"LB\""]);
    assert_eq!(first(&["Tripoli", "--near", "33,13", "--first", "1"]), ["\"LY\""]);
    let wrong = env.run(["gazetteer", "lookup", "Tripoli", "--near", "north"]);
    assert!(wrong.status == 2 && wrong.stderr.contains("north: no such position"), "{}", wrong.stderr);
    let wrong = env.run(["gazetteer", "lookup", "Tripoli", "--country", "Iraq"]);
    assert!(wrong.status == 2 && wrong.stderr.contains("such as IQ"), "{}", wrong.stderr);
}

#[test]
fn misspelt_names_are_found_when_asked_for() {
    let env = Env::new();
    assert_eq!(env.run(["gazetteer", "lookup", "Kramatosrk"]).status, 2);
    let run = env.run(["gazetteer", "lookup", "Kramatosrk", "--fuzzy", "--json"]);
    let best = run.jsonl()[0]["candidates"][0].clone();
    assert_eq!((&best["name"], &best["matched"], &best["errors"]), (&"Kramatorsk".into(), &"fuzzy".into(), &1.into()));
}

#[test]
fn names_come_on_standard_input() {
    let env = Env::new();
    let run = env.run_with(["gazetteer", "lookup", "-", "--json"], "Mosul\r\n\nXyzzyx\n");
    let queries: Vec<Value> = lines(&run).iter().map(|line| line["query"].clone()).collect();
    assert_eq!((queries, run.status), (vec!["Mosul".into(), "Xyzzyx".into()], 1));
    env.run_with(["gazetteer", "lookup", "-"], b"Mosul\n\xff\n").assert_fails(2, &["-:2: cannot be read"]);
}

#[test]
fn places_of_ones_own_without_a_rebuild() {
    let env = Env::new();
    env.file(
        "desk.csv",
        "name,lat,lon,country,names,priority\nKalaborg,36.1,43.2,IQ,Mosul,\nSleepy Mosul,1,2,,Mosul,-1\n",
    );
    env.file("no.txt", "Springfield\ngeonames:2988507\n");
    let run = env.run([
        "gazetteer",
        "lookup",
        "--json",
        "--places",
        "desk.csv",
        "--ignore",
        "no.txt",
        "Mosul",
        "springfield",
        "Paris",
        "Kalaborg",
    ]);
    let ids = |line: &Value| -> Vec<String> {
        line["candidates"].as_array().unwrap().iter().map(|c| c["id"].as_str().unwrap().to_owned()).collect()
    };
    let found: Vec<_> = lines(&run).iter().map(ids).collect();
    assert_eq!(found[0], ["own:kalaborg@36.1,43.2", "geonames:99072", "own:sleepy-mosul@1,2"]);
    assert!(found[1].is_empty() && !found[2].is_empty() && !found[2].contains(&"geonames:2988507".to_owned()));
    assert_eq!(found[3], ["own:kalaborg@36.1,43.2"]);
    let kalaborg = &lines(&run)[3]["candidates"][0];
    assert_eq!((&kalaborg["country"], &kalaborg["lat"]), (&"IQ".into(), &36.1.into()));

    let text = "The convoy from Kalaborg reached Beirut on Monday.\n";
    let tagged = env.run_with(["tag", "--places", "desk.csv"], text).jsonl();
    let places: Vec<_> = tagged[0]["entities"].as_array().unwrap().iter().map(|e| e["place"]["id"].clone()).collect();
    assert!(places.contains(&"own:kalaborg@36.1,43.2".into()), "{places:?}");

    env.file("bad.csv", "name,lat,lon\nNowhere,91,0\n");
    env.run_with(["tag", "--places", "bad.csv"], "Oslo").assert_fails(2, &["bad.csv:2", "latitude 91"]);
    env.run_with(["tag", "--places", "missing.csv"], "Oslo").assert_fails(2, &["missing.csv"]);
    env.run_with(["tag", "--ignore", "missing.txt"], "Oslo")
        .assert_fails(2, &["missing.txt", "expected a file of names"]);
}

#[test]
fn info_counts() {
    let env = Env::new();
    let info = &env.run(["gazetteer", "info", "--json"]).jsonl()[0];
    assert_eq!(info["format_version"], 2);
    assert!(info["classes"]["P"].as_u64() > Some(230_000) && info["countries"]["IQ"].as_u64() > Some(100));
    assert!(info["tables"]["us-counties.csv"].as_u64() > Some(3_000));
    assert!(info["sources"].as_array().unwrap().len() > 4);
    let shown = env.run(["gazetteer", "info"]).stdout;
    assert!(shown.contains("by feature class: P ") && shown.contains("us-counties.csv"), "{shown}");
}

#[test]
fn coverage_of_a_marked_corpus_is_counted() {
    let env = Env::new();
    let toponym = |phrase: &str, lat: f64, lon: f64| {
        format!(
            "<toponym><start>0</start><end>1</end><phrase>{phrase}</phrase><gaztag geonameid=\"1\"><name>x</name><lat>{lat}</lat><lon>{lon}</lon></gaztag></toponym>"
        )
    };
    let toponyms = [toponym("Mosul", 36.3, 43.1), toponym("Xyzzyx", 0.0, 0.0), toponym("Paris", 0.0, 0.0)].concat();
    let corpus = format!(
        "<articles><article docid=\"7\"><domain>example.org</domain><text>t</text><toponyms>{toponyms}</toponyms></article></articles>"
    );
    env.file("gold.xml", corpus);
    let run = env.run(["eval", "gazetteer", "gold.xml", "--json", "--misses", "misses.jsonl"]);
    let read = run.jsonl().into_iter().find(|row| row["half"] == "read").unwrap();
    assert_eq!(
        (&read["linked"], &read["folded"], &read["missing"], &read["elsewhere"]),
        (&3.into(), &1.into(), &1.into(), &1.into())
    );
    assert_eq!(read["found_percent"], 33.33);
    let misses = std::fs::read_to_string(env.path("misses.jsonl")).unwrap();
    assert_eq!(misses.lines().count(), 2);
    assert!(misses.contains("\"phrase\":\"Xyzzyx\"") && misses.contains("\"document\":\"7\""), "{misses}");
    env.file("bad.xml", "<articles><article></articles>");
    env.run(["eval", "gazetteer", "bad.xml"]).assert_fails(2, &["bad.xml: is no XML"]);
}
