//! Files that are written: one run has them at a time, no signal leaves anything beside them, and what is finished is told.

use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{Env, Run, data, finish};

fn document(n: usize) -> String {
    let text = format!("The convoy left Beirut for Damascus on day {n}, and Anna Schmidt reached Mosul.");
    json!({"id": n, "text": text}).to_string() + "\n"
}

fn documents(count: usize) -> String {
    (0..count).map(document).collect()
}

/// A call of a command that tags with the tiny model.
fn command(env: &Env, args: &[&str]) -> Command {
    let mut command = env.command();
    command.args(args);
    if ["tag", "map"].contains(&args[0]) {
        command.args(["--model".as_ref(), data("model").as_os_str()]);
    }
    command
}

fn run(env: &Env, args: &[&str]) -> Run {
    finish(&mut command(env, args), b"")
}

/// A run that waits for more on its standard input, once `there` is there.
fn begun(env: &Env, args: &[&str], input: &str, there: &[&str]) -> Child {
    let mut child =
        command(env, args).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    child.stdin.as_mut().unwrap().write_all(input.as_bytes()).unwrap();
    let until = Instant::now() + Duration::from_secs(60);
    while !there.iter().all(|name| env.path(name).exists()) {
        assert!(child.try_wait().unwrap().is_none(), "{args:?} has ended; there are {:?}", env.files());
        assert!(Instant::now() < until, "{args:?}: there are only {:?}", env.files());
        std::thread::sleep(Duration::from_millis(2));
    }
    child
}

/// Ends its input, and waits for its end.
fn ended(mut child: Child) -> Option<i32> {
    drop(child.stdin.take());
    child.wait().unwrap().code()
}

#[test]
fn no_option_destroys_what_another_run_writes() {
    let env = Env::new();
    env.file("in.jsonl", documents(3));
    env.file("corpus.tsv", "-DOCSTART-\tO\n\nParis\tB-LOC\n\n");
    env.file("own.csv", "id,name,lat,lon\na,Bangor,44.8,-68.8\n");
    let first = ["tag", "-", "--input", "jsonl", "-o", "A.jsonl", "--errors", "E.jsonl", "--stats", "S.json"];
    let other = begun(&env, &first, &documents(300), &["A.jsonl.manifest", "A.jsonl.part"]);
    for name in [
        "A.jsonl",
        "./A.jsonl",
        "A.jsonl.part",
        "A.jsonl.manifest",
        "A.jsonl.manifest.part",
        "A.jsonl.errors.jsonl",
        "E.jsonl",
        "E.jsonl.part",
        "S.json",
    ] {
        let plain = name.trim_start_matches("./");
        // An ending that is a format's own must be that of the format.
        let layers = match name.rsplit('.').next() {
            Some("jsonl") => "geojsonseq",
            Some("json") => "geojson",
            _ => "csv",
        };
        for args in [
            &["tag", "in.jsonl", "--errors", name][..],
            &["tag", "in.jsonl", "--stats", name],
            &["tag", "in.jsonl", "--format", "jsonl", "-o", name],
            &["map", "in.jsonl", "--errors", name],
            &["map", "in.jsonl", "--format", layers, "-o", name],
            &["eval", "ner", "corpus.tsv", "--faults", name],
        ] {
            run(&env, args).assert_fails(2, &[plain, "another run"]);
        }
        run(&env, &["gazetteer", "build", "--extra", "own.csv", "-o", name]).assert_fails(2, &[plain, "another run"]);
    }
    assert_eq!(ended(other), Some(0));
    assert_eq!(std::fs::read_to_string(env.path("A.jsonl")).unwrap().lines().count(), 300);
    assert_eq!(env.files(), ["A.jsonl", "E.jsonl", "S.json", "corpus.tsv", "in.jsonl", "own.csv"]);
}

#[test]
fn a_folder_that_is_written_as_a_whole_takes_no_other_file() {
    let env = Env::new();
    env.file("in.jsonl", documents(3));
    std::fs::create_dir(env.path("brat")).unwrap();
    let first = ["tag", "-", "--input", "jsonl", "--format", "brat", "-o", "brat"];
    let other = begun(&env, &first, &documents(100), &["brat.manifest"]);
    run(&env, &["tag", "in.jsonl", "--stats", "brat/s.json"]).assert_fails(2, &["brat/s.json", "another run writes"]);
    assert_eq!(ended(other), Some(0));
    run(&env, &["tag", "in.jsonl", "--format", "brat", "-o", "new/", "--errors", "new/e"])
        .assert_fails(2, &["new/e: lies in", "written as a whole"]);
}

#[test]
fn what_an_unfinished_run_has_is_not_written_over() {
    let env = Env::new();
    env.file("in.jsonl", documents(3));
    let args = ["tag", "-", "--input", "jsonl", "-o", "A.jsonl"];
    let mut killed = begun(&env, &args, &documents(300), &["A.jsonl.manifest"]);
    killed.kill().unwrap();
    killed.wait().unwrap();
    for name in ["A.jsonl.part", "A.jsonl.manifest", "A.jsonl.manifest.part"] {
        run(&env, &["tag", "in.jsonl", "--stats", name]).assert_fails(2, &[name, "unfinished run of"]);
    }
    let resumed = finish(&mut command(&env, &[&args[..], &["--resume"]].concat()), documents(300).as_bytes());
    assert_eq!(resumed.status, 0, "{}", resumed.stderr);
    assert_eq!(env.files(), ["A.jsonl", "in.jsonl"]);
}

#[cfg(unix)]
#[test]
fn outputs_of_one_run_are_files_of_their_own_however_they_are_written() {
    use std::os::unix::fs::symlink;

    let env = Env::new();
    env.file("in.jsonl", documents(3));
    env.file("own.xml", "<articles></articles>");
    env.file("folder/there.jsonl", "");
    symlink("folder", env.path("same")).unwrap();
    symlink("folder/there.jsonl", env.path("link.jsonl")).unwrap();
    symlink("folder/later.jsonl", env.path("dangling.jsonl")).unwrap();
    symlink("dangling.jsonl", env.path("twice.jsonl")).unwrap();
    for (one, other) in [
        ("folder/o.jsonl", "same/o.jsonl"),
        ("folder/o.jsonl", "folder/../same/./o.jsonl"),
        ("folder/there.jsonl", "link.jsonl"),
        ("folder/later.jsonl", "dangling.jsonl"),
        ("folder/later.jsonl", "twice.jsonl"),
    ] {
        for args in [
            &["tag", "in.jsonl", "--errors", one, "--stats", other][..],
            &["tag", "in.jsonl", "-o", one, "--stats", other],
            &["tag", "in.jsonl", "-o", one, "--errors", other],
            &["map", "in.jsonl", "-o", one, "-o", other],
            &["map", "in.jsonl", "-o", one, "--errors", other],
            &["eval", "geo", "own.xml", "--misses", one, "--features", other],
        ] {
            run(&env, args)
                .assert_fails(2, &[&other[other.rfind('/').map_or(0, |slash| slash + 1)..], "for two purposes"]);
        }
    }
    // Nor do they take the place of what is read beside the documents.
    std::fs::copy(data("model").join("config.json"), env.path("weights.json")).unwrap();
    for args in [
        &["tag", "in.jsonl", "--ranker", "weights.json", "--stats", "weights.json"][..],
        &["map", "in.jsonl", "--publishers", "weights.json", "--errors", "weights.json"],
        &["eval", "geo", "own.xml", "--folds", "weights.json", "--misses", "weights.json"],
    ] {
        run(&env, args).assert_fails(2, &["weights.json: is input and output"]);
    }
}

#[test]
fn files_of_others_with_our_names_are_left_alone() {
    let env = Env::new();
    env.file("in.jsonl", documents(3));
    env.file("app.manifest", "<assembly/>");
    env.file("cut.part", "half of a download");
    env.file("Cargo.lock", "version = 4\n");
    env.file("errors.part", "half of a download");
    for more in [&[][..], &["--restart"], &["--resume"]] {
        let fails = |args: &[&str], parts: &[&str]| {
            let all = [&["tag", "in.jsonl", "--format", "jsonl"], args, more].concat();
            run(&env, &all).assert_fails(2, parts);
        };
        fails(&["-o", "app"], &["app.manifest: is no manifest of dateline", "move it"]);
        fails(&["-o", "cut"], &["cut.part is there", "move it"]);
        fails(&["-o", "out", "--errors", "errors"], &["errors.part is there", "move it"]);
    }
    run(&env, &["map", "in.jsonl", "-o", "o.csv", "--errors", "errors"]).assert_fails(2, &["errors.part is there"]);
    assert_eq!(run(&env, &["tag", "in.jsonl", "--format", "jsonl", "-o", "Cargo"]).status, 0);
    assert_eq!(env.files(), ["Cargo", "Cargo.lock", "app.manifest", "cut.part", "errors.part", "in.jsonl"]);
    assert_eq!(std::fs::read_to_string(env.path("Cargo.lock")).unwrap(), "version = 4\n");
}

#[test]
fn a_finished_run_is_told_and_left_as_it_is() {
    let env = Env::new();
    env.file("in.jsonl", documents(70) + "{broken\n");
    for (output, more) in [
        ("out.jsonl", &[][..]),
        ("out.jsonl.zst", &[]),
        ("out.json.gz", &[]),
        ("out.csv", &[]),
        ("out.tsv", &[]),
        ("out.conll", &[]),
        ("out.jsonld", &[]),
        ("out.spacy", &["--format", "spacy"]),
        ("out.parquet", &[]),
        ("parts/", &["--format", "parquet", "--flat"]),
        ("brat", &["--format", "brat"]),
    ] {
        let args = [&["tag", "in.jsonl", "-o", output], more].concat();
        assert_eq!(run(&env, &args).status, 1, "{output}");
        let about = || std::fs::metadata(env.path(output)).unwrap();
        let made = about().modified().unwrap();
        let resumed = run(&env, &[&args[..], &["--resume"]].concat());
        let expected = format!("dateline: {output} is finished: 70 documents, 1 failed; nothing to do\n");
        assert_eq!((resumed.status, resumed.stderr), (0, expected));
        let other = run(&env, &[&args[..], &["--resume", "--no-places"]].concat());
        other.assert_fails(2, &[output, "another run's", "--no-places was not given, is given"]);
        assert_eq!(about().modified().unwrap(), made);
        // A copy of the bytes knows nothing of its run, but has its form.
        if about().is_file() {
            let bytes = std::fs::read(env.path(output)).unwrap();
            std::fs::remove_file(env.path(output)).unwrap();
            env.file(output, &bytes);
            let resumed = run(&env, &[&args[..], &["--resume"]].concat());
            let expected = format!("{output} is finished; nothing to do. With which input and options");
            assert!(resumed.status == 0 && resumed.stderr.contains(&expected), "{}", resumed.stderr);
            assert!(std::fs::read(env.path(output)).unwrap() == bytes);
        }
        // What another program wrote there is neither finished nor ours to replace.
        let strange = match about().is_file() {
            true => env.file(output, "something else\n"),
            false => {
                std::fs::remove_dir_all(env.path(output)).unwrap();
                env.file(&format!("{}/a.txt", output.trim_end_matches('/')), "something else\n")
            }
        };
        run(&env, &[&args[..], &["--resume"]].concat()).assert_fails(2, &["is there, and neither", "write elsewhere"]);
        assert_eq!(std::fs::read_to_string(strange).unwrap(), "something else\n");
    }
    let mut left = env.files();
    left.retain(|name| name.contains("manifest") || name.ends_with("part") || name.ends_with("lock"));
    assert!(left.is_empty(), "{left:?}");
    // An empty file is nothing that could be lost.
    env.file("empty.jsonl", "");
    assert_eq!(run(&env, &["tag", "in.jsonl", "-o", "empty.jsonl", "--resume"]).status, 1);
    assert_eq!(std::fs::read_to_string(env.path("empty.jsonl")).unwrap().lines().count(), 70);
    // A run of no document is finished too.
    env.file("none.jsonl", "");
    for resumed in [false, true] {
        let more: &[&str] = if resumed { &["--resume"] } else { &[] };
        let run = run(&env, &[&["tag", "none.jsonl", "-o", "none.out.jsonl"], more].concat());
        assert_eq!((run.status, run.stderr.contains("finished: 0 documents")), (0, resumed), "{}", run.stderr);
    }
}

#[cfg(unix)]
#[test]
fn signals_leave_a_clean_folder() {
    let env = Env::new();
    let fifo = env.path("fifo.csv");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    for signal in ["INT", "TERM", "HUP"] {
        for (args, input, there) in [
            (
                &["map", "-", "--input", "jsonl", "-o", "o.gpkg", "-o", "o.csv", "--errors", "e.jsonl"][..],
                documents(200) + "{broken\n" + &documents(64),
                &["o.gpkg.dateline-part", "o.csv.dateline-lock", "e.jsonl.part"][..],
            ),
            (&["gazetteer", "build", "--extra", "fifo.csv", "-o", "o.gaz"], String::new(), &["o.gaz.dateline-lock"]),
            (&["eval", "ner", "-", "--faults", "f.jsonl"], String::new(), &["f.jsonl.dateline-lock"]),
            (&["tag", "-", "--stats", "s.json"], String::new(), &["s.json.dateline-lock"]),
        ] {
            let mut child = begun(&env, args, &input, there);
            // An interrupt of tagging and mapping ends with what is being read, once that has begun.
            let waits = signal != "HUP" && ["tag", "map"].contains(&args[0]);
            let id = child.id().to_string();
            assert!(Command::new("kill").args([&format!("-{signal}"), &id]).status().unwrap().success());
            if waits {
                let status = if signal == "INT" { 130 } else { 143 };
                // The end of the input is not to be there before the signal is heeded: the run would be complete.
                std::thread::sleep(Duration::from_millis(500));
                assert!(ended(child).is_none_or(|ended| ended == status), "{signal} {args:?}");
            } else {
                let number = match signal {
                    "INT" => 2,
                    "TERM" => 15,
                    _ => 1,
                };
                let status = child.wait().unwrap();
                assert_eq!(std::os::unix::process::ExitStatusExt::signal(&status), Some(number), "{args:?}");
            }
            assert_eq!(env.files(), ["fifo.csv"], "{signal} {args:?}");
        }
    }
}

#[cfg(unix)]
#[test]
fn nohup_stays_what_it_is() {
    let env = Env::new();
    let mut nohup = Command::new("sh");
    let inner = command(&env, &["map", "-", "--input", "jsonl", "-o", "o.csv"]);
    nohup.args(["-c", "trap '' HUP TERM; exec \"$@\"", "sh"]).arg(inner.get_program()).args(inner.get_args());
    nohup.current_dir(env.path(""));
    let mut child = nohup.stdin(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    while !env.path("o.csv.dateline-lock").exists() {
        std::thread::sleep(Duration::from_millis(2));
    }
    for signal in ["-HUP", "-TERM"] {
        assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
    }
    child.stdin.as_mut().unwrap().write_all(documents(3).as_bytes()).unwrap();
    assert_eq!(ended(child), Some(0));
    assert_eq!(env.files(), ["o.csv"]);
}

#[test]
fn the_next_run_takes_away_what_a_killed_one_left() {
    let env = Env::new();
    env.file("in.jsonl", documents(70));
    env.file("others.gpkg.dateline-part", "of a run that may live");
    let args = ["map", "-", "--input", "jsonl", "-o", "o.gpkg", "-o", "o.csv", "--errors", "e.jsonl"];
    let mut killed =
        begun(&env, &args, &documents(100), &["o.gpkg.dateline-part", "o.csv.dateline-lock", "e.jsonl.part"]);
    run(&env, &["map", "in.jsonl", "-o", "o.gpkg"]).assert_fails(2, &["o.gpkg: another run writes to it"]);
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert!(env.path("o.gpkg.dateline-part").exists());
    let again = run(&env, &["map", "in.jsonl", "-o", "o.gpkg", "-o", "o.csv", "--errors", "e.jsonl"]);
    assert_eq!(again.status, 0, "{}", again.stderr);
    assert_eq!(env.files(), ["e.jsonl", "in.jsonl", "o.csv", "o.gpkg", "others.gpkg.dateline-part"]);
    // A run of tagging that was killed before it had stored anything, and is begun anew without --restart.
    let mut killed = begun(&env, &["tag", "-", "-o", "t.jsonl"], "a text", &["t.jsonl.dateline-lock"]);
    killed.kill().unwrap();
    killed.wait().unwrap();
    env.file("t.jsonl.part", "half of a li");
    // That it fails for another reason doesn't make what was left someone else's.
    assert_eq!(run(&env, &["tag", "none.jsonl", "-o", "t.jsonl"]).status, 2);
    assert_eq!(run(&env, &["tag", "in.jsonl", "-o", "t.jsonl"]).status, 0);
    assert!(!env.files().iter().any(|name| name.starts_with("t.jsonl.")), "{:?}", env.files());
}
