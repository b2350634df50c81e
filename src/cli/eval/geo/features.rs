//! What speaks for each candidate of each name, for the ranker to be fitted to.

use dateline::inner::document::{OffsetMap, OffsetUnit};
use dateline::inner::eval::geo::{Found, matches};
use dateline::inner::eval::toponyms::GoldArticle;
use dateline::inner::gazetteer::{Candidate, Gazetteer};
use dateline::inner::resolve::Resolved;
use dateline::inner::resolve::features::{Features, NoneFeatures};
use dateline::inner::resolve::toponym::{Role, Toponym};
use dateline::inner::rounding::rounded;
use serde::Serialize;

use super::system::System;
use crate::cli::eval::driver::List;

/// The most probable candidates of a name that are written; of the others, those near the place that is meant.
const WRITTEN: usize = 24;

/// Others within so many kilometres are written too, as far as they are among the first hundred.
const NEAR: f64 = 161.0;
const LOOKED_AT: usize = 100;

/// The first line: what the numbers of the others are.
#[derive(Serialize)]
struct Head {
    candidate: &'static [&'static str],
    none: &'static [&'static str],
}

/// What speaks for the candidates of one name.
#[derive(Serialize)]
struct Line<'a> {
    domain: &'a str,
    document: &'a str,
    phrase: &'a str,
    role: &'static str,
    /// What people have marked: absent if nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    gold: Option<Gold<'a>>,
    none: Vec<f64>,
    candidates: Vec<CandidateLine<'a>>,
}

/// The place that the name is linked to, if it is.
#[derive(Serialize)]
struct Gold<'a> {
    linked: bool,
    feature: &'a str,
}

#[derive(Serialize)]
struct CandidateLine<'a> {
    id: String,
    feature: &'a str,
    /// How far it is from the place that is meant.
    km: Option<f64>,
    /// How far it reaches itself, if it is an area.
    radius_km: Option<f64>,
    values: Vec<f64>,
}

/// Writes a line for each name of each article, behind one that says what the numbers are.
pub fn write(articles: &[GoldArticle], system: &System, list: &mut List) -> anyhow::Result<()> {
    let head = serde_json::to_string(&Head { candidate: Features::NAMES, none: NoneFeatures::NAMES })?;
    let gazetteer = system.gazetteer()?;
    let lines = system.examine(articles, |article, resolved| lines(article, resolved, gazetteer))?;
    let mut lines = std::iter::once(head + "\n").chain(lines);
    lines.try_for_each(|lines| list.add_lines(&lines))
}

fn lines(article: &GoldArticle, resolved: &Resolved, gazetteer: &Gazetteer) -> anyhow::Result<String> {
    let offsets = OffsetMap::new(&article.text, OffsetUnit::CodePoints);
    let at = |byte: usize| i64::try_from(offsets.convert(byte)).unwrap_or(i64::MAX);
    let found = |toponym: &Toponym| Found {
        phrase: toponym.span.of(&article.text).to_owned(),
        start: at(toponym.span.start),
        end: at(toponym.span.end),
        place: None,
    };
    let toponyms = &resolved.toponyms;
    let found: Vec<Found> = toponyms.iter().map(found).collect();
    let mut gold = vec![None; toponyms.len()];
    for (toponym, matched) in article.toponyms.iter().zip(matches(&article.toponyms, &found)) {
        if let Some(matched) = matched {
            gold[matched] = Some(toponym);
        }
    }
    let mut lines = String::new();
    for (((toponym, ranked), found), gold) in toponyms.iter().zip(resolved.ranked.iter()).zip(&found).zip(gold) {
        let place = gold.and_then(|gold| gold.place.as_ref());
        let Some(grounds) = ranked.grounds() else { continue };
        let candidate = |(order, (candidate, features)): (usize, (Candidate, &Features))| {
            let known = gazetteer.get(candidate.place)?;
            let km = place.map(|place| known.location.distance(place.location).0);
            (order < WRITTEN || km.is_some_and(|km| km < NEAR)).then(|| CandidateLine {
                id: known.id.to_string(),
                feature: known.feature,
                km: km.map(|km| rounded(km, 1)),
                radius_km: known.radius.map(|radius| radius.0),
                values: features.values().map(|value| rounded(value, 5)).to_vec(),
            })
        };
        let candidates = ranked.candidates().zip(&grounds.candidates).take(LOOKED_AT).enumerate();
        let line = Line {
            domain: &article.domain,
            document: &article.id,
            phrase: &found.phrase,
            role: match toponym.role {
                Role::Place => "place",
                Role::People => "people",
                Role::Organisation => "organisation",
                Role::Within => "within",
                Role::Coordinate => continue,
            },
            gold: gold.map(|gold| Gold {
                linked: gold.place.is_some(),
                feature: gold.place.as_ref().map_or("", |place| &place.feature),
            }),
            none: grounds.none.values().map(|value| rounded(value, 5)).to_vec(),
            candidates: candidates.filter_map(candidate).collect(),
        };
        lines += &serde_json::to_string(&line)?;
        lines.push('\n');
    }
    Ok(lines)
}
