//! What kind of thing a place is, in nine classes.

/// The feature classes of GeoNames.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FeatureClass {
    /// `A`: country, state, region.
    Administrative,
    /// `H`: stream, lake, sea.
    Water,
    /// `L`: parks, areas, macro-regions.
    Area,
    /// `P`: city, village.
    Populated,
    /// `R`: road, railway.
    Road,
    /// `S`: spot, building, farm.
    Spot,
    /// `T`: mountain, island, desert.
    Terrain,
    /// `U`: undersea.
    Undersea,
    /// `V`: forest, heath.
    Vegetation,
    /// Not known.
    #[default]
    Unknown,
}

impl FeatureClass {
    const LETTERS: [(Self, char); 9] = [
        (Self::Administrative, 'A'),
        (Self::Water, 'H'),
        (Self::Area, 'L'),
        (Self::Populated, 'P'),
        (Self::Road, 'R'),
        (Self::Spot, 'S'),
        (Self::Terrain, 'T'),
        (Self::Undersea, 'U'),
        (Self::Vegetation, 'V'),
    ];

    /// The class of a GeoNames letter; `None` for a letter that isn't one.
    pub fn from_letter(letter: char) -> Option<Self> {
        let known = Self::LETTERS.iter().find(|(_, known)| *known == letter);
        known.map(|(class, _)| *class)
    }

    /// The letter that GeoNames writes; `None` if the class is unknown.
    pub fn letter(self) -> Option<char> {
        let known = Self::LETTERS.iter().find(|(class, _)| *class == self);
        known.map(|(_, letter)| *letter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_have_letters() {
        assert_eq!(FeatureClass::from_letter('P'), Some(FeatureClass::Populated));
        assert_eq!(FeatureClass::Populated.letter(), Some('P'));
        assert_eq!(FeatureClass::from_letter('X'), None);
        assert_eq!(FeatureClass::Unknown.letter(), None);
    }
}
