//! The names that a model's labels have, read as what they mean: `B-PER`, `I-LOC`, `S-ORG`, `PER`, `PER-B`, `b_per`.

use super::tags::Tag;
use super::types::{KnownType, known_type, label_of_type};
use crate::mention::{Kind, Label};
use crate::model_options::TypeMap;

/// Where a word stands in its mention, as a label's name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Position {
    /// At its begin; the only one in it.
    Begin,
    /// Behind its begin, or its end.
    Inside,
}

/// Of which form the names of a model's labels are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// The position before the type: `B-PER`, `B_PER`, `BEGIN-PER`.
    Before,
    /// Behind it: `PER-B`.
    Behind,
    /// No position: `PER`, `location-GPE`.
    Plain,
}

/// What each column of a model's logits means.
#[derive(Clone, Debug, PartialEq)]
pub struct Columns {
    /// The tag of each column.
    pub tags: Vec<Tag>,
    /// The model's own type of each column, where that is another word than its label's.
    pub kinds: Vec<Option<Kind>>,
    /// The types that no table knows, in order: they keep their own names.
    pub unknown: Vec<String>,
    /// The types that were left out because that was asked for.
    pub left_out: Vec<String>,
}

/// Names of labels that stand for no name, beside `O`: fillings of old training scripts.
const NOTHING: [&str; 9] = ["O", "OUT", "OUTSIDE", "X", "PAD", "[PAD]", "<PAD>", "[CLS]", "[SEP]"];

impl Columns {
    /// The model's types, each with what becomes of it.
    pub fn types(&self) -> Vec<(String, String)> {
        let mut types: Vec<(String, String)> = Vec::new();
        for (tag, kind) in self.tags.iter().zip(&self.kinds) {
            let Some(label) = tag.label() else { continue };
            let told = (kind.map_or(label.name(), Kind::name).to_owned(), label.name().to_owned());
            if !types.contains(&told) {
                types.push(told);
            }
        }
        types.extend(self.left_out.iter().map(|kind| (kind.clone(), "left out".to_owned())));
        types
    }

    /// Reads the names of labels, in the order of the columns.
    ///
    /// # Errors
    ///
    /// What is wrong with them, with what to do.
    pub fn read(names: &[String], map: &TypeMap) -> Result<Self, String> {
        if names.is_empty() {
            return Err("it has no labels; expected O and others".to_owned());
        }
        if names.iter().all(|name| is_numbered(name)) {
            return Err(format!(
                "the labels have no names, only numbers ({}); expected what the model's card says they mean: name them with \
                 --labels FILE, one a line in their order, such as O, B-PER, I-PER",
                names.iter().take(3).map(String::as_str).collect::<Vec<_>>().join(", ")
            ));
        }
        let is_nothing = |name: &str| NOTHING.iter().any(|nothing| nothing.eq_ignore_ascii_case(name.trim()));
        if !names.iter().any(|name| is_nothing(name)) {
            return Err(format!(
                "no label stands for words outside names; expected \"O\" among the labels, which are {}",
                names.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ")
            ));
        }
        let types = || names.iter().filter(|name| !is_nothing(name));
        let form = [Form::Before, Form::Behind].into_iter().find(|form| types().all(|name| form.split(name).is_some()));
        // Where only some have a position, those without one have none.
        let form = form.unwrap_or_else(|| match types().any(|name| Form::Before.split(name).is_some()) {
            true => Form::Before,
            false => Form::Plain,
        });
        let split = |name: &str| form.split(name).unwrap_or((Position::Inside, name.trim().to_owned()));
        let has_geo = types().any(|name| split(name).1.eq_ignore_ascii_case("geo"));
        let mut columns = Self { tags: vec![], kinds: vec![], unknown: vec![], left_out: vec![] };
        for name in names {
            let (tag, kind) = if is_nothing(name) {
                (Tag::Outside, None)
            } else {
                let (position, kind) = split(name);
                let mapped = mapped(&kind, map, has_geo)?;
                match mapped {
                    Mapped::Unknown(_) => note(&mut columns.unknown, &kind),
                    Mapped::LeftOut => note(&mut columns.left_out, &kind),
                    Mapped::To(_) => {}
                }
                match mapped {
                    Mapped::LeftOut => (Tag::Outside, None),
                    Mapped::To(label) | Mapped::Unknown(label) => {
                        let tag = match position {
                            Position::Begin => Tag::Begin(label),
                            Position::Inside => Tag::Inside(label),
                        };
                        (tag, Kind::named(&kind).filter(|kind| kind.name() != label.name()))
                    }
                }
            };
            columns.tags.push(tag);
            columns.kinds.push(kind);
        }
        let known = |given: &&String| types().any(|name| split(name).1.eq_ignore_ascii_case(given));
        if let Some(given) = map.keys().find(|given| !known(given)) {
            let mut all: Vec<String> = types().map(|name| split(name).1).collect();
            all.sort();
            all.dedup();
            return Err(format!("--map: the model has no type {given:?}; expected one of {}", all.join(", ")));
        }
        Ok(columns)
    }
}

/// What becomes of a type of a model's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mapped {
    /// It has a label.
    To(Label),
    /// No table knows it: it keeps its own name.
    Unknown(Label),
    /// It was asked to be left out.
    LeftOut,
}

/// What becomes of a type of a model's, by the table and by what was asked for. `has_geo`: see [`known_type`].
///
/// # Errors
///
/// If its own name cannot be kept.
pub fn mapped(kind: &str, map: &TypeMap, has_geo: bool) -> Result<Mapped, String> {
    let own = |name: &str| {
        Label::named(name).ok_or_else(|| {
            format!("the type {name:?} cannot be kept; expected a word of 1 to {} characters", Kind::LONGEST)
        })
    };
    let given = map.iter().find(|(given, _)| given.eq_ignore_ascii_case(kind)).map(|(_, to)| to.trim());
    Ok(match given {
        Some("") => Mapped::LeftOut,
        // By the table too, as whoever reads the output takes it: CITY is a place.
        Some(to) => Mapped::To(match label_of_type(to) {
            Some(label) => label,
            None => own(to)?,
        }),
        None => match known_type(kind, has_geo) {
            Some(KnownType::Label(label)) => Mapped::To(label),
            Some(KnownType::Value) => Mapped::To(own(kind)?),
            None => Mapped::Unknown(own(kind)?),
        },
    })
}

fn note(all: &mut Vec<String>, kind: &str) {
    if !all.iter().any(|known| known == kind) {
        all.push(kind.to_owned());
    }
}

/// Whether a label is one of `LABEL_0`, `LABEL_1`, …, which are there where nobody named them.
fn is_numbered(name: &str) -> bool {
    let number = name.strip_prefix("LABEL_").unwrap_or(name);
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

impl Form {
    /// The position and the type of a name of this form.
    fn split(self, name: &str) -> Option<(Position, String)> {
        let name = name.trim();
        let (position, kind) = match self {
            Self::Before => name.split_once(['-', '_'])?,
            Self::Behind => name.rsplit_once(['-', '_']).map(|(kind, position)| (position, kind))?,
            Self::Plain => return Some((Position::Inside, name.to_owned())),
        };
        let position = match position.to_ascii_uppercase().as_str() {
            "B" | "S" | "U" | "W" | "BEGIN" | "SINGLE" | "UNIT" => Position::Begin,
            "I" | "E" | "L" | "M" | "IN" | "INSIDE" | "END" | "LAST" => Position::Inside,
            _ => return None,
        };
        (!kind.is_empty()).then(|| (position, kind.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(names: &str, map: &[(&str, &str)]) -> Result<Columns, String> {
        let names: Vec<String> = names.split(' ').map(str::to_owned).collect();
        Columns::read(&names, &map.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect())
    }

    fn tags(names: &str) -> Vec<Tag> {
        read(names, &[]).unwrap().tags
    }

    #[test]
    fn names_of_many_forms() {
        use Label::{Loc, Per};
        use Tag::{Begin, Inside, Outside};
        let expected = [Outside, Begin(Per), Inside(Per), Begin(Loc), Inside(Loc)];
        for names in [
            "O B-PER I-PER B-LOC I-LOC",
            "O B_PER I_PER B_LOC I_LOC",
            "o b-per i-per b-loc i-loc",
            "O PER-B PER-I LOC-B LOC-I",
            "O BEGIN-PER INSIDE-PER BEGIN-location-GPE INSIDE-location-GPE",
            "O S-PER E-PER U-GPE L-GPE",
        ] {
            assert_eq!(tags(names), expected, "{names}");
        }
        assert_eq!(tags("O PER LOC"), [Outside, Inside(Per), Inside(Loc)]);
        assert_eq!(tags("O location-GPE person-other"), [Outside, Inside(Loc), Inside(Per)]);
        assert_eq!(tags("[PAD] O B-PER X"), [Outside, Outside, Begin(Per), Outside]);
    }

    #[test]
    fn own_words_are_kept() {
        let columns = read("O B-GPE B-DATE B-WEAPON I-WEAPON B-LOC", &[]).unwrap();
        let named = |name| Label::named(name).unwrap();
        let labels: Vec<_> = columns.tags.iter().filter_map(|tag| tag.label()).collect();
        assert_eq!(labels, [Label::Loc, named("DATE"), named("WEAPON"), named("WEAPON"), Label::Loc]);
        let kinds: Vec<_> = columns.kinds.iter().map(|kind| kind.map(Kind::name)).collect();
        assert_eq!(kinds, [None, Some("GPE"), None, None, None, None]);
        assert_eq!(columns.unknown, ["WEAPON"], "named once");
    }

    #[test]
    fn types_are_mapped_otherwise() {
        let columns = read("O B-geo B-gpe B-tim B-art", &[("geo", "loc"), ("tim", ""), ("ART", "weapon")]).unwrap();
        let label = |name| Tag::Begin(Label::named(name).unwrap());
        assert_eq!(columns.tags, [Tag::Outside, label("LOC"), label("MISC"), Tag::Outside, label("weapon")]);
        assert_eq!(columns.left_out, ["tim"]);
        let error = read("O B-PER", &[("geo", "LOC")]).unwrap_err();
        assert!(error.contains("no type \"geo\"; expected one of PER"), "{error}");
    }

    #[test]
    fn labels_without_names_are_told() {
        assert!(read("LABEL_0 LABEL_1", &[]).unwrap_err().contains("--labels FILE"));
        assert!(read("0 1 2", &[]).unwrap_err().contains("--labels FILE"));
        assert!(read("B-PER I-PER", &[]).unwrap_err().contains("expected \"O\""));
    }
}
