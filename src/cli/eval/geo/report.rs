//! The figures of a corpus, for people and as JSON.

use comfy_table::{CellAlignment, Table};
use dateline::inner::eval::calibration::Calibration;
use dateline::inner::eval::geo::{Cause, Errors, Figures, KindRow, Tallies, Tally};
use serde::Serialize;

use super::args::Spans;
use crate::cli::pretty::table;
use crate::cli::terminal::printable;

/// What our own row is called beside those of others.
const OURS: &str = "dateline";

/// Everything measured on one corpus.
pub struct Report {
    pub corpus: String,
    pub spans: Spans,
    pub as_given: bool,
    pub articles: usize,
    pub toponyms: usize,
    pub moved: usize,
    pub nowhere: usize,
    pub left_out: usize,
    pub groups: Groups,
    /// What became of the names of each kind of text, if the corpus has kinds.
    pub kinds: Vec<KindRow>,
    /// How many linked toponyms are missed for each of [`Cause::ALL`].
    pub causes: [usize; Cause::ALL.len()],
    pub calibration: Option<Calibration>,
    pub peers: Vec<PeerRow>,
}

/// Figures with and without demonyms.
#[derive(Serialize)]
pub struct Groups {
    pub all: Figures,
    pub without_demonyms: Figures,
    pub demonyms: Figures,
}

/// The figures of another system.
#[derive(Serialize)]
pub struct PeerRow {
    pub system: String,
    #[serde(flatten)]
    pub groups: Groups,
}

impl Groups {
    pub fn of(tallies: &Tallies, spans: Spans) -> Self {
        let figures = |tally: &Tally| {
            let figures = tally.figures();
            Figures { recognition: figures.recognition.filter(|_| spans == Spans::Found), ..figures }
        };
        Self {
            all: figures(&tallies.all),
            without_demonyms: figures(&tallies.names),
            demonyms: figures(&tallies.demonyms),
        }
    }
}

#[derive(Serialize)]
struct Json<'a> {
    corpus: &'a str,
    spans: Spans,
    articles: usize,
    toponyms: usize,
    linked: usize,
    /// Whose phrase stands elsewhere in the text than the corpus says.
    moved: usize,
    /// Whether they were nevertheless left where the corpus says.
    as_given: bool,
    /// Whose phrase isn't in the text.
    nowhere: usize,
    /// Left out of the mentions because they overlap another, and counted as misses.
    overlapping: usize,
    #[serde(flatten)]
    groups: &'a Groups,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    kinds: &'a [KindRow],
    causes: serde_json::Map<String, serde_json::Value>,
    calibration: &'a Option<Calibration>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    peers: &'a [PeerRow],
}

impl Report {
    /// One line of JSON.
    pub fn json(&self) -> anyhow::Result<String> {
        let causes = Cause::ALL.into_iter().zip(self.causes);
        let causes = causes.map(|(cause, count)| Ok((cause.name().to_owned(), serde_json::to_value(count)?)));
        let json = Json {
            corpus: &self.corpus,
            spans: self.spans,
            articles: self.articles,
            toponyms: self.toponyms,
            linked: self.groups.all.linked,
            moved: self.moved,
            as_given: self.as_given,
            nowhere: self.nowhere,
            overlapping: self.left_out,
            groups: &self.groups,
            kinds: &self.kinds,
            causes: causes.collect::<anyhow::Result<_>>()?,
            calibration: &self.calibration,
            peers: &self.peers,
        };
        Ok(serde_json::to_string(&json)? + "\n")
    }

    /// Tables for people.
    pub fn pretty(&self) -> String {
        let groups = [
            ("all", &self.groups.all),
            ("without demonyms", &self.groups.without_demonyms),
            ("demonyms", &self.groups.demonyms),
        ];
        let figures = match self.spans {
            Spans::Found => found(&groups),
            Spans::Gold => gold(&groups),
        };
        let mut text = format!("{}\n{}\n", self.heading(), figures.trim_fmt());
        if !self.kinds.is_empty() {
            text += &format!("\nby kinds of text\n{}\n", kinds(&self.kinds).trim_fmt());
        }
        let missed: Vec<String> =
            Cause::ALL.iter().zip(self.causes).map(|(cause, count)| format!("{count} {}", cause.name())).collect();
        text += &format!("\nof the linked, not within 161 km: {}\n", missed.join(", "));
        if let Some(found) = &self.calibration {
            text += &format!(
                "confidences: expected calibration error {:.3}, Brier score {:.3} ({:.3} if all were the same)\n",
                found.ece, found.brier, found.base_brier
            );
        }
        if !self.peers.is_empty() {
            let ours = (OURS, &self.groups.all);
            let mut rows: Vec<_> = self.peers.iter().map(|row| (row.system.as_str(), &row.groups.all)).collect();
            rows.push(ours);
            rows.sort_by(|a, b| b.1.found_and_near().total_cmp(&a.1.found_and_near()));
            text += &format!("\nbeside other systems\n{}\n", found(&rows).trim_fmt());
        }
        text + "\n"
    }

    fn heading(&self) -> String {
        let linked = self.groups.all.linked;
        let mut notes = vec![
            match self.spans {
                Spans::Found => "places as found in the texts",
                Spans::Gold => "places of the corpus resolved",
            }
            .to_owned(),
        ];
        match (self.moved, self.as_given) {
            (0, _) => {}
            (moved, false) => notes.push(format!("{moved} moved to their phrase")),
            (moved, true) => notes.push(format!("{moved} not at their phrase, left there")),
        }
        if self.nowhere > 0 {
            notes.push(format!("{} whose phrase isn't in the text", self.nowhere));
        }
        if self.left_out > 0 {
            notes.push(format!("{} overlap another and count as misses", self.left_out));
        }
        format!(
            "{}: {} articles, {} toponyms, {linked} of them linked; {}",
            printable(&self.corpus),
            self.articles,
            self.toponyms,
            notes.join("; ")
        )
    }
}

fn percentage(value: f64) -> String {
    format!("{value:.2}")
}

fn errors(of: &Option<Errors>) -> [String; 3] {
    match of {
        Some(errors) => {
            [format!("{:.0}", errors.mean_km), format!("{:.1}", errors.median_km), format!("{:.3}", errors.auc)]
        }
        None => [const { String::new() }; 3],
    }
}

/// Figures on spans that a system found. Errors are of what it put somewhere.
fn found(rows: &[(&str, &Figures)]) -> Table {
    let mut table = table(&[
        "",
        "precision",
        "recall",
        "F1",
        "recall of linked",
        "found and within 161 km",
        "in its own area",
        "of recognised",
        "mean km",
        "median km",
        "AUC",
    ]);
    for (name, figures) in rows {
        let recognition = figures.recognition.unwrap_or_default();
        let shares = [
            recognition.precision(),
            recognition.recall(),
            recognition.f1(),
            figures.recall_of_linked(),
            figures.found_and_near(),
            figures.in_own_area(),
            figures.near_of_recognised(),
        ];
        let name = printable(name).into_owned();
        table.add_row([name].into_iter().chain(shares.map(percentage)).chain(errors(&figures.errors_placed)));
    }
    align(&mut table);
    table
}

/// Figures on the spans of the corpus.
fn gold(rows: &[(&str, &Figures)]) -> Table {
    let mut table = table(&[
        "",
        "linked",
        "accuracy at 161 km",
        "in its own area",
        "mean km",
        "median km",
        "AUC",
        "placed",
        "their mean km",
        "median km",
        "AUC",
    ]);
    for (name, figures) in rows {
        let placed = figures.errors_placed.map_or(0, |errors| errors.count);
        let shares = [figures.found_and_near(), figures.in_own_area()].map(percentage);
        let row = [(*name).to_owned(), figures.linked.to_string()].into_iter().chain(shares);
        let all = errors(&figures.errors).into_iter();
        table.add_row(row.chain(all).chain([placed.to_string()]).chain(errors(&figures.errors_placed)));
    }
    align(&mut table);
    table
}

/// What became of the names of each kind of text, in percent of them; places that are none, and behind a plus those inside
/// other names.
fn kinds(rows: &[KindRow]) -> Table {
    let mut table = table(&["", "passages", "names", "right", "wrong", "unplaced", "false"]);
    for row in rows {
        let share = |part: usize| match row.names {
            0 => "–".to_owned(),
            names => format!("{:.1}", 100.0 * part as f64 / names as f64),
        };
        let counts = [row.passages, row.names].map(|count| count.to_string());
        let shares = [row.right, row.wrong, row.unplaced].map(share);
        let invented = format!("{}+{}", row.invented, row.false_inside);
        let name = printable(&row.kind).into_owned();
        table.add_row([name].into_iter().chain(counts).chain(shares).chain([invented]));
    }
    align(&mut table);
    table
}

fn align(table: &mut Table) {
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
}
