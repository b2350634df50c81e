//! Annotations for the tests of the formats.

use serde_json::json;

use crate::annotation::{
    Annotation, Contained, Direction, Distance, Entity, Focus, FocusKind, Method, Relation, RelationKind, Resolution,
    ResolvedPlace, StandsFor, Stated,
};
use crate::document::{Document, Span};
use crate::geo::{Bearing, Kilometers, LatLon};
use crate::mention::{Label, Mention};
use crate::region::Region;

/// A text with mentions, which stand in it in this order.
pub(super) fn annotated(text: &str, names: &[(&str, Label)]) -> Annotation {
    let mut from = 0;
    let entity = |&(name, label): &(&str, Label)| {
        let start = from + text[from..].find(name).unwrap();
        from = start + name.len();
        Entity::unplaced(Mention { span: Span::new(start, from), label, score: 0.98765 })
    };
    Annotation {
        entities: names.iter().map(entity).collect(),
        document: Document::new("a/1", text),
        ..Annotation::default()
    }
}

/// A place of the gazetteer.
pub(super) fn place(id: &str, name: &str, location: LatLon, country: &str) -> ResolvedPlace {
    ResolvedPlace {
        id: Some(id.to_owned()),
        name: name.to_owned(),
        location,
        country: Some(country.to_owned()),
        admin1: None,
        feature: Some("PPLA".to_owned()),
        population: Some(1_683_000),
        confidence: 0.97049,
        method: Method::Gazetteer,
        uncertainty: Kilometers(0.0),
        radius: None,
    }
}

/// An annotation with everything that one can have but explanations: a place found by its words; a place with
/// alternatives; an organisation whose name goes over a line end and holds a place, a comma and no place of its own; a
/// person who is named in full elsewhere; a people.
pub(super) fn annotation() -> Annotation {
    let text = "🗻 Tall ‘Afar, 45 km west of Mosul.\nThe \"Paris,\nPolice\" met Anna Müller;  Iraqi aides came.";
    let names = [
        ("Tall ‘Afar", Label::Loc),
        ("Mosul", Label::Loc),
        ("Paris,\nPolice", Label::Org),
        ("Anna Müller", Label::Per),
        ("Iraqi", Label::Misc),
    ];
    let mut annotation = annotated(text, &names);
    let document = &mut annotation.document;
    document.title = Some("Ein Titel, \"kurz\"".to_owned());
    document.date = Some("2018-02-06".to_owned());
    document.source = Some("Zeitung".to_owned());
    document.url = Some("https://example.org/a?b=ü".to_owned());
    document.metadata.insert("seite".to_owned(), json!([1, "ß"]));
    document.language = "de".parse().ok();

    let mosul = place("geonames:99072", "Mosul", LatLon { lat: 36.335, lon: 43.118_889 }, "IQ");
    let mosul = ResolvedPlace { admin1: Some("Nineveh".to_owned()), ..mosul };
    let paris = place("geonames:2988507", "Paris", LatLon { lat: 48.853_41, lon: 2.3488 }, "FR");
    let iraq = place("geonames:99237", "Iraq", LatLon { lat: 33.0, lon: 44.0 }, "IQ");
    let there = Region::disc(LatLon { lat: 36.33, lon: 42.617 }, Kilometers(17.55));
    let resolved = |place: &ResolvedPlace| Resolution { place: Some(place.clone()), alternatives: Vec::new() };
    let by_words = ResolvedPlace {
        id: None,
        name: "Tall ‘Afar".to_owned(),
        location: there.point,
        country: None,
        feature: None,
        population: None,
        confidence: 0.5,
        method: Method::Relative,
        uncertainty: there.uncertainty,
        ..mosul.clone()
    };
    let by_words = ResolvedPlace { admin1: None, ..by_words };
    let other = ResolvedPlace { radius: Some(Kilometers(57.66)), confidence: 0.02, ..mosul.clone() };

    let entities = &mut annotation.entities;
    entities[0].resolution = Some(resolved(&by_words));
    entities[1].resolution = Some(Resolution { place: Some(mosul.clone()), alternatives: vec![other] });
    entities[1].stands_for = Some(StandsFor::Government);
    let start = entities[2].mention.span.start;
    entities[2].contains =
        vec![Contained { span: Span::new(start, start + "Paris".len()), resolution: resolved(&paris) }];
    entities[3].name = Some("Anna Müller-Öz".to_owned());
    entities[4].resolution = Some(resolved(&ResolvedPlace { method: Method::Demonym, ..iraq.clone() }));

    let start = text.find("45 km").unwrap();
    annotation.relations.push(Relation {
        span: Span::new(start, start + "45 km west of".len()),
        stated: Stated {
            distance: Some(Distance { length: Kilometers(45.0), rounding: Kilometers(2.5) }),
            direction: Some(Direction { bearing: Bearing(270.0), sector: 22.5 }),
            ..Stated::of(RelationKind::Offset)
        },
        target: Some(0),
        anchors: vec![1],
        region: Some(there),
    });
    let focus = |kind, place: &ResolvedPlace, score| Focus {
        id: place.id.clone().unwrap(),
        name: place.name.clone(),
        kind,
        location: place.location,
        country: place.country.clone(),
        score,
    };
    annotation.focus = vec![focus(FocusKind::City, &mosul, 0.8125), focus(FocusKind::Country, &iraq, 0.75)];
    annotation
}
