//! Codes of countries.

/// The code of three letters of a country (ISO 3166-1), by that of two. Kosovo, which has none there, has those in common use.
pub fn iso_a3(iso_a2: &str) -> Option<&'static str> {
    match iso_a2 {
        "XK" => Some("XKX"),
        code => rust_iso3166::from_alpha2(code).map(|country| country.alpha3),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_three_letters() {
        let codes = [("NO", Some("NOR")), ("NA", Some("NAM")), ("XK", Some("XKX")), ("XX", None), ("no", None)];
        for (two, three) in codes {
            assert_eq!(iso_a3(two), three, "{two}");
        }
    }
}
