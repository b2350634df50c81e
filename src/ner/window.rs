//! Windows: the stretches of tokens that the model reads in one run.
//!
//! A window owns whole sentences, as many as fit, and begins with some tokens of what stands before them, as context.
//! Only a sentence longer than a window is split, with context on each side of its pieces; every token is owned by exactly
//! one window, and nothing is truncated. `scripts/encoding.py` states the same rules for training.

use std::ops::Range;

use super::case::SPECIAL;
use super::tokens::{SpecialTokens, Token};

/// How windows are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowSize {
    /// Tokens of a window at most, special tokens among them.
    pub tokens: usize,
    /// Tokens of context before those that the window owns, and behind a piece of a sentence that is longer than a window.
    pub context: usize,
}

impl Default for WindowSize {
    fn default() -> Self {
        Self { tokens: 128, context: 24 }
    }
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

impl Window {
    /// Where the words that the window owns begin, as places in `ids`: a word is judged by its first token.
    pub fn word_positions(&self) -> Vec<i64> {
        self.positions(false)
    }

    /// The same, or the places of all tokens that the window owns.
    pub fn positions(&self, every_token: bool) -> Vec<i64> {
        let wanted = self.owned.clone().filter(|&n| every_token || self.tokens[n].first_piece);
        wanted.map(|n| (n + self.leading) as i64).collect()
    }
}

/// Packs the tokens of a document's sentences into windows, as they come.
///
/// A window ends before the sentence that doesn't fit into it any more. A sentence that no window holds is split.
#[derive(Debug)]
pub struct Packer {
    size: WindowSize,
    special: SpecialTokens,
    /// The tokens that no window owns yet, behind those that are their context.
    tokens: Vec<Token>,
    /// The first of them that no window owns.
    start: usize,
    /// The first of the sentence that they end with.
    sentence: usize,
}

impl Packer {
    /// With windows of a size, between special tokens.
    pub fn new(size: WindowSize, special: SpecialTokens) -> Self {
        Self { size, special, tokens: Vec::new(), start: 0, sentence: 0 }
    }

    /// Takes the next token of the sentence that is read. What is ready then is added to the windows.
    pub fn push(&mut self, token: Token, windows: &mut Vec<Window>) {
        self.tokens.push(token);
        if self.tokens.len() - self.start <= self.room() {
            return;
        }
        if self.sentence > self.start {
            let end = self.sentence;
            self.add(end, end, windows);
        } else {
            let end = self.start + self.room();
            self.add(end - self.size.context, end, windows);
        }
    }

    /// Ends the sentence that is read.
    pub fn end_sentence(&mut self) {
        self.sentence = self.tokens.len();
    }

    /// Adds what is left to the windows. It is ready for another document then.
    pub fn finish(&mut self, windows: &mut Vec<Window>) {
        let end = self.tokens.len();
        if end > self.start {
            self.add(end, end, windows);
        }
        (self.start, self.sentence) = (0, 0);
        self.tokens.clear();
    }

    /// Tokens that a window may own, and the context behind them where it is a piece of a sentence.
    fn room(&self) -> usize {
        // However small a window is asked for, each piece of a long sentence must go on behind the one before it.
        let context = self.size.context;
        self.size.tokens.saturating_sub(self.special.count() + context).max(context + 1)
    }

    /// Adds the window that ends at `end` and owns what is before `owned_end`.
    fn add(&mut self, owned_end: usize, end: usize, windows: &mut Vec<Window>) {
        let begin = self.start.saturating_sub(self.size.context);
        windows.push(window(self.tokens[begin..end].to_vec(), self.start - begin..owned_end - begin, &self.special));
        self.start = owned_end;
        let passed = self.start.saturating_sub(self.size.context);
        self.tokens.drain(..passed);
        self.start -= passed;
        self.sentence = self.sentence.saturating_sub(passed);
    }
}

/// Packs the tokens of all sentences of a document into windows.
pub fn pack(sentences: &[Vec<Token>], size: WindowSize, special: &SpecialTokens) -> Vec<Window> {
    let (mut packer, mut windows) = (Packer::new(size, special.clone()), Vec::new());
    for sentence in sentences {
        sentence.iter().for_each(|&token| packer.push(token, &mut windows));
        packer.end_sentence();
    }
    packer.finish(&mut windows);
    windows
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
    use crate::document::Span;

    const SPECIAL_TOKENS: SpecialTokens = SpecialTokens { leading: Vec::new(), trailing: Vec::new() };

    /// Sentences of the given lengths; the id of each token is its number in the document.
    fn document(lengths: &[usize]) -> Vec<Vec<Token>> {
        let mut id = 0;
        let mut token = |sentence| {
            id += 1;
            let span = Span::new(id as usize, id as usize + 1);
            Token { id, case_id: 1, span, word: span, first_piece: true, continues: false, sentence }
        };
        lengths.iter().enumerate().map(|(n, &length)| (0..length).map(|_| token(n)).collect()).collect()
    }

    #[test]
    fn whole_sentences_are_packed_behind_their_context() {
        let special = SpecialTokens { leading: vec![101], trailing: vec![102] };
        let windows = pack(&document(&[4, 6, 3, 0, 2]), WindowSize { tokens: 14, context: 2 }, &special);
        assert_eq!(windows.len(), 2);
        assert_eq!(windows[0].ids, [101, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 102]);
        assert_eq!(windows[0].owned, 0..10);
        assert_eq!(windows[1].ids, [101, 9, 10, 11, 12, 13, 14, 15, 102]);
        assert_eq!(windows[1].case_ids, [14, 1, 1, 1, 1, 1, 1, 1, 14]);
        assert_eq!(windows[1].owned, 2..7);
    }

    #[test]
    fn words_are_read_where_they_begin() {
        let special = SpecialTokens { leading: vec![101], trailing: vec![102] };
        let mut sentences = document(&[4, 6]);
        sentences[0][1].first_piece = false;
        sentences[1][2].first_piece = false;
        let windows = pack(&sentences, WindowSize { tokens: 10, context: 2 }, &special);
        let positions: Vec<_> = windows.iter().map(Window::word_positions).collect();
        // The context is not read: in the second window the first two tokens are those of the sentence before.
        assert_eq!(positions, [vec![1, 3, 4], vec![3, 4, 6, 7, 8]]);
    }

    #[test]
    fn a_long_sentence_is_split_with_context_on_both_sides() {
        let windows = pack(&document(&[3, 25, 2]), WindowSize { tokens: 10, context: 2 }, &SPECIAL_TOKENS);
        let shape: Vec<_> = windows.iter().map(|w| (w.tokens[0].id, w.tokens.len(), w.owned.clone())).collect();
        assert_eq!(shape, [(1, 3, 0..3), (2, 10, 2..8), (8, 10, 2..8), (14, 10, 2..8), (20, 9, 2..9), (27, 4, 2..4)]);
    }

    proptest! {
        #[test]
        fn every_token_is_owned_once(lengths in proptest::collection::vec(0usize..80, 0..20)) {
            let size = WindowSize { tokens: 24, context: 5 };
            let windows = pack(&document(&lengths), size, &SPECIAL_TOKENS);
            let owned: Vec<u32> = windows.iter().flat_map(|w| w.tokens[w.owned.clone()].iter().map(|t| t.id)).collect();
            prop_assert_eq!(owned, (1..=lengths.iter().sum::<usize>() as u32).collect::<Vec<_>>());
            for window in &windows {
                prop_assert!(window.ids.len() <= 24);
            }
        }
    }
}
