//! Lines between places that are named in the same documents.
//!
//! A document of fifty places has 1,225 pairs of them, and ten thousand of such documents twelve million: more than a map
//! shows or a database is made of in a minute. So links are counted in batches of bounded size, and of all pairs those are
//! kept that [`LinkOptions`] ask for, the strongest first: those that most documents name. Of pairs that as many name, the
//! first are those whose places come first in the layer of places, which is by how often they are named. What a link that is
//! kept says of its documents is of all of them.

use std::cmp::Reverse;

use hashbrown::HashMap;

use super::collection::{CollectedPlace, Collection};
use super::geometry;
use super::kind::Layer;
use super::places::Days;
use super::table::{Columns, LeftOut, Shapes, Table};
use crate::annotation::{DISTANCE_PLACES, Method};
use crate::rounding::{KILOMETER_DECIMALS, rounded};

/// Links of a layer unless others are asked for.
pub const MOST_LINKS: usize = 200_000;

/// Pairs of places that are counted at once, about: a hundred megabytes of them.
const BATCH: u64 = 8_000_000;

/// Which links are made. The default keeps all, and of more than [`MOST_LINKS`] the strongest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkOptions {
    /// Only those that at least so many documents name.
    pub min_documents: usize,
    /// Of each document so many at most. A link is kept if it is among them in one of its documents.
    pub per_document: Option<usize>,
    /// So many in all at most.
    pub most: Option<usize>,
}

impl Default for LinkOptions {
    fn default() -> Self {
        Self { min_documents: 1, per_document: None, most: Some(MOST_LINKS) }
    }
}

/// Two places that are named together.
pub(super) struct Link<'a> {
    pub from: u32,
    pub to: u32,
    ends: [&'a CollectedPlace; 2],
    /// How many documents name both.
    documents: u32,
    days: Days,
}

impl Link<'_> {
    pub fn kilometers(&self) -> f64 {
        rounded(self.ends[0].location.distance(self.ends[1].location).0, KILOMETER_DECIMALS)
    }

    fn rank(&self) -> Rank {
        (Reverse(self.documents), self.from, self.to)
    }
}

/// What puts links in order, the strongest first.
type Rank = (Reverse<u32>, u32, u32);

/// The links of a collection.
#[derive(Default)]
pub(super) struct Links<'a> {
    /// Those that are kept, the strongest first.
    pub kept: Vec<Link<'a>>,
    /// How many are not.
    pub left_out: LeftOut,
}

/// The links of a collection that are asked for.
pub(super) fn links<'a>(collection: &'a Collection, options: LinkOptions) -> Links<'a> {
    let named = NamedTogether::of(collection);
    // With a bound for each document, which links are kept is known only once all are counted.
    let strongest = options.per_document.map(|most| named.strongest(most, options.min_documents, BATCH));
    let mut strongest = strongest.as_ref().map(|pairs| pairs.iter().peekable());
    let (mut kept, mut asked_for, mut left_out): (Vec<Link<'a>>, u64, LeftOut) = (Vec::new(), 0, LeftOut::default());
    named.pairs(BATCH, |from, to, documents| {
        let is_asked_for = match &mut strongest {
            Some(pairs) => pairs.next_if_eq(&&(from, to)).is_some(),
            None => documents.len() >= options.min_documents,
        };
        if !is_asked_for {
            left_out.unasked += 1;
            return;
        }
        asked_for += 1;
        let ends = [from, to].map(|place| &collection.places[place as usize]);
        let days = Days::of(documents.iter().map(|pair| &collection.documents[pair.document as usize]));
        kept.push(Link { from, to, ends, documents: documents.len() as u32, days });
        if let Some(most) = options.most {
            keep_first(&mut kept, most, Link::rank);
        }
    });
    kept.sort_unstable_by_key(Link::rank);
    kept.truncate(options.most.unwrap_or(usize::MAX));
    left_out.beyond_most = asked_for - kept.len() as u64;
    Links { kept, left_out }
}

/// Of each link, the documents that name both of its places, in order.
pub(super) fn documents(collection: &Collection, links: &[Link<'_>]) -> Vec<Vec<u32>> {
    let index: HashMap<(u32, u32), usize> = links.iter().zip(0..).map(|(link, n)| ((link.from, link.to), n)).collect();
    let mut documents = vec![Vec::new(); links.len()];
    for (document, places) in NamedTogether::of(collection).documents() {
        for (n, &from) in places.iter().enumerate() {
            for &to in &places[n + 1..] {
                if let Some(&link) = index.get(&(from, to)) {
                    documents[link].push(document);
                }
            }
        }
    }
    documents
}

/// Cuts a list to its first items in an order once it is twice as long, so that cutting costs little for each that is added.
fn keep_first<T, R: Ord>(items: &mut Vec<T>, most: usize, rank: impl Fn(&T) -> R) {
    if most == 0 {
        items.clear();
    } else if items.len() >= most.saturating_mul(2) {
        items.select_nth_unstable_by_key(most - 1, rank);
        items.truncate(most);
    }
}

/// The places of documents that are linked: of each document the first [`DISTANCE_PLACES`], as for its distances, but for
/// names of peoples, which name no place that something is linked to.
struct NamedTogether {
    /// Those of all documents, one document after the other, in each in the order of the collection's places.
    places: Vec<u32>,
    /// Each document, and where its places end.
    ends: Vec<(u32, usize)>,
    /// How many places the collection has.
    known: usize,
}

/// That a document names two places.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Pair {
    from: u32,
    to: u32,
    document: u32,
}

impl NamedTogether {
    fn of(collection: &Collection) -> Self {
        let (mut places, mut ends): (Vec<u32>, Vec<(u32, usize)>) = (Vec::new(), Vec::new());
        for mentions in collection.mentions.chunk_by(|a, b| a.document == b.document) {
            let begin = places.len();
            for mention in mentions.iter().filter(|mention| mention.method != Method::Demonym) {
                if places.len() - begin == DISTANCE_PLACES {
                    break;
                }
                if !places[begin..].contains(&mention.place) {
                    places.push(mention.place);
                }
            }
            places[begin..].sort_unstable();
            ends.push((mentions[0].document, places.len()));
        }
        Self { places, ends, known: collection.places.len() }
    }

    /// The documents, each with its places.
    fn documents(&self) -> impl Iterator<Item = (u32, &[u32])> {
        let begins = std::iter::once(0).chain(self.ends.iter().map(|&(_, end)| end));
        self.ends.iter().zip(begins).map(|(&(document, end), begin)| (document, &self.places[begin..end]))
    }

    /// Calls `with` for each two places that are named together, in the order of the places, with the documents that name
    /// them, in order. About so many pairs of documents are held at once, at least those of one place.
    fn pairs(&self, at_once: u64, mut with: impl FnMut(u32, u32, &[Pair])) {
        let mut held: Vec<Pair> = Vec::new();
        for batch in self.batches(at_once) {
            held.clear();
            for (document, places) in self.documents() {
                let begin = places.partition_point(|&place| place < batch.start);
                let end = places.partition_point(|&place| place < batch.end);
                for n in begin..end {
                    let from = places[n];
                    held.extend(places[n + 1..].iter().map(|&to| Pair { from, to, document }));
                }
            }
            held.sort_unstable();
            for pairs in held.chunk_by(|a, b| (a.from, a.to) == (b.from, b.to)) {
                with(pairs[0].from, pairs[0].to, pairs);
            }
        }
    }

    /// Runs of places that about so many pairs begin with.
    fn batches(&self, at_once: u64) -> Vec<std::ops::Range<u32>> {
        let mut begin_with = vec![0_u64; self.known];
        for (_, places) in self.documents() {
            for (n, &from) in places.iter().enumerate() {
                begin_with[from as usize] += (places.len() - n - 1) as u64;
            }
        }
        let (mut batches, mut start, mut held) = (Vec::new(), 0, 0);
        for (place, &pairs) in (0..).zip(&begin_with) {
            if held > 0 && held + pairs > at_once {
                batches.push(start..place);
                (start, held) = (place, 0);
            }
            held += pairs;
        }
        batches.push(start..self.known as u32);
        batches
    }

    /// The pairs that are among the strongest `most` of one of their documents, of those that enough documents name; in the
    /// order of the places.
    fn strongest(&self, most: usize, min_documents: usize, at_once: u64) -> Vec<(u32, u32)> {
        let documents = self.ends.last().map_or(0, |&(document, _)| document as usize + 1);
        let mut of_document: Vec<Vec<Rank>> = vec![Vec::new(); documents];
        self.pairs(at_once, |from, to, pairs| {
            if pairs.len() < min_documents {
                return;
            }
            for pair in pairs {
                let strongest = &mut of_document[pair.document as usize];
                strongest.push((Reverse(pairs.len() as u32), from, to));
                keep_first(strongest, most, |rank| *rank);
            }
        });
        let mut pairs = Vec::new();
        for mut strongest in of_document {
            strongest.sort_unstable();
            pairs.extend(strongest.iter().take(most).map(|&(_, from, to)| (from, to)));
        }
        pairs.sort_unstable();
        pairs.dedup();
        pairs
    }
}

/// The layer of links.
pub(super) fn table(collection: &Collection, options: LinkOptions) -> Table<'_> {
    let Links { kept, left_out } = links(collection, options);
    let shape = |link: &Link<'_>| geometry::line(link.ends[0].location, link.ends[1].location);
    let mut table = Columns::new(kept, shape, |link| link.ends[0].location)
        .text("from_id", |link| link.ends[0].about.id.as_deref())
        .text("from_name", |link| Some(&link.ends[0].about.name))
        .text("to_id", |link| link.ends[1].about.id.as_deref())
        .text("to_name", |link| Some(&link.ends[1].about.name))
        .number("distance_km", |link| Some(link.kilometers()))
        .integer("documents", |link| Some(link.documents.into()))
        .date("first_date", |link| link.days.first)
        .date("last_date", |link| link.days.last)
        .table(Layer::Links, Shapes::Lines);
    table.left_out = left_out;
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer::filter::Filter;
    use crate::layer::testing::{collected, document, place};

    /// Documents that name places by letters, and are called by them.
    fn collection(documents: &[&str]) -> Collection {
        let documents = documents.iter().map(|names| {
            let names: Vec<String> = names.chars().map(String::from).collect();
            let names: Vec<(&str, &str, serde_json::Value)> = names
                .iter()
                .map(|name| {
                    (&**name, "LOC", place(name, name, f64::from(name.as_bytes()[0]) - 60.0, 10.0, "DE", "PPL"))
                })
                .collect();
            document(&names.iter().map(|(name, ..)| *name).collect::<String>(), "2018", &names)
        });
        collected(&documents.collect::<Vec<_>>(), Filter::default())
    }

    /// The links as "AB 2", and those that are left out.
    fn found(collection: &Collection, options: LinkOptions) -> (Vec<String>, LeftOut) {
        let Links { kept, left_out } = links(collection, options);
        let name = |end: &CollectedPlace| end.about.name.clone();
        let told = kept.iter().map(|link| format!("{}{} {}", name(link.ends[0]), name(link.ends[1]), link.documents));
        (told.collect(), left_out)
    }

    fn left_out(unasked: u64, beyond_most: u64) -> LeftOut {
        LeftOut { unasked, beyond_most }
    }

    const ALL: LinkOptions = LinkOptions { min_documents: 1, per_document: None, most: None };

    #[test]
    fn the_strongest_links_come_first_and_ties_by_their_places() {
        // A is named three times, B and C twice, D once.
        let collection = collection(&["ABC", "AC", "BAD"]);
        let (all, none) = found(&collection, ALL);
        assert_eq!((all.join(", ").as_str(), none), ("AB 2, AC 2, AD 1, BC 1, BD 1", left_out(0, 0)));
        for most in 0..=all.len() {
            let (some, beyond) = found(&collection, LinkOptions { most: Some(most), ..ALL });
            assert_eq!((&some[..], beyond), (&all[..most], left_out(0, (all.len() - most) as u64)));
        }
        let (two, others) = found(&collection, LinkOptions { min_documents: 2, most: Some(1), ..ALL });
        assert_eq!((two.join(", ").as_str(), others), ("AB 2", left_out(3, 1)));
    }

    #[test]
    fn of_a_document_the_strongest_links_are_kept_with_all_their_documents() {
        let collection = collection(&["ABC", "AC", "BAD"]);
        // AB is the first of its two documents, AC that of the one without B.
        let one = found(&collection, LinkOptions { per_document: Some(1), ..ALL });
        assert_eq!(one, (vec!["AB 2".to_owned(), "AC 2".to_owned()], left_out(3, 0)));
        let none = found(&collection, LinkOptions { per_document: Some(1), min_documents: 3, ..ALL });
        assert_eq!(none, (Vec::new(), left_out(5, 0)));
        let all = found(&collection, LinkOptions { per_document: Some(1225), ..ALL });
        assert_eq!(all, found(&collection, ALL));
    }

    #[test]
    fn batches_of_any_size_give_the_same_pairs() {
        let collection = collection(&["ABCDEFG", "ACE", "GFA", "BD", "A"]);
        let named = NamedTogether::of(&collection);
        let pairs = |at_once: u64| {
            let mut pairs = Vec::new();
            named.pairs(at_once, |from, to, documents| {
                pairs.push((from, to, documents.iter().map(|pair| pair.document).collect::<Vec<_>>()));
            });
            (pairs, named.strongest(2, 1, at_once))
        };
        assert!(named.batches(1).len() > 3);
        for at_once in [1, 5, 10] {
            assert_eq!(pairs(at_once), pairs(BATCH));
        }
    }

    #[test]
    fn the_order_of_documents_changes_no_link() {
        let mut documents = ["ABC", "AC", "BAD", "DCA"];
        let options = LinkOptions { per_document: Some(1), most: Some(3), ..ALL };
        let before = found(&collection(&documents), options);
        documents.reverse();
        assert_eq!(found(&collection(&documents), options), before);
    }

    #[test]
    fn the_documents_of_a_link_are_found_again() {
        let collection = collection(&["ABC", "AC", "BAD"]);
        let Links { kept, .. } = links(&collection, ALL);
        assert_eq!(documents(&collection, &kept[1..4]), [vec![0, 1], vec![2], vec![0]]);
        assert!(
            documents(&collection, &kept).iter().zip(&kept).all(|(all, link)| all.len() == link.documents as usize)
        );
    }
}
