//! Words: the tokens of a document put together again, with what the model says of each.

use std::ops::Range;

use super::case::Case;
use super::network::Logits;
use super::tag_set::TagSet;
use super::window::Window;
use crate::document::Span;
use crate::limits::{self, LimitError};

/// The words of a document, see [`WordRule`](super::tokens::WordRule), with what the model says of each: as far as they may be names or
/// parts of them. A sentence without a capital in which the model sees no name is not kept, since nothing that comes
/// later can make one of it.
#[derive(Clone, Debug, Default)]
pub struct Words {
    spans: Vec<Span>,
    /// The log-probabilities of the tags of the [`TagSet`]: a row a word.
    logs: Vec<f32>,
    /// How long a row is.
    tags: usize,
    /// The probabilities of the kinds of the [`TagSet`]: a row a word.
    kinds: Vec<f32>,
    /// How long such a row is: 0 where the model has no words of its own.
    kind_count: usize,
    /// Where each sentence ends that was read to its end.
    ends: Vec<usize>,
    /// The number of the sentence that is read.
    sentence: usize,
}

/// Words of a sentence that are decoded together; people don't write longer ones. It ends with the next word that is no name
/// then, or with the last of twice as many.
const LONGEST: usize = 4096;

impl Words {
    /// None yet, for a model of these tags.
    pub fn new(set: &TagSet) -> Self {
        Self { tags: set.tags().len(), kind_count: set.kinds().len(), ..Self::default() }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The place of a word in the text.
    pub fn span(&self, word: usize) -> Span {
        self.spans[word]
    }

    /// The log-probability of each tag for a word.
    pub fn logs(&self, word: usize) -> &[f32] {
        &self.logs[word * self.tags..][..self.tags]
    }

    /// The same, to be changed.
    pub fn logs_mut(&mut self, word: usize) -> &mut [f32] {
        &mut self.logs[word * self.tags..][..self.tags]
    }

    /// The probability of each kind of the [`TagSet`] for a word.
    pub fn kinds(&self, word: usize) -> &[f32] {
        &self.kinds[word * self.kind_count..][..self.kind_count]
    }

    /// The words of each sentence.
    pub fn sentences(&self) -> impl Iterator<Item = Range<usize>> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(self.ends.iter().copied()).map(|(start, end)| start..end)
    }

    /// Makes room for more words.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn reserve(&mut self, words: usize) -> Result<(), LimitError> {
        limits::reserve(&mut self.spans, words)?;
        limits::reserve(&mut self.logs, words * self.tags)?;
        limits::reserve(&mut self.kinds, words * self.kind_count)
    }

    /// Adds the words of windows that were read: a word is judged by its first token, in the window that owns it.
    ///
    /// `logits` are those of `windows`, one for one: a row for each of [`Window::word_positions`].
    pub fn add(&mut self, text: &str, windows: &[Window], logits: &[Logits], set: &TagSet) {
        for (window, logits) in windows.iter().zip(logits) {
            debug_assert_eq!(logits.nrows(), window.word_positions().len());
            let mut rows = logits.rows().into_iter();
            for token in &window.tokens[window.owned.clone()] {
                if token.first_piece {
                    let Some(row) = rows.next() else { continue };
                    self.end_sentence_before(token.sentence, text, set);
                    self.spans.push(token.word);
                    set.add_log_probabilities(row.iter().copied(), &mut self.logs, &mut self.kinds);
                } else if let Some(word) = self.spans.last_mut() {
                    word.end = word.end.max(token.word.end);
                }
            }
        }
    }

    /// Ends the sentence that is read if a word of `sentence` does not belong to it.
    fn end_sentence_before(&mut self, sentence: usize, text: &str, set: &TagSet) {
        let first = self.ends.last().copied().unwrap_or(0);
        let length = self.len() - first;
        let is_too_long = length >= LONGEST && (length >= 2 * LONGEST || !self.may_be_name(self.len() - 1, text, set));
        if self.sentence != sentence || is_too_long {
            self.end_sentence(text, set);
        }
        self.sentence = sentence;
    }

    /// Ends the sentence that is read, and keeps it if it may have names: to be called behind the last word of a document.
    pub fn end_sentence(&mut self, text: &str, set: &TagSet) {
        let first = self.ends.last().copied().unwrap_or(0);
        if (first..self.len()).any(|word| self.may_be_name(word, text, set)) {
            self.ends.push(self.len());
        } else {
            self.spans.truncate(first);
            self.logs.truncate(first * self.tags);
            self.kinds.truncate(first * self.kind_count);
        }
    }

    /// Whether a word may be a name or a part of one: the model says so, or its capital, with which equal words elsewhere have
    /// a say.
    fn may_be_name(&self, word: usize, text: &str, set: &TagSet) -> bool {
        let written = self.span(word).of(text);
        let Some(outside) = set.outside() else { return true };
        let logs = self.logs(word);
        let is_outside = logs.iter().enumerate().all(|(tag, &log)| tag == outside || log < logs[outside]);
        !is_outside
            || written.starts_with(char::is_uppercase)
            || matches!(Case::of(written), Case::Title | Case::Upper | Case::Mixed)
    }
}

#[cfg(test)]
impl Words {
    /// Words with their sentences and log-probabilities, all of them kept.
    pub(crate) fn of(words: impl IntoIterator<Item = (Span, usize, Vec<f32>)>) -> Self {
        let mut all = Self::default();
        for (span, sentence, logs) in words {
            if !all.is_empty() && all.sentence != sentence {
                all.ends.push(all.spans.len());
            }
            (all.sentence, all.tags) = (sentence, logs.len());
            all.spans.push(span);
            all.logs.extend(logs);
        }
        all.ends.push(all.spans.len());
        all
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::super::tags::Tag;
    use super::super::tokens::Token;
    use super::*;
    use crate::mention::Label;

    fn token(start: usize, end: usize, first_piece: bool, sentence: usize) -> Token {
        let span = Span::new(start, end);
        Token { id: 1, case_id: 2, span, word: span, first_piece, continues: !first_piece, sentence }
    }

    fn window(tokens: Vec<Token>) -> Window {
        let owned = 0..tokens.len();
        Window { ids: vec![1; tokens.len()], case_ids: vec![2; tokens.len()], tokens, leading: 0, owned }
    }

    #[test]
    fn later_pieces_from_the_next_window_lengthen_the_word() {
        let set = TagSet::new(&[Tag::Outside, Tag::Begin(Label::Per)]);
        // The second window has no word that begins in it.
        let logits = [array![[0.0, 9.0]], Array2::zeros((0, 2))];
        let windows = [window(vec![token(0, 6, true, 0)]), window(vec![token(6, 14, false, 0)])];
        let mut words = Words::new(&set);
        words.add("Mendsaikhanova", &windows, &logits, &set);
        words.end_sentence("Mendsaikhanova", &set);
        assert_eq!((words.len(), words.span(0)), (1, Span::new(0, 14)));
        assert!(words.logs(0)[1] > words.logs(0)[0]);
    }

    #[test]
    fn what_can_be_no_name_is_not_kept() {
        let set = TagSet::new(&[Tag::Outside, Tag::Begin(Label::Loc)]);
        let text = "so it is in Oslo by al-bir";
        let tokens = |words: &[(&str, usize)]| {
            let token = |&(word, sentence): &(&str, usize)| {
                let start = text.find(word).unwrap();
                token(start, start + word.len(), true, sentence)
            };
            words.iter().map(token).collect::<Vec<_>>()
        };
        let windows =
            [window(tokens(&[("so", 0), ("it", 0), ("is", 1), ("in", 2), ("Oslo", 2), ("by", 3), ("al-bir", 4)]))];
        // The model is sure of "al-bir" alone.
        let logits = [array![[9.0, 0.0], [9.0, 0.0], [9.0, 0.0], [9.0, 0.0], [9.0, 0.0], [9.0, 0.0], [0.0, 9.0]]];
        let mut words = Words::new(&set);
        words.add(text, &windows, &logits, &set);
        words.end_sentence(text, &set);
        let kept: Vec<Vec<&str>> =
            words.sentences().map(|sentence| sentence.map(|word| words.span(word).of(text)).collect()).collect();
        assert_eq!(kept, [vec!["in", "Oslo"], vec!["al-bir"]]);
    }

    #[test]
    fn sentences_that_nobody_writes_are_cut() {
        let set = TagSet::new(&[Tag::Outside, Tag::Begin(Label::Loc)]);
        let text = "Oslo ".repeat(3 * LONGEST);
        let tokens = (0..3 * LONGEST).map(|n| token(5 * n, 5 * n + 4, true, 0)).collect();
        let mut logits = Array2::zeros((3 * LONGEST, 2));
        logits.column_mut(1).fill(9.0);
        let mut words = Words::new(&set);
        words.add(&text, &[window(tokens)], &[logits], &set);
        words.end_sentence(&text, &set);
        assert_eq!(words.sentences().collect::<Vec<_>>(), [0..2 * LONGEST, 2 * LONGEST..3 * LONGEST]);
    }
}
