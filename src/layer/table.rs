//! Features: shapes with named values, a table of them a layer. What every format is written from.

use std::borrow::Cow;

use geo::Geometry;

use super::kind::Layer;
use crate::date::Day;
use crate::geo::LatLon;

/// What kind of values a column has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// Whole numbers.
    Integer,
    /// Numbers.
    Number,
    /// Days.
    Date,
}

/// A column of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    /// Its name.
    pub name: &'a str,
    /// What its values are, where they are known.
    pub kind: Kind,
}

/// A value of a feature.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// Not known.
    Null,
    /// Text.
    Text(Cow<'a, str>),
    /// A whole number.
    Integer(i64),
    /// A number, which is finite.
    Number(f64),
    /// A day.
    Date(Day),
}

/// A shape with its values, in the order of the table's fields.
#[derive(Clone, Debug, PartialEq)]
pub struct Feature<'a> {
    /// The shape, longitude first; cut at the antimeridian.
    pub shape: Geometry,
    /// Where a label or a pin would go.
    pub at: LatLon,
    /// The values.
    pub values: Vec<Value<'a>>,
}

impl<'a> Feature<'a> {
    /// The values that are known, with the number and the name of their column.
    pub(super) fn known<'f>(
        &'f self,
        fields: &'f [Field<'f>],
    ) -> impl Iterator<Item = (usize, &'f str, &'f Value<'a>)> {
        let values = fields.iter().zip(&self.values).enumerate();
        values.filter(|(_, (_, value))| **value != Value::Null).map(|(n, (field, value))| (n, field.name, value))
    }
}

/// Which shapes a table has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shapes {
    /// Points.
    Points,
    /// Lines, in one part or several.
    Lines,
    /// Polygons, in one part or several.
    Polygons,
    /// Lines and polygons.
    Mixed,
}

/// Links that are not made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Those of too few documents, or too weak in all of their documents.
    pub unasked: u64,
    /// Those beyond the most that a layer has.
    pub beyond_most: u64,
}

/// The features of a layer. They are made when they are asked for, and may be asked for again.
pub struct Table<'a> {
    /// The layer.
    pub layer: Layer,
    /// The shapes in it.
    pub shapes: Shapes,
    /// The columns.
    pub fields: Vec<Field<'a>>,
    /// The links that it could have and has not.
    pub left_out: LeftOut,
    rows: Box<dyn Rows + Send + Sync + 'a>,
}

impl Table<'_> {
    /// How many features there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The features, in order.
    pub fn features(&self) -> impl Iterator<Item = Feature<'_>> {
        (0..self.len()).map(|row| self.rows.feature(row))
    }

    /// The shapes of the features, in order.
    pub fn shapes(&self) -> impl Iterator<Item = Geometry> {
        (0..self.len()).map(|row| self.rows.shape(row))
    }
}

trait Rows {
    fn len(&self) -> usize;
    fn shape(&self, row: usize) -> Geometry;
    fn feature(&self, row: usize) -> Feature<'_>;
}

type Column<'a, R> = Box<dyn Fn(&R) -> Value<'_> + Send + Sync + 'a>;

/// A table in the making: its rows, their shapes, and for each column how its value is had from a row.
pub(super) struct Columns<'a, R> {
    rows: Vec<R>,
    shape: fn(&R) -> Geometry,
    at: fn(&R) -> LatLon,
    fields: Vec<Field<'a>>,
    columns: Vec<Column<'a, R>>,
}

impl<'a, R: Send + Sync + 'a> Columns<'a, R> {
    pub fn new(rows: Vec<R>, shape: fn(&R) -> Geometry, at: fn(&R) -> LatLon) -> Self {
        Self { rows, shape, at, fields: Vec::new(), columns: Vec::new() }
    }

    pub fn column(mut self, name: &'a str, kind: Kind, value: impl Fn(&R) -> Value<'_> + Send + Sync + 'a) -> Self {
        self.fields.push(Field { name, kind });
        self.columns.push(Box::new(value));
        self
    }

    pub fn text(self, name: &'a str, value: impl Fn(&R) -> Option<&str> + Send + Sync + 'a) -> Self {
        self.column(name, Kind::Text, move |row| value(row).map_or(Value::Null, |text| Value::Text(text.into())))
    }

    /// Text that is put together for the purpose.
    pub fn made_text(self, name: &'a str, value: impl Fn(&R) -> Option<String> + Send + Sync + 'a) -> Self {
        self.column(name, Kind::Text, move |row| value(row).map_or(Value::Null, |text| Value::Text(text.into())))
    }

    pub fn integer(self, name: &'a str, value: impl Fn(&R) -> Option<u64> + Send + Sync + 'a) -> Self {
        // No count of anything in a corpus comes near the greatest.
        let integer = |count: u64| Value::Integer(i64::try_from(count).unwrap_or(i64::MAX));
        self.column(name, Kind::Integer, move |row| value(row).map_or(Value::Null, integer))
    }

    pub fn number(self, name: &'a str, value: impl Fn(&R) -> Option<f64> + Send + Sync + 'a) -> Self {
        let number = |number: f64| if number.is_finite() { Value::Number(number) } else { Value::Null };
        self.column(name, Kind::Number, move |row| value(row).map_or(Value::Null, number))
    }

    pub fn date(self, name: &'a str, value: impl Fn(&R) -> Option<Day> + Send + Sync + 'a) -> Self {
        self.column(name, Kind::Date, move |row| value(row).map_or(Value::Null, Value::Date))
    }

    pub fn table(self, layer: Layer, shapes: Shapes) -> Table<'a> {
        Table { layer, shapes, fields: self.fields.clone(), left_out: LeftOut::default(), rows: Box::new(self) }
    }
}

impl<R> Rows for Columns<'_, R> {
    fn len(&self) -> usize {
        self.rows.len()
    }

    fn shape(&self, row: usize) -> Geometry {
        (self.shape)(&self.rows[row])
    }

    fn feature(&self, row: usize) -> Feature<'_> {
        let row = &self.rows[row];
        let values = self.columns.iter().map(|value| value(row)).collect();
        Feature { shape: (self.shape)(row), at: (self.at)(row), values }
    }
}
