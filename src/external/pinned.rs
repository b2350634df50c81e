//! Whether a file is the one that was published: its size and its SHA-256.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use sha2::{Digest as _, Sha256};

#[cfg(feature = "fetch")]
use super::error::FetchError;
use super::fault::FileFault;
use crate::checksum;

/// What is known of a published file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pinned {
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256, in hexadecimal.
    pub sha256: &'static str,
}

/// How closely a file is looked at.
#[derive(Clone, Copy)]
pub(super) enum Check {
    /// Its size: cheap enough for every start, however large the file.
    Size,
    /// Its size and SHA-256.
    Hash,
}

impl Pinned {
    /// Looks at a file.
    pub fn check(&self, path: &Path, check: Check) -> Result<(), FileFault> {
        let metadata = fs::metadata(path)?;
        if !metadata.is_file() {
            return Err(FileFault::NotAFile);
        }
        self.has_size(metadata.len())?;
        match check {
            Check::Size => Ok(()),
            Check::Hash => self.has_hash(checksum::of_file(path)?),
        }
    }

    /// Reads a file. It is the bytes in memory that are checked, so that nobody can change them in between.
    #[cfg_attr(not(feature = "layers"), allow(dead_code, reason = "only files of pages are read"))]
    pub fn read(&self, path: &Path) -> Result<Vec<u8>, FileFault> {
        self.check(path, Check::Size)?;
        self.read_from(File::open(path)?)
    }

    /// Reads what should be the file's content from a stream, and no more of it than tells whether it is too long.
    #[cfg_attr(not(feature = "layers"), allow(dead_code, reason = "only files of pages are read"))]
    pub fn read_from(&self, stream: impl io::Read) -> Result<Vec<u8>, FileFault> {
        let mut bytes = Vec::new();
        stream.take(self.bytes + 1).read_to_end(&mut bytes)?;
        self.has_size(bytes.len() as u64)?;
        self.has_hash(checksum::hex(&Sha256::digest(&bytes)))?;
        Ok(bytes)
    }

    /// Checks a package that has just been fetched.
    #[cfg(feature = "fetch")]
    pub fn check_fetched(&self, path: &Path) -> Result<(), FetchError> {
        // The folder that it lies in is about to be removed: only the name tells something.
        let file = || path.file_name().unwrap_or(path.as_os_str()).into();
        self.check(path, Check::Hash).map_err(|why| FetchError::NotPinned { file: file(), why })
    }

    fn has_size(&self, got: u64) -> Result<(), FileFault> {
        if got == self.bytes { Ok(()) } else { Err(FileFault::WrongSize { expected: self.bytes, got }) }
    }

    fn has_hash(&self, got: String) -> Result<(), FileFault> {
        if got == self.sha256 { Ok(()) } else { Err(FileFault::WrongHash { expected: self.sha256.to_owned(), got }) }
    }
}

#[cfg(test)]
impl Pinned {
    /// The pin of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self { bytes: bytes.len() as u64, sha256: checksum::hex(&Sha256::digest(bytes)).leak() }
    }

    /// Whether it may be the pin of a file.
    pub fn is_well_formed(&self) -> bool {
        let is_hex = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        self.bytes > 0 && self.sha256.len() == 64 && self.sha256.bytes().all(is_hex)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_published_file_passes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let pinned = Pinned::of(b"abc");
        let check = |content: &str| {
            fs::write(&path, content).unwrap();
            let read = pinned.read(&path).map(|bytes| assert_eq!(bytes, b"abc"));
            assert_eq!(pinned.check(&path, Check::Hash), read);
            (pinned.check(&path, Check::Size), read)
        };
        assert_eq!(check("abc"), (Ok(()), Ok(())));
        let too_long = Err(FileFault::WrongSize { expected: 3, got: 4 });
        assert_eq!(check("abcd"), (too_long.clone(), too_long));
        let (size, hash) = check("abd");
        assert!(size.is_ok() && matches!(hash, Err(FileFault::WrongHash { .. })));
        assert_eq!(pinned.read(folder.path()), Err(FileFault::NotAFile));
        assert_eq!(pinned.read(&path.join("below")), Err(FileFault::Missing));
    }

    #[test]
    fn an_endless_stream_ends() {
        let endless = Pinned::of(b"abc").read_from(io::repeat(b'a'));
        assert_eq!(endless, Err(FileFault::WrongSize { expected: 3, got: 4 }));
    }
}
