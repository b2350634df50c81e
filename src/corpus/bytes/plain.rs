//! Bytes as they are read.

use std::io::{self, Read};

/// The bytes of a source. No read of them is interrupted.
pub(in crate::corpus) type Bytes = Box<dyn Read + Send>;

/// Reads as much as there is room for; how much that was.
pub(super) fn fill(bytes: &mut impl Read, room: &mut [u8]) -> io::Result<usize> {
    let mut known = 0;
    while known < room.len() {
        match bytes.read(&mut room[known..])? {
            0 => break,
            read => known += read,
        }
    }
    Ok(known)
}
