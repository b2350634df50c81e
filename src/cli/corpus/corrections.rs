//! What people have said of names.

use std::path::PathBuf;

use clap::Args;

use super::engine::Engine;
use super::settings::Settings;
use crate::cli::terminal::say;

/// What people have said of names.
#[derive(Args)]
pub struct CorrectionArgs {
    /// A file of corrections in JSONL: which place a name means, in one document or in all, or that it is no name; may be
    /// given several times. `dateline help corrections` has its form
    #[arg(long = "corrections", value_name = "FILE", env = "DATELINE_CORRECTIONS")]
    pub files: Vec<PathBuf>,
}

impl CorrectionArgs {
    /// Adds what names and places depend on.
    pub fn settings(&self, settings: &mut Settings) -> anyhow::Result<()> {
        settings.add_files("--corrections", &self.files)
    }

    /// Tells how many of them have matched nothing, if there are such. `engine`: what did the work; `None` if there was none
    /// to do.
    pub fn tell_unmatched(&self, engine: Option<&Engine>) {
        if self.files.is_empty() {
            return;
        }
        match engine.map(Engine::unmatched_corrections) {
            None => say(
                "--corrections: did nothing, since all documents were tagged before; expected them with texts, or correct \
                 them with `dateline tag --place-only --corrections` first",
            ),
            Some(0) => {}
            Some(1) => say("1 correction matched nothing"),
            Some(unmatched) => say(&format!("{unmatched} corrections matched nothing")),
        }
    }
}
