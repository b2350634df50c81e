//! What speaks for a candidate: a vector of named features.
//!
//! Every feature is a number of the order of one that grows with what it measures; [`super::ranker`] weighs them. A new
//! feature is a new field here, where it is measured, and a weight that `scripts/train_ranker.py` finds.

use crate::gazetteer::{Candidate, FeatureClass, Fold, GazetteerPlace, NameKind};

/// Makes a struct of numbers whose fields can also be gone through with their names.
macro_rules! features {
    ($(#[$about:meta])* pub struct $name:ident { $($(#[$doc:meta])* $field:ident,)* }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, Default, PartialEq)]
        pub struct $name {
            $($(#[$doc])* pub $field: f64,)*
        }

        impl $name {
            /// The names of the features, in order.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($field),)*];

            /// The features, in the order of their names.
            pub fn values(&self) -> [f64; Self::NAMES.len()] {
                [$(self.$field,)*]
            }
        }
    };
}

features! {
    /// The features of one candidate.
    pub struct Features {
        /// 1 if the name is spelt letter by letter as the text spells it.
        exact_match,
        /// 1 if the name that matched is the place's own.
        official_name,
        /// 1 if it is a short form, such as "Bosnia".
        short_name,
        /// 1 if it is an abbreviation.
        abbreviation,
        /// 1 if it is a word for the people.
        demonym,
        /// 1 if it is a former name.
        historic_name,
        /// 1 if the source does not say what kind of name it is: often one that nobody uses. Less the larger the place
        /// is, half for 100,000 inhabitants: large places go by their names in many languages.
        unknown_name,
        /// 1 if the name differs from the place's in more than case, accents and punctuation.
        loose_match,
        /// 1 if it does so although another place matches better: the liberty isn't needed.
        needless_liberty,
        /// 1 if only the consonants and a few vowels of two romanisations agree.
        transliterated_match,
        /// A tenth of the natural logarithm of the place's importance (`GazetteerPlace::importance`): of its inhabitants, or
        /// what stands for them.
        importance,
        /// The same for countries alone: how many live in one says less.
        country_importance,
        /// The same for first-level divisions alone.
        first_level_importance,
        /// The same for second-level divisions alone.
        second_level_importance,
        /// How famous the place is, from 0 for unknown to 1 for a country: by the number of languages that have a name for it.
        fame,
        /// The difference of that to the most famous candidate, 0 or less.
        relative_fame,
        /// 1 if none of the others is half as famous.
        outshines,
        /// 1 if no other candidate is of its kind: a settlement, a division, a water and so on.
        alone_of_kind,
        /// A tenth of the logarithm of its importance relative to the most important candidate: 0 for that one, less for
        /// the others.
        relative_importance,
        /// 1 for the candidate that is the most important by far: ten times as important as any other.
        unrivalled,
        /// 1 for the only candidate of a name.
        unique,
        /// The natural logarithm of the number of candidates before it.
        rank,
        /// 1 for a country.
        country,
        /// 1 for a first-level division.
        first_level,
        /// 1 for a second-level division, such as a county.
        second_level,
        /// 1 for a smaller division.
        lower_division,
        /// 1 for the capital of a country.
        capital,
        /// 1 for the seat of a division.
        seat,
        /// 1 for a part of a town.
        town_section,
        /// 1 for a settlement of which the inhabitants are not known.
        uncounted_town,
        /// 1 for a continent, an ocean, a sea or another region.
        great_feature,
        /// 1 for other waters, mountains, islands.
        natural_feature,
        /// 1 for a building, an airport or another spot.
        spot,
        /// The priority that a table gives the place, 1 at most.
        priority,
        /// 1 for a division if a town whose name matches as well lies in it: mostly its seat, and mostly what is meant.
        has_namesake_town,
        /// 1 for a town if a division whose name matches as well lies around it.
        has_namesake_division,
        /// 1 for a division if the capital of a country has its name as well, and lies elsewhere: the state of Washington.
        has_namesake_capital,
        /// For a division, how much larger the town of its name in it is than a million people: New York is the city.
        outshone_by_town,
        /// 1 for a former name if the text is from the time in which it was used.
        historic_in_old_text,
        /// 1 for a former name of a place if another place bears it today.
        historic_rival,
        /// 1 if the name itself says that it is of this kind: "Red Sea".
        head_noun,
        /// 1 if it says that it is not, and another candidate is of the kind that it says.
        other_head_noun,
        /// 1 if "the" stands before the name, and the place is of a kind that takes it: "the Murray".
        article,
        /// 1 if "the" stands before it, and the place is of a kind that doesn't.
        other_article,
        /// 1 if the text calls it a capital, and it is one.
        called_capital,
        /// 1 for a settlement in whose name a text was written: "NEW YORK (AP)".
        dateline_town,
        /// Of the other places of a list, the share that may be siblings: states of one country, countries.
        siblings,
        /// How much larger that share is for another candidate.
        other_siblings,
        /// 1 if the text says that the candidate is in a place that holds it: "Bangor, Maine".
        in_named_container,
        /// The same where both stand in a list that goes on, so that the comma may be its own: "London, Ontario and Paris".
        in_listed_container,
        /// 1 if the text says that it is in something else: no candidate of what it is said to be in holds it, but that
        /// of another candidate does.
        in_other_container,
        /// 1 if the text says that it is in a town near which it lies: "Harlem, New York".
        in_named_town,
        /// 1 if the text says that a place which has such a candidate is in this one: the other side of the same.
        holds_named_place,
        /// 1 if a word beside the name says that it is a place of this kind: "the state of Washington"; 0.4 if it only
        /// stands beside another mention of the name.
        type_word,
        /// 1 if such a word says that it is not: "Plateau state" is no town called Plateau.
        other_type_word,
        /// Of the other places of a list ("Erbil, Dohuk and Sulaymaniyah"), the share that lies in its first-level
        /// division.
        list_division,
        /// Of the other places of a list, the share that lies in its country, or, for countries, that are countries too.
        list_company,
        /// Of the other places of a list, the share that is of its kind: settlements, first-level divisions.
        list_kind,
        /// Of the other places of a list, the share that holds it: "Dublin, Toronto and California" is no Dublin in California.
        list_holder,
        /// How much the document speaks of the candidate's country, from 0 for never towards 1 for often and of no other.
        country_support,
        /// 1 if no other name of the document is in the candidate's country, although others are in some country.
        alone_in_country,
        /// As `country_support`, for its first-level division.
        first_level_support,
        /// As `country_support`, for its second-level division.
        second_level_support,
        /// The importance, as far as the document names nothing else: then the best known place is meant.
        lone_importance,
        /// The importance, as far as the document speaks of many countries: news of the world has the places that the
        /// world knows.
        worldly_importance,
        /// 1 for the capital of a country, as far as the document speaks of many countries.
        worldly_capital,
        /// How surely another place that the document names lies within some 15 km.
        within_15_km,
        /// The same within some 50 km.
        within_50_km,
        /// The same within some 150 km.
        within_150_km,
        /// The same within some 500 km.
        within_500_km,
        /// Of all the places that the document names, the share that lies within some 100 km.
        share_within_100_km,
        /// As `within_50_km`, but only of names that stand beside this one in the text.
        neighbour_within_50_km,
        /// The same within some 500 km.
        neighbour_within_500_km,
        /// How surely it lies in or near a sea, a river, a range or a region that the document names.
        near_area,
        /// How well it agrees with a distance or direction that the text states from a place, or to it.
        stated_position,
        /// 1 if it lies where the document was published, half of it 100 km away.
        near_publisher,
        /// 1 if it is in the country where the document was published.
        publisher_country,
    }
}

features! {
    /// What speaks for it that a name means none of its candidates.
    pub struct NoneFeatures {
        /// 1 always.
        always,
        /// 1 if the name is part of another: "Paris" in "Paris Police Department".
        within,
        /// 1 if it is the whole name of what was recognised as an organisation.
        organisation,
        /// 1 if it is a word for people or for what belongs to a country.
        people,
        /// How unsure the model was that there is a name: 1 less its score.
        unsure,
        /// A tenth of the natural logarithm of the importance of its most important candidate.
        importance,
        /// For a name by itself, how well known the place is that is best known by it: 0 for 15,000 inhabitants or fewer, 1
        /// for 300,000 or more.
        well_known,
        /// For what was recognised as a place, how famous its most famous candidate is.
        famous,
        /// 1 for what was recognised as a place and has a candidate that goes by exactly this name of several words.
        long_name,
        /// 1 for what was recognised as a place of one candidate alone.
        unique,
        /// 1 for what was recognised as a place if a candidate is of the kind that the name says.
        head_noun,
        /// 1 for what was recognised as a place if there is no settlement or division among its candidates.
        only_natural,
        /// 1 for what was recognised as a place if its candidates have it as a former name, and the text is old.
        old_text,
        /// 1 if no candidate has the name but for case, accents and punctuation, and not only because of a word such as
        /// "northern" in front of it.
        only_loosely,
        /// 1 if the name is one word.
        one_word,
        /// 1 if it begins with a lower-case letter that is not one of "northern" or the like.
        lower_case,
        /// 1 if the part of a name is followed by a word for an office, a school or another public body: "County Sheriff".
        before_civic_word,
        /// 1 if it is preceded by "of", "at" or "for" inside a name: "University of Texas".
        after_of,
        /// 1 if it is the beginning of a name that goes on.
        begins_name,
        /// 1 if it is the end of a name that began before it.
        ends_name,
        /// 1 if it is followed by a word for a street.
        before_street_word,
        /// 1 if a person of the document has it as a name.
        person_namesake,
        /// 1 if the document names it more than once.
        repeated,
    }
}

/// The features of a candidate that come from itself and the name.
pub fn intrinsic(candidate: Candidate, place: &GazetteerPlace<'_>) -> Features {
    let (country, first_level) = (is_country(place), place.feature == "ADM1");
    let second_level = place.feature == "ADM2";
    let counted = place.population.filter(|&population| population > 0);
    let importance = f64::from(place.importance().max(1)).ln() / 10.0;
    let great = matches!(place.feature, "CONT" | "OCN" | "SEA" | "GULF" | "RGN" | "RGNE" | "RGNH" | "DSRT")
        || (place.class == FeatureClass::Area && place.feature.is_empty());
    let natural = matches!(place.class, FeatureClass::Water | FeatureClass::Terrain | FeatureClass::Undersea)
        || (matches!(place.class, FeatureClass::Area | FeatureClass::Vegetation) && counted.is_none());
    let town = place.class == FeatureClass::Populated;
    let only = |yes: bool| if yes { importance } else { 0.0 };
    Features {
        exact_match: is(candidate.fold == Fold::Exact),
        official_name: is(candidate.kind == NameKind::Official),
        short_name: is(candidate.kind == NameKind::Short),
        abbreviation: is(candidate.kind == NameKind::Abbreviation),
        demonym: is(candidate.kind == NameKind::Demonym),
        historic_name: is(candidate.kind == NameKind::Historic),
        unknown_name: is(candidate.kind == NameKind::Unknown) / (1.0 + counted.unwrap_or(0) as f64 / 100_000.0),
        loose_match: is(candidate.fold >= Fold::Loose),
        transliterated_match: is(candidate.fold >= Fold::Transliterated),
        importance,
        fame: fame(place),
        country_importance: only(country),
        first_level_importance: only(first_level),
        second_level_importance: only(second_level),
        country: is(country && place.feature != "PCLH"),
        first_level: is(first_level),
        second_level: is(second_level),
        lower_division: is(place.feature.starts_with("ADM") && !first_level && !second_level),
        capital: is(place.feature == "PPLC"),
        seat: is(place.feature.starts_with("PPLA") || place.feature == "PPLG"),
        town_section: is(place.feature == "PPLX"),
        uncounted_town: is(town && counted.is_none()),
        great_feature: is(great),
        natural_feature: is(natural && !great),
        spot: is(matches!(place.class, FeatureClass::Spot | FeatureClass::Road)),
        priority: f64::from(place.priority).clamp(-1.0, 1.0),
        ..Features::default()
    }
}

/// 1 or 0.
pub fn is(yes: bool) -> f64 {
    f64::from(u8::from(yes))
}

/// How famous a place is, from 0 for unknown to 1 for a country.
pub fn fame(place: &GazetteerPlace<'_>) -> f64 {
    f64::from(place.fame).ln_1p() / 256f64.ln()
}

/// A kind of place by which candidates of a name are told apart, as its place in a row.
pub fn group(place: &GazetteerPlace<'_>) -> usize {
    match place.class {
        _ if is_country(place) => 0,
        FeatureClass::Administrative if place.feature == "ADM1" => 1,
        FeatureClass::Administrative => 2,
        FeatureClass::Populated => 3,
        FeatureClass::Water => 4,
        FeatureClass::Terrain => 5,
        FeatureClass::Area => 6,
        _ => 7,
    }
}

/// The number of groups.
pub const GROUPS: usize = 8;

/// Whether the place is a country or was one.
pub fn is_country(place: &GazetteerPlace<'_>) -> bool {
    place.feature.starts_with("PCL") || place.feature == "TERR"
}

/// Whether the text may name the place as what another is in.
pub fn is_container(place: &GazetteerPlace<'_>) -> bool {
    is_country(place) || matches!(place.feature, "ADM1" | "ADM2")
}

/// Whether one place lies in another, as far as the gazetteer says.
pub fn lies_in(inner: &GazetteerPlace<'_>, outer: &GazetteerPlace<'_>) -> bool {
    if inner.index == outer.index || inner.country.is_none() || inner.country != outer.country || is_country(inner) {
        return false;
    }
    match outer.feature {
        "ADM1" => {
            inner.admin1 == Some(outer.index) || (inner.admin1_code.is_some() && inner.admin1_code == outer.admin1_code)
        }
        "ADM2" => inner.feature != "ADM1" && (inner.admin2 == Some(outer.index) || may_lie_in_county(inner, outer)),
        // The Republic of Texas has the code of the country that its land is in today, and holds little of that.
        _ => is_country(outer) && outer.feature != "PCLH",
    }
}

/// Of a town, the gazetteer may know only the first-level division: then it is in a second-level division of that if it
/// is not far from its middle.
fn may_lie_in_county(inner: &GazetteerPlace<'_>, outer: &GazetteerPlace<'_>) -> bool {
    let apart = |a: f64, b: f64| (a - b).abs();
    let (here, there) = (inner.location, outer.location);
    inner.admin2.is_none()
        && inner.feature != "ADM2"
        && (inner.admin1_code == outer.admin1_code || outer.admin1_code.is_none())
        && apart(here.lat, there.lat) < NEAR_DEGREES
        && apart(here.lon, there.lon) * here.lat.to_radians().cos() < NEAR_DEGREES
}

/// Whether a place is a division in which another place of the same name, a town, lies or may lie.
pub fn is_division_around(place: &GazetteerPlace<'_>, town: &GazetteerPlace<'_>) -> bool {
    town.class == FeatureClass::Populated && matches!(place.feature, "ADM1" | "ADM2") && lies_in(town, place)
}

/// How far a second-level division's town is from its middle, at most, in degrees of latitude.
const NEAR_DEGREES: f64 = 0.6;
