"""Writes `tests/data/seqeval.json`: marked sentences, what a tagger might find in them, and seqeval's figures for that.

`python scripts/test_scoring.py` writes the file; the tests hold `dateline eval ner` to it. Needs `pip install seqeval==1.2.2`.
"""

from __future__ import annotations

import json
import random
from pathlib import Path

from seqeval.metrics import classification_report
from seqeval.scheme import IOB2

FIXTURE = Path(__file__).resolve().parent.parent / "tests" / "data" / "seqeval.json"
TYPES = ("PER", "ORG", "LOC", "MISC")


def sentence(draw: random.Random) -> list[str]:
    """A sentence's tags, as IOB2."""
    tags: list[str] = []
    while len(tags) < draw.randint(1, 25):
        if draw.random() < 0.3:
            kind = draw.choice(TYPES)
            tags += [f"B-{kind}"] + [f"I-{kind}"] * draw.choice((0, 0, 1, 2))
        else:
            tags.append("O")
    return tags


def mistaken(tags: list[str], draw: random.Random) -> list[str]:
    """The tags of a tagger that misses, invents, and takes types and borders for others."""
    found = list(tags)
    for n in range(len(found)):
        chance = draw.random()
        if chance < 0.05:
            found[n] = "O"
        elif chance < 0.1:
            found[n] = f"B-{draw.choice(TYPES)}"
    for n, tag in enumerate(found):
        # What a decoder does not allow.
        if tag[0] == "I" and (n == 0 or found[n - 1][2:] != tag[2:]):
            found[n] = draw.choice(("O", f"B-{tag[2:]}"))
    return found


def main() -> None:
    draw = random.Random(3)
    gold = [sentence(draw) for _ in range(60)]
    found = [mistaken(tags, draw) for tags in gold]
    report = classification_report(gold, found, mode="strict", scheme=IOB2, output_dict=True)
    rows = {("all" if name == "micro avg" else name): report[name] for name in (*TYPES, "micro avg")}
    figures = {
        name: {"precision": row["precision"], "recall": row["recall"], "f1": row["f1-score"], "gold": int(row["support"])}
        for name, row in rows.items()
    }
    lines = ",\n".join(json.dumps({"gold": g, "found": f}) for g, f in zip(gold, found))
    FIXTURE.write_text(f'{{"figures": {json.dumps(figures)},\n"sentences": [\n{lines}\n]}}\n')


if __name__ == "__main__":
    main()
