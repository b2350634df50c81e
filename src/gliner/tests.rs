//! Held to what gliner itself did: see `scripts/fixtures/gliner.py`.

use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::*;

/// What gliner made of a text, step by step.
#[derive(Deserialize)]
struct Step {
    text: String,
    labels: Vec<String>,
    /// In characters.
    words: Vec<(usize, usize)>,
    input_ids: Vec<i64>,
    attention_mask: Vec<i64>,
    words_mask: Vec<i64>,
    text_lengths: Vec<i64>,
    span_idx: Option<Vec<(i64, i64)>>,
    span_mask: Option<Vec<i64>>,
    shape: [usize; 4],
    logits: Vec<f32>,
    decoded: Vec<Decoding>,
}

/// What gliner found in the logits in one way.
#[derive(Deserialize)]
struct Decoding {
    threshold: f64,
    flat_ner: bool,
    multi_label: bool,
    /// First word, last word, label, score.
    found: Vec<(usize, usize, usize, f32)>,
}

fn file(model: &str, name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/models").join(model).join(name);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn open(model: &str) -> Gliner {
    let (config, tokenizer) = (file(model, "gliner_config.json"), file(model, "tokenizer.json"));
    Gliner::new(("config", &config), ("tokenizer", &tokenizer)).unwrap()
}

fn labels(of: &[&str]) -> Vec<String> {
    of.iter().map(ToString::to_string).collect()
}

/// Does something with each step of both models.
fn steps(mut check: impl FnMut(&Gliner, &Step)) {
    for model in ["gliner-span", "gliner-token"] {
        let gliner = open(model);
        let steps: Vec<Step> = serde_json::from_slice(&file(model, "steps.json")).unwrap();
        assert!(steps.len() >= 6);
        steps.iter().for_each(|step| check(&gliner, step));
    }
}

/// The bytes at which the characters of a text begin, and its end.
fn borders(text: &str) -> Vec<usize> {
    text.char_indices().map(|(at, _)| at).chain([text.len()]).collect()
}

#[test]
fn inputs_are_those_of_gliner() {
    steps(|gliner, step| {
        let prompt = gliner.prompt(&step.labels).unwrap();
        let (words, windows) = gliner.read(&prompt, &step.text).unwrap();
        let bytes = borders(&step.text);
        let expected: Vec<Span> = step.words.iter().map(|&(start, end)| Span::new(bytes[start], bytes[end])).collect();
        assert_eq!(words.spans(), expected, "{}", step.text);
        assert_eq!(windows.len(), 1);

        let inputs = gliner.inputs(&prompt, &words, &windows[0]);
        assert_eq!(inputs.input_ids.as_slice().unwrap(), step.input_ids, "{}", step.text);
        assert_eq!(inputs.attention_mask.as_slice().unwrap(), step.attention_mask);
        assert_eq!(inputs.words_mask.as_slice().unwrap(), step.words_mask);
        assert_eq!(inputs.text_lengths.as_slice().unwrap(), step.text_lengths);
        assert_eq!(inputs.spans.is_some(), step.span_idx.is_some());
        if let (Some(spans), Some(idx), Some(mask)) = (inputs.spans, &step.span_idx, &step.span_mask) {
            let flat: Vec<i64> = idx.iter().flat_map(|&(first, last)| [first, last]).collect();
            assert_eq!(
                (spans.idx.shape(), spans.idx.as_slice().unwrap()),
                ([1, idx.len(), 2].as_slice(), flat.as_slice())
            );
            let ours: Vec<i64> = spans.mask.iter().map(|&ends_inside| i64::from(ends_inside)).collect();
            assert_eq!(&ours, mask);
        }
    });
}

#[test]
fn names_are_those_of_gliner() {
    let mut told = 0;
    steps(|gliner, step| {
        let prompt = gliner.prompt(&step.labels).unwrap();
        let bytes = borders(&step.text);
        for decoding in &step.decoded {
            let Decoding { threshold, flat_ner, multi_label, found } = decoding;
            let choice = Choice { threshold: *threshold, flat: *flat_ner, multi_label: *multi_label };
            let run =
                |_: &Inputs| Ok::<_, GlinerError>(Array4::from_shape_vec(step.shape, step.logits.clone()).unwrap());
            let ours = gliner.find(&prompt, &step.text, choice, run).unwrap();
            let place = |&Found { span, label, .. }: &Found| (span, label);
            let expected = found.iter().map(|&(first, last, label, _)| {
                (Span::new(bytes[step.words[first].0], bytes[step.words[last].1]), label)
            });
            assert_eq!(
                ours.iter().map(place).collect::<Vec<_>>(),
                expected.collect::<Vec<_>>(),
                "{} {choice:?}",
                step.text
            );
            for (ours, theirs) in ours.iter().zip(found) {
                assert!((ours.score - theirs.3).abs() < 2e-6, "{} and {}", ours.score, theirs.3);
            }
            told += found.len();
        }
    });
    assert!(told > 100, "{told} names are too few to show anything");
}

#[test]
fn words_without_tokens_are_none() {
    let gliner = open("gliner-token");
    let prompt = gliner.prompt(&labels(&["place"])).unwrap();
    let text = "\u{200b}In\u{200b} Kesh";
    let (words, windows) = gliner.read(&prompt, text).unwrap();
    assert_eq!(words.spans().iter().map(|span| span.of(text)).collect::<Vec<_>>(), ["In", "Kesh"]);
    let inputs = gliner.inputs(&prompt, &words, &windows[0]);
    let numbers: Vec<i64> = inputs.words_mask.iter().copied().filter(|&number| number > 0).collect();
    assert_eq!((numbers.as_slice(), inputs.text_lengths[(0, 0)]), ([1, 2].as_slice(), 2));
    let (_, windows) = gliner.read(&prompt, " \u{200b}\n").unwrap();
    assert!(windows.is_empty());
}

/// Logits by which each "Kesh" is a name of the first label.
fn kesh(gliner: &Gliner, inputs: &Inputs, labels: usize, token: i64) -> Array4<f32> {
    let words = inputs.text_lengths[(0, 0)] as usize;
    let width = gliner.config().max_width;
    let mut is_name = vec![false; words];
    for (&id, &number) in inputs.input_ids.iter().zip(&inputs.words_mask) {
        if number > 0 {
            is_name[number as usize - 1] = id == token;
        }
    }
    match gliner.config().mode {
        config::Mode::Span => Array4::from_shape_fn((1, words, width, labels), |(_, word, longer, label)| {
            if is_name[word] && longer == 0 && label == 0 { 3.0 } else { -3.0 }
        }),
        config::Mode::Token => {
            Array4::from_shape_fn(
                (1, words, labels, 3),
                |(_, word, label, _)| {
                    if is_name[word] && label == 0 { 3.0 } else { -3.0 }
                },
            )
        }
    }
}

#[test]
fn long_texts_are_read_to_their_end() {
    let sentence = "On Monday no one left Kesh, not even by the old road. ";
    let endless = "Kesh and then ".repeat(90);
    let text = sentence.repeat(40) + &endless + &sentence.repeat(3);
    for model in ["gliner-span", "gliner-token"] {
        let gliner = open(model);
        let prompt = gliner.prompt(&labels(&["place", "person"])).unwrap();
        let (words, _) = gliner.read(&prompt, "Kesh").unwrap();
        let token = words.tokens(0)[0];
        let mut runs = 0;
        let run = |inputs: &Inputs| {
            runs += 1;
            assert!(inputs.text_lengths[(0, 0)] as usize <= gliner.config().max_len);
            assert!(inputs.input_ids.len() <= gliner.config().max_tokens.unwrap_or(usize::MAX));
            Ok::<_, GlinerError>(kesh(&gliner, inputs, 2, token))
        };
        let found = gliner.find(&prompt, &text, Choice::default(), run).unwrap();
        let places: Vec<usize> = found.iter().map(|name| name.span.start).collect();
        let expected: Vec<usize> = text.match_indices("Kesh").map(|(at, _)| at).collect();
        assert_eq!(places, expected);
        assert!(found.iter().all(|name| name.span.of(&text) == "Kesh" && name.label == 0));
        assert!(runs > 10, "{runs}");
    }
}

#[test]
fn a_word_beyond_all_measure_is_read_in_part() {
    for model in ["gliner-span", "gliner-token"] {
        let gliner = open(model);
        let prompt = gliner.prompt(&labels(&["place"])).unwrap();
        let text = format!("Kesh {} Kesh", "ab".repeat(100_000));
        let mut longest = 0;
        let run = |inputs: &Inputs| {
            longest = longest.max(inputs.input_ids.len());
            Ok::<_, GlinerError>(kesh(&gliner, inputs, 1, -1))
        };
        assert!(gliner.find(&prompt, &text, Choice::default(), run).unwrap().is_empty());
        assert!(longest <= gliner.config().max_tokens.unwrap_or(600), "{longest}");
    }
}

#[test]
fn labels_that_cannot_be_asked_for() {
    let gliner = open("gliner-token");
    let message = |of: &[String]| gliner.prompt(of).unwrap_err().to_string();
    assert!(message(&[]).contains("there is none"));
    assert!(message(&labels(&["place", "person", "place"])).contains("\"place\" is there twice"));
    for nothing in ["", " ", "\u{200b}", "<<ENT>>", "a <<ENT>> b"] {
        assert!(message(&labels(&["place", nothing])).contains("nothing that the model can read"), "{nothing:?}");
    }
    let many: Vec<String> = (0..60).map(|n| format!("place {n}")).collect();
    let told = message(&many);
    assert!(told.contains("of the 224 tokens that the model reads at once") && told.contains("or fewer"), "{told}");
}

#[test]
fn files_that_do_not_belong_together() {
    let config = file("gliner-span", "gliner_config.json");
    let open = |tokenizer: &[u8]| match Gliner::new(("config", &config), ("tokenizer", tokenizer)) {
        Ok(_) => panic!("it was opened"),
        Err(error) => error.to_string(),
    };
    assert!(open(b"{}").starts_with("tokenizer: "));
    let other = String::from_utf8(file("gliner-span", "tokenizer.json")).unwrap();
    let message = open(other.replace("<<ENT>>", "<<END>>").as_bytes());
    assert!(message.contains("no token \"<<ENT>>\""), "{message}");
    let swapped = other.replace("<<ENT>>", "<<X>>").replace("<<SEP>>", "<<ENT>>");
    assert!(open(swapped.as_bytes()).contains("by class_token_index of config"));
}
