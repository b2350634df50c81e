//! The tagger reads text by the rules that the model was trained by: `tests/data/encoding.json` is written by
//! `scripts/test_encoding.py` from the training's own code.

use dateline::document::Span;
use dateline::ner::window::{SpecialTokens, Token, WindowSize, pack, tokens};
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
    /// Of each window, in tokens of the document: start, end, first owned, end of the owned.
    windows: Vec<[usize; 4]>,
}

fn fixture() -> Fixture {
    serde_json::from_str(&std::fs::read_to_string(data("encoding.json")).unwrap()).unwrap()
}

#[test]
fn tokens_and_case_ids_are_those_of_training() {
    let model = data("../../models/ner/tokenizer.json");
    let mut tokenizer = Tokenizer::from_file(model).unwrap();
    tokenizer.set_encode_special_tokens(true);
    for expected in fixture().texts {
        let text = &expected.text;
        let found = tokens(text, &[Span::new(0, text.len())], &tokenizer).unwrap().remove(0);
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
            Token { id: count - 1, case_id: 1, span: Span::new(0, 0), first_piece: true, sentence }
        };
        let sentences: Vec<Vec<Token>> =
            expected.lengths.iter().enumerate().map(|(s, &length)| (0..length).map(|_| token(s)).collect()).collect();
        let special = SpecialTokens { leading: vec![101], trailing: vec![102] };
        let windows = pack(&sentences, WindowSize::default(), &special);
        let shape = windows.iter().map(|window| {
            let start = window.tokens[0].id as usize;
            [start, start + window.tokens.len(), start + window.owned.start, start + window.owned.end]
        });
        assert_eq!(shape.collect::<Vec<_>>(), expected.windows, "{:?}", expected.lengths);
    }
}
