//! Phrases without a distance: "south of Krasnohorivka", "northern Iraq", "off the coast of Yemen", "between Homs and
//! Hama", "near", "on the outskirts of".
//!
//! Such words also stand where no position is meant ("talks between Homs and Hama", "sources close to Tehran"): each form
//! has its guards, because a wrong position costs more than a missing one.

use std::sync::LazyLock;

use regex::Regex;

use super::expression::{Extent, Named, RelationKind, Stated, StatedDirection};
use super::words::{TO_NAME, TYPE_WORD};
use crate::document::Span;
use crate::resolve::quantity;
use crate::sentence::same_paragraph;

/// A name of a place with the text around it.
#[derive(Clone, Copy, Debug)]
pub struct Beside<'a> {
    /// The text before.
    pub before: &'a str,
    /// The name.
    pub name: &'a str,
    /// The text behind.
    pub behind: &'a str,
}

impl Beside<'_> {
    /// The span of a phrase, counted from where the text before begins, that takes up the end of it from `start`.
    fn ending_before(&self, start: usize) -> Span {
        Span::new(start, self.before.len())
    }

    /// The same of one that goes on behind the name.
    fn ending_behind(&self, start: usize, length: usize) -> Span {
        Span::new(start, self.before.len() + self.name.len() + length)
    }
}

/// A compass point as a noun.
pub(super) const POINT: &str = "(?:north|south)(?:[- ]?(?:north|south))?(?:[- ]?(?:east|west))?|(?:east|west)(?:[- ]?(?:north|south)[- ]?(?:east|west))?";

/// "the border town of", "the disputed".
fn to_name() -> String {
    format!(
        r"{TO_NAME}(?:(?:\w+\s+){{0,2}}?{TYPE_WORD}(?:\s+of|,)?\s+)?(?:the\s+)?(?:(?:disputed|contested|besieged|occupied|historic|ancient)\s+)?$"
    )
}

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is tested")
}

/// Reads the phrase that starts from a place. The span counts from where the text before begins.
pub fn read(beside: &Beside<'_>, named: Named) -> Option<(Span, Stated)> {
    if named.part_of.is_some() {
        return inside(beside);
    }
    let (span, stated) = match last_word(beside.before).as_str() {
        "" => behind(beside),
        _ => behind(beside).or_else(|| before(beside, named)),
    }?;
    let phrase = Span::new(span.start, span.end.min(beside.before.len()).max(span.start));
    same_paragraph(phrase.of(beside.before)).then_some((span, stated))
}

/// The last word before a name, in lower case: most words end no phrase, and telling that is quick.
fn last_word(before: &str) -> String {
    let word = before.trim_end();
    let start = word
        .rfind(|c: char| !c.is_alphabetic())
        .map_or(0, |at| at + word[at..].chars().next().map_or(1, char::len_utf8));
    word[start..].to_lowercase()
}

fn before(beside: &Beside<'_>, named: Named) -> Option<(Span, Stated)> {
    let word = last_word(beside.before);
    let is_point = word.ends_with("ern")
        || word.ends_with("north")
        || word.ends_with("south")
        || word.ends_with("east")
        || word.ends_with("west");
    if is_point || matches!(word.as_str(), "central" | "downtown") {
        return adjective(beside, named);
    }
    outskirts(beside)
        .or_else(|| coast(beside))
        .or_else(|| side(beside))
        .or_else(|| near(beside, named))
        .or_else(|| direction(beside))
}

/// Whether a sentence, or a line, begins there.
fn begins(before: &str, start: usize) -> bool {
    let lead = before[..start].trim_end();
    start == 0 || lead.ends_with(['.', '!', '?', ':', '"', '“', '—', '–']) || before[lead.len()..start].contains('\n')
}

/// "northern Iraq" where the mention is only "Iraq".
fn adjective(beside: &Beside<'_>, named: Named) -> Option<(Span, Stated)> {
    static ADJECTIVE: LazyLock<Regex> = LazyLock::new(|| {
        regex(&format!(r"(?:^|[^\w'’.-])((?:(?:far|deep)[\s-]+)?((?i:{POINT})(?:ern)?|[Cc]entral|downtown))\s+$"))
    });
    let found = ADJECTIVE.captures(beside.before)?;
    let word = &found[2];
    let start = found.get(1)?.start();
    let lead = beside.before[..start].trim_end();
    // A capital letter makes it a part of a name, but for that of a sentence's first word.
    if word.starts_with(char::is_uppercase) && !begins(beside.before, start) {
        return None;
    }
    // "China's southeastern Anhui province" is a province in the southeast of China.
    if lead.ends_with("'s") || lead.ends_with("’s") || called_division(beside) || followed_by_name(beside) {
        return None;
    }
    // "central Asia" is a region of that name.
    if ["Asia", "Africa", "Europe", "America", "Americas"].contains(&beside.name) {
        return None;
    }
    // "north Fifth Street": a point as it is, before something small, is more often a part of its name.
    if named.extent == Extent::Spot && !word.ends_with("ern") && word != "central" && word != "downtown" {
        return None;
    }
    Some((beside.ending_before(start), part(word)?))
}

static INSIDE: LazyLock<Regex> =
    LazyLock::new(|| regex(&format!(r"^((?i:{POINT})(?:ern)?|[Cc]entral|[Dd]owntown)\s+(?:parts?\s+of\s+)?")));

/// A name without the words of direction that it begins with: "Iraq" of "northern Iraq", "Korea" of "North Korea". `None`
/// if it doesn't begin with any.
pub fn without_direction(name: &str) -> Option<&str> {
    INSIDE.find(name).map(|direction| &name[direction.end()..])
}

/// "northern Iraq" where that is the mention.
fn inside(beside: &Beside<'_>) -> Option<(Span, Stated)> {
    let found = INSIDE.captures(beside.name)?;
    // With a capital it may be a name that the gazetteer doesn't know: "the Central Plateau".
    static COMMON: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?-u:\b)(?:Plateau|Coast|Highlands?|Lowlands?|Midlands?|Plains?|Desert|Valley|Corridor|Line|Front|Ocean|Sea|Hills?|Range|Isles?|Side|End|Ridge|Park|Market|Station|Avenue|Street|Road|Command|District|Bank)(?-u:\b)",
        )
    });
    let is_name = beside.name.starts_with(char::is_uppercase) && COMMON.is_match(beside.name);
    if is_name
        || called_division(beside)
        || followed_by_name(beside)
        || beside.before.ends_with("'s ")
        || beside.before.ends_with("’s ")
    {
        return None;
    }
    let start = beside.before.len();
    Some((Span::new(start, start + found[0].len()), part(&found[1])?))
}

/// Whether the name is called a division or settlement: "northern Thai Nguyen province" may be a province in the north.
fn called_division(beside: &Beside<'_>) -> bool {
    static CALLED: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?i)(?:^|\s)(?:provinces?|city|towns?|villages?|districts?|municipality|islands?|ports?|governorate|region|prefecture|department|areas?|suburbs?|oblast|state)(?-u:\b)",
        )
    });
    let end = beside.behind.char_indices().nth(16).map_or(beside.behind.len(), |(at, _)| at);
    static NEXT: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?i)^\s+(?:provinces?|city|towns?|villages?|districts?|municipality|islands?|ports?|governorate|region|prefecture|department|suburbs?|oblast|state)(?-u:\b)",
        )
    });
    NEXT.is_match(&beside.behind[..end]) || CALLED.is_match(beside.name)
}

/// Whether the name goes on behind: with a capital ("northern Mali Front"), a hyphen ("the Argentina-Chile border"), or a
/// word for what is named after a place ("the southern Mali front", "North Gauteng division").
fn followed_by_name(beside: &Beside<'_>) -> bool {
    static NAMED_AFTER: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"^\s+(?:front|division|command|branch|campus|team|derby|police|army|time|border|railway|line|highway|road)(?-u:\b)",
        )
    });
    if NAMED_AFTER.is_match(beside.behind) {
        return true;
    }
    let mut behind = beside.behind.chars();
    match behind.next() {
        Some('-' | '–' | '/') => true,
        Some(' ') => behind.next().is_some_and(char::is_uppercase),
        _ => false,
    }
}

/// A part by its word: "northern", "south-east", "central".
fn part(word: &str) -> Option<Stated> {
    let lower = word.to_lowercase();
    let direction = if lower == "central" || lower == "downtown" { None } else { Some(point(&lower)?) };
    Some(Stated { direction, ..Stated::of(RelationKind::Part) })
}

pub(super) fn point(word: &str) -> Option<StatedDirection> {
    let lower = word.to_lowercase();
    let word = lower
        .trim_end_matches("ernmost")
        .trim_end_matches("most")
        .trim_end_matches("ern")
        .trim_end_matches("wards")
        .trim_end_matches("ward");
    let (bearing, sector) = quantity::direction(word)?;
    Some(StatedDirection { bearing, sector })
}

/// "in the north of Iraq", "the northern part of Iraq".
fn side(beside: &Beside<'_>) -> Option<(Span, Stated)> {
    static NOUN: LazyLock<Regex> = LazyLock::new(|| {
        regex(&format!(
            r"(?i)(?-u:\b)(?:in|from|across|throughout|through|over)\s+(the\s+(?:(?:far|extreme|deep|whole)\s+)?({POINT}|cent(?:er|re)|heart)\s+of\s+(?:the\s+)?)$"
        ))
    });
    static PHRASE: LazyLock<Regex> = LazyLock::new(|| {
        regex(&format!(
            r"(?i)(?-u:\b)(the\s+(?:(?:far|extreme)\s+)?((?:{POINT})(?:ern(?:most)?)?|central)\s+(?:parts?|half|end|tip|corner|reaches)\s+of\s+(?:the\s+)?)$"
        ))
    });
    let found = NOUN.captures(beside.before).or_else(|| PHRASE.captures(beside.before))?;
    let word = found[2].to_lowercase();
    let word = if word.starts_with("cent") || word == "heart" { "central" } else { &word };
    if followed_by_name(beside) {
        return None;
    }
    Some((beside.ending_before(found.get(1)?.start()), part(word)?))
}

/// "south of Krasnohorivka".
fn direction(beside: &Beside<'_>) -> Option<(Span, Stated)> {
    static DIRECTION: LazyLock<Regex> = LazyLock::new(|| {
        regex(&format!(
            r"(?:^|[^\w'’-])((?i:(?:(?:just|directly|due|immediately|far|slightly|further|farther|lying)\s+)?(?:to\s+the\s+)?)((?i:{POINT}))(?:wards?)?\s+(?i:of|from)\s+(?i:{}))",
            to_name()
        ))
    });
    // "two hours south of", "the north of", "45 km (28 miles) south of": another form, or one that isn't read.
    static OTHER: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?i)(?:(?-u:\b)the|(?-u:\b)(?:far|extreme)|\d|(?-u:\b)(?:kilomet\w+|kms?|miles?|mi|met(?:er|re)s?|m|nm|hours?|hrs?|minutes?|mins?|days?|blocks?|yards?|feet|acres|degrees?|leagues|drive|walk|flight)(?-u:\b)\.?|[)\]])[\s,]*(?:to|away)?\s*$",
        )
    });
    let found = DIRECTION.captures(beside.before)?;
    let start = found.get(1)?.start();
    if found[1].starts_with(char::is_uppercase) && !begins(beside.before, start) {
        return None;
    }
    if OTHER.is_match(&beside.before[..start])
        || found[1].to_lowercase().contains(" from ")
        || followed_by_name(beside)
        || possessive(beside)
    {
        return None;
    }
    let direction = Some(point(&found[2])?);
    Some((beside.ending_before(start), Stated { direction, ..Stated::of(RelationKind::Direction) }))
}

/// Whether the name only owns what is meant, and that is no settlement (those are read before).
fn possessive(beside: &Beside<'_>) -> bool {
    static SETTLEMENT: LazyLock<Regex> = LazyLock::new(|| {
        regex(r"^['’]s\s+(?:[\w-]+\s+){0,3}?(?:capital|city|town|village|cent(?:er|re)|central)(?-u:\b)")
    });
    (beside.behind.starts_with("'s") || beside.behind.starts_with("’s")) && !SETTLEMENT.is_match(beside.behind)
}

/// "off the coast of Yemen", "waters off Keelung".
fn coast(beside: &Beside<'_>) -> Option<(Span, Stated)> {
    static COAST: LazyLock<Regex> = LazyLock::new(|| {
        regex(&format!(
            r"(?i)(?-u:\b)(off\s+(?:the\s+)?(?:(?:(({POINT})(?:ern)?)|[a-z]+)\s+)?(?:coasts?|shores?|coastline)\s+of\s+{})",
            to_name()
        ))
    });
    // Bare "off" stands behind many verbs: only what lies in the sea lies off a place.
    static OFF: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?i)(?-u:\b)(?:sank|sunk|sinking|sinks|capsized|waters|seas?|islands?|islet|reefs?|anchored|moored|spotted|terminal|vessels?|ships?|boats?|ferry|earthquake|rigs?|farm|just|far)\s+(off\s+(?:the\s+)?)$",
        )
    });
    let found = COAST.captures(beside.before).or_else(|| OFF.captures(beside.before))?;
    if followed_by_name(beside) || possessive(beside) {
        return None;
    }
    let direction = found.get(2).and_then(|word| point(word.as_str()));
    let stated = Stated { direction, ..Stated::of(RelationKind::Coast) };
    Some((beside.ending_before(found.get(1)?.start()), stated))
}

/// "near Homs", "just outside Dhaka", "not far from Mosul".
fn near(beside: &Beside<'_>, named: Named) -> Option<(Span, Stated)> {
    static NEAR: LazyLock<Regex> = LazyLock::new(|| {
        regex(&format!(
            r"(?i)(?:^|[^\w-])((?:(?:just|very|right|located|situated)\s+)?(near(?:\s+to)?|(?:in|within)\s+the\s+vicinity\s+of|not\s+far\s+from|close\s+to|just\s+outside(?:\s+of)?|outside)\s+{})",
            to_name()
        ))
    });
    let found = NEAR.captures(beside.before)?;
    let start = found.get(1)?.start();
    let word = found[2].to_lowercase();
    let spot = named.extent.is_spot();
    // "sources close to Tehran", "the highest rate outside China".
    static FIGURATIVE: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?i)(?-u:\b)(?:sources?|officials?|people|figures?|someone|those|[a-z]+ers|come|comes|came|coming|get|getting|world|anywhere|places?|countries|abroad|largest|highest|biggest|only|is|are|was|were|from|or|and|held|holds?|\d)\s+$",
        )
    });
    let figurative = FIGURATIVE.is_match(&beside.before[..start]);
    let allowed = match word.as_str() {
        "close to" => named.extent == Extent::Spot && !figurative,
        "outside" => spot && !figurative,
        _ => true,
    };
    if !allowed || followed_by_name(beside) || possessive(beside) {
        return None;
    }
    Some((beside.ending_before(start), Stated::of(RelationKind::Near)))
}

/// "on the outskirts of Managua", "the southern suburbs of Beirut".
fn outskirts(beside: &Beside<'_>) -> Option<(Span, Stated)> {
    static OUTSKIRTS: LazyLock<Regex> = LazyLock::new(|| {
        regex(&format!(
            r"(?i)(?-u:\b)((?:(?:on|in|at|to|from)\s+)?(?:the|an?)\s+(?:(?:(({POINT})(?:ern)?)|outer|very)\s+)?(?:outskirts?|edges?|fringes?|periphery|suburbs?)\s+of\s+{})",
            to_name()
        ))
    });
    // "on the edge of the highway".
    static WAY: LazyLock<Regex> =
        LazyLock::new(|| regex(r"(?i)(?-u:\b)(?:highway|road|street|avenue|route|river)(?-u:\b)"));
    let found = OUTSKIRTS.captures(beside.before)?;
    if WAY.is_match(beside.name) || followed_by_name(beside) || possessive(beside) {
        return None;
    }
    let direction = found.get(2).and_then(|word| point(word.as_str()));
    let stated = Stated { direction, ..Stated::of(RelationKind::Outskirts) };
    Some((beside.ending_before(found.get(1)?.start()), stated))
}

/// What stands behind its place: "Iraq's north", "Mosul's eastern outskirts", "off Yemen's southern coast".
fn behind(beside: &Beside<'_>) -> Option<(Span, Stated)> {
    if !(beside.behind.starts_with("'s") || beside.behind.starts_with("’s")) {
        return None;
    }
    static NOUN: LazyLock<Regex> = LazyLock::new(|| {
        regex(&format!(
            r"^['’]s\s+(?:(?:far|deep|restive|remote|troubled|war-torn)\s+)?({POINT})(?:\s*[.,;:)]|\s+(?:and|or|on|in|at|has|have|is|was|were|where|which|that|after|as|by|to|since|when|who|for|from|with|[\w]+ed)(?-u:\b)|\s*$)"
        ))
    });
    static SUBURBS: LazyLock<Regex> = LazyLock::new(|| {
        regex(&format!(r"^['’]s\s+(?:(?:(({POINT})(?:ern)?)|outer)\s+)?(outskirts|suburbs|fringes|periphery)(?-u:\b)"))
    });
    static COAST: LazyLock<Regex> = LazyLock::new(|| {
        regex(&format!(r"^['’]s\s+(?:(?:(({POINT})(?:ern)?)|\w+)\s+)?(coast|coastline|shores?)(?-u:\b)"))
    });
    static OFF: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)(?-u:\b)off\s+$"));
    let start = beside.before.len();
    if let Some(found) = NOUN.captures(beside.behind) {
        let end = found.get(1)?.end();
        return Some((beside.ending_behind(start, end), part(&found[1])?));
    }
    if let Some(found) = SUBURBS.captures(beside.behind) {
        let direction = found.get(1).and_then(|word| point(word.as_str()));
        let stated = Stated { direction, ..Stated::of(RelationKind::Outskirts) };
        return Some((beside.ending_behind(start, found.get(0)?.end()), stated));
    }
    let (off, found) = (OFF.find(beside.before)?, COAST.captures(beside.behind)?);
    let direction = found.get(1).and_then(|word| point(word.as_str()));
    let stated = Stated { direction, ..Stated::of(RelationKind::Coast) };
    Some((beside.ending_behind(off.start(), found.get(0)?.end()), stated))
}

/// What lies between two places, or says that it does.
const SITUATED: &str = "located|lies?|lying|lay|situated|sandwiched|wedged|nestled|landlocked|sits?|sitting|halfway|\
midway|somewhere|(?:sea|strait|waters|channel|island|town|village|valley|area|region|strip|stretch|desert|plain|point|\
place|zone|enclave|community)s?";

/// What is between two places without lying there, or leads from one to the other.
const ABSTRACT: &str = "talks?|relations?|relationships?|ties?|wars?|match(?:es)?|games?|trad(?:e|ing)|deals?|tensions?|\
conflicts?|differences?|disputes?|agreements?|accords?|flights?|fl[iey]\\w*|flew|routes?|lines?|travel\\w*|trips?|\
journeys?|shuttl\\w+|commut\\w+|ferry|ferries|trains?|bus(?:es)?|services?|roads?|highways?|expressway|railways?|\
railroad|track|distances?|divid\\w+|split\\w*|cooperation|exchanges?|links?|linking|connections?|friendship|rivalry|\
rivals|contests?|choose|choice|communicat\\w+|hostilit\\w+|partnership|pipelines?|bridges?|borders?|frontier|boundary|\
fares?|traffic|transport|corridor|calls?|final|derby|fixture|times?|mov(?:e|es|ed|ing)|alternat\\w+|compar\\w+|gap|\
ceasefire|truce|peace|diplomacy|migration|movement|liv(?:e|es|ed|ing)|operat\\w+|runs?|running|driv(?:e|es|ing)|drove|\
goes|back and forth|and|signed|relay|contacts?|dialogue|bonds?|meetings?|alliance|collaboration|negotiat\\w+|clash\\w*|\
fight\\w*|battle\\w*|encounter|series";

/// "between Homs and Hama": the span of the words before the first. `gap` stands between the two.
///
/// Countries, divisions and capitals mostly stand for those who act for them, and what is between two towns may be talks,
/// a match or a flight.
pub fn between(before: &str, gap: &str, extents: [Extent; 2]) -> Option<Span> {
    static BETWEEN: LazyLock<Regex> = LazyLock::new(|| {
        regex(&format!(
            r"(?i)(?:^|[^\w-])((?:(?:halfway|midway|mid-way|half\s+way|somewhere)\s+)?(?:in\s+)?between\s+{})",
            to_name()
        ))
    });
    static AND: LazyLock<Regex> =
        LazyLock::new(|| regex(&format!(r"(?i)^\s+and\s+(?:the\s+)?(?:(?:\w+\s+){{0,2}}?{TYPE_WORD}(?:\s+of)?\s+)?$")));
    if last_word(before).is_empty() || !AND.is_match(gap) {
        return None;
    }
    let found = BETWEEN.captures(before)?;
    let whole = found.get(1)?;
    let lead = &before[..whole.start()];
    if !same_paragraph(whole.as_str()) || !same_paragraph(gap) {
        return None;
    }
    static SITUATED_BETWEEN: LazyLock<Regex> =
        LazyLock::new(|| regex(&format!(r"(?i)(?-u:\b)(?:{SITUATED})\s*,?\s*$")));
    static ABSTRACT_BETWEEN: LazyLock<Regex> =
        LazyLock::new(|| regex(&format!(r"(?i)(?-u:\b)(?:{ABSTRACT})(?-u:\b)[^.;!?]{{0,40}}$")));
    let situated = SITUATED_BETWEEN.is_match(lead)
        || found[1].to_lowercase().contains("way ")
        || found[1].to_lowercase().starts_with("somewhere");
    let towns = extents.iter().all(|extent| *extent == Extent::Spot);
    (situated || (towns && !ABSTRACT_BETWEEN.is_match(lead))).then(|| Span::new(whole.start(), before.len()))
}
