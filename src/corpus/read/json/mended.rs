//! What Python and others write into JSON that is none, or that cannot be kept: mended, so that it costs no document.

use std::borrow::Cow;

use memchr::memchr2;

use crate::corpus::notes::Mended;

/// Digits that any whole number of 64 bits may have.
const DIGITS: usize = 18;

/// A text with what is no JSON in it mended. One that needs nothing is not copied.
pub(super) fn mended(text: &str) -> (Cow<'_, str>, Vec<Mended>) {
    let bytes = text.as_bytes();
    let (mut out, mut kept, mut found) = (String::new(), 0, Vec::new());
    let mut replace = |from: usize, to: usize, by: &str, what: Mended, kept: &mut usize| {
        out.push_str(&text[*kept..from]);
        out.push_str(by);
        *kept = to;
        if !found.contains(&what) {
            found.push(what);
        }
    };
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                at += 1;
                while let Some(step) = memchr2(b'"', b'\\', &bytes[at..]) {
                    at += step;
                    if bytes[at] == b'"' {
                        break;
                    }
                    let end = escape(bytes, at);
                    if is_lone(bytes, at, end) {
                        replace(at, end, "\\ufffd", Mended::Surrogate, &mut kept);
                    }
                    at = end;
                }
                at = if bytes.get(at) == Some(&b'"') { at + 1 } else { bytes.len() };
            }
            b'-' | b'0'..=b'9' => {
                let rest = &bytes[at..];
                let length = rest.iter().position(|b| !matches!(b, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
                let end = at + length.unwrap_or(rest.len());
                if &bytes[at..end] == b"-" && bytes[end..].starts_with(b"Infinity") {
                    replace(at, end + b"Infinity".len(), "null", Mended::NotANumber, &mut kept);
                    at = end + b"Infinity".len();
                    continue;
                }
                let number = &text[at..end];
                let whole = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
                if whole {
                    if number.len() > DIGITS && number.parse::<i64>().is_err() && number.parse::<u64>().is_err() {
                        let quoted = format!("\"{number}\"");
                        replace(at, end, &quoted, Mended::LongNumber, &mut kept);
                    }
                } else if number.parse::<f64>().is_ok_and(f64::is_infinite) {
                    replace(at, end, "null", Mended::LargeNumber, &mut kept);
                }
                at = end;
            }
            b'N' if bytes[at..].starts_with(b"NaN") => {
                replace(at, at + 3, "null", Mended::NotANumber, &mut kept);
                at += 3;
            }
            b'I' if bytes[at..].starts_with(b"Infinity") => {
                replace(at, at + 8, "null", Mended::NotANumber, &mut kept);
                at += 8;
            }
            _ => at += 1,
        }
    }
    if found.is_empty() {
        return (Cow::Borrowed(text), found);
    }
    out.push_str(&text[kept..]);
    (Cow::Owned(out), found)
}

/// Where an escape ends that begins here: two of surrogates that belong together are one.
fn escape(bytes: &[u8], at: usize) -> usize {
    let one = match unit(bytes, at) {
        Some(_) => at + 6,
        None => next_border(bytes, at + 2),
    };
    let pair = unit(bytes, at).is_some_and(|unit| (0xd800..0xdc00).contains(&unit))
        && unit(bytes, one).is_some_and(|unit| (0xdc00..0xe000).contains(&unit));
    if pair { one + 6 } else { one }
}

/// An end of an escape that is no escape may lie within a character.
fn next_border(bytes: &[u8], at: usize) -> usize {
    let inside = bytes.get(at..).unwrap_or_default().iter().take_while(|byte| (**byte & 0xc0) == 0x80).count();
    (at + inside).min(bytes.len())
}

/// The unit of UTF-16 that an escape of four digits stands for.
fn unit(bytes: &[u8], at: usize) -> Option<u16> {
    let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
    let digits =
        std::str::from_utf8(digits).ok().filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u16::from_str_radix(digits, 16).ok()
}

fn is_lone(bytes: &[u8], at: usize, end: usize) -> bool {
    end == at + 6 && unit(bytes, at).is_some_and(|unit| (0xd800..0xe000).contains(&unit))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn read(text: &str) -> (Value, Vec<Mended>) {
        let (text, found) = mended(text);
        (serde_json::from_str(&text).unwrap(), found)
    }

    #[test]
    fn what_is_no_json_is_mended() {
        let text = r#"{"a": NaN, "b": [-Infinity, Infinity, 1e400, -1e400], "c": "a\ud83d NaN \udc00\ud83d\ude00\\ud83d", "d": 1}"#;
        let (value, found) = read(text);
        let expected = serde_json::json!({
            "a": null, "b": [null, null, null, null], "c": "a\u{fffd} NaN \u{fffd}😀\\ud83d", "d": 1
        });
        assert_eq!(value, expected);
        assert_eq!(found, [Mended::NotANumber, Mended::LargeNumber, Mended::Surrogate]);
        let (value, found) = read(r#"[1234567890123456789012, 18446744073709551615, -9223372036854775808, 0.1]"#);
        assert_eq!(value[0], "1234567890123456789012");
        assert_eq!((value[1].as_u64(), value[2].as_i64()), (Some(u64::MAX), Some(i64::MIN)));
        assert_eq!(found, [Mended::LongNumber]);
    }

    proptest! {
        #[test]
        fn json_stays_as_it_is(text in "\\PC{0,20}", number in any::<i64>(), float in any::<f64>()) {
            let float = if float.is_finite() { float } else { 0.0 };
            let json = serde_json::json!({ &text: [number, float, &text, null, true] }).to_string();
            prop_assert!(matches!(mended(&json), (Cow::Borrowed(same), found) if same == json && found.is_empty()));
        }

        #[test]
        fn any_text_is_gone_over(text in "[\\\\\"uUdD83NaInfity{}:,eE+0-9é😀-]{0,40}") {
            let _ = mended(&text);
        }
    }
}
