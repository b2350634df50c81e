//! What holds for every format. That other programs read them is shown in `tests/it/map.rs`.

use super::*;
use crate::layer::filter::Filter;
use crate::layer::testing::{collected, corpus};

fn written(format: Format, layer: Layer) -> Vec<u8> {
    let collection = collected(&corpus(), Filter::default());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out");
    let options = WriteOptions { title: "Title".into(), ..WriteOptions::default() };
    write(&collection, &[layer], format, &options, Destination::File(begin(&path, format).unwrap())).unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    std::fs::read(path).unwrap()
}

const WRITTEN: [Format; 7] = [
    Format::GeoJson,
    Format::GeoJsonSeq,
    Format::Csv,
    Format::GeoParquet,
    Format::GeoPackage,
    Format::FlatGeobuf,
    Format::Kml,
];

#[test]
fn every_layer_is_written_the_same_twice_in_every_format() {
    for format in WRITTEN {
        for layer in Layer::ALL {
            let bytes = written(format, layer);
            assert!(!bytes.is_empty());
            assert!(bytes == written(format, layer), "{format:?} {layer:?}");
        }
    }
}

#[test]
fn an_empty_collection_is_written_in_every_format() {
    let collection = Collection::default();
    let folder = tempfile::tempdir().unwrap();
    for format in WRITTEN {
        for layer in Layer::ALL {
            let path = folder.path().join("out");
            write(
                &collection,
                &[layer],
                format,
                &WriteOptions::default(),
                Destination::File(begin(&path, format).unwrap()),
            )
            .unwrap();
        }
    }
}

#[test]
fn geojson_is_as_the_standard_wants_it() {
    let mentions: serde_json::Value = serde_json::from_slice(&written(Format::GeoJson, Layer::Mentions)).unwrap();
    assert!(mentions.get("crs").is_none());
    assert_eq!(mentions["bbox"].as_array().unwrap().len(), 4);
    let features = mentions["features"].as_array().unwrap();
    assert_eq!(features[0]["geometry"], serde_json::json!({"type": "Point", "coordinates": [43.11889, 36.335]}));
    assert_eq!(features[0]["properties"]["sentence"], "In Mosul it rained.");
    assert_eq!(features[0]["properties"]["date"], "2018-02-06");
    let links: serde_json::Value = serde_json::from_slice(&written(Format::GeoJson, Layer::Links)).unwrap();
    let kinds: Vec<_> = links["features"].as_array().unwrap().iter().map(|f| &f["geometry"]["type"]).collect();
    assert!(kinds.contains(&&"MultiLineString".into()), "{kinds:?}");
}

#[test]
fn sequences_have_separators_where_they_are_asked_for() {
    let collection = collected(&corpus(), Filter::default());
    for separated in [false, true] {
        let mut out = Vec::new();
        let options = WriteOptions { record_separator: separated, ..WriteOptions::default() };
        write(&collection, &[Layer::Mentions], Format::GeoJsonSeq, &options, Destination::Stream(&mut out)).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.lines().count(), collection.mentions.len());
        assert!(text.lines().all(|line| line.starts_with('\u{1e}') == separated));
    }
}

#[test]
fn one_file_holds_the_layers_that_it_can() {
    let collection = collected(&corpus(), Filter::default());
    let mut out = Vec::new();
    let two = &[Layer::Mentions, Layer::Places];
    let error = write(&collection, two, Format::Csv, &WriteOptions::default(), Destination::Stream(&mut out));
    assert!(error.unwrap_err().to_string().contains("2 layers in one file"));
    let error = write(&collection, two, Format::GeoPackage, &WriteOptions::default(), Destination::Stream(&mut out));
    assert!(error.unwrap_err().to_string().contains("expected a path"));
    assert!(write(&collection, two, Format::Kml, &WriteOptions::default(), Destination::Stream(&mut out)).is_ok());
}

#[test]
fn kml_has_no_markup_of_articles_in_it() {
    let kml = String::from_utf8(written(Format::Kml, Layer::Mentions)).unwrap();
    roxmltree::Document::parse(&kml).unwrap();
    // Once for XML, and in the description once more for HTML.
    assert!(kml.contains("<name>&lt;/script&gt;") && kml.contains("In &amp;lt;/script&amp;gt;"), "{kml}");
}

#[test]
fn endings_name_formats() {
    for (name, format) in [
        ("a.geojson", Some(Format::GeoJson)),
        ("a.GEOJSONL", Some(Format::GeoJsonSeq)),
        ("b.x.gpkg", Some(Format::GeoPackage)),
        ("map.html", Some(Format::Html)),
        ("a.shp", None),
        ("geojson", None),
    ] {
        assert_eq!(Format::of(Path::new(name)), format, "{name}");
    }
}
