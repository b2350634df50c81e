//! GLiNER: names of whatever labels one asks for, "weapon" or "armed group".
//!
//! A model is a folder as the package gliner exports it: `model.onnx`, `tokenizer.json` and `gliner_config.json`. It reads the
//! labels before the text: [`prompt`] makes its inputs of [`words`], [`mod@windows`] cuts long texts, and [`decode`] makes names of
//! its logits. What is not for us, [`config`] names. All of that is held to gliner 0.2.29 by the tests, on what
//! `scripts/fixtures/gliner.py` wrote down; where we differ, the word says so: long texts, and words without tokens.

pub mod config;
pub mod decode;
pub mod prompt;
pub mod recogniser;
pub mod windows;
pub mod words;

use ndarray::Array4;

use self::config::Config;
use self::decode::{Choice, candidates, choose};
use self::prompt::{Inputs, Processor, Prompt, TextWords};
use self::windows::{Room, Window, merge, windows};
use crate::document::Span;
use crate::model_error::GlinerError;

/// A name in a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    /// Its place.
    pub span: Span,
    /// Its label, as a place in those that were asked for.
    pub label: usize,
    /// How probable it is, by the model.
    pub score: f32,
}

/// Candidates that are kept of one text: those of a novel, at any threshold that makes sense. They take some 100 MB.
const MOST_CANDIDATES: usize = 2_000_000;

/// All of a model but the run itself. Any number of threads may use one at the same time.
pub struct Gliner {
    processor: Processor,
}

impl Gliner {
    /// Of `gliner_config.json` and `tokenizer.json`, each with what stands for it in errors.
    ///
    /// # Errors
    ///
    /// If one is not what it should be, or the model is not for us.
    pub fn new(config: (&str, &[u8]), tokenizer: (&str, &[u8])) -> Result<Self, GlinerError> {
        let config = Config::from_bytes(config.0, config.1)?;
        Ok(Self { processor: Processor::new(tokenizer.0, tokenizer.1, config)? })
    }

    /// What the model is like.
    pub fn config(&self) -> &Config {
        self.processor.config()
    }

    /// Labels to be asked for, to be made once for many texts.
    ///
    /// # Errors
    ///
    /// If there is none, one is empty or stands there twice, or they leave no room for a text.
    pub fn prompt(&self, labels: &[String]) -> Result<Prompt, GlinerError> {
        self.processor.prompt(labels)
    }

    /// The words of a text, and the windows in which they are read.
    ///
    /// # Errors
    ///
    /// If the tokenizer fails.
    pub fn read(&self, prompt: &Prompt, text: &str) -> Result<(TextWords, Vec<Window>), GlinerError> {
        let words = self.processor.read(text)?;
        let room = Room { words: self.config().max_len, tokens: prompt.room() };
        let windows = windows(text, &words, room);
        Ok((words, windows))
    }

    /// The inputs of a window.
    pub fn inputs(&self, prompt: &Prompt, words: &TextWords, window: &Window) -> Inputs {
        self.processor.inputs(prompt, words, window.words.clone())
    }

    /// Finds names in a text of any length; `run` gives the graph's `logits` of some inputs.
    ///
    /// They come by their first word, and those that begin together by their score.
    ///
    /// # Errors
    ///
    /// If the tokenizer or a run fails, or a run gives something else.
    pub fn find<E: From<GlinerError>>(
        &self,
        prompt: &Prompt,
        text: &str,
        choice: Choice,
        mut run: impl FnMut(&Inputs) -> Result<Array4<f32>, E>,
    ) -> Result<Vec<Found>, E> {
        let (words, windows) = self.read(prompt, text)?;
        let config = self.config();
        let (mut found, mut kept) = (Vec::with_capacity(windows.len()), 0);
        for window in windows {
            let logits = run(&self.inputs(prompt, &words, &window))?;
            let shape = (window.words.len(), config.max_width, prompt.labels());
            let mut of_window = candidates(config.mode, logits.view(), shape, choice.threshold)?;
            for candidate in &mut of_window {
                candidate.first += window.words.start;
                candidate.last += window.words.start;
            }
            kept += of_window.len();
            if kept > MOST_CANDIDATES {
                return Err(GlinerError::Candidates { most: MOST_CANDIDATES }.into());
            }
            found.push((window, of_window));
        }
        let spans = words.spans();
        let chosen = choose(merge(found), choice).into_iter();
        let told = chosen.map(|name| Found {
            span: Span::new(spans[name.first].start, spans[name.last].end),
            label: name.label,
            score: name.score,
        });
        Ok(told.collect())
    }
}

#[cfg(test)]
mod tests;
