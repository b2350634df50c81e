//! Phrases with a time of travel: "an hour's drive north of", "two hours by road from", "a day's walk from".
//!
//! A time tells little of a distance. With a direction such a phrase is read as the direction, from a town to somewhat beyond
//! the distance that the time is good for; without one, as all that is about as far as that. `geometry.rs` says how far.

use std::sync::LazyLock;

use regex::Regex;

use super::expression::{RelationKind, Stated, StatedDistance};
use super::measured::{DIRECTION, direction, is_way, to_anchor};
use crate::document::Span;
use crate::geo::Kilometers;
use crate::resolve::quantity::{self, NUMBER};
use crate::sentence::same_paragraph;

/// How fast one gets on as the crow flies, in km an hour, and how many hours of a day: by the words for the way. Guesses; what
/// no word tells goes by car.
const SPEEDS: [(&str, f64, f64); 6] = [
    ("walk|hike|hiking|trek|march|foot", 3.5, 7.0),
    ("horse|horseback|camel|donkey|mule", 5.0, 8.0),
    ("boat|ferry|canoe|river|ship|sea|sail|steamer", 20.0, 12.0),
    ("train|rail", 60.0, 12.0),
    ("flight|air|plane|helicopter", 400.0, 8.0),
    ("", 50.0, 8.0),
];

/// Words for how one gets there.
const MODE: &str = "(?:by\\s+|on\\s+)?(?:drive|driving|ride|walk|hike|trek|march|journey|trip|flight|sail|road|car|bus|truck|\
                    vehicle|foot|boat|ferry|canoe|river|ship|sea|steamer|train|rail|air|plane|helicopter|horse|horseback|camel|\
                    donkey|mule|motorbike|motorcycle|bicycle)(?:[\\s-](?:ride|drive|journey|trip|walk))?";

static JOURNEY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?:^|[^\w.,/-])((?i:({NUMBER})[\s-]*(hours?|hrs?|minutes?|mins?|days?)(?:['’]s|['’])?(?:[\s-]+({MODE}))?\s+(?:away\s+)?(?:{DIRECTION}\s+(?:of|from)|(from|outside))\s+{}))",
        to_anchor()
    ))
    .expect("the pattern is tested")
});

/// What before a phrase without a direction says that something lies there, not that somebody went: "a village an hour's
/// drive from".
static LIES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)(?:^|[,(;—–]|(?-u:\b)(?:is|are|was|were|lies?|lay|located|situated|sits?|stands?|only|just|about|some|around|roughly|nearly|almost|approximately|least|than|village|town|city|camp|base|island|hamlet|settlement|place|somewhere|mine|school|hospital))\s*$",
    )
    .expect("the pattern is tested")
});

/// Reads the phrase with a time of travel that ends where an anchor begins. `behind` is the text behind the anchor.
pub fn read(before: &str, behind: &str) -> Option<(Span, Stated)> {
    static TIMES: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)(?:hour|hrs?(?-u:\b)|minute|mins?(?-u:\b)|days?(?-u:\b))").expect("the pattern is tested")
    });
    if !TIMES.is_match(before) {
        return None;
    }
    let found = JOURNEY.captures(before)?;
    let whole = found.get(1).filter(|phrase| same_paragraph(phrase.as_str()))?;
    let mode = found.get(4).map_or("", |mode| mode.as_str()).to_lowercase();
    let lead = &before[..whole.start()];
    let stated = match found.get(5) {
        Some(point) => Stated { direction: Some(direction(point.as_str())?), ..Stated::of(RelationKind::Direction) },
        None if mode.is_empty() || !LIES.is_match(lead) || is_way(lead, behind) => return None,
        None => Stated::of(RelationKind::Distance),
    };
    let journey = Some(reach(&found[2], &found[3].to_lowercase(), &mode)?);
    Some((whole.range().into(), Stated { journey, ..stated }))
}

/// How far a time of travel leads.
fn reach(number: &str, unit: &str, mode: &str) -> Option<StatedDistance> {
    // "A two-hour drive".
    let bare = ["a ", "an ", "A ", "An "].into_iter().find_map(|article| number.strip_prefix(article));
    let time = quantity::number(number).or_else(|| quantity::number(bare?))?;
    let of_mode = |words: &str| words.split('|').any(|word| mode.split([' ', '-']).any(|said| said == word));
    let (_, speed, day) = SPEEDS.into_iter().find(|(words, ..)| words.is_empty() || of_mode(words))?;
    let hours = match unit.as_bytes().first()? {
        b'm' => 1.0 / 60.0,
        b'h' => 1.0,
        _ => day,
    };
    let length = time.value * hours * speed;
    let journey = StatedDistance { length: Kilometers(length), rounding: Kilometers(time.give * hours * speed) };
    (1.0..=5000.0).contains(&length).then_some(journey)
}
