//! In which character set the bytes of a page are.

use encoding_rs::Encoding;

use super::error::Fault;

/// Bytes of a page in which it says its character set, as browsers look for it, and some more.
const DECLARED_BYTES: usize = 4096;

/// The character set of a `Content-Type`.
pub(super) fn charset(given: &str) -> Option<&'static Encoding> {
    let parameters = given.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let mut named = parameters.filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    named.next().and_then(|(_, label)| Encoding::for_label(label.trim().trim_matches(['"', '\'']).as_bytes()))
}

/// The character set that a page says it has.
pub(super) fn declared(html: &[u8]) -> Option<&'static Encoding> {
    let beginning = html[..html.len().min(DECLARED_BYTES)].to_ascii_lowercase();
    let label = |after: &str, within: &[u8]| {
        let at = within.windows(after.len()).position(|part| part == after.as_bytes())?;
        let rest = within[at + after.len()..].trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
        let rest = rest.strip_prefix(b"\"").or(rest.strip_prefix(b"'")).unwrap_or(rest);
        let is_end = |byte: &u8| byte.is_ascii_whitespace() || b"\"';/>?".contains(byte);
        let found = Encoding::for_label(&rest[..rest.iter().position(is_end).unwrap_or(rest.len())])?;
        // Its bytes were just read as ASCII, so it is not what it says.
        Some(if found == encoding_rs::UTF_16LE || found == encoding_rs::UTF_16BE { encoding_rs::UTF_8 } else { found })
    };
    let tag = |rest: &[u8]| rest.iter().position(|&byte| byte == b'>').unwrap_or(rest.len());
    if beginning.starts_with(b"<?xml")
        && let Some(found) = label("encoding", &beginning[..tag(&beginning)])
    {
        return Some(found);
    }
    let metas = (0..beginning.len()).filter(|&at| beginning[at..].starts_with(b"<meta"));
    metas.map(|at| &beginning[at..]).find_map(|rest| label("charset", &rest[..tag(rest)]))
}

/// A text in a character set. Where none is named, it is UTF-8, or else what browsers take it for: Windows-1252.
///
/// # Errors
///
/// If it is in a character set that browsers refuse.
pub(super) fn decoded(bytes: &[u8], named: Option<&'static Encoding>) -> Result<String, Fault> {
    let marked = || Encoding::for_bom(bytes).map(|(marked, _)| marked);
    match named.or_else(marked) {
        None => Ok(match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => encoding_rs::WINDOWS_1252.decode(bytes).0.into_owned(),
        }),
        Some(named) if named == encoding_rs::REPLACEMENT => {
            Err(Fault::Page("is in a character set that browsers refuse too".to_owned()))
        }
        // One that is named wrongly for some characters is read as browsers do it.
        Some(named) => Ok(named.decode(bytes).0.into_owned()),
    }
}
