//! The way of the data: from documents to annotations.

use rayon::prelude::*;

use crate::annotation::{Annotation, Entity};
use crate::coreference;
use crate::document::Document;
use crate::gazetteer::Gazetteer;
use crate::ner::decode::Mention;
use crate::ner::window::Window;
use crate::ner::{ModelError, NerModel};
use crate::onnx::Logits;
use crate::resolve::{self, coordinates, focus};

/// What the model gave for each window of a document.
type Runs = Vec<Result<Logits, ModelError>>;

/// Tags documents. Cheap to share: every method takes `&self`, and any number of threads may call them.
pub struct Tagger {
    model: NerModel,
    gazetteer: Option<Gazetteer>,
}

impl Tagger {
    /// A tagger of a model and, if places are to be put on the globe, a gazetteer.
    pub fn new(model: NerModel, gazetteer: Option<Gazetteer>) -> Self {
        Self { model, gazetteer }
    }

    /// Tags one document.
    ///
    /// # Errors
    ///
    /// If the tokenizer or the model fails.
    pub fn tag(&self, document: Document) -> Result<Annotation, ModelError> {
        let windows = self.model.windows(&document)?;
        let logits = windows.par_iter().map(|window| self.model.run(window)).collect::<Vec<_>>();
        self.annotate(document, &windows, logits)
    }

    /// Tags documents, all their windows in parallel. The results are those of [`Tagger::tag`], in the same order.
    pub fn tag_all(&self, documents: Vec<Document>) -> Vec<Result<Annotation, ModelError>> {
        let windows: Vec<_> = documents.par_iter().map(|document| self.model.windows(document)).collect();
        let all: Vec<&Window> = windows.iter().flatten().flatten().collect();
        let mut logits = all.into_par_iter().map(|window| self.model.run(window)).collect::<Vec<_>>().into_iter();
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

    fn annotate(&self, document: Document, windows: &[Window], logits: Runs) -> Result<Annotation, ModelError> {
        let logits = logits.into_iter().collect::<Result<Vec<_>, _>>()?;
        let mentions = self.model.decode(&document, windows, &logits);
        let mut annotation = match &self.gazetteer {
            Some(gazetteer) => place(gazetteer, document, mentions),
            None => Annotation {
                document,
                entities: mentions.into_iter().map(Entity::unplaced).collect(),
                ..Annotation::default()
            },
        };
        coreference::name(&annotation.document.text, &mut annotation.entities);
        Ok(annotation)
    }
}

/// Puts the places among mentions on the globe, and positions in figures beside them, and says what they are about.
fn place(gazetteer: &Gazetteer, document: Document, mentions: Vec<Mention>) -> Annotation {
    let literals = coordinates::find(&document.text);
    let mentions = coordinates::among(mentions, &literals);
    let candidates = resolve::candidates(&document, &mentions, gazetteer);
    let (mut entities, relations) = resolve::resolve(&document, &mentions, &candidates, gazetteer);
    coordinates::place(&document.text, &literals, &mut entities);
    let focus = focus::focus(&document, &entities, gazetteer);
    Annotation { document, entities, relations, focus }
}
