//! Which stops end a sentence, and which are those of abbreviations.

/// Words whose full stop does not end a sentence, in lower case without the stop.
const ABBREVIATIONS: &[&str] = &[
    "adm", "ala", "approx", "apr", "ariz", "ark", "asst", "aug", "ave", "blvd", "brig", "bros", "ca", "calif", "capt",
    "cmdr", "co", "col", "colo", "conn", "corp", "cpl", "dec", "del", "dept", "det", "dist", "dr", "e.g", "est", "etc",
    "feb", "fla", "fr", "ft", "ga", "gen", "gov", "hon", "i.e", "ill", "inc", "ind", "insp", "jan", "jr", "jul", "jun",
    "kan", "ky", "la", "lt", "ltd", "maj", "mar", "mass", "md", "messrs", "mich", "minn", "miss", "mlle", "mme", "mo",
    "mont", "mr", "mrs", "ms", "msgr", "mt", "neb", "nev", "no", "nos", "nov", "oct", "okla", "ont", "op", "ore", "pa",
    "pfc", "ph.d", "pres", "prof", "pvt", "rd", "rep", "reps", "rev", "sen", "sens", "sept", "sep", "sgt", "sr", "st",
    "ste", "supt", "tenn", "tex", "va", "vol", "vs", "vt", "wash", "wis", "wyo",
];

/// Length of the further stops, quotes and brackets that close a sentence together with its stop.
pub fn closing(rest: &str) -> usize {
    rest.find(|c| !matches!(c, '.' | '!' | '?' | '…' | '"' | '\'' | '”' | '’' | '»' | ')' | ']')).unwrap_or(rest.len())
}

/// Whether the stop `mark` at `at`, with what closes after it up to `end`, ends the sentence that began at `start`.
pub fn ends_sentence(text: &str, start: usize, at: usize, mark: char, end: usize) -> bool {
    if matches!(mark, '。' | '！' | '？') {
        return true;
    }
    let rest = &text[end..];
    if !rest.starts_with(char::is_whitespace) {
        return false;
    }
    let Some(next) = rest.chars().find(|c| !c.is_whitespace()) else {
        return true;
    };
    let next_word = rest.trim_start().trim_start_matches(['"', '\'', '“', '‘', '«', '(', '[']);
    let begins = next_word.chars().next().unwrap_or(next);
    if begins.is_lowercase() {
        return false;
    }
    if mark != '.' || end > at + 1 {
        return true;
    }
    // Texts that were split into words have a space before the stop: "U . S . Army".
    let word =
        text[start..at].trim_end().rsplit(|c: char| c.is_whitespace() || matches!(c, '(' | '"' | '“' | '—')).next();
    let word = word.unwrap_or_default();
    if is_initials(word) {
        // "J. Smith" and "U.S. Army" go on; after "U.S." a word that opens sentences begins one.
        return word.contains('.') && opens_sentences(next_word);
    }
    // "No." and "Mt." are rare at the end of a sentence, but a place's own abbreviation is not: "in Ill. The"
    !ABBREVIATIONS.contains(&word.to_lowercase().as_str()) || opens_sentences(next_word)
}

/// Single letters with stops between them: "J", "U.S", "a.m".
fn is_initials(word: &str) -> bool {
    !word.is_empty() && word.split('.').all(|part| part.chars().count() == 1 && part.chars().all(char::is_alphabetic))
}

/// Whether the text begins with a capitalised word that opens sentences far oftener than it is part of a name.
fn opens_sentences(rest: &str) -> bool {
    const OPENERS: &[&str] = &[
        "A", "After", "An", "And", "As", "At", "But", "By", "For", "He", "However", "If", "In", "It", "Its", "Last",
        "On", "She", "Since", "Some", "That", "The", "There", "These", "They", "This", "Those", "We", "When", "While",
    ];
    let word = rest.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    OPENERS.contains(&word)
}
