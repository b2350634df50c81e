"""What training must hold to, on a network of a few thousand weights: `python scripts/test_training.py`.

Needs the packages of `scripts/requirements.txt`, and no corpus.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
from pathlib import Path

import numpy as np
import torch

import train
from bases import from_mpnet
from batches import Windows
from config import Config, Model, Pool, Run
from corpus import LABELS
from examples import IGNORED, Example
from network import SHAPES, Network, Shape
from pool import Arrays, rows
from scoring import STEPS, best_paths
from train import label_loss, mean_of

SHAPE = Shape(hidden=24, middle=48, layers=3, norm_epsilon=1e-12, heads=2, vocab=50, positions=128)
# Checkpoints are of a base's shape.
SHAPES["minilm"] = SHAPE
PUPIL = {"start": "first", "teachers": ["first"], "layers": [0, 2], "activation": "relu", "dropout": 0.2}
RUNS = {
    "first": Run(start="minilm", steps=6, rate=1e-3, tokens=60, evaluations=2),
    "pupil": Run(**PUPIL, steps=8, rate=1e-3, tokens=60, evaluations=4, seed=2),
}


def arrays(seed: int = 1) -> Arrays:
    """Windows of made-up words, a sentence each."""
    draw = np.random.default_rng(seed)
    made, row, column, truth, sentences = [], [], [], [], []
    for n, length in enumerate(draw.integers(4, 30, 40)):
        labels = [2 * (label - 1) + 1 if label else 0 for label in draw.integers(0, 5, length).tolist()]
        ids, cases = draw.integers(1, 50, length + 2).tolist(), draw.integers(1, 14, length + 2).tolist()
        made.append(Example(ids, cases, [IGNORED, *labels, IGNORED], True))
        row, column, truth = row + [n] * length, column + list(range(1, length + 1)), truth + labels
        sentences.append(length)
    where = {"row": row, "column": column, "truth": truth, "sentences": sentences}
    return rows(made, True) | {name: np.array(values) for name, values in where.items()}


def windows() -> Windows:
    return Windows([arrays()], "cpu")


class Broken(Exception):
    """Somebody pulls the plug."""


def made(out: Path, broken_at: int | None) -> list[torch.Tensor]:
    """The weights of both runs; with `broken_at`, the second of them breaks off at that step and goes on in a new process."""
    config = Config(Pool(data={"own": 1.0}, draws=1, dev=["own"]), RUNS, Model({"pupil": 1.0}))
    (out / "pool").mkdir(parents=True)
    np.savez(out / "pool" / "labelled-000.npz", **arrays())
    np.savez(out / f"pool/own-{RUNS['first'].context}.npz", **arrays(2))
    args = argparse.Namespace(out=out, device="cpu", mpnet=None)
    plain, learn = train.begin, train.Training.learn
    train.begin = lambda base, mpnet: Network(SHAPE)

    def break_off(self, *given) -> None:
        if self.name == "pupil" and self.step == broken_at:
            raise Broken
        learn(self, *given)

    try:
        for name in RUNS:
            (out / name).mkdir()
            # Whatever ran before in this process must not matter.
            torch.rand(7 if broken_at else 3)
            try:
                train.Training.learn = break_off
                train.Trainer(config, args).train(name, RUNS[name])
            except Broken:
                train.Training.learn = learn
                torch.rand(5)
                train.Trainer(config, args).train(name, RUNS[name])
            if name == "first":
                train.Trainer(config, args).judge(name)
    finally:
        train.begin, train.Training.learn = plain, learn
    states = [torch.load(out / name / "state.pt", weights_only=True) for name in RUNS]
    return [tensor for state in states for tensor in (*state["network"].values(), *state["mean"])]


def a_run_that_was_broken_off_ends_like_one_that_was_not() -> None:
    with tempfile.TemporaryDirectory() as folder:
        # At the step behind an evaluation, between two of them, and before the first.
        whole = made(Path(folder, "whole"), None)
        for step in (4, 5, 1):
            broken = made(Path(folder, str(step)), step)
            assert all(torch.equal(a, b) for a, b in zip(whole, broken, strict=True)), step


def paths_are_the_best_of_all() -> None:
    logs = torch.randn(40, 4, len(LABELS), generator=torch.Generator().manual_seed(1)).log_softmax(-1)
    inside = torch.arange(4)[None] < torch.arange(40)[:, None] % 4 + 1
    found = best_paths(logs, inside)
    for sentence, (some, length) in enumerate(zip(logs.numpy(), inside.sum(1).tolist())):
        def score(path: tuple[int, ...]) -> float:
            steps = sum(STEPS[a, b] for a, b in itertools.pairwise((0, *path)))
            return steps + sum(some[n, label] for n, label in enumerate(path))

        best = max(itertools.product(range(len(LABELS)), repeat=length), key=score) if length < 4 else None
        if best:
            assert tuple(found[sentence, :length].tolist()) == best


def what_a_network_says_does_not_depend_on_the_batches() -> None:
    network, given = Network(SHAPE).eval(), windows()
    many, single = given.logits(network, 200), given.logits(network, 1)
    inside = torch.arange(many.size(1))[None] < torch.from_numpy(given.lengths)[:, None]
    # Products may be summed in another order, and no more than that.
    assert (many - single)[inside].abs().max() < 2e-3, (many - single)[inside].abs().max()


def misc_is_right_where_it_is_not_marked() -> None:
    logits = torch.zeros(1, 1, len(LABELS))
    logits[..., LABELS.index("B-MISC")] = 20
    given = {"labels": torch.tensor([[0]]), "marks_misc": torch.tensor([False]), "known": torch.tensor([True])}
    assert label_loss(logits, given) < 1e-3
    assert label_loss(logits, given | {"marks_misc": torch.tensor([True])}) > 19
    assert label_loss(logits, given | {"known": torch.tensor([False])}) == 0


def teachers_are_averaged_by_their_probabilities() -> None:
    logits = [np.array([[[0, 2, 0]]], np.float16), np.array([[[4, 0, 0]]], np.float16)]
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, f"{n}.npy") for n in range(2)]
        for file, one in zip(files, logits):
            np.save(file, one)
        found = mean_of(files, "cpu").float()
    wanted = sum(torch.from_numpy(one).float().softmax(-1) for one in logits) / 2
    assert (found.exp() - wanted).abs().max() < 1e-2


def mpnet_words_are_those_of_bert() -> None:
    table = torch.arange(12.0)[:, None]
    norm = {f"embeddings.LayerNorm.{kind}": torch.ones(1) for kind in ("weight", "bias")}
    given = norm | {
        "embeddings.word_embeddings.weight": torch.cat([table, torch.zeros(110, 1), torch.tensor([[99.0]])]),
        "embeddings.position_embeddings.weight": torch.arange(6.0)[:, None],
        "encoder.relative_attention_bias.weight": torch.zeros(32, 12),
    }
    found = from_mpnet(given)
    words = found["words.weight"][:, 0]
    # A word stands four places further on in MPNet, whose [PAD], [CLS], [SEP] and [MASK] have places of their own.
    assert words[5] == 9 and [words[n] for n in (0, 101, 102, 103)] == [1, 0, 2, 99]
    assert found["places.weight"][0, 0] == 2


CHECKS = [
    a_run_that_was_broken_off_ends_like_one_that_was_not,
    paths_are_the_best_of_all,
    what_a_network_says_does_not_depend_on_the_batches,
    misc_is_right_where_it_is_not_marked,
    teachers_are_averaged_by_their_probabilities,
    mpnet_words_are_those_of_bert,
]

if __name__ == "__main__":
    for check in CHECKS:
        check()
        print(check.__name__.replace("_", " "))
