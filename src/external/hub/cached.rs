//! A repository in the cache of Hugging Face's packages.
//!
//! ```text
//! <cache>/models--OWNER--NAME/
//!     refs/main                       the commit that the branch was at when it was last asked for
//!     blobs/4b5f…                     a file, under what the hub calls its content
//!     snapshots/<commit>/model.onnx   a link to a blob; where there are no links, the file itself
//!     .lock, .partial-XXXXXX/         as in dateline's own cache: what is being fetched
//! ```

use std::fs;
use std::path::{Path, PathBuf};

use super::model::{HubModel, is_path};
use super::needed::needed;

/// How deep in a repository the files of a model may be.
const DEPTH: usize = 4;

/// A model's repository, and its place in the cache. It need not be there yet.
pub(super) struct Repository<'m> {
    model: &'m HubModel,
    cache: PathBuf,
}

impl<'m> Repository<'m> {
    /// The repository of a model in a cache.
    pub fn new(model: &'m HubModel, cache: PathBuf) -> Self {
        Self { model, cache }
    }

    /// The model.
    pub fn model(&self) -> &'m HubModel {
        self.model
    }

    /// The cache.
    pub fn cache(&self) -> &Path {
        &self.cache
    }

    /// Its folder.
    pub fn folder(&self) -> PathBuf {
        self.cache.join(format!("models--{}", self.model.repository.replace('/', "--")))
    }

    /// The file that says at which commit a branch or a tag is.
    pub fn reference(&self, revision: &str) -> PathBuf {
        self.folder().join("refs").join(revision)
    }

    /// The folder of a commit's files.
    pub fn snapshot(&self, commit: &str) -> PathBuf {
        self.folder().join("snapshots").join(commit)
    }

    /// Where the model is in a snapshot: the folder, or the network that was named.
    pub fn model_in(&self, snapshot: &Path) -> PathBuf {
        match &self.model.network {
            Some(network) => joined(snapshot, network),
            None => snapshot.to_owned(),
        }
    }

    /// The model as it was fetched before, if all of it was.
    pub fn cached(&self) -> Option<PathBuf> {
        let revision = self.model.revision();
        let commit = fs::read_to_string(self.reference(revision));
        let commit = commit.map_or_else(|_| revision.to_owned(), |commit| commit.trim().to_owned());
        let snapshot = self.snapshot(&commit);
        if !is_path(&commit) || !snapshot.is_dir() {
            return None;
        }
        let mut files = Vec::new();
        list(&snapshot, "", DEPTH, &mut files);
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        needed(self.model, &files).ok().map(|_| self.model_in(&snapshot))
    }
}

/// A path of the hub, in a folder here.
pub(super) fn joined(folder: &Path, path: &str) -> PathBuf {
    path.split('/').fold(folder.to_owned(), |folder, part| folder.join(part))
}

/// The files in a folder, as paths of the hub. A link that leads nowhere is none.
fn list(folder: &Path, above: &str, depth: usize, files: &mut Vec<String>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let Ok(name) = entry.file_name().into_string() else { continue };
        let path = format!("{above}{name}");
        match fs::metadata(entry.path()) {
            Ok(metadata) if metadata.is_file() => files.push(path),
            Ok(metadata) if metadata.is_dir() && depth > 1 => {
                list(&entry.path(), &format!("{path}/"), depth - 1, files);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_all_there_is_found() {
        let cache = tempfile::tempdir().unwrap();
        let put = |path: &str, content: &str| {
            let path = cache.path().join("models--a--b").join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        };
        let found = |name: &str| {
            let model = name.parse().unwrap();
            let found = Repository::new(&model, cache.path().to_owned()).cached()?;
            Some(found.strip_prefix(cache.path().join("models--a--b/snapshots")).unwrap().to_owned())
        };
        assert_eq!(found("hf:a/b"), None);
        put("refs/main", "c0ffee\n");
        put("snapshots/c0ffee/config.json", "");
        put("snapshots/c0ffee/onnx/model.onnx", "");
        assert_eq!(found("hf:a/b"), None);
        put("snapshots/c0ffee/tokenizer.json", "");
        assert_eq!(found("hf:a/b"), Some("c0ffee".into()));
        assert_eq!(found("hf:a/b@c0ffee"), Some("c0ffee".into()));
        assert_eq!(found("hf:a/b/onnx/model.onnx"), Some("c0ffee/onnx/model.onnx".into()));
        assert_eq!(found("hf:a/b@dev"), None);
        assert_eq!(found("hf:a/b#onnx/model_fp16.onnx"), None);
        put("refs/dev", "../../elsewhere");
        assert_eq!(found("hf:a/b@dev"), None);
    }
}
