//! The gazetteer inside the binary.

use super::{Gazetteer, GazetteerError};

/// Bytes that begin where the file format wants them to.
#[repr(C, align(8))]
struct Aligned<Bytes: ?Sized>(Bytes);

static PLACES: &Aligned<[u8]> = &Aligned(*include_bytes!("../../models/places.gaz"));

impl Gazetteer {
    /// Opens the gazetteer inside the binary. Nothing is copied.
    ///
    /// # Errors
    ///
    /// If the crate was built with a file that is no gazetteer.
    pub fn embedded() -> Result<Self, GazetteerError> {
        Self::from_static(&PLACES.0)
    }
}
