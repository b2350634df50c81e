//! The dumps of GeoNames (`allCountries`, `cities500`, `IQ`): lines of 19 cells parted by tabs, without a header or
//! quotes. The columns are described in the `readme.txt` of the dumps.
//!
//! `name` is the official name, `asciiname` an alternate, and the kinds of `alternatenames` are unknown, which
//! [`alternate_names`](super::alternate_names) mends. A population of 0 and a division `00` mean unknown, as they do in
//! the dumps. Where only an alternate name or the code of a division is at fault (dumps of before 2015 have names of
//! districts for codes), the place comes without it, and that is told.

use super::lines::{LineParser, Parsed, cells, number, optional};
use super::{feature_codes, script};
use crate::gazetteer::build::{Fields, Filter, PlaceError, Scripts, check_code, check_name, position};
use crate::gazetteer::{CountryCode, FeatureClass, NameKind};
use crate::geo::LatLon;

const COLUMNS: usize = 19;

/// Reads the lines of a dump, less what the filter leaves out.
///
/// Cells that a filter looks at are checked first, and other cells only of places that it lets through.
pub(crate) struct GeoNames<'f> {
    pub(crate) filter: &'f Filter,
}

impl LineParser for GeoNames<'_> {
    fn parse(&self, line: &str, to: &mut Parsed) -> Result<(), String> {
        let cells: [&str; COLUMNS] = cells(line, COLUMNS)?;
        let [id, name, ascii, alternates, lat, lon, class, code, country, _, admin1, admin2, _, _, population, ..] =
            cells;
        let id: u32 = number(id, "geonameid")?;
        let class = feature_class(class)?;
        let country: Option<CountryCode> =
            optional(country).map(str::parse).transpose().map_err(|error| format!("country code: {error}"))?;
        let population = optional(population).map(|cell| number(cell, "population")).transpose()?;
        let population: Option<u64> = population.filter(|&population| population != 0);
        if !self.filter.admits(class, country, population) {
            to.left_out.places += 1;
            return Ok(());
        }
        feature_codes::check(class, code)?;
        let (lat, lon) = (number(lat, "latitude")?, number(lon, "longitude")?);
        let location = LatLon::new(lat, lon).ok_or_else(|| PlaceError::Location { lat, lon }.to_string())?;
        let name = name.trim();
        check_name(name).map_err(|error| error.to_string())?;
        let official = self.official(name, ascii);
        let fields = Fields {
            name: Some(official),
            location: Some(position(location)),
            feature: (class != FeatureClass::Unknown || !code.is_empty()).then_some((class, code)),
            country,
            admin1: storable_division(admin1, to),
            admin2: storable_division(admin2, to),
            population,
            fame: Some(fame(alternates)),
            names: self.names(official, ascii, alternates, to),
            ..Fields::default()
        };
        to.add(id, &fields);
        Ok(())
    }
}

impl GeoNames<'_> {
    /// The name that the place goes by: `asciiname` instead of `name` where that is in a script that isn't wanted. A
    /// place that has no other name keeps it.
    fn official<'a>(&self, name: &'a str, ascii: &'a str) -> &'a str {
        let unwanted = self.filter.scripts == Scripts::Latin && !script::is_latin(name);
        if unwanted && check_name(ascii).is_ok() { ascii } else { name }
    }

    /// The other names. Of those that are at fault, the first is told.
    fn names<'a>(
        &self,
        official: &str,
        ascii: &'a str,
        alternates: &'a str,
        to: &mut Parsed,
    ) -> Vec<(&'a str, NameKind)> {
        // Commas part the alternates, but may stand in an ASCII name.
        let alternates = alternates.split(',').map(|spelling| (spelling, NameKind::Unknown));
        let mut names = Vec::new();
        let mut fault = None;
        for (spelling, kind) in std::iter::once((ascii, NameKind::Alternate)).chain(alternates) {
            if spelling.trim().is_empty() || spelling == official {
                continue;
            }
            if self.filter.scripts == Scripts::Latin && !script::is_latin(spelling) {
                to.left_out.names += 1;
            } else if let Err(error) = check_name(spelling) {
                fault = fault.or(Some(format!("left out {error}")));
            } else {
                names.push((spelling, kind));
            }
        }
        fault.into_iter().for_each(|fault| to.fault(fault));
        names
    }
}

/// How famous a place is: how many other names the dump has for it, in whatever language or script.
fn fame(alternates: &str) -> u8 {
    let names = alternates.split(',').filter(|name| !name.trim().is_empty()).count();
    u8::try_from(names).unwrap_or(u8::MAX)
}

/// The code of a division, unless it says that there is none.
pub(crate) fn division(cell: &str) -> Option<&str> {
    optional(cell).filter(|&code| code != "00")
}

/// As [`division`]; a code that can't be stored is left out and told.
fn storable_division<'a>(cell: &'a str, to: &mut Parsed) -> Option<&'a str> {
    if let Err(error) = check_code(cell) {
        to.fault(format!("left out {error}"));
        return None;
    }
    division(cell)
}

/// The class of a letter; unknown for an empty cell.
pub(crate) fn feature_class(cell: &str) -> Result<FeatureClass, String> {
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
    use crate::gazetteer::source::LeftOut;
    use crate::gazetteer::source::testing::Read;

    const MOSUL: &str = "99072\tMosul\tMosul\tAl Mawsil,Al Mawşil,Mosul,الموصل\t36.335\t43.11889\tP\tPPLA\tIQ\t\t15\t1502\t\t\t1683000\t\t223\tAsia/Baghdad\t2020-01-01";

    /// The line with one cell changed.
    fn with(column: usize, cell: &str) -> String {
        let mut cells: Vec<&str> = MOSUL.split('\t').collect();
        cells[column] = cell;
        cells.join("\t")
    }

    fn read(table: &str, filter: &Filter) -> Read {
        Read::new(table, &GeoNames { filter })
    }

    #[test]
    fn a_line_is_a_place() {
        let read = read(MOSUL, &Filter::default());
        let records = read.records();
        let [(id, mosul)] = &records[..] else { panic!("{records:?}") };
        assert_eq!((&**id, mosul.name), ("geonames:99072", Some("Mosul")));
        assert_eq!(mosul.feature, Some((FeatureClass::Populated, "PPLA")));
        assert_eq!(mosul.location.unwrap().lat, 363_350_000);
        assert_eq!((mosul.population, mosul.admin1, mosul.admin2), (Some(1_683_000), Some("15"), Some("1502")));
        assert_eq!(mosul.names, [("Al Mawsil", NameKind::Unknown), ("Al Mawşil", NameKind::Unknown)]);
        assert_eq!(read.left_out(), LeftOut { names: 1, ..LeftOut::default() });
    }

    #[test]
    fn empty_cells_are_unknown() {
        let table = [with(6, ""), with(7, ""), with(8, ""), with(10, "00"), with(14, "0"), with(14, "")].join("\n");
        let read = read(&table, &Filter::default());
        let places: Vec<_> = read.records().into_iter().map(|(_, fields)| fields).collect();
        assert_eq!(places[0].feature, Some((FeatureClass::Unknown, "PPLA")));
        assert_eq!(places[1].feature, Some((FeatureClass::Populated, "")));
        assert_eq!(places[2].country, None);
        assert_eq!(places[3].admin1, None);
        assert_eq!((places[4].population, places[5].population), (None, None));
        assert!(read.faults().is_empty());
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
            (with(1, "\u{7}"), "expected a name that isn't empty"),
            (with(6, "PP"), "feature class \"PP\": expected one of"),
            (with(7, "CITY"), "feature code \"CITY\": expected one of GeoNames'"),
            (with(7, "ADM1"), "feature class P with code ADM1: expected class A"),
            (with(8, "IRQ"), "country code: \"IRQ\" is no country code"),
        ] {
            let read = read(&format!("{MOSUL}\n{line}\n{MOSUL}\n"), &Filter::default());
            assert_eq!(read.records().len(), 2, "{line}");
            let faults = read.faults();
            assert!(faults.len() == 1 && faults[0].0 == 2 && faults[0].1.contains(why), "{faults:?}");
        }
    }

    #[test]
    fn a_place_stays_where_only_an_alternate_is_at_fault() {
        let long = "x".repeat(1025);
        let read = read(&with(3, &format!("{long},Al Mawsil")), &Filter::default());
        assert_eq!(read.records()[0].1.names, [("Al Mawsil", NameKind::Unknown)]);
        assert!(read.faults()[0].1.contains("left out name"), "{:?}", read.faults());
    }

    #[test]
    fn a_place_stays_where_only_the_code_of_a_division_is_at_fault() {
        let table =
            [with(11, "Nineveh Plains (undefined)"), with(11, "two words"), with(10, &"1".repeat(21))].join("\n");
        let read = read(&table, &Filter::default());
        let codes: Vec<_> = read.records().iter().map(|(_, place)| (place.admin1, place.admin2)).collect();
        assert_eq!(codes, [(Some("15"), None), (Some("15"), None), (None, Some("1502"))]);
        let faults = read.faults();
        assert_eq!(faults.iter().map(|fault| fault.0).collect::<Vec<_>>(), [1, 2, 3]);
        assert!(
            faults[0].1.contains("left out code \"Nineveh Plains (undefined)\": expected at most 20"),
            "{faults:?}"
        );
    }

    #[test]
    fn control_characters_in_names_are_blanks() {
        let table = [with(1, "Lake\rMosul"), with(1, "\u{7}Mosul \u{1f} Dam\u{85}")].join("\n");
        let read = read(&table, &Filter::default());
        let names: Vec<_> = read.records().iter().filter_map(|(_, place)| place.name.map(str::to_owned)).collect();
        assert_eq!((&names[0][..], &names[1][..]), ("Lake Mosul", "Mosul Dam"));
        assert!(read.faults().is_empty(), "{:?}", read.faults());
    }

    #[test]
    fn filters_leave_out_what_is_not_wanted() {
        let count = |filter: Filter| {
            let table = [MOSUL, &with(14, "50"), &with(14, ""), &with(8, "SY"), &with(6, "S").replace("PPLA", "AIRP")];
            read(&table.join("\n"), &filter).records().len()
        };
        assert_eq!(count(Filter::default()), 5);
        assert_eq!(count(Filter { min_population: 51, ..Filter::default() }), 3);
        assert_eq!(count(Filter { countries: vec!["SY".parse().unwrap()], ..Filter::default() }), 1);
        assert_eq!(count(Filter { classes: vec![FeatureClass::Spot], ..Filter::default() }), 1);
    }

    #[test]
    fn other_scripts_are_kept_if_wanted() {
        let arabic = with(1, "الموصل");
        let latin = read(&arabic, &Filter::default());
        assert_eq!(latin.records()[0].1.name, Some("Mosul"));
        let all = Filter { scripts: Scripts::All, ..Filter::default() };
        let all = read(&arabic, &all);
        let (_, fields) = &all.records()[0];
        assert_eq!((fields.name, fields.names.len(), all.left_out()), (Some("الموصل"), 4, LeftOut::default()));
        let nameless = arabic.replace("\tMosul\t", "\t\t");
        let nameless = read(&nameless, &Filter::default());
        assert_eq!(nameless.records()[0].1.name, Some("الموصل"));
    }
}
