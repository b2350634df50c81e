//! Tables of our own: CSV with a header.
//!
//! | column | holds |
//! |---|---|
//! | `id` | such as `geonames:6252001`, `fips:21125` or `dateline:persian-gulf`; made from name and position (`own:al-bir@36,43.1`) if empty |
//! | `name` | the name that the place goes by; required |
//! | `lat`, `lon` | degrees north and east; required |
//! | `feature` | a GeoNames feature code, such as `ADM1`; with its class (`T.DSRT`) where GeoNames has no such code |
//! | `country` | the ISO 3166-1 code of two letters |
//! | `admin1`, `admin2` | the codes of the first- and second-level divisions |
//! | `population` | inhabitants |
//! | `radius_km` | how far the place reaches, in kilometres |
//! | `priority` | a whole number, 0 if not given: where a name may mean several places, those of higher priority come first |
//! | `fame` | a whole number of 0 to 255: in how many languages, about, the place has a name of its own; 0 if unknown |
//! | `names`, `short`, `abbreviations`, `demonyms`, `historic` | other names by their kind, parted by a vertical bar |
//!
//! Empty cells are unknown, and so are optional columns that aren't there.

use std::io::Read;
use std::path::{Path, PathBuf};

use csv::StringRecord;

use super::feature_codes::class_of;
use super::{BrokenLine, SourceError};
use crate::gazetteer::build::PlaceInput;
use crate::gazetteer::name::fold;
use crate::gazetteer::{FeatureClass, NameKind};
use crate::geo::{Kilometers, LatLon};
use crate::rounding::rounded;

const COLUMNS: [&str; 17] = [
    "id",
    "name",
    "feature",
    "lat",
    "lon",
    "country",
    "admin1",
    "admin2",
    "population",
    "radius_km",
    "priority",
    "fame",
    "names",
    "short",
    "abbreviations",
    "demonyms",
    "historic",
];

/// Letters of a name that an id is made of, at most.
const LONGEST_WORD: usize = 12;

const REQUIRED: [&str; 3] = ["name", "lat", "lon"];

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

    /// An id for a place without one, from its name and position: `own:al-bir@36,43.1`.
    fn id_of_name(&self) -> Result<String, String> {
        let name = self.required("name")?;
        let word: String = fold(name).replace(' ', "-").chars().take(LONGEST_WORD).collect();
        if word.is_empty() {
            return Err(format!("name {name:?}: expected a letter or digit"));
        }
        let (lat, lon): (f64, f64) = (number(self.required("lat")?, "lat")?, number(self.required("lon")?, "lon")?);
        Ok(format!("own:{word}@{},{}", rounded(lat, 5), rounded(lon, 5)))
    }

    /// The place of the current line, or what is wrong with it.
    fn place(&self) -> Result<PlaceInput, String> {
        let id = match self.cell("id") {
            Some(id) => id.to_owned(),
            None => self.id_of_name()?,
        };
        let location =
            LatLon { lat: number(self.required("lat")?, "lat")?, lon: number(self.required("lon")?, "lon")? };
        let mut place = PlaceInput::new(&id, self.required("name")?, location);
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
        place.admin2 = self.cell("admin2").map(str::to_owned);
        place.population = self.cell("population").map(|cell| number(cell, "population")).transpose()?;
        place.radius = self.cell("radius_km").map(|cell| number(cell, "radius_km")).transpose()?.map(Kilometers);
        place.priority = self.cell("priority").map(|cell| number(cell, "priority")).transpose()?;
        place.fame = self.cell("fame").map(fame).transpose()?;
        place.check().map_err(|error| error.to_string())?;
        Ok(place)
    }
}

impl<R: Read> Iterator for ExtraTable<R> {
    /// The place with its line.
    type Item = Result<(u64, PlaceInput), SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let mut record = std::mem::take(&mut self.record);
        let line = self.reader.position().line();
        let read = self.reader.read_record(&mut record);
        self.record = record;
        let broken = |file: &Path, line, why| SourceError::Broken(BrokenLine { file: file.to_owned(), line, why });
        match read {
            Ok(false) => None,
            Ok(true) => {
                // Blank lines before the record are not in the reader's own position.
                let line = self.record.position().map_or(line, csv::Position::line);
                if self.record.iter().any(|cell| cell.contains('\n')) {
                    // A quote without its end takes what follows for its own, to the end of the table.
                    self.ended = true;
                    return Some(Err(SourceError::OpenQuote { file: self.file.clone(), line }));
                }
                let place = self.place();
                Some(place.map(|place| (line, place)).map_err(|why| broken(&self.file, line, why)))
            }
            Err(error) if error.is_io_error() => {
                self.ended = true;
                Some(Err(unreadable(&self.file, error)))
            }
            Err(error) if self.reader.position().line() > error.position().map_or(line, csv::Position::line) + 1 => {
                self.ended = true;
                let line = error.position().map_or(line, csv::Position::line);
                Some(Err(SourceError::OpenQuote { file: self.file.clone(), line }))
            }
            Err(error) => {
                let line = error.position().map_or(line, csv::Position::line);
                Some(Err(broken(&self.file, line, why(&error))))
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

fn fame(cell: &str) -> Result<u8, String> {
    cell.parse().map_err(|_| format!("fame {cell:?}: expected a whole number from 0 to 255"))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(table: &str) -> Result<Vec<Result<PlaceInput, String>>, String> {
        let table = ExtraTable::new(table.as_bytes(), Path::new("seas.csv")).map_err(|error| error.to_string())?;
        Ok(table.map(|read| read.map(|(_, place)| place).map_err(|error| error.to_string())).collect())
    }

    #[test]
    fn all_columns_are_read() {
        let table = "\u{feff}id,name,feature,lat,lon,country,admin1,admin2,population,radius_km,priority,fame,names,short,abbreviations,demonyms,historic\n\
            geonames:6252001,United States,PCLI,39.76,-98.5,US,,,327167434,2500,,255,\"United States of America | America\",States,US|U.S.|USA,American|Americans,\n\
            dateline:sahara,Sahara,T.DSRT,23.0,13.0,,1,2,,1500.5,-7,,,,,,\n";
        let places: Vec<_> = read(table).unwrap().into_iter().map(Result::unwrap).collect();
        let us = &places[0];
        assert_eq!((&*us.id, &*us.feature, us.class), ("geonames:6252001", "PCLI", FeatureClass::Administrative));
        assert_eq!((us.population, us.radius), (Some(327_167_434), Some(Kilometers(2500.0))));
        let of = |kind| us.names.iter().filter(move |name| name.kind == kind).map(|name| &*name.spelling);
        assert!(of(NameKind::Alternate).eq(["United States of America", "America"]));
        assert!(of(NameKind::Abbreviation).eq(["US", "U.S.", "USA"]));
        assert!(of(NameKind::Demonym).eq(["American", "Americans"]));
        assert!(of(NameKind::Short).eq(["States"]) && of(NameKind::Historic).next().is_none());
        assert_eq!((us.priority, places[1].priority, places[1].admin2.as_deref()), (None, Some(-7), Some("2")));
        assert_eq!((us.fame, places[1].fame), (Some(255), None));
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
        assert!(read("").unwrap_err().contains("column `name` is missing"));
        assert!(read("lon,lat,name,id\n1,2,Here,dateline:here\n").unwrap()[0].is_ok());
    }

    #[test]
    fn a_quote_that_does_not_end_on_its_line_ends_the_table() {
        for table in ["name,lat,lon\nA,1,2\n\"B,1,2\nC,1,2\n", "name,lat,lon\nA,1,2\n\"B\nC\",1,2\n"] {
            let rows = read(table).unwrap();
            assert!(rows[0].is_ok() && rows.len() == 2);
            let message = rows[1].as_ref().unwrap_err();
            assert!(message.contains("seas.csv:3") && message.contains("quotation mark"), "{message}");
        }
    }

    #[test]
    fn ids_are_made_from_names() {
        let rows = read("name,lat,lon\nal-Bir,36,43\nCheckpoint 9,36,43\nAl Bir,1,2\n").unwrap();
        let ids: Vec<_> = rows.into_iter().map(|place| place.unwrap().id).collect();
        assert_eq!(ids, ["own:al-bir@36,43", "own:checkpoint-9@36,43", "own:al-bir@1,2"]);
        assert!(read("id,name,lat,lon\n,,1,2\n").unwrap()[0].as_ref().unwrap_err().contains("name is empty"));
    }

    #[test]
    fn broken_lines_have_their_numbers_and_reasons() {
        for (line, why) in [
            ("dateline:a,A,1", "expected 7 columns, found 3"),
            ("dateline:a,A,,2,,,", "lat is empty"),
            ("dateline:a,A,x,2,,,", "lat \"x\": expected a number"),
            ("dateline:a,A,91,2,,,", "latitude 91, longitude 2: expected"),
            ("somewhere,A,1,2,,,", "id \"somewhere\": expected a namespace"),
            ("dateline:a,,1,2,,,", "name is empty"),
            ("dateline:a,A,1,2,XYZ,,", "feature \"XYZ\": expected a known code"),
            ("dateline:a,A,1,2,,-5,", "radius -5 km: expected a length"),
            ("dateline:a,A,1,2,,,256", "fame \"256\": expected a whole number from 0 to 255"),
        ] {
            let table =
                format!("id,name,lat,lon,feature,radius_km,fame\n\ndateline:b,B,1,2,,,\n{line}\ndateline:c,C,1,2,,,\n");
            let places = read(&table).unwrap();
            assert!(places[0].is_ok() && places[2].is_ok() && places.len() == 3, "{line}");
            let message = places[1].as_ref().unwrap_err();
            assert!(message.starts_with("seas.csv:4: ") && message.contains(why), "{message}");
        }
    }
}
