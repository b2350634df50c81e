//! The strategies of Hugging Face's pipeline for token classification: every token, or every word, is judged for itself, and
//! neighbours of one type are put together.

use super::network::Logits;
use super::tag_set::TagSet;
use super::tags::Tag;
use super::tokens::Token;
use super::window::Window;
use crate::document::Span;
use crate::mention::{Kind, Label, Mention};
use crate::model_options::Aggregation;

/// Puts tokens together, as they come, in the order of the document. Sentences don't matter to it.
#[derive(Debug)]
pub struct Aggregator {
    aggregation: Aggregation,
    /// The word that is being read: the probabilities of its tokens.
    word: Option<Word>,
    /// The name that is being put together, or the stretch without one.
    group: Option<Group>,
    mentions: Vec<Mention>,
}

#[derive(Debug)]
struct Word {
    span: Span,
    /// Of each column: of the first token, of the surest, or the sum of all.
    probabilities: Vec<f32>,
    tokens: usize,
}

#[derive(Debug)]
struct Group {
    span: Span,
    /// `None` for what is no name.
    names: Option<(Label, Option<Kind>)>,
    scores: f64,
    parts: usize,
}

impl Aggregator {
    /// By a strategy other than [`Aggregation::Viterbi`].
    pub fn new(aggregation: Aggregation) -> Self {
        Self { aggregation, word: None, group: None, mentions: Vec::new() }
    }

    /// Takes the tokens that windows own: `logits` has a row for each of them.
    pub fn add(&mut self, windows: &[Window], logits: &[Logits], set: &TagSet) {
        for (window, logits) in windows.iter().zip(logits) {
            for (token, row) in window.tokens[window.owned.clone()].iter().zip(logits.rows()) {
                self.add_token(token, softmax(row.iter().copied()), set);
            }
        }
    }

    fn add_token(&mut self, token: &Token, probabilities: Vec<f32>, set: &TagSet) {
        let goes_on = token.continues && self.aggregation != Aggregation::Simple;
        match &mut self.word {
            Some(word) if goes_on => {
                word.span.end = word.span.end.max(token.span.end);
                word.tokens += 1;
                match self.aggregation {
                    Aggregation::Average => {
                        word.probabilities.iter_mut().zip(&probabilities).for_each(|(sum, p)| *sum += p);
                    }
                    Aggregation::Max if highest(&probabilities).1 > highest(&word.probabilities).1 => {
                        word.probabilities = probabilities;
                    }
                    _ => {}
                }
            }
            _ => {
                self.end_word(set);
                self.word = Some(Word { span: token.span, probabilities, tokens: 1 });
            }
        }
    }

    fn end_word(&mut self, set: &TagSet) {
        let Some(word) = self.word.take() else { return };
        let (column, score) = highest(&word.probabilities);
        let score = match self.aggregation {
            Aggregation::Average => score / word.tokens as f32,
            _ => score,
        };
        let tag = set.tag_of(column);
        let names = tag.label().map(|label| (label, set.kind_of(column)));
        let begins = matches!(tag, Tag::Begin(_));
        match &mut self.group {
            Some(group) if !begins && group.names == names => {
                group.span.end = group.span.end.max(word.span.end);
                group.scores += f64::from(score);
                group.parts += 1;
            }
            _ => {
                self.end_group();
                self.group = Some(Group { span: word.span, names, scores: score.into(), parts: 1 });
            }
        }
    }

    fn end_group(&mut self) {
        let Some(Group { span, names: Some((label, kind)), scores, parts }) = self.group.take() else { return };
        let score = (scores / parts as f64) as f32;
        self.mentions.push(Mention { kind, ..Mention::new(span, label, score) });
    }

    /// The mentions, in order and without overlap, without white space at their ends.
    pub fn finish(mut self, text: &str, set: &TagSet) -> Vec<Mention> {
        self.end_word(set);
        self.end_group();
        let mut end = 0;
        self.mentions.retain_mut(|mention| {
            let written = mention.span.of(text);
            let start = mention.span.start + written.len() - written.trim_start().len();
            mention.span =
                Span::new(start.max(end), (mention.span.start + written.trim_end().len()).max(start).max(end));
            end = end.max(mention.span.end);
            !mention.span.is_empty()
        });
        self.mentions
    }
}

/// The column with the highest number, the first of equals, and the number.
fn highest(numbers: &[f32]) -> (usize, f32) {
    let numbers = numbers.iter().copied().enumerate();
    numbers.reduce(|best, next| if next.1 > best.1 { next } else { best }).unwrap_or((0, 0.0))
}

fn softmax(logits: impl Iterator<Item = f32> + Clone) -> Vec<f32> {
    let highest = logits.clone().fold(f32::NEG_INFINITY, f32::max);
    let mut all: Vec<f32> = logits.map(|logit| (logit - highest).exp()).collect();
    let sum: f32 = all.iter().sum();
    all.iter_mut().for_each(|p| *p /= sum);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads tokens: their text, whether each goes on with a word, and the logits of O, B-LOC, I-LOC.
    fn found(aggregation: Aggregation, text: &str, tokens: &[(&str, bool, [f32; 3])]) -> Vec<(String, f32)> {
        let set = TagSet::new(&[Tag::Outside, Tag::Begin(Label::Loc), Tag::Inside(Label::Loc)]);
        let (mut aggregator, mut at) = (Aggregator::new(aggregation), 0);
        for (written, continues, logits) in tokens {
            let start = at + text[at..].find(written).unwrap();
            at = start + written.len();
            let span = Span::new(start, at);
            let token = Token {
                id: 0,
                case_id: 0,
                span,
                word: span,
                first_piece: !continues,
                continues: *continues,
                sentence: 0,
            };
            aggregator.add_token(&token, softmax(logits.iter().copied()), &set);
        }
        let mentions = aggregator.finish(text, &set);
        mentions.into_iter().map(|m| (m.span.of(text).to_owned(), m.score)).collect()
    }

    #[test]
    fn tokens_of_a_word_are_put_together() {
        let (none, begin, inside) = ([9.0, 0.0, 0.0], [0.0, 9.0, 0.0], [0.0, 0.0, 9.0]);
        let text = "in New Kirkuk";
        let tokens =
            [("in", false, none), ("New", false, begin), ("Kir", false, inside), ("kuk", true, [2.0, 0.0, 1.0])];
        let names =
            |aggregation| found(aggregation, text, &tokens).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
        assert_eq!(names(Aggregation::Simple), ["New Kir"]);
        for aggregation in [Aggregation::First, Aggregation::Average, Aggregation::Max] {
            assert_eq!(names(aggregation), ["New Kirkuk"], "{aggregation:?}");
        }
    }

    #[test]
    fn scores_are_means() {
        let text = "Al Bir";
        let sure = softmax([0.0, 3.0, 0.0].into_iter())[1];
        let unsure = softmax([0.0, 0.0, 1.0].into_iter())[2];
        let tokens = [("Al", false, [0.0, 3.0, 0.0]), ("Bir", false, [0.0, 0.0, 1.0])];
        let [(name, score)] = &found(Aggregation::First, text, &tokens)[..] else { panic!() };
        assert!(name == "Al Bir" && (score - (sure + unsure) / 2.0).abs() < 1e-6);
    }
}
