//! The files that the page is made of.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::{Value, json};

use crate::external::MapAssets;
use crate::layer::html::{Basemap, LINES, SCRIPTS, STYLE, without_pictures};
use crate::resolve::words;

/// The files of the page that are our own.
const OWN: [(&str, &str); 13] = [
    ("annotation.js", include_str!("page/annotation.js")),
    ("atlas.js", include_str!("page/atlas.js")),
    ("card.js", include_str!("page/card.js")),
    ("corpus.js", include_str!("page/corpus.js")),
    ("corrections.js", include_str!("page/corrections.js")),
    ("dialogs.js", include_str!("page/dialogs.js")),
    ("docs.js", include_str!("page/docs.js")),
    ("lists.js", include_str!("page/lists.js")),
    ("reader.js", include_str!("page/reader.js")),
    ("server.js", include_str!("page/server.js")),
    ("store.js", include_str!("page/store.js")),
    ("workbench.css", include_str!("page/workbench.css")),
    ("workbench.js", include_str!("page/workbench.js")),
];

/// The files that the page is made of.
pub struct Assets(BTreeMap<&'static str, (&'static str, Bytes)>);

impl Assets {
    /// Our own, and those of packages where they are there.
    pub fn new(packages: Option<&MapAssets>, basemap: Option<&Basemap>) -> Self {
        const SCRIPT: &str = "text/javascript; charset=utf-8";
        const SHEET: &str = "text/css; charset=utf-8";
        let media = |name: &str| if name.ends_with(".css") { SHEET } else { SCRIPT };
        let mut files: BTreeMap<&'static str, (&'static str, Bytes)> = OWN
            .into_iter()
            .chain(SCRIPTS)
            .map(|(name, content)| (name, (media(name), Bytes::from_static(content.as_bytes()))))
            .collect();
        files.insert("page.css", (SHEET, Bytes::from_static(STYLE.as_bytes())));
        files.insert("map-lines.bin", ("application/octet-stream", Bytes::from_static(LINES)));
        files.insert("settings.json", ("application/json", Bytes::from(json!({"basemap": basemap}).to_string())));
        files.insert("words.json", ("application/json", Bytes::from(words().to_string())));
        if let Some(packages) = packages {
            // What points to a file beside it, which is not there.
            let script = |script: &str| {
                let lines = script.lines().filter(|line| !line.starts_with("//# sourceMappingURL"));
                Bytes::from(lines.collect::<Vec<_>>().join("\n"))
            };
            files.insert("leaflet.css", (SHEET, Bytes::from(without_pictures(&packages.leaflet_css))));
            files.insert("leaflet.js", (SCRIPT, script(&packages.leaflet_js)));
            files.insert("topojson.js", (SCRIPT, script(&packages.topojson_js)));
            files.insert("countries.json", ("application/json", Bytes::from(packages.countries.clone())));
        }
        Self(files)
    }

    /// A file, with what it is.
    pub fn get(&self, name: &str) -> Option<&(&'static str, Bytes)> {
        self.0.get(name)
    }
}

/// What the features of explanations say.
fn words() -> Value {
    let of = |names: &[&'static str], words: fn(&str) -> Option<words::Words>| -> Value {
        let said = names.iter().filter_map(|name| {
            let words = words(name)?;
            Some(((*name).to_owned(), json!({"more": words.more, "less": words.less})))
        });
        Value::Object(said.collect())
    };
    let (candidate, none) = words::features();
    json!({"candidate": of(candidate, words::of_candidate), "none": of(none, words::of_none)})
}
