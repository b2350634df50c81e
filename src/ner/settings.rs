//! What a model's `config.json` says of how it is to be used.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::window::WindowSize;
use crate::message::one_line;
use crate::model_error::ModelError;
use crate::model_files::ModelFile;

/// The parts of `config.json` that matter here.
#[derive(Deserialize)]
struct File {
    id2label: Option<BTreeMap<String, String>>,
    #[serde(default)]
    dateline: Settings,
    #[serde(default)]
    model_type: String,
    max_position_embeddings: Option<i64>,
    pad_token_id: Option<i64>,
}

/// What a model's `config.json` says.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// The names of the labels, in their order; `None` if it names none.
    pub labels: Option<Vec<String>>,
    /// How the model is used.
    pub settings: Settings,
    /// The tokens that the model can read at a time at most, if it says so.
    pub positions: Option<usize>,
    /// The id of the token that windows are filled up with.
    pub padding: i64,
    /// What kind of network it is, in the words of Hugging Face.
    pub model_type: String,
}

/// How a model is used: the object `dateline` of its `config.json`. Models of others have none and get what is usual.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Tokens of a window, as in training.
    pub window_tokens: Option<usize>,
    /// Tokens of context before each window, as in training.
    pub window_context: Option<usize>,
    /// How far equal words of a document are drawn together, see [`super::label_consistency::agree`].
    pub agreement: f32,
    /// What makes the scores those of [`crate::mention::Mention::score`]: fitted by `scripts/calibrate.py`. 1 if it is not there.
    pub temperature: Option<f32>,
    /// Mentions with a lower score are left out.
    pub min_score: f32,
    /// How names begin, if the model itself is not to be asked.
    pub scheme: Option<Scheme>,
}

/// How names begin that a model finds.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
    /// With `I-`, but for a name at once behind another of its type.
    Iob1,
    /// With `B-`.
    Iob2,
}

/// Tokens of a window at most: attention takes memory by the square of them.
const MAX_WINDOW: usize = 100_000;

/// Special tokens, and some words between.
const LEAST_WINDOW: usize = 8;

/// Networks that count positions from behind the padding token's id.
const COUNT_FROM_PADDING: [&str; 8] =
    ["roberta", "xlm-roberta", "xlm-roberta-xl", "camembert", "mpnet", "longformer", "data2vec-text", "luke"];

impl Config {
    /// Reads `config.json`.
    ///
    /// # Errors
    ///
    /// If it is none, or has settings that cannot be used.
    pub fn read(file: &ModelFile) -> Result<Self, ModelError> {
        let failed = |why: String| ModelError::Config { config: file.name.clone(), why };
        let read: File = serde_json::from_slice(&file.bytes).map_err(|error| failed(one_line(&error.to_string())))?;
        let labels = read.id2label.as_ref().map(in_order).transpose().map_err(failed)?;
        if let Some(why) = read.dateline.fault() {
            return Err(failed(why));
        }
        let padding = read.pad_token_id.unwrap_or(0).max(0);
        let taken = match COUNT_FROM_PADDING.contains(&&*read.model_type) {
            true => padding as usize + 1,
            false => 0,
        };
        let positions = read.max_position_embeddings.and_then(|all| usize::try_from(all).ok());
        let positions = positions.map(|all| all.saturating_sub(taken)).filter(|&left| left > 0);
        Ok(Self { labels, settings: read.dateline, positions, padding, model_type: read.model_type })
    }

    /// How windows are cut, for a model that reads so many tokens at a time, if there have to be so many.
    ///
    /// # Errors
    ///
    /// If the model cannot read such windows.
    pub fn window_size(&self, fixed: Option<usize>) -> Result<WindowSize, String> {
        let usual = WindowSize::default();
        let most = [fixed, self.positions].into_iter().flatten().min().unwrap_or(MAX_WINDOW);
        let tokens = match self.settings.window_tokens {
            Some(tokens) if tokens > most => {
                return Err(format!(
                    "dateline.window_tokens is {tokens}, but the model reads {most} tokens at a time at most"
                ));
            }
            Some(tokens) => tokens,
            None => usual.tokens.min(most),
        };
        let context = match self.settings.window_context {
            Some(context) => context,
            None => usual.context.min(tokens.saturating_sub(LEAST_WINDOW) / 4),
        };
        // Context on both sides of a piece, and some words between.
        let least = context.saturating_mul(2).saturating_add(LEAST_WINDOW);
        match (least..=MAX_WINDOW).contains(&tokens) {
            true => Ok(WindowSize { tokens, context }),
            false if self.settings.window_tokens.is_none() => Err(format!(
                "the model reads {most} tokens at a time, not {least} or more; expected one that reads more"
            )),
            false => Err(format!(
                "dateline.window_tokens is {tokens}, not in {least} to {MAX_WINDOW}, with a context of {context}"
            )),
        }
    }
}

/// The names of labels in the order of their numbers.
fn in_order(id2label: &BTreeMap<String, String>) -> Result<Vec<String>, String> {
    let mut names = vec![None; id2label.len()];
    for (id, label) in id2label {
        let place = id.parse::<usize>().ok().and_then(|id| names.get_mut(id));
        *place.ok_or_else(|| format!("the label number {id:?} is out of order"))? = Some(label.clone());
    }
    names.into_iter().collect::<Option<_>>().ok_or_else(|| "a label number occurs twice".to_owned())
}

impl Settings {
    /// The temperature of the scores.
    pub fn temperature(&self) -> f32 {
        self.temperature.unwrap_or(1.0)
    }

    /// What cannot be used.
    fn fault(&self) -> Option<String> {
        let within = [
            ("agreement", self.agreement, 0.0..=1.0),
            ("temperature", self.temperature(), 0.3..=100.0),
            ("min_score", self.min_score, 0.0..=1.0),
        ];
        let (name, value, range) = within.into_iter().find(|(_, value, range)| !range.contains(value))?;
        Some(format!("dateline.{name} is {value}, not in {} to {}", range.start(), range.end()))
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;
    use std::sync::Arc;

    use super::*;

    fn config(json: &str) -> Result<Config, String> {
        let bytes = Arc::new(Cow::Owned(json.as_bytes().to_vec()));
        Config::read(&ModelFile { name: "config.json".to_owned(), bytes }).map_err(|error| error.to_string())
    }

    #[test]
    fn windows_fit_the_model() {
        let size = |json: &str, fixed| config(json).unwrap().window_size(fixed);
        assert_eq!(size("{}", None), Ok(WindowSize { tokens: 128, context: 24 }));
        assert_eq!(size("{}", Some(16)), Ok(WindowSize { tokens: 16, context: 2 }));
        let roberta = r#"{"model_type": "roberta", "pad_token_id": 1, "max_position_embeddings": 66}"#;
        assert_eq!(size(roberta, None), Ok(WindowSize { tokens: 64, context: 14 }));
        let wide = r#"{"dateline": {"window_tokens": 256, "window_context": 0}, "max_position_embeddings": 128}"#;
        assert!(size(wide, None).unwrap_err().contains("reads 128 tokens at a time at most"));
        assert!(
            size(r#"{"dateline": {"window_tokens": 20, "window_context": 24}}"#, None)
                .unwrap_err()
                .contains("not in 56 to")
        );
        assert!(size("{}", Some(4)).is_err());
    }

    #[test]
    fn faults_are_told() {
        let told = |json: &str| config(json).unwrap_err();
        assert!(told("[]").contains("expected the config.json"));
        assert!(told(r#"{"id2label": {"0": "O", "2": "B-PER"}}"#).contains("\"2\" is out of order"));
        assert!(told(r#"{"dateline": {"min_score": 2}}"#).contains("not in 0 to 1"));
        assert!(told(r#"{"dateline": {"window": 2}}"#).contains("unknown field"));
        assert_eq!(config(r#"{"id2label": {"1": "B-PER", "0": "O"}}"#).unwrap().labels.unwrap(), ["O", "B-PER"]);
    }
}
