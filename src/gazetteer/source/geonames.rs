//! Tables in the shape of the GeoNames dumps (`cities500.txt`, `allCountries.txt`): lines of 19 cells parted by tabs,
//! without a header or quotes. The columns are described in the `readme.txt` of the dumps.

use std::io::BufRead;
use std::path::{Path, PathBuf};

use super::{BrokenLine, SourceError};
use crate::gazetteer::build::{PlaceInput, check_name};
use crate::gazetteer::{FeatureClass, NameKind};
use crate::geo::LatLon;

const COLUMNS: usize = 19;

/// A table being read: an iterator over its places.
///
/// `name` is the official name, `asciiname` an alternate, and the kinds of `alternatenames` are unknown. A population
/// of 0 and a first-level division `00` mean unknown, as they do in the dumps. Where only an alternate name is at fault
/// (the dumps have some with stray control characters), the place comes without it, and then the broken line.
#[derive(Debug)]
pub struct GeoNamesTable<R> {
    reader: R,
    file: PathBuf,
    line: u64,
    buffer: Vec<u8>,
    /// What was wrong with a name of the place that was given last.
    fault: Option<BrokenLine>,
    ended: bool,
}

impl<R: BufRead> GeoNamesTable<R> {
    /// Reads from `reader`; `file` is for messages.
    pub fn new(reader: R, file: &Path) -> Self {
        Self { reader, file: file.to_owned(), line: 0, buffer: Vec::new(), fault: None, ended: false }
    }
}

impl<R: BufRead> Iterator for GeoNamesTable<R> {
    type Item = Result<PlaceInput, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(fault) = self.fault.take() {
            return Some(Err(SourceError::Broken(fault)));
        }
        if self.ended {
            return None;
        }
        self.buffer.clear();
        match self.reader.read_until(b'\n', &mut self.buffer) {
            Ok(0) => return None,
            Ok(_) => self.line += 1,
            Err(source) => {
                self.ended = true;
                return Some(Err(SourceError::Unreadable { file: self.file.clone(), source }));
            }
        }
        let broken = |why| BrokenLine { file: self.file.clone(), line: self.line, why };
        match place(&self.buffer, self.line == 1) {
            Ok((place, fault)) => {
                self.fault = fault.map(broken);
                Some(Ok(place))
            }
            Err(why) => Some(Err(SourceError::Broken(broken(why)))),
        }
    }
}

/// The place of a line with what is wrong with a name that was left out, or what is wrong with the whole.
fn place(line: &[u8], first: bool) -> Result<(PlaceInput, Option<String>), String> {
    let line = std::str::from_utf8(line).map_err(|error| format!("expected UTF-8: {error}"))?;
    let line = if first { line.strip_prefix('\u{feff}').unwrap_or(line) } else { line };
    let line = line.strip_suffix('\n').unwrap_or(line);
    let line = line.strip_suffix('\r').unwrap_or(line);
    let cells: Vec<&str> = line.split('\t').collect();
    let cells: &[&str; COLUMNS] =
        cells.as_slice().try_into().map_err(|_| format!("expected {COLUMNS} columns, found {}", cells.len()))?;
    let [id, name, ascii, alternates, lat, lon, class, code, country, _cc2, admin1, _, _, _, population, ..] = cells;
    let id: u32 = number(id, "geonameid")?;
    let location = LatLon { lat: number(lat, "latitude")?, lon: number(lon, "longitude")? };
    let mut place = PlaceInput::new(&format!("geonames:{id}"), name, location);
    let mut fault = None;
    // Commas part the alternates, but may stand in an ASCII name.
    let alternates = alternates.split(',').map(|spelling| (spelling, NameKind::Unknown));
    for (spelling, kind) in std::iter::once((*ascii, NameKind::Alternate)).chain(alternates) {
        if spelling.trim().is_empty() || spelling == *name {
            continue;
        }
        match check_name(spelling) {
            Ok(()) => place = place.with_name(spelling, kind),
            Err(error) => fault = fault.or(Some(format!("left out {error}"))),
        }
    }
    place.class = feature_class(class)?;
    place.feature = (*code).to_owned();
    place.country = optional(country).map(str::parse).transpose().map_err(|error| format!("country code: {error}"))?;
    place.admin1 = optional(admin1).filter(|&code| code != "00").map(str::to_owned);
    place.population = optional(population).map(|cell| number(cell, "population")).transpose()?;
    place.population = place.population.filter(|&population| population != 0);
    place.check().map_err(|error| error.to_string())?;
    Ok((place, fault))
}

fn optional(cell: &str) -> Option<&str> {
    (!cell.is_empty()).then_some(cell)
}

fn number<T: std::str::FromStr>(cell: &str, column: &str) -> Result<T, String> {
    cell.parse().map_err(|_| format!("{column} {cell:?}: expected a number"))
}

fn feature_class(cell: &str) -> Result<FeatureClass, String> {
    let mut letters = cell.chars();
    match (letters.next(), letters.next()) {
        (None, _) => Some(FeatureClass::Unknown),
        (Some(letter), None) => FeatureClass::from_letter(letter),
        _ => None,
    }
    .ok_or_else(|| format!("feature class {cell:?}: expected one of A H L P R S T U V"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOSUL: &str = "99072\tMosul\tMosul\tAl Mawsil,Al Mawşil,Mosul\t36.335\t43.11889\tP\tPPLA\tIQ\t\t15\t\t\t\t1683000\t\t223\tAsia/Baghdad\t2020-01-01";

    /// The line with one cell changed.
    fn with(column: usize, cell: &str) -> String {
        let mut cells: Vec<&str> = MOSUL.split('\t').collect();
        cells[column] = cell;
        cells.join("\t")
    }

    fn read(table: &[u8]) -> Vec<Result<PlaceInput, String>> {
        let places = GeoNamesTable::new(table, Path::new("cities.txt"));
        places.map(|place| place.map_err(|error| error.to_string())).collect()
    }

    #[test]
    fn a_line_is_a_place() {
        for table in [MOSUL.to_owned(), format!("{MOSUL}\n"), format!("\u{feff}{MOSUL}\r\n")] {
            let places = read(table.as_bytes());
            assert_eq!(places.len(), 1);
            let mosul = places[0].as_ref().unwrap();
            assert_eq!((&*mosul.id, &*mosul.name, &*mosul.feature), ("geonames:99072", "Mosul", "PPLA"));
            assert_eq!((mosul.location.lat, mosul.population), (36.335, Some(1_683_000)));
            assert_eq!(mosul.admin1.as_deref(), Some("15"));
            let names: Vec<_> = mosul.names.iter().map(|name| (&*name.spelling, name.kind)).collect();
            assert_eq!(names, [("Al Mawsil", NameKind::Unknown), ("Al Mawşil", NameKind::Unknown)]);
        }
    }

    #[test]
    fn empty_cells_are_unknown() {
        let table = [with(6, ""), with(8, ""), with(10, "00"), with(14, "0"), with(14, "")].join("\n");
        let places: Vec<_> = read(table.as_bytes()).into_iter().map(Result::unwrap).collect();
        assert_eq!(places[0].class, FeatureClass::Unknown);
        assert_eq!(places[1].country, None);
        assert_eq!(places[2].admin1, None);
        assert_eq!((places[3].population, places[4].population), (None, None));
    }

    #[test]
    fn broken_lines_have_their_numbers_and_reasons() {
        let long = "x".repeat(1025);
        for (line, why) in [
            (String::new(), "expected 19 columns, found 1"),
            (format!("{MOSUL}\tmore"), "expected 19 columns, found 20"),
            (with(0, "x"), "geonameid \"x\": expected a number"),
            (with(4, "north"), "latitude \"north\": expected a number"),
            (with(4, "90.5"), "latitude 90.5, longitude 43.11889: expected"),
            (with(5, "NaN"), "longitude NaN: expected"),
            (with(14, "-1"), "population \"-1\": expected a number"),
            (with(1, ""), "expected a name that isn't empty"),
            (with(1, &long), "expected at most 1024 bytes"),
            (with(6, "PP"), "feature class \"PP\": expected one of"),
            (with(8, "IRQ"), "country code: \"IRQ\" is no country code"),
        ] {
            let places = read(format!("{MOSUL}\n{line}\n{MOSUL}\n").as_bytes());
            assert!(places[0].is_ok() && places[2].is_ok() && places.len() == 3);
            let message = places[1].as_ref().unwrap_err();
            assert!(message.starts_with("cities.txt:2: ") && message.contains(why), "{message}");
        }
        let table = [with(3, "a\u{7}b,Al Mawsil"), MOSUL.to_owned()].join("\n");
        let places = read(table.as_bytes());
        assert_eq!(places[0].as_ref().unwrap().names.len(), 1);
        let message = places[1].as_ref().unwrap_err();
        assert!(message.contains("cities.txt:1: left out name"), "{message}");
        assert!(places[2].is_ok() && places.len() == 3);
        let message = read(b"\xff\xfe\n").remove(0).unwrap_err();
        assert!(message.contains("cities.txt:1: expected UTF-8"), "{message}");
    }
}
