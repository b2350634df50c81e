//! A name has the word for its kind where the gazetteer knows it so: "Tora prison", "Lake Chad".

use std::sync::LazyLock;

use regex::Regex;

use super::{Corrected, Standing};
use crate::document::Span;
use crate::gazetteer::NameKind;
use crate::mention::{Label, Mention};

/// From this probability on that a word is a name, it is one before the word for its kind.
const NAMED: f32 = 0.1;

impl Corrected<'_> {
    /// Puts names and the words for their kind together.
    pub(super) fn add_kinds(&mut self) {
        // No divisions and towns: what "Kano state" means is told by the words beside the name.
        static BEHIND: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(
                r" ((?:[Rr]efugee |[Dd]isplacement )?[Cc]amp|[Pp]rison|(?:[Bb]order )?[Cc]rossing|[Dd]am|(?:[Ii]nternational )?[Aa]irport|[Aa]ir ?(?:[Bb]ase|[Ff]ield)|[Nn]aval [Bb]ase|[Bb]ase|[Bb]ridge|[Cc]anal|[Rr]eservoir|[Ss]quare|[Cc]heckpoint|(?:[Nn]uclear )?(?:[Pp]ower )?(?:[Pp]lant|[Ss]tation)|[Pp]ort|[Rr]efinery|(?:[Gg]as|[Oo]il) ?[Ff]ield|[Mm]ine|[Ss]tadium|[Mm]osque|[Cc]athedral|[Tt]emple|[Pp]alace|[Dd]esert|[Ss]trait|[Pp]eninsula|[Vv]alley|[Gg]orge|[Pp]ass|[Gg]lacier|[Vv]olcano|[Ff]alls|[Bb]asin|[Rr]iver|[Ll]ake|[Ii]slands?|[Mm]ountains?|[Hh]eights|[Hh]ills|[Ss]hoal|[Rr]eef|[Aa]toll)(?-u:\b)",
            )
            .expect("the pattern is tested")
        });
        static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
            let word = r"\p{Lu}[\w’'-]*";
            Regex::new(&format!(
                r"(?-u:\b)(?:Mount|Mt\.?|Lake|Cape|River|Gulf of|Strait of|Straits of|Bay of|Isle of|Sea of|Jebel|Jabal|Wadi|Lac|Mont|Monte|Rio|Río|Camp|Fort|Port) (?:the )?({word}(?: {word}){{0,2}})"
            ))
            .expect("the pattern is tested")
        });
        for kind in BEHIND.find_iter(self.text) {
            let Some(words) = self.name_before(kind.start()) else { continue };
            let named = |name: &str| self.is_named_so(&format!("{name}{}", kind.as_str()));
            let Some(name) = self.longest_end(words, named) else { continue };
            self.put_together(Span::new(name.start, kind.end()), name);
        }
        for kind in BEFORE.captures_iter(self.text) {
            let (Some(all), Some(words)) = (kind.get(0), kind.get(1)) else { continue };
            let ends = words.as_str().match_indices(' ').map(|(at, _)| at).chain([words.len()]);
            let ends: Vec<usize> = ends.map(|end| words.start() + end).collect();
            let longest = ends.into_iter().rev().find(|&end| self.is_named_so(&self.text[all.start()..end]));
            if let Some(end) = longest {
                self.put_together(Span::new(all.start(), end), Span::new(words.start(), end));
            }
        }
    }

    /// "Bazar" of "Cox's Bazar": a place has the words before it that the gazetteer has them with.
    pub(super) fn add_first_words(&mut self) {
        for n in 0..self.mentions.len() {
            let Mention { span, label: Label::Loc, .. } = self.mentions[n] else { continue };
            let Some(words) = self.text[..span.start].strip_suffix(' ').and_then(|text| self.name_before(text.len()))
            else {
                continue;
            };
            let last = span.of(self.text);
            let Some(words) = self.longest_end(words, |words| self.is_named_so(&format!("{words} {last}"))) else {
                continue;
            };
            if self.standing(words) == Standing::Free && self.evidence.of_any(self.text, words) >= NAMED {
                self.unite(Span::new(words.start, span.end));
            }
        }
    }

    /// Makes a place of a name with the word for its kind, if the name is one to the model.
    fn put_together(&mut self, whole: Span, name: Span) {
        // "Cedar River Seafood and Oyster Bar".
        let behind = self.behind(whole.end);
        let goes_on = behind.strip_prefix(' ').is_some_and(|behind| behind.starts_with(char::is_uppercase));
        let named = !goes_on
            && match self.standing(whole) {
                Standing::Mention(label) => label != Label::Loc,
                Standing::Free => self.evidence.of_any(self.text, name) >= NAMED,
                Standing::Other => true,
            };
        if named {
            self.unite(whole);
        }
    }

    fn is_named_so(&self, name: &str) -> bool {
        let kinds = [NameKind::Official, NameKind::Alternate, NameKind::Short, NameKind::Historic];
        self.gazetteer.lookup_strictly(name).iter().any(|found| kinds.contains(&found.kind))
    }
}
