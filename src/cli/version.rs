//! `dateline --version`: what this program is made of.

use super::outcome::Outcome;
use super::terminal::print;

/// Prints the version and the checksums of what is inside.
pub fn run() -> anyhow::Result<Outcome> {
    let inside = [built_in_sums()?, accurate_sum()].concat();
    print(&format!("dateline {}\n{inside}", env!("CARGO_PKG_VERSION")))?;
    Ok(Outcome::Done)
}

/// The checksums of the model and the gazetteer inside, a line each.
#[cfg(feature = "embedded")]
fn built_in_sums() -> anyhow::Result<String> {
    let model = dateline::inner::model_files::ModelFiles::embedded().checksum().unwrap_or_default();
    let gazetteer = dateline::inner::gazetteer::Gazetteer::embedded()?.info().checksum;
    Ok(format!("model {model}\ngazetteer {gazetteer:08x}\n"))
}

#[cfg(not(feature = "embedded"))]
#[allow(clippy::unnecessary_wraps, reason = "with the feature it can fail")]
fn built_in_sums() -> anyhow::Result<String> {
    Ok(String::new())
}

#[cfg(feature = "embedded-accurate")]
fn accurate_sum() -> String {
    format!(
        "accurate model {}\n",
        dateline::inner::model_files::ModelFiles::embedded_accurate().checksum().unwrap_or_default()
    )
}

#[cfg(not(feature = "embedded-accurate"))]
fn accurate_sum() -> String {
    String::new()
}
