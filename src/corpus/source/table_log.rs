//! Tables whose log says which of their files count: Delta Lake, Iceberg, Hudi.

use std::path::Path;

use ignore::{DirEntry, WalkBuilder};

/// A kind of table with a log, by the folder that it has its log in, and how names of files there end.
pub(super) struct TableLog {
    pub name: &'static str,
    pub folder: &'static str,
    pub ending: &'static str,
}

impl TableLog {
    pub const ALL: [Self; 3] = [
        Self { name: "Delta Lake", folder: "_delta_log", ending: "" },
        Self { name: "Iceberg", folder: "metadata", ending: ".metadata.json" },
        Self { name: "Hudi", folder: ".hoodie", ending: "" },
    ];

    fn is_in(&self, folder: &Path) -> bool {
        folder.join(self.folder).read_dir().is_ok_and(|mut files| {
            files.any(|file| file.is_ok_and(|file| file.file_name().to_string_lossy().ends_with(self.ending)))
        })
    }
}

/// What kind of table with a log a folder is: such a log says which files of the folder count, and it is not read.
pub(in crate::corpus) fn table_log(folder: &Path) -> Option<&'static str> {
    if !folder.is_dir() {
        return None;
    }
    let mut folders = WalkBuilder::new(folder);
    folders
        .standard_filters(false)
        .hidden(false)
        .filter_entry(|entry| entry.file_type().is_some_and(|kind| kind.is_dir()));
    let kind = |entry: DirEntry| TableLog::ALL.into_iter().find(|log| log.is_in(entry.path())).map(|log| log.name);
    folders.build().flatten().find_map(kind)
}
