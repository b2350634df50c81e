//! Look-ups that are remembered: the rules ask for the same names again and again, and are gone through at least twice.

use std::cell::RefCell;
use std::rc::Rc;

use crate::gazetteer::{Candidate, Gazetteer, GazetteerPlace, NameKind};
use crate::resolve::memo::Memo;

/// Places that are remembered of each kind of look-up, about.
const REMEMBERED: usize = 16_000;

/// A place that a name may mean.
pub(super) struct Found<'g> {
    /// What kind of name it is.
    pub kind: NameKind,
    /// The place.
    pub place: GazetteerPlace<'g>,
}

/// What a name was found to mean.
type Named<'g> = Memo<String, Vec<Found<'g>>>;

/// A gazetteer that remembers what it was asked.
pub(super) struct Lookups<'g> {
    gazetteer: &'g Gazetteer,
    strictly: RefCell<Named<'g>>,
    loosely: RefCell<Named<'g>>,
}

impl<'g> Lookups<'g> {
    /// Of a gazetteer.
    pub fn new(gazetteer: &'g Gazetteer) -> Self {
        let named = || RefCell::new(Memo::new(REMEMBERED));
        Self { gazetteer, strictly: named(), loosely: named() }
    }

    /// What goes by a name but for case, accents and punctuation: see [`Gazetteer::lookup_strictly`].
    pub fn lookup_strictly(&self, name: &str) -> Rc<Vec<Found<'g>>> {
        self.strictly.borrow_mut().get(name, || self.found(self.gazetteer.lookup_strictly(name)))
    }

    /// What a name may mean: see [`Gazetteer::lookup`].
    pub fn lookup(&self, name: &str) -> Rc<Vec<Found<'g>>> {
        self.loosely.borrow_mut().get(name, || self.found(self.gazetteer.lookup(name)))
    }

    /// The places of candidates, with how much there is to remember.
    fn found(&self, candidates: Vec<Candidate>) -> (Vec<Found<'g>>, usize) {
        let found =
            |candidate: Candidate| Some(Found { kind: candidate.kind, place: self.gazetteer.get(candidate.place)? });
        let found: Vec<Found<'g>> = candidates.into_iter().filter_map(found).collect();
        let weight = 1 + found.len();
        (found, weight)
    }
}
