//! What a file holds, as far as its name says.

use std::path::Path;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum InputKind {
    /// One document a file.
    Text,
    /// JSON objects, one a line, in an array or one after the other, with "text" and, if known, "id", "title", "date", "source",
    /// "url".
    #[cfg_attr(feature = "cli", value(alias = "json"))]
    Jsonl,
    /// A table with such columns.
    Csv,
    /// The same, parted by tabs.
    Tsv,
    /// The same as Parquet.
    Parquet,
    /// The same as Arrow IPC: a file, a stream, or Feather.
    Arrow,
    /// The same as Avro.
    Avro,
    /// A web archive: pages and plain texts.
    Warc,
    /// A web page.
    Html,
}

impl InputKind {
    /// The kind of a file by the ending of its name, before that of its packing if it has one; text where the ending says
    /// nothing.
    pub fn of(path: &Path) -> Self {
        Self::by_ending(path).unwrap_or(Self::Text)
    }

    pub(super) fn by_ending(path: &Path) -> Option<Self> {
        let ending = |path: &Path| path.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase);
        let plain = match ending(path).as_deref() {
            Some("gz" | "gzip" | "zst" | "zstd" | "xz" | "bz2" | "lz4") => path.with_extension(""),
            _ => path.to_owned(),
        };
        Some(match ending(&plain)?.as_str() {
            "jsonl" | "ndjson" | "jl" | "ldjson" | "json" => Self::Jsonl,
            "csv" => Self::Csv,
            "tsv" | "tab" => Self::Tsv,
            "parquet" | "pq" | "parq" => Self::Parquet,
            "arrow" | "arrows" | "feather" | "ipc" => Self::Arrow,
            "avro" => Self::Avro,
            "warc" | "wet" => Self::Warc,
            "html" | "htm" | "xhtml" => Self::Html,
            _ => return None,
        })
    }

    /// Whether it holds records, and is no text.
    pub(super) fn is_data(self) -> bool {
        !matches!(self, Self::Text | Self::Html)
    }

    /// What it is called in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Jsonl => "JSONL",
            Self::Csv => "CSV",
            Self::Tsv => "TSV",
            Self::Parquet => "Parquet",
            Self::Arrow => "Arrow",
            Self::Avro => "Avro",
            Self::Warc => "WARC",
            Self::Html => "HTML",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_by_ending() {
        assert_eq!(InputKind::of(Path::new("a/b.JSONL")), InputKind::Jsonl);
        assert_eq!(InputKind::of(Path::new("a.jsonl/b.txt")), InputKind::Text);
        assert_eq!(InputKind::of(Path::new("a.ndjson.zst")), InputKind::Jsonl);
        assert_eq!(InputKind::of(Path::new("a.json.bz2")), InputKind::Jsonl);
        assert_eq!(InputKind::of(Path::new("x.warc.wet.gz")), InputKind::Warc);
        assert_eq!(InputKind::of(Path::new("plain")), InputKind::Text);
        assert_eq!(InputKind::of(Path::new("a.gz")), InputKind::Text);
    }
}
