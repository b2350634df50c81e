//! Files that are there whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::leftovers::{Leftover, Making};
use crate::lock::{Lock, suffixed};

/// What a file has behind its name until it is complete, where it needs a name until then.
pub const UNTIL_COMPLETE: &str = ".dateline-part";

/// Links from one to the next that are followed, as many as systems follow.
const LINKS: usize = 40;

/// A file that gets its name only when it is complete. Until then it has none where the system allows that, and else that of
/// its final place with [`UNTIL_COMPLETE`] behind it; a lock keeps others from its place. However the program ends, nothing is left
/// of it but what the next one that writes there knows and takes away.
///
/// A symbolic link stays one: the file that it leads to is replaced. What is no ordinary file (a pipe, a device) cannot be
/// replaced and is written to as it is.
pub struct AtomicFile(Kind);

enum Kind {
    Replaced(Replaced),
    Direct(BufWriter<File>),
}

/// What is dropped last stands last: the lock.
struct Replaced {
    path: PathBuf,
    file: BufWriter<File>,
    /// `None` while it has none at all.
    named: Option<TemporaryName>,
    _lock: Lock,
}

/// Where something that is written to a path comes to lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// In a file at this path, which is there already or can be made: links are followed.
    File(PathBuf),
    /// In a pipe or a device, which cannot be replaced.
    Device(PathBuf),
}

impl Destination {
    /// The path, if it is one of a file.
    pub fn into_file(self) -> Option<PathBuf> {
        match self {
            Self::File(path) => Some(path),
            Self::Device(_) => None,
        }
    }

    /// Where a path leads.
    ///
    /// # Errors
    ///
    /// If it is a folder.
    pub fn of(path: &Path) -> io::Result<Self> {
        Ok(match fs::metadata(path) {
            Ok(there) if there.is_dir() => return Err(io::Error::new(io::ErrorKind::IsADirectory, "is a folder")),
            // Through links of the system as well: /dev/stdout may lead to a pipe that has no name.
            Ok(there) if !there.is_file() => Self::Device(path.to_owned()),
            Ok(_) => Self::File(fs::canonicalize(path)?),
            // A link that leads nowhere yet: the file is made where it leads to.
            Err(_) => Self::File(end_of_links(path)),
        })
    }
}

/// Where a path leads that leads to nothing yet.
fn end_of_links(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    for _ in 0..LINKS {
        match fs::read_link(&path) {
            Ok(target) => path = path.parent().unwrap_or(Path::new("")).join(target),
            Err(_) => break,
        }
    }
    path
}

impl AtomicFile {
    /// Begins a file that will be called `path`.
    ///
    /// # Errors
    ///
    /// If the folder does not exist or cannot be written to, the path is a folder, or another run writes there.
    pub fn create(path: &Path) -> io::Result<Self> {
        Self::begin(path, unnamed::create)
    }

    /// Begins a file that has a name at once, for what writes into files by name.
    ///
    /// # Errors
    ///
    /// As [`AtomicFile::create`].
    pub fn create_named(path: &Path) -> io::Result<Self> {
        Self::begin(path, |_| None)
    }

    fn begin(path: &Path, unnamed: fn(&Path) -> Option<File>) -> io::Result<Self> {
        let path = match Destination::of(path)? {
            Destination::File(path) => path,
            Destination::Device(path) => {
                let file = OpenOptions::new().write(true).open(path)?;
                return Ok(Self(Kind::Direct(BufWriter::new(file))));
            }
        };
        let lock = Lock::take_passing(&path)?;
        // Under the lock, nobody who lives writes to it.
        TemporaryName::remove(&path)?;
        let (file, named) = match unnamed(folder_of(&path)) {
            Some(file) => (file, None),
            None => {
                let (file, named) = TemporaryName::create(&path)?;
                (file, Some(named))
            }
        };
        Ok(Self(Kind::Replaced(Replaced { path, file: BufWriter::new(file), named, _lock: lock })))
    }

    /// The name that it has until then, if it has one.
    pub fn temporary_path(&self) -> Option<&Path> {
        match &self.0 {
            Kind::Replaced(Replaced { named, .. }) => named.as_ref().map(|named| &*named.path),
            Kind::Direct(_) => None,
        }
    }

    /// Gives the file its name. Without this, nothing stays of it.
    ///
    /// # Errors
    ///
    /// If what was written could not be stored, or the file cannot be renamed.
    pub fn commit(self) -> io::Result<()> {
        match self.0 {
            Kind::Direct(mut file) => file.flush(),
            Kind::Replaced(Replaced { path, file, named, _lock }) => {
                let mut file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
                file.sync_all()?;
                let named = match named {
                    Some(named) => named,
                    // The usual case: at no moment has it another name.
                    None if unnamed::link(&file, &path).is_ok() => return sync_folder_of(&path),
                    // A link doesn't replace what is there; renaming does.
                    None => TemporaryName::give(&mut file, &path)?,
                };
                named.persist(&path)?;
                sync_folder_of(&path)
            }
        }
    }
}

/// The name of a file until it is complete. It goes with this.
struct TemporaryName {
    path: PathBuf,
    _leftover: Leftover,
}

impl TemporaryName {
    /// The name that a file of this destination has.
    fn of(destination: &Path) -> Self {
        let path = suffixed(destination, UNTIL_COMPLETE);
        Self { _leftover: Leftover::note(&path), path }
    }

    /// A new file of this name.
    fn create(destination: &Path) -> io::Result<(File, Self)> {
        let _making = Making::begin();
        let file =
            File::options().read(true).write(true).create_new(true).open(suffixed(destination, UNTIL_COMPLETE))?;
        // Not before: what somebody else has there is not to go.
        Ok((file, Self::of(destination)))
    }

    /// Gives a file without a name this one, or a copy of it where files cannot be given names.
    fn give(file: &mut File, destination: &Path) -> io::Result<Self> {
        let making = Making::begin();
        if unnamed::link(file, &suffixed(destination, UNTIL_COMPLETE)).is_ok() {
            return Ok(Self::of(destination));
        }
        drop(making);
        io::Seek::rewind(file)?;
        let (mut copy, named) = Self::create(destination)?;
        io::copy(file, &mut copy)?;
        copy.sync_all()?;
        Ok(named)
    }

    /// Removes what a program that was killed left.
    fn remove(destination: &Path) -> io::Result<()> {
        match fs::remove_file(suffixed(destination, UNTIL_COMPLETE)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Renames the file to its destination.
    fn persist(self, destination: &Path) -> io::Result<()> {
        fs::rename(&self.path, destination)
    }
}

impl Drop for TemporaryName {
    fn drop(&mut self) {
        // When the file was renamed, there is nothing.
        let _ = fs::remove_file(&self.path);
    }
}

/// Files without a name.
#[cfg(target_os = "linux")]
mod unnamed {
    use std::fs::File;
    use std::io;
    use std::os::fd::AsRawFd as _;
    use std::path::{Path, PathBuf};

    use rustix::fs::{AtFlags, CWD, Mode, OFlags, linkat, open};

    /// A file in a folder, without a name; `None` if that cannot be had, or it could not be given a name later.
    pub(super) fn create(folder: &Path) -> Option<File> {
        // As files are that have a name from the beginning, less what the umask takes.
        let mode = Mode::from_raw_mode(0o666);
        let file = File::from(open(folder, OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC, mode).ok()?);
        open_path(&file).exists().then_some(file)
    }

    /// Gives it a name, if that is free.
    pub(super) fn link(file: &File, path: &Path) -> io::Result<()> {
        Ok(linkat(CWD, open_path(file), CWD, path, AtFlags::SYMLINK_FOLLOW)?)
    }

    /// Where the system shows an open file.
    fn open_path(file: &File) -> PathBuf {
        format!("/proc/self/fd/{}", file.as_raw_fd()).into()
    }
}

/// Other systems have no files without a name that could be given one.
#[cfg(not(target_os = "linux"))]
mod unnamed {
    use std::fs::File;
    use std::io;
    use std::path::Path;

    pub(super) fn create(_: &Path) -> Option<File> {
        None
    }

    pub(super) fn link(_: &File, _: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes a change of names in the folder of a file last.
///
/// # Errors
///
/// If the system cannot.
pub fn sync_folder_of(path: &Path) -> io::Result<()> {
    // Other systems cannot open folders as files.
    if cfg!(unix) {
        File::open(folder_of(path))?.sync_all()?;
    }
    Ok(())
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.0 {
            Kind::Replaced(Replaced { file, .. }) => file.write(bytes),
            Kind::Direct(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.0 {
            Kind::Replaced(Replaced { file, .. }) => file.flush(),
            Kind::Direct(file) => file.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_appears_only_when_complete() {
        for create in [AtomicFile::create, AtomicFile::create_named] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("out.jsonl");
            let mut given_up = create(&path).unwrap();
            given_up.write_all(b"half").unwrap();
            drop(given_up);
            assert!(names(folder.path()).is_empty());

            for (before, after) in [(None, "first"), (Some("first"), "second")] {
                let mut file = create(&path).unwrap();
                file.write_all(after.as_bytes()).unwrap();
                assert_eq!(fs::read_to_string(&path).ok().as_deref(), before);
                assert!(create(&path).is_err(), "one at a time");
                file.commit().unwrap();
                assert_eq!(fs::read_to_string(&path).unwrap(), after);
                assert_eq!(names(folder.path()), ["out.jsonl"]);
            }
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn until_then_it_has_no_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        let mut file = AtomicFile::create(&path).unwrap();
        file.write_all(b"x").unwrap();
        assert_eq!(names(folder.path()), ["out.dateline-lock"]);
        assert_eq!(file.temporary_path(), None);
        drop(file);
        // Where files cannot be given names, as on some file systems, they are copied.
        let mut file =
            File::options().read(true).write(true).create_new(true).open(folder.path().join("whole")).unwrap();
        file.write_all(b"whole").unwrap();
        fs::write(suffixed(&path, UNTIL_COMPLETE), "of somebody else").unwrap();
        assert!(TemporaryName::give(&mut file, &path).is_err());
        assert_eq!(fs::read_to_string(suffixed(&path, UNTIL_COMPLETE)).unwrap(), "of somebody else");
        TemporaryName::remove(&path).unwrap();
        TemporaryName::give(&mut file, &path).unwrap().persist(&path).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "whole");
        assert_eq!(names(folder.path()), ["out", "whole"]);
    }

    #[test]
    fn what_a_kill_left_goes_and_what_is_of_others_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.gpkg");
        for name in ["out.gpkg.dateline-part", "out.gpkg.dateline-lock", "out.gpkg.part", ".dateline-x.part"] {
            fs::write(folder.path().join(name), "left").unwrap();
        }
        AtomicFile::create_named(&path).unwrap().commit().unwrap();
        assert_eq!(names(folder.path()), [".dateline-x.part", "out.gpkg", "out.gpkg.part"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_and_devices_stay_what_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let (target, link) = (folder.path().join("target"), folder.path().join("link"));
        fs::write(&target, "before").unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        let mut file = AtomicFile::create(&link).unwrap();
        file.write_all(b"after").unwrap();
        file.commit().unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&target).unwrap(), "after");

        let dangling = folder.path().join("dangling");
        std::os::unix::fs::symlink("later", &dangling).unwrap();
        AtomicFile::create(&dangling).unwrap().commit().unwrap();
        assert!(fs::symlink_metadata(&dangling).unwrap().is_symlink() && folder.path().join("later").is_file());

        // A link to a link that leads nowhere yet: both stay.
        fs::remove_file(folder.path().join("later")).unwrap();
        let second = folder.path().join("second");
        std::os::unix::fs::symlink("dangling", &second).unwrap();
        AtomicFile::create(&second).unwrap().commit().unwrap();
        assert!(fs::symlink_metadata(&dangling).unwrap().is_symlink() && folder.path().join("later").is_file());

        let mut file = AtomicFile::create(Path::new("/dev/null")).unwrap();
        file.write_all(b"gone").unwrap();
        file.commit().unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }
}
