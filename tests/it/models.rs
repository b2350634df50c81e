//! Models of others: architectures, tokenizers, labels and files as they come. `scripts/fixtures/` makes the models, and has Hugging
//! Face's pipeline and the package gliner say what is to be found with them.

use std::path::{Path, PathBuf};

use dateline::inner::clock::Clock;
use dateline::inner::document::{OffsetMap, OffsetUnit, Span};
use dateline::inner::external::{RuntimeOptions, find_runtime};
use dateline::inner::gliner::Gliner;
use dateline::inner::gliner::decode::Choice;
use dateline::inner::gliner::recogniser::GlinerModel;
use dateline::inner::mention::Mention;
use dateline::inner::model_error::ModelError;
use dateline::inner::model_files::ModelFiles;
use dateline::inner::model_options::{Aggregation, ModelOptions};
use dateline::inner::ner::NerModel;
use dateline::inner::ner::recogniser::{Decoded, Recogniser, Request};
use serde::Deserialize;

use crate::support::{Env, data};

const ARCHITECTURES: [&str; 12] = [
    "albert",
    "bert-cased",
    "bert-uncased",
    "camembert",
    "deberta-v2",
    "deberta-v3",
    "distilbert",
    "electra",
    "modernbert",
    "mpnet",
    "roberta",
    "xlm-r",
];

/// Whether a text is read otherwise by Hugging Face: "[CLS]" and the like for the special tokens themselves, and not for what an
/// article says; white space at its ends, which some tokenizers have a token for, and which is part of no sentence.
fn is_read_otherwise(text: &str) -> bool {
    text.contains("[CLS]") || text.trim() != text
}

fn start() {
    let cache = std::env::var_os("DATELINE_CACHE").map(PathBuf::from);
    let runtime = find_runtime(&RuntimeOptions { cache, ..RuntimeOptions::default() }, &mut |_| {}).unwrap();
    dateline::inner::onnx::start(&runtime).unwrap();
}

fn folder(name: &str) -> PathBuf {
    data(&format!("models/{name}"))
}

fn json<T: for<'de> Deserialize<'de>>(path: &Path) -> T {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn texts() -> Vec<String> {
    json(&folder("texts.json"))
}

fn options(change: impl FnOnce(&mut ModelOptions)) -> ModelOptions {
    let mut options = ModelOptions::default();
    change(&mut options);
    options
}

fn model(name: &str, aggregation: Aggregation) -> NerModel {
    let options = options(|options| options.aggregation = aggregation);
    NerModel::new(ModelFiles::read(&folder(name)).unwrap(), &options, 1).unwrap()
}

fn decoded(model: &dyn Recogniser, request: Request<'_>) -> Decoded {
    model.recognise(&[request], &Clock::default()).pop().unwrap().unwrap()
}

fn mentions(model: &dyn Recogniser, text: &str) -> Vec<Mention> {
    decoded(model, Request { text, min_score: None, stop: None }).mentions
}

/// Start and end in characters, type, score.
type Told = (usize, usize, String, f32);

fn told(text: &str, mention: &Mention) -> Told {
    let offsets = OffsetMap::new(text, OffsetUnit::CodePoints);
    let Span { start, end } = mention.span;
    let kind = mention.kind.map_or(mention.label.name(), |kind| kind.name());
    (offsets.convert(start), offsets.convert(end), kind.to_owned(), mention.score)
}

/// In what two lists of names differ; `None` where they are the same, with scores that differ by less than 0.0001.
fn difference(found: &[Told], expected: &[Told], what: &str) -> Option<String> {
    let is_same = |(found, expected): (&Told, &Told)| {
        (found.0, found.1, &found.2) == (expected.0, expected.1, &expected.2) && (found.3 - expected.3).abs() < 1e-4
    };
    let same = found.len() == expected.len() && found.iter().zip(expected).all(is_same);
    (!same).then(|| format!("{what}\n  found    {found:?}\n  expected {expected:?}"))
}

fn assert_none(differences: &[String]) {
    assert!(
        differences.is_empty(),
        "{} differ:\n{}",
        differences.len(),
        differences[..differences.len().min(20)].join("\n")
    );
}

#[derive(Deserialize)]
struct Expected {
    strategies: Vec<String>,
    /// Of each text, of each strategy.
    texts: Vec<Vec<Vec<Told>>>,
}

/// Hugging Face tells what overlaps where two tokens share a character; mentions never overlap.
fn without_overlap(told: &[Told]) -> Vec<Told> {
    let mut behind = 0;
    let mut kept = Vec::new();
    for (start, end, kind, score) in told {
        let start = (*start).max(behind);
        if start < *end {
            behind = *end;
            kept.push((start, *end, kind.clone(), *score));
        }
    }
    kept
}

#[test]
fn strategies_are_those_of_hugging_face() {
    start();
    let (texts, mut differences) = (texts(), Vec::new());
    for name in ARCHITECTURES {
        let expected: Expected = json(&folder(name).join("expected.json"));
        for (n, strategy) in expected.strategies.iter().enumerate() {
            let model = model(name, strategy.parse().unwrap());
            for (text, expected) in texts.iter().zip(&expected.texts).filter(|(text, _)| !is_read_otherwise(text)) {
                let found: Vec<Told> = mentions(&model, text).iter().map(|mention| told(text, mention)).collect();
                let what = format!("{name}, {strategy}: {text}");
                differences.extend(difference(&found, &without_overlap(&expected[n]), &what));
            }
        }
    }
    assert_none(&differences);
}

/// Tokens of several words, of which Chinese has many, leave no word out.
#[test]
fn a_token_of_several_words_is_read_as_all_of_them() {
    start();
    let text = "王芳在北京。";
    for aggregation in [Aggregation::Viterbi, Aggregation::First] {
        let found = mentions(&model("xlm-r", aggregation), text);
        let names: Vec<_> = found.iter().map(|mention| (mention.span.of(text), mention.label.name())).collect();
        // The tokens are 王芳在 and 北京, of three words and of two.
        assert_eq!(names, [("王芳在", "PER"), ("北京", "LOC")], "{aggregation:?}");
    }
}

/// Names never begin or end with punctuation that is not theirs, in whatever way the tokenizer splits words.
#[test]
fn names_are_words() {
    start();
    let texts = texts();
    for name in ARCHITECTURES {
        let model = model(name, Aggregation::Viterbi);
        let mut names = 0;
        for text in &texts {
            for mention in mentions(&model, text) {
                let name_found = mention.span.of(text);
                let is_letter = |c: char| c.is_alphanumeric() || !c.is_ascii();
                assert!(name_found.starts_with(is_letter), "{name}: {name_found:?} in {text}");
                assert!(
                    name_found.ends_with(|c| is_letter(c) || matches!(c, '.' | ')' | ']')),
                    "{name}: {name_found:?} in {text}"
                );
                names += 1;
            }
        }
        assert!(names > 200, "{name}: {names}");
    }
}

/// Windows that are read together give what they give one by one.
#[test]
fn batches_change_nothing_but_the_last_digits() {
    start();
    let texts = texts();
    for name in ["bert-cased", "roberta", "deberta-v3", "modernbert"] {
        let model = model(name, Aggregation::Viterbi);
        let windows: Vec<_> = texts.iter().flat_map(|text| model.windows(text).unwrap()).collect();
        let windows: Vec<_> = windows.iter().collect();
        let together = model.run_batches(&windows, 700, &Clock::default());
        for (window, together) in windows.iter().zip(together) {
            let (alone, together) = (model.run(window).unwrap(), together.unwrap());
            assert_eq!(alone.shape(), together.shape());
            let furthest = (&alone - &together).iter().fold(0f32, |most, difference| most.max(difference.abs()));
            assert!(furthest < 1e-4, "{name}: {furthest}");
        }
    }
}

#[derive(Deserialize)]
struct Cases {
    texts: Vec<String>,
    label_sets: Vec<Vec<String>>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    text: usize,
    label_set: usize,
    threshold: f32,
    flat_ner: bool,
    multi_label: bool,
    entities: Vec<Told>,
}

#[test]
fn gliner_finds_what_its_own_package_finds() {
    start();
    let (mut differences, mut inside) = (Vec::new(), 0);
    for name in ["gliner-span", "gliner-token"] {
        let cases: Cases = json(&folder(name).join("expected.json"));
        let files = || ModelFiles::read(&folder(name)).unwrap();
        let model = |labels: &[String], threshold, nested| {
            let options = options(|options| {
                options.labels = Some(labels.to_vec());
                options.threshold = Some(threshold);
                options.nested = nested;
            });
            GlinerModel::new(files(), &options, 1).unwrap()
        };
        let (config, tokenizer) = (files().config, files().tokenizer);
        let plain = Gliner::new((&config.name, &config.bytes), (&tokenizer.name, &tokenizer.bytes)).unwrap();
        let runner = model(&cases.label_sets[0], 0.5, false);
        for case in &cases.cases {
            let (text, labels) = (&cases.texts[case.text], &cases.label_sets[case.label_set]);
            let what = format!("{name}, {labels:?}, {}: {text}", case.threshold);
            let offsets = OffsetMap::new(text, OffsetUnit::CodePoints);
            let choice = Choice {
                threshold: case.threshold.to_string().parse().unwrap(),
                flat: case.flat_ner,
                multi_label: case.multi_label,
            };
            let prompt = plain.prompt(labels).unwrap();
            let found = plain.find::<ModelError>(&prompt, text, choice, |inputs| runner.run(inputs)).unwrap();
            let found: Vec<Told> = found
                .iter()
                .map(|found| {
                    let Span { start, end } = found.span;
                    (offsets.convert(start), offsets.convert(end), labels[found.label].clone(), found.score)
                })
                .collect();
            differences.extend(difference(&found, &case.entities, &what));
            if !case.multi_label {
                let Decoded { mentions, nested, .. } = decoded(
                    &model(labels, case.threshold, !case.flat_ner),
                    Request { text, min_score: None, stop: None },
                );
                assert_nested(&mentions, &nested, &what);
                inside += nested.len();
                let told = mentions.iter().chain(&nested).map(|mention| told(text, mention));
                differences.extend(difference(&sorted(told.collect()), &sorted(case.entities.clone()), &what));
            }
        }
    }
    assert_none(&differences);
    assert!(inside > 10, "{inside} names inside others are too few to show anything");
}

/// By where they begin and end: of gliner's names, those that begin together come by their scores.
fn sorted(mut told: Vec<Told>) -> Vec<Told> {
    told.sort_by_key(|told| (told.0, told.1));
    told
}

/// Asserts that mentions are in order and without overlap, and that each of the nested ones is inside one of them.
fn assert_nested(mentions: &[Mention], nested: &[Mention], what: &str) {
    assert!(mentions.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start), "{what}: {mentions:?}");
    for Mention { span: inner, .. } in nested {
        let holds = |outer: Span| outer.start <= inner.start && inner.end <= outer.end && outer != *inner;
        assert!(mentions.iter().any(|mention| holds(mention.span)), "{what}: {inner:?} is in none of {mentions:?}");
    }
}

/// Names that stand inside one that is left out, by its label or its score, are inside none.
#[test]
fn what_is_left_out_holds_nothing() {
    start();
    let text = "اتحاد العمال في مدينة النهر: لا صاروخ هنا، قال سامي النجار.";
    let found = |left_out: &[&str], min_score: f32| {
        let options = options(|options| {
            options.labels = Some(["weapon", "place", "organisation", "person"].map(str::to_owned).to_vec());
            options.threshold = Some(0.3);
            options.nested = true;
            options.map = left_out.iter().map(|label| ((*label).to_owned(), String::new())).collect();
        });
        let model = GlinerModel::new(ModelFiles::read(&folder("gliner-span")).unwrap(), &options, 1).unwrap();
        let Decoded { mentions, nested, .. } =
            decoded(&model, Request { text, min_score: Some(min_score), stop: None });
        let at = |mentions: Vec<Mention>| -> Vec<_> {
            let told = mentions.iter().map(|mention| told(text, mention));
            told.map(|(start, end, label, _)| (start, end, label)).collect()
        };
        (at(mentions), at(nested))
    };
    let name = |start, end, label: &str| (start, end, label.to_owned());
    let (town, river, person) = (name(16, 27, "place"), name(29, 37, "organisation"), name(47, 58, "person"));
    let workers = name(0, 12, "person");
    let (mentions, nested) = found(&["weapon"], 0.0);
    assert_eq!(mentions, [workers.clone(), name(16, 37, "place"), name(41, 58, "place")]);
    assert_eq!(nested, [town.clone(), river.clone(), person.clone()]);
    assert_eq!(found(&["weapon", "place"], 0.0), (vec![workers.clone(), river.clone(), person], vec![]));
    assert_eq!(found(&["weapon"], 0.45), (vec![workers, town, river], vec![]));
}

const TEXT: &str = "Angela Merkel left Mosul for New York, Reuters said. The Iraqi team met Omar Haddad in Paris.";

/// The names that a model finds: text, label, type.
fn names(env: &Env, args: &[&str]) -> Vec<(String, String, Option<String>)> {
    let run = env.run_with([&["tag", "-", "--no-places", "--format", "jsonl"], args].concat(), TEXT);
    assert_eq!(run.status, 0, "{args:?}: {}", run.stderr);
    let document: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let own = |entity: &serde_json::Value, key: &str| entity[key].as_str().map(str::to_owned);
    let entities = document["entities"].as_array().unwrap().iter();
    entities.map(|entity| (own(entity, "text").unwrap(), own(entity, "label").unwrap(), own(entity, "type"))).collect()
}

fn usual() -> Vec<(String, String, Option<String>)> {
    [
        ("Angela Merkel", "PER"),
        ("Mosul", "LOC"),
        ("New York", "LOC"),
        ("Reuters", "ORG"),
        ("Iraqi", "MISC"),
        ("Omar Haddad", "PER"),
        ("Paris", "LOC"),
    ]
    .map(|(name, label)| (name.to_owned(), label.to_owned(), None))
    .to_vec()
}

#[test]
fn files_of_many_kinds_are_read() {
    let env = Env::new();
    for name in [
        "usual",
        "fp16-logits",
        "int32-inputs",
        "fixed-shape",
        "fixed-batch",
        "several-outputs",
        "external-data",
        "quantized-name",
        "quantized-name/onnx/model_quantized.onnx",
    ] {
        let path = folder(&format!("variants/{name}"));
        assert_eq!(names(&env, &["--model", path.to_str().unwrap()]), usual(), "{name}");
    }
}

#[test]
fn what_is_no_model_for_us_is_told_for_what_it_is() {
    let env = Env::new();
    for (name, expected) in [
        ("argmax", &["a CRF or an argmax", "export the model without it"][..]),
        ("crf", &["a CRF or an argmax"]),
        ("sequence-classifier", &["classifies whole texts"]),
        ("vocabulary", &["tokens, and", "export the model anew with its own tokenizer"]),
        ("lfs-pointer", &["a pointer of Git LFS", "git lfs pull"]),
        ("three-labels-missing", &["it names 6 labels where the model gives 9"]),
    ] {
        let path = folder(&format!("variants/{name}"));
        let run = env.run_with(["tag", "-", "--model", path.to_str().unwrap()], TEXT);
        run.assert_fails(2, expected);
    }
    let path = folder("variants/nan");
    let run = env.run_with(["tag", "-", "--no-places", "--model", path.to_str().unwrap()], TEXT);
    run.assert_fails(2, &["not numbers (NaN)"]);
}

#[test]
fn labels_of_many_schemes_are_read() {
    let env = Env::new();
    let schemes = folder("variants/labels");
    let put_together = |name: &str| {
        for (from, to) in [
            (format!("{name}.json"), "config.json"),
            (format!("{name}.onnx"), "model.onnx"),
            ("tokenizer.json".to_owned(), "tokenizer.json"),
        ] {
            env.file(&format!("model/{to}"), std::fs::read(schemes.join(from)).unwrap());
        }
    };
    for name in ["iob2", "iob1", "bioes", "bilou", "io", "plain", "suffix", "underscore", "lower", "unknown"] {
        put_together(name);
        assert_eq!(
            names(&env, &["--model", "model"]).into_iter().map(|(name, label, _)| (name, label)).collect::<Vec<_>>(),
            usual().into_iter().map(|(name, label, _)| (name, label)).collect::<Vec<_>>(),
            "{name}"
        );
    }
    put_together("label-n");
    env.run_with(["tag", "-", "--model", "model"], TEXT).assert_fails(2, &["LABEL_0", "--labels FILE"]);
    let labels = schemes.join("labels.txt");
    assert_eq!(names(&env, &["--model", "model", "--labels", labels.to_str().unwrap()]), usual());
    put_together("gmb");
    let found = names(&env, &["--model", "model", "--map", "org=MISC,per="]);
    let short: Vec<_> =
        found.iter().map(|(name, label, kind)| format!("{name} {label} {}", kind.as_deref().unwrap_or("-"))).collect();
    let expected = ["Mosul LOC geo", "New York LOC geo", "Reuters MISC org", "Iraqi MISC gpe", "Paris LOC geo"];
    assert_eq!(short, expected);
    put_together("ontonotes");
    let found = names(&env, &["--model", "model"]);
    assert!(
        found.iter().any(|(name, label, kind)| name == "Mosul" && label == "LOC" && kind.as_deref() == Some("GPE"))
    );
    put_together("unknown");
    let run =
        env.run_with(["tag", "-", "--no-places", "--model", "model", "--format", "jsonl"], "A Kalashnikov left Mosul.");
    assert_eq!(run.stderr.matches("WEAPON").count(), 3, "named once, with what to do: {}", run.stderr);
    assert!(run.stdout.contains("\"label\":\"WEAPON\""), "{}", run.stdout);
}

#[test]
fn labels_of_a_gliner_are_chosen() {
    let env = Env::new();
    let path = folder("gliner-span");
    let text = "Marla Quist of Norwind Shipping arrived in Port Ellery on Monday.";
    let run = |args: &[&str]| {
        let args =
            [&["tag", "-", "--no-places", "--format", "jsonl", "--model", path.to_str().unwrap()], args].concat();
        env.run_with(args, text)
    };
    let tagged = run(&["--labels", "person,organisation,place", "--threshold", "0.3"]);
    assert_eq!(tagged.status, 0, "{}", tagged.stderr);
    assert!(
        tagged.stdout.contains("\"text\":\"Port Ellery\",\"label\":\"LOC\",\"type\":\"place\""),
        "{}",
        tagged.stdout
    );
    run(&["--aggregation", "first"]).assert_fails(2, &["--aggregation", "does not classify tokens"]);
    run(&["--labels", "person,person"]).assert_fails(2, &["labels cannot be used"]);
    assert!(run(&["--labels", "weapon"]).stderr.contains("none of the labels (weapon) is one of places"));
    let usual = folder("variants/usual");
    env.run_with(["tag", "-", "--model", usual.to_str().unwrap(), "--threshold", "0.4"], text)
        .assert_fails(2, &["--threshold", "expected a GLiNER"]);
    env.run_with(["tag", "-", "--model", usual.to_str().unwrap(), "--nested"], text)
        .assert_fails(2, &["--nested", "expected a GLiNER"]);
}

/// The names inside names reach JSON, are kept where places are found anew, and change nothing else.
#[test]
fn names_inside_names_of_a_gliner_are_told() {
    let env = Env::new();
    let path = folder("gliner-span");
    let text = "🗻 Jean-Luc Perrault, 41, a clerk at Calder Steel Works (Ardenholt), owned an M16.";
    let usual = [
        "tag",
        "-",
        "--model",
        path.to_str().unwrap(),
        "--labels",
        "person,organisation,place,weapon",
        "--threshold",
        "0.3",
        "--format",
    ];
    let run = |args: &[&str]| {
        let run = env.run_with([&usual, args].concat(), text);
        assert_eq!(run.status, 0, "{args:?}: {}", run.stderr);
        run.stdout
    };
    let parsed = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap();
    let tagged = run(&["jsonl", "--nested", "--offsets", "utf8", "--no-places"]);
    let found = parsed(&tagged);
    let part = |name: &serde_json::Value| {
        let at = |key: &str| usize::try_from(name[key].as_u64().unwrap()).unwrap();
        let part = &text[at("start")..at("end")];
        assert_eq!(name["text"], part);
        (part.to_owned(), name["label"].as_str().unwrap().to_owned(), name["type"].as_str().map(str::to_owned))
    };
    let organisation = |name: &str| (name.to_owned(), "ORG".to_owned(), Some("organisation".to_owned()));
    let entities: Vec<_> = found["entities"].as_array().unwrap().iter().map(part).collect();
    let nested: Vec<_> = found["nested"].as_array().unwrap().iter().map(part).collect();
    assert!(entities.contains(&organisation("Calder Steel Works (Ardenholt")), "{entities:?}");
    assert_eq!(nested, [organisation("Calder Steel Works"), organisation("Ardenholt")]);
    let score = found["nested"][0]["score"].as_f64().unwrap();
    assert!((score - 0.467).abs() < 0.0015 && score == (score * 1000.0).round() / 1000.0, "{score}");
    let schema = jsonschema::validator_for(&dateline::annotation::schema()).unwrap();
    assert!(schema.is_valid(&found), "{found}");

    let placed = env.run_with(["tag", "-", "--place-only", "--offsets", "utf8", "--format", "jsonl"], &tagged).stdout;
    assert_eq!(placed, run(&["jsonl", "--nested", "--offsets", "utf8"]));
    assert_eq!(parsed(&placed)["nested"], found["nested"]);
    // Here the flat names are the outer ones: the tables are those of a run without the flag.
    assert_eq!(run(&["csv", "--nested"]), run(&["csv"]));
    assert!(!run(&["jsonl"]).contains("nested"));
}

/// Without a graphics card, or a library for one, that is said at once.
#[test]
fn a_processor_that_is_not_there_is_told() {
    let env = Env::new();
    for device in ["coreml", "directml", "openvino"] {
        let run = env.run_with(["tag", "-", "--device", device], TEXT);
        run.assert_fails(2, &["the model cannot be run on", device, "leave --device out"]);
    }
    let run = env.run_with(["tag", "-", "--device", "gpu"], TEXT);
    assert!(run.status == 2 && run.stderr.contains("expected cpu, cuda"), "{}", run.stderr);
}
