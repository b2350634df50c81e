//! Words and patterns that several forms of phrases share.

use std::sync::LazyLock;

use regex::Regex;

/// Words for a settlement or spot, as they stand between a name and its distance.
pub const TYPE_WORD: &str = "(?:(?:small|tiny|nearby|border|coastal|mountain|farming|market|port|rural|remote|northern|southern|\
                         eastern|western|central|historic|ancient|strategic|besieged|mainly|industrial|mining|fishing|\
                         provincial|regional|state|county|capital)[ -]+){0,3}(?:town|village|city|cent(?:er|re)|hamlet|\
                         settlement|suburb|district|area|base|camp|airport|port|island|community|comune|municipality|\
                         township|capital|commune|neighbou?rhood|resort|crossing|checkpoint|outpost|site|mine|farm)";

/// Words that say that a number is not exact.
pub const HEDGE: &str = "(?:about|around|roughly|some|nearly|almost|approximately|approx\\.|just|only|barely|at least|less \
                     than|more than|over|under|up to|an estimated|close to|circa|ca\\.|c\\.)";

/// What has a position or a way and is no place: ships, aircraft, storms, earthquakes. Their names are none of places either.
pub const VESSEL: &str = "ship|vessel|tanker|freighter|trawler|frigate|destroyer|corvette|submarine|warship|yacht|ferry|boat|\
                          fishing boat|bulk carrier|container ship|cargo ship|aircraft carrier|cruise ship|coaster|dhow|tugboat|tug|\
                          cutter|convoy|flotilla|plane|aircraft|airliner|jet|helicopter|drone|balloon|cyclone|hurricane|typhoon|\
                          storm|depression|earthquake|quake|tremor|temblor|epicent(?:er|re)|iceberg|wreck";

/// What stands between the last word of a phrase and the anchor: "the border town of".
pub const TO_NAME: &str = r"(?:(?:the|its|downtown|central)\s+)?";

/// Bytes of text before an anchor in which a phrase is looked for.
pub const REACH: usize = 200;

/// Bytes of text behind an anchor in which words are looked for.
pub const BEHIND: usize = 60;

/// Whether a name is that of a river, a road, a sea or the like, which others lie on.
pub fn is_feature(name: &str) -> bool {
    FEATURE.is_match(name) || WATER.is_match(name)
}

/// Names of what is too long or wide to lie at a distance.
pub static FEATURE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^(?:river|route|highway|interstate)(?-u:\b)|(?-u:\b)(?:rivers?|sea|ocean|highway|road|mountains|range|hills|valley|forest|basin|peninsula|plateau|desert)$",
    )
    .expect("the pattern is tested")
});

/// Names of waters: what lies on one is another.
pub static WATER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)(?-u:\b)(?:lake|gulf|bay)(?-u:\b)").expect("the pattern is tested"));
