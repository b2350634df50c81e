//! How the files of a model get from the hub into the cache.
//!
//! hf-hub knows the addresses and the cache. The files themselves are fetched here, into a folder beside the repository's own, which
//! goes when this ends; what has come whole is renamed to its place. hf-hub would go on with a file that another run has left
//! half-written, whatever is in it, would give its name to what it has got without a look at it, and would take that name, and so a
//! path, from what the server answers.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use hf_hub::api::sync::{Api, ApiBuilder, ApiRepo};
use hf_hub::{Cache as HubCache, Repo, RepoType};

use super::cached::{Repository, joined};
use super::error::{HubError, at};
use super::listing::{self, Listing};
use super::model::{HubModel, is_path};
use super::needed::needed;
use super::options::HubOptions;
use crate::checksum;
use crate::external::cache::Cache;
use crate::external::error::FetchError;
use crate::external::event::Event;
use crate::external::fault::FileFault;
use crate::external::held::Held;

/// How long the hub may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often a download that breaks off is begun again.
const RETRIES: usize = 3;

/// What this program calls itself.
const AGENT: &str = concat!("dateline/", env!("CARGO_PKG_VERSION"));

/// How often it is told how far a download is.
const TELLING: Duration = Duration::from_secs(5);

/// Asks the hub what a model consists of, fetches what the cache lacks, and gives its place there.
pub(super) fn fetch(
    repository: &Repository<'_>,
    options: &HubOptions,
    report: &mut dyn FnMut(Event),
) -> Result<PathBuf, HubError> {
    let hub = Hub { model: repository.model(), options, endpoint: options.address() };
    let listing = hub.listing(&repository.folder())?;
    let files = needed(hub.model, &listing.paths())?;
    let snapshot = repository.snapshot(&listing.sha);
    let is_complete = || files.iter().all(|file| joined(&snapshot, file).is_file());
    if !is_complete() {
        let cache = Cache::at(repository.folder());
        let held = cache.hold(report).map_err(of_cache)?;
        // Another process may have fetched it meanwhile.
        if !is_complete() {
            hub.download(repository, &listing, &files, &held, report)?;
            report(Event::Fetched { path: repository.model_in(&snapshot) });
        }
    }
    let revision = hub.model.revision();
    if revision != listing.sha {
        refer(&repository.reference(revision), &listing.sha)?;
    }
    Ok(repository.model_in(&snapshot))
}

/// The hub, asked for one model.
struct Hub<'a> {
    model: &'a HubModel,
    options: &'a HubOptions,
    endpoint: String,
}

impl Hub<'_> {
    /// What is at a revision of the model.
    fn listing(&self, folder: &Path) -> Result<Listing, HubError> {
        let request = self.repository(folder, self.model.revision())?.info_request().query("blobs", "true");
        let request = request.config().http_status_as_error(false).timeout_connect(Some(PATIENCE));
        let mut response = request
            .timeout_recv_response(Some(PATIENCE))
            .build()
            .call()
            .map_err(|why| self.unreachable(&why.to_string()))?;
        let code = response.headers().get("x-error-code").and_then(|code| code.to_str().ok()).unwrap_or_default();
        if code == "RevisionNotFound" {
            return Err(HubError::NoRevision { model: Box::new(self.model.clone()), endpoint: self.endpoint.clone() });
        }
        match (response.status().as_u16(), code) {
            (200, _) => {}
            (401 | 404, "" | "RepoNotFound") => {
                return Err(HubError::NoRepository {
                    model: Box::new(self.model.clone()),
                    endpoint: self.endpoint.clone(),
                    has_token: self.options.token.is_some(),
                });
            }
            (status, _) => return Err(self.of_status(status)),
        }
        let listing: Listing =
            response.body_mut().read_json().map_err(|why| self.strange(format!("its list of files: {why}")))?;
        if !is_path(&listing.sha) || listing.sha.contains('/') {
            return Err(self.strange(format!("its list of files is of the commit {:?}", listing.sha)));
        }
        Ok(listing)
    }

    /// Fetches those of the files that the cache lacks.
    fn download(
        &self,
        repository: &Repository<'_>,
        listing: &Listing,
        files: &[&str],
        held: &Held<'_>,
        report: &mut dyn FnMut(Event),
    ) -> Result<(), HubError> {
        let snapshot = repository.snapshot(&listing.sha);
        let blobs = repository.folder().join("blobs");
        let mut missing = Vec::new();
        for &file in files.iter().filter(|file| !joined(&snapshot, file).is_file()) {
            let known = listing.file(file);
            // Another revision may have brought it.
            let blob = known.and_then(listing::File::blob).filter(|_| cfg!(unix));
            let is_whole = |blob: &&str| {
                fs::metadata(blobs.join(blob))
                    .is_ok_and(|there| Some(there.len()) == known.and_then(listing::File::bytes))
            };
            match blob.filter(is_whole) {
                Some(blob) => link(&snapshot, file, blob)?,
                None => missing.push((file, known)),
            }
        }
        let bytes_of = |known: Option<&listing::File>| known.and_then(listing::File::bytes).unwrap_or_default();
        let bytes = missing.iter().map(|(_, known)| bytes_of(*known)).sum();
        if missing.is_empty() {
            return Ok(());
        }
        report(Event::Downloading {
            what: format!("{} at {}", self.model, listing.sha.get(..7).unwrap_or(&listing.sha)),
            files: missing.len(),
            bytes,
            place: self.endpoint.clone(),
            folder: repository.folder(),
        });
        let partial = held.partial().map_err(of_cache)?;
        let hub = self.repository(partial.path(), &listing.sha)?;
        let mut meter = Meter { report, model: self.model, before: 0, now: 0, bytes, told: Instant::now() };
        for (file, known) in missing {
            let fetched = partial.path().join("file");
            self.get(&hub.url(file), &fetched, &mut meter)
                .map_err(|error| self.of_download(file, partial.path(), error))?;
            meter.before += bytes_of(known);
            self.check(file, known, &fetched)?;
            let blob = match known.and_then(listing::File::blob) {
                Some(blob) => blob.to_owned(),
                None => checksum::of_file(&fetched).map_err(at(&fetched))?,
            };
            keep(&fetched, &blob, &blobs, &snapshot, file, held)?;
        }
        Ok(())
    }

    /// The repository as hf-hub asks for it, with a cache of its own.
    fn repository(&self, cache: &Path, revision: &str) -> Result<ApiRepo, HubError> {
        let api: Api = ApiBuilder::from_cache(HubCache::new(cache.to_owned()))
            .with_endpoint(self.endpoint.clone())
            .with_token(self.options.token.clone())
            .with_progress(false)
            .with_retries(RETRIES)
            .with_user_agent("dateline", env!("CARGO_PKG_VERSION"))
            .build()
            .map_err(|why| self.unreachable(&why.to_string()))?;
        let (name, revision) = (self.model.repository.clone(), revision.to_owned());
        Ok(api.repo(Repo::with_revision(name, RepoType::Model, revision)))
    }

    /// Fetches what is at an address into a file, from its begin again where it breaks off.
    fn get(&self, address: &str, into: &Path, meter: &mut Meter<'_>) -> Result<(), Failed> {
        let mut tries = 0;
        loop {
            tries += 1;
            meter.now = 0;
            match self.get_once(address, into, meter) {
                Err(Failed::Network(_)) if tries <= RETRIES => {}
                done => return done,
            }
        }
    }

    fn get_once(&self, address: &str, into: &Path, meter: &mut Meter<'_>) -> Result<(), Failed> {
        let mut request = ureq::get(address).header("User-Agent", AGENT);
        if let Some(token) = &self.options.token {
            // Storage elsewhere, to which the hub may lead, does not get it.
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        let request = request.config().http_status_as_error(false).timeout_connect(Some(PATIENCE));
        let response = request.timeout_recv_response(Some(PATIENCE)).build().call();
        let response = response.map_err(|why| Failed::Network(why.to_string()))?;
        match response.status().as_u16() {
            200 | 206 => {}
            status => return Err(Failed::Status(status)),
        }
        let mut file = File::create(into).map_err(Failed::Disk)?;
        let mut body = response.into_body().into_reader();
        let mut buffer = vec![0; 1 << 16];
        loop {
            let read = body.read(&mut buffer).map_err(|why| Failed::Network(why.to_string()))?;
            if read == 0 {
                return Ok(());
            }
            file.write_all(&buffer[..read]).map_err(Failed::Disk)?;
            meter.update(read);
        }
    }

    /// Whether a file is what the hub says it has: its size, and of a large one its SHA-256.
    fn check(&self, file: &str, known: Option<&listing::File>, fetched: &Path) -> Result<(), HubError> {
        let altered = |why| HubError::Altered { model: Box::new(self.model.clone()), file: file.to_owned(), why };
        let got = fs::metadata(fetched).map_err(at(fetched))?.len();
        match known.and_then(listing::File::bytes) {
            Some(expected) if expected != got => return Err(altered(FileFault::WrongSize { expected, got })),
            _ => {}
        }
        if let Some(expected) = known.and_then(listing::File::sha256) {
            let got = checksum::of_file(fetched).map_err(at(fetched))?;
            if !got.eq_ignore_ascii_case(expected) {
                return Err(altered(FileFault::WrongHash { expected: expected.to_owned(), got }));
            }
        }
        Ok(())
    }

    fn of_download(&self, file: &str, folder: &Path, failed: Failed) -> HubError {
        match failed {
            Failed::Status(404) => HubError::NoFile { model: Box::new(self.model.clone()), file: file.to_owned() },
            Failed::Status(status) => self.of_status(status),
            Failed::Network(why) => self.unreachable(&why),
            Failed::Disk(why) => at(folder)(why),
        }
    }

    fn of_status(&self, status: u16) -> HubError {
        match status {
            401 | 403 => HubError::NoAccess { model: Box::new(self.model.clone()), endpoint: self.endpoint.clone() },
            // It asks to be left alone for a while, or has trouble of its own.
            429 | 500.. => self.unreachable(&format!("it answers with the status {status}")),
            _ => self.strange(format!("with the status {status}")),
        }
    }

    fn unreachable(&self, why: &str) -> HubError {
        HubError::Unreachable {
            model: Box::new(self.model.clone()),
            endpoint: self.endpoint.clone(),
            why: why.to_owned(),
        }
    }

    fn strange(&self, why: String) -> HubError {
        HubError::Answer { model: Box::new(self.model.clone()), endpoint: self.endpoint.clone(), why }
    }
}

/// Why a file could not be fetched.
enum Failed {
    /// The server answered with this status.
    Status(u16),
    /// It did not answer, or broke off.
    Network(String),
    /// What came could not be stored.
    Disk(io::Error),
}

fn of_cache(error: FetchError) -> HubError {
    match error {
        FetchError::Cache { path, why } => HubError::Cache { path, why },
        error => at(Path::new("cache"))(io::Error::other(error)),
    }
}

/// Gives a file that has come whole its place in the cache.
fn keep(
    fetched: &Path,
    blob: &str,
    blobs: &Path,
    snapshot: &Path,
    file: &str,
    held: &Held<'_>,
) -> Result<(), HubError> {
    let whole = File::options().write(true).open(fetched).and_then(|file| file.sync_all());
    whole.map_err(at(fetched))?;
    // Links are for administrators on Windows; there, the file itself stands in the snapshot, as Hugging Face's packages do it.
    if !cfg!(unix) {
        return held.put(fetched, &joined(snapshot, file)).map_err(of_cache);
    }
    held.put(fetched, &blobs.join(blob)).map_err(of_cache)?;
    link(snapshot, file, blob)
}

/// Puts a link to a blob into a snapshot.
fn link(snapshot: &Path, file: &str, blob: &str) -> Result<(), HubError> {
    let place = joined(snapshot, file);
    let put = || {
        fs::create_dir_all(place.parent().ok_or(io::ErrorKind::InvalidInput)?)?;
        match fs::remove_file(&place) {
            // It may lead to a blob that is gone.
            Err(why) if why.kind() != io::ErrorKind::NotFound => return Err(why),
            _ => {}
        }
        // From snapshots/COMMIT/…, whatever the cache is moved to.
        symlink(&format!("{}../../blobs/{blob}", "../".repeat(file.matches('/').count())), &place)
    };
    put().map_err(at(&place))
}

#[cfg(unix)]
fn symlink(target: &str, place: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, place)
}

#[cfg(not(unix))]
fn symlink(_: &str, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Writes at which commit a revision is, unless that is known.
fn refer(reference: &Path, commit: &str) -> Result<(), HubError> {
    if fs::read_to_string(reference).is_ok_and(|known| known.trim() == commit) {
        return Ok(());
    }
    let write = || {
        let folder = reference.parent().ok_or(io::ErrorKind::InvalidInput)?;
        fs::create_dir_all(folder)?;
        let beside = tempfile::NamedTempFile::new_in(folder)?;
        fs::write(beside.path(), commit)?;
        beside.persist(reference).map_err(|error| error.error)?;
        Ok(())
    };
    write().map_err(at(reference))
}

/// Tells how far a download is, every few seconds.
struct Meter<'a> {
    report: &'a mut dyn FnMut(Event),
    model: &'a HubModel,
    /// Bytes of the files that are done.
    before: u64,
    /// Bytes of the file that is being fetched.
    now: u64,
    /// Bytes of all.
    bytes: u64,
    told: Instant,
}

impl Meter<'_> {
    fn update(&mut self, bytes: usize) {
        self.now += bytes as u64;
        if self.told.elapsed() >= TELLING {
            self.told = Instant::now();
            let (what, done) = (self.model.to_string(), self.before + self.now);
            (self.report)(Event::Progress { what, done, bytes: self.bytes.max(done) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_from_a_network_that_fails() {
        let (model, options) = ("hf:a/b".parse().unwrap(), HubOptions::default());
        let hub = Hub { model: &model, options: &options, endpoint: options.address() };
        let told = |kind: io::ErrorKind| {
            hub.of_download("model.onnx", Path::new("hub/.partial-1"), Failed::Disk(kind.into())).to_string()
        };
        let full = told(io::ErrorKind::StorageFull);
        assert!(full.contains("hub/.partial-1: no storage space") && full.contains("has room: make some"), "{full}");
        let broken = hub.of_download("model.onnx", Path::new(""), Failed::Network("ended".to_owned())).to_string();
        assert!(broken.contains("https://huggingface.co cannot be reached, or broke off"), "{broken}");
        let denied = hub.of_download("a", Path::new(""), Failed::Status(403));
        assert!(denied.to_string().contains("ask for it on https://huggingface.co/a/b, and set HF_TOKEN"), "{denied}");
    }

    #[test]
    fn it_is_told_how_far_a_download_is() {
        let model = "hf:a/b".parse().unwrap();
        let mut told = Vec::new();
        let mut report = |event| told.push(event);
        let long_ago = Instant::now().checked_sub(TELLING).unwrap();
        let mut meter = Meter { report: &mut report, model: &model, before: 100, now: 0, bytes: 1000, told: long_ago };
        meter.update(50);
        meter.update(50);
        assert_eq!(meter.now, 100);
        assert_eq!(told, [Event::Progress { what: "hf:a/b".to_owned(), done: 150, bytes: 1000 }]);
    }
}
