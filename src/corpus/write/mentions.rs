//! A table of mentions: a row each, with the place that it names and what is known of its document.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Map, Value};

use super::{AnnotationWriter, metadata};
use crate::annotation::{Annotation, Label, Method, Place};
use crate::country::iso_a3;
use crate::table_text::{Decimal, FieldOptions};

/// The columns, in order.
pub const COLUMNS: [&str; 26] = [
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
    "iso_a3",
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

/// Comma-separated values (RFC 4180, with line feeds) under a line of column names; what is not known is empty. With a decimal
/// comma, semicolons stand between them.
///
/// Fields hold what the document holds, but for characters that control terminals. One that begins with `=` is changed only
/// where that is asked for.
pub struct Csv {
    /// What stands between fields: `,` or `;`, or a tab for tab-separated values.
    pub delimiter: u8,
    /// How texts and numbers stand in fields.
    pub fields: FieldOptions,
}

impl Default for Csv {
    fn default() -> Self {
        Self { delimiter: b',', fields: FieldOptions::default() }
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
        for mut row in rows(annotation, metadata.as_deref()) {
            for text in row.texts() {
                if let Cow::Owned(field) = self.fields.field(text) {
                    *text = Cow::Owned(field);
                }
            }
            match self.fields.decimal {
                Decimal::Point => table.serialize(row)?,
                Decimal::Comma => table.write_record(fields(&row, self.fields.decimal)?)?,
            }
        }
        table.flush()
    }

    fn begins_with(&self, line: &str, _: &str) -> bool {
        line.split(char::from(self.delimiter)).eq(COLUMNS)
    }
}

/// The fields of a row, with another sign before decimals than programs write.
fn fields(row: &Row<'_>, decimal: Decimal) -> io::Result<Vec<String>> {
    let Value::Object(row) = serde_json::to_value(row)? else { return Ok(Vec::new()) };
    let field = |value| match value {
        Value::Null => String::new(),
        Value::String(text) => text,
        number => decimal.number(number),
    };
    Ok(row.into_iter().map(|(_, value)| field(value)).collect())
}

/// A mention, or the name of a place inside one. The fields are the columns, in their order.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct Row<'a> {
    pub document: Cow<'a, str>,
    pub title: Option<Cow<'a, str>>,
    pub date: Option<Cow<'a, str>>,
    pub source: Option<Cow<'a, str>>,
    pub url: Option<Cow<'a, str>>,
    pub start: usize,
    pub end: usize,
    pub text: Cow<'a, str>,
    pub label: &'static str,
    /// A name inside another has none.
    pub score: Option<f64>,
    pub name: Option<Cow<'a, str>>,
    pub place_id: Option<Cow<'a, str>>,
    pub place_name: Option<Cow<'a, str>>,
    pub latitude: Option<f64>,
    pub longitude: Option<f64>,
    pub country: Option<Cow<'a, str>>,
    pub iso_a3: Option<&'static str>,
    pub admin1: Option<Cow<'a, str>>,
    pub feature: Option<Cow<'a, str>>,
    pub population: Option<u64>,
    pub confidence: Option<f64>,
    pub method: Option<&'static str>,
    pub uncertainty_km: Option<f64>,
    pub radius_km: Option<f64>,
    /// The text of the mention that holds the name.
    pub contained_in: Option<Cow<'a, str>>,
    pub metadata: Option<Cow<'a, str>>,
    /// The same as it was, for tables that have columns in columns.
    #[serde(skip)]
    pub fields: Option<&'a Map<String, Value>>,
}

/// The rows of a document: its mentions in order, each followed by the places inside its name. `metadata` is the
/// document's, as JSON.
pub(super) fn rows<'a>(annotation: &'a Annotation, metadata: Option<&'a str>) -> Vec<Row<'a>> {
    let document = Row {
        document: annotation.id.as_str().into(),
        title: annotation.title.as_deref().map(Cow::from),
        date: annotation.date.as_deref().map(Cow::from),
        source: annotation.source.as_deref().map(Cow::from),
        url: annotation.url.as_deref().map(Cow::from),
        metadata: metadata.map(Cow::from),
        fields: annotation.metadata.as_ref(),
        ..Row::default()
    };
    let mut rows = Vec::with_capacity(annotation.entities.len());
    for entity in &annotation.entities {
        let row = Row {
            start: entity.start,
            end: entity.end,
            text: entity.text.as_str().into(),
            label: entity.label.name(),
            score: Some(entity.score),
            name: entity.name.as_deref().map(Cow::from),
            ..document.clone()
        };
        rows.push(row.at(entity.place.as_ref()));
        rows.extend(entity.contains.iter().map(|inner| {
            let row = Row {
                start: inner.start,
                end: inner.end,
                text: inner.text.as_str().into(),
                label: Label::Loc.name(),
                contained_in: Some(entity.text.as_str().into()),
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
            place_id: place.id.as_deref().map(Cow::from),
            place_name: Some((&*place.name).into()),
            latitude: Some(place.lat),
            longitude: Some(place.lon),
            country: place.country.as_deref().map(Cow::from),
            iso_a3: place.country.as_deref().and_then(iso_a3),
            admin1: place.admin1.as_deref().map(Cow::from),
            feature: place.feature.as_deref().map(Cow::from),
            population: place.population,
            confidence: Some(place.confidence),
            method: Some(Method::name(place.method)),
            uncertainty_km: Some(place.uncertainty_km),
            radius_km: place.radius_km,
            ..self
        }
    }

    /// What in it others have written.
    fn texts(&mut self) -> impl Iterator<Item = &mut Cow<'a, str>> {
        let Self {
            document,
            title,
            date,
            source,
            url,
            text,
            name,
            place_id,
            place_name,
            country,
            admin1,
            feature,
            contained_in,
            metadata,
            ..
        } = self;
        let known =
            [title, date, source, url, name, place_id, place_name, country, admin1, feature, contained_in, metadata];
        [document, text].into_iter().chain(known.into_iter().flatten())
    }

    /// The bytes of text in it, near enough.
    pub fn size(&self) -> usize {
        let texts = [&self.title, &self.source, &self.url, &self.contained_in, &self.metadata];
        self.document.len() + self.text.len() + texts.into_iter().flatten().map(|text| text.len()).sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotation::testing::{annotated, annotated_in, annotation};
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
             {about},2,12,Tall ‘Afar,LOC,0.988,,,Tall ‘Afar,36.33,42.617,,,,,,0.5,relative,17.6,,,{metadata}\n\
             {about},28,33,Mosul,LOC,0.988,,geonames:99072,Mosul,36.335,43.11889,IQ,IRQ,Nineveh,PPLA,1683000,0.97,gazetteer,0.0,,,{metadata}\n\
             {about},40,53,\"Paris,\nPolice\",ORG,0.988,,,,,,,,,,,,,,,,{metadata}\n\
             {about},40,45,Paris,LOC,,,geonames:2988507,Paris,48.85341,2.3488,FR,FRA,,PPLA,1683000,0.97,gazetteer,0.0,,\"Paris,\nPolice\",{metadata}\n\
             {about},59,70,Anna Müller,PER,0.988,Anna Müller-Öz,,,,,,,,,,,,,,,{metadata}\n\
             {about},73,78,Iraqi,MISC,0.988,,geonames:99237,Iraq,33.0,44.0,IQ,IRQ,,PPLA,1683000,0.97,demonym,0.0,,,{metadata}\n",
            COLUMNS.join(",")
        );
        assert_eq!(written(&Csv::default(), &annotation()), expected);
    }

    #[test]
    fn other_delimiters_and_units() {
        let tabs = Csv { delimiter: b'\t', ..Csv::default() };
        let annotation = annotated_in(OffsetUnit::Utf16, "🗻 =A1\tB", &[("=A1\tB", Label::Org)]);
        let (head, row) =
            (COLUMNS.join("\t"), "a/1\t\t\t\t\t3\t8\t\"=A1\tB\"\tORG\t0.988".to_owned() + &"\t".repeat(16));
        assert_eq!(written(&tabs, &annotation), format!("{head}\n{row}\n"));
    }

    #[test]
    fn texts_of_others_keep_to_their_fields() {
        let name = "=A1\u{1b}[2J\u{85}\"\r\n,";
        let mut marked = annotated(name, &[(name, Label::Loc)]);
        marked.title = Some("-1".to_owned());
        marked.entities[0].place = annotation().entities[1].place.clone();
        marked.entities[0].place.as_mut().unwrap().lat = -36.335;
        for (escape_formulas, before) in [(false, ""), (true, "'")] {
            let fields = FieldOptions { escape_formulas, ..FieldOptions::default() };
            let table = written(&Csv { fields, ..Csv::default() }, &marked);
            let row = csv::Reader::from_reader(table.as_bytes()).records().next().unwrap().unwrap();
            assert_eq!(row.len(), COLUMNS.len());
            assert_eq!(row[1], format!("{before}-1"));
            assert_eq!(row[7], format!("{before}=A1\\u001b[2J\\u0085\"\r\n,"));
            // Numbers are no text.
            assert_eq!(&row[13], "-36.335");
        }
    }

    #[test]
    fn a_decimal_comma_is_in_numbers_alone() {
        let fields = FieldOptions { decimal: Decimal::Comma, ..FieldOptions::default() };
        let table = Csv { delimiter: fields.decimal.delimiter(), fields };
        let rows = |table: &str, delimiter: u8| -> Vec<Vec<String>> {
            let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(table.as_bytes());
            reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
        };
        let mut with_points = rows(&written(&Csv::default(), &annotation()), b',');
        let numbers = ["score", "latitude", "longitude", "confidence", "uncertainty_km", "radius_km"];
        for row in &mut with_points {
            for (name, field) in COLUMNS.iter().zip(row) {
                if numbers.contains(name) {
                    *field = field.replace('.', ",");
                }
            }
        }
        assert_eq!(rows(&written(&table, &annotation()), b';'), with_points);
        assert!(table.begins_with(&COLUMNS.join(";"), ""));
    }

    #[test]
    fn columns_are_the_fields_of_a_row() {
        let mut table = csv::Writer::from_writer(Vec::new());
        table.serialize(Row::default()).unwrap();
        let out = String::from_utf8(table.into_inner().unwrap()).unwrap();
        assert_eq!(out.lines().next().unwrap(), COLUMNS.join(","));
    }
}
