"""How much of the model's speed is left end to end: `python scripts/bench_pipeline.py CORPUS.jsonl`.

Runs by turns, so that a machine whose speed drifts is fair to both: the model alone (sessions fed with the windows of the
corpus, nothing else: `benches/bench_model.rs`), and `dateline tag` from the file to the JSONL with places, timed around the
process, with the window cache off. Prints both, their ratio, and where the rest of the time goes by `--stats`; then the peak
memory of a run over the corpus repeated 20 times against one over it once, and what the window cache gains.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RELEASE = ROOT / "target" / "release"


def tag(dateline: Path, corpus: Path, *arguments: str) -> tuple[float, dict]:
    """Seconds of the whole process, and its figures."""
    with tempfile.TemporaryDirectory() as folder:
        stats = Path(folder) / "stats.json"
        output = Path(folder) / "out.jsonl"
        begun = time.perf_counter()
        subprocess.run([dateline, "tag", corpus, "-o", output, "--stats", stats, *arguments], check=True)
        return time.perf_counter() - begun, json.loads(stats.read_text())["this_run"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--dateline", type=Path, default=RELEASE / "dateline")
    parser.add_argument("--model-alone", type=Path, default=RELEASE / "examples" / "bench_model")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--repeat", type=int, default=20, help="how often the corpus is repeated for the memory; 0 for not at all")
    given = parser.parse_args()

    alone, whole, shares = [], [], {}
    for _ in range(given.rounds):
        found = json.loads(subprocess.run([given.model_alone, given.corpus], check=True, capture_output=True, text=True).stdout)
        alone.append(found["words_per_second"])
        seconds, stats = tag(given.dateline, given.corpus, "--window-cache", "0")
        whole.append(stats["words"] / seconds)
        for stage, spent in stats["stages"].items():
            shares.setdefault(stage, []).append(spent["share"])
        print(f"model alone {alone[-1]:,.0f} words/s; end to end {whole[-1]:,.0f} words/s, {whole[-1] / alone[-1]:.1%}", flush=True)
    print(f"median of {given.rounds}: {statistics.median(w / a for w, a in zip(whole, alone)):.1%} of the model alone")
    told = ", ".join(f"{stage} {statistics.median(of):.2%}" for stage, of in shares.items())
    print(f"share of the threads' time: {told}")

    gains = []
    for _ in range(given.rounds):
        off, _ = tag(given.dateline, given.corpus, "--window-cache", "0")
        on, stats = tag(given.dateline, given.corpus)
        gains.append(off / on - 1)
    windows = stats["windows"]
    print(f"window cache: {windows['remembered']} of {windows['all']} windows, {statistics.median(gains):+.1%} words/s (median)")

    if given.repeat:
        with tempfile.TemporaryDirectory() as folder:
            repeated = Path(folder) / "repeated.jsonl"
            content = given.corpus.read_bytes()
            with repeated.open("wb") as file:
                for _ in range(given.repeat):
                    file.write(content)
            _, once = tag(given.dateline, given.corpus)
            _, many = tag(given.dateline, repeated)
        first, last = once["peak_memory_mb"], many["peak_memory_mb"]
        print(f"peak memory: {first} MB once, {last} MB for {given.repeat} times the corpus ({last / first - 1:+.1%})")


if __name__ == "__main__":
    main()
