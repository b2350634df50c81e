//! What words say of the kind of a place: beside a name ("the state of Washington", "the port of Aden") and inside it ("Red
//! Sea", "Mount Kenya", "Rafah crossing").

use crate::gazetteer::{FeatureClass, GazetteerPlace};

/// Words with the GeoNames feature codes of what they mean; a star stands for any end of a code, and a letter behind a colon
/// for a whole class.
const KINDS: &[(&[&str], &[&str])] = &[
    (&["country", "nation", "republic", "kingdom"], &["PCL*", "TERR"]),
    (&["state", "province", "governorate", "region", "prefecture", "oblast", "emirate", "voivodeship"], &["ADM1*"]),
    (&["county", "district", "parish", "municipality", "raion", "department"], &["ADM2*", "ADM3*"]),
    (&["city", "town", "village", "suburb", "hamlet", "township"], &[":P"]),
    (&["capital"], &["PPLC", "PPLA"]),
    (&["river", "rivers", "creek", "stream"], &["STM*"]),
    (&["canal"], &["CNL*"]),
    (&["lake", "lakes", "loch"], &["LK*", "RSV*", "LGN"]),
    (&["lagoon"], &["LGN", "LK"]),
    (&["reservoir"], &["RSV*", "LK", "DAM"]),
    (&["dam"], &["DAM", "RSV*", "PSH"]),
    (&["falls", "waterfall"], &["FLLS"]),
    (&["ocean"], &["OCN"]),
    (&["sea"], &["SEA", "OCN", "GULF", "LK"]),
    (
        &["gulf", "bay", "bight", "sound", "fjord", "inlet"],
        &["GULF", "BAY*", "SEA", "BGHT", "SD", "FJD", "INLT", "CHN"],
    ),
    (&["strait", "straits", "channel", "passage"], &["STRT", "CHN*", "SEA", "SD"]),
    (&["delta"], &["DLTA", "RGN*"]),
    (&["glacier"], &["GLCR"]),
    (&["mount", "mt", "mountain", "peak", "hill", "mont", "monte"], &["MT", "PK*", "VLC", "HLL", "MTS"]),
    (&["volcano"], &["VLC", "MT", "PK"]),
    (&["mountains", "range", "alps", "hills", "sierra", "highlands"], &["MTS", "HLLS", "MT", "UPLD", "RGN*", "PLAT"]),
    (&["desert"], &["DSRT", "RGN*"]),
    (&["island", "isle", "atoll"], &["ISL*", "ATOL"]),
    (&["islands", "isles", "archipelago"], &["ISLS", "ISL", "PCL*", "TERR", "ATOL"]),
    (&["peninsula"], &["PEN", "RGN*", "CAPE"]),
    (&["cape"], &["CAPE"]),
    (&["valley", "canyon", "gorge"], &["VAL*", "CNYN", "GRGE", "RGN*"]),
    (&["plateau", "plain", "plains", "basin", "steppe"], &["PLAT", "PLN", "RGN*", "UPLD", "BSN*", "DPR"]),
    (&["pass"], &["PASS"]),
    (&["shoal", "reef", "bank", "atolls"], &["RF*", "SHOL", "SHLU", "RFU", "BNKU", "ISL*", "ATOL"]),
    (&["forest", "jungle"], &["FRST*", "RGN*", ":V"]),
    (&["coast"], &["CST", "RGN*"]),
    (&["park"], &["PRK", "AMUS", "RESN*"]),
    (&["airport", "airfield", "airstrip"], &["AIRP", "AIRF", "AIRB"]),
    (&["airbase", "base", "afb", "garrison", "barracks"], &["AIRB", "MILB", "NVB", "INSM", "AIRP", "AIRF", "BRKS"]),
    (&["prison", "jail", "penitentiary"], &["PRN*", "BLDG", "INSM"]),
    (&["camp"], &["CMP*", ":P"]),
    (&["crossing", "checkpoint"], &["CSTM", "BDG", "PASS", "PSTB", "CRNT"]),
    (&["bridge"], &["BDG"]),
    (&["tunnel"], &["TNL*"]),
    (&["square", "plaza"], &["SQR"]),
    (&["stadium", "arena", "speedway", "racecourse"], &["STDM", "RECR", "RECG", "BLDG"]),
    (&["palace", "castle", "tower", "fortress", "citadel"], &["PAL", "CSTL", "TOWR", "FT", "BLDG", "HSTS", "MNMT"]),
    (&["npp", "reactor", "plant"], &["PS*", "FCL", "INDS", "NOV"]),
    (&["port", "harbour", "harbor", "terminal"], &["PORT", "PRT", "HBR", "PIER", "TRMO", ":P"]),
    (
        &["mosque", "cathedral", "church", "temple", "shrine", "basilica", "abbey", "monastery"],
        &["MSQE", "CH", "TMPL", "SHRN", "RLG*", "MSTY", "HSTS", "CVNT"],
    ),
    (&["university", "college"], &["UNIV", "SCH*"]),
    (&["hospital"], &["HSP*"]),
    (&["field", "oilfield"], &["OILF", "GASF", "FLD*"]),
    (&["mine"], &["MN*"]),
    (&["territory", "territories"], &["ADM1*", "TERR", "PCL*", "RGN*"]),
];

/// The codes of what a word in lower case means, if it is a word for a kind of place.
fn codes(word: &str) -> Option<&'static [&'static str]> {
    KINDS.iter().find(|(words, _)| words.contains(&word)).map(|(_, codes)| *codes)
}

/// Whether a word is one for a kind of place.
pub fn is_kind(word: &str) -> bool {
    codes(word).is_some()
}

/// Whether a place is of the kind that a word means.
pub fn fits(word: &str, place: &GazetteerPlace<'_>) -> bool {
    let is = |code: &&str| match (code.strip_suffix('*'), code.strip_prefix(':')) {
        (Some(begin), _) => place.feature.starts_with(begin),
        (_, Some("P")) => place.class == FeatureClass::Populated,
        (_, Some("V")) => place.class == FeatureClass::Vegetation,
        _ => place.feature == *code,
    };
    codes(word).is_some_and(|codes| codes.iter().any(is))
}

/// Whether a word beside a name says that it is no place of this kind. `follows`: "Niger state" is not the country, but
/// "the state of Israel" is one.
pub fn contradicts(word: &str, follows: bool, place: &GazetteerPlace<'_>) -> bool {
    let is_country = place.feature.starts_with("PCL") || place.feature == "TERR";
    match word {
        "state" | "province" | "governorate" | "oblast" | "prefecture" | "county" => {
            place.class == FeatureClass::Populated || (follows && is_country)
        }
        "city" | "town" | "village" | "hamlet" | "suburb" => is_country || (place.feature == "ADM1" && word != "city"),
        "river" => place.class == FeatureClass::Populated,
        _ => false,
    }
}

/// The word of a name, in lower case, that says what kind of place it is: the last ("Red Sea"), or the first ("Mount Kenya",
/// "Gulf of Aden").
pub fn head_noun(name: &str) -> Option<String> {
    let word = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let mut words = name.split_whitespace();
    let (first, last) = (words.next()?, words.next_back()?);
    [last, first].into_iter().map(word).find(|word| is_kind(word))
}

/// Whether names of such places are said with "the": rivers, seas, ranges, regions, groups of islands, buildings; not towns,
/// lakes, single mountains and divisions.
pub fn takes_article(place: &GazetteerPlace<'_>) -> bool {
    match place.class {
        FeatureClass::Water => !place.feature.starts_with("LK"),
        FeatureClass::Terrain => !matches!(place.feature, "MT" | "PK" | "ISL" | "VLC"),
        FeatureClass::Populated | FeatureClass::Administrative => false,
        _ => !matches!(place.feature, "CONT" | "AIRP"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gazetteer::testing;

    #[test]
    fn a_name_says_what_it_is() {
        for (name, noun) in [
            ("Red Sea", Some("sea")),
            ("Mount Kenya", Some("mount")),
            ("Gulf of Aden", Some("gulf")),
            ("Rafah crossing", Some("crossing")),
            ("Zaporizhzhia NPP", Some("npp")),
            ("Salt Lake City", Some("city")),
            ("Sea", None),
            ("Mosul", None),
            ("", None),
        ] {
            assert_eq!(head_noun(name).as_deref(), noun, "{name}");
        }
    }

    #[test]
    fn kinds_fit_their_places() {
        let places = testing::gazetteer([
            testing::place("x:1", "Red Sea", "H.SEA", (20.0, 38.0), "", 0),
            testing::place("x:2", "Red Sea", "A.ADM1", (25.0, 34.0), "EG", 0),
            testing::place("x:3", "Red Sea", "P.PPLA2", (40.0, -90.0), "US", 5_000),
        ]);
        let found: Vec<GazetteerPlace<'_>> =
            places.lookup("Red Sea").iter().filter_map(|found| places.get(found.place)).collect();
        let of = |feature: &str| found.iter().find(|place| place.feature == feature).unwrap();
        let (sea, division, town) = (of("SEA"), of("ADM1"), of("PPLA2"));
        assert!(fits("sea", sea) && !fits("sea", division) && !fits("sea", town));
        assert!(fits("state", division) && fits("town", town) && !fits("meadow", town));
        assert!(takes_article(sea) && !takes_article(town));
    }
}
