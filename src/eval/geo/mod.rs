//! Scoring places: which toponyms of a corpus were found, and how far off they were put.
//!
//! `matching.rs` says which found place belongs to which toponym and what became of each, `figures.rs` counts that; `kinds.rs`
//! counts by kinds of text, with the tolerance that the corpus gives each place.

mod figures;
mod kinds;
mod matching;
#[cfg(test)]
mod testing;

pub use self::figures::{Errors, FARTHEST, Figures, Tallies, Tally};
pub use self::kinds::{KindRow, Kinds};
pub use self::matching::{APART, Cause, Found, FoundPlace, NEAR, Outcome, found, gold_mentions, is_demonym, matches};
