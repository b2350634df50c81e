//! A document in a notebook: its text with its names marked, and a map of its places. HTML and SVG without scripts, with all
//! styles on the elements: notebooks take others away.

use std::fmt::Write as _;

use dateline::annotation::{Annotation, Area, Label, Place};
use dateline::inner::borders::Borders;
use html_escape::{encode_double_quoted_attribute, encode_text};

use crate::views::placed;

/// Characters of a text that are shown.
const SHOWN: usize = 20_000;

/// The size of the map, in pixels.
const WIDTH: f64 = 520.0;
const HEIGHT: f64 = 320.0;

/// The least height of what the map shows, in degrees, and the room around the places, as a share of it.
const LEAST_DEGREES: f64 = 3.0;
const MARGIN: f64 = 0.15;

/// The size of letters on the map, in pixels, and how wide one is, about.
const LETTER: f64 = 11.0;
const LETTER_WIDTH: f64 = 6.2;

/// A line of text, escaped.
pub fn plain(text: &str) -> String {
    format!("<pre>{}</pre>", encode_text(text))
}

/// The text, and the map below it where there is something on it.
pub fn page(annotation: &Annotation) -> String {
    let mut html =
        String::from("<div style=\"max-width:60em\"><div dir=\"auto\" style=\"white-space:pre-wrap;line-height:1.7\">");
    html.push_str(&marked(annotation));
    html.push_str("</div>");
    if let Some(map) = map(annotation) {
        html.push_str(&map);
    }
    html.push_str("</div>");
    html
}

fn marked(annotation: &Annotation) -> String {
    let text: Vec<char> = annotation.text.as_deref().unwrap_or_default().chars().take(SHOWN).collect();
    let escaped =
        |from: usize, to: usize| -> String { encode_text(&text[from..to].iter().collect::<String>()).into_owned() };
    let mut html = String::new();
    let mut at = 0;
    for entity in annotation.entities.iter().filter(|entity| entity.end <= text.len()) {
        if entity.start < at || entity.end < entity.start {
            continue;
        }
        let about = entity.place.as_ref().map_or_else(|| entity.label.name().to_owned(), placed);
        let _ = write!(
            html,
            "{}<mark style=\"background:{};color:#111;padding:.1em .25em;border-radius:.25em\" title=\"{}\">{}<small \
             style=\"opacity:.65;margin-left:.3em\">{}</small></mark>",
            escaped(at, entity.start),
            colour(entity.label),
            encode_double_quoted_attribute(&about),
            escaped(entity.start, entity.end),
            encode_text(entity.label.name()),
        );
        at = entity.end;
    }
    html.push_str(&escaped(at, text.len()));
    if annotation.text.as_ref().is_some_and(|whole| whole.chars().nth(SHOWN).is_some()) {
        html.push('…');
    }
    html
}

fn colour(label: Label) -> &'static str {
    match label {
        Label::Per => "#ffd8a8",
        Label::Org => "#d0bfff",
        Label::Loc => "#b2f2bb",
        _ => "#e9ecef",
    }
}

/// What is seen of the globe: a box in degrees, with parallels as straight lines.
struct View {
    west: f64,
    north: f64,
    /// Pixels of a degree of latitude, and how much shorter one of longitude is.
    scale: f64,
    across: f64,
}

impl View {
    /// Around these places, which are `(latitude, longitude)`.
    fn around(places: &[(f64, f64)]) -> Self {
        let bounds = |values: &mut dyn Iterator<Item = f64>| {
            values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
        };
        let (south, north) = bounds(&mut places.iter().map(|place| place.0));
        let (west, east) = bounds(&mut places.iter().map(|place| place.1));
        let (lat, lon) = ((south + north) / 2.0, (west + east) / 2.0);
        let across = lat.to_radians().cos().max(0.1);
        let room = 1.0 + 2.0 * MARGIN;
        let degrees = (north - south).max((east - west) * across * HEIGHT / WIDTH).max(LEAST_DEGREES) * room;
        let scale = HEIGHT / degrees;
        Self { west: lon - WIDTH / 2.0 / scale / across, north: lat + degrees / 2.0, scale, across }
    }

    fn pixel(&self, lat: f64, lon: f64) -> (f64, f64) {
        ((lon - self.west) * self.across * self.scale, (self.north - lat) * self.scale)
    }

    /// The box: west, south, east, north.
    fn degrees(&self) -> [f64; 4] {
        let (east, south) = (self.west + WIDTH / self.scale / self.across, self.north - HEIGHT / self.scale);
        [self.west, south, east, self.north]
    }
}

/// The map of the distinct places of a document; `None` if it has none.
fn map(annotation: &Annotation) -> Option<String> {
    let places: Vec<&Place> = annotation.distinct_places().into_iter().map(|(_, place)| place).collect();
    let first = places.first()?.lon;
    // Whoever writes of Fiji and Samoa wants them side by side.
    let near = |lon: f64| first + (lon - first + 180.0).rem_euclid(360.0) - 180.0;
    let view = View::around(&places.iter().map(|place| (place.lat, near(place.lon))).collect::<Vec<_>>());
    let mut svg = format!(
        "<svg role=\"img\" aria-label=\"Map of the places\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" \
         height=\"{HEIGHT}\" style=\"display:block;max-width:100%;height:auto;margin-top:.7em;background:#dbe9f4;border-radius:4px\">"
    );
    svg.push_str("<path fill=\"#fbfaf5\" stroke=\"#a9a294\" stroke-width=\".7\" d=\"");
    for ring in Borders::embedded().rings_in(None, view.degrees()) {
        line(&mut svg, &view, &ring);
    }
    svg.push_str("\"/>");
    for area in annotation.relations.iter().filter_map(|relation| relation.place.as_ref()) {
        outline(&mut svg, &view, area, near);
    }
    let mut taken: Vec<(f64, f64, f64)> = Vec::new();
    for place in places {
        let (x, y) = view.pixel(place.lat, near(place.lon));
        let about = encode_text(&placed(place)).into_owned();
        let _ = write!(
            svg,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"#c92a2a\" stroke=\"#fff\"><title>{about}</title></circle>"
        );
        let width = place.name.chars().count() as f64 * LETTER_WIDTH;
        let left = if x + 8.0 + width > WIDTH { x - 8.0 - width } else { x + 8.0 };
        let overlaps = |&(l, t, w): &(f64, f64, f64)| (y - t).abs() < LETTER && left < l + w && l < left + width;
        if !taken.iter().any(overlaps) {
            taken.push((left, y, width));
            let _ = write!(
                svg,
                "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"{}\" style=\"font:{LETTER}px sans-serif;fill:#222;stroke:#fff;\
                 stroke-width:3px;paint-order:stroke\">{}</text>",
                if left < x { x - 8.0 } else { left },
                y + LETTER / 3.0,
                if left < x { "end" } else { "start" },
                encode_text(&place.name)
            );
        }
    }
    svg.push_str("</svg>");
    Some(svg)
}

/// A closed line, as part of a path. Corners that fall on one pixel are drawn once.
fn line(svg: &mut String, view: &View, ring: &[[f64; 2]]) {
    let mut last = None;
    for &[lon, lat] in ring {
        let (x, y) = view.pixel(lat, lon);
        // What lies far outside is drawn at the edge of what a reader of SVG need care for.
        let at = (x.clamp(-2.0 * WIDTH, 3.0 * WIDTH).round(), y.clamp(-2.0 * HEIGHT, 3.0 * HEIGHT).round());
        if last != Some(at) {
            let _ = write!(svg, "{}{} {}", if last.is_none() { 'M' } else { 'L' }, at.0, at.1);
            last = Some(at);
        }
    }
    svg.push('Z');
}

fn outline(svg: &mut String, view: &View, area: &Area, near: impl Fn(f64) -> f64) {
    if area.polygon.is_empty() {
        return;
    }
    let shift = near(area.lon) - area.lon;
    svg.push_str("<path fill=\"#c92a2a\" fill-opacity=\".12\" stroke=\"#c92a2a\" stroke-width=\".7\" d=\"");
    let ring: Vec<[f64; 2]> = area.polygon.iter().map(|&[lon, lat]| [lon + shift, lat]).collect();
    line(svg, view, &ring);
    svg.push_str("\"/>");
}
