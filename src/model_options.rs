//! How a model is to be read.

use std::collections::BTreeMap;
use std::str::FromStr;

use crate::onnx::Device;

/// How the labels of a model's tokens become names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Aggregation {
    /// The most probable sequence of labels of the words of a sentence, of those that make sense. A word is judged by its
    /// first token.
    #[default]
    Viterbi,
    /// As `first` of Hugging Face's pipeline: each word for itself, by its first token.
    First,
    /// As its `average`: by the mean of what is said of its tokens.
    Average,
    /// As its `max`: by the token that is the surest.
    Max,
    /// As its `simple`: each token for itself, words are not looked at.
    Simple,
}

impl Aggregation {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Viterbi, Self::First, Self::Average, Self::Max, Self::Simple];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Viterbi => "viterbi",
            Self::First => "first",
            Self::Average => "average",
            Self::Max => "max",
            Self::Simple => "simple",
        }
    }
}

impl FromStr for Aggregation {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|one| one.name() == name);
        found.ok_or_else(|| format!("{name:?} is no aggregation; expected viterbi, first, average, max or simple"))
    }
}

/// What types of a model are to be mapped to, beside what the table says: `geo=LOC`, `tim=` for nothing.
pub type TypeMap = BTreeMap<String, String>;

/// How a model is to be read.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ModelOptions {
    /// What the columns of the model's output are called, instead of what its `config.json` says; for a GLiNER, what it is to
    /// look for.
    pub labels: Option<Vec<String>>,
    /// What types of the model are mapped to, beside what the table says; nothing for those that are left out.
    pub map: TypeMap,
    /// How the labels of tokens become names.
    pub aggregation: Aggregation,
    /// The least probability of what a GLiNER finds; `None` for .5, as its own package has it.
    pub threshold: Option<f32>,
    /// Whether a GLiNER also finds names inside names.
    pub nested: bool,
    /// The processor.
    pub device: Device,
}
