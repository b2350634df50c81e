//! Words: the tokens of a document put together again, with what the model says of each.

use super::tags::Tag;
use super::window::Window;
use crate::document::Span;
use crate::onnx::Logits;

/// One word of a document, as the tokenizer splits words, with what the model says of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Word {
    /// Its place in the text.
    pub span: Span,
    /// The number of its sentence in the document.
    pub sentence: usize,
    /// The log-probability of each tag of the [`TagSet`].
    pub logs: Vec<f32>,
}

/// The tags of a model, each once. Types that have no counterpart here are outside, so that several columns of the
/// logits can stand for one tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagSet {
    tags: Vec<Tag>,
    /// The tag that each column of the logits stands for, as its number in `tags`.
    columns: Vec<usize>,
}

impl TagSet {
    /// The set for a model whose logits have these tags as columns.
    pub fn new(columns: &[Tag]) -> Self {
        let mut tags: Vec<Tag> = Vec::new();
        let columns = columns.iter().map(|tag| {
            tags.iter().position(|known| known == tag).unwrap_or_else(|| {
                tags.push(*tag);
                tags.len() - 1
            })
        });
        let columns = columns.collect();
        Self { tags, columns }
    }

    /// The tags, in the order of [`Word::logs`].
    pub fn tags(&self) -> &[Tag] {
        &self.tags
    }

    /// The columns that the logits must have.
    pub fn columns(&self) -> usize {
        self.columns.len()
    }

    fn log_probabilities(&self, logits: impl Iterator<Item = f32> + Clone) -> Vec<f32> {
        let highest = logits.clone().fold(f32::NEG_INFINITY, f32::max);
        let mut logs = vec![0.0; self.tags.len()];
        for (logit, &tag) in logits.zip(&self.columns) {
            logs[tag] += (logit - highest).exp();
        }
        let all: f32 = logs.iter().sum();
        // A tag that is out of the question still has a finite logarithm.
        logs.iter_mut().for_each(|sum| *sum = (*sum / all).max(f32::MIN_POSITIVE).ln());
        logs
    }
}

/// The words of a document. A word is judged by its first token, in the window that owns it.
///
/// `logits` are those of `windows`, one for one: a row for each of [`Window::word_positions`].
pub fn words(windows: &[Window], logits: &[Logits], set: &TagSet) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    for (window, logits) in windows.iter().zip(logits) {
        debug_assert_eq!(logits.nrows(), window.word_positions().len());
        let mut rows = logits.rows().into_iter();
        for token in &window.tokens[window.owned.clone()] {
            if token.first_piece {
                words.extend(rows.next().map(|row| Word {
                    span: token.span,
                    sentence: token.sentence,
                    logs: set.log_probabilities(row.iter().copied()),
                }));
            } else if let Some(word) = words.last_mut() {
                word.span.end = word.span.end.max(token.span.end);
            }
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::super::tokens::Token;
    use super::*;
    use crate::mention::Label;

    #[test]
    fn columns_of_one_tag_are_added_up() {
        let set = TagSet::new(&[Tag::Outside, Tag::Begin(Label::Per), Tag::Outside]);
        assert_eq!((set.tags(), set.columns()), (&[Tag::Outside, Tag::Begin(Label::Per)][..], 3));
        let logs = set.log_probabilities([1.0, 1.0, 1.0].into_iter());
        assert!((logs[0].exp() - 2.0 / 3.0).abs() < 1e-6 && (logs[1].exp() - 1.0 / 3.0).abs() < 1e-6, "{logs:?}");
    }

    #[test]
    fn later_pieces_from_the_next_window_lengthen_the_word() {
        let set = TagSet::new(&[Tag::Outside, Tag::Begin(Label::Per)]);
        let window = |start, end, first_piece| Window {
            ids: vec![1],
            case_ids: vec![2],
            tokens: vec![Token { id: 1, case_id: 2, span: Span::new(start, end), first_piece, sentence: 0 }],
            leading: 0,
            owned: 0..1,
        };
        // The second window has no word that begins in it.
        let logits = [array![[0.0, 9.0]], Array2::zeros((0, 2))];
        let words = words(&[window(0, 6, true), window(6, 14, false)], &logits, &set);
        assert_eq!(words.iter().map(|word| word.span).collect::<Vec<_>>(), [Span::new(0, 14)]);
        assert!(words[0].logs[1] > words[0].logs[0]);
    }
}
