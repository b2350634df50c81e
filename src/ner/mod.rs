//! Named-entity recognition: a model folder, and the way from a text to its mentions.
//!
//! A model is a folder as Hugging Face exports it: `model.onnx` (or `onnx/model.onnx`), `tokenizer.json` and
//! `config.json` with `id2label`. The stages are [`sentence`], [`window`], the run in [`crate::onnx`] and [`decode`].

pub mod case;
pub mod decode;
pub mod labels;
pub mod sentence;
pub mod window;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use tokenizers::Tokenizer;

use crate::document::Document;
use crate::message::one_line;
use crate::onnx::{Inputs, Logits, ModelBytes, OnnxError, SessionPool};
use decode::Mention;
use labels::Tag;
use window::{SpecialTokens, Window, WindowSize};

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
pub struct ModelFile {
    /// What stands for the file in errors: its path.
    pub name: String,
    /// What it holds.
    pub bytes: ModelBytes,
}

/// The files of a model.
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
            Ok(bytes) => Ok(ModelFile { name: path.display().to_string(), bytes: Cow::Owned(bytes) }),
            Err(error) => Err(ModelError::File { why: error.to_string(), path }),
        };
        let nested = folder.join("onnx").join("model.onnx");
        Ok(Self {
            config: read(folder.join("config.json"))?,
            tokenizer: read(folder.join("tokenizer.json"))?,
            onnx: read(if nested.is_file() { nested } else { folder.join("model.onnx") })?,
        })
    }

    /// The model inside the binary.
    #[cfg(feature = "embedded")]
    pub fn embedded() -> Self {
        let file = |name: &str, bytes: &'static [u8]| ModelFile {
            name: format!("the built-in {name}"),
            bytes: Cow::Borrowed(bytes),
        };
        Self {
            onnx: file("model.onnx", include_bytes!("../../models/ner/model.onnx")),
            tokenizer: file("tokenizer.json", include_bytes!("../../models/ner/tokenizer.json")),
            config: file("config.json", include_bytes!("../../models/ner/config.json")),
        }
    }
}

/// The parts of `config.json` that matter here.
#[derive(Deserialize)]
struct Config {
    id2label: BTreeMap<String, String>,
    /// Tokens of a window, where the model was trained for another number than the usual.
    window_tokens: Option<usize>,
}

/// A model that finds names, ready to run on any number of threads.
pub struct NerModel {
    tokenizer: Tokenizer,
    special: SpecialTokens,
    size: WindowSize,
    tags: Vec<Tag>,
    sessions: SessionPool,
}

impl NerModel {
    /// Makes a model of its files. ONNX Runtime must have been started ([`crate::onnx::start`]).
    ///
    /// # Errors
    ///
    /// If a file does not hold what it should.
    pub fn new(files: ModelFiles) -> Result<Self, ModelError> {
        let (tags, size) = read_config(&files.config)?;
        let (tokenizer, special) = read_tokenizer(&files.tokenizer)?;
        let sessions = SessionPool::new(files.onnx.name, files.onnx.bytes)?;
        let model = Self { tokenizer, special, size, tags, sessions };
        // A run on a text of one word shows now whether the three files belong together, not at the first document.
        for window in model.windows(&Document::new("", "a"))? {
            let labels = model.run(&window)?.ncols();
            if labels != model.tags.len() {
                return Err(ModelError::Config {
                    config: files.config.name,
                    why: format!("it names {} labels where the model gives {labels}", model.tags.len()),
                });
            }
        }
        Ok(model)
    }

    /// The windows of a document.
    ///
    /// # Errors
    ///
    /// If the tokenizer fails.
    pub fn windows(&self, document: &Document) -> Result<Vec<Window>, ModelError> {
        let sentences = sentence::sentences(&document.text);
        let tokens = window::tokens(&document.text, &sentences, &self.tokenizer)
            .map_err(|error| ModelError::Tokens(one_line(&error.to_string())))?;
        Ok(window::pack(tokens, self.size, &self.special))
    }

    /// Runs the model on one window.
    ///
    /// # Errors
    ///
    /// If ONNX Runtime fails.
    pub fn run(&self, window: &Window) -> Result<Logits, ModelError> {
        Ok(self.sessions.run(Inputs { ids: &window.ids, case_ids: &window.case_ids })?)
    }

    /// The mentions of a document, from the logits of its windows.
    pub fn decode(&self, document: &Document, windows: &[Window], logits: &[Logits]) -> Vec<Mention> {
        decode::decode(&document.text, windows, logits, &self.tags)
    }
}

fn read_config(file: &ModelFile) -> Result<(Vec<Tag>, WindowSize), ModelError> {
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
    let usual = WindowSize::default();
    let tokens = config.window_tokens.unwrap_or(usual.tokens);
    if tokens < 2 * usual.context + 8 {
        return Err(failed(format!("window_tokens is {tokens}, which leaves no room for context")));
    }
    Ok((tags, WindowSize { tokens, ..usual }))
}

fn read_tokenizer(file: &ModelFile) -> Result<(Tokenizer, SpecialTokens), ModelError> {
    let failed = |error: tokenizers::Error| ModelError::Tokenizer {
        tokenizer: file.name.clone(),
        why: one_line(&error.to_string()),
    };
    let mut tokenizer = Tokenizer::from_bytes(&file.bytes).map_err(failed)?;
    // Windows are ours: nothing is cut off and nothing is filled up.
    tokenizer.with_truncation(None).map_err(failed)?;
    tokenizer.with_padding(None);
    // "[SEP]" in an article is five characters, not the end of a window.
    tokenizer.set_encode_special_tokens(true);
    let special = SpecialTokens::of(&tokenizer).map_err(failed)?;
    Ok((tokenizer, special))
}
