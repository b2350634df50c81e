//! Scoring: what the tagger finds against what people have marked.
//!
//! [`gold`] reads a marked corpus, [`ner`] counts and classifies, [`calibration`] says whether scores mean something.

pub mod calibration;
pub mod gold;
pub mod ner;
