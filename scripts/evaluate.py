"""Scores the tagger on two-column corpora: `python scripts/evaluate.py CORPUS.tsv …`.

The words of a sentence are joined by one space and sentences by a newline; the texts go through the `dateline` binary
as a user's would, and what comes back counts as right if span and type are exactly those of the corpus. Options behind
`--` go to `dateline tag`, so that another model can be scored: `… CORPUS.tsv -- --model FOLDER`.
Needs only the standard library.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import corpus

ROOT = Path(__file__).resolve().parent.parent


def as_document(name: str, number: int, sentences: list[corpus.Sentence]) -> tuple[dict, set[tuple[int, int, str]]]:
    """A document for the tagger, and its gold spans in characters."""
    offset = 0
    gold = set()
    for sentence in sentences:
        gold |= {(start + offset, end + offset, kind) for start, end, kind in sentence.entities}
        offset += len(sentence.text) + 1
    return {"id": f"{name}/{number}", "text": "\n".join(s.text for s in sentences)}, gold


def tag(binary: Path, options: list[str], documents: list[dict]) -> list[set[tuple[int, int, str]]]:
    """What the tagger finds in each document."""
    command = [str(binary), "tag", "--input", "jsonl", "--format", "jsonl", "--no-places", "--no-text", *options, "-"]
    given = "".join(json.dumps(document) + "\n" for document in documents)
    done = subprocess.run(command, input=given.encode(), stdout=subprocess.PIPE, check=True)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    if [f["id"] for f in found] != [d["id"] for d in documents]:
        raise RuntimeError("the tagger did not give back every document in order")
    return [{(e["start"], e["end"], e["label"]) for e in f["entities"]} for f in found]


def figures(right: int, found: int, gold: int) -> dict[str, float]:
    """Precision, recall and F1 in percent."""
    precision = 100 * right / found if found else 0.0
    recall = 100 * right / gold if gold else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return {"precision": round(precision, 2), "recall": round(recall, 2), "f1": round(f1, 2), "gold": gold}


def score(golds: list[set], founds: list[set]) -> dict[str, dict[str, float]]:
    """Figures by type and for all types together."""
    counts = {name: Counter() for name in ("right", "found", "gold")}
    for gold, found in zip(golds, founds):
        for name, spans in (("right", gold & found), ("found", found), ("gold", gold)):
            counts[name].update(kind for _, _, kind in spans)
            counts[name]["all"] += len(spans)
    return {kind: figures(*(counts[n][kind] for n in ("right", "found", "gold"))) for kind in (*corpus.TYPES, "all")}


CASINGS = {"as-is": str, "lower": str.lower, "upper": str.upper}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("corpora", nargs="+", type=Path)
    options.add_argument("--binary", type=Path, default=ROOT / "target" / "release" / "dateline")
    options.add_argument("--casing", choices=CASINGS, default="as-is")
    options.add_argument("--json", action="store_true")
    arguments = sys.argv[1:]
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    args = options.parse_args(arguments[:cut])
    for path in args.corpora:
        read = corpus.read(path, lambda words: corpus.spaced([recased(word, args.casing) for word in words]))
        documents, golds = zip(*(as_document(read.name, n, d) for n, d in enumerate(read.documents)))
        scores = score(golds, tag(args.binary, arguments[cut + 1 :], list(documents)))
        if args.json:
            print(json.dumps({"corpus": read.name, "casing": args.casing, "scores": scores}))
            continue
        print(f"{read.name} ({args.casing}, {len(documents)} documents)")
        for kind, found in scores.items():
            print(f"  {kind:5} P {found['precision']:6.2f}  R {found['recall']:6.2f}  F1 {found['f1']:6.2f}  of {found['gold']}")


def recased(word: str, casing: str) -> str:
    """The word in another casing, unless that would change its length and so shift the offsets."""
    changed = CASINGS[casing](word)
    return changed if len(changed) == len(word) else word


if __name__ == "__main__":
    main()
