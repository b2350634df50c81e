//! Files that nobody means when they name a folder.

use std::path::Path;

use crate::atomic::UNTIL_COMPLETE;
use crate::lock::LOCK;

/// Whether a name is hidden: to people, to Hadoop and all that came after it (`_SUCCESS`, `_metadata`, `_delta_log`), or as one
/// that our outputs have beside them while they are written.
pub(super) fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| {
        let name = name.as_encoded_bytes();
        name.starts_with(b".")
            || name.starts_with(b"_")
            || name == b"__MACOSX"
            || name.ends_with(LOCK.as_bytes())
            || name.ends_with(UNTIL_COMPLETE.as_bytes())
    })
}
