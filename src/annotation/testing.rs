//! Annotations for tests.

use serde_json::json;

use super::{
    Annotation, Area, ContainedName, Entity, Focus, FocusKind, Label, Method, Place, Relation, RelationKind, StandsFor,
};
use crate::document::{Document, OffsetMap, OffsetUnit};

/// A text with names, which stand in it in this order.
pub fn annotated(text: &str, names: &[(&str, Label)]) -> Annotation {
    annotated_in(OffsetUnit::CodePoints, text, names)
}

/// The same with offsets in a unit.
pub fn annotated_in(unit: OffsetUnit, text: &str, names: &[(&str, Label)]) -> Annotation {
    let offsets = OffsetMap::new(text, unit);
    let mut from = 0;
    let entity = |&(name, label): &(&str, Label)| {
        let start = from + text[from..].find(name).unwrap();
        from = start + name.len();
        entity(name, label, offsets.convert(start), offsets.convert(from))
    };
    let entities = names.iter().map(entity).collect();
    Annotation { entities, ..Annotation::of(Document::new("a/1", text), unit) }
}

fn entity(name: &str, label: Label, start: usize, end: usize) -> Entity {
    Entity {
        start,
        end,
        text: name.to_owned(),
        label,
        kind: None,
        score: 0.988,
        name: None,
        stands_for: None,
        place: None,
        alternatives: Vec::new(),
        contains: Vec::new(),
    }
}

/// A place of the gazetteer.
pub fn place(id: &str, name: &str, (lat, lon): (f64, f64), country: &str) -> Place {
    Place {
        id: Some(id.into()),
        name: name.into(),
        lat,
        lon,
        country: Some(country.into()),
        admin1: None,
        feature: Some("PPLA".into()),
        population: Some(1_683_000),
        confidence: 0.97,
        method: Method::Gazetteer,
        uncertainty_km: 0.0,
        radius_km: None,
    }
}

/// An annotation with everything that one can have but explanations and distances: a place found by its words; a place with
/// alternatives; an organisation whose name goes over a line end and holds a place, a comma and no place of its own; a
/// person who is named in full elsewhere; a people.
pub fn annotation() -> Annotation {
    annotation_in(OffsetUnit::CodePoints)
}

/// The same with offsets in a unit.
pub fn annotation_in(unit: OffsetUnit) -> Annotation {
    let text = "🗻 Tall ‘Afar, 45 km west of Mosul.\nThe \"Paris,\nPolice\" met Anna Müller;  Iraqi aides came.";
    let names = [
        ("Tall ‘Afar", Label::Loc),
        ("Mosul", Label::Loc),
        ("Paris,\nPolice", Label::Org),
        ("Anna Müller", Label::Per),
        ("Iraqi", Label::Misc),
    ];
    let offsets = OffsetMap::new(text, unit);
    let mut annotation = annotated_in(unit, text, &names);
    annotation.title = Some("Ein Titel, \"kurz\"".to_owned());
    annotation.date = Some("2018-02-06".to_owned());
    annotation.source = Some("Zeitung".to_owned());
    annotation.url = Some("https://example.org/a?b=ü".to_owned());
    annotation.metadata = json!({"seite": [1, "ß"]}).as_object().cloned();
    annotation.language = Some("de".to_owned());

    let mosul = Place { admin1: Some("Nineveh".into()), ..place("geonames:99072", "Mosul", (36.335, 43.11889), "IQ") };
    let paris = place("geonames:2988507", "Paris", (48.85341, 2.3488), "FR");
    let iraq = place("geonames:99237", "Iraq", (33.0, 44.0), "IQ");
    let by_words = Place {
        id: None,
        country: None,
        feature: None,
        population: None,
        confidence: 0.5,
        method: Method::Relative,
        uncertainty_km: 17.6,
        ..place("", "Tall ‘Afar", (36.33, 42.617), "")
    };
    let other = Place { radius_km: Some(57.7), confidence: 0.02, ..mosul.clone() };

    let entities = &mut annotation.entities;
    entities[0].place = Some(by_words);
    entities[1].place = Some(mosul.clone());
    entities[1].alternatives = vec![other];
    entities[1].stands_for = Some(StandsFor::Government);
    let start = entities[2].start;
    entities[2].contains = vec![ContainedName {
        start,
        end: start + "Paris".len(),
        text: "Paris".to_owned(),
        place: Some(paris),
        alternatives: Vec::new(),
    }];
    entities[3].name = Some("Anna Müller-Öz".into());
    entities[4].place = Some(Place { method: Method::Demonym, ..iraq.clone() });

    let start = text.find("45 km").unwrap();
    annotation.relations.push(Relation {
        kind: RelationKind::Offset,
        target: Some(0),
        anchors: vec![1],
        distance_km: Some(45.0),
        bearing_deg: Some(270.0),
        place: Some(Area {
            lat: 36.33,
            lon: 42.617,
            uncertainty_km: 17.6,
            polygon: vec![[42.5, 36.2], [42.7, 36.2], [42.6, 36.5], [42.5, 36.2]],
        }),
        start: offsets.convert(start),
        end: offsets.convert(start + "45 km west of".len()),
        text: "45 km west of".to_owned(),
    });
    let focus = |kind, place: &Place, score| Focus {
        id: place.id.as_deref().unwrap().to_owned(),
        name: place.name.to_string(),
        kind,
        lat: place.lat,
        lon: place.lon,
        country: place.country.as_deref().map(str::to_owned),
        score,
    };
    annotation.focus = vec![focus(FocusKind::City, &mosul, 0.813), focus(FocusKind::Country, &iraq, 0.75)];
    annotation
}
