//! Inputs as other programs leave them: what each of them is known by, and that none of their documents is lost.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Env, Run, data, finish};

const TEXT: &str = "The convoy left Beirut for Damascus on Monday.";

/// `dateline tag` with the tiny model.
fn tag(env: &Env, args: &[&str], input: &[u8]) -> Run {
    let mut command = env.command();
    command.arg("tag").args(["--model".as_ref(), data("model").as_os_str()]).args(args);
    finish(&mut command, input)
}

fn documents(run: &Run) -> Vec<Value> {
    run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn write(env: &Env, name: &str, content: impl AsRef<[u8]>) {
    let path = env.path(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

/// A folder as Spark and a hub of data sets leave it: parts without endings in folders that name a column, and files that are no
/// documents.
#[test]
fn folders_of_data_have_their_documents_and_no_others() {
    let env = Env::new();
    let line = |id: &str| json!({"id": id, "text": TEXT}).to_string() + "\n";
    write(&env, "out/day=2024-03-05/part-00000", line("a"));
    write(&env, "out/day=2024-03-06/source=Reuters/part-00000.json", line("b"));
    write(&env, "out/_SUCCESS", "");
    write(&env, "out/_delta_log/00000.json", "{\"add\": 1}\n");
    write(&env, "out/README.md", "A data set.");
    write(&env, "out/.part.crc", "crc");
    let run = tag(&env, &["out", "--metadata", "day"], b"");
    assert_eq!(run.status, 0, "{}", run.stderr);
    let found = documents(&run);
    let told: Vec<_> = found.iter().map(|d| (&d["id"], &d["source"], &d["metadata"]["day"])).collect();
    let expected =
        [(&json!("a"), &json!(null), &json!("2024-03-05")), (&json!("b"), &json!("Reuters"), &json!("2024-03-06"))];
    assert_eq!(told, expected);
    assert!(run.stderr.contains("is a Delta Lake table"), "{}", run.stderr);
}

/// What is written can be read, whatever it is called and however it comes.
#[test]
fn content_decides_what_an_input_is() {
    let env = Env::new();
    let array =
        json!([{"id": "a", "text": TEXT, "date": 1_709_643_600_000_i64}, {"id": "b", "text": null}]).to_string();
    let run = tag(&env, &["-"], array.as_bytes());
    assert_eq!(run.status, 0, "{}", run.stderr);
    let found = documents(&run);
    assert_eq!((found.len(), &found[0]["date"]), (1, &json!("2024-03-05T13:00:00Z")));
    assert!(run.stderr.contains("passed over, since they have no text: 1"), "{}", run.stderr);
    // Our own form, through a map that reads it.
    write(&env, "in.data", &array);
    assert_eq!(tag(&env, &["in.data", "-o", "tagged.json"], b"").status, 0);
    let map = finish(env.command().args(["map", "tagged.json", "--format", "csv"]), b"");
    assert!(map.status == 0 && map.stdout.contains("Beirut"), "{}{}", map.stdout, map.stderr);
    // What is not read is named for what it is.
    write(&env, "report.txt", b"%PDF-1.7\n%\xe2\xe3");
    let run = tag(&env, &["report.txt"], b"");
    assert!(run.status == 2 && run.stderr.contains("is a PDF; expected text"), "{}", run.stderr);
    assert!(run.stderr.contains("pdftotext"), "{}", run.stderr);
}

/// A share of failures may be allowed for.
#[test]
fn a_run_that_keeps_to_its_share_is_a_success() {
    let env = Env::new();
    let line =
        |n: usize| if n == 7 { "{\"id\": 7}\n".to_owned() } else { json!({"id": n, "text": TEXT}).to_string() + "\n" };
    write(&env, "in.jsonl", (0..50).map(line).collect::<String>());
    let run = tag(&env, &["in.jsonl", "-o", "out.jsonl", "--max-errors", "2%"], b"");
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert!(env.path("out.jsonl.errors.jsonl").exists());
    let run = tag(&env, &["in.jsonl", "-o", "few.jsonl", "--max-errors", "1%"], b"");
    assert!(run.status == 2 && run.stderr.contains("1 of 50 records failed, more than 1%"), "{}", run.stderr);
}

/// A table of half of Europe's spreadsheets, and one of Spark.
#[test]
fn tables_are_read_as_they_are_written() {
    let env = Env::new();
    write(&env, "semi.csv", "\u{feff}sep=;\r\nid;text;date\r\n1;\"Beirut; Damascus\";05.03.2024\r\n");
    let run = tag(&env, &["semi.csv", "--date-format", "%d.%m.%Y"], b"");
    let found = documents(&run);
    assert_eq!((&found[0]["text"], &found[0]["date"]), (&json!("Beirut; Damascus"), &json!("2024-03-05")));
    write(&env, "spark.csv", "id,text\n1,\"He said \\\"go to Beirut\\\", then left\"\n2,Damascus\n");
    let found = documents(&tag(&env, &["spark.csv"], b""));
    assert_eq!((found.len(), &found[0]["text"]), (2, &json!("He said \"go to Beirut\", then left")));
}

/// What comes on a pipe has no name that could say what it is.
#[test]
fn pipes_are_known_by_what_they_begin_with() {
    let env = Env::new();
    let table = format!("id;text\na;\"{TEXT}\"\nb;\"{TEXT}\"\n");
    let run = tag(&env, &["-"], table.as_bytes());
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert_eq!(documents(&run).iter().map(|document| &document["id"]).collect::<Vec<_>>(), ["a", "b"]);
    // Excel's "Unicode text".
    let table = format!("id\ttext\r\nä\t{TEXT}\r\n");
    let utf16: Vec<u8> = std::iter::once(0xfeff).chain(table.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let run = tag(&env, &["-"], &utf16);
    assert_eq!((&documents(&run)[0]["id"], &documents(&run)[0]["text"]), (&json!("ä"), &json!(TEXT)));
    // A text that begins as a sentence does is one, and nothing is none.
    let run = tag(&env, &["-"], format!("Text, photos\n{TEXT}\n").as_bytes());
    assert_eq!(documents(&run).len(), 1);
    let run = tag(&env, &["-"], b"");
    assert_eq!((run.status, run.stdout.as_str()), (0, ""), "{}", run.stderr);
}

/// What cannot be written as it is asked for is told before the work, and in words.
#[test]
fn outputs_that_cannot_be_are_told() {
    let env = Env::new();
    write(&env, "a.txt", TEXT);
    for (arguments, words) in [
        (&["a.txt", "--output", "missing/out.jsonl"][..], "there is no folder missing"),
        (&["a.txt", "--errors", "-"], "--errors -: what failed goes to a file"),
        (&["a.txt", "--metadata", "desk", "--format", "spacy"], "--metadata: does nothing in the format spacy"),
    ] {
        let run = tag(&env, arguments, b"");
        assert!(run.status == 2 && run.stderr.contains(words), "{}", run.stderr);
    }
    #[cfg(not(feature = "remote"))]
    for arguments in [&["s3://news/a.jsonl"][..], &["a.txt", "--output", "gs://news/out.jsonl"]] {
        let run = tag(&env, arguments, b"");
        assert!(run.status == 2 && run.stderr.contains("built without object stores"), "{}", run.stderr);
    }
}
