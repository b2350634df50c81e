//! What a sentence speaks of, for positions that don't stand beside the name: "al-Bir is a village on the Tigris, 45 km
//! …", "It lies 45 km …", "The town is 45 km …".
//!
//! A pronoun, or "the town", stands for what the sentence before spoke of: its subject if that is a place, else the one
//! settlement that it names. Sentences in between that begin with a pronoun of their own are passed over.

use std::cell::OnceCell;
use std::sync::LazyLock;

use regex::Regex;

use super::expression::{Extent, Named, RelativeExpression, Target};
use super::words::{FEATURE, HEDGE, TYPE_WORD, VESSEL, is_feature};
use crate::document::Span;
use crate::mention::{Label, Mention};
use crate::sentence::{same_paragraph, sentences};

/// Sentences before a pronoun in which its place is looked for, at most.
const BACK: usize = 6;

/// Bytes of a sentence before the phrase, at most.
const LONGEST: usize = 600;

/// The subjects of a text's sentences, read when they are asked for.
pub struct Subjects<'a> {
    text: &'a str,
    mentions: &'a [Mention],
    named: &'a [Named],
    sentences: OnceCell<Vec<Span>>,
}

/// What a sentence begins with.
enum Opening {
    /// A place, and where its name ends.
    Place(usize, usize),
    /// "It", "The town", and where that ends.
    Pronoun(usize),
    /// "The population", "Its name": more about what was spoken of.
    MoreOfIt,
    /// Something else.
    Other,
}

/// What a pronoun may stand for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    /// The subject of the sentence before: "It is …" may be said of an army.
    Subject,
    /// What that sentence names, too: "It lies …".
    Sentence,
    /// What a sentence farther back speaks of, too: "The town …".
    Far,
}

/// What a place is called when it was named before.
const KINDS: &str = "village|town|city|settlement|municipality|commune|comune|community|place|site|hamlet|suburb|township|\
                     district|island|locality|parish|port|resort|base|station|neighbou?rhood|airport|airfield|airstrip|camp|\
                     mine|dam|lake|volcano|mountain|monastery|castle|facility|plant|pueblo|CDP";

/// "It", "The town", "This small village". Group 1: all.
static PRONOUN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        r"^((?:It|The\s+(?:\w+\s+){{0,2}}?(?:{KINDS})(?:\s+itself)?|This\s+(?:\w+\s+)?(?:{KINDS}))(?-u:\b))(?:['’]s\s+(?:located|situated|about|approximately|around|some|\d)|[^'’-]|$)"
    ))
    .expect("the pattern is tested")
});

/// The same behind an insertion at the beginning: "By road, it is", "Close to the border, the village lies". Group 1: all up to
/// the verb.
static LATE_PRONOUN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        r"^([A-Z][^.;:!?]{{0,150}}?,\s+(?:it|the\s+(?:\w+\s+)?(?:{KINDS})))(?:['’]s\s+(?:located|situated|about|\d)|\s+(?:is|was|lies|lay|sits|stands)(?-u:\b))"
    ))
    .expect("the pattern is tested")
});

/// A ship, a storm or the like: it has a position, and is no place.
static MOVING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(r"(?i)^(?:(?:the|an?|tropical|severe|super|oil|cargo)\s+){{0,3}}(?:{VESSEL})(?-u:\b)"))
        .expect("the pattern is tested")
});

/// A mark of a footnote behind the end of a sentence: `in 2010.[1] It lies`.
static FOOTNOTE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[.!?](?:\[[\w ]{1,24}\])+\s+").expect("the pattern is tested"));

/// What says in a sentence that its subject is a place.
static SETTLES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?i)(?-u:\b)(?:is|was)\s+(?:an?|the|one\s+of\s+the)\s+(?:[\w-]+,?\s+){{0,5}}?(?:{TYPE_WORD}|{KINDS}|borough|barangay|raion|seat)(?-u:\b)"
    ))
    .expect("the pattern is tested")
});

static MORE_OF_IT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:(?:Its|The\s+(?:population|name|area|economy|climate|elevation|municipal\w*|(?:\w+\s+){0,2}(?:village|town|city)['’]s|area)|As\s+of|At\s+the\s+\d{4}|According\s+to\s+the\s+\d{4}|In\s+\d{4}|Population|Postal|Formerly)(?-u:\b)|[a-z(\[])")
        .expect("the pattern is tested")
});

/// The beginning of a sentence up to the place that it speaks of: "The city of", nothing.
static LEAD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(r"^(?:[Tt]he\s+)?(?:(?:\w+\s+){{0,2}}{TYPE_WORD}\s+of\s+)?$")).expect("the pattern is tested")
});

/// What says, between the subject and the phrase, that it is the subject that lies there.
static DEFINES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?i)(?:(?-u:\b)(?:is|was|are|lies|lay|sits|sat|stands)|^['’]s)\s+(?:(?:also|now|currently|today|mainly|mostly|largely|both|approximately)\s+)?(?:an?|the|one|principal|capital|located|situated|positioned|found|based|built|set|sited|perched|centred|centered|part|in|on|at|near|between|along|just|$|{HEDGE}|\d)"
    ))
    .expect("the pattern is tested")
});

/// What stands right before a phrase that speaks of the subject.
static TIES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?i)(?:[,;)\]]|(?-u:\b)(?:located|situated|lies|lying|lay|is|was|sits|stands|placed|found|and|{TYPE_WORD})|(?-u:\b)(?:located|situated|lies|lying)(?-u:\b)[^;]{{0,200}})\s*(?:(?:at|a\s+distance\s+of|{HEDGE})\s+){{0,3}}$"
    ))
    .expect("the pattern is tested")
});

/// The same for "is a town in the north of the country about 45 km …": nothing but where it is stands in between.
static TIES_TOWN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?i)(?-u:\b)(?:is|was)\s+(?:an?|the)\s+(?:[\w-]+\s+){{0,4}}?{TYPE_WORD}(?:\s+(?:and|of)\s+(?:an?\s+)?(?:[\w-]+\s+){{0,2}}?[\w-]+)?\s+(?:in|on|of)\s([^;.:]{{1,160}}?)\s+(?:(?:at|{HEDGE})\s+)*$"
    ))
    .expect("the pattern is tested")
});

/// What is said of nothing but a place.
static LIES: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)(?-u:\b)(?:lies|lay|located|situated)(?-u:\b)").expect("the pattern is tested"));

/// "Located 45 km north of", at the beginning of a sentence.
static PARTICIPLE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        r"^(?:Located|Situated|Lying|Based|Sitting)\s+(?:(?:at|a\s+distance\s+of|in|on|{HEDGE})\s+){{0,2}}$"
    ))
    .expect("the pattern is tested")
});

/// Nothing, or "About", at the beginning of a sentence.
static PHRASE_FIRST: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(&format!(r"^(?:(?i:{HEDGE})\s+)?$")).expect("the pattern is tested"));

/// What is said of a place and hardly of anything else: "is 45 km", "is located … 45 km".
static SAYS_WHERE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?i)(?:^|\s)(?:lies|lay|is|was|located|situated|['’]s)\s+(?:(?:(?:at|a\s+distance\s+of|{HEDGE})\s+)*$|(?:on|in|at|located|situated|positioned)(?-u:\b))"
    ))
    .expect("the pattern is tested")
});

/// "the village of", right before a name; "town", right behind it.
static CALLED_BEFORE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(&format!(r"(?i){TYPE_WORD}\s+of\s+$")).expect("the pattern is tested"));
static CALLED_BEHIND: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(&format!(r"(?i)^\s+{TYPE_WORD}(?-u:\b)")).expect("the pattern is tested"));

/// Whether words between a subject and a phrase say that it is a town, and then nothing but where.
fn ties_town(between: &str) -> bool {
    static CLAUSE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)(?-u:\b)(?:where|who|whose|which|that|when|after|before|while|as|since|until|because|killed|left|fled|said)(?-u:\b)")
            .expect("the pattern is tested")
    });
    TIES_TOWN.captures(between).is_some_and(|found| !CLAUSE.is_match(&found[1]))
}

/// The sentences of a text; such as end with the mark of a footnote end there, and none ends inside a bracket.
fn statements(text: &str) -> Vec<Span> {
    let mut found: Vec<Span> = Vec::new();
    let mut depth = 0i32;
    for sentence in sentences(text) {
        let goes_on =
            |last: &Span| sentence.end - last.start < LONGEST && same_paragraph(&text[last.end..sentence.start]);
        let joined = depth > 0 && found.last().is_some_and(goes_on);
        let start = match found.pop() {
            Some(last) if joined => last.start,
            last => {
                found.extend(last);
                depth = 0;
                sentence.start
            }
        };
        let opened = |c: char| i32::from(matches!(c, '(')) - i32::from(matches!(c, ')'));
        depth = (depth + sentence.of(text).chars().map(opened).sum::<i32>()).max(0);
        let whole = &text[start..sentence.end];
        let mut from = 0;
        let notes = whole.contains('[').then(|| FOOTNOTE.find_iter(whole));
        for note in notes.into_iter().flatten() {
            found.push(Span::new(start + from, start + note.start() + note.as_str().trim_end().len()));
            from = note.end();
        }
        found.push(Span::new(start + from, sentence.end));
    }
    found
}

impl<'a> Subjects<'a> {
    /// The subjects of a text.
    pub fn new(text: &'a str, mentions: &'a [Mention], named: &'a [Named]) -> Self {
        Self { text, mentions, named, sentences: OnceCell::new() }
    }

    fn sentences(&self) -> &[Span] {
        self.sentences.get_or_init(|| statements(self.text))
    }

    /// What the sentence of an expression says lies there.
    pub fn of(&self, expression: &RelativeExpression) -> Option<Target> {
        let start = expression.span.start;
        let all = self.sentences();
        let number = all.partition_point(|sentence| sentence.end <= start);
        let sentence = *all.get(number).filter(|sentence| sentence.start <= start)?;
        if start - sentence.start > LONGEST {
            return None;
        }
        let head = &self.text[sentence.start..start];
        let tied = |mention| Target { mention, tied: true };
        if PHRASE_FIRST.is_match(head) && expression.stated.is_measured() {
            return self.behind(expression, sentence).filter(|&place| self.is_subject(place)).map(tied);
        }
        if PARTICIPLE.is_match(head) {
            return self.behind(expression, sentence).or_else(|| self.antecedent(number, Reach::Far)).map(tied);
        }
        let (end, mention) = match self.opening(sentence) {
            Opening::Place(mention, end) => (end, Some(mention)),
            Opening::Pronoun(end) => (end, None),
            Opening::MoreOfIt | Opening::Other => return None,
        };
        let between = self.text.get(end..start)?;
        let tied_by_words = mention.is_none() || TIES.is_match(between) || ties_town(between);
        if !DEFINES.is_match(between) || !tied_by_words || self.has_other_place(end, start, expression) {
            return None;
        }
        if mention.is_some_and(|mention| self.named[mention].extent == Extent::Country) {
            return None;
        }
        let reach = match (&self.text[sentence.start..end], LIES.is_match(between)) {
            ("It", false) => Reach::Subject,
            ("It", true) => Reach::Sentence,
            _ => Reach::Far,
        };
        let topic =
            || self.topic(number).filter(|_| expression.stated.distance.is_some() && SAYS_WHERE.is_match(between));
        mention.or_else(|| self.antecedent(number, reach)).or_else(topic).map(tied)
    }

    /// The place that the text speaks of: what the nearest sentence before, that says of its subject that it is a place, speaks
    /// of. None if the sentence before names another settlement, or a ship or the like.
    fn topic(&self, number: usize) -> Option<usize> {
        let before = &self.sentences()[..number];
        let last = *before.last()?;
        let defined = |&sentence: &Span| match self.opening(sentence) {
            Opening::Place(mention, _) if self.named[mention].extent != Extent::Country => {
                SETTLES.is_match(sentence.of(self.text)).then_some(mention)
            }
            _ => None,
        };
        let found = before.iter().rev().take(BACK).find_map(defined)?;
        let name = |mention: usize| self.mentions[mention].span.of(self.text);
        let another = |n: usize| self.named[n].extent == Extent::Spot && name(n) != name(found);
        let passes = matches!(self.opening(last), Opening::Place(..) | Opening::Pronoun(_) | Opening::MoreOfIt)
            || !self.places_in(last).any(another) && !MOVING.is_match(last.of(self.text));
        passes.then_some(found)
    }

    /// Whether, for a phrase without distance, another place stands between the subject and the phrase: it may be what
    /// lies there.
    fn has_other_place(&self, from: usize, to: usize, expression: &RelativeExpression) -> bool {
        let first = self.mentions.partition_point(|mention| mention.span.start < from);
        let between = self.mentions[first..].iter().take_while(|mention| mention.span.end <= to);
        let mut spots = between.zip(&self.named[first..]).filter(|(mention, named)| {
            mention.label == Label::Loc && named.extent.is_spot() && !is_feature(mention.span.of(self.text))
        });
        !expression.stated.is_measured() && spots.next().is_some()
    }

    /// "Located 45 km north of Mosul, al-Bir is …", "45 km north of Mosul, al-Bir is …".
    fn behind(&self, expression: &RelativeExpression, sentence: Span) -> Option<usize> {
        let anchor = *expression.anchors.last()?;
        let next = anchor + 1;
        let mention =
            self.mentions.get(next).filter(|next| next.label == Label::Loc && next.span.end <= sentence.end)?;
        let gap = &self.text[self.mentions[anchor].span.end..mention.span.start];
        let comma = gap.trim() == "," || gap.trim() == ", the";
        (comma && self.named[next].extent.is_spot()).then_some(next)
    }

    /// Whether a verb follows that has the mention as its subject.
    fn is_subject(&self, mention: usize) -> bool {
        static VERB: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"^\s+(?:is|was|lies|lay|sits|stands|has|had|became|remains|fell|serves)(?-u:\b)")
                .expect("the pattern is tested")
        });
        VERB.is_match(&self.text[self.mentions[mention].span.end..])
    }

    fn opening(&self, sentence: Span) -> Opening {
        let text = sentence.of(self.text);
        if let Some(found) = LATE_PRONOUN.captures(text) {
            return Opening::Pronoun(sentence.start + found[1].len());
        }
        if let Some(found) = PRONOUN.captures(text) {
            // "The town of al-Bir" names it.
            let end = sentence.start + found[1].len();
            if !self.text[end..sentence.end].trim_start().starts_with("of ") {
                return Opening::Pronoun(end);
            }
        }
        let first = self.mentions.partition_point(|mention| mention.span.start < sentence.start);
        if let Some(mention) = self.mentions.get(first).filter(|mention| mention.span.end <= sentence.end) {
            let lead = &self.text[sentence.start..mention.span.start];
            let possessive = self.text[mention.span.end..].starts_with(['\'', '’']);
            if mention.label == Label::Loc && lead.len() < 80 && LEAD.is_match(lead) && !possessive {
                return Opening::Place(first, mention.span.end);
            }
        }
        if MORE_OF_IT.is_match(text) { Opening::MoreOfIt } else { Opening::Other }
    }

    /// What a pronoun in this sentence stands for.
    fn antecedent(&self, number: usize, reach: Reach) -> Option<usize> {
        let all = self.sentences();
        for back in 1..=BACK.min(number) {
            let sentence = all[number - back];
            match self.opening(sentence) {
                Opening::Place(mention, _) if self.may_lie(mention) => return Some(mention),
                Opening::Other if MOVING.is_match(sentence.of(self.text)) => return None,
                Opening::Pronoun(_) | Opening::MoreOfIt => {}
                Opening::Place(..) | Opening::Other if back == 1 => {
                    if reach > Reach::Subject
                        && let Some(settlement) = self.settlement_of(sentence)
                    {
                        return Some(settlement);
                    }
                    if reach < Reach::Far && self.places_in(sentence).next().is_some() {
                        return None;
                    }
                }
                Opening::Place(..) | Opening::Other => {}
            }
        }
        None
    }

    /// Whether a position can be that of a mention: countries and rivers have none.
    fn may_lie(&self, mention: usize) -> bool {
        self.named[mention].extent != Extent::Country && !FEATURE.is_match(self.mentions[mention].span.of(self.text))
    }

    fn places_in(&self, sentence: Span) -> impl Iterator<Item = usize> + '_ {
        let first = self.mentions.partition_point(|mention| mention.span.start < sentence.start);
        (first..self.mentions.len())
            .take_while(move |&n| self.mentions[n].span.end <= sentence.end)
            .filter(|&n| self.mentions[n].label == Label::Loc)
    }

    /// The settlement that a sentence names: the last that it calls one, or else the only spot in it.
    fn settlement_of(&self, sentence: Span) -> Option<usize> {
        let spot = |&n: &usize| self.named[n].extent == Extent::Spot && self.may_lie(n);
        let called = |&n: &usize| {
            let span = self.mentions[n].span;
            let from = self.text.ceil_char_boundary(span.start.saturating_sub(40).max(sentence.start));
            let to = self.text.floor_char_boundary((span.end + 40).min(sentence.end));
            CALLED_BEFORE.is_match(&self.text[from..span.start]) || CALLED_BEHIND.is_match(&self.text[span.end..to])
        };
        let spots: Vec<usize> = self.places_in(sentence).filter(spot).collect();
        match spots[..] {
            [only] => Some(only),
            _ => spots.into_iter().rev().find(called),
        }
    }
}
