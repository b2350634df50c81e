//! What a gazetteer file says of itself.

/// What a gazetteer file says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Info {
    /// The version of the file format.
    pub version: u32,
    /// Number of places.
    pub places: usize,
    /// Number of keys that names fold to; 0 if the section is damaged.
    pub keys: usize,
    /// Number of names of places, each spelling counted.
    pub postings: usize,
    /// Length of the file in bytes.
    pub file_bytes: usize,
    /// The sections' names and lengths in bytes, in the order of the file.
    pub sections: Vec<(&'static str, usize)>,
    /// What it was made from.
    pub sources: Vec<SourceNote>,
    /// The tables that it was built from, by their files' names, each with the number of places that it says something
    /// of. A place may stand in several.
    pub tables: Vec<(String, u64)>,
    /// The checksum of the header, which covers those of all sections: equal files have the same.
    pub checksum: u32,
}

/// A source of a gazetteer, for whoever passes its data on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceNote {
    /// Its name, with the version.
    pub name: String,
    /// The licence of its data.
    pub licence: String,
    /// Whom to name.
    pub attribution: String,
}

/// Name and number of places of a table, of a line that is about one.
pub(super) fn table_of_line(line: &str) -> Option<(String, u64)> {
    let (name, places) = line.strip_prefix("table\t")?.rsplit_once('\t')?;
    Some((name.to_owned(), places.parse().ok()?))
}

impl SourceNote {
    pub(super) fn from_line(line: &str) -> Option<Self> {
        let mut cells = line.split('\t').map(str::to_owned);
        (cells.next()? == "source").then_some(())?;
        Some(Self { name: cells.next()?, licence: cells.next()?, attribution: cells.next()? })
    }

    pub(super) fn to_line(&self) -> String {
        format!("source\t{}\t{}\t{}\n", self.name, self.licence, self.attribution)
    }
}
