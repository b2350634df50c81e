//! Numbers that count from the beginning of 1970 in UTC: seconds, milliseconds, microseconds or nanoseconds, which their size
//! tells from each other.

use chrono::{DateTime, NaiveDate, Utc};

/// Digits of a fraction that are looked at: more than any clock has.
const FRACTION: usize = 12;

/// A moment as a number, which may have a fraction or an exponent, as tables of other programs write whole numbers. `None` for
/// numbers of other sizes than moments from 1973 to 2286 have, and for ones that could be a day and an hour as well.
pub(super) fn moment(text: &str) -> Option<DateTime<Utc>> {
    let whole;
    let text = match text.contains(['e', 'E']) {
        true if text.contains('.') => {
            whole = format!("{:.0}", text.parse::<f64>().ok()?);
            &whole
        }
        _ => text,
    };
    let (sign, number) = match text.strip_prefix('-') {
        Some(number) => (-1, number),
        None => (1, text),
    };
    let (digits, fraction) = number.split_once('.').map_or((number, ""), |(digits, fraction)| (digits, fraction));
    let plain = [digits, fraction].iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    if !plain || digits.starts_with('0') || (number == text && fraction.is_empty() && is_hour(digits)) {
        return None;
    }
    let nanoseconds: i128 = match digits.len() {
        9 | 10 => 1_000_000_000,
        12 | 13 => 1_000_000,
        15 | 16 => 1_000,
        18 | 19 => 1,
        _ => return None,
    };
    let fraction = &fraction[..fraction.len().min(FRACTION)];
    let part = if fraction.is_empty() { 0 } else { fraction.parse::<i128>().ok()? };
    let part = part * nanoseconds / 10_i128.pow(u32::try_from(fraction.len()).ok()?);
    let count = sign * (digits.parse::<i128>().ok()? * nanoseconds + part);
    let (seconds, rest) = (count.div_euclid(1_000_000_000), count.rem_euclid(1_000_000_000));
    DateTime::from_timestamp(i64::try_from(seconds).ok()?, u32::try_from(rest).ok()?)
}

/// Whether a number of ten digits may be a day of our time and an hour, such as 2024030513.
fn is_hour(digits: &str) -> bool {
    let [day, hour] = match digits.len() {
        10 => [&digits[..8], &digits[8..]],
        _ => return false,
    };
    day.starts_with("20") && hour < "24" && NaiveDate::parse_from_str(day, "%Y%m%d").is_ok()
}
