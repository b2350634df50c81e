//! Files that are there whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::TempPath;

/// A file that gets its name only when it is complete: it is written beside its final place and then renamed.
///
/// A symbolic link stays one: the file that it leads to is replaced. What is no ordinary file (a pipe, a device) cannot be
/// replaced and is written to as it is.
pub struct AtomicFile(Kind);

enum Kind {
    /// The file and its temporary name apart, so that errors do not speak of a name that nobody has asked for.
    Renamed {
        path: PathBuf,
        file: BufWriter<File>,
        temporary: TempPath,
    },
    Direct(BufWriter<File>),
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
            Err(_) => Self::File(match fs::read_link(path) {
                Ok(target) => path.parent().unwrap_or(Path::new("")).join(target),
                Err(_) => path.to_owned(),
            }),
        })
    }
}

impl AtomicFile {
    /// Begins a file that will be called `path`.
    ///
    /// # Errors
    ///
    /// If the folder does not exist or cannot be written to, or the path is a folder.
    pub fn create(path: &Path) -> io::Result<Self> {
        let path = match Destination::of(path)? {
            Destination::File(path) => path,
            Destination::Device(path) => {
                let file = OpenOptions::new().write(true).open(path)?;
                return Ok(Self(Kind::Direct(BufWriter::new(file))));
            }
        };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut builder = tempfile::Builder::new();
        builder.prefix(".dateline-").suffix(".part");
        #[cfg(unix)]
        {
            // Temporary files are for their owner alone; this one becomes an ordinary file, less what the umask takes.
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let (file, temporary) =
            builder.tempfile_in(folder).map_err(|error| io::Error::from(error.kind()))?.into_parts();
        Ok(Self(Kind::Renamed { path, file: BufWriter::new(file), temporary }))
    }

    /// The name that it has until then, for what writes into files by name; `None` for what is no ordinary file.
    pub fn temporary_path(&self) -> Option<&Path> {
        match &self.0 {
            Kind::Renamed { temporary, .. } => Some(temporary),
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
            Kind::Renamed { path, file, temporary } => {
                file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
                temporary.persist(&path).map_err(|error| error.error)?;
                sync_folder_of(&path)
            }
        }
    }
}

/// Makes a change of names in the folder of a file last.
///
/// # Errors
///
/// If the system cannot.
pub fn sync_folder_of(path: &Path) -> io::Result<()> {
    // Other systems cannot open folders as files.
    if cfg!(unix) {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.0 {
            Kind::Renamed { file, .. } => file.write(bytes),
            Kind::Direct(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.0 {
            Kind::Renamed { file, .. } => file.flush(),
            Kind::Direct(file) => file.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_appears_only_when_complete() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.jsonl");
        let mut given_up = AtomicFile::create(&path).unwrap();
        given_up.write_all(b"half").unwrap();
        drop(given_up);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);

        fs::write(&path, "before").unwrap();
        let mut file = AtomicFile::create(&path).unwrap();
        file.write_all(b"after").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "before");
        file.commit().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "after");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
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

        let mut file = AtomicFile::create(Path::new("/dev/null")).unwrap();
        file.write_all(b"gone").unwrap();
        file.commit().unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }
}
