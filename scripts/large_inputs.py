"""Reads inputs that are larger than memory should be: what `dateline tag` takes at most, and how fast it reads.

    python scripts/large_inputs.py [--dateline target/release/dateline] [--folder FOLDER] [--gigabytes 5] [--rows 2000000]

Makes a JSON array of 5 GB, the same as JSON lines packed by zstd with a window of 2 GB (`zstd --long=31`, if the program is there),
and a Parquet file of 2 million rows (if pyarrow is there), in a temporary folder unless one is named. All documents are plainly
English, and French is asked for: they are read and passed over, so that what is measured is the reading. Beside them, the words/s of
tagging one corpus in each form: `--speed CORPUS.jsonl`.
"""

from __future__ import annotations

import argparse
import bz2
import csv
import json
import lzma
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SENTENCE = "The convoy left Beirut for Damascus on Monday, and officials in Mosul said that the road to Erbil was open. "
MB = 1_000_000


def documents(many: int) -> Iterator[dict[str, object]]:
    for number in range(many):
        yield {"id": number, "date": "2024-03-05", "source": "Post", "text": SENTENCE * (20 + number % 40)}


def array(path: Path, size: int) -> int:
    """A JSON array of at least so many bytes; how many documents it has."""
    written = 0
    with path.open("w", encoding="utf-8") as out:
        out.write("[")
        for number, document in enumerate(documents(1 << 40)):
            piece = (",\n" if number else "") + json.dumps(document)
            out.write(piece)
            written += len(piece)
            if written >= size:
                out.write("]\n")
                return number + 1
    raise AssertionError


def figures(dateline: Path, path: Path, *options: str) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        stats = Path(folder, "stats.json")
        done = subprocess.run(
            [dateline, "tag", path, "--output", Path(folder, "out.jsonl"), "--stats", stats, *options], capture_output=True, text=True
        )
        if done.returncode != 0:
            raise SystemExit(done.stderr[:1000])
        return json.loads(stats.read_text())


def say(what: str, path: Path, told: dict[str, object]) -> None:
    run = told["this_run"]
    assert isinstance(run, dict)
    size = path.stat().st_size
    speed = size / MB / run["seconds"]
    print(f"{what}: {size / MB:,.0f} MB, {told['records']:,} records, {run['peak_memory_mb']} MB of memory at most, {speed:,.0f} MB/s", flush=True)


def memory(dateline: Path, folder: Path, gigabytes: float, rows: int) -> None:
    path = folder / "array.json"
    many = array(path, int(gigabytes * 1e9))
    told = figures(dateline, path, "--lang", "fr")
    assert told["records"] == many, (told, many)
    say("a JSON array", path, told)
    if shutil.which("zstd"):
        packed = folder / "array.json.zst"
        subprocess.run(["zstd", "-q", "-f", "--long=31", "-3", path, "-o", packed], check=True)
        path.unlink()
        told = figures(dateline, packed, "--lang", "fr")
        assert told["records"] == many
        say("the same, zstd with a window of 2 GB", packed, told)
        packed.unlink()
    else:
        print("passed over: zstd is not installed")
        path.unlink()
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        print("passed over: pyarrow is not installed")
        return
    path = folder / "rows.parquet"
    schema = pa.schema([("id", pa.int64()), ("text", pa.string())])
    with pq.ParquetWriter(path, schema) as writer:
        for begin in range(0, rows, 100_000):
            numbers = range(begin, min(begin + 100_000, rows))
            texts = [SENTENCE * (1 + number % 5) + str(number) for number in numbers]
            writer.write_table(pa.table({"id": list(numbers), "text": texts}, schema=schema))
    told = figures(dateline, path, "--lang", "fr")
    assert told["records"] == rows
    say("Parquet", path, told)
    path.unlink()


def forms(corpus: Path, folder: Path) -> Iterator[tuple[str, Path]]:
    """A corpus of JSON lines in other forms."""
    lines = corpus.read_text(encoding="utf-8").splitlines()
    rows = [{key: value for key, value in json.loads(line).items() if key in ("id", "text")} for line in lines]
    plain = folder / "corpus.jsonl"
    plain.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    yield "JSONL", plain
    path = folder / "corpus.json"
    path.write_text(json.dumps(rows), encoding="utf-8")
    yield "JSON array", path
    path = folder / "corpus.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, ["id", "text"])
        writer.writeheader()
        writer.writerows(rows)
    yield "CSV", path
    for ending, packed in (("xz", lzma.compress), ("bz2", bz2.compress)):
        path = folder / f"corpus.jsonl.{ending}"
        path.write_bytes(packed(plain.read_bytes()))
        yield f"JSONL, {ending}", path
    try:
        import pyarrow as pa
        import pyarrow.feather
        import pyarrow.parquet as pq
    except ImportError:
        print("passed over: pyarrow is not installed")
        return
    table = pa.table({key: [str(row[key]) for row in rows] for key in ("id", "text")})
    path = folder / "corpus.parquet"
    pq.write_table(table, path)
    yield "Parquet", path
    path = folder / "corpus.arrow"
    pyarrow.feather.write_feather(table, path)
    yield "Arrow", path


def speed(dateline: Path, folder: Path, corpus: Path, rounds: int) -> None:
    """Words/s of the same articles in each form, in turns; and the share of reading, which a busy machine does not disturb."""
    made = list(forms(corpus, folder))
    found: dict[str, list[float]] = {name: [] for name, _ in made}
    reading: dict[str, list[float]] = {name: [] for name, _ in made}
    for turn in range(rounds):
        for name, path in made if turn % 2 == 0 else reversed(made):
            run = figures(dateline, path)["this_run"]
            assert isinstance(run, dict)
            found[name].append(run["words_per_second"])
            reading[name].append(run["stages"]["read"]["share"])
    plain = statistics.median(found["JSONL"])
    for name, speeds in found.items():
        median = statistics.median(speeds)
        share = 100 * statistics.median(reading[name])
        print(f"{name}: {median:,.0f} words/s, {100 * median / plain:.1f} % of plain JSONL; {share:.2f} % of the work is reading", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dateline", type=Path, default=ROOT / "target/release/dateline")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--gigabytes", type=float, default=5)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--speed", type=Path, metavar="CORPUS", help="measures the speed of tagging instead")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        if given.speed:
            speed(given.dateline, Path(folder), given.speed, given.rounds)
        else:
            memory(given.dateline, Path(folder), given.gigabytes, given.rows)


if __name__ == "__main__":
    main()
