//! Places that the text puts at a distance and in a direction from another: "45 kilometers southeast of Mosul".
//!
//! This stage only reads the words: which phrase, which mention it counts from, which mention lies there. Where that is
//! on the globe is worked out in [`super`]. Numbers and directions are read in [`super::quantity`].

pub(super) mod placing;

use std::sync::LazyLock;

use regex::Regex;

use super::context::{is_containment, same_paragraph};
use super::quantity::{self, NUMBER, Quantity};
use crate::document::Span;
use crate::geo::{Bearing, Kilometers, LatLon};
use crate::ner::decode::Mention;
use crate::ner::labels::Label;

/// A distance and a direction, as the text states them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Offset {
    /// The distance.
    pub distance: Kilometers,
    /// How far the true distance may be from it: half the step that the number seems to be rounded to, or half the
    /// width of a range.
    pub rounding: Kilometers,
    /// The middle of the compass sector.
    pub bearing: Bearing,
    /// Half the width of the compass sector, in degrees.
    pub sector: f64,
}

impl Offset {
    /// The point at this offset from an anchor, and how far the truth may be from it.
    ///
    /// The uncertainty is the length of the chord from the middle of the sector's arc to its end, joined at right
    /// angles with the rounding of the number and the uncertainty of the anchor itself.
    pub fn from(&self, anchor: LatLon, uncertainty: Kilometers) -> (LatLon, Kilometers) {
        let chord = 2.0 * self.distance.0 * (self.sector.to_radians() / 2.0).sin();
        let uncertainty = chord.hypot(self.rounding.0).hypot(uncertainty.0);
        (anchor.destination(self.bearing, self.distance), Kilometers(uncertainty))
    }
}

/// A phrase that puts a place at an offset from another.
#[derive(Clone, Debug, PartialEq)]
pub struct RelativeExpression {
    /// The phrase, from the number to the word before the anchor.
    pub span: Span,
    /// The distance and direction.
    pub offset: Offset,
    /// The index of the mention that the distance is counted from.
    pub anchor: usize,
    /// What lies there, if the text names it beside the phrase.
    pub target: Option<Target>,
}

/// The mention that a phrase seems to speak of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// Its index.
    pub mention: usize,
    /// Whether a comma, a bracket or a word for a settlement ties the two together: "al-Bir town, 45 km …". Without one
    /// the phrase may speak of something else: "troops left Baghdad 45 km …".
    pub tied: bool,
}

/// Words for a settlement or spot, as they stand between a name and its distance.
const TYPE_WORD: &str = "(?:(?:small|nearby|border|coastal|mountain|farming|market|port|rural|remote|northern|southern|\
                         eastern|western|central|historic|ancient|strategic|besieged|mainly|industrial|mining|fishing|\
                         provincial|regional|state|county)[ -]+){0,3}(?:town|village|city|hamlet|settlement|suburb|\
                         district|area|base|camp|airport|port|island|community|municipality|township|capital|commune|\
                         neighbou?rhood|resort|crossing|checkpoint|outpost|site|mine|farm)";

static PHRASE: LazyLock<Regex> = LazyLock::new(|| {
    let unit = "(?i:kilomet(?:er|re)s?|kms?|nautical miles?|miles?|met(?:er|re)s?)|mi|m|k";
    // The same in another unit: "(28 miles)", ", or 28 miles,".
    let conversion = r"(?:\s*[(\[][^()\[\]]{1,40}[)\]]|,?\s+or\s+(?:about\s+)?[\d.,]+\s*[a-z]{1,11},?|,)?";
    let direction = r"(?:(?:due|directly|to the|just)\s+)?([A-Za-z.]+(?:[ -][A-Za-z]+)?(?:[ -][A-Za-z]+)?)";
    let to_anchor = format!(
        r"(?:of|from)\s+(?:(?:the|its|downtown|central)\s+)?(?:(?:\w+\s+){{0,2}}?{TYPE_WORD}(?:\s+of|,)?\s+)?$"
    );
    // The phrase is searched in the text before an anchor, so it ends where that text ends.
    let pattern = format!(
        r"(?:^|[^\w.,/-])((?i:({NUMBER}))[\s-]*({unit})\.?((?i:\s+and\s+a\s+(?:half|quarter)))?{conversion}\s+(?i:(?:away\s+)?{direction}\s+{to_anchor}))"
    );
    Regex::new(&pattern).expect("the pattern is tested")
});

/// What may stand between the mention that lies there and the phrase: "al-Bir town, about 45 kilometers …", "al-Bir, a
/// trading post 45 kilometers …", "al-Bir is a village located 45 kilometers …". The first group is what ties the two
/// together.
static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    let hedge = r"(?:about|around|roughly|some|nearly|almost|approximately|just|only|barely|at least|less than|more than|over|under|up to|an estimated|close to)";
    let verb = r"(?:(?:which|that)\s+)?(?:is|was|lies|lay|sits|sat|stands|stood)\s+";
    // In lower case: "MOSUL — A bomb exploded 10 km …" begins a sentence.
    let apposition = r"(?-i:an?|the)\s+(?:[\w'’-]+\s+){1,5}?";
    let pattern = format!(
        r"(?i)^\s*((?:{TYPE_WORD}|province|county|governorate|state|region)?\s*(?:(?:[,(–—-]+\s*(?:{verb})?|{verb})(?:{apposition})?)?(?:(?:located|situated|lying|based)\s+)?)(?:(?:at|from)\s+)?(?:(?:a\s+distance\s+of|{hedge})\s+){{0,2}}$"
    );
    Regex::new(&pattern).expect("the pattern is tested")
});

/// What may stand between the anchor and the mention that lies there: "…, in the town of al-Bir".
static AFTER: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = format!(
        r"(?i)^\s*,?\s*(?:(?:in|at|near|outside)\s+(?:(?:the|an?)\s+(?:{TYPE_WORD}\s+)?(?:of\s+|called\s+|named\s+)?)?|(?:the|an?)\s+{TYPE_WORD}\s+(?:of\s+|called\s+|named\s+)?|(?:is|lies|sits|stands)\s+(?:the\s+{TYPE_WORD}\s+of\s+)?)$"
    );
    Regex::new(&pattern).expect("the pattern is tested")
});

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
    Regex::new(r"(?i)^\s+(?:(?:state|provincial|regional|province|county|district)\s+)?(?:capital|seat)\b(?:\s*[^\s,]|[.,;]|$)")
        .expect("the pattern is tested")
});

/// What before a name says that something lies at the place, not that it is what lies there: "a town on Lake Chad some
/// 200 km …".
static BESIDE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:on|along|off|around|beside)\s+(?:the\s+)?$").expect("the pattern is tested")
});

/// Bytes of text before an anchor in which a phrase is looked for.
const REACH: usize = 200;

/// Half the way round the globe: nothing is farther.
const FARTHEST: f64 = 20_003.9;

/// The relative expressions of a text, in order.
///
/// `may_be_target` says of each mention whether it may be what lies there: a whole country doesn't lie 45 km southeast
/// of a town.
pub fn find(text: &str, mentions: &[Mention], may_be_target: &[bool]) -> Vec<RelativeExpression> {
    let places: Vec<usize> = (0..mentions.len()).filter(|&n| mentions[n].label == Label::Loc).collect();
    let mut found = Vec::new();
    for (order, &anchor) in places.iter().enumerate() {
        let start = mentions[anchor].span.start;
        // A place inside the phrase would be the anchor of another; the name of a people may stand in it: "of the Iraqi
        // city of Mosul".
        let from = if order == 0 { 0 } else { mentions[places[order - 1]].span.end };
        let from = text.ceil_char_boundary(from.max(start.saturating_sub(REACH)));
        let Some((span, offset)) = phrase(&text[from..start]) else { continue };
        let span = span.shifted(from);
        let owns = |next: usize| {
            let gap = &text[mentions[anchor].span.end..mentions[next].span.start];
            may_be_target[next] && OWNER.is_match(gap) && same_paragraph(gap)
        };
        let (order, anchor) = match places.get(order + 1) {
            Some(&next) if owns(next) => (order + 1, next),
            // The distance is counted from a town that is not named.
            _ if SEAT.is_match(&text[mentions[anchor].span.end..]) => continue,
            _ => (order, anchor),
        };
        let before = places.partition_point(|&place| mentions[place].span.end <= span.start);
        let target = target_before(text, mentions, &places[..before], may_be_target, span.start)
            .or_else(|| target_after(text, mentions, anchor, places.get(order + 1).copied(), may_be_target));
        found.push(RelativeExpression { span, offset, anchor, target });
    }
    found
}

fn phrase(before: &str) -> Option<(Span, Offset)> {
    let captures = PHRASE.captures(before)?;
    let whole = captures.get(1).filter(|phrase| same_paragraph(phrase.as_str()))?;
    let group = |n| captures.get(n).map_or("", |m| m.as_str());
    let Quantity { value, give } = quantity::number(group(2))?;
    let more = match group(4).trim_start().to_lowercase().rsplit(' ').next() {
        Some("half") => 0.5,
        Some("quarter") => 0.25,
        _ => 0.0,
    };
    let scale = quantity::kilometers(group(3))?;
    let (bearing, sector) = quantity::direction(group(5))?;
    let distance = (value + more) * scale;
    let offset = Offset { distance: Kilometers(distance), rounding: Kilometers(give * scale), bearing, sector };
    (0.0..=FARTHEST).contains(&distance).then(|| (whole.range().into(), offset))
}

/// The mention before the phrase that the phrase speaks of, past the area that it is said to be in.
fn target_before(
    text: &str,
    mentions: &[Mention],
    before: &[usize],
    may_be_target: &[bool],
    start: usize,
) -> Option<Target> {
    let nearest = *before.last()?;
    let gap = &text[mentions[nearest].span.end..start];
    let tie = BEFORE.captures(gap).filter(|_| same_paragraph(gap))?;
    let tied = !tie[1].trim().is_empty();
    let name = mentions[nearest].span.start;
    if !tied && BESIDE.is_match(&text[text.floor_char_boundary(name.saturating_sub(12))..name]) {
        return None;
    }
    let mut candidates = before.iter().rev().copied().peekable();
    while let Some(mention) = candidates.next() {
        if may_be_target[mention] {
            return Some(Target { mention, tied });
        }
        let outer = mentions[*candidates.peek()?].span.end;
        if !is_containment(&text[outer..mentions[mention].span.start]) {
            return None;
        }
    }
    None
}

fn target_after(
    text: &str,
    mentions: &[Mention],
    anchor: usize,
    next: Option<usize>,
    may_be_target: &[bool],
) -> Option<Target> {
    let next = next.filter(|&next| may_be_target[next] && next == anchor + 1)?;
    let gap = &text[mentions[anchor].span.end..mentions[next].span.start];
    (AFTER.is_match(gap) && same_paragraph(gap)).then_some(Target { mention: next, tied: true })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text in which `[brackets]` stand around places and `{braces}` around areas that cannot be a target.
    fn marked(marked: &str) -> (String, Vec<Mention>, Vec<bool>) {
        let (mut text, mut mentions, mut may) = (String::new(), Vec::new(), Vec::new());
        for c in marked.chars() {
            match c {
                '[' | '{' => {
                    mentions.push(Mention { span: Span::new(text.len(), 0), label: Label::Loc, score: 1.0 });
                    may.push(c == '[');
                }
                ']' | '}' => mentions.last_mut().unwrap().span.end = text.len(),
                c => text.push(c),
            }
        }
        (text, mentions, may)
    }

    fn found(text: &str) -> Vec<RelativeExpression> {
        let (text, mentions, may) = marked(text);
        find(&text, &mentions, &may)
    }

    fn one(text: &str) -> RelativeExpression {
        let mut all = found(text);
        assert_eq!(all.len(), 1, "{text}");
        all.remove(0)
    }

    fn target(expression: &RelativeExpression) -> Option<usize> {
        expression.target.map(|target| target.mention)
    }

    #[test]
    fn target_before_the_phrase() {
        let found = one("a hideout in [al-Bir] town, 45 kilometers southeast of [Mosul] upon a tip-off");
        assert_eq!((found.anchor, found.target), (1, Some(Target { mention: 0, tied: true })));
        assert_eq!(found.offset.distance, Kilometers(45.0));
        assert_eq!(found.offset.bearing, Bearing(135.0));
        assert_eq!((found.offset.rounding, found.offset.sector), (Kilometers(2.5), 22.5));
    }

    #[test]
    fn target_after_the_anchor() {
        for text in [
            "45 km SE of [Mosul], in [al-Bir]",
            "About 45 kilometres south-east of [Mosul], the village of [al-Bir] was empty",
            "some 45 km (28 miles) to the south east of [Mosul] in the town of [al-Bir]",
            "45km southeast of the city of [Mosul], in the border town of [al-Bir].",
        ] {
            let found = one(text);
            assert_eq!((found.anchor, target(&found)), (0, Some(1)), "{text}");
            assert_eq!((found.offset.distance.0, found.offset.bearing.0), (45.0, 135.0), "{text}");
        }
    }

    #[test]
    fn the_anchor_may_have_an_owner() {
        let found = one("in [Namakandwa], 75 kilometres east of {Uganda}'s capital [Kampala]");
        assert_eq!((found.anchor, target(&found)), (2, Some(0)));
        assert_eq!(one("75 km east of {Uganda}’s second largest city, [Gulu]").anchor, 1);
        assert_eq!(one("110 kilometers southeast of the {Borno} state capital, [Maiduguri]").anchor, 1);
    }

    #[test]
    fn what_is_no_owner() {
        for text in [
            "20 km west of [Mosul]'s airport, [Iraq] said on Monday",
            "20 km west of [Mosul]'s city hall\n\n[Baghdad] said so",
            "20 km west of [Mosul]'s city\n\n[Baghdad] said so",
            "20 km west of [Haifa]'s city, {Israel} said",
        ] {
            assert_eq!(one(text).anchor, 0, "{text}");
        }
    }

    #[test]
    fn areas_are_passed_over() {
        assert_eq!(target(&one("[Qayyarah], {Iraq}, about 60 km south of [Mosul]")), Some(0));
        assert_eq!(target(&one("[Qayyarah] in northern {Iraq}, 60 km south of [Mosul]")), Some(0));
        assert_eq!(one("60 km south of [Mosul], in {Nineveh} province").target, None);
        assert_eq!(one("fell back from {Iraq}, 60 km south of [Mosul]").target, None);
    }

    #[test]
    fn target_unnamed() {
        assert_eq!(one("It lies 65 km southeast of [Istanbul].").target, None);
        assert_eq!(one("the army left [Homs]. It now stands 65 km north of [Hama]").target, None);
    }

    #[test]
    fn what_ties_a_target_to_its_phrase() {
        let tied = |text| one(text).target.map(|target| target.tied);
        assert_eq!(tied("in [al-Bir], 45 km southeast of [Mosul]"), Some(true));
        assert_eq!(tied("in [al-Bir] (45 km southeast of [Mosul])"), Some(true));
        assert_eq!(tied("[al-Bir] lies about 45 km southeast of [Mosul]"), Some(true));
        assert_eq!(tied("At [al-Bir], a trading post 45 km southeast of [Mosul]"), Some(true));
        assert_eq!(tied("[al-Bir] is a small village located some 45 km southeast of [Mosul]"), Some(true));
        assert_eq!(tied("[al-Bir], which lies 45 km southeast of [Mosul]"), Some(true));
        assert_eq!(tied("[KABUL] — A bomb killed nine people 10 miles north of [Jalalabad] on Sunday."), None);
        assert_eq!(tied("[Baga], a fishing town on [Lake Chad] some 200 km northeast of [Maiduguri]"), None);
        assert_eq!(tied("The attack on [Qayyarah], 60 km south of [Mosul], killed five."), Some(true));
        assert_eq!(tied("Soldiers from [al-Bir], who met their families 45 km southeast of [Mosul]"), None);
        assert_eq!(tied("Troops left [Baghdad] 45 km southeast of [Mosul] behind"), Some(false));
        assert_eq!(tied("Bombing near [Kirkuk]\n\nSome 45 km southeast of [Mosul], fires burnt"), None);
    }

    #[test]
    fn units_numbers_and_directions() {
        for (text, km, bearing) in [
            ("20 miles west of [Paris]", 32.186_88, 270.0),
            ("a mile north of [Paris]", 1.609_344, 0.0),
            ("twenty-five kilometres north-northeast of [Paris]", 25.0, 22.5),
            ("1,200 km due east of [Paris]", 1200.0, 90.0),
            ("4.5 km NW of [Paris]", 4.5, 315.0),
            ("300 meters south of the village of [Paris]", 0.3, 180.0),
            ("ten nautical miles southwest of [Paris]", 18.52, 225.0),
            ("two and a half miles south of [Paris]", 4.023_36, 180.0),
            ("0 km north of [Paris]", 0.0, 0.0),
            ("two hundred kilometers south of [Paris]", 200.0, 180.0),
            ("half a mile south of [Paris]", 0.804_672, 180.0),
            ("three-quarters of a mile south of [Paris]", 1.207_008, 180.0),
            ("1/2 mile south of [Paris]", 0.804_672, 180.0),
            ("2 1/2 miles south of [Paris]", 4.023_36, 180.0),
            ("a mile and a half south of [Paris]", 2.414_016, 180.0),
            ("20-25 km south of [Paris]", 22.5, 180.0),
            ("45 kilometers, or 28 miles, southeast of [Paris]", 45.0, 135.0),
            ("12 km S.E. of [Paris]", 12.0, 135.0),
            ("45 kilometers southeast of the French city of [Paris]", 45.0, 135.0),
            ("200 km north of the French capital, [Paris]", 200.0, 0.0),
        ] {
            let offset = one(text).offset;
            assert!((offset.distance.0 - km).abs() < 1e-9, "{text}: {offset:?}");
            assert_eq!(offset.bearing.0, bearing, "{text}");
        }
    }

    #[test]
    fn what_is_no_relative_place() {
        for text in [
            "45 people southeast of [Mosul]",
            "45 kilometers of [Mosul]",
            "4,000,000 km east of [Mosul]",
            "45 km sideways of [Mosul]",
            "southeast of [Mosul]",
            "drove 45 kilometers to [Mosul]",
            "45 km east of Erbil and then back to [Mosul]",
            "hundreds of kilometers south of [Mosul]",
            "11/2/45 km south of [Mosul]",
            "45 kilometers\n\nsoutheast of [Mosul]",
            "110 kilometers southeast of the [Borno] state capital.",
        ] {
            assert!(found(text).is_empty(), "{text}");
        }
    }

    /// The worked example of the documentation: 45 km southeast of Mosul.
    #[test]
    fn point_and_uncertainty() {
        let (point, uncertainty) =
            one("45 km southeast of [Mosul]").offset.from(LatLon { lat: 36.335, lon: 43.11889 }, Kilometers(0.0));
        assert!((point.lat - 36.048).abs() < 1e-3 && (point.lon - 43.472).abs() < 1e-3, "{point:?}");
        assert!((uncertainty.0 - 17.7).abs() < 0.1, "{uncertainty:?}");
    }
}
