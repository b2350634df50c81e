//! Which places of the gazetteer a name may mean.

use super::features::{is_container, lies_in};
use crate::gazetteer::{Candidate, Gazetteer, GazetteerPlace};

/// The places that a name may mean: looks it up whole; where that gives nothing, what stands before a comma ("Paris,
/// Texas" as one mention), in what stands behind it if that is a place that holds one of the name.
pub fn look_up_place(name: &str, gazetteer: &Gazetteer) -> Vec<Candidate> {
    let found = gazetteer.lookup(name);
    match name.split_once(',').filter(|_| found.is_empty()) {
        None => found,
        Some((head, tail)) => match look_up_in(head, tail, gazetteer) {
            held if held.is_empty() => gazetteer.lookup(head),
            held => held,
        },
    }
}

/// The places of a name that lie in a place of another.
pub(super) fn look_up_in(name: &str, container: &str, gazetteer: &Gazetteer) -> Vec<Candidate> {
    let containers = gazetteer.lookup(container);
    let containers: Vec<GazetteerPlace<'_>> =
        containers.iter().filter_map(|c| gazetteer.get(c.place)).filter(is_container).collect();
    let is_held = |candidate: &Candidate| {
        let inner = gazetteer.get(candidate.place);
        inner.is_some_and(|inner| containers.iter().any(|outer| lies_in(&inner, outer)))
    };
    let mut found = gazetteer.lookup(name);
    found.retain(is_held);
    found
}
