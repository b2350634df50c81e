//! Why a model of the hub cannot be had, in one line with what was expected and what to do.

use std::io;
use std::path::{Path, PathBuf};

use super::model::HubModel;
use crate::external::error::shown;
use crate::external::fault::FileFault;
use crate::message::one_line;

/// Why a model of the Hugging Face Hub cannot be had.
///
/// Each message is one line. The causes stand in the message, not behind `source()`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HubError {
    /// The hub has no such repository, or says so to those who may not read it.
    #[error(
        "{model}: {endpoint} has no such model, or it is private{}; expected hf:OWNER/NAME as in the address of its page: check \
         how it is written, or set HF_TOKEN to a token that may read it",
        if *.has_token { " and the token that was sent may not read it" } else { "" }
    )]
    NoRepository {
        /// The model.
        model: Box<HubModel>,
        /// The hub.
        endpoint: String,
        /// Whether a token was sent.
        has_token: bool,
    },
    /// Its owner wants to be asked before it is read.
    #[error(
        "{model}: may not be read without its owner's leave; expected a token of someone who has that: ask for it on \
         {endpoint}/{}, and set HF_TOKEN",
        .model.repository
    )]
    NoAccess {
        /// The model.
        model: Box<HubModel>,
        /// The hub.
        endpoint: String,
    },
    /// The repository has no such branch, tag or commit.
    #[error(
        "{model}: the model has no revision {}; expected a branch, a tag or a commit of it: leave the revision out for the \
         branch main, or see {endpoint}/{}/tree/main",
        .model.revision(),
        .model.repository
    )]
    NoRevision {
        /// The model.
        model: Box<HubModel>,
        /// The hub.
        endpoint: String,
    },
    /// The repository has no network that ONNX Runtime reads.
    #[error(
        "{model}: there is no ONNX file in it, or in its folder onnx{}; expected one: name a repository that has, or export this one \
         with `optimum-cli export onnx --model {} --task token-classification OUT`, and give --model OUT",
        .weights.map(|name| format!(", but {name}")).unwrap_or_default(),
        .model.repository
    )]
    NoNetwork {
        /// The model.
        model: Box<HubModel>,
        /// The file of its weights in another format, if one is known.
        weights: Option<&'static str>,
    },
    /// The repository has several networks, under names that do not tell which is meant.
    #[error(
        "{model}: there are several ONNX files in it, none of which is called model.onnx; name the one that is meant: {}",
        .networks.iter().map(|network| .model.with_network(network).to_string()).collect::<Vec<_>>().join(" or ")
    )]
    SeveralNetworks {
        /// The model.
        model: Box<HubModel>,
        /// Their paths.
        networks: Vec<String>,
    },
    /// The repository lacks a file.
    #[error(
        "{model}: there is no {file} in it; expected a model with its ONNX file, tokenizer.json and config.json: name another, or \
         export it anew with `optimum-cli export onnx`, which writes all three"
    )]
    NoFile {
        /// The model.
        model: Box<HubModel>,
        /// The path of the file.
        file: String,
    },
    /// The hub cannot be asked.
    #[error(
        "{model}: {endpoint} cannot be reached, or broke off ({}), and not all of the model is in the cache; expected a network: try \
         again, or set HF_ENDPOINT to a mirror that can be reached, or name a folder that holds the model",
        one_line(.why)
    )]
    Unreachable {
        /// The model.
        model: Box<HubModel>,
        /// The hub.
        endpoint: String,
        /// What became of the attempt.
        why: String,
    },
    /// The hub's answer makes no sense.
    #[error(
        "{model}: {endpoint} answers as no hub does ({}); expected {endpoint} to be the Hugging Face Hub or a mirror of it: check \
         HF_ENDPOINT",
        one_line(.why)
    )]
    Answer {
        /// The model.
        model: Box<HubModel>,
        /// The hub.
        endpoint: String,
        /// What is wrong with the answer.
        why: String,
    },
    /// A file came otherwise than the hub said it would.
    #[error("{model}: {file} as fetched is not what the hub says it has: it {why}; nothing of it was kept: try again")]
    Altered {
        /// The model.
        model: Box<HubModel>,
        /// The path of the file.
        file: String,
        /// What is wrong with it.
        why: FileFault,
    },
    /// Fetching was forbidden, and not all of the model is in the cache.
    #[error(
        "{model}: not all of the model is in the cache ({}), and fetching is forbidden; expected a model that was fetched before: \
         run once with a network, or copy {} from a machine that has it",
        shown(.cache),
        shown(.cache)
    )]
    Offline {
        /// The model.
        model: Box<HubModel>,
        /// The cache.
        cache: PathBuf,
    },
    /// This build does not fetch, and not all of the model is in the cache.
    #[error(
        "{model}: not all of the model is in the cache, and this build of dateline does not fetch (its feature `fetch` is off); \
         expected a folder with the model: download it and name that"
    )]
    NotBuilt {
        /// The model.
        model: Box<HubModel>,
    },
    /// The user's home folder is unknown.
    #[error("there is no home folder for the cache of the Hugging Face Hub; set HF_HOME to a folder")]
    NoCacheFolder,
    /// The cache cannot be read or written.
    #[error(
        "the cache of the Hugging Face Hub cannot be used ({}: {}); expected a folder that can be written to and has room: make \
         some, or set HF_HOME to another folder",
        shown(.path),
        one_line(&.why.to_string())
    )]
    Cache {
        /// The file or folder at fault.
        path: PathBuf,
        /// What the system says.
        why: io::Error,
    },
}

/// What the system says about a path in the cache, as an error.
pub(super) fn at(path: &Path) -> impl Fn(io::Error) -> HubError {
    move |why| HubError::Cache { path: path.to_owned(), why }
}
