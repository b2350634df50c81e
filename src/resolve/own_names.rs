//! Names of a user's own places: where they stand, there is the name of a place, whatever the model says.

use crate::mention::{Label, Mention};
use crate::phrases::Phrases;

/// Adds the names that a text has of a user's own places to its mentions, which stay in order and without overlap: the longest
/// ones, where nothing was found, where a shorter name of a place was, or where just these words were taken for something
/// else. Inside longer mentions, and across the borders of others, nothing is changed.
pub fn mark(text: &str, mut mentions: Vec<Mention>, names: &Phrases) -> Vec<Mention> {
    for hit in names.longest(text) {
        let first = mentions.partition_point(|mention| mention.span.end <= hit.span.start);
        let behind = mentions.partition_point(|mention| mention.span.start < hit.span.end).max(first);
        let own = Mention::new(hit.span, Label::Loc, 1.0);
        let is_inside = |mention: &Mention| {
            mention.label == Label::Loc && hit.span.start <= mention.span.start && mention.span.end <= hit.span.end
        };
        match &mentions[first..behind] {
            [there] if there.span == hit.span && there.label == Label::Loc => {}
            [there] if there.span == hit.span => mentions[first] = own,
            there if there.iter().all(is_inside) => drop(mentions.splice(first..behind, [own])),
            _ => {}
        }
    }
    mentions
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Span;

    #[test]
    fn own_names_are_places() {
        let text = "Camp Delta and Delta Force met at Delta. Gate Delta fell.";
        let mut names = Phrases::default();
        ["Camp Delta", "Delta", "Gate Delta"].iter().for_each(|name| names.add(name, 0));
        let mention = |name: &str, label| {
            let start = text.find(name).unwrap();
            Mention::new(Span::new(start, start + name.len()), label, 0.6)
        };
        let found = vec![
            mention("Camp", Label::Loc),
            mention("Delta Force", Label::Org),
            Mention::new(Span::new(34, 39), Label::Per, 0.6),
            mention("Gate", Label::Org),
        ];
        let marked = mark(text, found, &names);
        let told: Vec<_> = marked.iter().map(|m| (m.span.of(text), m.label.name(), m.score)).collect();
        assert_eq!(
            told,
            [("Camp Delta", "LOC", 1.0), ("Delta Force", "ORG", 0.6), ("Delta", "LOC", 1.0), ("Gate", "ORG", 0.6)]
        );
        assert_eq!(mark(text, marked.clone(), &names), marked);
    }
}
