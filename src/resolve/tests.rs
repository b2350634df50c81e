//! Resolution over small gazetteers, without a model.

use proptest::prelude::*;

use super::outcome::Method;
use super::*;
use crate::gazetteer::NameKind;
use crate::gazetteer::build::PlaceInput;
use crate::gazetteer::testing::{gazetteer, place, ten_places};
use crate::geo::{Kilometers, LatLon};
use crate::tagger::resolve;

/// Resolves a text in which `[brackets]` stand around places, `<angles>` around names of peoples and `{braces}` around
/// persons.
fn resolved(marked: &str, places: Vec<PlaceInput>) -> (Vec<ResolvedMention>, Vec<StatedRelation>) {
    let (mut text, mut mentions) = (String::new(), Vec::new());
    for c in marked.chars() {
        let label = match c {
            '[' => Label::Loc,
            '<' => Label::Misc,
            '{' => Label::Per,
            ']' | '>' | '}' => {
                let mention: &mut Mention = mentions.last_mut().unwrap();
                mention.span.end = text.len();
                continue;
            }
            c => {
                text.push(c);
                continue;
            }
        };
        mentions.push(Mention::new(Span::new(text.len(), text.len()), label, 1.0));
    }
    let (document, gazetteer) = (Document::new("", text), gazetteer(places));
    let resolver = Resolver::new(gazetteer);
    let Resolved { mentions, relations, .. } = resolve(&resolver, &document, mentions, Known::default()).unwrap();
    (mentions, relations)
}

/// The id of the place of each mention, `-` for none.
fn ids(marked: &str, places: Vec<PlaceInput>) -> Vec<String> {
    let (entities, _) = resolved(marked, places);
    let id = |resolved: ResolvedMention| resolved.place()?.id.clone();
    entities.into_iter().map(|entity| id(entity).map_or_else(|| "-".to_owned(), |id| id.to_string())).collect()
}

fn admin1(code: &str, place: PlaceInput) -> PlaceInput {
    PlaceInput { admin1: Some(code.to_owned()), ..place }
}

/// Two Georgias and two Athenses, two Parises and Texas.
fn namesakes() -> Vec<PlaceInput> {
    vec![
        place("geonames:614540", "Georgia", "A.PCLI", (42.0, 43.5), "GE", 3_731_000),
        admin1("GA", place("geonames:4197000", "Georgia", "A.ADM1", (32.75, -83.5), "US", 10_711_908)),
        place("geonames:264371", "Athens", "P.PPLC", (37.98, 23.73), "GR", 664_046),
        admin1("GA", place("geonames:4180386", "Athens", "P.PPL", (33.96, -83.38), "US", 127_315)),
        place("geonames:2988507", "Paris", "P.PPLC", (48.853, 2.349), "FR", 2_138_551),
        place("geonames:3017382", "France", "A.PCLI", (46.0, 2.0), "FR", 66_987_244),
        admin1("TX", place("geonames:4717560", "Paris", "P.PPL", (33.66, -95.56), "US", 24_782)),
        admin1("TX", place("geonames:4736286", "Texas", "A.ADM1", (31.25, -99.25), "US", 29_145_505)),
    ]
}

#[test]
fn the_larger_place_is_meant_where_nothing_else_is_said() {
    assert_eq!(ids("They met in [Paris].", namesakes()), ["geonames:2988507"]);
    assert_eq!(ids("They met in [Georgia].", namesakes()), ["geonames:614540"]);
}

#[test]
fn what_the_text_says_it_is_in_decides() {
    assert_eq!(ids("in [Paris], [Texas]", namesakes()), ["geonames:4717560", "geonames:4736286"]);
    assert_eq!(ids("in [Paris] ([France])", namesakes()), ["geonames:2988507", "geonames:3017382"]);
    // One mention of a place and what it is in is two.
    assert_eq!(ids("in [Paris, Texas]", namesakes()), ["geonames:4717560", "geonames:4736286"]);
}

/// Neither name alone says which: together they do, both ways.
#[test]
fn container_and_contained_decide_each_other() {
    assert_eq!(ids("in [Athens], [Georgia]", namesakes()), ["geonames:4180386", "geonames:4197000"]);
}

#[test]
fn a_name_keeps_its_meaning_unless_the_text_says_otherwise() {
    let found = ids("[Paris] grew. [Paris], [Texas], is small; [Paris], [France], is not. [PARIS]!", namesakes());
    let (texas, france) = ("geonames:4717560", "geonames:2988507");
    assert_eq!(found, [texas, texas, "geonames:4736286", france, "geonames:3017382", france]);
}

#[test]
fn what_was_said_holds_whatever_is_said_besides() {
    let found = ids("A storm hit [Paris], [Texas]. The city of [Paris] slept. [Paris] was calm.", namesakes());
    assert_eq!(found, ["geonames:4717560", "geonames:4736286", "geonames:4717560", "geonames:4717560"]);
    assert_eq!(ids("in [Paris] in northern [Texas]", namesakes())[0], "geonames:4717560");
}

#[test]
fn the_document_supports_its_own_countries() {
    let springfield = |text| ids(text, ten_places())[0].clone();
    let nearest = springfield("[Springfield] is not far from [St. Louis].");
    assert_eq!(nearest, "geonames:4250542");
    let places = || {
        vec![
            place("geonames:1", "Tripoli", "P.PPLC", (32.9, 13.2), "LY", 1_150_989),
            place("geonames:2", "Tripoli", "P.PPLA", (34.4, 35.8), "LB", 229_398),
            place("geonames:3", "Lebanon", "A.PCLI", (33.8, 35.8), "LB", 6_848_925)
                .with_name("Lebanese", NameKind::Demonym),
            place("geonames:4", "Beirut", "P.PPLC", (33.9, 35.5), "LB", 1_916_100),
        ]
    };
    assert_eq!(ids("[Tripoli] was quiet.", places()), ["geonames:1"]);
    assert_eq!(ids("<Lebanese> troops left [Beirut] for [Tripoli].", places())[2], "geonames:2");
}

#[test]
fn peoples_stand_for_their_country() {
    let (entities, _) = resolved("<Iraqi> troops and {Iraqi} left; <Islamic> too.", ten_places());
    let place = entities[0].resolution.as_ref().unwrap().place.as_ref().unwrap();
    assert_eq!((place.id.as_deref(), place.method), (Some("geonames:99237"), Method::Demonym));
    assert_eq!(entities[1].resolution, None);
    assert_eq!(entities[2].resolution, None);
}

#[test]
fn unknown_places_are_not_placed() {
    let (entities, _) = resolved("He left [Xyzzyx].", ten_places());
    assert_eq!(entities[0].resolution.as_deref(), Some(&Resolution::default()));
}

#[test]
fn a_candidate_near_the_stated_position_is_taken() {
    let found = ids("in [al-Bir] town, 45 kilometers southeast of [Mosul]", ten_places());
    assert_eq!(found[0], "dateline:al-bir");
    // A namesake far away is not what lies there.
    let mut places = ten_places();
    places.retain(|place| place.id != "dateline:al-bir");
    places.push(place("dateline:other", "Al Bir", "P.PPL", (30.0, 31.0), "EG", 900_000));
    let (entities, relations) = resolved("in [al-Bir] town, 45 kilometers southeast of [Mosul]", places);
    let resolution = entities[0].resolution.as_ref().unwrap();
    let place = resolution.place.as_ref().unwrap();
    assert_eq!((place.id.as_deref(), place.method), (None, Method::Relative));
    assert!(place.location.distance(LatLon { lat: 36.048, lon: 43.472 }).0 < 0.2, "{place:?}");
    assert_eq!(resolution.alternatives[0].id.as_deref(), Some("dateline:other"));
    assert_eq!((relations[0].target, &relations[0].anchors[..]), (Some(0), &[1][..]));
}

#[test]
fn positions_are_chained_in_the_order_of_need() {
    let text = "[Farther], 10 km east of [Nearer], burnt. [Nearer], 10 km east of [Mosul], did not. [Farther] did.";
    let (entities, relations) = resolved(text, ten_places());
    let mosul = LatLon { lat: 36.335, lon: 43.11889 };
    let at = |n: usize| entities[n].resolution.as_ref().unwrap().place.as_ref().unwrap().location;
    assert!((mosul.distance(at(0)).0 - 20.0).abs() < 0.1 && (mosul.distance(at(1)).0 - 10.0).abs() < 0.1);
    assert_eq!(at(4), at(0));
    assert_eq!(relations.len(), 2);
    // What is counted from an uncertain place is more uncertain.
    let uncertainty = |n: usize| relations[n].region.as_ref().unwrap().uncertainty.0;
    assert!(uncertainty(0) > 1.3 * uncertainty(1), "{relations:?}");
}

/// Where the text contradicts itself, the first reading stands: nothing wanders.
#[test]
fn circles_end() {
    let text = "[Mosul], 45 km southeast of [Mosul], ".repeat(50);
    let (entities, relations) = resolved(&text, ten_places());
    assert!(entities.iter().all(|e| e.resolution == entities[0].resolution));
    assert!(relations.iter().all(|relation| relation.target.is_none() && relation.region == relations[0].region));
    let place = entities[0].resolution.as_ref().unwrap().place.as_ref().unwrap();
    assert_eq!(place.id.as_deref(), Some("geonames:99072"));

    let text = "[Mosul], 180 km north of [St. Louis], and [St. Louis], 60 km south of [Mosul]. [Mosul]. ".repeat(2);
    let (entities, relations) = resolved(&text, ten_places());
    let location = |n: usize| entities[n].resolution.as_ref().unwrap().place.as_ref().unwrap().location;
    assert_eq!((location(0), location(1)), (location(5), location(6)));
    assert_eq!(relations.len(), 4);
}

#[test]
fn a_place_that_is_sure_is_not_moved_by_a_phrase_that_is_not_tied_to_it() {
    let text = "Troops left [St. Louis] 45 kilometers southeast of [Mosul] behind. [St. Louis] was calm.";
    let (entities, relations) = resolved(text, ten_places());
    for n in [0, 2] {
        let place = entities[n].resolution.as_ref().unwrap().place.as_ref().unwrap();
        assert_eq!(place.id.as_deref(), Some("geonames:4407066"));
    }
    assert_eq!(relations[0].target, None);
    assert!(relations[0].region.is_some());
    let (entities, _) = resolved("in [Xyz] 45 kilometers southeast of [Mosul]", ten_places());
    assert_eq!(entities[0].resolution.as_ref().unwrap().place.as_ref().unwrap().method, Method::Relative);
}

/// The gazetteer is surer of the target than of the anchor, which may be a namesake.
#[test]
fn an_unsure_anchor_does_not_move_what_is_sure() {
    let mut places = ten_places();
    places.push(place("dateline:a", "Borno", "P.PPL", (46.0, 10.0), "IT", 3_000));
    places.push(place("dateline:b", "Borno", "P.PPL", (30.0, 10.0), "LY", 3_000));
    places.push(place("dateline:c", "Borno", "P.PPL", (10.0, 10.0), "NG", 3_000));
    let found = ids("in [St. Louis], 110 kilometers southeast of [Borno]", places);
    assert_eq!(found[0], "geonames:4407066");
}

#[test]
fn type_words_rule_places_out() {
    let places = || vec![place("geonames:1", "Plateau", "P.PPL", (30.0, -88.0), "US", 60_000)];
    assert_eq!(ids("in [Plateau] state", places()), ["-"]);
    assert_eq!(ids("in [Plateau] itself", places()), ["geonames:1"]);
    let (entities, relations) = resolved("at [Xyz] in [Plateau] state, 220 km southwest of [Mosul]", ten_places());
    assert_eq!(entities[1].resolution.as_deref(), Some(&Resolution::default()));
    assert_eq!(relations[0].target, Some(0));
}

/// A word beside one mention rules nothing out for the others.
#[test]
fn type_words_rule_out_where_they_stand() {
    let places = vec![place("geonames:1", "Plateau", "P.PPL", (30.0, -88.0), "US", 60_000)];
    let found = ids("in [Plateau]. The governor of [Plateau] state left. [Plateau] river police stayed.", places);
    assert_eq!(found, ["geonames:1", "-", "geonames:1"]);
}

#[test]
fn places_of_unknown_population_are_placed() {
    assert_eq!(ids("in [Sambisa]", vec![place("mine:1", "Sambisa", "P.PPL", (11.25, 13.42), "NG", 0)]), ["mine:1"]);
}

#[test]
fn areas_are_no_anchors() {
    let (entities, relations) = resolved("in [Xyz], 50 miles south of [Iraq]", ten_places());
    assert_eq!(entities[0].resolution.as_deref(), Some(&Resolution::default()));
    assert_eq!(relations[0].region, None);
}

#[test]
fn an_anchor_without_a_place_gives_a_relation_without_a_point() {
    let (entities, relations) = resolved("in [Abc], 10 km east of [Xyz]", ten_places());
    assert_eq!(entities[0].resolution.as_deref(), Some(&Resolution::default()));
    assert_eq!((relations[0].stated.distance.unwrap().length, &relations[0].region), (Kilometers(10.0), &None));
}

/// Thousands of names and candidates take time in proportion, and nothing overflows.
#[test]
fn long_documents_are_resolved() {
    let chain: String = (0..3000).map(|n| format!("[P{n}], 1 km north of [P{}], ", n + 1)).collect();
    let (entities, relations) = resolved(&format!("{chain}and [Mosul]"), ten_places());
    assert_eq!((entities.len(), relations.len()), (6001, 3000));
}

/// Every form, ten thousand times over: each gives a relation. Were the time not in proportion, this would not end.
#[test]
fn long_documents_of_every_form_are_read() {
    let text =
        "It lies 5 km north of [Mosul], near [Mosul], off the coast of [Iraq], in northern [Iraq]. ".repeat(2500);
    let (entities, relations) = resolved(&text, ten_places());
    assert_eq!((entities.len(), relations.len()), (10_000, 10_000));
}

/// Whether the gazetteer has such a region or not, its part is that of the country.
#[test]
fn parts_that_are_one_name_are_parts_of_what_it_names() {
    let text = "They left [northern Iraq] on Monday.";
    let (_, relations) = resolved(text, ten_places());
    let mut places = ten_places();
    let region = place("mine:1", "Northern Iraq", "L.RGN", (36.0, 43.8), "IQ", 0);
    places.push(PlaceInput { radius: Some(Kilometers(200.0)), ..region });
    let (entities, with_region) = resolved(text, places);
    let place = entities[0].resolution.as_ref().unwrap().place.as_ref().unwrap();
    assert_eq!((place.id.as_deref(), relations.len()), (Some("mine:1"), 1));
    assert_eq!(relations[0].region, with_region[0].region);
    assert!(relations[0].region.as_ref().unwrap().point.lat > 33.5, "{relations:?}");
}

/// On the antimeridian and at the poles there are regions too, within the limits of coordinates.
#[test]
fn positions_at_the_ends_of_the_map() {
    let places = || {
        vec![
            place("mine:1", "Taveuni", "P.PPL", (-16.85, 179.98), "FJ", 9_000),
            place("mine:2", "Alert", "P.PPL", (90.0, 0.0), "CA", 90_000),
            place("mine:3", "Amundsen", "P.PPL", (-90.0, 0.0), "AQ", 90_000),
        ]
    };
    for text in ["40 km east of [Taveuni]", "40 km north of [Alert]", "20,000 km south of [Amundsen]", "near [Alert]"] {
        let (_, relations) = resolved(text, places());
        let region = relations[0].region.as_ref().unwrap();
        assert!(LatLon::new(region.point.lat, region.point.lon).is_some(), "{text}: {region:?}");
        assert!(region.outline.corners().iter().flatten().all(|degrees| degrees.is_finite()), "{text}: {region:?}");
    }
    let (_, relations) = resolved("40 km east of [Taveuni]", places());
    assert!(relations[0].region.as_ref().unwrap().point.lon < -179.0);
}

/// The phrase is the features: the namesake in that part of the country, not the larger one.
#[test]
fn a_region_chooses_between_candidates() {
    let mut places = ten_places();
    places.push(place("mine:south", "Qala", "P.PPL", (30.5, 47.5), "IQ", 90_000));
    places.push(place("mine:north", "Qala", "P.PPL", (36.2, 43.3), "IQ", 30_000));
    assert_eq!(ids("in [Qala]", places.clone())[0], "mine:south");
    assert_eq!(ids("in [Qala], near [Mosul]", places.clone())[0], "mine:north");
    assert_eq!(ids("in [Qala], south of [Mosul]", places)[0], "mine:north");
}

#[test]
fn names_asked_for_by_themselves() {
    let gazetteer = gazetteer(namesakes());
    let id = |name| place_named(name, &gazetteer).and_then(|place| place.id.clone());
    assert_eq!(id("paris").as_deref(), Some("geonames:2988507"));
    assert_eq!(id("Paris, Texas").as_deref(), Some("geonames:4717560"));
    assert_eq!(id("Athens , Georgia").as_deref(), Some("geonames:4180386"));
    for nothing in ["", ",", " , ", "Xyzzyx", "Xyzzyx, Texas", "Paris, Xyzzyx", "Paris, Georgia"] {
        assert_eq!(id(nothing), None, "{nothing:?}");
    }
}

proptest! {
    /// Words that stand in relative expressions, and others, in any order.
    #[test]
    fn any_text_is_resolved(words in proptest::collection::vec(word(), 0..40)) {
        let marked = words.join(" ").replace(['{', '<'], "[").replace(['}', '>'], "]");
        // Only well-formed brackets mark mentions.
        let mut open = false;
        let marked: String = marked
            .chars()
            .filter(|c| {
                let keep = match c {
                    '[' => !open,
                    ']' => open,
                    _ => true,
                };
                open = (open || *c == '[') && *c != ']';
                keep
            })
            .collect();
        let marked = if open { marked + "]" } else { marked };
        let (entities, relations) = resolved(&marked, ten_places());
        for relation in relations {
            let known = |n: usize| n < entities.len();
            prop_assert!(!relation.anchors.is_empty() && relation.anchors.iter().chain(&relation.target).all(|&n| known(n)));
            prop_assert!(relation.stated.distance.is_none_or(|distance| (0.0..=20_004.0).contains(&distance.length.0)), "{relation:?}");
            if let Some(region) = &relation.region {
                prop_assert!(LatLon::new(region.point.lat, region.point.lon).is_some(), "{relation:?}");
                prop_assert!(region.uncertainty.0.is_finite(), "{relation:?}");
            }
        }
    }

    #[test]
    fn any_name_can_be_asked_for(name in "\\PC{0,30}") {
        place_named(&name, &gazetteer(namesakes()));
    }

    #[test]
    fn any_number_is_read_or_not(text in "[0-9a-z½¼/,. –-]{0,30}") {
        if let Some(quantity) = quantity::number(&text) {
            prop_assert!(quantity.value >= 0.0 && quantity.give >= 0.0, "{quantity:?}");
        }
    }
}

fn word() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "[Mosul]",
        "[Iraq]",
        "[Springfield]",
        "[al-Bir]",
        "[",
        "]",
        "45",
        "1/2",
        "two",
        "hundred",
        "and",
        "a",
        "half",
        "kilometers",
        "km",
        "miles",
        ",",
        "(",
        ")",
        "southeast",
        "north",
        "N.E.",
        "of",
        "from",
        "the",
        "city",
        "town",
        "in",
        "lies",
        "about",
        "northern",
        "central",
        "near",
        "between",
        "outside",
        "off",
        "coast",
        "outskirts",
        "'s",
        "It",
        "is",
        ".",
        "\n\n",
        "\r\n",
        "é",
        "\u{301}",
        "🚒",
    ]);
    prop_oneof![4 => known.prop_map(str::to_owned), 1 => "\\PC{0,8}"]
}

/// Every name may mean ten thousand places: they are scored up to a bound, and the one that the text says is chosen.
#[test]
fn names_with_ten_thousand_candidates() {
    let mut places = namesakes();
    places.extend((0..10_000).map(|n| {
        let at = (f64::from(n % 160) - 80.0, f64::from(n / 160) * 5.0 - 160.0);
        place(&format!("mine:{n}"), "Paris", "P.PPL", at, "FR", 100 + n as u64 % 900)
    }));
    assert_eq!(ids("in [Paris], [Texas]. [Paris] grew.", places)[0], "geonames:4717560");
}

/// Ten thousand different places are all placed.
#[test]
fn documents_with_ten_thousand_places() {
    let places = (0..10_000).map(|n| {
        let at = (f64::from(n / 100) * 0.01 + 40.0, f64::from(n % 100) * 0.01 - 90.0);
        place(&format!("mine:{n}"), &format!("Place{n}"), "P.PPL", at, "US", 20_000)
    });
    let text: String = (0..10_000).map(|n| format!("[Place{n}], ")).collect();
    let (entities, _) = resolved(&text, places.collect());
    assert_eq!(entities.len(), 10_000);
    assert!(entities.iter().all(|entity| entity.resolution.as_ref().is_some_and(|found| found.place.is_some())));
}

/// What the text says twice, and differently, is settled by the first reading, whatever stands behind.
#[test]
fn contradicting_directions_end() {
    let text = "in [Xyz], 45 km southeast of [Mosul], and [Xyz], 45 km northwest of [Mosul]. [Xyz] burnt.";
    let (entities, relations) = resolved(text, ten_places());
    let at = |n: usize| entities[n].resolution.as_ref().unwrap().place.as_ref().unwrap().location;
    assert_eq!((at(0), at(0)), (at(2), at(4)));
    assert_eq!(relations.len(), 2);
    assert_eq!(at(0), relations[0].region.as_ref().unwrap().point);
}
