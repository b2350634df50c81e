//! Which model tags, and where named models are.

use std::path::PathBuf;

use clap::Args;
use dateline::inner::ner::{ModelFiles, NerModel};

/// The name of the larger model.
const ACCURATE: &str = "accurate";

/// Which model tags.
#[derive(Args)]
pub struct ModelArgs {
    /// The name of a model, `accurate` for the larger one, or a model folder: model.onnx, tokenizer.json and config.json
    /// [default: the built-in model]
    #[arg(long, value_name = "NAME|FOLDER", env = "DATELINE_MODEL")]
    model: Option<PathBuf>,
    /// Leave out names with a lower score, from 0 to 1 [default: what the model's config.json says]
    #[arg(long, value_name = "SCORE", env = "DATELINE_MIN_SCORE", value_parser = score)]
    min_score: Option<f32>,
}

fn score(given: &str) -> Result<f32, String> {
    match given.parse() {
        Ok(score) if (0.0..=1.0).contains(&score) => Ok(score),
        _ => Err("expected a number from 0 to 1, such as 0.5".to_owned()),
    }
}

impl ModelArgs {
    /// Opens the model. ONNX Runtime must have been started.
    pub fn open(&self) -> anyhow::Result<NerModel> {
        self.make(self.files()?)
    }

    /// The same, with what tells the model from others.
    pub fn open_with_checksum(&self) -> anyhow::Result<(NerModel, String)> {
        let files = self.files()?;
        let (checksum, model) = rayon::join(|| files.checksum(), || self.make(files.clone()));
        Ok((model?, checksum))
    }

    /// The least score that was asked for.
    pub fn min_score(&self) -> Option<f32> {
        self.min_score
    }

    fn files(&self) -> anyhow::Result<ModelFiles> {
        match &self.model {
            Some(name) if name.as_os_str() == ACCURATE && !name.is_dir() => accurate(),
            Some(name) if name.as_os_str() == "fast" && !name.is_dir() => anyhow::bail!(
                "--model fast: there is none any more, since the default model is faster and reads better; leave --model out, or \
                 name another: {ACCURATE}, or a folder"
            ),
            Some(folder) => Ok(ModelFiles::read(folder)?),
            None => built_in(),
        }
    }

    fn make(&self, files: ModelFiles) -> anyhow::Result<NerModel> {
        let model = NerModel::new(files)?;
        Ok(match self.min_score {
            Some(score) => model.with_min_score(score),
            None => model,
        })
    }
}

#[cfg(feature = "embedded")]
fn built_in() -> anyhow::Result<ModelFiles> {
    Ok(ModelFiles::embedded())
}

#[cfg(not(feature = "embedded"))]
fn built_in() -> anyhow::Result<ModelFiles> {
    anyhow::bail!("this dateline was built without a model: name a model folder with --model")
}

#[cfg(feature = "embedded-accurate")]
#[allow(clippy::unnecessary_wraps, reason = "without the feature it can fail")]
fn accurate() -> anyhow::Result<ModelFiles> {
    Ok(ModelFiles::embedded_accurate())
}

/// The folder of the accurate model: beside the program, above it (in a checkout), or among the user's data.
#[cfg(not(feature = "embedded-accurate"))]
fn accurate() -> anyhow::Result<ModelFiles> {
    const FOLDER: &str = "models/ner-accurate";
    let program = std::env::current_exe().and_then(|path| path.canonicalize()).unwrap_or_default();
    // target/release/dateline is three below the checkout.
    let mut places: Vec<PathBuf> = program.ancestors().skip(1).take(3).map(|above| above.join(FOLDER)).collect();
    if let Ok(folders) = etcetera::choose_base_strategy() {
        places.push(etcetera::BaseStrategy::data_dir(&folders).join("dateline").join(FOLDER));
    }
    match places.iter().find(|place| place.join("config.json").is_file()) {
        Some(place) => Ok(ModelFiles::read(place)?),
        None => {
            let looked: Vec<_> = places.iter().map(|place| place.display().to_string()).collect();
            anyhow::bail!(
                "--model {ACCURATE}: not found; looked for {}; expected the folder {FOLDER} of dateline's sources in one of \
                 these: copy it there, name it with --model, or build with --features embedded-accurate",
                looked.join(", ")
            )
        }
    }
}
