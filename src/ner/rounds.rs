//! Many documents at a time: round by round, a stretch of each.

use rayon::prelude::*;

use super::NerModel;
use super::cache::{CacheCounts, WindowCache};
use super::network::{Inputs, Logits};
use super::reading::Reading;
use super::window::Window;
use crate::clock::{Clock, Stage};
use crate::limits;
use crate::model_error::ModelError;
use crate::model_options::Aggregation;
use crate::ner::recogniser::{About, Between, Decoded, Recogniser, Request};
use crate::ner::tokens::WordRule;
use crate::onnx::{Device, Port};

/// Tokens of a run on a graphics card, those included that windows are filled up with: it reads many windows in the time of
/// one.
const TOKENS_OF_A_RUN: usize = 16_384;

/// Windows of a slice: a twentieth of a second of two threads.
const SLICE: usize = 16;

/// How far a document was read.
enum State<'d> {
    /// The model reads it.
    Reading(Box<Reading<'d>>),
    /// It cannot be read on.
    Failed(ModelError),
}

impl State<'_> {
    /// The windows of the stretch that is read next; none of what is done.
    fn next_windows(&mut self, clock: &Clock) -> Vec<Window> {
        let Self::Reading(reading) = self else { return Vec::new() };
        match clock.time(Stage::Windows, || reading.next_windows()) {
            Ok(windows) => windows,
            Err(error) => {
                *self = Self::Failed(error);
                Vec::new()
            }
        }
    }

    /// Takes what the model gave for them.
    fn take(&mut self, windows: &[Window], logits: Vec<Result<Logits, ModelError>>, clock: &Clock) {
        let Self::Reading(reading) = self else { return };
        let logits = logits.into_iter().collect::<Result<Vec<_>, _>>();
        let taken = logits.and_then(|logits| Ok(clock.time(Stage::Decode, || reading.take(windows, &logits))?));
        if let Err(error) = taken {
            *self = Self::Failed(error);
        }
    }

    /// What is known at the end.
    fn decode(self, min_score: Option<f32>, clock: &Clock) -> Result<Decoded, ModelError> {
        match self {
            Self::Reading(reading) => Ok(clock.time(Stage::Decode, || reading.decode(min_score))?),
            Self::Failed(error) => Err(error),
        }
    }
}

impl Recogniser for NerModel {
    /// The model reads all documents at the same time, a stretch of each after the other: an article has only one, and of a
    /// document of any length no more windows are there at a time than threads can work on.
    fn recognise_between(
        &self,
        requests: &[Request<'_>],
        between: Option<Between<'_>>,
        clock: &Clock,
    ) -> Vec<Result<Decoded, ModelError>> {
        let mut all: Vec<State<'_>> = requests.iter().map(|request| self.begin(request.text)).collect();
        let mut begun = false;
        // A call is stopped as a whole.
        let stopped = || !requests.is_empty() && requests.iter().all(Request::is_stopped);
        loop {
            if stopped() {
                return requests.iter().map(|_| Err(ModelError::Stopped)).collect();
            }
            let windows: Vec<Vec<Window>> = all.par_iter_mut().map(|one| one.next_windows(clock)).collect();
            let stretch: Vec<&Window> = windows.iter().flatten().collect();
            if stretch.is_empty() {
                break;
            }
            if let Some(between) = between.filter(|_| std::mem::replace(&mut begun, true)) {
                between();
            }
            let mut runs = self.run_slices(&stretch, between, &stopped, clock).into_iter();
            let runs: Vec<Vec<_>> = windows.iter().map(|windows| runs.by_ref().take(windows.len()).collect()).collect();
            let read = all.par_iter_mut().zip(&windows).zip(runs);
            read.for_each(|((one, windows), logits)| one.take(windows, logits, clock));
        }
        let min_scores = requests.par_iter().map(|request| request.min_score);
        all.into_par_iter().zip(min_scores).map(|(one, min_score)| one.decode(min_score, clock)).collect()
    }

    fn notes(&self) -> Vec<String> {
        self.notes.clone()
    }

    fn about(&self) -> About {
        let network = self.network.network();
        let told = |ports: &[Port]| ports.iter().map(Port::told).collect();
        About {
            architecture: self.architecture.clone(),
            inputs: told(network.inputs()),
            outputs: told(network.outputs()),
            words: match (self.tokenizer.rule(), self.aggregation) {
                (_, Aggregation::Simple) => "none: each token for itself",
                (WordRule::Tokenizer, _) => "those of the tokenizer, as in its training",
                (WordRule::Written, aggregation)
                    if aggregation != Aggregation::Viterbi && self.tokenizer.marks_pieces() =>
                {
                    "those that the tokenizer's marks tell"
                }
                (WordRule::Written, _) => "as people see them, by Unicode's borders",
            }
            .to_owned(),
            windows: format!("{} tokens, {} of context", self.size.tokens, self.size.context),
            begins: match (self.tags.inside_begins(), self.has_choice()) {
                (true, _) => "with I-, and with B- behind another of its type (IOB1)",
                (false, true) => "with B-",
                (false, false) => "with any label",
            }
            .to_owned(),
            types: self.columns.types(),
            device: network.device().to_string(),
        }
    }

    fn cache_counts(&self) -> Option<CacheCounts> {
        self.cache.as_ref().map(WindowCache::counts)
    }
}

impl NerModel {
    fn begin<'d>(&'d self, text: &'d str) -> State<'d> {
        match limits::check_text(text) {
            Ok(()) => State::Reading(Box::new(self.read(text))),
            Err(error) => State::Failed(error.into()),
        }
    }

    /// The same as [`Self::run_all`], a slice at a time where something is to be done between them.
    fn run_slices(
        &self,
        windows: &[&Window],
        between: Option<Between<'_>>,
        stopped: &(dyn Fn() -> bool + Sync),
        clock: &Clock,
    ) -> Vec<Result<Logits, ModelError>> {
        let Some(between) = between else { return self.run_all(windows, stopped, clock) };
        // A graphics card reads all of them in about the time of one.
        let slice = if self.network.network().device() == Device::Cpu { SLICE } else { windows.len().max(1) };
        let mut all = Vec::with_capacity(windows.len());
        for (n, slice) in windows.chunks(slice).enumerate() {
            if n > 0 {
                between();
            }
            all.extend(self.run_all(slice, stopped, clock));
        }
        all
    }

    /// What the model says of windows, in their order.
    ///
    /// Those that are not read when the call is stopped have none.
    ///
    /// On the processor of the machine each is read by itself, so that what comes out for one does not depend on others. A
    /// graphics card reads many at once.
    fn run_all(
        &self,
        windows: &[&Window],
        stopped: &(dyn Fn() -> bool + Sync),
        clock: &Clock,
    ) -> Vec<Result<Logits, ModelError>> {
        match self.network.network().device() {
            Device::Cpu => {
                // One by one: threads that were dealt whole stretches would wait for the last of them.
                let run = |window: &&Window| match stopped() {
                    true => Err(ModelError::Stopped),
                    false => clock.time(Stage::Model, || self.run(window)),
                };
                windows.par_iter().with_max_len(1).map(run).collect()
            }
            _ => self.run_batches(windows, TOKENS_OF_A_RUN, clock),
        }
    }

    /// The same in runs of many windows, each of so many tokens at most, if no window is longer.
    ///
    /// Gives the same as one by one, but for the last digits.
    pub fn run_batches(&self, windows: &[&Window], budget: usize, clock: &Clock) -> Vec<Result<Logits, ModelError>> {
        let lengths: Vec<usize> = windows.iter().map(|window| window.ids.len()).collect();
        let batches = batches(&lengths, budget);
        let run = |batch: &Vec<usize>| {
            let positions: Vec<Vec<i64>> = batch.iter().map(|&n| self.positions(windows[n])).collect();
            let inputs = batch.iter().zip(&positions).map(|(&n, positions)| Inputs {
                ids: &windows[n].ids,
                case_ids: &windows[n].case_ids,
                word_positions: positions,
            });
            let inputs: Vec<Inputs<'_>> = inputs.collect();
            match clock.time(Stage::Model, || self.network.run(&inputs)) {
                Ok(logits) => logits.into_iter().map(Ok).collect(),
                // What fails together may be read by itself: the fault may be that of one window.
                Err(_) => batch.iter().map(|&n| self.run(windows[n])).collect::<Vec<_>>(),
            }
        };
        // While one is read, others are put together and taken apart by other threads.
        let runs: Vec<Vec<Result<Logits, ModelError>>> = batches.par_iter().with_max_len(1).map(run).collect();
        let mut in_order: Vec<Option<Result<Logits, ModelError>>> = windows.iter().map(|_| None).collect();
        for (batch, logits) in batches.into_iter().zip(runs) {
            batch.into_iter().zip(logits).for_each(|(n, logits)| in_order[n] = Some(logits));
        }
        in_order.into_iter().flatten().collect()
    }
}

/// Which windows are read together: of about the same length, and no more tokens than `budget` with what they are filled up
/// with.
fn batches(lengths: &[usize], budget: usize) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..lengths.len()).collect();
    // The longest first: it says how much memory is needed.
    order.sort_by_key(|&n| (std::cmp::Reverse(lengths[n]), n));
    let mut batches: Vec<Vec<usize>> = Vec::new();
    for n in order {
        match batches.last_mut() {
            Some(batch) if (batch.len() + 1) * lengths[batch[0]] <= budget => batch.push(n),
            _ => batches.push(vec![n]),
        }
    }
    batches
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn windows_of_one_length_are_read_together() {
        assert_eq!(batches(&[3, 10, 4, 9, 4], 20), [vec![1, 3], vec![2, 4, 0]]);
        assert_eq!(batches(&[100], 20), [[0]]);
        assert!(batches(&[], 20).is_empty());
    }

    proptest! {
        #[test]
        fn every_window_is_read_once(lengths in proptest::collection::vec(1usize..200, 0..60), budget in 1usize..2000) {
            let batches = batches(&lengths, budget);
            let mut all: Vec<usize> = batches.iter().flatten().copied().collect();
            all.sort_unstable();
            prop_assert_eq!(all, (0..lengths.len()).collect::<Vec<_>>());
            for batch in batches {
                let longest = batch.iter().map(|&n| lengths[n]).max().unwrap();
                prop_assert!(batch.len() == 1 || batch.len() * longest <= budget);
            }
        }
    }
}
