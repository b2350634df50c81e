//! What a user would miss: one binary, since each links the embedded model and gazetteer.
//!
//! These tests run the real model on ONNX Runtime, which is found or fetched as for any user. Unit tests stand beside
//! the code and need neither.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod articles;
mod bad_input;
mod cli;
mod coordinates;
mod corpus;
mod corrections;
mod encoding;
mod eval;
mod eval_geo;
mod gazetteer;
mod golden;
mod hub;
mod inputs;
mod map;
mod models;
mod outputs;
mod place_only;
mod resolution;
mod schema;
mod serve;
mod support;
mod text;
