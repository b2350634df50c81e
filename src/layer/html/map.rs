//! The page with a map of a corpus.

use std::io::{self, Write};

use super::Page;
use super::data::{data, shown};
use crate::layer::collection::Collection;
use crate::layer::{Layer, LayerOptions};

pub use super::data::MENTIONS;

const BODY: &str = include_str!("page/map.html");
const SCRIPT: &str = include_str!("page/map.js");

/// Writes the page.
pub(in crate::layer) fn write(
    collection: &Collection,
    layers: &[Layer],
    options: &LayerOptions,
    title: &str,
    page: &Page,
    out: &mut dyn Write,
) -> io::Result<()> {
    let shown = shown(collection);
    let data = data(collection, shown.as_ref().unwrap_or(collection), layers, options, title);
    page.write(title, BODY, (SCRIPT, true), &data, out)
}
