//! The tags of a model.

use super::labels::Columns;
use super::tags::Tag;
use crate::mention::{Kind, Label};

/// The tags of a model, each once. Several columns of the logits can stand for one tag: `B-GPE` and `B-LOC`, `B-PER` and
/// `S-PER`.
#[derive(Clone, Debug, PartialEq)]
pub struct TagSet {
    tags: Vec<Tag>,
    /// The tag that each column of the logits stands for, as its number in `tags`.
    columns: Vec<usize>,
    /// The words that the model itself has for what it finds, by label: none where it has none but the labels' own.
    kinds: Vec<(Label, Option<Kind>)>,
    /// The number in `kinds` of each column, if it has one.
    kind_of: Vec<Option<usize>>,
    /// Whether a mention may begin with an inside tag, though there is another to begin with: where two names of one kind stand
    /// side by side, the second begins with that (IOB1).
    inside_begins: bool,
}

impl TagSet {
    /// The set for a model whose logits have these tags as columns.
    pub fn new(columns: &[Tag]) -> Self {
        Self::of(columns, &[])
    }

    /// The same with the model's own words.
    pub fn of_columns(columns: &Columns) -> Self {
        Self::of(&columns.tags, &columns.kinds)
    }

    fn of(columns: &[Tag], words: &[Option<Kind>]) -> Self {
        let mut tags: Vec<Tag> = Vec::new();
        let numbers = columns.iter().map(|&tag| number(&mut tags, tag)).collect();
        let mut kinds = Vec::new();
        // Without words of its own there is nothing to be told apart.
        let kind_of = match words.iter().any(Option::is_some) {
            true => {
                let kind = |(tag, kind): (&Tag, &Option<Kind>)| Some(number(&mut kinds, (tag.label()?, *kind)));
                columns.iter().zip(words).map(kind).collect()
            }
            false => vec![None; columns.len()],
        };
        Self { tags, columns: numbers, kinds, kind_of, inside_begins: false }
    }

    /// The same, in which mentions may begin with an inside tag.
    #[must_use]
    pub fn with_inside_begins(self, inside_begins: bool) -> Self {
        Self { inside_begins, ..self }
    }

    /// Whether mentions may begin with an inside tag.
    pub fn inside_begins(&self) -> bool {
        self.inside_begins
    }

    /// The tags, in the order of [`Words::logs`](super::word::Words::logs).
    pub fn tags(&self) -> &[Tag] {
        &self.tags
    }

    /// The model's own words for the kinds of things that it finds, in the order of [`Words::kinds`](super::word::Words::kinds).
    pub fn kinds(&self) -> &[(Label, Option<Kind>)] {
        &self.kinds
    }

    /// The columns that the logits must have.
    pub fn columns(&self) -> usize {
        self.columns.len()
    }

    /// The tag of a column of the logits.
    pub fn tag_of(&self, column: usize) -> Tag {
        self.tags[self.columns[column]]
    }

    /// The model's own word for a column of the logits.
    pub fn kind_of(&self, column: usize) -> Option<Kind> {
        self.kind_of[column].and_then(|n| self.kinds[n].1)
    }

    /// The number of the tag of what is no name.
    pub fn outside(&self) -> Option<usize> {
        self.tags.iter().position(|&tag| tag == Tag::Outside)
    }

    /// Whether a tag may follow another.
    pub fn may_follow(&self, tag: Tag, before: Tag) -> bool {
        tag.may_follow(before) || self.begins(tag)
    }

    /// Whether a mention can begin with a tag: with an inside only where there is nothing else to begin with, or the model begins
    /// so.
    fn begins(&self, tag: Tag) -> bool {
        match tag {
            Tag::Inside(label) => self.inside_begins || !self.tags.contains(&Tag::Begin(label)),
            Tag::Outside | Tag::Begin(_) => true,
        }
    }

    /// Adds the log-probability of each tag to others, and the probability of each kind.
    pub fn add_log_probabilities(
        &self,
        logits: impl Iterator<Item = f32> + Clone,
        all: &mut Vec<f32>,
        kinds: &mut Vec<f32>,
    ) {
        let highest = logits.clone().fold(f32::NEG_INFINITY, f32::max);
        let first = all.len();
        all.resize(first + self.tags.len(), 0.0);
        let logs = &mut all[first..];
        for (logit, &tag) in logits.clone().zip(&self.columns) {
            logs[tag] += (logit - highest).exp();
        }
        let sum: f32 = logs.iter().sum();
        // A tag that is out of the question still has a finite logarithm.
        logs.iter_mut().for_each(|log| *log = (*log / sum).max(f32::MIN_POSITIVE).ln());
        let first = kinds.len();
        kinds.resize(first + self.kinds.len(), 0.0);
        for (logit, kind) in logits.zip(&self.kind_of) {
            if let Some(kind) = *kind {
                kinds[first + kind] += (logit - highest).exp() / sum;
            }
        }
    }
}

/// The number of something among others, with which it is put if it is new.
fn number<T: PartialEq>(all: &mut Vec<T>, one: T) -> usize {
    all.iter().position(|known| *known == one).unwrap_or_else(|| {
        all.push(one);
        all.len() - 1
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_one_tag_are_added_up() {
        let set = TagSet::new(&[Tag::Outside, Tag::Begin(Label::Per), Tag::Outside]);
        assert_eq!((set.tags(), set.columns()), (&[Tag::Outside, Tag::Begin(Label::Per)][..], 3));
        let (mut logs, mut kinds) = (Vec::new(), Vec::new());
        set.add_log_probabilities([1.0, 1.0, 1.0].into_iter(), &mut logs, &mut kinds);
        assert!((logs[0].exp() - 2.0 / 3.0).abs() < 1e-6 && (logs[1].exp() - 1.0 / 3.0).abs() < 1e-6, "{logs:?}");
        assert!(kinds.is_empty());
    }

    #[test]
    fn kinds_are_told_apart() {
        let names = ["O", "B-GPE", "B-FAC", "I-GPE"].map(str::to_owned);
        let set = TagSet::of_columns(&Columns::read(&names, &Default::default()).unwrap());
        assert_eq!(set.tags(), [Tag::Outside, Tag::Begin(Label::Loc), Tag::Inside(Label::Loc)]);
        let words: Vec<_> = set.kinds().iter().map(|(label, kind)| (*label, kind.map(Kind::name))).collect();
        assert_eq!(words, [(Label::Loc, Some("GPE")), (Label::Loc, Some("FAC"))]);
        let (mut logs, mut kinds) = (Vec::new(), Vec::new());
        set.add_log_probabilities([0.0; 4].into_iter(), &mut logs, &mut kinds);
        assert_eq!(kinds, [0.5, 0.25]);
        assert_eq!(set.kind_of(2).map(Kind::name), Some("FAC"));
    }

    #[test]
    fn what_may_begin_a_name() {
        let (begin, inside) = (Tag::Begin(Label::Org), Tag::Inside(Label::Org));
        let both = TagSet::new(&[Tag::Outside, begin, inside]);
        assert!(!both.may_follow(inside, Tag::Outside) && both.may_follow(inside, begin));
        assert!(both.with_inside_begins(true).may_follow(inside, Tag::Outside));
        assert!(TagSet::new(&[Tag::Outside, inside]).may_follow(inside, Tag::Outside));
    }
}
