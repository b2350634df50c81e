//! What tests of sources share.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::lines::{LineParser, Parsed, parse_lines};
use crate::gazetteer::build::{Fields, read_record};

/// A zip file of these files.
pub(crate) fn zipped(files: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// All that a table says, put together.
pub(crate) struct Read {
    pub(crate) parsed: Vec<Parsed>,
}

impl Read {
    pub(crate) fn new(table: &str, parser: &impl LineParser) -> Self {
        let mut parsed = Vec::new();
        let take = |piece| {
            parsed.push(piece);
            Ok(())
        };
        parse_lines(&mut table.as_bytes(), 0, parser, |error| error, take).unwrap();
        Self { parsed }
    }

    /// Each id with what is said of it, in the order of lines.
    pub(crate) fn records(&self) -> Vec<(String, Fields<'_>)> {
        let records = self.parsed.iter().flat_map(Parsed::records);
        records
            .map(|record| {
                let (key, fields) = read_record(record).unwrap();
                (format!("{}:{}", key.namespace, key.local), fields)
            })
            .collect()
    }

    pub(crate) fn faults(&self) -> Vec<(u64, String)> {
        self.parsed.iter().flat_map(|piece| piece.faults.clone()).collect()
    }

    pub(crate) fn left_out(&self) -> super::LeftOut {
        let mut all = super::LeftOut::default();
        self.parsed.iter().for_each(|piece| all.add(piece.left_out));
        all
    }
}
