//! What is known of an output that is complete: which run made it, and with what.
//!
//! An output alone is to stay in its folder, so what its run knew goes with the file itself: in an extended attribute,
//! `user.dateline.run`, where the system has such. It moves with the file, and is lost on the way through programs that copy
//! bytes alone; then the form of the output is all that says that it is ours.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use parquet::file::reader::{FileReader, SerializedFileReader};
use serde::{Deserialize, Serialize};

use super::Compression;
use crate::checksum;
use crate::corpus::checkpoint::{Manifest, Progress, differences};
use crate::corpus::write::files::DocumentFiles;
use crate::corpus::write::parquet::{VERSION_KEY, part_name};

/// The name of the attribute.
#[cfg(any(target_os = "linux", target_os = "macos"))]
const ATTRIBUTE: &str = "user.dateline.run";

/// The form of what is in it.
const VERSION: u32 = 1;

/// A setting that is longer is kept as its checksum: file systems hold some 4 kB of attributes.
const KEPT: usize = 40;

/// The longest first line by which an output is recognised.
const LINE: u64 = 64 << 20;
/// How much behind it is looked at.
const BEHIND: u64 = 16 << 10;

/// What the run of an output that is complete knew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finished {
    version: u32,
    /// Documents that are in the output.
    pub documents: u64,
    /// Records that failed.
    pub failed: u64,
    /// Documents that were passed over for their language.
    pub skipped: u64,
    /// Bytes of the file: one that was changed since is another. `None` for a folder.
    bytes: Option<u64>,
    settings: BTreeMap<String, String>,
}

/// An output is not as its run left it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "has {found} bytes where its run left {left}; expected the output as it was: restore it, or replace it without --resume"
)]
pub struct Changed {
    /// The bytes that it had.
    pub left: u64,
    /// The bytes that it has.
    pub found: u64,
}

impl From<&Manifest> for Finished {
    fn from(manifest: &Manifest) -> Self {
        let Progress { documents, failed, skipped, .. } = &manifest.progress;
        Self {
            version: VERSION,
            documents: *documents,
            failed: *failed,
            skipped: skipped.values().sum(),
            bytes: None,
            settings: shortened(&manifest.settings),
        }
    }
}

impl Finished {
    /// What is known of the output at a path; `None` if there is nothing.
    ///
    /// # Errors
    ///
    /// If the output has changed since.
    pub fn of(path: &Path) -> Result<Option<Self>, Changed> {
        let Some(finished) = attribute(path).and_then(|known| Self::from_json(&known)) else { return Ok(None) };
        match (finished.bytes, bytes_of(path)) {
            (Some(left), Some(found)) if left != found => Err(Changed { left, found }),
            (left, found) => Ok((left == found).then_some(finished)),
        }
    }

    /// Reads what an attribute holds; `None` if it is none of ours.
    pub fn from_json(json: &[u8]) -> Option<Self> {
        serde_json::from_slice(json).ok().filter(|finished: &Self| finished.version == VERSION)
    }

    /// Keeps it with a file or a folder that is about to get its name. Where that cannot be, the output is as good.
    pub(super) fn keep_with(&self, path: &Path) {
        let finished = Self { bytes: bytes_of(path), ..self.clone() };
        if let Ok(json) = serde_json::to_vec(&finished) {
            set_attribute(path, &json);
        }
    }

    /// Whether something was tagged with the setting.
    pub fn has(&self, setting: &str) -> bool {
        self.settings.contains_key(setting)
    }

    /// In what the settings of another run differ.
    pub fn differences(&self, settings: &BTreeMap<String, String>) -> Vec<String> {
        differences(&self.settings, &shortened(settings))
    }
}

/// Settings of which long values are their checksums.
fn shortened(settings: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let short = |value: &String| match value.len() {
        0..=KEPT => value.clone(),
        _ => format!("{}…", &checksum::of_parts([value.as_bytes()])[..12]),
    };
    settings.iter().map(|(name, value)| (name.clone(), short(value))).collect()
}

fn bytes_of(path: &Path) -> Option<u64> {
    fs::metadata(path).ok().filter(fs::Metadata::is_file).map(|there| there.len())
}

#[cfg(any(target_os = "linux", target_os = "macos"))]
fn attribute(path: &Path) -> Option<Vec<u8>> {
    // More than any file system that keeps attributes with the file itself holds of them.
    let mut bytes = vec![0; 64 << 10];
    let length = rustix::fs::getxattr(path, ATTRIBUTE, &mut bytes[..]).ok()?;
    bytes.truncate(length);
    Some(bytes)
}

#[cfg(any(target_os = "linux", target_os = "macos"))]
fn set_attribute(path: &Path, value: &[u8]) {
    let _ = rustix::fs::setxattr(path, ATTRIBUTE, value, rustix::fs::XattrFlags::empty());
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn attribute(_: &Path) -> Option<Vec<u8>> {
    None
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn set_attribute(_: &Path, _: &[u8]) {}

/// Whether a file that is there is text of a form, by its first line and some kilobytes behind it, which `begins` is asked of.
pub fn is_text(path: &Path, begins: impl Fn(&str, &str) -> bool) -> bool {
    let beginning = || -> io::Result<(String, Vec<u8>)> {
        let file = File::open(path)?;
        let plain: Box<dyn Read> = match Compression::of(path) {
            Compression::None => Box::new(file),
            Compression::Gzip => Box::new(flate2::read::MultiGzDecoder::new(file)),
            Compression::Zstd => Box::new(zstd::Decoder::new(file)?),
        };
        let mut plain = BufReader::new(plain);
        let (mut line, mut behind) = (String::new(), Vec::new());
        plain.by_ref().take(LINE).read_line(&mut line)?;
        plain.take(BEHIND).read_to_end(&mut behind)?;
        Ok((line, behind))
    };
    beginning()
        .is_ok_and(|(line, behind)| begins(line.trim_end_matches(['\r', '\n']), &String::from_utf8_lossy(&behind)))
}

/// Whether a file, or a folder of parts, that is there is Parquet as we write it.
pub fn is_parquet(path: &Path) -> bool {
    let file = if path.is_dir() { path.join(part_name(0)) } else { path.to_owned() };
    let Some(reader) = File::open(file).ok().and_then(|file| SerializedFileReader::new(file).ok()) else {
        return false;
    };
    let about = reader.metadata().file_metadata().key_value_metadata();
    about.is_some_and(|about| about.iter().any(|entry| entry.key == VERSION_KEY))
}

/// Whether a folder that is there has a file of a form.
pub fn is_folder_of(path: &Path, form: &dyn DocumentFiles) -> bool {
    let is_ours = |entry: fs::DirEntry| {
        let mut beginning = Vec::new();
        let read = File::open(entry.path()).and_then(|file| file.take(BEHIND).read_to_end(&mut beginning));
        read.is_ok() && form.is_ours(&entry.file_name().to_string_lossy(), &beginning)
    };
    fs::read_dir(path).is_ok_and(|mut entries| entries.any(|entry| entry.is_ok_and(is_ours)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_known_stays_with_the_file_as_long_as_that_is_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let [part, path] = ["out.part", "out"].map(|name| folder.path().join(name));
        fs::write(&part, "whole").unwrap();
        let long = "x".repeat(5000);
        let settings = |near: &str, long: &str| {
            [("--near", near), ("input", long)].map(|(name, value)| (name.to_owned(), value.to_owned())).into()
        };
        let mut manifest = Manifest::new(settings("Bangor", &long));
        manifest.progress.documents = 7;
        manifest.progress.skipped.insert("de".into(), 2);
        Finished::from(&manifest).keep_with(&part);
        fs::rename(&part, &path).unwrap();
        let Ok(Some(finished)) = Finished::of(&path) else {
            assert!(attribute(&path).is_none(), "it was written, and cannot be read");
            return;
        };
        assert_eq!((finished.documents, finished.failed, finished.skipped), (7, 0, 2));
        assert!(finished.has("--near") && !finished.has("model"));
        assert!(finished.differences(&settings("Bangor", &long)).is_empty());
        let differences = finished.differences(&settings("Paris", &long[1..]));
        assert_eq!(differences[0], "--near was Bangor, is Paris");
        assert!(differences[1].starts_with("input was ") && differences[1].len() < 60, "{differences:?}");
        fs::write(&path, "whole and more").unwrap();
        assert!(Finished::of(&path).unwrap_err().to_string().contains("bytes where its run left"));
    }

    proptest::proptest! {
        /// The short run of `tests/fuzz/manifest.rs`: both are read of any bytes, and mostly of bytes that nearly are some.
        #[test]
        fn whatever_the_bytes_are(at in 0usize..300, byte: u8, bytes: Vec<u8>) {
            for whole in [
                include_bytes!("../../../tests/fuzz/seeds-manifest/finished").as_slice(),
                include_bytes!("../../../tests/fuzz/seeds-manifest/manifest").as_slice(),
            ] {
                let mut changed = whole.to_vec();
                let at = at % whole.len();
                changed[at] = byte;
                for json in [&changed[..], &whole[..at], &bytes] {
                    let _ = Finished::from_json(json);
                    if let Ok(manifest) = Manifest::from_json(json) {
                        proptest::prop_assert!(Finished::from(&manifest).differences(&manifest.settings).is_empty());
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_none_of_ours_is_nothing() {
        for json in
            ["", "{}", "[1]", "{\"version\":2,\"documents\":0,\"failed\":0,\"skipped\":0,\"settings\":{}}", "\u{0}"]
        {
            assert_eq!(Finished::from_json(json.as_bytes()), None, "{json}");
        }
    }
}
