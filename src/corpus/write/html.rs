//! The page of one document: its names marked, and its places on a map beside it.

use std::io::{self, Write};

use super::AnnotationWriter;
use super::geojson::only_one;
use crate::annotation::Annotation;
use crate::layer::LayerOptions;
use crate::layer::html::{Page, article};

/// A page.
pub struct Html {
    /// What it is made of.
    pub page: Page,
    /// What its layers depend on.
    pub options: LayerOptions,
}

impl AnnotationWriter for Html {
    fn write(&self, out: &mut dyn Write, annotation: &Annotation, nth: u64) -> io::Result<()> {
        only_one(nth, "a page")?;
        article::write(annotation, &self.options, &self.page, out)
    }

    /// Of nothing, it is an empty page.
    fn finish(&self, out: &mut dyn Write, documents: u64) -> io::Result<()> {
        match documents {
            0 => article::write(&Annotation::default(), &self.options, &self.page, out),
            _ => Ok(()),
        }
    }

    fn begins_with(&self, line: &str, behind: &str) -> bool {
        Self::is_page(line, behind)
    }
}

impl Html {
    /// Whether a page of ours begins with a line and what is behind it.
    pub fn is_page(line: &str, behind: &str) -> bool {
        line == "<!doctype html>" && behind.contains("<meta name=\"generator\" content=\"dateline ")
    }
}
