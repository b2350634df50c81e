//! The table of whole documents: the JSON form as nested columns.

use super::super::{degrees, kilometers, metadata, score};
use super::columns::Columns;
use crate::annotation::{
    Annotation, Contained, DISTANCE_PLACES, Entity, Focus, JsonOptions, Relation, Resolution, ResolvedPlace,
};
use crate::document::{Document, OffsetMap, Span};
use crate::geo::Kilometers;
use crate::language::Language;
use crate::region::Region;
use crate::rounding::KILOMETER_DECIMALS;

/// A row: a document.
pub(super) struct Row<'a> {
    annotation: &'a Annotation,
    offsets: OffsetMap<'a>,
    metadata: Option<String>,
    options: JsonOptions,
}

impl<'a> Row<'a> {
    pub fn new(annotation: &'a Annotation, options: JsonOptions) -> Self {
        let document = &annotation.document;
        let offsets = OffsetMap::new(&document.text, options.offsets);
        Self { annotation, offsets, metadata: metadata(document), options }
    }

    /// The bytes of text in it, near enough: names of places are short.
    pub fn size(&self) -> usize {
        let places = |resolution: Option<&Resolution>| resolution.map_or(0, |r| 1 + r.alternatives.len());
        let inner = |entity: &Entity| entity.contains.iter().map(|c| places(Some(&c.resolution))).sum::<usize>();
        let entities = self.annotation.entities.iter();
        let places: usize = entities.map(|entity| places(entity.resolution.as_ref()) + inner(entity)).sum();
        self.annotation.document.text.len() + self.metadata.as_ref().map_or(0, String::len) + 64 * places
    }

    pub fn id(&self) -> &str {
        &self.annotation.document.id
    }

    fn document(&self) -> &'a Document {
        &self.annotation.document
    }

    fn part(&self, span: Span) -> Part<'a> {
        let text = span.of(&self.document().text);
        Part { start: self.offsets.convert(span.start), end: self.offsets.convert(span.end), text }
    }

    fn entities(&self) -> Vec<EntityRow<'a>> {
        let contained =
            |inner: &'a Contained| ContainedRow { part: self.part(inner.span), resolution: &inner.resolution };
        let entity = |entity: &'a Entity| EntityRow {
            part: self.part(entity.mention.span),
            entity,
            contains: entity.contains.iter().map(contained).collect(),
        };
        self.annotation.entities.iter().map(entity).collect()
    }

    fn relations(&self) -> Vec<RelationRow<'a>> {
        let relations = self.annotation.relations.iter();
        relations.map(|relation| RelationRow { part: self.part(relation.span), relation }).collect()
    }

    fn distances(&self) -> Option<Vec<(usize, usize, Kilometers)>> {
        self.options.distances.then(|| self.annotation.distances())
    }

    fn distances_left_out(&self) -> Option<u64> {
        let places = self.options.distances.then(|| self.annotation.distinct_places().len())?;
        (places > DISTANCE_PLACES).then(|| (places - DISTANCE_PLACES) as u64)
    }

    fn language(&self) -> Option<&'static str> {
        self.document().language.filter(|&language| language != Language::ENGLISH).map(Language::code)
    }
}

/// A stretch of a document, with its offsets in the unit that is asked for.
#[derive(Clone, Copy)]
struct Part<'a> {
    start: usize,
    end: usize,
    text: &'a str,
}

struct EntityRow<'a> {
    part: Part<'a>,
    entity: &'a Entity,
    contains: Vec<ContainedRow<'a>>,
}

#[derive(Clone, Copy)]
struct ContainedRow<'a> {
    part: Part<'a>,
    resolution: &'a Resolution,
}

struct RelationRow<'a> {
    part: Part<'a>,
    relation: &'a Relation,
}

/// The columns of documents, as the documentation of [`super`] tells them.
pub(super) fn columns<'a>(rows: Vec<Row<'a>>) -> Columns<Row<'a>> {
    Columns::new(rows)
        .text("id", |row| &row.document().id)
        .text_or_null("title", |row| row.document().title.as_deref())
        .text_or_null("date", |row| row.document().date.as_deref())
        .text_or_null("source", |row| row.document().source.as_deref())
        .text_or_null("url", |row| row.document().url.as_deref())
        .text_or_null("language", |row| row.language())
        .text_or_null("metadata", |row| row.metadata.as_deref())
        .text_or_null("text", |row| row.options.text.then_some(row.document().text.as_str()))
        .list("entities", Row::entities, entities)
        .list("relations", Row::relations, relations)
        .list_or_null("distances", Row::distances, |distances| {
            distances.count("from", |row| row.0).count("to", |row| row.1).number("km", |row| kilometers(row.2))
        })
        .count_or_null("distances_left_out", Row::distances_left_out)
        .list("focus", |row| row.annotation.focus.iter().collect(), focus)
}

fn entities<'a>(rows: Columns<EntityRow<'a>>) -> Columns<EntityRow<'a>> {
    rows.count("start", |row| row.part.start)
        .count("end", |row| row.part.end)
        .text("text", |row| row.part.text)
        .text("label", |row| row.entity.mention.label.name())
        .number("score", |row| score(f64::from(row.entity.mention.score)))
        .text_or_null("name", |row| row.entity.name.as_deref())
        .text_or_null("stands_for", |row| row.entity.stands_for.map(|stands_for| stands_for.name()))
        .record_or_null("place", |row| row.entity.resolution.as_ref()?.place.as_ref(), places)
        .list("alternatives", |row| alternatives(row.entity.resolution.as_ref()), places)
        .list("contains", |row| row.contains.clone(), contained)
}

fn contained<'a>(rows: Columns<ContainedRow<'a>>) -> Columns<ContainedRow<'a>> {
    rows.count("start", |row| row.part.start)
        .count("end", |row| row.part.end)
        .text("text", |row| row.part.text)
        .record_or_null("place", |row| row.resolution.place.as_ref(), places)
        .list("alternatives", |row| alternatives(Some(row.resolution)), places)
}

fn alternatives(resolution: Option<&Resolution>) -> Vec<&ResolvedPlace> {
    resolution.map_or_else(Vec::new, |resolution| resolution.alternatives.iter().collect())
}

fn places(rows: Columns<&ResolvedPlace>) -> Columns<&ResolvedPlace> {
    rows.text_or_null("id", |place| place.id.as_deref())
        .text("name", |place| &place.name)
        .number("lat", |place| degrees(place.location.lat))
        .number("lon", |place| degrees(place.location.lon))
        .text_or_null("country", |place| place.country.as_deref())
        .text_or_null("admin1", |place| place.admin1.as_deref())
        .text_or_null("feature", |place| place.feature.as_deref())
        .count_or_null("population", |place| place.population)
        .number("confidence", |place| score(place.confidence))
        .text("method", |place| place.method.name())
        .number("uncertainty_km", |place| kilometers(place.uncertainty))
        .number_or_null("radius_km", |place| place.radius.map(kilometers))
}

fn relations<'a>(rows: Columns<RelationRow<'a>>) -> Columns<RelationRow<'a>> {
    let distance = |row: &RelationRow<'a>| row.relation.stated.distance.map(|distance| kilometers(distance.length));
    let bearing = |row: &RelationRow<'a>| {
        row.relation.stated.direction.map(|direction| crate::rounding::rounded(direction.bearing.0, KILOMETER_DECIMALS))
    };
    rows.text("kind", |row| row.relation.stated.kind.name())
        .count_or_null("target", |row| row.relation.target.map(|target| target as u64))
        .counts("anchors", |row| &row.relation.anchors)
        .number_or_null("distance_km", distance)
        .number_or_null("bearing_deg", bearing)
        .record_or_null("place", |row| row.relation.region.as_ref(), regions)
        .count("start", |row| row.part.start)
        .count("end", |row| row.part.end)
        .text("text", |row| row.part.text)
}

fn regions(rows: Columns<&Region>) -> Columns<&Region> {
    rows.number("lat", |region| degrees(region.point.lat))
        .number("lon", |region| degrees(region.point.lon))
        .number("uncertainty_km", |region| kilometers(region.uncertainty))
        .corners("polygon", |region| region.outline.corners().iter().map(|corner| corner.map(degrees)).collect())
}

fn focus(rows: Columns<&Focus>) -> Columns<&Focus> {
    rows.text("id", |focus| &focus.id)
        .text("name", |focus| &focus.name)
        .text("kind", |focus| focus.kind.name())
        .number("lat", |focus| degrees(focus.location.lat))
        .number("lon", |focus| degrees(focus.location.lon))
        .text_or_null("country", |focus| focus.country.as_deref())
        .number("score", |focus| score(focus.score))
}
