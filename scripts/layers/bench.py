"""How long layers take to write, and how much memory: `python scripts/layers/bench.py CORPUS.jsonl`.

CORPUS is a file of texts. Tags it once with `dateline tag`; then `dateline map` of the texts against `tag` alone shows what
layers add to tagging, interleaved; then from the tagged file, repeated until it has `--mentions` mentions, each format with
its usual layers, by time and peak memory. The repeated documents have ids of their own, so that they are counted as others.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FORMATS = ["geojson", "geojsonl", "csv", "parquet", "gpkg", "fgb", "kml", "html"]


def timed(command: list) -> tuple[float, float]:
    """Seconds and megabytes of a command."""
    begun = time.perf_counter()
    process = subprocess.Popen([str(part) for part in command], stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, command
    return time.perf_counter() - begun, usage.ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--dateline", type=Path, default=ROOT / "target" / "release" / "dateline")
    parser.add_argument("--mentions", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=1, help="of tagging with and without layers; 0 for none")
    arguments = parser.parse_args()
    dateline = arguments.dateline
    with tempfile.TemporaryDirectory() as folder:
        tagged = Path(folder) / "tagged.jsonl"
        timed([dateline, "tag", arguments.corpus, "-o", tagged])
        for _ in range(arguments.rounds):
            alone, _ = timed([dateline, "tag", arguments.corpus, "-o", Path(folder) / "again.jsonl"])
            outputs = [argument for ending in FORMATS for argument in ("-o", Path(folder) / f"texts.{ending}")]
            one, _ = timed([dateline, "map", arguments.corpus, "-o", Path(folder) / "one.gpkg"])
            every, _ = timed([dateline, "map", arguments.corpus, *outputs])
            print(f"tag {alone:.1f} s; map to all layers {one:.1f} s; to every format {every:.1f} s")
        page = Path(folder) / "page.html"
        seconds, _ = timed([dateline, "map", tagged, "-o", page])
        print(f"page of the corpus: {page.stat().st_size / 1e6:.2f} MB in {seconds:.2f} s")

        lines = [json.loads(line) for line in tagged.read_text().splitlines()]
        placed = lambda entity: entity.get("place") is not None  # noqa: E731
        count = sum(placed(e) + sum(map(placed, e.get("contains", []))) for line in lines for e in line["entities"])
        repeated = Path(folder) / "repeated.jsonl"
        mentions = 0
        with repeated.open("w") as out:
            while mentions < arguments.mentions:
                for line in lines:
                    out.write(json.dumps({**line, "id": f"{mentions}-{line['id']}"}, ensure_ascii=False) + "\n")
                mentions += count
        print(f"{mentions} mentions, {repeated.stat().st_size / 1e6:.0f} MB of JSONL")
        for ending in FORMATS:
            path = Path(folder) / f"out.{ending}"
            seconds, megabytes = timed([dateline, "map", repeated, "-o", path])
            print(f"{ending:9} {seconds:5.2f} s {megabytes:5.0f} MB of memory, {path.stat().st_size / 1e6:6.1f} MB of file")


if __name__ == "__main__":
    main()
