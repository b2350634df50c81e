//! Files in zip archives.

use std::fs::File;
use std::io::{self, BufReader, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tempfile::SpooledTempFile;
use zip::ZipArchive;
use zip::result::ZipError;

use super::super::bytes::{Bytes, Consumed};
use super::super::error::Fault;
use super::about::{is_about_data, is_data};
use super::hidden::is_hidden;
use crate::remote::AnyOrder;

/// Bytes of an unpacked file that are kept in memory, at most; beyond, it goes to a temporary file.
const IN_MEMORY: usize = 16 << 20;

type Archive = Arc<Mutex<ZipArchive<BufReader<Box<dyn AnyOrder>>>>>;

/// A file in a zip archive.
#[derive(Clone)]
pub struct Member {
    archive: Archive,
    index: usize,
    /// The archive's path with that in it behind.
    path: PathBuf,
    /// Bytes of the archive that it takes.
    size: u64,
}

impl Member {
    /// Its path: that of the archive with the one in it behind.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Bytes of the archive that it takes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Its bytes, unpacked. They are set down first: an archive has one place from which it is read.
    pub(in crate::corpus) fn open(&self, consumed: &Consumed) -> Result<Bytes, Fault> {
        let mut plain = SpooledTempFile::new(IN_MEMORY);
        {
            let mut archive = self.archive.lock().unwrap_or_else(PoisonError::into_inner);
            let mut file = archive.by_index(self.index).map_err(broken)?;
            io::copy(&mut file, &mut plain)?;
        }
        consumed.add(self.size);
        plain.flush()?;
        plain.rewind()?;
        Ok(Box::new(plain))
    }
}

impl PartialEq for Member {
    fn eq(&self, other: &Self) -> bool {
        (&self.path, self.index) == (&other.path, other.index)
    }
}

impl Eq for Member {}

impl std::fmt::Debug for Member {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Member").field(&self.path).finish()
    }
}

/// Whether a file is a zip archive by its first bytes, and none of the documents that are kept as one.
pub(super) fn is_archive(path: &Path) -> bool {
    let mut magic = [0; 4];
    let begins = File::open(path).and_then(|mut file| file.read_exact(&mut magic)).is_ok();
    begins
        && (magic == *b"PK\x03\x04" || magic == *b"PK\x05\x06")
        && members_of_file(path).is_ok_and(|found| !found.is_empty())
}

/// The files of an archive that are documents, in the order of their names. Of a web archive as Webrecorder packs it (WACZ), those
/// with pages.
pub(super) fn members_of_file(path: &Path) -> Result<Vec<Member>, Fault> {
    members(path, Box::new(File::open(path)?))
}

/// The same of an archive that was opened.
pub(super) fn members(path: &Path, bytes: Box<dyn AnyOrder>) -> Result<Vec<Member>, Fault> {
    let archive = ZipArchive::new(BufReader::new(bytes)).map_err(broken)?;
    let names: Vec<String> =
        archive.file_names().map(|name| name.map(Into::into)).collect::<Result<_, _>>().map_err(broken)?;
    if is_document(&names) {
        return Ok(Vec::new());
    }
    let pages: Vec<bool> = names.iter().map(|name| name.starts_with("archive/") && name.contains(".warc")).collect();
    let is_wacz = pages.contains(&true) && names.iter().any(|name| name == "datapackage.json");
    let has_data = names.iter().any(|name| is_file(name) && is_data(Path::new(name)));
    let archive = Arc::new(Mutex::new(archive));
    let mut found = Vec::new();
    for (index, (name, page)) in names.iter().zip(pages).enumerate() {
        let wanted = if is_wacz { page } else { is_file(name) && !(has_data && is_about_data(Path::new(name))) };
        if !wanted {
            continue;
        }
        let size = {
            let mut archive = archive.lock().unwrap_or_else(PoisonError::into_inner);
            archive.by_index_raw(index).map_err(broken)?.compressed_size()
        };
        found.push(Member {
            archive: Arc::clone(&archive),
            index,
            path: path.join(name.trim_start_matches('/')),
            size,
        });
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

/// Whether an archive is a document of an office program, or a book.
fn is_document(names: &[String]) -> bool {
    names.iter().any(|name| name == "[Content_Types].xml" || name == "mimetype" || name == "META-INF/container.xml")
}

/// Whether a name is that of a file that a person put there.
fn is_file(name: &str) -> bool {
    !name.ends_with('/') && Path::new(name).ancestors().all(|part| part.file_name().is_none_or(|_| !is_hidden(part)))
}

fn broken(error: ZipError) -> Fault {
    match error {
        ZipError::Io(error) => error.into(),
        error => Fault::Damaged { why: format!("cannot be unpacked ({error})"), kind: "zip" },
    }
}

/// Whether a file of a folder is an archive by its name: not every file is opened while a folder is walked.
pub(super) fn is_named_archive(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip") || ending.eq_ignore_ascii_case("wacz"))
}
