//! Corpora: no document lost, none twice, whatever happens. These run a tiny model (`tests/data/model`), so that thousands
//! of documents take a second.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Env, Run, data, finish};

const NAMES: [&str; 6] = ["Anna Schmidt", "Mosul", "Beirut", "Damascus", "Baghdad", "Oslo"];

/// A document of some sentences, other than its neighbours.
fn text(n: usize) -> String {
    let sentence = |k: usize| {
        let [a, b] = [n + k, n * 7 + k * 3 + 1].map(|at| NAMES[at % NAMES.len()]);
        format!("{a} left {b} on day {} and reached 45 kilometers southeast of Mosul.", n % 97 + k)
    };
    (0..6).map(sentence).collect::<Vec<_>>().join(" ")
}

fn corpus(documents: usize) -> String {
    // A field whose type is another behind the first part of a table.
    let desk = |n| if n < 2000 { json!(n % 3) } else { json!("news") };
    (0..documents).map(|n| json!({"id": n, "text": text(n), "desk": desk(n)}).to_string() + "\n").collect()
}

/// A call of `dateline tag` with the tiny model.
fn tag(env: &Env, args: &[&str]) -> Command {
    let mut command = env.command();
    command.arg("tag").args(["--model".as_ref(), data("model").as_os_str()]).args(args);
    command
}

fn run(env: &Env, args: &[&str]) -> Run {
    finish(&mut tag(env, args), b"")
}

fn read(env: &Env, name: &str) -> Vec<u8> {
    std::fs::read(env.path(name)).unwrap()
}

fn lines(env: &Env, name: &str) -> Vec<Value> {
    let content = String::from_utf8(read(env, name)).unwrap();
    content.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn ids(lines: &[Value]) -> Vec<String> {
    lines.iter().map(|line| line["id"].as_str().unwrap().to_owned()).collect()
}

/// How many records a run that was killed knows of.
fn known(env: &Env, output: &str) -> u64 {
    let manifest = std::fs::read(env.path(&format!("{output}.manifest"))).unwrap_or_else(|_| b"null".to_vec());
    serde_json::from_slice::<Value>(&manifest).unwrap()["progress"]["records"].as_u64().unwrap_or(0)
}

/// When a run is killed.
enum Moment {
    /// Once so many bytes of its output are there.
    AtBytes(u64),
    /// While it writes its manifest, for so many a time.
    InManifest(usize),
}

/// The bytes of a file, or of all files of a folder; 0 if there is none.
fn size(path: &Path) -> u64 {
    match std::fs::read_dir(path) {
        Ok(entries) => entries.flatten().filter_map(|entry| Some(entry.metadata().ok()?.len())).sum(),
        Err(_) => std::fs::metadata(path).map_or(0, |about| about.len()),
    }
}

/// Starts a run, and kills it. Gives whether it was still running.
fn kill(env: &Env, args: &[&str], output: &str, moment: &Moment) -> bool {
    let mut child = tag(env, args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    match moment {
        Moment::AtBytes(bytes) => {
            let part = env.path(&format!("{output}.part"));
            while size(&part) < *bytes && child.try_wait().unwrap().is_none() {
                std::thread::sleep(Duration::from_micros(200));
            }
        }
        Moment::InManifest(count) => {
            let beside = env.path(&format!("{output}.manifest.part"));
            let (mut seen, mut there) = (0, false);
            while seen < *count && child.try_wait().unwrap().is_none() {
                let now = beside.exists();
                seen += usize::from(now && !there);
                there = now;
            }
        }
    }
    let running = child.try_wait().unwrap().is_none();
    // SIGKILL: nothing of the program runs any more.
    child.kill().unwrap();
    child.wait().unwrap();
    running
}

/// All files of an output with its list of errors, by name.
fn snapshot(env: &Env, output: &str) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let path = env.path(output);
    if path.is_dir() {
        for file in std::fs::read_dir(&path).unwrap() {
            let file = file.unwrap();
            files.insert(file.file_name().into_string().unwrap(), std::fs::read(file.path()).unwrap());
        }
    } else {
        files.insert("output".into(), std::fs::read(&path).unwrap());
    }
    files.insert("errors".into(), read(env, &format!("{}.errors.jsonl", output.trim_end_matches('/'))));
    files
}

fn remove(env: &Env, output: &str) {
    let path = env.path(output);
    if path.is_dir() {
        std::fs::remove_dir_all(path).unwrap()
    } else {
        std::fs::remove_file(path).unwrap()
    }
    std::fs::remove_file(env.path(&format!("{}.errors.jsonl", output.trim_end_matches('/')))).unwrap();
}

#[test]
fn killed_at_any_moment_it_goes_on_to_the_same_output() {
    let env = Env::new();
    let lines = corpus(2600);
    // One line in 500 is broken: the list of errors must be whole too.
    let lines =
        lines.lines().enumerate().map(|(n, line)| if n % 500 == 7 { "{broken\n".into() } else { format!("{line}\n") });
    env.file("in.jsonl", lines.collect::<String>());
    for (output, more, kills) in [
        ("out.jsonl", &[][..], 12),
        ("out.jsonl.zst", &["--shard", "2/3"][..], 3),
        ("out.csv", &[][..], 2),
        ("out.json.gz", &[][..], 2),
        ("out.parquet", &[][..], 5),
        ("parts/", &["--format", "parquet", "--flat"][..], 3),
        ("brat", &["--format", "brat"][..], 4),
        ("cas", &["--format", "inception"][..], 2),
        ("tasks.json", &["--format", "label-studio"][..], 2),
        ("typed.parquet", &["--metadata", "*"][..], 3),
    ] {
        let args = [&["in.jsonl", "-o", output][..], more].concat();
        assert_eq!(run(&env, &args).status, 1);
        let whole = snapshot(&env, output);
        let bytes: u64 = whole.values().map(|file| file.len() as u64).sum();
        assert_eq!(
            whole["errors"].iter().filter(|byte| **byte == b'\n').count(),
            if more.contains(&"2/3") { 2 } else { 6 }
        );
        let mut reached = BTreeSet::new();
        for n in 0..kills {
            remove(&env, output);
            let moment = match n % 4 {
                3 => Moment::InManifest(n * 3),
                _ => Moment::AtBytes(bytes * (n as u64 + 1) / (kills as u64 + 1)),
            };
            let plain = output.trim_end_matches('/');
            let running = kill(&env, &args, plain, &moment);
            let records = known(&env, plain);
            eprintln!("{output}: killed with {records} records known, running: {running}");
            reached.insert(records);
            let resumed = run(&env, &[&args[..], &["--resume"]].concat());
            // A run that was through before it could be killed has nothing left to do.
            let expected = if resumed.stderr.contains("is finished: ") { 0 } else { 1 };
            assert!(resumed.status == expected && (running || expected == 0), "{output}: {}", resumed.stderr);
            assert!(snapshot(&env, output) == whole, "{output}: another output than that of an uninterrupted run");
            let names = env.files();
            let left = |name: &&String| [".part", ".manifest", "-lock", "-part"].iter().any(|end| name.ends_with(end));
            assert_eq!(names.iter().find(left), None);
        }
        assert!(kills < 6 || reached.len() > kills / 2, "the kills are not spread: {reached:?}");
    }
    let expected = (0..2600).filter(|n| n % 500 != 7).map(|n| n.to_string());
    assert_eq!(ids(&crate::corpus::lines(&env, "out.jsonl")), expected.collect::<Vec<_>>());
}

#[test]
fn two_runs_do_not_write_to_one_output() {
    let env = Env::new();
    env.file("in.jsonl", corpus(6000) + "{broken\n");
    let mut first =
        tag(&env, &["in.jsonl", "-o", "out.jsonl"]).stdin(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while known(&env, "out.jsonl") == 0 {
        std::thread::sleep(Duration::from_millis(1));
    }
    for more in ["--resume", "--restart"] {
        run(&env, &["in.jsonl", "-o", "out.jsonl", more]).assert_fails(2, &["out.jsonl: ", "another run writes to it"]);
    }
    assert_eq!(first.wait().unwrap().code(), Some(1));
    assert_eq!(lines(&env, "out.jsonl").len(), 6000);
    assert_eq!(lines(&env, "out.jsonl.errors.jsonl").len(), 1);
}

#[test]
fn files_of_one_run_do_not_take_each_others_place() {
    let env = Env::new();
    env.file("folder/a.txt", text(1));
    for args in [
        ["-o", "o.jsonl", "--errors", "o.jsonl"],
        ["-o", "o.jsonl", "--errors", "./o.jsonl.part"],
        ["-o", "o.jsonl", "--stats", "o.jsonl.manifest"],
    ] {
        run(&env, &[&["folder"][..], &args].concat()).assert_fails(2, &["for two purposes"]);
    }
    run(&env, &["folder/a.txt", "--stats", "none/s.json"]).assert_fails(2, &["none/s.json: there is no folder none"]);
    run(&env, &["folder", "-o", "o.parquet.gz"]).assert_fails(2, &["cannot be packed"]);
    run(&env, &["folder/a.txt", "--stats", "folder/a.txt"]).assert_fails(2, &["is input and output"]);
    // Neither does an output take the place of a document of a folder, nor is it read as one.
    for args in
        [["-o", "folder/a.txt"], ["-o", "folder/new.txt"], ["--errors", "folder/a.txt"], ["--stats", "folder/a.txt"]]
    {
        run(&env, &[&["folder"][..], &args].concat()).assert_fails(2, &["lies in folder, which is read", "--glob"]);
    }
    assert_eq!(std::fs::read_to_string(env.path("folder/a.txt")).unwrap(), text(1));
    for _ in 0..2 {
        let args = ["folder", "--glob", "*.txt", "-o", "folder/o.jsonl", "--errors", "folder/errors.jsonl"];
        let run = run(&env, &args);
        assert_eq!((run.status, run.stderr.as_str()), (0, ""));
        assert_eq!(ids(&lines(&env, "folder/o.jsonl")).len(), 1);
        assert_eq!(read(&env, "folder/errors.jsonl"), b"");
    }
    run(&env, &["folder", "--errors", "none/e.jsonl"]).assert_fails(2, &["none/e.jsonl: there is no folder none"]);
    // Options that a format has no use for are told.
    run(&env, &["folder", "--format", "spacy", "--no-text"]).assert_fails(2, &["--no-text: does nothing"]);
}

#[test]
fn one_run_may_be_killed_again_and_again() {
    let env = Env::new();
    env.file("in.jsonl", corpus(2000));
    assert_eq!(run(&env, &["in.jsonl", "-o", "whole.jsonl"]).status, 0);
    let eighth = size(&env.path("whole.jsonl")) / 8;
    // Each gets a little farther than the one before.
    let killed = (1..8).take_while(|n| {
        kill(&env, &["in.jsonl", "-o", "out.jsonl", "--resume"], "out.jsonl", &Moment::AtBytes(eighth * *n))
    });
    assert!(killed.count() > 0);
    assert_eq!(run(&env, &["in.jsonl", "-o", "out.jsonl", "--resume"]).status, 0);
    assert!(read(&env, "out.jsonl") == read(&env, "whole.jsonl"));
}

#[cfg(unix)]
#[test]
fn who_asks_for_an_end_gets_the_chunk_and_how_to_go_on() {
    for (signal, status) in [("INT", 130), ("TERM", 143)] {
        ends_and_goes_on(signal, status);
    }
}

#[cfg(unix)]
fn ends_and_goes_on(signal: &str, status: i32) {
    let env = Env::new();
    env.file("in.jsonl", corpus(6000));
    assert_eq!(run(&env, &["in.jsonl", "-o", "whole.jsonl"]).status, 0);
    let mut child = tag(&env, &["in.jsonl", "-o", "out.jsonl"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while known(&env, "out.jsonl") == 0 {
        std::thread::sleep(Duration::from_millis(1));
    }
    assert!(Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(status));
    let mut told = String::new();
    std::io::Read::read_to_string(&mut child.stderr.take().unwrap(), &mut told).unwrap();
    assert!(told.contains("the same command with --resume goes on"), "{told}");

    // An unfinished run is neither forgotten nor taken for another.
    run(&env, &["in.jsonl", "-o", "out.jsonl"]).assert_fails(2, &["out.jsonl.manifest", "--resume", "--restart"]);
    let other = run(&env, &["in.jsonl", "-o", "out.jsonl", "--resume", "--no-text", "--min-score=0.5"]);
    other.assert_fails(2, &["--no-text was not given, is given", "--min-score was not given, is 0.5"]);
    let changed = std::fs::metadata(env.path("in.jsonl")).unwrap().modified().unwrap();
    env.file("in.jsonl", corpus(6001));
    run(&env, &["in.jsonl", "-o", "out.jsonl", "--resume"])
        .assert_fails(2, &["input's names, sizes, times and ends was"]);
    env.file("in.jsonl", corpus(6000));
    std::fs::File::options().write(true).open(env.path("in.jsonl")).unwrap().set_modified(changed).unwrap();
    assert_eq!(run(&env, &["in.jsonl", "-o", "out.jsonl", "--resume"]).status, 0);
    assert!(read(&env, "out.jsonl") == read(&env, "whole.jsonl"));
}

/// A program that writes a line, waits for its answer and writes the next: to standard output and through a named pipe.
#[cfg(unix)]
#[test]
fn each_line_of_a_stream_is_answered_before_the_next() {
    for through_a_pipe in [false, true] {
        let env = Env::new();
        let pipe = env.path("pipe");
        let mut command = tag(&env, &["-", "--input", "jsonl", "--format", "jsonl"]);
        if through_a_pipe {
            assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
            command.arg("--output").arg(&pipe);
        }
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let (asking, answers) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let answered: Box<dyn std::io::Read> =
                if through_a_pipe { Box::new(std::fs::File::open(pipe).unwrap()) } else { Box::new(stdout) };
            let lines = std::io::BufRead::lines(std::io::BufReader::new(answered));
            lines.for_each(|line| drop(asking.send(line.unwrap())));
        });
        let mut stdin = Some(stdin);
        for n in 0..5 {
            let pipe = stdin.as_mut().unwrap();
            // What cannot be read has no answer, and holds nothing up.
            let broken = if n == 2 { "{broken\n" } else { "" };
            pipe.write_all(format!("{broken}{}\n", json!({"id": n, "text": text(n)})).as_bytes()).unwrap();
            pipe.flush().unwrap();
            let answer = answers.recv_timeout(Duration::from_secs(60));
            let answer: Value = serde_json::from_str(&answer.expect("an answer before the next line")).unwrap();
            assert_eq!(answer["id"], n.to_string());
        }
        drop(stdin.take());
        assert_eq!(child.wait().unwrap().code(), Some(1), "one line could not be read");
        assert!(answers.recv().is_err());
    }
}

#[test]
fn figures_are_printed_where_nothing_else_is() {
    let env = Env::new();
    env.file("in.jsonl", corpus(3));
    let printed = run(&env, &["in.jsonl", "-o", "out.jsonl", "--stats", "-"]);
    assert_eq!(printed.status, 0, "{}", printed.stderr);
    assert_eq!(serde_json::from_str::<Value>(&printed.stdout).unwrap()["documents"], 3);
    assert_eq!(env.files(), ["in.jsonl", "out.jsonl"]);
    run(&env, &["in.jsonl", "--stats", "-"]).assert_fails(2, &["--stats -: the documents go to standard output"]);
}

#[test]
fn an_ending_of_no_format_is_told() {
    let env = Env::new();
    env.file("in.jsonl", corpus(3));
    for name in ["out.unknown", "out.text.gz"] {
        run(&env, &["in.jsonl", "-o", name]).assert_fails(2, &[name, "expected .jsonl, .ndjson, ", "--format"]);
        assert_eq!(run(&env, &["in.jsonl", "-o", name, "--format", "csv"]).status, 0);
    }
    assert_eq!(run(&env, &["in.jsonl", "-o", "out"]).status, 0);
    assert_eq!(lines(&env, "out").len(), 3);
}

#[cfg(unix)]
#[test]
fn a_full_disk_loses_nothing() {
    let env = Env::new();
    env.file("in.jsonl", corpus(2000));
    assert_eq!(run(&env, &["in.jsonl", "-o", "whole.jsonl"]).status, 0);
    let size = read(&env, "whole.jsonl").len();
    // Files of more than half the size cannot be written: as on a full disk, but for the system's word for it.
    let mut limited = Command::new("sh");
    let script = format!("trap '' XFSZ; ulimit -f {}; exec \"$@\"", size / 2 / 512);
    let inner = tag(&env, &["in.jsonl", "-o", "out.jsonl"]);
    limited.args(["-c", &script, "sh"]).arg(inner.get_program()).args(inner.get_args());
    limited.current_dir(env.path(""));
    let run_limited = finish(&mut limited, b"");
    run_limited.assert_fails(2, &["out.jsonl: cannot be written", "has room", "--resume goes on"]);
    assert!(known(&env, "out.jsonl") > 0);
    assert_eq!(run(&env, &["in.jsonl", "-o", "out.jsonl", "--resume"]).status, 0);
    assert!(read(&env, "out.jsonl") == read(&env, "whole.jsonl"));
}

#[test]
fn one_bad_document_in_a_thousand() {
    let env = Env::new();
    let mut file = std::fs::File::create(env.path("in.jsonl")).unwrap();
    for n in 0..4000 {
        let line = match n {
            500 => b"{\"id\": \"500\", \"text\": \"M\xfcnchen\"}".to_vec(),
            1500 => b"{\"id\": \"1500\", \"text\": \"Mosul\"".to_vec(),
            2500 => br#"{"id": "2500", "prose": "Mosul"}"#.to_vec(),
            3500 => json!({"id": "3500", "text": "Mosul ".repeat(50 << 20 >> 2)}).to_string().into_bytes(),
            _ => json!({"id": n, "text": text(n)}).to_string().into_bytes(),
        };
        file.write_all(&line).unwrap();
        file.write_all(b"\n").unwrap();
    }
    let run = run(&env, &["in.jsonl", "-o", "out.jsonl", "--stats", "stats.json"]);
    assert_eq!(run.status, 1, "{}", run.stderr);
    assert!(run.stderr.contains("4 of 4000 documents failed: "), "{}", run.stderr);
    let expected: Vec<String> = (0..4000).filter(|n| n % 1000 != 500).map(|n| n.to_string()).collect();
    assert_eq!(ids(&lines(&env, "out.jsonl")), expected);
    let errors = lines(&env, "out.jsonl.errors.jsonl");
    for (error, (line, id, why)) in errors.iter().zip([
        (501, Value::Null, "not UTF-8"),
        (1501, Value::Null, "not JSON"),
        (2501, "2500".into(), "no \"text\""),
        (3501, "3500".into(), "more than 10000000 characters"),
    ]) {
        assert_eq!(
            (&error["source"], &error["line"], &error["stage"]),
            (&"in.jsonl".into(), &line.into(), &"read".into())
        );
        assert_eq!(error["id"], id);
        assert!(error["message"].as_str().unwrap().contains(why), "{error}");
    }
    assert_eq!(errors.len(), 4);
    let stats: Value = serde_json::from_slice(&read(&env, "stats.json")).unwrap();
    assert_eq!((&stats["documents"], &stats["failed"]), (&3996.into(), &4.into()));

    let stopped = crate::corpus::run(&env, &["in.jsonl", "-o", "few.jsonl", "--max-errors", "1"]);
    assert_eq!(stopped.status, 2);
    assert!(stopped.stderr.contains("records failed, more than 1"), "{}", stopped.stderr);
    assert!(stopped.stderr.contains("few.jsonl.errors.jsonl.part lists them"), "{}", stopped.stderr);
    assert!(!env.path("few.jsonl").exists());
    let again = crate::corpus::run(&env, &["in.jsonl", "-o", "few.jsonl", "--max-errors", "1", "--resume"]);
    assert!(again.status == 2 && again.stderr.contains("more than 1"), "{}", again.stderr);
    let more = crate::corpus::run(&env, &["in.jsonl", "-o", "few.jsonl", "--max-errors", "9", "--resume"]);
    assert_eq!(more.status, 1, "{}", more.stderr);
    assert!(read(&env, "few.jsonl") == read(&env, "out.jsonl"));
    assert!(read(&env, "few.jsonl.errors.jsonl") == read(&env, "out.jsonl.errors.jsonl"));
}

#[test]
fn every_kind_of_input_gives_the_same_documents() {
    let env = Env::new();
    let texts: Vec<String> = (0..40).map(|n| format!("{}\r\n\r\nZürich &amp; \"Oslo\", {n}", text(n))).collect();
    let jsonl: String =
        texts.iter().enumerate().map(|(n, t)| json!({"key": n, "body": t, "desk": "a"}).to_string() + "\n").collect();
    env.file("in.jsonl", &jsonl);
    let table = |delimiter: u8| {
        let mut table = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
        table.write_record(["key", "body", "desk"]).unwrap();
        texts.iter().enumerate().for_each(|(n, t)| table.write_record([&n.to_string(), t, "a"]).unwrap());
        table.into_inner().unwrap()
    };
    env.file("in.csv", table(b','));
    env.file("in.tsv", table(b'\t'));
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(jsonl.as_bytes()).unwrap();
    env.file("in.jsonl.gz", gzip.finish().unwrap());
    env.file("in.ndjson.zst", zstd::encode_all(jsonl.as_bytes(), 1).unwrap());
    let fields = ["--text-field", "body", "--id-field", "key", "--metadata", "desk"];
    let found = |input: &str| {
        let run = run(&env, &[&[input][..], &fields].concat());
        assert_eq!(run.status, 0, "{input}: {}", run.stderr);
        run.stdout
    };
    let expected = found("in.jsonl");
    let first: Value = serde_json::from_str(expected.lines().next().unwrap()).unwrap();
    assert_eq!((&first["id"], &first["text"]), (&"0".into(), &texts[0].as_str().into()));
    assert_eq!(first["metadata"], json!({"desk": "a"}));
    for input in ["in.csv", "in.tsv", "in.jsonl.gz", "in.ndjson.zst"] {
        assert!(found(input) == expected, "{input}");
    }
    // What Parquet was written from is what comes out of it.
    assert_eq!(run(&env, &[&["in.jsonl", "-o", "tagged.parquet"][..], &fields].concat()).status, 0);
    let from_parquet = run(&env, &["tagged.parquet"]).jsonl();
    let from_jsonl: Vec<Value> = expected.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for (a, b) in from_parquet.iter().zip(&from_jsonl) {
        assert_eq!((&a["id"], &a["text"], &a["entities"]), (&b["id"], &b["text"], &b["entities"]));
    }
    assert_eq!(from_parquet.len(), 40);
    // Packed, from standard input, and a folder of files.
    let mut piped = tag(&env, &[&["-", "--input", "jsonl"][..], &fields].concat());
    assert!(finish(&mut piped, &read(&env, "in.jsonl.gz")).stdout == expected);
    for (n, text) in texts.iter().enumerate() {
        env.file(&format!("folder/{:02}.txt", n), text);
    }
    env.file("folder/readme.md", "Oslo");
    let of_folder = run(&env, &["folder", "--glob", "*.txt"]).jsonl();
    assert_eq!(of_folder.len(), 40);
    assert_eq!(of_folder[7]["id"], Path::new("folder").join("07.txt").display().to_string());
    assert_eq!(of_folder[7]["entities"], from_jsonl[7]["entities"]);
}

#[test]
fn an_archive_of_the_web_is_read() {
    let env = Env::new();
    let record = |kind: &str, body: &str| {
        format!(
            "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:0000-{}>\r\nWARC-Date: 2024-05-06T07:08:09Z\r\n\
             WARC-Target-URI: https://example.org/{}\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n{body}\r\n\r\n",
            body.len(),
            body.len(),
            body.len()
        )
    };
    let archive =
        record("warcinfo", "software: x") + &record("conversion", &text(1)) + &record("conversion", "Oslo left");
    env.file("crawl.warc.wet", archive);
    let found = run(&env, &["crawl.warc.wet"]).jsonl();
    assert_eq!(found.len(), 2);
    assert_eq!((&found[0]["text"], &found[0]["date"]), (&text(1).into(), &"2024-05-06T07:08:09Z".into()));
    assert_eq!((&found[1]["id"], &found[1]["url"]), (&"urn:uuid:0000-9".into(), &"https://example.org/9".into()));
}

#[test]
fn texts_of_several_fields_are_joined() {
    let env = Env::new();
    env.file("in.jsonl", "{\"title\": \"Oslo\", \"body\": \"Mosul fell.\"}\n");
    let found = run(&env, &["in.jsonl", "--text-field", "title,body"]).jsonl().remove(0);
    assert_eq!((&found["text"], &found["title"]), (&"Oslo\n\nMosul fell.".into(), &"Oslo".into()));
    assert_eq!((&found["entities"][1]["start"], &found["entities"][1]["text"]), (&6.into(), &"Mosul".into()));
}

#[test]
fn shards_together_are_the_whole() {
    let env = Env::new();
    env.file("in.jsonl", corpus(200) + "{broken\n");
    let whole = run(&env, &["in.jsonl"]);
    let mut sharded: Vec<String> = Vec::new();
    for shard in ["1/3", "2/3", "3/3"] {
        let part = run(&env, &["in.jsonl", "--shard", shard]);
        assert!(part.stdout.lines().count() > 50);
        sharded.extend(part.stdout.lines().map(str::to_owned));
    }
    sharded.sort();
    let mut whole: Vec<&str> = whole.stdout.lines().collect();
    whole.sort_unstable();
    assert_eq!(sharded, whole);
    let wrong = run(&env, &["in.jsonl", "--shard", "4/3"]);
    assert!(wrong.status == 2 && wrong.stderr.contains("from 1/8 to 8/8"), "{}", wrong.stderr);
}

#[test]
fn threads_and_remembered_windows_change_nothing() {
    let env = Env::new();
    // The same documents twice: agencies' reports.
    env.file("in.jsonl", corpus(300) + &corpus(300));
    let with = |args: &[&str]| {
        let args = [&["in.jsonl", "-o", "out.jsonl", "--stats", "stats.json"][..], args].concat();
        assert_eq!(run(&env, &args).status, 0);
        let stats: Value = serde_json::from_slice(&read(&env, "stats.json")).unwrap();
        (read(&env, "out.jsonl"), stats)
    };
    let (without, stats) = with(&["--window-cache", "0", "--threads", "1"]);
    assert_eq!(stats["this_run"]["windows"], Value::Null);
    let (remembered, stats) = with(&["--threads", "3"]);
    assert!(remembered == without);
    let windows = &stats["this_run"]["windows"];
    assert!(windows["remembered"].as_u64().unwrap() * 2 >= windows["all"].as_u64().unwrap() * 9 / 10, "{stats}");
}

#[test]
fn languages_are_noticed_and_passed_over_on_request() {
    let env = Env::new();
    let spanish = "El convoy salió de Beirut hacia Damasco el lunes, dijeron funcionarios del ministerio, tras días de conversaciones.";
    let english = "The convoy left Beirut for Damascus on Monday, officials of the ministry said, after days of talks.";
    env.file("in.jsonl", json!({"text": english}).to_string() + "\n" + &json!({"text": spanish}).to_string() + "\n");
    let found = run(&env, &["in.jsonl"]).jsonl();
    assert_eq!((&found[0]["language"], &found[1]["language"]), (&"en".into(), &"es".into()));
    let english = run(&env, &["in.jsonl", "--lang", "en"]);
    assert_eq!((english.status, english.stdout.lines().count()), (0, 1));
    assert!(english.stderr.contains("passed over for their language: 1 es"), "{}", english.stderr);
}

#[test]
fn every_format_has_every_document() {
    let env = Env::new();
    env.file("in.jsonl", corpus(100));
    for output in
        ["o.json", "o.jsonl", "o.jsonl.zst", "o.csv", "o.tsv.gz", "o.parquet", "o.conll", "o.jsonld", "parts/"]
    {
        let format: &[&str] = if output.ends_with('/') { &["--format", "parquet"] } else { &[] };
        let run = run(&env, &[&["in.jsonl", "-o", output][..], format].concat());
        assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{output}");
    }
    let whole: Value = serde_json::from_slice(&read(&env, "o.json")).unwrap();
    assert_eq!(whole["documents"].as_array().unwrap().len(), 100);
    assert!(whole["model"].as_str().unwrap().len() == 64 && whole["gazetteer"].as_str().unwrap().len() == 8);
    assert!(zstd::decode_all(&read(&env, "o.jsonl.zst")[..]).unwrap() == read(&env, "o.jsonl"));
    let entities: usize =
        lines(&env, "o.jsonl").iter().map(|document| document["entities"].as_array().unwrap().len()).sum();
    let rows = csv::Reader::from_reader(&read(&env, "o.csv")[..]).into_records().count();
    assert_eq!(rows, entities);
    assert_eq!(read(&env, "o.conll").windows(10).filter(|w| w == b"-DOCSTART-").count(), 100);
    assert_eq!(lines(&env, "o.jsonld").len(), 100);
    assert!(
        read(&env, "parts/part-00000.parquet") == read(&env, "o.parquet")
            || read(&env, "o.parquet").starts_with(b"PAR1")
    );
    let spacy = run(&env, &["in.jsonl", "--format", "spacy"]).jsonl();
    assert_eq!(spacy[99]["text"], text(99));

    assert_eq!(run(&env, &["in.jsonl", "--format", "brat", "-o", "brat"]).status, 0);
    assert_eq!(std::fs::read_dir(env.path("brat")).unwrap().count(), 201);
    run(&env, &["in.jsonl", "--format", "brat", "-o", "brat"]).assert_fails(2, &["brat: ", "a new or an empty folder"]);
    run(&env, &["in.jsonl", "--format", "parquet"]).assert_fails(2, &["--output"]);
    run(&env, &["in.jsonl", "--flat"]).assert_fails(2, &["--flat", "Parquet alone"]);
    assert_eq!(run(&env, &["in.jsonl", "--flat", "-o", "flat.parquet"]).status, 0);
}

#[test]
fn an_empty_corpus_is_an_output_too() {
    let env = Env::new();
    env.file("in.jsonl", "");
    for output in ["o.jsonl", "o.jsonl.gz", "o.csv", "o.parquet", "o.json"] {
        let run = run(&env, &["in.jsonl", "-o", output]);
        assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{output}");
        assert!(env.path(output).is_file());
    }
}

#[test]
fn shells_and_man_know_the_command_line() {
    let env = Env::new();
    for shell in ["bash", "zsh", "fish"] {
        assert!(env.run(["completions", shell]).stdout.contains("dateline"));
    }
    assert!(env.run(["man"]).stdout.contains(".TH"));
    assert_eq!(env.run(["man", "--output", "pages"]).status, 0);
    assert!(String::from_utf8(read(&env, "pages/dateline-tag.1")).unwrap().contains("resume"));
    let version = env.run(["--version"]).stdout;
    assert!(version.starts_with("dateline ") && version.contains("\nmodel ") && version.contains("\ngazetteer "));
}

#[test]
fn no_changed_bit_gives_other_documents() {
    let env = Env::new();
    env.file("in.jsonl", corpus(200));
    for output in ["o.jsonl.zst", "o.jsonl.gz", "o.parquet"] {
        assert_eq!(run(&env, &["in.jsonl", "-o", output]).status, 0);
        let whole = read(&env, output);
        let changed = format!("changed.{}", output.split_once('.').unwrap().1);
        let map = |bytes: &[u8]| {
            env.file(&changed, bytes);
            let run = env.run(["map", changed.as_str(), "--format", "geojsonl"]);
            (run.status, run.stdout)
        };
        let expected = map(&whole);
        assert!(expected.0 == 0 && !expected.1.is_empty());
        let mut told = 0;
        for n in 0..40 {
            let bit = (n * 7_919_117 + 31) % (whole.len() * 8);
            let mut bytes = whole.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            match map(&bytes) {
                // What is in no column that is read.
                found if found == expected => {}
                (status, _) => {
                    assert!(matches!(status, 1 | 2), "{output}: bit {bit} gives other documents");
                    told += 1;
                }
            }
        }
        assert!(told > 10, "{output}: {told}");
    }
}

#[test]
#[cfg(unix)]
fn a_closed_standard_output_is_an_error() {
    let env = Env::new();
    env.file("in.jsonl", corpus(2));
    let binary = env!("CARGO_BIN_EXE_dateline");
    let model = data("model");
    let shell = |call: &str| {
        let mut command = env.command_of("sh".as_ref());
        finish(command.arg("-c").arg(call).env("B", binary).env("M", &model), b"")
    };
    for call in ["tag --model \"$M\" in.jsonl", "schema", "--help", "--version", "help maps", "gazetteer lookup Oslo"] {
        for place in [">&-", ">/dev/full"] {
            let run = shell(&format!("\"$B\" {call} {place}"));
            // Not every system has the device that is always full.
            if place == ">&-" || Path::new("/dev/full").exists() {
                run.assert_fails(2, &["standard output cannot be written"]);
            }
        }
        // A reader that has had enough is no error, and who throws the output away wants none of it.
        let run = shell(&format!("(\"$B\" {call}; echo $? >&2) | head -c 1 >/dev/null; \"$B\" {call} >/dev/null"));
        assert_eq!((run.status, run.stderr.trim()), (0, "0"), "{call}");
    }
    let run = shell("\"$B\" tag --model \"$M\" in.jsonl -o out.jsonl >&-");
    assert_eq!(run.status, 0, "{}", run.stderr);
}
