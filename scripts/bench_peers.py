"""Compares the throughput of dateline with that of its peers, on one corpus and this machine, in one run.

    python scripts/bench_peers.py CORPUS.jsonl [--out table.md]

Peers are the pipeline of Hugging Face with the weights of `models/ner-accurate` (six layers) and with a model of the size of
BERT-base, ONNX Runtime driven from Python with the default model, and spaCy's CNN. Each runs in a process of its own, in a
virtual environment of its own under `target/peers`, made on first use from the pinned packages of `scripts/peers/NAME.txt`.
Nothing else is fetched: weights come from `models`, are random, or are trained for a moment.

All read the same documents in the same, shuffled order, with as many threads or processes as there are cores. dateline
reads all of them, from the file to the JSONL with places, timed around the process. Peers read as far as `--seconds` goes,
with each batch size, timed inside their process without its start; of the batch sizes the fastest counts. Words are what
white space splits. Since the speed of a machine drifts, dateline is measured before the peers and after them.

Memory is the peak of the whole process tree (Linux only), pages that processes share counted once. Start-up is the time
from the start of a process to its first result, a sentence. Needs only Python; `cargo build --release` comes first. A row
that fails says why, the others go on, and the exit status is 1.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import venv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = ROOT / "scripts" / "peers"
ENVIRONMENTS = ROOT / "target" / "peers"
SENTENCE = "Anna Schmidt left Mosul for Beirut, the Reuters agency said.\n"
SEED = 1
# Seconds between two looks at the memory.
LOOK = 0.2
# How often the start of dateline is timed; the median counts.
STARTS = 5
# A peer is stopped after so many seconds, and so many times the time that it was given, together.
PATIENCE = 300
SLACK = 10
# Settings that slow down or steer numerical libraries, or dateline: everyone is to run as it does on a plain machine.
UNSET = ("OPENBLAS_", "OMP_", "MKL_", "DATELINE_")
# These only say where ONNX Runtime is.
KEPT = {"DATELINE_ONNXRUNTIME", "DATELINE_CACHE", "DATELINE_OFFLINE"}
SET = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "true"}


class Failed(Exception):
    """Why a row cannot be measured, in one line."""


def say(text: str) -> None:
    """Tells how far we are."""
    print(f"bench_peers: {text}", file=sys.stderr, flush=True)


# Processes


def tree_memory(session: int) -> int:
    """Bytes that the processes of a session hold: the most so far if it is one, what they hold now if they are several."""
    members = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(stat.read_text().rpartition(")")[2].split()[3]) == session:
                members.append(stat.parent)
        except (OSError, ValueError):
            continue
    file, line = ("status", "VmHWM:") if len(members) == 1 else ("smaps_rollup", "Pss:")
    total = 0
    for member in members:
        try:
            found = [text.split()[1] for text in (member / file).read_text().splitlines() if text.startswith(line)]
        except OSError:
            continue
        total += sum(map(int, found)) * 1024
    return total


@dataclass
class Finished:
    """A process that went well."""

    output: str
    seconds: float
    memory: int


def execute(command: list[str], limit: float | None = None) -> Finished:
    """Runs a command, timed around the process, with an eye on its memory; stops it after `limit` seconds."""
    environment = {name: v for name, v in os.environ.items() if not name.startswith(UNSET) or name in KEPT} | SET
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+", errors="replace") as errors:
        begin = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=errors, stdin=subprocess.DEVNULL, start_new_session=True)
        done = threading.Event()
        peak = [0]

        def watch() -> None:
            while not done.wait(LOOK):
                peak[0] = max(peak[0], tree_memory(process.pid))

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            process.wait(limit)
        except subprocess.TimeoutExpired:
            raise Failed(f"stopped after {limit:.0f} s") from None
        finally:
            seconds = time.perf_counter() - begin
            # Also what an interrupted run or a dead parent would leave behind.
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()
            done.set()
            watcher.join()
        if process.returncode != 0:
            errors.seek(0)
            lines = [line.strip() for line in errors if line.strip()] or ["no message"]
            # A traceback ends with what happened, a usage message begins with it.
            line = lines[-1] if lines[0].startswith("Traceback") else lines[0]
            raise Failed(f"exit status {process.returncode}: {line[:300]}")
        output.seek(0)
        return Finished(output.read(), seconds, peak[0])


def answer(done: Finished) -> dict:
    """The JSON line that a peer prints last."""
    try:
        return json.loads(done.output.splitlines()[-1])
    except (IndexError, ValueError):
        raise Failed(f"printed no JSON line but {done.output[-200:]!r}") from None


def python_of(name: str) -> str:
    """The Python of a peer's environment, which is made, or brought up to date with its pinned packages, where needed."""
    folder, wanted = ENVIRONMENTS / name, SCRIPTS / f"{name}.txt"
    python, stamp = folder / "bin" / "python", folder / "installed.txt"
    if not python.exists():
        say(f"{name}: making {folder.relative_to(ROOT)}")
        venv.create(folder, with_pip=True)
    if not stamp.is_file() or stamp.read_text() != wanted.read_text():
        say(f"{name}: installing the packages of {wanted.relative_to(ROOT)}")
        command = [str(python), "-m", "pip", "install", "--quiet", "--requirement", str(wanted)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            lines = [line for line in done.stderr.splitlines() if line.strip()] or ["no message"]
            raise Failed(f"the packages of {wanted.relative_to(ROOT)} cannot be installed: {lines[-1]}")
        stamp.write_text(wanted.read_text())
    return str(python)


# What is measured


@dataclass
class Corpus:
    """The documents that all read."""

    path: Path
    documents: int
    words: int


@dataclass
class Row:
    """A row of the table."""

    what: str
    speeds: list[float] = field(default_factory=list)
    """Words a second, of each time."""
    documents: int = 0
    memory: int = 0
    startup: float = 0.0
    settings: str = ""
    fault: str = ""

    @property
    def speed(self) -> float | None:
        """Words a second, the mean of all times."""
        return statistics.mean(self.speeds) if self.speeds else None


@dataclass
class Ours:
    """A way to run dateline."""

    name: str
    what: str
    options: list[str]


OURS = [
    Ours("plain", "dateline, names and places", ["--window-cache", "0"]),
    Ours("cache", "dateline, with its window cache", []),
    Ours("tags", "dateline, names only", ["--window-cache", "0", "--no-places"]),
    Ours("accurate", "dateline, accurate model", ["--window-cache", "0", "--model", "accurate"]),
]


@dataclass
class Peer:
    """A peer, and what is tried with it; the best try is its row."""

    name: str
    what: str
    environment: str
    script: str
    prepare: list[str]
    tries: list[list[str]]


def batches(*sizes: int, **more: int) -> list[list[str]]:
    """Options for each batch size."""
    rest = [text for name, value in more.items() for text in (f"--{name}", str(value))]
    return [["--batch", str(size), *rest] for size in sizes]


# The pipeline fills the pieces of a document up to the longest one, so that shorter pieces can be the faster ones.
LENGTHS = [*batches(1, 8, 32, length=512), *batches(1, 8, 32, length=128)]
PEERS = [
    Peer("hf", "Hugging Face pipeline, accurate model's weights", "torch", "hf_pipeline.py", ["--weights", "ner"], LENGTHS),
    Peer("onnx", "ONNX Runtime from Python, same model", "onnx", "onnxruntime_batches.py", [], batches(1, 8, 32)),
    Peer("bert-base", "Hugging Face pipeline, BERT-base size", "torch", "hf_pipeline.py", ["--weights", "bert-base"], LENGTHS),
    Peer("spacy", "spaCy CNN", "spacy", "spacy_cnn.py", [], batches(8, 32, 128)),
]
# What is divided by what.
RATIOS = [
    ("plain", "hf"), ("accurate", "hf"), ("plain", "onnx"), ("tags", "onnx"),
    ("plain", "bert-base"), ("plain", "spacy"), ("tags", "spacy"),
]


def measure_ours(ours: Ours, row: Row, args: argparse.Namespace, corpus: Corpus, scratch: Path) -> None:
    """Adds one measurement of dateline to its row."""
    options = [*ours.options, *args.dateline_args.split()]
    command = [str(args.dateline), "tag", "--threads", str(args.threads), "--format", "jsonl", *options]
    out = scratch / "out.jsonl"

    def run(given: Path) -> Finished:
        done = execute([*command, str(given), "--output", str(out)])
        if not out.is_file() or out.stat().st_size == 0:
            raise Failed("exit status 0, but nothing was written")
        return done

    sentence = scratch / "sentence.txt"
    sentence.write_text(SENTENCE, encoding="utf-8")
    # Once to have the files at hand.
    run(sentence)
    row.startup = statistics.median(run(sentence).seconds for _ in range(STARTS))
    done = run(corpus.path)
    with out.open(encoding="utf-8") as lines:
        written = sum(1 for _ in lines)
    if written != corpus.documents:
        raise Failed(f"{written} documents were written of {corpus.documents}")
    row.speeds.append(corpus.words / done.seconds)
    row.documents = corpus.documents
    row.memory = max(row.memory, done.memory)
    row.settings = " ".join(options) or "its defaults"
    say(f"{row.what}: {row.speeds[-1]:,.0f} words/s, {done.seconds:.1f} s")


def measure_peer(peer: Peer, row: Row, args: argparse.Namespace, corpus: Corpus, scratch: Path) -> None:
    """Tries a peer with each of its settings and keeps the fastest."""
    python, script = python_of(peer.environment), str(SCRIPTS / peer.script)
    folder = scratch / peer.name
    limit = PATIENCE + SLACK * args.seconds
    prepared = answer(execute([python, script, "prepare", str(folder), *peer.prepare], limit))
    say(f"{row.what}: {prepared['check']}")
    faults = []
    for n, options in enumerate(peer.tries):
        command = [python, script, "run", str(folder), str(corpus.path), *options]
        command += ["--threads", str(args.threads), "--seconds", str(args.seconds), "--began", str(time.time())]
        try:
            done = execute(command, limit)
            got = answer(done)
        except Failed as fault:
            faults.append(f"{' '.join(options)}: {fault}")
            say(f"{row.what}: {faults[-1]}")
            continue
        speed = got["words"] / got["seconds"]
        say(f"{row.what}, {' '.join(options)}: {speed:,.0f} words/s, {got['documents']} documents, {got['names']} names")
        if n == 0:
            say(f"{row.what}: in a sentence, {', '.join(got['example']) or 'no names'}")
        if speed > (row.speed or 0):
            versions = ", ".join(f"{name} {version}" for name, version in got["versions"].items())
            row.speeds, row.documents = [speed], got["documents"]
            row.memory, row.startup = done.memory, got["startup"]
            row.settings = f"{' '.join(options).replace('--', '')}; {versions}"
    row.fault = "; ".join(faults)


@contextmanager
def guarded(row: Row) -> Iterator[None]:
    """A row that fails says so, and the others go on."""
    try:
        yield
    except (Failed, OSError, subprocess.SubprocessError) as fault:
        row.fault = str(fault)
        say(f"{row.what}: FAILED: {fault}")


def shuffled(path: Path, documents: int | None, scratch: Path) -> Corpus:
    """The documents in an order that does not depend on who reads how far, the same every time."""
    lines = [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
    random.Random(SEED).shuffle(lines)
    lines = lines[:documents]
    written = scratch / "corpus.jsonl"
    written.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return Corpus(written, len(lines), sum(len(json.loads(line)["text"].split()) for line in lines))


# The table


def machine(threads: int) -> str:
    """What all ran on."""
    models = []
    if Path("/proc/cpuinfo").is_file():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{models[0] if models else platform.processor() or platform.machine()}, {threads} cores used"


def version_of(dateline: Path) -> str:
    """The version of dateline and of what it holds and runs on, without the folder that ONNX Runtime lies in."""
    first, *parts = execute([str(dateline), "--version"]).output.splitlines()
    # Fetches ONNX Runtime where it is missing, too.
    found = execute([str(dateline), "setup"]).output.splitlines()
    parts += [line for line in found if line.startswith("ONNX Runtime") and line not in parts]
    # A model is named by its whole hash.
    parts = [" ".join(word[:12] for word in part.partition(" (")[0].split()) for part in parts]
    return f"{first} ({', '.join(parts)})" if parts else first


def table(rows: dict[str, Row], corpus: Corpus, name: str, args: argparse.Namespace, version: str) -> str:
    """The measurements as Markdown."""
    lines = [
        f"{machine(args.threads)}; {platform.system()}; {version}. Corpus: {name}, {corpus.documents:,} documents, "
        f"{corpus.words:,} words; peers read for {args.seconds:g} s at most with each setting.",
        "",
        "| | words/s | documents read | peak memory | start-up | settings, versions |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows.values():
        if row.speed is None:
            lines.append(f"| {row.what} | failed: {row.fault.replace('|', '/')} | | | | |")
            continue
        speeds = " before, ".join(f"{speed:,.0f}" for speed in row.speeds) + (" after" if len(row.speeds) > 1 else "")
        memory = f"{row.memory / 2**20:,.0f} MiB" if row.memory else "not known"
        settings = row.settings + (f" (failed: {row.fault.replace('|', '/')})" if row.fault else "")
        lines.append(f"| {row.what} | {speeds} | {row.documents} | {memory} | {row.startup:.2f} s | {settings} |")
    lines += ["", "| ratio of words/s, of means where measured twice | |", "|---|---|"]
    for above, below in RATIOS:
        if above in rows and below in rows and rows[above].speed and rows[below].speed:
            lines.append(f"| {rows[above].what} / {rows[below].what} | {rows[above].speed / rows[below].speed:.2f} |")
    if "cache" in rows and rows["cache"].speed and rows["plain"].speed:
        gain = rows["cache"].speed / rows["plain"].speed - 1
        lines.append(f"| gain of the window cache on this corpus | {gain:+.1%} |")
    return "\n".join(lines) + "\n"


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def positive(kind: Callable[[str], float]) -> Callable[[str], float]:
    """A number above zero, for argparse."""
    def read(text: str) -> float:
        value = kind(text)
        if value <= 0:
            raise argparse.ArgumentTypeError(f"{text} is not above 0")
        return value
    return read


def main() -> None:
    """Measure all and print the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("corpus", type=Path, help="JSONL with \"text\"")
    options.add_argument("--dateline", type=Path, default=ROOT / "target" / "release" / "dateline", help="the binary")
    options.add_argument("--dateline-args", default="", metavar="\"OPTIONS\"", help="further options of dateline tag")
    options.add_argument("--documents", type=positive(int), metavar="N", help="read only so many documents, drawn at random")
    options.add_argument("--seconds", type=positive(float), default=60, help="time of a peer for each of its settings")
    options.add_argument("--threads", type=positive(int), default=cores(), metavar="N", help="default: all cores")
    options.add_argument("--only", nargs="+", metavar="PEER", default=[peer.name for peer in PEERS],
                         choices=[peer.name for peer in PEERS] + ["none"], help="these peers only: %(choices)s")
    options.add_argument("--out", type=Path, help="write the table to this file too")
    args = options.parse_args()
    args.dateline = args.dateline.resolve()
    if not args.corpus.is_file():
        options.error(f"{args.corpus}: no such file")
    if not args.dateline.is_file():
        options.error(f"{args.dateline}: no such file; run cargo build --release, or name another with --dateline")

    ENVIRONMENTS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ENVIRONMENTS, prefix="run-") as folder:
        scratch = Path(folder)
        corpus = shuffled(args.corpus, args.documents, scratch)
        rows = {one.name: Row(one.what) for one in [*OURS, *PEERS]}
        version = version_of(args.dateline)

        def all_ours() -> None:
            for ours in OURS:
                with guarded(rows[ours.name]):
                    measure_ours(ours, rows[ours.name], args, corpus, scratch)

        say(f"{corpus.documents} documents, {corpus.words:,} words, {args.threads} threads")
        all_ours()
        for peer in PEERS:
            if peer.name not in args.only:
                del rows[peer.name]
                continue
            with guarded(rows[peer.name]):
                measure_peer(peer, rows[peer.name], args, corpus, scratch)
        all_ours()

    text = table(rows, corpus, args.corpus.name, args, version)
    print(text, end="")
    if args.out:
        args.out.write_text(text, encoding="utf-8")
    failed = [row.what for row in rows.values() if row.fault]
    if failed:
        sys.exit(f"bench_peers: failed, at least in part: {'; '.join(failed)}")


if __name__ == "__main__":
    main()
