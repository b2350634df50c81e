//! Mentions as the model gives them, and what is made of them.

use proptest::prelude::*;

use super::*;
use crate::gazetteer::build::PlaceInput;
use crate::gazetteer::testing::{gazetteer, place};
use crate::gazetteer::{Gazetteer, NameKind};
use crate::ner::tags::Tag;
use crate::ner::word::Words;

fn places() -> Gazetteer {
    let within = |code: &str, place: PlaceInput| PlaceInput { admin1: Some(code.to_owned()), ..place };
    gazetteer([
        within("ME", place("geonames:1", "Maine", "A.ADM1", (45.5, -69.0), "US", 1_300_000)),
        within("KY", place("geonames:2", "Kentucky", "A.ADM1", (38.2, -84.9), "US", 4_500_000))
            .with_name("Ky.", NameKind::Abbreviation),
        within("ME", place("geonames:3", "Bangor", "P.PPL", (44.8, -68.8), "US", 32_000)),
        within("KY", place("geonames:4", "London", "P.PPL", (37.1, -84.1), "US", 8_000)),
        place("geonames:5", "Egypt", "A.PCLI", (27.0, 30.0), "EG", 98_000_000).with_name("Egyptian", NameKind::Demonym),
        place("geonames:6", "Cairo", "P.PPLC", (30.1, 31.2), "EG", 9_000_000),
        place("geonames:7", "Tyne and Wear", "A.ADM2", (54.9, -1.6), "GB", 1_100_000),
        place("geonames:8", "Kingston upon Hull", "P.PPLA2", (53.7, -0.3), "GB", 280_000),
        place("geonames:9", "Trinidad and Tobago", "A.PCLI", (11.0, -61.0), "TT", 1_300_000),
        place("geonames:10", "Tora prison", "S.PRN", (29.9, 31.3), "EG", 0),
        place("geonames:11", "Lake Chad", "H.LK", (13.0, 14.0), "", 0),
        place("geonames:12", "Turkey", "A.PCLI", (39.0, 35.0), "TR", 80_000_000)
            .with_name("Turkish", NameKind::Demonym),
        place("geonames:14", "Fenit", "P.PPL", (36.2, 5.4), "EG", 90_000),
        place("geonames:16", "Marsa", "P.PPL", (31.0, 27.0), "EG", 60_000),
        place("geonames:15", "Cox's Bazar", "P.PPL", (21.4, 92.0), "BD", 250_000),
        place("geonames:13", "Reading", "P.PPL", (51.4, -1.0), "GB", 240_000),
    ])
}

/// Amends a text in which `[brackets]` stand around places and `{braces}` around persons.
fn corrected(marked: &str) -> Vec<String> {
    corrected_with(marked, &[])
}

/// The same, the model giving some words of the text a probability to be a place.
fn corrected_with(marked: &str, wavering: &[(&str, f32)]) -> Vec<String> {
    let (mut text, mut mentions) = (String::new(), Vec::<Mention>::new());
    for c in marked.chars() {
        match c {
            '[' | '{' | '<' => {
                let label = match c {
                    '[' => Label::Loc,
                    '{' => Label::Per,
                    _ => Label::Misc,
                };
                mentions.push(Mention::new(Span::new(text.len(), text.len()), label, 1.0));
            }
            ']' | '}' | '>' => mentions.last_mut().unwrap().span.end = text.len(),
            c => text.push(c),
        }
    }
    let tags = [Tag::Outside, Tag::Begin(Label::Loc)];
    let words = wavering.iter().map(|&(word, likely)| {
        let start = text.find(word).unwrap();
        (Span::new(start, start + word.len()), 0, vec![(1.0 - likely).ln(), likely.ln()])
    });
    let evidence = Evidence::of_words(&text, &Words::of(words), &tags, 1.0);
    let found = correct(&text, mentions, &evidence, &places());
    assert!(found.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start), "{found:?}");
    assert_eq!(correct(&text, found.clone(), &Evidence::default(), &places()), found, "amending once is enough");
    found.iter().map(|mention| format!("{} {}", mention.span.of(&text), mention.label)).collect()
}

#[test]
fn a_place_and_what_it_is_in_are_two_names() {
    assert_eq!(corrected("in [Bangor, Maine]."), ["Bangor LOC", "Maine LOC"]);
    assert_eq!(corrected("in [Bangor, Kentucky]."), ["Bangor LOC", "Kentucky LOC"]);
    assert_eq!(corrected("in [Bangor, Monday]."), ["Bangor, Monday LOC"]);
    assert_eq!(corrected("in [Bangor], Maine, on"), ["Bangor LOC", "Maine LOC"]);
    assert_eq!(corrected("in [Bangor], Monday"), ["Bangor LOC"]);
    assert_eq!(corrected("Near Bangor, [Maine], on"), ["Bangor LOC", "Maine LOC"]);
    assert_eq!(corrected("from Bangor, [Maine] (AP)"), ["Bangor LOC", "Maine LOC"]);
    // Nothing closes it off, or the name is a part of a word.
    assert_eq!(corrected("in Bangor, [Maine] beat London"), ["Maine LOC"]);
    assert_eq!(corrected("eBangor, [Maine], al-Bangor, [Maine], on"), ["Maine LOC", "Maine LOC"]);
    // What lies elsewhere, and what is a name already.
    assert_eq!(corrected("in London, [Maine], on"), ["Maine LOC"]);
    assert_eq!(corrected("with {Bangor}, [Maine], on"), ["Bangor PER", "Maine LOC"]);
}

#[test]
fn merged_names_are_parted() {
    assert_eq!(corrected("in [Egypt, Cairo]"), ["Egypt LOC", "Cairo LOC"]);
    assert_eq!(corrected("in the [Egyptian city of Cairo]"), ["Egyptian MISC", "Cairo LOC"]);
    assert_eq!(corrected("to [Bangor in Maine]"), ["Bangor LOC", "Maine LOC"]);
    // What the gazetteer lacks is parted from the region that it lies in.
    assert_eq!(corrected("in [Stroudham, Maine]"), ["Stroudham LOC", "Maine LOC"]);
}

#[test]
fn punctuation_is_no_part_of_a_name() {
    assert_eq!(corrected("in [Bangor,] Maine."), ["Bangor LOC", "Maine LOC"]);
    assert_eq!(corrected("in [Bangor.]"), ["Bangor LOC"]);
    assert_eq!(corrected("at [Main St.], in [London, Ky.]"), ["Main St. LOC", "London LOC", "Ky. LOC"]);
}

#[test]
fn a_pair_that_the_model_wavers_at_is_found() {
    let found = |text, inner, outer| corrected_with(text, &[("Bangor", inner), ("Maine", outer)]);
    assert_eq!(found("He died in Bangor, Maine, after the crash.", 0.4, 0.3), ["Bangor LOC", "Maine LOC"]);
    assert_eq!(found("a man of {Bangor}, Maine won", 0.02, 0.3), ["Bangor LOC", "Maine LOC"]);
    // Words that are no names to the model, and a person who no words of place stand before.
    assert!(found("He saw Bangor, Maine, after the crash.", 0.01, 0.3).is_empty());
    assert_eq!(found("with {Bangor}, Maine, on", 0.02, 0.3), ["Bangor PER"]);
}

#[test]
fn names_with_small_words_are_one() {
    assert_eq!(corrected("in [Tyne] and [Wear] on"), ["Tyne and Wear LOC"]);
    assert_eq!(corrected("in Tyne and Wear's towns"), ["Tyne and Wear LOC"]);
    assert_eq!(corrected("Rain hit [Kingston] upon {Hull}."), ["Kingston upon Hull LOC"]);
    assert_eq!(corrected("in [Bangor] and [London]"), ["Bangor LOC", "London LOC"]);
    // Two islands, and two states.
    assert_eq!(corrected("ferries between [Trinidad] and [Tobago] stopped"), ["Trinidad LOC", "Tobago LOC"]);
    assert_eq!(
        corrected("talks between [Trinidad] and [Tobago] and [Egypt] failed"),
        ["Trinidad and Tobago LOC", "Egypt LOC"]
    );
    // A part of a longer name.
    assert_eq!(corrected("[Tyne] and {Wear Valley Trust} said"), ["Tyne LOC", "Wear Valley Trust PER"]);
}

#[test]
fn names_have_the_words_for_their_kind() {
    assert_eq!(corrected("in [Tora] prison"), ["Tora prison LOC"]);
    assert_eq!(corrected("Fish of Lake {Chad} die."), ["Lake Chad LOC"]);
    assert_eq!(corrected("in [Bangor] prison"), ["Bangor LOC"]);
    assert_eq!(corrected_with("the Cox's [Bazar] camps", &[("Cox", 0.3)]), ["Cox's Bazar LOC"]);
    assert_eq!(corrected("the <Lake Chad Basin Commission>"), ["Lake Chad Basin Commission MISC"]);
}

#[test]
fn what_the_words_leave_to_be_a_place_is_one() {
    assert_eq!(corrected_with("{Bangor} (full time)", &[("Bangor", 0.05)]), ["Bangor LOC"]);
    assert_eq!(corrected_with("the town of {Bangor} slept", &[("Bangor", 0.05)]), ["Bangor LOC"]);
    assert_eq!(corrected_with("in {Bangor} they", &[("Bangor", 0.3)]), ["Bangor LOC"]);
    assert_eq!(corrected_with("Children in Reading read.", &[("Reading", 0.3)]), ["Reading LOC"]);
    let likely = [("Cairo", 0.01), ("Fenit", 0.01), ("Marsa", 0.01)];
    assert_eq!(
        corrected_with("{Cairo}, {Fenit} and {Marsa} were calm.", &likely),
        ["Cairo LOC", "Fenit LOC", "Marsa LOC"]
    );
    assert_eq!(corrected_with("{Cairo}, {Fenit} and {Marsa} sang.", &likely), ["Cairo PER", "Fenit PER", "Marsa PER"]);
    // A person, a part of a longer name, and a text that the model did not read.
    assert_eq!(corrected_with("{Bangor} sang in May.", &[("Bangor", 0.3)]), ["Bangor PER"]);
    assert!(corrected_with("at Saint Bangor they", &[("Bangor", 0.3)]).is_empty());
    assert_eq!(corrected("{Bangor} (full time)"), ["Bangor PER"]);
}

#[test]
fn namesakes_of_places_are_none() {
    assert_eq!(corrected("They ate [turkey] in [Turkey]."), ["Turkey LOC"]);
    assert!(corrected("[Turkey] prices rose. [READING] LESSONS").len() < 2);
    assert_eq!(corrected("fire in [london]"), ["london LOC"]);
    assert_eq!(corrected("A dog called [Bangor] slept."), ["Bangor MISC"]);
    assert_eq!(corrected("The band [London] played."), ["London MISC"]);
    assert_eq!(corrected("He wore a [London] hat."), ["London MISC"]);
    assert_eq!(corrected("[Bangor], 9, and her brother"), ["Bangor PER"]);
    assert_eq!(corrected("He read “Winter in [Bangor]” twice."), ["Bangor MISC"]);
    assert_eq!(
        corrected("A village called [Bangor] lies in [London], the company said."),
        ["Bangor LOC", "London LOC"]
    );
}

#[test]
fn abbreviations_have_their_stops() {
    assert_eq!(corrected("[LONDON], [Ky]. (AP) — A man"), ["LONDON LOC", "Ky. LOC"]);
    assert_eq!(corrected("a man of [London], Ky., said"), ["London LOC", "Ky. LOC"]);
    assert_eq!(corrected("Sen. {Jo Doe}, {D-Ky}., said"), ["Jo Doe PER", "Ky. LOC"]);
}

#[test]
fn dispatches_begin_with_a_place() {
    assert_eq!(corrected("BANGOR — A man"), ["BANGOR LOC"]);
    assert_eq!(corrected("Tax is up. {BANGOR}, Maine (AP) -- A man"), ["BANGOR LOC", "Maine LOC"]);
    assert_eq!(corrected("Bangor (Reuters) - A man"), ["Bangor LOC"]);
    assert!(corrected("Bangor - A man").is_empty());
    assert!(corrected("BREAKING: A man").is_empty());
}

#[test]
fn what_something_is_based_in_is_a_place() {
    assert_eq!(corrected("the <Bangor-based> paper"), ["Bangor LOC"]);
    assert_eq!(corrected("the Bangor-based paper"), ["Bangor LOC"]);
    assert_eq!(corrected("The {Bangor}-born man"), ["Bangor LOC"]);
    assert_eq!(corrected("a New Bangor-area school"), ["Bangor LOC"]);
    // What the gazetteer doesn't have, a people, what may be a common word, and a longer name.
    assert!(corrected("the Xyz-based paper. Bangor-based, it said").is_empty());
    assert_eq!(corrected("the <Egyptian>-born man"), ["Egyptian MISC"]);
    // A name that is a place's too, but not to the model.
    assert_eq!(corrected("the <Bangor>-born man"), ["Bangor MISC"]);
    assert_eq!(corrected("the <Bangor-based Daily News>"), ["Bangor-based Daily News MISC"]);
}

#[test]
fn what_is_a_place_elsewhere_is_one() {
    assert_eq!(corrected("London police said that [London] slept."), ["London LOC", "London LOC"]);
    assert_eq!(corrected("A London, Ky., man said that [London] slept."), ["London LOC", "Ky. LOC", "London LOC"]);
    assert_eq!(corrected("Londoners said that [London] slept."), ["London LOC"]);
    assert_eq!(corrected("the Egyptian team"), ["Egyptian MISC"]);
    assert_eq!(corrected("{London} of [London]"), ["London PER", "London LOC"]);
}

proptest! {
    /// Whatever is marked in whatever text: mentions stay in order, apart, and on the borders of characters.
    #[test]
    fn any_mentions_are_amended(words in proptest::collection::vec((word(), 0..5usize), 0..25)) {
        let (mut text, mut mentions) = (String::new(), Vec::<Mention>::new());
        for (word, label) in words {
            let start = text.len();
            text.push_str(&word);
            if let (Some(&label), false) = (Label::ALL.get(label), word.is_empty()) {
                mentions.push(Mention::new(Span::new(start, text.len()), label, 0.9));
            }
            text.push(if start % 3 == 0 { '-' } else { ' ' });
        }
        let gazetteer = places();
        let found = correct(&text, mentions, &Evidence::default(), &gazetteer);
        prop_assert!(found.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start), "{text:?} {found:?}");
        prop_assert!(found.iter().all(|mention| !mention.span.of(&text).is_empty()), "{text:?} {found:?}");
        for toponym in crate::resolve::toponym::find(&text, &found, &[], &gazetteer) {
            let mention = found[toponym.mention].span;
            prop_assert!(mention.start <= toponym.span.start && toponym.span.end <= mention.end, "{text:?}");
        }
    }
}

fn word() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "Bangor, Maine",
        "Bangor",
        "Bangor,",
        "Maine",
        "LONDON",
        "London",
        "Ky",
        "Ky.",
        "KY",
        "D-Ky",
        "R-Maine",
        "Egyptian",
        "— ",
        "(AP) -- ",
        "A.",
        ", ",
        "é",
        "the London Police",
        "Bangor-London",
        "Bangor-based",
        "Tyne and Wear",
        "Kingston upon",
        "prison",
        "Lake",
        "turkey",
        "a dog named",
        "hat",
        "“",
        "”",
        "\n",
        "¿Ünï",
        "’s",
    ]);
    prop_oneof![4 => known.prop_map(str::to_owned), 1 => "\\PC{0,6}"]
}
