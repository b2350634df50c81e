//! What `gliner_config.json` says of a model, and which models are not for us.

use serde::Deserialize;
use serde_json::Value;

use crate::message::one_line;
use crate::model_error::GlinerError;

/// What the logits of a model are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Stretches of up to [`Config::max_width`] words: a score for each and each label.
    Span,
    /// Words: for each and each label a score that a name begins with it, one that a name ends with it, one that it is in a name.
    Token,
}

/// Which tokens of a word the model reads it by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pooling {
    /// The first.
    #[default]
    First,
    /// The last.
    Last,
    /// All of them, by their mean.
    Mean,
    /// All of them, by their greatest values.
    Max,
}

/// What a model is like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// What stands for the file in errors.
    pub name: String,
    /// What its logits are about.
    pub mode: Mode,
    /// Words of a name at most, in [`Mode::Span`].
    pub max_width: usize,
    /// Words that it reads at once, at most.
    pub max_len: usize,
    /// Tokens that it reads at once, at most, if its encoder has such a limit and this file or `tokenizer.json` tells it.
    pub max_tokens: Option<usize>,
    /// The token that stands before each label.
    pub ent_token: String,
    /// The token that stands behind the labels.
    pub sep_token: String,
    /// The id of [`Config::ent_token`] that the model was made with, if the file tells it.
    pub class_token_index: Option<u32>,
    /// Which tokens of a word it is read by.
    pub pooling: Pooling,
}

/// The file, as far as it matters. What is not in it has the value that gliner gives it.
#[derive(Deserialize)]
struct File {
    span_mode: Option<String>,
    #[serde(default = "default_width")]
    max_width: usize,
    #[serde(default = "default_len")]
    max_len: usize,
    #[serde(default = "default_ent")]
    ent_token: String,
    #[serde(default = "default_sep")]
    sep_token: String,
    /// -1 stands for "not known yet".
    #[serde(default = "unknown")]
    class_token_index: i64,
    words_splitter_type: Option<String>,
    #[serde(default)]
    subtoken_pooling: Pooling,
    encoder_config: Option<Encoder>,
    model_type: Option<String>,
    labels_encoder: Option<String>,
    labels_decoder: Option<String>,
    relations_layer: Option<String>,
    precomputed_prompts_mode: Option<bool>,
}

fn default_width() -> usize {
    12
}

fn default_len() -> usize {
    384
}

fn default_ent() -> String {
    "<<ENT>>".into()
}

fn default_sep() -> String {
    "<<SEP>>".into()
}

const fn unknown() -> i64 {
    -1
}

/// What is said of the encoder.
#[derive(Deserialize)]
struct Encoder {
    model_type: Option<String>,
    max_position_embeddings: Option<i64>,
    position_biased_input: Option<bool>,
    pad_token_id: Option<i64>,
}

impl Encoder {
    /// Tokens that it can read at once, `None` where nothing in it is by position.
    fn max_tokens(&self) -> Option<usize> {
        let positions = self.max_position_embeddings?;
        let limit = match self.model_type.as_deref()? {
            // Positions are told by distances alone, unless the first layer gets them too.
            "deberta" | "deberta-v2" if self.position_biased_input == Some(false) => return None,
            "t5" | "mt5" | "umt5" => return None,
            // The first positions stand for padding.
            "roberta" | "xlm-roberta" | "xlm-roberta-xl" | "camembert" => {
                positions - self.pad_token_id.unwrap_or(1) - 1
            }
            _ => positions,
        };
        usize::try_from(limit).ok().filter(|&limit| limit > 0)
    }
}

/// The ways in which gliner makes a vector of a span; what comes out of the graph is of the same form.
const SPAN_MODES: &[&str] = &[
    "marker",
    "markerV0",
    "markerV1",
    "markerV2",
    "query",
    "mlp",
    "cat",
    "conv_conv",
    "conv_max",
    "conv_mean",
    "conv_sum",
    "conv_share",
];

/// Words and spans that a window may have at most: what a file asks for beyond is a mistake, and takes memory by their product.
const MOST: usize = 1 << 16;

impl Config {
    /// Reads a `gliner_config.json`; `name` stands for it in errors.
    ///
    /// # Errors
    ///
    /// If it is none, or one of a model that works in another way.
    pub fn from_bytes(name: &str, bytes: &[u8]) -> Result<Self, GlinerError> {
        let failed = |why: String| GlinerError::Config { config: name.to_owned(), why };
        let value: Value = serde_json::from_slice(bytes).map_err(|error| failed(one_line(&error.to_string())))?;
        if value.get("span_mode").is_none() && value.get("max_width").is_none() {
            return Err(failed("it has neither \"span_mode\" nor \"max_width\"".into()));
        }
        let file: File = serde_json::from_value(value).map_err(|error| failed(one_line(&error.to_string())))?;
        if let Some((what, advice)) = unsupported(&file) {
            return Err(GlinerError::Unsupported { config: name.to_owned(), what, advice });
        }
        let mode = match file.span_mode.as_deref() {
            None => Mode::Span,
            Some("token_level") => Mode::Token,
            Some(mode) if SPAN_MODES.contains(&mode) => Mode::Span,
            Some(other) => {
                return Err(failed(format!(
                    "the span_mode {other:?} is none of {}, token_level",
                    SPAN_MODES.join(", ")
                )));
            }
        };
        for (key, value) in [("max_width", file.max_width), ("max_len", file.max_len)] {
            if !(1..=MOST).contains(&value) {
                return Err(failed(format!("{key} is {value}, not in 1 to {MOST}")));
            }
        }
        for (key, token) in [("ent_token", &file.ent_token), ("sep_token", &file.sep_token)] {
            if token.is_empty() {
                return Err(failed(format!("{key} is empty")));
            }
        }
        let class_token_index = match file.class_token_index {
            -1 => None,
            index => Some(u32::try_from(index).map_err(|_| failed(format!("class_token_index is {index}")))?),
        };
        Ok(Self {
            name: name.to_owned(),
            mode,
            max_width: file.max_width,
            max_len: file.max_len,
            max_tokens: file.encoder_config.as_ref().and_then(Encoder::max_tokens),
            ent_token: file.ent_token,
            sep_token: file.sep_token,
            class_token_index,
            pooling: file.subtoken_pooling,
        })
    }
}

/// What a model is that we cannot run, and what to do.
fn unsupported(file: &File) -> Option<(String, &'static str)> {
    const ONE_ENCODER: &str = "use a GLiNER model whose one encoder reads labels and text together, such as gliner_small-v2.1 or gliner_multi-v2.1";
    let kind = file.model_type.as_deref().unwrap_or_default();
    if kind.contains("streaming") {
        return Some(("a streaming model, which reads with a causal decoder".into(), ONE_ENCODER));
    }
    if let Some(layer) = file.relations_layer.as_deref().or(kind.contains("relex").then_some("relex")) {
        return Some((format!("a model of relations ({layer:?})"), ONE_ENCODER));
    }
    if let Some(decoder) = file.labels_decoder.as_deref().or(kind.contains("decoder").then_some(kind)) {
        return Some((format!("a generative model, which writes labels with a decoder ({decoder:?})"), ONE_ENCODER));
    }
    if let Some(encoder) = file.labels_encoder.as_deref().or(kind.contains("bi_encoder").then_some(kind)) {
        return Some((
            format!("a bi-encoder, which reads labels with an encoder of their own ({encoder:?})"),
            ONE_ENCODER,
        ));
    }
    if file.precomputed_prompts_mode == Some(true) {
        return Some((
            "a model whose labels were computed beforehand (\"precomputed_prompts_mode\")".into(),
            "export the model that it was made of, which takes labels with each text",
        ));
    }
    match file.words_splitter_type.as_deref() {
        None | Some("whitespace") => None,
        Some(splitter) => Some((
            format!("a model that splits text into words by {splitter:?}"),
            "use a model with \"words_splitter_type\": \"whitespace\"; one that was trained with it can be told to",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Config, String> {
        Config::from_bytes("m/gliner_config.json", json.as_bytes()).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_not_said_is_as_in_gliner() {
        let config = read(r#"{"span_mode": "markerV0", "encoder_config": null, "class_token_index": -1}"#).unwrap();
        assert_eq!((config.mode, config.max_width, config.max_len), (Mode::Span, 12, 384));
        assert_eq!((config.ent_token.as_str(), config.sep_token.as_str()), ("<<ENT>>", "<<SEP>>"));
        assert_eq!((config.class_token_index, config.max_tokens, config.pooling), (None, None, Pooling::First));
    }

    #[test]
    fn token_mode_and_the_limits_of_encoders() {
        let with = |encoder: &str| {
            read(&format!(r#"{{"span_mode": "token_level", "max_width": 100, "encoder_config": {encoder}}}"#)).unwrap()
        };
        let bert = with(r#"{"model_type": "bert", "max_position_embeddings": 512}"#);
        assert_eq!((bert.mode, bert.max_tokens), (Mode::Token, Some(512)));
        let roberta = r#"{"model_type": "xlm-roberta", "max_position_embeddings": 514, "pad_token_id": 1}"#;
        assert_eq!(with(roberta).max_tokens, Some(512));
        let deberta = r#"{"model_type": "deberta-v2", "max_position_embeddings": 512, "position_biased_input": false}"#;
        assert_eq!(with(deberta).max_tokens, None);
        assert_eq!(with("{}").max_tokens, None);
    }

    #[test]
    fn what_is_not_supported_is_named() {
        let cases = [
            (r#""labels_encoder": "BAAI/bge-small-en""#, "a bi-encoder"),
            (r#""model_type": "gliner_bi_encoder_span""#, "a bi-encoder"),
            (r#""labels_decoder": "gpt2""#, "a generative model"),
            (r#""relations_layer": "none""#, "a model of relations"),
            (r#""model_type": "gliner_streaming_span""#, "a streaming model"),
            (r#""precomputed_prompts_mode": true"#, "computed beforehand"),
            (r#""words_splitter_type": "spacy""#, "words by \"spacy\""),
        ];
        for (line, named) in cases {
            let message = read(&format!(r#"{{"span_mode": "markerV0", {line}}}"#)).unwrap_err();
            assert!(message.starts_with("m/gliner_config.json") && message.contains(named), "{message}");
        }
    }

    #[test]
    fn what_is_wrong_is_told() {
        let cases = [
            ("[1", "EOF"),
            (r#"{"id2label": {}}"#, "neither \"span_mode\""),
            (r#"{"span_mode": "marker", "max_width": 0}"#, "max_width is 0"),
            (r#"{"span_mode": "marker", "max_len": 1000000}"#, "max_len is 1000000"),
            (r#"{"span_mode": "words"}"#, "\"words\" is none of"),
            (r#"{"span_mode": "marker", "ent_token": ""}"#, "ent_token is empty"),
            (r#"{"span_mode": "marker", "subtoken_pooling": "sum"}"#, "unknown variant `sum`"),
            (r#"{"span_mode": "marker", "class_token_index": -7}"#, "class_token_index is -7"),
        ];
        for (json, why) in cases {
            let message = read(json).unwrap_err();
            assert!(message.contains(why) && message.contains("; expected the gliner_config.json"), "{message}");
        }
    }
}
