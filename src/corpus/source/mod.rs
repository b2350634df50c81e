//! Where documents come from: files, folders of them, archives, standard input, a text that was given.

mod about;
mod archive;
mod folder;
mod hidden;
mod kind;
mod partitions;
mod place;
mod survey;

pub use self::archive::Member;
pub(super) use self::folder::table_log;
pub use self::folder::{GlobError, Globs, files};
pub use self::kind::InputKind;
pub(super) use self::partitions::partitions;
pub use self::place::Source;
pub use self::survey::{Survey, survey};
