//! JSON that stays on its line for every reader.
//!
//! JSON allows U+2028, U+2029 and U+0085 in strings as they are. Readers that take them for ends of lines, as Python's
//! `splitlines` does, would cut a line of JSONL in two: they are written as escapes, which every reader of JSON undoes. Other
//! characters that break lines are control characters, which JSON escapes anyway.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CharEscape, CompactFormatter, Formatter, Serializer};

/// Writes a value as JSON on one line, without the line end.
///
/// # Errors
///
/// If the output cannot be written.
pub fn to_writer(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    Ok(value.serialize(&mut Serializer::with_formatter(out, OnOneLine(CompactFormatter)))?)
}

/// The same, indented.
///
/// # Errors
///
/// If the output cannot be written.
#[cfg(any(test, feature = "corpus"))]
pub fn to_writer_pretty(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    let indented = serde_json::ser::PrettyFormatter::new();
    Ok(value.serialize(&mut Serializer::with_formatter(out, OnOneLine(indented)))?)
}

/// A value as JSON on one line.
pub fn to_string(value: &impl Serialize) -> String {
    let mut out = Vec::new();
    // Memory takes all that is written, and what is written here has text for keys.
    to_writer(&mut out, value).expect("numbers, texts and lists have a JSON form");
    String::from_utf8(out).expect("JSON is UTF-8")
}

/// Escapes what some readers take for the end of a line.
struct OnOneLine<F>(F);

/// The next of the three characters in a text, and how it is escaped.
fn line_break(text: &str) -> Option<(usize, usize, &'static [u8])> {
    let bytes = text.as_bytes();
    let mut from = 0;
    // Texts of plain ASCII are passed over as a whole.
    while let Some(at) = bytes[from..].iter().position(|&byte| byte >= 0xc2).map(|at| from + at) {
        match bytes[at..] {
            [0xc2, 0x85, ..] => return Some((at, 2, b"\\u0085")),
            [0xe2, 0x80, 0xa8, ..] => return Some((at, 3, b"\\u2028")),
            [0xe2, 0x80, 0xa9, ..] => return Some((at, 3, b"\\u2029")),
            _ => from = at + 1,
        }
    }
    None
}

impl<F: Formatter> Formatter for OnOneLine<F> {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((at, length, escape)) = line_break(rest) {
            self.0.write_string_fragment(out, &rest[..at])?;
            out.write_all(escape)?;
            rest = &rest[at + length..];
        }
        self.0.write_string_fragment(out, rest)
    }

    fn write_char_escape<W: ?Sized + Write>(&mut self, out: &mut W, escape: CharEscape) -> io::Result<()> {
        self.0.write_char_escape(out, escape)
    }

    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object_value(out)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn what_breaks_lines_is_escaped_and_nothing_else() {
        let text = "a\u{2028}b\u{2029}c\u{85}d\u{a0}é—\u{2027}\n\u{b}\u{c}\u{1e}";
        let line = to_string(&json!({"text": text}));
        assert_eq!(
            line,
            r#"{"text":"a\u2028b\u2029c\u0085d"#.to_owned() + "\u{a0}é—\u{2027}" + r#"\n\u000b\f\u001e"}"#
        );
        assert_eq!(serde_json::from_str::<Value>(&line).unwrap()["text"], text);
    }

    proptest! {
        #[test]
        fn any_text_comes_back(text in "[\\PC\u{85}\u{2028}\u{2029}\n\"\\\\]{0,40}") {
            let value = json!({ &text: [text.as_str()] });
            let line = to_string(&value);
            prop_assert_eq!(&serde_json::from_str::<Value>(&line).unwrap(), &value);
            let breaks = ['\n', '\u{85}', '\u{2028}', '\u{2029}'];
            prop_assert!(!line.contains(breaks));
            let mut pretty = Vec::new();
            to_writer_pretty(&mut pretty, &value).unwrap();
            prop_assert_eq!(&serde_json::from_slice::<Value>(&pretty).unwrap(), &value);
        }
    }
}
