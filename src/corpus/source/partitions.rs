//! Columns that stand in the names of folders: `day=2024-03-05/`, as Hive, Spark, pandas and DuckDB write them.

use std::path::{Component, Path};

use percent_encoding::percent_decode_str;

/// What Hive and Spark write for null.
const NULL: &str = "__HIVE_DEFAULT_PARTITION__";

/// The columns in a path with their values, from the outermost folder to the innermost.
pub(in crate::corpus) fn partitions(path: &Path) -> Vec<(String, Option<String>)> {
    let folders = path.parent().into_iter().flat_map(Path::components);
    let names = folders.filter_map(|part| match part {
        Component::Normal(name) => name.to_str(),
        _ => None,
    });
    let plain = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    names
        .filter_map(|name| name.split_once('='))
        .filter(|(column, _)| !column.is_empty())
        .map(|(column, value)| (plain(column), (value != NULL).then(|| plain(value))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_have_columns() {
        let found =
            partitions(Path::new("a/day=2024-03-05/source=S%C3%BCd%20%3D/x=__HIVE_DEFAULT_PARTITION__/=y/b=c.parquet"));
        let given = |column: &str, value: Option<&str>| (column.to_owned(), value.map(str::to_owned));
        assert_eq!(found, [given("day", Some("2024-03-05")), given("source", Some("Süd =")), given("x", None)]);
    }
}
