//! A table of mentions: a row each, with the place that it names and what is known of its document.

use std::io::{self, Write};

use serde::Serialize;

use super::{AnnotationWriter, metadata};
use crate::annotation::{Annotation, Label, Method, Place};

/// The columns, in order.
pub const COLUMNS: [&str; 25] = [
    "document",
    "title",
    "date",
    "source",
    "url",
    "start",
    "end",
    "text",
    "label",
    "score",
    "name",
    "place_id",
    "place_name",
    "latitude",
    "longitude",
    "country",
    "admin1",
    "feature",
    "population",
    "confidence",
    "method",
    "uncertainty_km",
    "radius_km",
    "contained_in",
    "metadata",
];

/// Comma-separated values (RFC 4180, with line feeds) under a line of column names; what is not known is empty.
///
/// Fields hold what the document holds: one that begins with `=` is not changed to keep a spreadsheet from reading it as a
/// formula.
pub struct Csv {
    /// What stands between fields: `,`, or a tab for tab-separated values.
    pub delimiter: u8,
}

impl Default for Csv {
    fn default() -> Self {
        Self { delimiter: b',' }
    }
}

impl Csv {
    fn writer<'o>(&self, out: &'o mut dyn Write) -> csv::Writer<&'o mut dyn Write> {
        csv::WriterBuilder::new().delimiter(self.delimiter).has_headers(false).from_writer(out)
    }
}

impl AnnotationWriter for Csv {
    fn begin(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut table = self.writer(out);
        table.write_record(COLUMNS)?;
        table.flush()
    }

    fn write(&self, out: &mut dyn Write, annotation: &Annotation, _: u64) -> io::Result<()> {
        let metadata = metadata(annotation);
        let mut table = self.writer(out);
        for row in rows(annotation, metadata.as_deref()) {
            table.serialize(row)?;
        }
        table.flush()
    }
}

/// A mention, or the name of a place inside one. The fields are the columns, in their order.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct Row<'a> {
    pub document: &'a str,
    pub title: Option<&'a str>,
    pub date: Option<&'a str>,
    pub source: Option<&'a str>,
    pub url: Option<&'a str>,
    pub start: usize,
    pub end: usize,
    pub text: &'a str,
    pub label: &'static str,
    /// A name inside another has none.
    pub score: Option<f64>,
    pub name: Option<&'a str>,
    pub place_id: Option<&'a str>,
    pub place_name: Option<&'a str>,
    pub latitude: Option<f64>,
    pub longitude: Option<f64>,
    pub country: Option<&'a str>,
    pub admin1: Option<&'a str>,
    pub feature: Option<&'a str>,
    pub population: Option<u64>,
    pub confidence: Option<f64>,
    pub method: Option<&'static str>,
    pub uncertainty_km: Option<f64>,
    pub radius_km: Option<f64>,
    /// The text of the mention that holds the name.
    pub contained_in: Option<&'a str>,
    pub metadata: Option<&'a str>,
}

/// The rows of a document: its mentions in order, each followed by the places inside its name. `metadata` is the
/// document's, as JSON.
pub(super) fn rows<'a>(annotation: &'a Annotation, metadata: Option<&'a str>) -> Vec<Row<'a>> {
    let document = Row {
        document: &annotation.id,
        title: annotation.title.as_deref(),
        date: annotation.date.as_deref(),
        source: annotation.source.as_deref(),
        url: annotation.url.as_deref(),
        metadata,
        ..Row::default()
    };
    let mut rows = Vec::with_capacity(annotation.entities.len());
    for entity in &annotation.entities {
        let row = Row {
            start: entity.start,
            end: entity.end,
            text: &entity.text,
            label: entity.label.name(),
            score: Some(entity.score),
            name: entity.name.as_deref(),
            ..document.clone()
        };
        rows.push(row.at(entity.place.as_ref()));
        rows.extend(entity.contains.iter().map(|inner| {
            let row = Row {
                start: inner.start,
                end: inner.end,
                text: &inner.text,
                label: Label::Loc.name(),
                contained_in: Some(&entity.text),
                ..document.clone()
            };
            row.at(inner.place.as_ref())
        }));
    }
    rows
}

impl<'a> Row<'a> {
    fn at(self, place: Option<&'a Place>) -> Self {
        let Some(place) = place else { return self };
        Self {
            place_id: place.id.as_deref(),
            place_name: Some(&place.name),
            latitude: Some(place.lat),
            longitude: Some(place.lon),
            country: place.country.as_deref(),
            admin1: place.admin1.as_deref(),
            feature: place.feature.as_deref(),
            population: place.population,
            confidence: Some(place.confidence),
            method: Some(Method::name(place.method)),
            uncertainty_km: Some(place.uncertainty_km),
            radius_km: place.radius_km,
            ..self
        }
    }

    /// The bytes of text in it, near enough.
    pub fn size(&self) -> usize {
        let texts = [self.title, self.source, self.url, self.contained_in, self.metadata];
        self.document.len() + self.text.len() + texts.iter().flatten().map(|text| text.len()).sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotation::testing::{annotated_in, annotation};
    use crate::document::OffsetUnit;

    fn written(writer: &Csv, annotation: &Annotation) -> String {
        let mut out = Vec::new();
        writer.begin(&mut out).unwrap();
        writer.write(&mut out, annotation, 0).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_row_a_mention() {
        let about = r#"a/1,"Ein Titel, ""kurz""",2018-02-06,Zeitung,https://example.org/a?b=ü"#;
        let metadata = r#""{""seite"":[1,""ß""]}""#;
        let expected = format!(
            "{}\n\
             {about},2,12,Tall ‘Afar,LOC,0.988,,,Tall ‘Afar,36.33,42.617,,,,,0.5,relative,17.6,,,{metadata}\n\
             {about},28,33,Mosul,LOC,0.988,,geonames:99072,Mosul,36.335,43.11889,IQ,Nineveh,PPLA,1683000,0.97,gazetteer,0.0,,,{metadata}\n\
             {about},40,53,\"Paris,\nPolice\",ORG,0.988,,,,,,,,,,,,,,,{metadata}\n\
             {about},40,45,Paris,LOC,,,geonames:2988507,Paris,48.85341,2.3488,FR,,PPLA,1683000,0.97,gazetteer,0.0,,\"Paris,\nPolice\",{metadata}\n\
             {about},59,70,Anna Müller,PER,0.988,Anna Müller-Öz,,,,,,,,,,,,,,{metadata}\n\
             {about},73,78,Iraqi,MISC,0.988,,geonames:99237,Iraq,33.0,44.0,IQ,,PPLA,1683000,0.97,demonym,0.0,,,{metadata}\n",
            COLUMNS.join(",")
        );
        assert_eq!(written(&Csv::default(), &annotation()), expected);
    }

    #[test]
    fn other_delimiters_and_units() {
        let tabs = Csv { delimiter: b'\t' };
        let annotation = annotated_in(OffsetUnit::Utf16, "🗻 =A1\tB", &[("=A1\tB", Label::Org)]);
        let (head, row) =
            (COLUMNS.join("\t"), "a/1\t\t\t\t\t3\t8\t\"=A1\tB\"\tORG\t0.988".to_owned() + &"\t".repeat(15));
        assert_eq!(written(&tabs, &annotation), format!("{head}\n{row}\n"));
    }

    #[test]
    fn columns_are_the_fields_of_a_row() {
        let mut table = csv::Writer::from_writer(Vec::new());
        table.serialize(Row::default()).unwrap();
        let out = String::from_utf8(table.into_inner().unwrap()).unwrap();
        assert_eq!(out.lines().next().unwrap(), COLUMNS.join(","));
    }
}
