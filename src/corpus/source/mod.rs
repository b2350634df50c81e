//! Where documents come from: files, folders of them, archives, object stores, standard input, a text that was given.

mod about;
mod archive;
mod files;
mod folder;
mod globs;
mod hidden;
mod kind;
mod objects;
mod partitions;
mod place;
mod remote;
mod survey;
mod table_log;
mod unpacked;

pub use self::archive::Member;
pub use self::files::files;
pub use self::globs::{GlobError, Globs};
pub use self::kind::InputKind;
pub(super) use self::partitions::partitions;
pub(super) use self::place::Files;
pub use self::place::Source;
pub use self::remote::Remote;
pub use self::survey::{Survey, survey};
pub(super) use self::table_log::table_log;
