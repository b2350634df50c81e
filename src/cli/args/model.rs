//! Which model tags, and how it is read.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use clap::builder::FalseyValueParser;
use dateline::inner::builder::Model;
use dateline::{HubModel, HubOptions, TaggerBuilder};

use dateline::inner::model_options::{Aggregation, ModelOptions};
use dateline::inner::onnx::Device;

use crate::cli::corpus::settings::Settings;
use crate::cli::outputs;

/// The variable that names a model where `--model` is not given.
const MODEL_VARIABLE: &str = "DATELINE_MODEL";

/// Which model tags, and how it is read.
#[derive(Args)]
pub struct ModelArgs {
    /// The name of a model, `accurate` for the larger one and `default` for the built-in one; a model folder: model.onnx,
    /// tokenizer.json and config.json; one .onnx file of a folder; or hf:OWNER/NAME[@REVISION] for a model of the Hugging Face
    /// Hub, which is fetched once [default: the built-in model]
    #[arg(long, value_name = "NAME|FOLDER|FILE|hf:OWNER/NAME", env = MODEL_VARIABLE)]
    model: Option<PathBuf>,
    /// Leave out names with a lower score, from 0 to 1 [default: what the model's config.json says]
    #[arg(long, value_name = "SCORE", env = "DATELINE_MIN_SCORE", value_parser = share)]
    min_score: Option<f32>,
    /// What the model's labels are called, in their order, where its config.json has no names for them; what a GLiNER is to look
    /// for: names with commas between, or a file with one a line
    #[arg(long, value_name = "NAMES|FILE", env = "DATELINE_LABELS", help_heading = MODELS)]
    labels: Option<String>,
    /// Give a type of the model's another label: PER, ORG, LOC, MISC or a word of yours; nothing leaves it out, as in
    /// geo=LOC,tim=
    #[arg(long, value_name = "TYPE=LABEL", env = "DATELINE_MAP", value_delimiter = ',', value_parser = mapped, help_heading = MODELS)]
    map: Vec<(String, String)>,
    /// How the labels of tokens become names: by the best sequence for the whole sentence, or by one of the strategies of Hugging
    /// Face's pipeline [default: viterbi]
    #[arg(long, value_name = "HOW", env = "DATELINE_AGGREGATION", hide_possible_values = false, help_heading = MODELS,
        value_parser = clap::builder::PossibleValuesParser::new(Aggregation::ALL.map(Aggregation::name)))]
    aggregation: Option<String>,
    /// The least probability of what a GLiNER finds, from 0 to 1 [default: 0.5]
    #[arg(long, value_name = "SHARE", env = "DATELINE_THRESHOLD", value_parser = share, help_heading = MODELS)]
    threshold: Option<f32>,
    /// Also find names inside names, of a GLiNER: they stand in JSON alone, as "nested"; all other formats have the outer names
    #[arg(long, env = "DATELINE_NESTED", value_parser = FalseyValueParser::new(), help_heading = MODELS)]
    nested: bool,
    /// The processor that runs the model: cpu, cuda, cuda:1, coreml, directml, openvino, or auto for a graphics card if there is
    /// one [default: cpu]
    #[arg(long, value_name = "PROCESSOR", env = "DATELINE_DEVICE", help_heading = MODELS)]
    device: Option<Device>,
}

/// The heading of what is for models of others.
const MODELS: &str = "Models of others";

/// The model that a name or a folder stands for.
pub fn named(name: &Path) -> anyhow::Result<Model> {
    Model::named(name).map_err(|why| anyhow::anyhow!("--model {why}"))
}

fn share(given: &str) -> Result<f32, String> {
    match given.parse() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("expected a number from 0 to 1, such as 0.5".to_owned()),
    }
}

fn mapped(given: &str) -> Result<(String, String), String> {
    match given.split_once('=') {
        Some((of_model, label)) if !of_model.trim().is_empty() => {
            Ok((of_model.trim().to_owned(), label.trim().to_owned()))
        }
        _ => Err("expected a type of the model's and a label, such as geo=LOC, or geo= to leave it out".to_owned()),
    }
}

impl ModelArgs {
    /// Says to a builder which model was asked for, and how it is to be read.
    pub fn apply(&self, builder: TaggerBuilder) -> anyhow::Result<TaggerBuilder> {
        self.apply_to(builder, self.model()?)
    }

    /// The same with another model.
    pub fn apply_to(&self, builder: TaggerBuilder, model: Model) -> anyhow::Result<TaggerBuilder> {
        let builder = match model {
            Model::Hub(_) => builder.hub(HubOptions::from_env()),
            _ => builder,
        };
        Ok(builder.model(model).model_options(self.options()?))
    }

    /// The model that was asked for.
    pub fn model(&self) -> anyhow::Result<Model> {
        self.model.as_deref().map_or(Ok(Model::Embedded), named)
    }

    /// Whether the option names a model, rather than the environment.
    pub fn is_given(&self) -> bool {
        self.model.as_ref().is_some_and(|model| std::env::var_os(MODEL_VARIABLE).is_none_or(|set| set != *model))
    }

    /// Where models of the hub are, or may come from.
    pub fn hub(&self, offline: bool) -> HubOptions {
        let mut hub = HubOptions::from_env();
        hub.offline |= offline;
        hub
    }

    /// How it is to be read.
    pub fn options(&self) -> anyhow::Result<ModelOptions> {
        let mut options =
            ModelOptions { labels: self.labels.as_deref().map(labels).transpose()?, ..ModelOptions::default() };
        for (of_model, label) in &self.map {
            let known = options.map.keys().find(|known| known.to_lowercase() == of_model.to_lowercase());
            anyhow::ensure!(known.is_none(), "--map names {of_model} twice; expected one label for each type");
            options.map.insert(of_model.clone(), label.clone());
        }
        if let Some(aggregation) = &self.aggregation {
            options.aggregation = aggregation.parse().map_err(anyhow::Error::msg)?;
        }
        options.threshold = self.threshold;
        options.nested = self.nested;
        options.device = self.device();
        Ok(options)
    }

    /// The files that are read, which no output may take the place of.
    pub fn inputs(&self) -> Vec<PathBuf> {
        let labels = self.labels.iter().map(PathBuf::from).filter(|path| path.is_file());
        let model = self.model.iter().filter(|path| hub_name(path).is_none());
        model.flat_map(|folder| outputs::files_in(folder)).chain(labels).collect()
    }

    /// The least score that was asked for.
    pub fn min_score(&self) -> Option<f32> {
        self.min_score
    }

    /// The processor that was asked for.
    pub fn device(&self) -> Device {
        self.device.unwrap_or_default()
    }

    /// What the output depends on.
    pub fn settings(&self, settings: &mut Settings) -> anyhow::Result<()> {
        settings.add_option("--min-score", self.min_score);
        let options = self.options()?;
        settings.add_list("--labels", &options.labels.unwrap_or_default());
        let map: Vec<String> = options.map.iter().map(|(of_model, label)| format!("{of_model}={label}")).collect();
        settings.add_list("--map", &map);
        settings.add_option("--aggregation", self.aggregation.as_ref());
        settings.add_option("--threshold", self.threshold);
        settings.add_flag("--nested", self.nested);
        settings.add_option("--device", self.device);
        Ok(())
    }
}

/// What is meant to be the name of a model of the hub, and no path.
fn hub_name(path: &Path) -> Option<&str> {
    path.to_str().filter(|name| HubModel::is_meant(name))
}

/// The labels that were named: in a file, or one by one.
fn labels(given: &str) -> anyhow::Result<Vec<String>> {
    let path = PathBuf::from(given);
    let looks_like_a_file = !given.contains(',') && (given.contains(['/', '\\']) || path.extension().is_some());
    anyhow::ensure!(
        path.is_file() || !(path.is_dir() || looks_like_a_file),
        "--labels {given}: is no file that can be read; expected a file with a label a line, or names with commas between"
    );
    let listed = match path.is_file() {
        true => std::fs::read_to_string(&path)
            .with_context(|| format!("--labels: {given} cannot be read; expected a file in UTF-8 with a label a line"))?
            .trim_start_matches('\u{feff}')
            .lines()
            .map(str::to_owned)
            .collect::<Vec<_>>(),
        false => given.split(',').map(str::to_owned).collect(),
    };
    let labels: Vec<String> =
        listed.iter().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect();
    anyhow::ensure!(
        !labels.is_empty(),
        "--labels {given}: no label; expected names with commas between, or a file with one a line"
    );
    Ok(labels)
}
