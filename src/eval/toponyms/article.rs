//! An article with its marked places, and where these stand in its text.

use crate::document::Span;
use crate::geo::{Kilometers, LatLon};

/// An article with its marked places.
#[derive(Clone, Debug, PartialEq)]
pub struct GoldArticle {
    /// What the corpus calls it.
    pub id: String,
    /// Its publisher's domain, such as `thetowntalk.com`; empty if the corpus doesn't say.
    pub domain: String,
    /// What kind of text it is, where the corpus has several and counts them apart.
    pub kind: Option<String>,
    /// Its text.
    pub text: String,
    /// The places that are marked in it, in the order of the corpus.
    pub toponyms: Vec<Toponym>,
}

/// A marked place.
#[derive(Clone, Debug, PartialEq)]
pub struct Toponym {
    /// The words that name it.
    pub phrase: String,
    /// Where they begin, in characters (code points) of the text.
    pub start: usize,
    /// Where they end, in characters.
    pub end: usize,
    /// The same in bytes.
    pub span: Span,
    /// How the corpus's offsets agreed with its text.
    pub alignment: Alignment,
    /// What they mean; `None` if the corpus doesn't know.
    pub place: Option<GoldPlace>,
}

/// How the offsets of a toponym agree with the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alignment {
    /// The phrase stands there.
    AsGiven,
    /// The phrase stands elsewhere: the toponym was moved there.
    Moved {
        /// Where the corpus says it begins.
        start: usize,
        /// Where the corpus says it ends.
        end: usize,
    },
    /// The phrase isn't in the text: the offsets are those of the corpus, cut to the text.
    Nowhere,
}

/// The place that a toponym is linked to.
#[derive(Clone, Debug, PartialEq)]
pub struct GoldPlace {
    /// Its name in GeoNames.
    pub name: String,
    /// Where it is.
    pub location: LatLon,
    /// Its GeoNames feature code; empty if the corpus doesn't say.
    pub feature: String,
    /// How far a place may be from it that is right, where the corpus says so.
    pub within: Option<Kilometers>,
}

impl GoldArticle {
    /// Puts every toponym back to where the corpus says it is, whatever stands there: figures that others published were
    /// often computed so.
    pub fn take_offsets_as_given(&mut self) {
        let positions = Positions::new(&self.text);
        for toponym in &mut self.toponyms {
            if let Alignment::Moved { start, end } = toponym.alignment {
                (toponym.start, toponym.end) = (start, end);
                toponym.span = positions.span(start, end);
            }
        }
    }
}

/// The characters of a text by their bytes.
pub(super) struct Positions<'t> {
    text: &'t str,
    /// The first byte of each character, and the end of the text.
    bytes: Vec<usize>,
}

impl<'t> Positions<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, bytes: text.char_indices().map(|(byte, _)| byte).chain([text.len()]).collect() }
    }

    /// The stretch between two characters, cut to the text.
    fn span(&self, start: usize, end: usize) -> Span {
        let byte = |character: usize| self.bytes[character.min(self.bytes.len() - 1)];
        Span::new(byte(start), byte(end.max(start)))
    }

    /// The phrase between two characters, if they are in the text and in order.
    pub(super) fn phrase(&self, start: usize, end: usize) -> Option<&'t str> {
        Some(Span::new(*self.bytes.get(start)?, *self.bytes.get(end)?))
            .filter(|s| s.start <= s.end)
            .map(|s| s.of(self.text))
    }

    /// A toponym where its phrase stands: at the offsets of the corpus, or where it begins nearest to them.
    pub(super) fn place(&self, phrase: String, start: usize, end: usize, place: Option<GoldPlace>) -> Toponym {
        let at = |start, end, alignment| (start, end, self.span(start, end), alignment);
        let (start, end, span, alignment) = if self.phrase(start, end) == Some(&phrase) {
            at(start, end, Alignment::AsGiven)
        } else {
            let nearest = self.occurrences(&phrase).min_by_key(|found| found.abs_diff(start));
            match nearest {
                Some(found) => at(found, found + phrase.chars().count(), Alignment::Moved { start, end }),
                None => at(start, end, Alignment::Nowhere),
            }
        };
        Toponym { phrase, start, end, span, alignment, place }
    }

    /// The characters at which a phrase begins; they may overlap.
    fn occurrences<'a>(&'a self, phrase: &'a str) -> impl Iterator<Item = usize> + 'a {
        let mut from = 0;
        std::iter::from_fn(move || {
            let byte = self.bytes.get(from).and_then(|&byte| Some(byte + self.text[byte..].find(phrase)?))?;
            let found = self.bytes.binary_search(&byte).ok()?;
            from = found + 1;
            Some(found)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn toponyms_go_to_the_nearest_occurrence() {
        let text = "Köln, dann Ulm, dann Köln, zuletzt Ulm.";
        let positions = Positions::new(text);
        let placed = |phrase: &str, start, end| {
            let toponym = positions.place(phrase.to_owned(), start, end, None);
            (toponym.start, toponym.end, toponym.span.of(text), toponym.alignment)
        };
        assert_eq!(placed("Köln", 0, 4), (0, 4, "Köln", Alignment::AsGiven));
        assert_eq!(placed("Köln", 23, 27), (21, 25, "Köln", Alignment::Moved { start: 23, end: 27 }));
        assert_eq!(placed("Ulm", 90, 12), (35, 38, "Ulm", Alignment::Moved { start: 90, end: 12 }));
        assert_eq!(placed("Bonn", 2, 4), (2, 4, "ln", Alignment::Nowhere));
        assert_eq!(placed("Bonn", 90, 94), (90, 94, "", Alignment::Nowhere));
    }

    #[test]
    fn offsets_can_be_taken_as_given() {
        let text = "Ulm und Ulm";
        let toponym = Positions::new(text).place("Ulm".to_owned(), 7, 10, None);
        assert_eq!((toponym.start, toponym.end), (8, 11));
        let mut article = GoldArticle {
            id: String::new(),
            domain: String::new(),
            kind: None,
            text: text.to_owned(),
            toponyms: vec![toponym],
        };
        article.take_offsets_as_given();
        assert_eq!((article.toponyms[0].start, article.toponyms[0].span.of(text)), (7, " Ul"));
    }
}
