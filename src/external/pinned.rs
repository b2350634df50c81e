//! Whether a file is the one that was published: its size and its SHA-256.

use std::fs::{self, File, Metadata};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

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
    /// Its size; and its SHA-256, if the file is not the one that passed last: of another size, another time or another
    /// number in its folder. Cheap enough for every start but the first.
    Changed,
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
            Check::Changed => self.has_passed(path, &metadata),
            Check::Hash => self.has_hash(checksum::of_file(path)?),
        }
    }

    /// Whether the file has passed before and is the same since, or passes now. What passed stands beside it; where that
    /// cannot be written, as in a cache that only others may write to, each start looks at the whole file.
    fn has_passed(&self, path: &Path, metadata: &Metadata) -> Result<(), FileFault> {
        let passed = passed_path(path);
        let mark = format!("{} {}\n", self.sha256, identity(metadata));
        if fs::read_to_string(&passed).is_ok_and(|known| known == mark) {
            return Ok(());
        }
        self.has_hash(checksum::of_file(path)?)?;
        // Written beside and renamed: another process reads all of it or nothing. Always under the same name, so that what a
        // process that was killed has left goes with the next. Without it, the next start looks at the whole file again, and
        // nothing else is lost.
        let beside = passed.with_extension("passed-part");
        let _ = fs::write(&beside, mark).and_then(|()| fs::rename(&beside, &passed));
        Ok(())
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

/// Where it stands what of a file has passed.
fn passed_path(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".passed");
    path.with_file_name(name)
}

/// What a file is told from others by, and from itself before it was changed: its size, its times, and its number in the
/// file system where there is one.
fn identity(metadata: &Metadata) -> String {
    #[cfg(unix)]
    let number = {
        use std::os::unix::fs::MetadataExt as _;
        // The time of change is one that nobody sets.
        format!("{} {} {}.{:09}", metadata.dev(), metadata.ino(), metadata.ctime(), metadata.ctime_nsec())
    };
    #[cfg(not(unix))]
    let number = "";
    let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    format!("{} {}.{:09} {number}", metadata.len(), modified.as_secs(), modified.subsec_nanos())
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
    fn a_file_that_has_passed_is_looked_at_again_once_it_changes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let pinned = Pinned::of(b"abc");
        let altered = |found: Result<(), FileFault>| matches!(found, Err(FileFault::WrongHash { .. }));
        fs::write(&path, "abd").unwrap();
        assert!(altered(pinned.check(&path, Check::Changed)) && !passed_path(&path).exists());
        fs::write(&path, "abc").unwrap();
        assert_eq!(pinned.check(&path, Check::Changed), Ok(()));
        let mark = fs::read_to_string(passed_path(&path)).unwrap();
        assert_eq!(pinned.check(&path, Check::Changed), Ok(()));
        // Another file of the same size and the same time.
        let time = fs::metadata(&path).unwrap().modified().unwrap();
        let other = folder.path().join("other");
        fs::write(&other, "abd").unwrap();
        File::options().write(true).open(&other).unwrap().set_modified(time).unwrap();
        fs::rename(&other, &path).unwrap();
        if cfg!(unix) {
            assert!(altered(pinned.check(&path, Check::Changed)));
        }
        // The same file, written to; and what passed for another pin.
        fs::write(&path, "abe").unwrap();
        assert!(altered(pinned.check(&path, Check::Changed)));
        fs::write(passed_path(&path), mark.replace(pinned.sha256, &"0".repeat(64))).unwrap();
        assert!(altered(pinned.check(&path, Check::Changed)));
    }

    #[test]
    fn an_endless_stream_ends() {
        let endless = Pinned::of(b"abc").read_from(io::repeat(b'a'));
        assert_eq!(endless, Err(FileFault::WrongSize { expected: 3, got: 4 }));
    }
}
