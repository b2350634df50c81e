//! A name with "and", "of" and the like inside is one where the gazetteer knows the whole: "Tyne and Wear".

use std::sync::LazyLock;

use regex::Regex;

use super::words::{ends_with_whence, ends_with_where};
use super::{Corrected, Standing};
use crate::document::Span;
use crate::gazetteer::{FeatureClass, NameKind};
use crate::mention::Label;

/// From this probability on that all of a name's words are names, those of the gazetteer with a conjunction are one.
const NAMED: f32 = 0.2;

/// Words of a name with a small word inside, at most.
const WORDS: usize = 10;

/// Words that begin the names of people rather than of places, and "Bank of England".
const TITLES: &str = "King Queen Prince Princess Duke Duchess Earl Bishop Archbishop Lord Lady Baron Count Bank University Mayor \
     Governor Government";

impl Corrected<'_> {
    /// Makes one mention of the words of a name that has small words inside.
    pub(super) fn join(&mut self) {
        static RUN: LazyLock<Regex> = LazyLock::new(|| {
            let word = r"\p{Lu}[\w.'’]*";
            let small = "and|&|or|of|the|upon|on|under|over|de|del|la|las|los|le|les|du|des|da|do|dos|das|am|an|der|den|\
                         sur|en|in|by|next|with|y|e|et|und|al|el|di|della|super|ym";
            Regex::new(&format!(r"{word}(?:[ \n-](?:{word}|(?:{small})(?-u:\b)))+")).expect("the pattern is tested")
        });
        for run in RUN.find_iter(self.text) {
            let run = Span::from(run.range());
            let mut from = 0;
            let words = words(run.of(self.text));
            while from < words.len() {
                let longest = (from + 2..words.len().min(from + WORDS)).rev();
                let whole = longest
                    .filter(|&last| has_small_word(run.of(self.text), &words[from..=last]))
                    .map(|last| (last, Span::new(words[from].start, words[last].end).shifted(run.start)))
                    .find(|&(_, span)| self.is_one(span));
                from = match whole {
                    Some((last, span)) if self.unite(span) => last + 1,
                    _ => from + 1,
                };
            }
        }
    }

    /// Whether a stretch of text with a small word inside is one name of a place.
    fn is_one(&self, span: Span) -> bool {
        let name = span.of(self.text);
        if !name.starts_with(char::is_uppercase) || self.standing(span) == Standing::Mention(Label::Loc) {
            return false;
        }
        let known = self.gazetteer.lookup_strictly(name);
        let meant = known.iter().find(|found| {
            found.place.feature != "PCLH"
                && matches!(found.kind, NameKind::Official | NameKind::Alternate | NameKind::Short)
        });
        let Some(meant) = meant.map(|meant| meant.place) else { return false };
        let (before, behind) = (self.before(span.start), self.behind(span.end));
        let has_place = { self.mentions[self.overlapping(span)].iter().any(|mention| mention.label == Label::Loc) };
        if name.contains(" and ") || name.contains(" & ") {
            // "between Trinidad and Tobago" are two islands; "between Trinidad and Tobago and Grenada" are two countries.
            let two = before.ends_with("between ") || before.ends_with("both ");
            let goes_on = behind.trim_start().starts_with("and ");
            return (goes_on || !two)
                && (has_place
                    || meant.class == FeatureClass::Area
                    || ends_with_whence(before)
                    || self.evidence.of_any(self.text, span) >= NAMED);
        }
        let titled = TITLES.split(' ').any(|title| name.strip_prefix(title).is_some_and(|rest| rest.starts_with(' ')));
        // "the University of Leeds" is no place, nor is the Bank of England.
        match self.standing(span) {
            Standing::Mention(_) => false,
            _ if titled => ends_with_where(before),
            _ => has_place || ends_with_where(before) || self.evidence.of(self.text, span, Label::Loc) >= NAMED,
        }
    }
}

/// Whether a word that is written small stands between the first and the last of some words.
fn has_small_word(run: &str, words: &[Span]) -> bool {
    let small = |word: &Span| word.of(run).starts_with(|c: char| c.is_lowercase() || c == '&');
    words.first().is_some_and(|first| !small(first))
        && words.last().is_some_and(|last| !small(last))
        && words.iter().any(small)
}

/// The words of a run, parted by blanks and hyphens, without the full stop that ends a sentence.
fn words(run: &str) -> Vec<Span> {
    let words = run.split([' ', '\n', '-']).map(|word| {
        let start = word.as_ptr() as usize - run.as_ptr() as usize;
        let bare = word.trim_end_matches('.');
        // "St. Kitts" and "U.S." keep theirs.
        let word = if bare.len() > 2 && !bare.contains('.') { bare } else { word };
        let word = word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word);
        Span::new(start, start + word.len())
    });
    words.filter(|word| !word.is_empty()).collect()
}
