//! The data of a page, as its script reads them: lists without names, since there may be many of them.

use std::collections::HashMap;

use geo::Geometry;
use serde::Serialize;
use serde_json::{Value, json};

use crate::annotation::Method;
use crate::document::{OffsetMap, OffsetUnit, Span};
use crate::layer::carried::shown as shown_value;
use crate::layer::collection::{CollectedPlace, Collection, Document, Mention, Relation};
use crate::layer::countries::countries;
use crate::layer::hexbins::{cell, hexbins};
use crate::layer::links::{self, LinkOptions, Links};
use crate::layer::relative::area;
use crate::layer::{Layer, LayerOptions};
use crate::mention::Label;

/// Mentions of a page, at most. More would make it slow.
pub const MENTIONS: usize = 50_000;

/// Links of a page, at most: those of the most documents.
const LINKS: usize = 2_000;

/// Relative places of a page, at most.
const RELATIONS: usize = 5_000;

/// Values of a field of metadata, at most: of one with more, nobody chooses from a list.
const VALUES: usize = 50;

/// What stands under `#data`.
#[derive(Serialize)]
pub(super) struct Data<'a> {
    title: &'a str,
    layers: Vec<&'static str>,
    counts: Value,
    left_out: Value,
    labels: [&'static str; 4],
    methods: [&'static str; Method::ALL.len()],
    documents: Vec<DocumentData<'a>>,
    fields: Vec<FieldData<'a>>,
    countries: Vec<(Option<String>, String, Option<String>)>,
    hexbins: Value,
    places: Vec<Value>,
    sentences: Vec<&'a str>,
    mentions: Vec<Value>,
    links: Vec<(u32, u32, f64, Vec<u32>)>,
    relative: Vec<Value>,
    /// Towns in the surroundings of the places, the most important first: name, latitude, longitude, feature.
    towns: Vec<(&'a str, f64, f64, &'a str)>,
    attribution: Value,
}

/// A field of the metadata of documents, which the page colours and filters by.
#[derive(Serialize)]
struct FieldData<'a> {
    name: &'a str,
    /// Its values, those that most documents have first.
    values: Vec<String>,
    /// Of each document, the index of its value; -1 where it has none.
    of: Vec<i64>,
}

#[derive(Serialize)]
struct DocumentData<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
}

/// What of a collection is shown on a page, if it is too large for one.
pub(super) fn shown(collection: &Collection) -> Option<Collection> {
    (collection.mentions.len() > MENTIONS).then(|| collection.spread(MENTIONS))
}

/// The data of a page about a collection, of which it shows `shown`.
pub(super) fn data<'a>(
    whole: &Collection,
    collection: &'a Collection,
    layers: &[Layer],
    options: &'a LayerOptions,
    title: &'a str,
) -> Data<'a> {
    let countries = countries(collection, &options.countries);
    let country_of: HashMap<&str, usize> = countries.iter().enumerate().map(|(n, c)| (c.code.as_str(), n)).collect();
    let bins = if layers.contains(&Layer::Hexbins) { hexbins(collection, options.resolution) } else { Vec::new() };
    let bin_of: HashMap<_, usize> = bins.iter().enumerate().map(|(n, bin)| (bin.cell, n)).collect();
    let place = |place: &'a CollectedPlace| {
        let about = &place.about;
        let country = about.country.as_deref().and_then(|code| country_of.get(code));
        let bin = cell(place, options.resolution).and_then(|cell| bin_of.get(&cell));
        let index = |found: Option<&usize>| found.map_or(-1, |&n| n as i64);
        json!([
            about.name,
            place.location.lat,
            place.location.lon,
            index(country),
            index(bin),
            about.feature,
            about.admin1,
            about.population,
            about.id,
            about.uncertainty_km,
            about.radius_km,
        ])
    };
    let mut sentences = Sentences { collection, shown: Vec::new(), indices: HashMap::new() };
    let mentions = collection.mentions.iter().map(|mention| sentences.mention(mention)).collect();
    let relations = if layers.contains(&Layer::Relative) { &collection.relations[..] } else { &[] };
    let relations = &relations[..relations.len().min(RELATIONS)];
    let relative = relations.iter().map(|relation| sentences.relation(relation)).collect();
    let link_options = LinkOptions { most: Some(LINKS), ..options.links };
    let links = layers.contains(&Layer::Links).then(|| links::links(collection, link_options));
    let Links { kept, left_out: links_left_out } = links.unwrap_or_default();
    let link_documents = links::documents(collection, &kept);
    Data {
        title,
        layers: layers.iter().map(|layer| layer.name()).collect(),
        counts: json!({
            "documents": whole.documents.len(),
            "mentions": whole.mentions.len(),
            "places": whole.places.len(),
            "unplaced": whole.counts.unplaced,
        }),
        left_out: json!({
            "mentions": whole.mentions.len() - collection.mentions.len(),
            "links": links_left_out.beyond_most,
            "relative": if layers.contains(&Layer::Relative) { whole.relations.len() - relations.len() } else { 0 },
        }),
        labels: Label::ALL.map(Label::name),
        methods: Method::ALL.map(Method::name),
        documents: collection.documents.iter().map(document).collect(),
        fields: (0..collection.carried.len()).filter_map(|n| field(collection, n)).collect(),
        countries: countries
            .iter()
            .map(|country| (country.name.clone(), country.code.clone(), country.number.clone()))
            .collect(),
        hexbins: json!({
            "resolution": u8::from(options.resolution),
            "cells": bins.iter().map(|bin| json!([bin.cell.to_string(), parts(&bin.shape)])).collect::<Vec<_>>(),
        }),
        places: collection.places.iter().map(place).collect(),
        sentences: sentences.shown,
        mentions,
        links: kept
            .iter()
            .zip(link_documents)
            .map(|(link, documents)| (link.from, link.to, link.kilometers(), documents))
            .collect(),
        relative,
        towns: options.towns.rows(collection.places.iter().map(|place| place.location)),
        attribution: attribution(),
    }
}

/// Who is thanked for what is shown.
fn attribution() -> Value {
    json!([
        {"text": "GeoNames", "url": "https://www.geonames.org/", "licence": "CC BY 4.0"},
        {"text": "Natural Earth", "url": "https://www.naturalearthdata.com/", "licence": "public domain"},
    ])
}

fn document(document: &Document) -> DocumentData<'_> {
    // What is no address of a page could be a script.
    let is_page = |url: &&str| {
        let url = url.to_ascii_lowercase();
        url.starts_with("https://") || url.starts_with("http://")
    };
    DocumentData {
        id: &document.id,
        title: document.title.as_deref(),
        date: document.date.map(|date| date.first.to_string()),
        source: document.source.as_deref(),
        url: document.url.as_deref().filter(is_page),
    }
}

/// A field of the metadata, if its values are some to choose from.
fn field(collection: &Collection, n: usize) -> Option<FieldData<'_>> {
    let value = |document: &Document| document.carried.get(n).filter(|value| !value.is_null()).map(shown_value);
    let of_documents: Vec<Option<String>> = collection.documents.iter().map(value).collect();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for value in of_documents.iter().flatten() {
        *counts.entry(value).or_default() += 1;
        if counts.len() > VALUES {
            return None;
        }
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    let index = |value: &Option<String>| {
        let at = counts.iter().position(|(known, _)| Some(*known) == value.as_deref());
        at.map_or(-1, |at| at as i64)
    };
    let of = of_documents.iter().map(index).collect();
    let values: Vec<String> = counts.iter().map(|(value, _)| (*value).to_owned()).collect();
    (!values.is_empty()).then(|| FieldData { name: &collection.carried[n].key, values, of })
}

/// The sentences of a page: those of the mentions that are shown.
struct Sentences<'a> {
    collection: &'a Collection,
    shown: Vec<&'a str>,
    indices: HashMap<u32, usize>,
}

impl Sentences<'_> {
    /// The index of a sentence, and the part of it in units of UTF-16; -1 without one.
    fn context(&mut self, context: Option<(u32, Span)>) -> (i64, usize, usize) {
        let Some((sentence, span)) = context else { return (-1, 0, 0) };
        let text = self.collection.sentences[sentence as usize].as_str();
        let index = *self.indices.entry(sentence).or_insert_with(|| {
            self.shown.push(text);
            self.shown.len() - 1
        });
        let offsets = OffsetMap::new(text, OffsetUnit::Utf16);
        (index as i64, offsets.convert(span.start), offsets.convert(span.end))
    }

    fn mention(&mut self, mention: &Mention) -> Value {
        let (sentence, start, end) = self.context(mention.context);
        // What has no label of its own is another name.
        let label = mention.label.index().or(Label::Misc.index());
        let method = Method::ALL.iter().position(|method| *method == mention.method);
        json!([
            mention.place,
            mention.document,
            sentence,
            start,
            end,
            label,
            mention.confidence.unwrap_or(1.0),
            method,
            mention.text,
        ])
    }

    fn relation(&mut self, relation: &Relation) -> Value {
        let (sentence, start, end) = self.context(relation.context);
        let polygon = area(relation).map_or_else(Vec::new, |shape| parts(&shape));
        let anchors =
            relation.anchors.iter().map(|anchor| json!([anchor.location.lat, anchor.location.lon, anchor.name]));
        let mut data = json!({
            "document": relation.document,
            "sentence": sentence,
            "start": start,
            "end": end,
            "phrase": relation.phrase,
            "kind": relation.kind.name(),
            "place": relation.target.map_or(-1, i64::from),
            "point": [relation.location.lat, relation.location.lon],
            "uncertainty_km": relation.uncertainty_km,
            "polygon": polygon,
            "anchors": anchors.collect::<Vec<_>>(),
        });
        let known = [
            ("distance_km", relation.distance_km.map(Value::from)),
            ("bearing_deg", relation.bearing_deg.map(Value::from)),
            ("name", relation.name.as_deref().map(Value::from)),
        ];
        for (key, value) in known {
            if let Some(value) = value {
                data[key] = value;
            }
        }
        data
    }
}

/// The outer rings of a shape, longitude first.
fn parts(shape: &Geometry) -> Vec<Vec<[f64; 2]>> {
    let ring = |polygon: &geo::Polygon| polygon.exterior().coords().map(|corner| [corner.x, corner.y]).collect();
    match shape {
        Geometry::Polygon(polygon) => vec![ring(polygon)],
        Geometry::MultiPolygon(polygons) => polygons.iter().map(ring).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::layer::Carry;
    use crate::layer::testing::{carried, corpus};

    #[test]
    fn fields_have_values_to_choose_from() {
        let mut documents = corpus();
        documents[0]["metadata"] = json!({"desk": "</script>", "words": 3});
        documents[1]["metadata"] = json!({"desk": null, "words": 3, "none": null});
        let collection = carried(&documents, Carry::All);
        let fields: Vec<Value> =
            (0..collection.carried.len()).filter_map(|n| field(&collection, n)).map(|field| json!(field)).collect();
        assert_eq!(
            fields,
            [
                json!({"name": "desk", "values": ["</script>"], "of": [0, -1]}),
                json!({"name": "words", "values": ["3"], "of": [0, 0]}),
            ]
        );
    }
}
