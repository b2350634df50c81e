//! Windows: the stretches of tokens that the model reads in one run.
//!
//! Windows are whole sentences packed up to a number of tokens, without overlap. Only a sentence longer than a window
//! is split, with tokens of context on each side; every token is owned by exactly one window, and nothing is truncated.
//! `scripts/encoding.py` states the same rules for training.

use std::ops::Range;

use tokenizers::{Encoding, Tokenizer};

use super::case::{Case, SPECIAL};
use crate::document::Span;

/// How windows are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowSize {
    /// Tokens of a window at most, special tokens among them.
    pub tokens: usize,
    /// Tokens of context on each side of a piece of a sentence that is longer than a window.
    pub context: usize,
}

impl Default for WindowSize {
    fn default() -> Self {
        Self { tokens: 96, context: 24 }
    }
}

/// One token of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its id in the tokenizer's vocabulary.
    pub id: u32,
    /// The case shape of its word, see [`Case::id`].
    pub case_id: u8,
    /// Its place in the document.
    pub span: Span,
    /// Whether it is the first piece of its word.
    pub first_piece: bool,
    /// The number of its sentence in the document.
    pub sentence: usize,
}

/// A stretch of tokens that the model reads in one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// Token ids, the special tokens at both ends among them.
    pub ids: Vec<i64>,
    /// Case ids of the same tokens.
    pub case_ids: Vec<i64>,
    /// The tokens without the special ones: `tokens[n]` stands at `ids[n + leading]`.
    pub tokens: Vec<Token>,
    /// The number of special tokens before the first token.
    pub leading: usize,
    /// The part of `tokens` whose labels are taken from this window; the rest is context.
    pub owned: Range<usize>,
}

/// The special tokens that a model expects around a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SpecialTokens {
    /// Ids before the text.
    pub leading: Vec<u32>,
    /// Ids after the text.
    pub trailing: Vec<u32>,
}

impl SpecialTokens {
    /// The special tokens that the tokenizer itself puts around a text.
    pub fn of(tokenizer: &Tokenizer) -> tokenizers::Result<Self> {
        let encoding = tokenizer.encode("a", true)?;
        let special: Vec<(u32, bool)> = (encoding.get_ids().iter().copied())
            .zip(encoding.get_special_tokens_mask().iter().map(|&mask| mask == 1))
            .collect();
        let leading = special.iter().take_while(|(_, special)| *special).count();
        Ok(Self {
            leading: special[..leading].iter().map(|(id, _)| *id).collect(),
            trailing: special[leading..].iter().filter(|(_, special)| *special).map(|(id, _)| *id).collect(),
        })
    }

    fn len(&self) -> usize {
        self.leading.len() + self.trailing.len()
    }
}

/// The tokens of each sentence of a text.
pub fn tokens(text: &str, sentences: &[Span], tokenizer: &Tokenizer) -> tokenizers::Result<Vec<Vec<Token>>> {
    let encode = |(number, &span): (usize, &Span)| {
        let sentence = span.of(text);
        Ok(sentence_tokens(sentence, &tokenizer.encode(sentence, false)?, number, span.start))
    };
    sentences.iter().enumerate().map(encode).collect()
}

/// The tokens of the sentence `number`, which begins at byte `offset` of the document.
fn sentence_tokens(sentence: &str, encoding: &Encoding, number: usize, offset: usize) -> Vec<Token> {
    let (ids, words) = (encoding.get_ids(), encoding.get_word_ids());
    // Tokenizers that split characters into bytes have tokens that begin inside one.
    let border = |&(start, end): &(usize, usize)| {
        let start = sentence.floor_char_boundary(start);
        Span::new(start, sentence.ceil_char_boundary(end).max(start))
    };
    let spans: Vec<Span> = encoding.get_offsets().iter().map(border).collect();
    let mut tokens = Vec::with_capacity(ids.len());
    let mut first = 0;
    while first < ids.len() {
        let mut last = first;
        while last + 1 < ids.len() && words[last + 1].is_some() && words[last + 1] == words[first] {
            last += 1;
        }
        let case = Case::of(&sentence[spans[first].start..spans[last].end.max(spans[first].start)]);
        tokens.extend((first..=last).map(|n| Token {
            id: ids[n],
            case_id: case.id(n == first),
            span: spans[n].shifted(offset),
            first_piece: n == first,
            sentence: number,
        }));
        first = last + 1;
    }
    tokens
}

/// Packs the tokens of a document's sentences into windows.
pub fn pack(sentences: Vec<Vec<Token>>, size: WindowSize, special: &SpecialTokens) -> Vec<Window> {
    let room = size.tokens.saturating_sub(special.len()).max(2 * size.context + 1);
    let mut windows = Vec::new();
    let mut packed: Vec<Token> = Vec::new();
    let mut finish = |tokens: Vec<Token>, owned: Range<usize>| {
        if !owned.is_empty() {
            windows.push(window(tokens, owned, special));
        }
    };
    for sentence in sentences {
        if packed.len() + sentence.len() > room {
            let whole = std::mem::take(&mut packed);
            let owned = 0..whole.len();
            finish(whole, owned);
        }
        if sentence.len() <= room {
            packed.extend(sentence);
        } else {
            for (piece, owned) in pieces(sentence.len(), room, size.context) {
                finish(sentence[piece].to_vec(), owned);
            }
        }
    }
    let owned = 0..packed.len();
    finish(packed, owned);
    windows
}

/// The pieces of a sentence that is longer than a window: the tokens of each, and which of these it owns.
fn pieces(length: usize, room: usize, context: usize) -> impl Iterator<Item = (Range<usize>, Range<usize>)> {
    let mut owned = 0;
    std::iter::from_fn(move || {
        (owned < length).then(|| {
            let start = owned.saturating_sub(context);
            let end = length.min(start + room);
            let owned_end = if end == length { length } else { end - context };
            let owned_in_piece = owned - start..owned_end - start;
            owned = owned_end;
            (start..end, owned_in_piece)
        })
    })
}

fn window(tokens: Vec<Token>, owned: Range<usize>, special: &SpecialTokens) -> Window {
    let around = |inner: &mut dyn Iterator<Item = i64>, special_id: &dyn Fn(u32) -> i64| -> Vec<i64> {
        let leading = special.leading.iter().map(|&id| special_id(id));
        let trailing = special.trailing.iter().map(|&id| special_id(id));
        leading.chain(inner).chain(trailing).collect()
    };
    Window {
        ids: around(&mut tokens.iter().map(|t| i64::from(t.id)), &i64::from),
        case_ids: around(&mut tokens.iter().map(|t| i64::from(t.case_id)), &|_| i64::from(SPECIAL)),
        leading: special.leading.len(),
        tokens,
        owned,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SPECIAL_TOKENS: SpecialTokens = SpecialTokens { leading: Vec::new(), trailing: Vec::new() };

    /// Sentences of the given lengths; the id of each token is its number in the document.
    fn document(lengths: &[usize]) -> Vec<Vec<Token>> {
        let mut id = 0;
        let mut token = |sentence| {
            id += 1;
            Token { id, case_id: 1, span: Span::new(id as usize, id as usize + 1), first_piece: true, sentence }
        };
        lengths.iter().enumerate().map(|(n, &length)| (0..length).map(|_| token(n)).collect()).collect()
    }

    #[test]
    fn whole_sentences_are_packed() {
        let special = SpecialTokens { leading: vec![101], trailing: vec![102] };
        let size = WindowSize { tokens: 12, context: 2 };
        let windows = pack(document(&[4, 6, 3, 0, 2]), size, &special);
        assert_eq!(windows.len(), 2);
        assert_eq!(windows[0].ids, [101, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 102]);
        assert_eq!(windows[1].ids, [101, 11, 12, 13, 14, 15, 102]);
        assert_eq!(windows[1].case_ids, [14, 1, 1, 1, 1, 1, 14]);
        assert_eq!(windows[1].owned, 0..5);
    }

    #[test]
    fn a_long_sentence_is_split_with_context() {
        let windows = pack(document(&[25]), WindowSize { tokens: 10, context: 2 }, &SPECIAL_TOKENS);
        let shape: Vec<_> = windows.iter().map(|w| (w.tokens[0].id, w.tokens.len(), w.owned.clone())).collect();
        assert_eq!(shape, [(1, 10, 0..8), (7, 10, 2..8), (13, 10, 2..8), (19, 7, 2..7)]);
    }

    proptest! {
        #[test]
        fn every_token_is_owned_once(lengths in proptest::collection::vec(0usize..80, 0..20)) {
            let size = WindowSize { tokens: 24, context: 5 };
            let windows = pack(document(&lengths), size, &SPECIAL_TOKENS);
            let owned: Vec<u32> = windows.iter().flat_map(|w| w.tokens[w.owned.clone()].iter().map(|t| t.id)).collect();
            prop_assert_eq!(owned, (1..=lengths.iter().sum::<usize>() as u32).collect::<Vec<_>>());
            for window in &windows {
                prop_assert!(window.ids.len() <= 24);
            }
        }
    }
}
