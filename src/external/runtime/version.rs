//! The releases of ONNX Runtime, and which of them will do.

use std::fmt;

/// The version of ONNX Runtime's C API that `dateline` is built against.
pub const API_VERSION: u32 = 24;

/// The oldest release of ONNX Runtime that has [`API_VERSION`].
pub const OLDEST: &str = "1.24";

/// A release of ONNX Runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// The first number.
    pub major: u32,
    /// The second number, which is also the newest version of the C API that the release has.
    pub minor: u32,
    /// The third number.
    pub patch: u32,
}

impl Version {
    /// Reads "1.24.0", and "1.24.0-dev" as the same.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.splitn(3, '.');
        let major = numbers.next()?.parse().ok()?;
        let minor = numbers.next()?.parse().ok()?;
        let rest = numbers.next()?;
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        Some(Self { major, minor, patch: rest[..digits].parse().ok()? })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_and_ordered() {
        let version = |major, minor, patch| Some(Version { major, minor, patch });
        assert_eq!(Version::parse("1.31.1"), version(1, 31, 1));
        assert_eq!(Version::parse("1.24.0-dev+cuda"), version(1, 24, 0));
        for text in ["", "1", "1.24", "one.2.3", "1.2.x", "1..3"] {
            assert_eq!(Version::parse(text), None, "{text}");
        }
        assert!(version(1, 9, 0) < version(1, 24, 0));
        assert_eq!(Version { major: 1, minor: 24, patch: 0 }.to_string(), "1.24.0");
    }
}
