//! Where the hub is, who asks, and where its cache is.

use std::env;
use std::fmt;
use std::path::PathBuf;

use super::error::HubError;

/// Where models of the Hugging Face Hub come from, and where they are kept. The default knows no token and may fetch.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct HubOptions {
    /// The folder that Hugging Face's packages keep repositories in; `None` for `huggingface/hub` in the user's cache folder.
    pub cache: Option<PathBuf>,
    /// The address of the hub, or of a mirror; `None` for `https://huggingface.co`.
    pub endpoint: Option<String>,
    /// What shows the hub who asks, for models that not everyone may read.
    pub token: Option<String>,
    /// Never ask the hub.
    pub offline: bool,
}

/// Without the token, which is a secret.
impl fmt::Debug for HubOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cache, endpoint, token, offline } = self;
        f.debug_struct("HubOptions")
            .field("cache", cache)
            .field("endpoint", endpoint)
            .field("has_token", &token.is_some())
            .field("offline", offline)
            .finish()
    }
}

impl HubOptions {
    /// What the environment says, as Hugging Face's own packages read it: `HF_HOME`, `HF_HUB_CACHE`, `HF_ENDPOINT`, `HF_TOKEN`,
    /// `HF_TOKEN_PATH`, `HF_HUB_OFFLINE`. Without `HF_TOKEN`, the token is the one that `hf auth login` has written.
    pub fn from_env() -> Self {
        Self::from(&|name| env::var(name).ok().filter(|value| !value.trim().is_empty()))
    }

    fn from(variable: &dyn Fn(&str) -> Option<String>) -> Self {
        let home = variable("HF_HOME").map(PathBuf::from).or_else(default_home);
        let below = |name| home.as_ref().map(|home| home.join(name));
        let token_file = variable("HF_TOKEN_PATH").map(PathBuf::from).or_else(|| below("token"));
        let written = || std::fs::read_to_string(token_file?).ok();
        let token = variable("HF_TOKEN").or_else(written);
        let is_on = |value: String| matches!(value.to_ascii_uppercase().as_str(), "1" | "ON" | "YES" | "TRUE");
        Self {
            cache: variable("HF_HUB_CACHE").map(PathBuf::from).or_else(|| below("hub")),
            endpoint: variable("HF_ENDPOINT"),
            token: token.map(|token| token.trim().to_owned()).filter(|token| !token.is_empty()),
            offline: variable("HF_HUB_OFFLINE").is_some_and(is_on),
        }
    }

    /// The folder that repositories are kept in.
    pub(super) fn cache_folder(&self) -> Result<PathBuf, HubError> {
        let named = self.cache.clone().or_else(|| default_home().map(|home| home.join("hub")));
        let folder = named.ok_or(HubError::NoCacheFolder)?;
        std::path::absolute(&folder).map_err(super::error::at(&folder))
    }

    /// The address of the hub, without a slash at its end.
    #[cfg(feature = "fetch")]
    pub(super) fn address(&self) -> String {
        self.endpoint.as_deref().unwrap_or("https://huggingface.co").trim_end_matches('/').to_owned()
    }
}

/// What `HF_HOME` is unless it is set: in `~/.cache` on every system, as Hugging Face's packages have it.
fn default_home() -> Option<PathBuf> {
    let named = env::var_os("XDG_CACHE_HOME").filter(|folder| !folder.is_empty()).map(PathBuf::from);
    let cache = named.or_else(|| etcetera::home_dir().ok().map(|home| home.join(".cache")));
    Some(cache?.join("huggingface"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> HubOptions {
        HubOptions::from(&|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_environment_is_read_as_the_python_package_does() {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("token"), "written\n").unwrap();
        let at_home = ("HF_HOME", home.path().to_str().unwrap());
        let options = read(&[at_home]);
        assert_eq!(options.cache, Some(home.path().join("hub")));
        assert_eq!((options.token.as_deref(), options.offline), (Some("written"), false));
        let options = read(&[at_home, ("HF_HUB_CACHE", "other"), ("HF_TOKEN", "own"), ("HF_HUB_OFFLINE", "true")]);
        assert_eq!(options.cache, Some("other".into()));
        assert_eq!((options.token.as_deref(), options.offline), (Some("own"), true));
        assert!(!read(&[at_home, ("HF_HUB_OFFLINE", "0")]).offline);
        assert_eq!(read(&[at_home, ("HF_TOKEN_PATH", "nowhere")]).token, None);
    }

    #[test]
    fn the_token_is_not_shown() {
        let shown = format!("{:?}", read(&[("HF_HOME", "nowhere"), ("HF_TOKEN", "secret")]));
        assert!(!shown.contains("secret") && shown.contains("has_token: true"), "{shown}");
    }
}
