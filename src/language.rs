//! Which language a text is in.

use std::fmt;
use std::str::FromStr;

use isolang::Language as Iso;

/// A language, written as its code of two letters where it has one (ISO 639-1), or else of three (ISO 639-3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Language(Iso);

impl Language {
    /// English, which the model reads.
    pub const ENGLISH: Self = Self(Iso::Eng);

    /// Its code.
    pub fn code(self) -> &'static str {
        self.0.to_639_1().unwrap_or(self.0.to_639_3())
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Language {
    type Err = String;

    fn from_str(code: &str) -> Result<Self, String> {
        let code = code.to_ascii_lowercase();
        let known = Iso::from_639_1(&code).or_else(|| Iso::from_639_3(&code));
        known.map(Self).ok_or_else(|| "expected a code of two or three letters of ISO 639, such as en".to_owned())
    }
}

/// Bytes at the beginning of a text by which its language is told.
const READ: usize = 4096;
/// Letters that a text needs for its language to be told.
const LETTERS: usize = 60;

/// The language of a text, if there is enough of it to be sure. Only its beginning is read.
pub fn detect(text: &str) -> Option<Language> {
    let beginning = &text[..text.floor_char_boundary(READ)];
    beginning.chars().filter(|c| c.is_alphabetic()).nth(LETTERS - 1)?;
    let info = whatlang::detect(beginning)?;
    info.is_reliable().then(|| Iso::from_639_3(info.lang().code()).map(Language)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_of_news() {
        let code = |text: &str| detect(text).map(Language::code);
        let english =
            "The convoy left Beirut for Damascus on Monday, officials of the ministry said, after days of talks.";
        assert_eq!(code(english), Some("en"));
        let spanish = "El convoy salió de Beirut hacia Damasco el lunes, dijeron funcionarios del ministerio, tras días de conversaciones.";
        assert_eq!(code(spanish), Some("es"));
        assert_eq!(
            code("وقال مسؤولون في الوزارة إن القافلة غادرت بيروت متوجهة إلى دمشق يوم الاثنين بعد أيام من المحادثات"),
            Some("ar")
        );
        assert_eq!(code("Chauffeur à Paris"), None, "too short to tell");
        assert_eq!(code(""), None);
    }

    #[test]
    fn codes() {
        assert_eq!("EN".parse(), Ok(Language::ENGLISH));
        assert_eq!("eng".parse(), Ok(Language::ENGLISH));
        assert!("english".parse::<Language>().is_err());
    }
}
