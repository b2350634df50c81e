"""A component for spaCy: `nlp.add_pipe("dateline")`.

It sets `doc.ents`, `doc._.dateline` (the document as dateline has it) and `span._.place` (the place that a name means).
"""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

import dateline

__all__ = ["Component", "make"]

#: Where a `Doc` keeps what was found, as JSON, which goes with it to disk.
_KEY = "dateline"


class Component:
    """Finds names and places of a `Doc`."""

    def __init__(self, overwrite: bool = True, **options: Any) -> None:
        self._overwrite = overwrite
        self._tagger = dateline.Tagger(**options)

    def __call__(self, doc: Doc) -> Doc:
        return self._set(doc, self._tagger(doc.text))

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 256) -> Iterator[Doc]:
        """Many of them, tagged side by side."""
        waiting = iter(stream)
        while docs := list(islice(waiting, batch_size)):
            texts = [doc.text for doc in docs]
            for doc, found in zip(docs, self._tagger.pipe(texts, batch_size=batch_size), strict=True):
                if found.error is not None:
                    raise dateline.DocumentError(found.error)
                yield self._set(doc, found)

    def _set(self, doc: Doc, found: dateline.Document) -> Doc:
        spans = (
            # A name may end within one of spaCy's tokens.
            doc.char_span(entity.start, entity.end, label=entity.label, alignment_mode="expand")
            for entity in found.entities
        )
        ours = filter_spans([span for span in spans if span is not None])
        doc.user_data[_KEY] = found.to_json()
        if not self._overwrite:
            taken = {token.i for ent in doc.ents for token in ent}
            ours = [*doc.ents, *(span for span in ours if taken.isdisjoint(range(span.start, span.end)))]
        doc.set_ents(ours, default="outside")
        return doc


@Language.factory(
    "dateline",
    assigns=["doc.ents", "doc._.dateline", "span._.place"],
    default_config={"model": "default", "overwrite": True, "options": {}},
)
def make(nlp: Language, name: str, model: str, overwrite: bool, options: dict[str, Any]) -> Callable[[Doc], Doc]:
    """Makes the component. `options` are further arguments of `dateline.Tagger`."""
    return Component(overwrite=overwrite, model=model, **options)


def _document(doc: Doc) -> dateline.Document | None:
    found = doc.user_data.get(_KEY)
    return None if found is None else _read(found)


# The names of a text are asked for one after the other.
_read = lru_cache(maxsize=16)(dateline.Document.from_json)


def _place(span: Span) -> dateline.Place | None:
    found = _document(span.doc)
    if found is None:
        return None
    inside = (e for e in found.entities if span.start_char <= e.start and e.end <= span.end_char)
    return next((entity.place for entity in inside if entity.place is not None), None)


Doc.set_extension("dateline", getter=_document, force=True)
Span.set_extension("place", getter=_place, force=True)
