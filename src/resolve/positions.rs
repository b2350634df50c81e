//! How well the candidates of names agree with the positions that the text states.

use std::collections::HashMap;

use crate::gazetteer::PlaceIndex;

/// The agreement of candidates of names, by the number of the name.
#[derive(Debug, Default)]
pub struct Positions(HashMap<(usize, PlaceIndex), f64>);

impl Positions {
    /// How well a candidate of a name agrees with what the text states, in 0..=1; 0 if it states nothing.
    pub fn agreement(&self, name: usize, place: PlaceIndex) -> f64 {
        self.0.get(&(name, place)).copied().unwrap_or_default()
    }

    /// Adds what one phrase says of a candidate of a name. Of several, the one that agrees best counts.
    pub fn add(&mut self, name: usize, place: PlaceIndex, agreement: f64) {
        let known = self.0.entry((name, place)).or_default();
        *known = known.max(agreement);
    }
}
