//! All that an output depends on, as it stands in a manifest.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::PathBuf;

use anyhow::Context as _;
use dateline::inner::checksum;

/// Settings by name: those of flags by their flag.
#[derive(Default)]
pub struct Settings(BTreeMap<String, String>);

impl Settings {
    /// A setting.
    pub fn add(&mut self, name: &str, value: impl Display) {
        self.0.insert(name.to_owned(), value.to_string());
    }

    /// A setting that may not be given.
    pub fn add_option(&mut self, name: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.add(name, value);
        }
    }

    /// A flag.
    pub fn add_flag(&mut self, name: &str, given: bool) {
        self.add_option(name, given.then_some("given"));
    }

    /// A setting with any number of values.
    pub fn add_list(&mut self, name: &str, values: &[impl Display]) {
        let values: Vec<String> = values.iter().map(ToString::to_string).collect();
        // A comma in a value is none between values.
        self.add_option(name, (!values.is_empty()).then(|| serde_json::Value::from(values)));
    }

    /// Files, which count by what is in them.
    pub fn add_files(&mut self, name: &str, files: &[PathBuf]) -> anyhow::Result<()> {
        let sums = files
            .iter()
            .map(|file| checksum::of_file(file).with_context(|| format!("{}: cannot be read", file.display())));
        let sums = sums.collect::<anyhow::Result<Vec<_>>>()?;
        self.add_list(name, &sums);
        Ok(())
    }

    /// All of them.
    pub fn into_map(self) -> BTreeMap<String, String> {
        self.0
    }
}
