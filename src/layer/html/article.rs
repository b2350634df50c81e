//! The page of an article: its text with its names marked, and its places on a map beside it.

use std::fmt::Write as _;
use std::io::{self, Write};

use html_escape::{encode_double_quoted_attribute, encode_text};

use super::Page;
use super::data::data;
use crate::annotation::spans::SpannedText;
use crate::annotation::{Annotation, Entity};
use crate::document::Span;
use crate::layer::article::Article;
use crate::layer::collection::{Collection, Collector};
use crate::layer::filter::Filter;
use crate::layer::{Layer, LayerOptions};
use crate::mention::Label;

const BODY: &str = include_str!("page/article.html");
const SCRIPT: &str = include_str!("page/article.js");

/// The layers of the page.
const LAYERS: [Layer; 3] = [Layer::Mentions, Layer::Places, Layer::Relative];

/// Writes the page of an annotation.
///
/// # Errors
///
/// If it cannot be written.
pub fn write(annotation: &Annotation, options: &LayerOptions, page: &Page, out: &mut dyn Write) -> io::Result<()> {
    let article = Article::new(annotation.clone()).map_err(io::Error::other)?;
    let mut collector = Collector::new(Filter::default());
    collector.add(article);
    let collection = collector.finish();
    let title = heading(annotation);
    let article = marked(annotation, title, &collection);
    // In one go, so that an article with these words in it is no template.
    let mut body = String::with_capacity(BODY.len() + article.len());
    for (n, part) in BODY.split("{{article}}").enumerate() {
        if n > 0 {
            body.push_str(&article);
        }
        body.push_str(&part.replace("{{title}}", &encode_text(title)));
    }
    page.write(title, &body, (SCRIPT, false), &data(&collection, &collection, &LAYERS, options, title), out)
}

/// The headline of a document, or else what it is called, of a path only the name.
fn heading(annotation: &Annotation) -> &str {
    let title = annotation.title.as_deref().filter(|title| !title.trim().is_empty());
    let name = annotation.id.rsplit(['/', '\\']).find(|part| !part.is_empty());
    title.or(name).unwrap_or(&annotation.id)
}

/// A stretch of the text that is marked.
struct Mark {
    span: Span,
    label: Label,
    /// The index of its place among the mentions of the page, and what it says when one points to it.
    place: Option<(usize, String)>,
    inner: Vec<Mark>,
}

/// The article with its names marked.
fn marked(annotation: &Annotation, title: &str, collection: &Collection) -> String {
    let mut html = format!("<article dir=\"auto\">\n<h1>{}</h1>\n", encode_text(title));
    let by = [&annotation.source, &annotation.date];
    let by: Vec<String> = by.into_iter().flatten().map(|part| encode_text(part).into_owned()).collect();
    if !by.is_empty() {
        let _ = writeln!(html, "<p class=\"byline\">{}</p>", by.join(" · "));
    }
    let mut paragraph = Paragraph { html, open: false, breaks: 0 };
    let spanned = SpannedText::of(annotation);
    let text = spanned.text;
    let mut at = 0;
    for mark in marks(annotation, &spanned, collection) {
        paragraph.text(&text[at..mark.span.start]);
        paragraph.mark(text, &mark, false);
        at = mark.span.end;
    }
    paragraph.text(&text[at..]);
    paragraph.close();
    paragraph.html + "</article>"
}

fn marks(annotation: &Annotation, text: &SpannedText<'_>, collection: &Collection) -> Vec<Mark> {
    // Mentions stand in the order of entities, inner ones behind the name that they stand in.
    let mut mentions = collection.mentions.iter().enumerate().peekable();
    let mut place = |entity: usize, inner: bool| {
        let (n, mention) = mentions.next_if(|(_, m)| m.entity == entity && m.contained_in.is_some() == inner)?;
        let about = &collection.places[mention.place as usize].about;
        let parts = [Some(&about.name), about.admin1.as_ref(), about.country.as_ref()];
        Some((n, parts.into_iter().flatten().map(|part| &**part).collect::<Vec<_>>().join(", ")))
    };
    let mark = |(n, entity): (usize, &Entity)| {
        let own = place(n, false);
        let inner = entity.contains.iter().filter_map(|inner| {
            let place = inner.place.as_ref().and_then(|_| place(n, true));
            Some(Mark { span: text.span(inner.start, inner.end)?, label: Label::Loc, place, inner: Vec::new() })
        });
        let inner = inner.collect();
        Some(Mark { span: text.span(entity.start, entity.end)?, label: entity.label, place: own, inner })
    };
    annotation.entities.iter().enumerate().filter_map(mark).collect()
}

/// HTML that grows by paragraphs.
struct Paragraph {
    html: String,
    open: bool,
    /// Line ends since the last text.
    breaks: usize,
}

impl Paragraph {
    /// Adds text outside of marks: blank lines part paragraphs, other line ends are breaks.
    fn text(&mut self, text: &str) {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        for (n, line) in text.split('\n').enumerate() {
            self.breaks += usize::from(n > 0);
            // White space before a name or behind it belongs to its line; elsewhere it is nothing.
            if !line.trim().is_empty() || (self.open && self.breaks == 0 && !line.is_empty()) {
                self.open();
                self.html.push_str(&encode_text(line));
            }
        }
    }

    fn mark(&mut self, text: &str, mark: &Mark, inner: bool) {
        self.open();
        let class = match mark.label {
            Label::Per => "per",
            Label::Org => "org",
            Label::Loc => "loc",
            Label::Misc | Label::Other(_) => "misc",
        };
        let inner_class = if inner { " inner" } else { "" };
        let _ = write!(self.html, "<mark class=\"entity {class}{inner_class}\"");
        if let Some((mention, name)) = &mark.place {
            let name = encode_double_quoted_attribute(name);
            let _ = write!(self.html, " id=\"m{mention}\" data-mention=\"{mention}\" tabindex=\"0\" title=\"{name}\"");
        }
        self.html.push('>');
        let mut at = mark.span.start;
        for part in &mark.inner {
            self.html.push_str(&encode_text(&text[at..part.span.start]));
            self.mark(text, part, true);
            at = part.span.end;
        }
        self.html.push_str(&encode_text(&text[at..mark.span.end]));
        self.html.push_str("</mark>");
    }

    /// Makes sure that text can follow: in the paragraph that is open, or a new one.
    fn open(&mut self) {
        match (self.open, std::mem::take(&mut self.breaks)) {
            (true, 0) => {}
            (true, 1) => self.html.push_str("<br>\n"),
            _ => {
                self.close();
                self.html.push_str("<p>");
                self.open = true;
            }
        }
    }

    fn close(&mut self) {
        if self.open {
            self.html.push_str("</p>\n");
            self.open = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotation::Place;
    use crate::annotation::testing::{annotated as named, place};

    fn annotated(text: &str, names: &[(&str, Label, bool)]) -> Annotation {
        let all: Vec<(&str, Label)> = names.iter().map(|&(name, label, _)| (name, label)).collect();
        let mut annotation = named(text, &all);
        let there: Place = place("t:1", "\"Quoted\" & <b>", (1.0, 2.0), "IQ");
        for (entity, (.., placed)) in annotation.entities.iter_mut().zip(names) {
            entity.place = placed.then(|| there.clone());
        }
        annotation
    }

    fn html(annotation: &Annotation) -> String {
        let mut collector = Collector::new(Filter::default());
        collector.add(Article::new(annotation.clone()).unwrap());
        marked(annotation, "Title", &collector.finish())
    }

    #[test]
    fn names_are_marked_and_all_else_is_text() {
        let text = "A <b>tag</b> in Köln.\r\n\r\n  \nNext, Anna\nSchmidt & Mosul\n";
        let names = [("Köln", Label::Loc, false), ("Anna\nSchmidt", Label::Per, false), ("Mosul", Label::Loc, true)];
        assert_eq!(
            html(&annotated(text, &names)),
            "<article dir=\"auto\">\n<h1>Title</h1>\n\
             <p>A &lt;b&gt;tag&lt;/b&gt; in <mark class=\"entity loc\">Köln</mark>.</p>\n\
             <p>Next, <mark class=\"entity per\">Anna\nSchmidt</mark> &amp; <mark class=\"entity loc\" id=\"m0\" \
             data-mention=\"0\" tabindex=\"0\" title=\"&quot;Quoted&quot; &amp; &lt;b&gt;, IQ\">Mosul</mark></p>\n</article>"
        );
    }

    #[test]
    fn a_text_of_nothing_is_an_empty_article() {
        assert_eq!(html(&annotated("", &[])), "<article dir=\"auto\">\n<h1>Title</h1>\n</article>");
        assert_eq!(html(&annotated("\n\n \n", &[])), "<article dir=\"auto\">\n<h1>Title</h1>\n</article>");
    }
}
