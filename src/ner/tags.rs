//! What a model says of one word.

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
    fn inside_follows_only_its_own() {
        let (begin, inside) = (Tag::Begin(Label::Org), Tag::Inside(Label::Org));
        assert!(inside.may_follow(begin) && inside.may_follow(inside));
        assert!(!inside.may_follow(Tag::Outside) && !inside.may_follow(Tag::Begin(Label::Loc)));
        assert_eq!((Tag::Outside.label(), inside.label()), (None, Some(Label::Org)));
    }
}
