//! What the hub says that a repository has.

use serde::Deserialize;

use super::model::is_path;

/// A revision of a repository.
#[derive(Debug, Deserialize)]
pub(super) struct Listing {
    /// Its commit.
    pub sha: String,
    /// Its files.
    #[serde(default)]
    pub siblings: Vec<File>,
}

/// A file of a repository.
#[derive(Debug, Deserialize)]
pub(super) struct File {
    /// Its path.
    #[serde(rename = "rfilename")]
    pub path: String,
    /// Its size in bytes.
    pub size: Option<u64>,
    /// What Git calls its content; of a large file, the content of the pointer that stands for it.
    #[serde(rename = "blobId")]
    blob: Option<String>,
    /// Set for large files.
    lfs: Option<Large>,
}

/// What is known of a large file.
#[derive(Debug, Deserialize)]
struct Large {
    sha256: Option<String>,
    size: Option<u64>,
}

impl Listing {
    /// The paths of the files that can be put into a folder here.
    pub fn paths(&self) -> Vec<&str> {
        self.siblings.iter().map(|file| file.path.as_str()).filter(|path| is_path(path)).collect()
    }

    /// What is known of a file.
    pub fn file(&self, path: &str) -> Option<&File> {
        self.siblings.iter().find(|file| file.path == path)
    }
}

impl File {
    /// Its SHA-256, in hexadecimal, of a large file.
    pub fn sha256(&self) -> Option<&str> {
        self.lfs.as_ref()?.sha256.as_deref().filter(|sum| is_sum(sum))
    }

    /// Its size in bytes.
    pub fn bytes(&self) -> Option<u64> {
        self.lfs.as_ref().and_then(|large| large.size).or(self.size)
    }

    /// The name of its content in the cache.
    pub fn blob(&self) -> Option<&str> {
        let small = || self.blob.as_deref().filter(|sum| is_sum(sum) && self.lfs.is_none());
        self.sha256().or_else(small)
    }
}

/// Whether this is a checksum in hexadecimal, and so no path.
fn is_sum(text: &str) -> bool {
    text.len() >= 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
