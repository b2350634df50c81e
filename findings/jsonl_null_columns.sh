#!/usr/bin/env bash
# A field of JSON Lines that is null in the first rows and a string further down, as an optional title or date often is: what
# three readers make of it with their own settings. All lines have the same keys, so one would expect the same column from each.
#
# Seen with polars 2.1.0, duckdb 2.0.1 and datasets 5.2.0 (Python 3.11, x86-64 Linux), on 25,000 rows of some 12 MB, of which the
# last 2,999 have a title:
#
#   polars    raises ComputeError ("got non-null value for NULL-typed column"): types are told from the first 100 rows
#   duckdb    gives the column a type "NULL" from the first 20,480 rows, reads on without a word, and gives null for all
#             2,999 titles
#   datasets  raises DatasetGenerationError behind the first 10 MB
#
# Read with the whole file as the sample (infer_schema_length=None, sample_size=-1, chunksize above the size of the file), all three
# see 2,999 titles. A key that is left out where it is null does no better: then polars has no such column, and says nothing.
#
# Exits with 1 if one of these is no longer so. Fetches some 150 MB of packages through pip, into a temporary folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check polars==2.1.0 duckdb==2.0.1 datasets==5.2.0
HF_HOME="$folder/hf" HF_DATASETS_OFFLINE=1 "$folder/venv/bin/python" - "$folder" <<'PYTHON'
import json
import sys
from pathlib import Path

import datasets
import duckdb
import polars

datasets.disable_progress_bars()
folder = Path(sys.argv[1])
ROWS, WITH_TITLE = 25_000, 2_999


def write(name: str, leave_out: bool) -> str:
    """Rows without a title, and behind them rows with one."""
    path = folder / name
    with path.open("w") as file:
        for row in range(ROWS):
            record = {"id": row, "title": "Rain" if row >= ROWS - WITH_TITLE else None, "text": "It rained all day. " * 25}
            if leave_out and record["title"] is None:
                del record["title"]
            print(json.dumps(record), file=file)
    return str(path)


null, absent = write("null.jsonl", leave_out=False), write("absent.jsonl", leave_out=True)


def hugging_face(**options):
    rows = datasets.load_dataset("json", data_files=null, split="train", cache_dir=str(folder / "cache"), **options)
    return sum(title is not None for title in rows["title"])


def outcome(read):
    """What a reader gives, or the name of what it raises."""
    try:
        return read()
    except Exception as error:
        return type(error).__name__


seen = {
    "polars": outcome(lambda: polars.read_ndjson(null)["title"].drop_nulls().len()),
    "polars, all rows": outcome(lambda: polars.read_ndjson(null, infer_schema_length=None)["title"].drop_nulls().len()),
    "polars, key left out": outcome(lambda: "title" in polars.read_ndjson(absent).columns),
    "duckdb": outcome(lambda: duckdb.sql(f"select count(title) from read_json('{null}')").fetchall()[0][0]),
    "duckdb, type": outcome(lambda: str(duckdb.sql(f"select title from read_json('{null}')").types[0])),
    "duckdb, all rows": outcome(
        lambda: duckdb.sql(f"select count(title) from read_json('{null}', sample_size=-1)").fetchall()[0][0]
    ),
    "datasets": outcome(hugging_face),
    "datasets, one chunk": outcome(lambda: hugging_face(chunksize=1 << 30)),
}
expected = {
    "polars": "ComputeError",
    "polars, all rows": WITH_TITLE,
    "polars, key left out": False,
    "duckdb": 0,
    "duckdb, type": '"NULL"',
    "duckdb, all rows": WITH_TITLE,
    "datasets": "DatasetGenerationError",
    "datasets, one chunk": WITH_TITLE,
}
for what, value in seen.items():
    print(f"{what:22} {value}{'' if value == expected[what] else f'   (expected {expected[what]})'}")
sys.exit(seen != expected)
PYTHON
