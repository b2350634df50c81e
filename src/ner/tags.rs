//! What a model says of one word.

use super::types::label_of_type;
use crate::mention::Label;

/// What a model says of one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    /// Not part of a mention.
    Outside,
    /// The first word of a mention.
    Begin(Label),
    /// A later word of a mention.
    Inside(Label),
}

impl Tag {
    /// The tag for a name as corpora write it: `O`, or a position (`B`, `I`, or `S`, `U`, `E`, `L` of richer schemes), a hyphen
    /// and a type. A type without a counterpart is outside.
    pub fn parse(name: &str) -> Option<Self> {
        if name == "O" {
            return Some(Self::Outside);
        }
        let (position, kind) = name.split_once(['-', '_'])?;
        let label = label_of_type(kind);
        match position {
            "B" | "S" | "U" => Some(label.map_or(Self::Outside, Self::Begin)),
            "I" | "E" | "L" | "M" => Some(label.map_or(Self::Outside, Self::Inside)),
            _ => None,
        }
    }

    /// The label of the mention, if it is part of one.
    pub fn label(self) -> Option<Label> {
        match self {
            Self::Outside => None,
            Self::Begin(label) | Self::Inside(label) => Some(label),
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
        assert_eq!((Tag::Outside.label(), inside.label()), (None, Some(Label::Org)));
    }
}
