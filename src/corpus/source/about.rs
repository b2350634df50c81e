//! What tells of data, and is none.

use std::ffi::OsStr;
use std::path::Path;

use super::kind::InputKind;

/// Whether a file tells of the data beside it: README.md, LICENSE, dataset_info.json and their like.
pub(super) fn is_about_data(path: &Path) -> bool {
    const STEMS: [&str; 8] =
        ["readme", "license", "licence", "notice", "changelog", "citation", "contributing", "authors"];
    const ENDINGS: [&str; 8] = ["md", "txt", "rst", "html", "yml", "yaml", "cff", "bib"];
    const NAMES: [&str; 4] = ["dataset_info.json", "dataset_infos.json", "dataset_dict.json", "state.json"];
    let lower = |part: Option<&OsStr>| part.and_then(OsStr::to_str).map(str::to_ascii_lowercase);
    let (Some(name), Some(stem)) = (lower(path.file_name()), lower(path.file_stem())) else { return false };
    let ending = lower(path.extension());
    NAMES.contains(&name.as_str())
        || STEMS.contains(&stem.as_str()) && ending.is_none_or(|ending| ENDINGS.contains(&ending.as_str()))
}

/// Whether a file holds records, by its name.
pub(super) fn is_data(path: &Path) -> bool {
    !is_about_data(path) && InputKind::by_ending(path).is_some_and(InputKind::is_data)
}
