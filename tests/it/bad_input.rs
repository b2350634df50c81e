//! Bad input is a line of explanation and an exit status, never a panic and never half an output.

use std::path::Path;

use crate::support::{Env, data};

const GOOD: &str = "Anna Schmidt left Mosul.";

#[test]
fn files_that_cannot_be_read() {
    let env = Env::new();
    std::fs::create_dir(env.path("folder")).unwrap();
    env.file("latin1.txt", b"M\xfcnchen and Mosul");
    env.file("binary.bin", b"\x7fELF\0\0\x01Mosul");
    env.file("utf16.txt", b"\xff\xfe\x00\xd8M\0");
    for (name, parts) in [
        ("missing.txt", ["missing.txt: ", "no such file", "check the path"]),
        ("folder", ["folder: ", "no file in this folder", "check the path and --glob"]),
        ("latin1.txt", ["latin1.txt: ", "byte 1 is not UTF-8", "convert it"]),
        ("utf16.txt", ["utf16.txt: ", "begins as UTF-16 does", "copy it anew"]),
        ("latin1.txt/x", ["latin1.txt/x: ", "no such file", "check the path"]),
        ("binary.bin", ["binary.bin: ", "binary file", "expected UTF-8 text"]),
    ] {
        env.run(["tag", "-o", "out.jsonl", name]).assert_fails(2, &parts);
    }
    assert_eq!(env.files(), ["binary.bin", "folder", "latin1.txt", "utf16.txt"]);
}

#[test]
fn a_bad_file_among_good_ones_is_passed_over() {
    let env = Env::new();
    env.file("good.txt", GOOD);
    let run = env.run(["tag", "--output=out.jsonl", "missing.txt", "good.txt"]);
    assert_eq!(run.status, 1, "{}", run.stderr);
    assert!(run.stderr.contains("missing.txt: no such file"), "{}", run.stderr);
    assert!(std::fs::read_to_string(env.path("out.jsonl")).unwrap().contains("Mosul"));
}

#[test]
fn broken_lines_are_named_and_passed_over() {
    let env = Env::new();
    let mut lines = format!("{{\"id\": \"a\", \"text\": \"{GOOD}\"}}\n{{\"id\": \"b\", \"text\": \n").into_bytes();
    lines.extend_from_slice(b"{\"text\": \"M\xfcnchen\"}\n[]\n{\"id\": \"c\"}\n{\"id\": \"d\", \"text\": \"Oslo\"}\n");
    env.file("docs.jsonl", lines);
    let run = env.run(["tag", "docs.jsonl"]);
    assert_eq!(run.status, 1);
    assert_eq!(run.stdout.lines().count(), 2);
    for (line, part) in [(2, "is not JSON"), (3, "not UTF-8"), (4, "not a JSON object"), (5, "no \"text\"")] {
        let start = format!("dateline: docs.jsonl:{line}: ");
        assert!(run.stderr.lines().any(|l| l.starts_with(&start) && l.contains(part)), "{}", run.stderr);
    }
}

/// A model folder like the one in `models/ner`, to be broken.
fn model_folder(env: &Env) {
    for name in ["model.onnx", "tokenizer.json", "config.json"] {
        env.file(&format!("model/{name}"), std::fs::read(data(&format!("../../models/ner/{name}"))).unwrap());
    }
}

#[test]
fn broken_model_folders() {
    let env = Env::new();
    model_folder(&env);
    let tag = || env.run_with(["tag", "--model", "model", "-o", "out.jsonl"], GOOD);
    assert_eq!(tag().status, 0);
    std::fs::remove_file(env.path("out.jsonl")).unwrap();

    let onnx = std::fs::read(env.path("model/model.onnx")).unwrap();
    for broken in [&onnx[..onnx.len() / 2], b"not a model", b""] {
        env.file("model/model.onnx", broken);
        tag().assert_fails(
            2,
            &["model/model.onnx: ", "not a model that ONNX Runtime can load", "expected an ONNX file"],
        );
    }
    env.file("model/model.onnx", onnx);

    env.file("model/config.json", "{}");
    tag().assert_fails(2, &["model/config.json: ", "id2label"]);
    env.file("model/config.json", "{\"id2label\": {\"0\": \"O\", \"1\": \"B-PER\"}}");
    tag().assert_fails(2, &["model/config.json: ", "2 labels where the model gives 9"]);
    std::fs::remove_file(env.path("model/config.json")).unwrap();
    tag().assert_fails(2, &["model/config.json: cannot be read", "a model folder holds model.onnx"]);

    model_folder(&env);
    env.file("model/tokenizer.json", "{}");
    tag().assert_fails(2, &["model/tokenizer.json: ", "expected the tokenizer.json"]);
    assert_eq!(env.files(), ["model"]);
}

#[test]
fn broken_gazetteers() {
    let env = Env::new();
    let whole = std::fs::read(data("../../models/places.gaz")).unwrap();
    env.file("half.gaz", &whole[..whole.len() / 2]);
    env.file("text.gaz", GOOD);
    let tag = |name: &str| env.run_with(["tag", "-o", "out.jsonl", "--gazetteer", name], GOOD);
    tag("half.gaz").assert_fails(2, &["half.gaz: ", "truncated", "expected ", "copy or build it again"]);
    tag("text.gaz").assert_fails(2, &["text.gaz: ", "expected", "build"]);
    tag("missing.gaz").assert_fails(2, &["missing.gaz: no such file", "dateline gazetteer build"]);
    let mut flipped = whole;
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    env.file("flipped.gaz", flipped);
    env.run(["gazetteer", "verify", "--gazetteer", "flipped.gaz"])
        .assert_fails(2, &["flipped.gaz: ", "damaged", "build"]);
    assert_eq!(env.files(), ["flipped.gaz", "half.gaz", "text.gaz"]);
}

#[test]
fn libraries_that_are_no_onnx_runtime() {
    let env = Env::new();
    env.file("text.so", GOOD);
    let expected = ["text.so", "1.24 or newer", "give the path"];
    env.run_with(["tag", "--onnxruntime", "text.so", "-o", "out.jsonl"], GOOD).assert_fails(2, &expected);
    let by_environment = crate::support::finish(
        env.command().args(["tag", "-o", "out.jsonl"]).env("ORT_DYLIB_PATH", "text.so"),
        GOOD.as_bytes(),
    );
    by_environment.assert_fails(2, &["ORT_DYLIB_PATH", "text.so", "1.24"]);
    // A shared library that every machine has, but no ONNX Runtime.
    for libm in ["/lib/x86_64-linux-gnu/libm.so.6", "/lib64/libm.so.6", "/lib/aarch64-linux-gnu/libm.so.6"] {
        if Path::new(libm).is_file() {
            env.run_with(["tag", "--onnxruntime", libm], GOOD).assert_fails(2, &["libm.so.6", "1.24 or newer"]);
        }
    }
    assert_eq!(env.files(), ["text.so"]);
}

/// The library for the processor, which is there, is not taken for a graphics card; and for "auto", nothing else is wanted.
#[test]
fn for_graphics_cards_another_library_is_needed() {
    let env = Env::new();
    let expected = ["no ONNX Runtime 1.24 or newer for graphics cards of NVIDIA", "--onnxruntime PATH"];
    for command in [&["tag", "-"][..], &["map", "in.jsonl", "-o", "out.geojson"], &["setup"]] {
        env.file("in.jsonl", "{\"id\":\"a\",\"text\":\"Mosul\"}\n");
        let args = [command, &["--device", "cuda:1", "--offline"]].concat();
        env.run_with(args, "Mosul").assert_fails(2, &expected);
    }
    let run = env.run_with(["tag", "-", "--no-places", "--format", "jsonl", "--device", "auto"], "Angela Merkel left.");
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
}

/// A library that answers as ONNX Runtime 1.20 does, built with the machine's C compiler.
#[cfg(target_os = "linux")]
#[test]
fn an_onnx_runtime_that_is_too_old() {
    let env = Env::new();
    env.file(
        "old.c",
        "static const void *api(unsigned v) { (void)v; return 0; }\n\
         static const char *version(void) { return \"1.20.1\"; }\n\
         static const struct { const void *(*a)(unsigned); const char *(*v)(void); } base = {api, version};\n\
         const void *OrtGetApiBase(void) { return &base; }\n",
    );
    let compiled = std::process::Command::new("cc")
        .args(["-shared", "-fPIC", "-o", "old.so", "old.c"])
        .current_dir(env.path(""))
        .status();
    if !compiled.is_ok_and(|status| status.success()) {
        eprintln!("skipped: there is no C compiler to build an old library with");
        return;
    }
    env.run_with(["tag", "--onnxruntime", "old.so"], GOOD).assert_fails(2, &["old.so", "1.20.1", "1.24 or newer"]);
}

#[test]
fn offline_without_a_library_names_the_ways_out() {
    let env = Env::new();
    // Where the system's loader has one, there is nothing to complain of.
    let run = env.run_with(["tag", "--offline", "--cache", "empty"], GOOD);
    if run.status == 0 {
        eprintln!("skipped: this system has an ONNX Runtime of its own");
        return;
    }
    run.assert_fails(2, &["dateline setup", "--onnxruntime", "ORT_DYLIB_PATH"]);
}

#[test]
fn without_pip_the_ways_out_are_named() {
    let env = Env::new();
    let run = crate::support::finish(
        env.command().args(["tag", "--cache", "empty"]).env("PATH", env.path("nothing")),
        GOOD.as_bytes(),
    );
    if run.status == 0 {
        eprintln!("skipped: this system has an ONNX Runtime of its own");
        return;
    }
    assert_eq!(run.status, 2);
    let last = run.stderr.lines().last().unwrap();
    for part in ["pip", "--onnxruntime", "ORT_DYLIB_PATH"] {
        assert!(last.contains(part), "{part}: {}", run.stderr);
    }
}

#[test]
fn outputs_that_cannot_be_written() {
    let env = Env::new();
    let run = env.run_with(["tag", "-o", "nowhere/out.jsonl"], GOOD);
    run.assert_fails(2, &["nowhere/out.jsonl: there is no folder nowhere", "mkdir -p"]);
    env.file("article.txt", GOOD);
    let over_input = env.run(["tag", "article.txt", "-o", "./article.txt"]);
    over_input.assert_fails(2, &["article.txt: is input and output", "another file"]);
    env.run(["gazetteer", "build", "--extra", "article.txt", "-o", "article.txt"])
        .assert_fails(2, &["is input and output"]);
    assert_eq!(std::fs::read_to_string(env.path("article.txt")).unwrap(), GOOD);
    std::fs::create_dir(env.path("folder")).unwrap();
    env.run_with(["tag", "-o", "folder"], GOOD).assert_fails(2, &["folder: cannot be written"]);
}

#[test]
fn names_that_are_nowhere() {
    let env = Env::new();
    env.run(["distance", "Mosul", "Xyzzyx"]).assert_fails(2, &["Xyzzyx: ", "no such place", "try another spelling"]);
    env.run(["distance", "Mosul", "91,0"]).assert_fails(2, &["91,0: ", "latitude"]);
}

#[test]
fn tables_that_no_gazetteer_can_be_built_of() {
    let env = Env::new();
    env.file("cities.txt", "1\tOslo\tOslo\t\t59.9\t10.7\tP\tPPLC\tNO\t\t\t\t\t\t700000\t\t\t\t\nbroken\n");
    env.run(["gazetteer", "build", "-o", "my.gaz"]).assert_fails(2, &["nothing to build from", "--geonames"]);
    env.run(["gazetteer", "build", "--geonames", "cities.txt", "--max-errors", "0", "-o", "my.gaz"])
        .assert_fails(2, &["more than 0 broken lines", "cities.txt:2", "allow more"]);
    assert_eq!(env.files(), ["cities.txt"]);
    let run = env.run(["gazetteer", "build", "--geonames", "cities.txt", "-o", "my.gaz"]);
    assert_eq!(run.status, 1, "{}", run.stderr);
    assert_eq!(env.files(), ["cities.txt", "my.gaz"]);
}
