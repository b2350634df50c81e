//! Places that somebody has said a name means, or that it means none: what is not to be weighed.

use std::sync::Arc;

use super::outcome::{InnerPlace, Resolution, ResolvedMention, ResolvedPlace};
use super::toponym::Toponym;
use crate::document::Span;
use crate::gazetteer::{Candidate, Fold, Gazetteer, NameKind};
use crate::mention::Mention;
use crate::page::Page;

/// What a name means.
#[derive(Clone, Debug, PartialEq)]
pub struct Pin {
    /// The name.
    pub span: Span,
    /// Its place; `None` if it means none.
    pub place: Option<ResolvedPlace>,
    /// Whether it is given inside of a longer mention too where nothing shows that the words name a place there.
    pub anywhere: bool,
}

/// The pins of a document: in order, one for a name at most.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pins(Vec<Pin>);

impl Pins {
    /// Takes one in, in the place of an earlier one of the same name.
    pub fn set(&mut self, pin: Pin) {
        match self.0.binary_search_by_key(&pin.span, |known| known.span) {
            Ok(n) => self.0[n] = pin,
            Err(n) => self.0.insert(n, pin),
        }
    }

    /// Forgets that of a name.
    pub fn forget(&mut self, span: Span) {
        self.0.retain(|pin| pin.span != span);
    }

    /// Tells in places of the page what is of names in the text that was read from it.
    pub fn put_on(&mut self, page: &Page) {
        self.0.iter_mut().for_each(|pin| pin.span = page.place(pin.span));
    }

    /// That of a name.
    pub fn of(&self, span: Span) -> Option<&Pin> {
        self.0.binary_search_by_key(&span, |pin| pin.span).ok().map(|n| &self.0[n])
    }

    /// Leaves the names that have one no other candidates, so that the other names of the document are weighed beside what
    /// they mean.
    pub fn narrow(&self, toponyms: &mut [Toponym], gazetteer: &Gazetteer) {
        for toponym in toponyms {
            let Some(pin) = self.of(toponym.span) else { continue };
            let place = pin.place.as_ref().and_then(|place| gazetteer.by_id(place.id.as_deref()?));
            let kept = place.map(|place| {
                let known = toponym.candidates.iter().find(|candidate| candidate.place == place);
                known.copied().unwrap_or(Candidate { place, fold: Fold::Exact, kind: NameKind::Official })
            });
            toponym.candidates = kept.into_iter().collect();
        }
    }

    /// What mentions mean by them, before the text's own positions are counted from them.
    pub fn resolve(&self, mentions: &[Mention], resolutions: &mut [Option<Arc<Resolution>>]) {
        for (mention, resolution) in mentions.iter().zip(resolutions) {
            if let Some(pin) = self.of(mention.span) {
                *resolution = pin.resolution();
            }
        }
    }

    /// Gives names what they mean: mentions, and the names of places inside of them.
    pub fn put(&self, mentions: &mut [ResolvedMention], toponyms: &[Toponym]) {
        for pin in &self.0 {
            let holder = mentions.partition_point(|resolved| resolved.mention.span.end < pin.span.end);
            let holder = mentions.get_mut(holder).filter(|holder| holder.mention.span.start <= pin.span.start);
            let Some(holder) = holder else { continue };
            holder.inner.retain(|inner| inner.span != pin.span);
            if holder.mention.span == pin.span {
                holder.resolution = pin.resolution();
                continue;
            }
            let is_place = || pin.anywhere || toponyms.iter().any(|toponym| toponym.span == pin.span);
            let apart = |inner: &InnerPlace| inner.span.end <= pin.span.start || pin.span.end <= inner.span.start;
            if let Some(resolution) = pin.resolution().filter(|_| is_place()) {
                holder.inner.retain(apart);
                let at = holder.inner.partition_point(|inner| inner.span < pin.span);
                holder.inner.insert(at, InnerPlace { span: pin.span, resolution });
            }
        }
    }
}

impl Pin {
    fn resolution(&self) -> Option<Arc<Resolution>> {
        let place = self.place.clone()?;
        Some(Arc::new(Resolution { place: Some(place), alternatives: Vec::new() }))
    }
}
