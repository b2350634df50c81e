//! Why places were chosen, as sentences: what `--explain` adds to what people read.

use std::collections::HashMap;

use super::{Annotation, Entity, ExplainedCandidate, Explanation, FeatureValue, Method, Place, Relation};
use crate::message::one_line;
use crate::resolve::words::{self, Words};

/// Candidates that are told of, at most.
const TOLD: usize = 3;

/// Reasons that are told, at most.
const REASONS: usize = 3;

/// A reason that moves a score by less is not told, and neither is one that has less than so large a part in it as the first.
const LEAST: f64 = 0.1;
const LEAST_PART: f64 = 0.2;

/// Characters between a name and what it is said to be in, at most.
const BESIDE: usize = 30;

/// A sentence for each name of a place, in the order of the text. A name that is said again for the same reasons is told once.
pub fn sentences(annotation: &Annotation) -> Vec<String> {
    let Some(explanations) = &annotation.explanations else { return Vec::new() };
    let weighed =
        explanations.iter().map(|explanation| (explanation.start, Told { annotation, explanation }.sentence()));
    let mut sentences: Vec<(usize, String)> = weighed.chain(corrected(annotation)).collect();
    sentences.sort_by_key(|(start, _)| *start);
    let mut told: Vec<String> = Vec::new();
    for (_, sentence) in sentences {
        if !told.contains(&sentence) {
            told.push(sentence);
        }
    }
    told
}

/// A sentence for each explanation of an annotation, in their order.
pub fn of_explanations(annotation: &Annotation) -> Vec<String> {
    let explanations = annotation.explanations.iter().flatten();
    explanations.map(|explanation| Told { annotation, explanation }.sentence()).collect()
}

/// What is said of names that were not weighed, since somebody has said what they mean.
fn corrected(annotation: &Annotation) -> impl Iterator<Item = (usize, String)> + '_ {
    let names = annotation.entities.iter().flat_map(|entity| {
        let inner = entity.contains.iter().map(|inner| (inner.start, &inner.text, &inner.place));
        std::iter::once((entity.start, &entity.text, &entity.place)).chain(inner)
    });
    names.filter_map(|(start, text, place)| {
        let place = place.as_ref().filter(|place| place.method == Method::Correction)?;
        Some((start, format!("{} is {}: a correction says so.", one_line(text), label(place))))
    })
}

struct Told<'a> {
    annotation: &'a Annotation,
    explanation: &'a Explanation,
}

/// Of which of two candidates something is said.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Subject {
    Best,
    Second,
}

impl Told<'_> {
    fn sentence(&self) -> String {
        let name = one_line(&self.explanation.text);
        let place = self.place();
        let candidates = &self.explanation.candidates;
        match (place, candidates.first()) {
            (Some(place), best) if best.is_none_or(|best| !best.place.is_same(place)) => {
                format!("{name} is {}: {}.", placed(place), self.words_of_position())
            }
            (Some(_), Some(best)) => format!("{name} is {}{}.", self.chosen(best), self.doubt(best)),
            (_, None) => format!("{name} is put nowhere: the gazetteer has no place of that name."),
            (None, Some(best)) => format!("{name} is put nowhere: {}.", self.unchosen(best)),
        }
    }

    fn entity(&self) -> Option<&Entity> {
        self.annotation.entities.get(self.explanation.entity)
    }

    /// The place that the name has in the end.
    fn place(&self) -> Option<&Place> {
        let entity = self.entity()?;
        let at = (self.explanation.start, self.explanation.end);
        if (entity.start, entity.end) == at && (entity.place.is_some() || entity.contains.is_empty()) {
            return entity.place.as_ref();
        }
        let inner = entity.contains.iter().find(|inner| (inner.start, inner.end) == at);
        inner.and_then(|inner| inner.place.as_ref())
    }

    /// What the text says of the position of a name that no candidate was taken for.
    fn words_of_position(&self) -> String {
        let of_this = |relation: &&Relation| relation.target == Some(self.explanation.entity);
        match self.annotation.relations.iter().find(of_this) {
            Some(relation) => {
                let anchors = relation.anchors.iter().filter_map(|&anchor| self.annotation.entities.get(anchor));
                let anchors: Vec<String> = anchors.map(|anchor| one_line(&anchor.text)).collect();
                format!("the text puts it there (\"{}\", {})", one_line(&relation.text), anchors.join(" and "))
            }
            None => "the text says elsewhere where it lies".to_owned(),
        }
    }

    /// The candidate that was chosen, why, and rather than which others.
    fn chosen(&self, best: &ExplainedCandidate) -> String {
        let mut told = self.likely(best);
        let others: Vec<&ExplainedCandidate> = self
            .explanation
            .candidates
            .iter()
            .skip(1)
            .take(TOLD - 1)
            .filter(|other| percent(other.probability) > 0)
            .collect();
        let Some(second) = self.explanation.candidates.get(1) else {
            return told + ": the gazetteer has no other place of that name";
        };
        let (pro, con) = contrast(best, second);
        let reasons: Vec<String> = pro
            .iter()
            .map(|&(subject, words)| match subject {
                Subject::Best => self.said(best, words).unwrap_or_else(|| format!("it {words}")),
                Subject::Second => format!("the other {words}"),
            })
            .collect();
        if !reasons.is_empty() {
            told += &format!(": {}", listed(&reasons));
        }
        let con = con.map(|(subject, words)| match subject {
            Subject::Second => format!(", which {words}"),
            Subject::Best => format!(", though the first {words}"),
        });
        match others.split_first() {
            None => told,
            Some((_, rest)) => {
                told += &format!("; rather than {}{}", self.likely(second), con.unwrap_or_default());
                told + &rest.iter().map(|other| format!(", or {}", self.likely(other))).collect::<String>()
            }
        }
    }

    /// What is said of a candidate that was chosen although none of them is likelier.
    fn doubt(&self, best: &ExplainedCandidate) -> String {
        let none = self.explanation.none.probability;
        if none <= best.probability {
            return String::new();
        }
        // A name that was recognised as a place keeps its best candidate, unless none of them is much likelier.
        format!(
            "; that it means none of these is likelier ({} %), but not by enough to leave out a place",
            percent(none)
        )
    }

    /// Why no candidate was chosen.
    fn unchosen(&self, best: &ExplainedCandidate) -> String {
        let none = &self.explanation.none;
        if none.probability < best.probability {
            // The best has to be far likelier then.
            let why = "the words beside it are of another kind of place";
            return format!("{why}; the most likely that bears its name is {}", self.likely(best));
        }
        let mut reasons: Vec<&FeatureValue> =
            none.features.iter().filter(|reason| reason.adds > LEAST && reason.feature != "always").collect();
        reasons.sort_by(|a, b| b.adds.total_cmp(&a.adds));
        let mut words: Vec<String> = Vec::new();
        for reason in reasons {
            let said = words::of_none(&reason.feature).map(|words| words.more.to_owned());
            words.extend(said.filter(|said| words.len() < REASONS && !words.contains(said)));
        }
        let none = format!("that none of its places is meant is more likely ({} %)", percent(none.probability));
        let since = if words.is_empty() { String::new() } else { format!(", since {}", listed(&words)) };
        format!("{none}{since}; the most likely of them is {}", self.likely(best))
    }

    /// A candidate with its probability; of two that would be called the same, what kind of place it is too.
    fn likely(&self, candidate: &ExplainedCandidate) -> String {
        let called = label(&candidate.place);
        let shown = self.explanation.candidates.iter().take(TOLD);
        let twins = shown.filter(|other| label(&other.place) == called).count();
        let kind = candidate.place.feature.as_deref().filter(|_| twins > 1).map(kind);
        let kind = kind.map_or(String::new(), |kind| format!(" ({kind})"));
        format!("{called}{kind} ({} %)", percent(candidate.probability))
    }

    /// What can be said more plainly with the text in hand: the name that stands beside it and holds it.
    fn said(&self, best: &ExplainedCandidate, words: &str) -> Option<String> {
        if words != words::IN_NAMED_CONTAINER {
            return None;
        }
        let Explanation { start, end, .. } = *self.explanation;
        let holds = |place: &Place| {
            let is_country = place.feature.as_deref().is_some_and(|feature| feature.starts_with("PCL"));
            best.place.admin1.as_ref() == Some(&place.name) || (is_country && place.country == best.place.country)
        };
        let beside = self.annotation.entities.iter().filter(|entity| entity.place.as_ref().is_some_and(holds));
        let behind = |entity: &Entity| entity.start >= end && entity.start - end <= BESIDE;
        let before = |entity: &Entity| entity.end <= start && start - entity.end <= BESIDE;
        let found = beside.clone().find(|&entity| behind(entity)).map(|entity| (entity, "behind"));
        let found = found.or_else(|| beside.clone().find(|&entity| before(entity)).map(|entity| (entity, "before")));
        found.map(|(entity, where_)| format!("\"{}\" stands {where_} it", one_line(&entity.text)))
    }
}

type Reason = (Subject, &'static str);

/// What decided between two candidates, the most important first, and what spoke most against that.
fn contrast(best: &ExplainedCandidate, second: &ExplainedCandidate) -> (Vec<Reason>, Option<Reason>) {
    let of = |candidate: &ExplainedCandidate| -> HashMap<String, (f64, f64)> {
        let values = candidate.features.iter();
        values.map(|reason| (reason.feature.clone(), (reason.value, reason.adds))).collect()
    };
    let (ours, theirs) = (of(best), of(second));
    let features = best.features.iter().chain(second.features.iter().filter(|r| !ours.contains_key(&r.feature)));
    let mut sums: Vec<(Reason, f64)> = Vec::new();
    for feature in features.map(|reason| &reason.feature) {
        let Some(Words { more, less }) = words::of_candidate(feature) else { continue };
        let (value, adds) = ours.get(feature).copied().unwrap_or_default();
        let (other_value, other_adds) = theirs.get(feature).copied().unwrap_or_default();
        let for_best = adds - other_adds;
        // Said of the one that has more of it; or else of the other, where that is what speaks for it.
        let (more_of_it, less_of_it) =
            if value >= other_value { (Subject::Best, Subject::Second) } else { (Subject::Second, Subject::Best) };
        let speaks_for = if for_best > 0.0 { Subject::Best } else { Subject::Second };
        let reason = match less {
            Some(less) if speaks_for == less_of_it => (less_of_it, less),
            _ => (more_of_it, more),
        };
        match sums.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, sum)) => *sum += for_best,
            None => sums.push((reason, for_best)),
        }
    }
    // Several features measure how well known a place is, and some take back what others give.
    let is_fame = |words: &str| words == words::WELL_KNOWN || words == words::LITTLE_KNOWN;
    let fame: f64 = sums.iter().filter(|((_, words), _)| is_fame(words)).map(|(_, sum)| sum).sum();
    sums.retain(|((_, words), _)| !is_fame(words));
    if fame != 0.0 {
        sums.push(((if fame > 0.0 { Subject::Best } else { Subject::Second }, words::WELL_KNOWN), fame));
    }
    // Equals keep the order of the features.
    sums.sort_by(|a, b| b.1.total_cmp(&a.1));
    let most = sums.first().map_or(0.0, |first| first.1);
    let pro = sums.iter().filter(|(_, sum)| *sum >= LEAST && *sum >= LEAST_PART * most);
    let con = sums.last().filter(|(_, sum)| *sum <= -2.0 * LEAST).map(|(reason, _)| *reason);
    let mut pro: Vec<Reason> = pro.take(REASONS).map(|(reason, _)| *reason).collect();
    // What is said of the other comes last, so that it is plain which one is meant.
    pro.sort_by_key(|(subject, _)| *subject == Subject::Second);
    (pro, con)
}

/// A place as people call it: "Paris, Texas, US".
fn label(place: &Place) -> String {
    let is_country = place.feature.as_deref().is_some_and(|feature| feature.starts_with("PCL"));
    let admin1 = place.admin1.as_ref().filter(|admin1| **admin1 != place.name && !is_country);
    let country = place.country.as_ref().filter(|_| !is_country);
    let parts = [Some(&place.name), admin1, country].into_iter().flatten().map(|part| one_line(part));
    parts.collect::<Vec<_>>().join(", ")
}

/// A place that no candidate was taken for: by its name in the gazetteer, or how far the truth may be.
fn placed(place: &Place) -> String {
    match place.id {
        Some(_) => format!("{} ({} %)", label(place), percent(place.confidence)),
        None => format!("at {:.2}, {:.2} (± {:.0} km)", place.lat, place.lon, place.uncertainty_km),
    }
}

/// What kind of place a feature code stands for.
fn kind(feature: &str) -> &'static str {
    match feature {
        "PPLX" => "a part of a town",
        "ADM1" => "a state or province",
        "ADM2" => "a county or district",
        _ if feature.starts_with("PPL") => "a town",
        _ if feature.starts_with("ADM") => "a division",
        _ if feature.starts_with("PCL") => "a country",
        _ if feature.starts_with("STM") => "a river",
        _ if feature.starts_with("LK") => "a lake",
        _ if feature.starts_with("ISL") => "an island",
        _ if feature.starts_with("MT") => "a mountain",
        _ if feature.starts_with("AIR") => "an airport",
        _ => "another kind of place",
    }
}

fn percent(probability: f64) -> u32 {
    (probability * 100.0).round() as u32
}

/// "a", "a and b", "a, b and c".
fn listed(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}
