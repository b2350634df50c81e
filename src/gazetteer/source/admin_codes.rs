//! `admin1CodesASCII.txt` and `admin2Codes.txt` of GeoNames: lines of code, name, ASCII name and number of a division,
//! parted by tabs. The code is the country's and the division's own, parted by full stops: `IQ.15`, `IQ.15.1502`.
//!
//! They add names and codes to the divisions of a dump. They have no coordinates, so they make no places.

use super::geonames::division;
use super::lines::{LineParser, Parsed, cells, number};
use crate::gazetteer::NameKind;
use crate::gazetteer::build::{Fields, check_code, check_name};

const COLUMNS: usize = 4;

/// Reads the lines of either table.
pub(crate) struct AdminCodes;

impl LineParser for AdminCodes {
    fn parse(&self, line: &str, to: &mut Parsed) -> Result<(), String> {
        let [code, name, ascii, id] = cells::<COLUMNS>(line, COLUMNS)?;
        let id: u32 = number(id, "geonameid")?;
        let mut codes = code.splitn(3, '.');
        let country = codes.next().unwrap_or_default();
        let country = country.parse().map_err(|error| format!("code {code:?}: {error}"))?;
        let (Some(admin1), admin2) = (codes.next(), codes.next()) else {
            return Err(format!("code {code:?}: expected country and division, such as IQ.15"));
        };
        for code in [admin1, admin2.unwrap_or_default()] {
            check_code(code).map_err(|error| error.to_string())?;
        }
        let mut names = Vec::with_capacity(2);
        for name in [name, ascii] {
            check_name(name).map_err(|error| error.to_string())?;
            names.push((name, NameKind::Alternate));
        }
        names.dedup();
        let (admin1, admin2) = (division(admin1), admin2.and_then(division));
        to.add(id, &Fields { country: Some(country), admin1, admin2, names, ..Fields::default() });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gazetteer::source::testing::Read;

    #[test]
    fn lines_add_names_and_codes() {
        let read = Read::new("IQ.15\tNīnawá\tNinawa\t99071\nIQ.15.1502\tMosul\tMosul\t7\n", &AdminCodes);
        let records = read.records();
        let (id, nineveh) = &records[0];
        assert_eq!((&**id, nineveh.admin1, nineveh.admin2), ("geonames:99071", Some("15"), None));
        assert_eq!(nineveh.names, [("Nīnawá", NameKind::Alternate), ("Ninawa", NameKind::Alternate)]);
        assert!(nineveh.country.is_some() && nineveh.location.is_none() && nineveh.name.is_none());
        assert_eq!((records[1].1.admin2, records[1].1.names.len()), (Some("1502"), 1));
    }

    #[test]
    fn broken_lines_have_their_numbers_and_reasons() {
        for (line, why) in [
            ("IQ.15\tNinawa\tNinawa", "expected 4 columns, found 3"),
            ("IQ.15\tNinawa\tNinawa\tx", "geonameid \"x\": expected a number"),
            ("IQ\tIraq\tIraq\t99237", "code \"IQ\": expected country and division, such as IQ.15"),
            ("iq.15\tNinawa\tNinawa\t1", "\"iq\" is no country code"),
            ("IQ.1 5\tNinawa\tNinawa\t1", "code \"1 5\": expected at most 20 letters"),
            ("IQ.15\t\tNinawa\t1", "expected a name that isn't empty"),
        ] {
            let read = Read::new(&format!("IQ.1\tA\tA\t1\n{line}\n"), &AdminCodes);
            let faults = read.faults();
            assert!(faults.len() == 1 && faults[0].0 == 2 && faults[0].1.contains(why), "{faults:?}");
        }
    }
}
