"""What the Python package takes: words a second beside the command line's and Hugging Face's, memory, start-up.

    python scripts/python/measure.py same CORPUS.jsonl      # tag_arrow, pipe and the command line, taking turns
    python scripts/python/measure.py short CORPUS.jsonl --torch PYTHON  # 100,000 texts of 20 words, beside Hugging Face's pipeline
    python scripts/python/measure.py start                  # from the start of a process to its first result
    python scripts/python/measure.py workers CORPUS.jsonl   # memory of 8 worker processes on one machine
    python scripts/python/measure.py growth CORPUS.jsonl    # memory of one process over 200,000 documents

The package is installed in the Python that runs this, with pyarrow and psutil; CORPUS is JSON lines with `id` and `text`. That
of `short` is another Python, with what scripts/peers/torch.txt lists.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path

import dateline

ROOT = Path(__file__).resolve().parents[2]
PEER = ROOT / "scripts/peers/hf_pipeline.py"
SHORT_WORDS = 20
MIB = 1 << 20


def records(corpus: Path) -> list[dict[str, str]]:
    """The documents of a corpus."""
    with corpus.open(encoding="utf-8") as lines:
        return [{"id": str(r["id"]), "text": r["text"]} for r in map(json.loads, lines)]


def words(docs: list[dict[str, str]]) -> int:
    return sum(len(doc["text"].split()) for doc in docs)


def resident() -> int:
    """Bytes of this process in memory."""
    import psutil

    return int(psutil.Process().memory_info().rss)


def say(**figures: object) -> None:
    print(json.dumps(figures), flush=True)


def same(corpus: Path, rounds: int) -> None:
    """`tag_arrow` and `pipe` beside the command line, taking turns; whether all give the same bytes."""
    import pyarrow as pa

    docs = records(corpus)
    count = words(docs)
    table = pa.table({key: [doc[key] for doc in docs] for key in ("id", "text")})
    tagger = dateline.Tagger()
    tagger("In Oslo.")
    given: dict[str, list[str]] = {}

    with tempfile.TemporaryDirectory() as folder:
        inputs, output = Path(folder, "in.jsonl"), Path(folder, "out.jsonl")
        inputs.write_text("".join(json.dumps(doc, ensure_ascii=False) + "\n" for doc in docs), encoding="utf-8")

        def command() -> None:
            run = [sys.executable, "-m", "dateline", "tag", str(inputs), "--output", str(output), "--restart"]
            subprocess.run(run, check=True, stderr=subprocess.DEVNULL)
            given["command"] = output.read_text(encoding="utf-8").splitlines()

        def arrow() -> None:
            found = tagger.tag_arrow(table)
            given["tag_arrow"] = [doc.to_json() for doc in dateline.documents(found)] if "tag_arrow" not in given else given["tag_arrow"]

        def pipe() -> None:
            found = list(tagger.pipe(docs))
            given["pipe"] = [doc.to_json() for doc in found] if "pipe" not in given else given["pipe"]

        arrow(), pipe()
        ways: dict[str, Callable[[], None]] = {"command": command, "tag_arrow": arrow, "pipe": pipe}
        times: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(rounds):
            for name, way in ways.items():
                begin = time.perf_counter()
                way()
                times[name].append(time.perf_counter() - begin)
    median = {name: statistics.median(taken) for name, taken in times.items()}
    say(
        words=count,
        words_per_second={name: [round(count / t) for t in taken] for name, taken in times.items()},
        share_of_the_command={name: round(median["command"] / taken, 3) for name, taken in median.items()},
        same_bytes={name: sorted(lines) == sorted(given["command"]) for name, lines in given.items()},
    )


def short(corpus: Path, torch: Path, seconds: float, texts: int) -> None:
    """A stream of short texts, beside Hugging Face's pipeline with the weights of the accurate model."""
    stream = (word for doc in cycle(records(corpus)) for word in doc["text"].split())
    count = texts * SHORT_WORDS
    made = [" ".join(islice(stream, SHORT_WORDS)) for _ in range(texts)]
    ours = {}
    accurate = str(ROOT / "models/ner-accurate")
    for name, model, locate in (
        ("default", "default", True),
        ("accurate", accurate, True),
        ("accurate, names only", accurate, False),
    ):
        ours[name] = in_child(stream_of, model, locate, made)
        say(ours=name, words_per_second=round(count / ours[name]["seconds"]), peak_mib=round(ours[name]["peak"] / MIB))
    with tempfile.TemporaryDirectory() as folder:
        model, given = Path(folder, "model"), Path(folder, "short.jsonl")
        given.write_text("".join(json.dumps({"text": text}) + "\n" for text in made), encoding="utf-8")
        subprocess.run([torch, PEER, "prepare", model, "--weights", "ner"], check=True, stdout=subprocess.DEVNULL)
        best = 0.0
        for batch in (1, 8, 32, 64):
            run = [torch, PEER, "run", model, given, "--batch", str(batch), "--threads", str(os.cpu_count()), "--seconds", str(seconds)]
            peer = subprocess.Popen([str(one) for one in run], stdout=subprocess.PIPE, text=True)
            assert peer.stdout is not None
            told = json.loads(peer.stdout.read())
            _, _, usage = os.wait4(peer.pid, 0)
            speed = told["words"] / told["seconds"]
            best = max(best, speed)
            say(peer="Hugging Face", batch=batch, words_per_second=round(speed), peak_mib=round(usage.ru_maxrss * 1024 / MIB), versions=told["versions"])
    say(times_as_fast={name: round(count / taken["seconds"] / best, 1) for name, taken in ours.items()})


def stream_of(model: str, locate: bool, texts: list[str]) -> dict[str, float]:
    """Seconds for a stream of texts, and the most memory that the process had."""
    import resource

    tagger = dateline.Tagger(model, locate=locate)
    begin = time.perf_counter()
    for doc in tagger.pipe(texts):
        assert doc.error is None
    taken = time.perf_counter() - begin
    return {"seconds": taken, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}


def in_child(work: Callable[..., dict[str, float]], *args: object) -> dict[str, float]:
    """Does work in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, args)


def start() -> None:
    """From the start of a process to its first result."""
    code = "import dateline; print(dateline.Tagger()('The convoy left Beirut for Damascus.'))"
    empty = [timed("pass") for _ in range(7)]
    taken = [timed(code) for _ in range(7)]
    say(first_result_s=round(statistics.median(taken), 3), all_s=[round(t, 3) for t in taken], python_alone_s=round(statistics.median(empty), 3))


def timed(code: str) -> float:
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin


def workers(corpus: Path, number: int) -> None:
    """Worker processes with a tagger of one thread each: what each has to itself, and what they share."""
    import psutil

    context = multiprocessing.get_context("spawn")
    ready, go = context.Queue(), context.Event()
    docs = records(corpus)[:120]
    children = [context.Process(target=worker, args=(docs, ready, go)) for _ in range(number)]
    for child in children:
        child.start()
    before = [ready.get() for _ in children]
    shown = [psutil.Process(child.pid).memory_full_info() for child in children]
    library = [mapped(child.pid or 0) for child in children]
    go.set()
    for child in children:
        child.join()
    say(
        workers=number,
        python_alone_mib=round(statistics.median(before) / MIB),
        rss_mib=round(statistics.median(one.rss for one in shown) / MIB),
        above_python_mib=round((statistics.median(one.rss for one in shown) - statistics.median(before)) / MIB),
        pss_mib=round(statistics.median(one.pss for one in shown) / MIB),
        pss_of_all_mib=round(sum(one.pss for one in shown) / MIB),
        rss_of_all_mib=round(sum(one.rss for one in shown) / MIB),
        library_rss_mib=round(statistics.median(rss for rss, _ in library) / MIB),
        library_pss_mib=round(statistics.median(pss for _, pss in library) / MIB),
    )


def worker(docs: list[dict[str, str]], ready: multiprocessing.Queue[int], go: multiprocessing.synchronize.Event) -> None:
    before = resident()
    tagger = dateline.Tagger(threads=1)
    for _ in tagger.pipe(docs):
        pass
    ready.put(before)
    go.wait()


def mapped(pid: int) -> tuple[int, int]:
    """Of the package's library, the bytes in memory, and the process's share of them."""
    rss = pss = 0
    inside = False
    for line in Path(f"/proc/{pid}/smaps").read_text().splitlines():
        if "-" in line.split(" ")[0]:
            inside = "_dateline" in line
        elif inside and line.startswith("Rss:"):
            rss += int(line.split()[1]) * 1024
        elif inside and line.startswith("Pss:"):
            pss += int(line.split()[1]) * 1024
    return rss, pss


def growth(corpus: Path, documents: int) -> None:
    """One process over many documents: memory in the first and in the last tenth."""
    docs = [{**doc, "text": " ".join(doc["text"].split()[:60])} for doc in records(corpus)]
    tagger = dateline.Tagger()

    def stream() -> Iterator[dict[str, str]]:
        yield from islice(cycle(docs), documents)

    tenths: list[list[int]] = [[] for _ in range(10)]
    begin = time.perf_counter()
    for n, doc in enumerate(tagger.pipe(stream())):
        doc.to_json()
        if n % 500 == 0:
            tenths[n * 10 // documents].append(resident())
    means = [round(statistics.mean(tenth) / MIB, 1) for tenth in tenths]
    say(documents=documents, seconds=round(time.perf_counter() - begin), mib_of_each_tenth=means, last_to_first=round(means[-1] / means[0], 4))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("same", "short", "start", "workers", "growth"):
        command = commands.add_parser(name)
        if name != "start":
            command.add_argument("corpus", type=Path)
        if name == "same":
            command.add_argument("--rounds", type=int, default=3)
        if name == "short":
            command.add_argument("--torch", type=Path, required=True, help="a Python with torch and transformers")
            command.add_argument("--seconds", type=float, default=30, help="how long each batch size of the peer is measured")
            command.add_argument("--texts", type=int, default=100_000)
        if name == "workers":
            command.add_argument("--number", type=int, default=8)
        if name == "growth":
            command.add_argument("--documents", type=int, default=200_000)
    given = vars(parser.parse_args())
    globals()[given.pop("command")](**given)


if __name__ == "__main__":
    main()
