//! How likely a name in a newspaper means this place rather than another, before anything else is known.
//!
//! The measure is inhabitants, since that is what is known of most places that are often named. Where it isn't known,
//! a place counts as many as a place of its kind is worth to a reader of newspapers: set by hand, so that the places of
//! a name stand in an order that people would expect. The Amazon stands before the villages that are named after it,
//! and behind a city of millions.

use super::feature_class::FeatureClass;
use crate::geo::Kilometers;

/// Inhabitants, or what a place of its kind is worth.
///
/// The postings of a key stand in the order of this number, so a change of it is a change of what builders write: files
/// of before must be built again, and the format's version goes up.
pub(crate) fn importance(
    class: FeatureClass,
    feature: &str,
    population: Option<u64>,
    radius: Option<Kilometers>,
) -> u32 {
    let worth = || worth(class, feature, radius);
    match population.map(|population| u32::try_from(population).unwrap_or(u32::MAX)) {
        // Forty thousand live in Yukon, but it is more often named than a town of so many.
        Some(population) if class == FeatureClass::Administrative => population.max(worth()),
        Some(population) => population,
        None => worth(),
    }
}

/// What a kilometre of radius is worth for an area that nobody is counted in: a sea, a desert, a macro-region.
const PER_KILOMETER: f64 = 2_000.0;

/// As much as an area without inhabitants is worth at most: as a first-level division.
const MOST_OF_AN_AREA: u32 = 1_000_000;

fn worth(class: FeatureClass, feature: &str, radius: Option<Kilometers>) -> u32 {
    let of_kind = match feature {
        "CONT" | "OCN" => return 100_000_000,
        "PCLI" | "PCLD" | "PCL" | "PCLS" | "PCLF" | "PCLIX" | "TERR" => return 10_000_000,
        "ADM1" | "PCLH" => return MOST_OF_AN_AREA,
        "ADM2" | "ADM1H" => 50_000,
        "ADM3" | "ADM2H" | "ADMD" => 5_000,
        "ADM4" | "ADM3H" | "ADMDH" => 1_000,
        "PPLC" | "PPLG" => return 40_000,
        "PPLA" => return 20_000,
        "PPLA2" => return 5_000,
        "PPLA3" => return 1_500,
        "PPLA4" | "PPLA5" => return 800,
        "PPLX" | "PPLL" | "PPLF" => return 200,
        "PPLH" | "PPLQ" | "PPLW" => return 100,
        "SEA" => 500_000,
        "GULF" | "STRT" => 100_000,
        "RGN" | "RGNE" | "RGNH" | "MTS" | "DSRT" | "PEN" => 20_000,
        "AIRP" | "AIRB" | "MILB" | "NVB" | "CAPE" | "CNL" | "DLTA" | "ISLS" => 5_000,
        "STM" | "STMS" | "LK" | "LKS" | "RSV" | "BAY" | "MT" | "PK" | "VLC" | "ISL" | "PASS" | "PRK" => 2_000,
        _ => match class {
            FeatureClass::Administrative | FeatureClass::Populated => 500,
            FeatureClass::Water | FeatureClass::Terrain | FeatureClass::Area => 300,
            _ => 100,
        },
    };
    // A town reaches as far as it does; of other things, the large ones are in the news.
    let of_size = match (class, radius) {
        (FeatureClass::Populated, _) | (_, None) => 0,
        // A float that is too large or not a number becomes the nearest whole one or 0.
        (_, Some(Kilometers(radius))) => ((radius * PER_KILOMETER) as u32).min(MOST_OF_AN_AREA),
    };
    of_kind.max(of_size)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gazetteer::source::feature_codes;

    #[test]
    fn places_stand_in_the_order_that_readers_expect() {
        use FeatureClass::{Administrative, Area, Populated, Spot, Terrain, Water};
        let unknown = |class, feature, radius: f64| {
            importance(class, feature, None, (radius > 0.0).then_some(Kilometers(radius)))
        };
        let falling = [
            importance(Area, "CONT", Some(4_835_000_000), None),
            unknown(Water, "OCN", 0.0),
            unknown(Administrative, "PCLI", 300.0),
            importance(Populated, "PPLA", Some(1_683_000), None),
            unknown(Administrative, "ADM1", 20.0),
            unknown(Area, "RGN", 400.0),
            unknown(Water, "SEA", 100.0),
            unknown(Water, "STM", 100.0),
            unknown(Administrative, "ADM2", 0.0),
            unknown(Populated, "PPLC", 0.0),
            unknown(Populated, "PPLA", 0.0),
            unknown(Terrain, "MT", 0.0),
            unknown(Populated, "", 0.0),
            unknown(Populated, "PPL", 30.0),
            unknown(Spot, "SCH", 0.0),
            importance(Populated, "PPL", Some(7), None),
        ];
        assert!(falling.is_sorted_by(|a, b| a >= b), "{falling:?}");
    }

    #[test]
    fn any_kind_and_any_radius_has_a_worth() {
        for (class, code) in feature_codes::all() {
            for radius in [None, Some(Kilometers(0.0)), Some(Kilometers(f64::MAX)), Some(Kilometers(f64::NAN))] {
                assert!(importance(class, code, None, radius) > 0, "{code}");
            }
        }
    }
}
