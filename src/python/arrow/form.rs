//! What comes back for a table.

use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use dateline::Annotation;
use dateline::inner::corpus::write::parquet::{Shape, Tagged};
use pyo3::prelude::*;
use serde_json::{Map, Value};

use crate::errors::{DocumentError, settings};
use crate::record::Failed;

/// What comes back for a table.
#[derive(Clone, Debug)]
pub enum Form {
    /// Rows of another table.
    Rows(Shape),
    /// The same rows, with one more column of this name.
    Column(String),
}

impl Form {
    /// The form that was asked for.
    ///
    /// # Errors
    ///
    /// If two were.
    pub fn new(flat: bool, column: Option<String>) -> PyResult<Self> {
        match (flat, column) {
            (true, Some(_)) => {
                Err(settings("flat=True gives a row a mention, and column= a row a document; expected one of them"))
            }
            (true, None) => Ok(Self::Rows(Shape::Mentions)),
            (false, None) => Ok(Self::Rows(Shape::Documents)),
            (false, Some(name)) => Ok(Self::Column(name)),
        }
    }

    /// The columns for an input of these.
    ///
    /// # Errors
    ///
    /// If a column is there already.
    pub fn schema(&self, input: &SchemaRef) -> PyResult<SchemaRef> {
        match self {
            Self::Rows(shape) => Ok(shape.schema()),
            Self::Column(name) if input.index_of(name).is_ok() => Err(settings(format!(
                "the table has a column {name:?}; expected a name that is free: give another column="
            ))),
            Self::Column(name) => Ok(with_column(input, name)),
        }
    }

    /// A batch of what was found in the rows of another.
    pub fn batch(
        &self,
        input: &RecordBatch,
        tagged: Vec<Result<Annotation, Failed>>,
    ) -> Result<RecordBatch, ArrowError> {
        let tagged: Vec<Tagged> = tagged.into_iter().map(row).collect();
        match self {
            Self::Rows(shape) => shape.batch(&tagged),
            Self::Column(name) => {
                let mut columns = input.columns().to_vec();
                columns.push(Arc::new(Shape::Found.column(&tagged)?));
                RecordBatch::try_new(with_column(input.schema_ref(), name), columns)
            }
        }
    }
}

fn with_column(input: &SchemaRef, name: &str) -> SchemaRef {
    let found = DataType::Struct(Shape::Found.schema().fields().clone());
    let fields = input.fields().iter().cloned().chain([Arc::new(Field::new(name, found, false))]);
    Arc::new(Schema::new_with_metadata(fields.collect::<Vec<_>>(), input.metadata().clone()))
}

fn row(tagged: Result<Annotation, Failed>) -> Tagged {
    match tagged {
        Ok(annotation) => Tagged { annotation, error: None },
        Err(Failed { id, why }) => {
            let mut annotation = Annotation::default();
            annotation.id = id;
            Tagged { annotation, error: Some(why) }
        }
    }
}

/// The row of a document of one that has what was found in a column.
///
/// # Errors
///
/// If it has not.
pub fn beside(mut row: Map<String, Value>, column: &str, text: &str, id: &str) -> PyResult<Map<String, Value>> {
    let Some(Value::Object(mut found)) = row.remove(column) else {
        return Err(DocumentError::new_err(format!(
            "there is no column {column:?} with what was found; expected a table that tag_arrow(column={column:?}) made"
        )));
    };
    for key in ["title", "date", "source", "url"] {
        found.insert(key.to_owned(), row.remove(key).unwrap_or_default());
    }
    found.insert("id".to_owned(), row.remove(id).unwrap_or_default());
    found.insert("text".to_owned(), row.remove(text).unwrap_or_default());
    Ok(found)
}
