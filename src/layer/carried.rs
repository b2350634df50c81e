//! What documents carry through beside what is known of all: the metadata that is asked for, as columns of layers.

use serde_json::{Map, Value as JsonValue};

use super::table::{Columns, Kind, Value};
use crate::annotation::json;

/// Which metadata of documents goes into layers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Carry {
    /// None.
    #[default]
    None,
    /// These, in this order.
    Named(Vec<String>),
    /// All, in the order in which they come.
    All,
}

/// A field of metadata as a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarriedField {
    /// What it is called in the metadata.
    pub key: String,
    /// What the column is called: the same, unless layers have a column of that name, or programs cannot have it.
    pub column: String,
    /// What its values are: numbers only if all are.
    pub kind: Kind,
}

/// Names that columns of layers, of formats, or of shapes have already.
const TAKEN: [&str; 38] = [
    "admin1",
    "anchors",
    "bbox",
    "bearing_deg",
    "confidence",
    "contained_in",
    "country",
    "date",
    "description",
    "distance_km",
    "document",
    "end",
    "feature",
    "fid",
    "geom",
    "geometry",
    "id",
    "iso_a3",
    "kind",
    "label",
    "latitude",
    "longitude",
    "method",
    "name",
    "part",
    "phrase",
    "place_id",
    "place_name",
    "population",
    "radius_km",
    "score",
    "sentence",
    "source",
    "start",
    "text",
    "title",
    "uncertainty_km",
    "url",
];

impl Carry {
    /// The fields that are known before the first document.
    pub(super) fn fields(&self) -> Vec<CarriedField> {
        let mut fields = Vec::new();
        if let Self::Named(names) = self {
            names.iter().for_each(|name| add(&mut fields, name));
        }
        fields
    }

    /// The values of a document, in the order of the fields, which grow by those that it is the first to have.
    pub(super) fn values(
        &self,
        mut metadata: Map<String, JsonValue>,
        fields: &mut Vec<CarriedField>,
    ) -> Vec<JsonValue> {
        if *self == Self::All {
            metadata.keys().for_each(|key| add(fields, key));
        }
        let mut take = |field: &mut CarriedField| {
            let value = metadata.shift_remove(&field.key).unwrap_or_default();
            field.kind = wider(field.kind, &value);
            value
        };
        fields.iter_mut().map(&mut take).collect()
    }
}

impl CarriedField {
    /// The same with what is known of its values when all are there.
    pub(super) fn finished(self) -> Self {
        // Nothing but null is text.
        Self { kind: if self.kind == Kind::Date { Kind::Text } else { self.kind }, ..self }
    }
}

/// Adds a field, if it is not there.
fn add(fields: &mut Vec<CarriedField>, key: &str) {
    if fields.iter().any(|field| field.key == key) {
        return;
    }
    let column = column(key, |name| {
        // Databases do not tell small letters from capitals.
        TAKEN.iter().any(|taken| name.eq_ignore_ascii_case(taken))
            || fields.iter().any(|field| field.column.to_lowercase() == name.to_lowercase())
    });
    // No metadata is a date: until a value is seen, this is the kind.
    fields.push(CarriedField { key: key.to_owned(), column, kind: Kind::Date });
}

/// A name for a column that is not taken, without characters that no name has.
fn column(key: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let name: String = key.chars().map(|c| if c.is_control() || c == '"' { '_' } else { c }).collect();
    let name = if name.trim().is_empty() { "metadata".to_owned() } else { name };
    let numbered = (2..).map(|n| format!("metadata_{name}_{n}"));
    let names = [name.clone(), format!("metadata_{name}")].into_iter().chain(numbered);
    names.into_iter().find(|name| !is_taken(name)).unwrap_or(name)
}

/// The kind of values of which one more is known.
fn wider(kind: Kind, value: &JsonValue) -> Kind {
    let of_value = match value {
        JsonValue::Null => return kind,
        JsonValue::Number(number) if number.is_i64() => Kind::Integer,
        JsonValue::Number(_) => Kind::Number,
        _ => Kind::Text,
    };
    match (kind, of_value) {
        (Kind::Date, of_value) => of_value,
        (kind, of_value) if kind == of_value => kind,
        (Kind::Integer | Kind::Number, Kind::Integer | Kind::Number) => Kind::Number,
        _ => Kind::Text,
    }
}

/// Adds the columns of the fields to a table.
pub(super) fn columns<'a, R: Send + Sync + 'a>(
    mut table: Columns<'a, R>,
    fields: &'a [CarriedField],
    values: fn(&R) -> &[JsonValue],
) -> Columns<'a, R> {
    for (n, CarriedField { column, kind, .. }) in fields.iter().enumerate() {
        table = table.column(column, *kind, move |row| value(values(row).get(n), *kind));
    }
    table
}

/// A value of a document in a column of its kind.
fn value(value: Option<&JsonValue>, kind: Kind) -> Value<'_> {
    match (value, kind) {
        (None | Some(JsonValue::Null), _) => Value::Null,
        (Some(value), Kind::Integer) => value.as_i64().map_or(Value::Null, Value::Integer),
        (Some(value), Kind::Number) => value.as_f64().map_or(Value::Null, Value::Number),
        (Some(value), _) => Value::Text(shown(value).into()),
    }
}

/// A value as text: a string as it is, and what is none as JSON.
pub(super) fn shown(value: &JsonValue) -> String {
    match value {
        JsonValue::String(text) => text.clone(),
        value => json::to_string(value),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::layer::testing::corpus;
    use crate::layer::{Format, Layer, LayerOptions, WriteOptions};

    fn gathered(carry: &Carry, documents: &[JsonValue]) -> (Vec<CarriedField>, Vec<Vec<JsonValue>>) {
        let mut fields = carry.fields();
        let values = documents
            .iter()
            .map(|document| carry.values(document.as_object().cloned().unwrap_or_default(), &mut fields))
            .collect();
        (fields.into_iter().map(CarriedField::finished).collect(), values)
    }

    #[test]
    fn kinds_are_those_that_take_all_values() {
        let documents = [
            json!({"a": 1, "b": 1, "c": 1, "d": null, "e": true, "f": [1, "ß"], "g": "x"}),
            json!({"a": -2, "b": 0.5, "c": "x", "g": null}),
        ];
        let (fields, values) = gathered(&Carry::All, &documents);
        let kinds: Vec<_> = fields.iter().map(|field| (field.column.as_str(), field.kind)).collect();
        let text = Kind::Text;
        let expected = [
            ("a", Kind::Integer),
            ("b", Kind::Number),
            ("c", text),
            ("d", text),
            ("e", text),
            ("f", text),
            ("g", text),
        ];
        assert_eq!(kinds, expected);
        let shown: Vec<_> = (0..7).map(|n| value(values[0].get(n), kinds[n].1)).collect();
        let text = |text: &'static str| Value::Text(text.into());
        let expected =
            [Value::Integer(1), Value::Number(1.0), text("1"), Value::Null, text("true"), text("[1,\"ß\"]"), text("x")];
        assert_eq!(shown, expected);
        assert_eq!(gathered(&Carry::None, &documents).0, []);
    }

    #[test]
    fn columns_have_names_of_their_own() {
        let carry =
            Carry::Named(["desk", "Label", "DESK", "a\"b\n", "", "metadata_Label", "desk"].map(str::to_owned).to_vec());
        let names: Vec<String> = carry.fields().into_iter().map(|field| field.column).collect();
        assert_eq!(names, ["desk", "metadata_Label", "metadata_DESK", "a_b_", "metadata", "metadata_metadata_Label"]);
    }

    /// Columns that layers have are in the list of names that are taken.
    #[test]
    fn names_of_layers_are_taken() {
        let collection = crate::layer::testing::collected(&corpus(), crate::layer::filter::Filter::default());
        for table in
            crate::layer::layers::tables(&collection, &[Layer::Mentions, Layer::Relative], &LayerOptions::default())
        {
            for field in &table.fields {
                assert!(TAKEN.contains(&field.name), "{}", field.name);
            }
        }
    }

    #[test]
    fn every_format_has_what_is_carried() {
        let mut documents = corpus();
        for (n, document) in documents.iter_mut().enumerate() {
            document["metadata"] = json!({"desk": format!("Desk <{n}>"), "words": n, "source": "x"});
        }
        let carry = Carry::Named(["desk", "words", "source"].map(str::to_owned).to_vec());
        let collection = crate::layer::testing::carried(&documents, carry);
        for format in [Format::GeoJson, Format::Csv, Format::Kml, Format::FlatGeobuf, Format::GeoParquet] {
            let mut out = Vec::new();
            let to = crate::layer::Destination::Stream(&mut out);
            crate::layer::write(&collection, &[Layer::Mentions], format, &WriteOptions::default(), to).unwrap();
            let text = String::from_utf8_lossy(&out);
            for name in ["desk", "words", "metadata_source"] {
                assert!(text.contains(name), "{format:?} {name}");
            }
        }
    }
}
