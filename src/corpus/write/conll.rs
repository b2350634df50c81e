//! Two columns, as [`crate::eval::gold`] reads them: a word, a tab and its IOB2 tag on each line.
//!
//! A `-DOCSTART-` line and a blank line stand before each document, a blank line stands between sentences. The format has
//! no place for a document's id (a comment would be read as a word): documents stand in the order of the input. Places,
//! and the names inside other names, are left out. Characters that control terminals, or end lines for some readers, are
//! escaped in words.

use std::io::{self, Write};

use super::AnnotationWriter;
use super::words::sentences;
use crate::annotation::Annotation;
use crate::annotation::spans::SpannedText;
use crate::document::Span;
use crate::mention::Label;
use crate::table_text::escaped;

/// Words with IOB2 tags.
pub struct Conll;

impl AnnotationWriter for Conll {
    fn write(&self, out: &mut dyn Write, annotation: &Annotation, _: u64) -> io::Result<()> {
        let spanned = SpannedText::of(annotation);
        let text = spanned.text;
        let names = annotation.entities.iter();
        let names: Vec<(Span, Label)> =
            names.filter_map(|entity| Some((spanned.span(entity.start, entity.end)?, entity.label))).collect();
        let spans: Vec<Span> = names.iter().map(|(span, _)| *span).collect();
        let mut tags = Tags { names: &names, open: false };
        out.write_all(b"-DOCSTART-\tO\n\n")?;
        for sentence in sentences(text, &spans) {
            for word in sentence {
                // Readers take a byte order mark at the beginning of a line for none of the text.
                let written = word.of(text).trim_start_matches('\u{feff}');
                if !written.is_empty() {
                    writeln!(out, "{}\t{}", escaped(written), tags.of(word))?;
                }
            }
            out.write_all(b"\n")?;
        }
        Ok(())
    }

    fn begins_with(&self, line: &str, _: &str) -> bool {
        line == "-DOCSTART-\tO"
    }
}

/// Tags words that are asked for in order.
struct Tags<'a> {
    /// The mentions that do not end before the word.
    names: &'a [(Span, Label)],
    /// Whether a word of the first of them was tagged.
    open: bool,
}

impl Tags<'_> {
    fn of(&mut self, word: Span) -> String {
        while let Some(((first, _), rest)) = self.names.split_first()
            && first.end <= word.start
        {
            *self = Tags { names: rest, open: false };
        }
        match self.names.first() {
            Some((name, label)) if name.start <= word.start => {
                let place = if self.open { 'I' } else { 'B' };
                self.open = true;
                // Where blanks stand between columns, they cannot stand in a tag.
                format!("{place}-{}", label.name().replace(char::is_whitespace, "_"))
            }
            _ => "O".to_owned(),
        }
    }
}

#[cfg(test)]
#[cfg(feature = "eval")]
mod tests {
    use super::*;
    use crate::annotation::testing::{annotated, annotation};
    use crate::eval::gold;
    use crate::mention::Label;

    fn written(annotations: &[Annotation]) -> String {
        let mut out = Vec::new();
        for (n, annotation) in (0..).zip(annotations) {
            Conll.write(&mut out, annotation, n).unwrap();
        }
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn words_and_tags() {
        let expected = "\
-DOCSTART-\tO

🗻\tO
Tall\tB-LOC
‘\tI-LOC
Afar\tI-LOC
,\tO
45\tO
km\tO
west\tO
of\tO
Mosul\tB-LOC
.\tO

The\tO
\"\tO
Paris\tB-ORG
,\tI-ORG
Police\tI-ORG
\"\tO
met\tO
Anna\tB-PER
Müller\tI-PER
;\tO
Iraqi\tB-MISC
aides\tO
came\tO
.\tO

";
        assert_eq!(written(&[annotation()]), expected);
    }

    #[test]
    fn mentions_next_to_each_other_and_byte_order_marks() {
        let marked =
            annotated("\u{feff}KölnBonn \u{feff} -DOCSTART-", &[("\u{feff}Köln", Label::Loc), ("Bonn", Label::Loc)]);
        assert_eq!(written(&[marked]), "-DOCSTART-\tO\n\nKöln\tB-LOC\nBonn\tB-LOC\n-\tO\nDOCSTART\tO\n-\tO\n\n");
    }

    #[test]
    fn a_word_stays_on_its_line_and_in_its_column() {
        let name = "Ul\u{1b}m\u{1c}\u{9b}2J";
        let written = written(&[annotated(name, &[(name, Label::Loc)])]);
        assert!(!written.contains(|c: char| c.is_control() && c != '\n' && c != '\t'), "{written:?}");
        assert!(written.lines().all(|line| line.is_empty() || line.split('\t').count() == 2), "{written:?}");
        assert!(written.contains("\\u001b"), "{written:?}");
    }

    #[test]
    fn gold_reads_it() {
        let annotations = [annotation(), annotated("", &[]), annotated("In Köln. In Ulm.", &[("Ulm", Label::Loc)])];
        let read = |text| {
            let options = gold::GoldOptions { text, ..gold::GoldOptions::default() };
            gold::read("c", written(&annotations).as_bytes(), &options).unwrap().documents
        };
        assert_eq!(read(gold::TextForm::Running)[1].document.text, "In Köln.\nIn Ulm.");
        let read = read(gold::TextForm::Spaced);
        let names = |document: &gold::GoldDocument| -> Vec<(String, Label)> {
            document.names.iter().map(|(span, label)| (span.of(&document.document.text).to_owned(), *label)).collect()
        };
        let own = |(text, label): (&str, Label)| (text.to_owned(), label);
        // A document without words is none to the reader.
        assert_eq!(read.len(), 2);
        assert_eq!(
            names(&read[0]),
            [
                ("Tall ‘ Afar", Label::Loc),
                ("Mosul", Label::Loc),
                ("Paris , Police", Label::Org),
                ("Anna Müller", Label::Per),
                ("Iraqi", Label::Misc)
            ]
            .map(own)
        );
        assert_eq!(names(&read[1]), [own(("Ulm", Label::Loc))]);
        assert_eq!(read[1].document.text, "In Köln .\nIn Ulm .");
    }
}
