//! Coordinates as people type them.

use crate::geo::LatLon;
use crate::resolve::coordinates;

/// A position.
///
/// # Errors
///
/// If it is none, in words.
pub fn parse(text: &str) -> Result<LatLon, String> {
    let typed = degrees(text).and_then(|(lat, lon)| LatLon::new(lat, lon));
    typed.or_else(|| coordinates::whole(text)).ok_or_else(|| {
        format!(
            "{text}: no such position; expected a latitude of -90 to 90 and a longitude of -180 to 180, like 36.3,43.1"
        )
    })
}

/// Whether a text is a position rather than a name, be it on the globe or not.
pub fn is_position(text: &str) -> bool {
    degrees(text).is_some() || coordinates::whole(text).is_some()
}

/// Two numbers of degrees: "36.3,43.1", "36.3 43.1", or "33.9 S 18.4 E" as positions are printed.
fn degrees(position: &str) -> Option<(f64, f64)> {
    let parts: Vec<&str> = position.split([',', ' ']).filter(|part| !part.is_empty()).collect();
    let signed = |number: &str, letter: &str, positive: &str, negative: &str| {
        let number: f64 = number.parse().ok()?;
        match letter.to_uppercase() {
            letter if letter == positive => Some(number),
            letter if letter == negative => Some(-number),
            _ => None,
        }
    };
    match parts[..] {
        [lat, lon] => Some((lat.parse().ok()?, lon.parse().ok()?)),
        [lat, north, lon, east] => Some((signed(lat, north, "N", "S")?, signed(lon, east, "E", "W")?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_as_texts_write_them() {
        assert!(parse("38SMB4488").is_ok_and(|baghdad| (baghdad.lat - 33.334).abs() < 0.001));
        assert!(is_position("36°20′N 43°08′E") && is_position("99,0") && !is_position("Mosul"));
        assert!(parse("99,0").unwrap_err().contains("no such position"));
    }

    #[test]
    fn positions_as_people_write_them() {
        for written in ["-33.9,18.4", "-33.9 18.4", "-33.9, 18.4", "33.9 S 18.4 E", "33.9 s, 18.4 e"] {
            assert_eq!(degrees(written), Some((-33.9, 18.4)), "{written}");
        }
        for written in ["", "Oslo", "Paris, Texas", "1,2,3", "33.9 E 18.4 S"] {
            assert_eq!(degrees(written), None, "{written}");
        }
    }
}
