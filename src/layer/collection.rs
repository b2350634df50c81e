//! What a map is made of: every mention that is wanted, and the documents, places and sentences that they share.

use hashbrown::HashMap;
use serde_json::Value;

use super::article::{Article, Context, PlaceMention, QUOTED, StatedPosition, shortened};
use super::carried::{CarriedField, Carry};
use super::filter::Filter;
use crate::annotation::Place;
use crate::annotation::{Method, RelationKind};
use crate::date::Period;
use crate::document::Span;
use crate::geo::LatLon;
use crate::link::is_link;
use crate::mention::Label;

/// Mentions with what they share. Made by a [`Collector`].
#[derive(Clone, Debug, Default)]
pub struct Collection {
    /// The documents that name a place, in order. Two that are called the same are two.
    pub documents: Vec<Document>,
    /// The places, those that are named most often first.
    pub places: Vec<CollectedPlace>,
    /// The mentions, in the order of the documents and in each that of the text.
    pub mentions: Vec<Mention>,
    /// The sentences that they stand in, where texts are known.
    pub sentences: Vec<String>,
    /// Positions that texts state by other places, in the same order.
    pub relations: Vec<Relation>,
    /// The names of the people and organisations of the documents.
    pub names: Vec<String>,
    /// The fields of the metadata of the documents that go into layers.
    pub carried: Vec<CarriedField>,
    /// What was taken and what was not.
    pub counts: Counts,
    /// The first dates that cannot be read.
    pub unread_dates: Vec<UnreadDate>,
}

/// How many dates that cannot be read are kept.
const UNREAD_DATES: usize = 3;

/// A date that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadDate {
    /// What its document is called.
    pub document: String,
    /// The date, as its source writes it.
    pub date: String,
}

/// What was taken and what was not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Documents that were looked at.
    pub documents: u64,
    /// Of these, those that were not published in the days that were asked for.
    pub out_of_range: u64,
    /// Of these, those that are left out since they have no date that can be read, where days were asked for.
    pub undated: u64,
    /// Documents with a date that cannot be read.
    pub unread_dates: u64,
    /// Names of places that have none, of the documents that were taken.
    pub unplaced: u64,
    /// Mentions that were not wanted, of the documents that were taken.
    pub filtered: u64,
}

/// A document.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// What it is called.
    pub id: String,
    /// Its headline.
    pub title: Option<String>,
    /// When it was published, if that can be read.
    pub date: Option<Period>,
    /// Who published it.
    pub source: Option<String>,
    /// Where it was published, if that may be a link: programs for maps make one of it.
    pub url: Option<String>,
    /// The people that it names, as indices of names.
    pub people: Vec<u32>,
    /// The organisations that it names, likewise.
    pub organisations: Vec<u32>,
    /// The values of its metadata, in the order of the fields; what is missing at the end is null.
    pub carried: Vec<Value>,
}

/// A place.
#[derive(Clone, Debug, PartialEq)]
pub struct CollectedPlace {
    /// What is known of it, as the surest of its mentions has it; one by the name of its people only if there is no other.
    pub about: Place,
    /// Where it is.
    pub location: LatLon,
    /// How often it is named.
    pub mentions: u64,
    /// The documents that name it, in order.
    pub documents: Vec<u32>,
}

/// The name of a place in a document.
#[derive(Clone, Debug, PartialEq)]
pub struct Mention {
    /// The document.
    pub document: u32,
    /// The place.
    pub place: u32,
    /// Where it begins in the document.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// The name.
    pub text: Box<str>,
    /// What it names.
    pub label: Label,
    /// The score of the model.
    pub score: Option<f64>,
    /// Its sentence, and the bytes of it.
    pub context: Option<(u32, Span)>,
    /// The name that it stands inside.
    pub contained_in: Option<Box<str>>,
    /// The index of the entity that it is or stands in, in its document.
    pub entity: usize,
    /// How sure its place is.
    pub confidence: Option<f64>,
    /// How its place was found.
    pub method: Method,
    /// How far the true place may be, in kilometres.
    pub uncertainty_km: Option<f64>,
}

/// A position that a text states by other places.
#[derive(Clone, Debug, PartialEq)]
pub struct Relation {
    /// The document.
    pub document: u32,
    /// The form of the phrase.
    pub kind: RelationKind,
    /// The phrase.
    pub phrase: String,
    /// The stated distance.
    pub distance_km: Option<f64>,
    /// The stated direction.
    pub bearing_deg: Option<f64>,
    /// Its best guess.
    pub location: LatLon,
    /// How far the truth may be from it.
    pub uncertainty_km: f64,
    /// Where it may be, as a closed ring.
    pub outline: Vec<[f64; 2]>,
    /// The place that lies there, if it is among the places.
    pub target: Option<u32>,
    /// What lies there, if the text names it.
    pub name: Option<String>,
    /// The places that the phrase starts from.
    pub anchors: Vec<Anchor>,
    /// Its sentence, and the bytes of the phrase in it.
    pub context: Option<(u32, Span)>,
}

/// A place that a phrase starts from.
#[derive(Clone, Debug, PartialEq)]
pub struct Anchor {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub location: LatLon,
    /// Its index, if it is among the places.
    pub place: Option<u32>,
}

/// What one place is told from others by: its id, or without one its name, and its position, since documents may have
/// been tagged with other gazetteers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    id: Result<String, String>,
    position: [u64; 2],
}

impl Key {
    fn of(mention: &PlaceMention) -> Self {
        let Place { id, name, .. } = &mention.place.about;
        let LatLon { lat, lon } = mention.place.location;
        Self {
            id: id.as_ref().map(ToString::to_string).ok_or_else(|| name.to_string()),
            position: [lat.to_bits(), lon.to_bits()],
        }
    }
}

/// How well a mention says what a place is: a name of its own before the name of its people, and then the surest.
fn standing(about: &Place) -> (bool, f64) {
    (about.method != Method::Demonym, about.confidence)
}

/// Collects articles.
pub struct Collector {
    filter: Filter,
    carry: Carry,
    collection: Collection,
    places: HashMap<Key, u32>,
    names: HashMap<String, u32>,
}

impl Collector {
    /// Begins to collect what a filter takes.
    pub fn new(filter: Filter) -> Self {
        Self::carrying(filter, Carry::None)
    }

    /// The same, with metadata of the documents.
    pub fn carrying(filter: Filter, carry: Carry) -> Self {
        let collection = Collection { carried: carry.fields(), ..Collection::default() };
        Self { filter, carry, collection, places: HashMap::new(), names: HashMap::new() }
    }

    /// Takes an article.
    pub fn add(&mut self, article: Article) {
        let counts = &mut self.collection.counts;
        counts.documents += 1;
        let date = article.date.as_deref().and_then(Period::parse);
        let unread = article.date.as_ref().is_some_and(|date| !date.trim().is_empty()) && date.is_none();
        counts.unread_dates += u64::from(unread);
        if let Some(date) = article.date.as_deref().filter(|_| unread)
            && self.collection.unread_dates.len() < UNREAD_DATES
        {
            let [document, date] = [&article.id, date].map(|text| shortened(text, QUOTED));
            self.collection.unread_dates.push(UnreadDate { document, date });
        }
        if !self.filter.takes_date(date) {
            match date {
                Some(_) => counts.out_of_range += 1,
                None => counts.undated += 1,
            }
            return;
        }
        counts.unplaced += article.unplaced as u64;
        let mut taken = Taken { sentences: vec![None; article.sentences.len()], places: Vec::new() };
        let document = self.collection.documents.len() as u32;
        let before = (self.collection.mentions.len(), self.collection.relations.len());
        for mention in &article.mentions {
            let place = self.filter.takes(mention).then(|| self.mention(document, mention, &article, &mut taken));
            self.collection.counts.filtered += u64::from(place.is_none());
            taken.places.push(place);
        }
        for relation in &article.relations {
            if self.takes_relation(relation, &article) {
                self.relation(document, relation, &article, &mut taken);
            }
        }
        if before == (self.collection.mentions.len(), self.collection.relations.len()) {
            return;
        }
        let [people, organisations] = [article.people, article.organisations]
            .map(|names| names.into_iter().map(|name| self.name(name)).collect());
        let Article { id, title, source, url, metadata, .. } = article;
        let url = url.filter(|url| is_link(url));
        let carried = self.carry.values(metadata, &mut self.collection.carried);
        self.collection.documents.push(Document { id, title, date, source, url, people, organisations, carried });
    }

    fn name(&mut self, name: String) -> u32 {
        let names = &mut self.collection.names;
        *self.names.entry(name).or_insert_with_key(|name| {
            names.push(name.clone());
            names.len() as u32 - 1
        })
    }

    fn mention(&mut self, document: u32, mention: &PlaceMention, article: &Article, taken: &mut Taken) -> u32 {
        let about = &mention.place.about;
        let places = &mut self.collection.places;
        let place = *self.places.entry(Key::of(mention)).or_insert_with(|| {
            let location = mention.place.location;
            places.push(CollectedPlace { about: about.clone(), location, mentions: 0, documents: Vec::new() });
            places.len() as u32 - 1
        });
        let there = &mut places[place as usize];
        there.mentions += 1;
        if standing(about) > standing(&there.about) {
            there.about = about.clone();
        }
        if there.documents.last() != Some(&document) {
            there.documents.push(document);
        }
        let context = self.context(mention.context, article, taken);
        self.collection.mentions.push(Mention {
            document,
            place,
            start: mention.start,
            end: mention.end,
            text: mention.text.as_str().into(),
            label: mention.label,
            score: mention.score,
            context,
            contained_in: mention.contained_in.as_deref().map(Into::into),
            entity: mention.entity,
            confidence: Some(about.confidence),
            method: about.method,
            uncertainty_km: Some(about.uncertainty_km),
        });
        place
    }

    /// A phrase counts for where it points to, for the names that it starts from, and for what it says lies there.
    fn takes_relation(&self, relation: &StatedPosition, article: &Article) -> bool {
        let filter = &self.filter;
        let named =
            || relation.anchors.iter().chain(&relation.target).filter_map(|&mention| article.mentions.get(mention));
        let sure = |mention: &PlaceMention| mention.place.about.confidence >= filter.min_confidence;
        let in_country = |mention: &PlaceMention| {
            let country = mention.place.about.country.as_ref();
            country.is_some_and(|country| filter.countries.iter().any(|wanted| **wanted == **country))
        };
        let labelled = |mention: &PlaceMention| filter.labels.contains(&mention.label);
        filter.takes_position(relation.location)
            && (filter.labels.is_empty() || named().any(labelled))
            && named().all(sure)
            && (filter.countries.is_empty() || named().any(in_country))
    }

    fn relation(&mut self, document: u32, relation: &StatedPosition, article: &Article, taken: &mut Taken) {
        let context = self.context(relation.context, article, taken);
        let place = |mention: usize| taken.places.get(mention).copied().flatten();
        let anchors = relation.anchors.iter().filter_map(|&at| article.mentions.get(at).map(|mention| (at, mention)));
        self.collection.relations.push(Relation {
            document,
            kind: relation.kind,
            phrase: relation.phrase.clone(),
            distance_km: relation.distance_km,
            bearing_deg: relation.bearing_deg,
            location: relation.location,
            uncertainty_km: relation.uncertainty_km,
            outline: relation.outline.clone(),
            target: relation.target.and_then(place),
            name: relation.name.clone(),
            anchors: anchors
                .map(|(at, mention)| Anchor {
                    name: mention.place.about.name.to_string(),
                    location: mention.place.location,
                    place: place(at),
                })
                .collect(),
            context,
        });
    }

    fn context(&mut self, context: Option<Context>, article: &Article, taken: &mut Taken) -> Option<(u32, Span)> {
        let Context { sentence, span } = context?;
        let sentences = &mut self.collection.sentences;
        let index = *taken.sentences[sentence].get_or_insert_with(|| {
            sentences.push(article.sentences[sentence].clone());
            sentences.len() as u32 - 1
        });
        Some((index, span))
    }

    /// What was collected: places in the order of their mentions, and of these, if so many are asked for, the first.
    pub fn finish(self) -> Collection {
        let Self { filter, mut collection, .. } = self;
        collection.carried = collection.carried.into_iter().map(CarriedField::finished).collect();
        let mut order: Vec<u32> = (0..collection.places.len() as u32).collect();
        order.sort_by(|&a, &b| {
            let [a, b] = [a, b].map(|place| &collection.places[place as usize]);
            let rest = || a.about.name.cmp(&b.about.name).then_with(|| a.about.id.cmp(&b.about.id));
            b.mentions.cmp(&a.mentions).then_with(|| b.documents.len().cmp(&a.documents.len())).then_with(rest)
        });
        order.truncate(filter.top.unwrap_or(usize::MAX));
        let mut moved: Vec<Option<u32>> = vec![None; collection.places.len()];
        for (new, &old) in (0..).zip(&order) {
            moved[old as usize] = Some(new);
        }
        let to = |place: u32| moved[place as usize];
        let before = collection.mentions.len();
        collection.places = order.iter().map(|&place| collection.places[place as usize].clone()).collect();
        collection.mentions.retain_mut(|mention| to(mention.place).map(|place| mention.place = place).is_some());
        collection.counts.filtered += (before - collection.mentions.len()) as u64;
        for relation in &mut collection.relations {
            relation.target = relation.target.and_then(to);
            relation.anchors.iter_mut().for_each(|anchor| anchor.place = anchor.place.and_then(to));
        }
        if filter.top.is_some() {
            let kept = |relation: &Relation| {
                relation.target.is_some() || relation.anchors.iter().any(|anchor| anchor.place.is_some())
            };
            collection.relations.retain(kept);
            collection.forget_unused();
        }
        collection
    }
}

/// What of an article is in the collection.
struct Taken {
    sentences: Vec<Option<u32>>,
    /// Of each mention, its place, if it was wanted.
    places: Vec<Option<u32>>,
}

impl Collection {
    /// Takes away documents and sentences that nothing stands in any more.
    fn forget_unused(&mut self) {
        let mentions = self.mentions.iter().map(|mention| (mention.document, mention.context));
        let relations = self.relations.iter().map(|relation| (relation.document, relation.context));
        let (mut documents, mut sentences) = (vec![false; self.documents.len()], vec![false; self.sentences.len()]);
        for (document, context) in mentions.chain(relations) {
            documents[document as usize] = true;
            if let Some((sentence, _)) = context {
                sentences[sentence as usize] = true;
            }
        }
        let documents = keep(&mut self.documents, &documents);
        let sentences = keep(&mut self.sentences, &sentences);
        let context = |context: &mut Option<(u32, Span)>| {
            if let Some((sentence, _)) = context {
                *sentence = sentences[*sentence as usize];
            }
        };
        for mention in &mut self.mentions {
            mention.document = documents[mention.document as usize];
            context(&mut mention.context);
        }
        for relation in &mut self.relations {
            relation.document = documents[relation.document as usize];
            context(&mut relation.context);
        }
        for place in &mut self.places {
            place.documents.iter_mut().for_each(|document| *document = documents[*document as usize]);
        }
    }

    /// So many mentions at most, of documents that are spread evenly over all, with what they share. Where these documents
    /// have fewer, others join them from the first on; of the last that has room, the first mentions are taken.
    pub fn spread(&self, mentions: usize) -> Self {
        let mut has = vec![0_usize; self.documents.len()];
        self.mentions.iter().for_each(|mention| has[mention.document as usize] += 1);
        let share = mentions as f64 / self.mentions.len().max(1) as f64;
        let before = |document: usize| (document as f64 * share).floor();
        let is_spread = |document: &usize| before(document + 1) > before(*document);
        let (mut taken, mut room) = (vec![0_usize; self.documents.len()], mentions);
        let spread = (0..self.documents.len()).filter(is_spread);
        for document in spread.chain((0..self.documents.len()).filter(|document| !is_spread(document))) {
            taken[document] = has[document].min(room);
            room -= taken[document];
        }
        let is_shown: Vec<bool> =
            (0..taken.len()).map(|document| taken[document] > 0 || is_spread(&document)).collect();
        let takes = |mention: &&Mention| {
            let left = &mut taken[mention.document as usize];
            *left > 0 && {
                *left -= 1;
                true
            }
        };
        let mentions = self.mentions.iter().filter(takes).cloned().collect();
        let relations =
            self.relations.iter().filter(|relation| is_shown[relation.document as usize]).cloned().collect();
        self.part(mentions, relations)
    }

    /// Some mentions and relations, in order, with what they share: places are counted anew.
    fn part(&self, mut mentions: Vec<Mention>, mut relations: Vec<Relation>) -> Self {
        let [mut named, mut documents, mut sentences] =
            [self.places.len(), self.documents.len(), self.sentences.len()].map(|length| vec![false; length]);
        mentions.iter().for_each(|mention| named[mention.place as usize] = true);
        let of_mentions = mentions.iter().map(|mention| (mention.document, mention.context));
        for (document, context) in
            of_mentions.chain(relations.iter().map(|relation| (relation.document, relation.context)))
        {
            documents[document as usize] = true;
            if let Some((sentence, _)) = context {
                sentences[sentence as usize] = true;
            }
        }
        let [place, document, sentence] = [&named, &documents, &sentences].map(|kept| moved(kept));
        let context = |context: Option<(u32, Span)>| context.map(|(at, span)| (sentence[at as usize], span));
        let mut places: Vec<CollectedPlace> = of(&self.places, &named)
            .map(|CollectedPlace { about, location, .. }| CollectedPlace {
                about: about.clone(),
                location: *location,
                mentions: 0,
                documents: Vec::new(),
            })
            .collect();
        for mention in &mut mentions {
            mention.place = place[mention.place as usize];
            mention.document = document[mention.document as usize];
            mention.context = context(mention.context);
            let place = &mut places[mention.place as usize];
            place.mentions += 1;
            if place.documents.last() != Some(&mention.document) {
                place.documents.push(mention.document);
            }
        }
        let to = |at: u32| named[at as usize].then(|| place[at as usize]);
        for relation in &mut relations {
            relation.document = document[relation.document as usize];
            relation.context = context(relation.context);
            relation.target = relation.target.and_then(to);
            relation.anchors.iter_mut().for_each(|anchor| anchor.place = anchor.place.and_then(to));
        }
        Self {
            unread_dates: Vec::new(),
            documents: of(&self.documents, &documents).cloned().collect(),
            places,
            mentions,
            sentences: of(&self.sentences, &sentences).cloned().collect(),
            relations,
            names: self.names.clone(),
            carried: self.carried.clone(),
            counts: self.counts,
        }
    }
}

/// The items that are kept.
fn of<'a, T>(items: &'a [T], kept: &'a [bool]) -> impl Iterator<Item = &'a T> {
    items.iter().zip(kept).filter(|(_, kept)| **kept).map(|(item, _)| item)
}

/// Where each item comes to lie if only some are kept.
fn moved(kept: &[bool]) -> Vec<u32> {
    let mut next = 0;
    let moved = kept.iter().map(|&kept| {
        let at = next;
        next += u32::from(kept);
        at
    });
    moved.collect()
}

/// Keeps some of the items, and gives where each came to lie.
fn keep<T>(items: &mut Vec<T>, kept: &[bool]) -> Vec<u32> {
    let mut flags = kept.iter();
    items.retain(|_| flags.next().copied().unwrap_or(false));
    moved(kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer::testing::{collected, corpus, document, place};

    fn named(collection: &Collection) -> Vec<(&str, u64, usize)> {
        let places = collection.places.iter();
        places.map(|place| (&*place.about.name, place.mentions, place.documents.len())).collect()
    }

    #[test]
    fn places_are_counted_over_documents_of_one_name() {
        let collection = collected(&corpus(), Filter::default());
        assert_eq!(
            named(&collection),
            [("Mosul", 3, 2), ("Apia", 1, 1), ("Iraq", 1, 1), ("Suva", 1, 1), ("al-Bir", 1, 1)]
        );
        // Both are called "a"; the third has no place.
        assert_eq!(collection.documents.len(), 2);
        assert_eq!((collection.counts.documents, collection.counts.unplaced), (3, 1));
        for mention in &collection.mentions {
            let (sentence, span) = mention.context.unwrap();
            assert_eq!(span.of(&collection.sentences[sentence as usize]), &*mention.text);
        }
        let relation = &collection.relations[0];
        assert_eq!(collection.places[relation.target.unwrap() as usize].about.name.as_ref(), "al-Bir");
        assert_eq!(relation.anchors[0].name, "Mosul");
        let people = &collection.documents[0].people;
        assert_eq!(collection.names[people[0] as usize], "Haider al-Abadi");
    }

    #[test]
    fn what_a_place_is_does_not_depend_on_the_order_of_documents() {
        let one = |id: &str, text: &str, method: &str, confidence: f64| {
            let mut there = place("geonames:2988507", "Paris", 48.85341, 2.3488, "FR", "PPLC");
            there["method"] = method.into();
            there["confidence"] = confidence.into();
            document(id, "2018", &[(text, "LOC", there)])
        };
        let mut documents = vec![
            one("a", "Parisian", "demonym", 0.99),
            one("b", "Paris", "gazetteer", 0.7),
            one("c", "Paris", "gazetteer", 0.8),
        ];
        for _ in 0..2 {
            let collection = collected(&documents, Filter::default());
            let about = &collection.places[0].about;
            assert_eq!((about.method, about.confidence), (Method::Gazetteer, 0.8));
            documents.reverse();
        }
    }

    #[test]
    fn a_part_is_spread_over_all_documents() {
        let documents = (0..100).map(|n| {
            let there = place(&format!("t:{n}"), "Ulm", 48.4, f64::from(n), "DE", "PPL");
            document(&n.to_string(), "2018", &[("Ulm", "LOC", there)])
        });
        let part = collected(&documents.collect::<Vec<_>>(), Filter::default()).spread(10);
        assert_eq!(
            (part.mentions.len(), part.documents.len(), part.places.len(), part.sentences.len()),
            (10, 10, 10, 10)
        );
        let ids: Vec<u32> = part.documents.iter().map(|document| document.id.parse().unwrap()).collect();
        assert!(ids[0] < 10 && ids[9] >= 90, "{ids:?}");
        for mention in &part.mentions {
            let there = &part.places[mention.place as usize];
            assert_eq!(
                there.about.id.as_deref(),
                Some(format!("t:{}", part.documents[mention.document as usize].id).as_str())
            );
            assert_eq!(there.documents, [mention.document]);
        }
    }

    #[test]
    fn a_part_has_so_many_mentions_whatever_the_documents_have() {
        let ulm = || ("Ulm", "LOC", place("t:1", "Ulm", 48.4, 10.0, "DE", "PPL"));
        let many = |id: &str, mentions: usize| document(id, "2018", &vec![ulm(); mentions]);
        // One document alone, a long one among short ones, and one that is passed over by an even spread.
        for documents in
            [vec![many("a", 100)], vec![many("a", 2), many("b", 200), many("c", 3)], vec![many("a", 7), many("b", 7)]]
        {
            let whole = collected(&documents, Filter::default());
            let part = whole.spread(10);
            assert_eq!(part.mentions.len(), 10);
            assert_eq!(part.places[0].mentions, 10);
            assert!(part.mentions.is_sorted_by_key(|mention| (mention.document, mention.start)));
        }
    }

    #[test]
    fn one_id_at_two_positions_is_two_places() {
        let at = |lat: f64| document("a", "2018", &[("Ulm", "LOC", place("t:1", "Ulm", lat, 10.0, "DE", "PPL"))]);
        assert_eq!(collected(&[at(48.4), at(48.5)], Filter::default()).places.len(), 2);
    }

    #[test]
    fn the_first_places_keep_their_documents_and_sentences() {
        let collection = collected(&corpus(), Filter { top: Some(1), ..Filter::default() });
        assert_eq!(named(&collection), [("Mosul", 3, 2)]);
        assert_eq!((collection.mentions.len(), collection.sentences.len(), collection.relations.len()), (3, 3, 1));
        assert_eq!(collection.relations[0].target, None);
        let collection = collected(&corpus(), Filter { top: Some(0), ..Filter::default() });
        assert!(collection.places.is_empty() && collection.documents.is_empty() && collection.relations.is_empty());
    }

    #[test]
    fn relations_count_for_the_countries_of_their_anchors() {
        let in_country = |code: &str| Filter { countries: vec![code.to_owned()], ..Filter::default() };
        assert_eq!(collected(&corpus(), in_country("IQ")).relations.len(), 1);
        assert_eq!(collected(&corpus(), in_country("FJ")).relations.len(), 0);
        let labelled = |label| Filter { labels: vec![label], ..Filter::default() };
        assert_eq!(collected(&corpus(), labelled(Label::Loc)).relations.len(), 1);
        assert_eq!(collected(&corpus(), labelled(Label::Per)).relations.len(), 0);
        assert_eq!(collected(&corpus(), Filter { min_confidence: 0.95, ..Filter::default() }).relations.len(), 0);
    }

    #[test]
    fn documents_without_a_date_are_left_out_of_ranges_and_counted() {
        let since = crate::date::Period::parse("2018").map(|period| period.first);
        let nowhere = document("x", "in spring", &[("Suva", "LOC", place("t:1", "Suva", -18.0, 178.0, "FJ", "PPL"))]);
        let collection = collected(&[corpus(), vec![nowhere]].concat(), Filter { since, ..Filter::default() });
        assert_eq!(collection.documents.len(), 2);
        assert_eq!((collection.counts.undated, collection.counts.unread_dates), (2, 1));
        assert_eq!(collection.unread_dates, [UnreadDate { document: "x".to_owned(), date: "in spring".to_owned() }]);
    }
}
