//! What can go wrong.

/// Why a model of GLiNER's cannot be used, or failed.
#[derive(Debug, thiserror::Error)]
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
