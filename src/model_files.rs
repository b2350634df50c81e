//! The files of a model, and where they are in a folder.

use std::borrow::Cow;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::checksum::Parts;
use crate::model_error::ModelError;
use crate::networks::{self, Choice};
use crate::onnx::{Graph, ModelBytes, external_data};

/// What kind of model a folder holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModelKind {
    /// It gives a label to every token, of those that it was trained on.
    TokenClassification,
    /// It finds what it is asked for, by labels that are given to it.
    Gliner,
}

impl ModelKind {
    /// The file that says how the model is made up.
    const fn config(self) -> &'static str {
        match self {
            Self::TokenClassification => "config.json",
            Self::Gliner => "gliner_config.json",
        }
    }
}

/// A file of a model.
#[derive(Clone)]
pub struct ModelFile {
    /// What stands for the file in errors: its path.
    pub name: String,
    /// What it holds.
    pub bytes: ModelBytes,
}

/// The files of a model, cheap to clone.
#[derive(Clone)]
pub struct ModelFiles {
    /// What kind of model they are.
    pub kind: ModelKind,
    /// What stands for the network in errors: its path.
    pub network: String,
    /// The network.
    pub graph: Graph,
    /// `tokenizer.json`.
    pub tokenizer: ModelFile,
    /// `config.json`, or `gliner_config.json`.
    pub config: ModelFile,
}

/// What a model folder has.
const EXPECTED: &str = "a model folder holds model.onnx (or onnx/model.onnx), tokenizer.json and config.json (of a GLiNER, \
                        gliner_config.json)";

impl ModelFiles {
    /// Reads a model: a folder, or the file of one network in it, `FOLDER/onnx/model_fp16.onnx`.
    ///
    /// # Errors
    ///
    /// If a file is missing or cannot be read.
    pub fn read(path: &Path) -> Result<Self, ModelError> {
        let is_network = path.extension().is_some_and(|ending| ending == "onnx") && !path.is_dir();
        let (folder, network) = match is_network {
            true => (folder_of_network(path), path.to_owned()),
            false => (path.to_owned(), network_in(path)?),
        };
        let kind = match folder.join(ModelKind::Gliner.config()).is_file() {
            true => ModelKind::Gliner,
            false => ModelKind::TokenClassification,
        };
        let read = |name: &str, expected: String| {
            let path = folder.join(name);
            match fs::read(&path) {
                Ok(bytes) => Ok(ModelFile { name: path.display().to_string(), bytes: Arc::new(Cow::Owned(bytes)) }),
                Err(error) => Err(ModelError::File { why: error.to_string(), path, expected }),
            }
        };
        let config = read(kind.config(), EXPECTED.to_owned())?;
        let tokenizer = read("tokenizer.json", expected_tokenizer(&folder))?;
        let name = network.display().to_string();
        let graph = Graph::open(&network).map_err(|error| ModelError::File {
            why: error.to_string(),
            path: network,
            expected: EXPECTED.to_owned(),
        })?;
        Ok(Self { kind, network: name, graph, tokenizer, config })
    }

    /// What tells this model from others: the SHA-256 of its files, one after the other.
    ///
    /// # Errors
    ///
    /// If a file cannot be read any more.
    pub fn checksum(&self) -> io::Result<String> {
        let mut parts = Parts::default();
        match &self.graph {
            Graph::Bytes(bytes) => parts.add(bytes),
            Graph::File(path) => parts.add_file(path)?,
        }
        parts.add(&self.tokenizer.bytes);
        parts.add(&self.config.bytes);
        if let Graph::File(path) = &self.graph {
            external_data(path).iter().try_for_each(|part| parts.add_file(part))?;
        }
        Ok(parts.finish())
    }

    /// The model inside the binary.
    #[cfg(feature = "embedded")]
    pub fn embedded() -> Self {
        Self {
            kind: ModelKind::TokenClassification,
            network: "the built-in model.onnx".to_owned(),
            graph: Graph::Bytes(Arc::new(Cow::Borrowed(include_bytes!("../models/ner/model.onnx")))),
            tokenizer: built_in("tokenizer.json", include_bytes!("../models/ner/tokenizer.json")),
            config: built_in("config.json", include_bytes!("../models/ner/config.json")),
        }
    }

    /// The accurate model inside the binary.
    #[cfg(feature = "embedded-accurate")]
    pub fn embedded_accurate() -> Self {
        Self {
            kind: ModelKind::TokenClassification,
            network: "the built-in accurate model.onnx".to_owned(),
            graph: Graph::Bytes(Arc::new(Cow::Borrowed(include_bytes!("../models/ner-accurate/model.onnx")))),
            tokenizer: built_in("accurate tokenizer.json", include_bytes!("../models/ner-accurate/tokenizer.json")),
            config: built_in("accurate config.json", include_bytes!("../models/ner-accurate/config.json")),
        }
    }
}

#[cfg(any(feature = "embedded", feature = "embedded-accurate"))]
fn built_in(name: &str, bytes: &'static [u8]) -> ModelFile {
    ModelFile { name: format!("the built-in {name}"), bytes: Arc::new(Cow::Borrowed(bytes)) }
}

/// The folder that a network belongs to: where its `config.json` is, its own or the one above.
fn folder_of_network(network: &Path) -> PathBuf {
    let own = network.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let has_config = |folder: &Path| {
        [ModelKind::Gliner, ModelKind::TokenClassification].iter().any(|kind| folder.join(kind.config()).is_file())
    };
    match own.parent() {
        Some(above) if !has_config(own) => match above.as_os_str().is_empty() {
            true => PathBuf::from("."),
            false => above.to_owned(),
        },
        _ => own.to_owned(),
    }
}

/// The network of a folder.
fn network_in(folder: &Path) -> Result<PathBuf, ModelError> {
    let failed =
        |path: PathBuf, why: &str, expected: String| Err(ModelError::File { path, why: why.to_owned(), expected });
    if let Err(error) = fs::read_dir(folder) {
        return failed(folder.to_owned(), &error.to_string(), EXPECTED.to_owned());
    }
    let names_in = |inner: &Path| {
        let names = fs::read_dir(inner).into_iter().flatten().flatten();
        names.filter_map(|entry| entry.file_name().into_string().ok()).collect::<Vec<_>>()
    };
    let mut files = names_in(folder);
    files.extend(names_in(&folder.join(networks::FOLDER)).iter().map(|name| format!("{}/{name}", networks::FOLDER)));
    let shown = |file: &&str| folder.join(file).display().to_string();
    match networks::choose(files.iter().map(String::as_str)) {
        // By its parts, so that a path has one kind of slash.
        Choice::One(file) => Ok(file.split('/').fold(folder.to_owned(), |path, part| path.join(part))),
        Choice::None => match networks::WEIGHTS.iter().find(|name| folder.join(name).is_file()) {
            Some(name) => failed(
                folder.join("model.onnx"),
                "there is none",
                format!(
                    "the folder has {name}, which has to be exported: `optimum-cli export onnx --model {} \
                         --task token-classification OUT`",
                    folder.display()
                ),
            ),
            None => failed(folder.join("model.onnx"), "there is none", EXPECTED.to_owned()),
        },
        Choice::Several(files) => failed(
            folder.join("model.onnx"),
            "there is none, but other networks",
            format!(
                "name the one that is meant: --model {}",
                files.iter().map(shown).collect::<Vec<_>>().join(" or --model ")
            ),
        ),
    }
}

/// What to do where there is no `tokenizer.json`.
fn expected_tokenizer(folder: &Path) -> String {
    let slow = ["vocab.txt", "vocab.json", "sentencepiece.bpe.model", "spiece.model", "spm.model"];
    match slow.iter().find(|name| folder.join(name).is_file()) {
        Some(name) => format!(
            "the folder has {name}, of which transformers makes it: `AutoTokenizer.from_pretrained(\"{0}\")\
             .save_pretrained(\"{0}\")`",
            folder.display()
        ),
        None => EXPECTED.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "{}").unwrap();
        }
        folder
    }

    fn found(files: &[&str], named: &str) -> Result<String, String> {
        let folder = folder(files);
        let read = ModelFiles::read(&folder.path().join(named)).map_err(|error| error.to_string())?;
        Ok(Path::new(&read.network).strip_prefix(folder.path()).unwrap().to_str().unwrap().replace('\\', "/"))
    }

    const REST: [&str; 2] = ["config.json", "tokenizer.json"];

    #[test]
    fn networks_are_found_by_their_names() {
        let find = |networks: &[&str]| found(&[networks, &REST[..]].concat(), "");
        assert_eq!(find(&["model.onnx"]).unwrap(), "model.onnx");
        assert_eq!(find(&["model.onnx", "onnx/model.onnx"]).unwrap(), "onnx/model.onnx");
        assert_eq!(find(&["onnx/model_quantized.onnx"]).unwrap(), "onnx/model_quantized.onnx");
        assert_eq!(
            find(&["onnx/model_qint8_avx512.onnx", "onnx/model_fp16.onnx"]).unwrap(),
            "onnx/model_qint8_avx512.onnx"
        );
        assert_eq!(find(&["model.onnx", "onnx/model_fp16.onnx"]).unwrap(), "model.onnx");
        assert_eq!(find(&["ner.onnx"]).unwrap(), "ner.onnx");
        let several = find(&["a.onnx", "onnx/b.onnx"]).unwrap_err();
        assert!(several.contains("--model") && several.contains("a.onnx"), "{several}");
    }

    #[test]
    fn one_network_can_be_named() {
        let files = [
            &["onnx/model.onnx", "onnx/model_fp16.onnx", "own/model.onnx", "own/config.json", "own/tokenizer.json"],
            &REST[..],
        ]
        .concat();
        assert_eq!(found(&files, "onnx/model_fp16.onnx").unwrap(), "onnx/model_fp16.onnx");
        assert_eq!(found(&files, "own/model.onnx").unwrap(), "own/model.onnx");
        assert!(found(&files, "onnx/none.onnx").unwrap_err().contains("none.onnx: cannot be read"));
    }

    #[test]
    fn what_is_missing_is_told() {
        let told = |files: &[&str]| found(files, "").unwrap_err();
        assert!(told(&REST).contains("a model folder holds"));
        assert!(told(&[&["model.safetensors"], &REST[..]].concat()).contains("optimum-cli export onnx"));
        assert!(told(&["model.onnx", "config.json", "spiece.model"]).contains("AutoTokenizer"));
        assert!(ModelFiles::read(Path::new("nowhere")).err().unwrap().to_string().contains("nowhere: cannot be read"));
    }

    #[test]
    fn a_checksum_has_all_files() {
        let folder = folder(&["model.onnx", REST[0], REST[1]]);
        let sum = || ModelFiles::read(folder.path()).unwrap().checksum().unwrap();
        let before = sum();
        assert_eq!(before, crate::checksum::of_parts([&b"{}"[..], b"{}", b"{}"]));
        fs::write(folder.path().join("model.onnx.data"), "weights").unwrap();
        assert_ne!(sum(), before);
    }
}
