//! The files of a folder.

use std::iter;
use std::path::Path;
use std::sync::LazyLock;

use ignore::{DirEntry, WalkBuilder};

use super::about::{is_about_data, is_data};
use super::archive::{is_archive, is_named_archive};
use super::globs::Globs;
use super::hidden::is_hidden;
use super::place::{Files, Source};
use super::unpacked;
use crate::corpus::error::Fault;

/// Whether there are files of records among those that are read of a folder, by their names.
fn has_data(folder: &Path, globs: &Globs) -> bool {
    let Ok(wanted) = globs.under(folder) else { return false };
    let is_one = |entry: &DirEntry| {
        entry.file_type().is_some_and(|kind| kind.is_file()) && is_data(entry.path()) && !globs.leave_out(entry.path())
    };
    walk(folder).overrides(wanted).build().flatten().any(|entry| is_one(&entry))
}

/// The way through a folder. Files that git ignores are often just the corpus: nothing is left out but what is hidden.
fn walk(folder: &Path) -> WalkBuilder {
    let mut walk = WalkBuilder::new(folder);
    walk.standard_filters(false)
        .hidden(true)
        .filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry.path()))
        .follow_links(true);
    walk
}

/// The files of a folder and the folders in it.
pub(super) fn files(folder: &Path, globs: &Globs) -> Files {
    let name = folder.display().to_string();
    let wanted = match globs.under(folder) {
        Ok(wanted) => wanted,
        Err(error) => return Box::new(iter::once(Err((name, Fault::Walk(error.to_string()))))),
    };
    // A pattern would bring hidden files back in, if they were not filtered.
    let walk = walk(folder).overrides(wanted).sort_by_file_name(Ord::cmp).build();
    let has_data = {
        let (folder, globs) = (folder.to_owned(), globs.clone());
        LazyLock::new(move || has_data(&folder, &globs))
    };
    let found = {
        let (name, globs) = (name.clone(), globs.clone());
        walk.filter_map(move |entry| match entry {
            Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_dir()) => None,
            Ok(entry) if globs.leave_out(entry.path()) => None,
            Ok(entry) if is_about_data(entry.path()) && *has_data => None,
            Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => Some(Ok(entry.into_path())),
            // A pipe in a folder would be waited for.
            Ok(entry) => Some(Err((entry.path().display().to_string(), Fault::Special))),
            Err(error) => Some(Err((name.clone(), Fault::Walk(error.to_string())))),
        })
    };
    let globs = globs.clone();
    let mut found = found
        .flat_map(move |path| -> Files {
            match path {
                Ok(path) if is_named_archive(&path) && is_archive(&path) => {
                    unpacked::files(&path, &globs.without_patterns())
                }
                path => Box::new(iter::once(path.map(Source::File))),
            }
        })
        .peekable();
    if found.peek().is_none() {
        return Box::new(iter::once(Err((name, Fault::EmptyFolder))));
    }
    Box::new(found)
}
