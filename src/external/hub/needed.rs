//! Which files of a repository a model needs.

use super::error::HubError;
use super::model::HubModel;
use crate::networks::{self, Choice};

/// The tokenizer of a model.
const TOKENIZER: &str = "tokenizer.json";

/// The files that say how a model is made up. The first that is there is taken, as from a folder.
const CONFIGS: [&str; 2] = ["gliner_config.json", "config.json"];

/// The files that a model needs, of those that there are. The network is the last of them: where it lies in the cache, so do the
/// others.
pub(super) fn needed<'f>(model: &HubModel, files: &[&'f str]) -> Result<Vec<&'f str>, HubError> {
    let network = match &model.network {
        Some(named) => {
            let found = files.iter().copied().find(|file| file == named);
            found.ok_or_else(|| HubError::NoFile { model: Box::new(model.clone()), file: named.clone() })?
        }
        None => match networks::choose(files.iter().copied()) {
            Choice::One(file) => file,
            Choice::Several(networks) => {
                let networks = networks.into_iter().map(str::to_owned).collect();
                return Err(HubError::SeveralNetworks { model: Box::new(model.clone()), networks });
            }
            Choice::None => {
                let weights = networks::WEIGHTS.into_iter().find(|name| files.contains(name));
                return Err(HubError::NoNetwork { model: Box::new(model.clone()), weights });
            }
        },
    };
    let has_config = |folder: &str| CONFIGS.iter().any(|name| files.contains(&in_folder(folder, name).as_str()));
    // The model's folder, as for the file of a network on disk: its own if that has a configuration, else the one above.
    let own = parent(network);
    let folder = match &model.network {
        Some(_) if has_config(own) => own,
        Some(_) => parent(own),
        None => "",
    };
    let find = |name: &str| {
        let path = in_folder(folder, name);
        let found = files.iter().copied().find(|file| *file == path);
        found.ok_or(HubError::NoFile { model: Box::new(model.clone()), file: path })
    };
    let config = CONFIGS.iter().find_map(|name| find(name).ok());
    let config = match config {
        Some(config) => config,
        None => find("config.json")?,
    };
    let mut needed: Vec<&str> = files.iter().copied().filter(|file| networks::is_part_of(network, file)).collect();
    needed.extend([find(TOKENIZER)?, config, network]);
    Ok(needed)
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

fn in_folder(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(model: &str, files: &[&str]) -> Result<String, String> {
        needed(&model.parse().unwrap(), files).map(|needed| needed.join(" ")).map_err(|error| error.to_string())
    }

    #[test]
    fn only_what_is_needed_is_chosen() {
        let files = [
            "README.md",
            "config.json",
            "model.safetensors",
            "onnx/model.onnx",
            "onnx/model.onnx_data",
            "onnx/model_fp16.onnx",
            "own/config.json",
            "own/tokenizer.json",
            "own/model.onnx",
            "tokenizer.json",
            "vocab.txt",
        ];
        assert_eq!(
            chosen("hf:a/b", &files).unwrap(),
            "onnx/model.onnx_data tokenizer.json config.json onnx/model.onnx"
        );
        assert_eq!(
            chosen("hf:a/b/onnx/model_fp16.onnx", &files).unwrap(),
            "tokenizer.json config.json onnx/model_fp16.onnx"
        );
        assert_eq!(
            chosen("hf:a/b#own/model.onnx", &files).unwrap(),
            "own/tokenizer.json own/config.json own/model.onnx"
        );
        let gliner = ["config.json", "gliner_config.json", "model.onnx", "tokenizer.json"];
        assert_eq!(chosen("hf:a/b", &gliner).unwrap(), "tokenizer.json gliner_config.json model.onnx");
    }

    #[test]
    fn what_is_missing_is_told() {
        let told = |model: &str, files: &[&str]| chosen(model, files).unwrap_err();
        let weights = told("hf:a/b", &["config.json", "tokenizer.json", "model.safetensors"]);
        assert!(weights.contains("model.safetensors") && weights.contains("optimum-cli export onnx --model a/b"));
        assert!(told("hf:a/b", &["README.md"]).contains("no ONNX file"));
        assert!(told("hf:a/b", &["config.json", "model.onnx"]).contains("tokenizer.json"));
        assert!(told("hf:a/b", &["tokenizer.json", "model.onnx"]).contains("config.json"));
        assert!(told("hf:a/b#c.onnx", &["config.json", "tokenizer.json", "model.onnx"]).contains("c.onnx"));
        let several = told("hf:a/b", &["config.json", "tokenizer.json", "x.onnx", "onnx/y.onnx"]);
        assert!(several.contains("hf:a/b#onnx/y.onnx or hf:a/b#x.onnx"), "{several}");
    }
}
