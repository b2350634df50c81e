//! Any bytes as a gazetteer, and all that can be asked of it: what the fuzz target in `tests/fuzz` and the tests run.
//! Public for these only.

use std::hint::black_box;

use super::index::repaired;
use super::{Gazetteer, PlaceIndex};

/// Names and places that are tried in one run, at most.
const TRIED: usize = 16;

/// Makes a gazetteer of the bytes and asks everything of it. Nothing of it may panic, or take long.
///
/// What stands before the first line break is names to look up, parted by tabs; the rest is a gazetteer file. Its header
/// is mended first, since its checksums would have almost every change refused.
pub fn exercise(bytes: &[u8]) {
    let end = bytes.iter().position(|&byte| byte == b'\n').unwrap_or(bytes.len());
    let (names, file) = bytes.split_at(end);
    let file = file.strip_prefix(b"\n").unwrap_or(file);
    black_box(Gazetteer::from_bytes(file).is_ok());
    let gazetteer = Gazetteer::from_bytes(&repaired(file)).expect("a gazetteer with a right header");
    for name in String::from_utf8_lossy(names).split('\t').take(TRIED) {
        for candidate in gazetteer.lookup(name).into_iter().chain(gazetteer.lookup_fuzzy(name)).take(TRIED) {
            black_box(gazetteer.get(candidate.place).map(|place| place.id.to_string()));
        }
        black_box(gazetteer.by_id(name));
        black_box(name.parse().ok().and_then(|code| gazetteer.country(code)));
    }
    for index in 0..TRIED as u32 {
        black_box(gazetteer.get(PlaceIndex(index)));
    }
    black_box((gazetteer.info(), gazetteer.places().take(TRIED).count(), gazetteer.verify().is_ok()));
}
