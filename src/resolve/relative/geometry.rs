//! Where a phrase puts things, given where its anchors are.
//!
//! | form | point | uncertainty and outline |
//! |---|---|---|
//! | 45 km southeast of | at the distance in the middle direction | the chord of the sector, the rounding of the number and 15 % of the distance, joined at right angles; a sector as deep as the latter two |
//! | 20 km from | the anchor | a disc of the distance and its slack |
//! | an hour's drive north of | in the middle direction, as far as the time is good for (50 km an hour by car, 3.5 on foot) | a sector from a third to half as much again of that, 45° to either side for four directions |
//! | an hour's drive from | the anchor | a disc of half as much again |
//! | southeast of | the middle of the sector | from the anchor's edge to 40 km beyond it; of an area, one radius beyond |
//! | northern | the middle of what is left | of a country that is mostly one piece of land, the half or quarter of that beyond its middle; of other areas the half or quarter of a disc a quarter wider than the area's radius, since areas are no discs, cut at the borders of the country; "central": a disc of half the radius, cut likewise |
//! | off the coast of | at sea, 25 km or the stated distance off the coast: off the point of it that is nearest to a place of the text, else to the anchor, or the middle of the side that a direction names | a disc without the land in it: around a place the distance to the coast, of a whole country what four in five points of the coast are within; a disc around the anchor where no coast is near |
//! | on, near the border of, 15 km from the border | on the line, or at the distance from it on the side of the nearest place of the text: `lines.rs` | a disc: the distance to that place, 15 km at least; of the whole line what four in five of its points are within |
//! | between | the middle of the geodesic | a disc of half its length |
//! | near, on the outskirts of | the anchor | a disc: twice the anchor's radius and 10 km; its radius and 3 km |
//!
//! The 15 % are for distances along roads and from other than the middle of the anchor. They were chosen by hand with the
//! coverage of all passages of `dateline eval relative` in view: with them the truth is within the uncertainty in 81 % and
//! 83 % of the two halves, without them in 77 % and 79 %. What a town's
//! own radius is, is guessed from its inhabitants; areas have theirs from the gazetteer. The other figures are guesses.

pub use super::anchor::Anchor;
use super::anchor::{OFFSHORE, slack};
use super::expression::{RelationKind, Stated, StatedDirection, StatedDistance};
use super::lines::{self, Surroundings};
use crate::borders::Borders;
use crate::gazetteer::CountryCode;
use crate::geo::{Bearing, Kilometers};
use crate::region::{Region, Sector};

/// How far a direction without distance reaches beyond the edge of a town.
const BEYOND_TOWN: f64 = 40.0;

/// The share of a country's land that one piece must have to stand for it.
const MOSTLY: f64 = 0.75;

/// Where the end of a journey lies, as shares of how far its time is good for.
const NEAR_OF_JOURNEY: f64 = 1.0 / 3.0;
const FAR_OF_JOURNEY: f64 = 1.5;

impl Stated {
    /// Where this puts what it speaks of. `None` where that is nowhere: distances are not counted from areas, and "between"
    /// needs two anchors.
    pub fn region(&self, anchors: &[Anchor]) -> Option<Region> {
        self.region_among(anchors, &Surroundings::default())
    }

    /// The same where the text names other places, which tell the part of a border or a coast.
    pub fn region_among(&self, anchors: &[Anchor], others: &Surroundings) -> Option<Region> {
        let anchor = *anchors.first()?;
        let mut region = match (self.kind, self.distance, self.direction) {
            (RelationKind::Offset, Some(distance), Some(direction)) if !anchor.is_area => {
                return Some(offset(anchor, distance, direction));
            }
            (RelationKind::Distance, Some(distance), _) if !anchor.is_area => around(anchor, distance),
            (RelationKind::Distance, None, _) if !anchor.is_area => {
                disc(anchor, FAR_OF_JOURNEY * self.journey?.length.0)
            }
            (RelationKind::Offset | RelationKind::Distance, ..) => return None,
            (RelationKind::Direction, _, Some(direction)) => toward(anchor, direction, self.journey),
            (RelationKind::Direction, ..) => return None,
            (RelationKind::Part, _, direction) => part(anchor, direction),
            (RelationKind::Coast, distance, direction) => {
                lines::coast(self, anchor, others).unwrap_or_else(|| coast(anchor, distance, direction))
            }
            (RelationKind::Border, ..) => lines::border(self, anchors, others)?,
            (RelationKind::Between, ..) => between(anchor, *anchors.get(1)?),
            (RelationKind::Near, ..) if anchor.is_area => disc(anchor, 1.2 * anchor.radius.0),
            (RelationKind::Near, ..) => disc(anchor, 2.0 * anchor.radius.0 + 10.0),
            (RelationKind::Outskirts, _, direction) => outskirts(anchor, direction),
        };
        region.uncertainty.0 = region.uncertainty.0.hypot(anchor.uncertainty.0);
        Some(region)
    }
}

fn disc(anchor: Anchor, radius: f64) -> Region {
    Region::disc(anchor.location, Kilometers(radius))
}

fn offset(anchor: Anchor, distance: StatedDistance, direction: StatedDirection) -> Region {
    let length = distance.length;
    let chord = 2.0 * length.0 * (direction.sector.to_radians() / 2.0).sin();
    let depth = slack(distance).hypot(anchor.uncertainty.0);
    let sector = Sector {
        bearing: direction.bearing,
        half_width: direction.sector,
        near: Kilometers((length.0 - depth).max(0.0)),
        far: Kilometers(length.0 + depth),
    };
    Region {
        point: anchor.location.destination(direction.bearing, length),
        uncertainty: Kilometers(chord.hypot(depth)),
        ..Region::sector(anchor.location, sector)
    }
}

fn around(anchor: Anchor, distance: StatedDistance) -> Region {
    disc(anchor, distance.length.0 + slack(distance))
}

/// A writer who says only "south" divides the circle in four.
fn half_width(direction: StatedDirection) -> f64 {
    let four = direction.bearing.0 % 90.0 == 0.0;
    if four { 45.0 } else { direction.sector }
}

fn toward(anchor: Anchor, direction: StatedDirection, journey: Option<StatedDistance>) -> Region {
    let radius = anchor.radius.0;
    let (near, far) = match journey {
        Some(StatedDistance { length, .. }) => (NEAR_OF_JOURNEY * length.0, FAR_OF_JOURNEY * length.0),
        None if anchor.is_area => (0.5 * radius, 2.0 * radius),
        None => (0.0, radius + BEYOND_TOWN),
    };
    let half_width = half_width(direction);
    let sector = Sector { bearing: direction.bearing, half_width, near: Kilometers(near), far: Kilometers(far) };
    Region::sector(anchor.location, sector)
}

fn part(anchor: Anchor, direction: Option<StatedDirection>) -> Region {
    let whole = direction.zip(anchor.country_itself()).and_then(|(direction, country)| half_of(country, direction));
    if let Some(half) = whole {
        return half;
    }
    let Some(direction) = direction else { return within_country(disc(anchor, 0.5 * anchor.radius.0), anchor) };
    // Halves for four directions, quarters for those between.
    let half_width = if half_width(direction) == 45.0 { 75.0 } else { 45.0 };
    let far = Kilometers(1.25 * anchor.radius.0);
    let sector = Sector { bearing: direction.bearing, half_width, near: Kilometers(0.0), far };
    within_country(Region::sector(anchor.location, sector), anchor)
}

/// A region without what is abroad or at sea.
fn within_country(region: Region, anchor: Anchor) -> Region {
    match (anchor.country, region.bounds()) {
        (Some(country), Some(bounds)) => region.inside(Borders::embedded().rings_in(Some(country.as_str()), bounds)),
        _ => region,
    }
}

/// The half of a country beyond its middle, or the quarter for a direction between. `None` for one that is not mostly one piece
/// of land.
fn half_of(country: CountryCode, direction: StatedDirection) -> Option<Region> {
    let land = Region::mainland(Borders::embedded().rings(country.as_str()), MOSTLY)?;
    let turns: &[f64] = if direction.bearing.0 % 90.0 == 0.0 { &[0.0] } else { &[-45.0, 45.0] };
    let halved = |land: Region, turn: &f64, middle| land.beyond(middle, Bearing::new(direction.bearing.0 + turn));
    let middle = land.point;
    let half = turns.iter().fold(land, |land, turn| halved(land, turn, middle));
    Some(half.centred())
}

fn coast(anchor: Anchor, distance: Option<StatedDistance>, direction: Option<StatedDirection>) -> Region {
    let offshore = distance.map_or(OFFSHORE, |distance| distance.length.0 + distance.rounding.0);
    let far = anchor.radius.0 + offshore;
    let Some(StatedDirection { bearing, .. }) = direction else { return disc(anchor, far) };
    let near = 0.5 * anchor.radius.0;
    Region::sector(anchor.location, Sector { bearing, half_width: 60.0, near: Kilometers(near), far: Kilometers(far) })
}

fn between(one: Anchor, other: Anchor) -> Region {
    let distance = one.location.distance(other.location);
    let half = Kilometers(distance.0 / 2.0);
    let middle = one.location.destination(one.location.bearing(other.location), half);
    Region::disc(middle, Kilometers(half.0.max(1.0).hypot(other.uncertainty.0)))
}

fn outskirts(anchor: Anchor, direction: Option<StatedDirection>) -> Region {
    let far = anchor.radius.0 + 3.0;
    let Some(StatedDirection { bearing, .. }) = direction else { return disc(anchor, far) };
    let near = Kilometers(0.5 * anchor.radius.0);
    Region::sector(anchor.location, Sector { bearing, half_width: 45.0, near, far: Kilometers(far) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::{Bearing, LatLon};

    const MOSUL: LatLon = LatLon { lat: 36.335, lon: 43.11889 };

    fn iraq() -> Anchor {
        Anchor { radius: Kilometers(370.0), is_area: true, ..Anchor::point(LatLon { lat: 33.0, lon: 44.0 }) }
    }

    fn stated(kind: RelationKind, km: Option<(f64, f64)>, bearing: Option<f64>) -> Stated {
        let distance =
            km.map(|(length, rounding)| StatedDistance { length: Kilometers(length), rounding: Kilometers(rounding) });
        let direction = bearing.map(|b| StatedDirection { bearing: Bearing(b), sector: 22.5 });
        Stated { distance, direction, ..Stated::of(kind) }
    }

    /// The worked example of the documentation: 45 km southeast of Mosul.
    #[test]
    fn offset_from_a_town() {
        let region =
            stated(RelationKind::Offset, Some((45.0, 2.5)), Some(135.0)).region(&[Anchor::point(MOSUL)]).unwrap();
        assert!((region.point.lat - 36.048).abs() < 1e-3 && (region.point.lon - 43.472).abs() < 1e-3, "{region:?}");
        assert!((region.uncertainty.0 - 19.0).abs() < 0.1, "{region:?}");
        assert!(region.outline.contains(region.point));
        // An anchor that is unsure makes it more so.
        let unsure = Anchor { uncertainty: Kilometers(20.0), ..Anchor::point(MOSUL) };
        let wider = stated(RelationKind::Offset, Some((45.0, 2.5)), Some(135.0)).region(&[unsure]).unwrap();
        assert!((wider.uncertainty.0 - 19.0f64.hypot(20.0)).abs() < 0.1);
    }

    #[test]
    fn nothing_is_counted_from_areas() {
        for kind in [RelationKind::Offset, RelationKind::Distance] {
            assert_eq!(stated(kind, Some((45.0, 2.5)), Some(180.0)).region(&[iraq()]), None);
        }
    }

    #[test]
    fn parts_of_areas_lie_in_them() {
        let north = stated(RelationKind::Part, None, Some(0.0)).region(&[iraq()]).unwrap();
        assert!(north.outline.contains(MOSUL) && !north.outline.contains(LatLon { lat: 30.5, lon: 47.8 }));
        assert_eq!(north.agreement(MOSUL), 1.0);
        let central = stated(RelationKind::Part, None, None).region(&[iraq()]).unwrap();
        assert!(central.outline.contains(LatLon { lat: 33.3, lon: 44.4 }) && !central.outline.contains(MOSUL));
    }

    #[test]
    fn other_forms() {
        let at = Anchor { radius: Kilometers(5.0), ..Anchor::point(MOSUL) };
        let region = |kind, km, bearing| stated(kind, km, bearing).region(&[at]).unwrap();
        assert_eq!(region(RelationKind::Near, None, None).uncertainty, Kilometers(20.0));
        assert_eq!(region(RelationKind::Outskirts, None, None).uncertainty, Kilometers(8.0));
        assert_eq!(region(RelationKind::Distance, Some((20.0, 5.0)), None).point, MOSUL);
        let south = region(RelationKind::Direction, None, Some(180.0));
        assert!(MOSUL.bearing(south.point).difference(Bearing(180.0)) < 0.1 && south.uncertainty.0 < 25.0, "{south:?}");
        let off = region(RelationKind::Coast, Some((12.0, 1.0)), None);
        assert_eq!(off.uncertainty, Kilometers(18.0));
    }

    #[test]
    fn between_is_half_way() {
        let other = Anchor::point(MOSUL.destination(Bearing(70.0), Kilometers(100.0)));
        let region = Stated::of(RelationKind::Between).region(&[Anchor::point(MOSUL), other]).unwrap();
        assert!((region.point.distance(MOSUL).0 - 50.0).abs() < 0.01 && (region.uncertainty.0 - 50.0).abs() < 0.01);
        assert_eq!(Stated::of(RelationKind::Between).region(&[other]), None);
    }
}
