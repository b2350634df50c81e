//! Bytes as they are read.

use std::io::{self, Read};

/// The bytes of a source.
pub(in crate::corpus) type Bytes = Box<dyn Read + Send>;

/// Reads as much as there is room for; how much that was.
pub(super) fn fill(bytes: &mut impl Read, room: &mut [u8]) -> io::Result<usize> {
    let mut known = 0;
    while known < room.len() {
        match bytes.read(&mut room[known..]) {
            Ok(0) => break,
            Ok(read) => known += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(known)
}
