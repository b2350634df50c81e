//! What speaks for the candidates of a name before anything is known of the other names of its document: what the gazetteer
//! says of each, and the words beside the name.

use std::hash::{DefaultHasher, Hash};
use std::rc::Rc;

use super::features::{Features, GROUPS, fame, group, intrinsic, is, is_container, is_division_around, lies_in};
use super::kinds;
use super::known::{Known, OnSphere};
use super::memo::Memo;
use super::names::Names;
use crate::gazetteer::{Candidate, FeatureClass, Fold, GazetteerPlace, NameKind};

/// Candidates of what a name is said to be in, or to hold, that are looked at.
const RELATED: usize = 40;

/// A town in which a place is said to be lies no farther from it, in kilometres.
const IN_TOWN: f64 = 50.0;

/// The difference in fame of a place that is half as famous.
const HALF: f64 = 0.125;

/// What a type word says of the mentions that it doesn't stand beside: "Washington state" is not all that a document may mean
/// by Washington.
const ELSEWHERE: f64 = 0.4;

/// The inhabitants of a capital that is known by its name alone.
const KNOWN_CAPITAL: f64 = 100_000.0;

/// Candidates that are remembered with what speaks for them, about: each takes a kilobyte.
pub const REMEMBERED: usize = 16_000;

/// The candidates of a name as it is written, with what speaks for each wherever it stands.
pub struct Form<'g> {
    /// The candidates, in the order of the gazetteer.
    pub known: Vec<Known<'g>>,
    /// What speaks for each.
    pub features: Vec<Features>,
}

/// What a form is told from others by: the candidates, as they are shared among the toponyms of a document, and the letters of
/// the name. The toponyms are borrowed as long as keys are compared, so that no address is used anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FormKey<'t> {
    candidates: *const Candidate,
    name: &'t str,
}

/// The forms of the names of a document. Each is made when it is asked for, and forgotten where they are too many.
pub struct Forms<'a, 'g> {
    names: &'a Names<'a, 'g>,
    known: Memo<FormKey<'a>, Form<'g>>,
}

impl<'a, 'g> Forms<'a, 'g> {
    /// Those of these names.
    pub fn new(names: &'a Names<'a, 'g>) -> Self {
        Self { names, known: Memo::new(REMEMBERED) }
    }

    /// What the form of a toponym is told from others by.
    pub fn key(&self, n: usize) -> FormKey<'a> {
        let toponym = &self.names.toponyms[n];
        FormKey { candidates: toponym.candidates.as_ptr(), name: toponym.span.of(self.names.text) }
    }

    /// The form of a toponym.
    pub fn get(&mut self, n: usize) -> Rc<Form<'g>> {
        let (names, key) = (self.names, self.key(n));
        self.known.get(&key, || {
            let form = Form::of(names, n);
            let weight = 1 + form.known.len();
            (form, weight)
        })
    }

    /// The toponym from whose words those of `n` are taken: the first of its name, where what is said beside both is the
    /// same, or else itself.
    pub fn speaker(&self, n: usize) -> usize {
        let context = self.names.context;
        let first = context.toponyms_of(context.name(n))[0];
        let toponyms = self.names.toponyms;
        let same_words = context.outer(first) == context.outer(n)
            && context.inner(first) == context.inner(n)
            && context.type_word(first) == context.type_word(n)
            && context.own_type_word(first) == context.own_type_word(n)
            && toponyms[first].candidates == toponyms[n].candidates;
        if same_words { first } else { n }
    }

    /// What the words beside a toponym are told from others by: where that is equal, and the form is too, they say the same.
    pub fn hash_words(&self, n: usize, state: &mut DefaultHasher) {
        let context = self.names.context;
        for around in [context.outer(n), context.inner(n)] {
            around.len().hash(state);
            around.iter().for_each(|&other| self.names.toponyms[other].candidates.as_ptr().hash(state));
        }
        context.type_word(n).hash(state);
        context.own_type_word(n).hash(state);
        context.hash_siblings(n, state);
        (context.is_listed_outer(n), context.has_article(n)).hash(state);
        (context.is_called_capital(n), context.is_dateline(n)).hash(state);
    }

    /// Adds what the words beside a toponym say of each of its candidates.
    pub fn add_words(&self, n: usize, form: &Form<'_>, features: &mut [Features]) {
        let (names, context) = (self.names, self.names.context);
        let related = |others: &[usize]| {
            let candidates = others.iter().flat_map(|&other| names.toponyms[other].candidates.iter());
            candidates.filter_map(|candidate| names.gazetteer.get(candidate.place)).collect::<Vec<_>>()
        };
        let around = related(context.outer(n));
        let outer: Vec<&GazetteerPlace<'_>> = around.iter().filter(|place| is_container(place)).take(RELATED).collect();
        let towns: Vec<&GazetteerPlace<'_>> =
            around.iter().filter(|place| place.class == FeatureClass::Populated).take(RELATED).collect();
        let inner = related(context.inner(n));
        let said = context.type_word(n);
        let own_said = context.own_type_word(n);
        let siblings: Vec<f64> = form.known.iter().map(|known| context.siblings(n, &known.place)).collect();
        let most_siblings = siblings.iter().copied().fold(0.0, f64::max);
        let listed = is(context.is_listed_outer(n));
        let article = is(context.has_article(n));
        for ((known, features), siblings) in form.known.iter().zip(features.iter_mut()).zip(siblings) {
            let place = &known.place;
            let in_town = |town: &&GazetteerPlace<'_>| {
                town.index != place.index && OnSphere::new(town.location).distance(known.at) < IN_TOWN
            };
            let contained = is(outer.iter().any(|outer| lies_in(place, outer)));
            let takes_article = is(kinds::takes_article(place));
            let holds = is_container(place) && inner.iter().take(RELATED).any(|inner| lies_in(inner, place));
            *features = Features {
                article: article * takes_article,
                other_article: article * (1.0 - takes_article),
                called_capital: is(context.is_called_capital(n) && matches!(place.feature, "PPLC" | "PPLA")),
                dateline_town: is(context.is_dateline(n) && place.class == FeatureClass::Populated),
                siblings,
                other_siblings: most_siblings - siblings,
                in_named_container: contained * (1.0 - listed),
                in_listed_container: contained * listed,
                in_named_town: is(towns.iter().any(in_town)),
                holds_named_place: is(holds),
                type_word: if own_said.is_some() { 1.0 } else { ELSEWHERE }
                    * is(said.is_some_and(|said| kinds::fits(&said.word, place))),
                other_type_word: is(own_said.is_some_and(|said| kinds::contradicts(&said.word, said.follows, place))),
                ..*features
            };
        }
        if features.iter().any(|features| features.in_named_container > 0.0) {
            for features in features {
                features.in_other_container = 1.0 - features.in_named_container;
            }
        }
    }
}

impl<'g> Form<'g> {
    /// The form of a toponym, with what its name and its candidates say.
    fn of(names: &Names<'_, 'g>, n: usize) -> Self {
        let toponym = &names.toponyms[n];
        let known = |&candidate: &Candidate| {
            let place = names.gazetteer.get(candidate.place)?;
            Some(Known { candidate, place, at: OnSphere::new(place.location) })
        };
        let own: Vec<Known<'g>> = toponym.candidates.iter().filter_map(known).collect();
        let strictly = own.iter().any(|known| known.candidate.fold <= Fold::Folded);
        let importance = |known: &Known<'_>| f64::from(known.place.importance().max(1));
        let most = own.iter().map(importance).fold(1.0, f64::max);
        let rivals = own.iter().filter(|known| importance(known) * 10.0 >= most).count();
        let capital = own.iter().any(|known| {
            known.place.feature == "PPLC" && known.candidate.fold <= Fold::Folded && importance(known) >= KNOWN_CAPITAL
        });
        let own_noun = kinds::head_noun(toponym.span.of(names.text));
        let is_named_so = |place: &GazetteerPlace<'_>| own_noun.as_ref().is_some_and(|noun| kinds::fits(noun, place));
        let named_so = own.iter().any(|known| known.candidate.fold <= Fold::Folded && is_named_so(&known.place));
        let most_famous = own.iter().map(|known| fame(&known.place)).fold(0.0, f64::max);
        let mut of_group = [0; GROUPS];
        own.iter().for_each(|known| of_group[group(&known.place)] += 1);
        let in_use = |known: &Known<'_>| !matches!(known.candidate.kind, NameKind::Historic | NameKind::Unknown);
        let borne_today = own.iter().any(|known| known.candidate.fold <= Fold::Folded && in_use(known));
        let features = |(order, known): (usize, &Known<'_>)| {
            let place = &known.place;
            let namesake = |around: bool| {
                own.iter().take(RELATED).any(|other| {
                    other.candidate.fold <= known.candidate.fold
                        && if around {
                            is_division_around(&other.place, place)
                        } else {
                            is_division_around(place, &other.place)
                        }
                })
            };
            let relative = importance(known) / most;
            let historic = is(known.candidate.kind == NameKind::Historic);
            let own_fame = fame(place);
            let rivalled =
                own.iter().any(|other| other.place.index != place.index && fame(&other.place) > own_fame - HALF);
            let town = own
                .iter()
                .take(RELATED)
                .filter(|town| town.candidate.fold <= known.candidate.fold && is_division_around(place, &town.place));
            let town = town.filter_map(|town| town.place.population).max().unwrap_or(0);
            Features {
                needless_liberty: is(strictly && known.candidate.fold > Fold::Folded),
                relative_fame: own_fame - most_famous,
                outshines: is(own_fame > 0.0 && !rivalled),
                alone_of_kind: is(of_group[group(place)] == 1),
                outshone_by_town: (town as f64 / 1e6).ln().clamp(0.0, 3.0),
                historic_in_old_text: historic * names.age,
                historic_rival: historic * is(borne_today),
                head_noun: is(is_named_so(place)),
                other_head_noun: is(named_so && !is_named_so(place)),
                relative_importance: relative.ln() / 10.0,
                unrivalled: is(rivals == 1 && relative >= 1.0),
                unique: is(own.len() == 1),
                rank: (1.0 + order as f64).ln(),
                has_namesake_town: is(matches!(place.feature, "ADM1" | "ADM2") && namesake(false)),
                has_namesake_division: is(place.class == FeatureClass::Populated && namesake(true)),
                has_namesake_capital: is(matches!(place.feature, "ADM1" | "ADM2") && capital && !namesake(false)),
                near_publisher: names.publisher.nearness(place.location),
                publisher_country: is(names.publisher.is_in(place.country)),
                ..intrinsic(known.candidate, place)
            }
        };
        let features = own.iter().enumerate().map(features).collect();
        Self { known: own, features }
    }
}
