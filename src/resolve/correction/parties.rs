//! A party's letter is no part of a place: "Sen. Bob Casey, D-Pa.,".

use std::sync::LazyLock;

use regex::Regex;

use super::{ADDED, Corrected};
use crate::document::Span;
use crate::mention::{Label, Mention};

impl Corrected<'_> {
    pub(super) fn add_party_places(&mut self) {
        static PARTY: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"(?-u:\b)[DRI]-([A-Z][A-Za-z]*\.?(?:[A-Z]\.)*(?: [A-Z][a-z]+)?)")
                .expect("the pattern is tested")
        });
        let found: Vec<Span> =
            PARTY.captures_iter(self.text).filter_map(|found| Some(found.get(1)?.range().into())).collect();
        for span in found {
            // "D-Beachwood" may have become a person.
            let overlaps = |mention: &&mut Mention| mention.span.start < span.end && span.start < mention.span.end;
            let one = self.mentions.iter_mut().find(overlaps);
            let Some(span) = [span.of(self.text), span.of(self.text).split(' ').next().unwrap_or_default()]
                .into_iter()
                .find(|name| !self.gazetteer.lookup_strictly(name).is_empty())
                .map(|name| Span::new(span.start, span.start + name.len()))
            else {
                continue;
            };
            match one {
                Some(mention) if mention.span.start + 2 == span.start => {
                    (mention.span, mention.label) = (span, Label::Loc);
                    let next = self.mentions.partition_point(|mention| mention.span.start <= span.start);
                    // The letters may have reached less far than the name does.
                    if self.mentions.get(next).is_some_and(|next| next.span.start < span.end) {
                        self.mentions.remove(next);
                    }
                }
                _ => self.set(span, ADDED),
            }
        }
    }
}
