"""From text to the inputs of the model: tokens, case ids and windows.

The same rules stand in `src/ner/case.rs` and `src/ner/window.rs`; `tests/data/encoding.json`, written by
`scripts/test_encoding.py --write`, holds both to the same results on awkward text.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from tokenizers import Encoding, Tokenizer

# Tokens of a window, [CLS] and [SEP] among them, and the tokens of context on each side of a piece of a sentence
# that is too long for one window.
WINDOW = 96
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
class Piece:
    """A stretch of one sentence's tokens in a window: all of them, and those that the window owns."""

    sentence: int
    start: int
    end: int
    owned_start: int
    owned_end: int


def pieces(sentence: int, length: int, room: int) -> Iterator[Piece]:
    """The pieces of a sentence of `length` tokens in windows that hold `room` tokens."""
    if length <= room:
        yield Piece(sentence, 0, length, 0, length)
        return
    owned = 0
    while owned < length:
        start = max(0, owned - CONTEXT)
        end = min(length, start + room)
        owned_end = length if end == length else end - CONTEXT
        yield Piece(sentence, start, end, owned, owned_end)
        owned = owned_end


def windows(lengths: list[int], size: int = WINDOW, starts_new=lambda: False) -> Iterator[list[Piece]]:
    """Packs whole sentences of a document, in order, into windows of at most `size` tokens.

    `starts_new` is asked before each sentence whether it begins a window of its own; training draws lots there.
    """
    room = size - 2
    window: list[Piece] = []
    used = 0
    for sentence, length in enumerate(lengths):
        if length == 0:
            continue
        if window and (used + length > room or starts_new()):
            yield window
            window, used = [], 0
        if length > room:
            for piece in pieces(sentence, length, room):
                yield [piece]
        else:
            window.append(Piece(sentence, 0, length, 0, length))
            used += length
    if window:
        yield window
