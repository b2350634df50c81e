//! Whether the ids of a namespace are numbers.

use std::collections::BTreeMap;

/// What is known of the ids of each namespace.
#[derive(Debug, Default)]
pub(super) struct Namespaces(BTreeMap<String, Style>);

#[derive(Clone, Copy, Debug)]
struct Style {
    /// Whether every id is a number that fits.
    numbers: bool,
    /// The length of those that begin with a zero, and whether there are several.
    zeros: Option<(usize, bool)>,
    /// The length of the shortest.
    shortest: usize,
}

/// The widest number with leading zeros that is stored as a number.
const WIDEST: usize = 15;

impl Namespaces {
    /// Takes note of an id.
    pub(super) fn note(&mut self, namespace: &str, local: &str) {
        let of_id = Style {
            numbers: local.bytes().all(|byte| byte.is_ascii_digit()) && local.parse::<u32>().is_ok(),
            zeros: (local.len() > 1 && local.starts_with('0')).then_some((local.len(), false)),
            shortest: local.len(),
        };
        let Some(style) = self.0.get_mut(namespace) else {
            self.0.insert(namespace.to_owned(), of_id);
            return;
        };
        style.numbers &= of_id.numbers;
        style.shortest = style.shortest.min(of_id.shortest);
        style.zeros = match (style.zeros, of_id.zeros) {
            (Some((known, several)), Some((length, _))) => Some((known, several || known != length)),
            (known, new) => known.or(new),
        };
    }

    /// How many digits the numbers of a namespace are filled up to with zeros, so that each is written as it was: 5 for
    /// `01001`, 0 where none has zeros. `None` if the ids are words.
    pub(super) fn width(&self, namespace: &str) -> Option<u8> {
        let style = self.0.get(namespace).filter(|style| style.numbers)?;
        match style.zeros {
            None => Some(0),
            Some((length, false)) if length <= style.shortest && length <= WIDEST => Some(length as u8),
            Some(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_back_as_they_were() {
        for (ids, width) in [
            (&["1", "0", "99072"][..], Some(0)),
            (&["01001", "21125"], Some(5)),
            (&["21125", "01001", "100000"], Some(5)),
            (&["007", "7"], None),
            (&["7", "007"], None),
            (&["007", "07"], None),
            (&["007", "0"], None),
            (&["persian-gulf"], None),
            (&["1", "+1"], None),
            (&["4294967295"], Some(0)),
            (&["4294967296"], None),
            (&["0000000000000001"], None),
        ] {
            let mut namespaces = Namespaces::default();
            ids.iter().for_each(|id| namespaces.note("x", id));
            assert_eq!(namespaces.width("x"), width, "{ids:?}");
            assert_eq!(namespaces.width("y"), None);
        }
    }
}
