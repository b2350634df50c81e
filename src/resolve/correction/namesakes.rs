//! What bears the name of a place and is none: common nouns, persons, animals, ships, bands, works, goods.
//!
//! It stays a name, of another label, so that no place is looked up for it; a common noun is no name at all.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;

use super::Corrected;
use super::words::{begins_sentence, ends_with_whence, ends_with_where};
use crate::document::Span;
use crate::mention::{Label, Mention};
use crate::resolve::bearer;

/// Common nouns that are names of places too.
static NOUNS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    "turkey china panama jersey brazil java japan chile guinea cologne champagne bordeaux burgundy port madeira \
     cashmere denim bath reading nice mobile orange buffalo hell paradise hope sandwich rye cork hull tours male \
     split essen van sale battle deal march soil rugby derby ascot wells wash ham eye bury ash beer hook barking \
     cheddar limerick bar mission union enterprise independence liberty commerce justice normal peculiar surprise \
     eden best sake man ford bend superior speed bethesda"
        .split_whitespace()
        .collect()
});

/// What is in the sky, and hardly ever one of the villages that are named after it.
const HEAVENS: [&str; 9] = ["Earth", "Moon", "Mars", "Venus", "Mercury", "Jupiter", "Saturn", "Neptune", "Pluto"];

/// Common nouns among these that begin a sentence before other nouns: "Turkey prices rose".
static SUBJECT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^ (?:is|was|are|were) (?:fun|for dinner|served|roasted|cooked|best|eaten|good)(?-u:\b)|^ (?:dinners?|prices?|farms?|farmers?|meat|legs?|breasts?|sandwich(?:es)?|producers?|flocks?|soup|hunt(?:ing|ers?)?|cups?|plates?|tea|shops?|dolls?|time|lessons?|glasses|phones?|homes?|room|rooms|list|marmalade|juice|peel|weather|wings|herds?|meat|taps?|beans)(?-u:\b)",
    )
    .expect("the pattern is tested")
});

impl Corrected<'_> {
    /// Gives mentions of places that are none another label, or takes them out.
    pub(super) fn set_namesakes_apart(&mut self) {
        let mut kept = Vec::with_capacity(self.mentions.len());
        for mention in std::mem::take(&mut self.mentions) {
            let label =
                if mention.label == Label::Loc { self.label_of_place(mention, &kept) } else { Some(mention.label) };
            kept.extend(label.map(|label| mention.relabelled(label)));
        }
        self.mentions = kept;
    }

    /// The label of what was taken for a place, `None` if it is no name. `before`: the mentions before it.
    fn label_of_place(&self, mention: Mention, before: &[Mention]) -> Option<Label> {
        let (text, span) = (self.text, mention.span);
        if self.is_noun(span) {
            return None;
        }
        if bearer::is_aged(text, span) {
            return Some(Label::Per);
        }
        if bearer::is_borne_by_other(text, span, !self.is_place(span.of(text))) || self.is_in_bill(span, before) {
            return Some(Label::Misc);
        }
        if self.is_one_of_many(span) || self.is_in_title(span) {
            return Some(Label::Misc);
        }
        if self.is_goods(span) {
            return Some(Label::Org);
        }
        // But for "Earth, Texas".
        if HEAVENS.contains(&span.of(text)) && !self.behind(span.end).starts_with(", ") {
            return Some(Label::Misc);
        }
        Some(Label::Loc)
    }

    /// Whether a stretch is a common noun: "turkey" where places have capitals, "BATH TIME", "Turkey prices".
    fn is_noun(&self, span: Span) -> bool {
        let name = span.of(self.text);
        let noun = || NOUNS.contains(name.to_lowercase().as_str());
        let (before, behind) = (self.before(span.start), self.behind(span.end));
        if !name.chars().any(char::is_uppercase) {
            // "fire in london" is written so.
            return noun() || (self.has_cased_names() && !ends_with_whence(before));
        }
        if !noun() || ends_with_whence(before) {
            return false;
        }
        let upper = !name.chars().any(char::is_lowercase) && self.is_in_upper_line(span);
        // "BATH, Maine — The".
        let goes_on = behind.starts_with(' ') && behind[1..].starts_with(char::is_alphabetic);
        (upper && goes_on) || (begins_sentence(self.text, span.start) && SUBJECT.is_match(behind))
    }

    /// Whether names have capitals in this text: some word inside a sentence has one.
    fn has_cased_names(&self) -> bool {
        let inside = |(at, word): (usize, &str)| word != "I" && !begins_sentence(self.text, at);
        *self.has_cased_names.get_or_init(|| super::words::capitalised_words(self.text).any(inside))
    }

    /// Whether all letters of the line are capitals, and there is more of it than the name.
    fn is_in_upper_line(&self, span: Span) -> bool {
        let line = stretch_around(self.text, span, |c| c == '\n').of(self.text);
        !line.chars().any(char::is_lowercase) && line.split_whitespace().count() > 1
    }

    /// "The band Asia shared the bill with Berlin and Chicago": what is joined to a band by no word of place is another.
    fn is_in_bill(&self, span: Span, before: &[Mention]) -> bool {
        static BAND: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"(?i)(?-u:\b)(?:bands?|rock groups?|groups?|albums?|gig|setlist|supergroup)(?-u:\b)")
                .expect("the pattern is tested")
        });
        static JOINED: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(
                r"(?i)(?:(?-u:\b)(?:with|by|for|fans of|albums of|songs of|bands|like|and|or|than)|,) (?:the )?$",
            )
            .expect("the pattern is tested")
        });
        let sentence = sentence_around(self.text, span);
        let words = sentence.of(self.text);
        static MUSIC: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"(?i)(?-u:\b)(?:sang|sing|sings|played|plays|shared the bill|toured|fans|songs?|albums?|encore|guitar\w*|drummers?|singers?|bassists?|hits)(?-u:\b)")
                .expect("the pattern is tested")
        });
        let in_list = |mention: &Mention| {
            matches!(&self.text[mention.span.end..span.start], " and " | ", " | " or " | ", and ")
                && mention.label == Label::Loc
        };
        BAND.is_match(words)
            && MUSIC.is_match(words)
            && !before.last().is_some_and(in_list)
            && (JOINED.is_match(self.before(span.start)))
            && !ends_with_where(self.before(span.start))
    }

    /// "a Labrador and a Newfoundland": there is one place of a name, and "a Chapin man" goes on.
    fn is_one_of_many(&self, span: Span) -> bool {
        static ONE: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(r"(?i)(?:^|\s)(?:an?|two|three|another)\s$").expect("the pattern is tested"));
        static ENDS: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"^(?:[.;!?]|, (?:and|but|which|who)(?-u:\b)| and (?:a|an|the|she|he|his|her)(?-u:\b)|$)")
                .expect("the pattern is tested")
        });
        ONE.is_match(self.before(span.start)) && ENDS.is_match(self.behind(span.end))
    }

    /// Whether a stretch stands in a title in quotation marks, and is not all of it: “Midnight in Paris”.
    fn is_in_title(&self, span: Span) -> bool {
        static OPENED: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r#"(?:^|[\s(])[“"]((?:[\p{Lu}\d][\w’'-]*|a|an|and|at|by|for|from|in|of|on|or|the|to|with)(?: (?:[\p{Lu}\d][\w’'-]*|a|an|and|at|by|for|from|in|of|on|or|the|to|with))*) $"#)
                .expect("the pattern is tested")
        });
        static CLOSED: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r#"^(?: (?:[\p{Lu}\d][\w’'-]*|a|an|and|at|by|for|from|in|of|on|or|the|to|with))*,?[”"]"#)
                .expect("the pattern is tested")
        });
        static WORK: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"(?i)(?-u:\b)(?:films?|movies?|musicals?|novels?|albums?|songs?|plays?|operas?|premiered?|broadway|opened|aired|starring|directed|sang|titled?|episodes?|paintings?|poems?)(?-u:\b)")
                .expect("the pattern is tested")
        });
        let (before, behind) = (self.before(span.start), self.behind(span.end));
        let whole = before.ends_with(['“', '"', '‘']) && behind.trim_start_matches(',').starts_with(['”', '"', '’']);
        (OPENED.is_match(before) && CLOSED.is_match(behind))
            || (whole && WORK.is_match(sentence_around(self.text, span).of(self.text)))
    }

    /// "Kentucky" of "Kentucky Fried Chicken", where the model saw only the place.
    fn is_goods(&self, span: Span) -> bool {
        static GOODS: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"^ (?:Fried|Roadhouse|Grill|Pizza|Airlines|Airways|Motors|Dynamics|Consulting|Brewing|Records|Fries|Beer|Lager|Ale|Gin|Bulls|Celtics|Lakers|Knicks)(?-u:\b)")
                .expect("the pattern is tested")
        });
        GOODS.is_match(self.behind(span.end))
    }
}

/// Bytes of a sentence or a line on either side of a name that are looked at.
const FAR: usize = 1000;

/// The sentence that a stretch stands in, by its punctuation.
fn sentence_around(text: &str, span: Span) -> Span {
    stretch_around(text, span, |c| matches!(c, '.' | '!' | '?' | '\n'))
}

/// What stands around a stretch up to a character that ends it on either side.
fn stretch_around(text: &str, span: Span, ends: impl Fn(char) -> bool) -> Span {
    let from = text.ceil_char_boundary(span.start.saturating_sub(FAR));
    let to = text.floor_char_boundary((span.end + FAR).min(text.len()));
    let start = text[from..span.start].rfind(&ends).map_or(from, |at| from + at + 1);
    let end = text[span.end..to].find(&ends).map_or(to, |at| span.end + at);
    Span::new(start, end)
}
