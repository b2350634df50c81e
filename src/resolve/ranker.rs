//! Turns the features for candidates into probabilities.
//!
//! The ranker is a conditional logit: each candidate has a score, the weighted sum of its features, and "none of these"
//! has one of its own; probabilities are their softmax. There are two sets of weights: for names by themselves, and for
//! names with what the others of the document say. `scripts/train_ranker.py` fits both to articles whose places people
//! have marked and writes `models/ranker.json`; the numbers stay readable, and each can be told to a user who asks why.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::Map;

use super::features::{Features, NoneFeatures};

/// The weights of the ranker that comes with the crate.
static EMBEDDED: &str = include_str!("../../models/ranker.json");

/// Weighs features.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranker {
    /// For names by themselves.
    pub local: Weights,
    /// For names among the others of their document.
    pub collective: Weights,
}

/// A weight for every feature.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    candidate: [f64; Features::NAMES.len()],
    none: [f64; NoneFeatures::NAMES.len()],
}

/// Why weights could not be read.
#[derive(Debug, thiserror::Error)]
pub enum RankerError {
    /// The system cannot read the file.
    #[error("{}: cannot be read ({error}); expected the weights that scripts/train_ranker.py writes", file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// It holds something else.
    #[error("{}: {why}; expected the weights that scripts/train_ranker.py writes for this version", file.display())]
    Form {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        why: String,
    },
}

#[derive(Deserialize)]
struct RankerJson {
    local: WeightsJson,
    collective: WeightsJson,
}

#[derive(Deserialize)]
struct WeightsJson {
    candidate: Map<String, serde_json::Value>,
    none: Map<String, serde_json::Value>,
}

impl Ranker {
    /// The ranker that comes with the crate.
    pub fn embedded() -> &'static Self {
        static RANKER: LazyLock<Ranker> =
            LazyLock::new(|| Ranker::parse(EMBEDDED).expect("a test reads the file that is embedded"));
        &RANKER
    }

    /// Reads weights from a file.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or does not have exactly the features of this version.
    pub fn open(file: &Path) -> Result<Self, RankerError> {
        let json = std::fs::read_to_string(file).map_err(|error| RankerError::Io { file: file.to_owned(), error })?;
        Self::parse(&json).map_err(|why| RankerError::Form { file: file.to_owned(), why })
    }

    /// Reads weights from JSON. The error says what is wrong with it.
    pub fn parse(json: &str) -> Result<Self, String> {
        Self::from_json(&serde_json::from_str(json).map_err(|error| error.to_string())?)
    }

    fn from_json(json: &RankerJson) -> Result<Self, String> {
        let weights = |json: &WeightsJson| {
            Ok::<_, String>(Weights {
                candidate: in_order(&json.candidate, Features::NAMES)?,
                none: in_order(&json.none, NoneFeatures::NAMES)?,
            })
        };
        Ok(Self { local: weights(&json.local)?, collective: weights(&json.collective)? })
    }
}

/// Rankers for corpora that rankers were fitted to: each for the publishers that it has not seen.
#[derive(Clone, Debug)]
pub struct Folds {
    rankers: Vec<Ranker>,
    of_domain: HashMap<String, usize>,
}

#[derive(Deserialize)]
struct FoldsJson {
    folds: Vec<FoldJson>,
}

#[derive(Deserialize)]
struct FoldJson {
    domains: Vec<String>,
    ranker: RankerJson,
}

impl Folds {
    /// Reads the rankers of all folds from a file.
    ///
    /// # Errors
    ///
    /// As [`Ranker::open`].
    pub fn open(file: &Path) -> Result<Self, RankerError> {
        let json = std::fs::read_to_string(file).map_err(|error| RankerError::Io { file: file.to_owned(), error })?;
        Self::parse(&json).map_err(|why| RankerError::Form { file: file.to_owned(), why })
    }

    fn parse(json: &str) -> Result<Self, String> {
        let json: FoldsJson = serde_json::from_str(json).map_err(|error| error.to_string())?;
        let rankers = json.folds.iter().map(|fold| Ranker::from_json(&fold.ranker)).collect::<Result<_, _>>()?;
        let of_domain = json.folds.into_iter().enumerate();
        let of_domain = of_domain.flat_map(|(n, fold)| fold.domains.into_iter().map(move |domain| (domain, n)));
        Ok(Self { rankers, of_domain: of_domain.collect() })
    }

    /// The rankers, in order.
    pub fn rankers(&self) -> &[Ranker] {
        &self.rankers
    }

    /// The number of the ranker that has not seen a publisher.
    pub fn of(&self, domain: &str) -> Option<usize> {
        self.of_domain.get(domain).copied()
    }
}

/// The weights of named features in the order of the names.
fn in_order<const N: usize>(weights: &Map<String, serde_json::Value>, names: &[&str]) -> Result<[f64; N], String> {
    if let Some(unknown) = weights.keys().find(|name| !names.contains(&name.as_str())) {
        return Err(format!("{unknown:?} is no feature"));
    }
    let mut found = [0.0; N];
    for (weight, name) in found.iter_mut().zip(names) {
        let number = weights.get(*name).ok_or_else(|| format!("there is no weight for {name:?}"))?;
        *weight = number.as_f64().filter(|number| number.abs() < 1e6).ok_or_else(|| format!("{name:?} is {number}"))?;
    }
    Ok(found)
}

impl Weights {
    /// The weighted sum of a candidate's features.
    pub fn score(&self, features: &Features) -> f64 {
        self.candidate.iter().zip(features.values()).map(|(weight, value)| weight * value).sum()
    }

    /// The weighted sum of what speaks for none.
    pub fn none_score(&self, features: &NoneFeatures) -> f64 {
        self.none.iter().zip(features.values()).map(|(weight, value)| weight * value).sum()
    }

    /// What each feature of a candidate adds to its score, with the feature's name and value; those that add nothing are
    /// left out.
    pub fn reasons(&self, features: &Features) -> Vec<Reason> {
        reasons(Features::NAMES, &features.values(), &self.candidate)
    }

    /// The same for "none of these".
    pub fn none_reasons(&self, features: &NoneFeatures) -> Vec<Reason> {
        reasons(NoneFeatures::NAMES, &features.values(), &self.none)
    }
}

/// What a feature adds to a score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reason {
    /// The name of the feature, a field of [`Features`] or [`NoneFeatures`].
    pub feature: &'static str,
    /// Its value.
    pub value: f64,
    /// Its value by its weight.
    pub adds: f64,
}

fn reasons(names: &[&'static str], values: &[f64], weights: &[f64]) -> Vec<Reason> {
    let all = names.iter().zip(values).zip(weights);
    let mut found: Vec<Reason> =
        all.map(|((&feature, &value), weight)| Reason { feature, value, adds: weight * value }).collect();
    found.retain(|reason| reason.adds != 0.0);
    found.sort_by(|a, b| b.adds.abs().total_cmp(&a.adds.abs()));
    found
}

/// The probability of each candidate from its score; what is missing to 1 is that of "none of these".
pub fn probabilities(scores: &[f64], none: f64) -> Vec<f64> {
    let highest = scores.iter().copied().fold(none, f64::max);
    let sum: f64 = scores.iter().chain([&none]).map(|score| (score - highest).exp()).sum();
    scores.iter().map(|score| (score - highest).exp() / sum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_leave_room_for_none() {
        let found = probabilities(&[3.5, 3.5], 3.5);
        assert!((found[0] - 1.0 / 3.0).abs() < 1e-12 && found[0] == found[1]);
        assert!(probabilities(&[], 0.0).is_empty());
        let far = probabilities(&[-1e308, 1e308], 0.0);
        assert_eq!(far, [0.0, 1.0]);
    }

    #[test]
    fn what_is_said_of_a_place_speaks_for_it() {
        let base = Features { official_name: 1.0, importance: 0.9, ..Features::default() };
        for weights in [&Ranker::embedded().local, &Ranker::embedded().collective] {
            for more in [
                Features { in_named_container: 1.0, ..base },
                Features { holds_named_place: 1.0, ..base },
                Features { type_word: 1.0, ..base },
                Features { importance: 1.2, ..base },
            ] {
                assert!(weights.score(&more) > weights.score(&base), "{more:?}");
            }
        }
    }

    /// Every publisher is in one fold, and each fold has weights of its own.
    #[test]
    fn shipped_folds_are_read() {
        let folds = Folds::parse(include_str!("../../models/ranker-folds.json")).unwrap();
        assert!(folds.rankers().len() >= 2 && folds.rankers().windows(2).all(|pair| pair[0] != pair[1]));
        assert!(folds.of("haaretz.com").is_some() && folds.of("no.example").is_none());
        assert_eq!(folds.of("lfpress.ca"), folds.of("www.lfpress.com"));
    }

    #[test]
    fn wrong_weights_are_told() {
        let told = |from: &str, to: &str| Ranker::parse(&EMBEDDED.replacen(from, to, 1)).unwrap_err();
        assert!(told("exact_match", "exact_mtch").contains("\"exact_mtch\" is no feature"));
        assert!(told("\"local\"", "\"lone\"").contains("local"));
        assert!(Ranker::parse("{}").is_err());
    }
}
