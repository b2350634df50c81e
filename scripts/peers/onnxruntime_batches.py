"""Peer: the model of `models/ner` driven from Python by ONNX Runtime, in padded batches.

The same weights, tokenizer and case ids as in dateline, but simple where a script would be simple: sentences end at line
breaks or at a full stop before a capital, windows are whole sentences without context around them, every word gets its best
label. Windows of a few documents are sorted by length, so that there is little padding.
"""

from __future__ import annotations

import argparse
import itertools
import json
import re
import sys
from collections.abc import Iterable, Iterator

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from common import NER, ROOT, Names, Tagger, measure, options

sys.path.insert(0, str(ROOT / "scripts"))
from encoding import BEGIN, END, SPECIAL, WINDOW, encode, windows  # noqa: E402

SENTENCE_END = re.compile(r"\s*\n\s*|(?<=[.!?])\s+(?=[A-Z\"“])")
# Documents whose windows are put into batches together, for each window of a batch.
TOGETHER = 2


def sentences(text: str) -> list[tuple[int, int]]:
    """Where the sentences of a text are."""
    cuts = [(0, 0), *(match.span() for match in SENTENCE_END.finditer(text)), (len(text), len(text))]
    return [(start, end) for (_, start), (end, _) in itertools.pairwise(cuts) if end > start]


class Document:
    """The tokens of a text, its windows, and the best label of each token."""

    def __init__(self, text: str, tokenizer: Tokenizer) -> None:
        found = sentences(text)
        tokens = encode(tokenizer, [text[start:end] for start, end in found])
        self.ids = [n for t in tokens for n in t.ids]
        self.case_ids = [n for t in tokens for n in t.case_ids]
        self.spans = [(s + start, e + start) for (start, _), t in zip(found, tokens) for s, e in t.spans]
        self.words = [(number, word) for number, t in enumerate(tokens) for word in t.words]
        self.windows = list(windows([len(t) for t in tokens], WINDOW, 0))
        # Names are read off the first tokens of words.
        self.first = [n == 0 or word != self.words[n - 1] for n, word in enumerate(self.words)]
        self.best = np.zeros(len(self.ids), np.int64)

    def names(self, labels: list[str]) -> Names:
        """The names: runs of words of one type, each word labelled as its first token."""
        names: Names = []
        open_kind = ""
        for n, word in enumerate(self.words):
            end = self.spans[n][1]
            if not self.first[n]:
                if open_kind:
                    names[-1] = (names[-1][0], end, open_kind)
                continue
            place, _, kind = labels[self.best[n]].partition("-")
            same_sentence = n > 0 and self.words[n - 1][0] == word[0]
            if place == "I" and kind == open_kind and same_sentence:
                names[-1] = (names[-1][0], end, kind)
            elif kind:
                names.append((self.spans[n][0], end, kind))
            open_kind = kind
        return names


def load(args: argparse.Namespace) -> Tagger:
    """The model on all threads."""
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = args.threads
    settings.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(NER / "model.onnx", settings, providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(str(NER / "tokenizer.json"))
    tokenizer.encode_special_tokens = True
    begin, end = tokenizer.token_to_id(BEGIN), tokenizer.token_to_id(END)
    labels = list(json.loads((NER / "config.json").read_text(encoding="utf-8"))["id2label"].values())

    def run(batch: list[tuple[Document, int, int]]) -> None:
        """Labels the tokens of some windows."""
        longest = max(last - first for _, first, last in batch) + 2
        ids, mask, case_ids = (np.zeros((len(batch), longest), np.int64) for _ in range(3))
        read = [[n for n in range(first, last) if document.first[n]] for document, first, last in batch]
        # Rows with fewer words than the longest read their first token again.
        positions = np.zeros((len(batch), max(map(len, read))), np.int64)
        for row, (document, first, last) in enumerate(batch):
            length = last - first + 2
            ids[row, :length] = [begin, *document.ids[first:last], end]
            case_ids[row, :length] = [SPECIAL, *document.case_ids[first:last], SPECIAL]
            mask[row, :length] = 1
            positions[row, : len(read[row])] = [n - first + 1 for n in read[row]]
        given = {"input_ids": ids, "attention_mask": mask, "case_ids": case_ids, "word_positions": positions}
        logits = session.run(["logits"], given)[0]
        for (document, _, _), words, best in zip(batch, read, logits.argmax(-1)):
            document.best[words] = best[: len(words)]

    def tag(texts: Iterable[str]) -> Iterator[Names]:
        texts = iter(texts)
        while documents := [Document(text, tokenizer) for text in itertools.islice(texts, args.batch * TOGETHER)]:
            pieces = [(d, w.owned_start, w.owned_end) for d in documents for w in d.windows]
            pieces.sort(key=lambda piece: piece[2] - piece[1])
            for first in range(0, len(pieces), args.batch):
                run(pieces[first : first + args.batch])
            yield from (document.names(labels) for document in documents)

    return tag


def main() -> None:
    """Prepare or run."""
    whole, _, _ = options(__doc__)
    args = whole.parse_args()
    if args.command == "run":
        return measure(args, lambda: load(args), ["onnxruntime", "tokenizers", "numpy"])
    print(json.dumps({"check": "nothing to write: the model is taken as it is"}))


if __name__ == "__main__":
    main()
