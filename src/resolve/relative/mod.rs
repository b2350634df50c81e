//! Places that the text gives by their position to others: "45 kilometers southeast of Mosul", "near Homs", "northern
//! Iraq".
//!
//! This stage only reads the words: which phrase, which mention it starts from, which mention lies there. Where that is on
//! the globe is worked out in [`geometry`], and given to the names that lie there in `placing`. Each idea has a file:
//!
//! | file | reads |
//! |---|---|
//! | [`measured`] | phrases with a distance: "45 kilometers southeast of", "some 12 km from the border town of" |
//! | [`vague`] | phrases without: "south of", "northern", "off the coast of", "between", "near", "on the outskirts of" |
//! | [`target`] | what lies there, beside the phrase: "al-Bir town, 45 km …", "45 km …, in al-Bir" |
//! | [`subject`] | what lies there, by the sentence: "It lies 45 km …" |
//! | [`names`] | names that the words say are places, whatever the model took them for |
//! | [`quantity`](super::quantity) | numbers, units, directions |

pub mod geometry;
pub mod measured;
pub mod names;
pub(super) mod placing;
pub mod subject;
pub mod target;
#[cfg(test)]
mod tests;
pub mod vague;

use std::sync::LazyLock;

use regex::Regex;

use super::context::same_paragraph;
use crate::annotation::{RelationKind, Stated};
use crate::document::Span;
use crate::gazetteer::PlaceIndex;
use crate::mention::{Label, Mention};
use measured::Measured;
use subject::Subjects;

/// A phrase that gives a place by its position to others.
#[derive(Clone, Debug, PartialEq)]
pub struct RelativeExpression {
    /// The phrase, from the number or the first word of direction to the word before the anchor; where the words stand
    /// around or behind the anchor ("off Yemen's coast", "Iraq's north"), with it.
    pub span: Span,
    /// What it says.
    pub stated: Stated,
    /// The indices of the mentions that it starts from: two for "between", else one.
    pub anchors: Vec<usize>,
    /// The place that the anchor means a part of, where its mention itself says so: "northern Iraq".
    pub whole: Option<PlaceIndex>,
    /// What lies there, if the text names it.
    pub target: Option<Target>,
}

/// The mention that a phrase seems to speak of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// Its index.
    pub mention: usize,
    /// Whether a comma, a bracket, a verb or a word for a settlement ties the two together: "al-Bir town, 45 km …". Without
    /// one the phrase may speak of something else: "troops left Baghdad 45 km …".
    pub tied: bool,
}

/// What the gazetteer makes of a mention, as far as it matters for reading.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// The kind of place.
    pub extent: Extent,
    /// Of a mention that begins with words of direction, the place that it means a part of: Iraq of "northern Iraq". Not of
    /// "North Korea", which is no part of Korea.
    pub part_of: Option<PlaceIndex>,
}

/// How much of the map a name means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Extent {
    /// A town or another spot, or unknown.
    #[default]
    Spot,
    /// The capital of a country, which often stands for its government.
    Capital,
    /// A division, a region, a sea.
    Area,
    /// A country.
    Country,
}

impl Extent {
    /// Whether it may lie 45 km from a town.
    fn is_spot(self) -> bool {
        matches!(self, Self::Spot | Self::Capital)
    }
}

/// Words for a settlement or spot, as they stand between a name and its distance.
const TYPE_WORD: &str = "(?:(?:small|tiny|nearby|border|coastal|mountain|farming|market|port|rural|remote|northern|southern|\
                         eastern|western|central|historic|ancient|strategic|besieged|mainly|industrial|mining|fishing|\
                         provincial|regional|state|county|capital)[ -]+){0,3}(?:town|village|city|cent(?:er|re)|hamlet|\
                         settlement|suburb|district|area|base|camp|airport|port|island|community|comune|municipality|\
                         township|capital|commune|neighbou?rhood|resort|crossing|checkpoint|outpost|site|mine|farm)";

/// Words that say that a number is not exact.
const HEDGE: &str = "(?:about|around|roughly|some|nearly|almost|approximately|approx\\.|just|only|barely|at least|less \
                     than|more than|over|under|up to|an estimated|close to|circa|ca\\.|c\\.)";

/// What stands between the last word of a phrase and the anchor: "the border town of".
const TO_NAME: &str = r"(?:(?:the|its|downtown|central)\s+)?";

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
        r"(?i)^\s+(?:(?:state|provincial|regional|province|county|district)\s+)?(?:capital|seat)\b(?:\s*[^\s,]|[.,;]|$)",
    )
    .expect("the pattern is tested")
});

/// Bytes of text before an anchor in which a phrase is looked for.
const REACH: usize = 200;

/// Bytes of text behind an anchor in which words are looked for.
const BEHIND: usize = 60;

/// The relative expressions of a text, in order.
///
/// `named` says of each mention what kind of place it is: a whole country doesn't lie 45 km southeast of a town.
pub fn find(text: &str, mentions: &[Mention], named: &[Named]) -> Vec<RelativeExpression> {
    let reader = Reader::new(text, mentions, named);
    let mut found: Vec<RelativeExpression> = Vec::new();
    for order in 0..reader.places.len() {
        let Some((expression, order)) = reader.expression(order) else { continue };
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

/// What is known while a text is read.
struct Reader<'a> {
    text: &'a str,
    mentions: &'a [Mention],
    named: &'a [Named],
    /// The mentions of places.
    places: Vec<usize>,
    subjects: Subjects<'a>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, mentions: &'a [Mention], named: &'a [Named]) -> Self {
        let places: Vec<usize> = (0..mentions.len()).filter(|&n| mentions[n].label == Label::Loc).collect();
        Self { text, mentions, named, places, subjects: Subjects::new(text, mentions, named) }
    }

    fn span(&self, order: usize) -> Span {
        self.mentions[self.places[order]].span
    }

    /// The text before a place in which its phrase may stand, with where it begins. A place inside the phrase would be
    /// the anchor of another; the name of a people may stand in it: "of the Iraqi city of Mosul".
    fn before(&self, order: usize) -> (usize, &'a str) {
        let start = self.span(order).start;
        let from = if order == 0 { 0 } else { self.span(order - 1).end };
        let from = self.text.ceil_char_boundary(from.max(start.saturating_sub(REACH)));
        (from, &self.text[from..start])
    }

    fn behind(&self, order: usize) -> &'a str {
        let end = self.span(order).end;
        let next = self.places.get(order + 1).map_or(self.text.len(), |&next| self.mentions[next].span.start);
        &self.text[end..self.text.floor_char_boundary(next.min(end + BEHIND))]
    }

    /// The expression whose anchor is, or owns, the place of this number, and the number of its last anchor.
    fn expression(&self, order: usize) -> Option<(RelativeExpression, usize)> {
        let (from, before) = self.before(order);
        match measured::read(before, self.behind(order)) {
            Measured::Phrase(span, stated) => {
                let order = self.owned(order)?;
                let anchors = vec![self.places[order]];
                Some((
                    RelativeExpression { span: span.shifted(from), stated, anchors, whole: None, target: None },
                    order,
                ))
            }
            Measured::Refused => None,
            Measured::Nothing => self.vague(order, from, before),
        }
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
        if let Some(shared) = target::coordinated(self, expression, previous) {
            return shared;
        }
        let found = self
            .subjects
            .of(expression)
            .or_else(|| target::before(self, expression))
            .or_else(|| target::after(self, expression, order));
        found.filter(|target| !expression.anchors.contains(&target.mention))
    }
}
