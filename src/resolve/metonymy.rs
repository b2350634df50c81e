//! Places that stand for who governs there: "Washington imposed sanctions", "talks between Tehran and Paris".
//!
//! Such a name is still that of a place, and keeps it; whoever counts where things happen may leave it out. Only capitals
//! and countries are read so, and only where the words beside them say it plainly.

use std::sync::LazyLock;

use regex::Regex;

use crate::document::Span;

/// Bytes of text that are looked at on either side.
const REACH: usize = 60;

/// What governments do, as newspapers write it behind their names.
static ACTS: LazyLock<Regex> = LazyLock::new(|| {
    let adverb = r"(?:\w+ly|also|now|then|again|still|first|later|since|already|not|never)";
    // No form of "be": "Brazil was declared free of measles".
    let auxiliary = r"(?:has|have|had|will|would|may|might|could|should|must|did)";
    let regular = "(?:announc|impos|accus|condemn|reject|urg|warn|agre|insist|demand|vow|sign|recogni[sz]|threaten|refus|\
                   support|oppos|vot|declar|approv|expell|summon|retaliat|pledg|blam|sanction|negotiat|protest|lobbi|\
                   claim|hop|want|believ|consider|respond|call|offer|back|lift|suspend|bann|recall|complain|prais|welcom|\
                   promis)(?:e?s|e?d|ing|e)?";
    let irregular = "(?:sa(?:id|ys)|den(?:y|ies|ied)|withdr[ae]w|seeks?|sought|ratif(?:y|ies|ied)|lobby)";
    let verb = format!(r"(?:{regular}|{irregular})(?-u:\b)");
    Regex::new(&format!(r"^\s+(?:{adverb}\s+)?(?:{auxiliary}\s+)?(?:{adverb}\s+)?{verb}"))
        .expect("the pattern is tested")
});

/// What governments have with one another.
static BETWEEN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)(?-u:\b)(?:talks?|negotiations?|relations?|ties|tensions?|treaty|agreements?|accords?|disputes?|alliances?|sanctions|pressure|support|envoys?|ambassadors?)\s+(?:with|between|from|against|on|to)\s+(?:[A-Z][\w.'’-]+\s+and\s+)?$",
    )
    .expect("the pattern is tested")
});

/// The names of a list before the one that is looked at: "Lagos, Kano and ".
static LISTED: LazyLock<Regex> = LazyLock::new(|| {
    let name = r"\p{Lu}[\w.'’-]*(?: (?:\p{Lu}|d[aeiou]l? )[\w.'’-]*)*";
    Regex::new(&format!(r"(?:{name}, )*{name},? (?:and|or) (?:the |in |near )?$")).expect("the pattern is tested")
});

/// Words behind a name that don't make it the first part of another.
static VERB_NEXT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\s+(?:is|was|were|are|has|have|had|will|would|in|on|at|over|after|before|since|for|to|by|that|which|who|but|or|as|if|when|while|fail\w*|began|broke\w*|continue\w*)(?-u:\b)")
        .expect("the pattern is tested")
});

/// Whether a name stands for a government, by the words beside it.
pub fn stands_for_government(text: &str, name: Span) -> bool {
    let after = &text[name.end..text.floor_char_boundary((name.end + REACH).min(text.len()))];
    let before = &text[text.ceil_char_boundary(name.start.saturating_sub(REACH))..name.start];
    let sentence = before.rsplit(['.', '!', '?', '\n']).next().unwrap_or_default();
    // "In Washington said": the place of the one who says it; so is a list of such, "residents of Lagos and Abuja said".
    let list = LISTED.find(before).map_or(before, |listed| &before[..listed.start()]);
    let in_place = list.trim_end().trim_end_matches(" the").rsplit(char::is_whitespace).next();
    let in_place = in_place.is_some_and(|word| {
        matches!(
            word.to_lowercase().as_str(),
            "in" | "at" | "near" | "around" | "from" | "of" | "outside" | "across" | "inside" | "throughout"
        )
    });
    // "Coherence from Paris residents" is theirs.
    let goes_on = after.strip_prefix(' ').is_some_and(|after| after.starts_with(char::is_lowercase));
    let goes_on = goes_on && !after.trim_start().starts_with("and ") && !VERB_NEXT.is_match(after);
    (!in_place && ACTS.is_match(after)) || (!goes_on && BETWEEN.is_match(sentence))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether `[the name]` in a text stands for a government.
    fn reads(marked: &str) -> bool {
        let (start, end) = (marked.find('[').unwrap(), marked.find(']').unwrap() - 1);
        stands_for_government(&marked.replace(['[', ']'], ""), Span::new(start, end))
    }

    #[test]
    fn governments_act() {
        for text in [
            "[Washington] imposed new sanctions.",
            "On Monday [Tehran] again rejected the offer.",
            "[Beijing] has repeatedly warned against it.",
            "Talks between [Tehran] and Paris failed.",
            "Talks between Tehran and [Paris] failed.",
            "It has cut its ties with [Moscow].",
            "Rome and [Lisbon] rejected the plan.",
        ] {
            assert!(reads(text), "{text}");
        }
    }

    #[test]
    fn places_are_places() {
        for text in [
            "An official in [Washington] said so.",
            "[Washington] is a city.",
            "The flight between [Paris] and Rome was late.",
            "They live in [Tehran]. Sanctions were imposed.",
            "[Kabul] airport was closed.",
            "[Brazil] was declared free of measles.",
            "[Paris] was blamed for the delay.",
            "[Beirut] is hopeful.",
            "[London] is signposted.",
            "Coherence from [Paris] residents was strong.",
            "Residents of Kisumu and [Nairobi] protested.",
            "Traders in Oran, Annaba and [Algiers] refused to pay.",
        ] {
            assert!(!reads(text), "{text}");
        }
    }
}
