//! What bytes are, by how they begin: the ending of a name is only a hint.

/// Bytes of a beginning that are looked at, at most.
pub(super) const HEAD: usize = 1024;

/// How bytes are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::corpus) enum Packing {
    Gzip,
    Zstd,
    Xz,
    Bzip2,
    Lz4,
    /// Not to make it smaller, but as Windows writes texts.
    Utf16,
}

/// What plain bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::corpus) enum Content {
    /// JSON objects: one a line, in an array, or one after the other.
    Json,
    /// A web page.
    Html,
    Parquet,
    /// Arrow IPC with an index at its end, as Feather is.
    ArrowFile,
    /// Arrow IPC without it.
    ArrowStream,
    Avro,
    Warc,
    /// A kind of file that is known, but not read.
    Foreign(Foreign),
    /// Text or a table: that is for the name to say.
    Other,
}

/// Kinds of files that are not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Foreign {
    /// The Portable Document Format.
    Pdf,
    /// A zip archive, or one of the many formats that are zip archives: Word, Excel, LibreOffice, EPUB.
    Zip,
    /// The files of Word, Excel and PowerPoint before 2007.
    OldOffice,
    /// Rich Text Format.
    Rtf,
    /// A tape archive.
    Tar,
    /// 7-Zip.
    SevenZip,
    /// RAR.
    Rar,
    /// A database of SQLite.
    Sqlite,
    /// A database of DuckDB.
    Duckdb,
    /// Apache ORC.
    Orc,
    /// Python's pickles.
    Pickle,
    /// HDF5, or NetCDF.
    Hdf5,
    /// Feather of the first version.
    FeatherV1,
    /// XML that is no web page.
    Xml,
    /// An array of NumPy.
    Numpy,
    /// A picture.
    Image,
    /// Sound or a film in RIFF: WAV, AVI; WebP too.
    Sound,
}

impl Foreign {
    /// What it is, in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pdf => "a PDF",
            Self::Zip => "a zip archive, or a document of Word, Excel, LibreOffice or EPUB, which are zip archives",
            Self::OldOffice => "an old document of Word, Excel or PowerPoint",
            Self::Rtf => "an RTF document",
            Self::Tar => "a tar archive",
            Self::SevenZip => "a 7-Zip archive",
            Self::Rar => "a RAR archive",
            Self::Sqlite => "an SQLite database",
            Self::Duckdb => "a DuckDB database",
            Self::Orc => "an ORC file",
            Self::Pickle => "a Python pickle",
            Self::Hdf5 => "an HDF5 file",
            Self::FeatherV1 => "a Feather file of the first version",
            Self::Xml => "XML",
            Self::Numpy => "a NumPy array",
            Self::Image => "a picture",
            Self::Sound => "sound, a film or a picture (RIFF)",
        }
    }

    /// How it becomes something that is read, for people.
    pub fn advice(self) -> &'static str {
        match self {
            Self::Pdf => "extract its text first, with pdftotext for example",
            Self::Zip => {
                "name an archive of files by its path, or unpack it with unzip; extract the text of a document first, with pandoc -t plain for example"
            }
            Self::OldOffice | Self::Rtf => {
                "extract its text first, with LibreOffice (soffice --convert-to txt) for example"
            }
            Self::Tar => "unpack it first (tar -xf), and read the folder",
            Self::SevenZip => "unpack it first (7z x), and read the folder",
            Self::Rar => "unpack it first (unrar x), and read the folder",
            Self::Sqlite => "write its table as CSV first (sqlite3 -header -csv FILE \"SELECT id, text FROM …\")",
            Self::Duckdb => "write its table as Parquet first (duckdb FILE \"COPY … TO 'table.parquet'\")",
            Self::Orc => "write it as Parquet first, with pyarrow or Spark for example",
            Self::Pickle => "write it as Parquet first, with pandas for example",
            Self::Hdf5 => "write its table as Parquet first, with pandas for example",
            Self::FeatherV1 => "write it as Parquet first, with pyarrow for example",
            Self::Numpy => "write it as Parquet first, with pandas for example",
            Self::Image | Self::Sound => {
                "leave it out, or extract its text first, with tesseract or whisper for example"
            }
            Self::Xml => "extract its text first, with pandoc or xmllint for example",
        }
    }
}

/// What a beginning tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    Packed(Packing),
    Plain(Content),
}

/// What a beginning tells; `None` if more of it is needed. `whole`: there is no more of it.
pub(super) fn told(head: &[u8], whole: bool) -> Option<Told> {
    match json(head) {
        Some(None) if whole && head.trim_ascii_end().ends_with(b"]") => return Some(Told::Plain(Content::Json)),
        Some(None) if whole => {}
        Some(content) => return content.map(Told::Plain),
        None => {}
    }
    const LONGEST_MAGIC: usize = 16;
    if head.len() < LONGEST_MAGIC && !whole {
        return None;
    }
    if let Some(packing) = Packing::of(head) {
        return Some(Told::Packed(packing));
    }
    if let Some(content) = by_magic(head) {
        return Some(Told::Plain(content));
    }
    (whole || head.len() >= HEAD).then(|| Told::Plain(by_tags(head)))
}

impl Packing {
    /// By the first bytes, ten if there are as many.
    pub fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0x1f, 0x8b, ..] => Some(Self::Gzip),
            // A frame, or one that is to be skipped.
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Some(Self::Zstd),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Self::Xz),
            [b'B', b'Z', b'h', b'1'..=b'9', rest @ ..] if rest.starts_with(b"1AY&SY") => Some(Self::Bzip2),
            [0x04, 0x22, 0x4d, 0x18, ..] => Some(Self::Lz4),
            // Four bytes that begin so are UTF-32.
            [0xff, 0xfe, 0, 0, ..] => None,
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some(Self::Utf16),
            _ => None,
        }
    }
}

/// Whether a beginning is that of JSON objects: `Some(None)` if more of it is needed.
fn json(head: &[u8]) -> Option<Option<Content>> {
    let mut rest = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let mut bracket = false;
    if let Some(inside) = rest.strip_prefix(b"[") {
        bracket = true;
        rest = inside.trim_ascii_start();
    }
    let Some(inside) = rest.strip_prefix(b"{") else {
        // An empty array, if nothing follows: else it is a box to be ticked.
        let open = bracket && matches!(rest.trim_ascii_end(), b"" | b"]") && head.len() < HEAD;
        return open.then_some(None);
    };
    match inside.trim_ascii_start().first() {
        Some(b'"' | b'}') => Some(Some(Content::Json)),
        Some(_) => None,
        None => (head.len() < HEAD).then_some(None),
    }
}

fn by_magic(head: &[u8]) -> Option<Content> {
    use Content::Foreign as F;
    let magic: [(&[u8], Content); 22] = [
        (b"PAR1", Content::Parquet),
        (b"PARE", Content::Parquet),
        (b"ARROW1", Content::ArrowFile),
        (b"\xff\xff\xff\xff", Content::ArrowStream),
        (b"Obj\x01", Content::Avro),
        (b"WARC/", Content::Warc),
        (b"%PDF-", F(Foreign::Pdf)),
        (b"PK\x03\x04", F(Foreign::Zip)),
        (b"PK\x05\x06", F(Foreign::Zip)),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", F(Foreign::OldOffice)),
        (b"{\\rtf", F(Foreign::Rtf)),
        (b"7z\xbc\xaf\x27\x1c", F(Foreign::SevenZip)),
        (b"Rar!\x1a\x07", F(Foreign::Rar)),
        (b"SQLite format 3\0", F(Foreign::Sqlite)),
        (b"\x93NUMPY", F(Foreign::Numpy)),
        (b"\x89PNG\r\n\x1a\n", F(Foreign::Image)),
        (b"\xff\xd8\xff", F(Foreign::Image)),
        (b"GIF87a", F(Foreign::Image)),
        (b"GIF89a", F(Foreign::Image)),
        (b"RIFF", F(Foreign::Sound)),
        (b"\x89HDF\r\n\x1a\n", F(Foreign::Hdf5)),
        (b"FEA1", F(Foreign::FeatherV1)),
    ];
    // Prose may begin with the letters of a magic, but not go on with bytes that are no text.
    let is_binary = || head.iter().skip(4).take(20).any(|&byte| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r'));
    let in_letters = |magic: &[u8]| magic.iter().all(u8::is_ascii_alphanumeric);
    let is_it = |magic: &[u8]| head.starts_with(magic) && (!in_letters(magic) || is_binary());
    if let Some((_, content)) = magic.into_iter().find(|(magic, _)| is_it(magic)) {
        return Some(content);
    }
    match head {
        // Its version stands behind it, in 64 bits.
        [_, _, _, _, _, _, _, _, b'D', b'U', b'C', b'K', _, 0, 0, 0, 0, 0, 0, 0, ..] => Some(F(Foreign::Duckdb)),
        // Behind its name are the numbers of a stripe; prose goes on with letters.
        [b'O', b'R', b'C', next, ..] if !(0x20..0x7f).contains(next) && !matches!(next, b'\n' | b'\r' | b'\t') => {
            Some(F(Foreign::Orc))
        }
        // A pickle of a protocol since the second, which ends with a frame or an opcode.
        [0x80, 2..=5, 0x95 | b'}' | b']' | b'c' | b'(', ..] => Some(F(Foreign::Pickle)),
        _ => None,
    }
}

/// What a long beginning, or a whole, tells.
fn by_tags(head: &[u8]) -> Content {
    if head.get(257..262) == Some(b"ustar") {
        return Content::Foreign(Foreign::Tar);
    }
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start().to_ascii_lowercase();
    let begins = |tag: &str| text.starts_with(tag.as_bytes());
    let has = |tag: &str| memchr::memmem::find(&text, tag.as_bytes()).is_some();
    if begins("<!doctype html") || begins("<html") || (begins("<?xml") || begins("<!--")) && has("<html") {
        return Content::Html;
    }
    if begins("<?xml") || begins("<rss") || begins("<feed") || begins("<tei") || begins("<nitf") || begins("<newsitem")
    {
        return Content::Foreign(Foreign::Xml);
    }
    Content::Other
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn beginnings_tell_what_bytes_are() {
        let plain = |head: &[u8]| match told(head, true) {
            Some(Told::Plain(content)) => content,
            other => panic!("{other:?}"),
        };
        for (head, content) in [
            (&b"{\"text\": 1"[..], Content::Json),
            (b"\xef\xbb\xbf\n[\n  {\n", Content::Other),
            (b"\xef\xbb\xbf\n[\n  {\n\"", Content::Json),
            (b"[]", Content::Json),
            (b"{Oslo} fell", Content::Other),
            (b"[Oslo] fell", Content::Other),
            (b"", Content::Other),
            (b"\n<!DOCTYPE HTML><p>", Content::Html),
            (b"<?xml version=\"1.0\"?><!DOCTYPE x><HTML>", Content::Html),
            (b"<?xml version=\"1.0\"?><rss>", Content::Foreign(Foreign::Xml)),
            (b"PAR1\x15\x00", Content::Parquet),
            (b"PARENTS in Mosul protested", Content::Other),
            (b"ROASTED DUCK is served in Beijing", Content::Other),
            (b"[ ] Visit Paris", Content::Other),
            (b"ARROW1\0\0", Content::ArrowFile),
            (b"Obj\x01\x04", Content::Avro),
            (b"WARC/1.0\r\n", Content::Warc),
            (b"%PDF-1.7", Content::Foreign(Foreign::Pdf)),
            (b"{\\rtf1", Content::Foreign(Foreign::Rtf)),
            (b"BZh9 fell", Content::Other),
        ] {
            assert_eq!(plain(head), content, "{:?}", String::from_utf8_lossy(head));
        }
        assert_eq!(told(b"\x5d\x2a\x4d\x18", true), Some(Told::Packed(Packing::Zstd)));
        assert_eq!(told(b"BZh91AY&SY", true), Some(Told::Packed(Packing::Bzip2)));
    }

    /// A line on a pipe is known for what it is before the next one comes.
    #[test]
    fn objects_are_known_at_once() {
        assert_eq!(told(b"{", false), None);
        assert_eq!(told(b"{\"", false), Some(Told::Plain(Content::Json)));
        assert_eq!(told(b"[ ", false), None);
        assert_eq!(told(b"The convoy left.", false), None);
    }

    proptest! {
        #[test]
        fn any_beginning_tells_something(head in proptest::collection::vec(any::<u8>(), 0..40)) {
            prop_assert!(told(&head, true).is_some());
        }
    }
}
