//! From words to mentions.

use std::ops::Range;

use unicode_segmentation::GraphemeCursor;

use super::tag_set::TagSet;
use super::tags::Tag;
use super::word::Words;
use crate::document::Span;
use crate::mention::{Kind, Label, Mention};

/// The mentions of a document, in order and without overlap.
///
/// Each sentence gets its most probable sequence of tags in which no mention begins with an inside tag, unless the model
/// has no other tag for its kind. The score of a mention is its share of the probability of all such sequences, with every
/// log-probability divided by `temperature`. Ends are moved out to the borders of the characters that a reader sees
/// (grapheme clusters), since tokenizers drop combining marks. `set` says what the columns of the words' logs mean.
pub fn decode(text: &str, words: &Words, set: &TagSet, temperature: f32) -> Vec<Mention> {
    let mut mentions = Vec::new();
    let (order, tags) = (Order::of(set), set.tags());
    for range in words.sentences() {
        let sentence = Sentence { words, range };
        let path = best_path(&sentence, &order);
        let found = runs(&path, tags);
        if found.is_empty() {
            continue;
        }
        let chain = Chain::new(&sentence, tags, &order, temperature);
        mentions.extend(found.into_iter().map(|(run, label)| Mention {
            span: Span::new(sentence.span(run.start).start, sentence.span(run.end - 1).end),
            label,
            kind: kind(&sentence, &run, label, set),
            score: chain.probability(&path, &run, label) as f32,
        }));
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

/// The words of a sentence.
struct Sentence<'w> {
    words: &'w Words,
    range: Range<usize>,
}

impl<'w> Sentence<'w> {
    fn len(&self) -> usize {
        self.range.len()
    }

    fn span(&self, word: usize) -> Span {
        self.words.span(self.range.start + word)
    }

    fn kinds(&self, word: usize) -> &'w [f32] {
        self.words.kinds(self.range.start + word)
    }

    /// The log-probabilities of each word.
    fn logs(&self) -> impl Iterator<Item = &'w [f32]> {
        let words = self.words;
        self.range.clone().map(|word| words.logs(word))
    }
}

/// Which tags of a set may stand next to each other, by their numbers in the set.
struct Order {
    /// Whether a tag may stand first.
    first: Vec<bool>,
    /// The tags that each may follow.
    before: Vec<Vec<usize>>,
    /// The tags that may follow each.
    after: Vec<Vec<usize>>,
}

impl Order {
    fn of(set: &TagSet) -> Self {
        // Before the first word stands an outside.
        let (tags, follows) = (set.tags(), |tag: Tag, before: Tag| set.may_follow(tag, before));
        let those = |which: &dyn Fn(Tag) -> bool| (0..tags.len()).filter(|&n| which(tags[n])).collect::<Vec<_>>();
        Self {
            first: tags.iter().map(|&tag| follows(tag, Tag::Outside)).collect(),
            before: tags.iter().map(|&tag| those(&|before| follows(tag, before))).collect(),
            after: tags.iter().map(|&tag| those(&|after| follows(after, tag))).collect(),
        }
    }

    /// How many tags there are.
    fn tags(&self) -> usize {
        self.first.len()
    }
}

/// The most probable sequence of tags in which every tag may follow the one before it (Viterbi).
fn best_path(sentence: &Sentence<'_>, order: &Order) -> Vec<usize> {
    let tags = order.tags();
    let mut scores: Vec<f32> = vec![0.0; tags];
    let mut next = vec![0.0; tags];
    // A row of tags for each word: the tag that was the best before each.
    let mut back = vec![0; tags * sentence.len()];
    for (n, (logs, from)) in sentence.logs().zip(back.chunks_exact_mut(tags)).enumerate() {
        for to in 0..tags {
            next[to] = f32::NEG_INFINITY;
            if n == 0 {
                if order.first[to] {
                    next[to] = logs[to];
                }
                continue;
            }
            for &before in &order.before[to] {
                let score = scores[before] + logs[to];
                if score > next[to] {
                    (next[to], from[to]) = (score, before);
                }
            }
        }
        // Only differences count; sums over a very long sentence would lose them to rounding.
        let highest = next.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        scores.iter_mut().zip(&next).for_each(|(score, next)| *score = next - highest);
    }
    let mut best = (0..tags).fold(0, |best, tag| if scores[tag] > scores[best] { tag } else { best });
    let mut path = vec![0; sentence.len()];
    for n in (0..sentence.len()).rev() {
        path[n] = best;
        best = back[n * tags + best];
    }
    path
}

/// The runs of words that a sequence of tags takes for names.
fn runs(path: &[usize], tags: &[Tag]) -> Vec<(Range<usize>, Label)> {
    let mut found: Vec<(Range<usize>, Label)> = Vec::new();
    for (n, &chosen) in path.iter().enumerate() {
        match (tags[chosen], found.last_mut()) {
            (Tag::Inside(label), Some((run, of))) if run.end == n && *of == label => run.end = n + 1,
            (Tag::Begin(label) | Tag::Inside(label), _) => found.push((n..n + 1, label)),
            (Tag::Outside, _) => {}
        }
    }
    found
}

/// The model's own word for what a run of words names: that which is the most probable over them, of those of the label.
fn kind(sentence: &Sentence<'_>, run: &Range<usize>, label: Label, set: &TagSet) -> Option<Kind> {
    let share = |kind: usize| run.clone().map(|n| sentence.kinds(n)[kind]).sum::<f32>();
    let of_label = set.kinds().iter().enumerate().filter(|(_, (of, _))| *of == label);
    let best =
        of_label.map(|(n, (_, kind))| (share(n), *kind)).reduce(|best, next| if next.0 > best.0 { next } else { best });
    best.and_then(|(_, kind)| kind)
}

/// The probabilities of all sequences of tags of a sentence, summed up to and from each word (the forward-backward
/// algorithm, scaled at each word as in Rabiner 1989, section V.A).
struct Chain<'a> {
    tags: &'a [Tag],
    order: &'a Order,
    /// Of each word, the probability of each tag, not yet knowing its neighbours.
    given: Rows,
    forward: Rows,
    backward: Rows,
    scale: Vec<f64>,
}

/// A number for each tag of each word.
struct Rows {
    tags: usize,
    numbers: Vec<f64>,
}

impl Rows {
    fn new(words: usize, tags: usize, number: f64) -> Self {
        Self { tags, numbers: vec![number; words * tags] }
    }

    fn row(&self, word: usize) -> &[f64] {
        &self.numbers[word * self.tags..][..self.tags]
    }

    fn row_mut(&mut self, word: usize) -> &mut [f64] {
        &mut self.numbers[word * self.tags..][..self.tags]
    }
}

impl<'a> Chain<'a> {
    fn new(sentence: &Sentence<'_>, tags: &'a [Tag], order: &'a Order, temperature: f32) -> Self {
        let rows = |number| Rows::new(sentence.len(), tags.len(), number);
        let (given, forward, backward) = (rows(0.0), rows(0.0), rows(1.0));
        let mut chain = Self { tags, order, given, forward, backward, scale: Vec::with_capacity(sentence.len()) };
        for (n, logs) in sentence.logs().enumerate() {
            soften(logs, temperature, chain.given.row_mut(n));
        }
        for n in 0..sentence.len() {
            for to in 0..tags.len() {
                chain.forward.row_mut(n)[to] = chain.reach(n, to, |_| true) * chain.given.row(n)[to];
            }
            let sum: f64 = chain.forward.row(n).iter().sum();
            chain.forward.row_mut(n).iter_mut().for_each(|p| *p /= sum);
            chain.scale.push(sum);
        }
        for n in (1..sentence.len()).rev() {
            for from in 0..tags.len() {
                chain.backward.row_mut(n - 1)[from] = chain.leave(n - 1, from, |_| true);
            }
        }
        chain
    }

    /// The probability of coming to the tag `to` at word `n` from those tags before it that `counts` lets count.
    fn reach(&self, n: usize, to: usize, counts: impl Fn(Tag) -> bool) -> f64 {
        let Some(before) = n.checked_sub(1) else { return f64::from(u8::from(self.order.first[to])) };
        let forward = self.forward.row(before);
        let counted = self.order.before[to].iter().filter(|&&from| counts(self.tags[from]));
        counted.map(|&from| forward[from]).sum()
    }

    /// The probability of what may come behind the tag `from` at word `n`, by those next tags that `counts` lets count.
    fn leave(&self, n: usize, from: usize, counts: impl Fn(Tag) -> bool) -> f64 {
        let next = n + 1;
        let Some(scale) = self.scale.get(next) else { return 1.0 };
        let (given, backward) = (self.given.row(next), self.backward.row(next));
        let counted = self.order.after[from].iter().filter(|&&to| counts(self.tags[to]));
        counted.map(|&to| given[to] * backward[to]).sum::<f64>() / scale
    }

    /// The probability that exactly the words `run` are a name of `label`; `path` says by which tags.
    fn probability(&self, path: &[usize], run: &Range<usize>, label: Label) -> f64 {
        // Another inside tag on either side would make the name longer.
        let begins = self.tags[path[run.start]] == Tag::Begin(label);
        let lengthens = |tag: Tag| tag == Tag::Inside(label) || (!begins && tag == Tag::Begin(label));
        let before = self.reach(run.start, path[run.start], |from| begins || !lengthens(from));
        let inside: f64 = run.clone().map(|n| self.given.row(n)[path[n]] / self.scale[n]).product();
        let after = self.leave(run.end - 1, path[run.end - 1], |to| to != Tag::Inside(label));
        (before * inside * after).clamp(0.0, 1.0)
    }
}

/// Writes the probabilities of log-probabilities divided by a temperature.
fn soften(logs: &[f32], temperature: f32, softened: &mut [f64]) {
    let highest = logs.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    for (p, log) in softened.iter_mut().zip(logs) {
        *p = f64::from((log - highest) / temperature).exp();
    }
    let sum: f64 = softened.iter().sum();
    softened.iter_mut().for_each(|p| *p /= sum);
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
    use super::*;

    const TAGS: [Tag; 5] = [
        Tag::Outside,
        Tag::Begin(Label::Per),
        Tag::Inside(Label::Per),
        Tag::Begin(Label::Loc),
        Tag::Inside(Label::Loc),
    ];

    /// The words of a text; `favoured` gives for each the tag that is favoured and by how much.
    fn words(text: &str, tags: usize, favoured: &[(usize, f32)]) -> Vec<(Span, usize, Vec<f32>)> {
        let word = |(word, &(tag, weight)): (&str, &(usize, f32))| {
            let start = word.as_ptr() as usize - text.as_ptr() as usize;
            let mut logs = vec![0.0; tags];
            logs[tag] = weight;
            (Span::new(start, start + word.len()), 0, logs)
        };
        text.split(' ').zip(favoured).map(word).collect()
    }

    fn found(text: &str, favoured: &[(usize, f32)]) -> Vec<(&'static str, String)> {
        let mentions = decode(text, &Words::of(words(text, TAGS.len(), favoured)), &TagSet::new(&TAGS), 1.0);
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
        let words = words(text, tags.len(), &[(1, 9.0), (1, 9.0), (0, 9.0), (2, 9.0)]);
        let mentions = decode(text, &Words::of(words.clone()), &TagSet::new(&tags), 1.0);
        assert_eq!(mentions.iter().map(|m| m.span.of(text)).collect::<Vec<_>>(), ["Ryan Dillon", "Mosul"]);
        // "Mosul" is inside a place, and "in" is not: else the name would be "in Mosul".
        let all = 9f64.exp() + 2.0;
        let expected = 9f64.exp() / all * (1.0 - 1.0 / all);
        assert!((f64::from(mentions[1].score) - expected).abs() < 1e-6, "{mentions:?}");
    }

    /// The score against the sum over every sequence of tags, one by one.
    #[test]
    fn the_score_is_the_share_of_the_sequences_with_this_mention() {
        let text = "in New York City hall";
        let words = words(text, TAGS.len(), &[(0, 1.0), (3, 2.0), (4, 1.5), (4, 1.0), (0, 0.8)]);
        let mention = decode(text, &Words::of(words.clone()), &TagSet::new(&TAGS), 2.0)[0];
        assert_eq!(mention.span.of(text), "New York City");
        let (mut all, mut with) = (0.0, 0.0);
        for number in 0..TAGS.len().pow(5) {
            let path: Vec<usize> = (0..5u32).map(|n| number / TAGS.len().pow(n) % TAGS.len()).collect();
            let mut before = Tag::Outside;
            if !path.iter().all(|&tag| TAGS[tag].may_follow(std::mem::replace(&mut before, TAGS[tag]))) {
                continue;
            }
            let weight: f64 = path.iter().zip(&words).map(|(&tag, word)| f64::from(word.2[tag] / 2.0).exp()).product();
            all += weight;
            with += if runs(&path, &TAGS).contains(&(1..4, Label::Loc)) { weight } else { 0.0 };
        }
        assert!((f64::from(mention.score) - with / all).abs() < 1e-6, "{mention:?} {}", with / all);
    }

    #[test]
    fn a_higher_temperature_makes_scores_modest() {
        let text = "in Mosul today";
        let words = words(text, TAGS.len(), &[(0, 3.0), (3, 4.0), (0, 3.0)]);
        let score = |temperature| decode(text, &Words::of(words.clone()), &TagSet::new(&TAGS), temperature)[0].score;
        assert!(score(1.0) > score(2.0) && score(2.0) > 0.2);
    }

    #[test]
    fn mentions_end_where_characters_end() {
        // The tokenizer's span leaves out the combining acute accent and the zero-width joiner sequence.
        let text = "Bogota\u{301} 👩\u{200d}🚒";
        let mut words = words("Bogota", TAGS.len(), &[(3, 9.0)]);
        words[0].0 = Span::new(0, 6);
        let mention = decode(text, &Words::of(words.clone()), &TagSet::new(&TAGS), 1.0)[0];
        assert_eq!(mention.span.of(text), "Bogota\u{301}");
    }

    #[test]
    fn sentences_are_not_joined() {
        let text = "in Paris Texas said";
        let mut words = words(text, TAGS.len(), &[(0, 9.0), (3, 9.0), (4, 9.0), (0, 9.0)]);
        words[2].1 = 1;
        words[3].1 = 1;
        let mentions = decode(text, &Words::of(words.clone()), &TagSet::new(&TAGS), 1.0);
        assert!(mentions.iter().all(|m| m.span.of(text) != "Paris Texas"), "{mentions:?}");
    }
}
