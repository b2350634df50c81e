//! gzip as it lies on disks: members one behind the other, and zeros behind the last, as tapes and some servers leave them.

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;

/// The plain bytes of a gzip file.
pub(super) struct Gunzip<R> {
    /// The member that is read; `None` behind the last.
    member: Option<Box<GzDecoder<R>>>,
}

impl<R: BufRead> Gunzip<R> {
    pub fn new(bytes: R) -> Self {
        Self { member: Some(Box::new(GzDecoder::new(bytes))) }
    }
}

impl<R: BufRead> Read for Gunzip<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() {
            return Ok(0);
        }
        while let Some(member) = &mut self.member {
            let read = member.read(into)?;
            if read > 0 {
                return Ok(read);
            }
            let goes_on = is_another(member.get_mut())?;
            self.member =
                self.member.take().filter(|_| goes_on).map(|ended| Box::new(GzDecoder::new(ended.into_inner())));
        }
        Ok(0)
    }
}

/// Whether another member follows, behind zeros or without.
fn is_another(bytes: &mut impl BufRead) -> io::Result<bool> {
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
