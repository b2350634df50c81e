//! Agreement: a name mostly means the same kind of thing throughout a document.
//!
//! A window shows the model a stretch of a document; the sentence that says who "Osaka" is may stand in another. So what
//! the model says of each word is drawn towards what it says of the same word elsewhere in the document.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::case::Case;
use super::tags::Tag;
use super::word::Words;

/// Probabilities are kept from zero by this much, so that one window that is quite sure can still be talked round.
const FLOOR: f32 = 1e-4;

/// Draws the kinds of equal words together.
///
/// Of each word that is written with a capital, the probabilities of being outside, a person, an organisation and so on
/// are multiplied by (m / p)^`weight`, where p is the word's own probability and m the mean over its other occurrences.
/// Words are equal without regard to case ("MOSUL" in a headline). A `weight` of 0 changes nothing.
pub fn agree(text: &str, words: &mut Words, tags: &[Tag], weight: f32) {
    if weight == 0.0 {
        return;
    }
    let capital =
        |&word: &usize| matches!(Case::of(words.span(word).of(text)), Case::Title | Case::Upper | Case::Mixed);
    let lower = |word: usize| words.span(word).of(text).chars().flat_map(char::to_lowercase);
    // Equal words stand together then, in their order: sorted, since a table of them takes far more room. Words of the same
    // hash that are not equal may stand apart from their like; there are none, but for one in billions of documents.
    let hash = |word: usize| {
        let mut hasher = DefaultHasher::new();
        lower(word).for_each(|c| c.hash(&mut hasher));
        hasher.finish()
    };
    let mut capitals: Vec<(u64, usize)> = (0..words.len()).filter(capital).map(|word| (hash(word), word)).collect();
    capitals.sort_unstable();
    let capitals: Vec<usize> = capitals.into_iter().map(|(_, word)| word).collect();
    let occurrences: Vec<usize> = capitals.chunk_by(|&a, &b| lower(a).eq(lower(b))).map(<[usize]>::len).collect();
    let kinds = Kinds::of(tags);
    let mut rest = &capitals[..];
    let mut own = Vec::new();
    for count in occurrences {
        let (places, others) = rest.split_at(count);
        rest = others;
        if count == 1 {
            continue;
        }
        own.clear();
        places.iter().for_each(|&n| kinds.add_probabilities(words.logs(n), &mut own));
        let others = (count - 1) as f32;
        for kind in 0..kinds.count {
            let rows = || own.chunks_exact(kinds.count);
            let sum: f32 = rows().map(|p| p[kind]).sum();
            for (&n, p) in places.iter().zip(rows()) {
                let mean = (sum - p[kind]).max(0.0) / others;
                let shift = weight * ((mean + FLOOR) / (p[kind] + FLOOR)).ln();
                for (log, &of) in words.logs_mut(n).iter_mut().zip(&kinds.of_tag) {
                    if of == kind {
                        *log += shift;
                    }
                }
            }
        }
    }
}

/// The kinds of thing that tags tell apart: outside, and each label.
struct Kinds {
    of_tag: Vec<usize>,
    count: usize,
}

impl Kinds {
    fn of(tags: &[Tag]) -> Self {
        let mut labels = Vec::new();
        let of_tag = tags.iter().map(|tag| match tag {
            Tag::Outside => 0,
            Tag::Begin(label) | Tag::Inside(label) => {
                1 + labels.iter().position(|known| known == label).unwrap_or_else(|| {
                    labels.push(*label);
                    labels.len() - 1
                })
            }
        });
        let of_tag = of_tag.collect();
        Self { of_tag, count: 1 + labels.len() }
    }

    /// Adds the probability of each kind to others.
    fn add_probabilities(&self, logs: &[f32], all: &mut Vec<f32>) {
        let first = all.len();
        all.resize(first + self.count, 0.0);
        for (log, &kind) in logs.iter().zip(&self.of_tag) {
            all[first + kind] += log.exp();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Span;
    use crate::mention::Label;

    const TAGS: [Tag; 3] = [Tag::Outside, Tag::Begin(Label::Org), Tag::Begin(Label::Loc)];

    /// The words of a text with the probabilities of the tags.
    fn words(text: &str, probabilities: &[[f32; 3]]) -> Words {
        let spans = text.split(' ').map(|word| {
            let start = word.as_ptr() as usize - text.as_ptr() as usize;
            Span::new(start, start + word.len())
        });
        Words::of(spans.zip(probabilities).map(|(span, p)| (span, 0, p.iter().map(|p| p.ln()).collect())))
    }

    #[test]
    fn an_unsure_word_follows_the_sure_ones() {
        let text = "Osaka beat OSAKA osaka";
        let mut found = words(text, &[[0.1, 0.4, 0.5], [0.9, 0.05, 0.05], [0.01, 0.98, 0.01], [0.1, 0.4, 0.5]]);
        let before = found.clone();
        agree(text, &mut found, &TAGS, 0.3);
        assert!(found.logs(0)[1] > found.logs(0)[2], "{found:?}");
        assert!(found.logs(2)[1] > found.logs(2)[2], "the sure one stays");
        for untouched in [1, 3] {
            assert_eq!(found.logs(untouched), before.logs(untouched), "once, and without a capital");
        }
    }

    #[test]
    fn without_weight_nothing_changes() {
        let mut found = words("Osaka Osaka", &[[0.1, 0.4, 0.5], [0.01, 0.98, 0.01]]);
        let before = found.clone();
        agree("Osaka Osaka", &mut found, &TAGS, 0.0);
        assert_eq!((found.logs(0), found.logs(1)), (before.logs(0), before.logs(1)));
    }
}
