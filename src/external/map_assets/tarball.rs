//! Taking files out of an npm tarball.
//!
//! Nothing is ever written where the tarball says: only the entries that have just the path of a pinned file are read,
//! into memory, up to the pinned size. Links, devices, folders and every other path are passed over.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use flate2::read::GzDecoder;

use super::pins::Member;
use crate::external::error::{FetchError, at};

/// The folder in the tarball that holds the package.
const ROOT: &str = "package/";

/// The most bytes that are inflated of one tarball, whatever it promises.
const MOST_INFLATED: u64 = 32 << 20;

/// The contents of the files, each with its file; all of them, and each as pinned.
pub(super) fn read<'m>(
    tarball: &Path,
    members: impl Iterator<Item = &'m Member>,
) -> Result<Vec<(&'m Member, Vec<u8>)>, FetchError> {
    let failed = |member: &str, why: String| FetchError::Unpack { member: member.to_owned(), why };
    let file = File::open(tarball).map_err(at(tarball))?;
    let mut archive = tar::Archive::new(GzDecoder::new(file).take(MOST_INFLATED));
    let mut wanted: Vec<&Member> = members.collect();
    let mut found = Vec::with_capacity(wanted.len());
    let broken = |wanted: &[&Member], why: io::Error| {
        let paths: Vec<&str> = wanted.iter().map(|member| member.path).collect();
        failed(&paths.join(", "), why.to_string())
    };
    for entry in archive.entries().map_err(|why| broken(&wanted, why))? {
        if wanted.is_empty() {
            break;
        }
        let entry = entry.map_err(|why| broken(&wanted, why))?;
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let path = entry.path_bytes();
        let is_here = |member: &&Member| path.strip_prefix(ROOT.as_bytes()) == Some(member.path.as_bytes());
        let nth = wanted.iter().position(is_here);
        drop(path);
        if let Some(nth) = nth {
            let member = wanted.swap_remove(nth);
            let content = member.content.read_from(entry);
            found.push((member, content.map_err(|why| failed(member.path, format!("it {why}")))?));
        }
    }
    match wanted.first() {
        Some(missing) => Err(failed(missing.path, String::from("the package has no such file"))),
        None => Ok(found),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::write::GzEncoder;
    use tar::{EntryType, Header};

    use super::*;
    use crate::external::pinned::Pinned;

    struct Tarball(tar::Builder<GzEncoder<tempfile::NamedTempFile>>);

    impl Tarball {
        fn new() -> Self {
            let file = tempfile::NamedTempFile::new().unwrap();
            Self(tar::Builder::new(GzEncoder::new(file, flate2::Compression::fast())))
        }

        /// An entry with this path to the letter, which the builder would refuse to write.
        fn entry(mut self, kind: EntryType, path: &str, size: u64, content: impl io::Read) -> Self {
            let mut header = Header::new_ustar();
            header.set_entry_type(kind);
            header.set_size(size);
            header.as_mut_bytes()[..path.len()].copy_from_slice(path.as_bytes());
            if kind.is_symlink() || kind.is_hard_link() {
                header.set_link_name("/etc/hostname").unwrap();
            }
            header.set_cksum();
            self.0.append(&header, content).unwrap();
            self
        }

        fn file(self, path: &str, content: &[u8]) -> Self {
            self.entry(EntryType::Regular, path, content.len() as u64, content)
        }

        fn read(self) -> Result<Vec<(&'static str, Vec<u8>)>, String> {
            let mut file = self.0.into_inner().unwrap().finish().unwrap();
            file.flush().unwrap();
            let members = members();
            let read = read(file.path(), members.iter()).map_err(|error| error.to_string())?;
            Ok(read.into_iter().map(|(member, content)| (member.path, content)).collect())
        }
    }

    fn members() -> [Member; 2] {
        let member = |path, content| Member { path, content: Pinned::of(content) };
        [member("LICENSE", b"free"), member("dist/a.js", b"let a;")]
    }

    #[test]
    fn what_is_pinned_is_read_and_nothing_else() {
        let read = Tarball::new()
            .file("package/package.json", b"{}")
            .file("package/dist/a.js", b"let a;")
            .file("package/LICENSE", b"free")
            .file("package/README", b"!")
            .read();
        assert_eq!(read.unwrap(), [("dist/a.js", b"let a;".to_vec()), ("LICENSE", b"free".to_vec())]);
    }

    #[test]
    fn other_paths_and_kinds_are_passed_over() {
        let hostile = |tarball: Tarball| {
            tarball
                .file("../package/LICENSE", b"free")
                .file("/package/LICENSE", b"free")
                .file("package/../package/LICENSE", b"free")
                .file("./package/LICENSE", b"free")
                .file("package//LICENSE", b"free")
                .file("LICENSE", b"free")
                .entry(EntryType::Symlink, "package/LICENSE", 0, io::empty())
                .entry(EntryType::Link, "package/LICENSE", 0, io::empty())
                .entry(EntryType::Directory, "package/LICENSE", 0, io::empty())
                .entry(EntryType::Fifo, "package/LICENSE", 0, io::empty())
        };
        let tarball = hostile(Tarball::new()).file("package/dist/a.js", b"let a;");
        assert_eq!(tarball.read(), Err("LICENSE could not be unpacked: the package has no such file".to_owned()));
        let tarball = hostile(Tarball::new().file("package/dist/a.js", b"let a;")).file("package/LICENSE", b"free");
        assert_eq!(tarball.read().unwrap().len(), 2);
    }

    #[test]
    fn a_file_that_is_not_the_pinned_one_is_refused() {
        let longer = Tarball::new().file("package/dist/a.js", b"let a; let b;").read().unwrap_err();
        assert_eq!(longer, "dist/a.js could not be unpacked: it has 7 bytes instead of 6");
        let other = Tarball::new().file("package/dist/a.js", b"let b;").read().unwrap_err();
        assert!(other.starts_with("dist/a.js could not be unpacked: it has been altered (SHA-256 "), "{other}");
    }

    #[test]
    fn sizes_have_a_limit() {
        // The entry would be passed over, but not before it was inflated.
        let size = MOST_INFLATED + 1024;
        let zeros = || io::repeat(0).take(size);
        let huge = Tarball::new().entry(EntryType::Regular, "package/huge", size, zeros());
        let error = huge.file("package/LICENSE", b"free").read().unwrap_err();
        assert!(error.starts_with("LICENSE, dist/a.js could not be unpacked: "), "{error}");
        // The same for a name, which would have to be held in memory.
        let long = Tarball::new().entry(EntryType::GNULongName, "././@LongLink", size, zeros());
        assert!(long.file("package/LICENSE", b"free").read().is_err());
    }

    #[test]
    fn one_that_is_cut_off_or_none_at_all_is_refused() {
        let tarball = Tarball::new().file("package/LICENSE", b"free").file("package/dist/a.js", b"let a;");
        let file = tarball.0.into_inner().unwrap().finish().unwrap();
        let whole = std::fs::read(file.path()).unwrap();
        for content in [&whole[..whole.len() / 2], &b"no tarball\n"[..], &[]] {
            std::fs::write(file.path(), content).unwrap();
            let members = members();
            let Err(error) = read(file.path(), members.iter()) else { panic!("{} bytes pass", content.len()) };
            assert!(error.to_string().contains(" could not be unpacked: "), "{error}");
            assert!(!error.to_string().contains('\n'));
        }
    }
}
