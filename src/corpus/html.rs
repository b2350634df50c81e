//! The text of an HTML page: what a reader sees of it, in its order.
//!
//! Paragraphs are parted by blank lines, and list items and cells of tables stand on lines of their own; otherwise white
//! space is what a browser makes of it. Scripts, styles, menus, forms' controls, what is hidden, and the foot of the page
//! are left out.

use std::convert::Infallible;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};

/// Elements within elements that are told apart; browsers stop there too.
const MOST_OPEN: usize = 512;

/// A page.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Page {
    /// Its title, if it has one.
    pub title: Option<String>,
    /// Its text; empty if nothing on it is seen.
    pub text: String,
}

/// Reads a page. Any string is one.
pub(super) fn page(html: &str) -> Page {
    let mut walk = Walk::default();
    let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: Span<()>| -> Option<Infallible> {
        walk.see(&event);
        None
    });
    // Without it, scripts and titles would be taken for tags and text.
    emitter.naively_switch_states(true);
    let Ok(()) = Tokenizer::new_with_emitter(html, emitter).finish();
    let title = walk.title.map(|title| title.text).filter(|title| !title.is_empty());
    Page { title, text: walk.text.text }
}

/// How an element stands beside others.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// In a line with them.
    Inline,
    /// On a line of its own.
    Line,
    /// As a paragraph of its own.
    Block,
}

impl Layout {
    #[rustfmt::skip]
    fn of(name: &[u8]) -> Self {
        match name {
            b"li" | b"dt" | b"dd" | b"td" | b"th" | b"option" | b"legend" | b"summary" => Self::Line,
            b"address" | b"article" | b"aside" | b"blockquote" | b"body" | b"caption" | b"center" | b"details" | b"dialog"
            | b"dir" | b"div" | b"dl" | b"fieldset" | b"figcaption" | b"figure" | b"footer" | b"form" | b"frameset" | b"h1"
            | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" | b"head" | b"header" | b"hgroup" | b"hr" | b"html" | b"listing"
            | b"main" | b"menu" | b"nav" | b"ol" | b"optgroup" | b"p" | b"plaintext" | b"pre" | b"search" | b"section"
            | b"table" | b"tbody" | b"tfoot" | b"thead" | b"tr" | b"ul" | b"xmp" => Self::Block,
            _ => Self::Inline,
        }
    }

    fn gap(self) -> Gap {
        match self {
            Self::Inline => Gap::None,
            Self::Line => Gap::Line,
            Self::Block => Gap::Blank,
        }
    }
}

/// Whether an element has no end tag.
#[rustfmt::skip]
fn is_void(name: &[u8]) -> bool {
    matches!(
        name,
        b"area" | b"base" | b"basefont" | b"bgsound" | b"br" | b"col" | b"embed" | b"frame" | b"hr" | b"img" | b"input"
        | b"keygen" | b"link" | b"meta" | b"param" | b"source" | b"track" | b"wbr"
    )
}

/// Whether an element is no text, or is there for finding one's way.
#[rustfmt::skip]
fn is_aside(name: &[u8]) -> bool {
    matches!(
        name,
        b"applet" | b"audio" | b"button" | b"canvas" | b"datalist" | b"iframe" | b"nav" | b"noembed" | b"noframes"
        | b"noscript" | b"object" | b"rp" | b"rt" | b"script" | b"select" | b"style" | b"svg" | b"template" | b"textarea"
        | b"title" | b"video"
    )
}

/// Whether the beginning of an element ends another that stands open, beside the rule that blocks end paragraphs.
fn ends(open: &[u8], next: &[u8]) -> bool {
    match next {
        b"li" | b"option" => open == next,
        b"dt" | b"dd" => matches!(open, b"dt" | b"dd"),
        b"td" | b"th" => matches!(open, b"td" | b"th"),
        b"tr" => matches!(open, b"td" | b"th" | b"tr"),
        _ => false,
    }
}

/// An element that stands open.
#[derive(Default)]
struct Element {
    name: Vec<u8>,
    /// Its text is not wanted.
    hidden: bool,
    /// It is the main part of the page, or in it.
    main: bool,
}

/// What was seen of a page so far.
#[derive(Default)]
struct Walk {
    open: Vec<Element>,
    /// The element whose start tag is being read, and the attribute in it.
    tag: Option<Element>,
    attribute: Vec<u8>,
    title: Option<Text>,
    in_title: bool,
    text: Text,
}

impl Walk {
    fn see(&mut self, event: &CallbackEvent<'_>) {
        match event {
            CallbackEvent::OpenStartTag { name } => {
                self.tag = Some(Element { name: name.to_vec(), hidden: is_aside(name), main: false });
            }
            CallbackEvent::AttributeName { name } => {
                self.attribute.clear();
                self.attribute.extend_from_slice(name);
                if let Some(tag) = &mut self.tag {
                    tag.hidden |= *name == b"hidden";
                }
            }
            CallbackEvent::AttributeValue { value } => {
                if let Some(tag) = &mut self.tag {
                    tag.hidden |= hides(&self.attribute, value);
                }
            }
            CallbackEvent::CloseStartTag { self_closing } => {
                if let Some(tag) = self.tag.take() {
                    self.begin(tag, *self_closing);
                }
            }
            CallbackEvent::EndTag { name } => {
                self.tag = None;
                self.end(name);
            }
            CallbackEvent::String { value } => self.write(&String::from_utf8_lossy(value)),
            CallbackEvent::Comment { .. } | CallbackEvent::Doctype { .. } | CallbackEvent::Error(_) => {}
        }
    }

    fn begin(&mut self, mut tag: Element, self_closing: bool) {
        self.in_title = false;
        let layout = Layout::of(&tag.name);
        let top_is = |open: &[Element], ended: &dyn Fn(&[u8]) -> bool| open.last().is_some_and(|top| ended(&top.name));
        if layout != Layout::Inline && top_is(&self.open, &|top| top == b"p") {
            self.open.pop();
        }
        while top_is(&self.open, &|top| ends(top, &tag.name)) {
            self.open.pop();
        }
        let (hidden, main) = self.open.last().map_or((false, false), |top| (top.hidden, top.main));
        if !hidden {
            self.text.part(layout.gap());
            if tag.name == b"br" {
                self.text.line_break();
            }
        }
        // Within drawings, tags may close themselves.
        if is_void(&tag.name) || hidden && self_closing {
            return;
        }
        tag.main = main || matches!(&tag.name[..], b"article" | b"main");
        tag.hidden |= hidden || !main && tag.name == b"footer";
        if tag.name == b"title" && !hidden && self.title.is_none() {
            self.title = Some(Text::default());
            self.in_title = true;
        }
        // What is hidden must be known to be, however deep it stands; what is in it is hidden anyway.
        if self.open.len() < MOST_OPEN || tag.hidden && !hidden {
            self.open.push(tag);
        }
    }

    fn end(&mut self, name: &[u8]) {
        self.in_title = false;
        let layout = Layout::of(name);
        let open = self.open.iter().enumerate().rev();
        // An element in a line does not end one around it that is more.
        let ended = open
            .take_while(|(_, element)| layout != Layout::Inline || Layout::of(&element.name) == Layout::Inline)
            .find(|(_, element)| element.name == name)
            .map(|(depth, _)| depth);
        if let Some(depth) = ended {
            self.open.truncate(depth);
        }
        if !self.is_hidden() {
            self.text.part(layout.gap());
            if name == b"br" {
                self.text.line_break();
            }
        }
    }

    fn is_hidden(&self) -> bool {
        self.open.last().is_some_and(|top| top.hidden)
    }

    fn write(&mut self, text: &str) {
        if let (true, Some(title)) = (self.in_title, &mut self.title) {
            title.write(text, false);
        } else if !self.is_hidden() {
            let keeps_lines = self.open.iter().any(|element| matches!(&element.name[..], b"pre" | b"listing" | b"xmp"));
            self.text.write(text, keeps_lines);
        }
    }
}

/// Whether an attribute says that an element is not seen, or is a menu.
fn hides(attribute: &[u8], value: &[u8]) -> bool {
    match attribute {
        b"role" => matches!(value.trim_ascii(), b"navigation" | b"menu" | b"menubar"),
        b"style" => {
            let style: Vec<u8> = value.iter().filter(|byte| !byte.is_ascii_whitespace()).copied().collect();
            style.to_ascii_lowercase().windows(12).any(|part| part == b"display:none")
        }
        _ => false,
    }
}

/// What stands between two words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    #[default]
    None,
    Space,
    Line,
    Blank,
}

/// Text that is being put together.
#[derive(Default)]
struct Text {
    text: String,
    /// What comes between it and the next word.
    gap: Gap,
}

impl Text {
    fn part(&mut self, gap: Gap) {
        self.gap = self.gap.max(gap);
    }

    /// A line break; two of them make a paragraph.
    fn line_break(&mut self) {
        self.gap = if self.gap < Gap::Line { Gap::Line } else { Gap::Blank };
    }

    fn write(&mut self, text: &str, keeps_lines: bool) {
        for c in text.chars() {
            match c {
                '\n' if keeps_lines => self.line_break(),
                ' ' | '\t' | '\n' | '\x0c' | '\r' => self.part(Gap::Space),
                // Places where a word may be broken are not seen, and stand in the middle of names.
                '\u{ad}' | '\u{200b}' | '\u{feff}' => {}
                // Paragraphs of a space that is kept are empty too.
                '\u{a0}' if self.gap >= Gap::Line || self.text.is_empty() => {}
                _ => {
                    if !self.text.is_empty() {
                        self.text.push_str(match self.gap {
                            Gap::None => "",
                            Gap::Space => " ",
                            Gap::Line => "\n",
                            Gap::Blank => "\n\n",
                        });
                    }
                    self.gap = Gap::None;
                    self.text.push(c);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(html: &str) -> String {
        page(html).text
    }

    #[test]
    fn a_page_is_what_is_seen_of_it() {
        let found = page(
            "<!doctype html><html><head><meta charset=utf-8><title>\n The bridge &amp; the town\n</title>
            <style>p { color: red }</style><script>if (a < b) document.write('<p>No</p>')</script></head>
            <body><header><a href=/>The Valley Post</a></header><nav><ul><li>Sport<li>Weather</ul></nav>
            <article><h1>A bridge for <b>G&ouml;pp</b>ingen</h1>
            <p>The council met\non <i>Monday</i>.<p hidden>Secret</p><p>It voted:<br>yes.<br><br>Work begins soon.
            <ul><li>First, the piers</li>\n<li>Then the road</ul>
            <footer>By a reporter</footer></article>
            <!-- <p>Not yet</p> --><noscript>Turn it on</noscript>
            <footer>All rights reserved</footer></body></html>",
        );
        assert_eq!(found.title.as_deref(), Some("The bridge & the town"));
        assert_eq!(
            found.text,
            "The Valley Post\n\nA bridge for Göppingen\n\nThe council met on Monday.\n\nIt voted:\nyes.\n\nWork begins soon.\n\nFirst, the piers\nThen the road\n\nBy a reporter"
        );
    }

    #[test]
    fn cells_do_not_run_into_each_other() {
        let table = "<table><tr><td>Paris<td>3<tr><th>Ulm</th><td>1</td></tr></table>";
        assert_eq!(text(table), "Paris\n3\n\nUlm\n1");
        assert_eq!(text("<div>a</div><div>b</div>c"), "a\n\nb\n\nc");
        assert_eq!(text("<dl><dt>a<dd>b</dl>"), "a\nb");
        assert_eq!(text("a<br>b</br>c"), "a\nb\nc");
    }

    #[test]
    fn words_are_as_they_are_seen() {
        assert_eq!(text("Bundes&shy;kanzler&#x200b;in<wbr>nen"), "Bundeskanzlerinnen");
        assert_eq!(text("<p>&nbsp;</p><p>a&nbsp;b</p>"), "a\u{a0}b");
        assert_eq!(text("<b>New</b> <i>York</i>"), "New York");
        assert_eq!(text("N<b>ew</b>"), "New");
        assert_eq!(text("<pre>one\n  two\n\nthree</pre>"), "one\ntwo\n\nthree");
        assert_eq!(text("a &lt;b&gt; &amp;amp; &unknown; &#0;"), "a <b> &amp; &unknown; \u{fffd}");
        assert_eq!(text("<ruby>東<rt>とう</rt>京<rt>きょう</rt></ruby>"), "東京");
    }

    #[test]
    fn what_is_hidden_ends_where_it_does() {
        assert_eq!(text("<nav>a<b>b</nav>c"), "c");
        assert_eq!(text("<div><nav>a</div>b"), "b");
        assert_eq!(text("<b><nav>a</b>b</nav>c"), "c");
        assert_eq!(text("<div style='color: red; Display : none'>a</div>b"), "b");
        assert_eq!(text("<svg><title>a</title><path/><text>b</text></svg>c"), "c");
        assert_eq!(text("<p hidden>a<p>b"), "b");
        assert_eq!(text("<ul role=navigation><li>a</ul>b"), "b");
        assert_eq!(page("<svg><title>a</title></svg><title></title>").title, None);
        assert_eq!(text("<script>a"), "");
    }

    #[test]
    fn depth_costs_neither_stack_nor_time() {
        let deep = "<div>".repeat(200_000) + "a<script>b</script>" + &"</div>".repeat(200_000);
        assert_eq!(text(&deep), "a");
        let unclosed = "<p><b><span>a</i>".repeat(100_000);
        assert_eq!(text(&unclosed).len(), 100_000 * 3 - 2);
    }

    proptest! {
        #[test]
        fn any_string_is_a_page(html in "(<(/?[a-z]{1,6}|p|nav|title|script|!--|!\\[CDATA\\[)( [a-z]{1,6}(=\\PC{0,4})?)?/?>?|&[a-z#0-9]{0,5};?|\\PC){0,40}") {
            let found = page(&html);
            prop_assert!(!found.text.starts_with(['\n', ' ']) && !found.text.ends_with(['\n', ' ']));
            prop_assert!(!found.text.contains("\n\n\n"));
        }
    }
}
