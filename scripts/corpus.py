"""Two-column corpora put back together as running text.

A corpus file has a token, a tab and an IOB2 tag on each line, a blank line between sentences and a `-DOCSTART-` line
before each document. The tagger never sees words that somebody else has split, so neither does training: the words of
a sentence are joined as a newspaper would print them and the labels are carried over as character offsets.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

TYPES = ("PER", "ORG", "LOC", "MISC")
# What a network says of a word, in this order.
LABELS = ["O"] + [f"{place}-{kind}" for kind in TYPES for place in "BI"]

# Tokens that stand against the word before them, and those that stand against the word after them.
CLOSING = set(".,;:!?%)]}’”»…") | {"...", "'s", "'S", "’s", "'m", "'re", "'ve", "'ll", "'d", "n't", "N'T", "n’t", "''"}
OPENING = set("([{$£€“‘«#@") | {"``"}


class CorpusError(Exception):
    """A corpus line that cannot be read; the message names the file and the line."""


@dataclass
class Sentence:
    """One sentence: its text, and its entities as (start, end, type) in characters of that text."""

    text: str
    entities: list[tuple[int, int, str]]
    words: list[tuple[int, int]]


@dataclass
class Corpus:
    """The documents of one file, each a list of sentences."""

    name: str
    documents: list[list[Sentence]] = field(default_factory=list)

    @property
    def marks_misc(self) -> bool:
        """Whether the corpus marks MISC; where it does not, an O may be a MISC elsewhere."""
        return self.name.split(".")[0] not in ("uner-ewt", "btc", "sec")


def rejoin(words: list[str]) -> tuple[str, list[tuple[int, int]]]:
    """The words of a sentence as printed text, and the place of each word in it."""
    text = ""
    places = []
    glue = True
    quotes = 0
    for word in words:
        opens = word in OPENING
        closes = word in CLOSING
        if word == '"':
            opens = quotes % 2 == 0
            closes = not opens
            quotes += 1
        if not (glue or closes):
            text += " "
        places.append((len(text), len(text) + len(word)))
        text += word
        glue = opens
    return text, places


def spaced(words: list[str]) -> tuple[str, list[tuple[int, int]]]:
    """The words of a sentence with one space between them: the form in which corpora are scored."""
    places = []
    position = 0
    for word in words:
        places.append((position, position + len(word)))
        position += len(word) + 1
    return " ".join(words), places


def entities_of(tags: list[str], places: list[tuple[int, int]]) -> list[tuple[int, int, str]]:
    """IOB2 tags of words as (start, end, type) in characters."""
    entities: list[tuple[int, int, str]] = []
    for tag, (start, end) in zip(tags, places):
        if tag.startswith("B-"):
            entities.append((start, end, tag[2:]))
        elif tag.startswith("I-"):
            first, _, kind = entities[-1]
            entities[-1] = (first, end, kind)
    return entities


def read(path: Path, join=rejoin) -> Corpus:
    """Reads a two-column corpus. `join` makes the text of a sentence from its words."""
    corpus = Corpus(path.name.removesuffix(".tsv"))
    document: list[Sentence] = []
    words: list[str] = []
    tags: list[str] = []

    def end_sentence() -> None:
        if words:
            text, places = join(words)
            document.append(Sentence(text, entities_of(tags, places), places))
            words.clear()
            tags.clear()

    def end_document() -> None:
        nonlocal document
        end_sentence()
        if document:
            corpus.documents.append(document)
            document = []

    allowed = {"O"} | {f"{place}-{kind}" for place in "BI" for kind in TYPES}
    with path.open(encoding="utf-8", newline="\n") as lines:
        for number, line in enumerate(lines, 1):
            line = line.rstrip("\n")
            if not line:
                end_sentence()
                continue
            token, tab, tag = line.partition("\t")
            if token == "-DOCSTART-":
                end_document()
                continue
            if not tab or tag not in allowed:
                raise CorpusError(f"{path}:{number}: expected TOKEN<tab>TAG with an IOB2 tag, found {line!r}")
            if tag.startswith("I-") and (not tags or tags[-1][2:] != tag[2:]):
                raise CorpusError(f"{path}:{number}: {tag} does not continue an entity of its type")
            words.append(token)
            tags.append(tag)
    end_document()
    return corpus
