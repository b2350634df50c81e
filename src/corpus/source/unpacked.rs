//! The files of zip archives.

use std::iter;
use std::path::Path;

use super::archive::{Member, members_of_file};
use super::globs::Globs;
use super::place::{Files, Source};
use crate::corpus::error::Fault;

/// The files of an archive that are asked for.
pub(super) fn files(path: &Path, globs: &Globs) -> Files {
    match members_of_file(path) {
        Ok(members) => wanted(path, members, globs),
        Err(fault) => Box::new(iter::once(Err((path.display().to_string(), fault)))),
    }
}

/// Those files of an archive that are asked for.
pub(super) fn wanted(path: &Path, members: Vec<Member>, globs: &Globs) -> Files {
    match globs.under(path) {
        Ok(wanted) => {
            let found = members.into_iter().filter(move |member| !wanted.matched(member.path(), false).is_ignore());
            Box::new(found.map(|member| Ok(Source::Member(member))))
        }
        Err(error) => Box::new(iter::once(Err((path.display().to_string(), Fault::Walk(error.to_string()))))),
    }
}
