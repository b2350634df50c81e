//! How much there is to be read, and what tells it from other input.

use std::fs::{self, File};
use std::io::{self, Read, Seek};
use std::path::Path;
use std::time::UNIX_EPOCH;

use sha2::{Digest, Sha256};

use super::files::files;
use super::globs::Globs;
use super::place::Source;
use crate::checksum::hex;
use crate::remote::Object;

/// How much there is to be read, and what tells it from other input. It is found out without reading the files whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survey {
    /// Bytes of all files; `None` if standard input or a pipe is among them.
    pub bytes: Option<u64>,
    /// A hash of the names, sizes and times of change of all files, with the beginning and the end of those that are named
    /// themselves.
    pub fingerprint: String,
}

/// Bytes at both ends of a file that count for a fingerprint.
const ENDS: u64 = 64 << 10;

/// Looks at what there is to be read.
pub fn survey(sources: &[Source], globs: &Globs) -> Survey {
    let mut hash = Sha256::new();
    let mut bytes = Some(0);
    for source in sources {
        let in_folder = matches!(source, Source::File(path) if path.is_dir());
        for file in files(source, globs) {
            let Ok(file) = file else { continue };
            hash.update(file.to_string());
            hash.update([0]);
            let about = match &file {
                Source::File(path) => fs::metadata(path).ok().filter(fs::Metadata::is_file),
                Source::Stdin | Source::Given(_) | Source::Member(_) | Source::Remote(_) => None,
            };
            let size = match &file {
                Source::Given(text) => Some(text.len() as u64),
                Source::Member(member) => Some(member.size()),
                Source::Remote(remote) => remote.object().ok().map(Object::size),
                Source::Stdin | Source::File(_) => about.as_ref().map(fs::Metadata::len),
            };
            hash.update(size.unwrap_or(u64::MAX).to_le_bytes());
            let changed = about.and_then(|about| about.modified().ok()?.duration_since(UNIX_EPOCH).ok());
            hash.update(changed.map_or(0, |since| since.as_nanos()).to_le_bytes());
            bytes = bytes.zip(size).map(|(all, size)| all + size);
            match (&file, size) {
                // One that cannot be read is an error of its own when its turn comes.
                (Source::File(path), Some(size)) if !in_folder => drop(hash_ends(path, size, &mut hash)),
                (Source::Remote(remote), _) => hash.update(remote.object().map_or("", Object::version)),
                (Source::Given(text), _) => hash.update(text.as_bytes()),
                _ => {}
            }
        }
    }
    Survey { bytes, fingerprint: hex(&hash.finalize()[..8]) }
}

fn hash_ends(path: &Path, size: u64, hash: &mut Sha256) -> io::Result<()> {
    let mut file = File::open(path)?;
    let mut ends = Vec::new();
    (&mut file).take(ENDS).read_to_end(&mut ends)?;
    file.seek(io::SeekFrom::Start(size.saturating_sub(ENDS).max(ends.len() as u64)))?;
    file.take(ENDS).read_to_end(&mut ends)?;
    hash.update(&ends);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_see_names_sizes_and_ends() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jsonl");
        let of = |content: &[u8]| {
            fs::write(&path, content).unwrap();
            File::options().write(true).open(&path).unwrap().set_modified(UNIX_EPOCH).unwrap();
            survey(&[Source::File(path.clone())], &Globs::default())
        };
        let mut content = vec![b'a'; 300_000];
        let first = of(&content);
        assert_eq!(first.bytes, Some(300_000));
        assert_eq!(of(&content), first);
        content[299_999] = b'b';
        assert_ne!(of(&content), first);
        content[299_999] = b'a';
        File::options().write(true).open(&path).unwrap().set_modified(std::time::SystemTime::now()).unwrap();
        assert_ne!(survey(&[Source::File(path.clone())], &Globs::default()), first);
        content.push(b'a');
        assert_ne!(of(&content), first);
        assert_eq!(survey(&[Source::Stdin], &Globs::default()).bytes, None);
    }
}
