use proptest::prelude::*;

use super::*;
use crate::gazetteer::testing::{place, ten_places};
use crate::gazetteer::{FeatureClass, Fold, Gazetteer, NameKind};
use crate::geo::LatLon;

fn bytes(places: impl IntoIterator<Item = PlaceInput>) -> Vec<u8> {
    let mut builder = Builder::new();
    places.into_iter().for_each(|place| builder.add(place).unwrap());
    let mut bytes = Vec::new();
    builder.finish(&mut bytes).unwrap();
    bytes
}

#[test]
fn a_higher_layer_counts_and_names_are_united() {
    let below =
        place("geonames:1", "Turkey", "A.PCLI", (39.0, 35.0), "TR", 80_000_000).with_name("TR", NameKind::Unknown);
    let mut above = place("geonames:1", "Türkiye", "", (38.9, 35.2), "", 0).with_name("Turkish", NameKind::Demonym);
    above.layer = 1;
    let file = bytes([above.clone(), below.clone()]);
    assert_eq!(file, bytes([below, above]));
    let gazetteer = Gazetteer::from_bytes(&file).unwrap();
    assert_eq!(gazetteer.len(), 1);
    let merged = gazetteer.place(gazetteer.by_id("geonames:1").unwrap());
    assert_eq!((merged.name, merged.feature, merged.class), ("Türkiye", "PCLI", FeatureClass::Administrative));
    assert_eq!(merged.location, LatLon { lat: 38.9, lon: 35.2 });
    assert_eq!(merged.population, Some(80_000_000));
    for (name, kind) in [("Turkey", NameKind::Alternate), ("Turkish", NameKind::Demonym), ("TR", NameKind::Unknown)] {
        let found = gazetteer.lookup(name)[0];
        assert_eq!((found.kind, found.fold), (kind, Fold::Exact), "{name}");
    }
}

#[test]
fn countries_are_the_records_of_today() {
    let places = [
        place("geonames:1", "Yugoslavia", "A.PCLH", (44.0, 20.0), "RS", 30_000_000),
        place("geonames:2", "Serbia", "A.PCLI", (44.0, 20.8), "RS", 7_000_000),
        place("geonames:3", "Greenland", "A.PCLD", (72.0, -40.0), "GL", 56_000),
    ];
    let gazetteer = Gazetteer::from_bytes(&bytes(places)).unwrap();
    let name = |code: &str| gazetteer.country(code.parse().unwrap()).map(|index| gazetteer.place(index).name);
    assert_eq!((name("RS"), name("GL"), name("DK")), (Some("Serbia"), Some("Greenland"), None));
}

#[test]
fn places_that_cannot_be_stored_are_refused() {
    let good = place("geonames:1", "Mosul", "P.PPL", (36.0, 43.0), "IQ", 0);
    assert_eq!(good.check(), Ok(()));
    for id in [
        "",
        "99072",
        "geonames:",
        ":1",
        "Geonames:1",
        "geonames:a b",
        "geo names:1",
        "1x:1",
        "geonames:x",
        "geonames:01",
    ] {
        assert!(matches!(PlaceInput { id: id.into(), ..good.clone() }.check(), Err(PlaceError::Id(_))), "{id}");
    }
    for name in [String::new(), " ".into(), "a\tb".into(), "x".repeat(1025)] {
        let wrong = PlaceInput { name: name.clone(), ..good.clone() };
        assert!(matches!(wrong.check(), Err(PlaceError::Name { .. })), "{name}");
        assert!(
            matches!(good.clone().with_name(&name, NameKind::Short).check(), Err(PlaceError::Name { .. })),
            "{name}"
        );
    }
    let far = PlaceInput { location: LatLon { lat: 91.0, lon: 0.0 }, ..good.clone() };
    assert!(matches!(far.check(), Err(PlaceError::Location { .. })));
    let shrunken = PlaceInput { radius: Some(crate::geo::Kilometers(-1.0)), ..good.clone() };
    assert!(matches!(shrunken.check(), Err(PlaceError::Radius(_))));
    assert_eq!(PlaceInput { name: "x".repeat(1024), ..good }.check(), Ok(()));
}

#[test]
fn source_notes_are_sorted_and_checked() {
    let note = |name: &str| SourceNote { name: name.into(), licence: "MIT".into(), attribution: "them".into() };
    let written = |names: &[&str]| {
        let mut builder = Builder::new();
        names.iter().for_each(|name| builder.add_source(note(name)));
        let mut bytes = Vec::new();
        builder.finish(&mut bytes).map(|_| bytes)
    };
    assert_eq!(written(&["b", "a", "b"]).unwrap(), written(&["a", "b"]).unwrap());
    assert!(matches!(written(&["a\tb"]), Err(BuildError::SourceNote(_))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn the_order_of_inputs_makes_no_difference(order in Just((0..30).collect::<Vec<usize>>()).prop_shuffle()) {
        // Each place three times, and of the same id with different contents too.
        let mut places = [ten_places(), ten_places(), ten_places()].concat();
        places[12].name = "Mossoul".into();
        places[13].location.lat += 1.0;
        places[25].population = None;
        let shuffled = order.into_iter().map(|index| places[index].clone()).collect::<Vec<_>>();
        prop_assert_eq!(bytes(shuffled), bytes(places));
    }
}
