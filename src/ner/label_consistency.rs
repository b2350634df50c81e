//! Agreement: a name mostly means the same kind of thing throughout a document.
//!
//! A window shows the model a stretch of a document; the sentence that says who "Osaka" is may stand in another. So what
//! the model says of each word is drawn towards what it says of the same word elsewhere in the document.

use hashbrown::HashMap;

use super::case::Case;
use super::tags::Tag;
use super::word::Word;

/// Probabilities are kept from zero by this much, so that one window that is quite sure can still be talked round.
const FLOOR: f32 = 1e-4;

/// Draws the kinds of equal words together.
///
/// Of each word that is written with a capital, the probabilities of being outside, a person, an organisation and so on
/// are multiplied by (m / p)^`weight`, where p is the word's own probability and m the mean over its other occurrences.
/// Words are equal without regard to case ("MOSUL" in a headline). A `weight` of 0 changes nothing.
pub fn agree(text: &str, words: &mut [Word], tags: &[Tag], weight: f32) {
    if weight == 0.0 {
        return;
    }
    let mut occurrences: HashMap<String, Vec<usize>> = HashMap::new();
    for (n, word) in words.iter().enumerate() {
        let written = word.span.of(text);
        if matches!(Case::of(written), Case::Title | Case::Upper | Case::Mixed) {
            occurrences.entry(written.to_lowercase()).or_default().push(n);
        }
    }
    let kinds = Kinds::of(tags);
    for places in occurrences.into_values().filter(|places| places.len() > 1) {
        let own: Vec<Vec<f32>> = places.iter().map(|&n| kinds.probabilities(&words[n].logs)).collect();
        let others = (places.len() - 1) as f32;
        for kind in 0..kinds.count {
            let sum: f32 = own.iter().map(|p| p[kind]).sum();
            for (&n, p) in places.iter().zip(&own) {
                let mean = (sum - p[kind]).max(0.0) / others;
                let shift = weight * ((mean + FLOOR) / (p[kind] + FLOOR)).ln();
                for (log, &of) in words[n].logs.iter_mut().zip(&kinds.of_tag) {
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

    fn probabilities(&self, logs: &[f32]) -> Vec<f32> {
        let mut sums = vec![0.0; self.count];
        for (log, &kind) in logs.iter().zip(&self.of_tag) {
            sums[kind] += log.exp();
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Span;
    use crate::mention::Label;

    const TAGS: [Tag; 3] = [Tag::Outside, Tag::Begin(Label::Org), Tag::Begin(Label::Loc)];

    /// The words of a text with the probabilities of the tags.
    fn words(text: &str, probabilities: &[[f32; 3]]) -> Vec<Word> {
        let spans = text.split(' ').map(|word| {
            let start = word.as_ptr() as usize - text.as_ptr() as usize;
            Span::new(start, start + word.len())
        });
        let word = |(span, p): (Span, &[f32; 3])| Word { span, sentence: 0, logs: p.iter().map(|p| p.ln()).collect() };
        spans.zip(probabilities).map(word).collect()
    }

    #[test]
    fn an_unsure_word_follows_the_sure_ones() {
        let text = "Osaka beat OSAKA osaka";
        let mut found = words(text, &[[0.1, 0.4, 0.5], [0.9, 0.05, 0.05], [0.01, 0.98, 0.01], [0.1, 0.4, 0.5]]);
        let before = found.clone();
        agree(text, &mut found, &TAGS, 0.3);
        assert!(found[0].logs[1] > found[0].logs[2], "{found:?}");
        assert!(found[2].logs[1] > found[2].logs[2], "the sure one stays");
        assert_eq!((&found[1], &found[3]), (&before[1], &before[3]), "once, and without a capital");
    }

    #[test]
    fn without_weight_nothing_changes() {
        let mut found = words("Osaka Osaka", &[[0.1, 0.4, 0.5], [0.01, 0.98, 0.01]]);
        let before = found.clone();
        agree("Osaka Osaka", &mut found, &TAGS, 0.0);
        assert_eq!(found, before);
    }
}
