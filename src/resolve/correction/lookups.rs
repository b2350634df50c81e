//! Look-ups that are remembered: the rules ask for the same names again and again, and are gone through at least twice.

use std::cell::RefCell;
use std::rc::Rc;

use crate::gazetteer::{Candidate, Gazetteer, GazetteerPlace, PlaceIndex};
use crate::resolve::memo::Memo;

/// Candidates that are remembered of each kind of look-up, about.
const REMEMBERED: usize = 32_000;

/// A gazetteer that remembers what it was asked.
pub(super) struct Lookups<'g> {
    gazetteer: &'g Gazetteer,
    strictly: RefCell<Memo<String, Vec<Candidate>>>,
    places: RefCell<Memo<String, Vec<GazetteerPlace<'g>>>>,
    loosely: RefCell<Memo<String, Vec<GazetteerPlace<'g>>>>,
}

impl<'g> Lookups<'g> {
    /// Of a gazetteer.
    pub fn new(gazetteer: &'g Gazetteer) -> Self {
        let memo = || RefCell::new(Memo::new(REMEMBERED / 4));
        Self { gazetteer, strictly: RefCell::new(Memo::new(REMEMBERED)), places: memo(), loosely: memo() }
    }

    /// The candidates that go by a name but for case, accents and punctuation: see [`Gazetteer::lookup_strictly`].
    pub fn lookup_strictly(&self, name: &str) -> Rc<Vec<Candidate>> {
        self.strictly.borrow_mut().get(name, || weighed(self.gazetteer.lookup_strictly(name)))
    }

    /// Their places.
    pub fn places_strictly(&self, name: &str) -> Rc<Vec<GazetteerPlace<'g>>> {
        let found = self.lookup_strictly(name);
        self.places.borrow_mut().get(name, || weighed(self.all(&found)))
    }

    /// The places that a name may mean: see [`Gazetteer::lookup`].
    pub fn places(&self, name: &str) -> Rc<Vec<GazetteerPlace<'g>>> {
        self.loosely.borrow_mut().get(name, || weighed(self.all(&self.gazetteer.lookup(name))))
    }

    /// A place by its number.
    pub fn get(&self, index: PlaceIndex) -> Option<GazetteerPlace<'g>> {
        self.gazetteer.get(index)
    }

    fn all(&self, found: &[Candidate]) -> Vec<GazetteerPlace<'g>> {
        found.iter().filter_map(|found| self.gazetteer.get(found.place)).collect()
    }
}

fn weighed<T>(found: Vec<T>) -> (Vec<T>, usize) {
    let weight = 1 + found.len();
    (found, weight)
}
