//! Under which names a document's fields are known: those of dateline's own form, and those of the crawlers, interfaces and data
//! sets that people have their corpora from.

use serde_json::{Map, Value};

/// What a field is to a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Its text.
    Text,
    /// What it is called.
    Id,
    /// Its headline.
    Title,
    /// When it was published.
    Date,
    /// Who published it.
    Source,
    /// Where it is on the web.
    Url,
}

impl Role {
    /// All but the text.
    pub(super) const KNOWN: [Self; 5] = [Self::Id, Self::Title, Self::Date, Self::Source, Self::Url];

    /// The name in dateline's own form.
    pub fn name(self) -> &'static str {
        self.names()[0]
    }

    /// The names under which it is looked for, in this order, unless one was given: dateline's own first, then those of
    /// news-please, newspaper4k, trafilatura, NewsAPI, Event Registry, WordPress, Dolma, datatrove, C4, Reddit and Twitter.
    #[rustfmt::skip]
    pub(in crate::corpus) fn names(self) -> &'static [&'static str] {
        match self {
            Self::Text => &["text", "maintext", "content", "body", "full_text", "articleBody", "article", "raw_text", "selftext"],
            Self::Id => &["id", "_id"],
            Self::Title => &["title", "headline"],
            Self::Date => &[
                "date", "date_publish", "publish_date", "publishedAt", "published_at", "published", "pubDate", "datePublished",
                "dateTime", "created", "created_at", "created_utc", "timestamp", "metadata.date", "metadata.created",
                "metadata.timestamp",
            ],
            // A `source` that is an address counts by its host, as trafilatura's does.
            Self::Source => &["source", "source_domain", "source-hostname", "sitename", "hostname", "metadata.source"],
            Self::Url => &["url", "link", "canonical_link", "webUrl", "metadata.url"],
        }
    }
}

/// The value of a field by its name, or by a path into objects: `article.text`. A field with dots in its own name goes first.
pub(super) fn find<'v>(fields: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    if let Some(value) = fields.get(name) {
        return Some(value);
    }
    // The longest name that is there, and the path in it.
    let mut end = name.len();
    while let Some(dot) = name[..end].rfind('.') {
        if let Some(Value::Object(inner)) = fields.get(&name[..dot]) {
            return find(inner, &name[dot + 1..]);
        }
        end = dot;
    }
    None
}

/// The column in which a field is that is named by a path: `article` of `article.text`, if there is no column of the whole name.
pub(super) fn is_column_of(name: &str, column: &str) -> bool {
    name == column || name.strip_prefix(column).is_some_and(|rest| rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_are_found_by_paths() {
        let Value::Object(fields) = json!({"a": {"b": {"c": 1}, "b.c": 2}, "a.x": 3, "d": 4}) else { panic!() };
        assert_eq!(find(&fields, "a.x"), Some(&json!(3)));
        assert_eq!(find(&fields, "a.b.c"), Some(&json!(2)));
        assert_eq!(find(&fields, "a.b"), Some(&json!({"c": 1})));
        assert_eq!(find(&fields, "d.x"), None);
        assert!(is_column_of("a.b", "a") && is_column_of("a.b", "a.b") && !is_column_of("ab.c", "a"));
    }
}
