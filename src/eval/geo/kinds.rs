//! What became of the names of each kind of text, in a corpus that has kinds and says of each place how far off is right.
//!
//! A marked name is right if a place was given to a mention, or to a name inside a mention, that overlaps it, at most as far from
//! its point as the corpus allows; it is wrong if only places farther off overlap it, and unplaced if none does. A placed
//! mention that overlaps no marked name is false; names inside mentions that do so are counted apart.

use serde::Serialize;

use super::matching::NEAR;
use crate::annotation::spans::SpannedText;
use crate::annotation::{Annotation, Place};
use crate::eval::toponyms::GoldArticle;
use crate::geo::Kilometers;

/// The counts of one kind of text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct KindRow {
    /// What it is called.
    pub kind: String,
    /// Texts.
    pub passages: usize,
    /// Linked names in them.
    pub names: usize,
    /// Of these, how many are where they should be.
    pub right: usize,
    /// How many are elsewhere.
    pub wrong: usize,
    /// How many are nowhere.
    pub unplaced: usize,
    /// Placed mentions that overlap no marked name.
    #[serde(rename = "false")]
    pub invented: usize,
    /// Placed names inside mentions that do so.
    pub false_inside: usize,
}

/// The counts of every kind, in the order of the corpus.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kinds(Vec<KindRow>);

/// A name that was placed: where it stands in characters, and whether it is inside a mention.
struct Placed<'a> {
    start: usize,
    end: usize,
    place: &'a Place,
    inside: bool,
}

impl Placed<'_> {
    fn overlaps(&self, start: usize, end: usize) -> bool {
        self.start < end && start < self.end
    }
}

impl Kinds {
    /// Counts an article that has a kind; others are passed over.
    pub fn add(&mut self, article: &GoldArticle, annotation: &Annotation) {
        let Some(kind) = &article.kind else { return };
        let n = self.0.iter().position(|row| row.kind == *kind).unwrap_or_else(|| {
            self.0.push(KindRow { kind: kind.clone(), ..KindRow::default() });
            self.0.len() - 1
        });
        let row = &mut self.0[n];
        let placed = placed(annotation);
        row.passages += 1;
        for toponym in &article.toponyms {
            let Some(gold) = &toponym.place else { continue };
            let there = placed.iter().filter(|placed| placed.overlaps(toponym.start, toponym.end));
            let apart = there.map(|placed| placed.place.location().distance(gold.location).0).min_by(f64::total_cmp);
            row.names += 1;
            match apart {
                Some(apart) if Kilometers(apart) <= gold.within.unwrap_or(NEAR) => row.right += 1,
                Some(_) => row.wrong += 1,
                None => row.unplaced += 1,
            }
        }
        let marked = |placed: &&Placed<'_>| article.toponyms.iter().any(|t| placed.overlaps(t.start, t.end));
        for placed in placed.iter().filter(|placed| !marked(placed)) {
            *(if placed.inside { &mut row.false_inside } else { &mut row.invented }) += 1;
        }
    }

    /// The rows, and one for all of them together; nothing if no article had a kind.
    pub fn rows(&self) -> Vec<KindRow> {
        let mut all = KindRow { kind: "all".to_owned(), ..KindRow::default() };
        for row in &self.0 {
            all.passages += row.passages;
            all.names += row.names;
            all.right += row.right;
            all.wrong += row.wrong;
            all.unplaced += row.unplaced;
            all.invented += row.invented;
            all.false_inside += row.false_inside;
        }
        let all = (!self.0.is_empty()).then_some(all);
        self.0.iter().cloned().chain(all).collect()
    }
}

fn placed(annotation: &Annotation) -> Vec<Placed<'_>> {
    let text = SpannedText::of(annotation);
    let mut found = Vec::new();
    for entity in &annotation.entities {
        let inner = entity.contains.iter().map(|inner| (inner.start, inner.end, inner.place.as_ref(), true));
        for (start, end, place, inside) in
            std::iter::once((entity.start, entity.end, entity.place.as_ref(), false)).chain(inner)
        {
            let Some((span, place)) = text.span(start, end).zip(place) else { continue };
            found.push(Placed { start: text.code_points(span.start), end: text.code_points(span.end), place, inside });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::testing::{MOSUL, OSLO, toponym};
    use super::*;
    use crate::annotation::ContainedName;
    use crate::annotation::testing::{annotated, place};
    use crate::eval::toponyms::GoldPlace;
    use crate::mention::Label;

    #[test]
    fn names_of_a_kind() {
        let text = "Mosul, Oslo and Ulm police met Bonn at Rome";
        let mut annotation = annotated(
            text,
            &[("Mosul", Label::Loc), ("Oslo", Label::Loc), ("Ulm police", Label::Org), ("Bonn", Label::Loc)],
        );
        let at = |name, at: crate::geo::LatLon| Some(place("t:1", name, (at.lat, at.lon), "IQ"));
        let [mosul, oslo, ulm, bonn] = &mut annotation.entities[..] else { panic!("four names") };
        mosul.place = at("Mosul", MOSUL);
        oslo.place = at("Oslo", MOSUL);
        bonn.place = at("Bonn", OSLO);
        ulm.contains = vec![ContainedName {
            start: ulm.start,
            end: ulm.start + 3,
            text: "Ulm".to_owned(),
            place: at("Ulm", MOSUL),
            alternatives: Vec::new(),
        }];
        let mut near = toponym("Mosul", 0, Some(MOSUL));
        near.place = near.place.map(|place| GoldPlace { within: Some(Kilometers(1.0)), ..place });
        let toponyms = vec![near, toponym("Oslo", 7, Some(OSLO)), toponym("Rome", 39, Some(OSLO))];
        let (id, domain, kind) = (String::new(), String::new(), Some("sea".to_owned()));
        let mut article = GoldArticle { id, domain, kind, text: text.to_owned(), toponyms };
        let mut kinds = Kinds::default();
        kinds.add(&article, &annotation);
        let rows = kinds.rows();
        let expected = KindRow {
            kind: "sea".to_owned(),
            passages: 1,
            names: 3,
            right: 1,
            wrong: 1,
            unplaced: 1,
            invented: 1,
            false_inside: 1,
        };
        assert_eq!(rows, [expected.clone(), KindRow { kind: "all".to_owned(), ..expected }]);
        article.kind = None;
        let mut kinds = Kinds::default();
        kinds.add(&article, &annotation);
        assert_eq!(kinds.rows(), []);
    }
}
