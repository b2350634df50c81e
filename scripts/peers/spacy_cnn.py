"""Peer: the convolutional named-entity recogniser of spaCy, one process a core.

`prepare` trains a blank English pipeline for a moment on a few sentences, so that it is initialised; with so little it
finds hardly a name rightly, but it works as fast as one that does. Token vectors and recogniser are those of spaCy's
defaults (96 wide, four layers, hashed embeddings), without tagger, parser and word vectors.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterable, Iterator
from pathlib import Path

import spacy
from spacy.training import Example

from common import EXAMPLE, Names, Tagger, measure, options

# Names in brackets, each with its label.
SENTENCES = [
    "[Anna Schmidt|PER] left [Mosul|LOC] on Monday .",
    "The [Reuters|ORG] agency said that two ships left [Beirut|LOC] .",
    "[Omar Haddad|PER] of the [United Nations|ORG] met farmers near [Damascus|LOC] .",
    "In [Oslo|LOC] , [Maria Rossi|PER] spoke for [UNICEF|ORG] .",
    "Prices rose again in [Nairobi|LOC] , and nobody knew why .",
    "The river flooded fields between [Cairo|LOC] and the sea .",
]
ROUNDS = 20
WIDTH = 96


def example(nlp: spacy.Language, marked: str) -> Example:
    """A sentence with its names, from how it is marked above."""
    text, names = "", []
    for n, part in enumerate(marked.replace("]", "[").split("[")):
        name, _, label = part.partition("|")
        if n % 2:
            names.append((len(text), len(text) + len(name), label))
        text += name
    return Example.from_dict(nlp.make_doc(text), {"entities": names})


def prepare(folder: Path) -> str:
    """Trains for a moment and writes the pipeline; says what it finds in a sentence that it was not given."""
    random.seed(1)
    spacy.util.fix_random_seed(1)
    nlp = spacy.blank("en")
    nlp.add_pipe("tok2vec")
    listener = {"@architectures": "spacy.Tok2VecListener.v1", "width": WIDTH, "upstream": "tok2vec"}
    nlp.add_pipe("ner", config={"model": {"tok2vec": listener}})
    examples = [example(nlp, marked) for marked in SENTENCES]
    optimizer = nlp.initialize(lambda: examples)
    for _ in range(ROUNDS):
        random.shuffle(examples)
        nlp.update(examples, sgd=optimizer)
    nlp.to_disk(folder)
    return f"{EXAMPLE!r}: {', '.join(f'{name.text} {name.label_}' for name in nlp(EXAMPLE).ents) or 'nothing'}"


def load(args: argparse.Namespace) -> Tagger:
    """The pipeline; a single text is tagged in this process, more of them in others."""
    nlp = spacy.load(args.folder)

    def tag(texts: Iterable[str]) -> Iterator[Names]:
        processes = 1 if isinstance(texts, list) and len(texts) == 1 else args.threads
        for doc in nlp.pipe(texts, n_process=processes, batch_size=args.batch):
            yield [(name.start_char, name.end_char, name.label_) for name in doc.ents]

    return tag


def main() -> None:
    """Prepare or run."""
    whole, _, _ = options(__doc__)
    args = whole.parse_args()
    if args.command == "run":
        return measure(args, lambda: load(args), ["spacy", "thinc", "numpy"])
    print(json.dumps({"check": prepare(args.folder)}))


if __name__ == "__main__":
    main()
