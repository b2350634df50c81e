//! What lies at a stated position, by the words between it and the phrase: "al-Bir town, 45 km …", "45 km …, in al-Bir".

use std::sync::LazyLock;

use regex::Regex;

use super::expression::{Extent, RelationKind, RelativeExpression, Target};
use super::reader::Reader;
use super::words::{FEATURE, HEDGE, TYPE_WORD, WATER};
use crate::resolve::context::is_containment;
use crate::sentence::same_paragraph;

/// What divisions are called behind their names.
const DIVISION: &str = "(?:territory|district|province|state|county|governorate|region|department|prefecture|oblast|raion|sector|locality|\
                        zone|regency|canton|chiefdom|municipality|local government area)";

const VERB: &str = r"(?:(?:which|that)\s+)?(?:is|was|lies|lay|sits|sat|stands|stood)\s+";

/// What may stand between the mention that lies there and a phrase with a distance: "al-Bir town, about 45 kilometers …",
/// "al-Bir, a trading post 45 kilometers …", "al-Bir is a village located 45 kilometers …". The first group is what ties
/// the two together.
static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    // In lower case: "MOSUL — A bomb exploded 10 km …" begins a sentence.
    let apposition = r"(?-i:an?|the)\s+(?:[\w'’-]+\s+){1,5}?";
    let pattern = format!(
        r"(?i)^\s*((?:{TYPE_WORD}|{DIVISION})?\s*(?:(?:[,(–—-]+\s*(?:{VERB})?|{VERB})(?:{apposition})?)?(?:(?:located|situated|lying|based)\s+)?)(?:(?:at|from)\s+)?(?:(?:a\s+distance\s+of|{HEDGE})\s+){{0,2}}$"
    );
    Regex::new(&pattern).expect("the pattern is tested")
});

/// The same before a phrase without: an apposition must say that it is a place.
static BEFORE_VAGUE: LazyLock<Regex> = LazyLock::new(|| {
    let apposition = format!(r"(?-i:an?\s+(?:[a-z'’-]+\s+){{1,5}}?|the\s+(?:[\w'’-]+\s+){{0,5}}?{TYPE_WORD}\s+)");
    let pattern = format!(
        r"(?i)^\s*((?:{TYPE_WORD}|{DIVISION})?\s*(?:(?:[,(–—-]+\s*(?:{VERB})?|{VERB})(?:{apposition})?)?(?:(?:located|situated|lying|based)\s+)?)(?:in|at|on)?\s*(?:the\s+)?$"
    );
    Regex::new(&pattern).expect("the pattern is tested")
});

/// What may stand between the anchor and the mention that lies there: "…, in the town of al-Bir".
static AFTER: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = format!(
        r"(?i)^\s*,?\s*(?:(?:in|at|near|outside)\s+(?:(?:the|an?)\s+(?:{TYPE_WORD}\s+)?(?:of\s+|called\s+|named\s+)?)?|(?:the|an?)\s+{TYPE_WORD}\s+(?:of\s+|called\s+|named\s+)?|{})$",
        *INVERSION
    );
    Regex::new(&pattern).expect("the pattern is tested")
});

/// The same for phrases without a distance: "Near Batna lies the ancient city of Timgad".
static INVERTED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(r"(?i)^(?:\s+mountains)?\s*,?\s*(?:{})$", *INVERSION)).expect("the pattern is tested")
});

/// "lies the ancient city of".
static INVERSION: LazyLock<String> =
    LazyLock::new(|| format!(r"(?:is|lies?|sits|stands)\s+(?:the\s+{TYPE_WORD}\s+of\s+)?"));

/// "district", behind a name.
static TYPE_BEHIND: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(&format!(r"(?i)^\s+(?:{DIVISION}|mountains)(?-u:\b)")).expect("the pattern is tested"));

/// What before a name says that something lies at the place, not that it is what lies there: "a town on Lake Chad some
/// 200 km …", "people from Mosul near …".
static BESIDE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?-u:\b)(?:on|along|off|around|beside|from|through|via|of)\s+(?:the\s+)?$")
        .expect("the pattern is tested")
});

/// The same, whatever ties the name to the phrase: "a town along the Tigris, 45 km …".
static NEARBY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?-u:\b)(?:along|off|beside|rivers?|lakes?)\s+(?:the\s+)?$").expect("the pattern is tested")
});

/// "on", "the mouth of".
static ON_OR_OF: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)(?-u:\b)(?:on|at|of|from)\s+(?:the\s+)?$").expect("the pattern is tested"));

/// What joins a phrase to the one before: "15 km north of Homs and 20 km west of Hama".
static JOINED: LazyLock<Regex> = LazyLock::new(|| {
    let place = r"(?:\s*[(\[][^()\[\]]{1,60}[)\]])*(?:\s+(?:city|town))?";
    let pattern = format!(
        r"(?i)^{place}\s*(?:,|;)?\s*(?:(?:and|or|but|while)\s+)?(?:(?:is|lies|also|located|situated|at)\s+){{0,2}}(?:(?:a\s+distance\s+of|{HEDGE})\s+){{0,2}}$"
    );
    Regex::new(&pattern).expect("the pattern is tested")
});

/// Bytes between two phrases that may speak of the same place.
const JOINT: usize = 120;

/// The mention before the phrase that the phrase speaks of, past the area that it is said to be in.
pub(super) fn before(reader: &Reader<'_>, expression: &RelativeExpression) -> Option<Target> {
    let Reader { text, mentions, .. } = *reader;
    let start = expression.span.start;
    let before = reader.places.partition_point(|&place| mentions[place].span.end <= start);
    let before = &reader.places[..before];
    let nearest = *before.last()?;
    let gap = &text[mentions[nearest].span.end..start];
    if gap.len() > JOINT {
        return None;
    }
    let measured = expression.stated.is_measured();
    let tie = if measured { &BEFORE } else { &BEFORE_VAGUE };
    let tie = tie.captures(gap).filter(|_| same_paragraph(gap))?;
    let tied = !tie[1].trim().is_empty();
    let name = mentions[nearest].span.start;
    let lead = &text[text.floor_char_boundary(name.saturating_sub(16))..name];
    if NEARBY.is_match(lead) || !tied && BESIDE.is_match(lead) {
        return None;
    }
    if expression.stated.kind == RelationKind::Part && gap.trim() == "," && in_list(reader, expression) {
        return None;
    }
    let may_lie_there = |mention: usize| match expression.stated.kind {
        RelationKind::Offset | RelationKind::Distance => reader.named[mention].extent.is_spot(),
        RelationKind::Border if measured => reader.named[mention].extent.is_spot(),
        _ => reader.named[mention].extent != Extent::Country && reader.named[mention].part_of.is_none(),
    };
    let mut order = before.len() - 1;
    loop {
        let mention = before[order];
        let outer = order.checked_sub(1).filter(|&outer| {
            let gap = &text[mentions[before[outer]].span.end..mentions[mention].span.start];
            is_containment(&TYPE_BEHIND.replace(gap, ""))
        });
        // "Mamove, Beni territory, about 40 km west of Oicha"
        let is_division = outer.is_some() && TYPE_BEHIND.is_match(&text[mentions[mention].span.end..start]);
        if may_lie_there(mention) && !is_division {
            let name = mentions[mention].span.of(text);
            let is_elsewhere = FEATURE.is_match(name) || WATER.is_match(name) && ON_OR_OF.is_match(lead);
            return (!is_elsewhere).then_some(Target { mention, tied });
        }
        order = outer?;
    }
}

/// Whether more places follow: "Somaliland, southern Ethiopia and Kenya" is a list.
fn in_list(reader: &Reader<'_>, expression: &RelativeExpression) -> bool {
    static MORE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^\s*(?:,\s*)?(?:and|or)\s").expect("the pattern is tested"));
    let end = expression.anchors.last().map_or(0, |&anchor| reader.mentions[anchor].span.end);
    MORE.is_match(&reader.text[end..])
}

/// What the phrase before speaks of, where the two are joined: `None` if they aren't.
pub(super) fn coordinated(
    reader: &Reader<'_>,
    expression: &RelativeExpression,
    previous: Option<&RelativeExpression>,
) -> Option<Option<Target>> {
    let previous = previous?;
    let measured = [expression, previous].map(|expression| expression.stated.is_measured());
    let vague = [expression, previous].map(|e| matches!(e.stated.kind, RelationKind::Direction | RelationKind::Near));
    if (0..2).any(|n| !measured[n] && !vague[n]) {
        return None;
    }
    let last = reader.mentions[*previous.anchors.last()?].span.end;
    let gap = reader.text.get(last..expression.span.start).filter(|gap| gap.len() <= JOINT)?;
    // The anchor may have been said to be in something: "15 km north of Homs, Syria, and 20 km …".
    let inner = reader.places.partition_point(|&place| reader.mentions[place].span.end <= expression.span.start);
    let nearest = reader.mentions[*reader.places[..inner].last()?].span;
    let within = nearest.end == last || is_containment(&reader.text[last..nearest.start]);
    let joint = &reader.text[nearest.end..expression.span.start];
    let joined = JOINED.is_match(joint) && same_paragraph(gap);
    // "near al-Bir, 45 km south of Mosul" speaks of al-Bir; "south of al-Bir near Mosul" of something else.
    let apposed = measured != [true; 2] && joint.contains([',', '(']) && !joint.contains("and");
    (within && joined && !apposed).then_some(previous.target)
}

/// What lies there by the words behind the anchor, past the area that the anchor is said to be in.
pub(super) fn after(reader: &Reader<'_>, expression: &RelativeExpression, order: usize) -> Option<Target> {
    let measured = expression.stated.is_measured();
    let pattern = if measured { &AFTER } else { &INVERTED };
    for order in order..order + 2 {
        let (&anchor, &next) = (reader.places.get(order)?, reader.places.get(order + 1)?);
        let gap = &reader.text[reader.mentions[anchor].span.end..reader.mentions[next].span.start];
        if gap.len() > JOINT || !same_paragraph(gap) || next != anchor + 1 {
            return None;
        }
        if pattern.is_match(gap) && reader.named[next].extent.is_spot() {
            return Some(Target { mention: next, tied: true });
        }
        let inner = TYPE_BEHIND.replace(gap, "");
        if !is_containment(&inner) || reader.named[next].extent.is_spot() && measured && AFTER.is_match(gap) {
            return None;
        }
    }
    None
}
