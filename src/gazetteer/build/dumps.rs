//! Reading published dumps: those of GeoNames, with what adds to them, and the themes of Natural Earth.

use std::io::{self, BufRead};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use super::error::BuildError;
use super::filter::Filter;
use super::sources::{Reading, Sources, Watched};
use super::{Collector, GEONAMES, PlaceInput};
use crate::gazetteer::source::admin_codes::AdminCodes;
use crate::gazetteer::source::alternate_names::AlternateNames;
use crate::gazetteer::source::country_info::CountryInfo;
use crate::gazetteer::source::geojson::read_features;
use crate::gazetteer::source::geonames::GeoNames;
use crate::gazetteer::source::hierarchy::Hierarchy;
use crate::gazetteer::source::lines::{LineParser, Parsed, parse_lines};
use crate::gazetteer::source::{BrokenLine, SourceError, natural_earth};

impl Reading<'_> {
    /// Reads all of them, in the order in which they count.
    pub(super) fn read_dumps(&mut self, sources: &Sources) -> Result<(), BuildError> {
        let filter = &sources.filter;
        for file in &sources.natural_earth {
            self.read(file, |reading, reader, table, layer, watched| {
                reading.features(reader, table, layer, filter, watched)
            })?;
        }
        self.lines(&sources.geonames, &GeoNames { filter })?;
        self.lines(&sources.alternate_names, &AlternateNames { filter })?;
        self.lines(&sources.admin_codes, &AdminCodes)?;
        self.lines(&sources.countries, &CountryInfo)?;
        self.lines(&sources.hierarchy, &Hierarchy)?;
        Ok(())
    }

    /// Reads tables of lines.
    fn lines(&mut self, files: &[PathBuf], parser: &impl LineParser) -> Result<(), BuildError> {
        for file in files {
            self.read(file, |reading, reader, table, layer, watched| {
                let unreadable = |source| SourceError::Unreadable { file: table.to_owned(), source }.into();
                parse_lines(reader, layer, parser, unreadable, |parsed| {
                    reading.take(parsed, table)?;
                    reading.tell(watched);
                    Ok(())
                })
            })?;
        }
        Ok(())
    }

    /// Takes what some lines say.
    fn take(&mut self, mut parsed: Parsed, table: &Path) -> Result<(), BuildError> {
        self.collector.add_parsed(&parsed).map_err(BuildError::Temporary)?;
        self.left_out.add(parsed.left_out);
        for (line, why) in parsed.faults.drain(..) {
            self.faults.add(BrokenLine { file: table.to_owned(), line, why })?;
        }
        Ok(())
    }

    /// Reads a theme of Natural Earth.
    fn features(
        &mut self,
        reader: &mut dyn BufRead,
        table: &Path,
        layer: u32,
        filter: &Filter,
        watched: &Watched<'_>,
    ) -> Result<(), BuildError> {
        let mut failed = None;
        // A theme has some thousand places; parts of one may stand anywhere in it.
        let mut theme = natural_earth::Theme::default();
        let mut take = |number, feature: Result<_, String>| {
            let taken = match feature.and_then(|feature| natural_earth::place(&feature, filter)) {
                Ok(Some(place)) => {
                    theme.add(number, PlaceInput { layer, ..place });
                    Ok(())
                }
                Ok(None) => {
                    self.left_out.places += 1;
                    Ok(())
                }
                Err(why) => self.faults.add(BrokenLine { file: table.to_owned(), line: number, why }),
            };
            self.tell(watched);
            match taken {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    failed = Some(error);
                    ControlFlow::Break(())
                }
            }
        };
        let read = read_features(reader, &mut take);
        if let Some(error) = failed {
            return Err(error);
        }
        read.map_err(|error| -> BuildError {
            let file = table.to_owned();
            match error.classify() {
                serde_json::error::Category::Io => SourceError::Unreadable { file, source: error.into() },
                _ => SourceError::NotGeoJson { file, why: error.to_string() },
            }
            .into()
        })?;
        theme.into_places().try_for_each(|(number, place)| self.add(&place, number))
    }
}

impl Collector {
    /// Adds the records of lines.
    fn add_parsed(&mut self, parsed: &Parsed) -> io::Result<()> {
        if parsed.places > 0 {
            // Written from numbers, any of them shows what all are like.
            self.namespaces.note(GEONAMES, "1");
        }
        self.places += parsed.places;
        self.has_parents |= parsed.has_parents;
        parsed.records().try_for_each(|record| self.sorter.push(record))
    }
}
