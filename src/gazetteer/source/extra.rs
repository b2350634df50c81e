//! Tables of our own: CSV with a header.
//!
//! | column | holds |
//! |---|---|
//! | `id` | such as `geonames:6252001`, `fips:21125` or `dateline:persian-gulf`; required |
//! | `name` | the name that the place goes by; required |
//! | `lat`, `lon` | degrees north and east; required |
//! | `feature` | a GeoNames feature code, such as `ADM1`; with its class (`T.DSRT`) where [`class_of`] doesn't know it |
//! | `country` | the ISO 3166-1 code of two letters |
//! | `admin1` | the code of the first-level division |
//! | `population` | inhabitants |
//! | `radius_km` | how far the place reaches, in kilometres |
//! | `names`, `short`, `abbreviations`, `demonyms`, `historic` | other names by their kind, parted by a vertical bar |
//!
//! Empty cells are unknown, and so are optional columns that aren't there.

use std::io::Read;
use std::path::{Path, PathBuf};

use csv::StringRecord;

use super::{BrokenLine, SourceError};
use crate::gazetteer::build::PlaceInput;
use crate::gazetteer::{FeatureClass, NameKind};
use crate::geo::{Kilometers, LatLon};

const COLUMNS: [&str; 14] = [
    "id",
    "name",
    "feature",
    "lat",
    "lon",
    "country",
    "admin1",
    "population",
    "radius_km",
    "names",
    "short",
    "abbreviations",
    "demonyms",
    "historic",
];

const REQUIRED: [&str; 4] = ["id", "name", "lat", "lon"];

const LISTS: [(&str, NameKind); 5] = [
    ("names", NameKind::Alternate),
    ("short", NameKind::Short),
    ("abbreviations", NameKind::Abbreviation),
    ("demonyms", NameKind::Demonym),
    ("historic", NameKind::Historic),
];

/// A table being read: an iterator over its places.
#[derive(Debug)]
pub struct ExtraTable<R> {
    reader: csv::Reader<R>,
    file: PathBuf,
    /// The columns that the table has, in its order.
    columns: Vec<&'static str>,
    record: StringRecord,
    ended: bool,
}

impl<R: Read> ExtraTable<R> {
    /// Reads the header from `reader`; `file` is for messages.
    ///
    /// # Errors
    ///
    /// If a column is missing, unknown or there twice, or nothing can be read.
    pub fn new(reader: R, file: &Path) -> Result<Self, SourceError> {
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(reader);
        let header = reader.headers().map_err(|error| unreadable(file, error))?;
        let columns = columns(header, file)?;
        Ok(Self { reader, file: file.to_owned(), columns, record: StringRecord::new(), ended: false })
    }

    /// A cell of the current line; `None` if it is empty or there is no such column.
    fn cell(&self, column: &str) -> Option<&str> {
        let position = self.columns.iter().position(|known| *known == column)?;
        self.record.get(position).filter(|cell| !cell.is_empty())
    }

    /// A cell that must not be empty.
    fn required(&self, column: &str) -> Result<&str, String> {
        self.cell(column).ok_or_else(|| format!("{column} is empty"))
    }

    /// The place of the current line, or what is wrong with it.
    fn place(&self) -> Result<PlaceInput, String> {
        let location =
            LatLon { lat: number(self.required("lat")?, "lat")?, lon: number(self.required("lon")?, "lon")? };
        let mut place = PlaceInput::new(self.required("id")?, self.required("name")?, location);
        for (column, kind) in LISTS {
            let spellings = self.cell(column).unwrap_or_default().split('|').map(str::trim);
            place = spellings
                .filter(|spelling| !spelling.is_empty())
                .fold(place, |place, spelling| place.with_name(spelling, kind));
        }
        if let Some(cell) = self.cell("feature") {
            (place.class, place.feature) = feature(cell)?;
        }
        let country = self.cell("country").map(str::parse).transpose();
        place.country = country.map_err(|error| format!("country: {error}"))?;
        place.admin1 = self.cell("admin1").map(str::to_owned);
        place.population = self.cell("population").map(|cell| number(cell, "population")).transpose()?;
        place.radius = self.cell("radius_km").map(|cell| number(cell, "radius_km")).transpose()?.map(Kilometers);
        place.check().map_err(|error| error.to_string())?;
        Ok(place)
    }
}

impl<R: Read> Iterator for ExtraTable<R> {
    type Item = Result<PlaceInput, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let mut record = std::mem::take(&mut self.record);
        let line = self.reader.position().line();
        let read = self.reader.read_record(&mut record);
        self.record = record;
        let broken = |line, why| SourceError::Broken(BrokenLine { file: self.file.clone(), line, why });
        match read {
            Ok(false) => None,
            Ok(true) => {
                // Blank lines before the record are not in the reader's own position.
                let line = self.record.position().map_or(line, csv::Position::line);
                Some(self.place().map_err(|why| broken(line, why)))
            }
            Err(error) if error.is_io_error() => {
                self.ended = true;
                Some(Err(unreadable(&self.file, error)))
            }
            Err(error) => {
                let line = error.position().map_or(line, csv::Position::line);
                Some(Err(broken(line, why(&error))))
            }
        }
    }
}

/// The table's columns as ours.
fn columns(header: &StringRecord, file: &Path) -> Result<Vec<&'static str>, SourceError> {
    let mut columns: Vec<&'static str> = Vec::new();
    for cell in header {
        let known = COLUMNS.into_iter().find(|column| *column == cell && !columns.contains(column));
        columns.push(known.ok_or_else(|| SourceError::UnknownColumn {
            file: file.to_owned(),
            column: cell.to_owned(),
            expected: COLUMNS.join(","),
        })?);
    }
    match REQUIRED.into_iter().find(|column| !columns.contains(column)) {
        None => Ok(columns),
        Some(column) => Err(SourceError::MissingColumn { file: file.to_owned(), column, expected: COLUMNS.join(",") }),
    }
}

fn unreadable(file: &Path, error: csv::Error) -> SourceError {
    SourceError::Unreadable { file: file.to_owned(), source: error.into() }
}

/// What is wrong with a line as CSV.
fn why(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("expected {expected_len} columns, found {len}")
        }
        csv::ErrorKind::Utf8 { err, .. } => format!("expected UTF-8: {err}"),
        _ => error.to_string(),
    }
}

fn number<T: std::str::FromStr>(cell: &str, column: &str) -> Result<T, String> {
    cell.parse().map_err(|_| format!("{column} {cell:?}: expected a number"))
}

/// Class and code of a feature, written `DSRT` or `T.DSRT`.
fn feature(cell: &str) -> Result<(FeatureClass, String), String> {
    let (class, code) = match cell.split_once('.') {
        Some((class, code)) if class.len() == 1 => (class.chars().next().and_then(FeatureClass::from_letter), code),
        _ => (class_of(cell), cell),
    };
    let class = class.ok_or_else(|| format!("feature {cell:?}: expected a known code, or class and code as T.DSRT"))?;
    Ok((class, code.to_owned()))
}

/// The class of the feature codes that our tables use; `None` for others.
pub fn class_of(code: &str) -> Option<FeatureClass> {
    Some(match code {
        "TERR" | "ZN" | "ZNB" | "LTER" | "PRSH" => FeatureClass::Administrative,
        _ if code.starts_with("ADM") || code.starts_with("PCL") => FeatureClass::Administrative,
        "STLMT" => FeatureClass::Populated,
        _ if code.starts_with("PPL") => FeatureClass::Populated,
        "BAY" | "BAYS" | "BGHT" | "CHN" | "CNL" | "COVE" | "DLTA" | "ESTY" | "FJD" | "FLLS" | "GLCR" | "GULF"
        | "HBR" | "INLT" | "LGN" | "LK" | "LKS" | "OCN" | "RF" | "RSV" | "SD" | "SEA" | "STM" | "STMS" | "STRT"
        | "SWMP" | "WAD" | "WTRC" => FeatureClass::Water,
        "AMUS" | "AREA" | "CONT" | "CST" | "INDS" | "MILB" | "OAS" | "OILF" | "PORT" | "PRK" | "RES" | "RESN"
        | "RESW" | "RGN" | "RGNE" | "RGNH" | "RGNL" => FeatureClass::Area,
        "ATOL" | "BCH" | "CAPE" | "CNYN" | "DPR" | "DSRT" | "DUNE" | "ERG" | "HLL" | "HLLS" | "ISL" | "ISLET"
        | "ISLS" | "ISTH" | "MT" | "MTS" | "PASS" | "PEN" | "PK" | "PKS" | "PLAT" | "PLN" | "PT" | "RDGE" | "SPUR"
        | "UPLD" | "VAL" | "VLC" => FeatureClass::Terrain,
        "AIRB" | "AIRF" | "AIRP" | "ANS" | "BDG" | "BLDG" | "CMP" | "CMPRF" | "CSTM" | "DAM" | "FCL" | "HSP"
        | "HSTS" | "INSM" | "MNMT" | "MSQE" | "PAL" | "PRN" | "PS" | "RSRT" | "RUIN" | "SCH" | "SQR" | "STDM"
        | "UNIV" => FeatureClass::Spot,
        "RD" | "RR" | "ST" | "TNL" => FeatureClass::Road,
        "FRST" | "GRSLD" | "SCRB" => FeatureClass::Vegetation,
        "TRNU" | "SEAU" | "RDGU" => FeatureClass::Undersea,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(table: &str) -> Result<Vec<Result<PlaceInput, String>>, String> {
        let table = ExtraTable::new(table.as_bytes(), Path::new("seas.csv")).map_err(|error| error.to_string())?;
        Ok(table.map(|place| place.map_err(|error| error.to_string())).collect())
    }

    #[test]
    fn all_columns_are_read() {
        let table = "\u{feff}id,name,feature,lat,lon,country,admin1,population,radius_km,names,short,abbreviations,demonyms,historic\n\
            geonames:6252001,United States,PCLI,39.76,-98.5,US,,327167434,2500,\"United States of America | America\",States,US|U.S.|USA,American|Americans,\n\
            dateline:sahara,Sahara,T.DSRT,23.0,13.0,,,,1500.5,,,,,\n";
        let places: Vec<_> = read(table).unwrap().into_iter().map(Result::unwrap).collect();
        let us = &places[0];
        assert_eq!((&*us.id, &*us.feature, us.class), ("geonames:6252001", "PCLI", FeatureClass::Administrative));
        assert_eq!((us.population, us.radius), (Some(327_167_434), Some(Kilometers(2500.0))));
        let of = |kind| us.names.iter().filter(move |name| name.kind == kind).map(|name| &*name.spelling);
        assert!(of(NameKind::Alternate).eq(["United States of America", "America"]));
        assert!(of(NameKind::Abbreviation).eq(["US", "U.S.", "USA"]));
        assert!(of(NameKind::Demonym).eq(["American", "Americans"]));
        assert!(of(NameKind::Short).eq(["States"]) && of(NameKind::Historic).next().is_none());
        assert_eq!((places[1].country, places[1].class, &*places[1].feature), (None, FeatureClass::Terrain, "DSRT"));
    }

    #[test]
    fn columns_must_be_known_and_those_required_there() {
        let message = read("id,name,lat\n").unwrap_err();
        assert!(message.contains("seas.csv: column `lon` is missing"), "{message}");
        let message = read("id,name,lat,lon,colour\n").unwrap_err();
        assert!(message.contains("column `colour` is unknown") && message.contains("radius_km"), "{message}");
        let message = read("id,name,lat,lon,lat\n").unwrap_err();
        assert!(message.contains("column `lat` is unknown or there twice"), "{message}");
        assert!(read("").unwrap_err().contains("column `id` is missing"));
        assert!(read("lon,lat,name,id\n1,2,Here,dateline:here\n").unwrap()[0].is_ok());
    }

    #[test]
    fn broken_lines_have_their_numbers_and_reasons() {
        for (line, why) in [
            ("dateline:a,A,1", "expected 6 columns, found 3"),
            ("dateline:a,A,,2,,", "lat is empty"),
            ("dateline:a,A,x,2,,", "lat \"x\": expected a number"),
            ("dateline:a,A,91,2,,", "latitude 91, longitude 2: expected"),
            (",A,1,2,,", "id is empty"),
            ("somewhere,A,1,2,,", "id \"somewhere\": expected a namespace"),
            ("dateline:a,,1,2,,", "name is empty"),
            ("dateline:a,A,1,2,XYZ,", "feature \"XYZ\": expected a known code"),
            ("dateline:a,A,1,2,,-5", "radius -5 km: expected a length"),
            ("dateline:a,\"A\nB\",1,2,,", "expected no control characters"),
        ] {
            let table =
                format!("id,name,lat,lon,feature,radius_km\n\ndateline:b,B,1,2,,\n{line}\ndateline:c,C,1,2,,\n");
            let places = read(&table).unwrap();
            assert!(places[0].is_ok() && places[2].is_ok() && places.len() == 3, "{line}");
            let message = places[1].as_ref().unwrap_err();
            assert!(message.starts_with("seas.csv:4: ") && message.contains(why), "{message}");
        }
    }
}
