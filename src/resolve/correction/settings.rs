//! What the words leave to be nothing but a place is one, where the gazetteer has it and the model wavers: "Wuppertal (remote
//! option)".

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::lookups::Found;
use super::words::{begins_sentence, ends_with_where};
use super::{ADDED, Corrected, Standing};
use crate::document::Span;
use crate::gazetteer::NameKind;
use crate::mention::Label;

/// From this probability on a name that the model left out may be a place, if the gazetteer has it: one of several words,
/// which few other things are called by; one word behind "in"; another.
const LEFT_OUT: [f32; 3] = [0.2, 0.25, 0.4];

/// From this probability on that it is a place, a name of another label is one: where the words leave nothing else; behind
/// "in" or in a list of places.
const OVERRULED: [f32; 2] = [0.005, 0.2];

/// Inhabitants of a town that a list of towns may name.
const TOWN: u64 = 10_000;

impl Corrected<'_> {
    /// Makes places of names that the model left out, or took for something else.
    pub(super) fn settle(&mut self) {
        for span in self.evidence.stretches(self.text, Label::Loc, LEFT_OUT[0]) {
            // "the Maiduguri-Damaturu road".
            let parts = match self.is_well_known_as(span.of(self.text)) {
                true => vec![span],
                false => parts(self.text, span),
            };
            let all =
                parts.iter().all(|&part| self.standing(part) != Standing::Other && self.is_place_left_out(part, span));
            for part in parts.into_iter().filter(|_| all) {
                self.set(part, ADDED);
            }
        }
        for n in 0..self.mentions.len() {
            if self.mentions[n].label != Label::Loc && self.is_place_taken_for_other(n) {
                self.mentions[n] = self.mentions[n].relabelled(Label::Loc);
            }
        }
        self.settle_lists();
    }

    /// "Oran, Setif and Batna were calm": three towns of one country of which something is said that is said of towns.
    fn settle_lists(&mut self) {
        static SAID: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"^ (?:were|are|was|remained?|stayed|came|lay|fell)(?: \w+)? (?:calm|quiet|tense|hit|shelled|bombed|struck|flooded|closed|cut off|without|under|dark|empty|besieged|retaken|also|in ruins|deserted|spared)(?-u:\b)")
                .expect("the pattern is tested")
        });
        let mut first = 0;
        for n in 0..self.mentions.len() {
            if n > first && !self.is_joined(n - 1, n) {
                first = n;
            }
            let list = first..n + 1;
            let evident = |n: usize| self.evidence.of_any(self.text, self.mentions[n].span) > 0.0;
            if list.len() >= 3
                && SAID.is_match(self.behind(self.mentions[n].span.end))
                && list.clone().all(evident)
                && self.are_towns_of_one_country(list.clone())
            {
                self.mentions[list].iter_mut().for_each(|mention| *mention = mention.relabelled(Label::Loc));
            }
        }
    }

    /// Whether some country has a town by each name of a list.
    fn are_towns_of_one_country(&self, list: Range<usize>) -> bool {
        let countries = |n: usize| {
            let places = self.places(self.mentions[n].span.of(self.text));
            let towns = places.filter(|place| place.population.is_some_and(|inhabitants| inhabitants >= TOWN));
            towns.filter_map(|place| place.country).collect::<Vec<_>>()
        };
        let mut rest = list.map(countries);
        let first = rest.next().unwrap_or_default();
        let rest: Vec<_> = rest.collect();
        first.iter().any(|country| rest.iter().all(|countries| countries.contains(country)))
    }

    /// `around`: the stretch of words that it is, or is a part of.
    fn is_place_left_out(&self, span: Span, around: Span) -> bool {
        if self.standing(span) != Standing::Free {
            return self.standing(span) == Standing::Mention(Label::Loc);
        }
        let name = span.of(self.text);
        let likely = self.evidence.of(self.text, span, Label::Loc);
        let others = self.evidence.of_any(self.text, span) - likely;
        let least = match around.of(self.text).contains([' ', '-']) {
            true => LEFT_OUT[0],
            _ if ends_with_where(self.before(span.start)) => LEFT_OUT[1],
            _ => LEFT_OUT[2],
        };
        likely >= least && likely >= others && self.stands_alone(around) && self.is_well_known_as(name)
    }

    fn is_place_taken_for_other(&self, n: usize) -> bool {
        let mention = self.mentions[n];
        let name = mention.span.of(self.text);
        let likely = self.evidence.of(self.text, mention.span, Label::Loc);
        if likely < OVERRULED[0] || !name.chars().any(char::is_lowercase) || !self.is_well_known_as(name) {
            return false;
        }
        let is_set = || ends_with_where(self.before(mention.span.start)) || self.is_headed(mention.span);
        (likely >= OVERRULED[1] && (self.is_listed(n) || is_set())) || self.is_set_as_place(mention.span)
    }

    /// Whether a stretch is no part of a longer name: "Home" of "Rohland Funeral Home", "Market" of "Farm to Market 678".
    fn stands_alone(&self, span: Span) -> bool {
        static GENERIC: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"^(?:Church|Market|Line|Ward|North|South|East|West|Hills?|Home|Casino|Gates?|University|Streets?|Parkway|Road|Plains|Center|Centre|Congress|Parliament|Senate|House|Park|School|Christian|Square|Court|Station|Mission|Union|Church)$")
                .expect("the pattern is tested")
        });
        let (before, behind) = (self.before(span.start), self.behind(span.end));
        let last = before.trim_end().rsplit(char::is_whitespace).next().unwrap_or_default();
        let joined_before = !begins_sentence(self.text, span.start)
            && (last.starts_with(char::is_uppercase) || last.ends_with(['&', '/', '-', '.']))
            && !last.ends_with([',', ';', ':']);
        let joined_behind = behind
            .strip_prefix(' ')
            .is_some_and(|behind| behind.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit() || c == '&'))
            || behind.starts_with(['/', '-', '&']);
        !joined_before && !joined_behind && !GENERIC.is_match(span.of(self.text))
    }

    /// Whether the gazetteer has a place that goes by a name in a text of our language.
    fn is_well_known_as(&self, name: &str) -> bool {
        let known = self.gazetteer.lookup_strictly(name);
        // The European Union is an organisation, wherever its land is.
        let is_place = |found: &Found<'_>| found.place.feature != "ZN";
        known.iter().any(|found| !matches!(found.kind, NameKind::Demonym | NameKind::Abbreviation) && is_place(found))
    }

    /// Whether the words beside a name say that it is a place: "the town of Hope", "Leeds (UK)", "Bakhmut (formerly
    /// Artemivsk)", "Product manager, Lyon (full time)".
    fn is_set_as_place(&self, span: Span) -> bool {
        static KIND_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"(?i)(?-u:\b)(?:cit(?:y|ies)|towns?|villages?|hamlet|suburbs?|districts?|provinces?|county|port|island|oblast|governorate|outskirts|streets|residents|people|mayor|hospital in|north|south|east|west) of (?:the )?$")
                .expect("the pattern is tested")
        });
        static KIND_BEHIND: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"^ (?:town|city|village|province|oblast|governorate|prefecture|region|countryside|suburbs?)(?:[^\w-]|$)")
                .expect("the pattern is tested")
        });
        static FORMERLY: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"^ ?\((?:formerly|now|then|once|today|previously|also|Ukrainian|Russian|Arabic|Kurdish|German|Polish|Hebrew|ex-)(?-u:\b)")
                .expect("the pattern is tested")
        });
        static FORMER: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"\((?:formerly|now|then|once|today|previously)(?: called| known as)? $")
                .expect("the pattern is tested")
        });
        static ROUTE: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"(?i)(?-u:\b)(?:trains?|flights?|bus(?:es)?|(?:rail)?roads?|ferr(?:y|ies)|borders?|highways?|railways?|motorways?|routes?|pipelines?) (?:\w+ ){0,2}between (?:\p{Lu}\w* and )?$")
                .expect("the pattern is tested")
        });
        static EVENT: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"(?i)(?:^|[\n.!?;] ?)(?:\w+ )?(?:shelling|mortars?|mortar fire|air ?strikes?|air raids?|clashes|explosions?|blasts?|ied|ambush|raids?|strikes?|rocket fire|gunfire|curfew|power cuts?|quake|earthquake|floods?|fighting|roadblock)(?: in| near| at)?[,:]? $")
                .expect("the pattern is tested")
        });
        static POST: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"(?i)^ ?(?:\(|[-–—/|,] ?)(?:\d+ ?%|full|part|remote|hybrid|on-?site|home|office|m/[fw]|f/m|all genders|permanent|temporary|contract|freelance|intern|night|day|shift|fixed|limited|unlimited|hourly|from \d|\d)")
                .expect("the pattern is tested")
        });
        let (before, behind) = (self.before(span.start), self.behind(span.end));
        KIND_BEFORE.is_match(before)
            || KIND_BEHIND.is_match(behind)
            || ROUTE.is_match(before)
            || EVENT.is_match(before)
            || FORMERLY.is_match(behind)
            || (FORMER.is_match(before) && behind.starts_with(')'))
            || (POST.is_match(behind) && self.is_heading(span))
            || self.has_other_name_behind(span)
    }

    /// "Graz: Two die in a fire".
    fn is_headed(&self, span: Span) -> bool {
        let begins = self.text[..span.start].ends_with('\n') || span.start == 0;
        begins && self.behind(span.end).strip_prefix(": ").is_some_and(|behind| behind.starts_with(char::is_uppercase))
    }

    /// Whether a line has no sentence, but a few words: a job offer, a label.
    fn is_heading(&self, span: Span) -> bool {
        let start = self.text[..span.start].rfind('\n').map_or(0, |at| at + 1);
        let end = self.text[span.end..].find('\n').map_or(self.text.len(), |at| span.end + at);
        let line = &self.text[start..end];
        line.len() <= super::words::REACH && !line.trim_end().ends_with(['.', '!', '?'])
    }

    /// "Leeds (UK)", "Dnipro (Dnepropetrovsk)": what it lies in stands in brackets behind it, or another name of it.
    fn has_other_name_behind(&self, span: Span) -> bool {
        static BRACKETS: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(r"^ ?\((\p{Lu}[\w.’' -]*)\)").expect("the pattern is tested"));
        let name = span.of(self.text);
        let behind = BRACKETS.captures(self.behind(span.end)).and_then(|brackets| brackets.get(1));
        let inside = self.text[..span.start].ends_with('(') && self.text[span.end..].starts_with(')');
        let before = self.text[..span.start].trim_end_matches('(').trim_end();
        let before = inside.then(|| self.name_before(before.len())).flatten();
        let same = |other: &str| {
            let (here, there) = (self.gazetteer.lookup(name), self.gazetteer.lookup(other));
            let is_there = |here: &Found<'_>| there.iter().any(|there| there.place.index == here.place.index);
            here.iter().any(is_there) || self.holds(other, name)
        };
        behind.is_some_and(|other| same(other.as_str())) || before.is_some_and(|other| same(other.of(self.text)))
    }

    /// Whether two mentions are neighbours in a list.
    fn is_joined(&self, left: usize, right: usize) -> bool {
        static BETWEEN: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(r"^(?:, (?:and |or )?| and | or )(?:the )?$").expect("the pattern is tested"));
        BETWEEN.is_match(&self.text[self.mentions[left].span.end..self.mentions[right].span.start])
    }

    /// Whether a mention stands in a list with one that is a place for sure, beside it.
    fn is_listed(&self, n: usize) -> bool {
        let place = |n: usize| self.mentions[n].label == Label::Loc && self.mentions[n].score >= super::repeated::SURE;
        (n > 0 && place(n - 1) && self.is_joined(n - 1, n))
            || (n + 1 < self.mentions.len() && place(n + 1) && self.is_joined(n, n + 1))
    }
}

/// The parts of a stretch that hyphens join.
fn parts(text: &str, span: Span) -> Vec<Span> {
    let parts = span.of(text).split('-').filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let start = part.as_ptr() as usize - text.as_ptr() as usize;
            Span::new(start, start + part.len())
        })
        .collect()
}
