//! What texts say of where something lies: the area that it may be in, and a line from each place that the words start
//! from.

use geo::Geometry;

use super::carried;
use super::collection::{Anchor, Collection, Document, Relation};
use super::geometry;
use super::kind::Layer;
use super::table::{Columns, Shapes, Table};
use crate::geo::Kilometers;
use crate::region::Region;
use crate::rounding::COORDINATE_DECIMALS;

struct Row<'a> {
    relation: &'a Relation,
    document: &'a Document,
    sentence: Option<&'a str>,
    part: Part<'a>,
}

enum Part<'a> {
    Area(Geometry),
    Line(&'a Anchor),
}

/// The layer of relative places.
pub(super) fn table(collection: &Collection) -> Table<'_> {
    let rows = collection.relations.iter().flat_map(|relation| {
        let row = move |part| Row {
            relation,
            document: &collection.documents[relation.document as usize],
            sentence: relation.context.map(|(sentence, _)| collection.sentences[sentence as usize].as_str()),
            part,
        };
        let area = area(relation).map(Part::Area);
        // "near Mosul" lies around Mosul: a line of no length would be no line.
        let away = |anchor: &&Anchor| geometry::point(anchor.location) != geometry::point(relation.location);
        area.into_iter().chain(relation.anchors.iter().filter(away).map(Part::Line)).map(row)
    });
    let columns = Columns::new(rows.collect(), shape, |row| row.relation.location)
        .text("document", |row| Some(&row.document.id))
        .text("title", |row| row.document.title.as_deref())
        .date("date", |row| row.document.date.map(|date| date.first))
        .text("source", |row| row.document.source.as_deref())
        .text("url", |row| row.document.url.as_deref())
        .text("part", |row| Some(if matches!(row.part, Part::Area(_)) { "area" } else { "line" }))
        .text("phrase", |row| Some(&row.relation.phrase))
        .text("kind", |row| Some(row.relation.kind.name()))
        .number("distance_km", |row| row.relation.distance_km)
        .number("bearing_deg", |row| row.relation.bearing_deg)
        .text("name", |row| row.relation.name.as_deref())
        .made_text("anchors", anchors)
        .number("uncertainty_km", |row| Some(row.relation.uncertainty_km))
        .text("sentence", |row| row.sentence);
    carried::columns(columns, &collection.carried, |row| &row.document.carried).table(Layer::Relative, Shapes::Mixed)
}

/// Where it may be: its outline, or where that encloses nothing, as far around as its uncertainty says.
pub(super) fn area(relation: &Relation) -> Option<Geometry> {
    geometry::polygon(&relation.outline, COORDINATE_DECIMALS).or_else(|| {
        let disc = Region::disc(relation.location, Kilometers(relation.uncertainty_km.clamp(0.1, 5_000.0)));
        geometry::polygon(disc.outline.corners(), COORDINATE_DECIMALS)
    })
}

fn shape(row: &Row<'_>) -> Geometry {
    match &row.part {
        Part::Area(area) => area.clone(),
        Part::Line(anchor) => geometry::line(anchor.location, row.relation.location),
    }
}

/// The names of the places that the words start from; of a line, the one that it starts from.
fn anchors(row: &Row<'_>) -> Option<String> {
    let names: Vec<&str> = match row.part {
        Part::Line(anchor) => vec![&anchor.name],
        Part::Area(_) => row.relation.anchors.iter().map(|anchor| anchor.name.as_str()).collect(),
    };
    (!names.is_empty()).then(|| names.join("; "))
}
