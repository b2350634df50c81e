//! Annotations for people: the text with its names marked, a table of places, the distances between them.

use std::collections::HashSet;
use std::io::{self, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle};
use dateline::inner::annotation::{Annotation, FocusKind, Method, Place, Relation, RelationKind, reasons};
use dateline::inner::corpus::write::AnnotationWriter;
use dateline::inner::document::OffsetMap;
use dateline::inner::geo::{Bearing, LatLon};
use dateline::inner::mention::Label;

use super::terminal::printable;

/// Columns of a terminal in which the whole table of places fits.
const WIDE: u16 = 110;

/// Columns of that table on narrower ones.
const NARROW_COLUMNS: usize = 5;

/// Places that are less sure than this are marked.
const UNSURE: f64 = 0.5;

/// What the document is about is shown from this share among its kind.
const FOCUS: f64 = 1.0 / 3.0;

/// Places in the table of distances, at most: more would not fit a screen.
const DISTANCE_COLUMNS: usize = 10;

/// Writes annotations for people.
pub struct Pretty {
    colors: bool,
    on_terminal: bool,
    places: bool,
}

impl Pretty {
    /// `to_stdout`: colours are used if standard output is a terminal that has them. `places`: places were asked for.
    pub fn new(to_stdout: bool, places: bool) -> Self {
        let colors = to_stdout && AutoStream::choice(&io::stdout()) != ColorChoice::Never;
        Self { colors, on_terminal: to_stdout && io::stdout().is_terminal(), places }
    }

    fn style(&self, style: Style, text: &str) -> String {
        if self.colors { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    fn heading(&self, text: &str) -> String {
        self.style(Style::new().bold(), text)
    }
}

impl AnnotationWriter for Pretty {
    fn write(&self, out: &mut dyn Write, annotation: &Annotation, nth: u64) -> io::Result<()> {
        if nth > 0 {
            writeln!(out)?;
        }
        writeln!(out, "{}", self.heading(&printable(&annotation.id)))?;
        if let Some(title) = &annotation.title {
            writeln!(out, "{}", self.heading(&printable(title)))?;
        }
        writeln!(out, "\n{}", self.marked(annotation).trim_end())?;
        if annotation.entities.is_empty() {
            return writeln!(out, "\nNo names were found.");
        }
        if !self.places {
            return Ok(());
        }
        if let Some(about) = about(annotation) {
            writeln!(out, "\n{} {about}", self.heading("About:"))?;
        }
        writeln!(out, "\n{}\n{}", self.heading("Places"), places(annotation, self.on_terminal))?;
        let reasons = reasons::sentences(annotation);
        if !reasons.is_empty() {
            writeln!(out, "\n{}\n{}", self.heading("Why"), printable(&reasons.join("\n")))?;
        }
        if !annotation.relations.is_empty() {
            writeln!(out, "\n{}\n{}", self.heading("Positions given in the text"), relations(annotation))?;
        }
        if annotation.distinct_places().len() > 1 {
            writeln!(out, "\n{}\n{}", self.heading("Distances in km"), distances(annotation))?;
        }
        Ok(())
    }
}

impl Pretty {
    /// The text with every name in brackets and its label behind it.
    fn marked(&self, annotation: &Annotation) -> String {
        let text = annotation.text.as_deref().unwrap_or_default();
        let offsets = OffsetMap::new(text, annotation.offsets);
        let mut marked = String::with_capacity(text.len() * 2);
        let mut end = 0;
        for entity in &annotation.entities {
            let Some((start, stop)) = offsets.byte(entity.start).zip(offsets.byte(entity.end)) else { continue };
            let color = match entity.label {
                Label::Per => AnsiColor::Yellow,
                Label::Org => AnsiColor::Magenta,
                Label::Loc => AnsiColor::Green,
                Label::Misc => AnsiColor::Cyan,
                Label::Other(_) => AnsiColor::Blue,
            };
            marked.push_str(&printable(&text[end..start]));
            let name = printable(&entity.text);
            marked.push_str(&self.style(color.on_default(), &format!("[{name} {}]", entity.label)));
            end = stop;
        }
        marked.push_str(&printable(&text[end..]));
        marked
    }
}

/// The city, the division and the country that the document speaks of most, of those that stand out among their kind.
fn about(annotation: &Annotation) -> Option<String> {
    let first = |kind| annotation.focus.iter().find(|focus| focus.kind == kind).filter(|focus| focus.score >= FOCUS);
    let names: Vec<_> = FocusKind::ALL.into_iter().filter_map(first).map(|focus| printable(&focus.name)).collect();
    (!names.is_empty()).then(|| names.join("; "))
}

/// A table with a line below its header, as wide as the terminal allows.
pub fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    let style = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));
    table.load_style(style).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(header);
    table
}

/// A row for each distinct place, then one for each name that could not be placed. Narrow terminals get fewer columns.
fn places(annotation: &Annotation, on_terminal: bool) -> Table {
    let names = ["", "name", "place", "coordinates", "found by", "country", "confidence", "mentions"];
    let narrow = on_terminal && Table::new().width().is_some_and(|width| width < WIDE);
    let columns = if narrow { NARROW_COLUMNS } else { names.len() };
    let mut rows = table(&names[..columns]);
    let all: Vec<&Place> = annotation.entities.iter().filter_map(|entity| entity.place.as_ref()).collect();
    for (number, (first, place)) in (1..).zip(annotation.distinct_places()) {
        let place_name = match (&place.id, &place.admin1) {
            (None, _) => "–".to_owned(),
            (Some(_), Some(admin1)) => format!("{}, {admin1}", place.name),
            (Some(_), None) => place.name.to_string(),
        };
        let place_name = if place.confidence < UNSURE { format!("{place_name} ?") } else { place_name };
        let mentions = all.iter().filter(|other| other.is_same(place)).count();
        let cells = [
            number.to_string(),
            name_of(annotation, first),
            printable(&place_name).into_owned(),
            position(place.location()),
            method(place),
            place.country.as_deref().unwrap_or_default().to_owned(),
            format!("{:.2}", place.confidence),
            mentions.to_string(),
        ];
        rows.add_row(&cells[..columns]);
    }
    let mut seen: HashSet<String> = HashSet::new();
    for (n, entity) in annotation.entities.iter().enumerate() {
        let unplaced = entity.place.is_none() && entity.label == Label::Loc;
        let name = name_of(annotation, n);
        if unplaced && seen.insert(name.clone()) {
            rows.add_row(&["–", &name, "not placed", "", "", "", "", ""][..columns]);
        }
    }
    for column in [3, 4] {
        if let Some(column) = rows.column_mut(column) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    align_right(&mut rows, &[0, 6, 7]);
    rows
}

fn relations(annotation: &Annotation) -> Table {
    let names = ["place", "lies", "of", "coordinates", "±"];
    let mut rows = table(&names);
    for relation in &annotation.relations {
        let (position, uncertainty) = match &relation.place {
            Some(area) => {
                let at = LatLon { lat: area.lat, lon: area.lon };
                (position(at), format!("{:.0} km", area.uncertainty_km))
            }
            None => ("not known".to_owned(), String::new()),
        };
        let anchors: Vec<String> = relation.anchors.iter().map(|&anchor| name_of(annotation, anchor)).collect();
        rows.add_row([
            relation.target.map_or("(not named)".to_owned(), |target| name_of(annotation, target)),
            lies(relation),
            anchors.join(" and "),
            position,
            uncertainty,
        ]);
    }
    align_right(&mut rows, &[4]);
    rows
}

/// How a relation says that something lies: "45.0 km SE", "off the coast".
fn lies(relation: &Relation) -> String {
    let way = relation.bearing_deg.map(|degrees| Bearing::new(degrees).compass());
    let distance = relation.distance_km.map(|distance| format!("{distance:.1} km"));
    let form = match relation.kind {
        RelationKind::Distance if distance.is_none() => Some("a journey away"),
        RelationKind::Offset | RelationKind::Distance | RelationKind::Direction => None,
        RelationKind::Part => Some(if way.is_some() { "in the" } else { "in the centre" }),
        RelationKind::Coast => Some("off the coast"),
        RelationKind::Border => Some("at the border"),
        RelationKind::Between => Some("between"),
        RelationKind::Near => Some("near"),
        RelationKind::Outskirts => Some("on the outskirts"),
    };
    [distance.as_deref(), form, way].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// A row and a column for each of the first places.
fn distances(annotation: &Annotation) -> String {
    let places = annotation.distinct_places();
    let shown = &places[..places.len().min(DISTANCE_COLUMNS)];
    let numbers: Vec<String> = (1..shown.len()).map(|number| number.to_string()).collect();
    let header: Vec<&str> = [""].into_iter().chain(numbers.iter().map(String::as_str)).collect();
    let mut rows = table(&header);
    for (n, (index, place)) in shown.iter().enumerate() {
        let mut row = vec![format!("{} {}", n + 1, name_of(annotation, *index))];
        let before =
            shown[..n].iter().map(|(_, other)| format!("{:.0}", place.location().distance(other.location()).0));
        row.extend(before);
        row.resize(shown.len().max(1), String::new());
        rows.add_row(row);
    }
    align_right(&mut rows, &(1..shown.len()).collect::<Vec<_>>());
    match places.len() - shown.len() {
        0 => rows.to_string(),
        more => format!(
            "{rows}\nThe first {DISTANCE_COLUMNS} of {} places: --format json --distances gives up to 50",
            shown.len() + more
        ),
    }
}

fn align_right(table: &mut Table, columns: &[usize]) {
    for &column in columns {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
}

fn name_of(annotation: &Annotation, entity: usize) -> String {
    let name = printable(&annotation.entities[entity].text);
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn method(place: &Place) -> String {
    match place.method {
        Method::Gazetteer => "gazetteer".to_owned(),
        Method::Demonym => "its people".to_owned(),
        Method::Relative => format!("the text, ± {:.0} km", place.uncertainty_km),
        Method::Coordinates => "coordinates".to_owned(),
        Method::Correction => "a correction".to_owned(),
    }
}

/// A position as people write it: "36.335 N 43.119 E".
pub fn position(at: LatLon) -> String {
    let (north, east) = (if at.lat < 0.0 { 'S' } else { 'N' }, if at.lon < 0.0 { 'W' } else { 'E' });
    format!("{:.3} {north} {:.3} {east}", at.lat.abs(), at.lon.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_have_hemispheres() {
        assert_eq!(position(LatLon { lat: -33.8688, lon: 151.2093 }), "33.869 S 151.209 E");
        assert_eq!(position(LatLon { lat: 39.8, lon: -98.5 }), "39.800 N 98.500 W");
    }
}
