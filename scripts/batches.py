"""A pool's windows on a device, and the batches that are made of them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from corpus import LABELS
from network import Network
from pool import Arrays

# Batches are as long as their longest window, rounded up to so many tokens.
PAD = 16
# The windows of so many batches are sorted by length together.
SORTED = 40
# Tokens of a usual window, to tell how many windows a batch has.
USUAL = 100
GIVEN = ("ids", "cases", "labels", "marks_misc", "known")


class Windows:
    """All windows of some parts of a pool, held on the device."""

    def __init__(self, parts: list[Arrays], device: str) -> None:
        self.device = device
        self.lengths = np.concatenate([part["lengths"] for part in parts]).astype(np.int64)
        self.arrays = {
            name: torch.from_numpy(np.concatenate([part[name] for part in parts])).to(device) for name in GIVEN
        }
        self.taught: Tensor | None = None
        """The logarithms of what teachers say of each token, `[window, token, label]`."""

    def __len__(self) -> int:
        return len(self.lengths)

    def batches(self, tokens: int, draw: np.random.Generator | None = None) -> list[np.ndarray]:
        """The numbers of the windows of each batch of about `tokens` tokens: at random, or in the order of length."""
        order = np.arange(len(self))
        if draw is None:
            return self._cut(order, tokens)
        draw.shuffle(order)
        chunk = max(1, SORTED * tokens // USUAL)
        found = [batch for at in range(0, len(order), chunk) for batch in self._cut(order[at : at + chunk], tokens)]
        draw.shuffle(found)
        return found

    def _cut(self, some: np.ndarray, tokens: int) -> list[np.ndarray]:
        some = some[np.argsort(self.lengths[some], kind="stable")]
        found, end = [], len(some)
        # From the longest down, so that a batch is as wide as its first window.
        while end > 0:
            size = max(1, tokens // self._width(some[end - 1 : end]))
            found.append(some[max(0, end - size) : end])
            end -= size
        return found

    def for_ever(self, tokens: int, seed: int) -> Iterator[np.ndarray]:
        """Batches at random, all windows again and again; the same for the same seed."""
        draw = np.random.default_rng(seed)
        while True:
            yield from self.batches(tokens, draw)

    def _width(self, batch: np.ndarray) -> int:
        return int(-(-self.lengths[batch].max() // PAD) * PAD)

    def take(self, batch: np.ndarray) -> dict[str, Tensor]:
        """The windows of a batch: `ids`, `mask`, `cases`, `labels`, each `[window, token]`, `marks_misc` and `known`,
        `[window]`, and `taught` if teachers have said something."""
        width = self._width(batch)
        rows, lengths = (torch.from_numpy(given).to(self.device) for given in (batch, self.lengths[batch]))
        arrays = {name: self.arrays[name][rows] for name in GIVEN}
        found = {
            "ids": arrays["ids"][:, :width],
            "cases": arrays["cases"][:, :width].int(),
            "labels": arrays["labels"][:, :width].long(),
            "mask": (torch.arange(width, device=self.device)[None] < lengths[:, None]).int(),
            "marks_misc": arrays["marks_misc"],
            "known": arrays["known"],
        }
        if self.taught is not None:
            found["taught"] = self.taught[rows, :width]
        return found

    @torch.no_grad()
    def logits(self, network: Network, tokens: int, kind: torch.dtype = torch.float32) -> Tensor:
        """What a network says of every token, `[window, 128, label]`."""
        shape = (*self.arrays["ids"].shape, len(LABELS))
        found = torch.zeros(shape, dtype=kind, device=self.device)
        for batch in self.batches(tokens):
            given = self.take(batch)
            with torch.autocast(self.device, torch.bfloat16):
                logits = network(given["ids"], given["mask"], given["cases"])
            found[torch.from_numpy(batch).to(self.device), : logits.size(1)] = logits.to(kind)
        return found
