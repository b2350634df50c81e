//! What the model says of words beyond the mentions that it is sure of: where it wavers, others may know more.

use super::tags::Tag;
use super::word::Words;
use crate::document::Span;
use crate::mention::Label;

/// How likely the words of a document are parts of names, as far as the model read them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evidence {
    words: Vec<Likelihood>,
}

/// How likely a word is a part of a name of each label, in the order of [`Label::ALL`].
#[derive(Clone, Copy, Debug, PartialEq)]
struct Likelihood {
    span: Span,
    of: [f32; Label::ALL.len()],
}

impl Likelihood {
    /// How likely it is a part of a name of a label; 0 for those of which no account is kept.
    fn of(&self, label: Label) -> f32 {
        label.index().map_or(0.0, |n| self.of[n])
    }
}

/// Words that are less likely than this part of any name are not kept, nor those without a capital, which nobody asks for.
const LEAST: f32 = 0.005;

impl Evidence {
    /// What the words of a text say, their log-probabilities divided by `temperature`. `tags` says what the columns of their
    /// logs mean.
    pub fn of_words(text: &str, words: &Words, tags: &[Tag], temperature: f32) -> Self {
        let likelihood = |n: usize| {
            let span = words.span(n);
            if !span.of(text).starts_with(char::is_uppercase) {
                return None;
            }
            let mut of = [0.0; Label::ALL.len()];
            let mut all = 0.0;
            for (log, &tag) in words.logs(n).iter().zip(tags) {
                let share = (log / temperature).exp();
                all += share;
                if let Some(n) = tag.label().and_then(Label::index) {
                    of[n] += share;
                }
            }
            of.iter_mut().for_each(|share| *share /= all);
            (of.iter().sum::<f32>() >= LEAST).then_some(Likelihood { span, of })
        };
        Self { words: (0..words.len()).filter_map(likelihood).collect() }
    }

    /// The least probability with which a word that has a capital, of those that stand there, is a part of a name of this label;
    /// 0 where the model read none.
    pub fn of(&self, text: &str, span: Span, label: Label) -> f32 {
        self.least(text, span, |word| word.of(label))
    }

    /// The same of a name of any label.
    pub fn of_any(&self, text: &str, span: Span) -> f32 {
        self.least(text, span, |word| word.of.iter().sum())
    }

    fn least(&self, text: &str, span: Span, likely: impl Fn(&Likelihood) -> f32) -> f32 {
        let first = self.words.partition_point(|word| word.span.end <= span.start);
        let words = self.words[first..].iter().take_while(|word| word.span.start < span.end);
        let (mut read, mut least) = (0, f32::INFINITY);
        for word in words {
            (read, least) = (read + 1, least.min(likely(word)));
        }
        // Words that are hardly a part of a name were not kept.
        let inside = span.of(text);
        let begins = inside.char_indices().filter(|&(at, c)| {
            c.is_uppercase()
                && !inside[..at]
                    .ends_with(|before: char| before.is_alphanumeric() || matches!(before, '\'' | '’' | '.'))
        });
        if read == 0 || read < begins.count() { 0.0 } else { least }
    }

    /// The stretches of neighbouring words with a capital of which each is at least so likely a part of a name of this label.
    pub fn stretches(&self, text: &str, label: Label, least: f32) -> Vec<Span> {
        let mut found: Vec<Span> = Vec::new();
        let likely = |word: &&Likelihood| word.of(label) >= least;
        for word in self.words.iter().filter(likely) {
            match found.last_mut() {
                Some(last) if matches!(&text[last.end..word.span.start], " " | "-" | "’" | "'" | "'s " | "’s ") => {
                    last.end = word.span.end
                }
                _ => found.push(word.span),
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAGS: [Tag; 3] = [Tag::Outside, Tag::Begin(Label::Loc), Tag::Begin(Label::Org)];

    /// Evidence of words with the given probabilities of a place and of an organisation.
    fn evidence(text: &str, given: &[(f32, f32)]) -> Evidence {
        let word = |(word, &(place, organisation)): (&str, &(f32, f32))| {
            let start = word.as_ptr() as usize - text.as_ptr() as usize;
            let logs = [1.0 - place - organisation, place, organisation].map(|p| p.max(1e-9).ln()).to_vec();
            (Span::new(start, start + word.len()), 0, logs)
        };
        Evidence::of_words(text, &Words::of(text.split(' ').zip(given).map(word)), &TAGS, 1.0)
    }

    #[test]
    fn a_name_is_as_likely_as_its_least_likely_word() {
        let text = "the Green Zone of Oslo";
        let evidence = evidence(text, &[(0.0, 0.0), (0.4, 0.2), (0.3, 0.5), (0.0, 0.0), (0.0, 0.0)]);
        let zone = Span::new(4, 14);
        assert!((evidence.of(text, zone, Label::Loc) - 0.3).abs() < 1e-3);
        assert!((evidence.of_any(text, zone) - 0.6).abs() < 1e-3);
        // A word that is none for sure makes it none.
        assert!(evidence.of_any(text, Span::new(4, text.len())) < 1e-9);
        assert!(Evidence::default().of_any(text, zone) < 1e-9);
        assert_eq!(evidence.stretches(text, Label::Loc, 0.25), [zone]);
        assert_eq!(evidence.stretches(text, Label::Loc, 0.35), [Span::new(4, 9)]);
    }
}
