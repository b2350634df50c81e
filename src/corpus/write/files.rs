//! Formats in which every document has files of its own, in one folder.

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

use crate::annotation::Annotation;

/// The longest name of a file without its ending, in bytes.
const NAME_BYTES: usize = 150;

/// A file of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentFile {
    /// What its name ends with, behind a full stop.
    pub ending: &'static str,
    /// What is in it.
    pub content: Vec<u8>,
}

/// Gives each document files of its own.
pub trait DocumentFiles: Send + Sync {
    /// The files of a document, in the order in which they are written.
    fn files(&self, annotation: &Annotation) -> Vec<DocumentFile>;

    /// The ending of the last of them: where it is there, the document is whole.
    fn last_ending(&self) -> &'static str;

    /// A file that is there once for all documents: its name, and what is in it.
    fn common(&self) -> Option<(&'static str, &'static str)> {
        None
    }

    /// Whether a file that is there is one of this form, by its name and its first bytes.
    fn is_ours(&self, name: &str, beginning: &[u8]) -> bool;
}

/// A name for the files of a document, without an ending: its number in the output, in six digits or more, and what is
/// safe of its id.
///
/// The number makes it the only one of its kind, also where a file system takes capitals and small letters for the same.
/// Of the id, letters, digits, full stops, underlines and hyphens are kept; what stands between them becomes one hyphen.
/// The name is at most 150 bytes long.
pub fn file_name(id: &str, number: u64) -> String {
    let mut name = format!("{number:06}-");
    for c in id.chars() {
        let is_safe = matches!(c, '.' | '_')
            || matches!(
                c.general_category_group(),
                GeneralCategoryGroup::Letter | GeneralCategoryGroup::Mark | GeneralCategoryGroup::Number
            );
        let c = if is_safe { c } else { '-' };
        if name.len() + c.len_utf8() > NAME_BYTES {
            break;
        }
        if c != '-' || !name.ends_with('-') {
            name.push(c);
        }
    }
    // Some systems drop a full stop at the end of a name.
    name.truncate(name.trim_end_matches(['-', '.']).len());
    name
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_of_files() {
        assert_eq!(file_name("some-id", 17), "000017-some-id");
        assert_eq!(file_name("news/2018\\Zürich: \u{202e}a?.txt", 0), "000000-news-2018-Zürich-a-.txt");
        assert_eq!(file_name("../..", 1), "000001");
        assert_eq!(file_name("", 12_345_678), "12345678");
        assert_eq!(file_name(&"é".repeat(200), 2).len(), 149);
    }

    proptest! {
        #[test]
        fn names_of_files_are_safe(id in "(?s).{0,200}", number in 0..u64::MAX) {
            let name = file_name(&id, number);
            prop_assert!(name.len() <= 150 && name.starts_with(|c: char| c.is_ascii_digit()));
            let is_unsafe = |c: char| c.is_control() || c.is_whitespace() || "/\\<>:\"|?*%#&".contains(c);
            prop_assert!(!name.contains(is_unsafe) && !name.ends_with('.'));
        }
    }
}
