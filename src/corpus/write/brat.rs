//! The standoff format of [brat](https://brat.nlplab.org): a text file and an annotation file a document.
//!
//! | line | says |
//! |---|---|
//! | `T1⇥LOC 10 15⇥Mosul` | a mention, or the name of a place inside one; positions count code points |
//! | `T2⇥LOC 0 5;6 9⇥Tall Afar` | one that goes over a line end |
//! | `N1⇥Reference T1 geonames:99072⇥Mosul` | the place that it names, by its id in the gazetteer |
//! | `#1⇥AnnotatorNotes T2⇥36.3 42.6 ± 17.6 km (relative)` | the latitude and longitude of a place without an id |
//! | `R1⇥Offset Arg1:T2 Arg2:T1` | a position that the text states, from its target to each of its anchors |
//!
//! Scores, alternatives and relations without a target have no place in the format and are left out. [`CONFIGURATION`]
//! tells brat of these types; it shows references to databases that it knows (`tools.conf`) with more detail, and all
//! others by their id.

use super::files::{DocumentFile, DocumentFiles};
use crate::annotation::spans::SpannedText;
use crate::annotation::{Annotation, Place, Relation, RelationKind};
use crate::document::Span;
use crate::mention::Label;

/// The content of the file `annotation.conf` that brat wants in the folder of the documents.
pub const CONFIGURATION: &str = "\
[entities]
PER
ORG
LOC
MISC

[relations]
Offset\tArg1:<ENTITY>, Arg2:<ENTITY>
Distance\tArg1:<ENTITY>, Arg2:<ENTITY>
Direction\tArg1:<ENTITY>, Arg2:<ENTITY>
Part\tArg1:<ENTITY>, Arg2:<ENTITY>
Coast\tArg1:<ENTITY>, Arg2:<ENTITY>
Border\tArg1:<ENTITY>, Arg2:<ENTITY>
Between\tArg1:<ENTITY>, Arg2:<ENTITY>
Near\tArg1:<ENTITY>, Arg2:<ENTITY>
Outskirts\tArg1:<ENTITY>, Arg2:<ENTITY>
<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>

[events]

[attributes]
";

/// A `.txt` and an `.ann` a document, and brat's configuration.
pub struct Brat;

impl DocumentFiles for Brat {
    fn files(&self, annotation: &Annotation) -> Vec<DocumentFile> {
        let Standoff { text, annotations } = Standoff::new(annotation);
        vec![
            DocumentFile { ending: "txt", content: text.as_bytes().to_vec() },
            DocumentFile { ending: self.last_ending(), content: annotations.into_bytes() },
        ]
    }

    fn last_ending(&self) -> &'static str {
        "ann"
    }

    fn common(&self) -> Option<(&'static str, &'static str)> {
        Some(("annotation.conf", CONFIGURATION))
    }

    fn is_ours(&self, name: &str, beginning: &[u8]) -> bool {
        name == "annotation.conf" && beginning == CONFIGURATION.as_bytes()
    }
}

/// A document in brat's form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standoff<'a> {
    /// The content of its `.txt` file: its text, as it is.
    pub text: &'a str,
    /// The content of its `.ann` file.
    pub annotations: String,
}

impl<'a> Standoff<'a> {
    /// The form of a document.
    pub fn new(annotation: &'a Annotation) -> Self {
        let text = annotation.text.as_deref().unwrap_or_default();
        let mut lines = Lines { text: SpannedText::of(annotation), out: String::new(), notes: 0, references: 0 };
        for (n, entity) in (1..).zip(&annotation.entities) {
            lines.name(n, entity.label, (entity.start, entity.end), entity.place.as_ref());
        }
        // Behind the mentions, whose numbers are then those of the relations.
        let contained = annotation.entities.iter().flat_map(|entity| &entity.contains);
        for (n, inner) in (annotation.entities.len() + 1..).zip(contained) {
            lines.name(n, Label::Loc, (inner.start, inner.end), inner.place.as_ref());
        }
        lines.relations(&annotation.relations);
        Self { text, annotations: lines.out }
    }
}

/// The lines of an annotation file.
struct Lines<'a> {
    text: SpannedText<'a>,
    out: String,
    references: usize,
    notes: usize,
}

impl Lines<'_> {
    fn name(&mut self, number: usize, label: Label, (start, end): (usize, usize), place: Option<&Place>) {
        let Some(span) = self.text.span(start, end) else { return };
        let parts = lines_of(self.text.text, span);
        let borders =
            |part: &Span| format!("{} {}", self.text.code_points(part.start), self.text.code_points(part.end));
        let positions: Vec<String> = parts.iter().map(borders).collect();
        let texts: Vec<&str> = parts.iter().map(|part| part.of(self.text.text)).collect();
        // A type is one word there.
        let label = label.name().replace(char::is_whitespace, "_");
        self.line(&format!("T{number}\t{label} {}\t{}", positions.join(";"), texts.join(" ")));
        match place {
            Some(Place { id: Some(id), name, .. }) => {
                self.references += 1;
                let (id, name) = (id.replace(char::is_whitespace, "_"), on_one_line(name));
                self.line(&format!("N{}\tReference T{number} {id}\t{name}", self.references));
            }
            Some(Place { lat, lon, uncertainty_km, method, .. }) => {
                self.notes += 1;
                let note = format!("{lat} {lon} ± {uncertainty_km} km ({})", method.name());
                self.line(&format!("#{}\tAnnotatorNotes T{number}\t{note}", self.notes));
            }
            None => {}
        }
    }

    fn relations(&mut self, relations: &[Relation]) {
        let pairs = relations.iter().flat_map(|relation| {
            let target = relation.target.into_iter();
            target.flat_map(move |target| relation.anchors.iter().map(move |anchor| (relation.kind, target, anchor)))
        });
        for (n, (kind, target, anchor)) in (1..).zip(pairs) {
            self.line(&format!("R{n}\t{} Arg1:T{} Arg2:T{}", type_of(kind), target + 1, anchor + 1));
        }
    }

    fn line(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
    }
}

/// The type of a relation, as [`CONFIGURATION`] has it.
const fn type_of(kind: RelationKind) -> &'static str {
    match kind {
        RelationKind::Offset => "Offset",
        RelationKind::Distance => "Distance",
        RelationKind::Direction => "Direction",
        RelationKind::Part => "Part",
        RelationKind::Coast => "Coast",
        RelationKind::Border => "Border",
        RelationKind::Between => "Between",
        RelationKind::Near => "Near",
        RelationKind::Outskirts => "Outskirts",
    }
}

/// The parts of a span that stand on one line each, without the white space at their ends; never none.
fn lines_of(text: &str, span: Span) -> Vec<Span> {
    let mut parts = Vec::new();
    for part in span.of(text).split(breaks_line) {
        let trimmed = part.trim();
        if !trimmed.is_empty() {
            let start = trimmed.as_ptr() as usize - text.as_ptr() as usize;
            parts.push(Span::new(start, start + trimmed.len()));
        }
    }
    if parts.is_empty() {
        parts.push(span);
    }
    parts
}

/// Whether a character would break a line of an annotation file, or one of its columns: tabs, and all that Python, in
/// which brat is written, takes for the end of a line.
fn breaks_line(c: char) -> bool {
    matches!(c, '\t' | '\n'..='\r' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn on_one_line(text: &str) -> String {
    text.replace(breaks_line, " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotation::testing::{annotated, annotation};

    #[test]
    fn mentions_places_and_relations() {
        let annotation = annotation();
        let standoff = Standoff::new(&annotation);
        assert_eq!(standoff.text, annotation.text.as_deref().unwrap());
        let expected = "\
T1\tLOC 2 12\tTall ‘Afar
#1\tAnnotatorNotes T1\t36.33 42.617 ± 17.6 km (relative)
T2\tLOC 28 33\tMosul
N1\tReference T2 geonames:99072\tMosul
T3\tORG 40 46;47 53\tParis, Police
T4\tPER 59 70\tAnna Müller
T5\tMISC 73 78\tIraqi
N2\tReference T5 geonames:99237\tIraq
T6\tLOC 40 45\tParis
N3\tReference T6 geonames:2988507\tParis
R1\tOffset Arg1:T1 Arg2:T2
";
        assert_eq!(standoff.annotations, expected);
    }

    #[test]
    fn every_kind_of_line_end_splits_a_mention() {
        let annotation = annotated("é New \r\n \tYork\u{2028}City", &[("New \r\n \tYork\u{2028}City", Label::Loc)]);
        assert_eq!(Standoff::new(&annotation).annotations, "T1\tLOC 2 5;10 14;15 19\tNew York City\n");
    }

    #[test]
    fn relations_have_a_line_an_anchor() {
        let mut annotation =
            annotated("Köln Bonn Ulm", &[("Köln", Label::Loc), ("Bonn", Label::Loc), ("Ulm", Label::Loc)]);
        let between = |target| Relation {
            kind: RelationKind::Between,
            target,
            anchors: vec![1, 2],
            distance_km: None,
            bearing_deg: None,
            place: None,
            start: 0,
            end: 1,
            text: "K".to_owned(),
        };
        annotation.relations = vec![between(None), between(Some(0))];
        let lines = Standoff::new(&annotation).annotations;
        assert!(lines.ends_with("\nR1\tBetween Arg1:T1 Arg2:T2\nR2\tBetween Arg1:T1 Arg2:T3\n"), "{lines}");
    }

    #[test]
    fn configuration_knows_all_types() {
        let names = Label::ALL.map(Label::name).into_iter().chain(RelationKind::ALL.map(type_of));
        for name in names {
            let is_known = CONFIGURATION.lines().any(|line| line.split('\t').next() == Some(name));
            assert!(is_known, "{name}");
        }
    }
}
