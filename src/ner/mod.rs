//! Named-entity recognition: a model folder, and the way from a text to its mentions.
//!
//! A model is a folder as Hugging Face exports it: `model.onnx` (or `onnx/model.onnx`), `tokenizer.json` and
//! `config.json` with `id2label`. The stages are [`sentence`](crate::sentence), [`tokens`], [`window`], the run in [`crate::onnx`], [`word`],
//! [`label_consistency`], [`decode`] and [`evidence`]; [`reading`] takes a document through them.

mod cache;
pub mod case;
pub mod decode;
pub mod evidence;
pub mod label_consistency;
pub mod reading;
pub mod tags;
pub mod tokens;
pub mod window;
pub mod word;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use cache::CacheCounts;
use serde::Deserialize;

use crate::checksum;
use crate::mention::Mention;
use crate::message::one_line;
use crate::onnx::{Inputs, Logits, ModelBytes, OnnxError, SessionPool};
use cache::WindowCache;
use evidence::Evidence;
use tags::Tag;
use tokens::SentenceTokenizer;
use window::{Window, WindowSize};
use word::TagSet;

/// Why a model folder could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// A file of the folder is missing or cannot be read.
    #[error("{path}: cannot be read ({why}); a model folder holds model.onnx, tokenizer.json and config.json")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        why: String,
    },
    /// `config.json` does not say what the labels are.
    #[error("{config}: {why}; expected the config.json of a token-classification model, with \"id2label\"")]
    Config {
        /// The file, or what stands for it.
        config: String,
        /// What is wrong with it.
        why: String,
    },
    /// `tokenizer.json` cannot be used.
    #[error("{tokenizer}: {why}; expected the tokenizer.json of a fast tokenizer")]
    Tokenizer {
        /// The file, or what stands for it.
        tokenizer: String,
        /// What is wrong with it.
        why: String,
    },
    /// The model itself.
    #[error(transparent)]
    Onnx(#[from] OnnxError),
    /// A text could not be split into tokens.
    #[error("the text cannot be split into tokens ({0}); expected a tokenizer.json that fits the model")]
    Tokens(String),
}

/// A file of a model.
#[derive(Clone)]
pub struct ModelFile {
    /// What stands for the file in errors: its path.
    pub name: String,
    /// What it holds.
    pub bytes: ModelBytes,
}

/// The files of a model, cheap to clone.
#[derive(Clone)]
pub struct ModelFiles {
    /// `model.onnx`.
    pub onnx: ModelFile,
    /// `tokenizer.json`.
    pub tokenizer: ModelFile,
    /// `config.json`.
    pub config: ModelFile,
}

impl ModelFiles {
    /// Reads a model folder.
    ///
    /// # Errors
    ///
    /// If a file is missing or cannot be read.
    pub fn read(folder: &Path) -> Result<Self, ModelError> {
        let read = |path: PathBuf| match fs::read(&path) {
            Ok(bytes) => Ok(ModelFile { name: path.display().to_string(), bytes: Arc::new(Cow::Owned(bytes)) }),
            Err(error) => Err(ModelError::File { why: error.to_string(), path }),
        };
        let nested = folder.join("onnx").join("model.onnx");
        Ok(Self {
            config: read(folder.join("config.json"))?,
            tokenizer: read(folder.join("tokenizer.json"))?,
            onnx: read(if nested.is_file() { nested } else { folder.join("model.onnx") })?,
        })
    }

    /// What tells this model from others: the SHA-256 of its three files, one after the other.
    pub fn checksum(&self) -> String {
        checksum::of_parts([&self.onnx, &self.tokenizer, &self.config].map(|file| &**file.bytes))
    }

    /// The model inside the binary.
    #[cfg(feature = "embedded")]
    pub fn embedded() -> Self {
        Self {
            onnx: built_in("model.onnx", include_bytes!("../../models/ner/model.onnx")),
            tokenizer: built_in("tokenizer.json", include_bytes!("../../models/ner/tokenizer.json")),
            config: built_in("config.json", include_bytes!("../../models/ner/config.json")),
        }
    }

    /// The accurate model inside the binary.
    #[cfg(feature = "embedded-accurate")]
    pub fn embedded_accurate() -> Self {
        Self {
            onnx: built_in("accurate model.onnx", include_bytes!("../../models/ner-accurate/model.onnx")),
            tokenizer: built_in("accurate tokenizer.json", include_bytes!("../../models/ner-accurate/tokenizer.json")),
            config: built_in("accurate config.json", include_bytes!("../../models/ner-accurate/config.json")),
        }
    }
}

#[cfg(any(feature = "embedded", feature = "embedded-accurate"))]
fn built_in(name: &str, bytes: &'static [u8]) -> ModelFile {
    ModelFile { name: format!("the built-in {name}"), bytes: Arc::new(Cow::Borrowed(bytes)) }
}

/// The parts of `config.json` that matter here.
#[derive(Deserialize)]
struct Config {
    id2label: BTreeMap<String, String>,
    #[serde(default)]
    dateline: Settings,
}

/// How a model is used: the object `dateline` of its `config.json`. Models of others have none and get what is usual.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
struct Settings {
    /// Tokens of a window, as in training.
    window_tokens: usize,
    /// Tokens of context before each window, as in training.
    window_context: usize,
    /// How far equal words of a document are drawn together, see [`label_consistency::agree`].
    agreement: f32,
    /// What makes the scores those of [`Mention::score`]: fitted by `scripts/calibrate.py`.
    temperature: f32,
    /// Mentions with a lower score are left out.
    min_score: f32,
}

impl Default for Settings {
    fn default() -> Self {
        let usual = WindowSize::default();
        Self {
            window_tokens: usual.tokens,
            window_context: usual.context,
            agreement: 0.0,
            temperature: 1.0,
            min_score: 0.0,
        }
    }
}

/// Tokens of a window at most: attention takes memory by the square of them.
const MAX_WINDOW: usize = 100_000;

impl Settings {
    /// What cannot be used.
    fn fault(&self) -> Option<String> {
        // Special tokens, context on both sides of a piece, and some words between.
        let least = self.window_context.saturating_mul(2).saturating_add(8);
        if !(least..=MAX_WINDOW).contains(&self.window_tokens) {
            return Some(format!(
                "dateline.window_tokens is {}, not in {least} to {MAX_WINDOW}, with a context of {}",
                self.window_tokens, self.window_context
            ));
        }
        let within = [
            ("agreement", self.agreement, 0.0..=1.0),
            ("temperature", self.temperature, 0.3..=100.0),
            ("min_score", self.min_score, 0.0..=1.0),
        ];
        let (name, value, range) = within.into_iter().find(|(_, value, range)| !range.contains(value))?;
        Some(format!("dateline.{name} is {value}, not in {} to {}", range.start(), range.end()))
    }
}

/// What the model found in a document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decoded {
    /// Its mentions, in order and without overlap.
    pub mentions: Vec<Mention>,
    /// What the model says of all words; nothing where the mentions are not the model's.
    pub evidence: Evidence,
}

impl From<Vec<Mention>> for Decoded {
    fn from(mentions: Vec<Mention>) -> Self {
        Self { mentions, evidence: Evidence::default() }
    }
}

/// A model that finds names, ready to run on any number of threads.
pub struct NerModel {
    tokenizer: SentenceTokenizer,
    settings: Settings,
    tags: TagSet,
    sessions: SessionPool,
    cache: Option<WindowCache>,
}

impl NerModel {
    /// Makes a model of its files. ONNX Runtime must have been started ([`crate::onnx::start`]).
    ///
    /// # Errors
    ///
    /// If a file does not hold what it should.
    pub fn new(files: ModelFiles) -> Result<Self, ModelError> {
        let (tags, settings) = read_config(&files.config)?;
        // Each takes a good part of what a short run takes as a whole.
        let (tokenizer, sessions) =
            rayon::join(|| read_tokenizer(&files.tokenizer), || SessionPool::new(files.onnx.name, files.onnx.bytes));
        let (tokenizer, sessions) = (tokenizer?, sessions?);
        let model = Self { tokenizer, settings, tags, sessions, cache: None };
        // A run on a text of one word shows now whether the three files belong together, not at the first document.
        for window in model.windows("a")? {
            let labels = model.run(&window)?.ncols();
            if labels != model.tags.columns() {
                return Err(ModelError::Config {
                    config: files.config.name,
                    why: format!("it names {} labels where the model gives {labels}", model.tags.columns()),
                });
            }
        }
        Ok(model)
    }

    /// The model with a memory of so many windows that it has just read, none for 0.
    #[must_use]
    pub fn with_window_cache(mut self, windows: usize) -> Self {
        self.cache = (windows > 0).then(|| WindowCache::new(windows, self.settings.window_tokens));
        self
    }

    /// How often a window was known, if the model remembers windows.
    pub fn cache_counts(&self) -> Option<CacheCounts> {
        self.cache.as_ref().map(WindowCache::counts)
    }

    /// Runs the model on one window, or remembers what it gave: a row for each of [`Window::word_positions`].
    ///
    /// # Errors
    ///
    /// If ONNX Runtime fails.
    pub fn run(&self, window: &Window) -> Result<Logits, ModelError> {
        let word_positions = window.word_positions();
        // A word may be longer than a window: then there are some in which none begins.
        if word_positions.is_empty() {
            return Ok(Logits::zeros((0, self.tags.columns())));
        }
        let inputs = Inputs { ids: &window.ids, case_ids: &window.case_ids, word_positions: &word_positions };
        let run = || Ok(self.sessions.run(inputs)?);
        match &self.cache {
            Some(cache) => cache.get(inputs, run),
            None => run(),
        }
    }
}

fn read_config(file: &ModelFile) -> Result<(TagSet, Settings), ModelError> {
    let failed = |why: String| ModelError::Config { config: file.name.clone(), why };
    let config: Config = serde_json::from_slice(&file.bytes).map_err(|error| failed(one_line(&error.to_string())))?;
    let mut tags = vec![None; config.id2label.len()];
    for (id, label) in &config.id2label {
        let tag = Tag::parse(label).ok_or_else(|| failed(format!("the label {label:?} is not of the form B-PER")))?;
        let place = id.parse::<usize>().ok().and_then(|id| tags.get_mut(id));
        *place.ok_or_else(|| failed(format!("the label number {id:?} is out of order")))? = Some(tag);
    }
    let tags: Vec<Tag> =
        tags.into_iter().collect::<Option<_>>().ok_or_else(|| failed("a label number occurs twice".into()))?;
    if !tags.contains(&Tag::Outside) {
        return Err(failed("no label is \"O\"".into()));
    }
    match config.dateline.fault() {
        Some(why) => Err(failed(why)),
        None => Ok((TagSet::new(&tags), config.dateline)),
    }
}

fn read_tokenizer(file: &ModelFile) -> Result<SentenceTokenizer, ModelError> {
    SentenceTokenizer::from_bytes(&file.bytes)
        .map_err(|error| ModelError::Tokenizer { tokenizer: file.name.clone(), why: one_line(&error.to_string()) })
}
