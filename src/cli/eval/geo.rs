//! `dateline eval geo`: places found against those that people have marked.

mod features;
mod report;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use dateline::inner::annotation::Annotation;
use dateline::inner::atomic::AtomicFile;
use dateline::inner::document::Document;
use dateline::inner::eval::calibration::calibration;
use dateline::inner::eval::geo::{self, Cause, Found, FoundPlace, Outcome as Fate, Tallies};
use dateline::inner::eval::peers::{self, PeerFile};
use dateline::inner::eval::toponyms::{self, Alignment, GoldArticle, Toponym};
use dateline::inner::gazetteer::Gazetteer;
use dateline::inner::geo::LatLon;
use dateline::inner::mention::Mention;
use dateline::inner::resolve::publisher::Publishers;
use dateline::inner::resolve::ranker::{Folds, Ranker};
use dateline::inner::resolve::{Options, Resolved, Resolver};
use dateline::inner::rounding::rounded;
use dateline::inner::tagger::Tagger;
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
    /// Weights of the features, as scripts/train_ranker.py writes them [default: the built-in ones, which were fitted to
    /// LGL and TR-News]
    #[arg(long, value_name = "FILE", conflicts_with = "folds")]
    ranker: Option<PathBuf>,
    /// Weights for cross-validation: for each article those that were fitted without its publisher
    #[arg(long, value_name = "FILE")]
    folds: Option<PathBuf>,
    /// A CSV table with the columns source, lat, lon and country: where the publisher of each domain is. Without it, the
    /// publisher is not told
    #[arg(long, value_name = "FILE")]
    publishers: Option<PathBuf>,
    /// Write what speaks for each candidate to this file, for scripts/train_ranker.py
    #[arg(long, value_name = "FILE")]
    features: Option<PathBuf>,
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
    let create = |path: &Option<PathBuf>| {
        let create = |path: &PathBuf| {
            refuse_output_over(path, &[&args.corpora[..], &args.places.inputs()].concat())?;
            Ok::<_, anyhow::Error>((path.clone(), AtomicFile::create(path).with_context(|| cannot_write(path))?))
        };
        path.as_ref().map(create).transpose()
    };
    let (mut listed, mut features) = (create(&args.misses)?, create(&args.features)?);
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
        let (report, peers_failed) = score(path, articles, args, system, &mut listed, &mut features)?;
        print(&if args.json { report.json()? } else { report.pretty() })?;
        failed += peers_failed;
        done += 1;
    }
    for (path, file) in [listed, features].into_iter().flatten().filter(|_| done > 0) {
        file.commit().with_context(|| cannot_write(&path))?;
    }
    Ok(match (done, failed) {
        (0, _) => Outcome::NothingDone,
        (_, 0) => Outcome::Done,
        _ => Outcome::SomeFailed,
    })
}

/// What is scored: the model's mentions of raw texts, or the corpus's own, and their resolution.
struct System {
    /// None if the mentions are the corpus's own.
    tagger: Option<Tagger>,
    gazetteer: Arc<Gazetteer>,
    /// One, or one for each fold.
    resolvers: Vec<Resolver>,
    folds: Option<Folds>,
    tell_publisher: bool,
}

impl System {
    fn open(args: &GeoArgs) -> anyhow::Result<Self> {
        let gazetteer = Arc::new(args.places.open()?);
        let folds = args.folds.as_deref().map(Folds::open).transpose()?;
        let rankers = match (&folds, &args.ranker) {
            (Some(folds), _) => folds.rankers().to_vec(),
            (None, Some(file)) => vec![Ranker::open(file)?],
            (None, None) => vec![Ranker::embedded().clone()],
        };
        let publishers = args.publishers.as_deref().map(Publishers::open).transpose()?;
        let tell_publisher = publishers.is_some();
        let options = Options {
            certain: args.spans == Spans::Gold,
            publishers: publishers.unwrap_or_default().into(),
            ..Options::default()
        };
        let resolver = |ranker| Resolver::new(Arc::clone(&gazetteer)).with_ranker(ranker).with_options(options.clone());
        let resolvers = rankers.into_iter().map(resolver).collect();
        let tagger = match args.spans {
            Spans::Gold => None,
            Spans::Found => {
                args.runtime.start()?;
                Some(Tagger::new(args.model.open()?, None))
            }
        };
        Ok(Self { tagger, gazetteer, resolvers, folds, tell_publisher })
    }

    /// The resolver of an article, which has not been fitted to others of its publisher if there are folds.
    fn resolver(&self, article: &GoldArticle) -> anyhow::Result<&Resolver> {
        let fold = match &self.folds {
            None => Some(0),
            Some(folds) => folds.of(&article.domain),
        };
        fold.and_then(|fold| self.resolvers.get(fold)).with_context(|| {
            format!(
                "{}: no fold is for its publisher, {:?}; expected the folds of this corpus: run scripts/train_ranker.py on it",
                article.id, article.domain
            )
        })
    }

    /// An article by itself, or with its publisher if its place is known.
    fn document(&self, article: &GoldArticle) -> Document {
        let source = Some(article.domain.clone()).filter(|_| self.tell_publisher);
        Document { source, ..Document::new(&article.id, &article.text) }
    }

    fn mentions(&self, article: &GoldArticle) -> anyhow::Result<Vec<Mention>> {
        Ok(match &self.tagger {
            Some(tagger) => {
                let tagged = tagger.tag(self.document(article)).with_context(|| article.id.clone())?;
                self.resolvers[0]
                    .amend(&self.document(article), tagged.entities.into_iter().map(|entity| entity.mention).collect())
            }
            None => geo::gold_mentions(article).0,
        })
    }

    /// Puts the places of one article on the globe.
    fn tag(&self, article: &GoldArticle) -> anyhow::Result<Annotation> {
        let (resolver, mentions) = (self.resolver(article)?, self.mentions(article)?);
        let document = self.document(article);
        let toponyms = resolver.toponyms(&document, &mentions);
        let Resolved { entities, relations, .. } = resolver.resolve(&document, &mentions, &toponyms);
        Ok(Annotation { document, entities, relations, ..Annotation::default() })
    }
}

/// A file to write lines to, if one was asked for.
type List = Option<(PathBuf, AtomicFile)>;

/// Scores a corpus, and counts the peers whose output could not be read.
fn score(
    path: &Path,
    mut articles: Vec<GoldArticle>,
    args: &GeoArgs,
    system: &System,
    listed: &mut List,
    features: &mut List,
) -> anyhow::Result<(Report, usize)> {
    if args.as_given {
        articles.iter_mut().for_each(GoldArticle::take_offsets_as_given);
    }
    let gazetteer = &*system.gazetteer;
    if let Some((_, file)) = features {
        features::write(&articles, system, file)?;
    }
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
