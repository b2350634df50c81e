//! A GLiNER that finds names for the tagger.

use ndarray::{Array, Array4, Dimension, Ix4};
use rayon::prelude::*;

use super::config::Mode;
use super::decode::{Choice, outermost};
use super::prompt::{Inputs, Prompt};
use super::{Found, Gliner};
use crate::clock::{Clock, Stage};
use crate::limits;
use crate::mention::{Kind, Label, Mention};
use crate::model_error::ModelError;
use crate::model_files::ModelFiles;
use crate::model_options::{Aggregation, ModelOptions};
use crate::ner::labels::{Mapped, mapped};
use crate::ner::recogniser::{About, Between, Decoded, Recogniser, Request};
use crate::onnx::{Feed, Network, OnnxError, Port};

/// What it is asked for where nothing else is said.
const USUAL: [&str; 3] = ["person", "organization", "location"];

/// The output of its network.
const OUTPUT: &str = "logits";

/// A GLiNER with its labels, ready to run on any number of threads.
pub struct GlinerModel {
    gliner: Gliner,
    prompt: Prompt,
    /// What its labels are here, in their order; `None` for those that are left out.
    labels: Vec<Option<(Label, Option<Kind>)>>,
    names: Vec<String>,
    choice: Choice,
    network: Network,
    inputs: Vec<Role>,
    output: usize,
}

/// What an input of the network is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Ids,
    Mask,
    Words,
    Lengths,
    Spans,
    SpanMask,
}

impl Role {
    fn named(name: &str) -> Option<Self> {
        match name {
            "input_ids" => Some(Self::Ids),
            "attention_mask" => Some(Self::Mask),
            "words_mask" => Some(Self::Words),
            "text_lengths" => Some(Self::Lengths),
            "span_idx" => Some(Self::Spans),
            "span_mask" => Some(Self::SpanMask),
            _ => None,
        }
    }

    fn feed(self, inputs: &Inputs) -> Option<Feed> {
        Some(match self {
            Self::Ids => feed(&inputs.input_ids, |&id| id),
            Self::Mask => feed(&inputs.attention_mask, |&mask| mask),
            Self::Words => feed(&inputs.words_mask, |&word| word),
            Self::Lengths => feed(&inputs.text_lengths, |&length| length),
            Self::Spans => feed(&inputs.spans.as_ref()?.idx, |&word| word),
            Self::SpanMask => feed(&inputs.spans.as_ref()?.mask, |&ends| ends.into()),
        })
    }
}

fn feed<T, D: Dimension>(array: &Array<T, D>, number: impl Fn(&T) -> i64) -> Feed {
    Feed { shape: array.shape().to_vec(), values: array.iter().map(number).collect() }
}

impl GlinerModel {
    /// Makes a model of its files, for so many threads. ONNX Runtime must have been started ([`crate::onnx::start`]).
    ///
    /// # Errors
    ///
    /// If a file does not hold what it should, or the options do not fit the model.
    pub fn new(files: ModelFiles, options: &ModelOptions, threads: usize) -> Result<Self, ModelError> {
        if options.aggregation != Aggregation::Viterbi {
            return Err(ModelError::Option {
                option: "--aggregation",
                why: "a GLiNER does not classify tokens, so that there is nothing to aggregate; leave it out"
                    .to_owned(),
            });
        }
        let gliner =
            Gliner::new((&files.config.name, &files.config.bytes), (&files.tokenizer.name, &files.tokenizer.bytes))?;
        let names = options.labels.clone().unwrap_or_else(|| USUAL.map(str::to_owned).to_vec());
        let prompt = gliner.prompt(&names)?;
        let labels = names.iter().map(|name| label(name, options)).collect::<Result<_, _>>()?;
        if let Some(given) = options.map.keys().find(|given| !names.iter().any(|name| name.eq_ignore_ascii_case(given)))
        {
            let why = format!("{given:?} is none of the labels; expected one of {}", names.join(", "));
            return Err(ModelError::Option { option: "--map", why });
        }
        let network = Network::load(files.network, files.graph, options.device, threads)?;
        let misfit = |what: String| OnnxError::Shape { model: network.name().to_owned(), what };
        let known = |port: &Port| {
            Role::named(&port.name).ok_or_else(|| {
                misfit(format!(
                    "it asks for an input {:?}, which is not known; expected a GLiNER that was exported with export_to_onnx of \
                     gliner",
                    port.name
                ))
            })
        };
        let inputs = network.inputs().iter().map(known).collect::<Result<_, _>>()?;
        let output = network.outputs().iter().position(|port| port.name == OUTPUT).ok_or_else(|| {
            misfit(
                "it has no output \"logits\"; expected a GLiNER that was exported with export_to_onnx of gliner"
                    .to_owned(),
            )
        })?;
        let usual = Choice::default();
        let threshold = options.threshold.map_or(usual.threshold, decimal);
        let choice = Choice { threshold, flat: !options.nested, ..usual };
        let model = Self { gliner, prompt, labels, names, choice, network, inputs, output };
        // Shows now whether the files belong together.
        model.find("a")?;
        Ok(model)
    }

    /// Runs the network.
    ///
    /// # Errors
    ///
    /// If ONNX Runtime fails, or the network gives something else than logits.
    pub fn run(&self, inputs: &Inputs) -> Result<Array4<f32>, ModelError> {
        let misfit = |what: String| OnnxError::Shape { model: self.network.name().to_owned(), what };
        let feed = |role: &Role| {
            role.feed(inputs).ok_or_else(|| {
                misfit("it asks for spans, but gliner_config.json says that it is of token mode; expected files of one export".into())
            })
        };
        let feeds: Vec<Feed> = self.inputs.iter().map(feed).collect::<Result<_, _>>()?;
        let logits = self.network.run(&feeds, self.output).map_err(|why| OnnxError::Run {
            model: self.network.name().to_owned(),
            tokens: inputs.input_ids.len(),
            why,
            advice: "expected a GLiNER that was exported with export_to_onnx of gliner, with its own tokenizer"
                .to_owned(),
        })?;
        let shape = logits.shape().to_vec();
        let logits = logits.into_dimensionality::<Ix4>().map_err(|_| {
            misfit(format!("its logits have the shape {shape:?}; expected four sizes, as gliner exports them"))
        })?;
        match logits.iter().any(|logit| logit.is_nan()) {
            true => {
                Err(misfit("its logits are not numbers (NaN); expected a sound model: export one of 32 bits".into())
                    .into())
            }
            false => Ok(logits),
        }
    }

    fn find(&self, text: &str) -> Result<Vec<Found>, ModelError> {
        self.gliner.find(&self.prompt, text, self.choice, |inputs| self.run(inputs))
    }

    fn decoded(&self, request: &Request<'_>, clock: &Clock) -> Result<Decoded, ModelError> {
        limits::check_text(request.text)?;
        let run = |inputs: &Inputs| match request.is_stopped() {
            true => Err(ModelError::Stopped),
            false => self.run(inputs),
        };
        let found = clock.time(Stage::Model, || self.gliner.find(&self.prompt, request.text, self.choice, run))?;
        let least = request.min_score.unwrap_or(0.0);
        let mention = |found: &Found| {
            let (label, kind) = self.labels[found.label]?;
            Some(Mention { kind, ..Mention::new(found.span, label, found.score) })
        };
        // What stands inside a name that is left out is inside none.
        let told = found.iter().filter_map(mention).filter(|mention| mention.score >= least);
        let (mentions, nested) = outermost(told.collect());
        Ok(Decoded { mentions, nested, ..Decoded::default() })
    }
}

/// What a label is here; `None` if it is left out.
fn label(name: &str, options: &ModelOptions) -> Result<Option<(Label, Option<Kind>)>, ModelError> {
    match mapped(name, &options.map, false).map_err(|why| ModelError::Option { option: "--labels", why })? {
        Mapped::LeftOut => Ok(None),
        Mapped::To(label) | Mapped::Unknown(label) => {
            Ok(Some((label, Kind::named(name).filter(|kind| kind.name() != label.name()))))
        }
    }
}

/// The number that was meant by one of 32 bits: .3, and not the .30000001 that lies next to it.
fn decimal(number: f32) -> f64 {
    number.to_string().parse().unwrap_or_else(|_| number.into())
}

impl Recogniser for GlinerModel {
    /// A text is read as a whole: there is no room within one.
    fn recognise_between(
        &self,
        requests: &[Request<'_>],
        _: Option<Between<'_>>,
        clock: &Clock,
    ) -> Vec<Result<Decoded, ModelError>> {
        requests.par_iter().with_max_len(1).map(|request| self.decoded(request, clock)).collect()
    }

    fn about(&self) -> About {
        let told = |ports: &[Port]| ports.iter().map(Port::told).collect();
        let config = self.gliner.config();
        let becomes = |(name, label): (&String, &Option<(Label, Option<Kind>)>)| {
            (name.clone(), label.map_or("left out", |(label, _)| label.name()).to_owned())
        };
        About {
            architecture: match config.mode {
                Mode::Span => format!("span mode, up to {} words", config.max_width),
                Mode::Token => "token mode".to_owned(),
            },
            inputs: told(self.network.inputs()),
            outputs: told(self.network.outputs()),
            words: "those of its own package".to_owned(),
            windows: format!("{} words", config.max_len),
            begins: format!("anywhere, from a probability of {}", self.choice.threshold),
            types: self.names.iter().zip(&self.labels).map(becomes).collect(),
            device: self.network.device().to_string(),
        }
    }

    fn notes(&self) -> Vec<String> {
        let unplaced = self.labels.iter().all(|label| !matches!(label, Some((Label::Loc, _))));
        match unplaced {
            true => vec![format!(
                "none of the labels ({}) is one of places, so that only what the words themselves show to be places is placed; ask for \
                 places too, or say which label is theirs: --map \"LABEL=LOC\"",
                self.names.join(", ")
            )],
            false => Vec::new(),
        }
    }
}
