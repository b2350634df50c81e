//! Why there are no packages for the map page, in one line with what was tried and what was expected.

use std::path::PathBuf;

use super::pins::{self, PINS};
use crate::external::error::{FetchError, shown};
use crate::external::fault::FileFault;

/// Why the map page cannot be made.
///
/// Each message is one line. The causes stand in the message, not behind `source()`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AssetError {
    /// The folder that the user names does not hold the packages.
    #[error(
        "{} is named as the folder of the map page's packages, but {} in it {why}; expected {}, each in a folder of its \
         name, as in the node_modules that `npm install {}` makes",
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
    #[error("the map page is made with {}, which are not at hand, and {why}", pins::listed(PINS))]
    Unfetched {
        /// Why they could not be fetched.
        why: FetchError,
        /// The folder in the cache that can be copied from another machine, where one is known.
        folder: Option<PathBuf>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_speak_of_the_cause() {
        let unfetched = AssetError::Unfetched { why: FetchError::Offline, folder: None }.to_string();
        assert!(unfetched.contains("leaflet 1.9.4") && unfetched.ends_with("and fetching is forbidden"), "{unfetched}");
        let (folder, file) = ("a\nb".into(), "leaflet/LICENSE".into());
        let named = AssetError::Named { folder, file, why: FileFault::Missing }.to_string();
        assert!(named.contains("a b ") && named.contains("leaflet/LICENSE in it does not exist; expected "), "{named}");
        assert!(named.contains("`npm install leaflet@1.9.4 "), "{named}");
    }
}
