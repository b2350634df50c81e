//! The files of folders in object stores.

use std::iter;
use std::path::{Path, PathBuf};

use super::about::{is_about_data, is_data};
use super::archive::{is_named_archive, members};
use super::globs::Globs;
use super::hidden::is_hidden;
use super::place::{Files, Source};
use super::remote::Remote;
use super::unpacked;
use crate::corpus::error::Fault;
use crate::remote::{Found, Object};

/// The files of what an address leads to.
pub(super) fn files(remote: &Remote, globs: &Globs) -> Files {
    let name = remote.address().to_string();
    let found = match remote.found() {
        Ok(Found::Object(object)) => return of_object(object, globs),
        Ok(Found::Folder(objects)) => wanted(remote, objects, globs),
        Err(fault) => Err(fault),
    };
    match found {
        Ok(found) if found.is_empty() => Box::new(iter::once(Err((name, Fault::EmptyFolder)))),
        Ok(found) => {
            let globs = globs.without_patterns();
            Box::new(found.into_iter().flat_map(move |object| of_object(&object, &globs)))
        }
        Err(fault) => Box::new(iter::once(Err((name, fault)))),
    }
}

fn wanted(remote: &Remote, objects: &[Object], globs: &Globs) -> Result<Vec<Object>, Fault> {
    let root = PathBuf::from(remote.looked_at().to_string().trim_end_matches('/'));
    let no_glob = |error: ignore::Error| Fault::Walk(error.to_string());
    let asked = globs.under(&root).map_err(no_glob)?;
    let pattern = remote.address().pattern().map(|(_, pattern)| Globs::anchored(&root, pattern)).transpose();
    let pattern = pattern.map_err(no_glob)?;
    let is_wanted = |path: &Path| {
        let inside = path.strip_prefix(&root).unwrap_or(path);
        !inside.components().any(|part| is_hidden(part.as_ref()))
            && !asked.matched(path, false).is_ignore()
            && pattern.as_ref().is_none_or(|pattern| pattern.matched(path, false).is_whitelist())
    };
    let wanted: Vec<&Object> = objects.iter().filter(|object| is_wanted(&object.path())).collect();
    let has_data = wanted.iter().any(|object| is_data(&object.path()));
    Ok(wanted.into_iter().filter(|object| !(has_data && is_about_data(&object.path()))).cloned().collect())
}

fn of_object(object: &Object, globs: &Globs) -> Files {
    let path = object.path();
    if is_named_archive(&path) {
        match members(&path, object.open_in_any_order()) {
            Ok(members) if members.is_empty() => {}
            Ok(members) => return unpacked::wanted(&path, members, globs),
            Err(fault) => return Box::new(iter::once(Err((object.address().to_string(), fault)))),
        }
    }
    Box::new(iter::once(Ok(Source::Remote(Remote::of_object(object.clone())))))
}
