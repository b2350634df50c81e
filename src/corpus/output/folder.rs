//! A folder with files of its own for every document, as brat and INCEpTION read them.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{Finished, Output, Standing, cannot_write, not_as_left, part_of};
use crate::annotation::Annotation;
use crate::atomic::sync_folder_of;
use crate::corpus::write::files::{DocumentFiles, file_name};

/// A folder of files for each document.
pub struct Folder {
    destination: PathBuf,
    form: Box<dyn DocumentFiles>,
    work: WorkFolder,
    documents: u64,
}

impl Folder {
    /// A new folder, or one that goes on where it stands.
    ///
    /// # Errors
    ///
    /// If it cannot be written to, is there already with something in it, or is not as it was left.
    pub fn open(destination: &Path, form: Box<dyn DocumentFiles>, standing: Option<Standing>) -> io::Result<Self> {
        if standing.is_none() {
            refuse_full(destination)?;
        }
        let work = WorkFolder::open(destination, standing)?;
        let documents = standing.map_or(0, |standing| standing.documents);
        let folder = Self { destination: destination.to_owned(), form, work, documents };
        if !folder.work.is_named() && folder.stored()? < documents {
            return Err(not_as_left(&part_of(destination), "has fewer documents than it had"));
        }
        Ok(folder)
    }
}

impl Folder {
    /// How many documents are there.
    fn stored(&self) -> io::Result<u64> {
        let mut stored = 0;
        for entry in fs::read_dir(part_of(&self.destination))? {
            stored += u64::from(entry?.path().extension().is_some_and(|ending| ending == self.form.last_ending()));
        }
        Ok(stored)
    }
}

impl Output for Folder {
    fn write(&mut self, annotations: &[&Annotation]) -> io::Result<Option<u64>> {
        for annotation in annotations {
            let name = file_name(&annotation.id, self.documents);
            // What an earlier run left of the same document is written over with the same.
            for file in self.form.files(annotation) {
                self.work.store(&format!("{name}.{}", file.ending), &file.content)?;
            }
            self.documents += 1;
        }
        self.work.sync()?;
        Ok(Some(self.documents))
    }

    fn complete(&mut self) -> io::Result<u64> {
        if let Some((name, content)) = self.form.common() {
            self.work.store(name, content.as_bytes())?;
        }
        self.work.sync()?;
        Ok(self.documents)
    }

    fn name(&mut self, finished: &Finished) -> io::Result<()> {
        self.work.name(&self.destination, finished)
    }

    fn discard(&mut self) {
        self.work.remove();
    }

    fn failure(&self) -> String {
        cannot_write(&self.destination)
    }
}

/// A folder that is written to under a name of its own until it is whole.
pub(super) struct WorkFolder {
    path: PathBuf,
    /// Whether it has its name, or what stands for it.
    named: bool,
}

/// A folder that has something in it is not replaced.
pub(super) fn refuse_full(destination: &Path) -> io::Result<()> {
    let there = match fs::read_dir(destination) {
        Ok(mut entries) => entries.next().is_some(),
        Err(error) => error.kind() != io::ErrorKind::NotFound,
    };
    if there {
        return Err(io::Error::new(
            io::ErrorKind::AlreadyExists,
            "is there already; expected a new or an empty folder",
        ));
    }
    Ok(())
}

impl WorkFolder {
    /// A new folder beside the destination, or the one that a run left.
    pub fn open(destination: &Path, standing: Option<Standing>) -> io::Result<Self> {
        let path = part_of(destination);
        match standing {
            Some(Standing { complete: true, .. }) if !path.exists() && destination.exists() => {
                // It was killed between its renaming and the end.
                return Ok(Self { path, named: true });
            }
            Some(_) if !path.is_dir() => return Err(not_as_left(&path, "is missing")),
            Some(_) => {}
            None => {
                // What a run left that nobody can go on with.
                match fs::remove_dir_all(&path) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                    _ => fs::create_dir_all(&path)?,
                }
                sync_folder_of(&path)?;
            }
        }
        Ok(Self { path, named: false })
    }

    /// The path of a file in it.
    pub fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Stores a file for good, but for its name: see [`WorkFolder::sync`].
    pub fn store(&self, name: &str, content: &[u8]) -> io::Result<()> {
        let mut file = File::create(self.path.join(name))?;
        file.write_all(content)?;
        file.sync_all()
    }

    /// Makes the names of the files in it last.
    pub fn sync(&self) -> io::Result<()> {
        sync_folder_of(&self.join("any"))
    }

    /// Gives the folder its name.
    pub fn name(&mut self, destination: &Path, finished: &Finished) -> io::Result<()> {
        if !self.named {
            finished.keep_with(&self.path);
            if !cfg!(unix) && destination.is_dir() {
                // Elsewhere, a folder cannot be renamed over an empty one.
                fs::remove_dir(destination)?;
            }
            fs::rename(&self.path, destination)?;
            sync_folder_of(destination)?;
            self.named = true;
        }
        Ok(())
    }

    /// Removes the folder with all that is in it.
    pub fn remove(&mut self) {
        if !self.named {
            let _ = fs::remove_dir_all(&self.path);
            self.named = true;
        }
    }

    /// Whether it has its name, or what stands for it.
    pub fn is_named(&self) -> bool {
        self.named
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::write::brat::Brat;
    use crate::document::{Document, OffsetUnit};

    fn annotation(id: &str) -> Annotation {
        Annotation::of(Document::new(id, "Zürich"), OffsetUnit::CodePoints)
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn finished() -> Finished {
        Finished::from(&crate::corpus::checkpoint::Manifest::default())
    }

    #[test]
    fn it_goes_on_where_it_stood() {
        let above = tempfile::tempdir().unwrap();
        let path = above.path().join("out");
        let [a, b, c] = ["a/b", "b", "../c"].map(annotation);
        let mut folder = Folder::open(&path, Box::new(Brat), None).unwrap();
        folder.write(&[&a]).unwrap();
        folder.write(&[&b, &c]).unwrap();
        drop(folder);
        assert!(!path.exists());
        // Killed after the first chunk was told of.
        let mut standing = Standing { mark: 1, documents: 1, complete: false };
        let mut folder = Folder::open(&path, Box::new(Brat), Some(standing)).unwrap();
        assert_eq!(folder.write(&[&b, &c]).unwrap(), Some(3));
        folder.complete().unwrap();
        standing = Standing { mark: 3, documents: 3, complete: true };
        for _ in 0..2 {
            drop(folder);
            folder = Folder::open(&path, Box::new(Brat), Some(standing)).unwrap();
            folder.name(&finished()).unwrap();
        }
        assert_eq!(names(above.path()), ["out"]);
        assert_eq!(names(&path).len(), 7, "{:?}", names(&path));
        let text = names(&path).into_iter().find(|name| name.ends_with(".txt")).unwrap();
        assert_eq!(fs::read_to_string(path.join(text)).unwrap(), "Zürich");
    }

    #[test]
    fn what_is_not_as_it_was_left_is_refused() {
        let above = tempfile::tempdir().unwrap();
        let path = above.path().join("out");
        let standing = Standing { mark: 2, documents: 2, complete: false };
        assert!(Folder::open(&path, Box::new(Brat), Some(standing)).is_err(), "there is none");
        Folder::open(&path, Box::new(Brat), None).unwrap().write(&[&annotation("a")]).unwrap();
        let error = Folder::open(&path, Box::new(Brat), Some(standing)).map(drop).unwrap_err().to_string();
        assert!(error.contains("fewer documents") && error.contains("expected the output as"), "{error}");
    }

    #[test]
    fn what_nobody_goes_on_with_is_thrown_away() {
        let above = tempfile::tempdir().unwrap();
        let path = above.path().join("out");
        Folder::open(&path, Box::new(Brat), None).unwrap().write(&[&annotation("old")]).unwrap();
        let mut folder = Folder::open(&path, Box::new(Brat), None).unwrap();
        folder.complete().unwrap();
        folder.name(&finished()).unwrap();
        assert_eq!(names(&path), ["annotation.conf"]);
        assert!(Folder::open(&path, Box::new(Brat), None).is_err(), "there is something in it");
    }
}
