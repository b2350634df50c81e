//! The names in a text, and what they name.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::HashSet;
use std::fmt;
use std::sync::{OnceLock, PoisonError, RwLock};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::document::Span;

/// A name in a document.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mention {
    /// Its place in the text.
    pub span: Span,
    /// What it names.
    pub label: Label,
    /// The model's own word for what it names, where that is another than the label's.
    pub kind: Option<Kind>,
    /// How sure the model is, in 0..=1: the probability that a name of this label stands exactly here.
    pub score: f32,
}

impl Mention {
    /// A name of which no more is known.
    pub const fn new(span: Span, label: Label, score: f32) -> Self {
        Self { span, label, kind: None, score }
    }

    /// The same as the name of something else.
    #[must_use]
    pub fn relabelled(self, label: Label) -> Self {
        Self { label, kind: self.kind.filter(|_| label == self.label), ..self }
    }
}

/// What a mention names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Label {
    /// A person.
    Per,
    /// An organisation.
    Org,
    /// A place.
    Loc,
    /// Another name: a nationality, a language, an event, a product.
    Misc,
    /// Something for which only the model has a word: "DATE", "weapon". It is never taken for a place.
    Other(Kind),
}

impl Label {
    /// The labels that every model's types are mapped to, as far as they have a counterpart.
    pub const ALL: [Self; 4] = [Self::Per, Self::Org, Self::Loc, Self::Misc];

    /// The name in the output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Per => "PER",
            Self::Org => "ORG",
            Self::Loc => "LOC",
            Self::Misc => "MISC",
            Self::Other(kind) => kind.name(),
        }
    }

    /// The label of a name in the output; `None` if it is not one, see [`Kind::named`].
    pub fn named(name: &str) -> Option<Self> {
        match Self::ALL.into_iter().find(|label| label.name() == name) {
            Some(label) => Some(label),
            None => Kind::named(name).map(Self::Other),
        }
    }

    /// Its place in [`Label::ALL`], if it is there.
    pub const fn index(self) -> Option<usize> {
        match self {
            Self::Per => Some(0),
            Self::Org => Some(1),
            Self::Loc => Some(2),
            Self::Misc => Some(3),
            Self::Other(_) => None,
        }
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Label {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Label {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = Cow::<'de, str>::deserialize(deserializer)?;
        Self::named(&name).ok_or_else(|| D::Error::custom(NoKind(&name)))
    }
}

impl JsonSchema for Label {
    fn schema_name() -> Cow<'static, str> {
        "Label".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "What a mention names: PER, a person; ORG, an organisation; LOC, a place; MISC, another name; or the \
                            model's own word for what has no counterpart among these.",
            "type": "string",
            "minLength": 1,
            "maxLength": Kind::LONGEST,
            "examples": Label::ALL.map(Label::name),
        })
    }
}

/// A model's own word for what it finds: "GPE", "weapon".
///
/// Every word is kept once, for as long as the process lives: models have few.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Kind(&'static str);

static KINDS: OnceLock<RwLock<HashSet<&'static str>>> = OnceLock::new();

impl Kind {
    /// Characters that a word has at most.
    pub const LONGEST: usize = 128;
    /// Words that a process knows at most: files of other hands may be full of them.
    const MOST: usize = 4096;

    /// A word; `None` if it is empty, longer than [`Kind::LONGEST`], has a control character, or is one too many for this process.
    pub fn named(name: &str) -> Option<Self> {
        if name.is_empty() || name.chars().nth(Self::LONGEST).is_some() || name.contains(char::is_control) {
            return None;
        }
        let kinds = KINDS.get_or_init(RwLock::default);
        if let Some(known) = kinds.read().unwrap_or_else(PoisonError::into_inner).get(name) {
            return Some(Self(known));
        }
        let mut kinds = kinds.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kinds.get(name) {
            return Some(Self(known));
        }
        if kinds.len() >= Self::MOST {
            return None;
        }
        let kept: &'static str = Box::leak(name.into());
        kinds.insert(kept);
        Some(Self(kept))
    }

    /// The word itself.
    pub const fn name(self) -> &'static str {
        self.0
    }
}

impl PartialOrd for Kind {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Kind {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(other.0)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = Cow::<'de, str>::deserialize(deserializer)?;
        Self::named(&name).ok_or_else(|| D::Error::custom(NoKind(&name)))
    }
}

impl JsonSchema for Kind {
    fn schema_name() -> Cow<'static, str> {
        "Kind".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "minLength": 1, "maxLength": Kind::LONGEST })
    }
}

/// Why a word is none.
struct NoKind<'n>(&'n str);

impl fmt::Display for NoKind<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.chars().count() {
            0 => f.write_str("a label is empty; expected PER, ORG, LOC, MISC or a word of the model's own"),
            _ if self.0.contains(char::is_control) => {
                write!(f, "the label {:?} has a control character; expected a word", self.0)
            }
            1..=Kind::LONGEST => {
                write!(f, "the label {:?} is one too many: at most {} different ones are read", self.0, Kind::MOST)
            }
            length => {
                let begin: String = self.0.chars().take(20).collect();
                write!(f, "the label {begin:?}… has {length} characters; expected {} at most", Kind::LONGEST)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_words() {
        let weapon = Label::named("weapon").unwrap();
        assert_eq!((Label::named("LOC"), weapon.name(), weapon.index()), (Some(Label::Loc), "weapon", None));
        assert_eq!(Label::named("weapon"), Some(weapon));
        assert_ne!(Label::named("Weapon"), Some(weapon));
        assert_eq!(serde_json::to_string(&[Label::Per, weapon]).unwrap(), r#"["PER","weapon"]"#);
        assert_eq!(serde_json::from_str::<Vec<Label>>(r#"["PER","we\u0061pon"]"#).unwrap(), [Label::Per, weapon]);
        for (n, label) in Label::ALL.into_iter().enumerate() {
            assert_eq!(label.index(), Some(n));
        }
    }

    #[test]
    fn what_is_no_word_is_told() {
        let failed = |json: String| serde_json::from_str::<Label>(&json).unwrap_err().to_string();
        assert!(failed("\"\"".into()).contains("a label is empty"));
        assert!(failed(format!("{:?}", "x".repeat(129))).contains("has 129 characters; expected 128 at most"));
        assert!(Kind::named(&"é".repeat(128)).is_some());
    }

    #[test]
    fn another_label_has_another_word() {
        let city = Mention { kind: Kind::named("CITY"), ..Mention::new(Span::new(0, 4), Label::Loc, 0.9) };
        assert_eq!(city.relabelled(Label::Loc), city);
        assert_eq!(city.relabelled(Label::Org).kind, None);
    }
}
