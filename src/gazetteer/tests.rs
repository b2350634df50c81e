use proptest::prelude::*;

use super::build::{Builder, PlaceInput};
use super::index::Section;
use super::testing::{file, gazetteer, place, ten_places};
use super::*;
use crate::geo::{Kilometers, LatLon};

/// Id, kind and fold of what a name finds.
fn found(gazetteer: &Gazetteer, name: &str) -> Vec<(String, NameKind, Fold)> {
    let candidates = gazetteer.lookup(name).into_iter();
    candidates.map(|found| (gazetteer.place(found.place).id.to_string(), found.kind, found.fold)).collect()
}

fn first(name: &str) -> Option<(String, NameKind, Fold)> {
    found(&gazetteer(ten_places()), name).into_iter().next()
}

#[test]
fn names_match_exactly_folded_or_loosely() {
    use Fold::{Exact, Folded, Loose};
    use NameKind::{Abbreviation, Alternate, Demonym, Official, Unknown};
    for (name, id, kind, fold) in [
        ("Mosul", "geonames:99072", Official, Exact),
        (" Mosul ", "geonames:99072", Official, Exact),
        ("MOSUL", "geonames:99072", Official, Folded),
        ("al-Mawsil", "geonames:99072", Alternate, Folded),
        ("Mawsil", "geonames:99072", Alternate, Loose),
        ("الموصل", "geonames:99072", Unknown, Exact),
        ("City of Mosul", "geonames:99072", Official, Loose),
        ("Mosul’s", "geonames:99072", Official, Loose),
        ("al-Bir", "dateline:al-bir", Official, Folded),
        ("Nineveh", "geonames:99071", Official, Loose),
        ("Nineveh province", "geonames:99071", Official, Loose),
        ("Ninawa", "geonames:99071", Unknown, Folded),
        ("Iraqi", "geonames:99237", Demonym, Exact),
        ("U.S.", "geonames:6252001", Abbreviation, Exact),
        ("US", "geonames:6252001", Abbreviation, Folded),
        ("the United States", "geonames:6252001", Official, Loose),
        ("St Louis", "geonames:4407066", Official, Folded),
        ("Saint Louis", "geonames:4407066", Official, Loose),
        ("the Persian Gulf", "dateline:persian-gulf", Official, Loose),
    ] {
        assert_eq!(first(name), Some((id.to_owned(), kind, fold)), "{name}");
    }
    for name in ["", " ", "'", "Bir", "Mosul province", "Atlantis", "Springfield County"] {
        assert_eq!(first(name), None, "{name}");
    }
    assert_eq!(first(&"Mosul ".repeat(1000)), None);
}

#[test]
fn a_spelling_is_exact_only_for_its_own_place() {
    let gazetteer = gazetteer([
        place("geonames:1", "São Paulo", "P.PPLA", (-23.5, -46.6), "BR", 10_000_000),
        place("geonames:2", "Sao Paulo", "P.PPL", (-5.0, -40.0), "BR", 500),
    ]);
    let folds = |name: &str| found(&gazetteer, name).into_iter().map(|(id, _, fold)| (id, fold)).collect::<Vec<_>>();
    let (big, small) = ("geonames:1".to_owned(), "geonames:2".to_owned());
    assert_eq!(folds("São Paulo"), [(big.clone(), Fold::Exact), (small.clone(), Fold::Folded)]);
    assert_eq!(folds("Sa\u{303}o Paulo"), folds("São Paulo"));
    assert_eq!(folds("Sao Paulo"), [(small, Fold::Exact), (big, Fold::Folded)]);
}

#[test]
fn candidates_stand_by_fold_then_importance_then_id() {
    let mut places = ten_places();
    places.push(place("geonames:7", "SPRINGFIELD", "P.PPL", (0.0, 0.0), "AU", 9_000_000));
    places.push(place("geonames:9", "Springfield", "P.PPL", (0.0, 1.0), "AU", 0));
    places.push(place("geonames:8", "Springfield", "P.PPL", (0.0, 2.0), "AU", 0));
    let gazetteer = gazetteer(places);
    let ids: Vec<_> = found(&gazetteer, "Springfield").into_iter().map(|(id, ..)| id).collect();
    let expected = ["4409896", "4951788", "4250542", "8", "9", "7"].map(|id| format!("geonames:{id}"));
    assert_eq!(ids, expected);
}

#[test]
fn priority_comes_before_importance() {
    let springfield = |id: &str, population: u64, priority: i32| {
        let place = place(id, "Springfield", "P.PPL", (0.0, 0.0), "US", population);
        PlaceInput { priority: Some(priority), ..place }
    };
    let gazetteer = gazetteer([
        springfield("geonames:1", 9_000_000, -1),
        springfield("geonames:2", 10, 0),
        springfield("geonames:3", 100, 0),
        springfield("geonames:4", 1, i32::MAX),
        springfield("geonames:5", u64::MAX, i32::MIN),
    ]);
    gazetteer.verify().unwrap();
    let found: Vec<_> = gazetteer.lookup("Springfield").iter().map(|found| gazetteer.place(found.place)).collect();
    let expected = [(4, i32::MAX), (3, 0), (2, 0), (1, -1), (5, i32::MIN)];
    let found: Vec<_> = found.iter().map(|place| (place.id.to_string(), place.priority)).collect();
    assert_eq!(found, expected.map(|(id, priority)| (format!("geonames:{id}"), priority)));
    // The postings stand so in the file.
    let first = gazetteer.file.index.names().unwrap().get(b"springfield").unwrap();
    let postings = gazetteer.file.index.postings(first).iter().map(|posting| posting.place());
    assert!(postings.eq([3, 2, 1, 0, 4]));
}

#[test]
fn places_know_what_they_are_a_part_of() {
    let within = |admin1: &str, admin2: Option<&str>, place: PlaceInput| PlaceInput {
        admin1: Some(admin1.to_owned()),
        admin2: admin2.map(str::to_owned),
        ..place
    };
    let gazetteer = gazetteer([
        place("geonames:1", "Iraq", "A.PCLI", (33.0, 44.0), "IQ", 0),
        within("15", None, place("geonames:2", "Nineveh", "A.ADM1", (36.0, 42.5), "IQ", 0)),
        within("15", Some("1502"), place("geonames:3", "Mosul District", "A.ADM2", (36.0, 43.0), "IQ", 0)),
        within("15", Some("1502"), place("geonames:4", "Mosul", "P.PPLA", (36.3, 43.1), "IQ", 0)),
        within("15", Some("9999"), place("geonames:5", "Sinjar", "P.PPL", (36.3, 41.9), "IQ", 0)),
        within("16", Some("1502"), place("geonames:6", "Elsewhere", "P.PPL", (33.3, 44.4), "IQ", 0)),
        place("geonames:7", "Atlantis", "P.PPL", (30.0, -40.0), "", 0),
    ]);
    gazetteer.verify().unwrap();
    let known = |id: u32| {
        let place = gazetteer.place(gazetteer.by_id(&format!("geonames:{id}")).unwrap());
        let number = |index: Option<PlaceIndex>| index.map_or(0, |index| index.get() + 1);
        (number(place.admin1), number(place.admin2), number(place.parent), place.admin2_code)
    };
    assert_eq!(known(1), (0, 0, 0, None));
    assert_eq!(known(2), (2, 0, 1, None));
    assert_eq!(known(3), (2, 3, 2, Some("1502")));
    assert_eq!(known(4), (2, 3, 3, Some("1502")));
    assert_eq!(known(5), (2, 0, 2, Some("9999")));
    assert_eq!(known(6), (0, 0, 1, Some("1502")));
    assert_eq!(known(7), (0, 0, 0, None));
}

#[test]
fn a_place_stands_once_by_its_best_name() {
    let us = place("geonames:1", "U.S.", "A.PCLI", (39.0, -98.0), "US", 0)
        .with_name("US", NameKind::Unknown)
        .with_name("US", NameKind::Abbreviation)
        .with_name("The US", NameKind::Historic);
    let gazetteer = gazetteer([us]);
    let only = |kind, fold| vec![("geonames:1".to_owned(), kind, fold)];
    assert_eq!(found(&gazetteer, "US"), only(NameKind::Abbreviation, Fold::Exact));
    assert_eq!(found(&gazetteer, "us"), only(NameKind::Official, Fold::Folded));
    assert_eq!(found(&gazetteer, "The US"), only(NameKind::Historic, Fold::Exact));
}

#[test]
fn loose_matches_keep_to_their_class_and_country() {
    let gazetteer = gazetteer([
        place("geonames:1", "Oklahoma", "A.ADM1", (35.5, -97.5), "US", 3_900_000),
        place("geonames:2", "Oklahoma City", "P.PPLA", (35.47, -97.5), "US", 681_000),
        place("geonames:3", "Quebec", "P.PPLA", (46.8, -71.2), "CA", 528_000),
        place("geonames:4", "Salvador", "P.PPLA", (-13.0, -38.5), "BR", 2_700_000),
        place("geonames:5", "El Salvador", "A.PCLI", (13.8, -88.9), "SV", 6_400_000),
        place("geonames:7", "Oklahoma Mills", "P.PPL", (35.6, -97.0), "US", 0)
            .with_name("City of Oklahoma", NameKind::Unknown),
        place("geonames:6", "Saint John", "P.PPL", (45.3, -66.1), "CA", 58_000),
    ]);
    let ids = |name: &str| found(&gazetteer, name).into_iter().map(|(id, ..)| id).collect::<Vec<_>>();
    assert_eq!(ids("Oklahoma City"), ["geonames:2"]);
    assert_eq!(ids("Oklahoma"), ["geonames:1"]);
    assert!(ids("Quebec province").is_empty());
    assert_eq!(ids("Quebec city"), ["geonames:3"]);
    assert_eq!(ids("El Salvador"), ["geonames:5"]);
    assert_eq!(ids("Salvador"), ["geonames:4"]);
    assert!(ids("St. John's").is_empty());
    assert_eq!(ids("St. John"), ["geonames:6"]);
}

#[test]
fn more_is_given_up_only_where_nothing_else_is_found() {
    let gazetteer = gazetteer([
        place("geonames:1", "Iraq", "A.PCLI", (33.0, 44.0), "IQ", 38_000_000),
        place("geonames:2", "North Carolina", "A.ADM1", (35.5, -80.0), "US", 10_000_000),
        place("geonames:3", "Carolina", "P.PPL", (18.4, -65.9), "PR", 170_000),
        place("geonames:4", "Haverhill", "P.PPL", (42.8, -71.1), "US", 4_000),
        place("geonames:5", "Dayr az Zawr", "P.PPLA", (35.3, 40.1), "SY", 240_000),
        place("geonames:6", "As Sulaymānīyah", "P.PPLA", (35.6, 45.4), "IQ", 720_000),
        place("geonames:7", "Durham County", "A.ADM2", (36.0, -78.9), "US", 300_000),
        place("geonames:8", "Sulaymania", "P.PPL", (40.0, -80.0), "US", 100),
    ]);
    let found = |name: &str| found(&gazetteer, name).into_iter().map(|(id, _, fold)| (id, fold)).collect::<Vec<_>>();
    for (name, number, fold) in [
        ("northern Iraq", 1, Fold::Loose),
        ("North Carolina", 2, Fold::Exact),
        ("south-eastern Carolina", 3, Fold::Loose),
        ("Deir Ezzor", 5, Fold::Transliterated),
        ("northern Deir ez-Zor", 5, Fold::Transliterated),
        ("Dayr ez-Zawr", 5, Fold::Loose),
        ("Suleimaniyeh", 6, Fold::Transliterated),
        ("Suleimaniyeh city", 6, Fold::Transliterated),
        ("County Durham", 7, Fold::Loose),
        ("Durham", 7, Fold::Loose),
    ] {
        assert_eq!(found(name), [(format!("geonames:{number}"), fold)], "{name}");
    }
    for name in ["North Haverhill", "Suleimaniyeh province"] {
        assert_eq!(found(name), [], "{name}");
    }
}

#[test]
fn misspelt_names_are_found_only_when_asked_for() {
    let gazetteer = gazetteer(ten_places());
    let fuzzy = |name: &str| {
        let found = gazetteer.lookup_fuzzy(name).into_iter();
        found.map(|found| (gazetteer.place(found.place).name, found.fold)).collect::<Vec<_>>()
    };
    let at = |distance| Fold::Fuzzy { distance };
    assert_eq!(fuzzy("Mosull"), [("Mosul", at(1))]);
    assert_eq!(fuzzy("Msoul"), [("Mosul", at(1))]);
    assert_eq!(fuzzy("Ninevah province"), [("Nineveh Governorate", at(1))]);
    assert_eq!(fuzzy("Srpingfeild").len(), 3);
    assert_eq!(fuzzy("Srpingfeild")[0], ("Springfield", at(2)));
    assert_eq!(gazetteer.place(gazetteer.lookup_fuzzy("Sprinfield")[0].place).population, Some(166_810));
    for name in ["Mosul", "Nosul", "Iraw", "", "Mssull", "Atlantis"] {
        assert_eq!(fuzzy(name), [], "{name}");
    }
    assert!(gazetteer.lookup("Msoul").is_empty());
}

#[test]
fn places_have_all_that_was_put_in() {
    let gazetteer = gazetteer(ten_places());
    let mosul = gazetteer.place(gazetteer.by_id("geonames:99072").unwrap());
    assert_eq!((mosul.name, mosul.feature, mosul.class), ("Mosul", "PPLA", FeatureClass::Populated));
    assert_eq!(mosul.location, LatLon { lat: 36.335, lon: 43.11889 });
    assert_eq!(mosul.population, Some(1_683_000));
    assert_eq!((mosul.admin1_code, mosul.radius), (Some("15"), None));
    let nineveh = gazetteer.place(mosul.admin1.unwrap());
    assert_eq!((nineveh.name, nineveh.admin1), ("Nineveh Governorate", Some(nineveh.index)));
    let iraq = gazetteer.place(gazetteer.country("IQ".parse().unwrap()).unwrap());
    assert_eq!((iraq.name, iraq.admin1, iraq.admin1_code), ("Iraq", None, None));
    assert_eq!(gazetteer.country("FR".parse().unwrap()), None);
    let gulf = gazetteer.place(gazetteer.by_id("dateline:persian-gulf").unwrap());
    assert_eq!((gulf.country, gulf.population, gulf.radius), (None, None, Some(Kilometers(400.0))));
    let st_louis = gazetteer.place(gazetteer.by_id("geonames:4407066").unwrap());
    assert_eq!((st_louis.admin1, st_louis.admin1_code), (None, Some("MO")));
    for id in ["geonames:1", "geonames:099072", "geonames:+99072", "fips:1", "Mosul", "dateline:", ":"] {
        assert_eq!(gazetteer.by_id(id), None, "{id}");
    }
    assert_eq!(gazetteer.get(PlaceIndex(10)), None);
}

#[test]
fn ids_populations_and_coordinates_come_back_as_they_were() {
    let mut asia = place("geonames:6255147", "Asia", "L.CONT", (29.84, 89.29), "", 4_835_000_000);
    asia.radius = Some(Kilometers(0.0));
    let places = [
        asia,
        place("fips:01001", "Autauga County", "A.ADM2", (-90.0, -180.0), "US", u64::MAX),
        place("fips:21125", "Laurel County", "A.ADM2", (90.0, 180.0), "US", u64::from(u32::MAX) - 1),
        place("mixed:7", "Seven", "", (0.0, 0.0), "", 0),
        place("mixed:007", "Bond", "", (0.0, 0.0), "", 0),
        place("dateline:sahel", "Sahel", "L.RGN", (15.0, 0.0), "", 0),
    ];
    let gazetteer = gazetteer(places.clone());
    gazetteer.verify().unwrap();
    for input in places {
        let found = gazetteer.place(gazetteer.by_id(&input.id).unwrap());
        assert_eq!(found.id.to_string(), input.id);
        let known = (found.name, found.location, found.population, found.class);
        assert_eq!(known, (&*input.name, input.location, input.population, input.class));
        assert_eq!(found.radius, input.radius);
    }
}

#[test]
fn info_says_what_is_in_the_file() {
    let gazetteer = gazetteer(ten_places());
    let info = gazetteer.info();
    assert_eq!((info.version, info.places, gazetteer.len()), (2, 10, 10));
    assert_eq!((info.checksum, info.tables), (gazetteer.file.index.checksum, vec![]));
    assert!(info.keys > 10 && info.postings > info.keys);
    assert_eq!(info.sources[0].licence, "CC0-1.0");
    assert!(info.sections.iter().map(|(_, bytes)| bytes).sum::<usize>() < info.file_bytes);
}

#[test]
fn an_empty_gazetteer_finds_nothing() {
    let gazetteer = gazetteer([]);
    gazetteer.verify().unwrap();
    assert!(gazetteer.is_empty() && gazetteer.lookup("Mosul").is_empty());
}

#[test]
fn a_gazetteer_is_shared_between_threads() {
    fn is_shared<T: Send + Sync>() {}
    is_shared::<Gazetteer>();
}

/// Opens, verifies and uses every part of a file, whatever is in it. Whether a fault was found.
fn exercise(bytes: &[u8]) -> bool {
    let Ok(gazetteer) = Gazetteer::from_bytes(bytes) else {
        return true;
    };
    for name in ["Mosul", "al-Mawsil", "Springfield", "the U.S.", "Nineveh province", "Persian Gulf", "الموصل"] {
        for candidate in gazetteer.lookup(name) {
            let place = gazetteer.get(candidate.place);
            let admin1 = place.and_then(|place| place.admin1).map(|admin1| gazetteer.place(admin1).name);
            std::hint::black_box((place.map(|place| place.id.to_string()), admin1));
        }
    }
    let parents = gazetteer.places().filter_map(|place| Some(gazetteer.get(place.parent?)?.name)).count();
    std::hint::black_box(parents);
    let country = gazetteer.country("IQ".parse().unwrap()).map(|country| gazetteer.place(country).name);
    std::hint::black_box((country, gazetteer.info(), gazetteer.by_id("dateline:al-bir")));
    std::hint::black_box(gazetteer.places().count());
    gazetteer.verify().is_err()
}

#[test]
fn a_truncated_file_is_refused_at_every_length() {
    let whole = file(ten_places());
    for length in 0..whole.len() {
        let error = Gazetteer::from_bytes(&whole[..length]).expect_err("refused");
        assert!(matches!(error, GazetteerError::Length { found, .. } if found == length as u64), "{length}: {error}");
    }
    let longer = [&whole[..], &[0; 8]].concat();
    assert!(matches!(Gazetteer::from_bytes(&longer), Err(GazetteerError::Length { .. })));
}

#[test]
fn every_changed_byte_is_found_and_does_no_harm() {
    let whole = file(ten_places());
    assert!(!exercise(&whole));
    for position in 0..whole.len() {
        for change in [0x01, 0x80, 0xff] {
            let mut changed = whole.clone();
            changed[position] ^= change;
            assert!(exercise(&changed), "byte {position} changed by {change:#x} was not found");
        }
    }
}

/// A short run of what the fuzz target in `tests/fuzz` does for longer.
#[test]
fn damaged_files_with_right_headers_do_no_harm() {
    let names = "Mosul\tal-Mawsil\tSpringfeild\tthe U.S.\tNineveh province\tIQ\tdateline:al-bir\n";
    let whole = [names.as_bytes(), &file(ten_places())].concat();
    assert_eq!(index::repaired(&whole[names.len()..]), whole[names.len()..]);
    fuzzing::exercise(&whole);
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    let mut below = |limit: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random >> 16) as usize % limit
    };
    for _ in 0..2_000 {
        let mut changed = whole.clone();
        for _ in 0..1 + below(8) {
            let position = below(changed.len());
            match below(4) {
                0 => changed[position] = below(256) as u8,
                1 => changed[position] ^= 1 << below(8),
                2 => changed.copy_within(position..(position + 24).min(whole.len()), below(whole.len() - 24)),
                _ => changed.truncate(position.max(names.len())),
            }
            if changed.len() < whole.len() {
                break;
            }
        }
        fuzzing::exercise(&changed);
    }
}

/// Sets a section's bytes and mends the checksums, as a faulty builder would: what the checksums cannot find.
#[test]
fn wrong_references_with_right_checksums_are_found_and_do_no_harm() {
    let whole = file(ten_places());
    for section in Section::ALL {
        let length = Gazetteer::from_bytes(&whole).unwrap().file.index.section(section).len();
        for position in 0..length {
            let gazetteer = Gazetteer::from_bytes(&whole).unwrap();
            let mut sections = Section::ALL.map(|section| gazetteer.file.index.section(section).to_vec());
            sections[section as usize][position] ^= 0xff;
            exercise(&index::assemble(sections.each_ref().map(Vec::as_slice)));
        }
    }
}

#[test]
fn a_file_of_another_version_is_refused_with_a_remedy() {
    let mut bytes = file(ten_places());
    bytes[8] = 3;
    let later = Gazetteer::from_bytes(&bytes).unwrap_err().to_string();
    assert!(later.contains("version 3") && later.contains("reads version 2"), "{later}");
    // Made by the version that wrote it.
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/gazetteer/version-1.gaz");
    let former = Gazetteer::open(path).unwrap_err().to_string();
    assert!(former.contains("version 1") && former.contains("reads version 2"), "{former}");
    for error in [later, former] {
        assert!(error.contains("build it again"), "{error}");
    }
}

#[test]
fn messages_say_which_file_and_are_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("empty.gaz"), []).unwrap();
    std::fs::write(path("text.gaz"), "geonameid\tname\n").unwrap();
    let whole = file(ten_places());
    std::fs::write(path("short.gaz"), &whole[..whole.len() - 8]).unwrap();
    std::fs::write(path("header.gaz"), [&whole[..16], &[7], &whole[17..]].concat()).unwrap();
    for (name, problem) in [
        ("missing.gaz", "no such file"),
        (".", "is a folder"),
        ("empty.gaz", "expected 272 bytes, found 0"),
        ("short.gaz", "truncated or extended: expected"),
        ("text.gaz", "not a gazetteer"),
        ("header.gaz", "damaged header"),
    ] {
        let message = Gazetteer::open(path(name)).unwrap_err().to_string();
        assert!(message.contains(problem) && message.contains(name), "{message}");
        assert!(!message.contains('\n') && message.contains(&folder.path().display().to_string()), "{message}");
    }
    std::fs::write(path("whole.gaz"), &whole).unwrap();
    let gazetteer = Gazetteer::open(path("whole.gaz")).unwrap();
    gazetteer.verify().unwrap();
    assert_eq!(gazetteer.lookup("Mosul").len(), 1);
}

#[test]
fn embedded_bytes_must_be_aligned() {
    let whole = file(ten_places());
    let words: &'static mut [u64] = vec![0u64; whole.len() / 8 + 1].leak();
    let bytes: &'static mut [u8] = bytemuck::cast_slice_mut(words);
    bytes[8..].copy_from_slice(&whole);
    let bytes: &'static [u8] = bytes;
    assert_eq!(Gazetteer::from_static(&bytes[8..]).unwrap().lookup("Mosul").len(), 1);
    assert!(matches!(Gazetteer::from_static(&bytes[9..]), Err(GazetteerError::Misaligned { expected: 8, .. })));
}

proptest! {
    #[test]
    fn any_name_can_be_looked_up(name in any::<String>()) {
        let mut builder = Builder::new();
        builder.add(PlaceInput::new("geonames:1", "Mosul", LatLon { lat: 36.0, lon: 43.0 })).unwrap();
        let mut file = Vec::new();
        builder.finish(&mut file).unwrap();
        Gazetteer::from_bytes(&file).unwrap().lookup(&name);
    }

    #[test]
    fn any_name_put_in_is_found_exactly(name in "[\\PC]{0,20}[a-zA-Z]") {
        let gazetteer = gazetteer([place("geonames:1", &name, "P.PPL", (0.0, 0.0), "IQ", 0)]);
        gazetteer.verify().unwrap();
        prop_assert_eq!(first_fold(&gazetteer, &name), Some(Fold::Exact));
    }
}

fn first_fold(gazetteer: &Gazetteer, name: &str) -> Option<Fold> {
    gazetteer.lookup(name).first().map(|candidate| candidate.fold)
}
