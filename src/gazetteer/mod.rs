//! The gazetteer: which places a name may mean, and where they are.
//!
//! One file holds it ([`index`]), opened by mapping it to memory or embedded in the program. Names are found by folded
//! keys ([`name`]) and, with less trust, by looser ones ([`loose`], [`transliteration`]). [`build`](mod@build) makes the file from tables.
//!
//! ```
//! use dateline::inner::gazetteer::build::{Builder, PlaceInput};
//! use dateline::inner::gazetteer::{Fold, Gazetteer, NameKind};
//! use dateline::inner::geo::LatLon;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut builder = Builder::new();
//! let mosul = LatLon { lat: 36.335, lon: 43.11889 };
//! builder.add(PlaceInput::new("geonames:99072", "Mosul", mosul).with_name("Al Mawşil", NameKind::Alternate))?;
//! let mut file = Vec::new();
//! builder.finish(&mut file)?;
//!
//! let gazetteer = Gazetteer::from_bytes(&file)?;
//! let candidates = gazetteer.lookup("al-Mawsil");
//! assert_eq!(candidates[0].fold, Fold::Folded);
//! assert_eq!(gazetteer.place(candidates[0].place).location, mosul);
//! # Ok(())
//! # }
//! ```

pub mod build;
#[cfg(feature = "embedded")]
mod embedded;
mod error;
mod feature_class;
mod file;
#[doc(hidden)]
pub mod fuzzing;
mod fuzzy;
mod importance;
pub mod index;
mod info;
mod key_map;
mod lookup;
pub mod loose;
pub mod name;
mod own;
mod place;
pub mod source;
#[cfg(test)]
pub mod testing;
#[cfg(test)]
mod tests;
pub mod transliteration;
mod verify;

use std::fmt;
use std::path::Path;

pub use self::error::{GazetteerError, GazetteerOrigin};
pub use self::feature_class::FeatureClass;
use self::file::GazetteerFile;
use self::index::{Bytes, NONE};
pub use self::info::{Info, SourceNote};
use self::own::Own;
pub use self::place::{Candidate, CountryCode, CountryCodeError, Fold, GazetteerPlace, NameKind, PlaceId, PlaceIndex};
use self::verify::verify;

/// An opened gazetteer. It only reads, and any number of threads may share it.
pub struct Gazetteer {
    file: GazetteerFile,
    /// What the user has put on top of it.
    own: Own,
}

impl Gazetteer {
    /// Opens a file by mapping it to memory: quick, whatever its size, and shared between processes.
    ///
    /// The header and the bounds of the sections are checked; [`verify`](Self::verify) checks the rest. The file must
    /// not be changed in place while it is open; replacing it by another of its name is safe.
    ///
    /// # Errors
    ///
    /// Where there is no such file, or it is a folder, truncated, something else than a gazetteer, or of another format
    /// version, or its header is damaged.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, GazetteerError> {
        Ok(GazetteerFile::open(path.as_ref())?.into())
    }

    /// A gazetteer embedded in the program. Nothing is copied.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open), and if the bytes don't begin at a multiple of 8.
    pub fn from_static(bytes: &'static [u8]) -> Result<Self, GazetteerError> {
        Ok(GazetteerFile::from_bytes(Bytes::Static(bytes), GazetteerOrigin::Embedded)?.into())
    }

    /// A gazetteer from bytes in memory, which are copied.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, GazetteerError> {
        Ok(GazetteerFile::from_bytes(Bytes::owned(bytes), GazetteerOrigin::Memory)?.into())
    }

    /// Reads the whole file: checksums of all sections, and that every reference in it leads somewhere.
    ///
    /// # Errors
    ///
    /// [`GazetteerError::Damaged`] for the first fault.
    pub fn verify(&self) -> Result<(), GazetteerError> {
        verify(&self.file)
    }

    /// What the file says of itself.
    pub fn info(&self) -> Info {
        self.file.info()
    }

    /// Number of places.
    pub fn len(&self) -> usize {
        self.file.len() as usize + self.own.len()
    }

    /// Whether there are no places.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A place by its number, such as a candidate's.
    ///
    /// # Panics
    ///
    /// If this gazetteer did not give the number, or the place's record is damaged; [`get`](Self::get) doesn't.
    pub fn place(&self, index: PlaceIndex) -> GazetteerPlace<'_> {
        self.get(index).expect("the number of a place of this gazetteer")
    }

    /// A place by its number, or `None` if there is none or its record is damaged.
    pub fn get(&self, index: PlaceIndex) -> Option<GazetteerPlace<'_>> {
        self.own.get(&self.file, index)
    }

    /// All places, in the order of ids, those of the user's own behind those of the file; damaged records are left out,
    /// and so is what the user has taken out.
    pub fn places(&self) -> impl Iterator<Item = GazetteerPlace<'_>> {
        let indexes = 0..u32::try_from(self.len()).unwrap_or(NONE);
        let shown = indexes.map(PlaceIndex).filter(|&index| !self.own.is_hidden(index));
        shown.filter_map(|index| self.get(index))
    }

    /// The record of a country (`PCLI`, or another `PCL*` or `TERR` of today), if there is one.
    pub fn country(&self, code: CountryCode) -> Option<PlaceIndex> {
        self.file.country(code)
    }

    /// The place with this id, such as `geonames:99072`, unless the user has taken it out.
    pub fn by_id(&self, id: &str) -> Option<PlaceIndex> {
        self.own.by_id(&self.file, id).or_else(|| self.file.by_id(id)).filter(|&place| !self.own.is_hidden(place))
    }

    /// The places that a name may mean: exact matches before folded before loose ones, and of these the more important
    /// first, as far as the builder knew; mostly that is by falling population. A place found by several names stands
    /// once, by the one that matched best.
    ///
    /// Exact, folded and loose matches are looked for at once. Where there are none, other romanisations of the name are
    /// (see [`transliteration`]), and then all of this for the name without words of direction
    /// in front ("northern Iraq"), what is found counting as loose at best. Misspelt names are not found: for these
    /// there is [`lookup_fuzzy`](Self::lookup_fuzzy).
    ///
    /// Names of more than [`MAX_NAME_BYTES`](name::MAX_NAME_BYTES) have none.
    pub fn lookup(&self, name: &str) -> Vec<Candidate> {
        let name = name.trim();
        self.own.on_top_of(&self.file, name, |file| file.lookup(name))
    }

    /// The places that have exactly this name, but for case, accents and punctuation: the first of the stages of
    /// [`lookup`](Self::lookup), for names that may be none.
    pub fn lookup_strictly(&self, name: &str) -> Vec<Candidate> {
        let name = name.trim();
        self.own.on_top_of(&self.file, name, |file| file.lookup_strictly(name))
    }

    /// The places that a misspelt name may mean: a fall-back for names that [`lookup`](Self::lookup) finds nothing for.
    ///
    /// The fewer letters are wrong, the earlier a candidate stands, and of these the more populous. A letter left out,
    /// added or changed is one error, and so are two neighbours exchanged; a letter is a character of the folded name.
    /// What matches without an error is not among them, and neither are names whose first letter is another: errors
    /// there are rare, and to find them the map would have to be walked for every letter that a name may begin with.
    /// Names of five to eight letters may have one error and longer ones two. Shorter ones may have none, since too many
    /// of them are another's neighbour. Generic words and the like are left off as in a lookup ("Ninevah province").
    pub fn lookup_fuzzy(&self, name: &str) -> Vec<Candidate> {
        let name = name.trim();
        self.own.on_top_of(&self.file, name, |file| file.lookup_fuzzy(name))
    }

    /// With places of the user's own, mostly of a table ([`build`](mod@build)). They are candidates as those of the
    /// file are, and stand before them where the name matches as well and their [`priority`](GazetteerPlace::priority) is higher. One
    /// with the id of a place of the file takes its place.
    ///
    /// Of `places`, its file counts: what was added to it or taken out of it does not. Places that were added before are no
    /// longer there.
    pub fn with_places(mut self, places: Self) -> Self {
        self.own.add(&self.file, places.file);
        self
    }

    /// Without some names, however they are written, and without the places of some ids (`geonames:99072`): no name
    /// finds them any more.
    pub fn without<'a>(mut self, names_and_ids: impl IntoIterator<Item = &'a str>) -> Self {
        for given in names_and_ids {
            match self.by_id(given.trim()) {
                Some(place) => self.own.hide(place),
                None => self.own.ignore(given),
            }
        }
        self
    }
}

impl From<GazetteerFile> for Gazetteer {
    fn from(file: GazetteerFile) -> Self {
        Self { file, own: Own::default() }
    }
}

impl fmt::Debug for Gazetteer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Gazetteer({}, {} places)", self.file.index.origin, self.len())
    }
}
