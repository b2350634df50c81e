//! Words as GLiNER's models know them: the matches of `\w+(?:[-_]\w+)*|\S`, as Python's `re` understands it.
//!
//! Python's `\w` is a letter, a digit or another number, or `_`, and unlike Rust's no mark: "Bogotá" with a combining accent is
//! two words, and so are many of Hindi or Thai. A word of Chinese or Japanese goes from one punctuation mark to the next.

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

use crate::document::Span;

/// The words of a text, in order.
pub fn words(text: &str) -> impl Iterator<Item = Span> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let rest = &text[from..];
        let start = from + rest.find(|c| !is_space(c))?;
        from = end_of_word(text, start);
        Some(Span::new(start, from))
    })
}

/// Where the word ends that begins at `start`.
fn end_of_word(text: &str, start: usize) -> usize {
    let run = |from: usize| from + text[from..].find(|c| !is_word(c)).unwrap_or(text.len() - from);
    let mut end = run(start);
    if end == start {
        return start + text[start..].chars().next().map_or(0, char::len_utf8);
    }
    // `_` is one of `\w`, so that a hyphen is all that may join two runs.
    while text[end..].starts_with('-') {
        let next = run(end + 1);
        if next == end + 1 {
            break;
        }
        end = next;
    }
    end
}

/// Python's `\w`.
fn is_word(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || c == '_';
    }
    matches!(c.general_category_group(), GeneralCategoryGroup::Letter | GeneralCategoryGroup::Number)
}

/// Python's `\s`: what Unicode calls white space, and four separators of ASCII.
fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\x1c'..='\x1f')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_python() {
        // Each by `re.findall(r"\w+(?:[-_]\w+)*|\S", text)` of Python 3.11.
        let cases: &[(&str, &[&str])] = &[
            ("", &[]),
            (" \t\u{1c}\u{a0}\u{3000}\n", &[]),
            ("Port-au-Prince, 3.5%", &["Port-au-Prince", ",", "3", ".", "5", "%"]),
            ("a--b -c d- e_-f __ _-_", &["a", "-", "-", "b", "-", "c", "d", "-", "e_-f", "__", "_-_"]),
            ("don't O’Neill's", &["don", "'", "t", "O", "’", "Neill", "'", "s"]),
            ("Bogota\u{301} x", &["Bogota", "\u{301}", "x"]),
            ("हिन्दी", &["ह", "\u{93f}", "न", "\u{94d}", "द", "\u{940}"]),
            ("北京和上海。好", &["北京和上海", "。", "好"]),
            ("x² ½ Ⅷ ① ٣", &["x²", "½", "Ⅷ", "①", "٣"]),
            ("a‐b a‿b", &["a", "‐", "b", "a", "‿", "b"]),
            ("👩\u{200d}🚒👍", &["👩", "\u{200d}", "🚒", "👍"]),
            ("a\u{1d}b\u{85}c\u{200b}d\u{feff}", &["a", "b", "c", "\u{200b}", "d", "\u{feff}"]),
            ("قَالَ", &["ق", "\u{64e}", "ال", "\u{64e}"]),
        ];
        for (text, expected) in cases {
            let found: Vec<&str> = words(text).map(|span| span.of(text)).collect();
            assert_eq!(found, *expected, "{text:?}");
        }
    }
}
