//! The way of the data: from documents to annotations.

use rayon::prelude::*;

use crate::annotation::{Annotation, Entity};
use crate::clock::{Clock, Stage};
use crate::coreference;
use crate::document::{Document, Span};
use crate::mention::{Label, Mention};
use crate::ner::window::Window;
use crate::ner::{ModelError, NerModel};
use crate::onnx::Logits;
use crate::resolve::{Resolved, Resolver, coordinates, focus};
use crate::rounding::{SCORE_DECIMALS, rounded};

/// What the model gave for each window of a document.
type Runs = Vec<Result<Logits, ModelError>>;

/// Tags documents. Cheap to share: every method takes `&self`, and any number of threads may call them.
pub struct Tagger {
    model: NerModel,
    resolver: Option<Resolver>,
    clock: Clock,
}

impl Tagger {
    /// A tagger of a model and, if places are to be put on the globe, a resolver.
    pub fn new(model: NerModel, resolver: Option<Resolver>) -> Self {
        Self { model, resolver, clock: Clock::default() }
    }

    /// The model.
    pub fn model(&self) -> &NerModel {
        &self.model
    }

    /// How long the stages of tagging took so far.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Tags one document.
    ///
    /// # Errors
    ///
    /// If the tokenizer or the model fails.
    pub fn tag(&self, document: Document) -> Result<Annotation, ModelError> {
        let windows = self.windows(&document)?;
        let logits = windows.par_iter().with_max_len(1).map(|window| self.run(window)).collect::<Vec<_>>();
        self.annotate(document, &windows, logits)
    }

    /// Tags documents, all their windows in parallel. The results are those of [`Tagger::tag`], in the same order.
    pub fn tag_all(&self, documents: Vec<Document>) -> Vec<Result<Annotation, ModelError>> {
        let windows: Vec<_> = documents.par_iter().map(|document| self.windows(document)).collect();
        let all: Vec<&Window> = windows.iter().flatten().flatten().collect();
        // One by one: threads that were dealt whole stretches would wait for the last of them.
        let runs = all.into_par_iter().with_max_len(1).map(|window| self.run(window));
        let mut logits = runs.collect::<Vec<_>>().into_iter();
        let with_logits: Vec<_> = documents
            .into_iter()
            .zip(windows)
            .map(|(document, windows)| {
                let windows = windows?;
                let logits = logits.by_ref().take(windows.len()).collect();
                Ok((document, windows, logits))
            })
            .collect();
        let annotate = |tagged: Result<(Document, Vec<Window>, Runs), ModelError>| {
            tagged.and_then(|(document, windows, logits)| self.annotate(document, &windows, logits))
        };
        with_logits.into_par_iter().map(annotate).collect()
    }

    fn windows(&self, document: &Document) -> Result<Vec<Window>, ModelError> {
        self.clock.time(Stage::Windows, || self.model.windows(document))
    }

    fn run(&self, window: &Window) -> Result<Logits, ModelError> {
        self.clock.time(Stage::Model, || self.model.run(window))
    }

    fn annotate(&self, document: Document, windows: &[Window], logits: Runs) -> Result<Annotation, ModelError> {
        let logits = logits.into_iter().collect::<Result<Vec<_>, _>>()?;
        let mentions = self.clock.time(Stage::Decode, || self.model.decode(&document, windows, &logits));
        Ok(self.clock.time(Stage::Place, || match &self.resolver {
            Some(resolver) => place(resolver, document, mentions),
            None => unplaced(document, mentions),
        }))
    }
}

/// Puts the places among mentions on the globe, and positions in figures beside them, and says what they are about.
///
/// Mentions of an earlier annotation, without its positions in figures, give the same as those that it was made from.
pub fn place(resolver: &Resolver, document: Document, mentions: Vec<Mention>) -> Annotation {
    let literals = coordinates::find(&document.text);
    let mentions = coordinates::apart(as_written(mentions), &literals);
    let mentions = coordinates::among(resolver.amend(&document, mentions), &literals);
    let toponyms = resolver.toponyms(&document, &mentions);
    let Resolved { mut entities, relations, explanations } = resolver.resolve(&document, &mentions, &toponyms);
    coordinates::place(&document.text, &literals, &mut entities);
    coreference::name(&document.text, &mut entities);
    let focus = focus::focus(&document, &entities, resolver.gazetteer());
    Annotation { document, entities, relations, explanations, focus }
}

/// Places the names of a few sentences of our own, so that the first document does not wait for what is made when it is first
/// needed: the patterns that texts are read with.
pub fn warm_up(resolver: &Resolver) {
    const TEXT: &str = "GENEVA (AP) — The border town of Qaim, 45 kilometers (28 miles) southeast of Mosul, Iraq, fell on Monday. \
                        It lies near the coast of Lebanon, in northern Syria, between Homs and Hama. Washington said so.";
    let word = |word: &str| {
        let start = word.as_ptr() as usize - TEXT.as_ptr() as usize;
        let span = Span::new(start, start + word.len());
        word.starts_with(char::is_uppercase).then_some(Mention { span, label: Label::Loc, score: 1.0 })
    };
    let mentions = TEXT.split(|c: char| !c.is_alphabetic()).filter_map(word).collect();
    place(resolver, Document::new("", TEXT), mentions);
}

/// Leaves mentions without places.
fn unplaced(document: Document, mentions: Vec<Mention>) -> Annotation {
    let mut entities: Vec<Entity> = mentions.into_iter().map(Entity::unplaced).collect();
    coreference::name(&document.text, &mut entities);
    Annotation { document, entities, ..Annotation::default() }
}

/// Mentions with their scores as the output gives them, so that whoever reads it can go on with the same numbers.
fn as_written(mut mentions: Vec<Mention>) -> Vec<Mention> {
    for mention in &mut mentions {
        mention.score = rounded(mention.score.into(), SCORE_DECIMALS) as f32;
    }
    mentions
}
