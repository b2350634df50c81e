//! Reading a whole gazetteer to see that nothing in it is damaged.

use std::cmp::Reverse;

use super::error::GazetteerError;
use super::feature_class::FeatureClass;
use super::file::GazetteerFile;
use super::index::{
    CountryRow, DetailRow, DivisionRow, FeatureRow, Index, NONE, NamespaceRow, POPULATION_IN_DETAILS, PlaceRow,
    Posting, Section, StringOffset,
};
use super::name::MAX_NAME_BYTES;
use super::place::{CountryCode, NameKind, PlaceIndex};

/// Finds the first fault: first of the checksums, which find any change of the file, then of the references, which find
/// a builder's mistakes.
pub(super) fn verify(gazetteer: &GazetteerFile) -> Result<(), GazetteerError> {
    let index = &gazetteer.index;
    for section in Section::ALL {
        let checked = checksum(index, section);
        checked.map_err(|what| damaged(index, section, what))?;
    }
    for (section, check) in [
        (Section::Metadata, metadata as fn(&GazetteerFile) -> Result<(), String>),
        (Section::Namespaces, namespaces),
        (Section::Features, features),
        (Section::Divisions, divisions),
        (Section::Countries, countries),
        (Section::Details, details),
        (Section::Places, places),
        (Section::Postings, postings),
        (Section::Names, names),
    ] {
        check(gazetteer).map_err(|what| damaged(index, section, what))?;
    }
    Ok(())
}

fn damaged(index: &Index, section: Section, what: String) -> GazetteerError {
    GazetteerError::Damaged { origin: index.origin.clone(), section: section.name(), what }
}

/// `Ok` if the condition holds, and otherwise which row is at fault.
fn expect(holds: bool, row: usize, what: &str) -> Result<(), String> {
    holds.then_some(()).ok_or_else(|| format!("row {row}: {what}"))
}

fn checksum(index: &Index, section: Section) -> Result<(), String> {
    if !index.is_intact(section) {
        return Err("its checksum is not the one in the header".into());
    }
    index.is_padded_with_zeros(section).then_some(()).ok_or_else(|| "expected zeros after its end".into())
}

fn metadata(gazetteer: &GazetteerFile) -> Result<(), String> {
    let text = std::str::from_utf8(gazetteer.index.section(Section::Metadata));
    text.map(|_| ()).map_err(|error| error.to_string())
}

fn is_string(gazetteer: &GazetteerFile, offset: StringOffset) -> bool {
    gazetteer.index.string(offset).is_some()
}

fn namespaces(gazetteer: &GazetteerFile) -> Result<(), String> {
    let rows: &[NamespaceRow] = gazetteer.index.rows(Section::Namespaces);
    for (number, row) in rows.iter().enumerate() {
        let begins = if number == 0 { row.first == 0 } else { rows[number - 1].first < row.first };
        expect(begins, number, "expected a run of places after the one before it")?;
        expect(is_string(gazetteer, row.name), number, "no string of its name")?;
        expect(row.width == NONE || row.width < 16, number, "expected a width of digits")?;
    }
    Ok(())
}

fn features(gazetteer: &GazetteerFile) -> Result<(), String> {
    for (number, row) in gazetteer.index.rows::<FeatureRow>(Section::Features).iter().enumerate() {
        expect(is_string(gazetteer, row.code), number, "no string of its code")?;
        let letter = char::from_u32(row.class).filter(|_| row.class != 0);
        let known = letter.is_none_or(|letter| FeatureClass::from_letter(letter).is_some());
        expect(known, number, "no such feature class")?;
    }
    Ok(())
}

fn divisions(gazetteer: &GazetteerFile) -> Result<(), String> {
    for (number, row) in gazetteer.index.rows::<DivisionRow>(Section::Divisions).iter().enumerate() {
        let known = row.country == [0, 0] || CountryCode::new(row.country).is_some();
        expect(known, number, "no country code")?;
        for code in [row.admin1, row.admin2] {
            expect(code == NONE || is_string(gazetteer, code), number, "no string of its code")?;
        }
        for place in [row.admin1_place, row.admin2_place] {
            expect(place == NONE || exists(gazetteer, place), number, "no such place")?;
        }
    }
    Ok(())
}

fn countries(gazetteer: &GazetteerFile) -> Result<(), String> {
    let rows: &[CountryRow] = gazetteer.index.rows(Section::Countries);
    for (number, row) in rows.iter().enumerate() {
        expect(CountryCode::new(row.code).is_some(), number, "no country code")?;
        expect(number == 0 || rows[number - 1].code < row.code, number, "not in the order of codes")?;
        expect(exists(gazetteer, row.place), number, "no such place")?;
    }
    Ok(())
}

fn details(gazetteer: &GazetteerFile) -> Result<(), String> {
    let rows: &[DetailRow] = gazetteer.index.rows(Section::Details);
    for (number, row) in rows.iter().enumerate() {
        expect(number == 0 || rows[number - 1].place < row.place, number, "not in the order of places")?;
        expect(exists(gazetteer, row.place), number, "no such place")?;
        expect(row.parent == NONE || exists(gazetteer, row.parent), number, "no such parent")?;
    }
    Ok(())
}

fn places(gazetteer: &GazetteerFile) -> Result<(), String> {
    for (number, row) in gazetteer.index.rows::<PlaceRow>(Section::Places).iter().enumerate() {
        let index = PlaceIndex(number as u32);
        expect(gazetteer.get(index).is_some(), number, "a string, feature, division or coordinate that doesn't exist")?;
        let counted = row.population != POPULATION_IN_DETAILS || gazetteer.detail(index).is_some();
        expect(counted, number, "no details with its population")?;
    }
    Ok(())
}

fn postings(gazetteer: &GazetteerFile) -> Result<(), String> {
    let rows: &[Posting] = gazetteer.index.rows(Section::Postings);
    for (number, row) in rows.iter().enumerate() {
        expect(exists(gazetteer, row.place()), number, "no such place")?;
        expect(NameKind::from_number(row.kind()).is_some(), number, "no such kind of name")?;
    }
    expect(rows.last().is_none_or(|row| row.is_last()), rows.len(), "expected the last posting of a key")
}

/// No key is longer than this: folding makes ten times more of the longest name at most.
const MAX_KEY_BYTES: usize = 16 * MAX_NAME_BYTES;

/// Every key's postings begin where those of the key before it end, and stand in the order of candidates.
fn names(gazetteer: &GazetteerFile) -> Result<(), String> {
    let map = gazetteer.index.names().ok_or("no map of names")?;
    let mut expected = 0;
    let mut keys = 0;
    map.walk(MAX_KEY_BYTES, |key, first| {
        let postings = gazetteer.index.postings(first);
        let key = || String::from_utf8_lossy(key);
        if first != expected || postings.is_empty() {
            return Err(format!("key {:?}: expected postings from row {expected}, found row {first}", key()));
        }
        if !postings.is_sorted_by_key(|posting| order(gazetteer, posting.place())) {
            return Err(format!("key {:?}: expected its postings by priority, importance and place", key()));
        }
        expected += postings.len() as u64;
        keys += 1;
        Ok(())
    })?;
    if keys != map.keys() {
        return Err(format!("it says that it has {} keys and has {keys}", map.keys()));
    }
    let found = gazetteer.index.rows::<Posting>(Section::Postings).len();
    (expected == found as u64).then_some(()).ok_or_else(|| format!("it leads to {expected} postings of {found}"))
}

/// What the postings of a key are sorted by.
fn order(gazetteer: &GazetteerFile, index: u32) -> (Reverse<(i32, u32)>, u32) {
    let place = gazetteer.read(PlaceIndex(index));
    (Reverse(place.map_or((0, 0), |place| (place.priority, place.importance()))), index)
}

fn exists(gazetteer: &GazetteerFile, place: u32) -> bool {
    place < gazetteer.len()
}
