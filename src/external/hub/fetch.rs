//! How the files of a model get from the hub into the cache.
//!
//! hf-hub fetches into a folder beside the repository's own, which goes when this ends. What has come whole is renamed to its
//! place: it would go on with a file that another run has left half-written, whatever is in it, and gives its name to what it has
//! got without a look at it.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use hf_hub::api::Progress;
use hf_hub::api::sync::{Api, ApiBuilder, ApiError, ApiRepo};
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

/// How often a download that breaks off is gone on with.
const RETRIES: usize = 3;

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
            let fetched = hub
                .download_with_progress(file, &mut meter)
                .map_err(|error| self.of_download(file, partial.path(), error))?;
            meter.before += bytes_of(known);
            let fetched = fs::canonicalize(&fetched).map_err(at(&fetched))?;
            self.check(file, known, &fetched)?;
            keep(&fetched, &blobs, &snapshot, file, held)?;
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

    /// Whether a file is what the hub says it has.
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

    fn of_download(&self, file: &str, folder: &Path, error: ApiError) -> HubError {
        match error {
            ApiError::TooManyRetries(error) => self.of_download(file, folder, *error),
            ApiError::RequestError(error) => match *error {
                ureq::Error::StatusCode(404) => {
                    HubError::NoFile { model: Box::new(self.model.clone()), file: file.to_owned() }
                }
                ureq::Error::StatusCode(status) => self.of_status(status),
                error => self.unreachable(&error.to_string()),
            },
            ApiError::IoError(why) if is_of_disk(&why) => at(folder)(why),
            ApiError::IoError(why) => self.unreachable(&why.to_string()),
            ApiError::LockAcquisition(path) => at(&path)(io::ErrorKind::ResourceBusy.into()),
            error => self.strange(format!("asked for {file}: {error}")),
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

/// Whether it is the disk that failed, and not the network: both come as one kind of error.
fn is_of_disk(why: &io::Error) -> bool {
    use io::ErrorKind as Kind;
    matches!(
        why.kind(),
        Kind::StorageFull
            | Kind::QuotaExceeded
            | Kind::FileTooLarge
            | Kind::PermissionDenied
            | Kind::ReadOnlyFilesystem
            | Kind::NotFound
            | Kind::AlreadyExists
            | Kind::NotADirectory
    )
}

fn of_cache(error: FetchError) -> HubError {
    match error {
        FetchError::Cache { path, why } => HubError::Cache { path, why },
        error => at(Path::new("cache"))(io::Error::other(error)),
    }
}

/// Gives a file that has come whole its place in the cache.
fn keep(fetched: &Path, blobs: &Path, snapshot: &Path, file: &str, held: &Held<'_>) -> Result<(), HubError> {
    let whole = File::options().write(true).open(fetched).and_then(|file| file.sync_all());
    whole.map_err(at(fetched))?;
    // Links are for administrators on Windows; there, the file itself stands in the snapshot, as Hugging Face's packages do it.
    if !cfg!(unix) {
        return held.put(fetched, &joined(snapshot, file)).map_err(of_cache);
    }
    let blob = fetched.file_name().and_then(|name| name.to_str()).unwrap_or_default();
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

impl Progress for &mut Meter<'_> {
    fn init(&mut self, _: usize, _: &str) {
        self.now = 0;
    }

    fn update(&mut self, bytes: usize) {
        self.now += bytes as u64;
        if self.told.elapsed() >= TELLING {
            self.told = Instant::now();
            let (what, done) = (self.model.to_string(), self.before + self.now);
            (self.report)(Event::Progress { what, done, bytes: self.bytes.max(done) });
        }
    }

    fn finish(&mut self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_from_a_network_that_fails() {
        let (model, options) = ("hf:a/b".parse().unwrap(), HubOptions::default());
        let hub = Hub { model: &model, options: &options, endpoint: options.address() };
        let told = |kind: io::ErrorKind| {
            let error = ApiError::TooManyRetries(Box::new(ApiError::IoError(kind.into())));
            hub.of_download("model.onnx", Path::new("hub/.partial-1"), error).to_string()
        };
        let full = told(io::ErrorKind::StorageFull);
        assert!(full.contains("hub/.partial-1: no storage space") && full.contains("has room: make some"), "{full}");
        let broken = told(io::ErrorKind::UnexpectedEof);
        assert!(broken.contains("https://huggingface.co cannot be reached, or broke off"), "{broken}");
        let denied =
            hub.of_download("a", Path::new(""), ApiError::RequestError(Box::new(ureq::Error::StatusCode(403))));
        assert!(denied.to_string().contains("ask for it on https://huggingface.co/a/b, and set HF_TOKEN"), "{denied}");
    }

    #[test]
    fn it_is_told_how_far_a_download_is() {
        let model = "hf:a/b".parse().unwrap();
        let mut told = Vec::new();
        let mut report = |event| told.push(event);
        let long_ago = Instant::now().checked_sub(TELLING).unwrap();
        let mut meter = Meter { report: &mut report, model: &model, before: 100, now: 0, bytes: 1000, told: long_ago };
        let mut progress = &mut meter;
        progress.init(900, "model.onnx");
        progress.update(50);
        progress.update(50);
        // It broke off, and is gone on with.
        progress.init(900, "model.onnx");
        progress.update(100);
        assert_eq!(progress.now, 100);
        assert_eq!(told, [Event::Progress { what: "hf:a/b".to_owned(), done: 150, bytes: 1000 }]);
    }
}
