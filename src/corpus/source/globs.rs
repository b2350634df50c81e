//! Which files of folders are read.

use std::path::{Path, PathBuf};

use ignore::overrides::{Override, OverrideBuilder};

use super::hidden::is_hidden;

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
    pub(super) fn without_patterns(&self) -> Self {
        Self { patterns: Vec::new(), left_out: self.left_out.clone() }
    }

    /// Whether a path is one of the run's own.
    pub(super) fn leave_out(&self, path: &Path) -> bool {
        !self.left_out.is_empty()
            && std::path::absolute(path).is_ok_and(|path| self.left_out.iter().any(|left| path.starts_with(left)))
    }

    /// What matches one pattern, from a folder on.
    pub(super) fn anchored(folder: &Path, pattern: &str) -> Result<Override, ignore::Error> {
        OverrideBuilder::new(folder).add(&format!("/{pattern}"))?.build()
    }

    /// What is wanted of a folder.
    pub(super) fn under(&self, folder: &Path) -> Result<Override, ignore::Error> {
        let mut builder = OverrideBuilder::new(folder);
        for pattern in &self.patterns {
            builder.add(pattern)?;
        }
        builder.build()
    }
}
