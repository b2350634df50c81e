"""Labelled corpora as the windows that the network learns from."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path

from tokenizers import Tokenizer

import corpus
from augment import Names, recase, rename
from config import Pool
from corpus import LABELS
from encoding import BEGIN, END, LATER, SPECIAL, Tokens, Window, encode, windows

IGNORED = -100
# Sentences of a stretch of a corpus that does not mark its documents.
STRETCH = 20


@dataclass
class Labelled:
    """The tokens of a document, a label for the first piece of each word (IGNORED for the rest), and its sentences."""

    ids: list[int] = field(default_factory=list)
    case_ids: list[int] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    word_lengths: list[int] = field(default_factory=list)
    sentences: list[int] = field(default_factory=list)
    """Tokens of each sentence."""


@dataclass
class Example:
    """One window with its special tokens."""

    ids: list[int]
    case_ids: list[int]
    labels: list[int]
    marks_misc: bool


def open_tokenizer(base: Path) -> Tokenizer:
    """The tokenizer of a base model, without truncation and padding."""
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def label(sentence: corpus.Sentence, tokens: Tokens) -> list[int]:
    """Labels of a sentence's tokens, from the character offsets of its entities."""
    labels = []
    entities = iter(sentence.entities)
    entity = next(entities, None)
    opened = None
    for n, (start, end) in enumerate(tokens.spans):
        if n > 0 and tokens.words[n] == tokens.words[n - 1]:
            labels.append(IGNORED)
            continue
        while entity and start >= entity[1]:
            entity = next(entities, None)
        if entity and start < entity[1] and end > entity[0]:
            labels.append(LABELS.index(("I-" if opened is entity else "B-") + entity[2]))
            opened = entity
        else:
            labels.append(0)
    return labels


def labelled(document: list[corpus.Sentence], tokenizer: Tokenizer) -> Labelled:
    """A document with its labels."""
    found = Labelled()
    for sentence, tokens in zip(document, encode(tokenizer, [s.text for s in document])):
        lengths: dict[int, int] = {}
        for word, (start, end) in zip(tokens.words, tokens.spans):
            lengths[word] = lengths.get(word, 0) + end - start
        found.ids += tokens.ids
        found.case_ids += tokens.case_ids
        found.labels += label(sentence, tokens)
        found.word_lengths += [lengths[word] for word in tokens.words]
        found.sentences.append(len(tokens))
    return found


def in_stretches(read: corpus.Corpus) -> corpus.Corpus:
    """A corpus without document marks, cut into stretches; others as they are."""
    if len(read.documents) > 1:
        return read
    whole = read.documents[0]
    return corpus.Corpus(read.name, [whole[at : at + STRETCH] for at in range(0, len(whole), STRETCH)])


class Corpora:
    """The training corpora of a configuration, and the windows drawn from them."""

    def __init__(self, config: Pool, folder: Path, tokenizer: Tokenizer) -> None:
        self.config = config
        self.tokenizer = tokenizer
        self.special = (tokenizer.token_to_id(BEGIN), tokenizer.token_to_id(END))
        self.mask = tokenizer.token_to_id("[MASK]")
        self.read = [in_stretches(corpus.read(folder / f"{name}.tsv")) for name in config.data]
        self.documents = [[labelled(d, tokenizer) for d in read.documents] for read in self.read]
        self.names = Names(self.read, config.augment.places)

    def drawn(self, number: int) -> list[Example]:
        """The windows of a draw; the same for the same configuration and number."""
        draw = random.Random(self.config.seed * 1000 + number)
        drawn: list[Example] = []
        for read, documents, times in zip(self.read, self.documents, self.config.data.values()):
            for given, document in zip(read.documents, documents):
                for _ in range(int(times) + (draw.random() < times % 1)):
                    renamed = draw.random() < self.config.augment.names
                    chosen = labelled(rename(given, self.names, draw), self.tokenizer) if renamed else document
                    drawn += self.examples(chosen, read.marks_misc, number, draw)
        return drawn

    def examples(self, document: Labelled, marks_misc: bool, number: int, draw: random.Random):
        """The windows of a document, changed as the configuration says. Context is learnt from like the rest."""
        augment, cut = self.config.augment, self.config
        alone = cut.alone[number % len(cut.alone)]
        case_ids = list(document.case_ids)
        start = 0
        for length in document.sentences:
            end = start + length
            if draw.random() < augment.headline:
                case_ids[start:end] = recase(case_ids[start:end], document.word_lengths[start:end], "headline")
            start = end
        context = 0 if draw.random() < alone else cut.context
        for window in windows(document.sentences, context=context, starts_new=lambda: draw.random() < cut.new):
            made = example(document, window, self.special, marks_misc, case_ids)
            chance = draw.random()
            if chance < augment.lower + augment.upper:
                casing = "lower" if chance < augment.lower else "upper"
                lengths = [0, *document.word_lengths[window.start : window.end], 0]
                made.case_ids = recase(made.case_ids, lengths, casing)
            if augment.masked:
                hide(made, self.mask, augment.masked, draw)
            yield made


def example(document: Labelled, window: Window, special: tuple[int, int], marks_misc: bool, case_ids=None) -> Example:
    """The tokens of a window with the special tokens around them."""
    cut = slice(window.start, window.end)
    return Example(
        [special[0], *document.ids[cut], special[1]],
        [SPECIAL, *(case_ids or document.case_ids)[cut], SPECIAL],
        [IGNORED, *document.labels[cut], IGNORED],
        marks_misc,
    )


def hide(given: Example, mask: int, share: float, draw: random.Random) -> None:
    """Puts [MASK] in the place of some words' pieces."""
    hidden = False
    for n, case_id in enumerate(given.case_ids):
        if case_id == SPECIAL:
            continue
        if case_id < LATER:
            hidden = draw.random() < share
        if hidden:
            given.ids[n] = mask
