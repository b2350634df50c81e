//! The figures over what became of toponyms.

use serde::Serialize;

use super::matching::{Found, Outcome, matches};
use crate::eval::calibration::Judged;
use crate::eval::ner::Counts;
use crate::eval::toponyms::Toponym;
use crate::geo::Kilometers;
use crate::rounding::rounded;

/// Half the circumference of the earth, by which the logarithms of errors are divided: the error of a toponym without a
/// place where all are averaged.
pub const FARTHEST: Kilometers = Kilometers(20_039.0);

/// Everything counted over some toponyms.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// All toponyms, linked or not, against everything that was found.
    pub recognition: Counts,
    /// What became of the linked ones.
    pub outcomes: Vec<Outcome>,
}

/// The tallies of a corpus, with and without demonyms.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tallies {
    /// All toponyms.
    pub all: Tally,
    /// Those that are names of places.
    pub names: Tally,
    /// Those that are words for the people of a place.
    pub demonyms: Tally,
    /// The confidence of each place that belongs to a linked toponym, and whether it is right: near, or an area that
    /// reaches as far as the linked point. Two sources put the middle of Canada at quite different points of it, and a
    /// tagger that is sure of Canada is no worse for it.
    pub judged: Vec<Judged>,
}

impl Tallies {
    /// Counts an article, and gives what became of each toponym: the found place that belongs to it, and if it is linked
    /// the outcome.
    pub fn add<'f>(
        &mut self,
        toponyms: &[Toponym],
        found: &'f [Found],
        is_demonym: impl Fn(&str) -> bool,
    ) -> Vec<(Option<&'f Found>, Option<Outcome>)> {
        for found in found {
            self.both(is_demonym(&found.phrase), |tally| tally.recognition.found += 1);
        }
        let judge = |(toponym, belonging): (&Toponym, Option<usize>)| {
            let belonging = belonging.map(|n| &found[n]);
            let outcome = toponym.place.as_ref().map(|gold| Outcome::of(gold, belonging));
            self.both(is_demonym(&toponym.phrase), |tally| {
                tally.recognition.gold += 1;
                tally.recognition.right += usize::from(belonging.is_some());
                tally.outcomes.extend(outcome);
            });
            let place = belonging.and_then(|found| found.place.as_ref());
            if let (Some(outcome), Some(confidence)) = (outcome, place.and_then(|place| place.confidence)) {
                let right = outcome.is_near() || matches!(outcome, Outcome::InArea(_));
                self.judged.push(Judged { score: confidence as f32, right });
            }
            (belonging, outcome)
        };
        toponyms.iter().zip(matches(toponyms, found)).map(judge).collect()
    }

    /// Counts in the tally of all, and in that of the kind.
    fn both(&mut self, demonym: bool, count: impl Fn(&mut Tally)) {
        count(&mut self.all);
        count(if demonym { &mut self.demonyms } else { &mut self.names });
    }
}

impl Tally {
    /// The figures over what was counted.
    pub fn figures(&self) -> Figures {
        let placed = self.outcomes.iter().filter_map(|outcome| match outcome {
            Outcome::Placed(apart) | Outcome::InArea(apart) => Some(apart.0),
            _ => None,
        });
        let mut placed: Vec<f64> = placed.collect();
        placed.sort_by(f64::total_cmp);
        let mut all = placed.clone();
        all.resize(self.outcomes.len(), FARTHEST.0);
        all.sort_by(f64::total_cmp);
        Figures {
            recognition: Some(self.recognition),
            linked: self.outcomes.len(),
            recognised: self.outcomes.iter().filter(|outcome| **outcome != Outcome::NotRecognised).count(),
            near: self.outcomes.iter().filter(|outcome| outcome.is_near()).count(),
            in_area: self.outcomes.iter().filter(|outcome| matches!(outcome, Outcome::InArea(_))).count(),
            errors: Errors::of(&all),
            errors_placed: Errors::of(&placed),
        }
    }
}

/// The figures over some toponyms.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    /// All toponyms, linked or not, against everything that was found: a toponym is right if something belongs to it.
    /// `None` where the spans were given.
    pub recognition: Option<Counts>,
    /// How many toponyms are linked.
    pub linked: usize,
    /// How many of the linked were found in the text.
    pub recognised: usize,
    /// How many of the linked were put within 161 km of the corpus's point.
    pub near: usize,
    /// How many more were put in an area that reaches as far as the corpus's point.
    pub in_area: usize,
    /// The errors of all linked; [`FARTHEST`] for those that were put nowhere.
    pub errors: Option<Errors>,
    /// The errors of those that were put somewhere.
    pub errors_placed: Option<Errors>,
}

impl Figures {
    /// The share of the linked that was found in the text, in percent.
    pub fn recall_of_linked(&self) -> f64 {
        percent(self.recognised, self.linked)
    }

    /// The share of the linked that was found and put within 161 km, in percent. Where the spans are those of the corpus,
    /// this is the accuracy at 161 km.
    pub fn found_and_near(&self) -> f64 {
        percent(self.near, self.linked)
    }

    /// The share of the linked that was put farther off, but in an area that reaches as far, in percent.
    pub fn in_own_area(&self) -> f64 {
        percent(self.in_area, self.linked)
    }

    /// Of the linked that were found, the share that was put within 161 km, in percent.
    pub fn near_of_recognised(&self) -> f64 {
        percent(self.near, self.recognised)
    }
}

fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { 100.0 * part as f64 / whole as f64 }
}

impl Serialize for Figures {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Json<'a> {
            #[serde(skip_serializing_if = "Option::is_none")]
            recognition: Option<Counts>,
            linked: usize,
            recognised: usize,
            recall_of_linked: f64,
            near: usize,
            found_and_near: f64,
            in_area: usize,
            in_own_area: f64,
            near_of_recognised: f64,
            errors: &'a Option<Errors>,
            errors_placed: &'a Option<Errors>,
        }
        let json = Json {
            recognition: self.recognition,
            linked: self.linked,
            recognised: self.recognised,
            recall_of_linked: rounded(self.recall_of_linked(), 2),
            near: self.near,
            found_and_near: rounded(self.found_and_near(), 2),
            in_area: self.in_area,
            in_own_area: rounded(self.in_own_area(), 2),
            near_of_recognised: rounded(self.near_of_recognised(), 2),
            errors: &self.errors,
            errors_placed: &self.errors_placed,
        };
        json.serialize(serializer)
    }
}

/// How far places were put from where they are.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Errors {
    /// How many there are.
    pub count: usize,
    /// Their mean.
    pub mean_km: f64,
    /// Their median.
    pub median_km: f64,
    /// The area under their sorted logarithms, from 0 (all at the point) to 1 (all on the other side of the globe).
    pub auc: f64,
}

impl Errors {
    /// Of sorted errors in kilometres; `None` if there are none.
    ///
    /// The area is that of Gritta et al. 2018, "What's missing in geographical parsing?": under the trapezoids of the
    /// sorted ln(1 + km), divided by ln(20039) and the number of trapezoids.
    fn of(sorted: &[f64]) -> Option<Self> {
        let count = sorted.len();
        let (first, last) = (sorted.first()?, sorted.last()?);
        let log = |km: &f64| (1.0 + km).ln() / FARTHEST.0.ln();
        let area = match count {
            1 => log(first),
            _ => (sorted.iter().map(log).sum::<f64>() - (log(first) + log(last)) / 2.0) / (count - 1) as f64,
        };
        Some(Self {
            count,
            mean_km: rounded(sorted.iter().sum::<f64>() / count as f64, 1),
            median_km: rounded((sorted[(count - 1) / 2] + sorted[count / 2]) / 2.0, 1),
            auc: rounded(area, 4),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::matching::is_demonym;
    use super::super::testing::{MOSUL, OSLO, at, toponym};
    use super::*;
    use crate::gazetteer::testing;
    use crate::geo::LatLon;

    #[test]
    fn figures_over_all_linked_and_over_those_placed() {
        let gold = [
            toponym("Mosul", 0, Some(MOSUL)),
            toponym("Mosul", 100, Some(MOSUL)),
            toponym("Mosul", 200, Some(MOSUL)),
            toponym("Mosul", 300, Some(MOSUL)),
            toponym("Mosul", 400, None),
        ];
        let near = LatLon { lat: 37.0, ..MOSUL };
        let found = [
            at("Mosul", 0, Some(near)),
            at("Mosul", 100, Some(OSLO)),
            at("Mosul", 200, None),
            at("Mosul", 400, Some(MOSUL)),
            at("Ulm", 500, Some(MOSUL)),
        ];
        let mut tallies = Tallies::default();
        let outcomes = tallies.add(&gold, &found, |_| false);
        assert!(outcomes[0].1.unwrap().is_near() && !outcomes[1].1.unwrap().is_near());
        assert_eq!((outcomes[2].1, outcomes[3].1), (Some(Outcome::NoPlace), Some(Outcome::NotRecognised)));
        assert_eq!((outcomes[4].0.is_some(), outcomes[4].1), (true, None));
        let figures = tallies.all.figures();
        assert_eq!(figures.recognition, Some(Counts { gold: 5, found: 5, right: 4 }));
        assert_eq!((figures.linked, figures.recognised, figures.near), (4, 3, 1));
        assert_eq!((figures.found_and_near(), figures.recall_of_linked()), (25.0, 75.0));
        let (all, placed) = (figures.errors.unwrap(), figures.errors_placed.unwrap());
        assert_eq!((all.count, placed.count), (4, 2));
        let apart = [near, OSLO].map(|found| found.distance(MOSUL).0);
        assert!((placed.mean_km - (apart[0] + apart[1]) / 2.0).abs() < 0.1, "{placed:?}");
        assert!((all.median_km - (apart[1] + FARTHEST.0) / 2.0).abs() < 0.1, "{all:?}");
        let judged: Vec<_> = tallies.judged.iter().map(|judged| judged.right).collect();
        assert_eq!(judged, [true, false]);
    }

    #[test]
    fn areas_that_reach_the_point_are_counted_apart() {
        let far = LatLon { lat: MOSUL.lat - 3.0, ..MOSUL };
        let reaching = |radius_km| {
            let mut found = at("Mosul", 0, Some(far));
            found.place.as_mut().unwrap().radius_km = radius_km;
            let mut tallies = Tallies::default();
            tallies.add(&[toponym("Mosul", 0, Some(MOSUL))], &[found], |_| false);
            let figures = tallies.all.figures();
            (figures.near, figures.in_area, figures.errors_placed.unwrap().count, tallies.judged[0].right)
        };
        assert_eq!(
            [Some(400.0), Some(300.0), None].map(reaching),
            [(0, 1, 1, true), (0, 0, 1, false), (0, 0, 1, false)]
        );
    }

    #[test]
    fn demonyms_are_counted_apart() {
        let gazetteer = testing::gazetteer(testing::ten_places());
        let demonym = |phrase: &str| is_demonym(phrase, &gazetteer);
        assert_eq!(["Iraqi", "IRAQIS", "Iraq", "Nowhere"].map(demonym), [true, true, false, false]);
        let gold = [toponym("Iraqi", 0, Some(MOSUL)), toponym("Mosul", 10, Some(MOSUL))];
        let mut tallies = Tallies::default();
        tallies.add(&gold, &[at("Iraqi", 0, Some(MOSUL)), at("American", 30, None)], demonym);
        assert_eq!(tallies.demonyms.recognition, Counts { gold: 1, found: 2, right: 1 });
        assert_eq!(tallies.names.recognition, Counts { gold: 1, found: 0, right: 0 });
        assert_eq!((tallies.all.figures().near, tallies.names.figures().near), (1, 0));
    }

    /// The area computed by hand: trapezoids between 0, ln(1 + 100) and ln(20039), of width one half.
    #[test]
    fn area_under_the_logarithms() {
        let errors = |sorted: &[f64]| Errors::of(sorted).unwrap();
        let expected = (101.0_f64.ln() + 20_039.0_f64.ln() / 2.0) / 2.0 / 20_039.0_f64.ln();
        assert!((errors(&[0.0, 100.0, 20_038.0]).auc - expected).abs() < 1e-4);
        assert_eq!((errors(&[0.0; 5]).auc, errors(&[20_038.0; 5]).auc), (0.0, 1.0));
        assert_eq!(errors(&[20_038.0]).auc, 1.0);
        assert_eq!((errors(&[1.0, 2.0, 6.0]).median_km, errors(&[1.0, 2.0, 4.0, 6.0]).median_km), (2.0, 3.0));
        assert!(Errors::of(&[]).is_none());
    }
}
