//! The tagger reads text by the rules that the model was trained by: `tests/data/encoding.json` is written by
//! `scripts/test_encoding.py` from the training's own code.

use dateline::inner::document::Span;
use dateline::inner::ner::tokens::{SentenceTokenizer, SpecialTokens, Token};
use dateline::inner::ner::window::{WindowSize, pack};
use proptest::prelude::*;
use serde::Deserialize;
use tokenizers::Tokenizer;

use crate::support::data;

#[derive(Deserialize)]
struct Fixture {
    texts: Vec<Text>,
    packed: Vec<Packed>,
}

#[derive(Deserialize)]
struct Text {
    text: String,
    ids: Vec<u32>,
    /// In characters.
    spans: Vec<(usize, usize)>,
    case_ids: Vec<u8>,
}

#[derive(Deserialize)]
struct Packed {
    lengths: Vec<usize>,
    context: usize,
    /// Of each window, in tokens of the document: start, end, first owned, end of the owned.
    windows: Vec<[usize; 4]>,
}

fn fixture() -> Fixture {
    serde_json::from_str(&std::fs::read_to_string(data("encoding.json")).unwrap()).unwrap()
}

fn tokenizer() -> SentenceTokenizer {
    SentenceTokenizer::from_bytes(&std::fs::read(data("../../models/ner/tokenizer.json")).unwrap()).unwrap()
}

fn tokens(tokenizer: &SentenceTokenizer, text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    tokenizer.add_tokens(text, Span::new(0, text.len()), 0, &mut tokens).unwrap();
    tokens
}

/// Words are remembered by themselves: a sentence must come out as if it had been read as a whole, and twice the same.
#[test]
fn words_that_are_remembered_change_nothing() {
    let remembering = tokenizer();
    let mut plain = Tokenizer::from_file(data("../../models/ner/tokenizer.json")).unwrap();
    plain.set_encode_special_tokens(true);
    let text = "(?s)([\\PC]|[a-zA-Z\u{300}\u{301}\u{fffd}\u{ad}\u{85}\u{b}\u{a0}\u{2028}\u{200b}北京 \r\n\t.,'-]|\\[SEP\\]| ){0,60}";
    let mut runner = proptest::test_runner::TestRunner::default();
    let same = |text: String| {
        let expected = plain.encode(text.as_str(), false).unwrap();
        for _ in 0..2 {
            let found = tokens(&remembering, &text);
            prop_assert_eq!(found.iter().map(|t| t.id).collect::<Vec<_>>(), expected.get_ids());
            let spans: Vec<_> = found.iter().map(|t| (t.span.start, t.span.end)).collect();
            prop_assert_eq!(&spans, expected.get_offsets());
            let words = expected.get_word_ids();
            let first: Vec<bool> = (0..words.len()).map(|n| n == 0 || words[n] != words[n - 1]).collect();
            prop_assert_eq!(found.iter().map(|t| t.first_piece).collect::<Vec<_>>(), first);
        }
        Ok(())
    };
    runner.run(&text, same).unwrap();
}

#[test]
fn tokens_and_case_ids_are_those_of_training() {
    let tokenizer = tokenizer();
    for expected in fixture().texts {
        let text = &expected.text;
        let found = tokens(&tokenizer, text);
        let bytes: Vec<usize> = text.char_indices().map(|(byte, _)| byte).chain([text.len()]).collect();
        let spans: Vec<Span> = expected.spans.iter().map(|&(start, end)| Span::new(bytes[start], bytes[end])).collect();
        assert_eq!(found.iter().map(|t| t.id).collect::<Vec<_>>(), expected.ids, "{text:?}");
        assert_eq!(found.iter().map(|t| t.span).collect::<Vec<_>>(), spans, "{text:?}");
        assert_eq!(found.iter().map(|t| t.case_id).collect::<Vec<_>>(), expected.case_ids, "{text:?}");
    }
}

#[test]
fn windows_are_packed_as_in_training() {
    for expected in fixture().packed {
        let mut count = 0;
        let mut token = |sentence: usize| {
            count += 1;
            Token {
                id: count - 1,
                case_id: 1,
                span: Span::new(0, 0),
                word: Span::new(0, 0),
                first_piece: true,
                continues: false,
                sentence,
            }
        };
        let sentences: Vec<Vec<Token>> =
            expected.lengths.iter().enumerate().map(|(s, &length)| (0..length).map(|_| token(s)).collect()).collect();
        let special = SpecialTokens { leading: vec![101], trailing: vec![102] };
        let windows = pack(&sentences, WindowSize { context: expected.context, ..WindowSize::default() }, &special);
        let shape = windows.iter().map(|window| {
            let start = window.tokens[0].id as usize;
            [start, start + window.tokens.len(), start + window.owned.start, start + window.owned.end]
        });
        assert_eq!(shape.collect::<Vec<_>>(), expected.windows, "{:?}", expected.lengths);
    }
}
