//! Scores the candidates of all names of a document together.
//!
//! First every name is scored for itself, by what the gazetteer and the words beside it say. Then it is scored again
//! with what the other names say of their surroundings, each as far as it is sure; and once more, since what was sure
//! only with the help of others now helps in its turn.

use super::coherence::{Coherence, OnSphere, Reading};
use super::context::Context;
use super::features::{
    Features, GROUPS, NoneFeatures, fame, group, intrinsic, is, is_container, is_country, is_division_around, lies_in,
};
use super::kinds;
use super::outcome::{Method, ResolvedPlace};
use super::positions::Positions;
use super::publisher::Publisher;
use super::ranker::{Ranker, Weights, probabilities};
use super::relative::vague::without_direction;
use super::toponym::{Role, Toponym};
use crate::document::Span;
use crate::gazetteer::{Candidate, FeatureClass, Fold, Gazetteer, GazetteerPlace, NameKind};
use crate::mention::{Label, Mention};

/// How often names are scored with the coherence of the others.
const ROUNDS: usize = 2;

/// Candidates of what a name is said to be in, or to hold, or to stand in a list with, that are looked at.
const RELATED: usize = 40;

/// Others of a list that are looked at.
const LISTED: usize = 16;

/// A town in which a place is said to be lies no farther from it, in kilometres.
const IN_TOWN: f64 = 50.0;

/// The difference in fame of a place that is half as famous.
const HALF: f64 = 0.125;

/// What a type word says of the mentions that it doesn't stand beside: "Washington state" is not all that a document may mean
/// by Washington.
const ELSEWHERE: f64 = 0.4;

/// The inhabitants of a capital that is known by its name alone.
const KNOWN_CAPITAL: f64 = 100_000.0;

/// A candidate with what it is.
#[derive(Clone, Copy, Debug)]
pub struct Known<'g> {
    /// The candidate.
    pub candidate: Candidate,
    /// Its place.
    pub place: GazetteerPlace<'g>,
    at: OnSphere,
}

/// A toponym's candidates, scored.
#[derive(Clone, Debug, Default)]
pub struct Ranked<'g> {
    /// The candidates, the most probable first.
    pub candidates: Vec<Scored<'g>>,
    /// What speaks for none of them.
    pub none: NoneFeatures,
    /// How probable the best must be to be taken, in parts of the probability of none.
    lean: f64,
}

/// What was recognised as the name of a place or a people is put where it may be, its confidence says how surely: a reader can
/// leave out what is unsure, but not find what was left out.
const LEAN: f64 = 0.4;

/// The same where a word beside the name says that the candidate is of another kind: what is called a state is no town.
const CONTRADICTED: f64 = 4.0;

/// A candidate with what speaks for it.
#[derive(Clone, Copy, Debug)]
pub struct Scored<'g> {
    /// The candidate.
    pub candidate: Candidate,
    /// Its place.
    pub place: GazetteerPlace<'g>,
    /// What speaks for it.
    pub features: Features,
    /// How probable it is.
    pub probability: f64,
}

impl Scored<'_> {
    /// Its place, as sure as it is probable.
    pub fn to_place(&self, gazetteer: &Gazetteer) -> ResolvedPlace {
        ResolvedPlace::of(&self.place, self.probability, Method::of(self.candidate), gazetteer)
    }
}

impl<'g> Ranked<'g> {
    /// The best candidate, unless "none of these" is more probable: much more, for what was recognised as a place or a people.
    pub fn best(&self) -> Option<&Scored<'g>> {
        let none = 1.0 - self.candidates.iter().map(|scored| scored.probability).sum::<f64>();
        let lean = |best: &Scored<'_>| if best.features.other_type_word > 0.0 { CONTRADICTED } else { self.lean };
        self.candidates.first().filter(|best| best.probability >= lean(best) * none)
    }
}

/// What is scored, and where it stands.
pub struct Names<'a, 'g> {
    /// The text.
    pub text: &'a str,
    /// Its mentions.
    pub mentions: &'a [Mention],
    /// The names of places among them.
    pub toponyms: &'a [Toponym],
    /// What is said beside them.
    pub context: &'a Context,
    /// Where it was published, as far as it is known.
    pub publisher: &'a Publisher,
    /// How surely the text is from a time in which places went by other names.
    pub age: f64,
    /// Where the places are.
    pub gazetteer: &'g Gazetteer,
    /// Whether the names are known to be those of places: then "none of these" is no answer.
    pub certain: bool,
}

/// Works out how well candidates agree with the positions that the text states, from what its names were taken for.
pub type Stated<'a> = &'a dyn Fn(&[Ranked<'_>]) -> Positions;

/// Scores every name alone.
pub fn score_locally<'g>(names: &Names<'_, 'g>, ranker: &Ranker) -> Vec<Ranked<'g>> {
    let known = known(names);
    let said = said(names, &known);
    let none = none_features(names, &known);
    let rank = |n: usize| {
        let features = known[n].iter().zip(&said[n]).map(|(known, features)| (*known, *features));
        ranked(features, none[n], &ranker.local, names.certain, names.toponyms[n].role)
    };
    (0..names.toponyms.len()).map(rank).collect()
}

/// Scores every name with what the others say, from what each was taken for alone.
pub fn score_collectively<'g>(
    names: &Names<'_, 'g>,
    alone: Vec<Ranked<'g>>,
    ranker: &Ranker,
    stated: Stated<'_>,
) -> Vec<Ranked<'g>> {
    (0..ROUNDS).fold(alone, |before, _| score_again(names, &before, ranker, stated))
}

fn score_again<'g>(
    names: &Names<'_, 'g>,
    before: &[Ranked<'g>],
    ranker: &Ranker,
    stated: Stated<'_>,
) -> Vec<Ranked<'g>> {
    let coherence = coherence(names.context, before);
    let positions = stated(before);
    // The coherence of a name's candidates is the same wherever the name stands beside the same names.
    let rank = |(n, old): (usize, &Ranked<'g>)| {
        let name = names.context.name(n);
        let beside = names.context.neighbours(n);
        let listed: Vec<Option<&Scored<'_>>> =
            names.context.list(n).take(LISTED).map(|other| before[other].candidates.first()).collect();
        let features = old.candidates.iter().map(|scored| {
            let Scored { candidate, place, features, .. } = *scored;
            let at = OnSphere::new(place.location);
            let features = Features {
                stated_position: positions.agreement(name, place.index),
                ..with_list(&place, &listed, features)
            };
            let features = coherence.features(name, &place, at, &beside, features);
            (Known { candidate, place, at }, features)
        });
        ranked(features, old.none, &ranker.collective, names.certain, names.toponyms[n].role)
    };
    before.iter().enumerate().map(rank).collect()
}

fn ranked<'g>(
    features: impl Iterator<Item = (Known<'g>, Features)>,
    none: NoneFeatures,
    weights: &Weights,
    certain: bool,
    role: Role,
) -> Ranked<'g> {
    let features: Vec<(Known<'g>, Features)> = features.collect();
    let scores: Vec<f64> = features.iter().map(|(_, features)| weights.score(features)).collect();
    let none_score = if certain { f64::NEG_INFINITY } else { weights.none_score(&none) };
    let scored = features.into_iter().zip(probabilities(&scores, none_score));
    let mut candidates: Vec<Scored<'g>> = scored
        .map(|((known, features), probability)| Scored {
            candidate: known.candidate,
            place: known.place,
            features,
            probability,
        })
        .collect();
    // Equals stand in the order of their ranks by the gazetteer, whatever they were taken for before.
    candidates
        .sort_by(|a, b| b.probability.total_cmp(&a.probability).then(a.features.rank.total_cmp(&b.features.rank)));
    Ranked { candidates, none, lean: if matches!(role, Role::Place | Role::People) { LEAN } else { 1.0 } }
}

/// The places of the candidates of each toponym.
fn known<'g>(names: &Names<'_, 'g>) -> Vec<Vec<Known<'g>>> {
    let known = |&candidate: &Candidate| {
        let place = names.gazetteer.get(candidate.place)?;
        Some(Known { candidate, place, at: OnSphere::new(place.location) })
    };
    let mut found: Vec<Vec<Known<'g>>> = Vec::with_capacity(names.toponyms.len());
    for (n, toponym) in names.toponyms.iter().enumerate() {
        // Names are repeated, and their candidates with them.
        let first = names.context.toponyms_of(names.context.name(n))[0];
        let repeated = first < n && names.toponyms[first].candidates == toponym.candidates;
        found.push(if repeated { found[first].clone() } else { toponym.candidates.iter().filter_map(known).collect() });
    }
    found
}

/// What each candidate's name and the words beside it say.
fn said(names: &Names<'_, '_>, known: &[Vec<Known<'_>>]) -> Vec<Vec<Features>> {
    let mut found: Vec<Vec<Features>> = Vec::with_capacity(known.len());
    for n in 0..known.len() {
        let (context, name) = (names.context, names.context.name(n));
        let first = context.toponyms_of(name)[0];
        let same_words = |a: usize, b: usize| {
            context.outer(a) == context.outer(b)
                && context.inner(a) == context.inner(b)
                && context.type_word(a) == context.type_word(b)
                && context.own_type_word(a) == context.own_type_word(b)
                && names.toponyms[a].candidates == names.toponyms[b].candidates
        };
        found.push(if first < n && same_words(first, n) { found[first].clone() } else { said_of(names, known, n) });
    }
    found
}

fn said_of(names: &Names<'_, '_>, known: &[Vec<Known<'_>>], n: usize) -> Vec<Features> {
    let context = names.context;
    let related = |others: &[usize]| {
        let places = others.iter().flat_map(|&other| &known[other]);
        places.map(|known| known.place).collect::<Vec<_>>()
    };
    let around = related(context.outer(n));
    let outer: Vec<&GazetteerPlace<'_>> = around.iter().filter(|place| is_container(place)).take(RELATED).collect();
    let towns: Vec<&GazetteerPlace<'_>> =
        around.iter().filter(|place| place.class == FeatureClass::Populated).take(RELATED).collect();
    let inner = related(context.inner(n));
    let own = &known[n];
    let strictly = own.iter().any(|known| known.candidate.fold <= Fold::Folded);
    let importance = |known: &Known<'_>| f64::from(known.place.importance().max(1));
    let most = own.iter().map(importance).fold(1.0, f64::max);
    let rivals = own.iter().filter(|known| importance(known) * 10.0 >= most).count();
    let capital = own.iter().any(|known| {
        known.place.feature == "PPLC" && known.candidate.fold <= Fold::Folded && importance(known) >= KNOWN_CAPITAL
    });
    let said = context.type_word(n);
    let own_said = context.own_type_word(n);
    let own_noun = kinds::head_noun(names.toponyms[n].span.of(names.text));
    let is_named_so = |place: &GazetteerPlace<'_>| own_noun.as_ref().is_some_and(|noun| kinds::fits(noun, place));
    let named_so = own.iter().any(|known| known.candidate.fold <= Fold::Folded && is_named_so(&known.place));
    let most_famous = own.iter().map(|known| fame(&known.place)).fold(0.0, f64::max);
    let mut of_group = [0; GROUPS];
    own.iter().for_each(|known| of_group[group(&known.place)] += 1);
    let in_use = |known: &Known<'_>| !matches!(known.candidate.kind, NameKind::Historic | NameKind::Unknown);
    let borne_today = own.iter().any(|known| known.candidate.fold <= Fold::Folded && in_use(known));
    let siblings: Vec<f64> = own.iter().map(|known| context.siblings(n, &known.place)).collect();
    let most_siblings = siblings.iter().copied().fold(0.0, f64::max);
    let mut found: Vec<Features> = Vec::with_capacity(own.len());
    for (order, known) in own.iter().enumerate() {
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
        let in_town = |town: &&GazetteerPlace<'_>| {
            town.index != place.index && OnSphere::new(town.location).distance(known.at) < IN_TOWN
        };
        let historic = is(known.candidate.kind == NameKind::Historic);
        let own_fame = fame(place);
        let rivalled = own.iter().any(|other| other.place.index != place.index && fame(&other.place) > own_fame - HALF);
        let town = own
            .iter()
            .take(RELATED)
            .filter(|town| town.candidate.fold <= known.candidate.fold && is_division_around(place, &town.place));
        let town = town.filter_map(|town| town.place.population).max().unwrap_or(0);
        let contained = is(outer.iter().any(|outer| lies_in(place, outer)));
        let listed = is(context.is_listed_outer(n));
        let article = is(context.has_article(n));
        let takes_article = is(kinds::takes_article(place));
        let holds = is_container(place) && inner.iter().take(RELATED).any(|inner| lies_in(inner, place));
        found.push(Features {
            needless_liberty: is(strictly && known.candidate.fold > Fold::Folded),
            relative_fame: own_fame - most_famous,
            outshines: is(own_fame > 0.0 && !rivalled),
            alone_of_kind: is(of_group[group(place)] == 1),
            outshone_by_town: (town as f64 / 1e6).ln().clamp(0.0, 3.0),
            historic_in_old_text: historic * names.age,
            historic_rival: historic * is(borne_today),
            head_noun: is(is_named_so(place)),
            other_head_noun: is(named_so && !is_named_so(place)),
            article: article * takes_article,
            other_article: article * (1.0 - takes_article),
            called_capital: is(context.is_called_capital(n) && matches!(place.feature, "PPLC" | "PPLA")),
            dateline_town: is(context.is_dateline(n) && place.class == FeatureClass::Populated),
            siblings: siblings[order],
            other_siblings: most_siblings - siblings[order],
            relative_importance: relative.ln() / 10.0,
            unrivalled: is(rivals == 1 && relative >= 1.0),
            unique: is(own.len() == 1),
            rank: (1.0 + order as f64).ln(),
            has_namesake_town: is(matches!(place.feature, "ADM1" | "ADM2") && namesake(false)),
            has_namesake_division: is(place.class == FeatureClass::Populated && namesake(true)),
            has_namesake_capital: is(matches!(place.feature, "ADM1" | "ADM2") && capital && !namesake(false)),
            in_named_container: contained * (1.0 - listed),
            in_listed_container: contained * listed,
            in_named_town: is(towns.iter().any(in_town)),
            holds_named_place: is(holds),
            type_word: if own_said.is_some() { 1.0 } else { ELSEWHERE }
                * is(said.is_some_and(|said| kinds::fits(&said.word, place))),
            other_type_word: is(own_said.is_some_and(|said| kinds::contradicts(&said.word, said.follows, place))),
            near_publisher: names.publisher.nearness(place.location),
            publisher_country: is(names.publisher.is_in(place.country)),
            ..intrinsic(known.candidate, place)
        });
    }
    if found.iter().any(|features| features.in_named_container > 0.0) {
        for features in &mut found {
            features.in_other_container = 1.0 - features.in_named_container;
        }
    }
    found
}

/// What the others of a list say of a candidate.
fn with_list(place: &GazetteerPlace<'_>, listed: &[Option<&Scored<'_>>], features: Features) -> Features {
    if listed.is_empty() {
        return features;
    }
    let share = |is_company: &dyn Fn(&GazetteerPlace<'_>) -> bool| {
        let company = listed.iter().flatten().filter(|other| other.place.index != place.index);
        let company = company.filter(|other| is_company(&other.place));
        company.map(|other| other.probability).sum::<f64>() / listed.len() as f64
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
fn coherence(context: &Context, ranked: &[Ranked<'_>]) -> Coherence {
    let names = (0..context.names()).map(|name| {
        let sure = |n: &usize| ranked[*n].candidates.first().map_or(0.0, |best| best.probability);
        let surest =
            context.toponyms_of(name).iter().copied().max_by(|a, b| sure(a).total_cmp(&sure(b)).then(b.cmp(a)));
        let readings = surest.map_or(&[][..], |n| &ranked[n].candidates).iter().take(8);
        readings
            .map(|scored| Reading { name, place: scored.place, probability: scored.probability })
            .collect::<Vec<_>>()
    });
    Coherence::new(names)
}

/// What speaks for none of the candidates of each toponym.
fn none_features(names: &Names<'_, '_>, known: &[Vec<Known<'_>>]) -> Vec<NoneFeatures> {
    let persons = persons(names.text, names.mentions);
    let one = |(n, toponym): (usize, &Toponym)| {
        let mention = &names.mentions[toponym.mention];
        let name = toponym.span.of(names.text);
        let (before, after) = around(names.text, mention.span, toponym.span);
        let importance = known[n].iter().map(|known| known.place.importance()).max().unwrap_or(1);
        let strictly = known[n].iter().filter(|known| known.candidate.fold <= Fold::Folded);
        let best_known = strictly.map(|known| known.place.importance()).max().unwrap_or(1);
        let is_within = toponym.role == Role::Within;
        let is_place = is(toponym.role == Role::Place);
        let exactly = || known[n].iter().filter(|known| known.candidate.fold <= Fold::Folded);
        let noun = kinds::head_noun(name);
        let settled =
            |known: &Known<'_>| matches!(known.place.class, FeatureClass::Populated | FeatureClass::Administrative);
        // "northern Iraq" is Iraq, with a word before it that is no part of the name.
        let part_of = without_direction(name).is_some();
        NoneFeatures {
            always: 1.0,
            within: is(is_within),
            organisation: is(toponym.role == Role::Organisation),
            people: is(toponym.role == Role::People),
            unsure: 1.0 - f64::from(mention.score),
            importance: f64::from(importance.max(1)).ln() / 10.0,
            well_known: is(toponym.role == Role::Place) * well_known(best_known),
            famous: is_place * exactly().map(|known| fame(&known.place)).fold(0.0, f64::max),
            long_name: is_place * is(name.trim().contains(char::is_whitespace) && exactly().next().is_some()),
            unique: is_place * is(exactly().count() == 1),
            head_noun: is_place * is(noun.is_some_and(|noun| exactly().any(|known| kinds::fits(&noun, &known.place)))),
            only_natural: is_place * is(exactly().next().is_some() && !exactly().any(settled)),
            old_text: is_place * names.age * is(exactly().any(|known| known.candidate.kind == NameKind::Historic)),
            only_loosely: is(!part_of && !known[n].iter().any(|known| known.candidate.fold <= Fold::Folded)),
            one_word: is(!name.trim().contains(char::is_whitespace)),
            lower_case: is(!part_of && !name.starts_with(char::is_uppercase)),
            before_civic_word: is(is_within && CIVIC.contains(&&*after)),
            after_of: is(is_within && matches!(&*before, "of" | "at" | "for" | "in")),
            begins_name: is(is_within && toponym.span.start == mention.span.start),
            ends_name: is(is_within && toponym.span.end == mention.span.end),
            before_street_word: is(STREETS.contains(&&*after)),
            person_namesake: is(persons.contains(name)),
            repeated: is(names.context.toponyms_of(names.context.name(n)).len() > 1),
        }
    };
    names.toponyms.iter().enumerate().map(one).collect()
}

/// How well known a place of such an importance is, in 0..=1.
fn well_known(importance: u32) -> f64 {
    let (little, much) = (15_000_f64.ln(), 300_000_f64.ln());
    ((f64::from(importance.max(1)).ln() - little) / (much - little)).clamp(0.0, 1.0)
}

/// The last words of the names of persons.
fn persons<'t>(text: &'t str, mentions: &[Mention]) -> std::collections::HashSet<&'t str> {
    let persons = mentions.iter().filter(|mention| mention.label == Label::Per);
    persons.filter_map(|mention| mention.span.of(text).split_whitespace().next_back()).collect()
}

/// The words next to a toponym, in lower case, within its mention or beside it.
fn around(text: &str, mention: Span, toponym: Span) -> (String, String) {
    let before = text[mention.start..toponym.start].split_whitespace().next_back().unwrap_or_default();
    let rest = &text[toponym.end..];
    let rest = &rest[..rest.floor_char_boundary(40)];
    let after = rest.split(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty()).unwrap_or_default();
    (before.to_lowercase(), after.to_lowercase())
}

/// Words for public bodies and offices, which bear the name of where they are.
const CIVIC: [&str; 50] = [
    "county",
    "city",
    "town",
    "township",
    "state",
    "police",
    "sheriff",
    "fire",
    "department",
    "school",
    "schools",
    "high",
    "elementary",
    "middle",
    "university",
    "college",
    "council",
    "board",
    "commission",
    "court",
    "hospital",
    "medical",
    "airport",
    "jail",
    "library",
    "chamber",
    "district",
    "parish",
    "public",
    "community",
    "regional",
    "municipal",
    "area",
    "supreme",
    "house",
    "senate",
    "legislature",
    "government",
    "ministry",
    "parliament",
    "national",
    "foreign",
    "interior",
    "army",
    "embassy",
    "general",
    "attorney",
    "highway",
    "water",
    "health",
];

/// Words for streets.
const STREETS: [&str; 22] = [
    "street",
    "st",
    "road",
    "rd",
    "avenue",
    "ave",
    "drive",
    "dr",
    "lane",
    "boulevard",
    "blvd",
    "highway",
    "parkway",
    "court",
    "place",
    "square",
    "terrace",
    "way",
    "pike",
    "crescent",
    "close",
    "trail",
];
