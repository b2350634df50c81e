"""What the peers of `scripts/bench_peers.py` have in common: their command line, how they are fed, the JSON line they print.

A peer has two commands. `prepare FOLDER` writes its model there, unmeasured. `run FOLDER CORPUS` loads it, tags one
sentence, which ends the start-up, and then the texts of the corpus, in order, until all are tagged or the time is up.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NER = ROOT / "models" / "ner"
ACCURATE = ROOT / "models" / "ner-accurate"
EXAMPLE = "Anna Schmidt left Mosul for Beirut, the Reuters agency said."

Names = list[tuple[int, int, str]]
"""The names of one text: first character, last character + 1, label."""
Tagger = Callable[[Iterable[str]], Iterator[Names]]
"""Tags texts as they come."""


class Feed:
    """Texts of a JSONL file until the time is up, counted as they are handed out."""

    def __init__(self, corpus: Path, seconds: float) -> None:
        self.corpus = corpus
        self.end = time.perf_counter() + seconds
        self.documents = 0
        self.words = 0

    def texts(self) -> Iterator[str]:
        """Each text; once the time is up there are no more. What was handed out is still to be tagged."""
        with self.corpus.open(encoding="utf-8") as lines:
            for line in lines:
                if time.perf_counter() > self.end:
                    return
                text = json.loads(line)["text"]
                self.documents += 1
                self.words += len(text.split())
                yield text


def options(doc: str | None) -> tuple[argparse.ArgumentParser, argparse.ArgumentParser, argparse.ArgumentParser]:
    """A peer's command line, and its two commands, for what a peer has of its own."""
    whole = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = whole.add_subparsers(dest="command", required=True)
    prepare = commands.add_parser("prepare", help="write the model")
    prepare.add_argument("folder", type=Path)
    run = commands.add_parser("run", help="load the model and tag a corpus")
    run.add_argument("folder", type=Path)
    run.add_argument("corpus", type=Path, help="JSONL with \"text\"")
    run.add_argument("--batch", type=int, required=True)
    run.add_argument("--threads", type=int, required=True)
    run.add_argument("--seconds", type=float, default=60, help="no text is begun later than that")
    run.add_argument("--began", type=float, help="when the process was started, in seconds of the epoch")
    return whole, prepare, run


def measure(args: argparse.Namespace, load: Callable[[], Tagger], packages: list[str]) -> None:
    """Loads, tags and prints what that took."""
    began = args.began or time.time()
    tag = load()
    example = next(tag([EXAMPLE]))
    startup = time.time() - began
    feed = Feed(args.corpus, args.seconds)
    begin = time.perf_counter()
    names = sum(len(found) for found in tag(feed.texts()))
    seconds = time.perf_counter() - begin
    print(json.dumps({
        "words": feed.words,
        "documents": feed.documents,
        "seconds": seconds,
        "startup": startup,
        "names": names,
        "example": [f"{EXAMPLE[start:end]} {label}" for start, end, label in example],
        "versions": {name: version(name) for name in packages},
    }))
