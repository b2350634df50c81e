//! The JSON of [spaCy](https://spacy.io), an object a line.
//!
//! `spacy.tokens.Doc.from_json` reads a line, and `displacy.render(…, style="ent", manual=True)` draws it:
//!
//! | key | holds |
//! |---|---|
//! | `text` | the text; a `Doc` cannot be without it |
//! | `ents` | the mentions: `start`, `end`, `label`; with a place of the gazetteer its `kb_id`, and for GeoNames its `kb_url` |
//! | `tokens` | the words, and white space as spaCy has it: one space after a word belongs to the word, more is a token of its own |
//! | `sents` | the sentences, with the white space behind them |
//! | `spans` | `dateline`: the mentions with a place of the gazetteer, and its id as their `kb_id`; `contains`: the places inside the names of `ents` |
//! | `title` | the title, which displaCy writes above the text |
//!
//! Positions count code points, whatever unit was asked for. `Doc.from_json` leaves out `kb_id` of `ents`, and `title`: the places are
//! `[(span.text, span.kb_id_) for span in doc.spans["dateline"]]`.

use std::io::{self, Write};

use serde::Serialize;

use super::words::{is_space, sentences};
use super::{AnnotationWriter, geonames_page, has_keys};
use crate::annotation::spans::SpannedText;
use crate::annotation::{Annotation, Place, json};
use crate::document::Span;
use crate::mention::Label;

/// An object of spaCy's a line.
pub struct Spacy;

impl AnnotationWriter for Spacy {
    fn write(&self, out: &mut dyn Write, annotation: &Annotation, _: u64) -> io::Result<()> {
        json::to_writer(out, &Doc::new(annotation))?;
        out.write_all(b"\n")
    }

    fn begins_with(&self, line: &str, _: &str) -> bool {
        has_keys(line, &["text", "ents", "tokens", "sents"])
    }
}

#[derive(Serialize)]
struct Doc<'a> {
    text: &'a str,
    ents: Vec<Ent<'a>>,
    tokens: Vec<Token>,
    sents: Vec<Sent>,
    spans: Spans<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
}

#[derive(Serialize)]
struct Ent<'a> {
    start: usize,
    end: usize,
    label: Label,
    #[serde(skip_serializing_if = "Option::is_none")]
    kb_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kb_url: Option<String>,
}

#[derive(Serialize)]
struct Token {
    id: usize,
    start: usize,
    end: usize,
}

#[derive(Serialize)]
struct Sent {
    start: usize,
    end: usize,
}

#[derive(Serialize)]
struct Spans<'a> {
    dateline: Vec<Ent<'a>>,
    contains: Vec<Ent<'a>>,
}

impl<'a> Doc<'a> {
    fn new(annotation: &'a Annotation) -> Self {
        let spanned = SpannedText::of(annotation);
        let text = spanned.text;
        let entities = &annotation.entities;
        let contained = || entities.iter().flat_map(|entity| &entity.contains);
        let borders = entities.iter().map(|entity| (entity.start, entity.end));
        let borders = borders.chain(contained().map(|inner| (inner.start, inner.end)));
        let spans: Vec<Span> = borders.filter_map(|(start, end)| spanned.span(start, end)).collect();
        let sentences = sentences(text, &spans);
        let tokens = tokens(text, sentences.iter().flatten());
        let named = |start: usize, end: usize, label: Label, place: Option<&'a Place>| {
            // spaCy refuses a mention that does not begin and end with a token.
            let span = trimmed(text, spanned.span(start, end)?)?;
            let kb_id = place.and_then(|place| place.id.as_deref());
            let (start, end) = (spanned.code_points(span.start), spanned.code_points(span.end));
            Some(Ent { start, end, label, kb_id, kb_url: kb_id.and_then(geonames_page) })
        };
        let ents = || entities.iter().filter_map(|e| named(e.start, e.end, e.label, e.place.as_ref()));
        let (ents, placed) = (ents(), ents());
        let contains = contained().filter_map(|inner| named(inner.start, inner.end, Label::Loc, inner.place.as_ref()));
        Self {
            text,
            ents: ents.collect(),
            // spaCy wants the key in spans, but not in mentions.
            spans: Spans {
                dateline: placed.filter(|ent| ent.kb_id.is_some()).collect(),
                contains: contains.map(|ent| Ent { kb_id: ent.kb_id.or(Some("")), ..ent }).collect(),
            },
            sents: sents(&tokens, &sentences, &spanned),
            tokens: (0..)
                .zip(&tokens)
                .map(|(id, token)| Token {
                    id,
                    start: spanned.code_points(token.start),
                    end: spanned.code_points(token.end),
                })
                .collect(),
            title: annotation.title.as_deref(),
        }
    }
}

/// The words with the white space between them that spaCy makes tokens of: all that follows a word but one space.
fn tokens<'w>(text: &str, words: impl Iterator<Item = &'w Span>) -> Vec<Span> {
    let mut tokens = Vec::new();
    let mut position = 0;
    let space = |start: usize, end: usize| {
        let after_word = start > 0 && text[start..end].starts_with(' ');
        Some(Span::new(start + usize::from(after_word), end)).filter(|space| !space.is_empty())
    };
    for &word in words {
        tokens.extend(space(position, word.start));
        tokens.push(word);
        position = word.end;
    }
    tokens.extend(space(position, text.len()));
    tokens
}

/// The sentences as runs of tokens: each up to the first word of the next.
fn sents(tokens: &[Span], sentences: &[Vec<Span>], text: &SpannedText<'_>) -> Vec<Sent> {
    let first_words = sentences.iter().skip(1).filter_map(|words| words.first());
    let mut borders = vec![0];
    borders.extend(first_words.map(|word| tokens.partition_point(|token| token.start < word.start)));
    borders.push(tokens.len());
    borders.dedup();
    let runs = borders.windows(2).map(|border| &tokens[border[0]..border[1]]);
    let ends = runs.filter_map(|run| Some((run.first()?.start, run.last()?.end)));
    ends.map(|(start, end)| Sent { start: text.code_points(start), end: text.code_points(end) }).collect()
}

/// A span without the white space at its ends; `None` if there is nothing else.
fn trimmed(text: &str, span: Span) -> Option<Span> {
    let end = span.start + span.of(text).trim_end_matches(is_space).len();
    let start = end - text[span.start..end].trim_start_matches(is_space).len();
    (start < end).then_some(Span::new(start, end))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::annotation::testing::{annotated, annotation};

    fn written(annotation: &Annotation) -> Value {
        let mut out = Vec::new();
        Spacy.write(&mut out, annotation, 0).unwrap();
        assert_eq!(out.iter().filter(|&&byte| byte == b'\n').count(), 1);
        serde_json::from_slice(&out).unwrap()
    }

    fn texts(doc: &Value, key: &str) -> Vec<String> {
        let text: Vec<char> = doc["text"].as_str().unwrap().chars().collect();
        let border = |span: &Value, key: &str| span[key].as_u64().unwrap() as usize;
        let spans = doc[key].as_array().unwrap().iter();
        spans.map(|span| text[border(span, "start")..border(span, "end")].iter().collect()).collect()
    }

    #[test]
    fn mentions_with_their_ids() {
        let doc = written(&annotation());
        assert_eq!(
            doc["ents"],
            json!([
                {"start": 2, "end": 12, "label": "LOC"},
                {"start": 28, "end": 33, "label": "LOC", "kb_id": "geonames:99072", "kb_url": "https://sws.geonames.org/99072/"},
                {"start": 40, "end": 53, "label": "ORG"},
                {"start": 59, "end": 70, "label": "PER"},
                {"start": 73, "end": 78, "label": "MISC", "kb_id": "geonames:99237", "kb_url": "https://sws.geonames.org/99237/"},
            ])
        );
        let paris = json!({"start": 40, "end": 45, "label": "LOC", "kb_id": "geonames:2988507",
                           "kb_url": "https://sws.geonames.org/2988507/"});
        // Under both, since `Doc.from_json` keeps ids of spans alone.
        assert_eq!(doc["spans"], json!({"dateline": [doc["ents"][1], doc["ents"][4]], "contains": [paris]}));
        assert_eq!(doc["title"], "Ein Titel, \"kurz\"");
    }

    #[test]
    fn white_space_is_tokens_as_in_spacy() {
        let mut spaced = annotated(" \nÉl  vive.\n\nEn Perú \t\n", &[("Perú \t", Label::Loc)]);
        let doc = written(&spaced);
        assert_eq!(texts(&doc, "tokens"), [" \n", "Él", " ", "vive", ".", "\n\n", "En", "Perú", "\t\n"]);
        assert_eq!(texts(&doc, "sents"), [" \nÉl  vive.\n\n", "En Perú \t\n"]);
        assert_eq!(texts(&doc, "ents"), ["Perú"]);
        assert_eq!(doc["tokens"][3], json!({"id": 3, "start": 6, "end": 10}));
        spaced = annotated(" ", &[(" ", Label::Loc)]);
        let blank = json!({"text": " ", "ents": [], "tokens": [{"id": 0, "start": 0, "end": 1}],
                           "sents": [{"start": 0, "end": 1}], "spans": {"dateline": [], "contains": []}});
        assert_eq!(written(&spaced), blank);
        assert_eq!(written(&annotated("", &[]))["sents"], json!([]));
    }
}
