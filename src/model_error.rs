//! Why a model cannot be used.

use std::path::PathBuf;

use crate::onnx::OnnxError;

/// Why a model could not be read, or failed on a text.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
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
    /// A text could not be split into tokens.
    #[error("the text cannot be split into tokens ({0}); expected a tokenizer.json that fits the model")]
    Tokens(String),
}
