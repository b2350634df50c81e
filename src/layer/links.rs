//! Lines between places that are named in the same documents.

use hashbrown::HashMap;

use super::collection::{CollectedPlace, Collection};
use super::geometry;
use super::kind::Layer;
use super::places::Days;
use super::table::{Columns, Shapes, Table};
use crate::annotation::{DISTANCE_PLACES, Method};
use crate::rounding::{KILOMETER_DECIMALS, rounded};

/// Two places that are named together.
pub(super) struct Link<'a> {
    pub from: u32,
    pub to: u32,
    pub ends: [&'a CollectedPlace; 2],
    /// The documents that name both, in order.
    pub documents: Vec<u32>,
}

impl Link<'_> {
    pub fn kilometers(&self) -> f64 {
        rounded(self.ends[0].location.distance(self.ends[1].location).0, KILOMETER_DECIMALS)
    }
}

/// The places that are named together, the more often the earlier: of each document the first [`DISTANCE_PLACES`], as
/// for its distances. Names of peoples name no place that something is linked to.
pub(super) fn links(collection: &Collection) -> Vec<Link<'_>> {
    let mut found: HashMap<(u32, u32), Vec<u32>> = HashMap::new();
    for mentions in collection.mentions.chunk_by(|a, b| a.document == b.document) {
        let mut places: Vec<u32> = Vec::new();
        for mention in mentions.iter().filter(|mention| mention.method != Method::Demonym) {
            if places.len() < DISTANCE_PLACES && !places.contains(&mention.place) {
                places.push(mention.place);
            }
        }
        places.sort_unstable();
        for (n, &from) in places.iter().enumerate() {
            for &to in &places[n + 1..] {
                found.entry((from, to)).or_default().push(mentions[0].document);
            }
        }
    }
    let place = |index: u32| &collection.places[index as usize];
    let mut links: Vec<Link<'_>> = found
        .into_iter()
        .map(|((from, to), documents)| Link { from, to, ends: [place(from), place(to)], documents })
        .collect();
    links.sort_unstable_by_key(|link| (std::cmp::Reverse(link.documents.len()), link.from, link.to));
    links
}

struct Row<'a> {
    link: Link<'a>,
    days: Days,
}

/// The layer of links.
pub(super) fn table(collection: &Collection) -> Table<'_> {
    let rows = links(collection).into_iter().map(|link| {
        let documents = link.documents.iter().map(|&document| &collection.documents[document as usize]);
        Row { days: Days::of(documents), link }
    });
    let shape = |row: &Row<'_>| geometry::line(row.link.ends[0].location, row.link.ends[1].location);
    Columns::new(rows.collect(), shape, |row| row.link.ends[0].location)
        .text("from_id", |row| row.link.ends[0].about.id.as_deref())
        .text("from_name", |row| Some(&row.link.ends[0].about.name))
        .text("to_id", |row| row.link.ends[1].about.id.as_deref())
        .text("to_name", |row| Some(&row.link.ends[1].about.name))
        .number("distance_km", |row| Some(row.link.kilometers()))
        .integer("documents", |row| Some(row.link.documents.len() as u64))
        .date("first_date", |row| row.days.first)
        .date("last_date", |row| row.days.last)
        .table(Layer::Links, Shapes::Lines)
}
