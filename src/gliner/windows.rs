//! Stretches of a long text that the model reads one after the other.
//!
//! A window has whole sentences, as many as fit, and begins with some words of what stands before them, as context. Only a
//! sentence that is longer than a window is split. Nothing is cut off: gliner drops what is beyond `max_len` words.
//!
//! A name of the words that two windows share is told once, with the higher of its scores. What touches the border of a window
//! inside a sentence may be half a name: where another window has it with words beyond, that window decides.

use std::collections::HashMap;
use std::ops::Range;

use super::decode::Candidate;
use super::prompt::TextWords;
use crate::sentence::Sentences;

/// Words of context before those that a window has alone, at most.
pub const CONTEXT: usize = 24;

/// What a window may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Words.
    pub words: usize,
    /// Tokens of these words.
    pub tokens: usize,
}

/// A stretch of words that the model reads at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// The words.
    pub words: Range<usize>,
    /// Whether it begins inside a sentence.
    pub cut_before: bool,
    /// Whether it ends inside a sentence.
    pub cut_behind: bool,
}

impl Window {
    fn has(&self, candidate: &Candidate) -> bool {
        self.words.start <= candidate.first && candidate.last < self.words.end
    }

    /// Whether what is beyond the window may belong to the name.
    fn cuts(&self, candidate: &Candidate) -> bool {
        (self.cut_before && candidate.first == self.words.start)
            || (self.cut_behind && candidate.last + 1 == self.words.end)
    }
}

/// Packs the words of a text into windows.
pub fn windows(text: &str, words: &TextWords, room: Room) -> Vec<Window> {
    let ends = sentence_ends(text, words);
    let costs: Vec<usize> = (0..words.spans().len()).map(|word| words.tokens(word).len()).collect();
    pack(&costs, &ends, room)
}

/// The words before which sentences end, in order.
fn sentence_ends(text: &str, words: &TextWords) -> Vec<usize> {
    let spans = words.spans();
    let mut ends: Vec<usize> =
        Sentences::of(text).map(|sentence| spans.partition_point(|word| word.start < sentence.end)).collect();
    ends.dedup();
    ends
}

/// Packs words that take so many tokens each.
fn pack(costs: &[usize], ends: &[usize], room: Room) -> Vec<Window> {
    // Of a word that no window has room for, the first tokens are read.
    let cost = |word: usize| costs[word].min(room.tokens);
    // How far words from `from` on are within a room, one at least.
    let reach = |from: usize, words: usize, tokens: usize| {
        let mut taken = 0;
        let fits = (from..costs.len()).take(words).take_while(|&word| {
            taken += cost(word);
            taken <= tokens
        });
        (from + fits.count()).max(from + 1)
    };
    let is_end = |word: usize| word == 0 || word == costs.len() || ends.binary_search(&word).is_ok();
    let mut packed = Vec::new();
    let mut owned = 0;
    while owned < costs.len() {
        let most = CONTEXT.min(room.words / 4);
        let mut tokens = 0;
        let before = (0..owned).rev().take(most).take_while(|&word| {
            tokens += cost(word);
            tokens <= room.tokens / 4
        });
        // The word after the context must fit in.
        let mut begin = owned - before.count();
        while reach(begin, room.words, room.tokens) <= owned {
            begin += 1;
        }
        let furthest = reach(begin, room.words, room.tokens);
        let whole = ends[..ends.partition_point(|&end| end <= furthest)].last().copied().filter(|&end| end > owned);
        let end = whole.unwrap_or(furthest);
        packed.push(Window { words: begin..end, cut_before: !is_end(begin), cut_behind: !is_end(end) });
        owned = end;
    }
    packed
}

/// What was found in windows, each name once: by the words of the text, in the order of the windows.
pub fn merge(found: Vec<(Window, Vec<Candidate>)>) -> Vec<Candidate> {
    let windows: Vec<Window> = found.iter().map(|(window, _)| window.clone()).collect();
    let mut merged: Vec<Candidate> = Vec::new();
    let mut places = HashMap::new();
    for (number, (window, candidates)) in found.into_iter().enumerate() {
        for candidate in candidates {
            let decides = |other: &Window| other.has(&candidate) && !other.cuts(&candidate);
            if window.cuts(&candidate) && beside(&windows, number).any(decides) {
                continue;
            }
            let place = *places.entry((candidate.first, candidate.last, candidate.label)).or_insert(merged.len());
            match merged.get_mut(place) {
                Some(known) => known.score = known.score.max(candidate.score),
                None => merged.push(candidate),
            }
        }
    }
    merged
}

/// The windows before and behind one.
fn beside(windows: &[Window], number: usize) -> impl Iterator<Item = &Window> {
    let before = number.checked_sub(1).and_then(|before| windows.get(before));
    before.into_iter().chain(windows.get(number + 1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shape(windows: &[Window]) -> Vec<(Range<usize>, bool, bool)> {
        windows.iter().map(|window| (window.words.clone(), window.cut_before, window.cut_behind)).collect()
    }

    #[test]
    fn what_fits_is_one_window() {
        let windows = pack(&[1; 20], &[8, 20], Room { words: 20, tokens: 20 });
        assert_eq!(shape(&windows), [(0..20, false, false)]);
        assert!(pack(&[], &[], Room { words: 20, tokens: 20 }).is_empty());
    }

    #[test]
    fn windows_end_with_sentences() {
        let windows = pack(&[1; 30], &[8, 16, 24, 30], Room { words: 20, tokens: 100 });
        assert_eq!(shape(&windows), [(0..16, false, false), (11..30, true, false)]);
    }

    #[test]
    fn tokens_have_their_limit_too() {
        let windows = pack(&[3; 12], &[4, 8, 12], Room { words: 20, tokens: 26 });
        // A context of two words takes six tokens.
        assert_eq!(shape(&windows), [(0..8, false, false), (6..12, true, false)]);
    }

    #[test]
    fn a_long_sentence_is_split_with_overlap() {
        let windows = pack(&[1; 45], &[45], Room { words: 20, tokens: 100 });
        assert_eq!(shape(&windows), [(0..20, false, true), (15..35, true, true), (30..45, true, false)]);
    }

    #[test]
    fn a_word_longer_than_a_window_is_in_one() {
        let windows = pack(&[2, 500, 2], &[3], Room { words: 20, tokens: 16 });
        assert_eq!(shape(&windows), [(0..1, false, true), (1..2, true, true), (2..3, true, false)]);
    }

    #[test]
    fn names_of_two_windows_are_told_once() {
        let windows = pack(&[1; 30], &[30], Room { words: 20, tokens: 100 });
        assert_eq!(shape(&windows), [(0..20, false, true), (15..30, true, false)]);
        let at = |first, last, score| Candidate { first, last, label: 0, score };
        let first = vec![at(3, 4, 0.6), at(16, 17, 0.7), at(18, 19, 0.9)];
        // What begins with the first word of a window that others have in the middle is theirs to tell.
        let second = vec![at(15, 15, 0.9), at(16, 17, 0.8), at(18, 20, 0.6), at(25, 25, 0.5)];
        let merged = merge(windows.into_iter().zip([first, second]).collect());
        assert_eq!(merged, [at(3, 4, 0.6), at(16, 17, 0.8), at(18, 20, 0.6), at(25, 25, 0.5)]);
    }

    proptest! {
        #[test]
        fn every_word_is_read_and_every_window_fits(
            costs in proptest::collection::vec(1usize..30, 0..200),
            lengths in proptest::collection::vec(1usize..60, 1..20),
            words in 1usize..50,
            tokens in 1usize..60,
        ) {
            let mut ends: Vec<usize> = lengths
                .iter()
                .scan(0, |sum, length| { *sum += length; Some(*sum) })
                .filter(|&end| end < costs.len())
                .collect();
            ends.push(costs.len());
            let windows = pack(&costs, &ends, Room { words, tokens });
            let mut covered = 0;
            for window in &windows {
                prop_assert!(window.words.start <= covered && window.words.end > covered);
                prop_assert!(window.words.len() <= words);
                let taken: usize = costs[window.words.clone()].iter().map(|&cost| cost.min(tokens)).sum();
                prop_assert!(taken <= tokens);
                covered = window.words.end;
            }
            prop_assert_eq!(covered, costs.len());
        }
    }
}
