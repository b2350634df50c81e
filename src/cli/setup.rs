//! `dateline setup`: fetches what is needed later.

use clap::Args;
use dateline::inner::builder::runtime_build;
use dateline::inner::external::{self, AssetError, AssetOptions, Event, FetchError};
use dateline::inner::onnx::Device;

use super::args::runtime::RuntimeArgs;
use super::hints;
use super::outcome::Outcome;
use super::terminal::{explanation, print, say};

/// The arguments of `dateline setup`.
#[derive(Args)]
pub struct SetupArgs {
    /// The processor that models will be run on: cuda fetches the library for graphics cards of NVIDIA, 256 MB, which needs CUDA
    /// 13 and cuDNN 9 [default: cpu]
    #[arg(long, value_name = "PROCESSOR", env = "DATELINE_DEVICE")]
    device: Option<Device>,
    #[command(flatten)]
    runtime: RuntimeArgs,
}

/// Fetches ONNX Runtime and the map page's packages into the cache, or checks what is there by its hash.
pub fn run(args: &SetupArgs) -> anyhow::Result<Outcome> {
    let report = &mut |event: Event| say(&event.to_string());
    let mut options = args.runtime.options();
    options.build = args.device.and_then(runtime_build).unwrap_or_default();
    let found = external::setup(&options, report)?;
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
