//! The way of the data: from documents to annotations. The stages are named here, once and in their order; whoever wants
//! something of them asks a [`Tagger`].

use std::sync::{Arc, Mutex, PoisonError};

use rayon::ThreadPool;
use rayon::prelude::*;

use crate::annotation::form::{self, FormOptions};
use crate::annotation::{Annotation, Provenance, names};
use crate::clock::{Clock, Stage};
use crate::document::{Document, OffsetUnit, Span};
use crate::error::Error;
use crate::gazetteer::{CountryCode, Gazetteer};
use crate::geo::LatLon;
use crate::limits::{self, LimitError};
use crate::mention::{Label, Mention};
use crate::ner::cache::CacheCounts;
use crate::ner::recogniser::{Between, Decoded, Recogniser, Request};
use crate::page::Page;
use crate::resolve::corrections::Corrections;
use crate::resolve::outcome::ResolvedMention;
use crate::resolve::pins::Pins;
use crate::resolve::ranker::Ranker;
use crate::resolve::{Known, Resolved, Resolver, coordinates, correction, focus, own_names, toponym};
use crate::rounding::{SCORE_DECIMALS, rounded};
use crate::stop::Stop;
use crate::{coreference, language};

/// Tags documents: finds their names, and puts the places among them on the globe.
///
/// Made by [`Tagger::builder`]. Every method takes `&self`, any number of threads may call them at the same time, and the work
/// is done by the tagger's own threads. What comes out for a document depends on the document and its options alone; only whether
/// there is memory for a very long one depends on the process.
pub struct Tagger {
    pub(crate) model: Option<Arc<dyn Recogniser>>,
    pub(crate) resolver: Option<Resolver>,
    corrections: Arc<Corrections>,
    pub(crate) pool: Arc<ThreadPool>,
    pub(crate) provenance: Provenance,
    clock: Arc<Clock>,
    /// Held while a document with very many names is resolved.
    alone: Arc<Mutex<()>>,
}

/// What belongs to one call: what is known of a document, and what is wanted.
///
/// ```
/// let mut options = dateline::TagOptions::default();
/// options.publisher = Some("Bangor Daily News".to_owned());
/// options.explain = true;
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct TagOptions {
    /// Where the document was published: a local paper writes of its own town without saying where that is. What the tagger's
    /// table of publishers says of the document's source goes before it.
    pub near: Option<LatLon>,
    /// The country where it was published.
    pub publisher_country: Option<CountryCode>,
    /// Who published it, instead of the document's own `source`.
    pub publisher: Option<String>,
    /// Whether to tell why each place was chosen.
    pub explain: bool,
    /// The least score of a name, in 0..=1; `None` for what the model's folder says.
    pub min_score: Option<f32>,
    /// The unit of `start` and `end`.
    pub offsets: OffsetUnit,
    /// Whether the distances between the places are given.
    pub distances: bool,
    /// The names are known to be those of places: they are taken as they are, each that the gazetteer has is placed, and
    /// positions in figures are not looked for. For names that are given with the document.
    pub certain: bool,
    /// Asks the call to end before its time, from another thread: see [`Stop`].
    pub stop: Stop,
}

/// A document to be tagged.
#[doc(hidden)]
pub struct Task<'o> {
    /// The document.
    pub document: Document,
    /// Its names, where they are known. `None`: the model finds them.
    pub known: Option<Decoded>,
    /// How it is tagged.
    pub options: &'o TagOptions,
}

impl Task<'_> {
    /// Puts the text in the form in which it is read, with the names that are known in it, and gives the page that it was read
    /// from. Where a name is known that begins or ends inside of what is read as a whole, all is read as it lies.
    fn lift(&mut self) -> Option<Page> {
        let page = Page::lift(&mut self.document.text)?;
        let Some(known) = &mut self.known else { return Some(page) };
        let names = || known.mentions.iter().chain(&known.nested).map(|name| page.read(name.span));
        let Some(read) = names().collect::<Option<Vec<Span>>>() else {
            self.document.text = page.into_text();
            return None;
        };
        known.mentions.iter_mut().chain(&mut known.nested).zip(read).for_each(|(name, span)| name.span = span);
        Some(page)
    }
}

impl Tagger {
    pub(crate) fn new(
        model: Option<Arc<dyn Recogniser>>,
        resolver: Option<Resolver>,
        corrections: Corrections,
        pool: ThreadPool,
        provenance: Provenance,
    ) -> Self {
        Self {
            model,
            resolver,
            corrections: Arc::new(corrections),
            pool: Arc::new(pool),
            provenance,
            clock: Arc::default(),
            alone: Arc::default(),
        }
    }

    /// Tags one document.
    ///
    /// # Errors
    ///
    /// If the tokenizer or the model fails, or the tagger has none.
    pub fn tag(&self, document: Document, options: &TagOptions) -> Result<Annotation, Error> {
        let mut tagged = self.run_all(vec![Task { document, known: None, options }]);
        tagged.pop().unwrap_or(Err(Error::NoModel))
    }

    /// Tags documents, all at the same time. The results are those of [`Tagger::tag`], in the same order.
    pub fn tag_all(&self, documents: Vec<Document>, options: &TagOptions) -> Vec<Result<Annotation, Error>> {
        self.run_all(documents.into_iter().map(|document| Task { document, known: None, options }).collect())
    }

    /// The same, each document with options of its own.
    pub fn tag_each(&self, documents: Vec<(Document, &TagOptions)>) -> Vec<Result<Annotation, Error>> {
        let tasks = documents.into_iter().map(|(document, options)| Task { document, known: None, options });
        self.run_all(tasks.collect())
    }

    /// Finds the places of an annotation anew, from its names: with other options, or by the gazetteer of this tagger. The
    /// model has nothing to do.
    ///
    /// # Errors
    ///
    /// If the annotation has no text, or its names do not fit it.
    pub fn place(&self, annotation: Annotation, options: &TagOptions) -> Result<Annotation, Error> {
        let known = Some(names::known(&annotation)?);
        let mut placed = self.run_all(vec![Task { document: annotation.into_document(), known, options }]);
        placed.pop().unwrap_or(Err(Error::NoModel))
    }

    /// Does all tasks at the same time: where the names of one are known, the model has nothing to do.
    #[doc(hidden)]
    pub fn run_all(&self, tasks: Vec<Task<'_>>) -> Vec<Result<Annotation, Error>> {
        self.run(tasks, None)
    }

    /// The same, with room for others between slices of long documents: `between` is called there, on this tagger's threads.
    #[doc(hidden)]
    pub fn run_between(&self, tasks: Vec<Task<'_>>, between: Between<'_>) -> Vec<Result<Annotation, Error>> {
        self.run(tasks, Some(between))
    }

    fn run(&self, mut tasks: Vec<Task<'_>>, between: Option<Between<'_>>) -> Vec<Result<Annotation, Error>> {
        self.pool.install(|| {
            let pages: Vec<Option<Page>> = tasks.par_iter_mut().map(Task::lift).collect();
            let decoded = self.recognise(&mut tasks, between);
            let annotate = |((task, page), decoded): ((Task<'_>, Option<Page>), Result<Decoded, Error>)| {
                self.annotate(task.document, page, decoded?, task.options)
            };
            tasks.into_par_iter().zip(pages).zip(decoded).map(annotate).collect()
        })
    }

    /// Tells the language of a document, if it is not told yet and can be.
    #[doc(hidden)]
    pub fn tell_language(&self, document: &mut Document) {
        if document.language.is_none() {
            document.language = self.clock.time(Stage::Language, || language::detect(&document.text));
        }
    }

    /// Names and places of a document as they are before they get their form: what the evaluations look into. The same
    /// stages as in [`Tagger::tag`], from the same mentions.
    ///
    /// # Errors
    ///
    /// As [`Tagger::tag`].
    #[doc(hidden)]
    pub fn examine(&self, mut task: Task<'_>) -> Result<Resolved, Error> {
        self.pool.install(|| {
            let page = task.lift();
            let decoded = self.recognise(std::slice::from_mut(&mut task), None).pop().unwrap_or(Err(Error::NoModel))?;
            let mut resolved = self.resolve(&task.document, page.as_ref(), decoded, task.options, true)?;
            page.iter().for_each(|page| resolved.put_on(page));
            Ok(resolved)
        })
    }

    /// Does something on the tagger's threads.
    #[doc(hidden)]
    pub fn install<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        self.pool.install(work)
    }

    /// The same with other weights of the features.
    #[must_use]
    #[doc(hidden)]
    pub fn with_ranker(&self, ranker: Ranker) -> Self {
        Self {
            model: self.model.clone(),
            resolver: self.resolver.as_ref().map(|resolver| resolver.clone().with_ranker(ranker)),
            corrections: Arc::clone(&self.corrections),
            pool: Arc::clone(&self.pool),
            provenance: self.provenance.clone(),
            clock: Arc::default(),
            alone: Arc::default(),
        }
    }

    /// The same with other corrections. The model and the threads are those of this one.
    #[must_use]
    #[doc(hidden)]
    pub fn with_corrections(&self, corrections: Arc<Corrections>) -> Self {
        Self {
            model: self.model.clone(),
            resolver: self.resolver.clone(),
            corrections,
            pool: Arc::clone(&self.pool),
            provenance: self.provenance.clone(),
            clock: Arc::clone(&self.clock),
            alone: Arc::clone(&self.alone),
        }
    }

    /// The corrections that it was given.
    #[doc(hidden)]
    pub fn corrections(&self) -> &Arc<Corrections> {
        &self.corrections
    }

    /// Where places are looked up, if they are.
    pub fn gazetteer(&self) -> Option<&Gazetteer> {
        self.resolver.as_ref().map(Resolver::gazetteer)
    }

    /// What its annotations are made with.
    pub fn provenance(&self) -> &Provenance {
        &self.provenance
    }

    /// Of the corrections that it was given, how many have matched nothing so far.
    pub fn unmatched_corrections(&self) -> usize {
        self.corrections.unmatched()
    }

    /// The documents that those speak of which have matched nothing.
    #[doc(hidden)]
    pub fn unmatched_documents(&self) -> Vec<&str> {
        self.corrections.unmatched_documents()
    }

    /// How many threads work.
    pub fn threads(&self) -> usize {
        self.pool.current_num_threads()
    }

    /// How long the stages of tagging took so far.
    #[doc(hidden)]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// What a user should know of how the model is read, a sentence each.
    pub fn model_notes(&self) -> Vec<String> {
        self.model.as_ref().map_or_else(Vec::new, |model| model.notes())
    }

    /// How often a window was known, if the tagger remembers windows.
    #[doc(hidden)]
    pub fn cache_counts(&self) -> Option<CacheCounts> {
        self.model.as_ref().and_then(|model| model.cache_counts())
    }

    /// The names of each document: those that are known, which are taken from the tasks, or else those that the model finds.
    /// Their scores are those that the output gives, so that whoever reads it can go on with the same numbers.
    fn recognise(&self, tasks: &mut [Task<'_>], between: Option<Between<'_>>) -> Vec<Result<Decoded, Error>> {
        let known: Vec<Option<Decoded>> = tasks.iter_mut().map(|task| task.known.take()).collect();
        let unknown = tasks.iter().zip(&known).filter(|(_, known)| known.is_none()).map(|(task, _)| task);
        let requests = unknown.map(|task| Request {
            text: &task.document.text,
            min_score: task.options.min_score,
            stop: Some(&task.options.stop),
        });
        let requests: Vec<Request<'_>> = requests.collect();
        let found = match &self.model {
            Some(model) => {
                let found = model.recognise_between(&requests, between, &self.clock);
                found.into_iter().map(|found| Ok(found?)).collect()
            }
            None => requests.iter().map(|_| Err(Error::NoModel)).collect::<Vec<Result<Decoded, Error>>>(),
        };
        let mut found = found.into_iter();
        let decoded = known.into_iter().map(|known| match known {
            Some(decoded) => Ok(decoded),
            None => found.next().unwrap_or(Err(Error::NoModel)),
        });
        decoded.map(|decoded| decoded.map(with_rounded_scores)).collect()
    }

    /// Which places the mentions of a document name.
    fn resolve(
        &self,
        document: &Document,
        page: Option<&Page>,
        decoded: Decoded,
        options: &TagOptions,
        keep_grounds: bool,
    ) -> Result<Resolved, Error> {
        let Some(resolver) = &self.resolver else {
            let (mentions, pins) = self.corrections.apply(document, page, decoded.mentions, options.offsets);
            let mentions = mentions.into_iter().map(ResolvedMention::unplaced).collect();
            return Ok(Resolved { mentions, pins, ..Resolved::default() });
        };
        let known = Known {
            near: options.near,
            country: options.publisher_country,
            publisher: options.publisher.as_deref(),
            certain: options.certain,
            keep_grounds,
            corrections: Some((&self.corrections, options.offsets)),
            page,
        };
        Ok(resolve(resolver, document, decoded, known)?)
    }

    /// What there is to say of a document with its mentions.
    fn annotate(
        &self,
        mut document: Document,
        page: Option<Page>,
        mut decoded: Decoded,
        options: &TagOptions,
    ) -> Result<Annotation, Error> {
        self.tell_language(&mut document);
        let names = decoded.mentions.len();
        // One of that size at a time, so that what room there is is there for it.
        let _alone =
            limits::are_many(names, options.explain).then(|| self.alone.lock().unwrap_or_else(PoisonError::into_inner));
        limits::check_mentions(names, options.explain)?;
        if options.stop.asked() {
            return Err(Error::Stopped);
        }
        // They are given as they were found: only the outer names are placed.
        let mut nested = std::mem::take(&mut decoded.nested);
        limits::check_mentions(nested.len(), false)?;
        self.clock.time(Stage::Place, || {
            let mut resolved = self.resolve(&document, page.as_ref(), decoded, options, options.explain)?;
            let mentions: Vec<Mention> = resolved.mentions.iter().map(|resolved| resolved.mention).collect();
            let full_names = coreference::full_names(&document.text, &mentions);
            let focus = (self.resolver.as_ref())
                .map_or_else(Vec::new, |resolver| focus::focus(&document, &resolved.mentions, resolver.gazetteer()));
            if let Some(page) = page {
                resolved.put_on(&page);
                nested.iter_mut().for_each(|name| name.span = page.place(name.span));
                document.text = page.into_text();
            }
            let explained = self.resolver.as_ref().filter(|_| options.explain);
            let explanations = explained.map(|resolver| resolver.explain(&resolved));
            let form =
                FormOptions { offsets: options.offsets, distances: options.distances && self.resolver.is_some() };
            Ok(form::annotation(document, &resolved, &nested, full_names, &focus, explanations, form))
        })
    }
}

fn with_rounded_scores(mut decoded: Decoded) -> Decoded {
    for mention in decoded.mentions.iter_mut().chain(&mut decoded.nested) {
        mention.score = rounded(mention.score.into(), SCORE_DECIMALS) as f32;
    }
    decoded
}

/// Mends the mentions of a document, adds the names of the user's own places, does what corrections say, finds the names of
/// places among the mentions, and says which places they mean.
pub(crate) fn resolve(
    resolver: &Resolver,
    document: &Document,
    decoded: impl Into<Decoded>,
    known: Known<'_>,
) -> Result<Resolved, LimitError> {
    let decoded = decoded.into();
    let (text, gazetteer) = (&document.text, resolver.gazetteer());
    // What is certain is taken as it is.
    let coordinates = if known.certain { Vec::new() } else { coordinates::find(text) };
    let mentions = coordinates::among(decoded.mentions, &coordinates);
    let mentions = if known.certain {
        mentions
    } else {
        own_names::mark(text, correction::correct(text, mentions, &decoded.evidence, gazetteer), resolver.own_names())
    };
    let (mentions, pins) = match known.corrections {
        Some((corrections, offsets)) => corrections.apply(document, known.page, mentions, offsets),
        None => (mentions, Pins::default()),
    };
    // What was corrected may have many more.
    limits::check_mentions(mentions.len(), known.keep_grounds)?;
    let mut toponyms = toponym::find(text, &mentions, &coordinates, gazetteer);
    pins.narrow(&mut toponyms, gazetteer);
    Ok(resolver.resolve(document, mentions, toponyms, pins, known))
}

/// Resolves the names of a few sentences of our own, so that the first document does not wait for what is made when it is
/// first needed: the patterns that texts are read with.
pub(crate) fn warm_up(resolver: &Resolver) {
    const TEXT: &str = "GENEVA (AP) — The border town of Qaim, 45 kilometers (28 miles) southeast of Mosul, Iraq, fell on Monday. \
                        It lies near the coast of Lebanon, in northern Syria, between Homs and Hama. Washington said so.";
    let mut end = 0;
    let word = |piece: &str| {
        let start = end;
        end += piece.len();
        let span = Span::new(start, start + piece.trim_end_matches(|c: char| !c.is_alphabetic()).len());
        piece.starts_with(char::is_uppercase).then_some(Mention::new(span, Label::Loc, 1.0))
    };
    let mentions: Vec<Mention> = TEXT.split_inclusive(|c: char| !c.is_alphabetic()).filter_map(word).collect();
    let _ = resolve(resolver, &Document::new("", TEXT), mentions, Known::default());
}
