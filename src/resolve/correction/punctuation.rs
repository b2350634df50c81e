//! The punctuation of a name: the full stop of an abbreviation belongs to it, a comma never does.

use super::Corrected;
use crate::document::Span;
use crate::gazetteer::NameKind;
use crate::mention::{Label, Mention};

/// Bytes of an abbreviation with a full stop, at most.
const ABBREVIATION: usize = 7;

/// Letters of a word that is an abbreviation where it has a full stop, at most: "St.", "Ave.".
const SHORT: usize = 3;

impl Corrected<'_> {
    /// Takes punctuation off the ends of mentions that is not theirs: "Flagstaff,", "Al-Qa'im.".
    pub(super) fn trim(&mut self) {
        for mut mention in std::mem::take(&mut self.mentions) {
            mention.span = self.trimmed(mention);
            if !mention.span.is_empty() {
                self.mentions.push(mention);
            }
        }
    }

    fn trimmed(&self, mention: Mention) -> Span {
        let name = mention.span.of(self.text);
        let (start, mut rest) = match mention.label {
            Label::Loc => {
                let rest = name.trim_start_matches([',', ';', ':', '.', '(', '"', '“', ' ', '-']);
                (mention.span.end - rest.len(), rest.trim_end_matches([',', ';', ':', '!', '?', '"', '”', ' ', '-']))
            }
            _ => (mention.span.start, name.trim_end_matches([',', ';', ':', ' '])),
        };
        if mention.label == Label::Loc {
            if !rest.contains('(') {
                rest = rest.trim_end_matches(')');
            }
            if let Some(bare) = rest.strip_suffix('.').filter(|_| !self.has_own_stop(rest)) {
                rest = bare.trim_end_matches(['.', ',']);
            }
        }
        Span::new(start, start + rest.len())
    }

    /// Whether the full stop that a name ends with is that of an abbreviation: "U.S.", "Md.", "Main St.".
    fn has_own_stop(&self, name: &str) -> bool {
        let last = name.rsplit([' ', '\n', ',']).next().unwrap_or(name);
        let short = last.trim_end_matches('.');
        let is_short = short.chars().count() <= SHORT && (short.len() < name.len() - 1 || !self.is_place(short));
        short.contains('.') || is_short || self.is_abbreviation(short)
    }

    /// Whether a word is written as abbreviations with a full stop are, and the gazetteer knows it as one.
    fn is_abbreviation(&self, word: &str) -> bool {
        let written_so = word.contains('.') || word.chars().any(char::is_lowercase);
        let is_one = || self.gazetteer.lookup_strictly(word).iter().any(|found| found.kind == NameKind::Abbreviation);
        word.len() < ABBREVIATION && written_so && is_one()
    }

    /// "Ky" in "Ky. " has its full stop; "U.S" has.
    pub(super) fn extend_abbreviations(&mut self) {
        let stops = |mention: &Mention| {
            let name = mention.span.of(self.text);
            mention.label == Label::Loc
                && !name.ends_with('.')
                && self.text[mention.span.end..].starts_with('.')
                && self.is_abbreviation(name)
        };
        let mut extended: Vec<bool> = self.mentions.iter().map(stops).collect();
        for (n, next) in self.mentions.iter().enumerate().skip(1) {
            // Not into a mention that begins there.
            extended[n - 1] &= self.mentions[n - 1].span.end < next.span.start;
        }
        for (mention, stops) in self.mentions.iter_mut().zip(extended) {
            mention.span.end += usize::from(stops);
        }
    }
}
