//! Making Arrow columns of rows, so that what a column is called, whether it may be null and what it holds stand in one
//! line.

use std::sync::Arc;

use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{
    Array, ArrayRef, ArrowPrimitiveType, ListArray, PrimitiveArray, RecordBatch, StringArray, StructArray,
};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::{ArrowError, Field, FieldRef, Fields, Schema, SchemaRef};

/// The name that Parquet has for what is in a list.
pub(super) const ELEMENT: &str = "element";

/// Columns over some rows. A row is `None` inside a struct that is null there: what is always known is then empty or zero, and
/// not null, since some readers (pyarrow's writer of Parquet) look at such a column without the struct that it stands in.
pub struct Columns<T> {
    rows: Vec<Option<T>>,
    fields: Vec<FieldRef>,
    arrays: Vec<ArrayRef>,
}

impl<T> Columns<T> {
    /// No columns yet.
    pub fn new(rows: impl IntoIterator<Item = T>) -> Self {
        Self::of(rows.into_iter().map(Some).collect())
    }

    fn of(rows: Vec<Option<T>>) -> Self {
        Self { rows, fields: Vec::new(), arrays: Vec::new() }
    }

    /// Text that is always known.
    pub fn text(self, name: &str, get: impl Fn(&T) -> &str) -> Self {
        let array = StringArray::from_iter_values(self.rows.iter().map(|row| row.as_ref().map_or("", &get)));
        self.with(name, false, Arc::new(array))
    }

    /// Text that may be unknown.
    pub fn text_or_null(self, name: &str, get: impl Fn(&T) -> Option<&str>) -> Self {
        let array = StringArray::from_iter(self.rows.iter().map(|row| row.as_ref().and_then(&get)));
        self.with(name, true, Arc::new(array))
    }

    /// A number that is always known.
    pub fn number(self, name: &str, get: impl Fn(&T) -> f64) -> Self {
        self.primitive::<Float64Type>(name, false, |row| Some(get(row)))
    }

    /// A number that may be unknown.
    pub fn number_or_null(self, name: &str, get: impl Fn(&T) -> Option<f64>) -> Self {
        self.primitive::<Float64Type>(name, true, get)
    }

    /// A whole number that is always known.
    pub fn count(self, name: &str, get: impl Fn(&T) -> usize) -> Self {
        self.primitive::<Int64Type>(name, false, |row| Some(get(row) as i64))
    }

    /// A whole number that may be unknown.
    pub fn count_or_null(self, name: &str, get: impl Fn(&T) -> Option<u64>) -> Self {
        self.primitive::<Int64Type>(name, true, |row| get(row).map(|count| count as i64))
    }

    /// A list of whole numbers.
    pub fn counts(self, name: &str, get: impl Fn(&T) -> &[usize]) -> Self {
        let items = self.rows.iter().flatten().flat_map(&get).map(|&count| Some(count as i64));
        let items = Arc::new(PrimitiveArray::<Int64Type>::from_iter(items));
        let lengths = self.rows.iter().map(|row| row.as_ref().map(|row| get(row).len())).collect();
        self.nested(name, false, lengths, items)
    }

    /// A list of corners, each a list of two numbers.
    pub fn corners(self, name: &str, get: impl Fn(&T) -> Vec<[f64; 2]>) -> Self {
        let corners: Vec<Option<Vec<[f64; 2]>>> = self.rows.iter().map(|row| row.as_ref().map(&get)).collect();
        let all: Vec<&[f64; 2]> = corners.iter().flatten().flatten().collect();
        let numbers =
            PrimitiveArray::<Float64Type>::from_iter_values(all.iter().flat_map(|corner| corner.iter().copied()));
        let pairs = list(vec![Some(2); all.len()], Arc::new(numbers));
        let lengths = corners.iter().map(|corners| corners.as_ref().map(Vec::len)).collect();
        self.nested(name, false, lengths, Arc::new(pairs))
    }

    /// A list of structs with these columns. It is empty where there is nothing to list.
    pub fn list<U>(self, name: &str, get: impl Fn(&T) -> Vec<U>, columns: impl Fn(Columns<U>) -> Columns<U>) -> Self {
        self.structs(name, false, |row| Some(get(row)), columns)
    }

    /// A list of structs with these columns, which may be unknown.
    pub fn list_or_null<U>(
        self,
        name: &str,
        get: impl Fn(&T) -> Option<Vec<U>>,
        columns: impl Fn(Columns<U>) -> Columns<U>,
    ) -> Self {
        self.structs(name, true, get, columns)
    }

    /// A struct with these columns, which may be unknown.
    pub fn record_or_null<U>(
        self,
        name: &str,
        get: impl Fn(&T) -> Option<U>,
        columns: impl Fn(Columns<U>) -> Columns<U>,
    ) -> Self {
        let inner = Columns::of(self.rows.iter().map(|row| row.as_ref().and_then(&get)).collect());
        let array = columns(inner).into_structs();
        self.with(name, true, Arc::new(array))
    }

    /// The rows as a batch.
    ///
    /// # Errors
    ///
    /// If something that is always known is not.
    pub fn into_batch(self) -> Result<RecordBatch, ArrowError> {
        RecordBatch::try_new(self.schema(), self.arrays)
    }

    /// The names and types of the columns.
    pub fn schema(&self) -> SchemaRef {
        Arc::new(Schema::new(Fields::from(self.fields.clone())))
    }

    /// What is made of all rows at once, which may be null.
    pub fn made_or_null(self, name: &str, make: impl FnOnce(&[Option<T>]) -> ArrayRef) -> Self {
        let array = make(&self.rows);
        self.with(name, true, array)
    }

    fn primitive<N: ArrowPrimitiveType>(
        self,
        name: &str,
        nullable: bool,
        get: impl Fn(&T) -> Option<N::Native>,
    ) -> Self {
        let missing = (!nullable).then(N::Native::default);
        let values = self.rows.iter().map(|row| row.as_ref().map_or(missing, &get));
        let array = PrimitiveArray::<N>::from_iter(values);
        self.with(name, nullable, Arc::new(array))
    }

    fn structs<U>(
        self,
        name: &str,
        nullable: bool,
        get: impl Fn(&T) -> Option<Vec<U>>,
        columns: impl Fn(Columns<U>) -> Columns<U>,
    ) -> Self {
        let lists: Vec<Option<Vec<U>>> = self.rows.iter().map(|row| row.as_ref().and_then(&get)).collect();
        let lengths = lists.iter().map(|list| list.as_ref().map(Vec::len)).collect();
        let items = columns(Columns::new(lists.into_iter().flatten().flatten())).into_structs();
        self.nested(name, nullable, lengths, Arc::new(items))
    }

    fn nested(self, name: &str, nullable: bool, mut lengths: Vec<Option<usize>>, items: ArrayRef) -> Self {
        if !nullable {
            lengths.iter_mut().for_each(|length| *length = length.or(Some(0)));
        }
        self.with(name, nullable, Arc::new(list(lengths, items)))
    }

    fn with(mut self, name: &str, nullable: bool, array: ArrayRef) -> Self {
        self.fields.push(Arc::new(Field::new(name, array.data_type().clone(), nullable)));
        self.arrays.push(array);
        self
    }

    fn into_structs(self) -> StructArray {
        let nulls = NullBuffer::from_iter(self.rows.iter().map(Option::is_some));
        StructArray::new(Fields::from(self.fields), self.arrays, Some(nulls))
    }
}

/// Lists of so many items each; `None` for null.
fn list(lengths: Vec<Option<usize>>, items: ArrayRef) -> ListArray {
    let nulls = NullBuffer::from_iter(lengths.iter().map(Option::is_some));
    let offsets = OffsetBuffer::from_lengths(lengths.into_iter().map(Option::unwrap_or_default));
    let element = Arc::new(Field::new(ELEMENT, items.data_type().clone(), false));
    ListArray::new(element, offsets, items, Some(nulls))
}
