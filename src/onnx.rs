//! ONNX Runtime: starting it, and running a model on many threads. The only file that names `ort`.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use ndarray::Array2;
use ort::environment::Environment;
use ort::session::Session;
use ort::session::builder::{GraphOptimizationLevel, PrepackedWeights, SessionBuilder};
use ort::value::Tensor;

use crate::message::one_line;

/// What the model says of one window: a row for each of its ids, special tokens among them, a column for each label.
pub type Logits = Array2<f32>;

/// Why a model could not be started or run.
#[derive(Debug, thiserror::Error)]
pub enum OnnxError {
    /// The library could not be loaded as ONNX Runtime.
    #[error(
        "{path}: cannot be loaded as ONNX Runtime ({why}); expected a shared library of ONNX Runtime 1.24 or newer: name \
         another with --onnxruntime, or run `dateline setup`"
    )]
    Library {
        /// The library.
        path: PathBuf,
        /// What the loader said, in one line.
        why: String,
    },
    /// A model can only be loaded once ONNX Runtime was started.
    #[error("ONNX Runtime has not been started in this process; call onnx::start first")]
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
        "{model}: {what}; expected a token-classification model with int64 inputs and logits [batch, token, label]"
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

static ENVIRONMENT: OnceLock<Environment> = OnceLock::new();
static STARTING: Mutex<()> = Mutex::new(());

/// Loads ONNX Runtime from a shared library. The first library that loads serves the process; later calls change
/// nothing.
///
/// Some builds of ONNX Runtime report their use to their maker. That is switched off here, but such a build may have
/// written to the user's cache folder by then: a program that wants nothing of it sets [`NO_TELEMETRY`] in its
/// environment before it starts threads, as the `dateline` command does.
///
/// # Errors
///
/// If the file is no ONNX Runtime, or one that is too old.
pub fn start(library: &Path) -> Result<(), OnnxError> {
    let _guard = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
    if ENVIRONMENT.get().is_some() {
        return Ok(());
    }
    let failed = |why: String| OnnxError::Library { path: library.to_owned(), why: one_line(&why) };
    let environment = ort::init_from(library)
        .map_err(|error| failed(error.to_string()))?
        .with_name("dateline")
        .with_telemetry(false)
        // What matters comes back as an error; a library does not write to the terminal.
        .with_logger(Arc::new(|_, _, _, _, _| {}))
        .build()
        .map_err(|error| failed(error.to_string()))?;
    let _ = ENVIRONMENT.set(environment);
    Ok(())
}

/// The inputs of one window, each one number a token.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'w> {
    /// Token ids.
    pub ids: &'w [i64],
    /// Case ids.
    pub case_ids: &'w [i64],
}

/// An input that a model may declare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Input {
    Ids,
    Mask,
    Types,
    Cases,
}

impl Input {
    fn named(name: &str) -> Option<Self> {
        match name {
            "input_ids" => Some(Self::Ids),
            "attention_mask" => Some(Self::Mask),
            "token_type_ids" => Some(Self::Types),
            "case_ids" => Some(Self::Cases),
            _ => None,
        }
    }

    fn tensor(self, inputs: Inputs<'_>) -> ort::Result<Tensor<i64>> {
        let values = match self {
            Self::Ids => inputs.ids.to_vec(),
            Self::Mask => vec![1; inputs.ids.len()],
            Self::Types => vec![0; inputs.ids.len()],
            Self::Cases => inputs.case_ids.to_vec(),
        };
        Tensor::from_array(([1, values.len()], values))
    }
}

/// Where the bytes of a model come from.
pub type ModelBytes = Cow<'static, [u8]>;

/// One model, ready to run on any number of threads at once.
///
/// Each run takes an idle session or makes a new one, so that there are at most as many sessions as there were runs at
/// the same time. Sessions have one thread each and share their packed weights.
pub struct SessionPool {
    name: String,
    bytes: ModelBytes,
    environment: &'static Environment,
    packed: Mutex<PrepackedWeights>,
    inputs: Vec<(String, Input)>,
    output: String,
    idle: Mutex<Vec<Session>>,
}

impl SessionPool {
    /// Loads a model. `name` stands for it in errors.
    ///
    /// # Errors
    ///
    /// If ONNX Runtime was not started, or the bytes are no model of the right kind.
    pub fn new(name: impl Into<String>, bytes: ModelBytes) -> Result<Self, OnnxError> {
        let name = name.into();
        let environment = ENVIRONMENT.get().ok_or(OnnxError::NotStarted)?;
        let packed = PrepackedWeights::new();
        let session = session(environment, &packed, &bytes)
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
            environment,
            packed: Mutex::new(packed),
            inputs,
            output,
            idle: Mutex::new(vec![session]),
            bytes,
            name,
        })
    }

    /// Whether the model reads case ids.
    pub fn reads_case_ids(&self) -> bool {
        self.inputs.iter().any(|(_, input)| *input == Input::Cases)
    }

    /// Runs the model on one window.
    ///
    /// # Errors
    ///
    /// If ONNX Runtime fails, or the output is not of the shape `[1, token, label]`.
    pub fn run(&self, inputs: Inputs<'_>) -> Result<Logits, OnnxError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut session = match idle {
            Some(session) => session,
            None => self.new_session()?,
        };
        let logits = self.run_on(&mut session, inputs);
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(session);
        logits
    }

    /// One at a time: the sessions' packed weights are shared.
    fn new_session(&self) -> Result<Session, OnnxError> {
        let packed = self.packed.lock().unwrap_or_else(PoisonError::into_inner);
        session(self.environment, &packed, &self.bytes)
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
        match shape[..] {
            [1, rows, labels] if rows == tokens as i64 => {
                Logits::from_shape_vec((tokens, labels as usize), values.to_vec()).map_err(|e| misfit(e.to_string()))
            }
            _ => Err(misfit(format!("for {tokens} tokens the output has the shape {shape:?}"))),
        }
    }
}

/// A session of one thread.
fn session(environment: &Environment, packed: &PrepackedWeights, bytes: &[u8]) -> Result<Session, String> {
    configured(environment, packed)
        // The builder's errors are not `Send`: they become text at once.
        .map_err(|error| error.to_string())?
        .commit_from_memory(bytes)
        .map_err(|error| error.to_string())
}

fn configured(environment: &Environment, packed: &PrepackedWeights) -> ort::Result<SessionBuilder> {
    Ok(Session::builder(environment)?
        .with_optimization_level(GraphOptimizationLevel::All)?
        .with_intra_threads(1)?
        .with_inter_threads(1)?
        .with_intra_op_spinning(false)?
        .with_prepacked_weights(packed)?)
}
