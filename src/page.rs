//! A text as it lies on its page, and as it is read: words that the ends of lines part are read as one, and line ends inside
//! of sentences as spaces. What is found in what is read is told in places of the page.

use crate::document::Span;
use crate::lines;

/// The page that a text was read from, where the two differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The text as it lies there.
    text: String,
    /// What is read otherwise, in order and without overlap.
    edits: Vec<Edit>,
}

/// A stretch of a page that is read as something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Edit {
    /// Where it lies.
    page: Span,
    /// Where it stands in what is read; empty for what is left out.
    read: Span,
}

impl Page {
    /// Puts a text in the form in which it is read, and gives the page that it was read from; `None` if it is read as it lies.
    pub fn lift(text: &mut String) -> Option<Self> {
        let mut changes: Vec<(Span, &str)> =
            lines::wraps(text).into_iter().map(|wrap| (wrap.span, wrap.read)).collect();
        let hyphens = soft_hyphens(text, &changes);
        if !hyphens.is_empty() {
            changes.extend(hyphens.into_iter().map(|span| (span, "")));
            changes.sort();
        }
        if changes.is_empty() {
            return None;
        }
        let mut read = String::with_capacity(text.len());
        let mut edits = Vec::with_capacity(changes.len());
        let mut at = 0;
        for (page, instead) in changes {
            read.push_str(&text[at..page.start]);
            let start = read.len();
            read.push_str(instead);
            edits.push(Edit { page, read: Span::new(start, read.len()) });
            at = page.end;
        }
        read.push_str(&text[at..]);
        Some(Self { text: std::mem::replace(text, read), edits })
    }

    /// The text as it lies on the page.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The same, and no more of the page.
    pub fn into_text(self) -> String {
        self.text
    }

    /// Where on the page something lies that was read: from the first of its characters to the last.
    pub fn place(&self, read: Span) -> Span {
        if read.is_empty() {
            let at = self.start(read.start);
            return Span::new(at, at);
        }
        Span::new(self.start(read.start), self.end(read.end))
    }

    /// Where something on the page stands in what is read; `None` if it begins or ends inside of what is read otherwise.
    pub fn read(&self, page: Span) -> Option<Span> {
        let read = Span::new(self.read_byte(page.start, true)?, self.read_byte(page.end, false)?);
        (read.start <= read.end && self.place(read) == page).then_some(read)
    }

    /// Where the character begins that is read at a byte.
    fn start(&self, read: usize) -> usize {
        // What is left out in front of it belongs to nothing.
        match self.edits[..self.edits.partition_point(|edit| edit.read.start <= read)].last() {
            None => read,
            Some(edit) if read < edit.read.end => edit.page.start,
            Some(edit) => edit.page.end + (read - edit.read.end),
        }
    }

    /// Where the character ends behind which a byte is read.
    fn end(&self, read: usize) -> usize {
        match self.edits[..self.edits.partition_point(|edit| edit.read.start < read)].last() {
            None => read,
            Some(edit) if read <= edit.read.end => edit.page.end,
            Some(edit) => edit.page.end + (read - edit.read.end),
        }
    }

    /// Where a border between characters of the page is read.
    fn read_byte(&self, page: usize, begins: bool) -> Option<usize> {
        let before =
            self.edits.partition_point(|edit| if begins { edit.page.start <= page } else { edit.page.start < page });
        match before.checked_sub(1).map(|n| self.edits[n]) {
            None => Some(page),
            Some(edit) if page >= edit.page.end => Some(edit.read.end + (page - edit.page.end)),
            Some(edit) if begins && page == edit.page.start => Some(edit.read.start),
            Some(_) => None,
        }
    }
}

/// The soft hyphens inside of words, but for those that other changes take out.
fn soft_hyphens(text: &str, changes: &[(Span, &str)]) -> Vec<Span> {
    const SOFT_HYPHEN: char = '\u{ad}';
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
    let hyphens = text.match_indices(SOFT_HYPHEN).map(|(at, hyphen)| Span::new(at, at + hyphen.len()));
    let inside = hyphens.filter(|hyphen| {
        is_letter(text[..hyphen.start].chars().next_back()) && is_letter(text[hyphen.end..].chars().next())
    });
    let is_taken = |hyphen: &Span| {
        let next = changes.partition_point(|(span, _)| span.end <= hyphen.start);
        changes.get(next).is_some_and(|(span, _)| span.start < hyphen.end)
    };
    inside.filter(|hyphen| !is_taken(hyphen)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lifted(text: &str) -> (String, Option<Page>) {
        let mut read = text.to_owned();
        let page = Page::lift(&mut read);
        (read, page)
    }

    #[test]
    fn names_lie_where_they_lie() {
        let text =
            "He flew to New\n  York City on Monday. Storms crossed San Fran-\ncisco, Za\u{ad}greb and Lake\nVictoria.";
        let (read, page) = lifted(text);
        let page = page.unwrap();
        assert_eq!(read, "He flew to New York City on Monday. Storms crossed San Francisco, Zagreb and Lake Victoria.");
        assert_eq!(page.text(), text);
        for (name, lies) in [
            ("New York City", "New\n  York City"),
            ("San Francisco", "San Fran-\ncisco"),
            ("Fran", "Fran"),
            ("cisco", "cisco"),
            ("Zagreb", "Za\u{ad}greb"),
            ("Lake Victoria", "Lake\nVictoria"),
            ("Monday", "Monday"),
        ] {
            let at = read.find(name).unwrap();
            let span = Span::new(at, at + name.len());
            assert_eq!(page.place(span).of(text), lies);
            assert_eq!(page.read(page.place(span)), Some(span));
        }
        // What begins or ends inside of what is read as a whole is not read.
        let hyphen = text.find("-\n").unwrap();
        assert_eq!(page.read(Span::new(hyphen - 4, hyphen + 1)), None);
    }

    #[test]
    fn what_is_read_as_it_lies_is_not_copied() {
        for text in [
            "",
            "He left Mosul.\nShe stayed.\n\nA well-known man.",
            "HEADLINE\r\nMOSUL - He said so.",
            "\u{ad}",
            "a \u{ad}b",
        ] {
            assert_eq!(lifted(text), (text.to_owned(), None));
        }
    }

    proptest! {
        /// Whatever the text: what is read lies somewhere, on borders of characters, in its order, and is found there again.
        #[test]
        fn all_that_is_read_lies_on_the_page(
            words in proptest::collection::vec("([a-zé]{1,9}|[A-ZÖ][a-z]{1,9}|[a-z]{2,5}-|北京|[a-z]{2}\u{ad}[a-z]{2}|,|\\.)", 0..60),
            width in 20usize..50,
            noise in proptest::collection::vec(("\\PC{0,3}[\n\r\u{85}\u{2028}\t \u{ad}-]{0,3}", 0usize..400), 0..6),
        ) {
            let mut text = String::new();
            let mut line = 0;
            for word in words {
                let separator = if line + word.len() > width { line = 0; "\n" } else { " " };
                line += word.len() + 1;
                text = text + separator + &word;
            }
            for (piece, at) in noise {
                let at = text.floor_char_boundary(at.min(text.len()));
                text.insert_str(at, &piece);
            }
            let (read, page) = lifted(&text);
            let Some(page) = page else {
                prop_assert_eq!(read, text);
                return Ok(());
            };
            prop_assert_eq!(page.text(), &*text);
            let borders: Vec<usize> = read.char_indices().map(|(at, _)| at).chain([read.len()]).collect();
            let mut behind = 0;
            for pair in borders.windows(2) {
                let span = Span::new(pair[0], pair[1]);
                let lies = page.place(span);
                prop_assert!(lies.start < lies.end && behind <= lies.start && lies.end <= text.len());
                prop_assert!(text.is_char_boundary(lies.start) && text.is_char_boundary(lies.end));
                prop_assert!(span.of(&read) == lies.of(&text) || span.of(&read) == " " && lies.of(&text).trim().is_empty());
                prop_assert_eq!(page.read(lies), Some(span));
                behind = lies.end;
            }
            for (n, &start) in borders.iter().enumerate() {
                for &end in borders[n + 1..].iter().take(12) {
                    let lies = page.place(Span::new(start, end));
                    prop_assert_eq!(page.read(lies), Some(Span::new(start, end)));
                    prop_assert_eq!(lies.start, page.place(Span::new(start, borders[n + 1])).start);
                }
            }
        }
    }
}
