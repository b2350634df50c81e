//! `hierarchy.txt` of GeoNames: lines of a parent's number, a child's and the kind of their relation, parted by tabs.
//!
//! Of the kinds, only `ADM` says that the child is a part of the parent; others are people's own. It says more than the
//! codes of the dump do: which continent a country is in, the third-level division of a fourth-level one, the sovereign of
//! a dependency. Where it says the same as the codes, nothing of it is stored.

use super::lines::{LineParser, Parsed, cells, number};
use crate::gazetteer::build::Fields;

const COLUMNS: usize = 3;
const FEWEST: usize = 2;

/// The kind of relation that is one of parts.
const OF_PARTS: &str = "ADM";

/// Reads the lines of the table.
pub(crate) struct Hierarchy;

impl LineParser for Hierarchy {
    fn parse(&self, line: &str, to: &mut Parsed) -> Result<(), String> {
        let [parent, child] = cells::<FEWEST>(line, COLUMNS)?;
        let (parent, child) = (number(parent, "parent")?, number(child, "child")?);
        if line.split('\t').nth(FEWEST) == Some(OF_PARTS) {
            to.add(child, &Fields { parent: Some(parent), ..Fields::default() });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gazetteer::source::testing::Read;

    #[test]
    fn only_parts_have_parents() {
        let read = Read::new("6255147\t99237\tADM\n1\t99237\tcuisine\n2\t99237\n3\t99237\t\n", &Hierarchy);
        assert!(read.faults().is_empty() && read.parsed[0].has_parents);
        let records = read.records();
        assert_eq!(records.len(), 1);
        assert_eq!((&*records[0].0, records[0].1.parent), ("geonames:99237", Some(6_255_147)));
    }

    #[test]
    fn broken_lines_have_their_numbers_and_reasons() {
        for (line, why) in [
            ("1", "expected 2 to 3 columns, found 1"),
            ("x\t1\tADM", "parent \"x\": expected a number"),
            ("1\t-1\tADM", "child \"-1\": expected a number"),
        ] {
            let read = Read::new(&format!("1\t2\tADM\n{line}\n"), &Hierarchy);
            let faults = read.faults();
            assert!(faults.len() == 1 && faults[0].0 == 2 && faults[0].1.contains(why), "{faults:?}");
        }
    }
}
