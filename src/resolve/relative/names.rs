//! Names that the words say are places, whatever the model took them for.
//!
//! A model that reads "Paullo (Lombard: Paull) is a town in …" may take Paullo for a person, or for no name at all; but what
//! "is a town" is a place, and so is what something lies 45 km southeast of. Only these forms are read:
//!
//! - the name that begins a sentence and is said to be a settlement: a mention there that is no LOC becomes one, and where
//!   there is none, one is made of the capitalised words, with [`ADDED_SCORE`];
//! - the person or organisation right behind "45 km southeast of": it becomes a LOC; where there is no mention, one is made
//!   of the capitalised words;
//! - "WSW" in "53 km WSW of Iquique" is a direction, and no mention;
//! - the name of a ship or a storm ("the tanker Basra Star", "MV Wahenga") is no LOC.
//!
//! A mention that changes its label keeps its score: that of the span, which is what the model was asked.

use std::sync::LazyLock;

use regex::Regex;

use super::expression::RelationKind;
use super::measured::{self, Measured};
use super::words::{REACH, TYPE_WORD, is_feature};
use crate::document::Span;
use crate::mention::{Label, Mention};
use crate::sentence::sentences;

/// The score of a mention that the model didn't find; set by hand.
pub const ADDED_SCORE: f32 = 0.5;

/// Bytes of a sentence in which it must say what its subject is.
const DEFINITION: usize = 500;

/// "is a small town in".
static IS_A_TOWN: LazyLock<Regex> = LazyLock::new(|| {
    let more =
        "census-designated\\s+place|borough|parish|locality|barangay|raion|seaside\\s+resort|satellite\\s+town|seat";
    Regex::new(&format!(
        r"\s(?:is|was)\s+(?:an?|the|one\s+of\s+the)\s+((?:(?:[\w-]+|\w+ing,)\s+){{0,6}}?)(?:{TYPE_WORD}|{more})(?:\s+(?:in|of|on|at|located|situated|near|that|which|with|about|some|and|within|\d)|\s*[,.(\[/])"
    ))
    .expect("the pattern is tested")
});

/// The mentions with those changed and added that the words say are places, in order and without overlap.
pub fn complete(text: &str, mentions: Vec<Mention>) -> Vec<Mention> {
    let mut mentions = mentions;
    mentions.retain(|mention| !is_direction(text, mention.span));
    for mention in &mut mentions {
        if mention.label == Label::Loc && is_moving(text, mention.span) {
            *mention = mention.relabelled(Label::Misc);
        }
    }
    for n in 0..mentions.len() {
        // The name of a people is no anchor: "45 km southeast of the Iraqi city of Mosul".
        if matches!(mentions[n].label, Label::Per | Label::Org) && is_anchor(text, &mentions, n) {
            mentions[n] = mentions[n].relabelled(Label::Loc);
        }
    }
    for name in unmarked_anchors(text) {
        settle(&mut mentions, name);
    }
    for sentence in sentences(text) {
        if let Some(name) = defined(sentence.of(text)).map(|name| name.shifted(sentence.start)) {
            settle(&mut mentions, name);
        }
    }
    mentions
}

/// Whether a mention is the direction of a phrase: "WSW" in "53 km WSW of Iquique".
fn is_direction(text: &str, mention: Span) -> bool {
    static UNIT: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?i)(?:(?-u:\b)|\d)(?:km|kms|kilomet(?:er|re)s?|miles?|mi|nmi?|met(?:er|re)s?|m)\.?(?:\s*\([^()]{1,40}\))?\s*$",
        )
        .expect("the pattern is tested")
    });
    static OF: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^\.?\s+(?:of|from)(?-u:\b)").expect("the pattern is tested"));
    let name = mention.of(text);
    let is_letters = name.len() <= 6 && name.chars().all(|c| matches!(c, 'N' | 'S' | 'E' | 'W' | '.'));
    is_letters
        && OF.is_match(&text[mention.end..])
        && UNIT.is_match(&text[text.floor_char_boundary(mention.start.saturating_sub(60))..mention.start])
}

/// Whether a mention is the name of a ship or a storm, by its first word or the one before it.
fn is_moving(text: &str, mention: Span) -> bool {
    const PREFIX: &str = r"(?:M/?V|M/?T|M/?S|USS|USNS|HMS|HMAS|HMCS|INS|RFA|RV|FV|(?:[Ss]uper\s+)?[Tt]yphoon|[Cc]yclone|[Hh]urricane|[Tt]ropical\s+(?:[Ss]torm|[Dd]epression))";
    static ITSELF: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(&format!(r"^{PREFIX}\s+\S")).expect("the pattern is tested"));
    static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
        let vessels = "ship|vessel|tanker|freighter|trawler|frigate|destroyer|corvette|submarine|warship|yacht|ferry|carrier|cutter";
        Regex::new(&format!(r#"(?:^|[^\w-])(?:{PREFIX}|Storm|(?:{vessels})(?:,?\s+(?:named|called|the))?)\s+["“'‘]?$"#))
            .expect("the pattern is tested")
    });
    ITSELF.is_match(mention.of(text))
        || BEFORE.is_match(&text[text.floor_char_boundary(mention.start.saturating_sub(40))..mention.start])
}

/// The capitalised words right behind a distance and a direction.
fn unmarked_anchors(text: &str) -> Vec<Span> {
    static TO_NAME: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(?:(?:the|central|downtown)\s+)?(?:(?i:city|town|village|port)\s+of\s+)?")
            .expect("the pattern is tested")
    });
    let anchor = |preposition: usize, length: usize| {
        let behind = preposition + length;
        let start = behind + TO_NAME.find(&text[behind..]).map_or(0, |words| words.end());
        let name = Span::new(start, start + leading_name(&text[start..]).len());
        let from = text.ceil_char_boundary(start.saturating_sub(REACH));
        let is_offset = || matches!(measured::read(&text[from..start], ""), Measured::Phrase(_, stated) if stated.kind == RelationKind::Offset);
        (name.start < name.end && !is_feature(name.of(text)) && is_offset()).then_some(name)
    };
    let prepositions = [" of ", " from "].into_iter().flat_map(|word| text.match_indices(word));
    let directed = prepositions.filter(|(at, _)| ends_in_direction(&text[..*at]));
    directed.filter_map(|(at, word)| anchor(at, word.len())).collect()
}

/// Whether the last word of a text is one of direction: most are not, and telling that is quick.
fn ends_in_direction(text: &str) -> bool {
    let word = text.rsplit(|c: char| !c.is_alphabetic() && c != '.').next().unwrap_or_default();
    if (1..=6).contains(&word.len()) && word.chars().all(|c| matches!(c, 'N' | 'S' | 'E' | 'W' | '.')) {
        return true;
    }
    let word = word.to_lowercase();
    let point = word.trim_end_matches("wards").trim_end_matches("ward");
    ["north", "south", "east", "west"].iter().any(|end| point.ends_with(end))
}

/// The words with a capital that a text begins with, four at most, as far as the first mark.
fn leading_name(text: &str) -> &str {
    let mut end = 0;
    let mut start = 0;
    for word in text.split_inclusive(' ').take(4) {
        let bare = word.trim_end().trim_end_matches(|c: char| !c.is_alphanumeric());
        let bare = bare.strip_suffix("'s").or_else(|| bare.strip_suffix("’s")).unwrap_or(bare);
        let is_name = bare.starts_with(char::is_uppercase) && bare.chars().skip(1).any(char::is_lowercase);
        if !is_name || bare.contains(['\n', '(', ')']) {
            break;
        }
        end = start + bare.len();
        if bare.len() < word.trim_end().len() {
            break;
        }
        start += word.len();
    }
    &text[..end]
}

/// Whether a mention stands right behind a distance and a direction.
fn is_anchor(text: &str, mentions: &[Mention], n: usize) -> bool {
    let start = mentions[n].span.start;
    let from = if n == 0 { 0 } else { mentions[n - 1].span.end };
    let from = text.ceil_char_boundary(from.max(start.saturating_sub(REACH)));
    let before = &text[from..start];
    let ends = before.trim_end();
    (ends.ends_with("of") || ends.ends_with("from") || ends.ends_with("the"))
        && matches!(measured::read(before, ""), Measured::Phrase(_, stated) if stated.kind == RelationKind::Offset)
}

/// The name that begins a sentence and is said to be a settlement.
fn defined(sentence: &str) -> Option<Span> {
    if !sentence.starts_with(char::is_uppercase) {
        return None;
    }
    let head = &sentence[..sentence.floor_char_boundary(sentence.len().min(DEFINITION))];
    // Groups cost more than a match, and most sentences have none.
    IS_A_TOWN.find(head)?;
    let said = IS_A_TOWN.captures(head)?;
    // "Anna is a singer from the town of Bulle."
    let speaks_of_another =
        |word: &str| ["from", "in", "of", "at", "near", "who", "by", "for", "with", "to", "on"].contains(&word);
    if said[1].split_whitespace().any(speaks_of_another) {
        return None;
    }
    let verb = said.get(0)?.start();
    let start = if head.starts_with("The ") { 4 } else { 0 };
    let end =
        head.get(start..verb)?.find(['(', '[', ',', '/', '|', '—', '–', ';', ':']).map_or(verb, |end| start + end);
    let end = head[start..end].find(" or ").map_or(end, |at| start + at);
    let end = start + head[start..end].trim_end().len();
    let name = &head[start..end];
    // What stands between the name and the verb: brackets, or an insertion between commas.
    let rest = without_brackets(&head[end..verb]);
    let rest = rest.trim();
    (is_name(name) && (rest.is_empty() || rest.starts_with([',', '/']) || rest.starts_with("or ")))
        .then(|| Span::new(start, end))
}

/// Up to five words that begin with a capital, or a short word that stands inside names.
fn is_name(name: &str) -> bool {
    const INSIDE: [&str; 29] = [
        "de", "del", "della", "di", "da", "do", "dos", "das", "la", "le", "les", "el", "al", "el-", "sur", "am", "an",
        "im", "of", "the", "on", "in", "u", "nad", "pod", "na", "pri", "e", "y",
    ];
    const NO_NAMES: [&str; 12] =
        ["It", "This", "That", "He", "She", "There", "Here", "What", "One", "Today", "Its", "They"];
    let words: Vec<&str> = name.split_whitespace().collect();
    let first = words.first().is_some_and(|word| !NO_NAMES.contains(word) && word.chars().count() > 1);
    let is_word = |word: &&str| word.starts_with(char::is_uppercase) || INSIDE.contains(word);
    let is_kind = |word: &&str| ["Town", "Village", "City", "Settlement", "Place"].contains(word);
    first && words.len() <= 5 && words.iter().all(is_word) && !words.iter().all(is_kind) && !name.contains(['.', '"'])
}

/// A text without what stands in brackets, or after one that isn't closed.
fn without_brackets(text: &str) -> String {
    let mut depth = 0usize;
    let keep = |c: &char| {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => {
                depth = depth.saturating_sub(1);
                return false;
            }
            _ => {}
        }
        depth == 0
    };
    text.chars().filter(keep).collect()
}

/// Makes a name a LOC: by the mention that is there, or else by a new one.
fn settle(mentions: &mut Vec<Mention>, name: Span) {
    let first = mentions.partition_point(|mention| mention.span.end <= name.start);
    let last = mentions.partition_point(|mention| mention.span.start < name.end);
    match mentions[first..last] {
        [] => mentions.insert(first, Mention::new(name, Label::Loc, ADDED_SCORE)),
        [ref mut only] if only.label != Label::Loc && (only.span.start, only.span.end) == (name.start, name.end) => {
            *only = only.relabelled(Label::Loc);
        }
        // A piece of the name.
        [ref mut only] if only.span.start >= name.start && only.span.end <= name.end => {
            *only = Mention::new(name, Label::Loc, only.score);
        }
        // Something longer, or several: the model sees more than the words say.
        _ => {}
    }
}
