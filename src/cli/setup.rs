//! `dateline setup`: fetches what is needed later.

use clap::Args;
use dateline::inner::external::{self, AssetError, AssetOptions, Event, FetchError};

use super::args::runtime::RuntimeArgs;
use super::hints;
use super::outcome::Outcome;
use super::terminal::{explanation, print, say};

/// The arguments of `dateline setup`.
#[derive(Args)]
pub struct SetupArgs {
    #[command(flatten)]
    runtime: RuntimeArgs,
}

/// Fetches ONNX Runtime and the map page's packages into the cache, or checks what is there by its hash.
pub fn run(args: &SetupArgs) -> anyhow::Result<Outcome> {
    let report = &mut |event: Event| say(&event.to_string());
    let found = external::setup(&args.runtime.options(), report)?;
    print(&format!(
        "ONNX Runtime {} ({}): {}\n",
        found.version,
        hints::external::named_by(found.origin),
        found.path.display()
    ))?;

    let options =
        AssetOptions { cache: args.runtime.cache.clone(), offline: args.runtime.offline, ..AssetOptions::default() };
    match external::find_map_assets(&options, report) {
        Ok(assets) => {
            let packages = assets.packages.iter().map(|package| format!("{} {}", package.name, package.version));
            let packages = packages.collect::<Vec<_>>().join(", ");
            print(&format!("map page ({packages}): {}\n", assets.folder.display()))?;
            Ok(Outcome::Done)
        }
        Err(error) => {
            let outcome = match error {
                // A machine without it can do everything else.
                AssetError::Unfetched { why: FetchError::NoClient { .. }, .. } => Outcome::Done,
                _ => Outcome::SomeFailed,
            };
            say(&explanation(&error.into()));
            Ok(outcome)
        }
    }
}
