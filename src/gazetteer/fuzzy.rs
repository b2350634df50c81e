//! Keys that differ from a name by few errors: the map of names walked together with a Levenshtein automaton.
//!
//! The automaton's state is a row of the table that gives the distance between two words (Damerau, "A technique for
//! computer detection and correction of spelling errors", 1964; here as optimal string alignment, in which no letter is
//! touched twice): the distances of what has been read of a key from the beginnings of the name. Of the row only the
//! diagonal and two cells on each side can be within two errors (Ukkonen, "Algorithms for approximate string matching",
//! 1985), so that a step costs a few operations whatever the length. A way through the map ends where no cell is within
//! the limit.

use super::key_map::{KeyMap, Node};

/// A key near a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Nearby {
    /// The number of errors, from 1 on.
    pub(crate) distance: u8,
    /// The key's value.
    pub(crate) value: u64,
}

/// The most errors that are looked for.
const MOST_ERRORS: usize = 2;

/// The cells of a row that are kept: the diagonal and as many on each side as there may be errors.
const CELLS: usize = 2 * MOST_ERRORS + 1;

/// Longer names are not looked for: they are no names of places.
const MOST_LETTERS: usize = 128;

/// Nodes visited at most, some fifty times what a name needs in a map of half a million keys: damaged maps end here.
const MOST_NODES: usize = 200_000;

/// Keys found at most, far more than are near a name in a sound map.
const MOST_FOUND: usize = 2_000;

/// How many errors a folded name may have.
fn most_errors(name: &str) -> usize {
    match name.chars().filter(|&c| c != ' ').count() {
        ..5 => 0,
        5..9 => 1,
        9.. => MOST_ERRORS,
    }
}

/// The keys of the map that differ from a folded name, but begin with its first letter and have no more errors than a
/// name of its length may have, in no particular order.
pub(crate) fn nearby(map: KeyMap<'_>, name: &str) -> Vec<Nearby> {
    let mut letters = name.chars();
    let (limit, first) = (most_errors(name), letters.next());
    let Some(first) = first.filter(|_| limit > 0 && name.len() <= MOST_LETTERS) else {
        return Vec::new();
    };
    let padding = || std::iter::repeat_n(NO_LETTER, CELLS);
    let letters: Vec<u32> = padding().chain(letters.map(u32::from)).chain(padding()).collect();
    let mut search = Search { map, letters, limit: limit as u8, nodes: MOST_NODES, found: Vec::new() };
    let mut bytes = [0; 4];
    let mut step = map.root().map(|root| (root, 0u64));
    for &byte in first.encode_utf8(&mut bytes).as_bytes() {
        step = step.and_then(|(node, value)| {
            let transition = node.find(byte)?;
            Some((map.follow(transition)?, value.checked_add(transition.output)?))
        });
    }
    if let Some((node, value)) = step {
        search.visit(&node, value, State::START);
    }
    search.found
}

struct Search<'a> {
    map: KeyMap<'a>,
    /// The name without its first letter, with so much padding on each side that rows need no end.
    letters: Vec<u32>,
    limit: u8,
    /// How many nodes may still be visited.
    nodes: usize,
    found: Vec<Nearby>,
}

/// Stands around the name; no letter of a key.
const NO_LETTER: u32 = u32::MAX;

/// What is known after some bytes of a key.
#[derive(Clone, Copy)]
struct State {
    /// Letters of the key that have been read, besides the first.
    read: usize,
    /// Distance of these from the first `read - 2`, …, `read + 2` letters of the name.
    row: [u8; CELLS],
    /// The row before the last letter, and that letter.
    before: [u8; CELLS],
    last: u32,
    /// The bytes of a letter that is not complete, and how many are missing.
    code: u32,
    missing: u8,
}

/// Stands in a row for what has no distance; more than any limit, and one can be added for each letter.
const FAR: u8 = 100;

impl State {
    const START: Self =
        Self { read: 0, row: [FAR, FAR, 0, 1, 2], before: [FAR; CELLS], last: NO_LETTER, code: 0, missing: 0 };

    /// The state after one more byte; `None` if no key that goes on with it is near, or it is no UTF-8.
    #[inline]
    fn next(&self, byte: u8, letters: &[u32], limit: u8) -> Option<Self> {
        let (code, missing) = match (self.missing, byte) {
            (0, 0x00..=0x7f) => (u32::from(byte), 0),
            (0, 0xc2..=0xdf) => (u32::from(byte & 0x1f), 1),
            (0, 0xe0..=0xef) => (u32::from(byte & 0x0f), 2),
            (0, 0xf0..=0xf4) => (u32::from(byte & 0x07), 3),
            (1.., 0x80..=0xbf) => (self.code << 6 | u32::from(byte & 0x3f), self.missing - 1),
            _ => return None,
        };
        if missing > 0 {
            return Some(Self { code, missing, ..*self });
        }
        self.after(code, letters, limit)
    }

    /// The state after one more letter; `None` if no key that goes on with it is near.
    #[inline]
    fn after(&self, letter: u32, letters: &[u32], limit: u8) -> Option<Self> {
        let around = around(letters, self.read + 1)?;
        let mut row = [FAR; CELLS];
        for cell in 0..CELLS {
            let mut distance = self.row[cell] + u8::from(around[cell + 1] != letter);
            if cell > 0 {
                distance = distance.min(row[cell - 1] + 1);
            }
            if cell + 1 < CELLS {
                distance = distance.min(self.row[cell + 1] + 1);
            }
            if around[cell] == letter && around[cell + 1] == self.last {
                distance = distance.min(self.before[cell] + 1);
            }
            row[cell] = distance;
        }
        let is_near = row.iter().any(|&distance| distance <= limit);
        is_near.then_some(Self { read: self.read + 1, row, before: self.row, last: letter, code: 0, missing: 0 })
    }

    /// The bytes that a near key can go on with. Without errors to spare these are few, and most of a node's
    /// transitions need no row.
    fn followers(&self, letters: &[u32], limit: u8) -> Bytes {
        if self.missing > 0 || self.row.iter().any(|&distance| distance < limit) {
            return Bytes::ALL;
        }
        let mut bytes = Bytes::NONE;
        for (cell, pair) in around(letters, self.read + 1).iter().flat_map(|around| around.windows(2)).enumerate() {
            if self.row[cell] == limit {
                bytes.insert(pair[1]);
            }
            // The letter that the last one has been exchanged with.
            if self.before[cell] < limit && self.last == pair[1] {
                bytes.insert(pair[0]);
            }
        }
        bytes
    }

    /// The distance of what has been read from the whole name, if it is within the limit.
    fn distance(&self, letters: &[u32], limit: u8) -> Option<u8> {
        let cell = (letters.len() - 2 * CELLS + MOST_ERRORS).checked_sub(self.read)?;
        let distance = self.row.get(cell).copied()?;
        (self.missing == 0 && distance <= limit).then_some(distance)
    }
}

/// For a row after so many letters, the last letter of the beginning of the name that each cell is for; and before them
/// the one before the first.
#[inline]
fn around(letters: &[u32], read: usize) -> Option<&[u32; CELLS + 1]> {
    // With the padding, the letter at the diagonal is at `read - 1 + CELLS`.
    letters.get(read + CELLS - 2 - MOST_ERRORS..)?.first_chunk()
}

/// A set of bytes, in which those that are not ASCII are one.
#[derive(Clone, Copy)]
struct Bytes {
    ascii: u128,
    others: bool,
}

impl Bytes {
    const ALL: Self = Self { ascii: u128::MAX, others: true };
    const NONE: Self = Self { ascii: 0, others: false };

    fn insert(&mut self, letter: u32) {
        match u8::try_from(letter) {
            Ok(byte) if byte.is_ascii() => self.ascii |= 1 << byte,
            _ => self.others = true,
        }
    }

    fn contains(self, byte: u8) -> bool {
        if byte.is_ascii() { self.ascii & 1 << byte != 0 } else { self.others }
    }
}

impl Search<'_> {
    fn visit(&mut self, node: &Node<'_>, value: u64, state: State) {
        let Some(nodes) = self.nodes.checked_sub(1).filter(|_| self.found.len() < MOST_FOUND) else {
            return;
        };
        self.nodes = nodes;
        if let Some((end, distance)) = node.end.zip(state.distance(&self.letters, self.limit))
            && distance > 0
        {
            self.found.extend(value.checked_add(end).map(|value| Nearby { distance, value }));
        }
        let followers = state.followers(&self.letters, self.limit);
        for number in 0..node.transitions() {
            let input = node.input(number).filter(|&input| followers.contains(input));
            let near = input.and_then(|input| state.next(input, &self.letters, self.limit));
            let step = near.and_then(|near| Some((near, node.transition(number)?)));
            let Some((near, transition)) = step else {
                continue;
            };
            if let Some((next, value)) = self.map.follow(transition).zip(value.checked_add(transition.output)) {
                self.visit(&next, value, near);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    /// Optimal string alignment by its definition.
    fn distance(a: &str, b: &str) -> usize {
        let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
        let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                table[i][j] = match (i, j) {
                    (0, _) | (_, 0) => i + j,
                    _ => {
                        let changed = table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                        let exchanged = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                        let exchanged = if exchanged { table[i - 2][j - 2] + 1 } else { changed };
                        changed.min(exchanged).min(table[i - 1][j] + 1).min(table[i][j - 1] + 1)
                    }
                };
            }
        }
        table[a.len()][b.len()]
    }

    fn found(keys: &BTreeSet<String>, name: &str) -> BTreeSet<(u8, String)> {
        let mut builder = fst::MapBuilder::memory();
        keys.iter().enumerate().for_each(|(value, key)| builder.insert(key, value as u64).unwrap());
        let bytes = builder.into_inner().unwrap();
        let keys: Vec<&String> = keys.iter().collect();
        let near = nearby(KeyMap::new(&bytes).unwrap(), name);
        near.into_iter().map(|near| (near.distance, keys[near.value as usize].clone())).collect()
    }

    fn expected(keys: &BTreeSet<String>, name: &str) -> BTreeSet<(u8, String)> {
        let near = |key: &&String| {
            let rest = |word: &str| word.chars().skip(1).collect::<String>();
            let errors = distance(&rest(key), &rest(name));
            key.chars().next() == name.chars().next() && (1..=most_errors(name)).contains(&errors)
        };
        let rest = |word: &str| word.chars().skip(1).collect::<String>();
        keys.iter().filter(near).map(|key| (distance(&rest(key), &rest(name)) as u8, key.clone())).collect()
    }

    #[test]
    fn misspelt_names_are_near() {
        let keys = ["mosul", "mosel", "mogul", "baghdad", "sulaymaniyah", "são", "сонкт", "mo"];
        let keys = keys.map(str::to_owned).into_iter().collect();
        for (name, near) in [
            ("mosul", &[(1, "mogul"), (1, "mosel")][..]),
            ("mousl", &[(1, "mosul")]),
            ("mosull", &[(1, "mosul")]),
            ("msoul", &[(1, "mosul")]),
            ("bagdhad", &[(1, "baghdad")]),
            ("sulaimaniya", &[(2, "sulaymaniyah")]),
            ("osul", &[]),
            ("mo", &[]),
        ] {
            let near: BTreeSet<_> = near.iter().map(|&(distance, key)| (distance, key.to_owned())).collect();
            let found = found(&keys, name);
            assert!(found.is_superset(&near), "{name}: {found:?}");
            assert_eq!(found, expected(&keys, name));
        }
    }

    proptest! {
        #[test]
        fn the_same_keys_are_found_as_by_comparing_all(
            keys in prop::collection::btree_set("a[abc]{3,11}|[aäб][abäб ]{3,8}", 0..60),
            name in "a[abc]{3,11}|[aäб][abäб ]{3,8}",
        ) {
            prop_assert_eq!(found(&keys, &name), expected(&keys, &name));
        }
    }
}
