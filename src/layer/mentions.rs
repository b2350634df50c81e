//! A point for every mention.

use super::carried;
use super::collection::{CollectedPlace, Collection, Document, Mention};
use super::geometry;
use super::kind::Layer;
use super::table::{Columns, Shapes, Table};
use crate::country::iso_a3;

struct Row<'a> {
    mention: &'a Mention,
    document: &'a Document,
    place: &'a CollectedPlace,
    sentence: Option<&'a str>,
}

/// The layer of mentions.
pub(super) fn table(collection: &Collection) -> Table<'_> {
    let rows = collection.mentions.iter().map(|mention| Row {
        mention,
        document: &collection.documents[mention.document as usize],
        place: &collection.places[mention.place as usize],
        sentence: mention.context.map(|(sentence, _)| collection.sentences[sentence as usize].as_str()),
    });
    let columns = Columns::new(rows.collect(), |row| geometry::point(row.place.location), |row| row.place.location)
        .text("document", |row| Some(&row.document.id))
        .text("title", |row| row.document.title.as_deref())
        .date("date", |row| row.document.date.map(|date| date.first))
        .text("source", |row| row.document.source.as_deref())
        .text("url", |row| row.document.url.as_deref())
        .integer("start", |row| Some(row.mention.start as u64))
        .integer("end", |row| Some(row.mention.end as u64))
        .text("text", |row| Some(&row.mention.text))
        .text("label", |row| Some(row.mention.label.name()))
        .number("score", |row| row.mention.score)
        .text("sentence", |row| row.sentence)
        .text("contained_in", |row| row.mention.contained_in.as_deref())
        .text("place_id", |row| row.place.about.id.as_deref())
        .text("place_name", |row| Some(&row.place.about.name))
        .text("country", |row| row.place.about.country.as_deref())
        .text("iso_a3", |row| row.place.about.country.as_deref().and_then(iso_a3))
        .text("admin1", |row| row.place.about.admin1.as_deref())
        .text("feature", |row| row.place.about.feature.as_deref())
        .integer("population", |row| row.place.about.population)
        .number("confidence", |row| row.mention.confidence)
        .text("method", |row| Some(row.mention.method.name()))
        .number("uncertainty_km", |row| row.mention.uncertainty_km)
        .number("radius_km", |row| row.place.about.radius_km);
    carried::columns(columns, &collection.carried, |row| &row.document.carried).table(Layer::Mentions, Shapes::Points)
}
