//! Where something lies in an object store.

use std::fmt;
use std::path::PathBuf;

/// An address of an object, or of a prefix that objects have in common: `s3://bucket/news/2024.jsonl`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Address {
    scheme: Scheme,
    /// All that was given. It may hold a signature.
    whole: String,
    /// Bytes of it up to what stands between the scheme and the key, and up to the key.
    host: std::ops::Range<usize>,
    /// The end of the key: what stands behind is a query or a fragment.
    end: usize,
}

/// What kind of store an address leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// Amazon S3, and all that speak as it does.
    S3,
    /// Google Cloud Storage.
    Google,
    /// Azure Blob Storage.
    Azure,
    /// A server of the web.
    Web,
}

impl Address {
    const SCHEMES: [(&'static str, Scheme); 9] = [
        ("s3", Scheme::S3),
        ("s3a", Scheme::S3),
        ("gs", Scheme::Google),
        ("az", Scheme::Azure),
        ("azure", Scheme::Azure),
        ("abfs", Scheme::Azure),
        ("abfss", Scheme::Azure),
        ("http", Scheme::Web),
        ("https", Scheme::Web),
    ];

    /// The address that a text is, if it begins as one does.
    pub fn of(text: &str) -> Option<Self> {
        let (name, rest) = text.split_once("://")?;
        let (_, scheme) = Self::SCHEMES.into_iter().find(|(known, _)| name.eq_ignore_ascii_case(known))?;
        let begin = name.len() + "://".len();
        // A key may hold these signs, where the web has a query behind them.
        let end = match scheme {
            Scheme::Web => rest.find(['?', '#']).unwrap_or(rest.len()),
            _ => rest.len(),
        };
        let host = rest[..end].find('/').unwrap_or(end);
        (host > 0).then(|| Self { scheme, whole: text.to_owned(), host: begin..begin + host, end: begin + end })
    }

    /// What kind of store it leads to.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// All of it, with what nobody should read.
    pub fn whole(&self) -> &str {
        &self.whole
    }

    /// The bucket, container or server.
    pub(super) fn host(&self) -> &str {
        let host = &self.whole[self.host.clone()];
        // Who asks, and with which password, is nobody's business.
        match self.scheme {
            Scheme::Web => host.rsplit_once('@').map_or(host, |(_, host)| host),
            _ => host,
        }
    }

    /// The name in the bucket, without a slash in front.
    pub fn key(&self) -> &str {
        self.whole[self.host.end..self.end].trim_start_matches('/')
    }

    /// The key, or the part of it in front of the first sign of a pattern with the pattern: `s3://bucket/day=*/part-*.parquet`.
    pub fn pattern(&self) -> Option<(&str, &str)> {
        let key = self.key();
        let at = key.find(['*', '{']).filter(|_| self.scheme != Scheme::Web)?;
        let folder = key[..at].rfind('/').map_or(0, |slash| slash + 1);
        Some((&key[..folder], &key[folder..]))
    }

    /// Whether it is plainly one of a folder.
    pub fn is_folder(&self) -> bool {
        self.scheme != Scheme::Web && (self.key().is_empty() || self.key().ends_with('/'))
    }

    /// The address of another key in the same bucket.
    pub fn with_key(&self, key: &str) -> Self {
        let mut whole = self.whole[..self.host.end].to_owned();
        whole.push('/');
        whole.push_str(key);
        whole.push_str(&self.whole[self.end..]);
        let end = self.host.end + 1 + key.len();
        Self { scheme: self.scheme, whole, host: self.host.clone(), end }
    }

    /// The address of something beside it, whose name is its own with that behind.
    #[must_use]
    pub fn suffixed(&self, suffix: &str) -> Self {
        self.with_key(&format!("{}{suffix}", self.key().trim_end_matches('/')))
    }

    /// What stands behind the last slash of its key that has something behind it.
    pub fn name(&self) -> &str {
        let key = self.key().trim_end_matches('/');
        key.rsplit_once('/').map_or(key, |(_, name)| name)
    }

    /// Whether something would lie in this folder, or is the same.
    pub fn holds(&self, other: &Self) -> bool {
        let key = self.pattern().map_or(self.key(), |(folder, _)| folder).trim_end_matches('/');
        let below = other.key().strip_prefix(key);
        self.scheme == other.scheme
            && self.host() == other.host()
            && below.is_some_and(|below| {
                key.is_empty() || below.is_empty() || below.starts_with('/') && self.scheme != Scheme::Web
            })
    }

    /// A path whose names say something of what is there: no file has it.
    pub fn path(&self) -> PathBuf {
        self.to_string().into()
    }
}

/// Without passwords and signatures.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = self.whole.split_once("://").map_or("", |(scheme, _)| scheme);
        write!(f, "{scheme}://{}{}", self.host(), &self.whole[self.host.end..self.end])
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Address {
        Address::of(text).unwrap()
    }

    #[test]
    fn addresses_are_told_from_paths() {
        for path in ["a/b", "/a", "C:\\a", "s3:/a", "file:///a", "s3://", "hf://a/b", "://a", ""] {
            assert!(Address::of(path).is_none(), "{path}");
        }
        let address = of("s3://news/2024/a b?#*.jsonl");
        assert_eq!((address.host(), address.key(), address.name()), ("news", "2024/a b?#*.jsonl", "a b?#*.jsonl"));
        assert_eq!(of("S3A://b").scheme(), Scheme::S3);
        assert_eq!(of("abfss://c@account.dfs.core.windows.net/k").host(), "c@account.dfs.core.windows.net");
        assert_eq!(of("gs://b/x/y/").name(), "y");
        assert!(of("gs://b/x/").is_folder() && of("gs://b").is_folder() && !of("gs://b/x").is_folder());
        assert!(!of("https://host/news/").is_folder());
    }

    #[test]
    fn secrets_are_not_shown() {
        let address = of("https://me:secret@host:8080/a.jsonl?X-Signature=abc#x");
        assert_eq!(address.to_string(), "https://host:8080/a.jsonl");
        assert_eq!(format!("{address:?}"), address.to_string());
        assert_eq!(address.whole(), "https://me:secret@host:8080/a.jsonl?X-Signature=abc#x");
        let beside = address.suffixed(".errors.jsonl");
        assert_eq!(beside.whole(), "https://me:secret@host:8080/a.jsonl.errors.jsonl?X-Signature=abc#x");
    }

    #[test]
    fn keys_may_be_patterns() {
        assert_eq!(of("s3://b/a/day=*/part-*.parquet").pattern(), Some(("a/", "day=*/part-*.parquet")));
        assert_eq!(of("s3://b/*.txt").pattern(), Some(("", "*.txt")));
        assert_eq!(of("s3://b/a.txt").pattern(), None);
        assert_eq!(of("https://h/*").pattern(), None);
    }

    #[test]
    fn folders_hold_what_lies_in_them() {
        let holds = |folder: &str, other: &str| of(folder).holds(&of(other));
        assert!(holds("s3://b/a", "s3://b/a") && holds("s3://b/a", "s3://b/a/x") && holds("s3://b", "s3://b/x"));
        assert!(holds("s3://b/a/*.txt", "s3://b/a/x.jsonl") && holds("https://h/a", "https://h/a?x"));
        assert!(!holds("s3://b/a", "s3://b/ab") && !holds("s3://b/a", "s3://c/a") && !holds("s3://b/a", "gs://b/a"));
        assert!(!holds("https://h/a", "https://h/a/b"));
    }
}
