//! The types of other label sets, and what they are here. The table of the guide to models says the same.

use crate::mention::Label;

/// What a model's type of name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnownType {
    /// It has a counterpart.
    Label(Label),
    /// It is known, and has none: a date, an amount. It keeps its own name.
    Value,
}

/// Types by the labels that they are mapped to, in upper case, with `_` for every other joint. A type of two levels
/// ("location-GPE", "pers.ind") is looked for as a whole, and then by its first level.
const TYPES: [(Label, &str); 4] = [
    (
        Label::Per,
        "PER PERS PERSON PERSONS PERSONNE PERSONA PESSOA PEOPLE NAME HUMAN ARTIST ATHLETE CLERIC POLITICIAN SCIENTIST \
         SPORTSMANAGER OTHERPER",
    ),
    (
        Label::Org,
        "ORG ORGANIZATION ORGANISATION ORGANIZACION ORGANIZACAO CORPORATION CORP GROUP GRP COMPANY INSTITUTION GOVERNMENT \
         MUSICALGRP PUBLICCORP PRIVATECORP AEROSPACEMANUFACTURER SPORTSGRP CARMANUFACTURER",
    ),
    (
        Label::Loc,
        "LOC LOCATION LIEU LUGAR LOCAL GPE GEO FAC FACILITY BUILDING CITY TOWN COUNTRY STATE STATE_OR_PROVINCE PROVINCE REGION \
         PLACE ADDRESS SCENE HUMANSETTLEMENT STATION OTHERLOC",
    ),
    (
        Label::Misc,
        "MISC MISCELLANEOUS NORP NATIONALITY RELIGION IDEOLOGY EVENT EVE EVT PRODUCT PROD PRD WORK_OF_ART ART LANGUAGE LANG LAW \
         CREATIVE_WORK CW OTH OTHER NAT BOOK GAME MOVIE LEGISLACAO JURISPRUDENCIA \
         LOCDERIV LOCPART ORGDERIV ORGPART PERDERIV PERPART OTHDERIV OTHPART",
    ),
];

/// Types that are no names.
const VALUES: &str = "DATE TIME TIM TEMPO PERCENT MONEY QUANTITY ORDINAL CARDINAL NUMBER DURATION SET";

/// What a type of another label set is: CoNLL, OntoNotes, WNUT, GermEval, MultiCoNER, Few-NERD, GMB, HIPE and others. `None`
/// for types that no table knows.
///
/// `has_geo`: whether the set has a type `geo` too. Then it is that of the Groningen Meaning Bank, whose `gpe` are names of
/// peoples ("Iraqi"), while elsewhere `GPE` are countries and cities.
pub fn known_type(name: &str, has_geo: bool) -> Option<KnownType> {
    let in_one_form = |name: &str| name.to_uppercase().replace(['-', ' ', '.', '/'], "_");
    let whole = in_one_form(name);
    if whole == "GPE" && has_geo {
        return Some(KnownType::Label(Label::Misc));
    }
    let first_level = name.split(['-', '.', '/']).next().map(in_one_form).filter(|first| *first != whole);
    [Some(whole), first_level].into_iter().flatten().find_map(|name| {
        let is_in = |types: &str| types.split(' ').any(|known| known == name);
        let label = TYPES.iter().find(|(_, types)| is_in(types)).map(|(label, _)| KnownType::Label(*label));
        label.or(is_in(VALUES).then_some(KnownType::Value))
    })
}

/// The label for a type of another label set; `None` for types that have no counterpart, such as dates and amounts.
pub fn label_of_type(name: &str) -> Option<Label> {
    match known_type(name, false) {
        Some(KnownType::Label(label)) => Some(label),
        Some(KnownType::Value) | None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_of_many_sets() {
        for (label, types) in [
            (Label::Per, "PER person Person pers PERS pers.ind person-politician PESSOA OtherPER"),
            (Label::Org, "ORG organization-media corporation group CORP GRP company org.ent MusicalGRP"),
            (Label::Loc, "LOC GPE FAC geo CITY COUNTRY STATE location-GPE building-airport loc.adm.town Facility"),
            (
                Label::Misc,
                "MISC NORP WORK_OF_ART creative-work CW OTH LOCderiv ORGpart art-music other-law product eve",
            ),
        ] {
            for name in types.split(' ') {
                assert_eq!(label_of_type(name), Some(label), "{name}");
            }
        }
        for name in "DATE tim CARDINAL".split(' ') {
            assert_eq!(known_type(name, true), Some(KnownType::Value), "{name}");
        }
        assert_eq!((known_type("WEAPON", false), label_of_type("")), (None, None));
    }

    #[test]
    fn gpe_are_peoples_in_one_set() {
        assert_eq!(known_type("gpe", true), Some(KnownType::Label(Label::Misc)));
        assert_eq!(known_type("gpe", false), Some(KnownType::Label(Label::Loc)));
    }

    #[test]
    fn the_guide_has_the_table() {
        let guide = include_str!("../guide/models.md");
        for (label, types) in TYPES.iter().map(|(label, types)| (label.name(), *types)).chain([("own name", VALUES)]) {
            let row = guide.lines().find(|line| line.starts_with(&format!("| {label} "))).unwrap_or_default();
            for name in types.split_whitespace() {
                assert!(row.contains(&format!("`{name}`")), "{label}: {name}");
            }
        }
    }
}
