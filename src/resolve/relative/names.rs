//! Names that the words say are places, whatever the model took them for.
//!
//! A model that reads "Paullo (Lombard: Paull) is a town in …" may take Paullo for a person, or for no name at all; but what
//! "is a town" is a place, and so is what something lies 45 km southeast of. Only these two forms are read:
//!
//! - the name that begins a sentence and is said to be a settlement: a mention there that is no LOC becomes one, and where
//!   there is none, one is made of the capitalised words, with [`ADDED_SCORE`];
//! - the person or organisation right behind "45 km southeast of": it becomes a LOC.
//!
//! A mention that changes its label keeps its score: that of the span, which is what the model was asked.

use std::sync::LazyLock;

use regex::Regex;

use super::expression::RelationKind;
use super::measured::{self, Measured};
use super::words::{REACH, TYPE_WORD};
use crate::document::Span;
use crate::mention::{Label, Mention};
use crate::sentence::sentences;

/// The score of a mention that the model didn't find; set by hand.
pub const ADDED_SCORE: f32 = 0.5;

/// Bytes of a sentence in which it must say what its subject is.
const DEFINITION: usize = 500;

/// "is a small town in".
static IS_A_TOWN: LazyLock<Regex> = LazyLock::new(|| {
    let more = "census-designated\\s+place|borough|parish|locality|barangay|raion|seaside\\s+resort|satellite\\s+town";
    Regex::new(&format!(
        r"\s(?:is|was)\s+(?:an?|the|one\s+of\s+the)\s+(?:[\w-]+\s+){{0,4}}?(?:{TYPE_WORD}|{more})(?:\s+(?:in|of|on|at|located|situated|near|that|which|with|about|some|and|within|\d)|\s*[,.(\[/])"
    ))
    .expect("the pattern is tested")
});

/// The mentions with those changed and added that the words say are places, in order and without overlap.
pub fn complete(text: &str, mentions: Vec<Mention>) -> Vec<Mention> {
    let mut mentions = mentions;
    for n in 0..mentions.len() {
        // The name of a people is no anchor: "45 km southeast of the Iraqi city of Mosul".
        if matches!(mentions[n].label, Label::Per | Label::Org) && is_anchor(text, &mentions, n) {
            mentions[n].label = Label::Loc;
        }
    }
    for sentence in sentences(text) {
        if let Some(name) = defined(sentence.of(text)).map(|name| name.shifted(sentence.start)) {
            settle(&mut mentions, name);
        }
    }
    mentions
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
    let verb = IS_A_TOWN.find(head)?.start();
    let start = if head.starts_with("The ") { 4 } else { 0 };
    let end =
        head.get(start..verb)?.find(['(', '[', ',', '/', '|', '—', '–', ';', ':']).map_or(verb, |end| start + end);
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
    const INSIDE: [&str; 22] = [
        "de", "del", "della", "di", "da", "do", "dos", "das", "la", "le", "les", "el", "al", "el-", "sur", "am", "an",
        "im", "of", "the", "on", "in",
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
        [] => mentions.insert(first, Mention { span: name, label: Label::Loc, score: ADDED_SCORE }),
        [ref mut only] if only.label != Label::Loc && (only.span.start, only.span.end) == (name.start, name.end) => {
            only.label = Label::Loc;
        }
        // A piece of the name.
        [ref mut only] if only.span.start >= name.start && only.span.end <= name.end => {
            *only = Mention { span: name, label: Label::Loc, score: only.score };
        }
        // Something longer, or several: the model sees more than the words say.
        _ => {}
    }
}
