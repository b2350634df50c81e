//! The table of mentions: the columns of [`super::super::mentions`], with their types.

use super::super::mentions::Row;
use super::columns::Columns;
use super::metadata::MetadataTypes;

/// The columns of mentions.
pub(super) fn columns<'a>(rows: Vec<Row<'a>>, types: Option<&MetadataTypes>) -> Columns<Row<'a>> {
    let columns = Columns::new(rows)
        .text("document", |row| &row.document)
        .text_or_null("title", |row| row.title.as_deref())
        .text_or_null("date", |row| row.date.as_deref())
        .text_or_null("source", |row| row.source.as_deref())
        .text_or_null("url", |row| row.url.as_deref())
        .count("start", |row| row.start)
        .count("end", |row| row.end)
        .text("text", |row| &row.text)
        .text("label", |row| row.label)
        .number_or_null("score", |row| row.score)
        .text_or_null("name", |row| row.name.as_deref())
        .text_or_null("place_id", |row| row.place_id.as_deref())
        .text_or_null("place_name", |row| row.place_name.as_deref())
        .number_or_null("latitude", |row| row.latitude)
        .number_or_null("longitude", |row| row.longitude)
        .text_or_null("country", |row| row.country.as_deref())
        .text_or_null("iso_a3", |row| row.iso_a3)
        .text_or_null("admin1", |row| row.admin1.as_deref())
        .text_or_null("feature", |row| row.feature.as_deref())
        .count_or_null("population", |row| row.population)
        .number_or_null("confidence", |row| row.confidence)
        .text_or_null("method", |row| row.method)
        .number_or_null("uncertainty_km", |row| row.uncertainty_km)
        .number_or_null("radius_km", |row| row.radius_km)
        .text_or_null("contained_in", |row| row.contained_in.as_deref());
    match types {
        Some(types) => columns.made_or_null("metadata", |rows| {
            let objects = rows.iter().map(|row| row.as_ref().and_then(|row| row.fields));
            types.column(&objects.collect::<Vec<_>>())
        }),
        None => columns.text_or_null("metadata", |row| row.metadata.as_deref()),
    }
}
