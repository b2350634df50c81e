//! Which layers there are.

/// A layer of a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum Layer {
    /// A point for every mention.
    Mentions,
    /// A point for every place, with counts.
    Places,
    /// A line between places that are named in the same documents.
    Links,
    /// Areas of places that were worked out from words.
    Relative,
    /// Mentions counted in hexagons.
    Hexbins,
    /// Mentions counted by country.
    Countries,
}

impl Layer {
    /// Every layer.
    pub const ALL: [Self; 6] =
        [Self::Mentions, Self::Places, Self::Links, Self::Relative, Self::Hexbins, Self::Countries];

    /// The name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mentions => "mentions",
            Self::Places => "places",
            Self::Links => "links",
            Self::Relative => "relative",
            Self::Hexbins => "hexbins",
            Self::Countries => "countries",
        }
    }
}
