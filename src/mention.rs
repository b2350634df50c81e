//! The names in a text, and what they name.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::document::Span;

/// A name in a document.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mention {
    /// Its place in the text.
    pub span: Span,
    /// What it names.
    pub label: Label,
    /// How sure the model is, in 0..=1: the probability that a name of this label stands exactly here.
    pub score: f32,
}

/// What a mention names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Label {
    /// A person.
    Per,
    /// An organisation.
    Org,
    /// A place.
    Loc,
    /// Another name: a nationality, a language, an event, a product.
    Misc,
}

impl Label {
    /// All labels.
    pub const ALL: [Self; 4] = [Self::Per, Self::Org, Self::Loc, Self::Misc];

    /// The name in the output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Per => "PER",
            Self::Org => "ORG",
            Self::Loc => "LOC",
            Self::Misc => "MISC",
        }
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
