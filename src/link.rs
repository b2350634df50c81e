//! Which addresses of documents are passed on as links.

/// The schemes of addresses that programs may open at a click. Any other could be a script, or the name of a program with
/// something for it to do.
const SCHEMES: [&str; 3] = ["http", "https", "file"];

/// Whether an address may be passed on as a link, to programs that make their users a link of it. One that may not is text.
pub(crate) fn is_link(address: &str) -> bool {
    let scheme = address.split_once(':').map_or("", |(scheme, _)| scheme);
    // Browsers leave line ends and tabs out of an address before they look at it.
    SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known)) && !address.contains(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_and_files_are_links() {
        for address in ["https://example.org/a?b=ü", "HTTP://example.org", "file:///a.txt"] {
            assert!(is_link(address), "{address}");
        }
        for address in [
            "javascript:alert(1)",
            " javascript:alert(1)",
            "java\nscript:alert(1)",
            "data:text/html,a",
            "vbscript:a",
            "ms-settings:a",
            "https\u{0}:a",
            "https://example.org/\u{1b}[2J",
            "//example.org",
            "example.org",
            "",
        ] {
            assert!(!is_link(address), "{address:?}");
        }
    }
}
