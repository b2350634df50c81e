//! What people have said of names.

use std::path::PathBuf;

use clap::Args;

use super::engine::Engine;
use super::settings::Settings;
use crate::cli::terminal::say;

/// Documents that are named where corrections matched nothing.
const NAMED: usize = 3;

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
            Some(unmatched) => {
                let count = if unmatched == 1 { "1 correction".to_owned() } else { format!("{unmatched} corrections") };
                let documents = engine.map_or_else(Vec::new, Engine::unmatched_documents);
                let more = if documents.len() > NAMED { ", …" } else { "" };
                let named: Vec<String> = documents.iter().take(NAMED).map(|id| format!("{id:?}")).collect();
                let named = match &named[..] {
                    [] => String::new(),
                    named => format!("; check the ids of documents in them: {}{more}", named.join(", ")),
                };
                say(&format!("{count} matched nothing{named}"));
            }
        }
    }
}
