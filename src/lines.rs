//! Where the lines of a text end only because its page does.
//!
//! Wires, Gutenberg's books, Usenet and what `pdftotext` gives have lines of a fixed width, of which one may end in the middle
//! of a name: "New\nYork City". Elsewhere a line is a thing of its own: a headline, an item of a list, a row of a table, a verse.
//! Two signs must agree, paragraph by paragraph: the first word of the next line would not have fitted on the line, and lines go
//! on where others break off, in small letters or in the middle of a sentence.

use std::collections::HashSet;

use crate::document::Span;
use crate::stops::{closing, ends_sentence};

/// The longest line of a text of fixed width has so many characters.
const WIDTH: std::ops::RangeInclusive<usize> = 25..=120;

/// A soft hyphen: where a word may be parted.
const SOFT_HYPHEN: char = '\u{ad}';

/// A line end that is there only because the page ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wrap {
    /// The white space between the words that it parts, with a hyphen before it that belongs to neither.
    pub span: Span,
    /// What is read there: a space, or nothing inside a word.
    pub read: &'static str,
}

/// The line ends of a text that are there only because the page ends, in order.
pub fn wraps(text: &str) -> Vec<Wrap> {
    if !text.contains(['\n', '\r', '\u{85}', '\u{2028}']) {
        return Vec::new();
    }
    let whole = Whole::of(text);
    let mut parted = Parted { text, compounds: None };
    let mut found = Vec::new();
    for block in blocks(text) {
        let joined = whole.joined(&block);
        for (pair, joined) in block.windows(2).zip(joined) {
            if joined || pair[0].breaks_off_before(&pair[1]) {
                found.push(parted.wrap(&pair[0], &pair[1]));
            }
        }
    }
    found
}

/// A line that is not blank, without the white space around it.
#[derive(Clone, Copy, Debug)]
struct Line<'t> {
    text: &'t str,
    start: usize,
    /// Characters up to its end, the white space before it included.
    width: usize,
}

/// The paragraphs of a text, each with its lines: what stands between blank lines.
fn blocks(text: &str) -> impl Iterator<Item = Vec<Line<'_>>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let mut block = Vec::new();
        while at < text.len() {
            let rest = &text[at..];
            let length = rest.find(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']).unwrap_or(rest.len());
            let (line, ending) = rest.split_at(length);
            let after = match ending.chars().next() {
                Some('\r') if ending[1..].starts_with('\n') => 2,
                Some(c) => c.len_utf8(),
                None => 0,
            };
            let start = at + line.len() - line.trim_start().len();
            at += length + after;
            let is_blank = line.trim().is_empty();
            if !is_blank {
                block.push(Line { text: line.trim(), start, width: line.trim_end().chars().count() });
            }
            if (is_blank || ending.starts_with('\u{2029}')) && !block.is_empty() {
                break;
            }
        }
        (!block.is_empty()).then_some(block)
    })
}

/// How the lines of a paragraph were broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shape {
    /// For how many characters there is room on a line.
    width: usize,
    /// A line is joined with the next if that one's first word would have brought it beyond so many.
    beyond: usize,
}

/// What a text as a whole says of its lines.
struct Whole {
    /// The width of its widest paragraph that was surely wrapped; `None` if there is none.
    width: Option<usize>,
    /// Whether all of its paragraphs were wrapped character by character.
    is_exact: bool,
    /// Whether its lines are of no width.
    is_free: bool,
}

impl Whole {
    fn of(text: &str) -> Self {
        let (mut all, mut long, mut width, mut is_exact) = (0, 0, None, true);
        for block in blocks(text) {
            for line in &block {
                all += line.text.len();
                // An address of the web is as long as it is.
                if line.width > *WIDTH.end() && line.text.contains(' ') {
                    long += line.text.len();
                }
            }
            if let Some(shape) = shape(&block) {
                width = width.max(Some(shape.width).filter(|_| shape.beyond > 0));
                is_exact &= shape.beyond == shape.width;
            }
        }
        Self { width, is_exact, is_free: long * 10 > all }
    }

    /// Which lines of a paragraph are joined with those behind them.
    fn joined(&self, block: &[Line<'_>]) -> Vec<bool> {
        let shape = if self.is_free { None } else { shape(block).or_else(|| self.shape(block)) };
        let joins = |pair: &[Line<'_>]| {
            let (line, next) = (&pair[0], &pair[1]);
            let goes_on = line.is_open() && next.begins_small();
            shape.is_some_and(|shape| goes_on || line.is_full(next, shape.beyond))
                && !next.is_item()
                && !line.is_row()
                && !next.is_row()
        };
        block.windows(2).map(joins).collect()
    }

    /// How a paragraph was wrapped that is too short to tell.
    fn shape(&self, block: &[Line<'_>]) -> Option<Shape> {
        let width = self.width.filter(|&width| block.iter().all(|line| line.width <= width) && !is_table(block))?;
        Some(Shape { width, beyond: if self.is_exact { width } else { nearly(width) } })
    }
}

/// How a paragraph was wrapped, if its own lines say that it was.
fn shape(block: &[Line<'_>]) -> Option<Shape> {
    filled(block).or_else(|| about(block)).or_else(|| anywhere(block))
}

/// Each line took as many words as there is room for.
fn filled(block: &[Line<'_>]) -> Option<Shape> {
    widths(block).into_iter().find_map(|width| filled_to(block, width))
}

/// The width that a paragraph may have: that of its widest line, or of what is below a few that had no border to be broken at
/// or were not wrapped with the others.
fn widths(block: &[Line<'_>]) -> Vec<usize> {
    if is_table(block) {
        return Vec::new();
    }
    let mut all: Vec<usize> = block
        .iter()
        .filter(|line| line.text.contains(|c: char| c.is_whitespace() || is_unspaced(c)))
        .map(|line| line.width)
        .collect();
    all.sort_unstable_by(|a, b| b.cmp(a));
    let left_out = [0, usize::from(all.len() > 3), all.len() / 50, all.len() / 20];
    let mut widths: Vec<usize> =
        left_out.iter().filter_map(|&n| all.get(n).copied()).filter(|width| WIDTH.contains(width)).collect();
    widths.dedup();
    widths
}

fn filled_to(block: &[Line<'_>], width: usize) -> Option<Shape> {
    let pairs = || block.windows(2).map(|pair| (&pair[0], &pair[1])).filter(|(_, next)| !next.is_item());
    // A headline and who wrote it may stand right above.
    let heads = pairs().take(2).take_while(|(line, next)| !line.is_full(next, width) && !line.goes_on_in(next)).count();
    let (mut open, mut full, mut going_on) = (0, 0, 0);
    for (line, next) in pairs().skip(heads).filter(|(line, _)| line.is_open()) {
        open += 1;
        full += usize::from(line.is_full(next, width));
        going_on += usize::from(line.goes_on_in(next));
    }
    let goes_on = going_on * 3 >= open || is_caseless(block) && open >= 3;
    let beyond = if full == open { width } else { nearly(width) };
    (open > 0 && full * 10 >= open * 9 && goes_on).then_some(Shape { width, beyond })
}

/// A width, less what lines are shorter that were not broken character by character.
fn nearly(width: usize) -> usize {
    width - width / 10
}

/// Most lines go on in small letters, and are of about one width: they were broken by points and not by characters, or for
/// their looks.
fn about(block: &[Line<'_>]) -> Option<Shape> {
    let width = *widths(block).first()?;
    let open = || block.windows(2).filter(|pair| pair[0].is_open());
    let small = open().filter(|pair| pair[1].begins_small()).count();
    let lengths: usize = block[..block.len() - 1].iter().map(|line| line.width).sum();
    let is_even = lengths * 5 >= width * (block.len() - 1) * 3;
    (small >= 2 && small * 2 >= open().count() && is_even).then_some(Shape { width, beyond: width - width / 4 })
}

/// The lines can be nothing but one text: sentences begin inside of them, and none ends with a line but the last.
fn anywhere(block: &[Line<'_>]) -> Option<Shape> {
    let [lines @ .., last] = block else { return None };
    let is_one = lines.len() >= 2 && !last.is_open() && lines.iter().all(Line::is_open);
    let width = block.iter().map(|line| line.width).max()?;
    let has_items = block.iter().any(Line::is_item);
    let is_text = is_one && width <= *WIDTH.end() && !has_items && lines.iter().any(Line::has_unfinished);
    is_text.then_some(Shape { width, beyond: 0 })
}

/// Whether at least half of the lines are rows.
fn is_table(block: &[Line<'_>]) -> bool {
    block.iter().filter(|line| line.is_row()).count() * 2 >= block.len()
}

/// Whether the script has no small letters that could say that a line goes on.
fn is_caseless(block: &[Line<'_>]) -> bool {
    block.iter().all(|line| !line.text.contains(|c: char| c.is_lowercase() || c.is_uppercase()))
}

impl Line<'_> {
    /// Whether its sentence has not ended.
    fn is_open(&self) -> bool {
        let is_closing = |c: char| matches!(c, '"' | '\'' | '”' | '’' | '»' | ')' | ']');
        let end = self.text.trim_end_matches(is_closing);
        !end.ends_with(['.', '!', '?', '…', ':', ';', '。', '！', '？', '؟', '۔', '।'])
    }

    /// Whether the first word of the next line would have had no room on this one.
    fn is_full(&self, next: &Line<'_>, width: usize) -> bool {
        let word = next.text.split_whitespace().next().unwrap_or_default();
        // A script without spaces may be broken behind any character.
        let length = if word.starts_with(is_unspaced) { 1 } else { word.chars().count() };
        self.width + 1 + length > width
    }

    /// Whether it begins in small letters.
    fn begins_small(&self) -> bool {
        self.text.trim_start_matches(['"', '\'', '“', '‘', '«', '(', '[']).starts_with(char::is_lowercase)
    }

    /// Whether its sentence plainly goes on in the next line.
    fn goes_on_in(&self, next: &Line<'_>) -> bool {
        self.is_open() && (next.begins_small() || self.ends_with_small_word() || self.has_unfinished())
    }

    /// Whether it ends with a word that no sentence and no title ends with.
    fn ends_with_small_word(&self) -> bool {
        const WORDS: &[&str] = &[
            "a", "an", "and", "as", "at", "but", "by", "for", "from", "has", "have", "his", "in", "into", "is", "its",
            "of", "on", "or", "our", "said", "than", "that", "the", "their", "to", "was", "were", "which", "who",
            "will", "with",
        ];
        self.text.rsplit(char::is_whitespace).next().is_some_and(|word| WORDS.contains(&word))
    }

    /// Whether a sentence begins inside it and does not end.
    fn has_unfinished(&self) -> bool {
        let begins = |(at, mark): (usize, char)| {
            let after = at + mark.len_utf8();
            let end = after + closing(&self.text[after..]);
            matches!(mark, '.' | '!' | '?') && end < self.text.len() && ends_sentence(self.text, 0, at, mark, end)
        };
        // A line that is longer than people wrap tells nothing, and may be of any length.
        self.width <= *WIDTH.end() && self.is_open() && self.text.char_indices().any(begins)
    }

    /// Whether it begins as an item of a list does.
    fn is_item(&self) -> bool {
        let behind = self.text.trim_start_matches(|c: char| c.is_ascii_digit());
        let digits = self.text.len() - behind.len();
        let numbered = (1..=3).contains(&digits) && behind.starts_with(['.', ')']) && is_parted(&behind[1..]);
        let marks = ['-', '*', '•', '·', '–', '—', '▪', '●', '◦', '■', '►', '>', '#', '+'];
        numbered || self.text.strip_prefix(marks).is_some_and(is_parted)
    }

    /// Whether it is a row of a table, or an address of the web by itself.
    fn is_row(&self) -> bool {
        let is_address = || self.text.contains("://") && !self.text.contains(char::is_whitespace);
        self.text.contains(['\t', '|']) || self.text.contains("   ") || is_address()
    }

    /// Whether it ends inside a word, of which the rest stands on the next line.
    fn breaks_off_before(&self, next: &Line<'_>) -> bool {
        let begins = next.text.starts_with(char::is_alphabetic);
        self.text.ends_with(SOFT_HYPHEN) && begins
            || self.before_hyphen().is_some_and(|before| before.ends_with(char::is_alphabetic))
                && next.text.starts_with(char::is_lowercase)
                && self.width <= *WIDTH.end()
    }

    /// What it is without the hyphen that parts a word at its end; `None` if there is none.
    fn before_hyphen(&self) -> Option<&str> {
        let before = self.text.strip_suffix(['-', '\u{2010}', SOFT_HYPHEN])?;
        // "U.S.-\nled" and "2020-\n2023" too; behind a space, it is a dash.
        before.trim_end_matches('.').ends_with(char::is_alphanumeric).then_some(before)
    }
}

fn is_parted(rest: &str) -> bool {
    rest.starts_with(char::is_whitespace)
}

/// Whether words of a character's script have no spaces between them.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{323af}')
}

/// Small words inside of names with hyphens, with which a line may begin: "Stratford-\nupon-Avon".
const INNER: &[&str] = &[
    "al", "am", "an", "and", "au", "aux", "by", "da", "de", "del", "den", "der", "des", "di", "do", "du", "el", "en",
    "et", "ez", "in", "la", "le", "les", "lez", "lès", "next", "of", "ob", "on", "over", "por", "sous", "sur", "the",
    "to", "ul", "und", "under", "upon", "von", "y",
];

/// What stands behind names in compounds: "Beirut-\nbased".
const TAILS: &[&str] = &[
    "affiliated",
    "aligned",
    "area",
    "backed",
    "based",
    "born",
    "bound",
    "brokered",
    "built",
    "controlled",
    "dominated",
    "educated",
    "era",
    "funded",
    "held",
    "language",
    "led",
    "linked",
    "made",
    "majority",
    "occupied",
    "old",
    "owned",
    "related",
    "ruled",
    "run",
    "speaking",
    "sponsored",
    "style",
    "supported",
    "trained",
    "wide",
    "year",
];

/// Words that line ends part.
struct Parted<'t> {
    text: &'t str,
    /// The words with hyphens that stand on one line somewhere, once they are asked for.
    compounds: Option<HashSet<&'t str>>,
}

impl<'t> Parted<'t> {
    /// What the end of a line is that is joined with the next.
    fn wrap(&mut self, line: &Line<'t>, next: &Line<'t>) -> Wrap {
        let end = line.start + line.text.len();
        let between = Span::new(end, next.start);
        if let Some(before) = line.before_hyphen().filter(|_| next.text.starts_with(char::is_alphanumeric)) {
            let hyphen = Span::new(line.start + before.len(), end);
            if is_suspended(next.text) {
                return Wrap { span: between, read: " " };
            }
            let is_kept = !hyphen.of(self.text).starts_with(SOFT_HYPHEN) && self.is_compound(before, next.text);
            return Wrap { span: if is_kept { between } else { Span::new(hyphen.start, next.start) }, read: "" };
        }
        let is_suffix = next.text.strip_prefix('-').is_some_and(|rest| rest.starts_with(char::is_alphabetic));
        let is_inside = is_suffix || line.text.ends_with(is_unspaced) && next.text.starts_with(is_unspaced);
        Wrap { span: between, read: if is_inside { "" } else { " " } }
    }

    /// Whether the hyphen between two words is theirs, and not the printer's: before a capital or a figure, before small words
    /// of names and the tails of compounds, and where the same stands on one line elsewhere.
    fn is_compound(&mut self, before: &str, next: &str) -> bool {
        let is_inner = |c: char| c.is_alphanumeric() || c == '\'' || c == '’';
        let tail = next.find(|c: char| !is_inner(c)).map_or(next, |end| &next[..end]);
        let head = before.rsplit(|c: char| !is_inner(c) && c != '-').next().unwrap_or_default();
        let is_letters = before.ends_with(char::is_alphabetic) && tail.starts_with(char::is_lowercase);
        if !is_letters || TAILS.contains(&tail) {
            return true;
        }
        if INNER.contains(&tail) && next[tail.len()..].starts_with('-') {
            return true;
        }
        let text = self.text;
        let words = || text.split(|c: char| !is_inner(c) && c != '-').filter(|word| word.contains('-'));
        self.compounds.get_or_insert_with(|| words().collect()).contains(&*format!("{head}-{tail}"))
    }
}

/// Whether a line goes on behind a hyphen that stands for the end of a later word: "North- and South Korea".
fn is_suspended(next: &str) -> bool {
    const WORDS: [&str; 10] = ["and", "or", "to", "und", "oder", "bis", "et", "ou", "y", "en"];
    let word = next.split(char::is_whitespace).next().unwrap_or_default();
    WORDS.contains(&word) && word.len() < next.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text as it is read.
    fn read(text: &str) -> String {
        let (mut read, mut at) = (String::new(), 0);
        for wrap in wraps(text) {
            read = read + &text[at..wrap.span.start] + wrap.read;
            at = wrap.span.end;
        }
        read + &text[at..]
    }

    /// Words on lines of a width.
    fn wrapped(text: &str, width: usize, indent: &str, end: &str) -> String {
        let (mut lines, mut line) = (String::new(), indent.to_owned());
        for word in text.split(' ') {
            if line.chars().count() + 1 + word.chars().count() > width && line != indent {
                lines = lines + &line + end;
                line = indent.to_owned();
            } else if line != indent {
                line.push(' ');
            }
            line += word;
        }
        lines + &line
    }

    const STORY: &str = "The convoy that left New York City for Baton Rouge on Monday was stopped near Lake Charles, Louisiana, \
                         officials of the Coast Guard said on Tuesday. “We saw it on the road to San Antonio,” said Okello Lubang, \
                         who runs a shop in Port Arthur. He flew back to Kansas City the next day.";

    #[test]
    fn what_was_wrapped_at_a_width_is_read_as_one_line() {
        for width in 28..=118 {
            for (indent, end) in [("", "\n"), ("    ", "\r\n"), ("", "  \n")] {
                let text = wrapped(STORY, width, indent, end);
                let read = read(&text);
                assert_eq!(read.trim_start(), STORY, "{width} {indent:?}");
            }
            // Another paragraph is another, and a headline stays above its text.
            let head = format!(
                "STORM HITS THE COAST\n{}\n\n{}",
                wrapped(STORY, width, "", "\n"),
                wrapped(STORY, width, "", "\n")
            );
            let expected = format!("STORM HITS THE COAST\n{STORY}\n\n{STORY}");
            assert!(width < 40 || read(&head) == expected, "{width}: {}", read(&head));
        }
    }

    #[test]
    fn lines_that_break_off_anywhere_in_their_sentences_are_one_text() {
        let text = "He flew to New\nYork City on Monday. Storms crossed Lake\nVictoria, Jordan\nOkello-Lubang said.\n";
        assert_eq!(
            read(text),
            "He flew to New York City on Monday. Storms crossed Lake Victoria, Jordan Okello-Lubang said.\n"
        );
    }

    #[test]
    fn lines_of_their_own_stay_so() {
        for text in [
            "STORM HITS NEW YORK\nBoston was spared on Monday.",
            "Mosul\nBeirut\nDamascus\nBaghdad\nLondon",
            "University of California, Los Angeles\nUniversity of Southern California\nUniversity of Texas at San Antonio",
            "- a visit to New\n- York City on Monday, and the rest\n- of the tour of England in the summer",
            "1. Flour from the mill at Bath, fresh\n2. butter of Cork, salted and in blocks\n3. milk",
            "Tora Prison    Cairo     12 inmates\nEvin           Tehran    140 of them\nBang Kwang     Bangkok   9",
            "Name | Town | state of the inquiry\nSmith | Oslo | it was closed\nJones | Rome | it is open",
            "From: Anna Smith of the Paris office\nTo: the desk in London and the others\nSubject: New York",
            "I wandered lonely as a cloud\nThat floats on high o'er vales and hills,\nWhen all at once I saw a crowd,\n\
             A host, of golden daffodils;\nBeside the lake, beneath the trees,\nFluttering and dancing in the breeze.",
            "Smoke rises over Mosul\nPhoto by Anna Smith in Iraq\nThe city fell on Monday.",
            "https://www.example.org/a/long/address/of/a/page/of/news\nof the day",
            "A paragraph on one line, as long as it is, of which the next goes on in small letters, since it is one that goes on and on,\n\
             and on, and does not end before a second line that is as long as the first, or nearly so, and even then goes on for a while.",
        ] {
            assert_eq!(read(text), text);
        }
    }

    #[test]
    fn hyphens_at_line_ends_are_the_printers_or_the_names() {
        let text = "He left San Fran-\ncisco for Azer-\nbaijan with Jordan Okello-\nLubang, by Stratford-\nupon-Avon, Stratford-upon-\n\
                    Avon and a Beirut-\nbased firm with a so-\ncalled so-called plan, he said on Mon\u{ad}\nday. It was a U.S.-\nled Canada\n-wide tour -\nor not.";
        assert_eq!(
            read(text),
            "He left San Francisco for Azerbaijan with Jordan Okello-Lubang, by Stratford-upon-Avon, Stratford-upon-Avon and a \
             Beirut-based firm with a so-called so-called plan, he said on Monday. It was a U.S.-led Canada-wide tour - or not."
        );
    }

    #[test]
    fn scripts_without_spaces_are_joined_without_them() {
        let line = "他在星期一离开北京前往上海并在那里会见了来自世界各地的记者和官员";
        let text = [line, line, line, line].join("\n");
        assert_eq!(read(&text), line.repeat(4));
    }
}
