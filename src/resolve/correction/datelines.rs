//! The first words of a dispatch are a place: "XENIA — The trial", "BEIRUT (Reuters):".

use std::sync::LazyLock;

use regex::Regex;

use super::{ADDED, Corrected};
use crate::document::Span;
use crate::gazetteer::FeatureClass;

impl Corrected<'_> {
    pub(super) fn add_datelines(&mut self) {
        static DATELINE: LazyLock<Regex> = LazyLock::new(|| {
            let agency =
                r"\((?:AP|AFP|UPI|IPS|IRIN|Reuters|Xinhua|Bloomberg|CNN|[A-Z]{2,6}|[A-Z][a-z]+ ?[A-Z][a-z]+)\)";
            let dash = "(?:—|–|--|-|:)";
            let upper = r"[A-Z][A-Z'’-]+(?:\.? [A-Z][A-Z.'’-]*){0,3}";
            let title = r"[A-Z][A-Za-z'’-]+(?:\.? [A-Z][A-Za-z.'’-]*){0,3}";
            Regex::new(&format!(
                r"(?:\A|\n|[.!?][”’]?\s)[ \t]*({upper}|{title})(?:,\s*([A-Z][A-Za-z.]+(?: [A-Z][A-Za-z.]+)?))?\s*(?:({agency})\s*{dash}|{dash})\s"
            ))
            .expect("the pattern is tested")
        });
        let mut found = Vec::new();
        for dateline in DATELINE.captures_iter(self.text) {
            let Some(name) = dateline.get(1) else { continue };
            let upper = !name.as_str().chars().any(char::is_lowercase);
            if !upper && dateline.get(3).is_none() {
                continue;
            }
            let mut named = self.places(name.as_str());
            let in_named = dateline.get(2).filter(|outer| self.holds(outer.as_str(), name.as_str()));
            if named.any(|place| place.class == FeatureClass::Populated) || in_named.is_some() {
                found.push(Span::from(name.range()));
                found.extend(in_named.map(|outer| Span::from(outer.range())));
            }
        }
        self.set_all(found.into_iter().map(|span| (span, ADDED)));
    }
}
