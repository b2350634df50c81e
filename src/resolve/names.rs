//! The names of a document that are weighed, with all that is known beside them.

use super::context::Context;
use super::publisher::Publisher;
use super::toponym::Toponym;
use crate::gazetteer::Gazetteer;
use crate::mention::Mention;

/// What is scored, and where it stands.
pub struct Names<'a, 'g> {
    /// The text.
    pub text: &'a str,
    /// Its mentions.
    pub mentions: &'a [Mention],
    /// The names of places among them.
    pub toponyms: &'a [Toponym],
    /// What is said beside them.
    pub context: &'a Context,
    /// Where it was published, as far as it is known.
    pub publisher: &'a Publisher,
    /// How surely the text is from a time in which places went by other names.
    pub age: f64,
    /// Where the places are.
    pub gazetteer: &'g Gazetteer,
    /// Whether the names are known to be those of places: then "none of these" is no answer.
    pub certain: bool,
}
