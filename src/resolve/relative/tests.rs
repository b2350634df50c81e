//! Reading of relative expressions, without a model or a gazetteer.

use super::*;
use crate::geo::Kilometers;

/// A text in which `[brackets]` stand around places and `{braces}` around areas that cannot be a target.
fn marked(marked: &str) -> (String, Vec<Mention>, Vec<Named>) {
    let (mut text, mut mentions, mut may) = (String::new(), Vec::new(), Vec::new());
    for c in marked.chars() {
        match c {
            '[' | '{' => {
                mentions.push(Mention { span: Span::new(text.len(), 0), label: Label::Loc, score: 1.0 });
                let extent = if c == '[' { Extent::Spot } else { Extent::Country };
                may.push(Named { extent, without_direction: false });
            }
            ']' | '}' => mentions.last_mut().unwrap().span.end = text.len(),
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
