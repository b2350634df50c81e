//! What a model says of one token, and how its own label names map to the labels of mentions.

use crate::mention::Label;

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
        let label = label_of_type(kind);
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

/// The label for a type of another tag set (CoNLL, OntoNotes, WNUT, WikiNEuRal), `None` for types that have no
/// counterpart, such as dates and amounts.
fn label_of_type(name: &str) -> Option<Label> {
    match name.to_ascii_uppercase().as_str() {
        "PER" | "PERSON" => Some(Label::Per),
        "ORG" | "ORGANIZATION" | "ORGANISATION" | "CORPORATION" | "GROUP" => Some(Label::Org),
        "LOC" | "LOCATION" | "GPE" | "FAC" | "FACILITY" => Some(Label::Loc),
        "MISC" | "NORP" | "EVENT" | "PRODUCT" | "WORK_OF_ART" | "LANGUAGE" | "LAW" | "CREATIVE-WORK" => {
            Some(Label::Misc)
        }
        _ => None,
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
