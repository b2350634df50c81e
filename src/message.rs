//! Text of others in messages for people.

/// The text without terminal escapes and control characters, each run of white space as one space.
pub(crate) fn one_line(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\u{1b}' && chars.next_if_eq(&'[').is_some() {
            // A control sequence ends with a character from '@' to '~'.
            for c in chars.by_ref() {
                if ('@'..='~').contains(&c) {
                    break;
                }
            }
        } else if c.is_whitespace() {
            if !plain.ends_with(' ') {
                plain.push(' ');
            }
        } else if !c.is_control() {
            plain.push(c);
        }
    }
    plain.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_has_no_breaks_and_no_escapes() {
        assert_eq!(one_line("\u{1b}[1;31mERROR:\u{1b}[0m a\r\n\tb\u{7}\u{8} "), "ERROR: a b");
        assert_eq!(one_line("Größe\u{85}x\u{2028}y"), "Größe x y");
        assert_eq!(one_line("cut \u{1b}[31"), "cut");
    }
}
