//! The names of an annotation that was read, for its places to be found anew.

use super::spans::SpannedText;
use super::{Annotation, Entity, Method};
use crate::mention::Mention;

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

/// The mentions of an annotation: in order and without overlap. Positions in figures are not among them: they are found anew
/// with the places.
///
/// # Errors
///
/// If its text was left out, or its entities do not fit it.
pub fn mentions(annotation: &Annotation) -> Result<Vec<Mention>, Untagged> {
    if annotation.text.is_none() {
        return Err(Untagged::NoText);
    }
    let text = SpannedText::of(annotation);
    let names = (1..).zip(&annotation.entities).filter(|(_, entity)| !is_position(entity));
    let mentions = names.map(|(n, entity)| mention(entity, &text).map_err(|why| why.of(&format!("entity {n}"))));
    let mut mentions = mentions.collect::<Result<Vec<_>, _>>()?;
    mentions.sort_by_key(|mention| mention.span);
    if let Some(pair) = mentions.windows(2).find(|pair| pair[1].span.start < pair[0].span.end) {
        let [first, second] = [pair[0], pair[1]].map(|mention| mention.span.of(text.text));
        return Err(Untagged::Other(format!("has entities that overlap, {first:?} and {second:?}")));
    }
    Ok(mentions)
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

fn mention(entity: &Entity, text: &SpannedText<'_>) -> Result<Mention, Untagged> {
    let Entity { start, end, label, score, .. } = *entity;
    let Some(span) = text.span(start, end) else {
        return Err(Untagged::Offset(format!("stands at {start} to {end}, which is no place in the text")));
    };
    if span.is_empty() {
        return Err(Untagged::Other("ends where it begins".to_owned()));
    }
    let (name, there) = (&entity.text, span.of(text.text));
    // Files of other hands may leave it out.
    if !name.is_empty() && name != there {
        return Err(Untagged::Offset(format!("is {name:?}, but the text has {there:?} there")));
    }
    if !(0.0..=1.0).contains(&score) {
        return Err(Untagged::Other(format!("has the score {score}, which is not from 0 to 1")));
    }
    Ok(Mention { kind: entity.kind, ..Mention::new(span, label, score as f32) })
}
