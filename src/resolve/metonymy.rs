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
    let auxiliary = r"(?:has|have|had|is|was|will|would|may|might|could|should|must|does|did)(?:\s+been)?";
    let verb = "(?:sa(?:id|ys)|announc|impos|accus|condemn|reject|urg|warn|agree|den(?:y|ie)|insist|demand|vow|sign|\
                recogni[sz]|threaten|refus|support|oppos|withdr[ae]w|vot|declar|approv|expel|summon|retaliat|\
                pledg|blam|sanction|ratif|negotiat|protest|lobb|pressur|claim|hope|want|believ|consider|seek|sought|\
                respond|call(?:s|ed|ing)?\\s+(?:for|on)|offer|back(?:s|ed|ing)\\b|lift|suspend|ban(?:s|ned|ning)\\b|\
                recall|complain|regard|prais|welcom|promis)";
    Regex::new(&format!(r"^\s+(?:{adverb}\s+)?(?:{auxiliary}\s+)?(?:{adverb}\s+)?{verb}"))
        .expect("the pattern is tested")
});

/// What governments have with one another.
static BETWEEN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)\b(?:talks?|negotiations?|relations?|ties|tensions?|treaty|agreements?|accords?|disputes?|alliances?|sanctions|pressure|support|envoys?|ambassadors?)\s+(?:with|between|from|against|on|to)\s+(?:[A-Z][\w.'’-]+\s+and\s+)?$",
    )
    .expect("the pattern is tested")
});

/// Whether a name stands for a government, by the words beside it.
pub fn stands_for_government(text: &str, name: Span) -> bool {
    let after = &text[name.end..text.floor_char_boundary((name.end + REACH).min(text.len()))];
    let before = &text[text.ceil_char_boundary(name.start.saturating_sub(REACH))..name.start];
    let sentence = before.rsplit(['.', '!', '?', '\n']).next().unwrap_or_default();
    // "In Washington said": the place of the one who says it.
    let in_place = before.trim_end().rsplit(char::is_whitespace).next();
    let in_place =
        in_place.is_some_and(|word| matches!(word, "in" | "at" | "near" | "around" | "from" | "of" | "outside"));
    (!in_place && ACTS.is_match(after)) || BETWEEN.is_match(sentence)
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
        ] {
            assert!(!reads(text), "{text}");
        }
    }
}
