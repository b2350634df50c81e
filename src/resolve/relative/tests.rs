//! Reading of relative expressions, without a model or a gazetteer.

use super::*;
use crate::gazetteer::PlaceIndex;
use crate::geo::Kilometers;
use crate::mention::Label;

/// A text in which `[brackets]` stand around places, `{braces}` around areas that cannot be a target, and `<angles>` around the
/// names of peoples.
fn marked(marked: &str) -> (String, Vec<Mention>, Vec<Named>) {
    let (mut text, mut mentions, mut may) = (String::new(), Vec::new(), Vec::new());
    for c in marked.chars() {
        match c {
            '[' | '{' | '<' => {
                let label = if c == '<' { Label::Misc } else { Label::Loc };
                mentions.push(Mention::new(Span::new(text.len(), 0), label, 1.0));
                let extent = if c == '[' { Extent::Spot } else { Extent::Country };
                may.push(Named { extent, part_of: None });
            }
            ']' | '}' | '>' => mentions.last_mut().unwrap().span.end = text.len(),
            c => text.push(c),
        }
    }
    (text, mentions, may)
}

fn found(text: &str) -> Vec<RelativeExpression> {
    let (text, mentions, may) = marked(text);
    find(&text, &mentions, &may)
}

fn one(text: &str) -> RelativeExpression {
    let mut all = found(text);
    assert_eq!(all.len(), 1, "{text}");
    all.remove(0)
}

fn km(expression: &RelativeExpression) -> f64 {
    expression.stated.distance.unwrap().length.0
}

fn bearing(expression: &RelativeExpression) -> f64 {
    expression.stated.direction.unwrap().bearing.0
}

fn target(expression: &RelativeExpression) -> Option<usize> {
    expression.target.map(|target| target.mention)
}

#[test]
fn target_before_the_phrase() {
    let found = one("a hideout in [al-Bir] town, 45 kilometers southeast of [Mosul] upon a tip-off");
    assert_eq!((&found.anchors[..], found.target), (&[1][..], Some(Target { mention: 0, tied: true })));
    assert_eq!(km(&found), 45.0);
    assert_eq!(bearing(&found), 135.0);
    assert_eq!(found.stated.distance.unwrap().rounding, Kilometers(2.5));
    assert_eq!((found.stated.direction.unwrap().sector, found.stated.kind), (22.5, RelationKind::Offset));
}

#[test]
fn target_after_the_anchor() {
    for text in [
        "45 km SE of [Mosul], in [al-Bir]",
        "About 45 kilometres south-east of [Mosul], the village of [al-Bir] was empty",
        "some 45 km (28 miles) to the south east of [Mosul] in the town of [al-Bir]",
        "45km southeast of the city of [Mosul], in the border town of [al-Bir].",
    ] {
        let found = one(text);
        assert_eq!((found.anchors[0], target(&found)), (0, Some(1)), "{text}");
        assert_eq!((km(&found), bearing(&found)), (45.0, 135.0), "{text}");
    }
}

#[test]
fn the_anchor_may_have_an_owner() {
    let found = one("in [Namakandwa], 75 kilometres east of {Uganda}'s capital [Kampala]");
    assert_eq!((found.anchors[0], target(&found)), (2, Some(0)));
    assert_eq!(one("75 km east of {Uganda}’s second largest city, [Gulu]").anchors[0], 1);
    assert_eq!(one("110 kilometers southeast of the {Borno} state capital, [Maiduguri]").anchors[0], 1);
}

#[test]
fn what_is_no_owner() {
    for text in [
        "20 km west of [Mosul]'s airport, [Iraq] said on Monday",
        "20 km west of [Mosul]'s city hall\n\n[Baghdad] said so",
        "20 km west of [Mosul]'s city\n\n[Baghdad] said so",
        "20 km west of [Haifa]'s city, {Israel} said",
    ] {
        assert_eq!(one(text).anchors[0], 0, "{text}");
    }
}

#[test]
fn areas_are_passed_over() {
    assert_eq!(target(&one("[Qayyarah], {Iraq}, about 60 km south of [Mosul]")), Some(0));
    let [part, offset] = &found("[Qayyarah] in northern {Iraq}, 60 km south of [Mosul]")[..] else { panic!() };
    assert_eq!((part.stated.kind, target(part), target(offset)), (RelationKind::Part, Some(0), Some(0)));
    assert_eq!(one("60 km south of [Mosul], in {Nineveh} province").target, None);
    assert_eq!(target(&one("in [Mamove], [Beni] territory, {North Kivu}, about 40 km west of [Oicha]")), Some(0));
    assert_eq!(target(&one("in [Mamove], in [Beni] territory, 40 km west of [Oicha]")), Some(0));
    assert_eq!(one("fell back from {Iraq}, 60 km south of [Mosul]").target, None);
}

#[test]
fn target_unnamed() {
    assert_eq!(one("It lies 65 km southeast of [Istanbul].").target, None);
    assert_eq!(one("the army left [Homs]. It now stands 65 km north of [Hama]").target, None);
}

#[test]
fn what_ties_a_target_to_its_phrase() {
    let tied = |text| one(text).target.map(|target| target.tied);
    assert_eq!(tied("in [al-Bir], 45 km southeast of [Mosul]"), Some(true));
    assert_eq!(tied("in [al-Bir] (45 km southeast of [Mosul])"), Some(true));
    assert_eq!(tied("[al-Bir] lies about 45 km southeast of [Mosul]"), Some(true));
    assert_eq!(tied("At [al-Bir], a trading post 45 km southeast of [Mosul]"), Some(true));
    assert_eq!(tied("[al-Bir] is a small village located some 45 km southeast of [Mosul]"), Some(true));
    assert_eq!(tied("[al-Bir], which lies 45 km southeast of [Mosul]"), Some(true));
    assert_eq!(tied("[KABUL] — A bomb killed nine people 10 miles north of [Jalalabad] on Sunday."), None);
    assert_eq!(tied("[Baga], a fishing town on [Lake Chad] some 200 km northeast of [Maiduguri]"), None);
    assert_eq!(tied("The attack on [Qayyarah], 60 km south of [Mosul], killed five."), Some(true));
    assert_eq!(tied("Soldiers from [al-Bir], who met their families 45 km southeast of [Mosul]"), None);
    assert_eq!(tied("Troops left [Baghdad] 45 km southeast of [Mosul] behind"), Some(false));
    assert_eq!(tied("Bombing in [Kirkuk]\n\nSome 45 km southeast of [Mosul], fires burnt"), None);
}

#[test]
fn units_numbers_and_directions() {
    for (text, km, bearing) in [
        ("20 miles west of [Paris]", 32.186_88, 270.0),
        ("a mile north of [Paris]", 1.609_344, 0.0),
        ("twenty-five kilometres north-northeast of [Paris]", 25.0, 22.5),
        ("1,200 km due east of [Paris]", 1200.0, 90.0),
        ("4.5 km NW of [Paris]", 4.5, 315.0),
        ("300 meters south of the village of [Paris]", 0.3, 180.0),
        ("ten nautical miles southwest of [Paris]", 18.52, 225.0),
        ("two and a half miles south of [Paris]", 4.023_36, 180.0),
        ("0 km north of [Paris]", 0.0, 0.0),
        ("two hundred kilometers south of [Paris]", 200.0, 180.0),
        ("half a mile south of [Paris]", 0.804_672, 180.0),
        ("three-quarters of a mile south of [Paris]", 1.207_008, 180.0),
        ("1/2 mile south of [Paris]", 0.804_672, 180.0),
        ("2 1/2 miles south of [Paris]", 4.023_36, 180.0),
        ("a mile and a half south of [Paris]", 2.414_016, 180.0),
        ("20-25 km south of [Paris]", 22.5, 180.0),
        ("45 kilometers, or 28 miles, southeast of [Paris]", 45.0, 135.0),
        ("12 km S.E. of [Paris]", 12.0, 135.0),
        ("45 kilometers southeast of the French city of [Paris]", 45.0, 135.0),
        ("200 km north of the French capital, [Paris]", 200.0, 0.0),
        ("M 6.1 - 23 km ESE of [Paris]", 23.0, 112.5),
        ("Mww 5.4 – 12 km N of [Paris]", 12.0, 0.0),
        ("M5.4 - 12 km N of [Paris]", 12.0, 0.0),
        ("20 - 30 km N of [Paris]", 25.0, 0.0),
        ("30 NM west of [Paris]", 55.56, 270.0),
        ("12nm off to sea, 10 nm SW of [Paris]", 18.52, 225.0),
        ("60 km/37 mi southeast of [Paris]", 60.0, 135.0),
        ("13 km (8 mi) westward of [Paris]", 13.0, 270.0),
        ("28 km south-by-west of [Paris]", 28.0, 191.25),
        ("30 km by road to the northwest of [Paris]", 30.0, 315.0),
        ("12 kilometres in the southeast of [Paris]", 12.0, 135.0),
    ] {
        let found = one(text);
        assert!((super::tests::km(&found) - km).abs() < 1e-9, "{text}: {found:?}");
        assert_eq!(super::tests::bearing(&found), bearing, "{text}");
    }
}

#[test]
fn what_is_no_relative_place() {
    for text in [
        "45 kilometers of [Mosul]",
        "4,000,000 km east of [Mosul]",
        "45 km sideways of [Mosul]",
        "drove 45 kilometers to [Mosul]",
        "45 km east of Erbil and then back to [Mosul]",
        "hundreds of kilometers south of [Mosul]",
        "11/2/45 km south of [Mosul]",
        "45 kilometers\n\nsoutheast of [Mosul]",
        "110 kilometers southeast of the [Borno] state capital.",
    ] {
        assert!(found(text).is_empty(), "{text}");
    }
}

/// The kind, and what else it says, of the one expression of a text.
fn read(text: &str) -> (RelationKind, Option<f64>, Option<f64>) {
    let Stated { kind, distance, direction, .. } = one(text).stated;
    (kind, distance.map(|distance| distance.length.0), direction.map(|direction| direction.bearing.0))
}

#[test]
fn distances_without_direction() {
    for (text, km) in [
        ("20km outside [Mosul]", 20.0),
        ("some 12 km from the border town of [Rabia]", 12.0),
        ("a village 12 km (7 miles) away from [Rabia]", 12.0),
        ("within 5 km of [Rabia]", 5.0),
        ("0 km from [Mosul]", 0.0),
    ] {
        assert_eq!(read(text), (RelationKind::Distance, Some(km), None), "{text}");
    }
    for text in [
        "They walked 12 km from [Rabia]",
        "The road runs for 12 km from [Rabia]",
        "12,500 km from [London] to [Lagos]",
        "4,000,000 km from [Mosul]",
        "12 km of [Mosul]",
    ] {
        assert!(found(text).is_empty(), "{text}");
    }
}

#[test]
fn directions_without_distance() {
    for (text, bearing) in [
        ("south of [Krasnohorivka]", 180.0),
        ("a camp just north-west of the city of [Mosul]", 315.0),
        ("to the east of [Mosul]", 90.0),
        ("Southeast of [Mosul], fires burnt", 135.0),
    ] {
        assert_eq!(read(text), (RelationKind::Direction, None, Some(bearing)), "{text}");
    }
    for text in [
        "a seat at the University of the West of [Mosul]",
        "hundreds of kilometers south of [Mosul]",
        "4,000,000 km east of [Mosul]",
        "the street South of [Mosul]",
        "south of [Mosul]'s airport",
    ] {
        assert!(found(text).is_empty(), "{text}");
    }
}

#[test]
fn times_of_travel() {
    for (text, bearing, km) in [
        ("about an hour's drive north of [Amman]", Some(0.0), 50.0),
        ("an hour north of [Amman]", Some(0.0), 50.0),
        ("a two-hour drive south-west of [Amman]", Some(225.0), 100.0),
        ("a 30-minute flight east of [Amman]", Some(90.0), 200.0),
        ("two days' walk west of [Amman]", Some(270.0), 49.0),
        ("The village is two hours by road from [Amman]", None, 100.0),
        ("a village a day’s walk from [Amman]", None, 24.5),
        ("The camp lies a three-hour boat ride from [Amman].", None, 60.0),
    ] {
        let found = one(text);
        let kind = if bearing.is_some() { RelationKind::Direction } else { RelationKind::Distance };
        assert_eq!(read(text), (kind, None, bearing), "{text}");
        let journey = found.stated.journey.unwrap().length.0;
        assert!((journey - km).abs() < 1e-9, "{text}: {journey}");
    }
    for text in [
        "after a two-hour flight from [Amman]",
        "drove for two hours from [Amman]",
        "three days from [Amman]",
        "The village is two hours by road from [Amman] to [Aqaba]",
        "hours north of [Amman]",
    ] {
        assert!(found(text).iter().all(|found| found.stated.journey.is_none()), "{text}");
    }
    assert_eq!(target(&one("[Xyz], a village two hours' drive north of [Amman], is empty.")), Some(0));
}

#[test]
fn borders_of_countries() {
    for (text, distance, anchors) in [
        ("The airstrip is 15 km from the <Jordanian> border.", Some(15.0), vec![0]),
        ("The airstrip is 15 km from the {Jordan} border.", Some(15.0), vec![0]),
        ("The airstrip is 15 km from the border with {Jordan}.", Some(15.0), vec![0]),
        ("12 km north of the <Jordanian> border", Some(12.0), vec![0]),
        ("3 km inside the <Jordanian> border", Some(3.0), vec![0]),
        ("Camps near the <Jordanian> border were full.", None, vec![0]),
        ("a post on the border with {Niger}", None, vec![0]),
        ("along the <Colombian>-<Venezuelan> border on Friday", None, vec![0, 1]),
        ("close to the {Turkey}-{Syria} border", None, vec![0, 1]),
        ("at the border between {Chad} and {Niger}", None, vec![0, 1]),
        ("on {Poland}'s border with {Belarus}", None, vec![0, 1]),
        ("just across the <Turkish> border", None, vec![0]),
    ] {
        let found = one(text);
        assert_eq!((found.stated.kind, &found.anchors), (RelationKind::Border, &anchors), "{text}");
        assert_eq!(found.stated.distance.map(|distance| distance.length.0), distance, "{text}");
    }
    for text in [
        "the <Turkish> border was closed",
        "fled across the <Turkish> border",
        "near the <Turkish> border police",
        "from the border with {Niger}",
        "near the border",
        "on the <Turkish> bordering plain",
        "hundreds of miles from the <Turkish> border",
    ] {
        assert!(found(text).iter().all(|found| found.stated.kind != RelationKind::Border), "{text}");
    }
    assert_eq!(target(&one("[Xyz], a village 15 km from the <Jordanian> border, is empty.")), Some(0));
    assert_eq!(target(&one("It lies 15 km from the <Jordanian> border.")), None);
}

#[test]
fn coasts_of_peoples() {
    assert_eq!(read("seized a ship off the <Somali> coast."), (RelationKind::Coast, None, None));
    assert_eq!(read("30 miles off the <Yemeni> coast"), (RelationKind::Coast, Some(48.280_32), None));
    assert_eq!(read("off the <Spanish> southern coast"), (RelationKind::Coast, None, Some(180.0)));
    assert_eq!(one("off the <Somali> coast.").span, Span::new(0, 20));
    for text in ["cities on the <Somali> coast", "the <Somali> coast guard", "off the <Somali> list"] {
        assert!(found(text).is_empty(), "{text}");
    }
}

#[test]
fn parts_of_areas() {
    for (text, bearing) in [
        ("in northern {Iraq}", Some(0.0)),
        ("Northern {Iraq} was calm", Some(0.0)),
        ("in far south-eastern {Iraq}", Some(135.0)),
        ("in northeast {Iraq}", Some(45.0)),
        ("in central {Iraq}", None),
        ("from the north of {Iraq}", Some(0.0)),
        ("in the eastern part of {Iraq}", Some(90.0)),
        ("in {Iraq}'s north, where", Some(0.0)),
        ("in eastern [Mosul]", Some(90.0)),
        ("in downtown [Mosul]", None),
    ] {
        assert_eq!(read(text), (RelationKind::Part, None, bearing), "{text}");
    }
    for text in [
        "the Northern {Iraq} Initiative said",
        "{Iraq}'s northern province",
        "in northern {Anbar} province",
        "{China}'s southeastern {Anhui}",
        "the north [Mosul] derby",
        "the western region of {Darfur}",
        "the southern {Mali} front",
        "in central {Asia}",
    ] {
        assert!(found(text).is_empty(), "{text}");
    }
}

/// The model may take the direction into the name.
#[test]
fn parts_inside_a_mention() {
    let inside = |marked_text: &str| {
        let (text, mentions, _) = marked(marked_text);
        find(&text, &mentions, &[Named { extent: Extent::Country, part_of: Some(PlaceIndex(0)) }])
    };
    let [part] = &inside("in [northern Iraq] on Monday")[..] else { panic!() };
    assert_eq!((part.stated.kind, part.span, part.target), (RelationKind::Part, Span::new(3, 11), None));
    assert!(inside("on the [Central Plateau]").is_empty());
    assert!(found("in [North Korea]").is_empty());
}

#[test]
fn coasts_edges_and_neighbourhoods() {
    for (text, kind, bearing) in [
        ("off the coast of {Yemen}", RelationKind::Coast, None),
        ("off the western coast of {Yemen}", RelationKind::Coast, Some(270.0)),
        ("off {Yemen}'s southern coast", RelationKind::Coast, Some(180.0)),
        ("The ship sank off [Aden]", RelationKind::Coast, None),
        ("on the outskirts of [Mosul]", RelationKind::Outskirts, None),
        ("in the southern suburbs of [Mosul]", RelationKind::Outskirts, Some(180.0)),
        ("[Mosul]'s eastern outskirts", RelationKind::Outskirts, Some(90.0)),
        ("near [Mosul]", RelationKind::Near, None),
        ("not far from the town of [Mosul]", RelationKind::Near, None),
        ("a factory outside [Mosul]", RelationKind::Near, None),
    ] {
        assert_eq!(read(text), (kind, None, bearing), "{text}");
    }
    assert_eq!(read("20 kilometers off [Aden]"), (RelationKind::Coast, Some(20.0), None));
    for text in [
        "took off [Aden]",
        "sources close to [Mosul]",
        "the highest rate outside {China}",
        "on the edge of the [Nile River]",
    ] {
        assert!(found(text).is_empty(), "{text}");
    }
}

#[test]
fn between_two_places() {
    for text in [
        "stopped between [Homs] and [Hama]",
        "The town lies between {Iran} and {Iraq}",
        "halfway between {Iran} and [Homs]",
    ] {
        let found = one(text);
        assert_eq!((found.stated.kind, &found.anchors[..]), (RelationKind::Between, &[0, 1][..]), "{text}");
    }
    for text in [
        "talks between [Homs] and [Hama]",
        "the last flight between [Homs] and [Hama]",
        "the border between {Iran} and {Iraq}",
        "what happened between {Iran} and {Iraq}",
        "between [Homs] and, later, [Hama]",
    ] {
        assert!(found(text).is_empty(), "{text}");
    }
}

#[test]
fn targets_of_phrases_without_distance() {
    for text in [
        "in [Mosul] in northern {Iraq}",
        "[Mosul], northern {Iraq}",
        "[Mosul] is a city in northern {Iraq}",
        "[al-Bir], a small village near {Mosul}",
        "[al-Bir], just south of {Mosul}",
        "The army took [Xyz], on the outskirts of {Mosul}",
    ] {
        assert_eq!(target(&one(text)), Some(0), "{text}");
    }
    for text in
        ["to [Somaliland], southern {Ethiopia} and Kenya", "flew from [Homs] near {Mosul}", "[Homs] fell. Near {Mosul}"]
    {
        assert_eq!(target(&one(text)), None, "{text}");
    }
}

#[test]
fn targets_past_what_the_anchor_is_in() {
    assert_eq!(target(&found("Some 8 km from [Budgam] district in {Kashmir}, is [Xyz], a village.")[0]), Some(2));
    assert_eq!(
        target(&found("South of [Batna], in the {Aures} mountains, lies the ancient city of [Timgad].")[0]),
        Some(2)
    );
    assert_eq!(target(&found("Some 8 km from [Budgam], in {Kashmir}, and in [Xyz]")[0]), None);
    assert_eq!(target(&found("Near [Batna], in {Algeria}, troops left [Timgad].")[0]), None);
}

#[test]
fn phrases_that_are_joined_share_their_target() {
    let found = found("[Xyz] lies 15 km (9 mi) north of [Homs], 20 km west of [Hama] and about 90 km from [Aleppo].");
    assert_eq!(found.iter().map(target).collect::<Vec<_>>(), [Some(0); 3]);
    let near = super::tests::found("near the town of [Xyz], about 25 km south of [Homs]");
    assert_eq!(near.iter().map(target).collect::<Vec<_>>(), [None, Some(0)]);
    let chained = super::tests::found("At [Xyz] Park, just south of [Homs] near [Hama].");
    assert_eq!(chained.iter().map(target).collect::<Vec<_>>(), [None; 2]);
    let chained = super::tests::found("At [Xyz Park], just south of [Homs] near [Hama].");
    assert_eq!(chained.iter().map(target).collect::<Vec<_>>(), [Some(0); 2]);
    let found = super::tests::found("15 km north of [Homs] and 20 km west of [Hama]");
    assert_eq!(found.iter().map(target).collect::<Vec<_>>(), [None; 2]);
}

#[test]
fn the_subject_of_the_sentence_lies_there() {
    for text in [
        "[Xyz] (Arabic: abc) is a town on the river Def in {Syria}, 45 km south of [Homs].",
        "The town of [Xyz] is located in a valley some 45 km south of [Homs].",
        "[Xyz] was shelled. It lies 45 km south of [Homs].",
        "[Xyz] is a village. The population was 12 in 2004. It is located 45 km south of [Homs].",
        "Shells hit the village of [Xyz]. The village is about 45 km south of [Homs].",
        "[Xyz] lies near the mouth of the [Lockhart River], in the eastern end of {Great Slave Lake}.",
        "[Xyz] is a town. Located 45 km south of [Homs], it is known for its figs.",
    ] {
        let found = found(text);
        assert_eq!(target(found.last().unwrap()), Some(0), "{text}");
    }
    for text in [
        "[Xyz] is a town in the north of {Syria} about 45 km south of [Homs].",
        "[Xyz] is a town.[1] In 2010, it was burnt.[2] It is 45 km south of [Homs].",
        "[Xyz] is a town. Close to the border, the village is about 45 km south of [Homs].",
        "[Xyz] is a village in {Syria}. It's located about 45 km south of [Homs].",
        "[Xyz] is a town. By road, it is 45 km south of [Homs].",
        "[Xyz] is a town (founded by A. Farmer. Built by B.), and was burnt. It is 45 km south of [Homs].",
        "[Xyz] is a town. The [Abc River] flows by. It is located 45 km south of [Homs].",
    ] {
        let found = found(text);
        assert_eq!(target(found.last().unwrap()), Some(0), "{text}");
    }
    for text in
        ["Located 45 km south of [Homs], [Xyz] is known for its figs.", "45 km south of [Homs], [Xyz] is empty."]
    {
        assert_eq!(target(&one(text)), Some(1), "{text}");
    }
    for text in [
        "The president left [Abc]. He is in a camp 45 km south of [Homs].",
        "The army left [Abc]. It now stands 45 km south of [Homs].",
        "Fighting in [Abc] and [Def]. It is 45 km south of [Homs].",
        "{Syria} is at war. It holds a town 45 km south of [Homs].",
        "[Xyz] is a town. The tanker left it on Monday. It was 45 km south of [Homs].",
        "[Xyz] is a town. Troops hold the village of [Abc], and [Def]. It was shelled 45 km south of [Homs].",
        "45 km south of [Homs], [Xyz] said on Monday",
    ] {
        assert_eq!(target(found(text).last().unwrap()), None, "{text}");
    }
}

#[test]
fn names_become_places_by_what_is_said_of_them() {
    let completed = |text: &str, mentions: Vec<Mention>| -> Vec<(String, Label)> {
        let found = names::complete(text, mentions);
        found.into_iter().map(|mention| (mention.span.of(text).to_owned(), mention.label)).collect()
    };
    let person = |start, end| Mention::new(Span::new(start, end), Label::Per, 0.9);
    let xyz = || vec![("Xyz".to_owned(), Label::Loc)];
    for text in
        ["Xyz is a small town in Italy.", "Xyz (Arabic: abc) is a town and commune.", "The Xyz is a village near it."]
    {
        assert_eq!(completed(text, Vec::new()), xyz(), "{text}");
    }
    assert_eq!(completed("Xyz is a town in it.", vec![person(0, 3)]), xyz());
    assert_eq!(completed("Bourg-en-Xyz is a town in it.", vec![person(9, 12)])[0].0, "Bourg-en-Xyz");
    assert_eq!(completed("It lies 45 km south of Xyz.", vec![person(23, 26)]), xyz());
    assert_eq!(completed("It lies 45 km south of the city of Xyz, he said.", Vec::new()), xyz());
    assert_eq!(completed("Xyz nad Labem is a town in it.", vec![person(0, 3)])[0].0, "Xyz nad Labem");
    assert_eq!(completed("Xyz is a small fishing, diving and tourist town in it.", Vec::new()), xyz());
    for text in [
        "It is a town in Italy.",
        "Anna is a small town girl.",
        "Anna is a singer from the town of it.",
        "Anna was mayor of a town.",
        "xyz is a town.",
    ] {
        assert_eq!(completed(text, Vec::new()), [], "{text}");
    }
    assert_eq!(completed("He met Xyz.", vec![person(7, 10)])[0].1, Label::Per);
}

#[test]
fn directions_and_ships_are_no_places() {
    let place = |text: &str, name: &str| {
        let start = text.find(name).unwrap();
        let mention = Mention::new(Span::new(start, start + name.len()), Label::Loc, 0.9);
        names::complete(text, vec![mention])
            .into_iter()
            .map(|mention| (mention.span.of(text).to_owned(), mention.label))
            .collect::<Vec<_>>()
    };
    assert_eq!(place("53 km WSW of Xyz, Chile", "WSW"), [("Xyz".to_owned(), Label::Loc)]);
    assert_eq!(place("12 miles (19 km) S.E. of Xyz.", "S.E."), [("Xyz".to_owned(), Label::Loc)]);
    assert_eq!(place("He lives in NW London", "NW")[0].1, Label::Loc);
    for (text, name) in [
        ("The tanker Xyz Star was hit", "Xyz Star"),
        ("the ferry “Xyz” sank", "Xyz"),
        ("aboard MV Xyz on Monday", "MV Xyz"),
        ("aboard the USS Xyz", "Xyz"),
        ("Tropical Storm Xyz weakened", "Xyz"),
    ] {
        assert_eq!(place(text, name), [(name.to_owned(), Label::Misc)], "{text}");
    }
    for (text, name) in
        [("After the storm Texas rebuilt", "Texas"), ("the port of Xyz", "Xyz"), ("a ship off Xyz", "Xyz")]
    {
        assert_eq!(place(text, name)[0].1, Label::Loc, "{text}");
    }
}
