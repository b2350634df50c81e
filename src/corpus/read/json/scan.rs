//! Where a JSON value ends, without reading what it says.

/// Keys under which the objects of a corpus stand in an object that holds all of them.
const HOLDERS: [&str; 15] = [
    "documents",
    "articles",
    "results",
    "items",
    "posts",
    "data",
    "records",
    "docs",
    "rows",
    "value",
    "news",
    "stories",
    "entries",
    "hits",
    "list",
];

/// Keys of a document: an object that has one of them in front of such a list is no holder.
const OF_DOCUMENTS: [&str; 8] = ["text", "id", "title", "url", "date", "source", "body", "content"];

/// Goes over the bytes of a value until its end.
#[derive(Debug, Default)]
pub(super) struct Scan {
    depth: u32,
    in_string: bool,
    escaped: bool,
    /// A value that is no object, array or string ends with what stands behind it.
    bare: bool,
    end: Option<End>,
    /// Bytes that were gone over.
    read: usize,
    keys: Option<Keys>,
    /// Whether the object ends its own line, or may: the list in it is only noted then.
    on_line: bool,
}

/// What ended a scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The value.
    Whole,
    /// A line end within it.
    Line,
    /// The beginning of an array with the objects of a corpus.
    Holds,
}

/// The keys of the outermost object, as far as they tell whether it holds the others.
#[derive(Debug, Default)]
struct Keys {
    /// The string that was read last, or is.
    string: Vec<u8>,
    /// It is a key, and its value is read.
    key: bool,
    /// The array that may be the one, if an object is its first element.
    open: bool,
    /// The object is a document.
    document: bool,
    /// Where the first element of the list stands in an object that may end on its line.
    list: Option<usize>,
}

/// Bytes of a key that are looked at.
const KEY: usize = 16;

impl Scan {
    /// One that finds out whether an object holds all others.
    pub fn with_keys() -> Self {
        Self { keys: Some(Keys::default()), on_line: true, ..Self::default() }
    }

    /// One that begins within an object.
    pub fn inside() -> Self {
        Self { depth: 1, ..Self::default() }
    }

    pub fn end(&self) -> Option<End> {
        self.end
    }

    pub fn in_string(&self) -> bool {
        self.in_string
    }

    /// Whether an array has begun that may have the objects of a corpus.
    pub fn may_hold(&self) -> bool {
        self.depth == 2 && !self.in_string && self.keys.as_ref().is_some_and(|keys| keys.open)
    }

    /// Where the objects begin that an object holds which ended on its line: it has a list of objects, and no key of a document.
    pub fn held(&self) -> Option<usize> {
        self.keys.as_ref().filter(|keys| !keys.document).and_then(|keys| keys.list)
    }

    /// Goes on behind a line end.
    pub fn go_on(&mut self) {
        self.end = None;
        self.on_line = false;
    }

    /// Goes over bytes until an end, if there is one; how many belong to what was scanned. `by_lines`: a line end is one.
    pub fn over(&mut self, bytes: &[u8], by_lines: bool) -> usize {
        for (n, &byte) in bytes.iter().enumerate() {
            if self.bare && (byte.is_ascii_whitespace() || matches!(byte, b',' | b']' | b'}')) {
                self.end = Some(End::Whole);
                return n;
            }
            self.byte(byte);
            if by_lines && byte == b'\n' && self.end.is_none() {
                self.end = Some(End::Line);
            }
            if self.end == Some(End::Holds) {
                // The object with which the array begins is left to be read.
                return n;
            }
            self.read += 1;
            if self.end.is_some() {
                return n + 1;
            }
        }
        bytes.len()
    }

    fn byte(&mut self, byte: u8) {
        if self.in_string {
            match (self.escaped, byte) {
                (true, _) => self.escaped = false,
                (false, b'\\') => self.escaped = true,
                (false, b'"') => {
                    self.in_string = false;
                    if self.depth == 0 {
                        self.end = Some(End::Whole);
                    }
                }
                _ => {}
            }
            if let Some(keys) = self.keys.as_mut().filter(|keys| self.in_string && keys.string.len() < KEY) {
                keys.string.push(byte);
            }
            return;
        }
        if let Some(keys) = &mut self.keys {
            if self.depth == 2 && keys.open && !byte.is_ascii_whitespace() {
                keys.open = false;
                if byte == b'{' && self.on_line {
                    keys.list.get_or_insert(self.read);
                } else if byte == b'{' {
                    self.end = Some(End::Holds);
                    return;
                }
            }
            keys.outside(byte, self.depth);
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 0 {
                    self.end = Some(End::Whole);
                }
            }
            _ if self.depth == 0 && !byte.is_ascii_whitespace() => self.bare = true,
            _ => {}
        }
    }
}

impl Keys {
    fn outside(&mut self, byte: u8, depth: u32) {
        match byte {
            b'"' => self.string.clear(),
            b':' if depth == 1 => {
                self.key = true;
                self.document |= OF_DOCUMENTS.iter().any(|name| name.as_bytes() == self.string);
            }
            b'[' if depth == 1 && self.key => {
                self.open = !self.document && HOLDERS.iter().any(|name| name.as_bytes() == self.string);
            }
            b',' if depth == 1 => self.key = false,
            _ => {}
        }
    }
}
