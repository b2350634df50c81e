//! The files of folders and archives.

use std::iter;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use ignore::overrides::{Override, OverrideBuilder};
use ignore::{DirEntry, WalkBuilder};

use super::about::{is_about_data, is_data};
use super::archive;
use super::hidden::is_hidden;
use super::place::Source;
use crate::corpus::error::Fault;

/// Which files of folders are read.
#[derive(Clone, Debug, Default)]
pub struct Globs {
    patterns: Vec<String>,
    /// Files and folders that are passed over, as absolute paths.
    left_out: Vec<PathBuf>,
}

/// A pattern that is none.
#[derive(Debug, thiserror::Error)]
#[error(
    "{pattern}: no glob ({why}); expected a pattern such as *.txt, 2024/**/*.jsonl.gz or, to leave out, !drafts/**"
)]
pub struct GlobError {
    pattern: String,
    why: String,
}

impl Globs {
    /// Files that match one of the patterns, and none that begins with `!`. Without patterns, all.
    ///
    /// # Errors
    ///
    /// If one is no glob.
    pub fn new(patterns: Vec<String>) -> Result<Self, GlobError> {
        for pattern in &patterns {
            OverrideBuilder::new("")
                .add(pattern)
                .map_err(|error| GlobError { pattern: pattern.clone(), why: error.to_string() })?;
        }
        Ok(Self { patterns, left_out: Vec::new() })
    }

    /// The same without some paths: a run's own files may lie in a folder that it reads.
    #[must_use]
    pub fn without(mut self, paths: impl IntoIterator<Item = PathBuf>) -> Self {
        self.left_out.extend(paths.into_iter().filter_map(|path| std::path::absolute(path).ok()));
        self
    }

    /// Whether a file at a path would be read of a folder.
    pub fn reads(&self, folder: &Path, path: &Path) -> bool {
        let (Ok(folder), Ok(path)) = (std::path::absolute(folder), std::path::absolute(path)) else { return false };
        let Ok(inside) = path.strip_prefix(&folder) else { return false };
        let hidden = inside.components().any(|part| is_hidden(part.as_ref()));
        !hidden && self.under(&folder).is_ok_and(|wanted| !wanted.matched(&path, false).is_ignore())
    }

    /// The same without patterns: they were held to the archive's own name.
    fn without_patterns(&self) -> Self {
        Self { patterns: Vec::new(), left_out: self.left_out.clone() }
    }

    fn leave_out(&self, path: &Path) -> bool {
        !self.left_out.is_empty()
            && std::path::absolute(path).is_ok_and(|path| self.left_out.iter().any(|left| path.starts_with(left)))
    }

    fn under(&self, folder: &Path) -> Result<Override, ignore::Error> {
        let mut builder = OverrideBuilder::new(folder);
        for pattern in &self.patterns {
            builder.add(pattern)?;
        }
        builder.build()
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
    let kind = |entry: DirEntry| {
        let within = |name: &str| entry.path().join(name);
        if within("_delta_log").is_dir() {
            return Some("Delta Lake");
        }
        let is_iceberg = within("metadata").read_dir().is_ok_and(|mut files| {
            files.any(|file| file.is_ok_and(|file| file.file_name().to_string_lossy().ends_with(".metadata.json")))
        });
        if is_iceberg {
            return Some("Iceberg");
        }
        within(".hoodie").is_dir().then_some("Hudi")
    };
    folders.build().flatten().find_map(kind)
}

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

type Files = Box<dyn Iterator<Item = Result<Source, (String, Fault)>> + Send>;

/// The files of a source: itself, or those of a folder and the folders in it, in the order of their names, and those of zip
/// archives. Hidden ones are passed over, and those that tell of the data beside them.
pub fn files(source: &Source, globs: &Globs) -> Files {
    match source {
        Source::File(path) if path.is_dir() => of_folder(path, globs),
        Source::File(path) if archive::is_archive(path) => of_archive(path, globs),
        _ => Box::new(iter::once(Ok(source.clone()))),
    }
}

fn of_archive(path: &Path, globs: &Globs) -> Files {
    let name = path.display().to_string();
    let wanted = globs.under(path).map_err(|error| Fault::Walk(error.to_string()));
    match wanted.and_then(|wanted| Ok((wanted, archive::members(path)?))) {
        Ok((wanted, members)) => {
            let found = members.into_iter().filter(move |member| !wanted.matched(member.path(), false).is_ignore());
            Box::new(found.map(|member| Ok(Source::Member(member))))
        }
        Err(fault) => Box::new(iter::once(Err((name, fault)))),
    }
}

fn of_folder(folder: &Path, globs: &Globs) -> Files {
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
                Ok(path) if is_named_archive(&path) && archive::is_archive(&path) => {
                    of_archive(&path, &globs.without_patterns())
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

/// Whether a file of a folder is an archive by its name: not every file is opened while a folder is walked.
fn is_named_archive(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip") || ending.eq_ignore_ascii_case("wacz"))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn folders_are_walked_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for name in ["b.txt", "a/2.txt", "a/1.csv", ".hidden/x.txt", ".gitignore"] {
            fs::create_dir_all(root.join(name).parent().unwrap()).unwrap();
            // A file that git ignores is read all the same.
            fs::write(root.join(name), "*.txt").unwrap();
        }
        let found = |patterns: &[&str]| -> Vec<String> {
            let globs = Globs::new(patterns.iter().map(|&pattern| pattern.to_owned()).collect()).unwrap();
            let found = files(&Source::File(root.to_owned()), &globs);
            found
                .map(|file| match file {
                    Ok(Source::File(path)) => path.strip_prefix(root).unwrap().display().to_string(),
                    other => format!("{other:?}"),
                })
                .collect()
        };
        assert_eq!(found(&[]), ["a/1.csv", "a/2.txt", "b.txt"]);
        assert_eq!(found(&["*.txt"]), ["a/2.txt", "b.txt"]);
        assert_eq!(found(&["a/*"]), ["a/1.csv", "a/2.txt"]);
        assert_eq!(found(&["*"]), ["a/1.csv", "a/2.txt", "b.txt"]);
        let reads =
            |pattern: &str, path: &str| Globs::new(vec![pattern.to_owned()]).unwrap().reads(root, &root.join(path));
        assert!(reads("*.txt", "new/x.txt") && !reads("*.txt", "x.jsonl") && !reads("*", ".x/y.txt"));
        assert!(Globs::default().reads(root, &root.join("x")) && !Globs::default().reads(root, Path::new("/x")));
        assert_eq!(found(&["!*.csv"]), ["a/2.txt", "b.txt"]);
        assert!(found(&["*.xml"])[0].contains("EmptyFolder"));
        assert!(Globs::new(vec!["a{".into()]).is_err());
    }

    #[test]
    fn a_runs_own_files_are_no_input() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.txt", "out.part/b.txt", "out"] {
            fs::create_dir_all(folder.path().join(name).parent().unwrap()).unwrap();
            fs::write(folder.path().join(name), "").unwrap();
        }
        let own = ["out", "out.part"].map(|name| folder.path().join(name));
        let found: Vec<_> = files(&Source::File(folder.path().to_owned()), &Globs::default().without(own))
            .map(Result::unwrap)
            .collect();
        assert_eq!(found, [Source::File(folder.path().join("a.txt"))]);
    }
}
