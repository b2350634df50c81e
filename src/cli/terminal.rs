//! What is said to people on the terminal, and in which words.

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::Path;

use anyhow::Context as _;

use super::{hints, stdout};

/// One line to the person at the terminal. If standard error is closed, there is nobody to tell.
pub fn say(message: &str) {
    // Paths may have line breaks in them, and a message is one line.
    let message = message.replace(['\n', '\r'], " ");
    let _ = writeln!(io::stderr(), "dateline: {}", printable(&message));
}

/// Prints lines to standard output.
pub fn print(lines: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    stdout::check().and_then(|()| out.write_all(lines.as_bytes())).and_then(|()| out.flush()).context(CANNOT_PRINT)
}

/// Prints the help of a command, or what else was asked for in place of one.
pub fn print_help(help: &clap::Error) -> anyhow::Result<()> {
    let print = || {
        stdout::check()?;
        help.print()?;
        io::stdout().flush()
    };
    print().context(CANNOT_PRINT)
}

/// An error with its causes, but for those that it quotes itself, and with what can be done about them.
pub fn explanation(error: &anyhow::Error) -> String {
    let mut told = String::new();
    // An error that quotes its cause does so without the hint.
    let mut quoting = String::new();
    for cause in error.chain() {
        let words = cause.to_string();
        if told.is_empty() {
            told = hints::told(cause);
        } else if !quoting.contains(&words) {
            told = format!("{told}: {}", hints::told(cause));
        }
        quoting = format!("{quoting}: {words}");
    }
    told
}

/// What is said of a file that cannot be written.
pub fn cannot_write(path: &Path) -> String {
    format!(
        "{}: cannot be written; expected a path in a folder that exists, can be written to and has room",
        path.display()
    )
}

/// What is said of standard output that cannot be written.
pub const CANNOT_PRINT: &str = "standard output cannot be written; expected a place with room: write to another";

/// Text of others as it may be shown on a terminal: control characters, which could move the cursor or change what was
/// printed before, and marks that turn the direction of the text become replacement characters.
pub fn printable(text: &str) -> Cow<'_, str> {
    let harmful = |c: char| match c {
        '\n' | '\t' => false,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        c => c.is_control(),
    };
    if text.contains(harmful) {
        Cow::Owned(text.replace("\r\n", "\n").replace(harmful, "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn harmful_characters_are_replaced() {
        assert_eq!(printable("a\u{1b}[31mred\r\n\u{202e}x\ty"), "a\u{fffd}[31mred\n\u{fffd}x\ty");
        assert_eq!(printable("الموصل"), "الموصل");
    }
}
