//! What finds names: the kinds of models, seen from the tagger.

use super::cache::CacheCounts;
use super::evidence::Evidence;
use crate::clock::Clock;
use crate::mention::Mention;
use crate::model_error::ModelError;
use crate::stop::Stop;

/// A text whose names are wanted.
#[derive(Clone, Copy, Debug)]
pub struct Request<'d> {
    /// The text.
    pub text: &'d str,
    /// Names with a lower score are left out; `None` for what the model's folder says.
    pub min_score: Option<f32>,
    /// What may ask the work to end; `None` where nothing will.
    pub stop: Option<&'d Stop>,
}

/// What is done between two slices of work, on the threads that do it: others may wait for their turn.
pub type Between<'b> = &'b (dyn Fn() + Sync);

impl Request<'_> {
    /// Whether the work is to end.
    pub fn is_stopped(&self) -> bool {
        self.stop.is_some_and(Stop::asked)
    }
}

/// What was found in a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decoded {
    /// Its mentions, in order and without overlap.
    pub mentions: Vec<Mention>,
    /// Names inside these, if they were asked for: by their start, of those that begin together the longer first.
    pub nested: Vec<Mention>,
    /// What the model says of all words; nothing where the mentions are not the model's, or it has nothing more to say.
    pub evidence: Evidence,
}

impl From<Vec<Mention>> for Decoded {
    fn from(mentions: Vec<Mention>) -> Self {
        Self { mentions, ..Self::default() }
    }
}

/// What a model is, and how it is read, in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// What kind of network it is.
    pub architecture: String,
    /// Its inputs: name, kind of numbers, sizes.
    pub inputs: Vec<String>,
    /// Its outputs.
    pub outputs: Vec<String>,
    /// What counts as a word.
    pub words: String,
    /// How texts are cut for it.
    pub windows: String,
    /// How names begin.
    pub begins: String,
    /// Its types, each with what becomes of it: a label, or nothing.
    pub types: Vec<(String, String)>,
    /// What it is run on.
    pub device: String,
}

/// Finds the names in texts.
pub trait Recogniser: Send + Sync {
    /// The names in each text, in the order of the texts. Works on the threads of the pool that it is called in, and tells
    /// `clock` what takes how long. What it gives for a text does not depend on the others, beyond what [`Device`] says.
    ///
    /// [`Device`]: crate::onnx::Device
    fn recognise(&self, requests: &[Request<'_>], clock: &Clock) -> Vec<Result<Decoded, ModelError>> {
        self.recognise_between(requests, None, clock)
    }

    /// The same, a slice at a time: long texts leave room for what is done `between`.
    fn recognise_between(
        &self,
        requests: &[Request<'_>],
        between: Option<Between<'_>>,
        clock: &Clock,
    ) -> Vec<Result<Decoded, ModelError>>;

    /// What a user should know of how the model is read, a sentence each.
    fn notes(&self) -> Vec<String>;

    /// What the model is, and how it is read.
    fn about(&self) -> About;

    /// How often a window was known, if it remembers windows.
    fn cache_counts(&self) -> Option<CacheCounts> {
        None
    }
}
