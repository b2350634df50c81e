//! Sentences and words, for formats that are made of them.

use unicode_segmentation::UnicodeSegmentation;

use crate::document::Span;
use crate::sentence;

/// The words of a text, by sentences, in order and without white space.
///
/// Words are those of Unicode (UAX #29), split further at the borders of `names`, so that each name is whole words; a
/// sentence that would end inside a name goes on. Every character that is not white space is in exactly one word. No word
/// holds white space, and no sentence is empty. `names` may stand in any order and inside each other.
pub fn sentences(text: &str, names: &[Span]) -> Vec<Vec<Span>> {
    let mut cuts: Vec<usize> = names.iter().flat_map(|name| [name.start, name.end]).collect();
    cuts.sort_unstable();
    cuts.dedup();
    let words = whole_sentences(text, names).into_iter().map(|sentence| words(text, sentence, &cuts));
    words.filter(|words| !words.is_empty()).collect()
}

/// Whether words end at a character: what Unicode calls white space, and the four separators of ASCII, which Python
/// takes for white space too.
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{1c}'..='\u{1f}')
}

/// The sentences of a text, joined where a name goes over their border.
fn whole_sentences(text: &str, names: &[Span]) -> Vec<Span> {
    let mut names = names.to_vec();
    names.sort_unstable();
    let mut names = names.into_iter().peekable();
    // Where the names end that begin before the end of the last sentence.
    let mut reach = 0;
    let mut found: Vec<Span> = Vec::new();
    for sentence in sentence::sentences_on_page(text) {
        match found.last_mut() {
            Some(last) if reach > sentence.start => last.end = sentence.end,
            _ => found.push(sentence),
        }
        while let Some(name) = names.next_if(|name| name.start < sentence.end) {
            reach = reach.max(name.end);
        }
    }
    found
}

fn words(text: &str, sentence: Span, cuts: &[usize]) -> Vec<Span> {
    let mut found = Vec::new();
    for (at, piece) in sentence.of(text).split_word_bound_indices() {
        // A piece may be white space with a combining mark on it.
        for part in piece.split(is_space).filter(|part| !part.is_empty()) {
            let start = sentence.start + at + (part.as_ptr() as usize - piece.as_ptr() as usize);
            push_cut(Span::new(start, start + part.len()), cuts, &mut found);
        }
    }
    found
}

/// Adds a word, in parts if there are cuts inside it.
fn push_cut(mut word: Span, cuts: &[usize], found: &mut Vec<Span>) {
    let first = cuts.partition_point(|&cut| cut <= word.start);
    for &cut in cuts[first..].iter().take_while(|&&cut| cut < word.end) {
        found.push(Span::new(word.start, cut));
        word.start = cut;
    }
    found.push(word);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn split<'t>(text: &'t str, names: &[&str]) -> Vec<Vec<&'t str>> {
        let span = |name: &&str| {
            let start = text.find(name).unwrap();
            Span::new(start, start + name.len())
        };
        let names: Vec<Span> = names.iter().map(span).collect();
        sentences(text, &names).iter().map(|words| words.iter().map(|word| word.of(text)).collect()).collect()
    }

    #[test]
    fn words_of_unicode() {
        assert_eq!(
            split("Zürich’s Bürger,  45 km. 他在。 \u{1f}Ende", &[]),
            [vec!["Zürich’s", "Bürger", ",", "45", "km", "."], vec!["他", "在", "。"], vec!["Ende"]]
        );
        assert_eq!(split(" \n\u{1f}\t", &[]), Vec::<Vec<&str>>::new());
        // A combining mark on a tab.
        assert_eq!(split("a\t\u{301}b", &[]), [["a", "\u{301}", "b"]]);
    }

    #[test]
    fn names_are_whole_words_of_one_sentence() {
        let text = "Он в МосквеОбласть. Die BR\nKlassik.";
        let words = split(text, &["BR\nKlassik", "Москве"]);
        assert_eq!(words, [vec!["Он", "в", "Москве", "Область", "."], vec!["Die", "BR", "Klassik", "."]]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost(text in "(?s)([\\PC\r\n\t .!?\u{301}\u{1f}]{0,80})", borders in proptest::collection::vec(0..80_usize, 0..8)) {
            let borders: Vec<usize> = borders.into_iter().map(|at| text.floor_char_boundary(at)).collect();
            let names: Vec<Span> = borders
                .chunks_exact(2)
                .map(|pair| Span::new(pair[0].min(pair[1]), pair[0].max(pair[1])))
                .collect();
            let mut position = 0;
            let found = sentences(&text, &names);
            for word in found.iter().flatten() {
                prop_assert!(text[position..word.start].chars().all(is_space));
                prop_assert!(!word.is_empty() && !word.of(&text).contains(is_space));
                for border in names.iter().flat_map(|name| [name.start, name.end]) {
                    prop_assert!(border <= word.start || border >= word.end);
                }
                position = word.end;
            }
            prop_assert!(text[position..].chars().all(is_space));
            for border in found.windows(2) {
                let (before, after) = (border[0].last().unwrap(), border[1].first().unwrap());
                prop_assert!(!names.iter().any(|name| name.start < before.end && name.end > after.start));
            }
        }
    }
}
