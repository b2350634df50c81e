//! `alternateNamesV2` of GeoNames: names of places with their language and kind, which the main dump doesn't tell.
//!
//! Lines of ten cells parted by tabs: the name's number, the place's number, language, name, four flags (preferred,
//! short, colloquial, historic), from and to; older tables lack the last ones.
//!
//! What stands for a language but isn't one:
//!
//! | `isolanguage` | what becomes of it |
//! |---|---|
//! | empty | a name in any language: kept |
//! | `abbr` | an abbreviation: kept |
//! | `piny` | Pinyin with tones, which is what newspapers print, less the tones: kept |
//! | `fr_1793` | names of the French Revolution: historic |
//! | `phon` | phonetic transcriptions, not written in any text: left out |
//! | `link`, `wkdt` | addresses and numbers of pages about the place: left out |
//! | `post`, `iata`, `icao`, `faac`, `unlc`, `tcid` | codes of post offices, airports, ports: left out, since what looks like one in a newspaper (`BUS`, `SEA`, `ICE`) is mostly something else |
//!
//! The main dump has many of these among the alternates, without saying of what kind. What is left out here is left out
//! there too, and what is known here is of the kind that it has here.

use super::lines::{LineParser, Parsed, cells, number};
use super::script;
use crate::gazetteer::NameKind;
use crate::gazetteer::build::{Fields, Filter, Scripts, check_name};

/// With this many columns a line is whole; with at least [`FEWEST`] it is of an older table.
const COLUMNS: usize = 10;
const FEWEST: usize = 4;

/// Languages that aren't, whose names stand among the alternates of the main dump.
const CODES: [&str; 7] = ["post", "iata", "icao", "faac", "unlc", "tcid", "phon"];

/// Languages that aren't, whose names don't.
const PAGES: [&str; 2] = ["link", "wkdt"];

/// Reads the lines of the table.
pub(crate) struct AlternateNames<'f> {
    pub(crate) filter: &'f Filter,
}

impl LineParser for AlternateNames<'_> {
    fn parse(&self, line: &str, to: &mut Parsed) -> Result<(), String> {
        let [_, id, language, spelling] = cells::<FEWEST>(line, COLUMNS)?;
        let id: u32 = number(id, "geonameid")?;
        if PAGES.contains(&language) {
            to.left_out.names += 1;
            return Ok(());
        }
        check_name(spelling).map_err(|error| error.to_string())?;
        if CODES.contains(&language) || !self.filter.admits_language(language) {
            to.left_out.names += 1;
            to.add(id, &Fields { unwanted: vec![spelling], ..Fields::default() });
        } else if self.filter.scripts == Scripts::Latin && !script::is_latin(spelling) {
            to.left_out.names += 1;
        } else {
            let flags: Vec<&str> = line.split('\t').skip(FEWEST).collect();
            to.add(id, &Fields { names: vec![(spelling, kind(language, &flags))], ..Fields::default() });
        }
        Ok(())
    }
}

/// The kind of a name by its language and flags: whether preferred, short, colloquial, historic, and from and to when.
fn kind(language: &str, flags: &[&str]) -> NameKind {
    let has = |flag: usize| flags.get(flag).is_some_and(|cell| *cell == "1");
    let ended = flags.get(5).is_some_and(|cell| !cell.is_empty());
    if has(3) || ended || language == "fr_1793" {
        NameKind::Historic
    } else if language == "abbr" {
        NameKind::Abbreviation
    } else if has(1) {
        NameKind::Short
    } else {
        NameKind::Alternate
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gazetteer::source::testing::Read;

    fn one(line: &str, filter: &Filter) -> (Vec<(String, NameKind)>, Vec<String>) {
        let read = Read::new(line, &AlternateNames { filter });
        assert!(read.faults().is_empty(), "{:?}", read.faults());
        let records = read.records();
        assert!(records.iter().all(|(id, _)| id == "geonames:1275339"));
        let names =
            records.iter().flat_map(|(_, fields)| &fields.names).map(|(name, kind)| ((*name).to_owned(), *kind));
        let unwanted = records.iter().flat_map(|(_, fields)| &fields.unwanted).map(|name| (*name).to_owned());
        (names.collect(), unwanted.collect())
    }

    #[test]
    fn flags_tell_the_kind() {
        for (line, kind) in [
            ("1\t1275339\ten\tMumbai\t1\t\t\t\t\t", NameKind::Alternate),
            ("1\t1275339\ten\tBombay\t\t\t\t1\t\t", NameKind::Historic),
            ("1\t1275339\ten\tBombay\t\t1\t\t1\t\t", NameKind::Historic),
            ("1\t1275339\ten\tBombay\t\t\t\t\t1672\t1995", NameKind::Historic),
            ("1\t1275339\ten\tCity of Dreams\t\t\t1\t\t\t", NameKind::Alternate),
            ("1\t1275339\ten\tMum\t\t1\t\t\t\t", NameKind::Short),
            ("1\t1275339\tabbr\tBOM\t\t\t\t\t\t", NameKind::Abbreviation),
            ("1\t1275339\tpiny\tMèngmǎi\t\t\t\t\t\t", NameKind::Alternate),
            ("1\t1275339\tfr_1793\tBombaye\t\t\t\t\t\t", NameKind::Historic),
            ("1\t1275339\t\tMumbay\t\t\t\t", NameKind::Alternate),
            ("1\t1275339\t\tMumbay", NameKind::Alternate),
        ] {
            let (names, unwanted) = one(line, &Filter::default());
            assert!(names.len() == 1 && names[0].1 == kind && unwanted.is_empty(), "{line}: {names:?}");
        }
    }

    #[test]
    fn codes_are_no_names() {
        for code in CODES {
            let (names, unwanted) = one(&format!("1\t1275339\t{code}\tBOM\t\t\t\t\t\t"), &Filter::default());
            assert_eq!((names, unwanted), (vec![], vec!["BOM".to_owned()]), "{code}");
        }
        assert_eq!(one("1\t1275339\tlink\thttp://x\t\t\t\t\t\t", &Filter::default()), (vec![], vec![]));
    }

    #[test]
    fn languages_and_scripts_are_filtered() {
        let languages = Some(vec!["en".to_owned(), "zh".to_owned()]);
        let filter = Filter { languages, ..Filter::default() };
        for (language, name, kept) in
            [("en", "Mumbai", 1), ("", "Mumbai", 1), ("abbr", "BOM", 1), ("zh-Hant", "Mengmai", 1), ("de", "Bombay", 0)]
        {
            let (names, unwanted) = one(&format!("1\t1275339\t{language}\t{name}\t\t\t\t\t\t"), &filter);
            assert_eq!((names.len(), unwanted.len()), (kept, 1 - kept), "{language}");
        }
        assert_eq!(one("1\t1275339\tmr\tमुंबई\t\t\t\t\t\t", &Filter::default()), (vec![], vec![]));
        let all = Filter { scripts: Scripts::All, ..Filter::default() };
        assert_eq!(one("1\t1275339\tmr\tमुंबई\t\t\t\t\t\t", &all).0.len(), 1);
    }

    #[test]
    fn broken_lines_have_their_numbers_and_reasons() {
        for (line, why) in [
            ("1\t1275339\ten", "expected 4 to 10 columns, found 3"),
            ("1\tx\ten\tMumbai\t\t\t\t\t\t", "geonameid \"x\": expected a number"),
            ("1\t1275339\ten\t \t\t\t\t\t\t", "expected a name that isn't empty"),
            ("1\t1275339\ten\t\u{1}\t\t\t\t\t\t", "expected a name that isn't empty"),
        ] {
            let read = Read::new(&format!("1\t1\ten\tA\n{line}\n"), &AlternateNames { filter: &Filter::default() });
            let faults = read.faults();
            assert!(faults.len() == 1 && faults[0].0 == 2 && faults[0].1.contains(why), "{faults:?}");
        }
    }
}
