//! Models of the Hugging Face Hub: what is needed of one is fetched into the cache that Hugging Face's own packages keep, or
//! found there.
//!
//! [`find_hub_model`] asks the hub which files a repository has, chooses its network as in a folder, and fetches that, its
//! weights, the tokenizer and the configuration: nothing else, and nothing that is in the cache already. Without a network, what
//! was fetched before will do.

mod cached;
mod error;
#[cfg(feature = "fetch")]
mod fetch;
#[cfg(feature = "fetch")]
mod listing;
mod model;
mod needed;
mod options;

use std::path::PathBuf;

use self::cached::Repository;
pub use self::error::HubError;
pub use self::model::HubModel;
pub use self::options::HubOptions;
use super::event::Event;

/// Finds a model of the hub in the cache, and fetches what is missing. Gives the folder of its files, or the file of the network
/// that was named.
///
/// # Errors
///
/// If the hub has no such model, or none that can be run here; if it cannot be reached, or must not be asked, and not all of the
/// model is in the cache; if the cache cannot be written.
pub fn find_hub_model(
    model: &HubModel,
    options: &HubOptions,
    report: &mut dyn FnMut(Event),
) -> Result<PathBuf, HubError> {
    let repository = Repository::new(model, options.cache_folder()?);
    if options.offline {
        return repository
            .cached()
            .ok_or_else(|| HubError::Offline { model: Box::new(model.clone()), cache: repository.cache().to_owned() });
    }
    online(&repository, options, report)
}

#[cfg(feature = "fetch")]
fn online(
    repository: &Repository<'_>,
    options: &HubOptions,
    report: &mut dyn FnMut(Event),
) -> Result<PathBuf, HubError> {
    match fetch::fetch(repository, options, report) {
        Err(HubError::Unreachable { model, endpoint, why }) => match repository.cached() {
            Some(path) => {
                report(Event::Unreachable { place: endpoint, why, path: path.clone() });
                Ok(path)
            }
            None => Err(HubError::Unreachable { model, endpoint, why }),
        },
        done => done,
    }
}

#[cfg(not(feature = "fetch"))]
fn online(repository: &Repository<'_>, _: &HubOptions, _: &mut dyn FnMut(Event)) -> Result<PathBuf, HubError> {
    repository.cached().ok_or_else(|| HubError::NotBuilt { model: Box::new(repository.model().clone()) })
}
