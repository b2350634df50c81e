"""F1 of a network on dev corpora during training, in windows and with the decoder of the tagger.

The figures that count come from `dateline eval ner`, through the whole tagger.
"""

from __future__ import annotations

import numpy as np
import torch

from encoding import windows
from examples import IGNORED, Labelled, example, tensors
from network import LABELS, Network

_FORBIDDEN = -1e9
# What each tag costs after each other: an I- needs a B- or I- of its type before it.
_STEPS = np.array(
    [[0 if b[0] != "I" or (a != "O" and a[2:] == b[2:]) else _FORBIDDEN for b in LABELS] for a in LABELS], np.float32
)


def best_path(logs: np.ndarray) -> list[int]:
    """The most probable sequence of labels in which no name begins with an I-. `logs`: `[word, label]`."""
    score = logs[0] + _STEPS[0]
    back = []
    for row in logs[1:]:
        reached = score[:, None] + _STEPS
        back.append(reached.argmax(0))
        score = reached.max(0) + row
    path = [int(score.argmax())]
    for row in reversed(back):
        path.append(int(row[path[-1]]))
    return path[::-1]


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


@torch.no_grad()
def logs_of(
    network: Network, documents: list[Labelled], special: tuple[int, int], context: int, device: str
) -> list[np.ndarray]:
    """Log-probabilities `[token, label]` of each document, in windows as at inference."""
    found = [np.zeros((len(document.ids), len(LABELS)), np.float32) for document in documents]
    jobs = [(n, window) for n, document in enumerate(documents) for window in windows(document.sentences, context=context)]
    jobs.sort(key=lambda job: job[1].end - job[1].start)
    for at in range(0, len(jobs), 16):
        some = jobs[at : at + 16]
        ids, mask, case_ids, _, _ = tensors([example(documents[n], w, special, True) for n, w in some], device)
        logs = network(ids, mask, case_ids).float().log_softmax(-1).cpu().numpy()
        for row, (n, w) in zip(logs, some):
            found[n][w.owned_start : w.owned_end] = row[1 + w.owned_start - w.start : 1 + w.owned_end - w.start]
    return found


def f1(network: Network, documents: list[Labelled], special: tuple[int, int], context: int, device: str) -> float:
    """F1 over exact spans of the tokenizer's words."""
    was_training = network.training
    network.eval()
    right = found = gold = 0
    for document, logs in zip(documents, logs_of(network, documents, special, context, device)):
        start = 0
        for length in document.sentences:
            words = [n for n in range(start, start + length) if document.labels[n] != IGNORED]
            start += length
            if not words:
                continue
            truth = spans_of([document.labels[n] for n in words])
            guess = spans_of(best_path(logs[words]))
            right += len(truth & guess)
            found += len(guess)
            gold += len(truth)
    network.train(was_training)
    return 100 * 2 * right / max(1, found + gold)
