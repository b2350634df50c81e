//! SHA-256 of files and bytes, in hexadecimal.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

/// The SHA-256 of a file.
///
/// # Errors
///
/// If it cannot be read.
pub fn of_file(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    read_all(&mut file, |bytes| hasher.update(bytes))?;
    Ok(hex(&hasher.finalize()))
}

/// The SHA-256 of several runs of bytes, with their lengths, so that none can pass into the next.
pub fn of_parts<'b>(parts: impl IntoIterator<Item = &'b [u8]>) -> String {
    let mut all = Parts::default();
    parts.into_iter().for_each(|part| all.add(part));
    all.finish()
}

/// The same, put together of bytes and files.
#[derive(Default)]
pub struct Parts(Sha256);

impl Parts {
    /// Adds a run of bytes.
    pub fn add(&mut self, part: &[u8]) {
        self.0.update((part.len() as u64).to_le_bytes());
        self.0.update(part);
    }

    /// Adds what a file holds.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or changes meanwhile.
    pub fn add_file(&mut self, path: &Path) -> io::Result<()> {
        let mut file = File::open(path)?;
        let length = file.metadata()?.len();
        self.0.update(length.to_le_bytes());
        let read = read_all(&mut file, |bytes| self.0.update(bytes))?;
        match read == length {
            true => Ok(()),
            false => Err(io::Error::other(format!("{} changes while it is read", path.display()))),
        }
    }

    /// The sum.
    pub fn finish(self) -> String {
        hex(&self.0.finalize())
    }
}

/// Gives what a file holds, bit by bit, and says how many bytes it was.
fn read_all(file: &mut File, mut take: impl FnMut(&[u8])) -> io::Result<u64> {
    let mut buffer = vec![0; 1 << 16];
    let mut length = 0;
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(length);
        }
        take(&buffer[..read]);
        length += read as u64;
    }
}

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_others() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("abc");
        std::fs::write(&path, "abc").unwrap();
        // The example of FIPS 180-4.
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(of_file(&path).unwrap(), abc);
        assert_ne!(of_parts([&b"ab"[..], b"c"]), of_parts([&b"a"[..], b"bc"]));
    }
}
