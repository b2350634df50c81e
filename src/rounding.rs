//! Numbers as output gives them.

/// Decimals of scores and confidences.
pub const SCORE_DECIMALS: i32 = 3;

/// Decimals of latitudes and longitudes: a metre.
pub const COORDINATE_DECIMALS: i32 = 5;

/// Decimals of kilometres, and of bearings in degrees.
pub const KILOMETER_DECIMALS: i32 = 1;

/// A number as it is given in output: rounded to some decimals, and never a negative zero.
pub fn rounded(value: f64, decimals: i32) -> f64 {
    let scale = 10f64.powi(decimals);
    (value * scale).round() / scale + 0.0
}
