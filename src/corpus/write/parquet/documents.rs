//! The table of whole documents: the JSON form as nested columns.

use super::super::metadata;
use super::columns::Columns;
use super::metadata::MetadataTypes;
use crate::annotation::{Annotation, Area, ContainedName, Entity, Focus, Place, PlaceDistance, Relation};

/// A row: a document.
pub(super) struct Row<'a> {
    annotation: &'a Annotation,
    metadata: Option<String>,
}

impl<'a> Row<'a> {
    pub fn new(annotation: &'a Annotation) -> Self {
        Self { annotation, metadata: metadata(annotation) }
    }

    /// The bytes of text in it, near enough: names of places are short.
    pub fn size(&self) -> usize {
        let places =
            |place: &Option<Place>, alternatives: &Vec<Place>| usize::from(place.is_some()) + alternatives.len();
        let inner = |entity: &Entity| entity.contains.iter().map(|c| places(&c.place, &c.alternatives)).sum::<usize>();
        let entities = self.annotation.entities.iter();
        let places: usize = entities.map(|entity| places(&entity.place, &entity.alternatives) + inner(entity)).sum();
        let text = self.annotation.text.as_ref().map_or(0, String::len);
        text + self.metadata.as_ref().map_or(0, String::len) + 64 * places
    }

    pub fn id(&self) -> &str {
        &self.annotation.id
    }
}

/// The columns of documents, as the documentation of [`super`] tells them: the keys of the JSON form, in their order, without
/// explanations and nested names. A test holds the two to each other.
pub(super) fn columns<'a>(rows: Vec<Row<'a>>, types: Option<&MetadataTypes>) -> Columns<Row<'a>> {
    let columns = Columns::new(rows)
        .text("id", |row| &row.annotation.id)
        .text_or_null("title", |row| row.annotation.title.as_deref())
        .text_or_null("date", |row| row.annotation.date.as_deref())
        .text_or_null("source", |row| row.annotation.source.as_deref())
        .text_or_null("url", |row| row.annotation.url.as_deref())
        .text_or_null("language", |row| row.annotation.language.as_deref());
    let columns = match types {
        Some(types) => columns.made_or_null("metadata", |rows| {
            let objects = rows.iter().map(|row| row.as_ref().and_then(|row| row.annotation.metadata.as_ref()));
            types.column(&objects.collect::<Vec<_>>())
        }),
        None => columns.text_or_null("metadata", |row| row.metadata.as_deref()),
    };
    columns
        .text_or_null("text", |row| row.annotation.text.as_deref())
        .list("entities", |row| row.annotation.entities.iter().collect(), entities)
        .list("relations", |row| row.annotation.relations.iter().collect(), relations)
        .list_or_null("distances", |row| Some(row.annotation.distances.as_ref()?.iter().collect()), distances)
        .count_or_null("distances_left_out", |row| row.annotation.distances_left_out.map(|left_out| left_out as u64))
        .list("focus", |row| row.annotation.focus.iter().collect(), focus)
}

fn entities(rows: Columns<&Entity>) -> Columns<&Entity> {
    rows.count("start", |entity| entity.start)
        .count("end", |entity| entity.end)
        .text("text", |entity| &entity.text)
        .text("label", |entity| entity.label.name())
        .number("score", |entity| entity.score)
        .text_or_null("name", |entity| entity.name.as_deref())
        .text_or_null("stands_for", |entity| entity.stands_for.map(|stands_for| stands_for.name()))
        .record_or_null("place", |entity| entity.place.as_ref(), places)
        .list("alternatives", |entity| entity.alternatives.iter().collect(), places)
        .list("contains", |entity| entity.contains.iter().collect(), contained)
}

fn contained(rows: Columns<&ContainedName>) -> Columns<&ContainedName> {
    rows.count("start", |inner| inner.start)
        .count("end", |inner| inner.end)
        .text("text", |inner| &inner.text)
        .record_or_null("place", |inner| inner.place.as_ref(), places)
        .list("alternatives", |inner| inner.alternatives.iter().collect(), places)
}

fn places(rows: Columns<&Place>) -> Columns<&Place> {
    rows.text_or_null("id", |place| place.id.as_deref())
        .text("name", |place| &place.name)
        .number("lat", |place| place.lat)
        .number("lon", |place| place.lon)
        .text_or_null("country", |place| place.country.as_deref())
        .text_or_null("admin1", |place| place.admin1.as_deref())
        .text_or_null("feature", |place| place.feature.as_deref())
        .count_or_null("population", |place| place.population)
        .number("confidence", |place| place.confidence)
        .text("method", |place| place.method.name())
        .number("uncertainty_km", |place| place.uncertainty_km)
        .number_or_null("radius_km", |place| place.radius_km)
}

fn relations(rows: Columns<&Relation>) -> Columns<&Relation> {
    rows.text("kind", |relation| relation.kind.name())
        .count_or_null("target", |relation| relation.target.map(|target| target as u64))
        .counts("anchors", |relation| &relation.anchors)
        .number_or_null("distance_km", |relation| relation.distance_km)
        .number_or_null("bearing_deg", |relation| relation.bearing_deg)
        .record_or_null("place", |relation| relation.place.as_ref(), areas)
        .count("start", |relation| relation.start)
        .count("end", |relation| relation.end)
        .text("text", |relation| &relation.text)
}

fn areas(rows: Columns<&Area>) -> Columns<&Area> {
    rows.number("lat", |area| area.lat)
        .number("lon", |area| area.lon)
        .number("uncertainty_km", |area| area.uncertainty_km)
        .corners("polygon", |area| area.polygon.clone())
}

fn distances(rows: Columns<&PlaceDistance>) -> Columns<&PlaceDistance> {
    rows.count("from", |distance| distance.from)
        .count("to", |distance| distance.to)
        .number("km", |distance| distance.km)
}

fn focus(rows: Columns<&Focus>) -> Columns<&Focus> {
    rows.text("id", |focus| &focus.id)
        .text("name", |focus| &focus.name)
        .text("kind", |focus| focus.kind.name())
        .number("lat", |focus| focus.lat)
        .number("lon", |focus| focus.lon)
        .text_or_null("country", |focus| focus.country.as_deref())
        .number("score", |focus| focus.score)
}
