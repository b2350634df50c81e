//! Names inside web addresses and e-mail addresses are no mentions: `https://www.paris.example/London`, `jane@berlin.example`.

use std::sync::LazyLock;

use regex::Regex;

use crate::document::Span;

/// An address in a text.
pub(super) struct Address {
    /// Where it stands.
    pub span: Span,
    /// Whether it is nothing but the name of a site, which may go by that name: "according to bbc.co.uk".
    pub is_site: bool,
}

/// The addresses of a text, in order. After a missing space there is none: "Washington.The".
pub(super) fn find(text: &str) -> Vec<Address> {
    static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
        // What may stand in the path: no quotes and brackets around it, and no script that has no spaces behind it.
        const PATH: &str = r#"[^\s<>"“”«»\u{3000}-\u{30ff}\u{3400}-\u{9fff}\u{ff00}-\u{ffef}]"#;
        const ENDINGS: &str = "(?:com|org|net|edu|gov|mil|info|biz|eu|(?:co|com|org|net|gov|ac)[.][a-z]{2})";
        let pattern = format!(
            r"(?-u:\b)[A-Za-z][A-Za-z0-9+.-]*://{PATH}+|(?-u:\b)(?i:www)[.]{PATH}+|[\w.+%-]+@[\w-]+(?:[.][\w-]+)+|(?-u:\b)(?:[a-z0-9-]+[.])+[a-z]{{2,}}/{PATH}*|(?-u:\b)(?:[A-Za-z0-9-]+[.])+{ENDINGS}/{PATH}*|(?-u:\b)(?<site>(?:[a-z0-9-]+[.])+{ENDINGS})(?-u:\b)"
        );
        Regex::new(&pattern).expect("the pattern is tested")
    });
    let found = ADDRESS.captures_iter(text).filter_map(|found| Some((found.get(0)?, found.name("site").is_some())));
    let address = |(found, is_site): (regex::Match<'_>, bool)| {
        // The sentence goes on behind it, or ends.
        let length = found.as_str().trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '\'', '’']).len();
        Address { span: Span::new(found.start(), found.start() + length), is_site }
    };
    found.map(address).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_missing_spaces() {
        let text = "See https://www.paris.example/London, www.Rome.example or bbc.co.uk/news/world-europe (write to \
                    Jane.Oslo@berlin.example). He left Washington.The rest of Paris.in the U.S./Canada and/or Mosul stayed, says \
                    berlin.com. <a href=\"ftp://oslo.example/a\">Oslo</a> Facebook.com/Paris @London #Rome Amazon.com 看http://a.cn/北京";
        let found: Vec<&str> = find(text).iter().map(|address| address.span.of(text)).collect();
        assert_eq!(
            found,
            [
                "https://www.paris.example/London",
                "www.Rome.example",
                "bbc.co.uk/news/world-europe",
                "Jane.Oslo@berlin.example",
                "berlin.com",
                "ftp://oslo.example/a",
                "Facebook.com/Paris",
                "http://a.cn/",
            ]
        );
    }
}
