//! Batches of Arrow for programs that hand rows in and want as many answers: what could not be tagged is a row that says why.

use std::sync::Arc;

use arrow_array::{Array as _, ArrayRef, RecordBatch, StringArray, StructArray, UInt32Array};
use arrow_schema::{ArrowError, Field, Fields, Schema, SchemaRef};

use super::super::metadata;
use super::{documents, mentions};
use crate::annotation::Annotation;

/// The column that says why a row could not be tagged; null of all others.
pub const ERROR: &str = "error";

/// Columns of whole documents that say what was found, and not what was known before.
const FOUND: [&str; 6] = ["language", "entities", "relations", "distances", "distances_left_out", "focus"];

/// What became of a row.
#[derive(Clone, Debug)]
pub struct Tagged {
    /// What was found; of what failed, nothing but its id.
    pub annotation: Annotation,
    /// Why it failed.
    pub error: Option<String>,
}

/// What the rows of a batch are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A row a document, with the columns of documents, and `error`.
    Documents,
    /// A row a mention, with the columns of mentions, and `error`: what failed is one row, null but for its document.
    Mentions,
    /// One struct a document, with what was found in it, and `error`.
    Found,
}

impl Shape {
    /// The names and types of its columns.
    pub fn schema(self) -> SchemaRef {
        self.batch(&[]).expect("no rows fit any columns").schema()
    }

    /// The rows of documents.
    ///
    /// # Errors
    ///
    /// If they have more text together than a column of Arrow holds: 2 GiB.
    pub fn batch(self, tagged: &[Tagged]) -> Result<RecordBatch, ArrowError> {
        match self {
            Self::Mentions => mention_rows(tagged),
            Self::Documents => document_rows(tagged),
            Self::Found => {
                let all = document_rows(tagged)?;
                let found = FOUND.iter().chain([&ERROR]).filter_map(|name| all.schema_ref().index_of(name).ok());
                all.project(&found.collect::<Vec<_>>())
            }
        }
    }

    /// The same as one column.
    ///
    /// # Errors
    ///
    /// As [`Shape::batch`].
    pub fn column(self, tagged: &[Tagged]) -> Result<StructArray, ArrowError> {
        Ok(StructArray::from(self.batch(tagged)?))
    }
}

fn document_rows(tagged: &[Tagged]) -> Result<RecordBatch, ArrowError> {
    let rows: Vec<_> = tagged.iter().map(|tagged| documents::Row::new(&tagged.annotation)).collect();
    super::check_size(rows.iter().map(documents::Row::size).sum())?;
    let errors = StringArray::from_iter(tagged.iter().map(|tagged| tagged.error.as_deref()));
    with_errors(documents::columns(rows, None).into_batch()?, Arc::new(errors), false)
}

fn mention_rows(tagged: &[Tagged]) -> Result<RecordBatch, ArrowError> {
    let metadata: Vec<_> = tagged.iter().map(|tagged| metadata(&tagged.annotation)).collect();
    // Of each row of the batch, its row among the mentions; of what failed, none.
    let (mut rows, mut taken, mut names, mut errors) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (tagged, metadata) in tagged.iter().zip(&metadata) {
        if let Some(error) = &tagged.error {
            taken.push(None);
            names.push(&*tagged.annotation.id);
            errors.push(Some(&**error));
            continue;
        }
        for row in super::super::mentions::rows(&tagged.annotation, metadata.as_deref()) {
            taken.push(Some(rows.len() as u32));
            names.push(&*tagged.annotation.id);
            errors.push(None);
            rows.push(row);
        }
    }
    super::check_size(rows.iter().map(super::super::mentions::Row::size).sum())?;
    let batch = mentions::columns(rows, None).into_batch()?;
    let errors: ArrayRef = Arc::new(StringArray::from(errors));
    let taken = UInt32Array::from(taken);
    let batch = match taken.null_count() {
        0 => batch,
        _ => {
            let nullable = nullable(batch.schema_ref());
            let columns = batch.columns().iter().map(|column| arrow_select::take::take(column, &taken, None));
            let mut columns = columns.collect::<Result<Vec<_>, _>>()?;
            if let Some(first) = columns.first_mut() {
                *first = Arc::new(StringArray::from(names));
            }
            RecordBatch::try_new(nullable, columns)?
        }
    };
    with_errors(batch, errors, true)
}

/// The batch with the column of errors behind the others; with `all_nullable`, any of them may be null.
fn with_errors(batch: RecordBatch, errors: ArrayRef, all_nullable: bool) -> Result<RecordBatch, ArrowError> {
    let schema = if all_nullable { nullable(batch.schema_ref()) } else { batch.schema() };
    let mut fields: Vec<_> = schema.fields().iter().cloned().collect();
    fields.push(Arc::new(Field::new(ERROR, errors.data_type().clone(), true)));
    let mut columns = batch.columns().to_vec();
    columns.push(errors);
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
}

/// The same columns, of which any but the first may be null.
fn nullable(schema: &SchemaRef) -> SchemaRef {
    let fields = schema.fields().iter().enumerate().map(|(n, field)| match n {
        0 => field.clone(),
        _ => Arc::new(field.as_ref().clone().with_nullable(true)),
    });
    Arc::new(Schema::new(fields.collect::<Fields>()))
}

#[cfg(test)]
mod tests {
    use arrow_array::cast::AsArray;
    use arrow_schema::DataType;

    use super::*;
    use crate::annotation::testing::annotation;

    fn rows() -> [Tagged; 3] {
        let good = |id: &str| Tagged { annotation: Annotation { id: id.to_owned(), ..annotation() }, error: None };
        let bad = Annotation { id: "b".to_owned(), ..Annotation::default() };
        [good("a"), Tagged { annotation: bad, error: Some("has no text".to_owned()) }, good("c")]
    }

    fn column<'b>(batch: &'b RecordBatch, name: &str) -> &'b StringArray {
        batch.column_by_name(name).unwrap().as_string()
    }

    #[test]
    fn what_failed_has_its_row_in_every_shape() {
        let documents = Shape::Documents.batch(&rows()).unwrap();
        assert_eq!(column(&documents, "id").iter().flatten().collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!(column(&documents, ERROR).iter().collect::<Vec<_>>(), [None, Some("has no text"), None]);

        let mentions = Shape::Mentions.batch(&rows()).unwrap();
        let of_one = Shape::Mentions.batch(&rows()[..1]).unwrap();
        assert_eq!(mentions.num_rows(), 2 * of_one.num_rows() + 1);
        assert_eq!(column(&mentions, "document").value(of_one.num_rows()), "b");
        assert!(mentions.column_by_name("start").unwrap().is_null(of_one.num_rows()));
        assert_eq!(mentions.slice(0, of_one.num_rows()).columns(), of_one.columns());

        let found = Shape::Found.column(&rows()).unwrap();
        assert_eq!((found.len(), found.null_count(), found.column_by_name("text").is_none()), (3, 0, true));
    }

    /// Nulls under a null struct are nobody's, but readers count them.
    fn check(name: &str, array: &dyn arrow_array::Array, nullable: bool) {
        assert!(nullable || array.null_count() == 0, "{name}");
        match array.data_type() {
            DataType::Struct(fields) => {
                for (field, column) in fields.iter().zip(array.as_struct().columns()) {
                    check(field.name(), column, field.is_nullable());
                }
            }
            DataType::List(field) => check(name, array.as_list::<i32>().values(), field.is_nullable()),
            _ => {}
        }
    }

    #[test]
    fn columns_that_have_no_nulls_have_none_inside_of_null_structs() {
        for shape in [Shape::Documents, Shape::Mentions, Shape::Found] {
            let batch = shape.batch(&rows()).unwrap();
            assert!(batch.num_rows() > 2);
            check("", &StructArray::from(batch), true);
        }
    }

    #[test]
    fn columns_do_not_depend_on_what_is_in_them() {
        for shape in [Shape::Documents, Shape::Mentions, Shape::Found] {
            assert_eq!(shape.schema(), shape.batch(&rows()).unwrap().schema());
            assert_eq!(shape.schema(), shape.batch(&rows()[..1]).unwrap().schema());
        }
    }
}
