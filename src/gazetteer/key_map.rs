//! The map from keys to postings, read from any bytes without a panic and without unsafe code.
//!
//! It is a finite-state transducer in version 3 of the format of the crate `fst`, as its version 0.4.7 writes it
//! (`raw/build.rs` and `raw/node.rs` there; Daciuk and others, "Incremental construction of minimal acyclic
//! finite-state automata", 2000, says what it is). That crate's own reader trusts its bytes: it panics on damaged ones,
//! so that they would have to be checked as a whole before they are first used, which takes long for a large map and
//! pages all of it in. This one checks what it reads while it reads.
//!
//! | bytes | part |
//! |---|---|
//! | 8, 8 | version (3), type (0) |
//! | | nodes, each after the nodes that it leads to, so that the root is the last |
//! | 8, 8, 4 | number of keys, address of the root, checksum |
//!
//! Numbers are little endian. A node is read backwards from its address, which is that of its last byte. The two high
//! bits of that byte say which shape it has; its low six are here called `low`:
//!
//! | bits | shape | bytes before the last one, nearest first |
//! |---|---|---|
//! | `11` | one transition, without output, to the node that ends right before this one | input, if `low` is 0 |
//! | `10` | one transition | input, if `low` is 0; sizes; distance to the target; output |
//! | `01`, `00` | any number of transitions; `01` if a key ends here | number of transitions, if `low` is 0 (1 stands for 256); sizes; with more than 32 transitions, the position of each of the 256 inputs; inputs; distances; outputs; the output of the end, if a key ends here |
//!
//! An input is one byte of a key. In the first two shapes `low`, if not 0, stands for a frequent one ([`FREQUENT`]); in
//! the third it is the number of transitions. The byte of sizes holds the length in bytes of each distance (high half)
//! and of each output (low half). Inputs, distances and outputs stand in falling order of the inputs. Distances count
//! from the first byte of the node down to the target's address; 0 leads to the node that has no bytes: a key ends
//! there, nothing follows and its output is 0. The value of a key is the sum of the outputs on its way.
//!
//! A target thus always lies before the node that leads to it. It is only read there, so that every way through the map
//! ends, whatever the bytes.

/// The version of the format.
const VERSION: u64 = 3;
/// Version and type.
const HEAD_BYTES: usize = 16;
/// Number of keys, address of the root, checksum.
const TAIL_BYTES: usize = 20;
/// The address of the node that has no bytes.
const LEAF: usize = 0;
/// With more transitions than this, a node has the position of each input.
const UNINDEXED_TRANSITIONS: usize = 32;
/// The inputs that the low six bits of a node stand for, from 1 on: part of the format.
const FREQUENT: &[u8; 63] = b"te/oasripcnw.hlm-du012g=:bf3y5&_4v9678k%?xCDASFIBEjPTzRNM+LOqHG";

/// A map from byte strings to numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeyMap<'a> {
    /// Everything before the tail; addresses are positions in it.
    nodes: &'a [u8],
    root: usize,
    keys: u64,
}

/// A step from a node to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Transition {
    /// The byte of the key.
    pub(crate) input: u8,
    /// What it adds to the value of the key.
    pub(crate) output: u64,
    /// The address of the node that it leads to.
    target: usize,
}

/// A node: where a key may end, and where it may go on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node<'a> {
    shape: Shape<'a>,
    /// What the end of a key here adds to its value; `None` if no key ends here.
    pub(crate) end: Option<u64>,
}

#[derive(Clone, Copy, Debug)]
enum Shape<'a> {
    One(Transition),
    Many(Many<'a>),
}

/// The tables of a node's transitions: outputs, distances and inputs, each in falling order of inputs, and if there are
/// many the position of each input.
#[derive(Clone, Copy, Debug)]
struct Many<'a> {
    tables: &'a [u8],
    transitions: usize,
    sizes: Sizes,
    /// The address of the node's first byte.
    begin: usize,
}

/// The length in bytes of each number in a node, at most 8.
#[derive(Clone, Copy, Debug)]
struct Sizes {
    distance: u8,
    output: u8,
}

impl<'a> KeyMap<'a> {
    /// A map, if the bytes have the head and tail of one. Nothing else of it is read.
    pub(crate) fn new(bytes: &'a [u8]) -> Option<Self> {
        let (nodes, tail) = bytes.split_at_checked(bytes.len().checked_sub(TAIL_BYTES)?)?;
        let root = usize::try_from(number(tail.get(8..16)?)?).ok()?;
        let last = nodes.len().checked_sub(1)?;
        let is_map = number(nodes.get(..8)?)? == VERSION && nodes.len() >= HEAD_BYTES;
        let has_root = if nodes.len() == HEAD_BYTES { root == LEAF } else { root == last };
        (is_map && has_root).then_some(Self { nodes, root, keys: number(tail.get(..8)?)? })
    }

    /// The number of keys that it says it has.
    pub(crate) fn keys(&self) -> u64 {
        self.keys
    }

    /// The value of a key; `None` if it has none, or the way to it is damaged.
    pub(crate) fn get(&self, key: &[u8]) -> Option<u64> {
        let mut node = self.root()?;
        let mut value = 0u64;
        for &input in key {
            let transition = node.find(input)?;
            value = value.checked_add(transition.output)?;
            node = self.follow(transition)?;
        }
        value.checked_add(node.end?)
    }

    /// The node where every key begins.
    pub(crate) fn root(&self) -> Option<Node<'a>> {
        self.node(self.root)
    }

    /// The node that a transition of this map leads to; `None` if it is damaged.
    pub(crate) fn follow(&self, transition: Transition) -> Option<Node<'a>> {
        self.node(transition.target)
    }

    /// Visits all keys in order, with their values, until the visitor fails.
    ///
    /// # Errors
    ///
    /// What the visitor says, or what is damaged: also where a way leads to no key or keys are out of order or longer
    /// than `longest`, so that the work is bounded by the number of keys that the visitor takes.
    pub(crate) fn walk(
        &self,
        longest: usize,
        mut visit: impl FnMut(&[u8], u64) -> Result<(), String>,
    ) -> Result<(), String> {
        let damaged = |key: &[u8]| format!("a damaged node after {:?}", String::from_utf8_lossy(key));
        let mut key = Vec::new();
        // Nodes on the way to the current one, each with the value so far and the next transition to take.
        let mut way = vec![(self.root().ok_or_else(|| damaged(&key))?, 0u64, 0usize)];
        if let Some(end) = way[0].0.end {
            visit(&key, end)?;
        }
        while let Some((node, value, position)) = way.last_mut() {
            let transitions = node.transitions();
            if *position == transitions {
                way.pop();
                key.pop();
                continue;
            }
            let before = position.checked_sub(1).and_then(|before| node.transition(before));
            let taken = node.transition(*position).filter(|taken| before.is_none_or(|b| b.input < taken.input));
            *position += 1;
            let step = taken.and_then(|taken| Some((taken, self.follow(taken)?, value.checked_add(taken.output)?)));
            let (taken, next, value) = step.ok_or_else(|| damaged(&key))?;
            key.push(taken.input);
            if key.len() > longest || (next.end.is_none() && next.transitions() == 0) {
                return Err(damaged(&key));
            }
            if let Some(end) = next.end {
                visit(&key, value.checked_add(end).ok_or_else(|| damaged(&key))?)?;
            }
            way.push((next, value, 0));
        }
        Ok(())
    }

    #[inline]
    fn node(&self, address: usize) -> Option<Node<'a>> {
        if address == LEAF {
            let sizes = Sizes { distance: 0, output: 0 };
            let nothing = Many { tables: &[], transitions: 0, sizes, begin: LEAF };
            return Some(Node { shape: Shape::Many(nothing), end: Some(0) });
        }
        let mut before = Before(self.nodes.get(HEAD_BYTES..=address)?);
        let last = before.byte()?;
        let low = last & 0x3f;
        if last & 0x80 == 0 {
            let (many, end) = Many::read(before, usize::from(low), last & 0x40 != 0)?;
            return Some(Node { shape: Shape::Many(many), end });
        }
        let input = match usize::from(low).checked_sub(1) {
            Some(frequent) => *FREQUENT.get(frequent)?,
            None => before.byte()?,
        };
        let (output, target) = if last & 0x40 != 0 {
            (0, before.address().checked_sub(1).filter(|&target| target >= HEAD_BYTES)?)
        } else {
            let sizes = before.sizes()?;
            let distance = before.bytes(sizes.distance.into())?;
            let output = number(before.bytes(sizes.output.into())?)?;
            (output, target(before.address(), number(distance)?)?)
        };
        Some(Node { shape: Shape::One(Transition { input, output, target }), end: None })
    }
}

impl Node<'_> {
    /// The number of transitions.
    pub(crate) fn transitions(&self) -> usize {
        match &self.shape {
            Shape::One(_) => 1,
            Shape::Many(many) => many.transitions,
        }
    }

    /// The byte of a transition by its number, in rising order; `None` if there is none.
    pub(crate) fn input(&self, number: usize) -> Option<u8> {
        match &self.shape {
            Shape::One(transition) => (number == 0).then_some(transition.input),
            Shape::Many(many) => many.inputs()?.get(many.row(number)?).copied(),
        }
    }

    /// A transition by its number, in rising order of inputs; `None` if there is none or it is damaged.
    pub(crate) fn transition(&self, number: usize) -> Option<Transition> {
        match &self.shape {
            Shape::One(transition) => (number == 0).then_some(*transition),
            Shape::Many(many) => many.transition(number),
        }
    }

    /// The transition for a byte of a key.
    #[inline]
    pub(crate) fn find(&self, input: u8) -> Option<Transition> {
        match &self.shape {
            Shape::One(transition) => (transition.input == input).then_some(*transition),
            Shape::Many(many) => many.find(input),
        }
    }
}

impl<'a> Many<'a> {
    /// The tables before the last byte of a node, and the output of the end if a key ends here.
    #[inline]
    fn read(mut before: Before<'a>, low: usize, is_end: bool) -> Option<(Self, Option<u64>)> {
        let transitions = match low {
            0 => match usize::from(before.byte()?) {
                1 => 256,
                transitions => transitions,
            },
            transitions => transitions,
        };
        let sizes = before.sizes()?;
        let row = 1 + usize::from(sizes.distance) + usize::from(sizes.output);
        let tables = before.bytes(transitions * row + positions(transitions))?;
        let end = if is_end { Some(number(before.bytes(sizes.output.into())?)?) } else { None };
        Some((Self { tables, transitions, sizes, begin: before.address() }, end))
    }

    /// The row of the tables for a transition by its number.
    fn row(&self, position: usize) -> Option<usize> {
        self.transitions.checked_sub(position + 1)
    }

    fn inputs(&self) -> Option<&'a [u8]> {
        let end = self.tables.len().checked_sub(positions(self.transitions))?;
        self.tables.get(end.checked_sub(self.transitions)?..end)
    }

    #[inline]
    fn transition(&self, position: usize) -> Option<Transition> {
        let row = self.row(position)?;
        let (output, distance) = (usize::from(self.sizes.output), usize::from(self.sizes.distance));
        let cell = |first: usize, size: usize| number(self.tables.get(first + row * size..)?.get(..size)?);
        Some(Transition {
            input: *self.inputs()?.get(row)?,
            output: cell(0, output)?,
            target: target(self.begin, cell(self.transitions * output, distance)?)?,
        })
    }

    #[inline]
    fn find(&self, input: u8) -> Option<Transition> {
        let position = if self.transitions > UNINDEXED_TRANSITIONS {
            let positions = self.tables.get(self.tables.len().checked_sub(positions(self.transitions))?..)?;
            usize::from(*positions.get(usize::from(input))?)
        } else {
            self.inputs()?.iter().rev().position(|&known| known == input)?
        };
        // The table of positions gives a wrong one for inputs without a transition.
        self.transition(position).filter(|transition| transition.input == input)
    }
}

/// The length of the table of positions in a node with so many transitions.
fn positions(transitions: usize) -> usize {
    if transitions > UNINDEXED_TRANSITIONS { 256 } else { 0 }
}

/// The address that lies a distance before a node, if a node can lie there.
fn target(begin: usize, distance: u64) -> Option<usize> {
    if distance == 0 {
        return Some(LEAF);
    }
    begin.checked_sub(usize::try_from(distance).ok()?).filter(|&target| target >= HEAD_BYTES)
}

/// A little-endian number of at most 8 bytes.
#[inline]
fn number(bytes: &[u8]) -> Option<u64> {
    let add = |high: u64, &byte: &u8| high << 8 | u64::from(byte);
    (bytes.len() <= 8).then(|| bytes.iter().rev().fold(0, add))
}

/// The nodes up to some address, read from their end.
#[derive(Clone, Copy)]
struct Before<'a>(&'a [u8]);

impl<'a> Before<'a> {
    #[inline]
    fn byte(&mut self) -> Option<u8> {
        let (&last, rest) = self.0.split_last()?;
        self.0 = rest;
        Some(last)
    }

    #[inline]
    fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (rest, last) = self.0.split_at_checked(self.0.len().checked_sub(count)?)?;
        self.0 = rest;
        Some(last)
    }

    #[inline]
    fn sizes(&mut self) -> Option<Sizes> {
        let byte = self.byte()?;
        Some(Sizes { distance: byte >> 4, output: byte & 0xf })
    }

    /// The address after what is left.
    fn address(&self) -> usize {
        HEAD_BYTES + self.0.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn written(pairs: &BTreeMap<Vec<u8>, u64>) -> Vec<u8> {
        let mut builder = fst::MapBuilder::memory();
        pairs.iter().for_each(|(key, value)| builder.insert(key, *value).unwrap());
        builder.into_inner().unwrap()
    }

    fn walked(bytes: &[u8]) -> Result<BTreeMap<Vec<u8>, u64>, String> {
        let mut found = BTreeMap::new();
        let map = KeyMap::new(bytes).ok_or("no map")?;
        map.walk(1024, |key, value| {
            found.insert(key.to_vec(), value);
            if found.len() > 10_000 { Err("too many".into()) } else { Ok(()) }
        })?;
        Ok(found)
    }

    fn holds(pairs: &BTreeMap<Vec<u8>, u64>) {
        let bytes = written(pairs);
        let map = KeyMap::new(&bytes).unwrap();
        assert_eq!(map.keys(), pairs.len() as u64);
        assert_eq!(&walked(&bytes).unwrap(), pairs);
        for (key, value) in pairs {
            assert_eq!(map.get(key), Some(*value), "{key:?}");
            let longer = [key, &b"x"[..]].concat();
            assert_eq!(map.get(&longer), pairs.get(&longer).copied());
            let shorter = key.split_last().map_or(&[][..], |(_, shorter)| shorter);
            assert_eq!(map.get(shorter), pairs.get(shorter).copied());
        }
    }

    #[test]
    fn small_maps_are_read() {
        holds(&BTreeMap::new());
        holds(&BTreeMap::from([(vec![], 0)]));
        holds(&BTreeMap::from([(vec![], 7)]));
        holds(&BTreeMap::from([(vec![], 7), (b"mosul".to_vec(), u64::MAX)]));
    }

    /// Nodes of one transition and of many, with every byte as input.
    #[test]
    fn every_input_and_every_width_of_node_is_read() {
        for input in 0..=255 {
            holds(&BTreeMap::from([(vec![input], 1), (vec![input, input, b'a'], 300)]));
        }
        for transitions in [2usize, 31, 32, 33, 62, 63, 64, 65, 255, 256] {
            let key = |n: usize| (vec![n as u8, 255 - n as u8], (n * n * n) as u64);
            holds(&(0..transitions).map(key).collect());
        }
    }

    #[test]
    fn bytes_that_are_no_map_are_refused() {
        let whole = written(&BTreeMap::from([(b"mosul".to_vec(), 3)]));
        for length in 0..whole.len() {
            assert!(KeyMap::new(&whole[..length]).is_none(), "{length}");
        }
        for position in (0..8).chain(whole.len() - 12..whole.len() - 4) {
            let mut changed = whole.clone();
            changed[position] ^= 1;
            assert!(KeyMap::new(&changed).is_none(), "{position}");
        }
    }

    proptest! {
        #[test]
        fn any_map_is_read(pairs in prop::collection::btree_map("[a-d]{0,6}|\\PC{0,3}", any::<u64>(), 0..50)) {
            holds(&pairs.into_iter().map(|(key, value)| (key.into_bytes(), value)).collect());
        }

        #[test]
        fn damaged_maps_are_read_to_an_end(
            pairs in prop::collection::btree_map("[a-d]{0,6}", 0u64..100_000, 0..50),
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        ) {
            let pairs = pairs.into_iter().map(|(key, value)| (key.into_bytes(), value)).collect();
            let mut bytes = written(&pairs);
            let nodes = bytes.len() - TAIL_BYTES;
            for (position, byte) in changes {
                bytes[position.index(nodes)] = byte;
            }
            if let Some(map) = KeyMap::new(&bytes) {
                pairs.keys().for_each(|key| {
                    std::hint::black_box(map.get(key));
                });
            }
            drop(walked(&bytes));
        }

        #[test]
        fn any_bytes_are_read_to_an_end(nodes in prop::collection::vec(any::<u8>(), 0..600)) {
            let mut bytes = [3u64.to_le_bytes(), [0; 8]].concat();
            bytes.extend(&nodes);
            let root = if nodes.is_empty() { 0 } else { bytes.len() as u64 - 1 };
            bytes.extend([1u64.to_le_bytes(), root.to_le_bytes()].concat());
            bytes.extend([0; 4]);
            prop_assert!(KeyMap::new(&bytes).is_some());
            drop(walked(&bytes));
        }
    }
}
