//! ONNX Runtime: starting it, and running a model on many threads. The only file that names `ort`.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};

use ndarray::Array2;
use ort::environment::Environment;
use ort::session::Session;
use ort::session::builder::{GraphOptimizationLevel, PrepackedWeights, SessionBuilder};
use ort::value::Tensor;

use crate::external::{Found, OLDEST, Version};
use crate::message::one_line;

/// What the model says of one window: a row for each of its [`Inputs::word_positions`], a column for each label.
pub type Logits = Array2<f32>;

/// Why a model could not be started or run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OnnxError {
    /// The library could not be loaded as ONNX Runtime.
    #[error(
        "{path}: cannot be loaded as ONNX Runtime ({why}); expected a shared library of ONNX Runtime {OLDEST} or newer"
    )]
    Library {
        /// The library.
        path: PathBuf,
        /// What the loader said, in one line.
        why: String,
    },
    /// A model can only be loaded once ONNX Runtime was started.
    #[error("ONNX Runtime has not been started in this process; a tagger's builder starts it")]
    NotStarted,
    /// The model is not one that ONNX Runtime can read.
    #[error("{model}: not a model that ONNX Runtime can load ({why}); expected an ONNX file: copy or export it anew")]
    Model {
        /// The model's file, or what stands for it.
        model: String,
        /// What ONNX Runtime said, in one line.
        why: String,
    },
    /// The model asks for an input that is not known, or gives an output of another shape.
    #[error(
        "{model}: {what}; expected a token-classification model with int64 inputs and logits [batch, token, label], or \
         [batch, word, label] if it asks for word_positions"
    )]
    Shape {
        /// The model's file, or what stands for it.
        model: String,
        /// What does not fit.
        what: String,
    },
    /// A run failed.
    #[error(
        "{model}: the model failed on a window of {tokens} tokens ({why}); expected one that takes windows \
         of that length: set dateline.window_tokens in its config.json"
    )]
    Run {
        /// The model's file, or what stands for it.
        model: String,
        /// Tokens of the window.
        tokens: usize,
        /// What ONNX Runtime said, in one line.
        why: String,
    },
}

/// The environment variable, to be set to `1`, that keeps ONNX Runtime from collecting and sending how it is used.
pub const NO_TELEMETRY: &str = "ORT_DISABLE_TELEMETRY";

/// From this release on, a layer norm that is fused with the sum before it takes four times as long on a CPU as in 1.29
/// (2.6 ms of 13.5 in a window of 112 tokens of a six-layer model; apart 0.4 ms). Before it, the fused one is the faster.
const SLOW_SKIP_NORM: Version = Version { major: 1, minor: 30, patch: 0 };

/// What ONNX Runtime calls that fusion.
const SKIP_NORM_FUSION: &str = "SkipLayerNormFusion";

/// The ONNX Runtime of this process.
struct Runtime {
    environment: Environment,
    version: Version,
}

static RUNTIME: OnceLock<Runtime> = OnceLock::new();
static STARTING: Mutex<()> = Mutex::new(());

/// Loads ONNX Runtime from a shared library that was found. The first library that loads serves the process; later calls
/// change nothing.
///
/// Some builds of ONNX Runtime report their use to their maker. That is switched off here, but such a build may have
/// written to the user's cache folder by then: a program that wants nothing of it sets [`NO_TELEMETRY`] in its
/// environment before it starts threads, as the `dateline` command does.
///
/// # Errors
///
/// If the file is no ONNX Runtime, or one that is too old.
pub fn start(found: &Found) -> Result<(), OnnxError> {
    let _guard = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
    if RUNTIME.get().is_some() {
        return Ok(());
    }
    let failed = |why: String| OnnxError::Library { path: found.path.clone(), why: one_line(&why) };
    let environment = ort::init_from(&found.path)
        .map_err(|error| failed(error.to_string()))?
        .with_name("dateline")
        .with_telemetry(false)
        // What matters comes back as an error; a library does not write to the terminal.
        .with_logger(Arc::new(|_, _, _, _, _| {}))
        .build()
        .map_err(|error| failed(error.to_string()))?;
    let _ = RUNTIME.set(Runtime { environment, version: found.version });
    Ok(())
}

/// The inputs of one window.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'w> {
    /// Token ids, one a token.
    pub ids: &'w [i64],
    /// Case ids, one a token.
    pub case_ids: &'w [i64],
    /// The tokens whose logits are wanted, by their places among `ids`. A model that asks for them computes its last layer
    /// for these alone; of others, their rows are taken.
    pub word_positions: &'w [i64],
}

/// An input that a model may declare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Input {
    Ids,
    Mask,
    Types,
    Cases,
    WordPositions,
}

impl Input {
    fn named(name: &str) -> Option<Self> {
        match name {
            "input_ids" => Some(Self::Ids),
            "attention_mask" => Some(Self::Mask),
            "token_type_ids" => Some(Self::Types),
            "case_ids" => Some(Self::Cases),
            "word_positions" => Some(Self::WordPositions),
            _ => None,
        }
    }

    fn tensor(self, inputs: Inputs<'_>) -> ort::Result<Tensor<i64>> {
        let values = match self {
            Self::Ids => inputs.ids.to_vec(),
            Self::Mask => vec![1; inputs.ids.len()],
            Self::Types => vec![0; inputs.ids.len()],
            Self::Cases => inputs.case_ids.to_vec(),
            Self::WordPositions => inputs.word_positions.to_vec(),
        };
        Tensor::from_array(([1, values.len()], values))
    }
}

/// The bytes of a model's file, cheap to clone: in the binary or in memory.
pub type ModelBytes = Arc<Cow<'static, [u8]>>;

/// One model, ready to run on any number of threads at once.
///
/// There are at most as many sessions as there were runs at the same time. They have one thread each and share their packed
/// weights.
pub struct SessionPool {
    name: String,
    bytes: ModelBytes,
    runtime: &'static Runtime,
    packed: Mutex<PrepackedWeights>,
    inputs: Vec<(String, Input)>,
    output: String,
    sessions: Lending<Session>,
}

/// A session takes about as long to make as so many windows take to run, and as much memory as the model: another one is
/// made only after so many runs of each, and an article of one page is read with one.
const RUNS_OF_A_SESSION: usize = 16;

impl SessionPool {
    /// Loads a model. `name` stands for it in errors.
    ///
    /// # Errors
    ///
    /// If ONNX Runtime was not started, or the bytes are no model of the right kind.
    pub fn new(name: impl Into<String>, bytes: ModelBytes) -> Result<Self, OnnxError> {
        let name = name.into();
        let runtime = RUNTIME.get().ok_or(OnnxError::NotStarted)?;
        let packed = PrepackedWeights::new();
        let session = session(runtime, &packed, &bytes)
            .map_err(|why| OnnxError::Model { model: name.clone(), why: one_line(&why) })?;
        let misfit = |what: String| OnnxError::Shape { model: name.clone(), what };
        let inputs = session
            .inputs()
            .iter()
            .map(|input| match Input::named(input.name()) {
                Some(known) => Ok((input.name().to_owned(), known)),
                None => Err(misfit(format!("the model asks for an input {:?}, which is not known", input.name()))),
            })
            .collect::<Result<_, _>>()?;
        let output = match session.outputs() {
            [] => return Err(misfit("the model has no output".into())),
            [only] => only.name().to_owned(),
            several => match several.iter().find(|output| output.name() == "logits") {
                Some(logits) => logits.name().to_owned(),
                None => return Err(misfit("none of the model's outputs is called logits".into())),
            },
        };
        Ok(Self {
            runtime,
            packed: Mutex::new(packed),
            inputs,
            output,
            sessions: Lending::new(session, RUNS_OF_A_SESSION),
            bytes,
            name,
        })
    }

    /// Whether the model declares an input.
    fn reads(&self, wanted: Input) -> bool {
        self.inputs.iter().any(|(_, input)| *input == wanted)
    }

    /// Runs the model on one window.
    ///
    /// # Errors
    ///
    /// If ONNX Runtime fails, or the output is not of the shape `[1, token, label]`; `[1, word position, label]` of a model
    /// that asks for word positions.
    pub fn run(&self, inputs: Inputs<'_>) -> Result<Logits, OnnxError> {
        self.sessions.with(|| self.new_session(), |session| self.run_on(session, inputs))?
    }

    /// One at a time: the sessions' packed weights are shared.
    fn new_session(&self) -> Result<Session, OnnxError> {
        let packed = self.packed.lock().unwrap_or_else(PoisonError::into_inner);
        session(self.runtime, &packed, &self.bytes)
            .map_err(|why| OnnxError::Model { model: self.name.clone(), why: one_line(&why) })
    }

    fn run_on(&self, session: &mut Session, inputs: Inputs<'_>) -> Result<Logits, OnnxError> {
        let tokens = inputs.ids.len();
        let failed =
            |error: ort::Error| OnnxError::Run { model: self.name.clone(), tokens, why: one_line(&error.to_string()) };
        let values = self
            .inputs
            .iter()
            .map(|(name, input)| Ok((name.as_str(), input.tensor(inputs)?)))
            .collect::<ort::Result<Vec<_>>>()
            .map_err(failed)?;
        let outputs = session.run(values).map_err(failed)?;
        let misfit = |what: String| OnnxError::Shape { model: self.name.clone(), what };
        let output = outputs.get(&self.output).ok_or_else(|| misfit(format!("no output {:?}", self.output)))?;
        let (shape, values) = output.try_extract_tensor::<f32>().map_err(failed)?;
        let positions = inputs.word_positions;
        let picks = !self.reads(Input::WordPositions);
        let rows = if picks { tokens } else { positions.len() };
        match shape[..] {
            [1, found, labels] if found == rows as i64 => {
                let labels = labels as usize;
                let values = match picks {
                    true => {
                        positions.iter().flat_map(|&at| &values[at as usize * labels..][..labels]).copied().collect()
                    }
                    false => values.to_vec(),
                };
                Logits::from_shape_vec((positions.len(), labels), values).map_err(|e| misfit(e.to_string()))
            }
            _ => Err(misfit(format!("where {rows} rows were expected, the output has the shape {shape:?}"))),
        }
    }
}

/// A session of one thread.
fn session(runtime: &Runtime, packed: &PrepackedWeights, bytes: &[u8]) -> Result<Session, String> {
    configured(runtime, packed)
        // The builder's errors are not `Send`: they become text at once.
        .map_err(|error| error.to_string())?
        .commit_from_memory(bytes)
        .map_err(|error| error.to_string())
}

fn configured(runtime: &Runtime, packed: &PrepackedWeights) -> ort::Result<SessionBuilder> {
    let builder = Session::builder(&runtime.environment)?
        .with_optimization_level(GraphOptimizationLevel::All)?
        .with_intra_threads(1)?
        .with_inter_threads(1)?
        .with_intra_op_spinning(false)?
        .with_prepacked_weights(packed)?;
    match runtime.version >= SLOW_SKIP_NORM {
        true => Ok(builder.with_disabled_optimizers(SKIP_NORM_FUSION)?),
        false => Ok(builder),
    }
}

/// Things that are dear to make, each lent to one thread at a time.
struct Lending<T> {
    state: Mutex<Lent<T>>,
    /// Told when one is given back, or lost.
    freed: Condvar,
    /// After so many uses of each, another one is worth making.
    uses_of_each: usize,
}

struct Lent<T> {
    idle: Vec<T>,
    /// How many there are, idle or not.
    made: usize,
    /// How often one was asked for.
    uses: usize,
}

impl<T> Lending<T> {
    fn new(first: T, uses_of_each: usize) -> Self {
        let state = Mutex::new(Lent { idle: vec![first], made: 1, uses: 0 });
        Self { state, freed: Condvar::new(), uses_of_each }
    }

    /// Uses an idle one, or one that `make` makes if that is worth it, or the first that is given back.
    fn with<R, E>(&self, make: impl FnOnce() -> Result<T, E>, run: impl FnOnce(&mut T) -> R) -> Result<R, E> {
        // Until it is given back: whether making or running fails or panics, nobody waits for it.
        let mut taken = Taken { from: self, one: None };
        let one = match self.take() {
            Some(one) => one,
            None => make()?,
        };
        Ok(run(taken.one.insert(one)))
    }

    /// An idle one; `None` if one is to be made.
    fn take(&self) -> Option<T> {
        let mut state = self.state();
        state.uses += 1;
        loop {
            if let Some(one) = state.idle.pop() {
                return Some(one);
            }
            if state.made == 0 || state.uses > state.made * self.uses_of_each {
                state.made += 1;
                return None;
            }
            state = self.freed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn state(&self) -> MutexGuard<'_, Lent<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One that is in use.
struct Taken<'l, T> {
    from: &'l Lending<T>,
    one: Option<T>,
}

impl<T> Drop for Taken<'_, T> {
    fn drop(&mut self) {
        let mut state = self.from.state();
        match self.one.take() {
            Some(one) => state.idle.push(one),
            None => state.made -= 1,
        }
        self.from.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;
    use std::time::Duration;

    use super::Lending;

    /// Uses one on each of two threads, so often, and says how many were made beside the first.
    fn made(times: usize) -> usize {
        let (lending, made) = (Lending::new((), 10), AtomicUsize::new(0));
        let make = || {
            made.fetch_add(1, Ordering::Relaxed);
            Ok::<(), Infallible>(())
        };
        let work =
            || (0..times).for_each(|_| lending.with(make, |()| thread::sleep(Duration::from_millis(1))).unwrap());
        thread::scope(|scope| {
            scope.spawn(work);
            scope.spawn(work);
        });
        made.into_inner()
    }

    #[test]
    fn another_one_is_made_when_it_is_worth_it() {
        assert_eq!(made(4), 0, "eight uses of one");
        assert_eq!(made(100), 1, "no more than there are threads");
    }

    #[test]
    fn nobody_waits_for_what_is_lost() {
        let lending = Lending::new(1, 1);
        let panicked = thread::scope(|scope| {
            scope.spawn(|| lending.with(|| Ok::<_, Infallible>(2), |_| panic!("while it is used"))).join().is_err()
        });
        assert!(panicked);
        // What was being used is there again; what could not be made isn't.
        assert_eq!(lending.with(|| Err("not made"), |one| *one), Ok(1));
        let nested = lending.with(|| Err("not made"), |_| lending.with(|| Err("not made"), |one| *one));
        assert_eq!(nested, Ok(Err("not made")));
        assert_eq!(lending.with(|| Err("not made"), |one| *one), Ok(1));
    }
}
