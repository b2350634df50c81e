//! Places that the text gives by their position to others: "45 kilometers southeast of Mosul", "near Homs", "northern
//! Iraq".
//!
//! This stage only reads the words: which phrase, which mention it starts from, which mention lies there. Where that is on
//! the globe is worked out in [`geometry`], and given to the names that lie there in `placing`. Each idea has a file:
//!
//! | file | reads |
//! |---|---|
//! | [`measured`] | phrases with a distance: "45 kilometers southeast of", "some 12 km from the border town of" |
//! | `journey` | phrases with a time of travel: "an hour's drive north of" |
//! | [`vague`] | phrases without: "south of", "northern", "off the coast of", "between", "near", "on the outskirts of" |
//! | `border` | borders and coasts by the name of a country: "15 km from the Jordanian border", "off the Somali coast" |
//! | [`target`] | what lies there, beside the phrase: "al-Bir town, 45 km …", "45 km …, in al-Bir" |
//! | [`subject`] | what lies there, by the sentence: "It lies 45 km …" |
//! | [`names`] | names that the words say are places, whatever the model took them for |
//! | [`quantity`](super::quantity) | numbers, units, directions |

mod anchor;
mod border;
pub mod expression;
pub mod geometry;
mod journey;
pub mod lines;
pub mod measured;
pub mod names;
pub(super) mod placing;
mod reader;
pub mod subject;
pub mod target;
#[cfg(test)]
mod tests;
pub mod vague;
mod words;

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;

pub use expression::{
    Extent, Named, RelationKind, RelativeExpression, Stated, StatedDirection, StatedDistance, StatedRelation, Target,
};
use measured::Measured;
use reader::Reader;
use words::BEHIND;

use crate::document::Span;
use crate::mention::Mention;
use crate::sentence::same_paragraph;

/// What stands between the owner of an anchor and the anchor: "75 km east of Uganda's capital Kampala", "of the Borno state
/// capital, Maiduguri".
static OWNER: LazyLock<Regex> = LazyLock::new(|| {
    let settlement = "(?:capital|city|town|village|suburb)";
    let pattern = format!(
        r"(?i)^(?:['’]s\s+(?:[\w-]+\s+){{0,3}}?{settlement}|\s+(?:(?:state|provincial|regional)\s+)?capital),?\s+$"
    );
    Regex::new(&pattern).expect("the pattern is tested")
});

/// What makes a name that of an area, and its seat the anchor: "southeast of the Borno state capital".
static SEAT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^\s+(?:(?:state|provincial|regional|province|county|district)\s+)?(?:capital|seat)(?-u:\b)(?:\s*[^\s,]|[.,;]|$)",
    )
    .expect("the pattern is tested")
});

/// The relative expressions of a text, in order.
///
/// `named` says of each mention what kind of place it is: a whole country doesn't lie 45 km southeast of a town.
pub fn find(text: &str, mentions: &[Mention], named: &[Named]) -> Vec<RelativeExpression> {
    let reader = Reader::new(text, mentions, named);
    let mut found: Vec<RelativeExpression> = Vec::new();
    for (expression, order) in reader.expressions() {
        // "Uganda's capital Kampala": the same phrase, found from the owner and again from what it owns.
        if found.last().is_some_and(|last| last.span.end > expression.span.start) {
            continue;
        }
        let target = reader.target(&expression, order, found.last());
        let words = expression.span.of(text);
        let span = Span::new(expression.span.start, expression.span.start + words.trim_end().len());
        found.push(RelativeExpression { span, target, ..expression });
    }
    found
}

impl Reader<'_> {
    /// What is read from each place, and from the borders and coasts of countries, in the order of the text; with the number of the
    /// last place at or before the last anchor.
    fn expressions(&self) -> Vec<(RelativeExpression, usize)> {
        let lines = border::find(self);
        let of_lines: HashSet<usize> = lines.iter().flat_map(|line| line.anchors.clone()).collect();
        let places = (0..self.places.len()).filter(|&order| !of_lines.contains(&self.places[order]));
        let mut found: Vec<_> = places.filter_map(|order| self.expression(order)).collect();
        let order_of = |mention: usize| self.places.partition_point(|&place| place <= mention).saturating_sub(1);
        let last = |line: &RelativeExpression| line.anchors.last().map_or(0, |&anchor| order_of(anchor));
        let lines = lines.into_iter().map(|line| (last(&line), line)).map(|(order, line)| (line, order));
        found.extend(lines);
        found.sort_by_key(|(expression, _)| expression.span.start);
        found
    }

    /// The expression whose anchor is, or owns, the place of this number, and the number of its last anchor.
    fn expression(&self, order: usize) -> Option<(RelativeExpression, usize)> {
        let (from, before) = self.before(order);
        match measured::read(before, self.behind(order)) {
            Measured::Phrase(span, stated) => self.of_town(order, span.shifted(from), stated),
            Measured::Refused => None,
            Measured::Nothing => match journey::read(before, self.behind(order)) {
                Some((span, stated)) => self.of_town(order, span.shifted(from), stated),
                None => self.vague(order, from, before),
            },
        }
    }

    /// An expression that counts from a place, or from what that owns.
    fn of_town(&self, order: usize, span: Span, stated: Stated) -> Option<(RelativeExpression, usize)> {
        let order = self.owned(order)?;
        let anchors = vec![self.places[order]];
        Some((RelativeExpression { span, stated, anchors, whole: None, target: None }, order))
    }

    /// The place that a phrase before this one starts from: itself, or what it owns.
    fn owned(&self, order: usize) -> Option<usize> {
        let end = self.span(order).end;
        if let Some(&next) = self.places.get(order + 1) {
            let gap = &self.text[end..self.mentions[next].span.start];
            if self.named[next].extent.is_spot() && OWNER.is_match(gap) && same_paragraph(gap) {
                return Some(order + 1);
            }
        }
        // The distance is counted from a town that is not named.
        (!SEAT.is_match(&self.text[end..self.text.floor_char_boundary((end + BEHIND).min(self.text.len()))]))
            .then_some(order)
    }

    fn vague(&self, order: usize, from: usize, before: &str) -> Option<(RelativeExpression, usize)> {
        let place = self.places[order];
        let expression =
            |span, stated, anchors| RelativeExpression { span, stated, anchors, whole: None, target: None };
        if let Some(&next) = self.places.get(order + 1) {
            let gap = &self.text[self.mentions[place].span.end..self.mentions[next].span.start];
            let extents = [self.named[place].extent, self.named[next].extent];
            if let Some(span) = vague::between(before, gap, extents) {
                return Some((
                    expression(span.shifted(from), Stated::of(RelationKind::Between), vec![place, next]),
                    order + 1,
                ));
            }
        }
        let name = self.span(order);
        let beside = vague::Beside { before, name: name.of(self.text), behind: self.behind(order) };
        let (span, stated) = vague::read(&beside, self.named[place])?;
        let span = span.shifted(from);
        let order = if span.end > name.start { order } else { self.owned(order)? };
        let whole = self.named[place].part_of;
        Some((RelativeExpression { whole, ..expression(span, stated, vec![self.places[order]]) }, order))
    }

    fn target(
        &self,
        expression: &RelativeExpression,
        order: usize,
        previous: Option<&RelativeExpression>,
    ) -> Option<Target> {
        let subject = self.subjects.of(expression);
        if let Some(shared) = target::coordinated(self, expression, previous) {
            return subject.or(shared).filter(|target| !expression.anchors.contains(&target.mention));
        }
        let found =
            subject.or_else(|| target::before(self, expression)).or_else(|| target::after(self, expression, order));
        found.filter(|target| !expression.anchors.contains(&target.mention))
    }
}
