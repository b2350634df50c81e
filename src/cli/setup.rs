//! `dateline setup`: fetches what is needed later.

use clap::Args;
use dateline::external;

use super::{Outcome, RuntimeArgs, print, say};

/// The arguments of `dateline setup`.
#[derive(Args)]
pub struct SetupArgs {
    #[command(flatten)]
    runtime: RuntimeArgs,
}

/// Fetches ONNX Runtime into the cache, or checks what is there by its hash.
pub fn run(args: &SetupArgs) -> anyhow::Result<Outcome> {
    let found = external::setup(&args.runtime.options(), &mut |event| say(&event.to_string()))?;
    print(&format!("ONNX Runtime {} ({}): {}\n", found.version, found.origin, found.path.display()))?;
    Ok(Outcome::Done)
}
