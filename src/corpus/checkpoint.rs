//! How far a run came: a small file beside the output, by which it goes on after it was killed.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::ahead::Reached;
use crate::atomic::sync_folder_of;
use crate::lock::{MANIFEST, PART, is_manifest, suffixed};

/// The form of the manifest.
const VERSION: u32 = 1;

/// What a run was asked for and how far it came.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The form of this file.
    version: u32,
    /// All that the output depends on, by name: options, input, model, gazetteer.
    pub settings: BTreeMap<String, String>,
    /// How far it came.
    pub progress: Progress,
    /// Where the output stands: bytes, parts or files that are stored for good.
    pub output: u64,
    /// Bytes of the errors file that are stored for good.
    pub errors: u64,
    /// Whether the output is complete, and only lacks its name.
    pub complete: bool,
}

/// What became of the records of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Records that were taken.
    pub records: u64,
    /// Documents that are in the output.
    pub documents: u64,
    /// Records that failed.
    pub failed: u64,
    /// Documents that were passed over, by their language.
    pub skipped: BTreeMap<String, u64>,
    /// What the last record is called.
    pub last: String,
}

impl Manifest {
    /// Nothing done yet.
    pub fn new(settings: BTreeMap<String, String>) -> Self {
        Self { version: VERSION, settings, ..Self::default() }
    }

    /// How far the run came that it tells of.
    pub fn reached(&self) -> Option<Reached> {
        let Progress { records, last, .. } = &self.progress;
        (*records > 0).then(|| Reached { records: *records, last: last.clone() })
    }

    /// In what the settings of another run differ, each as "what was this, is that".
    pub fn differences(&self, settings: &BTreeMap<String, String>) -> Vec<String> {
        differences(&self.settings, settings)
    }

    /// Reads what a manifest's file holds.
    ///
    /// # Errors
    ///
    /// What is wrong with it, if it is none or of another form.
    pub fn from_json(json: &[u8]) -> Result<Self, String> {
        let manifest: Self = serde_json::from_slice(json).map_err(|error| error.to_string())?;
        match manifest.version {
            VERSION => Ok(manifest),
            other => Err(format!("its form is {other}, not {VERSION}")),
        }
    }
}

/// In what settings differ.
pub(super) fn differences(before: &BTreeMap<String, String>, now: &BTreeMap<String, String>) -> Vec<String> {
    let names: std::collections::BTreeSet<&String> = before.keys().chain(now.keys()).collect();
    let value = |settings: &BTreeMap<String, String>, name| settings.get(name).map_or("not given", |v| v).to_owned();
    names
        .into_iter()
        .map(|name| (name, value(before, name), value(now, name)))
        .filter(|(_, was, is)| was != is)
        .map(|(name, was, is)| format!("{name} was {was}, is {is}"))
        .collect()
}

/// Why a manifest cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// It is one, but damaged or of another version.
    #[error(
        "{path}: cannot be read as the manifest of an unfinished run ({why}); expected one that this version of dateline wrote"
    )]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// It is a file of someone else, which is not to be lost.
    #[error(
        "{path}: is no manifest of dateline, which would have this name; expected no such file: move it, or write elsewhere"
    )]
    Strange {
        /// The file.
        path: PathBuf,
    },
}

/// The place of a manifest.
#[derive(Clone, Debug)]
pub struct Checkpoint {
    path: PathBuf,
}

impl Checkpoint {
    /// A manifest at a path. It need not be there yet.
    pub fn at(path: PathBuf) -> Self {
        Self { path }
    }

    /// The place of the manifest of an output.
    pub fn of(destination: &Path) -> Self {
        Self::at(suffixed(destination, MANIFEST))
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The manifest, if there is one.
    ///
    /// # Errors
    ///
    /// If it cannot be read or is none.
    pub fn load(&self) -> Result<Option<Manifest>, ManifestError> {
        let failed = |why: String| ManifestError::Unreadable { path: self.path.clone(), why };
        let bytes = match fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(error.to_string())),
        };
        if !is_manifest(&self.path) {
            return Err(ManifestError::Strange { path: self.path.clone() });
        }
        Manifest::from_json(&bytes).map(Some).map_err(failed)
    }

    /// Stores a manifest for good: at any moment there is the one before or this one, whole.
    ///
    /// # Errors
    ///
    /// If it cannot be written; one of the two stands then.
    pub fn save(&self, manifest: &Manifest) -> io::Result<()> {
        let beside = self.beside();
        let stored = File::create(&beside).and_then(|mut file| {
            file.write_all(&serde_json::to_vec_pretty(manifest)?)?;
            file.sync_all()
        });
        let stored = stored.and_then(|()| fs::rename(&beside, &self.path)).and_then(|()| sync_folder_of(&self.path));
        if stored.is_err() {
            let _ = fs::remove_file(&beside);
        }
        stored
    }

    /// Takes the manifest away, with what a kill left of it.
    ///
    /// # Errors
    ///
    /// If it is there and cannot be removed.
    pub fn remove(&self) -> io::Result<()> {
        for path in [&self.beside(), &self.path] {
            match fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        sync_folder_of(&self.path)
    }

    /// The name of a manifest while it is written.
    pub fn beside(&self) -> PathBuf {
        suffixed(&self.path, PART)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    #[test]
    fn what_is_stored_is_what_is_loaded() {
        let folder = tempfile::tempdir().unwrap();
        let checkpoint = Checkpoint::at(folder.path().join("out.jsonl.manifest"));
        assert_eq!(checkpoint.load().unwrap(), None);
        let mut manifest = Manifest::new(settings(&[("format", "jsonl")]));
        checkpoint.save(&manifest).unwrap();
        assert_eq!(manifest.reached(), None);
        manifest.progress = Progress { records: 3, last: "x".into(), ..Progress::default() };
        checkpoint.save(&manifest).unwrap();
        assert_eq!(checkpoint.load().unwrap().as_ref(), Some(&manifest));
        assert_eq!(manifest.reached(), Some(Reached { records: 3, last: "x".into() }));
        // A kill while it was written.
        fs::write(folder.path().join("out.jsonl.manifest.part"), "{\"ver").unwrap();
        assert_eq!(checkpoint.load().unwrap(), Some(manifest));
        checkpoint.remove().unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        checkpoint.remove().unwrap();
    }

    #[test]
    fn other_settings_are_told() {
        let manifest = Manifest::new(settings(&[("format", "jsonl"), ("--near", "Bangor"), ("input", "a")]));
        assert!(manifest.differences(&manifest.settings).is_empty());
        let other = settings(&[("format", "csv"), ("input", "a"), ("--lang", "en")]);
        assert_eq!(
            manifest.differences(&other),
            ["--lang was not given, is en", "--near was Bangor, is not given", "format was jsonl, is csv"]
        );
    }

    #[test]
    fn what_is_no_manifest_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m");
        let strange = "is no manifest of dateline";
        for (content, expected) in [
            ("", "cannot be read as the manifest"),
            ("{\n  \"version\": 1", "cannot be read as the manifest"),
            ("{\n  \"version\": 9,\n \"settings\": {}}", "cannot be read as the manifest"),
            ("{}", strange),
            ("<assembly/>", strange),
        ] {
            fs::write(&path, content).unwrap();
            let error = Checkpoint::at(path.clone()).load().unwrap_err().to_string();
            assert!(error.contains(expected) && error.contains("expected"), "{error}");
        }
    }

    #[test]
    fn a_manifest_begins_as_one() {
        let json = serde_json::to_string_pretty(&Manifest::new(BTreeMap::new())).unwrap();
        assert!(json.starts_with(crate::lock::MANIFEST_HEAD), "{json}");
        assert!(Manifest::from_json(json.as_bytes()).is_ok());
    }
}
