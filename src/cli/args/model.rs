//! Which model tags.

use std::path::PathBuf;

use clap::Args;
use dateline::inner::builder::Model;

use crate::cli::outputs;

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
    /// The model that was asked for.
    pub fn model(&self) -> anyhow::Result<Model> {
        match &self.model {
            Some(name) if name.as_os_str() == ACCURATE && !name.is_dir() => Ok(Model::Accurate),
            Some(name) if name.as_os_str() == "fast" && !name.is_dir() => anyhow::bail!(
                "--model fast: there is none any more, since the default model is faster and reads better; leave --model out, or \
                 name another: {ACCURATE}, or a folder"
            ),
            Some(folder) => Ok(Model::Folder(folder.clone())),
            None => Ok(Model::Embedded),
        }
    }

    /// The files that are read, which no output may take the place of.
    pub fn inputs(&self) -> Vec<PathBuf> {
        self.model.iter().flat_map(|folder| outputs::files_in(folder)).collect()
    }

    /// The least score that was asked for.
    pub fn min_score(&self) -> Option<f32> {
        self.min_score
    }
}
