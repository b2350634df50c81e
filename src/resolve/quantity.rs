//! Numbers, units and directions as newspapers write them.

use crate::geo::Bearing;

const KM_PER_MILE: f64 = 1.609_344;
const KM_PER_NAUTICAL_MILE: f64 = 1.852;

/// A pattern for what [`number`] reads, and for number words that it refuses: a part of them alone would be wrong.
pub const NUMBER: &str = concat!(
    r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:\s*[½¼¾]|\s+\d/\d)?",
    r"(?:\s*(?:-|–|to|or)\s*(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)?",
    r"|\d/\d(?:\s+of\s+an?)?|[½¼¾](?:\s+of\s+an?)?|",
    r"(?:an?|zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|",
    r"seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|dozen|couple|",
    r"few|several|half|quarters?|hundreds|thousands|dozens)",
    r"(?:(?:[\s-]+(?:and[\s-]+)?)(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|",
    r"fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|",
    r"dozen|half|quarters?|couple|few|of)(?-u:\b))*",
);

/// A number with how far the truth may be from it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantity {
    /// The number; the middle of a range.
    pub value: f64,
    /// Half the step that it seems to be rounded to, or half the width of a range.
    pub give: f64,
}

/// Reads a number in figures ("1,200", "2 1/2", "20-25") or words ("forty-five", "two hundred", "half a").
pub fn number(written: &str) -> Option<Quantity> {
    let written = written.trim().to_lowercase();
    if !written.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '½' | '¼' | '¾')) {
        return in_words(&written);
    }
    let separators = ["–", " to ", " or ", "-"];
    let range = separators.iter().find_map(|separator| written.split_once(separator));
    let Some((low, high)) = range else { return in_figures(&written) };
    let (low, high) = (in_figures(low)?, in_figures(high)?);
    // "2-3 hundred" and the like turn up reversed: those are no ranges.
    (low.value <= high.value)
        .then(|| Quantity { value: (low.value + high.value) / 2.0, give: (high.value - low.value) / 2.0 + high.give })
}

fn in_figures(written: &str) -> Option<Quantity> {
    let written = written.trim().trim_end_matches(|c: char| c.is_alphabetic() || c.is_whitespace());
    let (whole, fraction) = split_fraction(written)?;
    if whole.is_empty() {
        return fraction.map(|value| Quantity { value, give: value / 4.0 });
    }
    let digits = whole.replace(',', "");
    let value: f64 = digits.parse().ok()?;
    Some(match fraction {
        Some(fraction) => Quantity { value: value + fraction, give: 0.25 },
        None => Quantity { value, give: step(value, &digits) / 2.0 },
    })
}

/// "2 1/2" and "2½" as the whole number's text and the value of the fraction.
fn split_fraction(written: &str) -> Option<(&str, Option<f64>)> {
    for (sign, value) in [('½', 0.5), ('¼', 0.25), ('¾', 0.75)] {
        if let Some(whole) = written.strip_suffix(sign) {
            return Some((whole.trim_end(), Some(value)));
        }
    }
    let Some((before, below)) = written.split_once('/') else { return Some((written, None)) };
    let (whole, above) = before.rsplit_once(char::is_whitespace).unwrap_or(("", before));
    let (above, below): (f64, f64) = (above.parse().ok()?, below.parse().ok()?);
    (below > 0.0).then(|| (whole.trim_end(), Some(above / below)))
}

/// The step of rounding: a tenth for one decimal; 1, 5, 10, 50 or 100 for whole numbers by what they end in.
fn step(value: f64, digits: &str) -> f64 {
    if let Some((_, decimals)) = digits.split_once('.') {
        return 10f64.powi(-(decimals.len().min(9) as i32));
    }
    let steps = [100.0, 50.0, 10.0, 5.0];
    steps.into_iter().find(|step| value >= 2.0 * step && value % step == 0.0).unwrap_or(1.0)
}

fn in_words(words: &str) -> Option<Quantity> {
    const ONES: [&str; 20] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    let words: Vec<&str> = words.split(|c: char| c.is_whitespace() || c == '-').filter(|word| *word != "and").collect();
    match words[..] {
        ["half"] | ["half", "a" | "an"] | ["a", "half"] | ["a", "half", "a" | "of"] => {
            return Some(Quantity { value: 0.5, give: 0.125 });
        }
        ["a", "quarter"] | ["quarter", "of", "a"] | ["a", "quarter", "of", "a"] => {
            return Some(Quantity { value: 0.25, give: 0.0625 });
        }
        ["three", "quarters"] | ["three", "quarters", "of", "a"] => return Some(Quantity { value: 0.75, give: 0.125 }),
        ["couple"] | ["couple", "of"] | ["a", "couple"] | ["a", "couple", "of"] => {
            return Some(Quantity { value: 2.0, give: 1.0 });
        }
        ["dozen"] | ["a", "dozen"] => return Some(Quantity { value: 12.0, give: 2.0 }),
        _ => {}
    }
    let (words, half) = match words[..] {
        [.., "a", "half"] => (&words[..words.len() - 2], 0.5),
        _ => (&words[..], 0.0),
    };
    let (mut total, mut group) = (0.0, 0.0);
    for (n, word) in words.iter().enumerate() {
        let ones = ONES.iter().position(|w| w == word);
        match (ones, TENS.iter().position(|w| w == word), *word) {
            (Some(ones), _, _) if group % 100.0 == 0.0 || (group % 10.0 == 0.0 && ones < 10) => group += ones as f64,
            (_, Some(tens), _) if group % 100.0 == 0.0 => group += 10.0 * (tens + 2) as f64,
            (_, _, "a" | "an") if n == 0 => group = 1.0,
            (_, _, "hundred") if group < 100.0 => group = f64::max(group, 1.0) * 100.0,
            (_, _, "thousand") if total == 0.0 => (total, group) = (f64::max(group, 1.0) * 1000.0, 0.0),
            // "Hundreds of", "several", "few": no number that a place could be worked out from.
            _ => return None,
        }
    }
    let value = total + group + half;
    let give = if half > 0.0 { 0.25 } else { step(value, &value.to_string()) / 2.0 };
    Some(Quantity { value, give })
}

/// Kilometres of one unit.
pub fn kilometers(unit: &str) -> Option<f64> {
    let unit = unit.to_lowercase();
    match unit.as_str() {
        "k" | "km" | "kms" => Some(1.0),
        "m" => Some(0.001),
        "mi" => Some(KM_PER_MILE),
        _ if unit.starts_with("kilomet") => Some(1.0),
        // Nothing lies nanometres from a place.
        "nm" | "nmi" => Some(KM_PER_NAUTICAL_MILE),
        _ if unit.starts_with("nautical") => Some(KM_PER_NAUTICAL_MILE),
        _ if unit.starts_with("mile") => Some(KM_PER_MILE),
        _ if unit.starts_with("met") => Some(0.001),
        _ => None,
    }
}

/// The middle of a compass sector and half its width in degrees, from words ("north-northeast", "south by west") or letters
/// ("NNE", "S.E.").
pub fn direction(written: &str) -> Option<(Bearing, f64)> {
    let Some((point, toward)) = written.split_once("-by-").or_else(|| written.split_once(" by ")) else {
        return of_sixteen(written);
    };
    // One of 32 points: an eighth of a right angle from the first towards the second.
    let ((point, _), (toward, _)) = (of_sixteen(point)?, of_sixteen(toward)?);
    let turn = (toward.0 - point.0 + 180.0).rem_euclid(360.0) - 180.0;
    (turn != 0.0 && turn > -180.0).then(|| (Bearing::new(point.0 + 11.25 * turn.signum()), 11.25))
}

fn of_sixteen(written: &str) -> Option<(Bearing, f64)> {
    const POINTS: [&str; 16] =
        ["n", "nne", "ne", "ene", "e", "ese", "se", "sse", "s", "ssw", "sw", "wsw", "w", "wnw", "nw", "nnw"];
    let bare: String = written.chars().filter(|c| *c != '.').collect();
    let letters = if bare.len() <= 3 && bare.chars().all(|c| c.is_ascii_uppercase()) {
        bare.to_lowercase()
    } else {
        let mut letters = String::new();
        let lower = written.to_lowercase();
        let mut rest = lower.as_str();
        while !rest.is_empty() {
            let (word, letter) = [("north", 'n'), ("south", 's'), ("east", 'e'), ("west", 'w')]
                .into_iter()
                .find(|(word, _)| rest.starts_with(word))?;
            letters.push(letter);
            rest = rest[word.len()..].trim_start_matches([' ', '-']);
        }
        letters
    };
    let point = POINTS.iter().position(|&point| point == letters)?;
    // A point of sixteen is written only where the writer divides the circle in sixteen.
    let sector = if letters.len() == 3 { 11.25 } else { 22.5 };
    Some((Bearing(point as f64 * 22.5), sector))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_figures_and_words() {
        for (written, value, give) in [
            ("45", 45.0, 2.5),
            ("40", 40.0, 5.0),
            ("100", 100.0, 25.0),
            ("200", 200.0, 50.0),
            ("1,200", 1200.0, 50.0),
            ("7", 7.0, 0.5),
            ("4.5", 4.5, 0.05),
            ("2 1/2", 2.5, 0.25),
            ("1/2", 0.5, 0.125),
            ("3½", 3.5, 0.25),
            ("20-25", 22.5, 5.0),
            ("20 to 30", 25.0, 10.0),
            ("forty-five", 45.0, 2.5),
            ("two hundred", 200.0, 50.0),
            ("one hundred and fifty", 150.0, 25.0),
            ("a hundred", 100.0, 25.0),
            ("a thousand two hundred and twelve", 1212.0, 0.5),
            ("two and a half", 2.5, 0.25),
            ("half a", 0.5, 0.125),
            ("a half a", 0.5, 0.125),
            ("three-quarters of a", 0.75, 0.125),
            ("a", 1.0, 0.5),
            ("a dozen", 12.0, 2.0),
        ] {
            let read = number(written).unwrap_or_else(|| panic!("{written}"));
            assert!((read.value - value).abs() < 1e-12 && (read.give - give).abs() < 1e-12, "{written}: {read:?}");
        }
    }

    #[test]
    fn what_is_no_number() {
        for written in ["", "several", "hundreds of", "few", "two three", "half quarter", "30-20", "1/0", "ten twelve"]
        {
            assert_eq!(number(written), None, "{written}");
        }
    }

    #[test]
    fn directions() {
        for (written, degrees, sector) in [
            ("southeast", 135.0, 22.5),
            ("South-East", 135.0, 22.5),
            ("south east", 135.0, 22.5),
            ("SE", 135.0, 22.5),
            ("S.E.", 135.0, 22.5),
            ("north-northeast", 22.5, 11.25),
            ("NNW", 337.5, 11.25),
            ("west", 270.0, 22.5),
            ("south-by-west", 191.25, 11.25),
            ("northeast by north", 33.75, 11.25),
        ] {
            assert_eq!(direction(written), Some((Bearing(degrees), sector)), "{written}");
        }
        for written in
            ["", "northsouth", "se", "sideways", "eastern", "NS", "northwestward", "north by south", "by north"]
        {
            assert_eq!(direction(written), None, "{written}");
        }
    }
}
