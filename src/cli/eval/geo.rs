//! `dateline eval geo`: places found against those that people have marked.

mod report;

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use dateline::annotation::{Annotation, rounded};
use dateline::atomic::AtomicFile;
use dateline::document::Document;
use dateline::eval::calibration::calibration;
use dateline::eval::geo::{self, Cause, Found, FoundPlace, Outcome as Fate, Tallies};
use dateline::eval::peers::{self, PeerFile};
use dateline::eval::toponyms::{self, Alignment, GoldArticle, Toponym};
use dateline::gazetteer::Gazetteer;
use dateline::geo::LatLon;
use dateline::resolve;
use dateline::tagger::Tagger;
use rayon::prelude::*;
use report::{Groups, PeerRow, Report};
use serde::Serialize;

use crate::cli::{
    ModelArgs, Outcome, PlacesArgs, RuntimeArgs, ThreadArgs, cannot_write, explanation, print, refuse_output_over, say,
};

/// The arguments of `dateline eval geo`.
#[derive(Args)]
#[command(after_help = "A corpus is XML as LGL and TR-News have it, or JSONL of your own: objects with \"text\" and
\"toponyms\", each with \"start\", \"end\" (characters) and, where the place is known, \"lat\" and
\"lon\"; \"id\" and the publisher's \"domain\" if you like.

A found place belongs to a marked one if both have the same phrase without case and their
middles are less than 10 characters apart. It is right if it lies within 161 km.

With --spans found the texts are tagged, and what is not found counts as wrong. With --spans
gold the marked places are given, and only their resolution is scored, without a model; one
without a place counts as 20039 km off.

Examples:
  dateline eval geo lgl.xml tr-news.xml --peers peers
  dateline eval geo lgl.xml --spans gold --misses misses.jsonl

Exit status: 0 all scored, 1 some corpora could not be scored, 2 none could.")]
pub struct GeoArgs {
    /// Corpora in XML or JSONL
    #[arg(value_name = "FILE", required = true)]
    corpora: Vec<PathBuf>,
    /// Whose spans of places are resolved
    #[arg(long, value_name = "WHOSE", default_value = "found")]
    spans: Spans,
    /// One JSON object a corpus, each on a line
    #[arg(long)]
    json: bool,
    /// Score the stored outputs of other systems too: a folder of files CORPUS.SYSTEM.txt
    #[arg(long, value_name = "FOLDER")]
    peers: Option<PathBuf>,
    /// Take the offsets of the corpus as they are, instead of moving them to the nearest occurrence of the phrase: for
    /// comparison with figures that were computed so
    #[arg(long)]
    as_given: bool,
    /// Write what was not found or put elsewhere to this file, a JSON object on each line
    #[arg(long, value_name = "FILE")]
    misses: Option<PathBuf>,
    #[command(flatten)]
    threads: ThreadArgs,
    #[command(flatten)]
    model: ModelArgs,
    #[command(flatten)]
    places: PlacesArgs,
    #[command(flatten)]
    runtime: RuntimeArgs,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
enum Spans {
    /// Those that the tagger finds in the text
    Found,
    /// Those of the corpus
    Gold,
}

/// Characters on each side of a miss that are listed with it.
const AROUND: usize = 80;

/// Runs `dateline eval geo`.
pub fn run(args: &GeoArgs) -> anyhow::Result<Outcome> {
    anyhow::ensure!(
        args.peers.is_none() || args.spans == Spans::Found,
        "--peers: other systems' outputs are on the spans that they found; expected --spans found"
    );
    args.threads.start()?;
    let mut listed = match &args.misses {
        Some(path) => {
            refuse_output_over(path, &[&args.corpora[..], &args.places.inputs()].concat())?;
            Some((path.as_path(), AtomicFile::create(path).with_context(|| cannot_write(path))?))
        }
        None => None,
    };
    let mut system = None;
    let (mut done, mut failed) = (0, 0);
    for path in &args.corpora {
        let articles = match toponyms::read(path) {
            Ok(articles) => articles,
            Err(error) => {
                say(&explanation(&error.into()));
                failed += 1;
                continue;
            }
        };
        let system = match &system {
            Some(system) => system,
            None => system.insert(System::open(args)?),
        };
        let (report, peers_failed) = score(path, articles, args, system, &mut listed)?;
        print(&if args.json { report.json()? } else { report.pretty() })?;
        failed += peers_failed;
        done += 1;
    }
    if let Some((path, file)) = listed
        && done > 0
    {
        file.commit().with_context(|| cannot_write(path))?;
    }
    Ok(match (done, failed) {
        (0, _) => Outcome::NothingDone,
        (_, 0) => Outcome::Done,
        _ => Outcome::SomeFailed,
    })
}

/// What is scored: the tagger on raw texts, or without one resolution alone, of the corpus's own mentions.
struct System {
    tagger: Option<Tagger>,
    gazetteer: Gazetteer,
}

impl System {
    fn open(args: &GeoArgs) -> anyhow::Result<Self> {
        let gazetteer = args.places.open()?;
        let tagger = match args.spans {
            Spans::Gold => None,
            Spans::Found => {
                args.runtime.start()?;
                Some(Tagger::new(args.model.open()?, Some(args.places.open()?)))
            }
        };
        Ok(Self { tagger, gazetteer })
    }

    /// Puts the places of one article on the globe.
    fn tag(&self, article: &GoldArticle) -> anyhow::Result<Annotation> {
        let document = document(article);
        if let Some(tagger) = &self.tagger {
            return tagger.tag(document).with_context(|| article.id.clone());
        }
        let (mentions, _) = geo::gold_mentions(article);
        let candidates = resolve::candidates(&document, &mentions, &self.gazetteer);
        let (entities, relations) = resolve::resolve(&document, &mentions, &candidates, &self.gazetteer);
        Ok(Annotation { document, entities, relations, ..Annotation::default() })
    }
}

fn document(article: &GoldArticle) -> Document {
    let source = Some(article.domain.clone()).filter(|domain| !domain.is_empty());
    Document { source, ..Document::new(&article.id, &article.text) }
}

/// Where misses are listed.
type List<'a> = Option<(&'a Path, AtomicFile)>;

/// Scores a corpus, and counts the peers whose output could not be read.
fn score(
    path: &Path,
    mut articles: Vec<GoldArticle>,
    args: &GeoArgs,
    system: &System,
    listed: &mut List<'_>,
) -> anyhow::Result<(Report, usize)> {
    if args.as_given {
        articles.iter_mut().for_each(GoldArticle::take_offsets_as_given);
    }
    let gazetteer = &system.gazetteer;
    let annotations = annotate(&articles, |article| system.tag(article))?;
    let mut tallies = Tallies::default();
    let mut causes = [0; Cause::ALL.len()];
    for (article, annotation) in articles.iter().zip(&annotations) {
        let found = geo::found(annotation);
        let judged = tallies.add(&article.toponyms, &found, |phrase| geo::is_demonym(phrase, gazetteer));
        for (toponym, (found, fate)) in article.toponyms.iter().zip(judged) {
            let Some((miss, cause)) = miss(article, toponym, found, fate, gazetteer) else { continue };
            causes[Cause::ALL.iter().position(|known| *known == cause).unwrap_or_default()] += 1;
            if let Some((path, file)) = listed {
                let line = serde_json::to_string(&miss)? + "\n";
                file.write_all(line.as_bytes()).with_context(|| cannot_write(path))?;
            }
        }
    }
    let (peers, failed) = match &args.peers {
        Some(folder) => score_peers(folder, path, &articles, gazetteer)?,
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
        causes,
        peers,
    };
    Ok((report, failed))
}

/// The annotation of each article, in order. Which resolver tags an article may depend on its publisher.
fn annotate(
    articles: &[GoldArticle],
    tag: impl Fn(&GoldArticle) -> anyhow::Result<Annotation> + Send + Sync,
) -> anyhow::Result<Vec<Annotation>> {
    articles.par_iter().map(tag).collect()
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
            Fate::Placed(apart) => Some(rounded(apart.0, 1)),
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
