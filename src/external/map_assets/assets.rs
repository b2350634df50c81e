//! What the map page is made with.

use std::path::PathBuf;

/// What the map page is made with, as published.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MapAssets {
    /// `leaflet/dist/leaflet.js`: the map, as the global `L`.
    pub leaflet_js: String,
    /// `leaflet/dist/leaflet.css`. It names images of the package, which are not here.
    pub leaflet_css: String,
    /// `leaflet.markercluster/dist/leaflet.markercluster.js`: `L.markerClusterGroup`.
    pub markercluster_js: String,
    /// `leaflet.markercluster/dist/MarkerCluster.css`: how clusters move; not how they look.
    pub markercluster_css: String,
    /// `topojson-client/dist/topojson-client.min.js`: the global `topojson`.
    pub topojson_js: String,
    /// `world-atlas/countries-50m.json`: the countries and the land as TopoJSON, longitude before latitude.
    pub countries: String,
    /// The packages that these are files of, with the licences that a page has to quote.
    pub packages: Vec<Package>,
    /// The folder that they lie in.
    pub folder: PathBuf,
}

/// A package that the map page is made with.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Package {
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// The text of its licence.
    pub licence: String,
}
