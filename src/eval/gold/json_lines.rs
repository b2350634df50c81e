//! Corpora with a document on each line, in JSON: its text, and its names by their offsets.
//!
//! Names stand in `entities`, `spans`, `labels` or `label`, as `[start, end, "TYPE"]` or as objects with `start`, `end` and `label`
//! (or `type`). What `dateline tag` writes is of this form.

use serde_json::{Map, Value};

use super::corpus::{BrokenLine, Casing, GoldDocument, GoldOptions, Name, Notes, flattened};
use crate::document::{Document, OffsetMap, OffsetUnit, Span};
use crate::sentence::sentences_on_page;

/// Where names may stand.
const NAMES: [&str; 4] = ["entities", "spans", "labels", "label"];

/// What a line should be.
const EXPECTED: &str = "expected a JSON object with \"text\" and a list \"entities\" (or spans, labels, label) of [start, end, \"TYPE\"] or of \
     objects with start, end and label";

/// Whether a corpus that begins with that line is of this form.
pub fn is_document(line: &str) -> bool {
    line.starts_with("{\"") || (line.starts_with('{') && serde_json::from_str::<Map<String, Value>>(line).is_ok())
}

/// Whether a line is the beginning of one list of all documents, which is not read.
pub fn is_list(line: &str) -> bool {
    line == "[" || line.starts_with("[{\"")
}

/// Reads documents from lines. `name` stands for the corpus in ids.
pub fn read(
    name: &str,
    lines: &[String],
    options: &GoldOptions,
    notes: &mut Notes,
) -> Result<Vec<GoldDocument>, Vec<BrokenLine>> {
    let (mut documents, mut broken) = (Vec::new(), Vec::new());
    for (number, line) in (1..).zip(lines) {
        let line = line.trim_start_matches('\u{feff}').trim();
        if line.is_empty() {
            continue;
        }
        match document(line, options, notes) {
            Ok((id, mut gold)) => {
                gold.document.id = id.unwrap_or_else(|| format!("{name}#{}", documents.len() + 1));
                documents.push(gold);
            }
            Err(why) => broken.push(BrokenLine { line: number, why }),
        }
    }
    if broken.is_empty() { Ok(documents) } else { Err(broken) }
}

fn document(line: &str, options: &GoldOptions, notes: &mut Notes) -> Result<(Option<String>, GoldDocument), String> {
    let object: Map<String, Value> = serde_json::from_str(line).map_err(|error| match is_list(line) {
        true => "a list of all documents; expected a document a line: `jq -c '.[]' FILE` writes it so".to_owned(),
        false => format!("no JSON object ({error}); {EXPECTED}"),
    })?;
    let Some(Value::String(text)) = object.get("text") else {
        return Err(format!("no text; {EXPECTED}"));
    };
    // A null list is what writes of nothing.
    let found = NAMES.iter().find_map(|key| Some((key, object.get(*key)?)));
    let list = match found {
        Some((_, Value::Array(list))) => list.as_slice(),
        Some((_, Value::Null)) => &[],
        Some((key, _)) => return Err(format!("{key:?} is no list; {EXPECTED}")),
        None => return Err(format!("no names; {EXPECTED}, an empty one where there are none")),
    };
    let offsets = OffsetMap::new(text, options.offsets);
    let mut marked = Vec::with_capacity(list.len());
    for (n, value) in (1..).zip(list) {
        let one = marked_name(value).map_err(|why| format!("name {n}: {why}"))?;
        let Some(one) = one else { continue };
        let span = span(text, &offsets, &one, options.offsets).map_err(|why| format!("name {n}: {why}"))?;
        notes.trimmed += usize::from(span.1);
        marked.push((span.0, one.kind.to_owned()));
    }
    let names = flattened(marked, notes);
    let id = match object.get("id") {
        Some(Value::String(id)) => Some(id.clone()),
        Some(Value::Number(id)) => Some(id.to_string()),
        _ => None,
    };
    Ok((id, cased(text, names, options.casing)))
}

/// A name as a line has it.
struct MarkedName<'j> {
    start: usize,
    end: usize,
    kind: &'j str,
    text: Option<&'j str>,
}

/// What marks a name; `None` for what is marked and is no name: positions in figures, which `tag` writes as places.
fn marked_name(value: &Value) -> Result<Option<MarkedName<'_>>, String> {
    let expected = || format!("{value}; expected [start, end, \"TYPE\"], or an object with start, end and label");
    let offset = |value: Option<&Value>| value?.as_u64().and_then(|offset| usize::try_from(offset).ok());
    let (start, end, kind, text) = match value {
        Value::Array(parts) => (parts.first(), parts.get(1), parts.get(2), None),
        Value::Object(parts) => {
            if parts.get("place").and_then(|place| place.get("method")).is_some_and(|method| method == "coordinates") {
                return Ok(None);
            }
            let kind = parts.get("label").or_else(|| parts.get("type"));
            (parts.get("start"), parts.get("end"), kind, parts.get("text").and_then(Value::as_str))
        }
        _ => return Err(expected()),
    };
    match (offset(start), offset(end), kind.and_then(Value::as_str)) {
        (Some(start), Some(end), Some(kind)) => Ok(Some(MarkedName { start, end, kind, text })),
        _ => Err(expected()),
    }
}

/// Where a name stands, without white space at its ends, and whether there was some.
fn span(text: &str, offsets: &OffsetMap<'_>, name: &MarkedName<'_>, unit: OffsetUnit) -> Result<(Span, bool), String> {
    let MarkedName { start, end, .. } = *name;
    let unit = match unit {
        OffsetUnit::CodePoints => "characters",
        OffsetUnit::Utf8 => "bytes",
        OffsetUnit::Utf16 => "units of UTF-16",
    };
    let hint = format!("offsets are counted in {unit}, the end behind the last: see --offsets");
    let Some((first, last)) = offsets.byte(start).zip(offsets.byte(end)).filter(|(first, last)| first <= last) else {
        return Err(format!("{start} to {end} is no place in the text; {hint}"));
    };
    let there = &text[first..last];
    if let Some(said) = name.text.filter(|said| !said.is_empty() && *said != there) {
        return Err(format!("is {said:?}, but the text has {there:?} at {start} to {end}; {hint}"));
    }
    let trimmed = there.trim();
    if trimmed.is_empty() {
        return Err(format!("{start} to {end} is nothing, or white space; {hint}"));
    }
    let first = first + (there.len() - there.trim_start().len());
    Ok((Span::new(first, first + trimmed.len()), trimmed.len() < there.len()))
}

/// A document in another casing, its names with it.
fn cased(text: &str, mut names: Vec<Name>, casing: Casing) -> GoldDocument {
    let mut cased = String::with_capacity(text.len());
    let mut from = 0;
    for (span, _) in &mut names {
        cased += &casing.of(&text[from..span.start]);
        let start = cased.len();
        cased += &casing.of(span.of(text));
        from = span.end;
        *span = Span::new(start, cased.len());
    }
    cased += &casing.of(&text[from..]);
    let words = cased.split_whitespace().count();
    let sentences = sentences_on_page(&cased).into_iter().map(|sentence| sentence.start).collect();
    GoldDocument { document: Document::new("", cased), names, words, sentences }
}
