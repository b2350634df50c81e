"""From text to the inputs of the model: tokens, case ids and windows.

The same rules stand in `src/ner/case.rs` and `src/ner/window.rs`; `tests/data/encoding.json`, written by
`scripts/test_encoding.py --write`, holds both to the same results on awkward text.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from tokenizers import Encoding, Tokenizer

# Tokens of a window, [CLS] and [SEP] among them, and the tokens of context before it (and after a piece of a sentence that
# is too long for one window).
WINDOW = 128
CONTEXT = 24

LOWER, TITLE, UPPER, MIXED, DIGITS, OTHER = 1, 2, 3, 4, 5, 6
# Added to the id of a word's first piece for its later pieces.
LATER = 7
SPECIAL = 14
CASE_IDS = 15

BEGIN = "[CLS]"
END = "[SEP]"


def case_of(word: str) -> int:
    """The case shape of a word.

    A numeral anywhere makes it DIGITS; without a cased letter it is OTHER. Letters are cased by the Unicode
    properties Uppercase and Lowercase; everything else in the word (marks, joiners) does not count.
    """
    cased = []
    for char in word:
        if unicodedata.category(char)[0] == "N":
            return DIGITS
        if char.isupper():
            cased.append(True)
        elif char.islower():
            cased.append(False)
    if not cased:
        return OTHER
    uppers = sum(cased)
    if uppers == 0:
        return LOWER
    if uppers == len(cased):
        return UPPER
    if uppers == 1 and cased[0]:
        return TITLE
    return MIXED


@dataclass
class Tokens:
    """The tokens of one sentence without special tokens; `spans` are characters of the sentence."""

    ids: list[int]
    spans: list[tuple[int, int]]
    words: list[int]
    case_ids: list[int]

    def __len__(self) -> int:
        return len(self.ids)


def tokens_of(text: str, encoding: Encoding) -> Tokens:
    """Tokens and case ids of a sentence. A word is what the tokenizer's own pre-tokenizer takes for one."""
    words = list(encoding.word_ids)
    case_ids = []
    first = 0
    while first < len(words):
        last = first
        while last + 1 < len(words) and words[last + 1] == words[first]:
            last += 1
        case = case_of(text[encoding.offsets[first][0] : encoding.offsets[last][1]])
        case_ids += [case] + [case + LATER] * (last - first)
        first = last + 1
    return Tokens(list(encoding.ids), list(encoding.offsets), words, case_ids)


def encode(tokenizer: Tokenizer, sentences: list[str]) -> list[Tokens]:
    """The tokens of each sentence."""
    encodings = tokenizer.encode_batch(sentences, add_special_tokens=False)
    return [tokens_of(text, encoding) for text, encoding in zip(sentences, encodings)]


@dataclass
class Window:
    """A stretch of a document's tokens: those that the model reads, and those of them that the window owns."""

    start: int
    end: int
    owned_start: int
    owned_end: int


def windows(lengths: list[int], size: int = WINDOW, context: int = CONTEXT, starts_new=lambda: False) -> Iterator[Window]:
    """Packs whole sentences of a document, in order, into windows of at most `size` tokens.

    `lengths` are the tokens of each sentence. Before the sentences that it owns, a window holds up to `context` tokens of
    what stands before them. Only a sentence that is too long is split; its pieces have context on both sides.
    `starts_new` is asked before each sentence whether it begins a window of its own; training draws lots there.
    """
    room = size - 2 - context
    if room <= context:
        raise ValueError(f"a context of {context} leaves no room in windows of {size} tokens")
    start = end = 0
    for length in lengths:
        if end > start and (end + length - start > room or starts_new()):
            yield Window(max(0, start - context), end, start, end)
            start = end
        end += length
        while end - start > room:
            owned_end = start + room - context
            yield Window(max(0, start - context), start + room, start, owned_end)
            start = owned_end
    if end > start:
        yield Window(max(0, start - context), end, start, end)
