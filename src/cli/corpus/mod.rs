//! What the commands that work on a corpus have in common: what is read, what works on it, and what people are told
//! meanwhile.

pub mod corrections;
pub mod engine;
pub mod input;
pub mod interrupt;
pub mod progress;
pub mod settings;

use dateline::inner::corpus::ahead::{Next, ReadAhead};
use dateline::inner::corpus::pipeline::Stop;

/// Chunks without a document that can be read before the work begins all the same.
const LOOKED_AT: usize = 100;

/// What comes up to the first document that can be read, and whether there is work: so that a wrong path costs no opening
/// of a model.
pub fn first_chunks(ahead: &ReadAhead, stop: &Stop) -> anyhow::Result<(Vec<Next>, bool)> {
    let mut begun = Vec::new();
    loop {
        let next = ahead.next(stop)?;
        let (readable, last) = match &next {
            Next::Chunk(chunk) => (chunk.records.iter().any(Result::is_ok), false),
            Next::End | Next::Stopped => (false, true),
        };
        begun.push(next);
        if readable || last || begun.len() == LOOKED_AT {
            return Ok((begun, !last));
        }
    }
}
