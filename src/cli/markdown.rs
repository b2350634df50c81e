//! Chapters of the guide on a terminal.

use std::io::{self, IsTerminal};

use anstream::{AutoStream, ColorChoice};
use anstyle::Style;
use comfy_table::Table;

/// Columns of a line, at most.
const WIDEST: usize = 100;

/// Markdown as standard output is to have it: laid out on a terminal, and through a pipe as it stands.
pub fn shown(text: &str) -> String {
    if !io::stdout().is_terminal() {
        return text.to_owned();
    }
    let width = Table::new().width().map_or(WIDEST, |width| WIDEST.min(width.into()));
    laid_out(text, width, AutoStream::choice(&io::stdout()) != ColorChoice::Never)
}

/// Headings are bold, paragraphs and items of lists are wrapped; code, tables and quotations are left as they are.
fn laid_out(text: &str, width: usize, styles: bool) -> String {
    let style = |style: Style, text: &str| match styles {
        true => format!("{style}{text}{style:#}\n"),
        false => format!("{text}\n"),
    };
    let (mut out, mut paragraph, mut in_code) = (String::new(), String::new(), false);
    for line in text.lines() {
        let is_fence = line.trim_start().starts_with("```");
        let heading = line.trim_start_matches('#').strip_prefix(' ').filter(|_| line.starts_with('#'));
        let is_kept = is_fence || in_code || line.starts_with(['|', '>', '\t']) || line.starts_with("    ");
        // An item's later lines are indented by less than code is, and go on with it.
        let goes_on = !paragraph.is_empty() && !in_code && !is_fence && !line.trim().is_empty() && marker(line) == 0;
        if goes_on && heading.is_none() && !line.starts_with(['|', '>']) {
            paragraph.push(' ');
            paragraph.push_str(line.trim());
            continue;
        }
        wrap(&std::mem::take(&mut paragraph), width, &mut out);
        if is_fence {
            in_code = !in_code;
            out += &style(Style::new().dimmed(), line);
        } else if let (Some(heading), false) = (heading, in_code) {
            out += &style(Style::new().bold(), heading.trim());
        } else if is_kept || line.trim().is_empty() {
            out += line;
            out.push('\n');
        } else {
            line.trim_end().clone_into(&mut paragraph);
        }
    }
    wrap(&paragraph, width, &mut out);
    out
}

/// Bytes of the indent and the mark that begin an item of a list; 0 if the line is none.
fn marker(line: &str) -> usize {
    let item = line.trim_start();
    let number = item.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_number = number.len() < item.len() && number.starts_with(". ");
    let mark = match item {
        _ if is_number => item.len() - number.len() + 2,
        _ if item.starts_with("- ") || item.starts_with("* ") => 2,
        _ => return 0,
    };
    line.len() - item.len() + mark
}

/// Breaks a paragraph between words. The later lines of an item stand under its first word.
fn wrap(paragraph: &str, width: usize, out: &mut String) {
    if paragraph.is_empty() {
        return;
    }
    let (mark, words) = paragraph.split_at(marker(paragraph));
    let indent = " ".repeat(mark.len());
    let mut line = mark.to_owned();
    let mut is_begun = false;
    for word in words.split_whitespace() {
        if is_begun && line.chars().count() + 1 + word.chars().count() > width {
            *out += &line;
            out.push('\n');
            line.clone_from(&indent);
            is_begun = false;
        }
        if is_begun {
            line.push(' ');
        }
        line += word;
        is_begun = true;
    }
    *out += &line;
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_and_items_are_wrapped_and_the_rest_is_left() {
        let text = "# The head\n\nA paragraph of\nseveral words.\n\n- an item that\n  is longer\n- another\n\n\
                    | a table that is not | wrapped |\n\n```sh\ndateline tag article.txt # wide\n```\n\n    code that is indented\n";
        let expected = "The head\n\nA paragraph of several\nwords.\n\n- an item that is\n  longer\n- another\n\n\
                        | a table that is not | wrapped |\n\n```sh\ndateline tag article.txt # wide\n```\n\n    code that is indented\n";
        assert_eq!(laid_out(text, 22, false), expected);
        assert!(laid_out("## Head\n", 22, true).starts_with("\u{1b}[1mHead\u{1b}[0m"));
        assert_eq!(laid_out("10. ten words\n", 9, false), "10. ten\n    words\n");
    }
}
