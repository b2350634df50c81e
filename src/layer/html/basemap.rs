//! Tiles of others below a map: off unless somebody names them, since whoever gives them sees who looks at what.

use std::fmt;

use serde::Serialize;

/// Where the tiles of a map come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Basemap {
    url: String,
    attribution: String,
}

/// What is wrong with the address of tiles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BasemapError {
    /// It is no address of the web.
    Scheme,
    /// There is no host in it, or one that no policy of a page can name.
    Host,
    /// It lacks this part.
    Lacks(&'static str),
    /// It has something in it that is not filled in.
    Unknown(String),
}

impl fmt::Display for BasemapError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scheme => f.write_str("expected an address that begins with https:// (or http://localhost)")?,
            Self::Host => f.write_str("expected a host of letters, digits, dots and hyphens")?,
            Self::Lacks(part) => write!(f, "it lacks {part}")?,
            Self::Unknown(part) => write!(f, "{part} is not known")?,
        }
        f.write_str("; such as https://tiles.example.org/{z}/{x}/{y}.png")
    }
}

impl std::error::Error for BasemapError {}

/// What is filled in: the zoom, and the column and row of a tile in the Web Mercator scheme.
const PARTS: [&str; 3] = ["{z}", "{x}", "{y}"];

impl Basemap {
    /// Tiles under a template of addresses, and who is thanked for them: without a name, the host.
    ///
    /// # Errors
    ///
    /// If the template is none.
    pub fn new(template: &str, attribution: Option<&str>) -> Result<Self, BasemapError> {
        let (scheme, rest) = template.split_once("://").ok_or(BasemapError::Scheme)?;
        let (authority, path) = rest.split_once('/').ok_or(BasemapError::Lacks("{z}"))?;
        // Nothing that would end the name of an origin in a policy, or name another.
        let (host, port) = authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)));
        let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let named = |host: &str| {
            host.split('.')
                .all(|part| !part.is_empty() && plain(part) && !part.starts_with('-') && !part.ends_with('-'))
        };
        let numbered = |port: &str| port.parse::<u16>().is_ok_and(|number| number > 0) && !port.starts_with('+');
        if !named(host) || !port.is_none_or(numbered) {
            return Err(BasemapError::Host);
        }
        match scheme {
            "https" => {}
            "http" if host == "localhost" || host == "127.0.0.1" => {}
            _ => return Err(BasemapError::Scheme),
        }
        if let Some(lacks) = PARTS.into_iter().find(|part| !path.contains(part)) {
            return Err(BasemapError::Lacks(lacks));
        }
        // What stands behind it is not sent.
        if path.contains('#') {
            return Err(BasemapError::Unknown("#".to_owned()));
        }
        let mut rest = path;
        while let Some(at) = rest.find('{') {
            let end = rest[at..].find('}').map_or(rest.len(), |end| at + end + 1);
            let part = &rest[at..end];
            if !PARTS.contains(&part) && part != "{r}" {
                return Err(BasemapError::Unknown(part.to_owned()));
            }
            rest = &rest[end..];
        }
        let attribution = attribution.map_or_else(|| format!("Tiles: {host}"), ToOwned::to_owned);
        Ok(Self { url: template.to_owned(), attribution })
    }

    /// The origin that tiles come from, as a policy names it.
    pub fn origin(&self) -> &str {
        let path = self.url.find("://").and_then(|at| self.url[at + 3..].find('/').map(|end| at + 3 + end));
        path.map_or(&self.url, |end| &self.url[..end])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_tiles_are_templates_of_the_web() {
        let origin = |template| Basemap::new(template, None).map(|basemap| basemap.origin().to_owned());
        assert_eq!(origin("https://a.example/t/{z}/{x}/{y}{r}.png?k=1").as_deref(), Ok("https://a.example"));
        assert_eq!(origin("http://localhost:8080/{z}/{x}/{y}.png").as_deref(), Ok("http://localhost:8080"));
        assert_eq!(origin("http://a.example/{z}/{x}/{y}"), Err(BasemapError::Scheme));
        assert_eq!(origin("file:///{z}/{x}/{y}"), Err(BasemapError::Host));
        assert_eq!(origin("tiles"), Err(BasemapError::Scheme));
        assert_eq!(origin("https://a.example"), Err(BasemapError::Lacks("{z}")));
        assert_eq!(origin("https://a.example/{z}/{x}"), Err(BasemapError::Lacks("{y}")));
        assert_eq!(origin("https://{s}.example/{z}/{x}/{y}"), Err(BasemapError::Host));
        assert_eq!(origin("https://a.example/{z}/{x}/{y}/{key}"), Err(BasemapError::Unknown("{key}".into())));
        for host in [
            "",
            "a;b",
            "a 'unsafe-inline'",
            "*",
            "u@a.example",
            "a.example:",
            "a.example:x",
            "a.example:70000",
            "a..b",
            "-",
            "a\"b",
        ] {
            let template = format!("https://{host}/{{z}}/{{x}}/{{y}}");
            assert_eq!(Basemap::new(&template, None), Err(BasemapError::Host), "{host}");
        }
    }
}
