"""Spark for real: two executors on this machine, one of which is killed.

`DATELINE_TEST_DOCUMENTS=20000` kills one of a longer job, and `DATELINE_TEST_CORPUS` names JSON lines with a `text`, which are
tagged besides the articles.
"""

import json
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import dateline

pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
pq = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
psutil = pytest.importorskip("psutil", reason="psutil is not installed")
pytest.importorskip("pyspark", reason="pyspark is not installed")
if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
    pytest.skip("there is no java, which Spark needs (17)", allow_module_level=True)

import dateline.spark  # noqa: E402

DOCUMENTS = int(os.environ.get("DATELINE_TEST_DOCUMENTS", "600"))
CORPUS = os.environ.get("DATELINE_TEST_CORPUS")
FILES = 12
WORDS = 150
PATIENCE_S = 120 + DOCUMENTS // 10

pytestmark = pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning")


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    from pyspark.sql import SparkSession

    # Spark would take the python3 of the path.
    os.environ["PYSPARK_PYTHON"] = sys.executable
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.session.timeZone": "Asia/Tokyo",
        # A task a file.
        "spark.sql.files.minPartitionNum": str(FILES),
        "spark.sql.shuffle.partitions": "4",
    }
    builder = SparkSession.builder.master("local-cluster[2,1,1024]").appName("dateline")
    for key, value in settings.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


def frame(spark: Any, articles: dict[str, str]) -> Any:
    rows = [(id, id.upper(), text) for id, text in articles.items()]
    rows.append(("beyond", "The basic plane", "\U0001f1f3\U0001f1f4 The mayor of Oslo flew to Zürich\u2019s lake \U0001f600 and on to Łódź."))
    return spark.createDataFrame(rows, "id string, title string, text string").repartition(3)


def by_id(documents: list[dateline.Document]) -> list[str]:
    return [doc.to_json() for doc in sorted(documents, key=lambda doc: doc.id)]


def test_the_same_bytes_as_in_one_process(spark: Any, tagger: dateline.Tagger, articles: dict[str, str]) -> None:
    df = frame(spark, articles)
    rows = df.toArrow()
    assert len(rows) == len(articles) + 1
    expected = by_id(list(tagger.pipe(rows.to_pylist())))
    assert by_id(dateline.documents(tagger.tag_arrow(rows))) == expected
    assert by_id(dateline.documents(dateline.spark.tag(df, column=None).toArrow())) == expected
    assert by_id(dateline.documents(dateline.spark.tag(df).toArrow(), column="dateline")) == expected


def test_a_row_a_mention(spark: Any, tagger: dateline.Tagger, articles: dict[str, str]) -> None:
    df = frame(spark, articles)
    mentions = dateline.spark.tag(df, flat=True)
    expected = pa.table(tagger.tag_arrow(df.toArrow(), flat=True))
    assert mentions.columns == expected.column_names
    order = [("document", "ascending"), ("start", "ascending"), ("end", "ascending")]
    assert mentions.toArrow().sort_by(order).to_pylist() == expected.sort_by(order).to_pylist()
    # As SQL, in Java: a column in another's place would show.
    abroad = mentions.filter("document = 'beyond' and country != 'NO'").select("place_name").collect()
    assert {row.place_name for row in abroad} == {"Zürich", "Łódź"}


EVERY_TYPE = """
    cast(id as string) id, timestamp'2026-03-01 09:30:00.123456' at, timestamp_ntz'2026-03-01 09:30:00' at_ntz, date'2026-03-01' day,
    cast(id as decimal(20, 4)) / 3 price, array('a', null, cast(id as string)) tags, concat('Convoy ', id, ' left Oslo.') text,
    map('k', id, 'none', null) counts, cast(concat('bytes', id) as binary) bytes, id * 9000000000 number,
    named_struct('deep', array(map(id, named_struct('x', 1.5D)))) nested, interval '1 02:03:04' day to second span,
    cast(id as byte) byte, cast(id as float) float, id % 2 = 0 even, cast(null as string) nothing
"""


def test_columns_stand_where_they_stood(spark: Any) -> None:
    df = spark.sql(f"select {EVERY_TYPE} from range(7)").repartition(3)
    tagged = dateline.spark.tag(df)
    assert tagged.columns == [*df.columns, "dateline"]
    assert tagged.schema.fields[:-1] == df.schema.fields
    assert tagged.drop("dateline").toArrow().sort_by("id").equals(df.toArrow().sort_by("id"))
    texts = tagged.selectExpr("id", "cast(price as string) price", "dateline.entities[0].text place", "dateline.error").collect()
    assert {row.place for row in texts} == {"Oslo"} and {row.error for row in texts} == {None}
    documents = dateline.spark.tag(df, metadata="*", column=None)
    assert documents.columns == dateline.schema().column_names
    (row,) = documents.filter("id = '3'").collect()
    carried = json.loads(row.metadata)
    assert (carried["number"], carried["counts"], carried["tags"]) == (27_000_000_000, {"k": 3, "none": None}, ["a", None, "3"])


def test_partitions_without_rows(spark: Any, articles: dict[str, str]) -> None:
    from pyspark.sql.functions import lit

    df = frame(spark, articles)
    sparse = df.filter("id = 'beyond'").repartition(6)
    assert dateline.spark.tag(sparse).count() == 1
    for shape in ({}, {"column": None}, {"flat": True}):
        empty = dateline.spark.tag(df.filter(lit(False)), **shape)
        assert empty.toArrow().num_rows == 0 and empty.count() == 0


def test_a_bad_document_is_a_row(spark: Any) -> None:
    rows = [("good", "He went to Oslo."), ("null", None), ("long", "Oslo. " * 20), ("empty", ""), (None, "In Rome.")]
    df = spark.createDataFrame(rows, "id string, text string").coalesce(1)
    tagged = {row.id: row.dateline for row in dateline.spark.tag(df, max_chars=50).collect()}
    assert len(tagged) == len(rows)
    errors = {id: found.error for id, found in tagged.items()}
    assert "has no text" in errors["null"] and "more than 50 characters" in errors["long"]
    assert (errors["good"], errors["empty"], errors[None]) == (None, None, None)
    assert [entity.text for entity in tagged[None].entities] == ["Rome"] and tagged["long"].entities == []


def test_rows_without_ids_are_told_apart(spark: Any) -> None:
    df = spark.createDataFrame([(f"Convoy {n} left Oslo.",) for n in range(20)], "body string").repartition(4)
    found = dateline.spark.tag(df, text="body", column=None).collect()
    assert len({row.id for row in found}) == 20
    assert {row.id.split(":")[0] for row in found} == {f"partition-{n}" for n in range(4)}
    # Batches of Arrow go on counting.
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", "3")
    try:
        again = dateline.spark.tag(df, text="body", column=None).collect()
    finally:
        spark.conf.unset("spark.sql.execution.arrow.maxRecordsPerBatch")
    # Which rows a partition gets is Spark's own affair.
    numbers: dict[str, list[int]] = {}
    for row in again:
        partition, number = row.id.split(":")
        numbers.setdefault(partition, []).append(int(number))
    assert sum(map(len, numbers.values())) == 20
    assert all(sorted(found) == list(range(1, len(found) + 1)) for found in numbers.values())
    assert dateline.spark.tag(df, text="body").columns == ["body", "dateline"]


def test_what_cannot_work_is_said_before_a_task_runs(spark: Any) -> None:
    df = spark.createDataFrame([("a", "He went to Oslo.", 1)], "id string, text string, DateLine int")
    # Spark tells no capitals apart.
    with pytest.raises(dateline.SettingsError, match="'DateLine'.*free"):
        dateline.spark.tag(df)
    assert dateline.spark.tag(df, column="found").columns[-1] == "found"
    with pytest.raises(dateline.SettingsError, match="free"):
        dateline.spark.tag(df, column="text")
    df = df.drop("DateLine")
    with pytest.raises(dateline.DocumentError, match='no column "body"'):
        dateline.spark.tag(df, text="body")
    with pytest.raises(dateline.DocumentError, match='no column "key"'):
        dateline.spark.tag(df, id="key")
    with pytest.raises(dateline.DocumentError, match='no column "desk"'):
        dateline.spark.tag(df, metadata=["desk"], column=None)
    with pytest.raises(TypeError, match="treshold"):
        dateline.spark.tag(df, treshold=0.5)


def test_large_columns_of_arrow(spark: Any, articles: dict[str, str]) -> None:
    df = frame(spark, articles).selectExpr("*", "cast(id as binary) bytes", "array(id) ids")
    shapes: list[dict[str, Any]] = [{}, {"column": None}, {"flat": True}]
    keys = ["id", "id", "document"]

    def found() -> list[list[str]]:
        tables = [dateline.spark.tag(df, **shape).toArrow().to_pylist() for shape in shapes]
        return [sorted(map(repr, rows)) for rows in tables]

    expected = found()
    spark.conf.set("spark.sql.execution.arrow.useLargeVarTypes", "true")
    try:
        assert found() == expected
    finally:
        spark.conf.unset("spark.sql.execution.arrow.useLargeVarTypes")


def test_one_tagger_a_worker(spark: Any) -> None:
    tasks = 24
    df = spark.range(tasks * 4).selectExpr("cast(id as string) id", "concat('Convoy ', id, ' left Oslo.') text").repartition(tasks)
    reading = {"text": "text", "id": "id", "metadata": None, "column": None, "flat": False}
    work = dateline.spark._worker(reading, {"min_score": 0.5})

    def look(batches: Iterator[Any]) -> Iterator[Any]:
        """Tags as ever, and gives what the process then has."""
        import os

        import pyarrow
        from pyspark import TaskContext

        import dateline._shared

        rows = sum(batch.num_rows for batch in work(batches))
        ours = [tagger for tagger in dateline._shared._taggers.values() if tagger.settings.get("min_score") == 0.5]
        task = TaskContext.get()
        assert task is not None
        seen = {
            "task": [task.partitionId()],
            "rows": [rows],
            "pid": [os.getpid()],
            "taggers": [len(ours)],
            "tagger": [id(ours[0])],
            "threads": [ours[0].threads],
        }
        yield pyarrow.RecordBatch.from_pydict(seen)

    schema = "task long, rows long, pid long, taggers long, tagger long, threads long"
    seen = df.mapInArrow(look, schema).collect()
    assert len(seen) == tasks and sum(row.rows for row in seen) == tasks * 4
    workers = {row.pid for row in seen}
    assert len({(row.pid, row.tagger) for row in seen}) == len(workers) < tasks / 2, seen
    assert {row.taggers for row in seen} == {1}
    assert {row.threads for row in seen} == {1}


def test_a_thread_a_core_of_the_task(monkeypatch: pytest.MonkeyPatch) -> None:
    from pyspark import TaskContext

    class Task:
        def cpus(self) -> int:
            return 3

        def partitionId(self) -> int:
            return 5

    import dateline._shared

    monkeypatch.setattr(TaskContext, "get", lambda: Task())
    monkeypatch.setattr(dateline._shared, "_taggers", {})
    reading = {"text": "text", "id": "id", "metadata": None, "column": None, "flat": False}
    batch = pa.RecordBatch.from_pydict({"text": ["He went to Oslo."]})
    (found,) = dateline.spark._worker(reading, {"model": None})(iter([batch]))
    assert found.to_pydict()["id"] == ["partition-5:1"]
    assert [tagger.threads for tagger in dateline._shared._taggers.values()] == [3]
    list(dateline.spark._worker(reading, {"model": None, "threads": 2})(iter([batch])))
    assert [tagger.threads for tagger in dateline._shared._taggers.values()] == [3, 2]


def documents(articles: dict[str, str], count: int) -> list[dict[str, str]]:
    """So many texts of some 150 words, cut from the articles (and the corpus) at ever other places."""
    texts = list(articles.values())
    if CORPUS is not None:
        texts += [json.loads(line)["text"] for line in Path(CORPUS).read_text(encoding="utf-8").splitlines()]
    parts = [text.split() for text in texts]

    def cut(n: int) -> str:
        words = parts[n % len(parts)]
        begin = n // len(parts) * 31 % max(1, len(words) - WORDS)
        return " ".join(words[begin : begin + WORDS])

    return [{"id": f"doc-{n:06}", "text": cut(n)} for n in range(count)]


def executors() -> list[Any]:
    """The executors of the cluster that this process started."""
    found = []
    for process in psutil.Process().children(recursive=True):
        try:
            if any("CoarseGrainedExecutorBackend" in part for part in process.cmdline()):
                found.append(process)
        except psutil.Error:
            continue
    return found


def in_the_middle(spark: Any, job: Callable[[], None], then: Callable[[], None]) -> None:
    """Runs a job, and something when a third of its tasks are done."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            job()
        except BaseException as error:  # noqa: BLE001 - it is raised again below
            failed.append(error)

    tracker, thread = spark.sparkContext.statusTracker(), threading.Thread(target=run)
    thread.start()
    deadline = time.monotonic() + PATIENCE_S
    while thread.is_alive() and time.monotonic() < deadline:
        stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
        if any(stage.numTasks == FILES and stage.numCompletedTasks >= FILES // 3 for stage in stages if stage is not None):
            then()
            break
        time.sleep(0.05)
    thread.join(PATIENCE_S)
    assert not thread.is_alive(), f"the job did not end within another {PATIENCE_S} s"
    if failed:
        raise failed[0]


def test_a_killed_executor_loses_nothing(spark: Any, articles: dict[str, str], tmp_path: Path) -> None:
    rows = documents(articles, DOCUMENTS)
    (tmp_path / "corpus").mkdir()
    for n in range(FILES):
        pq.write_table(pa.Table.from_pylist(rows[n::FILES]), tmp_path / f"corpus/{n:02}.parquet")
    corpus = spark.read.parquet(str(tmp_path / "corpus"))
    assert corpus.rdd.getNumPartitions() == FILES

    def tag(to: str) -> None:
        dateline.spark.tag(corpus).write.parquet(str(tmp_path / to))

    def read(folder: str) -> list[str]:
        found = [dateline.documents(pq.read_table(path), column="dateline") for path in sorted((tmp_path / folder).glob("*.parquet"))]
        return by_id([doc for part in found for doc in part])

    killed: list[int] = []

    def kill() -> None:
        before = executors()
        assert len(before) == 2
        before[0].kill()
        killed.extend(process.pid for process in before)

    tag("undisturbed")
    in_the_middle(spark, lambda: tag("disturbed"), kill)
    assert killed, "the job was over before an executor could be killed: raise DATELINE_TEST_DOCUMENTS"
    assert not psutil.pid_exists(killed[0]) or psutil.Process(killed[0]).status() == psutil.STATUS_ZOMBIE
    expected = read("undisturbed")
    assert [json.loads(line)["id"] for line in expected] == [row["id"] for row in rows]
    assert read("disturbed") == expected
    print(f"{DOCUMENTS} documents: the same {sum(map(len, expected))} bytes of JSON with an executor killed")
