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

const UNIT: &str = "(?i:kilomet(?:er|re)s?|kms?|nautical miles?|miles?|met(?:er|re)s?)|mi|m|k";

/// The same in another unit: "(28 miles)", ", or 28 miles,".
const CONVERSION: &str = r"(?:\s*[(\[][^()\[\]]{1,40}[)\]]|,?\s+or\s+(?:about\s+)?[\d.,]+\s*[a-z]{1,11},?|,)?";

static OFFSET: LazyLock<Regex> = LazyLock::new(|| {
    let direction = r"(?:(?:due|directly|to the|just|further)\s+)?([A-Za-z.]+(?:[ -][A-Za-z]+)?(?:[ -][A-Za-z]+)?)";
    // The phrase is searched in the text before an anchor, so it ends where that text ends.
    pattern(&format!(r"\s+(?i:(?:away\s+)?{direction}\s+(?:of|from)\s+{})", to_anchor()))
});

static DISTANCE: LazyLock<Regex> = LazyLock::new(|| {
    let relation = r"(away from|from|outside of|outside|off the coast of|offshore of|off|of)";
    pattern(&format!(r"\s*(?i:{relation}\s+{})", to_anchor()))
});

fn to_anchor() -> String {
    format!(r"{TO_NAME}(?:(?:\w+\s+){{0,2}}?{TYPE_WORD}(?:\s+of|,)?\s+)?(?:the\s+)?$")
}

/// A number with its unit, and what follows. Groups: 1 the phrase, 2 the number, 3 the unit, 4 "and a half".
fn pattern(rest: &str) -> Regex {
    let pattern = format!(
        r"(?:^|[^\w.,/-])((?i:({NUMBER}))[\s-]*({UNIT})\.?((?i:\s+and\s+a\s+(?:half|quarter)))?{CONVERSION}{rest})"
    );
    Regex::new(&pattern).expect("the pattern is tested")
}

/// Whether a text may hold a unit of length: most don't, and telling that is quick.
fn may_measure(before: &str) -> bool {
    static UNITS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)(?:kilomet|mile|met(?:er|re)|(?:[\d\s½¼¾-](?:km|kms|mi|m|k))\b)")
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
        r"(?i)\b(?:{moving})\s+(?:(?:a|of|for|the|back|on|up|out|{HEDGE}|total|further|another)\s+){{0,4}}$"
    ))
    .expect("the pattern is tested")
});

/// What behind the anchor makes the distance the length of a way: "12,500 km from London to Lagos".
static ONWARD: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)^(?:\s+\w+)?\s+(?:to|towards?|via)\s").expect("the pattern is tested"));

/// "within 20 km of".
static WITHIN: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(&format!(r"(?i)\bwithin\s+(?:(?:a|{HEDGE})\s+)?$")).expect("the pattern is tested"));

/// Half the way round the globe: nothing is farther.
const FARTHEST: f64 = 20_003.9;

/// Reads the phrase with a distance that ends where an anchor begins. `behind` is the text behind the anchor.
pub fn read(before: &str, behind: &str) -> Measured {
    if !may_measure(before) {
        return Measured::Nothing;
    }
    if let Some(found) = OFFSET.captures(before) {
        let direction = quantity::direction(&found[5]);
        if let Some((bearing, sector)) = direction {
            let direction = Some(StatedDirection { bearing, sector });
            return phrase(&found, |distance| Stated {
                kind: RelationKind::Offset,
                distance: Some(distance),
                direction,
            });
        }
    }
    let Some(found) = DISTANCE.captures(before) else { return Measured::Nothing };
    let from = found.get(1).map_or(0, |phrase| phrase.start());
    let relation = found[5].to_lowercase();
    let is_way = WAY.is_match(&before[..from]) || ONWARD.is_match(behind);
    if (relation == "of" && !WITHIN.is_match(&before[..from])) || (relation.ends_with("from") && is_way) {
        return Measured::Refused;
    }
    let kind = if relation.starts_with("off") { RelationKind::Coast } else { RelationKind::Distance };
    phrase(&found, |distance| Stated { kind, distance: Some(distance), direction: None })
}

fn phrase(found: &Captures<'_>, stated: impl FnOnce(StatedDistance) -> Stated) -> Measured {
    let Some(whole) = found.get(1).filter(|phrase| same_paragraph(phrase.as_str())) else { return Measured::Nothing };
    match distance(found) {
        Some(distance) => Measured::Phrase(whole.range().into(), stated(distance)),
        None => Measured::Refused,
    }
}

fn distance(found: &Captures<'_>) -> Option<StatedDistance> {
    let group = |n| found.get(n).map_or("", |m| m.as_str());
    let Quantity { value, give } = quantity::number(group(2))?;
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
