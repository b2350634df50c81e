//! A message of Arrow IPC, before it is decoded.

use arrow_ipc::{MessageHeader, root_as_message};

use super::super::table::broken;
use crate::corpus::error::Fault;

pub(super) const KIND: &str = "Arrow";

/// Bytes of what a message holds, packed or not, at most.
pub(super) const MAX_BODY: i64 = 4 << 30;

/// What stands in front of the length of a message.
pub(super) const CONTINUATION: [u8; 4] = [0xff; 4];

/// Bytes at the beginning of a compressed buffer that say how long it is unpacked.
const UNPACKED_LENGTH: usize = 8;

/// Whether what a batch says of its buffers can be: that they lie in it, and how long they are unpacked.
pub(super) fn check_unpacked(head: &[u8], body: &[u8]) -> Result<(), Fault> {
    let damaged = |why: &str| broken(KIND, format!("is damaged ({why})"));
    let message = root_as_message(head).map_err(|error| damaged(&error.to_string()))?;
    let batch = match message.header_type() {
        MessageHeader::RecordBatch => message.header_as_record_batch(),
        MessageHeader::DictionaryBatch => message.header_as_dictionary_batch().and_then(|batch| batch.data()),
        _ => None,
    };
    let Some(batch) = batch else { return Ok(()) };
    if !(0..=MAX_BODY).contains(&batch.length()) {
        return Err(damaged("a batch of so many rows"));
    }
    let mut unpacked = 0_i64;
    for buffer in batch.buffers().into_iter().flatten() {
        let start = usize::try_from(buffer.offset()).ok();
        let end =
            start.zip(usize::try_from(buffer.length()).ok()).and_then(|(start, length)| start.checked_add(length));
        let Some(bytes) = start.zip(end).and_then(|(start, end)| body.get(start..end)) else {
            return Err(damaged("a buffer lies outside its batch"));
        };
        if batch.compression().is_some()
            && let Some(length) = bytes.first_chunk::<UNPACKED_LENGTH>()
        {
            // -1: it is not compressed after all.
            unpacked = unpacked.saturating_add(i64::from_le_bytes(*length).max(-1));
        }
    }
    if unpacked > MAX_BODY {
        return Err(damaged("a batch of more than 4 GB when it is unpacked"));
    }
    Ok(())
}

pub(super) fn cut_off() -> Fault {
    broken(KIND, "ends in the middle of a message")
}
