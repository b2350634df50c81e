//! Phrases that count from a border or a coast by the name of its country: "15 km from the Jordanian border", "near the border
//! with Niger", "along the Colombian-Venezuelan border", "off the Somali coast".
//!
//! Here the name of a people stands for its country. Whether troops, towns or trade are named after a border ("the border town
//! of Rabia", "border guards") is another matter: those are left to the other forms.

use std::sync::LazyLock;

use regex::Regex;

use super::expression::{Extent, RelationKind, RelativeExpression, Stated};
use super::measured::{self, Measured};
use super::reader::Reader;
use super::vague::{POINT, point};
use super::words::{BEHIND, REACH};
use crate::document::Span;
use crate::sentence::same_paragraph;

/// What a border is called, with what may stand before it.
const BORDER: &str = r"(?:(?:common|shared|land|long|porous|disputed|international|northern|southern|eastern|western)\s+){0,2}(?:borders?|borderline|frontier|boundary)";

/// What is called after a border, and stands behind the word.
const NAMED_AFTER: &str = "towns?|cit(?:y|ies)|villages?|guards?|police|force|forces|troops|patrols?|agents?|officials?|authorit(?:y|ies)|\
                           controls?|dispute|disputes|clash|clashes|wall|fence|security|crisis|war|wars|trade|policy|agency|\
                           service|command|talks|closure|province|provinces|district|districts|state|states|settlement|port|\
                           collie|deal|tax|checks?|tensions?";

/// How a border is counted from without a distance. Group 1: the phrase; group 2: a direction.
static LEAD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?:^|[^\w-])((?i:(?:(?:just|right|very|up|close|next|immediately|directly|up\s+and\s+down)\s+)*(?:near(?:\s+to)?|on|at|along|by|beside|astride|across|over|inside|beyond|outside|not\s+far\s+from|to|from|(?:in|within)\s+the\s+vicinity\s+of|(?:to\s+the\s+)?({POINT})\s+of)\s+(?:both\s+sides\s+of\s+)?(?:the|its|their)?\s*))$"
    ))
    .expect("the pattern is tested")
});

/// "inside the", behind a distance.
static ACROSS: LazyLock<Regex> =
    LazyLock::new(|| measured::pattern(r"\s+(?i:(?:inside|across|over|beyond|off|short\s+of)\s+(?:the\s+)?)$"));

/// A border before its country: "border with", "frontier between". Group 1: all.
static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?:^|\s)((?i:{BORDER})\s+(?:that\s+\w+\s+shares\s+)?(?:shared\s+)?(?:with|of|to|between)\s+(?:the\s+)?(?:neighbou?ring\s+)?)$"
    ))
    .expect("the pattern is tested")
});

/// A border behind its country, or its two. Group 1: with what names the second country behind it.
static BEHIND_NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(r"^(?:['’]s?)?\s+(?i:{BORDER})(?-u:\b)(\s+(?:with|to)\s+(?:the\s+)?(?:neighbou?ring\s+)?$)?"))
        .expect("the pattern is tested")
});

/// "coast", behind the name of a people. Group 1: a direction.
static COAST: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(r"^(?:['’]s)?\s+(?:(?i:({POINT})(?:ern)?|\w+)\s+)?(?:coasts?|coastline|shores?)(?-u:\b)"))
        .expect("the pattern is tested")
});

/// "off the", and "off the coast of the" is none of it.
static OFF: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?:^|[^\w-])((?i:off)\s+(?:the\s+)?)$").expect("the pattern is tested"));

/// What stands between the names of two countries that share a border.
static PAIR: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(?:\s*[-–/]\s*|\s+and\s+(?:the\s+)?)$").expect("the pattern is tested"));

/// The expressions that count from borders and coasts, in order.
pub fn find(reader: &Reader<'_>) -> Vec<RelativeExpression> {
    // Most texts have none of these words, and telling that is quick.
    const WORDS: [&str; 6] = ["border", "Border", "frontier", "boundary", "coast", "shore"];
    if !WORDS.iter().any(|word| reader.text.contains(word)) {
        return Vec::new();
    }
    let countries = (0..reader.mentions.len()).filter(|&n| reader.named[n].extent == Extent::Country);
    let mut found: Vec<RelativeExpression> = Vec::new();
    for mention in countries {
        // "the border between Chad and Niger": found from the first of two.
        let end = found.last().and_then(|last| last.anchors.last().copied());
        if end.is_some_and(|end| end >= mention) {
            continue;
        }
        let sides = Sides::of(reader, mention);
        if let Some(expression) = sides.border().or_else(|| sides.coast()) {
            found.push(expression);
        }
    }
    found
}

/// A country, or two with nothing but a hyphen or "and" in between, with the text around.
struct Sides<'a> {
    reader: &'a Reader<'a>,
    anchors: Vec<usize>,
    /// Where the text before begins.
    from: usize,
    before: &'a str,
    behind: &'a str,
}

impl<'a> Sides<'a> {
    fn of(reader: &'a Reader<'a>, mention: usize) -> Self {
        let Reader { text, mentions, named, .. } = *reader;
        let start = mentions[mention].span.start;
        let before = mention.checked_sub(1).map_or(0, |n| mentions[n].span.end);
        let from = text.ceil_char_boundary(before.max(start.saturating_sub(REACH)));
        let is_second = |&next: &usize| {
            named[next].extent == Extent::Country
                && PAIR.is_match(&text[mentions[mention].span.end..mentions[next].span.start])
        };
        let second = Some(mention + 1).filter(|&next| next < mentions.len()).filter(is_second);
        let anchors: Vec<usize> = [Some(mention), second].into_iter().flatten().collect();
        let last = second.unwrap_or(mention);
        Self { reader, anchors, from, before: &text[from..start], behind: Self::behind(reader, last) }
    }

    fn behind(reader: &'a Reader<'a>, mention: usize) -> &'a str {
        let end = reader.mentions[mention].span.end;
        let next = reader.mentions.get(mention + 1).map_or(reader.text.len(), |next| next.span.start);
        &reader.text[end..reader.text.floor_char_boundary(next.min(end + BEHIND)).max(end)]
    }

    fn start(&self) -> usize {
        self.from + self.before.len()
    }

    fn expression(&self, span: Span, stated: Stated, anchors: Vec<usize>) -> Option<RelativeExpression> {
        same_paragraph(span.of(self.reader.text)).then_some(RelativeExpression {
            span,
            stated,
            anchors,
            whole: None,
            target: None,
        })
    }

    /// "15 km from the border with Niger", "near the Turkish-Syrian border", "on Poland's border with Belarus".
    fn border(&self) -> Option<RelativeExpression> {
        if let Some(found) = BEFORE.captures(self.before) {
            let head = &self.before[..found.get(1)?.start()];
            let (start, stated) = lead(head)?;
            let is_pair = found[1].contains("between");
            let anchors = if is_pair { self.anchors.clone() } else { vec![self.anchors[0]] };
            return self.expression(Span::new(self.from + start, self.start()), stated, anchors);
        }
        let found = BEHIND_NAME.captures(self.behind)?;
        let (start, stated) = lead(self.before)?;
        let word_end = found.get(1).map_or(found.get(0)?.end(), |with| with.start());
        static OTHER: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(&format!(r"^[\s-]+(?i:{NAMED_AFTER})(?-u:\b)")).expect("the pattern is tested")
        });
        if OTHER.is_match(&self.behind[word_end..]) {
            return None;
        }
        let last = *self.anchors.last()?;
        let end = self.reader.mentions[last].span.end + word_end;
        let mut anchors = self.anchors.clone();
        let other =
            Some(last + 1).filter(|&next| found.get(1).is_some() && anchors.len() == 1 && self.is_country(next));
        anchors.extend(other);
        self.expression(Span::new(self.from + start, end), stated, anchors)
    }

    fn is_country(&self, mention: usize) -> bool {
        self.reader.named.get(mention).is_some_and(|named| named.extent == Extent::Country)
    }

    /// "off the Somali coast", "30 miles off the Yemeni coast".
    fn coast(&self) -> Option<RelativeExpression> {
        let found = COAST.captures(self.behind)?;
        let direction = found.get(1).and_then(|word| point(word.as_str()));
        let off = OFF.captures(self.before)?.get(1)?;
        let (start, stated) = match measured::read(self.before, "") {
            Measured::Phrase(span, stated) if stated.kind == RelationKind::Coast => (span.start, stated),
            Measured::Phrase(..) | Measured::Refused => return None,
            Measured::Nothing => (off.start(), Stated::of(RelationKind::Coast)),
        };
        let first = *self.anchors.first()?;
        // "off the Malaysian and Thai coasts" has two.
        let last = *self.anchors.last()?;
        let span = Span::new(self.from + start, self.reader.mentions[last].span.end + found.get(0)?.end());
        self.expression(span, Stated { direction, ..stated }, vec![first])
    }
}

/// The words that count from a border which follows them: where they begin, and what they say.
fn lead(head: &str) -> Option<(usize, Stated)> {
    let border = |stated: Stated| Stated { kind: RelationKind::Border, ..stated };
    match measured::read(head, "") {
        Measured::Phrase(span, stated) => return Some((span.start, border(stated))),
        Measured::Refused => return None,
        Measured::Nothing => {}
    }
    if let Some((span, stated)) = measured::phrase_of(&ACROSS, head) {
        return Some((span.start, border(stated)));
    }
    let found = LEAD.captures(head)?;
    let phrase = found.get(1)?;
    let direction = found.get(2).and_then(|word| point(word.as_str()));
    // "crossed over the border", "fled across the border", "close to", "from the border": ways, but for the last two words with
    // "close" before them.
    static WAY: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)^(?:(?:just|right|very)\s+)*(?:to|from|across|over|beyond|inside|outside)(?-u:\b)")
            .expect("the pattern is tested")
    });
    static STAYS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)^(?:(?:very|right)\s+)*(?:just|close|next)(?-u:\b)").expect("the pattern is tested")
    });
    if WAY.is_match(phrase.as_str()) && !STAYS.is_match(phrase.as_str()) && direction.is_none() {
        return None;
    }
    Some((phrase.start(), Stated { direction, ..Stated::of(RelationKind::Border) }))
}
