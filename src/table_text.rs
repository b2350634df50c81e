//! Texts of others in tables: in fields of CSV, and in columns of words.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Signs that a spreadsheet takes for the beginning of a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// How text stands in the fields of a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FieldOptions {
    /// Whether an apostrophe is put before a text that a spreadsheet would take for a formula.
    pub escape_formulas: bool,
    /// What stands before the decimals of numbers.
    pub decimal: Decimal,
}

/// What stands before the decimals of numbers in a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum Decimal {
    /// A point, and commas between fields.
    #[default]
    #[cfg_attr(feature = "cli", value(name = "."))]
    Point,
    /// A comma, and semicolons between fields: what spreadsheets read where numbers are written so.
    #[cfg_attr(feature = "cli", value(name = ","))]
    Comma,
}

impl Decimal {
    /// A number as a field.
    pub fn number(self, number: impl ToString) -> String {
        let number = number.to_string();
        match self {
            Self::Point => number,
            Self::Comma => number.replace('.', ","),
        }
    }

    /// What stands between fields.
    pub const fn delimiter(self) -> u8 {
        match self {
            Self::Point => b',',
            Self::Comma => b';',
        }
    }
}

impl FieldOptions {
    /// A text as a field that is quoted where it has to be: line ends and tabs stand in it as they are, other characters
    /// that control terminals or end lines are escaped: as in JSON, `\u001b`.
    pub fn field(self, text: &str) -> Cow<'_, str> {
        let field = escape(text, |c| controls(c) && !matches!(c, '\t' | '\n' | '\r'));
        match self.escape_formulas && text.starts_with(FORMULA) {
            true => Cow::Owned(format!("'{field}")),
            false => field,
        }
    }
}

/// A text without characters that control terminals or end lines, for columns that know no quotes. They are
/// written as in JSON, `\u001b`. A backslash of the text stays as it is, so what it was cannot always be told: JSON and Parquet
/// have it.
#[cfg(feature = "corpus")]
pub fn escaped(text: &str) -> Cow<'_, str> {
    escape(text, controls)
}

/// Whether it is a control character, or one of the two that are no control characters and end lines for some readers.
fn controls(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

fn escape(text: &str, is_harmful: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&is_harmful) {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_harmful(c) {
            // Memory takes all that is written.
            let _ = write!(plain, "\\u{:04x}", u32::from(c));
        } else {
            plain.push(c);
        }
    }
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_controls_terminals_or_ends_lines_is_escaped() {
        let text = "a\u{1b}[2J\u{0}\u{7f}\u{85}\u{9b}\u{2028}\u{2029}\t\r\nb\\ü\u{200f}";
        assert_eq!(
            FieldOptions::default().field(text),
            "a\\u001b[2J\\u0000\\u007f\\u0085\\u009b\\u2028\\u2029\t\r\nb\\ü\u{200f}"
        );
        assert_eq!(escaped("a\tb\u{1f}"), "a\\u0009b\\u001f");
        assert!(matches!(escaped("الموصل 🗻"), Cow::Borrowed(_)));
    }

    #[test]
    fn formulas_are_escaped_where_that_is_asked_for() {
        let formulas = FieldOptions { escape_formulas: true, ..FieldOptions::default() };
        for text in ["=cmd()", "+1", "-1", "@a", "\t=a"] {
            assert_eq!(formulas.field(text), format!("'{text}"));
            assert_eq!(FieldOptions::default().field(text), text);
        }
        assert_eq!(formulas.field("a=b"), "a=b");
        assert_eq!(formulas.field(""), "");
    }
}
