//! From logits to mentions.

use unicode_segmentation::GraphemeCursor;

use super::labels::{Label, Tag};
use super::window::Window;
use crate::document::Span;
use crate::onnx::Logits;

/// A name that the model found in a document.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mention {
    /// Its place in the text.
    pub span: Span,
    /// What it names.
    pub label: Label,
    /// How sure the model is, in 0..=1: the probability of the least sure word of the mention.
    pub score: f32,
}

/// One word of a sentence with the log-probability of each tag.
struct Word {
    span: Span,
    sentence: usize,
    logs: Vec<f32>,
}

/// The mentions of a document, in order and without overlap.
///
/// Words are tagged by their first piece, from the window that owns it. Each sentence gets its most probable sequence
/// of tags in which no mention begins with an inside tag, unless the model has no other tag for its kind. Ends are moved out to the borders of the characters that a
/// reader sees (grapheme clusters), since tokenizers drop combining marks.
///
/// `logits` are those of `windows`, one for one; `tags` says what the columns of the logits mean.
pub fn decode(text: &str, windows: &[Window], logits: &[Logits], tags: &[Tag]) -> Vec<Mention> {
    let words = words(windows, logits);
    let mut mentions = Vec::new();
    for sentence in words.chunk_by(|a, b| a.sentence == b.sentence) {
        collect(sentence, &best_path(sentence, tags), tags, &mut mentions);
    }
    let mut end = 0;
    mentions.retain_mut(|mention: &mut Mention| {
        mention.span = to_graphemes(text, trimmed(text, mention.span));
        let kept = mention.span.start >= end && !mention.span.is_empty();
        if kept {
            end = mention.span.end;
        }
        kept
    });
    mentions
}

fn words(windows: &[Window], logits: &[Logits]) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    for (window, logits) in windows.iter().zip(logits) {
        for n in window.owned.clone() {
            let token = window.tokens[n];
            match words.last_mut() {
                Some(word) if !token.first_piece => word.span.end = word.span.end.max(token.span.end),
                _ => words.push(Word {
                    span: token.span,
                    sentence: token.sentence,
                    logs: log_softmax(logits.row(n + window.leading).iter().copied()),
                }),
            }
        }
    }
    words
}

fn log_softmax(logits: impl Iterator<Item = f32> + Clone) -> Vec<f32> {
    let highest = logits.clone().fold(f32::NEG_INFINITY, f32::max);
    let sum: f32 = logits.clone().map(|l| (l - highest).exp()).sum();
    logits.map(|l| l - highest - sum.ln()).collect()
}

/// The most probable sequence of tags in which every tag may follow the one before it (Viterbi).
fn best_path(words: &[Word], tags: &[Tag]) -> Vec<usize> {
    let follows = |tag: Tag, before: Tag| tag.may_follow(before) || !tag.has_beginning(tags);
    let mut scores: Vec<f32> = vec![0.0; tags.len()];
    let mut back: Vec<Vec<usize>> = Vec::with_capacity(words.len());
    for (n, word) in words.iter().enumerate() {
        let mut next = vec![f32::NEG_INFINITY; tags.len()];
        let mut from = vec![0; tags.len()];
        for (to, &tag) in tags.iter().enumerate() {
            for (before, &tag_before) in tags.iter().enumerate() {
                let allowed = follows(tag, if n == 0 { Tag::Outside } else { tag_before });
                let score = scores[before] + word.logs[to];
                if allowed && score > next[to] {
                    (next[to], from[to]) = (score, before);
                }
            }
        }
        // Only differences count; sums over a very long sentence would lose them to rounding.
        let highest = next.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        scores = next.into_iter().map(|score| score - highest).collect();
        back.push(from);
    }
    let mut best = (0..tags.len()).fold(0, |best, tag| if scores[tag] > scores[best] { tag } else { best });
    let mut path = vec![0; words.len()];
    for n in (0..words.len()).rev() {
        path[n] = best;
        best = back[n][best];
    }
    path
}

fn collect(words: &[Word], path: &[usize], tags: &[Tag], mentions: &mut Vec<Mention>) {
    let mut open = false;
    for (word, &chosen) in words.iter().zip(path) {
        let score = word.logs[chosen].exp();
        match (tags[chosen], mentions.last_mut()) {
            (Tag::Inside(label), Some(mention)) if open && mention.label == label => {
                mention.span.end = word.span.end;
                mention.score = mention.score.min(score);
            }
            (Tag::Begin(label) | Tag::Inside(label), _) => {
                mentions.push(Mention { span: word.span, label, score });
                open = true;
            }
            (Tag::Outside, _) => open = false,
        }
    }
}

/// Some tokenizers count the space before a word as part of it.
fn trimmed(text: &str, span: Span) -> Span {
    let inside = span.of(text);
    let start = span.start + inside.len() - inside.trim_start().len();
    Span::new(start, (span.start + inside.trim_end().len()).max(start))
}

fn to_graphemes(text: &str, span: Span) -> Span {
    // Both ends of the text are borders.
    let is_border = |at: usize| GraphemeCursor::new(at, text.len(), true).is_boundary(text, 0).unwrap_or(true);
    let mut span = span;
    while !is_border(span.start) {
        span.start = text.floor_char_boundary(span.start - 1);
    }
    while !is_border(span.end) {
        span.end = text.ceil_char_boundary(span.end + 1);
    }
    span
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::super::window::Token;
    use super::*;

    const TAGS: [Tag; 5] = [
        Tag::Outside,
        Tag::Begin(Label::Per),
        Tag::Inside(Label::Per),
        Tag::Begin(Label::Loc),
        Tag::Inside(Label::Loc),
    ];

    /// A window over the words of a text; `favoured` gives for each word the tag that its logits favour and by how much.
    fn window(text: &str, favoured: &[(usize, f32)]) -> (Window, Logits) {
        let mut tokens = Vec::new();
        for word in text.split(' ') {
            let start = word.as_ptr() as usize - text.as_ptr() as usize;
            let span = Span::new(start, start + word.len());
            tokens.push(Token { id: 1, case_id: 1, span, first_piece: true, sentence: 0 });
        }
        let mut logits = Array2::zeros((tokens.len(), TAGS.len()));
        for (n, &(tag, weight)) in favoured.iter().enumerate() {
            logits[[n, tag]] = weight;
        }
        let window = Window {
            ids: vec![1; tokens.len()],
            case_ids: vec![1; tokens.len()],
            leading: 0,
            owned: 0..tokens.len(),
            tokens,
        };
        (window, logits)
    }

    fn found(text: &str, favoured: &[(usize, f32)]) -> Vec<(&'static str, String)> {
        let (window, logits) = window(text, favoured);
        let mentions = decode(text, &[window], &[logits], &TAGS);
        mentions.into_iter().map(|m| (m.label.name(), m.span.of(text).to_owned())).collect()
    }

    #[test]
    fn mentions_of_several_words_and_neighbours() {
        assert_eq!(
            found("Ryan Dillon left New York Mosul", &[(1, 9.0), (2, 9.0), (0, 9.0), (3, 9.0), (4, 9.0), (3, 9.0)]),
            [("PER", "Ryan Dillon".into()), ("LOC", "New York".into()), ("LOC", "Mosul".into())]
        );
    }

    #[test]
    fn no_mention_begins_inside() {
        // The second word's favourite cannot follow an outside: the whole is read as one mention instead.
        assert_eq!(found("al Bir fell", &[(0, 1.0), (4, 8.0), (0, 5.0)]), [("LOC", "al Bir".into())]);
    }

    /// Some models have inside tags alone.
    #[test]
    fn models_without_begin_tags() {
        let tags = [Tag::Outside, Tag::Inside(Label::Per), Tag::Inside(Label::Loc)];
        let text = "Ryan Dillon in Mosul";
        let (window, _) = window(text, &[]);
        let logits = ndarray::array![[0.0, 9.0, 0.0], [0.0, 9.0, 0.0], [9.0, 0.0, 0.0], [0.0, 0.0, 9.0]];
        let mentions = decode(text, &[window], &[logits], &tags);
        assert_eq!(mentions.iter().map(|m| m.span.of(text)).collect::<Vec<_>>(), ["Ryan Dillon", "Mosul"]);
    }

    #[test]
    fn the_score_is_that_of_the_least_sure_word() {
        let text = "New York";
        let (window, logits) = window(text, &[(3, 20.0), (4, 2.0)]);
        let mention = decode(text, &[window], &[logits], &TAGS)[0];
        let expected = 2f32.exp() / (2f32.exp() + 4.0);
        assert!((mention.score - expected).abs() < 1e-4, "{mention:?}");
    }

    #[test]
    fn mentions_end_where_characters_end() {
        // The tokenizer's span leaves out the combining acute accent and the zero-width joiner sequence.
        let text = "Bogota\u{301} 👩\u{200d}🚒";
        let (mut window, logits) = window("Bogota", &[(3, 9.0)]);
        window.tokens[0].span = Span::new(0, 6);
        let mention = decode(text, &[window], &[logits], &TAGS)[0];
        assert_eq!(mention.span.of(text), "Bogota\u{301}");
    }

    #[test]
    fn later_pieces_from_the_next_window_lengthen_the_word() {
        let text = "Nebuchadnezzar";
        let (mut first, logits) = window(text, &[(1, 9.0)]);
        first.tokens[0].span = Span::new(0, 6);
        let (mut second, _) = window(text, &[(0, 9.0)]);
        second.tokens[0] = Token { first_piece: false, span: Span::new(6, 14), ..second.tokens[0] };
        let mentions = decode(text, &[first, second], &[logits.clone(), logits], &TAGS);
        assert_eq!(mentions.len(), 1);
        assert_eq!(mentions[0].span.of(text), text);
    }

    #[test]
    fn sentences_are_not_joined() {
        let text = "in Paris Texas said";
        let (mut window, logits) = window(text, &[(0, 9.0), (3, 9.0), (4, 9.0), (0, 9.0)]);
        window.tokens[2].sentence = 1;
        window.tokens[3].sentence = 1;
        let mentions = decode(text, &[window], &[logits], &TAGS);
        assert!(mentions.iter().all(|m| m.span.of(text) != "Paris Texas"), "{mentions:?}");
    }
}
