//! The labels of mentions, and how a model's own label names map to them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a mention names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
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

    /// The label for a type of another tag set (CoNLL, OntoNotes, WNUT, WikiNEuRal), `None` for types that have no
    /// counterpart, such as dates and amounts.
    fn of_type(name: &str) -> Option<Self> {
        match name.to_ascii_uppercase().as_str() {
            "PER" | "PERSON" => Some(Self::Per),
            "ORG" | "ORGANIZATION" | "ORGANISATION" | "CORPORATION" | "GROUP" => Some(Self::Org),
            "LOC" | "LOCATION" | "GPE" | "FAC" | "FACILITY" => Some(Self::Loc),
            "MISC" | "NORP" | "EVENT" | "PRODUCT" | "WORK_OF_ART" | "LANGUAGE" | "LAW" | "CREATIVE-WORK" => {
                Some(Self::Misc)
            }
            _ => None,
        }
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a model says of one token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    /// Not part of a mention.
    Outside,
    /// The first token of a mention.
    Begin(Label),
    /// A later token of a mention.
    Inside(Label),
}

impl Tag {
    /// The tag for one of a model's label names: `O`, or a place (`B`, `I`, or `S`, `U`, `E`, `L` of richer schemes),
    /// a hyphen and a type. A type without a counterpart is outside.
    pub fn parse(name: &str) -> Option<Self> {
        if name == "O" {
            return Some(Self::Outside);
        }
        let (place, kind) = name.split_once(['-', '_'])?;
        let label = Label::of_type(kind);
        match place {
            "B" | "S" | "U" => Some(label.map_or(Self::Outside, Self::Begin)),
            "I" | "E" | "L" | "M" => Some(label.map_or(Self::Outside, Self::Inside)),
            _ => None,
        }
    }

    /// Whether mentions of this tag's label can begin with another tag of the set: where they can't, the set has inside
    /// tags alone, and they begin mentions too.
    pub fn has_beginning(self, set: &[Self]) -> bool {
        match self {
            Self::Inside(label) => set.contains(&Self::Begin(label)),
            _ => true,
        }
    }

    /// Whether this tag may follow another: an inside continues a mention of its own label.
    pub fn may_follow(self, before: Self) -> bool {
        match self {
            Self::Inside(label) => before == Self::Begin(label) || before == Self::Inside(label),
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_several_schemes() {
        assert_eq!(Tag::parse("O"), Some(Tag::Outside));
        assert_eq!(Tag::parse("B-PER"), Some(Tag::Begin(Label::Per)));
        assert_eq!(Tag::parse("I-GPE"), Some(Tag::Inside(Label::Loc)));
        assert_eq!(Tag::parse("E-ORG"), Some(Tag::Inside(Label::Org)));
        assert_eq!(Tag::parse("B-DATE"), Some(Tag::Outside));
        assert_eq!(Tag::parse("LABEL_0"), None);
    }

    #[test]
    fn inside_follows_only_its_own() {
        let (begin, inside) = (Tag::Begin(Label::Org), Tag::Inside(Label::Org));
        assert!(inside.may_follow(begin) && inside.may_follow(inside));
        assert!(!inside.may_follow(Tag::Outside) && !inside.may_follow(Tag::Begin(Label::Loc)));
    }
}
