//! What each feature says, in words for people.
//!
//! A feature of a candidate is a predicate: what a candidate with more of it does or is ("is better known"), and, where that
//! can be said too, one with less of it. Features that measure the same thing in several ways share their words, so that they
//! are told once. A feature of "none of these" is a sentence about the name.

use super::features::{Features, NoneFeatures};

/// What a feature says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words {
    /// Of a candidate or a name that has more of it.
    pub more: &'static str,
    /// Of one that has less of it; `None` where having nothing of it is nothing to tell.
    pub less: Option<&'static str>,
}

/// The words of the feature by which a place is found to lie in what the text names beside it: who has the text can say more.
pub const IN_NAMED_CONTAINER: &str = "lies in what the text says it is in";

/// The words of the features that measure how well known a place is.
pub const WELL_KNOWN: &str = "is better known";
/// The same of the other side.
pub const LITTLE_KNOWN: &str = "is less well known";
const ONLY_LIKE: &str = "has a name that is only like it";
const NEAR_OTHERS: &str = "lies near other places that the text names";
const NEAR_NEIGHBOURS: &str = "lies near the places named beside it";
const IN_DIVISION: &str = "lies in a state, province or district that the text speaks of";
const OF_LIST: &str = "goes with the other places of the list";
const CAPITAL: &str = "is the capital of a country";

/// The names of all features: of candidates, and of "none of these".
pub fn features() -> (&'static [&'static str], &'static [&'static str]) {
    (Features::NAMES, NoneFeatures::NAMES)
}

/// What a feature of a candidate says: a predicate of the candidate. `None` for a name that is no feature's.
pub fn of_candidate(feature: &str) -> Option<Words> {
    let (more, less) = match feature {
        "exact_match" => ("has a name that is written just so", None),
        "official_name" => ("goes by this name", None),
        "short_name" => ("has this name for short", None),
        "abbreviation" => ("is abbreviated so", None),
        "demonym" => ("has a people that is called so", None),
        "historic_name" => ("had this name in former days", None),
        "unknown_name" => ("has this name only in a list of other names", None),
        "loose_match" | "needless_liberty" => (ONLY_LIKE, None),
        "transliterated_match" => ("has a name that only sounds like it", None),
        "importance"
        | "relative_importance"
        | "unrivalled"
        | "country_importance"
        | "first_level_importance"
        | "second_level_importance"
        | "fame"
        | "relative_fame"
        | "outshines"
        | "lone_importance"
        | "worldly_importance" => (WELL_KNOWN, Some(LITTLE_KNOWN)),
        "rank" => (LITTLE_KNOWN, Some(WELL_KNOWN)),
        "unique" => ("is the only place of that name", None),
        "alone_of_kind" => ("is the only place of its kind with that name", None),
        "country" => ("is a country", None),
        "first_level" => ("is a state or province", None),
        "second_level" => ("is a county or district", None),
        "lower_division" => ("is a small division", None),
        "capital" | "worldly_capital" => (CAPITAL, None),
        "seat" => ("is the seat of a state, province or district", None),
        "town_section" => ("is only a part of a town", None),
        "uncounted_town" => ("is a settlement whose inhabitants are not known", None),
        "great_feature" => ("is a continent, a sea or another large region", None),
        "natural_feature" => ("is a river, a mountain, an island or the like", None),
        "spot" => ("is a building or another spot", None),
        "priority" => ("is put first by a table of places", None),
        "has_namesake_town" => ("has a town of the same name in it", None),
        "has_namesake_division" => ("lies in a division of the same name", None),
        "has_namesake_capital" => ("has the name of a capital elsewhere", None),
        "outshone_by_town" => ("has a large city of the same name in it", None),
        "historic_in_old_text" => ("had this name when the text was written", None),
        "historic_rival" => ("had a name in former days that another place has now", None),
        "head_noun" => ("is of the kind that the name itself says", None),
        "other_head_noun" => ("is of another kind than the name itself says", None),
        "article" => ("is of a kind that is named with \"the\"", None),
        "other_article" => ("is of a kind that is not named with \"the\"", None),
        "called_capital" => ("is a capital, as the text says", None),
        "dateline_town" => ("is a town, as a dateline names it", None),
        "siblings" => (OF_LIST, None),
        "other_siblings" => ("does not go with the other places of the list", Some(OF_LIST)),
        "in_named_container" | "in_listed_container" => (IN_NAMED_CONTAINER, None),
        "in_other_container" => ("does not lie in what the text says it is in", Some(IN_NAMED_CONTAINER)),
        "in_named_town" => ("lies near the town that the text says it is in", None),
        "holds_named_place" => ("holds a place that the text puts in it", None),
        "type_word" => ("is of the kind that a word beside the name says", None),
        "other_type_word" => ("is of another kind than a word beside the name says", None),
        "list_division" | "list_company" | "list_kind" => (OF_LIST, None),
        "list_holder" => ("lies in another place of the list", None),
        "country_support" => ("is in a country that the text speaks of", None),
        "alone_in_country" => ("would be the text's only place in its country", None),
        "first_level_support" | "second_level_support" => (IN_DIVISION, None),
        "within_15_km" | "within_50_km" | "within_150_km" | "within_500_km" | "share_within_100_km" => {
            (NEAR_OTHERS, None)
        }
        "neighbour_within_50_km" | "neighbour_within_500_km" => (NEAR_NEIGHBOURS, None),
        "near_area" => ("lies in or near a sea, a river or a region that the text names", None),
        "stated_position" => ("lies where the text says, by distance or direction", None),
        "near_publisher" => ("lies near where the text was published", None),
        "publisher_country" => ("is in the country where the text was published", None),
        _ => return None,
    };
    Some(Words { more, less })
}

/// What a feature of "none of these" says: a sentence about the name, without its full stop. `None` for a name that is no
/// feature's.
pub fn of_none(feature: &str) -> Option<Words> {
    let (more, less) = match feature {
        "always" => ("many names are those of places that no gazetteer has", None),
        "within" => ("it is a part of another name", None),
        "organisation" => ("it is the name of an organisation", None),
        "people" => ("it is a word for a people", None),
        "unsure" => ("it may be no name of a place at all", None),
        "importance" | "well_known" | "famous" => {
            ("its best known place is well known", Some("even its best known place is little known"))
        }
        "long_name" => ("a place has just this name of several words", None),
        "unique" => ("only one place has this name", None),
        "head_noun" => ("the name itself says what kind of place it is", None),
        "only_natural" => ("no settlement has this name", None),
        "old_text" => ("a place had this name when the text was written", None),
        "only_loosely" => ("no place has just this name", None),
        "one_word" => ("it is one word", None),
        "lower_case" => ("it begins with a small letter", None),
        "before_civic_word" => ("the name of an office, a school or the like goes on behind it", None),
        "after_of" => ("it stands behind \"of\", \"at\" or \"for\" inside a name", None),
        "begins_name" => ("a name begins with it", None),
        "ends_name" => ("a name ends with it", None),
        "before_street_word" => ("a word for a street follows", None),
        "person_namesake" => ("a person of the text has this name", None),
        "repeated" => ("the text has it more than once", None),
        _ => return None,
    };
    Some(Words { more, less })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resolve::features::{Features, NoneFeatures};

    #[test]
    fn every_feature_has_words() {
        let wordless = |names: &[&'static str], words: fn(&str) -> Option<Words>| -> Vec<&'static str> {
            names.iter().copied().filter(|name| words(name).is_none()).collect()
        };
        assert_eq!(wordless(Features::NAMES, of_candidate), Vec::<&str>::new(), "give them words above");
        assert_eq!(wordless(NoneFeatures::NAMES, of_none), Vec::<&str>::new(), "give them words above");
    }
}
