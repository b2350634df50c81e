//! `countryInfo.txt` of GeoNames: lines of 19 cells parted by tabs; those that begin with `#` are comments.
//!
//! It adds to the countries of a dump: name, ISO code of three letters as an abbreviation, inhabitants, and a radius from
//! the area. The code of two letters is no name: `IN`, `IT` and `NO` are words.

use super::lines::{LineParser, Parsed, cells, number, optional};
use crate::gazetteer::NameKind;
use crate::gazetteer::build::{Fields, check_name, metres};
use crate::geo::Kilometers;

const COLUMNS: usize = 19;

/// The largest country has less, in square kilometres; the earth has 510 million.
const LARGEST: f64 = 1e9;

/// Reads the lines of the table.
pub(crate) struct CountryInfo;

impl LineParser for CountryInfo {
    fn parse(&self, line: &str, to: &mut Parsed) -> Result<(), String> {
        if line.is_empty() || line.starts_with('#') {
            return Ok(());
        }
        let cells: [&str; COLUMNS] = cells(line, COLUMNS)?;
        let [iso, iso3, _, _, name, _, area, population, _, _, _, _, _, _, _, _, id, ..] = cells;
        // Countries of the past have a row, but no number.
        if matches!(id, "" | "0") {
            return Ok(());
        }
        let id: u32 = number(id, "geonameid")?;
        let country = iso.parse().map_err(|error| format!("ISO: {error}"))?;
        check_name(name).map_err(|error| error.to_string())?;
        let mut names = vec![(name, NameKind::Alternate)];
        if optional(iso3).is_some() {
            check_name(iso3).map_err(|error| error.to_string())?;
            names.push((iso3, NameKind::Abbreviation));
        }
        let population = optional(population).map(|cell| number(cell, "population")).transpose()?;
        let area = optional(area).map(|cell| number(cell, "area")).transpose()?;
        let fields = Fields {
            country: Some(country),
            names,
            population: population.filter(|&population: &u64| population != 0),
            radius: area.filter(|area| *area > 0.0).map(radius_of).transpose()?,
            ..Fields::default()
        };
        to.add(id, &fields);
        Ok(())
    }
}

/// The radius in metres of a disc with this many square kilometres.
fn radius_of(area: f64) -> Result<u32, String> {
    let possible = (0.0..LARGEST).contains(&area);
    let radius = Kilometers((area / std::f64::consts::PI).sqrt());
    possible.then(|| metres(radius)).ok_or_else(|| format!("area {area}: expected square kilometres"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gazetteer::source::testing::Read;

    const IRAQ: &str = "IQ\tIRQ\t368\tIZ\tIraq\tBaghdad\t437072\t38433600\tAS\t.iq\tIQD\tDinar\t964\t#####\t^(\\d{5})$\tar-IQ,ku,hy\t99237\tSY,SA,IR,JO,TR,KW\t";

    #[test]
    fn lines_add_names_and_sizes() {
        let former = IRAQ.replace("\t99237\t", "\t0\t");
        let read = Read::new(&format!("# comment\n#ISO\tISO3\n\n{IRAQ}\n{former}\n"), &CountryInfo);
        assert!(read.faults().is_empty(), "{:?}", read.faults());
        let records = read.records();
        let [(id, iraq)] = &records[..] else { panic!("{records:?}") };
        assert_eq!((&**id, iraq.population, iraq.radius), ("geonames:99237", Some(38_433_600), Some(372_994)));
        assert_eq!(iraq.names, [("Iraq", NameKind::Alternate), ("IRQ", NameKind::Abbreviation)]);
    }

    #[test]
    fn broken_lines_have_their_numbers_and_reasons() {
        for (from, to, why) in [
            ("\tSY,SA,IR,JO,TR,KW\t", "", "expected 19 columns, found 17"),
            ("99237", "x", "geonameid \"x\": expected a number"),
            ("IQ\tIRQ", "IRQ\tIRQ", "ISO: \"IRQ\" is no country code"),
            ("437072", "large", "area \"large\": expected a number"),
            ("437072", "1e12", "expected square kilometres"),
            ("38433600", "-3", "population \"-3\": expected a number"),
            ("\tIraq\t", "\t\t", "expected a name that isn't empty"),
        ] {
            let read = Read::new(&format!("#\n{}\n", IRAQ.replacen(from, to, 1)), &CountryInfo);
            let faults = read.faults();
            assert!(faults.len() == 1 && faults[0].0 == 2 && faults[0].1.contains(why), "{faults:?}");
        }
    }
}
