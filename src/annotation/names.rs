//! The names of an annotation that was read, for its places to be found anew.

use std::cmp::Reverse;

use super::spans::SpannedText;
use super::{Annotation, Entity, Method, NestedName};
use crate::mention::{Kind, Label, Mention};
use crate::ner::recogniser::Decoded;

/// In what an annotation differs from what tagging gives.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Untagged {
    /// It has no text: it may have been written without.
    #[error("has no \"text\"")]
    NoText,
    /// An offset does not fit its text: it may have been written in another unit.
    #[error("{0}")]
    Offset(String),
    /// Something else.
    #[error("{0}")]
    Other(String),
}

/// The names of an annotation. Positions in figures are not among them: they are found anew with the places.
///
/// # Errors
///
/// If its text was left out, or its names do not fit it.
pub fn known(annotation: &Annotation) -> Result<Decoded, Untagged> {
    if annotation.text.is_none() {
        return Err(Untagged::NoText);
    }
    let text = SpannedText::of(annotation);
    let names = (1..).zip(&annotation.entities).filter(|(_, entity)| !is_position(entity));
    let mentions =
        names.map(|(n, entity)| mention(&entity.into(), &text).map_err(|why| why.of(&format!("entity {n}"))));
    let mut mentions = mentions.collect::<Result<Vec<_>, _>>()?;
    mentions.sort_by_key(|mention| mention.span);
    if let Some(pair) = mentions.windows(2).find(|pair| pair[1].span.start < pair[0].span.end) {
        let [first, second] = [pair[0], pair[1]].map(|mention| mention.span.of(text.text));
        return Err(Untagged::Other(format!("has entities that overlap, {first:?} and {second:?}")));
    }
    let nested = (1..).zip(&annotation.nested);
    let nested =
        nested.map(|(n, name)| mention(&name.into(), &text).map_err(|why| why.of(&format!("nested name {n}"))));
    let mut nested = nested.collect::<Result<Vec<_>, _>>()?;
    nested.sort_by_key(|mention| (mention.span.start, Reverse(mention.span.end)));
    Ok(Decoded { mentions, nested, ..Decoded::default() })
}

impl Untagged {
    /// The same, said of a part of the record.
    fn of(self, part: &str) -> Self {
        match self {
            Self::NoText => Self::NoText,
            Self::Offset(why) => Self::Offset(format!("{part} {why}")),
            Self::Other(why) => Self::Other(format!("{part} {why}")),
        }
    }
}

/// Whether an entity is a position in figures, which the text itself gives.
fn is_position(entity: &Entity) -> bool {
    entity.place.as_ref().is_some_and(|place| place.method == Method::Coordinates)
}

/// What a name is told by, be it an entity or a nested one.
struct Told<'a> {
    start: usize,
    end: usize,
    text: &'a str,
    label: Label,
    kind: Option<Kind>,
    score: f64,
}

impl<'a> From<&'a Entity> for Told<'a> {
    fn from(entity: &'a Entity) -> Self {
        let Entity { start, end, ref text, label, kind, score, .. } = *entity;
        Self { start, end, text, label, kind, score }
    }
}

impl<'a> From<&'a NestedName> for Told<'a> {
    fn from(name: &'a NestedName) -> Self {
        let NestedName { start, end, ref text, label, kind, score } = *name;
        Self { start, end, text, label, kind, score }
    }
}

fn mention(told: &Told<'_>, text: &SpannedText<'_>) -> Result<Mention, Untagged> {
    let Told { start, end, text: name, label, kind, score } = *told;
    let Some(span) = text.span(start, end) else {
        return Err(Untagged::Offset(format!("stands at {start} to {end}, which is no place in the text")));
    };
    if span.is_empty() {
        return Err(Untagged::Other("ends where it begins".to_owned()));
    }
    let there = span.of(text.text);
    // Files of other hands may leave it out.
    if !name.is_empty() && name != there {
        return Err(Untagged::Offset(format!("is {name:?}, but the text has {there:?} there")));
    }
    if !(0.0..=1.0).contains(&score) {
        return Err(Untagged::Other(format!("has the score {score}, which is not from 0 to 1")));
    }
    Ok(Mention { kind, ..Mention::new(span, label, score as f32) })
}
