//! Scores the candidates of all names of a document together.
//!
//! First every name is scored for itself, by what the gazetteer and the words beside it say. Then it is scored again
//! with what the other names say of their surroundings, each as far as it is sure; and once more, since what was sure
//! only with the help of others now helps in its turn.
//!
//! Names of which the same is known are scored once. What is kept of the candidates of a name is their order and their
//! probabilities; the features of each are made anew for every round. So the memory that a document takes follows its names, and
//! not all the places that they may mean with all that speaks for each.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Index;
use std::rc::Rc;
use std::sync::Arc;

use super::coherence::{Coherence, Reading};
use super::features::{Features, NoneFeatures, group, is_country, lies_in};
use super::memo::Memo;
use super::names::Names;
use super::none::NoneReader;
use super::outcome::{Facts, Method, ResolvedPlace};
use super::positions::Positions;
use super::ranker::{Ranker, Weights, probabilities};
use super::said::{Form, FormKey, Forms, REMEMBERED};
use super::toponym::Role;
use crate::gazetteer::{Candidate, Gazetteer, GazetteerPlace};

/// How often names are scored with the coherence of the others.
const ROUNDS: usize = 2;

/// Others of a list that are looked at.
const LISTED: usize = 16;

/// Candidates of a name whose probabilities are kept: those of the others are next to nothing.
const KEPT: usize = 32;

/// What was recognised as the name of a place or a people is put where it may be, its confidence says how surely: a reader can
/// leave out what is unsure, but not find what was left out.
const LEAN: f64 = 0.4;

/// The same where a word beside the name says that the candidate is of another kind: what is called a state is no town.
const CONTRADICTED: f64 = 4.0;

/// A candidate with its probability.
#[derive(Clone, Copy, Debug)]
pub struct Scored {
    /// The candidate.
    pub candidate: Candidate,
    /// How probable it is.
    pub probability: f64,
}

impl Scored {
    /// Its place.
    pub fn place<'g>(&self, gazetteer: &'g Gazetteer) -> Option<GazetteerPlace<'g>> {
        gazetteer.get(self.candidate.place)
    }

    /// Its place, as sure as it is probable.
    pub fn to_place(&self, facts: &mut Facts<'_>) -> Option<ResolvedPlace> {
        facts.place(self.candidate.place, self.probability, Method::of(self.candidate))
    }
}

/// A name's candidates, scored.
#[derive(Clone, Debug, Default)]
pub struct Ranked {
    candidates: Arc<[Candidate]>,
    /// The candidates by falling probability, as their places among them.
    order: Box<[u32]>,
    /// The probabilities of the first of these.
    probabilities: Box<[f64]>,
    /// The probability of none of them.
    none: f64,
    /// How probable the best must be to be taken, in parts of the probability of none.
    lean: f64,
    /// What was weighed, if that was to be kept.
    grounds: Option<Box<Grounds>>,
}

/// What was weighed.
#[derive(Clone, Debug, PartialEq)]
pub struct Grounds {
    /// What speaks for each candidate, the most probable first.
    pub candidates: Vec<Features>,
    /// What speaks for none of them.
    pub none: NoneFeatures,
}

impl Ranked {
    /// How many candidates there are.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// All candidates, the most probable first.
    pub fn candidates(&self) -> impl Iterator<Item = Candidate> {
        self.order.iter().map(|&n| self.candidates[n as usize])
    }

    /// The most probable candidates with their probabilities, the best first.
    pub fn scored(&self) -> impl Iterator<Item = Scored> {
        let scored = |(candidate, &probability)| Scored { candidate, probability };
        self.candidates().zip(&self.probabilities).map(scored)
    }

    /// The best candidate, unless "none of these" is more probable: much more, for what was recognised as a place or a people.
    pub fn best(&self) -> Option<Scored> {
        self.scored().next().filter(|best| best.probability >= self.lean * self.none)
    }

    /// How probable none of them is.
    pub fn none(&self) -> f64 {
        self.none
    }

    /// What was weighed; `None` unless it was to be kept.
    pub fn grounds(&self) -> Option<&Grounds> {
        self.grounds.as_deref()
    }
}

/// The candidates of all toponyms of a document, scored: once for those that are weighed alike.
#[derive(Clone, Debug, Default)]
pub struct Ranking {
    /// What each toponym is weighed as.
    case_of: Vec<u32>,
    cases: Vec<Case>,
    ranked: Vec<Ranked>,
}

/// Toponyms of which the same is known.
#[derive(Clone, Copy, Debug)]
struct Case {
    /// The first of them.
    toponym: usize,
    /// The toponym whose words are taken for theirs.
    speaker: usize,
    /// The score of none of the candidates by itself, and among the others.
    none: [f64; 2],
}

impl Ranking {
    /// How many toponyms there are.
    pub fn len(&self) -> usize {
        self.case_of.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.case_of.is_empty()
    }

    /// The candidates of each toponym.
    pub fn iter(&self) -> impl Iterator<Item = &Ranked> {
        self.case_of.iter().map(|&case| &self.ranked[case as usize])
    }

    /// What a toponym is weighed as: those of the same number are scored alike.
    pub fn case(&self, toponym: usize) -> usize {
        self.case_of[toponym] as usize
    }

    /// The candidates of what toponyms are weighed as, in the order of these numbers.
    pub fn cases(&self) -> impl Iterator<Item = &Ranked> {
        self.ranked.iter()
    }
}

impl Index<usize> for Ranking {
    type Output = Ranked;

    fn index(&self, toponym: usize) -> &Ranked {
        &self.ranked[self.case(toponym)]
    }
}

/// Works out how well candidates agree with the positions that the text states, from what its names were taken for.
pub type Stated<'a> = &'a dyn Fn(&Ranking) -> Positions;

/// Scores the names of a document.
pub struct Scoring<'a, 'g> {
    names: &'a Names<'a, 'g>,
    ranker: &'a Ranker,
    /// Whether what was weighed is kept at the end.
    keep_grounds: bool,
    forms: RefCell<Forms<'a, 'g>>,
    none: NoneReader<'a, 'g>,
}

impl<'a, 'g> Scoring<'a, 'g> {
    /// For these names. `keep_grounds`: whether what was weighed is kept at the end.
    pub fn new(names: &'a Names<'a, 'g>, ranker: &'a Ranker, keep_grounds: bool) -> Self {
        let forms = RefCell::new(Forms::new(names));
        Self { names, ranker, keep_grounds, forms, none: NoneReader::new(names) }
    }

    /// Scores every name alone.
    pub fn alone(&self) -> Ranking {
        let mut numbers = Numbers::default();
        let mut ranking = Ranking::default();
        for n in 0..self.names.toponyms.len() {
            let features = self.none.features(n, &self.form(n).known);
            let weights = [&self.ranker.local, &self.ranker.collective];
            let none = weights
                .map(|weights| if self.names.certain { f64::NEG_INFINITY } else { weights.none_score(&features) });
            let speaker = self.forms.borrow().speaker(n);
            let case = numbers.number(|state| {
                let forms = self.forms.borrow();
                forms.key(speaker).hash(state);
                forms.hash_words(speaker, state);
                features.values().map(f64::to_bits).hash(state);
                self.is_place(n).hash(state);
            });
            ranking.case_of.push(case);
            if case as usize == ranking.cases.len() {
                ranking.cases.push(Case { toponym: n, speaker, none });
            }
        }
        for case in &ranking.cases {
            let form = self.form(case.speaker);
            let mut features = form.features.clone();
            self.forms.borrow().add_words(case.speaker, &form, &mut features);
            ranking.ranked.push(self.ranked(case, features, &self.ranker.local, case.none[0], false));
        }
        ranking
    }

    /// Scores every name with what the others say, from what each was taken for alone.
    pub fn together(&self, alone: Ranking, stated: Stated<'_>) -> Ranking {
        (1..=ROUNDS).fold(alone, |before, round| self.again(&before, stated, round == ROUNDS))
    }

    fn again(&self, before: &Ranking, stated: Stated<'_>, last: bool) -> Ranking {
        let coherence = coherence(self.names, before);
        let positions = stated(before);
        // What the other names say of a name's candidates is the same wherever it stands, but for those beside it.
        let mut coherent: Memo<FormKey<'a>, Vec<Features>> = Memo::new(REMEMBERED);
        let mut numbers = Numbers::default();
        let mut ranking = Ranking::default();
        for n in 0..self.names.toponyms.len() {
            let case = numbers.number(|state| {
                before.case(n).hash(state);
                self.beside(n, &coherence).for_each(|name| name.hash(state));
                usize::MAX.hash(state);
                self.names.context.list(n).take(LISTED).for_each(|other| before.case(other).hash(state));
            });
            ranking.case_of.push(case);
            if (case as usize) < ranking.cases.len() {
                continue;
            }
            let case = Case { toponym: n, ..before.cases[before.case(n)] };
            let form = self.form(case.speaker);
            let mut features = self.coherent(&case, &form, &coherence, &mut coherent).to_vec();
            self.forms.borrow().add_words(case.speaker, &form, &mut features);
            self.add_others(&case, &form, before, &coherence, &positions, &mut features);
            ranking.cases.push(case);
            let weights = &self.ranker.collective;
            ranking.ranked.push(self.ranked(&case, features, weights, case.none[1], last && self.keep_grounds));
        }
        ranking
    }

    /// The features of a form with what all names of the document say of it.
    fn coherent(
        &self,
        case: &Case,
        form: &Form<'_>,
        coherence: &Coherence,
        known: &mut Memo<FormKey<'a>, Vec<Features>>,
    ) -> Rc<Vec<Features>> {
        let name = self.names.context.name(case.toponym);
        known.get(&self.forms.borrow().key(case.speaker), || {
            let with = |(known, &features)| coherence.features(name, known, features);
            let features: Vec<Features> = form.known.iter().zip(&form.features).map(with).collect();
            let weight = 1 + features.len();
            (features, weight)
        })
    }

    /// Adds what the names say that stand beside a name or in a list with it, and the positions that the text states.
    fn add_others(
        &self,
        case: &Case,
        form: &Form<'_>,
        before: &Ranking,
        coherence: &Coherence,
        positions: &Positions,
        features: &mut [Features],
    ) {
        let names = self.names;
        let name = names.context.name(case.toponym);
        let beside: Vec<usize> = self.beside(case.toponym, coherence).collect();
        let listed: Vec<Option<(GazetteerPlace<'_>, f64)>> = names
            .context
            .list(case.toponym)
            .take(LISTED)
            .map(|other| {
                let first = before[other].scored().next()?;
                Some((first.place(names.gazetteer)?, first.probability))
            })
            .collect();
        for (known, features) in form.known.iter().zip(features) {
            let with_list = with_list(&known.place, &listed, *features);
            let stated_position = positions.agreement(name, known.place.index);
            *features = Features { stated_position, ..coherence.with_beside(known.at, &beside, with_list) };
        }
    }

    /// The names beside a toponym that are known to be somewhere.
    fn beside(&self, n: usize, coherence: &Coherence) -> impl Iterator<Item = usize> {
        let name = self.names.context.name(n);
        self.names.context.neighbours(n).filter(move |&other| other != name && coherence.is_landmark(other))
    }

    fn form(&self, n: usize) -> Rc<Form<'g>> {
        self.forms.borrow_mut().get(n)
    }

    /// Whether a toponym was recognised as a place or a people.
    fn is_place(&self, n: usize) -> bool {
        matches!(self.names.toponyms[n].role, Role::Place | Role::People)
    }

    fn ranked(&self, case: &Case, features: Vec<Features>, weights: &Weights, none: f64, keep_grounds: bool) -> Ranked {
        let scores: Vec<f64> = features.iter().map(|features| weights.score(features)).collect();
        let probabilities = probabilities(&scores, none);
        let mut order: Vec<u32> = (0..).take(features.len()).collect();
        // Equals stay in the order of the gazetteer.
        order.sort_by(|&a, &b| probabilities[b as usize].total_cmp(&probabilities[a as usize]));
        let best = order.first().map(|&best| features[best as usize]);
        let is_contradicted = best.is_some_and(|best| best.other_type_word > 0.0);
        let lean = if self.is_place(case.toponym) { LEAN } else { 1.0 };
        let grounds = keep_grounds.then(|| {
            Box::new(Grounds {
                candidates: order.iter().map(|&n| features[n as usize]).collect(),
                none: self.none.features(case.toponym, &self.form(case.toponym).known),
            })
        });
        let kept = if keep_grounds { order.len() } else { KEPT };
        Ranked {
            candidates: Arc::clone(&self.names.toponyms[case.speaker].candidates),
            probabilities: order.iter().take(kept).map(|&n| probabilities[n as usize]).collect(),
            none: 1.0 - probabilities.iter().sum::<f64>(),
            order: order.into(),
            lean: if is_contradicted { CONTRADICTED } else { lean },
            grounds,
        }
    }
}

/// Gives equal things the same number, from 0.
#[derive(Default)]
struct Numbers(HashMap<u128, u32>);

impl Numbers {
    /// The number of a thing by what it is told from others by. That is kept as 128 bits of a hash, since there may be
    /// hundreds of thousands: no two of them are the same by chance, nor can two be found that are.
    fn number(&mut self, tell: impl Fn(&mut DefaultHasher)) -> u32 {
        let half = |salt: u8| {
            let mut hasher = DefaultHasher::new();
            salt.hash(&mut hasher);
            tell(&mut hasher);
            u128::from(hasher.finish())
        };
        let next = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        *self.0.entry(half(0) << 64 | half(1)).or_insert(next)
    }
}

/// What the others of a list say of a candidate: each with the place that it was taken for.
fn with_list(place: &GazetteerPlace<'_>, listed: &[Option<(GazetteerPlace<'_>, f64)>], features: Features) -> Features {
    if listed.is_empty() {
        return features;
    }
    let share = |is_company: &dyn Fn(&GazetteerPlace<'_>) -> bool| {
        let company = listed.iter().flatten().filter(|(other, _)| other.index != place.index);
        let company = company.filter(|(other, _)| is_company(other));
        company.map(|(_, probability)| probability).sum::<f64>() / listed.len() as f64
    };
    let country = |company: &GazetteerPlace<'_>| {
        !is_country(company) && place.country.is_some() && company.country == place.country
    };
    // A state is no company of a town in it, and no reason to look for the town there.
    let division = |company: &GazetteerPlace<'_>| {
        place.admin1.is_some() && company.admin1 == place.admin1 && !lies_in(place, company)
    };
    Features {
        list_kind: share(&|company| group(company) == group(place)),
        list_holder: share(&|company| lies_in(place, company)),
        list_company: if is_country(place) { share(&is_country) } else { share(&country) },
        list_division: if is_country(place) { 0.0 } else { share(&division) },
        ..features
    }
}

/// What all names say together: each by the toponym of it that is surest.
fn coherence<'g>(names: &Names<'_, 'g>, ranking: &Ranking) -> Coherence {
    let context = names.context;
    let readings = (0..context.names()).map(|name| {
        let sure = |n: &usize| ranking[*n].scored().next().map_or(0.0, |best| best.probability);
        let surest =
            context.toponyms_of(name).iter().copied().max_by(|a, b| sure(a).total_cmp(&sure(b)).then(b.cmp(a)));
        let scored = surest.map(|n| ranking[n].scored().take(8)).into_iter().flatten();
        let reading = |scored: Scored| {
            Some(Reading { name, place: scored.place(names.gazetteer)?, probability: scored.probability })
        };
        scored.filter_map(reading).collect::<Vec<_>>()
    });
    Coherence::new(readings)
}
