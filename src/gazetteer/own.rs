//! Places that a user adds to a gazetteer and names that they take out of it, without building it again.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use super::file::GazetteerFile;
use super::index::{DivisionRow, NONE, Section};
use super::name::fold;
use super::place::{Candidate, CountryCode, Fold, GazetteerPlace, PlaceIndex};

/// What a user has added and taken out of a file, which is given to each function: always the same.
#[derive(Default)]
pub(super) struct Own {
    added: Option<Added>,
    /// Folded names that find nothing.
    ignored: HashSet<String>,
    /// Places that the user has taken out.
    hidden: HashSet<PlaceIndex>,
}

/// Places of the user's own. Their numbers follow those of the file.
struct Added {
    places: GazetteerFile,
    /// The first- and second-level divisions of each that the file has.
    divisions: Vec<[Option<PlaceIndex>; 2]>,
    /// Places of the file whose ids they have.
    replaced: HashSet<PlaceIndex>,
}

impl Own {
    /// Puts places on top of the file, instead of those that were added before.
    pub(super) fn add(&mut self, file: &GazetteerFile, places: GazetteerFile) {
        let replaced = places.places().filter_map(|place| file.by_id(&place.id.to_string())).collect();
        let known = divisions(file);
        let divisions = |place: GazetteerPlace<'_>| {
            let of = |admin2: &str| {
                let key = (place.country?, place.admin1_code?.to_owned(), admin2.to_owned());
                known.get(&key).copied()
            };
            [of(""), place.admin2_code.and_then(of)]
        };
        let divisions = places.places().map(divisions).collect();
        self.added = Some(Added { places, divisions, replaced });
    }

    /// From now on no name finds the place.
    pub(super) fn hide(&mut self, place: PlaceIndex) {
        self.hidden.insert(place);
    }

    /// From now on the name finds nothing, however it is written.
    pub(super) fn ignore(&mut self, name: &str) {
        self.ignored.insert(fold(name));
    }

    /// What a name finds in the file, with what it finds among the user's own and without what they have taken out.
    ///
    /// Neither is looked up unless it is needed.
    pub(super) fn on_top_of(
        &self,
        file: &GazetteerFile,
        name: &str,
        look_up: impl Fn(&GazetteerFile) -> Vec<Candidate>,
    ) -> Vec<Candidate> {
        if !self.ignored.is_empty() && self.ignored.contains(&fold(name)) {
            return Vec::new();
        }
        let mut found = look_up(file);
        if let Some(added) = &self.added {
            let lifted = |candidate: Candidate| Candidate { place: lift(file, candidate.place), ..candidate };
            let before = found.len();
            found.extend(look_up(&added.places).into_iter().map(lifted));
            if found.len() > before {
                let rank = |candidate: &Candidate| {
                    let place = self.get(file, candidate.place);
                    (candidate.fold, Reverse(place.map(|place| (place.priority, place.importance()))))
                };
                found.sort_by_cached_key(rank);
                // Each layer falls back on romanisations for itself, but they are for names that nothing closer is found for.
                if found.first().is_some_and(|best| best.fold < Fold::Transliterated) {
                    found.retain(|candidate| candidate.fold < Fold::Transliterated);
                }
            }
        }
        if self.added.is_some() || !self.hidden.is_empty() {
            found.retain(|candidate| !self.is_hidden(candidate.place));
        }
        found
    }

    /// A place by its number, be it of the file or of the user's own.
    pub(super) fn get<'a>(&'a self, file: &'a GazetteerFile, index: PlaceIndex) -> Option<GazetteerPlace<'a>> {
        let Some(local) = index.0.checked_sub(file.len()) else { return file.get(index) };
        let added = self.added.as_ref()?;
        let place = added.places.get(PlaceIndex(local))?;
        let lift = |place: PlaceIndex| lift(file, place);
        let [admin1, admin2] = added.divisions.get(local as usize).copied().unwrap_or_default();
        let (admin1, admin2) = (place.admin1.map(lift).or(admin1), place.admin2.map(lift).or(admin2));
        let country = place.country.and_then(|country| file.country(country));
        let parent = place.parent.map(lift).or(admin2).or(admin1).or(country).filter(|&parent| parent != index);
        Some(GazetteerPlace { index, admin1, admin2, parent, ..place })
    }

    /// The number of a place of the user's own by its id.
    pub(super) fn by_id(&self, file: &GazetteerFile, id: &str) -> Option<PlaceIndex> {
        Some(lift(file, self.added.as_ref()?.places.by_id(id)?))
    }

    /// How many places the user has added.
    pub(super) fn len(&self) -> usize {
        self.added.as_ref().map_or(0, |added| added.places.len() as usize)
    }

    /// Whether no name finds the place.
    pub(super) fn is_hidden(&self, place: PlaceIndex) -> bool {
        let replaced = self.added.as_ref().is_some_and(|added| added.replaced.contains(&place));
        replaced || self.hidden.contains(&place)
    }
}

/// The number of a place of the user's own behind those of the file.
fn lift(file: &GazetteerFile, place: PlaceIndex) -> PlaceIndex {
    PlaceIndex(place.0 + file.len())
}

/// The records of a file's divisions by country and codes; the second code is empty for first-level ones.
fn divisions(file: &GazetteerFile) -> HashMap<(CountryCode, String, String), PlaceIndex> {
    let mut known = HashMap::new();
    for row in file.index.rows::<DivisionRow>(Section::Divisions) {
        let (Some(country), Some(admin1)) = (CountryCode::new(row.country), file.index.string(row.admin1)) else {
            continue;
        };
        if row.admin1_place != NONE {
            known.insert((country, admin1.to_owned(), String::new()), PlaceIndex(row.admin1_place));
        }
        if let (Some(admin2), true) = (file.index.string(row.admin2), row.admin2_place != NONE) {
            known.insert((country, admin1.to_owned(), admin2.to_owned()), PlaceIndex(row.admin2_place));
        }
    }
    known
}

#[cfg(test)]
mod tests {
    use crate::gazetteer::build::PlaceInput;
    use crate::gazetteer::testing::{gazetteer, ten_places};
    use crate::gazetteer::{Candidate, Fold, Gazetteer, NameKind};
    use crate::geo::LatLon;

    fn found(gazetteer: &Gazetteer, name: &str) -> Vec<String> {
        let id = |candidate: Candidate| gazetteer.place(candidate.place).id.to_string();
        gazetteer.lookup(name).into_iter().map(id).collect()
    }

    #[test]
    fn own_places_stand_where_their_priority_puts_them() {
        let at = LatLon { lat: 36.1, lon: 43.2 };
        let checkpoint = PlaceInput::new("desk:1", "Checkpoint 9", at).with_name("Mosul", NameKind::Alternate);
        let first = PlaceInput { priority: Some(1), ..checkpoint.clone() };
        for (place, order) in [(checkpoint, ["geonames:99072", "desk:1"]), (first, ["desk:1", "geonames:99072"])] {
            let layered = gazetteer(ten_places()).with_places(gazetteer([place]));
            assert_eq!(found(&layered, "mosul"), order);
            assert_eq!(found(&layered, "checkpoint 9"), ["desk:1"]);
            assert_eq!(layered.lookup("checkpoint 9")[0].fold, Fold::Folded);
            assert_eq!(layered.place(layered.by_id("desk:1").unwrap()).location, at);
            assert_eq!((layered.len(), layered.places().count()), (11, 11));
        }
    }

    #[test]
    fn what_sounds_alike_stands_back_in_every_layer() {
        let at = LatLon { lat: 1.0, lon: 1.0 };
        let file = gazetteer(ten_places());
        assert_eq!(found(&file, "Mosull"), ["geonames:99072"]);
        assert_eq!(file.lookup("Mosull")[0].fold, Fold::Transliterated);
        let own = PlaceInput::new("desk:1", "Zanadu", at).with_name("Mosull", NameKind::Alternate);
        assert_eq!(found(&file.with_places(gazetteer([own])), "Mosull"), ["desk:1"]);
    }

    #[test]
    fn own_places_lie_in_the_divisions_of_the_file() {
        let file = gazetteer(ten_places());
        let mosul = file.place(file.by_id("geonames:99072").unwrap());
        let (admin1, country) = (mosul.admin1, mosul.country);
        let mut place = PlaceInput::new("desk:1", "Checkpoint 9", mosul.location);
        place.country = country;
        place.admin1 = mosul.admin1_code.map(str::to_owned);
        let layered = file.with_places(gazetteer([place]));
        let place = layered.place(layered.by_id("desk:1").unwrap());
        assert!(admin1.is_some() && place.admin1 == admin1 && place.parent == admin1);
    }

    #[test]
    fn an_own_place_takes_the_place_of_one_with_its_id() {
        let moved = LatLon { lat: 36.5, lon: 43.0 };
        let layered =
            gazetteer(ten_places()).with_places(gazetteer([PlaceInput::new("geonames:99072", "Mosul", moved)]));
        assert_eq!(found(&layered, "Mosul"), ["geonames:99072"]);
        assert_eq!(layered.place(layered.lookup("Mosul")[0].place).location, moved);
        assert_eq!(layered.place(layered.by_id("geonames:99072").unwrap()).location, moved);
        assert_eq!(layered.places().count(), 10);
        let again = layered.with_places(gazetteer([PlaceInput::new("desk:1", "Checkpoint 9", moved)]));
        assert_ne!(again.place(again.lookup("Mosul")[0].place).location, moved);
    }

    #[test]
    fn names_and_places_are_taken_out() {
        let layered = gazetteer(ten_places()).without(["MOSUL", "geonames:4250542"]);
        assert!(found(&layered, "Mosul").is_empty());
        assert!(!found(&layered, "al-Mawsil").is_empty());
        assert!(!found(&layered, "Springfield").contains(&"geonames:4250542".to_owned()));
    }
}
