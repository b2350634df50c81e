//! Where documents come from: files, folders of them, standard input, a text that was given.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use ignore::WalkBuilder;
use ignore::overrides::{Override, OverrideBuilder};
use sha2::{Digest, Sha256};

use super::error::Fault;
use crate::atomic::UNTIL_COMPLETE;
use crate::checksum::hex;
use crate::lock::LOCK;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum InputKind {
    /// One document a file.
    Text,
    /// One JSON object a line with "text" and, if known, "id", "title", "date", "source", "url".
    Jsonl,
    /// A table with such columns.
    Csv,
    /// The same, parted by tabs.
    Tsv,
    /// The same as Parquet.
    Parquet,
    /// A web archive: pages and plain texts.
    Warc,
}

impl InputKind {
    /// The kind of a file by the ending of its name, before that of its compression if it has one.
    pub fn of(path: &Path) -> Self {
        let ending = |path: &Path| path.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase);
        let plain = match ending(path).as_deref() {
            Some("gz" | "gzip" | "zst" | "zstd") => path.with_extension(""),
            _ => path.to_owned(),
        };
        match ending(&plain).as_deref() {
            Some("jsonl" | "ndjson") => Self::Jsonl,
            Some("csv") => Self::Csv,
            Some("tsv") => Self::Tsv,
            Some("parquet") => Self::Parquet,
            Some("warc" | "wet") => Self::Warc,
            _ => Self::Text,
        }
    }

    /// What it is called in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Jsonl => "JSONL",
            Self::Csv => "CSV",
            Self::Tsv => "TSV",
            Self::Parquet => "Parquet",
            Self::Warc => "WARC",
        }
    }
}

/// Where documents come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Standard input, called `-`.
    Stdin,
    /// A file.
    File(PathBuf),
    /// A text that was given as it is, called `text`.
    Given(Arc<str>),
}

impl From<PathBuf> for Source {
    fn from(path: PathBuf) -> Self {
        if path.as_os_str() == "-" { Self::Stdin } else { Self::File(path) }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdin => f.write_str("-"),
            Self::File(path) => path.display().fmt(f),
            Self::Given(_) => f.write_str("text"),
        }
    }
}

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

/// Whether a name is hidden, or one that our outputs have beside them while they are written.
fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| {
        let name = name.as_encoded_bytes();
        name.starts_with(b".") || name.ends_with(LOCK.as_bytes()) || name.ends_with(UNTIL_COMPLETE.as_bytes())
    })
}

/// The files of a source: itself, or those of a folder and the folders in it, in the order of their names. Hidden ones are
/// passed over.
pub fn files(source: &Source, globs: &Globs) -> Box<dyn Iterator<Item = Result<Source, (String, Fault)>> + Send> {
    let folder = match source {
        Source::File(path) if path.is_dir() => path.clone(),
        _ => return Box::new(std::iter::once(Ok(source.clone()))),
    };
    let name = folder.display().to_string();
    let wanted = match globs.under(&folder) {
        Ok(wanted) => wanted,
        Err(error) => return Box::new(std::iter::once(Err((name, Fault::Walk(error.to_string()))))),
    };
    // Files that git ignores are often just the corpus: nothing is left out but what is hidden.
    let walk = WalkBuilder::new(&folder)
        .standard_filters(false)
        .hidden(true)
        .overrides(wanted)
        // A pattern would bring hidden files back in.
        .filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry.path()))
        .follow_links(true)
        .sort_by_file_name(Ord::cmp)
        .build();
    let found = {
        let (name, globs) = (name.clone(), globs.clone());
        walk.filter_map(move |entry| match entry {
            Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_dir()) => None,
            Ok(entry) if globs.leave_out(entry.path()) => None,
            Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => {
                Some(Ok(Source::File(entry.into_path())))
            }
            // A pipe in a folder would be waited for.
            Ok(entry) => Some(Err((entry.path().display().to_string(), Fault::Special))),
            Err(error) => Some(Err((name.clone(), Fault::Walk(error.to_string())))),
        })
    };
    let mut found = found.peekable();
    if found.peek().is_none() {
        return Box::new(std::iter::once(Err((name, Fault::EmptyFolder))));
    }
    Box::new(found)
}

/// How much there is to be read, and what tells it from other input. It is found out without reading the files whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survey {
    /// Bytes of all files; `None` if standard input or a pipe is among them.
    pub bytes: Option<u64>,
    /// A hash of the names, sizes and times of change of all files, with the beginning and the end of those that are named
    /// themselves.
    pub fingerprint: String,
}

/// Bytes at both ends of a file that count for a fingerprint.
const ENDS: u64 = 64 << 10;

/// Looks at what there is to be read.
pub fn survey(sources: &[Source], globs: &Globs) -> Survey {
    let mut hash = Sha256::new();
    let mut bytes = Some(0);
    for source in sources {
        let in_folder = matches!(source, Source::File(path) if path.is_dir());
        for file in files(source, globs) {
            let Ok(file) = file else { continue };
            hash.update(file.to_string());
            hash.update([0]);
            let about = match &file {
                Source::File(path) => fs::metadata(path).ok().filter(fs::Metadata::is_file),
                Source::Stdin | Source::Given(_) => None,
            };
            let size = match &file {
                Source::Given(text) => Some(text.len() as u64),
                Source::Stdin | Source::File(_) => about.as_ref().map(fs::Metadata::len),
            };
            hash.update(size.unwrap_or(u64::MAX).to_le_bytes());
            let changed = about.and_then(|about| about.modified().ok()?.duration_since(UNIX_EPOCH).ok());
            hash.update(changed.map_or(0, |since| since.as_nanos()).to_le_bytes());
            bytes = bytes.zip(size).map(|(all, size)| all + size);
            match (&file, size) {
                // One that cannot be read is an error of its own when its turn comes.
                (Source::File(path), Some(size)) if !in_folder => drop(hash_ends(path, size, &mut hash)),
                (Source::Given(text), _) => hash.update(text.as_bytes()),
                _ => {}
            }
        }
    }
    Survey { bytes, fingerprint: hex(&hash.finalize()[..8]) }
}

fn hash_ends(path: &Path, size: u64, hash: &mut Sha256) -> io::Result<()> {
    let mut file = File::open(path)?;
    let mut ends = Vec::new();
    (&mut file).take(ENDS).read_to_end(&mut ends)?;
    file.seek(io::SeekFrom::Start(size.saturating_sub(ENDS).max(ends.len() as u64)))?;
    file.take(ENDS).read_to_end(&mut ends)?;
    hash.update(&ends);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_by_ending() {
        assert_eq!(InputKind::of(Path::new("a/b.JSONL")), InputKind::Jsonl);
        assert_eq!(InputKind::of(Path::new("a.jsonl/b.txt")), InputKind::Text);
        assert_eq!(InputKind::of(Path::new("a.ndjson.zst")), InputKind::Jsonl);
        assert_eq!(InputKind::of(Path::new("x.warc.wet.gz")), InputKind::Warc);
        assert_eq!(InputKind::of(Path::new("plain")), InputKind::Text);
        assert_eq!(InputKind::of(Path::new("a.gz")), InputKind::Text);
    }

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

    #[test]
    fn fingerprints_see_names_sizes_and_ends() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jsonl");
        let of = |content: &[u8]| {
            fs::write(&path, content).unwrap();
            File::options().write(true).open(&path).unwrap().set_modified(UNIX_EPOCH).unwrap();
            survey(&[Source::File(path.clone())], &Globs::default())
        };
        let mut content = vec![b'a'; 300_000];
        let first = of(&content);
        assert_eq!(first.bytes, Some(300_000));
        assert_eq!(of(&content), first);
        content[299_999] = b'b';
        assert_ne!(of(&content), first);
        content[299_999] = b'a';
        File::options().write(true).open(&path).unwrap().set_modified(std::time::SystemTime::now()).unwrap();
        assert_ne!(survey(&[Source::File(path.clone())], &Globs::default()), first);
        content.push(b'a');
        assert_ne!(of(&content), first);
        assert_eq!(survey(&[Source::Stdin], &Globs::default()).bytes, None);
    }
}
