//! Figures over exact names: precision, recall and F1 as CoNLL counts them, and what went wrong.

use std::collections::HashSet;

use serde::Serialize;

use super::gold::Name;
use crate::document::Span;
use crate::mention::Label;
use crate::rounding::rounded;

/// How many names there are, were found, and were found with exactly their span and label.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Names in the corpus.
    pub gold: usize,
    /// Names found.
    pub found: usize,
    /// Found names that are in the corpus.
    pub right: usize,
}

impl Counts {
    /// Of the names found, the share that is right, in percent; 0 where none was found.
    pub fn precision(self) -> f64 {
        percent(self.right, self.found)
    }

    /// Of the names of the corpus, the share that was found, in percent; 0 where it has none.
    pub fn recall(self) -> f64 {
        percent(self.right, self.gold)
    }

    /// The harmonic mean of precision and recall, in percent.
    pub fn f1(self) -> f64 {
        percent(2 * self.right, self.found + self.gold)
    }

    /// Adds those of other texts.
    pub fn add(&mut self, other: Self) {
        self.gold += other.gold;
        self.found += other.found;
        self.right += other.right;
    }
}

fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { 100.0 * part as f64 / whole as f64 }
}

impl Serialize for Counts {
    /// Percentages have two decimals.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Figures {
            precision: f64,
            recall: f64,
            f1: f64,
            gold: usize,
            found: usize,
            right: usize,
        }
        let figures = Figures {
            precision: rounded(self.precision(), 2),
            recall: rounded(self.recall(), 2),
            f1: rounded(self.f1(), 2),
            gold: self.gold,
            found: self.found,
            right: self.right,
        };
        figures.serialize(serializer)
    }
}

/// What is wrong with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The corpus has it, and nothing was found there.
    Missed,
    /// It was found, and the corpus has nothing there.
    Invented,
    /// Its span is right, its label wrong.
    WrongType,
    /// Its label is right, and its span only overlaps.
    WrongBorder,
    /// Its label is wrong and its span only overlaps.
    WrongBoth,
}

/// A name that is not as in the corpus.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fault {
    /// What is wrong.
    pub kind: Kind,
    /// What the corpus has; none if the name is invented.
    pub gold: Option<Name>,
    /// What was found there; none if the name was missed.
    pub found: Option<Name>,
}

/// How many faults of each kind there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FaultCounts {
    /// See [`Kind::Missed`].
    pub missed: usize,
    /// See [`Kind::WrongType`].
    pub wrong_type: usize,
    /// See [`Kind::WrongBorder`].
    pub wrong_border: usize,
    /// See [`Kind::WrongBoth`].
    pub wrong_both: usize,
    /// See [`Kind::Invented`].
    pub invented: usize,
}

/// The figures of a corpus.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scores {
    by_label: [Counts; Label::ALL.len()],
    /// What went wrong.
    pub faults: FaultCounts,
}

impl Scores {
    /// Adds a document: the names of the corpus and those found, each in order and without overlap, and the faults.
    pub fn add(&mut self, gold: &[Name], found: &[Name], faults: &[Fault]) {
        for &(_, label) in gold {
            let Some(n) = label.index() else { continue };
            self.by_label[n].gold += 1;
        }
        for name in found {
            let Some(n) = name.1.index() else { continue };
            let counts = &mut self.by_label[n];
            counts.found += 1;
            counts.right += usize::from(gold.binary_search(name).is_ok());
        }
        for fault in faults {
            let count = match fault.kind {
                Kind::Missed => &mut self.faults.missed,
                Kind::Invented => &mut self.faults.invented,
                Kind::WrongType => &mut self.faults.wrong_type,
                Kind::WrongBorder => &mut self.faults.wrong_border,
                Kind::WrongBoth => &mut self.faults.wrong_both,
            };
            *count += 1;
        }
    }

    /// The counts of one label.
    pub fn of(&self, label: Label) -> Counts {
        label.index().map_or_else(Counts::default, |n| self.by_label[n])
    }

    /// The counts over all labels.
    pub fn all(&self) -> Counts {
        let mut all = Counts::default();
        self.by_label.iter().for_each(|counts| all.add(*counts));
        all
    }
}

/// What is wrong in a document. Both lists are in order and without overlap.
///
/// A name of the corpus that was not found exactly goes with the name that overlaps it most, or is missed. A found name that
/// overlaps none is invented; one that only overlaps names that go with others has a wrong border, or both wrong.
pub fn faults(gold: &[Name], found: &[Name]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut told = HashSet::new();
    for &name in gold {
        if found.binary_search(&name).is_ok() {
            continue;
        }
        let nearest = nearest(name, found);
        told.extend(nearest);
        faults.push(Fault { kind: kind(name, nearest), gold: Some(name), found: nearest });
    }
    for &name in found.iter().filter(|name| gold.binary_search(name).is_err() && !told.contains(*name)) {
        let there = nearest(name, gold);
        let kind = if there.is_some() { kind(name, there) } else { Kind::Invented };
        faults.push(Fault { kind, gold: there, found: Some(name) });
    }
    faults.sort_by_key(|fault| fault.gold.or(fault.found).map(|(span, _)| span.start));
    faults
}

/// What is wrong with a name where the other side has that one.
fn kind(name: Name, other: Option<Name>) -> Kind {
    match other {
        None => Kind::Missed,
        Some((span, _)) if span == name.0 => Kind::WrongType,
        Some((_, label)) if label == name.1 => Kind::WrongBorder,
        Some(_) => Kind::WrongBoth,
    }
}

/// The name that overlaps another one most, the first of several.
fn nearest(name: Name, others: &[Name]) -> Option<Name> {
    let first = others.partition_point(|other| other.0.end <= name.0.start);
    let overlapping = others[first..].iter().copied().take_while(|other| other.0.start < name.0.end);
    overlapping.max_by_key(|other| (overlap(name.0, other.0), std::cmp::Reverse(other.0.start)))
}

/// How many bytes two spans have in common.
fn overlap(a: Span, b: Span) -> usize {
    a.end.min(b.end).saturating_sub(a.start.max(b.start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(start: usize, end: usize, label: Label) -> Name {
        (Span::new(start, end), label)
    }

    #[test]
    fn each_kind_of_fault() {
        let gold = [
            name(0, 5, Label::Loc),
            name(6, 9, Label::Per),
            name(10, 20, Label::Org),
            name(30, 35, Label::Loc),
            name(40, 45, Label::Loc),
        ];
        let found = [
            name(0, 5, Label::Loc),
            name(6, 9, Label::Org),
            name(10, 15, Label::Org),
            name(22, 25, Label::Misc),
            name(41, 45, Label::Per),
        ];
        let faults = faults(&gold, &found);
        let kinds: Vec<Kind> = faults.iter().map(|fault| fault.kind).collect();
        assert_eq!(kinds, [Kind::WrongType, Kind::WrongBorder, Kind::Invented, Kind::Missed, Kind::WrongBoth]);
        let mut scores = Scores::default();
        scores.add(&gold, &found, &faults);
        assert_eq!(scores.all(), Counts { gold: 5, found: 5, right: 1 });
        assert_eq!(scores.of(Label::Loc), Counts { gold: 3, found: 1, right: 1 });
        assert!((scores.all().f1() - 20.0).abs() < 1e-9);
    }

    /// One name found as two: both are told.
    #[test]
    fn halves_of_a_name() {
        let gold = [name(0, 40, Label::Org)];
        let found = [name(0, 23, Label::Org), name(31, 40, Label::Org)];
        let faults = faults(&gold, &found);
        assert_eq!(faults.iter().map(|fault| fault.found).collect::<Vec<_>>(), [Some(found[0]), Some(found[1])]);
        assert!(faults.iter().all(|fault| fault.kind == Kind::WrongBorder && fault.gold == Some(gold[0])));
    }

    #[test]
    fn nothing_is_no_division_by_zero() {
        assert_eq!(
            (Counts::default().precision(), Counts::default().recall(), Counts::default().f1()),
            (0.0, 0.0, 0.0)
        );
    }
}
