//! Putting a tagger together: model, ONNX Runtime, gazetteer, threads.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::annotation::Provenance;
use crate::error::Error;
use crate::external::{self, Event, HubModel, HubOptions, RuntimeBuild, RuntimeOptions};
use crate::gazetteer::build::{BuildError, BuildReport, Sources, build_in_memory};
use crate::gazetteer::source::SourceError;
use crate::gazetteer::source::extra::ExtraTable;
use crate::gazetteer::source::file::TableFile;
use crate::gazetteer::{Gazetteer, NameKind};
use crate::gliner::recogniser::GlinerModel;
use crate::model_error::ModelError;
use crate::model_files::{ModelFiles, ModelKind};
use crate::model_options::{Aggregation, ModelOptions};
use crate::ner::NerModel;
use crate::ner::recogniser::Recogniser;
use crate::onnx::{self, Device};
use crate::phrases::Phrases;
use crate::resolve::Resolver;
use crate::resolve::corrections::Corrections;
use crate::resolve::publisher::Publishers;
use crate::resolve::ranker::Ranker;
use crate::tagger::{Tagger, warm_up};

/// The folder of the accurate model, under the folder of the sources or of the user's data.
const ACCURATE_FOLDER: &str = "models/ner-accurate";

/// The priority of a place of the user's own: they would not have listed it if they didn't mean it.
const OWN_PRIORITY: i32 = 1;

/// Which model finds the names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Model {
    /// The default model, which is inside the crate (feature `embedded`).
    #[default]
    Embedded,
    /// The larger, more accurate model: inside the crate (feature `embedded-accurate`), or in a folder `models/ner-accurate`
    /// beside the program, above it, or among the user's data.
    Accurate,
    /// A model folder: `model.onnx`, `tokenizer.json` and `config.json` of a token-classification model, or
    /// `gliner_config.json` of a GLiNER; or one of several `.onnx` files in such a folder.
    Folder(PathBuf),
    /// A model of the Hugging Face Hub, fetched once.
    Hub(HubModel),
}

/// Puts a [`Tagger`] together. What is not said is as for the `dateline` command: the model and the gazetteer inside the
/// crate, ONNX Runtime found or fetched once, a thread a core.
///
/// ```no_run
/// use dateline::{Document, Model, TagOptions, Tagger};
///
/// let tagger = Tagger::builder().model(Model::Accurate).places("our-places.csv").threads(2).build()?;
/// let annotation = tagger.tag(Document::new("a", "A fire broke out in al-Bir."), &TagOptions::default())?;
/// println!("{}", annotation.to_json());
/// # Ok::<(), dateline::Error>(())
/// ```
#[must_use]
pub struct TaggerBuilder {
    model: Option<Model>,
    model_options: ModelOptions,
    runtime: RuntimeOptions,
    hub: HubOptions,
    tell: Box<dyn FnMut(Event) + Send>,
    places: Option<PlacesOptions>,
    corrections: Vec<PathBuf>,
    threads: usize,
    window_cache: usize,
}

/// Where places are looked up, and what chooses among those of a name.
#[derive(Clone, Debug, Default)]
#[doc(hidden)]
pub struct PlacesOptions {
    /// The gazetteer file; `None` for the gazetteer inside the crate.
    pub gazetteer: Option<PathBuf>,
    /// CSV tables of places of one's own, which lie on top.
    pub tables: Vec<PathBuf>,
    /// Names that are no places, or ids of places that are left out.
    pub ignored: Vec<String>,
    /// Files of such names, one a line.
    pub ignored_files: Vec<PathBuf>,
    /// The weights of the features, `None` for those inside the crate.
    pub ranker: Option<PathBuf>,
    /// A CSV table of where the documents of each source were published.
    pub publishers: Option<PathBuf>,
}

impl Tagger {
    /// Begins to put a tagger together.
    pub fn builder() -> TaggerBuilder {
        TaggerBuilder {
            model: Some(Model::default()),
            model_options: ModelOptions::default(),
            runtime: RuntimeOptions::default(),
            hub: HubOptions::default(),
            tell: Box::new(|_| {}),
            places: Some(PlacesOptions::default()),
            corrections: Vec::new(),
            threads: 0,
            window_cache: 0,
        }
    }
}

impl TaggerBuilder {
    /// With another model.
    pub fn model(self, model: Model) -> Self {
        Self { model: Some(model), ..self }
    }

    /// Without a model, and without ONNX Runtime: only the places of names that are known can be found.
    pub fn without_model(self) -> Self {
        Self { model: None, ..self }
    }

    /// With names for the columns of the model's output, in their order, instead of those that its `config.json` has; for a
    /// GLiNER, what it is to look for: `["person", "organisation", "place", "weapon"]`.
    pub fn labels<N: Into<String>>(self, labels: impl IntoIterator<Item = N>) -> Self {
        self.with_model(|options| options.labels = Some(labels.into_iter().map(Into::into).collect()))
    }

    /// With another label for a type of the model, `geo`: PER, ORG, LOC, MISC or a word of your own; nothing to leave it out.
    /// May be called several times.
    pub fn map_label(self, of_model: impl Into<String>, label: impl Into<String>) -> Self {
        self.with_model(|options| {
            options.map.insert(of_model.into(), label.into());
        })
    }

    /// With another way from the labels of tokens to names.
    pub fn aggregation(self, aggregation: Aggregation) -> Self {
        self.with_model(|options| options.aggregation = aggregation)
    }

    /// With another threshold of a GLiNER than .5.
    pub fn threshold(self, threshold: f32) -> Self {
        self.with_model(|options| options.threshold = Some(threshold))
    }

    /// Whether a GLiNER also finds names inside names, which come out as [`Annotation::nested`](crate::Annotation::nested).
    pub fn nested(self, nested: bool) -> Self {
        self.with_model(|options| options.nested = nested)
    }

    /// With the model run on another processor. That it can be used shows at once; for a graphics card of NVIDIA, another ONNX
    /// Runtime is found or fetched.
    pub fn device(self, device: Device) -> Self {
        self.with_model(|options| options.device = device)
    }

    /// How the model is to be read, all at once.
    #[doc(hidden)]
    pub fn model_options(self, model_options: ModelOptions) -> Self {
        Self { model_options, ..self }
    }

    /// Where ONNX Runtime is, or may come from.
    pub fn runtime(self, runtime: RuntimeOptions) -> Self {
        Self { runtime, ..self }
    }

    /// Where models of the Hugging Face Hub come from. Nothing is fetched either where ONNX Runtime must not be.
    pub fn hub(self, hub: HubOptions) -> Self {
        Self { hub, ..self }
    }

    /// Tells of what takes long while ONNX Runtime and the model are looked for.
    pub fn on_event(self, tell: impl FnMut(Event) + Send + 'static) -> Self {
        Self { tell: Box::new(tell), ..self }
    }

    /// With the places of a gazetteer file instead of those inside the crate.
    pub fn gazetteer(self, file: impl Into<PathBuf>) -> Self {
        self.with_places(|places| places.gazetteer = Some(file.into()))
    }

    /// With a CSV table of places of one's own on top: columns `name`, `lat`, `lon` and, if you like, `id`, `names`,
    /// `country`, `priority` and others. Their names are found even where the model does not see them. May be called several
    /// times.
    pub fn places(self, table: impl Into<PathBuf>) -> Self {
        self.with_places(|places| places.tables.push(table.into()))
    }

    /// Without the places of some names, or of some ids.
    pub fn ignore<N: Into<String>>(self, names: impl IntoIterator<Item = N>) -> Self {
        self.with_places(|places| places.ignored.extend(names.into_iter().map(Into::into)))
    }

    /// With other weights of the features, as `scripts/train_ranker.py` writes them.
    pub fn ranker(self, file: impl Into<PathBuf>) -> Self {
        self.with_places(|places| places.ranker = Some(file.into()))
    }

    /// With a CSV table of where the documents of each source were published: columns `source`, `lat`, `lon`, `country`.
    pub fn publishers(self, table: impl Into<PathBuf>) -> Self {
        self.with_places(|places| places.publishers = Some(table.into()))
    }

    /// With a file of corrections ([`guide::corrections`](crate::guide::corrections)): which place a name means, in a document or in all of them,
    /// or that it is no name. May be called several times.
    pub fn corrections(mut self, file: impl Into<PathBuf>) -> Self {
        self.corrections.push(file.into());
        self
    }

    /// Where places are looked up, all at once.
    #[doc(hidden)]
    pub fn places_options(self, places: PlacesOptions) -> Self {
        Self { places: Some(places), ..self }
    }

    /// Without places: only names are found.
    pub fn without_places(self) -> Self {
        Self { places: None, ..self }
    }

    /// With so many threads of its own; 0 for one a core.
    pub fn threads(self, threads: usize) -> Self {
        Self { threads, ..self }
    }

    /// With a memory of so many windows of text that were just read, so that what is printed many times over is read by the
    /// model once; a window takes some 6 kB. 0, as it is without this, for none. Results don't change.
    pub fn window_cache(self, windows: usize) -> Self {
        Self { window_cache: windows, ..self }
    }

    /// Puts it together: finds or fetches ONNX Runtime, loads the model, opens the gazetteer.
    ///
    /// # Errors
    ///
    /// If something is missing or does not hold what it should.
    pub fn build(self) -> Result<Tagger, Error> {
        let Self { model, model_options, mut runtime, mut hub, mut tell, places, corrections, threads, window_cache } =
            self;
        hub.offline |= runtime.offline;
        runtime.build = runtime_build(model_options.device).unwrap_or(runtime.build);
        let pool = pool(threads)?;
        let resolver = pool.install(|| places.as_ref().map(PlacesOptions::resolver).transpose())?;
        let corrections = Corrections::open(&corrections, resolver.as_ref().map(Resolver::gazetteer))?;
        let gazetteer = resolver.as_ref().map(|resolver| format!("{:08x}", resolver.gazetteer().info().checksum));
        let mut load = || match &model {
            None => Ok(None),
            Some(model) => {
                let found = external::find_runtime(&runtime, &mut *tell)?;
                onnx::start(&found)?;
                let files = model.files(&hub, &mut *tell)?;
                let threads = rayon::current_num_threads();
                let load = || recogniser(files.clone(), &model_options, threads, window_cache);
                let (checksum, model) = rayon::join(|| files.checksum(), load);
                let checksum = checksum.map_err(|error| ModelError::File {
                    path: files.network.clone().into(),
                    why: error.to_string(),
                    expected: "expected it to stay as it is".to_owned(),
                })?;
                Ok(Some((model?, checksum, found.version.to_string())))
            }
        };
        // A run over one article spends most of its time here.
        let (loaded, ()): (Result<_, Error>, ()) =
            pool.install(|| rayon::join(&mut load, || resolver.iter().for_each(warm_up)));
        let (model, checksum, version) = match loaded? {
            None => (None, None, None),
            Some((model, checksum, version)) => (Some(model), Some(checksum), Some(version)),
        };
        let provenance = Provenance { model: checksum, gazetteer, onnx_runtime: version };
        Ok(Tagger::new(model, resolver, corrections, pool, provenance))
    }

    fn with_model(mut self, set: impl FnOnce(&mut ModelOptions)) -> Self {
        set(&mut self.model_options);
        self
    }

    fn with_places(mut self, set: impl FnOnce(&mut PlacesOptions)) -> Self {
        set(self.places.get_or_insert_default());
        self
    }
}

/// For which processor ONNX Runtime has to be built where a model is to be run on a device; `None` where any will do.
pub fn runtime_build(device: Device) -> Option<RuntimeBuild> {
    match device {
        Device::Cuda(_) => Some(RuntimeBuild::Cuda),
        Device::Auto => Some(RuntimeBuild::CudaIfThere),
        _ => None,
    }
}

/// What finds names by the files of a model.
///
/// # Errors
///
/// If the files, or the options, do not fit each other.
pub fn recogniser(
    files: ModelFiles,
    options: &ModelOptions,
    threads: usize,
    window_cache: usize,
) -> Result<Arc<dyn Recogniser>, Error> {
    Ok(match files.kind {
        ModelKind::TokenClassification => {
            Arc::new(NerModel::new(files, options, threads)?.with_window_cache(window_cache))
        }
        ModelKind::Gliner => Arc::new(GlinerModel::new(files, options, threads)?),
    })
}

/// A pool of so many threads; 0 for one a core.
///
/// # Errors
///
/// If they cannot be started.
pub fn pool(threads: usize) -> Result<ThreadPool, Error> {
    // Otherwise rayon would ask the environment.
    let threads = match threads {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        threads => threads,
    };
    let pool = ThreadPoolBuilder::new().num_threads(threads).thread_name(|n| format!("dateline {n}"));
    pool.build().map_err(|error| Error::Threads(error.to_string()))
}

impl Model {
    /// The model that a name stands for: `default`, `accurate`, `hf:OWNER/NAME[@REVISION]`, a model folder, or one `.onnx` file
    /// of one.
    ///
    /// # Errors
    ///
    /// If it can be none of these.
    pub fn named(name: &Path) -> Result<Self, String> {
        match name.to_str() {
            Some("accurate") if !name.is_dir() => Ok(Self::Accurate),
            Some("default") if !name.is_dir() => Ok(Self::Embedded),
            Some("fast") if !name.is_dir() => Err(
                "fast: there is none any more, since the default model is faster and reads better; leave it out, or name \
                 another: accurate, or a folder"
                    .to_owned(),
            ),
            Some(name) if HubModel::is_meant(name) => Ok(Self::Hub(name.parse()?)),
            _ => Ok(Self::Folder(name.to_owned())),
        }
    }

    /// Its files. What takes long is told.
    ///
    /// # Errors
    ///
    /// If one is not there.
    #[doc(hidden)]
    pub fn files(&self, hub: &HubOptions, tell: &mut dyn FnMut(Event)) -> Result<ModelFiles, Error> {
        match self {
            Self::Embedded => embedded(),
            Self::Accurate => accurate(),
            Self::Folder(folder) => Ok(ModelFiles::read(folder)?),
            Self::Hub(model) => Ok(ModelFiles::read(&external::find_hub_model(model, hub, tell)?)?),
        }
    }
}

#[cfg(feature = "embedded")]
#[allow(clippy::unnecessary_wraps, reason = "without the feature it can fail")]
fn embedded() -> Result<ModelFiles, Error> {
    Ok(ModelFiles::embedded())
}

#[cfg(not(feature = "embedded"))]
fn embedded() -> Result<ModelFiles, Error> {
    Err(Error::NothingEmbedded)
}

#[cfg(feature = "embedded-accurate")]
#[allow(clippy::unnecessary_wraps, reason = "without the feature it can fail")]
fn accurate() -> Result<ModelFiles, Error> {
    let _ = ACCURATE_FOLDER;
    Ok(ModelFiles::embedded_accurate())
}

/// The folder of the accurate model: beside the program, above it (in a checkout), or among the user's data.
#[cfg(not(feature = "embedded-accurate"))]
fn accurate() -> Result<ModelFiles, Error> {
    let program = std::env::current_exe().and_then(|path| path.canonicalize()).unwrap_or_default();
    // target/release/dateline is three below the checkout.
    let mut looked: Vec<PathBuf> =
        program.ancestors().skip(1).take(3).map(|above| above.join(ACCURATE_FOLDER)).collect();
    if let Ok(folders) = etcetera::choose_base_strategy() {
        looked.push(etcetera::BaseStrategy::data_dir(&folders).join("dateline").join(ACCURATE_FOLDER));
    }
    match looked.iter().find(|place| place.join("config.json").is_file()) {
        Some(place) => Ok(ModelFiles::read(place)?),
        None => Err(Error::NoAccurateModel { looked }),
    }
}

impl PlacesOptions {
    /// The gazetteer file, without what lies on top.
    ///
    /// # Errors
    ///
    /// If it cannot be used.
    pub fn gazetteer_file(&self) -> Result<Gazetteer, Error> {
        match &self.gazetteer {
            Some(file) => Ok(Gazetteer::open(file)?),
            None => built_in_gazetteer(),
        }
    }

    /// The gazetteer with all that lies on top of its file.
    ///
    /// # Errors
    ///
    /// If one of the files cannot be used.
    pub fn open(&self) -> Result<Gazetteer, Error> {
        let mut gazetteer = self.gazetteer_file()?;
        if !self.tables.is_empty() {
            gazetteer = gazetteer.with_places(self.own_places()?);
        }
        for file in &self.ignored_files {
            let names = std::fs::read_to_string(file).map_err(|error| Error::Ignored { file: file.clone(), error })?;
            let names = names.trim_start_matches('\u{feff}').lines().map(str::trim);
            gazetteer = gazetteer.without(names.filter(|name| !name.is_empty()));
        }
        Ok(gazetteer.without(self.ignored.iter().map(String::as_str)))
    }

    /// The places of the tables.
    fn own_places(&self) -> Result<Gazetteer, Error> {
        let extra = self.tables.clone();
        let sources = Sources { extra, priority: Some(OWN_PRIORITY), max_errors: u64::MAX, ..Sources::default() };
        match build_in_memory(&sources) {
            Ok((_, BuildReport { broken, broken_lines: 1.., .. })) => Err(Error::BrokenPlaces { broken }),
            Ok((file, _)) => Ok(Gazetteer::from_bytes(&file)?),
            Err(BuildError::NoPlaces(broken)) if !broken.is_empty() => Err(Error::BrokenPlaces { broken }),
            Err(BuildError::NoPlaces(_)) => Err(Error::NoPlaces { tables: self.tables.clone() }),
            Err(error) => Err(error.into()),
        }
    }

    /// The names of the places of the tables, but for those of their peoples and those that are no places in the gazetteer with
    /// all that lies on top.
    fn own_names(&self, gazetteer: &Gazetteer) -> Result<Phrases, Error> {
        let mut names = Phrases::default();
        for table in &self.tables {
            let file = TableFile::open(table).map_err(BuildError::from)?;
            file.for_each_table(|reader, table| {
                for row in ExtraTable::new(reader, table)? {
                    let (_, place) = row?;
                    let others = place.names.iter().filter(|name| name.kind != NameKind::Demonym);
                    let spellings = others.map(|name| &name.spelling).chain([&place.name]);
                    let spellings = spellings.filter(|spelling| !gazetteer.lookup_strictly(spelling).is_empty());
                    spellings.for_each(|spelling| names.add(spelling, 0));
                }
                Ok::<(), SourceError>(())
            })
            .map_err(BuildError::from)?;
        }
        Ok(names)
    }

    fn resolver(&self) -> Result<Resolver, Error> {
        let gazetteer = self.open()?;
        let own_names = self.own_names(&gazetteer)?;
        let mut resolver = Resolver::new(gazetteer).with_own_names(own_names);
        if let Some(file) = &self.ranker {
            resolver = resolver.with_ranker(Ranker::open(file)?);
        }
        if let Some(table) = &self.publishers {
            resolver = resolver.with_publishers(Publishers::open(table)?);
        }
        Ok(resolver)
    }
}

#[cfg(feature = "embedded")]
fn built_in_gazetteer() -> Result<Gazetteer, Error> {
    Ok(Gazetteer::embedded()?)
}

#[cfg(not(feature = "embedded"))]
fn built_in_gazetteer() -> Result<Gazetteer, Error> {
    Err(Error::NoGazetteer)
}
