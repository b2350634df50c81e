//! ONNX Runtime: starting it, and running a network on many threads. The only file that names `ort`.

use std::borrow::Cow;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use half::f16;
use ndarray::ArrayD;
use ort::environment::Environment;
use ort::ep::{self, ExecutionProviderDispatch};
use ort::session::Session;
use ort::session::builder::{GraphOptimizationLevel, PrepackedWeights, SessionBuilder};
use ort::value::{DynValue, Outlet, Tensor, TensorElementType, ValueType};

use crate::external::{Found, OLDEST, Version};
use crate::lending::Lending;
use crate::message::one_line;
use crate::networks::is_part_of;

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
    /// The weights of a model lie in a file beside it that is not there.
    #[error(
        "{model}: its weights lie in another file, which is missing; expected it beside this one, under the name that it was exported \
         with, such as model.onnx.data or model.onnx_data: copy it there"
    )]
    Weights {
        /// The model's file.
        model: String,
    },
    /// The file of a model only stands for it.
    #[error(
        "{model}: a pointer of Git LFS, not the model itself; expected an ONNX file: fetch it with `git lfs pull`, or download it"
    )]
    Pointer {
        /// The model's file.
        model: String,
    },
    /// The processor that was asked for cannot be used.
    #[error("the model cannot be run on {device} ({why}); {advice}")]
    Device {
        /// The processor.
        device: Device,
        /// What ONNX Runtime said, in one line.
        why: String,
        /// What can be done.
        advice: &'static str,
    },
    /// The model asks for an input that is not known, or gives an output of another shape.
    #[error("{model}: {what}")]
    Shape {
        /// The model's file, or what stands for it.
        model: String,
        /// What does not fit, what was expected, and what to do.
        what: String,
    },
    /// A run failed.
    #[error("{model}: the model failed on {tokens} tokens ({why}); {advice}")]
    Run {
        /// The model's file, or what stands for it.
        model: String,
        /// Tokens of the longest window that was read.
        tokens: usize,
        /// What ONNX Runtime said, in one line.
        why: String,
        /// What can be done.
        advice: String,
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

/// The processor that runs a model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Device {
    /// The processor of the machine.
    #[default]
    Cpu,
    /// A graphics card of NVIDIA, by its number.
    Cuda(u32),
    /// What Apple's Core ML chooses.
    CoreMl,
    /// A graphics card of any maker, on Windows.
    DirectMl,
    /// What Intel's OpenVINO chooses.
    OpenVino,
    /// The first graphics card of NVIDIA if it can be used, else the processor of the machine.
    Auto,
}

impl std::fmt::Display for Device {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Cpu => f.write_str("cpu"),
            Self::Cuda(0) => f.write_str("cuda"),
            Self::Cuda(number) => write!(f, "cuda:{number}"),
            Self::CoreMl => f.write_str("coreml"),
            Self::DirectMl => f.write_str("directml"),
            Self::OpenVino => f.write_str("openvino"),
            Self::Auto => f.write_str("auto"),
        }
    }
}

impl FromStr for Device {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let unknown = || {
            format!(
                "{name:?} is no processor that is known; expected cpu, cuda, cuda:1, coreml, directml, openvino or auto"
            )
        };
        Ok(match name.to_ascii_lowercase().as_str() {
            "cpu" => Self::Cpu,
            "cuda" => Self::Cuda(0),
            "coreml" => Self::CoreMl,
            "directml" => Self::DirectMl,
            "openvino" => Self::OpenVino,
            "auto" => Self::Auto,
            other => Self::Cuda(other.strip_prefix("cuda:").and_then(|n| n.parse().ok()).ok_or_else(unknown)?),
        })
    }
}

impl Device {
    fn provider(self) -> Option<ExecutionProviderDispatch> {
        let provider = match self {
            Self::Cpu | Self::Auto => return None,
            Self::Cuda(number) => ep::CUDA::default().with_device_id(i32::try_from(number).unwrap_or(i32::MAX)).build(),
            Self::CoreMl => ep::CoreML::default().build(),
            Self::DirectMl => ep::DirectML::default().build(),
            Self::OpenVino => ep::OpenVINO::default().build(),
        };
        // Whoever names a processor wants that one: a run on another would be many times slower without a word.
        Some(provider.error_on_failure())
    }

    /// What can be done where it cannot be used.
    fn advice(self) -> &'static str {
        match self {
            Self::Cuda(_) | Self::Auto => {
                "expected a graphics card of NVIDIA with its driver, CUDA 13 and cuDNN 9 where the system's loader finds them \
                 (LD_LIBRARY_PATH), and a library of ONNX Runtime that was built for them, as `dateline setup --device cuda` fetches \
                 it: install what is missing, or leave --device out"
            }
            Self::CoreMl => {
                "expected macOS with a library of ONNX Runtime that was built for Core ML: leave --device out"
            }
            Self::DirectMl => {
                "expected Windows with a library of ONNX Runtime that was built for DirectML: name it with --onnxruntime, or \
                 leave --device out"
            }
            Self::OpenVino => {
                "expected a library of ONNX Runtime that was built for OpenVINO: name it with --onnxruntime, or leave --device \
                 out"
            }
            Self::Cpu => "expected a library of ONNX Runtime",
        }
    }
}

/// The bytes of a model's file, cheap to clone: in the binary or in memory.
pub type ModelBytes = Arc<Cow<'static, [u8]>>;

/// Where a network is.
#[derive(Clone, Debug)]
pub enum Graph {
    /// In memory.
    Bytes(ModelBytes),
    /// In a file, beside which weights may lie in others.
    File(PathBuf),
}

impl Graph {
    /// Opens the file of a network: a small one is read at once, of a large one, and of one whose weights lie in other files,
    /// only the place is kept.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    pub fn open(path: &Path) -> io::Result<Self> {
        let size = fs::File::open(path)?.metadata()?.len();
        match size < LARGE && external_data(path).is_empty() {
            true => Ok(Self::Bytes(Arc::new(Cow::Owned(fs::read(path)?)))),
            false => Ok(Self::File(path.to_owned())),
        }
    }

    /// Bytes of the network and of what lies beside it under its name.
    fn size(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File(path) => {
                let parts = external_data(path);
                parts.iter().chain([path]).filter_map(|part| fs::metadata(part).ok()).map(|part| part.len()).sum()
            }
        }
    }
}

/// The files beside a network's that have its weights, by the names that exporters give them: `model.onnx.data`,
/// `model.onnx_data`, `model.onnx_data_1`, …
pub fn external_data(path: &Path) -> Vec<PathBuf> {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return Vec::new() };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let is_part = |other: &str| is_part_of(name, other);
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> =
        entries.filter(|entry| entry.file_name().to_str().is_some_and(is_part)).map(|entry| entry.path()).collect();
    found.sort();
    found
}

/// Of what kind the numbers of an input or an output are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Elements {
    /// 16, 32 or 64 bits with a point.
    F16,
    /// The same of 32 bits.
    F32,
    /// The same of 64 bits.
    F64,
    /// Whole numbers of 32 bits.
    I32,
    /// Whole numbers of 64 bits.
    I64,
    /// Truth values.
    Bool,
    /// Anything else.
    Other,
}

/// An input or an output that a network declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// What it is called.
    pub name: String,
    /// Of what kind its numbers are.
    pub elements: Elements,
    /// Its sizes; `None` for what may be of any.
    pub sizes: Vec<Option<usize>>,
}

impl Port {
    fn of(outlet: &Outlet) -> Self {
        let (elements, sizes) = match outlet.dtype() {
            ValueType::Tensor { ty, shape, .. } => {
                let elements = match ty {
                    TensorElementType::Float16 => Elements::F16,
                    TensorElementType::Float32 => Elements::F32,
                    TensorElementType::Float64 => Elements::F64,
                    TensorElementType::Int32 => Elements::I32,
                    TensorElementType::Int64 => Elements::I64,
                    TensorElementType::Bool => Elements::Bool,
                    _ => Elements::Other,
                };
                (elements, shape.iter().map(|&size| usize::try_from(size).ok()).collect())
            }
            _ => (Elements::Other, Vec::new()),
        };
        Self { name: outlet.name().to_owned(), elements, sizes }
    }

    /// Whether its numbers have a point.
    pub fn has_fractions(&self) -> bool {
        matches!(self.elements, Elements::F16 | Elements::F32 | Elements::F64)
    }

    /// What it is, in words: `input_ids int64 [?, ?]`.
    pub fn told(&self) -> String {
        let elements = match self.elements {
            Elements::F16 => "float16",
            Elements::F32 => "float32",
            Elements::F64 => "float64",
            Elements::I32 => "int32",
            Elements::I64 => "int64",
            Elements::Bool => "bool",
            Elements::Other => "other",
        };
        format!("{} {elements} {}", self.name, self.shape())
    }

    /// Its sizes in words: `[?, ?, 9]`.
    pub fn shape(&self) -> String {
        let sizes: Vec<String> =
            self.sizes.iter().map(|size| size.map_or("?".to_owned(), |size| size.to_string())).collect();
        format!("[{}]", sizes.join(", "))
    }
}

/// What an input is given: whole numbers, which become what the input declares.
#[derive(Clone, Debug)]
pub struct Feed {
    /// The sizes.
    pub shape: Vec<usize>,
    /// The numbers, row by row.
    pub values: Vec<i64>,
}

/// A network, ready to run on any number of threads at once.
///
/// There are at most as many sessions as there were runs at the same time. Those of a small network have one thread each, and
/// share their packed weights. What a session keeps besides grows with the network; so a large one has few, and several
/// threads work on a run.
pub struct Network {
    name: String,
    graph: Graph,
    runtime: &'static Runtime,
    device: Device,
    packed: Mutex<PrepackedWeights>,
    inputs: Vec<Port>,
    outputs: Vec<Port>,
    threads: usize,
    sessions: Lending<Session>,
}

/// A session takes about as long to make as so many windows take to run, and as much memory as the model: another one is
/// made only after so many runs of each, and an article of one page is read with one.
const RUNS_OF_A_SESSION: usize = 16;

/// A network of so many bytes is large: another session of it would take more memory than all else.
const LARGE: u64 = 64 << 20;

/// Threads that work on one run of a large network at most. More would wait for each other most of the time.
const THREADS_OF_A_RUN: usize = 4;

impl Network {
    /// Loads a network. `name` stands for it in errors, `threads` is how many there are to work.
    ///
    /// # Errors
    ///
    /// If ONNX Runtime was not started, the file is no network, or the processor cannot be used.
    pub fn load(name: impl Into<String>, graph: Graph, device: Device, threads: usize) -> Result<Self, OnnxError> {
        let name = name.into();
        let runtime = RUNTIME.get().ok_or(OnnxError::NotStarted)?;
        if is_pointer(&graph) {
            return Err(OnnxError::Pointer { model: name });
        }
        let threads = threads.max(1);
        let of_a_run = if graph.size() < LARGE { 1 } else { threads.min(THREADS_OF_A_RUN) };
        let packed = PrepackedWeights::new();
        let first = |device| session(runtime, &packed, &graph, device, of_a_run);
        let (device, session) = match device {
            Device::Auto => match first(Device::Cuda(0)) {
                Ok(session) => (Device::Cuda(0), Ok(session)),
                Err(_) => (Device::Cpu, first(Device::Cpu)),
            },
            device => (device, first(device)),
        };
        let session = session.map_err(|fault| fault.of(&name, device))?;
        // A graphics card works on one run at a time.
        let most = if device == Device::Cpu { threads.div_ceil(of_a_run) } else { 1 };
        Ok(Self {
            inputs: session.inputs().iter().map(Port::of).collect(),
            outputs: session.outputs().iter().map(Port::of).collect(),
            sessions: Lending::new(session, RUNS_OF_A_SESSION, most),
            packed: Mutex::new(packed),
            threads: of_a_run,
            name,
            graph,
            runtime,
            device,
        })
    }

    /// What stands for it in errors.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is run on.
    pub fn device(&self) -> Device {
        self.device
    }

    /// What it asks for.
    pub fn inputs(&self) -> &[Port] {
        &self.inputs
    }

    /// What it gives.
    pub fn outputs(&self) -> &[Port] {
        &self.outputs
    }

    /// Runs it once: a feed for each input, in their order. Gives the output of this number.
    ///
    /// # Errors
    ///
    /// If ONNX Runtime fails, in one line, or the output has no numbers with a point.
    pub fn run(&self, feeds: &[Feed], output: usize) -> Result<ArrayD<f32>, String> {
        let make = || self.new_session();
        self.sessions.with(make, |session| self.run_on(session, feeds, output).map_err(|error| one_line(&error)))?
    }

    /// One at a time: the sessions' packed weights are shared.
    fn new_session(&self) -> Result<Session, String> {
        let packed = self.packed.lock().unwrap_or_else(PoisonError::into_inner);
        session(self.runtime, &packed, &self.graph, self.device, self.threads).map_err(|fault| match fault {
            Fault::Device(why) | Fault::Model(why) => why,
        })
    }

    fn run_on(&self, session: &mut Session, feeds: &[Feed], output: usize) -> Result<ArrayD<f32>, String> {
        let values: Vec<(&str, DynValue)> = self
            .inputs
            .iter()
            .zip(feeds)
            .map(|(port, feed)| Ok((port.name.as_str(), tensor(port, feed)?)))
            .collect::<Result<_, String>>()?;
        let outputs = session.run(values).map_err(|error| error.to_string())?;
        let port = self.outputs.get(output).ok_or("no such output")?;
        let value = outputs.get(&port.name).ok_or_else(|| format!("no output {:?}", port.name))?;
        let array = match port.elements {
            Elements::F16 => value.try_extract_array::<f16>().map(|array| array.mapv(f32::from)),
            Elements::F64 => value.try_extract_array::<f64>().map(|array| array.mapv(|number| number as f32)),
            _ => value.try_extract_array::<f32>().map(|array| array.to_owned()),
        };
        array.map_err(|error| error.to_string())
    }
}

/// The numbers of a feed as the input wants them.
fn tensor(port: &Port, feed: &Feed) -> Result<DynValue, String> {
    let shape = feed.shape.clone();
    let numbers = feed.values.iter();
    let tensor = match port.elements {
        Elements::I64 => Tensor::from_array((shape, feed.values.clone())).map(Tensor::into_dyn),
        Elements::I32 => {
            Tensor::from_array((shape, numbers.map(|&n| n as i32).collect::<Vec<_>>())).map(Tensor::into_dyn)
        }
        Elements::Bool => {
            Tensor::from_array((shape, numbers.map(|&n| n != 0).collect::<Vec<_>>())).map(Tensor::into_dyn)
        }
        Elements::F32 => {
            Tensor::from_array((shape, numbers.map(|&n| n as f32).collect::<Vec<_>>())).map(Tensor::into_dyn)
        }
        Elements::F16 | Elements::F64 | Elements::Other => {
            return Err(format!("its input {:?} is not of whole numbers", port.name));
        }
    };
    tensor.map_err(|error| error.to_string())
}

/// Why a session cannot be made.
enum Fault {
    /// The processor cannot be used.
    Device(String),
    /// The network cannot be read.
    Model(String),
}

impl Fault {
    fn of(self, name: &str, device: Device) -> OnnxError {
        match self {
            Self::Device(why) => OnnxError::Device { device, why: one_line(&why), advice: device.advice() },
            Self::Model(why) if why.to_lowercase().contains("external data") => {
                OnnxError::Weights { model: name.to_owned() }
            }
            Self::Model(why) => OnnxError::Model { model: name.to_owned(), why: one_line(&why) },
        }
    }
}

/// A session of some threads.
fn session(
    runtime: &Runtime,
    packed: &PrepackedWeights,
    graph: &Graph,
    device: Device,
    threads: usize,
) -> Result<Session, Fault> {
    // The builder's errors are not `Send`: they become text at once.
    let mut builder = configured(runtime, packed, threads).map_err(|error| Fault::Model(error.to_string()))?;
    if let Some(provider) = device.provider() {
        builder = builder.with_execution_providers([provider]).map_err(|error| Fault::Device(error.to_string()))?;
    }
    let session = match graph {
        Graph::Bytes(bytes) => builder.commit_from_memory(bytes),
        Graph::File(path) => builder.commit_from_file(path),
    };
    session.map_err(|error| {
        let why = error.to_string();
        // Some processors show only now that they cannot be used. A network that nothing can read is none of their faults.
        let is_readable =
            device.provider().is_some() && self::session(runtime, packed, graph, Device::Cpu, threads).is_ok();
        if is_readable { Fault::Device(why) } else { Fault::Model(why) }
    })
}

fn configured(runtime: &Runtime, packed: &PrepackedWeights, threads: usize) -> ort::Result<SessionBuilder> {
    let builder = Session::builder(&runtime.environment)?
        .with_optimization_level(GraphOptimizationLevel::All)?
        .with_intra_threads(threads)?
        .with_inter_threads(1)?
        .with_intra_op_spinning(false)?
        .with_prepacked_weights(packed)?;
    match runtime.version >= SLOW_SKIP_NORM {
        true => Ok(builder.with_disabled_optimizers(SKIP_NORM_FUSION)?),
        false => Ok(builder),
    }
}

/// Whether a file only says where the model is, as Git LFS leaves it.
fn is_pointer(graph: &Graph) -> bool {
    const HEAD: &[u8] = b"version https://git-lfs";
    match graph {
        Graph::Bytes(bytes) => bytes.starts_with(HEAD),
        Graph::File(path) => {
            let mut head = Vec::new();
            let read = fs::File::open(path).and_then(|file| file.take(HEAD.len() as u64).read_to_end(&mut head));
            read.is_ok() && head == HEAD
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_have_names() {
        for name in ["cpu", "cuda", "cuda:3", "coreml", "directml", "openvino", "auto"] {
            assert_eq!(name.parse::<Device>().unwrap().to_string(), name);
        }
        for name in ["gpu", "cuda:", "cuda:-1", ""] {
            assert!(name.parse::<Device>().unwrap_err().contains("expected cpu, cuda"), "{name}");
        }
    }

    #[test]
    fn weights_beside_a_network_are_found() {
        let folder = tempfile::tempdir().unwrap();
        let files =
            ["model.onnx", "model.onnx.data", "model.onnx_data", "model.onnx_data_1", "other.onnx.data", "model.on"];
        files.iter().for_each(|name| fs::write(folder.path().join(name), "abc").unwrap());
        let network = folder.path().join("model.onnx");
        assert_eq!(external_data(&network), [1, 2, 3].map(|n| folder.path().join(files[n])));
        assert_eq!(Graph::File(network).size(), 12);
    }
}
