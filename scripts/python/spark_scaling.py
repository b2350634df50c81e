"""How much faster two Spark workers tag than one: the same documents on local-cluster[1,1,1024] and local-cluster[2,1,1024].

    python scripts/python/spark_scaling.py CORPUS.jsonl [--documents 6000] [--words 150] [--rounds 3]

The package is installed in the Python that runs this, with pyspark, pyarrow and psutil, and Java is there; CORPUS is JSON lines
with a `text`. Each cluster does a first job that is not measured: its start, that of the Python workers and the making of their
taggers are in that one. The clusters take turns, and what counts is the median of their jobs. A machine with two cores and other
work on them scales less: the load is told beside the figures.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path

PARTS = 16
EXPECTED = 1.7


def cut(corpus: Path, documents: int, words: int, folder: Path) -> None:
    """Writes so many documents of at most so many words, in files of Parquet."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with corpus.open(encoding="utf-8") as lines:
        texts = [" ".join(json.loads(line)["text"].split()[:words]) for line in lines]
    rows = [{"id": f"doc-{n:06}", "text": text} for n, text in enumerate(islice(cycle(texts), documents))]
    for n in range(PARTS):
        pq.write_table(pa.Table.from_pylist(rows[n::PARTS]), folder / f"{n:02}.parquet")


def job(workers: int, folder: Path) -> dict[str, float]:
    """Tags the documents on a cluster of its own, after a job that warms it."""
    from pyspark.sql import SparkSession

    import dateline.spark

    # Spark would take the python3 of the path.
    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master(f"local-cluster[{workers},1,1024]").appName("dateline scaling")
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.files.minPartitionNum": str(PARTS),
        # A job begins with all workers, or it measures their start.
        "spark.scheduler.minRegisteredResourcesRatio": "1.0",
        "spark.scheduler.maxRegisteredResourcesWaitingTime": "120s",
    }
    for key, value in settings.items():
        builder = builder.config(key, value)
    start = time.perf_counter()
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    corpus = spark.read.parquet(str(folder))
    assert corpus.rdd.getNumPartitions() == PARTS
    tagged = dateline.spark.tag(corpus)

    def run() -> float:
        begin = time.perf_counter()
        tagged.write.format("noop").mode("overwrite").save()
        return time.perf_counter() - begin

    first = run()
    warm = time.perf_counter() - start
    seconds = run()
    spark.stop()
    return {"workers": workers, "start_and_first_job_s": round(warm, 2), "first_job_s": round(first, 2), "seconds": round(seconds, 3)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path, help="JSON lines with a text")
    parser.add_argument("--documents", type=int, default=6000)
    parser.add_argument("--words", type=int, default=150)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--job", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.job is not None:
        print(json.dumps(job(given.job, given.corpus)), flush=True)
        return
    took: dict[int, list[float]] = {1: [], 2: []}
    with tempfile.TemporaryDirectory() as folder:
        cut(given.corpus, given.documents, given.words, Path(folder))
        for turn in range(given.rounds):
            # In turns, the other first each time: what else the machine does falls on both.
            for workers in (1, 2) if turn % 2 == 0 else (2, 1):
                load = os.getloadavg()[0]
                command = [sys.executable, __file__, folder, "--job", str(workers)]
                done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                if done.returncode != 0:
                    sys.exit(done.stderr)
                figures = json.loads(done.stdout.splitlines()[-1])
                took[workers].append(figures["seconds"])
                print(json.dumps({**figures, "load_before": round(load, 2), "load_after": round(os.getloadavg()[0], 2)}), flush=True)
    one, two = (statistics.median(took[workers]) for workers in (1, 2))
    told = {"documents": given.documents, "one_s": one, "two_s": two, "times": round(one / two, 2), "expected": EXPECTED}
    print(json.dumps(told), flush=True)
    sys.exit(one / two < EXPECTED)


if __name__ == "__main__":
    main()
