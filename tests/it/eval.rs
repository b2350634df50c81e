//! `dateline eval`: figures of `ner` that agree with seqeval, those of `relative`, and what a corpus may not be.

use std::collections::HashSet;
use std::fmt::Write as _;

use dateline::inner::eval::gold::{self, GoldDocument, GoldOptions};
use dateline::inner::eval::ner::{Counts, Scores, faults};
use dateline::inner::mention::Label;
use serde::Deserialize;
use serde_json::Value;

use crate::support::{Env, data, finish};

/// Written by `scripts/test_scoring.py`.
#[derive(Deserialize)]
struct Fixture {
    figures: Value,
    sentences: Vec<Sentence>,
}

#[derive(Deserialize)]
struct Sentence {
    gold: Vec<String>,
    found: Vec<String>,
}

fn corpus(sentences: &[Sentence], tags: impl Fn(&Sentence) -> &Vec<String>) -> Vec<GoldDocument> {
    let mut lines = String::new();
    for sentence in sentences {
        for (n, tag) in tags(sentence).iter().enumerate() {
            writeln!(lines, "w{n}\t{tag}").unwrap();
        }
        lines.push('\n');
    }
    gold::read("sample", lines.as_bytes(), &GoldOptions::default()).unwrap().documents
}

#[test]
fn figures_agree_with_seqeval() {
    let fixture: Fixture = serde_json::from_str(&std::fs::read_to_string(data("seqeval.json")).unwrap()).unwrap();
    let gold = corpus(&fixture.sentences, |sentence| &sentence.gold);
    let found = corpus(&fixture.sentences, |sentence| &sentence.found);
    let mut scores = Scores::default();
    for (gold, found) in gold.iter().zip(&found) {
        let faults = faults(&gold.names, &found.names);
        scores.add(&gold.names, &found.names, &faults);
    }
    let agrees = |counts: Counts, name: &str| {
        let figures = &fixture.figures[name];
        assert_eq!(counts.gold as u64, figures["gold"].as_u64().unwrap(), "{name}");
        let ours = [counts.precision(), counts.recall(), counts.f1()];
        for (ours, theirs) in ours.into_iter().zip(["precision", "recall", "f1"]) {
            assert!((ours - 100.0 * figures[theirs].as_f64().unwrap()).abs() < 1e-9, "{name} {theirs}: {ours}");
        }
    };
    for label in Label::ALL {
        agrees(scores.of(label), label.name());
    }
    agrees(scores.all(), "all");
    // Every name of the corpus is right or told, and so is every name found.
    let all: Vec<_> = gold.iter().zip(&found).flat_map(|(gold, found)| faults(&gold.names, &found.names)).collect();
    let wrong = scores.all().gold - scores.all().right;
    assert_eq!(all.iter().filter_map(|fault| fault.gold).collect::<HashSet<_>>().len(), wrong);
    let wrong = scores.all().found - scores.all().right;
    assert_eq!(all.iter().filter_map(|fault| fault.found).collect::<HashSet<_>>().len(), wrong);
}

const CORPUS: &str =
    "-DOCSTART-\tO\n\nAnna\tB-PER\nSchmidt\tI-PER\nleft\tO\nMosul\tB-LOC\n.\tO\n\nNobody\tB-ORG\nwept\tO\n.\tO\n";

#[test]
fn a_corpus_is_scored() {
    let env = Env::new();
    env.file("c.tsv", CORPUS);
    let json = env.run(["eval", "ner", "c.tsv", "--json", "--faults", "f.jsonl"]).jsonl().remove(0);
    assert_eq!((&json["corpus"], &json["documents"], &json["words"]), (&"c.tsv".into(), &1.into(), &8.into()));
    assert_eq!(json["scores"]["PER"]["f1"], 100.0, "{json}");
    assert_eq!(json["scores"]["all"]["gold"], 3);
    assert_eq!(json["faults"]["missed"], 1);
    let fault: Value = serde_json::from_str(&std::fs::read_to_string(env.path("f.jsonl")).unwrap()).unwrap();
    assert_eq!((&fault["kind"], &fault["gold"]["text"]), (&"missed".into(), &"Nobody".into()));
    assert_eq!(fault["sentence"], "Nobody wept.");
    assert_eq!((&json["text"], &json["format"], &json["scheme"]), (&"running".into(), &"conll".into(), &"IOB2".into()));

    let pretty = env.run_with(["eval", "ner", "-"], CORPUS);
    for expected in
        ["1 document, 8 words, put together as running text\n", "read as CoNLL, tags in column 2 as IOB2\n", "1 missed"]
    {
        assert!(pretty.stdout.contains(expected), "{expected}: {}", pretty.stdout);
    }
}

/// Words joined by one space are what figures of others, and ours before, were measured on.
#[test]
fn spaced_text_is_scored() {
    let env = Env::new();
    env.file("c.tsv", CORPUS);
    let spaced = ["eval", "ner", "c.tsv", "--text", "spaced", "--faults", "f.jsonl"];
    let run = env.run(spaced);
    assert!(run.stdout.contains("8 words, joined by one space\n"), "{}", run.stdout);
    let fault: Value = serde_json::from_str(&std::fs::read_to_string(env.path("f.jsonl")).unwrap()).unwrap();
    assert_eq!(fault["sentence"], "Nobody wept .");
    assert_eq!(env.run([&spaced[..], &["--json"]].concat()).jsonl().remove(0)["text"], "spaced");
}

/// Each format of the field, told from its lines: the same two names are right in all of them.
#[test]
fn other_formats_are_scored() {
    let env = Env::new();
    let conll = "-DOCSTART- -X- -X- O\n\nAnna NNP B-NP B-PER\nSchmidt NNP I-NP I-PER\nleft VBD B-VP O\nMosul NNP B-NP B-LOC\n. . O O\n";
    let conllu = "# global.columns = ID FORM MISC X:NE\n# text = Anna Schmidt left Mosul.\n1\tAnna\t_\tB-PER\n2\tSchmidt\t_\tI-PER\n\
                  3\tleft\t_\tO\n4\tMosul\tSpaceAfter=No\tB-LOC\n5\t.\t_\tO\n";
    let hipe = "TOKEN\tNE-COARSE-LIT\tMISC\n# document_id = a\nAnna\tB-PER\t_\nSchmidt\tI-PER\t_\nleft\tO\t_\nMosul\tB-LOC\tNoSpaceAfter\n\
                .\tO\t_\n";
    let jsonl = r#"{"text": "Anna Schmidt left Mosul.", "spans": [[0, 12, "PER"], [18, 23, "LOC"]]}"#;
    for (corpus, format, text) in [
        (conll, "conll", "running"),
        (conllu, "conllu-plus", "as-given"),
        (hipe, "hipe", "as-given"),
        (jsonl, "jsonl", "as-given"),
    ] {
        for args in [&[][..], &["--format", format]] {
            let args = [&["eval", "ner", "-", "--json"], args].concat();
            let json = env.run_with(args, corpus).jsonl().remove(0);
            assert_eq!((&json["format"], &json["text"]), (&format.into(), &text.into()), "{json}");
            assert_eq!(json["scores"]["all"]["right"], 2, "{json}");
            assert_eq!(json["scores"]["all"]["gold"], 2, "{json}");
        }
    }
    // What was tagged is a corpus, in whatever unit its offsets are.
    env.file("a.txt", "Zoë Schmidt left Mosul.");
    for unit in ["codepoints", "utf8"] {
        let tagged = env.run(["tag", "a.txt", "--format", "jsonl", "--offsets", unit]);
        let json = env.run_with(["eval", "ner", "-", "--json", "--offsets", unit], &tagged.stdout).jsonl().remove(0);
        assert_eq!(json["scores"]["LOC"]["f1"], 100.0, "{json}");
    }
    let run = env.run_with(["eval", "ner", "-", "--column", "NE-FINE-LIT"], hipe);
    run.assert_fails(2, &["no column \"NE-FINE-LIT\"; it has the columns TOKEN, NE-COARSE-LIT, MISC"]);
    env.run_with(["eval", "ner", "-", "--text", "spaced"], jsonl).assert_fails(2, &["its text is given"]);
}

/// Tags that do not follow from their neighbours, and types that have no label here, are scored as they can be and told.
#[test]
fn what_is_not_taken_as_it_stands_is_told() {
    let env = Env::new();
    let corpus = "Anna\tI-PER\nSchmidt\tI-PER\nleft\tO\nMosul\tB-LOC\non\tO\nMonday\tB-DATE\n.\tO\n";
    let run = env.run_with(["eval", "ner", "-"], corpus);
    for expected in [
        "left out: 1 name of types without a counterpart here (DATE 1)\n",
        "1 word whose tag does not follow from those beside it:\n  -:1: \"Anna\" has I-PER without a B-PER before it",
    ] {
        assert!(run.stdout.contains(expected), "{expected}: {}", run.stdout);
    }
    let json = env.run_with(["eval", "ner", "-", "--json"], corpus).jsonl().remove(0);
    assert_eq!((&json["malformed"]["count"], &json["left_out"]["types"]["DATE"]), (&1.into(), &1.into()), "{json}");
    assert_eq!(json["scores"]["PER"]["right"], 1, "{json}");
}

/// Two models on the same texts: the same one is no better than itself, whatever the threads.
#[test]
fn models_are_compared() {
    let env = Env::new();
    env.file("c.tsv", CORPUS.repeat(12));
    let compare = ["eval", "ner", "c.tsv", "--compare", "default", "default"];
    let run = env.run(compare);
    assert_eq!(run.status, 0, "{}", run.stderr);
    for expected in
        ["A: default\nB: default\n", "no difference can be told: the same F1", "1,000 draws of 12 documents"]
    {
        assert!(run.stdout.contains(expected), "{expected}: {}", run.stdout);
    }
    let model = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/model");
    let json = |threads: &str| {
        env.run(["eval", "ner", "c.tsv", "--json", "--threads", threads, "--compare", "default", model]).stdout
    };
    assert_eq!(json("1"), json("2"));
    let told: Value = serde_json::from_str(&json("2")).unwrap();
    assert_eq!((&told["unit"], &told["units"], &told["resamples"]), (&"documents".into(), &12.into(), &1000.into()));
    assert_eq!(told["a"]["scores"]["PER"]["f1"], 100.0, "{told}");
    // Documents that are all the same leave nothing to chance.
    let difference =
        told["b"]["scores"]["all"]["f1"].as_f64().unwrap() - told["a"]["scores"]["all"]["f1"].as_f64().unwrap();
    assert!((told["difference"]["f1"].as_f64().unwrap() - difference).abs() < 0.011, "{told}");
    assert_eq!(told["difference"]["interval"][0], told["difference"]["interval"][1], "{told}");
    let one = env.run_with(["eval", "ner", "-", "--json", "--compare", "default", "default"], CORPUS).jsonl().remove(0);
    assert_eq!(
        (&one["unit"], &one["units"], &one["difference"]["better"]),
        (&"sentences".into(), &2.into(), &Value::Null)
    );

    env.run([&compare[..], &["--model", "accurate"]].concat()).assert_fails(2, &["without --model"]);
    let both = env.run([&compare[..], &["--faults", "f.jsonl"]].concat());
    assert!(both.status == 2 && both.stderr.contains("cannot be used with '--faults"), "{}", both.stderr);
    env.run(["eval", "ner", "c.tsv", "--compare", "default", "nowhere"]).assert_fails(2, &["nowhere"]);
    let mut set = env.command();
    let run = finish(set.args(compare).env("DATELINE_MODEL", "nowhere"), b"");
    assert_eq!(run.status, 0, "{}", run.stderr);
}

/// Corpora of the field: tags of other schemes and sets, and comments.
#[test]
fn other_schemes_are_scored() {
    let env = Env::new();
    let scores = |corpus: &str| {
        let json = env.run_with(["eval", "ner", "-", "--json"], corpus).jsonl().remove(0);
        ["PER", "LOC"].map(|label| (json["scores"][label]["gold"].clone(), json["scores"][label]["right"].clone()))
    };
    let one = || (Value::from(1), Value::from(1));
    let iob1 = "# a comment\nAnna\tI-PER\nSchmidt\tI-PER\nleft\tO\nMosul\tI-LOC\n.\tO\n";
    assert_eq!(scores(iob1), [one(), one()]);
    let bioes = "Anna\tB-PERSON\nSchmidt\tE-PERSON\nleft\tO\nMosul\tS-GPE\non\tO\nMonday\tS-DATE\n.\tO\n";
    assert_eq!(scores(bioes), [one(), one()]);
}

/// A name counts only at the borders of the corpus's words, and in the casing asked for.
#[test]
fn casings_and_parts() {
    let env = Env::new();
    let two = format!("{CORPUS}{CORPUS}");
    let json = |args: &[&str]| env.run_with([&["eval", "ner", "-", "--json"], args].concat(), &two).jsonl().remove(0);
    assert_eq!(json(&[])["documents"], 2);
    assert_eq!(json(&["--part", "2/2"])["documents"], 1);
    let upper = json(&["--casing", "upper"]);
    assert_eq!((&upper["casing"], &upper["scores"]["LOC"]["right"]), (&"upper".into(), &2.into()), "{upper}");
    assert_eq!(json(&["--min-score", "1"])["scores"]["all"]["found"], 0);
}

#[test]
fn what_cannot_be_scored_is_told() {
    let env = Env::new();
    env.file("good.tsv", CORPUS);
    env.file("broken.tsv", "Mosul\nin\tO\nIraq\tX-LOC\nand\tO\n \tI-LOC\nAnna\tB-PER\n");
    env.file("empty.tsv", "\n");
    let run = env.run(["eval", "ner", "broken.tsv"]);
    assert_eq!((run.status, run.stdout.as_str()), (2, ""));
    for expected in
        ["broken.tsv:1: one column", "broken.tsv:3: unknown tag", "broken.tsv:5: ", "nothing of broken.tsv is scored"]
    {
        assert!(run.stderr.contains(expected), "{expected}: {}", run.stderr);
    }
    let run = env.run(["eval", "ner", "broken.tsv", "good.tsv", "empty.tsv", "missing.tsv"]);
    assert_eq!((run.status, run.stderr.lines().count()), (1, 3), "{}", run.stderr);
    assert!(run.stdout.starts_with("good.tsv: "), "{}", run.stdout);
    for args in [["--part", "3/2"], ["--part", "9/9"], ["--min-score", "2"], ["--casing", "title"]] {
        let run = env.run([&["eval", "ner", "good.tsv"][..], &args].concat());
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{args:?}");
        assert!(run.stderr.contains("expected") || run.stderr.contains("possible values"), "{}", run.stderr);
    }
}

/// A passage of ours, with the true coordinates of both towns.
const PASSAGE: &str = r#"{"text": "Qayyarah is a town in northern Iraq. It lies about 60 km south of Mosul.", "target": {"start": 0, "end": 8, "lat": 35.79725, "lon": 43.29162}, "anchor": {"start": 66, "end": 71, "lat": 36.335, "lon": 43.11889}, "distance_km": 60.0, "direction": "south"}"#;

#[test]
fn positions_are_scored() {
    let env = Env::new();
    let corpus = env.file("passages.jsonl", format!("{PASSAGE}\n"));
    let run = env.run(["eval".as_ref(), "relative".as_ref(), corpus.as_os_str(), "--json".as_ref()]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    let both = run.jsonl().pop().unwrap();
    for key in ["passages", "anchor", "distance", "bearing", "found", "target"] {
        assert_eq!(both[key], 1, "{key}: {both}");
    }
    let points = &both["from_true_anchor"];
    assert_eq!((&points["near"], &points["covered"]), (&1.into(), &1.into()), "{both}");
    let pretty = env.run(["eval".as_ref(), "relative".as_ref(), corpus.as_os_str()]);
    assert!(pretty.stdout.contains("all three") && pretty.stdout.contains("100.0 %"), "{}", pretty.stdout);
}

#[test]
fn broken_passages_are_told() {
    let env = Env::new();
    let corpus = env.file("passages.jsonl", format!("{PASSAGE}\n{}\n", PASSAGE.replace("south\"}", "down\"}")));
    let run = env.run(["eval".as_ref(), "relative".as_ref(), corpus.as_os_str()]);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("passages.jsonl:2: direction \"down\""), "{}", run.stderr);
}
