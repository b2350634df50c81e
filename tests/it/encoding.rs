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
    /// Of each piece of each window: sentence, start, end, first owned, end of the owned.
    windows: Vec<Vec<[usize; 5]>>,
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
        let token = |sentence: usize, n: usize| Token {
            id: n as u32,
            case_id: 1,
            span: Span::new(0, 0),
            first_piece: true,
            sentence,
        };
        let sentences = expected.lengths.iter().enumerate();
        let sentences = sentences.map(|(s, &length)| (0..length).map(|n| token(s, n)).collect()).collect();
        let special = SpecialTokens { leading: vec![101], trailing: vec![102] };
        let windows = pack(sentences, WindowSize::default(), &special);
        assert_eq!(windows.len(), expected.windows.len(), "{:?}", expected.lengths);
        for (window, pieces) in windows.iter().zip(&expected.windows) {
            let all = |from: usize, to: usize| {
                let tokens = pieces.iter().flat_map(move |p| (p[from]..p[to]).map(move |n| (p[0], n as u32)));
                tokens.collect::<Vec<_>>()
            };
            let found = |tokens: &[Token]| tokens.iter().map(|t| (t.sentence, t.id)).collect::<Vec<_>>();
            assert_eq!(found(&window.tokens), all(1, 2), "{:?}", expected.lengths);
            assert_eq!(found(&window.tokens[window.owned.clone()]), all(3, 4), "{:?}", expected.lengths);
        }
    }
}
