//! Which model of the hub is meant.

use std::fmt;
use std::str::FromStr;

/// A model of the Hugging Face Hub. It is written `hf:OWNER/NAME`, `hf:OWNER/NAME@REVISION`, and with one of its networks
/// `hf:OWNER/NAME/onnx/model_fp16.onnx` or `hf:OWNER/NAME@REVISION#onnx/model_fp16.onnx`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HubModel {
    /// Its owner and name: `dslim/bert-base-NER`.
    pub repository: String,
    /// A branch, a tag or a commit; `None` for the branch `main`.
    pub revision: Option<String>,
    /// The path of one of its networks; `None` for the one that is taken from a folder, too.
    pub network: Option<String>,
}

/// What such a name begins with.
const PREFIX: &str = "hf:";

/// The branch that is meant where none is named.
const MAIN: &str = "main";

impl HubModel {
    /// Whether a name is meant to be that of a model of the hub.
    pub fn is_meant(name: &str) -> bool {
        name.starts_with(PREFIX)
    }

    /// The branch, tag or commit that is meant.
    pub fn revision(&self) -> &str {
        self.revision.as_deref().unwrap_or(MAIN)
    }

    /// The model with another network.
    pub(super) fn with_network(&self, network: &str) -> Self {
        Self { network: Some(network.to_owned()), ..self.clone() }
    }
}

impl FromStr for HubModel {
    type Err = String;

    fn from_str(given: &str) -> Result<Self, String> {
        let wrong = |what: &str| {
            format!(
                "{given}: {what}; expected hf:OWNER/NAME as in the address of its page, or hf:OWNER/NAME@REVISION, with \
                 #onnx/model_fp16.onnx behind it for one of its networks"
            )
        };
        let rest = given.strip_prefix(PREFIX).ok_or_else(|| wrong("does not begin with hf:"))?;
        let (rest, behind) = match rest.split_once('#') {
            Some((rest, network)) => (rest, Some(network)),
            None => (rest, None),
        };
        let (path, revision) = match rest.split_once('@') {
            Some((path, revision)) => (path, Some(revision)),
            None => (rest, None),
        };
        let mut parts = path.splitn(3, '/');
        let (Some(owner), Some(name)) = (parts.next(), parts.next()) else {
            return Err(wrong("has no slash between owner and name"));
        };
        if ![owner, name].into_iter().all(is_name) {
            return Err(wrong("owner and name are letters, digits, dots, dashes and underscores"));
        }
        let network = match (parts.next(), behind) {
            (Some(_), Some(_)) => return Err(wrong("names two networks")),
            (one, other) => one.or(other),
        };
        if network.is_some_and(|network| !is_path(network) || !network.ends_with(".onnx")) {
            return Err(wrong("what it names as a network is no path that ends in .onnx"));
        }
        if revision.is_some_and(|revision| !is_path(revision)) {
            return Err(wrong("what it names as a revision is none"));
        }
        let owned = |text: &str| text.to_owned();
        Ok(Self { repository: format!("{owner}/{name}"), revision: revision.map(owned), network: network.map(owned) })
    }
}

impl fmt::Display for HubModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}", self.repository)?;
        if let Some(revision) = &self.revision {
            write!(f, "@{revision}")?;
        }
        match &self.network {
            Some(network) => write!(f, "#{network}"),
            None => Ok(()),
        }
    }
}

/// Whether the hub may call an owner or a model so.
fn is_name(name: &str) -> bool {
    let is_inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    !name.is_empty() && name.chars().all(is_inside) && !name.starts_with(['.', '-']) && !name.contains("..")
}

/// Whether this is a path that stays below the folder that it is put into, of characters that an address may have as they are:
/// what the hub says becomes a path here, and what is said here an address there.
pub(super) fn is_path(path: &str) -> bool {
    let is_inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '+' | '=' | ',');
    path.split('/').all(|part| !matches!(part, "" | "." | "..") && part.chars().all(is_inside))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read() {
        let read = |given: &str| {
            let model: HubModel = given.parse().unwrap();
            let shown = model.to_string();
            assert_eq!(shown.parse::<HubModel>().unwrap(), model);
            (model.repository, model.revision.unwrap_or_default(), model.network.unwrap_or_default())
        };
        let expected =
            |repository: &str, revision: &str, network: &str| (repository.into(), revision.into(), network.into());
        assert_eq!(read("hf:dslim/bert-base-NER"), expected("dslim/bert-base-NER", "", ""));
        assert_eq!(read("hf:a/b@refs/pr/1"), expected("a/b", "refs/pr/1", ""));
        assert_eq!(read("hf:a/b/onnx/model_fp16.onnx"), expected("a/b", "", "onnx/model_fp16.onnx"));
        assert_eq!(read("hf:a/b@v1.0#ner.onnx"), expected("a/b", "v1.0", "ner.onnx"));
        assert_eq!(read("hf:a/b/c.onnx@main"), expected("a/b", "main", "c.onnx"));
    }

    #[test]
    fn what_is_no_name_says_what_was_expected() {
        for given in [
            "a/b",
            "hf:",
            "hf:a",
            "hf:a/",
            "hf:/b",
            "hf:../b",
            "hf:a/b c",
            "hf:a/b@",
            "hf:a/b@../../x",
            "hf:a/b#",
            "hf:a/b#../model.onnx",
            "hf:a/b#/model.onnx",
            "hf:a/b/config.json",
            "hf:a/b/x.onnx#y.onnx",
            "hf:https://huggingface.co/a/b",
        ] {
            let told = given.parse::<HubModel>().unwrap_err();
            assert!(told.starts_with(&format!("{given}: ")) && told.contains("expected hf:OWNER/NAME"), "{told}");
        }
    }
}
