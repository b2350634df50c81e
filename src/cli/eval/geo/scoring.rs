//! What the system and others make of a corpus, and the list of what they miss.

use std::path::Path;

use dateline::inner::eval::calibration::calibration;
use dateline::inner::eval::geo::{self, Cause, Found, FoundPlace, Kinds, Outcome as Fate, Tallies};
use dateline::inner::eval::peers::{self, PeerFile};
use dateline::inner::eval::toponyms::{Alignment, GoldArticle, Toponym};
use dateline::inner::gazetteer::Gazetteer;
use dateline::inner::geo::LatLon;
use dateline::inner::rounding::rounded;
use serde::Serialize;

use super::args::{GeoArgs, Spans};
use super::features;
use super::report::{Groups, PeerRow, Report};
use super::system::System;
use crate::cli::eval::driver::List;
use crate::cli::terminal::{explanation, say};

/// Characters on each side of a miss that are listed with it.
const AROUND: usize = 80;

/// What is listed beside the figures.
pub struct Lists {
    /// What was not found or put elsewhere.
    pub misses: List,
    /// What is scored.
    pub annotations: List,
    /// What speaks for each candidate.
    pub features: List,
}

/// Scores a corpus, and counts the peers whose output could not be read.
pub fn score(
    path: &Path,
    articles: &[GoldArticle],
    args: &GeoArgs,
    system: &System,
    lists: &mut Lists,
) -> anyhow::Result<(Report, usize)> {
    let gazetteer = system.gazetteer()?;
    if lists.features.is_wanted() {
        features::write(articles, system, &mut lists.features)?;
    }
    let annotations = system.tag(articles)?;
    annotations.iter().try_for_each(|annotation| lists.annotations.add_lines(&(annotation.to_json() + "\n")))?;
    let mut tallies = Tallies::default();
    let mut kinds = Kinds::default();
    let mut causes = [0; Cause::ALL.len()];
    for (article, annotation) in articles.iter().zip(&annotations) {
        kinds.add(article, annotation);
        let found = geo::found(annotation);
        let judged = tallies.add(&article.toponyms, &found, |phrase| geo::is_demonym(phrase, gazetteer));
        for (toponym, (found, fate)) in article.toponyms.iter().zip(judged) {
            let Some((miss, cause)) = miss(article, toponym, found, fate, gazetteer) else { continue };
            causes[Cause::ALL.iter().position(|known| *known == cause).unwrap_or_default()] += 1;
            lists.misses.add(&miss)?;
        }
    }
    let (peers, failed) = match &args.peers {
        Some(folder) => score_peers(folder, path, articles, gazetteer)?,
        None => (Vec::new(), 0),
    };
    let toponyms = || articles.iter().flat_map(|article| &article.toponyms);
    let report = Report {
        corpus: path.display().to_string(),
        spans: args.spans,
        as_given: args.as_given,
        articles: articles.len(),
        toponyms: toponyms().count(),
        moved: toponyms().filter(|toponym| matches!(toponym.alignment, Alignment::Moved { .. })).count(),
        nowhere: toponyms().filter(|toponym| toponym.alignment == Alignment::Nowhere).count(),
        left_out: match args.spans {
            Spans::Found => 0,
            Spans::Gold => articles.iter().map(|article| geo::gold_mentions(article).1).sum(),
        },
        calibration: calibration(&tallies.judged),
        groups: Groups::of(&tallies, args.spans),
        kinds: kinds.rows(),
        causes,
        peers,
    };
    Ok((report, failed))
}

/// Scores the stored outputs of other systems on a corpus. One that cannot be read is told and left out.
fn score_peers(
    folder: &Path,
    corpus: &Path,
    articles: &[GoldArticle],
    gazetteer: &Gazetteer,
) -> anyhow::Result<(Vec<PeerRow>, usize)> {
    let stem = corpus.file_stem().unwrap_or_default().to_string_lossy();
    let files = peers::of_corpus(folder, &stem)?;
    if files.is_empty() {
        say(&format!("{}: no outputs on {stem}; expected files {stem}.SYSTEM.txt", folder.display()));
    }
    let (mut rows, mut failed) = (Vec::new(), 0);
    for PeerFile { system, path } in files {
        let documents = match peers::read(&path, articles.len()) {
            Ok(documents) => documents,
            Err(error) => {
                say(&explanation(&error.into()));
                failed += 1;
                continue;
            }
        };
        let mut tallies = Tallies::default();
        for (article, found) in articles.iter().zip(&documents) {
            tallies.add(&article.toponyms, found, |phrase| geo::is_demonym(phrase, gazetteer));
        }
        rows.push(PeerRow { system, groups: Groups::of(&tallies, Spans::Found) });
    }
    Ok((rows, failed))
}

/// A linked toponym that was not found, or put elsewhere, as it is listed.
#[derive(Serialize)]
struct Miss<'a> {
    document: &'a str,
    phrase: &'a str,
    start: usize,
    name: &'a str,
    #[serde(flatten)]
    location: LatLon,
    feature: &'a str,
    cause: &'static str,
    found: Option<&'a FoundPlace>,
    km: Option<f64>,
    before: &'a str,
    after: &'a str,
}

fn miss<'a>(
    article: &'a GoldArticle,
    toponym: &'a Toponym,
    found: Option<&'a Found>,
    fate: Option<Fate>,
    gazetteer: &Gazetteer,
) -> Option<(Miss<'a>, Cause)> {
    let (place, fate) = (toponym.place.as_ref()?, fate?);
    let cause = Cause::of(fate, &toponym.phrase, place, gazetteer)?;
    let (before, after) = around(&article.text, toponym);
    let miss = Miss {
        document: &article.id,
        phrase: &toponym.phrase,
        start: toponym.start,
        name: &place.name,
        location: place.location,
        feature: &place.feature,
        cause: cause.name(),
        found: found.and_then(|found| found.place.as_ref()),
        km: match fate {
            Fate::Placed(apart) | Fate::InArea(apart) => Some(rounded(apart.0, 1)),
            _ => None,
        },
        before,
        after,
    };
    Some((miss, cause))
}

/// The text on both sides of a toponym.
fn around<'t>(text: &'t str, toponym: &Toponym) -> (&'t str, &'t str) {
    let (before, after) = (&text[..toponym.span.start], &text[toponym.span.end..]);
    let from = before.char_indices().rev().nth(AROUND - 1).map_or(0, |(byte, _)| byte);
    let to = after.char_indices().nth(AROUND).map_or(after.len(), |(byte, _)| byte);
    (&before[from..], &after[..to])
}
