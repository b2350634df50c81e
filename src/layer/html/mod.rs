//! Pages that need nothing but a browser: all that they are made of stands in them.
//!
//! A page is its own words, styles and scripts (`page/`), the packages that `src/external` fetches, and data as JSON,
//! which is the only part that texts of others come into. The Content-Security-Policy of the page names the scripts and
//! the style by their hash, and allows nothing else: no request, no other script. Only a [`Basemap`] adds the origin of its
//! tiles.

pub mod article;
mod basemap;
mod data;
pub mod map;

use std::io::{self, Write};
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::external::{MapAssets, Package};

pub use basemap::{Basemap, BasemapError};

/// The style of all pages.
pub const STYLE: &str = include_str!("page/page.css");

/// What the scripts of all pages stand on, in the order in which they have to run.
pub const SCRIPTS: [(&str, &str); 7] = [
    ("base.js", include_str!("page/base.js")),
    ("globe.js", include_str!("page/globe.js")),
    ("coordinates.js", include_str!("page/coordinates.js")),
    ("tools.js", include_str!("page/tools.js")),
    ("towns.js", include_str!("page/towns.js")),
    ("download.js", include_str!("page/download.js")),
    ("picture.js", include_str!("page/picture.js")),
];

/// The lakes, rivers and borders of divisions of maps; `scripts/gazetteer/map_lines.py` makes them and says what is in it.
pub const LINES: &[u8] = include_bytes!("../../../models/map-lines.bin");

/// The licences of what the lines are derived from, which every page has to quote.
const LINES_LICENCES: &str = include_str!("../../../models/map-lines.LICENCES");

/// What pages are made of beside what is theirs.
#[derive(Clone, Debug)]
pub struct Page {
    parts: Arc<Parts>,
    basemap: Option<Basemap>,
}

#[derive(Debug)]
struct Parts {
    style: String,
    leaflet: String,
    clusters: String,
    topojson: String,
    countries: String,
    licences: String,
}

impl Page {
    /// Of the packages for maps.
    pub fn new(assets: &MapAssets) -> Self {
        let style = [&without_pictures(&assets.leaflet_css), assets.markercluster_css.as_str(), STYLE].join("\n");
        // Browsers take the line ends of Windows for others before they look at the hash.
        let style = style.replace("\r\n", "\n").replace('\r', "\n");
        let [leaflet, clusters, topojson] =
            [&assets.leaflet_js, &assets.markercluster_js, &assets.topojson_js].map(|script| script_of(script));
        let licence = |package: &Package| format!("{} {}\n\n{}\n", package.name, package.version, package.licence);
        let licences = assets.packages.iter().map(licence).chain([LINES_LICENCES.to_owned()]).collect::<Vec<_>>();
        // Without these, nothing ends a comment.
        let licences = licences.join("\n").replace('<', "(").replace('>', ")");
        let countries = json_block(&assets.countries);
        Self { parts: Arc::new(Parts { style, leaflet, clusters, topojson, countries, licences }), basemap: None }
    }

    /// With tiles below the map.
    #[must_use]
    pub fn with_basemap(mut self, basemap: Option<Basemap>) -> Self {
        self.basemap = basemap;
        self
    }

    /// Writes a page: its body, its data, and its own script; `clustered` if that makes clusters of markers.
    fn write(
        &self,
        title: &str,
        body: &str,
        (script, clustered): (&str, bool),
        data: &impl Serialize,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let Parts { style, leaflet, clusters, topojson, countries, licences } = &*self.parts;
        let own: Vec<String> = SCRIPTS.iter().map(|(_, script)| *script).chain([script]).map(script_of).collect();
        let clusters = clustered.then_some(clusters);
        let scripts = || [leaflet].into_iter().chain(clusters).chain([topojson]).chain(&own);
        let hashes: Vec<String> = scripts().map(|script| hash(script)).collect();
        let style_hash = hash(style);
        let tiles = self.basemap.as_ref().map(|basemap| format!(" {}", basemap.origin())).unwrap_or_default();
        write!(
            out,
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src {}; style-src {style_hash}; \
             img-src data:{tiles}; base-uri 'none'; form-action 'none'\">\n\
             <meta name=\"referrer\" content=\"no-referrer\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"generator\" content=\"dateline {}\">\n<title>{}</title>\n<!--\n{licences}-->\n\
             <style>{style}</style>\n</head>\n<body>\n{body}\n",
            hashes.join(" "),
            env!("CARGO_PKG_VERSION"),
            html_escape::encode_text(title),
        )?;
        let data = json_block(&serde_json::to_string(data)?);
        writeln!(out, "<script type=\"application/json\" id=\"data\">{data}</script>")?;
        writeln!(
            out,
            "<script type=\"application/json\" id=\"basemap\">{}</script>",
            json_block(&serde_json::to_string(&self.basemap)?)
        )?;
        writeln!(out, "<script type=\"application/json\" id=\"world\">{countries}</script>")?;
        writeln!(out, "<script type=\"application/json\" id=\"lines\">\"{}\"</script>", BASE64_STANDARD.encode(LINES))?;
        for script in scripts() {
            writeln!(out, "<script>{script}</script>")?;
        }
        out.write_all(b"</body>\n</html>\n")
    }
}

/// A script as it can stand in a page. Scripts that are pinned have nothing in them that ends one; were it otherwise, the
/// script would have to be another.
fn script_of(script: &str) -> String {
    // What points to a file beside it, which is not there.
    let lines = script.lines().filter(|line| !line.starts_with("//# sourceMappingURL"));
    lines.collect::<Vec<_>>().join("\n").replace("</script", "<\\/script")
}

/// JSON as it can stand in a page: nothing in it ends the element or begins another.
fn json_block(json: &str) -> String {
    json.replace('<', "\\u003c")
}

/// A style without the pictures that it names, which would be files beside the page.
pub fn without_pictures(style: &str) -> String {
    let mut plain = String::with_capacity(style.len());
    let mut rest = style;
    while let Some(at) = rest.find("url(") {
        let Some(end) = rest[at..].find(')') else { break };
        plain.push_str(&rest[..at]);
        plain.push_str("none");
        rest = &rest[at + end + 1..];
    }
    plain.push_str(rest);
    plain
}

/// How a policy names an element by what is in it.
fn hash(content: &str) -> String {
    format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(content.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer::filter::Filter;
    use crate::layer::testing::{collected, corpus};
    use crate::layer::{Layer, LayerOptions};

    fn page() -> Page {
        Page::new(&MapAssets {
            leaflet_css: ".a { background: url(a.png); }\r\n.b { color: red }".into(),
            leaflet_js: "const end = '</script>';\n//# sourceMappingURL=leaflet.js.map".into(),
            countries: "{\"type\":\"Topology\"}".into(),
            ..MapAssets::default()
        })
    }

    fn written() -> String {
        let mut out = Vec::new();
        let collection = collected(&corpus(), Filter::default());
        map::write(&collection, &Layer::ALL, &LayerOptions::default(), "<b>Title</b> & more", &page(), &mut out)
            .unwrap();
        String::from_utf8(out).unwrap()
    }

    /// What stands between tags of a name.
    fn elements<'p>(page: &'p str, name: &str) -> Vec<(&'p str, &'p str)> {
        let (begin, end) = (format!("<{name}"), format!("</{name}>"));
        let parts = page.split(&begin).skip(1).map(|part| {
            let (attributes, rest) = part.split_once('>').unwrap();
            (attributes, rest.split_once(&end).unwrap().0)
        });
        parts.collect()
    }

    #[test]
    fn the_policy_names_every_script_and_the_style() {
        let page = written();
        let policy = page.split("Content-Security-Policy\" content=\"").nth(1).unwrap().split('"').next().unwrap();
        let scripts = elements(&page, "script");
        assert_eq!(scripts.len(), 15);
        for (attributes, script) in scripts {
            let is_data = attributes.contains("application/json");
            assert!(is_data != policy.contains(&hash(script)), "{attributes}");
        }
        let (_, style) = elements(&page, "style")[0];
        assert!(policy.contains(&hash(style)) && !style.contains("url(") && !page.contains('\r'));
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"));
        assert!(!page.contains("sourceMappingURL"));
    }

    #[test]
    fn tiles_are_named_in_the_policy() {
        let basemap = Basemap::new("https://tiles.example/{z}/{x}/{y}.png", Some("© \"Tiles\" </script>")).unwrap();
        let mut out = Vec::new();
        let collection = collected(&corpus(), Filter::default());
        let page = page().with_basemap(Some(basemap));
        map::write(&collection, &Layer::ALL, &LayerOptions::default(), "Title", &page, &mut out).unwrap();
        let page = String::from_utf8(out).unwrap();
        assert!(page.contains("img-src data: https://tiles.example; base-uri 'none'"));
        let (_, block) = elements(&page, "script").into_iter().find(|(at, _)| at.contains("\"basemap\"")).unwrap();
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(block).unwrap(),
            serde_json::json!({"url": "https://tiles.example/{z}/{x}/{y}.png", "attribution": "© \"Tiles\" </script>"})
        );
        assert!(written().contains("img-src data:; base-uri"));
    }

    #[test]
    fn texts_of_others_are_no_markup() {
        let page = written();
        assert!(page.contains("<title>&lt;b&gt;Title&lt;/b&gt; &amp; more</title>"));
        assert!(!page.contains("<img") && page.contains("\\u003c/script>\\u003cimg src=x"));
        let data: serde_json::Value = serde_json::from_str(elements(&page, "script")[0].1).unwrap();
        assert_eq!(data["title"], "<b>Title</b> & more");
        assert!(data["mentions"].as_array().unwrap().iter().any(|m| m[8] == "</script><img src=x onerror=alert(1)>"));
    }

    #[test]
    fn addresses_that_are_no_pages_are_no_links() {
        let mut documents = corpus();
        documents[0]["url"] = "javascript:alert(1)".into();
        documents[1]["url"] = "HTTPS://example.org/a".into();
        let collection = collected(&documents, Filter::default());
        let options = LayerOptions::default();
        let data = data::data(&collection, &collection, &Layer::ALL, &options, "");
        let data = serde_json::to_value(data).unwrap();
        assert!(data["documents"][0].get("url").is_none());
        assert_eq!(data["documents"][1]["url"], "HTTPS://example.org/a");
    }
}
