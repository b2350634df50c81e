//! A document as layers need it: the places that it names, each in its sentence.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::annotation::{Annotation, Area, ContainedName, Entity, Method, Place, Relation, RelationKind};
use crate::document::{OffsetMap, OffsetUnit, Span};
use crate::geo::LatLon;
use crate::mention::Label;
use crate::sentence;

/// Bytes of a sentence, about, that are given on each side of a name in a sentence that is longer than both.
const CONTEXT: usize = 300;

/// Characters of a name that errors quote.
pub(super) const QUOTED: usize = 60;

/// A document with the places that it names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Article {
    /// What it is called.
    pub id: String,
    /// Its headline.
    pub title: Option<String>,
    /// When it was published, as its source writes it.
    pub date: Option<String>,
    /// Who published it.
    pub source: Option<String>,
    /// Where it was published.
    pub url: Option<String>,
    /// What else of its record was carried through.
    pub metadata: Map<String, Value>,
    /// The names that have a place, in order; inner names behind those that they stand in.
    pub mentions: Vec<PlaceMention>,
    /// Positions that the text states by other places and that are known, in order.
    pub relations: Vec<StatedPosition>,
    /// The sentences that `mentions` and `relations` stand in. White space in them is single spaces.
    pub sentences: Vec<String>,
    /// The people that it names, each once, by their fullest names.
    pub people: Vec<String>,
    /// The organisations, likewise.
    pub organisations: Vec<String>,
    /// Names of places that have none.
    pub unplaced: usize,
}

/// The name of a place.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaceMention {
    /// Where it begins in the document, in the unit that the document's record was made with.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// The name as it stands in the text.
    pub text: String,
    /// What it names: an inner name a place, or a people.
    pub label: Label,
    /// The score of the model, in 0..=1; `None` for inner names.
    pub score: Option<f64>,
    /// Its sentence, if the text is known.
    pub context: Option<Context>,
    /// The name that it stands inside.
    pub contained_in: Option<String>,
    /// The index of the entity that it is or stands in, in the document's record.
    pub entity: usize,
    /// Its place.
    pub place: Placed,
}

/// Where something stands in a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Context {
    /// The index of the sentence.
    pub sentence: usize,
    /// The bytes of it.
    pub span: Span,
}

/// A place that has coordinates.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// What is known of it.
    pub about: Place,
    /// Where it is.
    pub location: LatLon,
}

/// A position that the text states by other places.
#[derive(Clone, Debug, PartialEq)]
pub struct StatedPosition {
    /// The form of the phrase.
    pub kind: RelationKind,
    /// The phrase.
    pub phrase: String,
    /// The stated distance.
    pub distance_km: Option<f64>,
    /// The stated direction, in degrees from north.
    pub bearing_deg: Option<f64>,
    /// Its best guess.
    pub location: LatLon,
    /// How far the truth may be from it.
    pub uncertainty_km: f64,
    /// Where it may be: a closed ring of longitudes and latitudes, whose longitudes may run on past 180.
    pub outline: Vec<[f64; 2]>,
    /// The index in `mentions` of the name that lies there, if the text has one that is placed.
    pub target: Option<usize>,
    /// What lies there, if the text names it.
    pub name: Option<String>,
    /// The indices in `mentions` of the names that the phrase starts from.
    pub anchors: Vec<usize>,
    /// The sentence of the phrase, if the text is known.
    pub context: Option<Context>,
}

/// Why a record makes no article.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0}; expected a document as tagging writes it, with offsets in the unit that it was written with: tag it anew"
)]
pub struct RecordError(String);

impl Article {
    /// Makes an article of an annotation.
    ///
    /// # Errors
    ///
    /// If its offsets don't fit its text, or its coordinates are none.
    pub fn new(annotation: Annotation) -> Result<Self, RecordError> {
        let unit = annotation.offsets;
        let text = annotation.text.as_deref();
        let mut places =
            Places { article: Self::default(), text: text.map(|text| Text::new(text, unit)), excerpts: HashMap::new() };
        // Of each entity, its mention in the article.
        let mut mention_of: Vec<Option<usize>> = Vec::with_capacity(annotation.entities.len());
        for (index, entity) in annotation.entities.iter().enumerate() {
            mention_of.push(places.entity(index, entity)?);
        }
        for relation in &annotation.relations {
            places.relation(relation, &annotation.entities, &mention_of)?;
        }
        let Self { mentions, relations, sentences, unplaced, .. } = places.article;
        let [people, organisations] = [Label::Per, Label::Org]
            .map(|label| distinct(annotation.entities.iter().filter(|entity| entity.label == label)));
        let Annotation { id, title, date, source, url, metadata, .. } = annotation;
        let metadata = metadata.unwrap_or_default();
        Ok(Self {
            id,
            title,
            date,
            source,
            url,
            metadata,
            mentions,
            relations,
            sentences,
            people,
            organisations,
            unplaced,
        })
    }
}

/// The fullest names of entities, each once.
fn distinct<'a>(entities: impl Iterator<Item = &'a Entity>) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    let names = entities.map(|entity| entity.name.as_deref().unwrap_or(&entity.text));
    names.filter(|name| seen.insert(*name)).map(str::to_owned).collect()
}

/// An article in the making.
struct Places<'t> {
    article: Article,
    text: Option<Text<'t>>,
    /// The sentences that are in the article already, by what they are of the text.
    excerpts: HashMap<Span, Excerpt>,
}

/// A sentence in the article, and where its parts came from.
struct Excerpt {
    index: usize,
    /// Of each byte of the text that begins a character or ends the excerpt, where it came to lie.
    moved: Vec<u32>,
}

/// The text of a document.
struct Text<'t> {
    text: &'t str,
    offsets: OffsetMap<'t>,
    sentences: Vec<Span>,
}

impl<'t> Text<'t> {
    fn new(text: &'t str, unit: OffsetUnit) -> Self {
        Self { text, offsets: OffsetMap::new(text, unit), sentences: sentence::sentences_on_page(text) }
    }

    /// The bytes of a name that should stand there.
    fn span(&self, (start, end, name): Named<'_>) -> Result<Span, RecordError> {
        let span = self.offsets.byte(start).zip(self.offsets.byte(end)).map(|(start, end)| Span { start, end });
        let span = span.filter(|span| span.start <= span.end && span.of(self.text) == name);
        span.ok_or_else(|| {
            let name = shortened(name, QUOTED);
            RecordError(format!("has {name:?} at {start} to {end}, where its text has something else"))
        })
    }

    /// What is shown around a span: its sentence, or of a long one what stands near, and whether that is cut out of more.
    fn around(&self, span: Span) -> (Span, bool) {
        let at = self.sentences.partition_point(|sentence| sentence.end <= span.start);
        // A name that runs on over the end of its sentence is shown with all that it stands in.
        let after = self.sentences.partition_point(|sentence| sentence.start < span.end);
        let stands_in = self.sentences.get(at..after).unwrap_or_default();
        let whole = match (stands_in.first(), stands_in.last()) {
            (Some(first), Some(last)) => Span::new(first.start.min(span.start), last.end.max(span.end)),
            _ => span,
        };
        if whole.len() <= 2 * CONTEXT + span.len() {
            return (whole, false);
        }
        // At steps, so that names that stand near each other are shown in the same words.
        let start = (span.start - whole.start).saturating_sub(CONTEXT) / CONTEXT * CONTEXT + whole.start;
        let end = (span.end - whole.start + CONTEXT).next_multiple_of(CONTEXT) + whole.start;
        let start = self.text.ceil_char_boundary(start).min(span.start);
        let end = self.text.floor_char_boundary(end.min(whole.end)).max(span.end);
        (Span::new(start, end), start > whole.start || end < whole.end)
    }
}

impl Places<'_> {
    /// Takes an entity, and gives the index of its mention.
    fn entity(&mut self, index: usize, entity: &Entity) -> Result<Option<usize>, RecordError> {
        let placed = entity.place.as_ref().map(placed).transpose()?;
        if placed.is_none() && entity.label == Label::Loc {
            self.article.unplaced += 1;
        }
        let place = (entity.start, entity.end, entity.text.as_str());
        let context = if placed.is_some() { self.context(place, place)? } else { None };
        let mention = placed.map(|place| {
            let Entity { start, end, label, score, .. } = *entity;
            let score = Some(score);
            let text = entity.text.clone();
            self.article.mentions.push(PlaceMention {
                start,
                end,
                text,
                label,
                score,
                context,
                contained_in: None,
                entity: index,
                place,
            });
            self.article.mentions.len() - 1
        });
        for inner in &entity.contains {
            self.contained(index, entity, inner)?;
        }
        Ok(mention)
    }

    fn contained(&mut self, index: usize, entity: &Entity, inner: &ContainedName) -> Result<(), RecordError> {
        let Some(place) = inner.place.as_ref().map(placed).transpose()? else { return Ok(()) };
        let ContainedName { start, end, ref text, .. } = *inner;
        // In the sentence of the whole name.
        let context = self.context((start, end, text), (entity.start, entity.end, &entity.text))?;
        let contained_in = Some(shortened(&entity.text, CONTEXT));
        let text = text.clone();
        // "Iraqi" in "Iraqi Red Crescent" is no name of a place, as it is none elsewhere.
        let label = if place.about.method == Method::Demonym { Label::Misc } else { Label::Loc };
        self.article.mentions.push(PlaceMention {
            start,
            end,
            text,
            label,
            score: None,
            context,
            contained_in,
            entity: index,
            place,
        });
        Ok(())
    }

    fn relation(
        &mut self,
        relation: &Relation,
        entities: &[Entity],
        mention_of: &[Option<usize>],
    ) -> Result<(), RecordError> {
        let Some(Area { lat, lon, uncertainty_km, polygon }) = &relation.place else { return Ok(()) };
        let location = located(*lat, *lon)?;
        let mention = |&entity: &usize| mention_of.get(entity).copied().flatten();
        let place = (relation.start, relation.end, relation.text.as_str());
        let context = self.context(place, place)?;
        self.article.relations.push(StatedPosition {
            kind: relation.kind,
            phrase: one_spaced(&relation.text),
            distance_km: relation.distance_km,
            bearing_deg: relation.bearing_deg,
            location,
            uncertainty_km: *uncertainty_km,
            outline: polygon.clone(),
            target: relation.target.as_ref().and_then(mention),
            name: relation.target.and_then(|target| entities.get(target)).map(|entity| one_spaced(&entity.text)),
            anchors: relation.anchors.iter().filter_map(mention).collect(),
            context,
        });
        Ok(())
    }

    /// The sentence of a name, or of the longer name that it is a part of. It is taken into the article if it is not there
    /// yet. Names are given as where they begin, where they end and what they are.
    fn context(&mut self, part: Named<'_>, name: Named<'_>) -> Result<Option<Context>, RecordError> {
        let Some(text) = &self.text else { return Ok(None) };
        let span = text.span(part)?;
        let name_span = text.span(name)?;
        // A name that is longer than a sentence is shown part by part.
        let (around, cut) = text.around(if name_span.len() <= 2 * CONTEXT { name_span } else { span });
        if span.start < around.start || span.end > around.end {
            return Err(RecordError(format!(
                "has {:?} outside of {:?}",
                shortened(part.2, QUOTED),
                shortened(name.2, QUOTED)
            )));
        }
        let sentences = &mut self.article.sentences;
        let excerpt = self.excerpts.entry(around).or_insert_with(|| {
            let (sentence, moved) = excerpt(around.of(text.text), cut);
            sentences.push(sentence);
            Excerpt { index: sentences.len() - 1, moved }
        });
        let moved = |byte: usize| excerpt.moved[byte - around.start] as usize;
        Ok(Some(Context { sentence: excerpt.index, span: Span::new(moved(span.start), moved(span.end)) }))
    }
}

/// Where a name begins and ends, and what it is.
type Named<'n> = (usize, usize, &'n str);

/// A part of a text with every run of white space and control characters as one space, and where each byte came to lie.
/// Where it is cut out of a longer sentence, dots say so.
fn excerpt(part: &str, cut: bool) -> (String, Vec<u32>) {
    let mut plain = String::with_capacity(part.len() + 8);
    let mut moved = Vec::with_capacity(part.len() + 1);
    if cut {
        plain.push('…');
    }
    for c in part.chars() {
        // What begins within a run of white space begins with its one space.
        let blank = c.is_whitespace() || c.is_control();
        let begins = if blank && plain.ends_with(' ') { plain.len() - 1 } else { plain.len() };
        moved.extend(std::iter::repeat_n(begins as u32, c.len_utf8()));
        match blank {
            true if plain.ends_with(' ') => {}
            true => plain.push(' '),
            false => plain.push(c),
        }
    }
    moved.push(plain.len() as u32);
    if cut {
        plain.push('…');
    }
    (plain, moved)
}

/// A text with every run of white space and control characters as one space.
fn one_spaced(text: &str) -> String {
    excerpt(text, false).0
}

/// A place with its coordinates; `None` if it has none.
fn placed(about: &Place) -> Result<Placed, RecordError> {
    Ok(Placed { about: about.clone(), location: located(about.lat, about.lon)? })
}

fn located(lat: f64, lon: f64) -> Result<LatLon, RecordError> {
    LatLon::new(lat, lon).ok_or_else(|| {
        RecordError(format!(
            "has the coordinates {lat} and {lon}, which are not a latitude within 90 and a longitude within 180"
        ))
    })
}

/// The first characters of a name.
pub(super) fn shortened(name: &str, most: usize) -> String {
    match name.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn article(json: serde_json::Value) -> Result<Article, RecordError> {
        Article::new(Annotation::from_json(&json.to_string(), OffsetUnit::CodePoints).unwrap())
    }

    fn place(name: &str, lat: f64, lon: f64) -> serde_json::Value {
        serde_json::json!({"id": format!("t:{name}"), "name": name, "lat": lat, "lon": lon, "confidence": 0.9,
                           "method": "gazetteer", "uncertainty_km": 0.0})
    }

    #[test]
    fn mentions_stand_in_their_sentences() {
        let text = "🗻 Köln is here.\r\n\r\nThe  Ulm\nPolice came. Nothing else.";
        let found = article(serde_json::json!({"id": "a", "text": text, "entities": [
            {"start": 2, "end": 6, "text": "Köln", "label": "LOC", "score": 0.5, "place": place("Cologne", 50.9, 6.9)},
            {"start": 24, "end": 34, "text": "Ulm\nPolice", "label": "ORG",
             "contains": [{"start": 24, "end": 27, "text": "Ulm", "place": place("Ulm", 48.4, 10.0)}]}]}))
        .unwrap();
        assert_eq!(found.sentences, ["🗻 Köln is here.", "The Ulm Police came."]);
        let shown: Vec<_> = found
            .mentions
            .iter()
            .map(|mention| {
                let context = mention.context.unwrap();
                (context.sentence, context.span.of(&found.sentences[context.sentence]), mention.contained_in.as_deref())
            })
            .collect();
        assert_eq!(shown, [(0, "Köln", None), (1, "Ulm", Some("Ulm\nPolice"))]);
        assert_eq!(found.organisations, ["Ulm\nPolice"]);
    }

    #[test]
    fn long_sentences_are_cut_around_the_name() {
        let text = format!("{} Köln {}", "ä ".repeat(5000), "ö".repeat(5000));
        let found = article(serde_json::json!({"id": "a", "text": text, "entities": [
            {"start": 10001, "end": 10005, "text": "Köln", "label": "LOC", "place": place("Cologne", 50.9, 6.9)}]}));
        let found = found.unwrap();
        let context = found.mentions[0].context.unwrap();
        let sentence = &found.sentences[0];
        assert_eq!(context.span.of(sentence), "Köln");
        assert!(sentence.len() < 1300 && sentence.starts_with('…') && sentence.ends_with('…'));
    }

    #[test]
    fn without_a_text_there_are_no_sentences() {
        let found = article(serde_json::json!({"id": "a", "entities": [
            {"start": 2, "end": 6, "text": "Köln", "label": "LOC", "place": place("Cologne", 50.9, 6.9)},
            {"start": 9, "end": 12, "text": "Ulm", "label": "LOC", "place": null},
            {"start": 19, "end": 22, "text": "Ulm", "label": "LOC", "place": {"name": "Ulm", "lat": null, "lon": 3.0, "method": "gazetteer"}}]}))
        .unwrap();
        assert_eq!((found.mentions.len(), found.unplaced, found.sentences.len()), (1, 2, 0));
        assert!(found.mentions[0].context.is_none());
    }

    #[test]
    fn what_does_not_fit_is_told() {
        let entity = |start, name: &str, lat: f64| {
            article(serde_json::json!({"id": "a", "text": "In Köln", "entities": [
                {"start": start, "end": start + 4, "text": name, "label": "LOC", "place": place("Cologne", lat, 6.9)}]}))
        };
        assert!(entity(3, "Köln", 50.9).is_ok());
        for broken in [entity(2, "Köln", 50.9), entity(4, "Köln", 50.9), entity(3, "Bonn", 50.9)] {
            let told = broken.unwrap_err().to_string();
            assert!(told.contains("where its text has something else") && told.contains("the unit that"), "{told}");
        }
        assert!(entity(3, "Köln", 90.9).unwrap_err().to_string().contains("90.9"));
    }

    proptest! {
        #[test]
        fn names_are_found_again_in_their_sentences(before in "\\PC{0,30}[\\s.]{0,3}", name in "\\PC{1,12}", after in "[\\s.]{0,3}\\PC{0,30}") {
            let text = format!("{before}{name}{after}");
            let start = before.chars().count();
            let found = article(serde_json::json!({"id": "a", "text": text, "entities": [
                {"start": start, "end": start + name.chars().count(), "text": name, "label": "LOC", "place": place("x", 1.0, 2.0)}]})).unwrap();
            let context = found.mentions[0].context.unwrap();
            let shown = context.span.of(&found.sentences[context.sentence]);
            let plain = one_spaced(&name);
            prop_assert!(shown.trim() == plain.trim(), "{shown:?} {plain:?}");
        }
    }
}
