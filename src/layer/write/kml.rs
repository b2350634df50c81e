//! KML 2.2: a folder a layer, with a style each. The first layer is switched on, the others are there to be.
//!
//! No picture is named, so nothing is fetched to show it.

use std::io::{self, Write};

use geo::{Geometry, LineString, Polygon};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::error::WriteError;
use crate::layer::kind::Layer;
use crate::layer::table::{Feature, Table, Value};

/// The classes of places by how often they are named: a style each.
const CLASSES: [(i64, &str, &str); 4] = [(100, "100", "1.5"), (10, "10", "1.2"), (2, "2", "0.9"), (0, "1", "0.7")];

/// Opacity, blue, green and red of a layer, as KML has them, and of what it encloses.
const fn colors(layer: Layer) -> (&'static str, &'static str) {
    match layer {
        Layer::Mentions | Layer::Places => ("ff2a5fd9", "402a5fd9"),
        Layer::Links => ("99b06a1f", "00b06a1f"),
        Layer::Relative => ("ff8a3c9c", "408a3c9c"),
        Layer::Hexbins => ("cc2f8f2f", "662f8f2f"),
        Layer::Countries => ("ff555555", "40555555"),
    }
}

pub(super) fn write(tables: &[Table<'_>], title: &str, out: &mut dyn Write) -> Result<(), WriteError> {
    let mut xml = Writer::new(out);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    xml.get_mut().write_all(b"\n")?;
    xml.create_element("kml").with_attribute(("xmlns", "http://www.opengis.net/kml/2.2")).write_inner_content(
        |xml| {
            xml.create_element("Document").write_inner_content(|xml| {
                text(xml, "name", title)?;
                for table in tables {
                    styles(xml, table.layer)?;
                }
                for (n, table) in tables.iter().enumerate() {
                    folder(xml, table, n == 0 || table.layer == Layer::Places)?;
                }
                Ok(())
            })?;
            Ok(())
        },
    )?;
    xml.get_mut().write_all(b"\n")?;
    Ok(())
}

type Xml<'o> = Writer<&'o mut dyn Write>;

/// An element with text in it, less the characters that XML has no place for.
fn text(xml: &mut Xml<'_>, element: &str, content: &str) -> io::Result<()> {
    let allowed = |c: &char| matches!(c, '\t' | '\n' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    let content: String = content.chars().map(|c| if allowed(&c) { c } else { ' ' }).collect();
    xml.create_element(element).write_text_content(BytesText::new(&content))?;
    Ok(())
}

fn styles(xml: &mut Xml<'_>, layer: Layer) -> io::Result<()> {
    let (line, area) = colors(layer);
    let classes = if layer == Layer::Places { &CLASSES[..] } else { &CLASSES[3..] };
    for (_, class, scale) in classes {
        let id = style(layer, class);
        xml.create_element("Style").with_attribute(("id", id.as_str())).write_inner_content(|xml| {
            xml.create_element("IconStyle").write_inner_content(|xml| {
                text(xml, "color", line)?;
                text(xml, "scale", scale)
            })?;
            xml.create_element("LabelStyle").write_inner_content(|xml| text(xml, "scale", scale))?;
            xml.create_element("LineStyle").write_inner_content(|xml| {
                text(xml, "color", line)?;
                text(xml, "width", "1.5")
            })?;
            xml.create_element("PolyStyle").write_inner_content(|xml| text(xml, "color", area))?;
            Ok(())
        })?;
    }
    Ok(())
}

fn style(layer: Layer, class: &str) -> String {
    format!("{}-{class}", layer.name())
}

fn folder(xml: &mut Xml<'_>, table: &Table<'_>, shown: bool) -> io::Result<()> {
    xml.create_element("Folder").write_inner_content(|xml| {
        text(xml, "name", table.layer.name())?;
        text(xml, "visibility", if shown { "1" } else { "0" })?;
        table.features().try_for_each(|feature| placemark(xml, table, &feature, shown))
    })?;
    Ok(())
}

fn placemark(xml: &mut Xml<'_>, table: &Table<'_>, feature: &Feature<'_>, shown: bool) -> io::Result<()> {
    let value =
        |name: &str| feature.known(&table.fields).find(|(_, known, _)| *known == name).map(|(_, _, v)| plain(v));
    xml.create_element("Placemark").write_inner_content(|xml| {
        text(xml, "name", &name(table.layer, &value))?;
        if !shown {
            text(xml, "visibility", "0")?;
        }
        if let Some(sentence) = value("sentence") {
            // Google Earth reads it as HTML.
            text(xml, "description", &html_escape::encode_text(&sentence))?;
        }
        let day = |xml: &mut Xml<'_>, element: &str, date: Option<String>| match date {
            Some(date) => text(xml, element, &date),
            None => Ok(()),
        };
        if let Some(date) = value("date") {
            xml.create_element("TimeStamp").write_inner_content(|xml| text(xml, "when", &date))?;
        } else if value("first_date").is_some() {
            xml.create_element("TimeSpan").write_inner_content(|xml| {
                day(xml, "begin", value("first_date"))?;
                day(xml, "end", value("last_date"))
            })?;
        }
        let mentions = value("mentions").and_then(|mentions| mentions.parse().ok()).unwrap_or(0);
        let class = match table.layer {
            Layer::Places => CLASSES.iter().find(|(least, ..)| mentions >= *least).map_or("1", |(_, class, _)| class),
            _ => "1",
        };
        text(xml, "styleUrl", &format!("#{}", style(table.layer, class)))?;
        xml.create_element("ExtendedData").write_inner_content(|xml| {
            feature.known(&table.fields).try_for_each(|(_, name, value)| {
                let data = xml.create_element("Data").with_attribute(("name", name));
                data.write_inner_content(|xml| text(xml, "value", &plain(value)))?;
                Ok(())
            })
        })?;
        shape(xml, &feature.shape)
    })?;
    Ok(())
}

/// What a placemark is called.
fn name(layer: Layer, value: &dyn Fn(&str) -> Option<String>) -> String {
    let value = |name: &str| value(name).unwrap_or_default();
    match layer {
        Layer::Mentions => value("text"),
        Layer::Places => value("place_name"),
        Layer::Links => format!("{} – {}", value("from_name"), value("to_name")),
        Layer::Relative => value("phrase"),
        Layer::Hexbins => value("mentions"),
        Layer::Countries => value("name"),
    }
}

fn plain(value: &Value<'_>) -> String {
    match value {
        Value::Null => String::new(),
        Value::Text(text) => text.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Date(day) => day.to_string(),
    }
}

fn shape(xml: &mut Xml<'_>, geometry: &Geometry) -> io::Result<()> {
    let several = |xml: &mut Xml<'_>, parts: Vec<Geometry>| {
        let element = xml.create_element("MultiGeometry");
        element.write_inner_content(|xml| parts.iter().try_for_each(|part| shape(xml, part))).map(|_| ())
    };
    match geometry {
        Geometry::Point(point) => {
            let at = format!("{},{}", point.x(), point.y());
            xml.create_element("Point").write_inner_content(|xml| text(xml, "coordinates", &at))?;
            Ok(())
        }
        Geometry::LineString(line) => {
            xml.create_element("LineString").write_inner_content(|xml| {
                text(xml, "tessellate", "1")?;
                text(xml, "coordinates", &coordinates(line))
            })?;
            Ok(())
        }
        Geometry::Polygon(polygon) => area(xml, polygon),
        Geometry::MultiLineString(parts) => several(xml, parts.iter().cloned().map(Geometry::from).collect()),
        Geometry::MultiPolygon(parts) => several(xml, parts.iter().cloned().map(Geometry::from).collect()),
        _ => Err(io::Error::other("a shape that no layer has")),
    }
}

fn area(xml: &mut Xml<'_>, polygon: &Polygon) -> io::Result<()> {
    let ring = |xml: &mut Xml<'_>, border: &str, ring: &LineString| {
        xml.create_element(border).write_inner_content(|xml| {
            let linear = xml.create_element("LinearRing");
            linear.write_inner_content(|xml| text(xml, "coordinates", &coordinates(ring)))?;
            Ok(())
        })?;
        Ok(())
    };
    xml.create_element("Polygon").write_inner_content(|xml| {
        text(xml, "tessellate", "1")?;
        ring(xml, "outerBoundaryIs", polygon.exterior())?;
        polygon.interiors().iter().try_for_each(|hole| ring(xml, "innerBoundaryIs", hole))
    })?;
    Ok(())
}

fn coordinates(line: &LineString) -> String {
    let corners: Vec<String> = line.coords().map(|corner| format!("{},{}", corner.x, corner.y)).collect();
    corners.join(" ")
}
