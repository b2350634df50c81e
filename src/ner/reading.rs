//! The reading of one document: stretch by stretch, so that what is kept of a long one is what may be names, and not every
//! token with all that the model says of it.

use ndarray::Axis;

use super::NerModel;
use super::aggregate::Aggregator;
use super::evidence::Evidence;
use super::network::Logits;
use super::tokens::{WordRule, next_stretch};
use super::window::{Packer, Window};
use super::word::Words;
use super::{decode, label_consistency, punctuation};
use crate::document::Span;
use crate::limits::{self, LimitError};
use crate::message::one_line;
use crate::model_error::ModelError;
use crate::model_options::Aggregation;
use crate::ner::recogniser::Decoded;
use crate::sentence::Sentences;

/// Windows of a stretch, about: enough to have every thread at work. No article has so many.
const STRETCH: usize = 512;

/// A document that a model reads.
///
/// As long as [`Reading::next_windows`] gives windows, the model is run on each of them, and [`Reading::take`] is given what it
/// says. Then [`Reading::decode`] knows the names.
pub struct Reading<'d> {
    model: &'d NerModel,
    text: &'d str,
    sentences: Sentences<'d>,
    /// What is not read yet of the sentence that is read.
    sentence: Option<Span>,
    /// The number of that sentence.
    number: usize,
    packer: Packer,
    words: Words,
    /// Puts tokens together where that is not done by the words.
    aggregator: Option<Aggregator>,
}

impl NerModel {
    /// Begins to read a text.
    pub fn read<'d>(&'d self, text: &'d str) -> Reading<'d> {
        Reading::new(self, text)
    }

    /// All windows of a text.
    ///
    /// # Errors
    ///
    /// If the tokenizer fails.
    pub fn windows(&self, text: &str) -> Result<Vec<Window>, ModelError> {
        let mut reading = self.read(text);
        let mut all = Vec::new();
        loop {
            let windows = reading.next_windows()?;
            if windows.is_empty() {
                return Ok(all);
            }
            all.extend(windows);
        }
    }
}

impl<'d> Reading<'d> {
    fn new(model: &'d NerModel, text: &'d str) -> Self {
        let aggregator = (model.aggregation != Aggregation::Viterbi).then(|| Aggregator::new(model.aggregation));
        Self {
            model,
            text,
            sentences: Sentences::of(text),
            sentence: None,
            number: 0,
            packer: Packer::new(model.size, model.tokenizer.special().clone()),
            words: Words::new(&model.tags),
            aggregator,
        }
    }

    /// The windows of the next stretch of the document; none behind the last.
    ///
    /// # Errors
    ///
    /// If the tokenizer fails.
    pub fn next_windows(&mut self) -> Result<Vec<Window>, ModelError> {
        let (mut windows, mut tokens) = (Vec::new(), Vec::new());
        while windows.len() < STRETCH {
            let Some(sentence) = self.sentence.take().or_else(|| self.sentences.next()) else {
                self.packer.finish(&mut windows);
                break;
            };
            let stretch = next_stretch(self.text, sentence);
            tokens.clear();
            (self.model.tokenizer.add_tokens(self.text, stretch, self.number, &mut tokens))
                .map_err(|error| ModelError::Tokens(one_line(&error.to_string())))?;
            tokens.iter().for_each(|&token| self.packer.push(token, &mut windows));
            if stretch.end < sentence.end {
                self.sentence = Some(Span::new(stretch.end, sentence.end));
            } else {
                self.packer.end_sentence();
                self.number += 1;
            }
        }
        Ok(windows)
    }

    /// Takes what the model says of the windows of a stretch, one for one.
    ///
    /// # Errors
    ///
    /// If there are more words in the document than can be kept, or there is no room for them.
    pub fn take(&mut self, windows: &[Window], logits: &[Logits]) -> Result<(), LimitError> {
        let of_words: Vec<Logits>;
        let logits = match &mut self.aggregator {
            None => logits,
            Some(aggregator) => {
                aggregator.add(windows, logits, &self.model.tags);
                of_words = windows.iter().zip(logits).map(|(window, logits)| word_rows(window, logits)).collect();
                &of_words
            }
        };
        let words = logits.iter().map(|logits| logits.nrows()).sum();
        self.words.reserve(words)?;
        self.words.add(self.text, windows, logits, &self.model.tags);
        limits::check_words(self.words.len())
    }

    /// The mentions of the document, and what the model says beside them. Those with a score of less than `min_score` are left
    /// out, or than the model's folder says; the evidence tells of what wavers.
    ///
    /// # Errors
    ///
    /// If there is no room for that.
    pub fn decode(self, min_score: Option<f32>) -> Result<Decoded, LimitError> {
        let Self { model, text, mut words, aggregator, .. } = self;
        let (settings, tags, temperature) = (&model.settings, model.tags.tags(), model.settings.temperature());
        words.end_sentence(text, &model.tags);
        limits::check_decoding(words.len())?;
        label_consistency::agree(text, &mut words, tags, settings.agreement);
        let mut mentions = match aggregator {
            Some(aggregator) => aggregator.finish(text, &model.tags),
            None => decode::decode(text, &words, &model.tags, temperature),
        };
        if model.aggregation == Aggregation::Viterbi && model.tokenizer.rule() == WordRule::Written {
            punctuation::trim(text, &mut mentions);
        }
        let min_score = min_score.unwrap_or(settings.min_score);
        mentions.retain(|mention| mention.score >= min_score);
        let evidence = Evidence::of_words(text, &words, tags, temperature);
        Ok(Decoded { mentions, evidence, ..Decoded::default() })
    }
}

/// The rows of the tokens with which words begin, where there is one for every token that a window owns.
fn word_rows(window: &Window, logits: &Logits) -> Logits {
    let tokens = window.tokens[window.owned.clone()].iter().enumerate();
    let first: Vec<usize> = tokens.filter(|(_, token)| token.first_piece).map(|(n, _)| n).collect();
    logits.select(Axis(0), &first)
}
