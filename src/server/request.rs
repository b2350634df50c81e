//! What a request asks: documents, and how they are tagged.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use super::problem::{Kind, Problem};
use crate::date;
use crate::document::{Document, OffsetUnit};
use crate::gazetteer::{CountryCode, Gazetteer};
use crate::geo::LatLon;
use crate::language::Language;
use crate::query::NamedPlace;
use crate::resolve::corrections::Corrections;
use crate::tagger::{TagOptions, Tagger};

/// Corrections of a document, at most.
const CORRECTIONS: usize = 1000;

/// A document to be tagged. Other keys are passed over.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(expecting = "a document")]
pub struct DocumentForm {
    /// The text.
    pub text: String,
    /// What it is called: the answer has it too. Without it, it is called by its number in the request.
    #[serde(default)]
    pub id: Option<Id>,
    /// The headline, if it is known apart from the text.
    #[serde(default)]
    pub title: Option<String>,
    /// When it was published.
    #[serde(default)]
    pub date: Option<String>,
    /// Who published it.
    #[serde(default)]
    pub source: Option<String>,
    /// Where it is on the web. Nothing is fetched from there.
    #[serde(default)]
    pub url: Option<String>,
    /// The language that it is in, as an ISO 639 code, where that need not be told.
    #[serde(default)]
    #[schemars(regex(pattern = r"^[a-z]{2,3}$"))]
    pub language: Option<String>,
    /// What else is known of it: the answer has it too.
    #[serde(default)]
    pub metadata: Option<Map<String, Value>>,
    /// How it is tagged, instead of what the address says.
    #[serde(default)]
    pub options: Option<OptionsForm>,
    /// What is known better of this document: the lines of a file of corrections.
    #[serde(default)]
    pub corrections: Vec<Value>,
    /// Options that stand beside the text, where they would do nothing.
    #[serde(flatten)]
    #[schemars(skip)]
    pub misplaced: Misplaced,
}

/// Options that stand where they would do nothing.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Misplaced {
    near: Option<IgnoredAny>,
    publisher_country: Option<IgnoredAny>,
    publisher: Option<IgnoredAny>,
    explain: Option<IgnoredAny>,
    distances: Option<IgnoredAny>,
    min_score: Option<IgnoredAny>,
    offsets: Option<IgnoredAny>,
}

impl Misplaced {
    fn first(&self) -> Option<&'static str> {
        let all = [
            ("near", &self.near),
            ("publisher_country", &self.publisher_country),
            ("publisher", &self.publisher),
            ("explain", &self.explain),
            ("distances", &self.distances),
            ("min_score", &self.min_score),
            ("offsets", &self.offsets),
        ];
        all.into_iter().find(|(_, given)| given.is_some()).map(|(name, _)| name)
    }
}

/// An id: a text or a number.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Id {
    /// A text.
    Text(String),
    /// A number.
    Number(serde_json::Number),
}

impl std::fmt::Display for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(id) => f.write_str(id),
            Self::Number(id) => id.fmt(f),
        }
    }
}

/// How documents are tagged.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OptionsForm {
    /// Where it was published: the name of a place ("Bangor, Maine"), or "44.8,-68.8".
    #[serde(default)]
    pub near: Option<String>,
    /// The country where it was published, as its code of two letters.
    #[serde(default)]
    #[schemars(regex(pattern = r"^[A-Z]{2}$"))]
    pub publisher_country: Option<String>,
    /// Who published it, instead of the document's source.
    #[serde(default)]
    pub publisher: Option<String>,
    /// Whether to tell why each place was chosen.
    #[serde(default)]
    pub explain: Option<bool>,
    /// Whether to give the distances between the places.
    #[serde(default)]
    pub distances: Option<bool>,
    /// Names with a lower score are left out: 0 to 1.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub min_score: Option<f32>,
    /// The unit of start and end.
    #[serde(default)]
    pub offsets: Option<Offsets>,
}

/// Units of offsets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Offsets {
    /// Unicode code points: the characters of Python.
    Codepoints,
    /// The units of JavaScript and Java.
    Utf16,
    /// Bytes of UTF-8: those of Rust and Go.
    Utf8,
}

impl From<Offsets> for OffsetUnit {
    fn from(given: Offsets) -> Self {
        match given {
            Offsets::Codepoints => Self::CodePoints,
            Offsets::Utf16 => Self::Utf16,
            Offsets::Utf8 => Self::Utf8,
        }
    }
}

/// A document that can be tagged.
pub struct Asked {
    /// The document.
    pub document: Document,
    /// How.
    pub options: TagOptions,
    /// What is known better.
    pub corrections: Option<Arc<Corrections>>,
}

impl OptionsForm {
    /// What is said here, and else what is said there.
    #[must_use]
    pub fn or(self, other: &Self) -> Self {
        Self {
            near: self.near.or_else(|| other.near.clone()),
            publisher_country: self.publisher_country.or_else(|| other.publisher_country.clone()),
            publisher: self.publisher.or_else(|| other.publisher.clone()),
            explain: self.explain.or(other.explain),
            distances: self.distances.or(other.distances),
            min_score: self.min_score.or(other.min_score),
            offsets: self.offsets.or(other.offsets),
        }
    }

    /// The options of the library, upon those that the server was started with.
    ///
    /// # Errors
    ///
    /// If one cannot be used.
    pub fn on(&self, usual: &TagOptions, gazetteer: Option<&Gazetteer>) -> Result<TagOptions, Problem> {
        let wrong = |at: &str, detail: String| Problem::new(Kind::Document, detail).at(format!("options/{at}"));
        let mut options = usual.clone();
        if let Some(near) = &self.near {
            options.near = Some(located(near, gazetteer).map_err(|why| wrong("near", why))?);
        }
        if let Some(code) = &self.publisher_country {
            let country: CountryCode =
                code.parse().map_err(|error| wrong("publisher_country", format!("{code:?}: {error}")))?;
            options.publisher_country = Some(country);
        }
        if let Some(publisher) = &self.publisher {
            options.publisher = Some(publisher.clone());
        }
        if let Some(score) = self.min_score {
            if !(0.0..=1.0).contains(&score) {
                return Err(wrong("min_score", format!("{score} is no score; expected a number from 0 to 1")));
            }
            options.min_score = Some(score);
        }
        options.explain = self.explain.unwrap_or(options.explain);
        options.distances = self.distances.unwrap_or(options.distances);
        options.offsets = self.offsets.map_or(options.offsets, OffsetUnit::from);
        Ok(options)
    }
}

/// Where a place is that is named, or given by coordinates.
pub fn located(query: &str, gazetteer: Option<&Gazetteer>) -> Result<LatLon, String> {
    let gazetteer = gazetteer.ok_or("this server places nothing; leave it out")?;
    Ok(NamedPlace::find(query, gazetteer).map_err(|error| error.to_string())?.location)
}

impl DocumentForm {
    /// The document with its options, checked. `number`: of the document in its request, from 0.
    ///
    /// # Errors
    ///
    /// If something of it cannot be used.
    pub fn asked(
        self,
        number: u64,
        asked: &OptionsForm,
        usual: &TagOptions,
        tagger: &Tagger,
    ) -> Result<Asked, Problem> {
        let gazetteer = tagger.gazetteer();
        let id = self.id.map_or_else(|| number.to_string(), |id| id.to_string());
        let of = |problem: Problem| problem.of(&id);
        if let Some(name) = self.misplaced.first() {
            let why = format!("{name:?} stands beside the text, where it does nothing; expected it in \"options\"");
            return Err(of(Problem::new(Kind::Document, why).at(name)));
        }
        let options = self.options.unwrap_or_default().or(asked).on(usual, gazetteer).map_err(of)?;
        let language = match &self.language {
            None => None,
            Some(code) => Some(
                code.parse::<Language>()
                    .map_err(|error| of(Problem::new(Kind::Document, format!("{code:?}: {error}")).at("language")))?,
            ),
        };
        let corrections = match &self.corrections[..] {
            [] => None,
            lines if lines.len() > CORRECTIONS => {
                let why =
                    format!("there are more than {CORRECTIONS} corrections; expected those of this document alone");
                return Err(of(Problem::new(Kind::Document, why).at("corrections")));
            }
            lines => {
                let lines: Vec<String> = lines.iter().map(Value::to_string).collect();
                let read = Corrections::of_lines(&lines.join("\n"), gazetteer);
                let read =
                    read.map_err(|error| of(Problem::new(Kind::Document, error.to_string()).at("corrections")))?;
                // Those of the server hold too, where these say nothing else.
                Some(Arc::new(read.upon(Arc::clone(tagger.corrections()))))
            }
        };
        // A date that cannot be read is kept as it is, as everywhere.
        let date = self.date.map(|given| date::normalised(&given, None).unwrap_or(given));
        let document = Document {
            text: self.text,
            title: self.title,
            date,
            source: self.source,
            url: self.url,
            metadata: self.metadata.unwrap_or_default(),
            language,
            id,
        };
        Ok(Asked { document, options, corrections })
    }
}

/// The document of a JSON text.
///
/// # Errors
///
/// If it is none: where, and what was expected.
pub fn document(text: &[u8]) -> Result<DocumentForm, Problem> {
    serde_json::from_slice(text).map_err(|error| not_read(&error))
}

/// What is wrong with JSON.
pub fn not_read(error: &serde_json::Error) -> Problem {
    let kind = if error.is_data() { Kind::Document } else { Kind::Malformed };
    Problem::new(
        kind,
        format!(
            "{error}; expected a JSON object with \"text\" and, if known, \"id\", \"title\", \"date\", \"source\", \"url\", \"metadata\", \"options\", \"corrections\""
        ),
    )
}
