"""F1 of a network on dev corpora during training, in windows and with the decoder of the tagger.

The figures that count come from `dateline eval ner --text spaced`, through the whole tagger.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from batches import Windows
from corpus import LABELS
from network import Network
from pool import Arrays

_FORBIDDEN = -1e9
# What each tag costs after each other: an I- needs a B- or I- of its type before it.
STEPS = np.array(
    [[0 if b[0] != "I" or (a != "O" and a[2:] == b[2:]) else _FORBIDDEN for b in LABELS] for a in LABELS], np.float32
)
# Tokens of a batch without training.
TOKENS = 32768


def spans_of(labels: list[int]) -> set[tuple[int, int, str]]:
    """Entities of a word sequence that holds no I- without its B-."""
    found: list[list] = []
    for n, index in enumerate(labels):
        name = LABELS[index]
        if name[0] == "B":
            found.append([n, n + 1, name[2:]])
        elif name[0] == "I":
            found[-1][1] = n + 1
    return {(start, end, kind) for start, end, kind in found}


def best_paths(logs: Tensor, inside: Tensor) -> Tensor:
    """The most probable sequences of labels in which no name begins with an I-, `[sentence, word]`.

    `logs`: `[sentence, word, label]`; `inside`: whether a sentence has so many words, `[sentence, word]`.
    """
    steps = torch.from_numpy(STEPS).to(logs.device)
    score = logs[:, 0] + steps[0]
    stay = torch.arange(len(LABELS), device=logs.device)
    back = []
    for n in range(1, logs.size(1)):
        best, origin = (score[:, :, None] + steps).max(1)
        here = inside[:, n, None]
        back.append(torch.where(here, origin, stay))
        score = torch.where(here, best + logs[:, n], score)
    path = [score.argmax(1)]
    for origin in reversed(back):
        path.append(origin.gather(1, path[-1][:, None])[:, 0])
    return torch.stack(path[::-1], 1)


class Dev:
    """A dev corpus, cut as at inference (`pool.dev`)."""

    def __init__(self, given: Arrays, device: str) -> None:
        self.windows = Windows([given], device)
        self.row, self.column = (torch.from_numpy(given[name]).to(device) for name in ("row", "column"))
        self.sentences = given["sentences"]
        ends = np.cumsum(self.sentences)
        longest = self.sentences.max()
        places = (ends - self.sentences)[:, None] + np.arange(longest)[None]
        self.places = torch.from_numpy(np.minimum(places, len(given["truth"]) - 1)).to(device)
        self.inside = torch.from_numpy(np.arange(longest)[None] < self.sentences[:, None]).to(device)
        self.gold = self._spans(given["truth"])

    def _spans(self, labels: np.ndarray) -> set[tuple[int, int, int, str]]:
        found, start = set(), 0
        for n, length in enumerate(self.sentences):
            found |= {(n, *span) for span in spans_of(labels[start : start + length].tolist())}
            start += length
        return found

    @torch.no_grad()
    def f1(self, network: Network) -> float:
        """F1 over exact spans of the tokenizer's words, in percent."""
        was_training = network.training
        network.eval()
        logits = self.windows.logits(network, TOKENS)[self.row, self.column]
        network.train(was_training)
        paths = best_paths(logits.log_softmax(-1)[self.places], self.inside)
        guess = self._spans(paths[self.inside].cpu().numpy())
        return 200 * len(self.gold & guess) / max(1, len(self.gold) + len(guess))
