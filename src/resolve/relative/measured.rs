//! Phrases with a distance: "45 kilometers southeast of", "some 12 km from the border town of", "20km outside".

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::expression::{RelationKind, Stated, StatedDirection, StatedDistance};
use super::words::{HEDGE, TO_NAME, TYPE_WORD};
use crate::document::Span;
use crate::geo::Kilometers;
use crate::resolve::quantity::{self, NUMBER, Quantity};
use crate::sentence::same_paragraph;

/// What the text before a place holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Measured {
    /// A phrase: where, and what it says.
    Phrase(Span, Stated),
    /// A phrase with a distance that gives no position ("hundreds of kilometers south of", "4,000,000 km east of", "walked
    /// 12 km from"): it isn't to be read without the distance either.
    Refused,
    /// No such phrase.
    Nothing,
}

const UNIT: &str = "(?i:kilomet(?:er|re)s?|kms?|nautical miles?|nmi?|miles?|met(?:er|re)s?)|mi|m|k";

/// The same in another unit: "(28 miles)", ", or 28 miles,", "/28 mi".
const CONVERSION: &str =
    r"(?:\s*[(\[][^()\[\]]{1,40}[)\]]|,?\s+or\s+(?:about\s+)?[\d.,]+\s*[a-z]{1,11},?|\s*/\s*[\d.,]+\s*[a-z]{1,11}|,)?";

static OFFSET: LazyLock<Regex> = LazyLock::new(|| {
    // The phrase is searched in the text before an anchor, so it ends where that text ends.
    pattern(&format!(r"\s+(?i:(?:(?:away|{BY})\s+)?{DIRECTION}\s+(?:of|from)\s+{})", to_anchor()))
});

static DISTANCE: LazyLock<Regex> = LazyLock::new(|| {
    let relation = r"(away from|from|outside of|outside|off the coast of|offshore of|off|of)";
    pattern(&format!(r"\s*(?i:(?:{BY}\s+)?{relation}\s+{})", to_anchor()))
});

/// How one gets there.
const BY: &str = r"by\s+(?:road|air|sea|rail|train|car|boat)";

/// A direction, with what may stand before it. One group: the direction.
pub(super) const DIRECTION: &str = r"(?:(?:due|directly|straight|to the|in the|just|further|farther)\s+)?([A-Za-z.]+(?:[ -][A-Za-z]+)?(?:[ -][A-Za-z]+)?)";

/// What stands between the last word of a phrase and its anchor, at the end of the text before.
pub(super) fn to_anchor() -> String {
    format!(r"{TO_NAME}(?:(?:\w+\s+){{0,2}}?{TYPE_WORD}(?:\s+of|,)?\s+)?(?:the\s+)?$")
}

/// A number with its unit, and what follows. Groups: 1 the phrase, 2 the number, 3 the unit, 4 "and a half".
pub(super) fn pattern(rest: &str) -> Regex {
    let pattern = format!(
        r"(?:^|[^\w.,/-])((?i:({NUMBER}))[\s-]*({UNIT})\.?((?i:\s+and\s+a\s+(?:half|quarter)))?{CONVERSION}{rest})"
    );
    Regex::new(&pattern).expect("the pattern is tested")
}

/// Whether a text may hold a unit of length: most don't, and telling that is quick.
fn may_measure(before: &str) -> bool {
    static UNITS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)(?:kilomet|mile|met(?:er|re)|(?:[\d\s½¼¾-](?:km|kms|nmi?|mi|m|k))(?-u:\b))")
            .expect("the pattern is tested")
    });
    UNITS.is_match(before)
}

/// Words before a distance that make it the length of a way: "drove 12 km from".
static WAY: LazyLock<Regex> = LazyLock::new(|| {
    let moving = r"driv\w+|drove|walk\w*|travel\w*|r[au]ns?|running|march\w*|rode|rid\w+|cycl\w+|flew|fly|flying|sail\w*|swam|swim\w*|\
                   journey\w*|trek\w*|hik\w+|stretch\w*|extend\w*|reach\w*|mov\w+|trip|road|highway|race|route|\
                   pipeline|line|fence|wall|river|advanc\w+|fled|pull\w*|drift\w*";
    Regex::new(&format!(
        r"(?i)(?-u:\b)(?:{moving})\s+(?:(?:a|of|for|the|back|on|up|out|{HEDGE}|total|further|another)\s+){{0,4}}$"
    ))
    .expect("the pattern is tested")
});

/// What behind the anchor makes the distance the length of a way: "12,500 km from London to Lagos".
static ONWARD: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)^(?:\s+\w+)?\s+(?:to|towards?|via)\s").expect("the pattern is tested"));

/// "within 20 km of".
static WITHIN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(r"(?i)(?-u:\b)within\s+(?:(?:a|{HEDGE})\s+)?$")).expect("the pattern is tested")
});

/// Half the way round the globe: nothing is farther.
const FARTHEST: f64 = 20_003.9;

/// Reads the phrase with a distance that ends where an anchor begins. `behind` is the text behind the anchor.
pub fn read(before: &str, behind: &str) -> Measured {
    if !may_measure(before) {
        return Measured::Nothing;
    }
    if let Some(found) = OFFSET.captures(before) {
        let direction = direction(&found[5]);
        if direction.is_some() {
            return phrase(before, &found, |distance| Stated {
                distance: Some(distance),
                direction,
                ..Stated::of(RelationKind::Offset)
            });
        }
    }
    let Some(found) = DISTANCE.captures(before) else { return Measured::Nothing };
    let from = found.get(1).map_or(0, |phrase| phrase.start());
    let relation = found[5].to_lowercase();
    let is_way = relation.ends_with("from") && is_way(&before[..from], behind);
    if (relation == "of" && !WITHIN.is_match(&before[..from])) || is_way {
        return Measured::Refused;
    }
    let kind = if relation.starts_with("off") { RelationKind::Coast } else { RelationKind::Distance };
    phrase(before, &found, |distance| Stated { distance: Some(distance), ..Stated::of(kind) })
}

/// Whether the text before a phrase or behind its anchor says that it is the length of a way.
pub(super) fn is_way(before: &str, behind: &str) -> bool {
    WAY.is_match(before) || ONWARD.is_match(behind)
}

/// A direction as it is written: "southeast", "westward".
pub(super) fn direction(written: &str) -> Option<StatedDirection> {
    let point = written.trim_end_matches("wards").trim_end_matches("ward");
    quantity::direction(point).map(|(bearing, sector)| StatedDirection { bearing, sector })
}

fn phrase(before: &str, found: &Captures<'_>, stated: impl FnOnce(StatedDistance) -> Stated) -> Measured {
    let Some(whole) = found.get(1).filter(|phrase| same_paragraph(phrase.as_str())) else { return Measured::Nothing };
    let start = whole.start() + magnitude(&before[..whole.start()], &found[2]);
    match distance(found, start - whole.start()) {
        Some(distance) => Measured::Phrase(Span::new(start, whole.end()), stated(distance)),
        None => Measured::Refused,
    }
}

/// The phrase that another of these patterns reads, with its distance alone.
pub(super) fn phrase_of(pattern: &Regex, before: &str) -> Option<(Span, Stated)> {
    let found = pattern.captures(before).filter(|_| may_measure(before))?;
    match phrase(before, &found, |distance| Stated { distance: Some(distance), ..Stated::of(RelationKind::Distance) }) {
        Measured::Phrase(span, stated) => Some((span, stated)),
        Measured::Refused | Measured::Nothing => None,
    }
}

/// How much of a number is the magnitude of an earthquake in front of a dash: all up to the 23 in "M 6.1 - 23 km".
fn magnitude(before: &str, number: &str) -> usize {
    static MAGNITUDE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?:(?-u:\b)M[a-z]{0,3}|(?-u:\b)m[a-z]|(?i:(?-u:\b)magnitude))\s*$").expect("the pattern is tested")
    });
    static DASH: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^[\d.]+\s*[-–]\s*").expect("the pattern is tested"));
    let dash = DASH.find(number).filter(|_| MAGNITUDE.is_match(before));
    dash.map_or(0, |dash| dash.end())
}

/// The stated distance; of its number, what stands behind the first bytes.
fn distance(found: &Captures<'_>, skipped: usize) -> Option<StatedDistance> {
    let group = |n| found.get(n).map_or("", |m| m.as_str());
    let Quantity { value, give } = quantity::number(&group(2)[skipped..])?;
    let more = match group(4).trim_start().to_lowercase().rsplit(' ').next() {
        Some("half") => 0.5,
        Some("quarter") => 0.25,
        _ => 0.0,
    };
    let scale = quantity::kilometers(group(3))?;
    let length = (value + more) * scale;
    let distance = StatedDistance { length: Kilometers(length), rounding: Kilometers(give * scale) };
    (0.0..=FARTHEST).contains(&length).then_some(distance)
}
