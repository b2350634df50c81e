"""Takes what was tagged through the tools of data people and back: tag, load, filter, save, `dateline map`.

    python -m venv venv && venv/bin/pip install -r scripts/roundtrips/requirements.txt
    venv/bin/python scripts/roundtrips/roundtrips.py [--dateline target/release/dateline] [--keep FOLDER]

Articles with dates, ids such as 00123, metadata and gaps are tagged as JSONL, JSON and Parquet. Each tool loads one of these, keeps the
articles of one source, and saves them in each of its own forms; of all of them `dateline map` must give the same mentions, to the
byte, as of the JSONL lines of that source. And the other way: each tool writes the articles themselves, which must be tagged to the
same names and places. A tool that is not installed is passed over, and said to be.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import io
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = "The Gulf Courier"
Saved = Iterator[tuple[str, Path]]


def articles() -> list[dict[str, object]]:
    """Articles of our own, with what makes tables hard."""
    lines = (ROOT / "tests/data/map/articles.jsonl").read_text(encoding="utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    for number, article in enumerate(found):
        article["id"] = f"{number:05}"
        article["source"] = SOURCE if number % 2 == 0 else "NA"
        article["words"] = len(str(article["text"]).split())
        article["tags"] = [] if number % 3 == 0 else ["Köln, Ulm", "b"]
        if number % 4 == 1:
            article["url"] = None
    return found


class Run:
    def __init__(self, dateline: Path, folder: Path) -> None:
        self.dateline, self.folder = dateline, folder
        self.failures: list[str] = []

    def call(self, *args: str | Path) -> bytes:
        done = subprocess.run([self.dateline, *map(str, args)], capture_output=True)
        if done.returncode != 0:
            raise RuntimeError(done.stderr.decode()[:400])
        return done.stdout

    def mapped(self, *paths: Path) -> list[dict[str, str]]:
        """The mentions of tagged files, in an order of their own."""
        table = self.call("map", *paths, "--format", "csv", "--layer", "mentions").decode()
        rows = list(csv.DictReader(io.StringIO(table)))
        return sorted(rows, key=lambda row: json.dumps(row, sort_keys=True))

    def names(self, path: Path, *options: str) -> list[tuple[object, ...]]:
        """What is found in articles."""
        lines = self.call("tag", path, *options).decode().splitlines()
        found = []
        for line in lines:
            record = json.loads(line)
            places = [(e["start"], e["end"], e["label"], (e.get("place") or {}).get("id")) for e in record["entities"]]
            found.append((record["id"], (record["date"] or "")[:10], record["source"], record["url"], str(places)))
        return sorted(found, key=str)

    def compare(self, name: str, expected: object, make: Callable[[], object]) -> None:
        try:
            found = make()
        except Exception as error:  # noqa: BLE001: what went wrong is told, and the others go on
            self.failures.append(name)
            print(f"FAILED  {name}: {error}")
            return
        if found == expected:
            print(f"same    {name}")
        else:
            self.failures.append(name)
            print(f"DIFFERS {name}: {first_difference(expected, found)}")


def first_difference(expected: object, found: object) -> str:
    if isinstance(expected, list) and isinstance(found, list):
        if len(expected) != len(found):
            return f"{len(found)} rows, expected {len(expected)}"
        return next(f"{f} where {e} was expected" for e, f in zip(expected, found, strict=True) if e != f)
    return "something else"


def with_pandas(jsonl: Path, parquet: Path, folder: Path) -> Saved:
    import pandas as pd

    # Unless it is told to be precise, pandas reads 0.94 of JSON as 0.9400000000000001.
    lines = pd.read_json(jsonl, lines=True, dtype={"id": str}, precise_float=True)
    for name, table in (("JSONL", lines), ("Parquet", pd.read_parquet(parquet))):
        kept = table[table["source"] == SOURCE]
        for ending in ("jsonl", "json", "parquet", "feather"):
            path = folder / f"pandas-{name}.{ending}"
            if ending == "jsonl":
                kept.to_json(path, orient="records", lines=True)
            elif ending == "json":
                kept.to_json(path, orient="records")
            elif ending == "parquet":
                kept.to_parquet(path)
            else:
                kept.reset_index(drop=True).to_feather(path)
            yield f"pandas {pd.__version__}, {name} to {ending}", path


def with_polars(jsonl: Path, parquet: Path, folder: Path) -> Saved:
    import polars as pl

    for name, table in (("JSONL", pl.read_ndjson(jsonl, infer_schema_length=None)), ("Parquet", pl.read_parquet(parquet))):
        kept = table.filter(pl.col("source") == SOURCE)
        for ending, write in (("jsonl", kept.write_ndjson), ("json", kept.write_json), ("parquet", kept.write_parquet), ("arrow", kept.write_ipc)):
            path = folder / f"polars-{name}.{ending}"
            write(path)
            yield f"polars {pl.__version__}, {name} to {ending}", path


def with_duckdb(jsonl: Path, parquet: Path, folder: Path) -> Saved:
    import duckdb

    for name, table in (("JSONL", f"read_json('{jsonl}')"), ("Parquet", f"'{parquet}'")):
        for ending, form in (("json", "FORMAT json"), ("array.json", "FORMAT json, ARRAY true"), ("parquet", "FORMAT parquet")):
            path = folder / f"duckdb-{name}.{ending}"
            duckdb.sql(f"COPY (SELECT * FROM {table} WHERE source = '{SOURCE}') TO '{path}' ({form})")
            yield f"DuckDB {duckdb.__version__}, {name} to {ending}", path


def with_pyarrow(jsonl: Path, parquet: Path, folder: Path) -> Saved:
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.feather
    import pyarrow.json
    import pyarrow.parquet as pq

    for name, table in (("JSONL", pyarrow.json.read_json(jsonl)), ("Parquet", pq.read_table(parquet))):
        kept = table.filter(pc.field("source") == SOURCE)
        path = folder / f"pyarrow-{name}.parquet"
        pq.write_table(kept, path)
        yield f"PyArrow {pa.__version__}, {name} to Parquet", path
        path = folder / f"pyarrow-{name}.feather"
        pyarrow.feather.write_feather(kept, path)
        yield f"PyArrow {pa.__version__}, {name} to Feather", path
        path = folder / f"pyarrow-{name}.arrows"
        with pa.OSFile(str(path), "wb") as out, pa.ipc.new_stream(out, kept.schema) as stream:
            stream.write_table(kept)
        yield f"PyArrow {pa.__version__}, {name} to a stream", path


def with_datasets(jsonl: Path, parquet: Path, folder: Path) -> Saved:
    import datasets

    datasets.disable_progress_bars()
    for name, kind, path in (("JSONL", "json", jsonl), ("Parquet", "parquet", parquet)):
        table = datasets.load_dataset(kind, data_files=str(path), split="train", cache_dir=str(folder / "cache"))
        kept = table.filter(lambda row: row["source"] == SOURCE)
        saved = folder / f"datasets-{name}"
        kept.save_to_disk(saved)
        yield f"datasets {datasets.__version__}, {name} to a folder of Arrow", saved
        for ending, write in (("json", kept.to_json), ("parquet", kept.to_parquet)):
            path = folder / f"datasets-{name}.{ending}"
            write(path)
            yield f"datasets {datasets.__version__}, {name} to {ending}", path


def with_spark(jsonl: Path, parquet: Path, folder: Path) -> Saved:
    import os

    os.environ["PYSPARK_PYTHON"] = sys.executable
    import pyspark
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    spark = builder.config("spark.ui.showConsoleProgress", "false").getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    for name, table in (("JSONL", spark.read.json(str(jsonl))), ("Parquet", spark.read.parquet(str(parquet)))):
        kept = table.where(table["source"] == SOURCE)
        for ending in ("json", "parquet"):
            path = folder / f"spark-{name}-{ending}"
            writer = kept.write.mode("overwrite")
            writer.option("ignoreNullFields", "false").json(str(path)) if ending == "json" else writer.parquet(str(path))
            yield f"Spark {pyspark.__version__}, {name} to {ending}", path
    spark.stop()


TOOLS: dict[str, Callable[[Path, Path, Path], Saved]] = {
    "pandas": with_pandas,
    "polars": with_polars,
    "duckdb": with_duckdb,
    "pyarrow": with_pyarrow,
    "datasets": with_datasets,
    "pyspark": with_spark,
}


def raw(given: list[dict[str, object]], folder: Path) -> Saved:
    """The articles themselves, as other tools write them."""
    if importlib.util.find_spec("pandas"):
        import pandas as pd

        table = pd.DataFrame(given)
        table["date"] = pd.to_datetime(table["date"])
        for ending, write in (
            ("jsonl", lambda path: table.to_json(path, orient="records", lines=True)),
            ("json", lambda path: table.to_json(path, orient="records")),
            ("csv", lambda path: table.to_csv(path, index=False)),
            ("jsonl.bz2", lambda path: table.to_json(path, orient="records", lines=True)),
            ("jsonl.xz", lambda path: table.to_json(path, orient="records", lines=True)),
            ("zip", lambda path: table.to_json(path, orient="records", lines=True, compression={"method": "zip", "archive_name": "a.jsonl"})),
        ):
            path = folder / f"raw-pandas.{ending}"
            write(path)
            yield f"articles by pandas, {ending}", path
        path = folder / "raw-semicolons.csv"
        table.to_csv(path, index=False, sep=";")
        yield "articles by pandas, semicolons", path
    if importlib.util.find_spec("polars"):
        import polars as pl

        frame = pl.DataFrame(given).with_columns(pl.col("date").str.to_date())
        for ending, write in (("parquet", frame.write_parquet), ("arrow", frame.write_ipc), ("avro", lambda path: frame.write_avro(path, name="article"))):
            path = folder / f"raw-polars.{ending}"
            write(path)
            yield f"articles by polars, {ending}", path
    if importlib.util.find_spec("fastavro"):
        import fastavro

        columns = {"id": "string", "date": ["null", "string"], "source": "string", "url": ["null", "string"], "text": "string", "title": ["null", "string"]}
        schema = fastavro.parse_schema({"type": "record", "name": "article", "fields": [{"name": name, "type": kind} for name, kind in columns.items()]})
        for codec in ("null", "deflate"):
            path = folder / f"raw-fastavro-{codec}.avro"
            with path.open("wb") as out:
                fastavro.writer(out, schema, [{name: article.get(name) for name in columns} for article in given], codec=codec)
            yield f"articles by fastavro, {codec}", path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dateline", type=Path, default=ROOT / "target/release/dateline")
    parser.add_argument("--keep", type=Path, help="a folder for what the tools write")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        run, found = Run(given.dateline, folder), articles()
        corpus, tagged = folder / "articles.jsonl", folder / "tagged.jsonl"
        corpus.write_text("".join(json.dumps(article) + "\n" for article in found), encoding="utf-8")
        metadata = ("--metadata", "words,tags")
        run.call("tag", corpus, "-o", tagged, "--restart", *metadata)
        parquet = folder / "tagged.parquet"
        run.call("tag", corpus, "-o", parquet, "--restart", *metadata)
        kept = folder / "kept.jsonl"
        lines = tagged.read_text(encoding="utf-8").splitlines(keepends=True)
        kept.write_text("".join(line for line in lines if json.loads(line)["source"] == SOURCE), encoding="utf-8")
        expected = run.mapped(kept)
        print(f"{len(found)} articles, {len(expected)} mentions of {SOURCE} on the map")
        run.call("tag", corpus, "-o", folder / "tagged.json", "--restart", *metadata)
        run.compare("dateline's own .json", run.mapped(tagged), lambda: run.mapped(folder / "tagged.json"))
        run.compare("dateline's own Parquet", run.mapped(tagged), lambda: run.mapped(parquet))
        for module, tool in TOOLS.items():
            if importlib.util.find_spec(module) is None:
                print(f"passed over: {module} is not installed")
                continue
            try:
                for name, path in tool(tagged, parquet, folder):
                    run.compare(name, expected, lambda path=path: run.mapped(path))
            except Exception as error:  # noqa: BLE001: a tool that fails is told, and the others go on
                run.failures.append(module)
                print(f"FAILED  {module}: {type(error).__name__}: {str(error)[:400]}")
        # Columns of dates want whole days.
        for article in found:
            if len(str(article.get("date"))) != 10:
                article["date"] = "2024-03-05"
        corpus.write_text("".join(json.dumps(article) + "\n" for article in found), encoding="utf-8")
        names = run.names(corpus)
        for name, path in raw(found, folder):
            run.compare(name, names, lambda path=path: run.names(path))
    if run.failures:
        sys.exit(f"{len(run.failures)} differ or failed")


if __name__ == "__main__":
    main()
