//! Named-entity recognition by classifying tokens: a model, and the way from a text to its mentions.
//!
//! The stages are [`sentence`](crate::sentence), [`tokens`], [`window`], the run in [`network`], [`word`],
//! [`label_consistency`], [`decode`] and [`evidence`], or [`aggregate`] for what others do; [`reading`] takes a document through
//! them, [`rounds`] many at a time. [`labels`] and [`types`] say what a model's labels mean.

pub mod aggregate;
pub mod cache;
pub mod case;
pub mod decode;
pub mod evidence;
pub mod label_consistency;
pub mod labels;
pub mod network;
pub mod probe;
pub mod punctuation;
pub mod reading;
pub mod recogniser;
pub mod rounds;
pub mod settings;
pub mod tag_set;
pub mod tags;
pub mod tokens;
pub mod types;
pub mod window;
pub mod word;
pub mod word_borders;

use cache::WindowCache;
use labels::Columns;
use network::{Inputs, Logits, TokenNetwork};
use settings::{Config, Scheme, Settings};
use tag_set::TagSet;
use tags::Tag;
use tokens::{SentenceTokenizer, WordRule};
use window::{Window, WindowSize};

use crate::message::one_line;
use crate::model_error::ModelError;
use crate::model_files::{ModelFile, ModelFiles};
use crate::model_options::{Aggregation, ModelOptions};
use crate::onnx::{Network, OnnxError};

/// A model that finds names, ready to run on any number of threads.
pub struct NerModel {
    tokenizer: SentenceTokenizer,
    settings: Settings,
    size: WindowSize,
    tags: TagSet,
    columns: Columns,
    aggregation: Aggregation,
    network: TokenNetwork,
    cache: Option<WindowCache>,
    notes: Vec<String>,
    architecture: String,
    /// Whether the labels were named by the user.
    named_by_user: bool,
}

impl NerModel {
    /// Makes a model of its files, for so many threads. ONNX Runtime must have been started ([`crate::onnx::start`]).
    ///
    /// # Errors
    ///
    /// If a file does not hold what it should, or the options do not fit the model.
    pub fn new(files: ModelFiles, options: &ModelOptions, threads: usize) -> Result<Self, ModelError> {
        if options.threshold.is_some() {
            return Err(ModelError::Option {
                option: "--threshold",
                why: "the model classifies tokens, and has none; expected a GLiNER, or --min-score".to_owned(),
            });
        }
        if options.nested {
            return Err(ModelError::Option {
                option: "--nested",
                why: "the model classifies tokens, and a token is in one name at most; expected a GLiNER".to_owned(),
            });
        }
        let config = Config::read(&files.config)?;
        let labels_of = |why: String| ModelError::Labels { config: files.config.name.clone(), why };
        let columns = match (&options.labels, &config.labels) {
            (Some(names), known) => Columns::read(names, &options.map).map_err(|why| {
                let has_names = known.as_ref().is_some_and(|known| Columns::read(known, &options.map).is_ok());
                let more = "; the labels of this model have names already, and what it finds cannot be chosen: that is for a GLiNER";
                ModelError::Option { option: "--labels", why: why + if has_names { more } else { "" } }
            })?,
            (None, Some(names)) => Columns::read(names, &options.map).map_err(labels_of)?,
            (None, None) => {
                let why = "it does not name the labels".to_owned();
                return Err(ModelError::Config { config: files.config.name, why });
            }
        };
        let names = columns.tags.len();
        // Each takes a good part of what a short run takes as a whole.
        let (tokenizer, network) = rayon::join(
            || read_tokenizer(&files.tokenizer),
            || Network::load(files.network, files.graph, options.device, threads),
        );
        let (tokenizer, network) = (tokenizer?, network?);
        let rule = match network::reads_case(&network) {
            true => WordRule::Tokenizer,
            false => WordRule::Written,
        };
        let network = TokenNetwork::new(network, names, config.padding)?;
        let size = config.window_size(network.fixed_tokens()).map_err(labels_of)?;
        let mut model = Self {
            tokenizer: tokenizer.with_rule(rule),
            tags: TagSet::of_columns(&columns),
            aggregation: options.aggregation,
            settings: config.settings,
            size,
            columns,
            network,
            cache: None,
            notes: Vec::new(),
            architecture: config.model_type,
            named_by_user: options.labels.is_some(),
        };
        model.check(&files.config.name, &files.tokenizer.name)?;
        let inside_begins = match model.settings.scheme {
            Some(scheme) => scheme == Scheme::Iob1,
            // Models that were trained here begin as their tags say.
            None => rule == WordRule::Written && model.has_choice() && model.begins_inside()?,
        };
        model.tags = model.tags.with_inside_begins(inside_begins);
        model.notes = model.notes_of_labels();
        Ok(model)
    }

    /// The model with a memory of so many windows that it has just read, none for 0.
    #[must_use]
    pub fn with_window_cache(mut self, windows: usize) -> Self {
        self.cache = (windows > 0).then(|| WindowCache::new(windows, self.size.tokens));
        self
    }

    /// Runs the model on one window, or remembers what it gave: a row for each word that begins in the part that the window owns,
    /// or for each token if words are not what is judged.
    ///
    /// # Errors
    ///
    /// If ONNX Runtime fails.
    pub fn run(&self, window: &Window) -> Result<Logits, ModelError> {
        self.run_at(window, &self.positions(window))
    }

    /// The same, a row for each word in any case.
    fn run_words(&self, window: &Window) -> Result<Logits, ModelError> {
        self.run_at(window, &window.word_positions())
    }

    fn run_at(&self, window: &Window, positions: &[i64]) -> Result<Logits, ModelError> {
        // A word may be longer than a window: then there are some in which none begins.
        if positions.is_empty() {
            return Ok(Logits::zeros((0, self.tags.columns())));
        }
        let inputs = Inputs { ids: &window.ids, case_ids: &window.case_ids, word_positions: positions };
        let run = || Ok(self.network.run(&[inputs])?.pop().unwrap_or_default());
        match &self.cache {
            Some(cache) => cache.get(inputs, run),
            None => run(),
        }
    }

    /// The tokens of a window whose logits are wanted.
    fn positions(&self, window: &Window) -> Vec<i64> {
        window.positions(self.aggregation != Aggregation::Viterbi)
    }

    /// Shows now whether the three files belong together, not at the first document: by a text of one word, and the last token
    /// of the vocabulary.
    fn check(&self, config: &str, tokenizer: &str) -> Result<(), ModelError> {
        for window in self.windows("a")? {
            let (labels, names) = (self.run(&window)?.ncols(), self.tags.columns());
            if labels != names && self.named_by_user {
                let why =
                    format!("{names} names for a model that has {labels} labels; expected as many, in their order");
                return Err(ModelError::Option { option: "--labels", why });
            }
            if labels != names {
                return Err(ModelError::Config {
                    config: config.to_owned(),
                    why: format!("it names {names} labels where the model gives {labels}"),
                });
            }
            let (tokens, Some(last)) = self.tokenizer.vocabulary() else { continue };
            let mut ids = window.ids.clone();
            let Some(place) = ids.get_mut(window.leading) else { continue };
            *place = last.into();
            let positions = [window.leading as i64];
            let inputs = Inputs { ids: &ids, case_ids: &window.case_ids, word_positions: &positions };
            match self.network.run(&[inputs]) {
                Ok(_) => {}
                Err(OnnxError::Run { model, why, .. }) => {
                    return Err(ModelError::Vocabulary { tokenizer: tokenizer.to_owned(), tokens, model, why });
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Whether some names can begin with one tag or another.
    fn has_choice(&self) -> bool {
        let tags = self.tags.tags();
        tags.iter().any(|tag| matches!(tag, Tag::Inside(label) if tags.contains(&Tag::Begin(*label))))
    }

    fn notes_of_labels(&self) -> Vec<String> {
        let unknown = &self.columns.unknown;
        let Some(first) = unknown.first() else { return Vec::new() };
        vec![format!(
            "the model finds what no table has a label for: {}; it is given under its own name; --map {first}=MISC gives it another \
             label, --map {first}= leaves it out",
            unknown.join(", ")
        )]
    }
}

fn read_tokenizer(file: &ModelFile) -> Result<SentenceTokenizer, ModelError> {
    SentenceTokenizer::from_bytes(&file.bytes)
        .map_err(|error| ModelError::Tokenizer { tokenizer: file.name.clone(), why: one_line(&error.to_string()) })
}
