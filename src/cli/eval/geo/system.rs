//! The system that is scored.

use std::sync::Arc;

use anyhow::Context as _;
use dateline::inner::annotation::Annotation;
use dateline::inner::document::Document;
use dateline::inner::eval::geo;
use dateline::inner::eval::toponyms::GoldArticle;
use dateline::inner::gazetteer::Gazetteer;
use dateline::inner::mention::Mention;
use dateline::inner::resolve::publisher::Publishers;
use dateline::inner::resolve::ranker::{Folds, Ranker};
use dateline::inner::resolve::{Options, Resolved, Resolver};
use dateline::inner::tagger::Tagger;

use super::args::{GeoArgs, Spans};

/// What is scored: the model's mentions of raw texts, or the corpus's own, and their resolution.
pub struct System {
    /// None if the mentions are the corpus's own.
    tagger: Option<Tagger>,
    pub gazetteer: Arc<Gazetteer>,
    /// One, or one for each fold.
    resolvers: Vec<Resolver>,
    folds: Option<Folds>,
    tell_publisher: bool,
}

impl System {
    /// Opens it.
    pub fn open(args: &GeoArgs) -> anyhow::Result<Self> {
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
    pub fn resolver(&self, article: &GoldArticle) -> anyhow::Result<&Resolver> {
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
    pub fn document(&self, article: &GoldArticle) -> Document {
        let source = Some(article.domain.clone()).filter(|_| self.tell_publisher);
        Document { source, ..Document::new(&article.id, &article.text) }
    }

    /// The mentions whose places are resolved.
    pub fn mentions(&self, article: &GoldArticle) -> anyhow::Result<Vec<Mention>> {
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
    pub fn tag(&self, article: &GoldArticle) -> anyhow::Result<Annotation> {
        let (resolver, mentions) = (self.resolver(article)?, self.mentions(article)?);
        let document = self.document(article);
        let toponyms = resolver.toponyms(&document, &mentions);
        let Resolved { entities, relations, .. } = resolver.resolve(&document, &mentions, &toponyms);
        Ok(Annotation { document, entities, relations, ..Annotation::default() })
    }
}
