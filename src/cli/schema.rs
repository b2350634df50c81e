//! `dateline schema`: the JSON Schema of what `tag` writes.

use super::outcome::Outcome;
use super::terminal::print;

/// Prints the schema.
pub fn run() -> anyhow::Result<Outcome> {
    print(&format!("{:#}\n", dateline::annotation::schema()))?;
    Ok(Outcome::Done)
}
