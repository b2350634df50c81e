//! Each subcommand as its users call it.

use std::io::Read;
use std::process::Stdio;

use serde_json::Value;

use crate::support::Env;

const TEXT: &str = "Anna Schmidt left Mosul for al-Bir, 45 kilometers southeast of Mosul, on Monday.";

#[test]
fn tag_reads_files_and_standard_input() {
    let env = Env::new();
    env.file("a.txt", TEXT);
    env.file("b.jsonl", "{\"id\": \"one\", \"text\": \"Mosul\", \"date\": \"2018-02-06\"}\n\n{\"text\": \"Beirut\"}\n");
    let found = env.run_with(["tag", "a.txt", "b.jsonl", "-"], "Oslo").jsonl();
    let ids: Vec<&str> = found.iter().map(|document| document["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["a.txt", "one", "b.jsonl:3", "-"]);
    assert_eq!(found[0]["text"], TEXT);
    assert_eq!(found[1]["date"], "2018-02-06");
    assert_eq!(found[3]["entities"][0]["place"]["country"], "NO");
}

#[test]
fn tag_works_out_relative_places() {
    let found = Env::new().run_with(["tag"], TEXT).jsonl().remove(0);
    let relation = &found["relations"][0];
    assert_eq!(relation["distance_km"], 45.0);
    assert_eq!(relation["bearing_deg"], 135.0);
    let target = &found["entities"][relation["target"].as_u64().unwrap() as usize];
    assert_eq!(target["text"], "al-Bir");
    assert_eq!(target["place"]["method"], "relative");
    assert!((target["place"]["lat"].as_f64().unwrap() - 36.048).abs() < 0.001);
    assert!((target["place"]["lon"].as_f64().unwrap() - 43.472).abs() < 0.001);
}

/// Libya's capital is far larger than Lebanon's Tripoli, which lies where the text says.
#[test]
fn a_candidate_near_the_stated_position_wins() {
    let text = "Officials in Tripoli, some 80 kilometers north of Beirut, said so.";
    let found = Env::new().run_with(["tag"], text).jsonl().remove(0);
    let place = &found["entities"][0]["place"];
    assert_eq!((place["country"].as_str(), place["method"].as_str()), (Some("LB"), Some("gazetteer")), "{place}");
}

#[test]
fn formats() {
    let env = Env::new();
    let pretty = env.run_with(["tag", "--format=pretty"], TEXT);
    assert_eq!(pretty.status, 0, "{}", pretty.stderr);
    assert!(pretty.stdout.contains("[Anna Schmidt PER] left [Mosul LOC]"), "{}", pretty.stdout);
    for part in ["Places", "36.335 N 43.119 E", "the text, ± 19 km", "Distances in km", "45.0 km SE"] {
        assert!(pretty.stdout.contains(part), "{part}: {}", pretty.stdout);
    }
    assert!(!pretty.stdout.contains('\u{1b}'), "colours where there is no terminal");

    let json: Value =
        serde_json::from_str(&env.run_with(["tag", "--format=json", "--distances"], TEXT).stdout).unwrap();
    assert_eq!(json["version"], 2);
    assert_eq!(json["documents"][0]["distances"][0]["km"], 45.0);

    let bare = env.run_with(["tag", "--no-places", "--no-text"], TEXT).jsonl().remove(0);
    assert!(bare["text"].is_null() && bare["entities"][0]["place"].is_null(), "{bare}");
}

#[test]
fn text_of_others_cannot_move_the_cursor() {
    let run = Env::new().run_with(["tag", "--format=pretty"], "Mosul \u{1b}[2J\u{7} and \u{202e}Beirut\u{9b}31m");
    assert!(!run.stdout.chars().any(|c| c.is_control() && c != '\n'), "{:?}", run.stdout);
    assert!(!run.stdout.contains('\u{202e}'));
}

#[test]
fn output_is_written_beside_and_renamed() {
    let env = Env::new();
    env.file("out.jsonl", "before");
    let run = env.run_with(["tag", "--output", "out.jsonl"], TEXT);
    assert_eq!((run.status, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    assert!(std::fs::read_to_string(env.path("out.jsonl")).unwrap().contains("\"Mosul\""));
    assert_eq!(env.files(), ["out.jsonl"]);
}

#[cfg(unix)]
#[test]
fn devices_are_written_to_and_not_replaced() {
    let env = Env::new();
    assert_eq!(env.run_with(["tag", "-o", "/dev/null"], TEXT).status, 0);
    assert!(!std::fs::metadata("/dev/null").unwrap().is_file());
}

#[test]
fn an_empty_document_has_no_entities() {
    let env = Env::new();
    env.file("empty.txt", "");
    let found = env.run(["tag", "empty.txt"]).jsonl().remove(0);
    assert_eq!(found["entities"], Value::Array(Vec::new()));
    let none = Env::new().run_with(["tag", "--input=jsonl", "--format=json"], "");
    assert_eq!(serde_json::from_str::<Value>(&none.stdout).unwrap()["documents"], Value::Array(Vec::new()));
}

#[test]
fn a_closed_pipe_ends_it_quietly() {
    let env = Env::new();
    let line = format!("{{\"text\": \"{TEXT}\"}}\n");
    env.file("many.jsonl", line.repeat(400));
    let mut child =
        env.command().args(["tag", "many.jsonl"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = [0; 10];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

#[test]
fn the_binary_alone_is_enough() {
    let env = Env::new();
    let binary = env.path(if cfg!(windows) { "dateline.exe" } else { "dateline" });
    std::fs::copy(env!("CARGO_BIN_EXE_dateline"), &binary).unwrap();
    let run = crate::support::finish(env.command_of(&binary).arg("tag"), TEXT.as_bytes());
    assert_eq!(run.jsonl()[0]["entities"][1]["place"]["id"], "geonames:99072");
}

#[test]
fn distance_between_places() {
    let env = Env::new();
    let run = env.run(["distance", "Mosul", "Beirut"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert!(run.stdout.contains("Mosul") && run.stdout.contains("745.1 km"), "{}", run.stdout);
    assert!(run.stdout.contains("initial bearing 250.9° (WSW)"), "{}", run.stdout);

    let run = env.run(["distance", "--format=jsonl", "--", "Paris, Texas", "Paris", "-33.9,18.4"]);
    let pairs = run.jsonl();
    assert_eq!(pairs.len(), 3);
    assert_eq!((&pairs[0]["from"]["country"], &pairs[0]["to"]["country"]), (&"US".into(), &"FR".into()));
    assert_eq!(pairs[2]["to"]["lat"], -33.9);
    let itself = env.run(["distance", "36.3 43.1", "36.300 N 43.100 E"]);
    assert!(itself.stdout.ends_with("0.0 km\n"), "{}", itself.stdout);
}

#[test]
fn gazetteer_commands() {
    let env = Env::new();
    let found = env.run(["gazetteer", "lookup", "--json", "sao paulo", "Iraqi"]).jsonl();
    assert_eq!(found[0]["candidates"][0]["name"], "São Paulo");
    assert_eq!(found[1]["candidates"][0]["kind"], "demonym");
    assert!(env.run(["gazetteer", "lookup", "Mosul"]).stdout.contains("geonames:99072"));
    assert!(env.run(["gazetteer", "info"]).stdout.contains("CC BY 4.0"));
    assert!(env.run(["gazetteer", "verify"]).stdout.starts_with("sound: "));
    let missing = env.run(["gazetteer", "lookup", "Xyzzyx"]);
    assert_eq!((missing.status, missing.stdout.as_str()), (2, "Xyzzyx: no such place\n"));
}

#[test]
fn a_gazetteer_of_ones_own() {
    let env = Env::new();
    let city = "1\tAltdorf\tAltdorf\tUri\t46.88\t8.64\tP\tPPLA\tCH\t\tUR\t\t\t\t9000\t\t\t\t";
    env.file("cities.txt", format!("{city}\n"));
    env.file("extra.csv", "id,name,lat,lon,country,demonyms\ndateline:atlantis,Atlantis,31.0,-24.0,,Atlantean\n");
    let run = env.run(["gazetteer", "build", "--geonames", "cities.txt", "--extra", "extra.csv", "-o", "my.gaz"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    let found = env.run(["gazetteer", "lookup", "--json", "--gazetteer", "my.gaz", "atlantean", "URI"]).jsonl();
    assert_eq!(found[0]["candidates"][0]["id"], "dateline:atlantis");
    assert_eq!(found[1]["candidates"][0]["id"], "geonames:1");
}

#[test]
fn setup_says_where_the_library_is() {
    let run = Env::new().run(["setup"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert!(run.stdout.starts_with("ONNX Runtime 1."), "{}", run.stdout);
}

/// Builds of ONNX Runtime that report their use to their maker are kept from it.
#[test]
fn nothing_is_collected() {
    let env = Env::new();
    let setup = env.run(["setup"]);
    let library = setup.stdout.lines().next().unwrap().split_once(": ").unwrap().1;
    std::fs::create_dir(env.path("home")).unwrap();
    let run = crate::support::finish(
        env.command()
            .args(["tag", "--onnxruntime", library])
            .env("XDG_CACHE_HOME", env.path("home"))
            .env("HOME", env.path("home")),
        TEXT.as_bytes(),
    );
    assert_eq!(run.jsonl().len(), 1);
    assert_eq!(std::fs::read_dir(env.path("home")).unwrap().count(), 0);
}

#[test]
fn environment_variables_mirror_the_flags() {
    let env = Env::new();
    let run = crate::support::finish(
        env.command().arg("tag").env("DATELINE_FORMAT", "json").env("DATELINE_OFFSETS", "utf8"),
        "São Paulo".as_bytes(),
    );
    let found: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(found["documents"][0]["entities"][0]["end"], 10);
}

#[test]
fn help_of_commands_is_theirs() {
    let env = Env::new();
    for words in [&["tag"][..], &["eval", "geo"], &["gazetteer"]] {
        let help = env.run(["help"].iter().chain(words));
        assert_eq!((help.status, &*help.stderr), (0, ""), "{words:?}");
        assert_eq!(help.stdout, env.run(words.iter().chain(&["--help"])).stdout);
        assert!(!help.stdout.contains("Topics:"), "{}", help.stdout);
    }
    let all = env.run(["--help"]).stdout;
    assert!(all.ends_with("Topics: dateline help\n"), "{all}");
}

#[test]
fn help_has_the_chapters_of_the_guide() {
    let env = Env::new();
    let listed = env.run(["help"]);
    assert_eq!(listed.status, 0, "{}", listed.stderr);
    assert!(listed.stdout.contains("Commands:") && !listed.stdout.contains("Topics: dateline help"));
    for chapter in dateline::guide::CHAPTERS {
        assert!(listed.stdout.contains(&format!("\n  {} ", chapter.name)), "{}", listed.stdout);
        assert_eq!(env.run(["help", chapter.name]).stdout, chapter.text, "a topic may not be named as a command is");
    }
    env.run(["help", "outp"])
        .assert_fails(2, &["outp: is no topic", "expected one of the topics", "did you mean output?"]);
    env.run(["help", "eval", "moon"]).assert_fails(2, &["eval moon: is no topic and no command"]);
}
