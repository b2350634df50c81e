//! Scoring: what the tagger finds against what people have marked.
//!
//! Names: [`gold`] reads a marked corpus, [`ner`] counts and classifies, [`calibration`] says whether scores mean
//! something, [`bootstrap`] whether the difference between two models does. Places: [`toponyms`] reads a corpus with
//! linked places, [`geo`] says which were found and how far off they were put, [`peers`] reads what other systems found,
//! [`coverage`] says how many of them the gazetteer finds.
//! Positions given in words: [`relative`] reads passages with the truth and compares.

pub mod bootstrap;
pub mod calibration;
pub mod coverage;
pub mod geo;
pub mod gold;
pub mod ner;
pub mod peers;
pub mod relative;
pub mod toponyms;
