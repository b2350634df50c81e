//! gzip as it lies on disks: members one behind the other, and zeros behind the last, as tapes and some servers leave them.

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;

/// The plain bytes of a gzip file.
pub(super) struct Gunzip<R> {
    state: State<R>,
}

enum State<R> {
    Member(Box<GzDecoder<R>>),
    /// Between two members.
    Between(R),
    Ended,
}

impl<R: BufRead> Gunzip<R> {
    pub fn new(bytes: R) -> Self {
        Self { state: State::Member(Box::new(GzDecoder::new(bytes))) }
    }

    /// Goes on to the next member; whether there is one.
    fn next_member(bytes: &mut R) -> io::Result<bool> {
        loop {
            let there = bytes.fill_buf()?;
            if there.is_empty() {
                return Ok(false);
            }
            let zeros = there.iter().take_while(|&&byte| byte == 0).count();
            if zeros == 0 {
                return match there[0] {
                    0x1f => Ok(true),
                    _ => Err(io::Error::new(io::ErrorKind::InvalidData, "bytes that are no gzip stand behind its end")),
                };
            }
            bytes.consume(zeros);
        }
    }
}

impl<R: BufRead> Read for Gunzip<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() {
            return Ok(0);
        }
        loop {
            match std::mem::replace(&mut self.state, State::Ended) {
                State::Member(mut member) => {
                    let read = member.read(into)?;
                    self.state = match read {
                        0 => State::Between(member.into_inner()),
                        _ => State::Member(member),
                    };
                    if read > 0 {
                        return Ok(read);
                    }
                }
                State::Between(mut bytes) => match Self::next_member(&mut bytes)? {
                    true => self.state = State::Member(Box::new(GzDecoder::new(bytes))),
                    false => return Ok(0),
                },
                State::Ended => return Ok(0),
            }
        }
    }
}
