"""The windows that networks learn from, drawn once and read by every run: teachers judge each of them once for all pupils.

The labelled corpora are drawn as a configuration says, again and again, with other names, casings and hidden words; texts
without labels (`texts.py`) are cut and changed in the same way. Each window is a row of arrays, filled up to its full length:

| array | shape | what |
|---|---|---|
| `ids`, `cases` | `[window, 128]` | token ids and case ids |
| `labels` | `[window, 128]` | numbers of `LABELS` at first pieces of words, `IGNORED` elsewhere; 0 in texts without labels |
| `lengths` | `[window]` | tokens |
| `marks_misc` | `[window]` | whether the corpus marks MISC |
| `known` | `[window]` | whether the labels are any |

What is drawn depends on the configuration and the texts, not on the number of processors.
"""

from __future__ import annotations

import gzip
import json
import multiprocessing
import os
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

import corpus
from config import Pool
from corpus import Sentence
from encoding import WINDOW, windows
from examples import IGNORED, Corpora, Example, example, labelled

# Texts without labels are drawn in so many parts, each with lots of its own.
PARTS = 16
# Seeds of theirs begin here, apart from those of labelled draws.
UNLABELLED = 7000

Arrays = dict[str, np.ndarray]


def rows(examples: list[Example], known: bool) -> Arrays:
    """Windows as rows of arrays."""
    n = len(examples)
    found = {
        "ids": np.zeros((n, WINDOW), np.int32),
        "cases": np.zeros((n, WINDOW), np.uint8),
        "labels": np.full((n, WINDOW), IGNORED, np.int8),
        "lengths": np.array([len(e.ids) for e in examples], np.int16),
        "marks_misc": np.array([e.marks_misc for e in examples], bool),
        "known": np.full(n, known),
    }
    for row, e in enumerate(examples):
        found["ids"][row, : len(e.ids)] = e.ids
        found["cases"][row, : len(e.ids)] = e.case_ids
        found["labels"][row, : len(e.ids)] = e.labels
    return found


def dev(path: Path, context: int, tokenizer: Tokenizer, special: tuple[int, int]) -> Arrays:
    """The windows of a dev corpus as at inference, and where the words of its sentences stand in them: of each word the
    window (`row`), the token there (`column`) and its label (`truth`); of each sentence its words (`sentences`)."""
    made, row, column, truth, sentences = [], [], [], [], []
    for read in corpus.read(path, corpus.spaced).documents:
        document = labelled(read, tokenizer)
        where = np.zeros((len(document.ids), 2), np.int32)
        for window in windows(document.sentences, context=context):
            for n in range(window.owned_start, window.owned_end):
                where[n] = len(made), 1 + n - window.start
            made.append(example(document, window, special, True))
        start = 0
        for length in document.sentences:
            words = [n for n in range(start, start + length) if document.labels[n] != IGNORED]
            start += length
            if words:
                row += where[words, 0].tolist()
                column += where[words, 1].tolist()
                truth += [document.labels[n] for n in words]
                sentences.append(len(words))
    return rows(made, True) | {
        "row": np.array(row), "column": np.array(column), "truth": np.array(truth), "sentences": np.array(sentences)
    }


def _labelled(number: int) -> Arrays:
    return rows(CORPORA.drawn(number), True)


def _unlabelled(job: tuple[int, list[list[str]]]) -> Arrays:
    number, documents = job
    draw = random.Random(UNLABELLED + CORPORA.config.seed * 1000 + number)
    made = []
    for document in documents:
        given = labelled([Sentence(text, [], []) for text in document], CORPORA.tokenizer)
        made += CORPORA.examples(given, True, number, draw)
    return rows(made, False)


def read_texts(path: Path) -> list[list[str]]:
    """The sentences of each document that `texts.py` wrote, shuffled."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["sentences"] for line in lines]
    random.Random(1).shuffle(texts)
    return texts


def drawn(config: Pool, data: Path, texts: Path | None, tokenizer: Tokenizer, workers: int) -> Iterator[tuple[str, Arrays]]:
    """The parts of a pool with their names: labelled ones first, then those without labels, then the dev corpora."""
    global CORPORA
    CORPORA = Corpora(config, data / "ner", tokenizer)
    # The tokenizer's own threads and forked processes do not go together.
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    # Processes have the corpora from this one.
    with multiprocessing.get_context("fork").Pool(workers) as processes:
        for number, part in enumerate(processes.imap(_labelled, range(config.draws))):
            yield f"labelled-{number:03}", part
        if config.readings:
            given = read_texts(texts)
            jobs = [(n, given[n % PARTS :: PARTS]) for n in range(config.readings * PARTS)]
            for number, part in enumerate(processes.imap(_unlabelled, jobs)):
                yield f"unlabelled-{number:03}", part
    for name in config.dev:
        for context in sorted({0, config.context}):
            yield f"{name}-{context}", dev(data / "ner" / f"{name}.tsv", context, tokenizer, CORPORA.special)


def write(folder: Path, parts: Iterator[tuple[str, Arrays]]) -> None:
    """Writes the parts of a pool. A part is there only once it is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, arrays in parts:
        with (folder / f"{name}.part").open("wb") as out:
            np.savez(out, **arrays)
        (folder / f"{name}.part").replace(folder / f"{name}.npz")
        print(f"pool: {name}, {len(arrays['ids'])} windows", flush=True)
