//! `dateline schema`: the JSON Schema of what `tag` writes, or the columns of its tables.

use std::fmt::Write as _;

use arrow_schema::{DataType, Field};
use clap::{Args, ValueEnum};
use dateline::inner::corpus::write::parquet::{Table, schema};

use super::outcome::Outcome;
use super::terminal::print;

/// The arguments of `dateline schema`.
#[derive(Args)]
pub struct SchemaArgs {
    /// Of which form
    #[arg(value_name = "FORM", default_value = "jsonl")]
    form: Form,
    /// Of Parquet, the columns of the table with a row for each name
    #[arg(long)]
    flat: bool,
}

/// What has a schema.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// A line of JSONL, as JSON Schema
    Jsonl,
    /// Parquet and Arrow: a column a line, with what is in it below
    Parquet,
}

/// Prints the schema.
pub fn run(args: &SchemaArgs) -> anyhow::Result<Outcome> {
    let table = if args.flat { Table::Mentions } else { Table::Documents };
    match args.form {
        Form::Jsonl => {
            anyhow::ensure!(!args.flat, "--flat: is for Parquet; expected `dateline schema parquet --flat`");
            print(&format!("{:#}\n", dateline::annotation::schema()))?;
        }
        Form::Parquet => print(&columns(table))?,
    }
    Ok(Outcome::Done)
}

/// The columns of a table, a line each: its name and its type, and below it what is in it.
fn columns(table: Table) -> String {
    let mut lines = String::new();
    schema(table).fields().iter().for_each(|field| add(&mut lines, field, 0));
    lines
        + "\n\
        Of documents with metadata (--metadata), metadata is a struct: the fields of the first 1,024 documents with their types, and\n\
        _others, a string of JSON with what is in none of them.\n"
}

fn add(lines: &mut String, field: &Field, depth: usize) {
    let (kind, inner) = named(field.data_type());
    let null = if field.is_nullable() { ", or null" } else { "" };
    // Memory takes all that is written.
    let _ = writeln!(lines, "{:indent$}{}: {kind}{null}", "", field.name(), indent = 2 * depth);
    inner.iter().for_each(|field| add(lines, field, depth + 1));
}

/// What a type is called, and the fields inside of it.
fn named(kind: &DataType) -> (String, &[std::sync::Arc<Field>]) {
    match kind {
        DataType::Utf8 => ("string".to_owned(), &[]),
        DataType::Int64 => ("int64".to_owned(), &[]),
        DataType::Float64 => ("double".to_owned(), &[]),
        DataType::Struct(fields) => ("struct".to_owned(), fields),
        DataType::List(element) => {
            let (of, inner) = named(element.data_type());
            (format!("list of {of}"), inner)
        }
        other => (other.to_string(), &[]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_has_its_type_below_its_table() {
        let documents = columns(Table::Documents);
        for line in [
            "id: string",
            "title: string, or null",
            "entities: list of struct",
            "  start: int64",
            "  place: struct, or null",
            "    lat: double",
            "    population: int64, or null",
            "    polygon: list of list of double",
        ] {
            assert!(documents.lines().any(|found| found == line), "{line}\n{documents}");
        }
        assert!(columns(Table::Mentions).contains("\niso_a3: string, or null\n"));
    }
}
