//! Bytes as they are read.

use std::io::{self, BufRead, Read};

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

/// The bytes that are there to be read, none at the end.
pub(in crate::corpus) fn filled(bytes: &mut impl BufRead) -> io::Result<&[u8]> {
    loop {
        match bytes.fill_buf() {
            Ok(_) => break,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    // What is buffered is given anew: the borrow of the first call cannot leave the loop.
    bytes.fill_buf()
}
