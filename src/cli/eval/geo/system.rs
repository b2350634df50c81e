//! The system that is scored: the tagger, as everyone has it.

use anyhow::Context as _;
use dateline::inner::annotation::Annotation;
use dateline::inner::builder::PlacesOptions;
use dateline::inner::document::Document;
use dateline::inner::eval::geo;
use dateline::inner::eval::toponyms::GoldArticle;
use dateline::inner::gazetteer::Gazetteer;
use dateline::inner::resolve::Resolved;
use dateline::inner::resolve::ranker::Folds;
use dateline::inner::tagger::{TagOptions, Tagger, Task};

use super::args::{GeoArgs, Spans};
use crate::cli::terminal::say;

/// What is scored: what the tagger makes of raw texts, or of the corpus's own names.
pub struct System {
    /// One, or one for each fold.
    taggers: Vec<Tagger>,
    folds: Option<Folds>,
    spans: Spans,
    options: TagOptions,
    tell_publisher: bool,
}

impl System {
    /// Opens it.
    pub fn open(args: &GeoArgs) -> anyhow::Result<Self> {
        let folds = args.folds.as_deref().map(Folds::open).transpose()?;
        let (ranker, publishers) = (args.ranker.clone(), args.publishers.clone());
        let builder = Tagger::builder()
            .runtime(args.runtime.options())
            .on_event(|event| say(&event.to_string()))
            .threads(args.threads.count())
            .places_options(PlacesOptions { ranker, publishers, ..args.places.options() });
        let tagger = match args.spans {
            Spans::Gold => builder.without_model(),
            Spans::Found => args.model.apply(builder)?,
        }
        .build()?;
        let taggers = match &folds {
            Some(folds) => folds.rankers().iter().map(|ranker| tagger.with_ranker(ranker.clone())).collect(),
            None => vec![tagger],
        };
        let options = TagOptions {
            certain: args.spans == Spans::Gold,
            min_score: args.model.min_score(),
            ..TagOptions::default()
        };
        Ok(Self { taggers, folds, spans: args.spans, options, tell_publisher: args.publishers.is_some() })
    }

    /// Where places are looked up.
    pub fn gazetteer(&self) -> anyhow::Result<&Gazetteer> {
        self.taggers.first().and_then(Tagger::gazetteer).context("there is no fold; expected one at least")
    }

    /// Puts the places of each article on the globe, in order.
    pub fn tag(&self, articles: &[GoldArticle]) -> anyhow::Result<Vec<Annotation>> {
        let tag = |article: &GoldArticle| {
            let tagged = self.tagger(article)?.run_all(vec![self.task(article)]).pop();
            tagged.context("a task has an outcome")?.with_context(|| article.id.clone())
        };
        self.each(articles, tag)
    }

    /// What speaks for each candidate of each name of an article, as a line makes something of it.
    pub fn examine<T: Send>(
        &self,
        articles: &[GoldArticle],
        make: impl Fn(&GoldArticle, &Resolved) -> anyhow::Result<T> + Sync,
    ) -> anyhow::Result<Vec<T>> {
        let examine = |article: &GoldArticle| {
            let resolved = self.tagger(article)?.examine(self.task(article)).with_context(|| article.id.clone())?;
            make(article, &resolved)
        };
        self.each(articles, examine)
    }

    /// Does something with each article, on the tagger's threads.
    fn each<T: Send>(
        &self,
        articles: &[GoldArticle],
        work: impl Fn(&GoldArticle) -> anyhow::Result<T> + Sync,
    ) -> anyhow::Result<Vec<T>> {
        use rayon::prelude::*;
        let all = || articles.par_iter().map(&work).collect();
        match self.taggers.first() {
            Some(tagger) => tagger.install(all),
            None => Ok(Vec::new()),
        }
    }

    /// The tagger of an article, whose ranker has not been fitted to others of its publisher if there are folds.
    fn tagger(&self, article: &GoldArticle) -> anyhow::Result<&Tagger> {
        let fold = match &self.folds {
            None => Some(0),
            Some(folds) => folds.of(&article.domain),
        };
        fold.and_then(|fold| self.taggers.get(fold)).with_context(|| {
            format!(
                "{}: no fold is for its publisher, {:?}; expected the folds of this corpus: run scripts/train_ranker.py on it",
                article.id, article.domain
            )
        })
    }

    /// An article by itself, or with its publisher if its place is known; with the corpus's own names if these are given.
    fn task(&self, article: &GoldArticle) -> Task<'_> {
        let source = Some(article.domain.clone()).filter(|_| self.tell_publisher);
        let document = Document { source, ..Document::new(&article.id, &article.text) };
        let known = (self.spans == Spans::Gold).then(|| geo::gold_mentions(article).0.into());
        Task { document, known, options: &self.options }
    }
}
