//! Addresses of the web, as they stand in the fields of documents.

/// The host of a web address, without `www.`; `None` of what is none.
pub fn host(text: &str) -> Option<String> {
    let text = text.trim();
    let scheme = ["https://", "http://"]
        .into_iter()
        .find(|scheme| text.get(..scheme.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(scheme)))?;
    let authority = text[scheme.len()..].split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?.split(':').next()?.to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    (!host.is_empty() && !host.contains(char::is_whitespace)).then(|| host.to_owned())
}

/// What a publisher is called by whoever writes its address in place of its name: the host without `www.`.
pub fn publisher(source: &str) -> Option<String> {
    let source = source.trim();
    let bare = || {
        let host = source.get(..4).filter(|start| start.eq_ignore_ascii_case("www.")).map(|_| &source[4..])?;
        (host.contains('.') && !host.contains([' ', '/'])).then(|| host.to_lowercase())
    };
    host(source).or_else(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_hosts() {
        assert_eq!(host("https://www.example.co.uk/a?b").as_deref(), Some("example.co.uk"));
        assert_eq!(host(" HTTP://u:p@Example.com:8080").as_deref(), Some("example.com"));
        for none in ["Reuters", "https://", "ftp://x", "éé", "https:/x", "www.example.com"] {
            assert_eq!(host(none), None, "{none}");
        }
        assert_eq!(publisher("www.Example.ie").as_deref(), Some("example.ie"));
        assert_eq!(publisher("Bangor Daily News"), None);
    }
}
