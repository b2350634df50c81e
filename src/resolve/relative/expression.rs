//! What a text says of positions, and what is known of them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::document::Span;
use crate::gazetteer::PlaceIndex;
use crate::geo::{Bearing, Kilometers};
use crate::region::Region;

/// A position that the text states by other places.
#[derive(Clone, Debug, PartialEq)]
pub struct StatedRelation {
    /// The phrase, from its first word to the word before the anchor; with the anchor where its words stand around it or
    /// behind it ("Iraq's north").
    pub span: Span,
    /// What it says.
    pub stated: Stated,
    /// The index of the mention that lies there, if the text names it.
    pub target: Option<usize>,
    /// The indices of the mentions that the phrase starts from: two for [`RelationKind::Between`], else one.
    pub anchors: Vec<usize>,
    /// Where this is. `None` if an anchor has no place, or is an area and the phrase counts a distance from it.
    pub region: Option<Region>,
}

/// What a phrase says of a position.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stated {
    /// The form of the phrase.
    pub kind: RelationKind,
    /// How far.
    pub distance: Option<StatedDistance>,
    /// Which way.
    pub direction: Option<StatedDirection>,
    /// How far a stated time of travel leads as the crow flies: "an hour's drive". A guess, and no stated distance.
    pub journey: Option<StatedDistance>,
}

impl Stated {
    /// A phrase of this kind that says no more.
    pub fn of(kind: RelationKind) -> Self {
        Self { kind, distance: None, direction: None, journey: None }
    }

    /// Whether it says how far.
    pub fn is_measured(&self) -> bool {
        self.distance.is_some() || self.journey.is_some()
    }
}

/// A stated length.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StatedDistance {
    /// The distance.
    pub length: Kilometers,
    /// How far the true distance may be from it by the number alone: half the step that it seems to be rounded to, or
    /// half the width of a range.
    pub rounding: Kilometers,
}

/// A stated direction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StatedDirection {
    /// The middle of the compass sector.
    pub bearing: Bearing,
    /// Half the width of the compass sector, in degrees.
    pub sector: f64,
}

/// The forms in which a text states a position by other places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RelationKind {
    /// "45 kilometers southeast of Mosul".
    Offset,
    /// "20km outside Mosul".
    Distance,
    /// "southeast of Mosul".
    Direction,
    /// "northern Iraq".
    Part,
    /// "off the coast of Yemen".
    Coast,
    /// "15 km from the Jordanian border".
    Border,
    /// "between Homs and Hama".
    Between,
    /// "near Mosul".
    Near,
    /// "on the outskirts of Mosul".
    Outskirts,
}

impl RelationKind {
    /// Every form.
    pub const ALL: [Self; 9] = [
        Self::Offset,
        Self::Distance,
        Self::Direction,
        Self::Part,
        Self::Coast,
        Self::Border,
        Self::Between,
        Self::Near,
        Self::Outskirts,
    ];

    /// The name in the output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Offset => "offset",
            Self::Distance => "distance",
            Self::Direction => "direction",
            Self::Part => "part",
            Self::Coast => "coast",
            Self::Border => "border",
            Self::Between => "between",
            Self::Near => "near",
            Self::Outskirts => "outskirts",
        }
    }
}

/// A phrase that gives a place by its position to others.
#[derive(Clone, Debug, PartialEq)]
pub struct RelativeExpression {
    /// The phrase, from the number or the first word of direction to the word before the anchor; where the words stand
    /// around or behind the anchor ("off Yemen's coast", "Iraq's north"), with it.
    pub span: Span,
    /// What it says.
    pub stated: Stated,
    /// The indices of the mentions that it starts from: two for "between", else one.
    pub anchors: Vec<usize>,
    /// The place that the anchor means a part of, where its mention itself says so: "northern Iraq".
    pub whole: Option<PlaceIndex>,
    /// What lies there, if the text names it.
    pub target: Option<Target>,
}

/// The mention that a phrase seems to speak of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// Its index.
    pub mention: usize,
    /// Whether a comma, a bracket, a verb or a word for a settlement ties the two together: "al-Bir town, 45 km …". Without
    /// one the phrase may speak of something else: "troops left Baghdad 45 km …".
    pub tied: bool,
}

/// What the gazetteer makes of a mention, as far as it matters for reading.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// The kind of place.
    pub extent: Extent,
    /// Of a mention that begins with words of direction, the place that it means a part of: Iraq of "northern Iraq". Not of
    /// "North Korea", which is no part of Korea.
    pub part_of: Option<PlaceIndex>,
}

/// How much of the map a name means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Extent {
    /// A town or another spot, or unknown.
    #[default]
    Spot,
    /// The capital of a country, which often stands for its government.
    Capital,
    /// A division, a region, a sea.
    Area,
    /// A country.
    Country,
}

impl Extent {
    /// Whether it may lie 45 km from a town.
    pub fn is_spot(self) -> bool {
        matches!(self, Self::Spot | Self::Capital)
    }
}
