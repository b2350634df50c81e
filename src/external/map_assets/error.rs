//! Why there are no packages for the map page, in one line with what was tried and what the user can do.

use std::path::{Path, PathBuf};

use super::pins::{self, PINS};
use crate::external::error::{FetchError, shown};
use crate::external::fault::FileFault;

/// Why the map page cannot be made.
///
/// Each message is one line and says what to do. The causes stand in the message, not behind `source()`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AssetError {
    /// The folder that the user names does not hold the packages.
    #[error(
        "{FLAG} names {}, but {} in it {why}; expected {}, each in a folder of its name: run `npm install {}` \
         and name the node_modules that it makes, or leave {FLAG} out and let dateline fetch them",
        shown(.folder), shown(.file), pins::listed(PINS), pins::requirements(PINS)
    )]
    Named {
        /// The folder.
        folder: PathBuf,
        /// The file at fault, relative to the folder.
        file: PathBuf,
        /// What is wrong with it.
        why: FileFault,
    },
    /// The packages are not on this machine and could not be fetched.
    #[error(
        "the map page (map.html, --format html) is made with {}, which are not at hand, and {why}; {}",
        pins::listed(PINS), ways_out(.why, .folder.as_deref())
    )]
    Unfetched {
        /// Why they could not be fetched.
        why: FetchError,
        /// The folder in the cache that can be copied from another machine, where one is known.
        folder: Option<PathBuf>,
    },
}

/// What names a folder that holds the packages.
const FLAG: &str = "--map-assets";

/// The ways out of having no packages, in one line.
fn ways_out(why: &FetchError, folder: Option<&Path>) -> String {
    let copy = folder.map(|folder| format!(" and copy {} from there", shown(folder))).unwrap_or_default();
    let first = match why {
        FetchError::NoClient { .. } => {
            format!(
                "nothing else needs npm: either (1) install Node.js, which has npm, or run `dateline setup` on another \
                 machine that has it{copy}"
            )
        }
        _ => format!("either (1) run `dateline setup` where there is a network and an npm{copy}"),
    };
    format!("{first}, or (2) name a folder that holds them with {FLAG}, or (3) write another format")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_out_fit_the_cause() {
        let text = |why| AssetError::Unfetched { why, folder: Some("cache/map\nassets".into()) }.to_string();
        let offline = text(FetchError::Offline);
        let no_npm = text(FetchError::NoClient { client: "npm", tried: vec!["`npm`: not found".to_owned()] });
        for text in [&offline, &no_npm] {
            for part in ["map.html", "leaflet 1.9.4", "`dateline setup`", "copy cache/map assets", FLAG, "other format"]
            {
                assert!(text.contains(part), "{part} is missing from: {text}");
            }
            assert!(!text.contains('\n'));
        }
        assert!(offline.contains("--offline") && !offline.contains("Node.js"));
        assert!(no_npm.contains("tried `npm`: not found") && no_npm.contains("nothing else needs npm"), "{no_npm}");
        assert!(no_npm.contains("install Node.js"), "{no_npm}");
    }
}
