"""Texts without labels, for pupils to be taught on: `python scripts/texts.py --out texts.jsonl.gz SOURCE=PATH …`.

Each line of the result is one document, `{"source": …, "sentences": […]}`. A sentence that was there before is left out:
agency boilerplate, articles held twice. Nothing is fetched; `models/ner/README.md` says where texts are from and under which
terms. Sources:

| name | what PATH is |
|---|---|
| `abc` | `abc.zip` of nltk_data (Australian Broadcasting Commission 2006, rural news and science) |
| `brown` | `brown.zip` of nltk_data; its non-fiction parts |
| `files` | a folder of `.txt` files, an article each |
| `csv` | a CSV file with a column `text` |
| `jsonl` | lines with `text` |
| `sgml` | a folder of `.sgm` files of Reuters-21578; every second article with a body |
| `conllu` | a tab-separated file, of which the second column is read and everything else dropped |
"""

from __future__ import annotations

import argparse
import csv
import gzip
import html
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from corpus import rejoin

# Sentences of a stretch of a text that does not mark its documents.
STRETCH = 20
# Lines of a stretch of one that has no sentences either.
LINES = 8
# Full stops after these do not end a sentence.
SHORT = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|Gen|Col|Lt|Sgt|Capt|Gov|Sen|Rep|Rev|Hon|Jr|Sr|No|vs|Inc|Ltd|Co|Corp|Jan|Feb|Mar|Apr|Aug"
    r"|Sept|Oct|Nov|Dec|al|approx|Fig|Pvt|Smt|Shri)|\b[A-Z]|\b(?:[A-Z]\.)+[A-Z])\.$"
)
END = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-Z0-9])")


def sentences(text: str) -> list[str]:
    """A rough cut into sentences, line by line."""
    found = []
    for line in re.split(r"\n+", text.replace("\r\n", "\n").replace("\r", "\n")):
        line = " ".join(line.split())
        start = 0
        for end in END.finditer(line):
            if not SHORT.search(line[start : end.start()]):
                found.append(line[start : end.end()].strip())
                start = end.end()
        if line[start:].strip():
            found.append(line[start:].strip())
    return found


def brown(path: Path) -> Iterator[list[str]]:
    with zipfile.ZipFile(path) as archive:
        for name in sorted(archive.namelist()):
            if not re.search(r"/c[abcefgh]\d\d$", name):
                continue
            document = []
            for line in archive.read(name).decode("latin-1").splitlines():
                words = [pair.rsplit("/", 1)[0] for pair in line.split()]
                if words:
                    document.append(rejoin(['"' if w in ("``", "''") else w for w in words])[0])
            yield document


def abc(path: Path) -> Iterator[list[str]]:
    with zipfile.ZipFile(path) as archive:
        for name in ("abc/rural.txt", "abc/science.txt"):
            lines = archive.read(name).decode("latin-1").splitlines()
            for at in range(0, len(lines), LINES):
                yield sentences("\n".join(lines[at : at + LINES]))


def conllu(path: Path) -> Iterator[list[str]]:
    words, document = [], []
    for line in path.read_text(encoding="utf-8").splitlines() + [""]:
        columns = line.split("\t")
        if len(columns) > 1:
            words.append(columns[1])
        elif words:
            document.append(rejoin(words)[0])
            words = []
            if len(document) == STRETCH:
                yield document
                document = []
    if document:
        yield document


def documents(kind: str, path: Path) -> Iterator[list[str]]:
    if kind == "abc":
        yield from abc(path)
    elif kind == "brown":
        yield from brown(path)
    elif kind == "conllu":
        yield from conllu(path)
    elif kind == "files":
        for file in sorted(path.rglob("*.txt")):
            yield sentences(file.read_text(encoding="utf-8", errors="replace"))
    elif kind == "sgml":
        for file in sorted(path.rglob("*.sgm")):
            text = file.read_text(encoding="latin-1")
            for article in re.findall(r"<TEXT>(.*?)</TEXT>", text, re.DOTALL)[::2]:
                body = re.search(r"<BODY>(.*?)</BODY>", article, re.DOTALL)
                title = re.search(r"<TITLE>(.*?)</TITLE>", article, re.DOTALL)
                if body and title:
                    # Lines are wrapped; paragraphs are indented.
                    paragraphs = re.sub(r"\n(?=\S)", " ", re.sub(r"\s*(?:Reuter|REUTER)?\s*&#3;\s*$", "", body[1]))
                    yield sentences(html.unescape(f"{title[1]}\n{paragraphs}"))
    elif kind == "csv":
        csv.field_size_limit(1 << 24)
        with path.open(encoding="utf-8", errors="replace", newline="") as lines:
            for row in csv.DictReader(lines):
                yield sentences(row["text"] or "")
    elif kind == "jsonl":
        for line in path.read_text(encoding="utf-8").splitlines():
            yield sentences(json.loads(line)["text"])
    else:
        sys.exit(f"{kind}: unknown source")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("sources", nargs="+", metavar="SOURCE=PATH")
    options.add_argument("--out", type=Path, required=True)
    args = options.parse_args()
    seen = set()
    with gzip.open(args.out, "wt", encoding="utf-8") as out:
        for source in args.sources:
            kind, _, path = source.partition("=")
            count = words = 0
            for document in documents(kind, Path(path)):
                kept = [s for s in document if s not in seen and 1 < len(s) < 2000]
                seen.update(kept)
                if sum(map(len, kept)) > 40:
                    out.write(json.dumps({"source": kind, "sentences": kept}, ensure_ascii=False) + "\n")
                    count += 1
                    words += sum(len(s.split()) for s in kept)
            print(f"{source}: {count} documents, {words} words")


if __name__ == "__main__":
    main()
