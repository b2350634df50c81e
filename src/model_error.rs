//! Why a model cannot be used.

use std::path::PathBuf;

use crate::limits::LimitError;
use crate::onnx::OnnxError;

/// Why a model could not be read, or failed on a text.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// It was asked to end before the text was read.
    #[error("the work was asked to end before the text was read")]
    Stopped,
    /// A file of the model is missing or cannot be read.
    #[error("{path}: cannot be read ({why}); {expected}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        why: String,
        /// What a model consists of, or what can be done.
        expected: String,
    },
    /// `config.json` does not say what the labels are, or what it says cannot be used.
    #[error("{config}: {why}; expected the config.json of a token-classification model, with \"id2label\"")]
    Config {
        /// The file, or what stands for it.
        config: String,
        /// What is wrong with it.
        why: String,
    },
    /// The labels cannot be used.
    #[error("{config}: {why}")]
    Labels {
        /// The file that names them, or what stands for it.
        config: String,
        /// What is wrong with them, what was expected, and what to do.
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
    /// The tokenizer and the network do not belong together.
    #[error(
        "{tokenizer}: it has {tokens} tokens, and {model} fails on the last of them ({why}); expected files that belong together: \
         export the model anew with its own tokenizer"
    )]
    Vocabulary {
        /// The tokenizer's file.
        tokenizer: String,
        /// How many tokens it has.
        tokens: usize,
        /// The network's file.
        model: String,
        /// What ONNX Runtime said, in one line.
        why: String,
    },
    /// An option does not fit the model.
    #[error("{option}: {why}")]
    Option {
        /// The option, as it is written on the command line.
        option: &'static str,
        /// What does not fit, what was expected, and what to do.
        why: String,
    },
    /// The model itself.
    #[error(transparent)]
    Onnx(#[from] OnnxError),
    /// A GLiNER.
    #[error(transparent)]
    Gliner(#[from] GlinerError),
    /// A document takes more than it may.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// A text could not be split into tokens.
    #[error("the text cannot be split into tokens ({0}); expected a tokenizer.json that fits the model")]
    Tokens(String),
}

/// Why a model of GLiNER's cannot be used, or failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GlinerError {
    /// `gliner_config.json` is none.
    #[error(
        "{config}: {why}; expected the gliner_config.json of a model that was exported with gliner's export_to_onnx"
    )]
    Config {
        /// The file, or what stands for it.
        config: String,
        /// What is wrong with it.
        why: String,
    },
    /// The model works in a way that we don't know.
    #[error("{config}: this is {what}; expected one encoder for labels and text: {advice}")]
    Unsupported {
        /// The file, or what stands for it.
        config: String,
        /// What the model is.
        what: String,
        /// What to do.
        advice: &'static str,
    },
    /// `tokenizer.json` cannot be used.
    #[error("{tokenizer}: {why}; expected the tokenizer.json that export_to_onnx of gliner writes beside the model")]
    Tokenizer {
        /// The file, or what stands for it.
        tokenizer: String,
        /// What is wrong with it.
        why: String,
    },
    /// The labels cannot be asked for.
    #[error(
        "the labels cannot be used: {0}; expected one or more, each a few words such as \"armed group\": name others, or fewer"
    )]
    Labels(String),
    /// A text could not be split into tokens.
    #[error("the text cannot be split into tokens ({0}); expected a tokenizer.json that fits the model")]
    Tokens(String),
    /// Too much of a text may be a name.
    #[error(
        "more than {most} stretches of the text may be names at this threshold; expected fewer: raise --threshold, or split the text"
    )]
    Candidates {
        /// How many may be kept.
        most: usize,
    },
    /// The model gave something else.
    #[error(
        "the model gave logits of the shape {got:?}; expected {expected:?}: model.onnx and gliner_config.json must be of one export"
    )]
    Logits {
        /// The shape that its words and labels have.
        expected: [usize; 4],
        /// The shape that came.
        got: Vec<usize>,
    },
}
