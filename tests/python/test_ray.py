"""Ray Data for real: two actors on this machine, one of which is killed.

`DATELINE_TEST_DOCUMENTS=20000` kills one of a longer job, and `DATELINE_TEST_CORPUS` names JSON lines with a `text`, which are
tagged besides the articles.
"""

import json
import os
import signal
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import dateline

pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
pq = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
# Before it is imported: it would tell its makers of its use, through the network.
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
pytest.importorskip("ray.data", reason="ray[data] is not installed")

import dateline.ray  # noqa: E402

DOCUMENTS = int(os.environ.get("DATELINE_TEST_DOCUMENTS", "600"))
CORPUS = os.environ.get("DATELINE_TEST_CORPUS")
FILES = 12
WORDS = 150
PATIENCE_S = 120 + DOCUMENTS // 10


@pytest.fixture(scope="module")
def data() -> Iterator[Any]:
    import ray

    # Two actors with a CPU each leave one for what reads.
    ray.init(num_cpus=3, include_dashboard=False, object_store_memory=200_000_000, log_to_driver=False, logging_level="ERROR")
    ray.data.DataContext.get_current().enable_progress_bars = False
    # Its workers cannot import this file.
    ray.cloudpickle.register_pickle_by_value(sys.modules[__name__])
    yield ray.data
    ray.shutdown()


def by_id(documents: list[dateline.Document]) -> list[str]:
    return [doc.to_json() for doc in sorted(documents, key=lambda doc: doc.id)]


def table(dataset: Any) -> Any:
    """All rows of a dataset."""
    import ray

    blocks = [block for block in ray.get(dataset.to_arrow_refs()) if block.num_rows]
    return pa.concat_tables(blocks)


class Telling(dateline.ray.Tagger):
    """Tags, and tells of every batch in the file of its process."""

    def __init__(self, folder: str, **options: Any) -> None:
        super().__init__(**options)
        self._file = Path(folder) / f"{os.getpid()}-{uuid.uuid4().hex}.jsonl"
        self._file.touch()

    def __call__(self, batch: Any) -> Any:
        found = super().__call__(batch)
        told = {"pid": os.getpid(), "rows": batch.num_rows, "chunks": batch.column(0).num_chunks, "threads": self._tagger.threads}
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(told) + "\n")
        return found


def told(folder: Path) -> list[dict[str, int]]:
    return [json.loads(line) for path in folder.glob("*.jsonl") for line in path.read_text().splitlines(keepends=True) if line.endswith("\n")]


def test_the_same_bytes_as_in_one_process(data: Any, tagger: dateline.Tagger, articles: dict[str, str]) -> None:
    rows = pa.table({"id": list(articles), "title": [id.upper() for id in articles], "text": list(articles.values())})
    beyond = "\U0001f1f3\U0001f1f4 The mayor of Oslo flew to Zürich\u2019s lake \U0001f600 and on to Łódź."
    rows = pa.concat_tables([rows, pa.table({"id": ["beyond"], "title": [None], "text": [beyond]}, schema=rows.schema)])
    expected = by_id(list(tagger.pipe(rows.to_pylist())))
    assert by_id(dateline.documents(tagger.tag_arrow(rows))) == expected
    dataset = data.from_arrow([rows.slice(0, 2), rows.slice(2)])
    how: dict[str, Any] = {"batch_format": "pyarrow", "batch_size": 2, "compute": data.ActorPoolStrategy(size=1)}
    documents = table(dataset.map_batches(dateline.ray.Tagger, **how))
    assert documents.column_names == dateline.schema().column_names
    assert by_id(dateline.documents(documents)) == expected
    more = table(dataset.map_batches(dateline.ray.Tagger, fn_constructor_kwargs={"column": "found"}, **how))
    assert more.column_names == ["id", "title", "text", "found"]
    assert by_id(dateline.documents(more, column="found")) == expected
    mentions = table(dataset.map_batches(dateline.ray.Tagger, fn_constructor_kwargs={"flat": True}, **how))
    order = [("document", "ascending"), ("start", "ascending"), ("end", "ascending")]
    assert mentions.sort_by(order).to_pylist() == pa.table(tagger.tag_arrow(rows, flat=True)).sort_by(order).to_pylist()


def test_a_bad_document_is_a_row(data: Any) -> None:
    rows = pa.table({"id": ["good", "null", "long", "empty"], "text": ["He went to Oslo.", None, "Oslo. " * 20, ""]})
    tagged = data.from_arrow(rows).map_batches(
        dateline.ray.Tagger, batch_format="pyarrow", batch_size=3, concurrency=1, fn_constructor_kwargs={"max_chars": 50}
    )
    errors = {row["id"]: row["error"] for row in tagged.take_all()}
    assert "has no text" in errors["null"] and "more than 50 characters" in errors["long"]
    assert (errors["good"], errors["empty"], len(errors)) == (None, None, 4)


def test_a_block_comes_whole_without_a_batch_size(data: Any, tmp_path: Path) -> None:
    chunk = pa.table({"text": ["He went to Oslo."] * 40})
    rows = pa.concat_tables([chunk] * 3)
    assert rows.column("text").num_chunks == 3
    tagged = data.from_arrow(rows).map_batches(
        Telling, batch_format="pyarrow", batch_size=None, concurrency=1, num_cpus=0.5, fn_constructor_kwargs={"folder": str(tmp_path)}
    )
    found = tagged.take_all()
    # However many chunks it has; and a part of a CPU is a thread.
    assert [(batch["rows"], batch["threads"]) for batch in told(tmp_path)] == [(120, 1)]
    assert [row["id"] for row in found] == [f"table:{n}" for n in range(1, 121)]
    assert {entity["text"] for row in found for entity in row["entities"]} == {"Oslo"}


def test_a_thread_a_cpu(data: Any, tmp_path: Path) -> None:
    rows = pa.table({"id": ["a", "b"], "text": ["He went to Oslo.", "In Rome."]})
    for cpus, options, threads in [(2, {}, 2), (0.25, {}, 1), (1, {"threads": 3}, 3)]:
        folder = tmp_path / f"{cpus}"
        folder.mkdir()
        tagged = data.from_arrow(rows).map_batches(
            Telling,
            batch_format="pyarrow",
            batch_size=256,
            concurrency=1,
            num_cpus=cpus,
            fn_constructor_kwargs={"folder": str(folder), **options},
        )
        assert tagged.count() == 2
        assert [batch["threads"] for batch in told(folder)] == [threads]


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


def test_a_killed_actor_loses_nothing(data: Any, articles: dict[str, str], tmp_path: Path) -> None:
    rows = documents(articles, DOCUMENTS)
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for n in range(FILES):
        pq.write_table(pa.Table.from_pylist(rows[n::FILES]), corpus / f"{n:02}.parquet")

    def tag(to: str) -> list[str]:
        (tmp_path / to).mkdir()
        # Files as small as these become one block, and one actor's, whatever override_num_blocks says.
        blocks = data.read_parquet(str(corpus)).repartition(FILES)
        tagged = blocks.map_batches(
            Telling, batch_format="pyarrow", batch_size=16, concurrency=2, fn_constructor_kwargs={"folder": str(tmp_path / to)}
        )
        return by_id(dateline.documents(table(tagged)))

    expected = tag("undisturbed")
    assert [json.loads(line)["id"] for line in expected] == [row["id"] for row in rows]

    killed: list[int] = []
    over = threading.Event()

    def kill() -> None:
        """Kills an actor when both are at work and a fifth is done."""
        deadline = time.monotonic() + PATIENCE_S
        while not over.is_set() and time.monotonic() < deadline:
            done = Counter[int]()
            for batch in told(tmp_path / "disturbed"):
                done[batch["pid"]] += batch["rows"]
            if len(done) == 2 and done.total() > DOCUMENTS / 5:
                ((busiest, _),) = done.most_common(1)
                os.kill(busiest, signal.SIGKILL)
                killed.append(busiest)
                return
            time.sleep(0.02)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        disturbed = tag("disturbed")
    finally:
        over.set()
        killer.join()
    assert killed, "the job was over before an actor could be killed: raise DATELINE_TEST_DOCUMENTS"
    assert disturbed == expected
    batches = told(tmp_path / "disturbed")
    workers = {path.name.split("-")[0] for path in (tmp_path / "disturbed").glob("*.jsonl")}
    again = sum(batch["rows"] for batch in batches) - DOCUMENTS
    print(f"{DOCUMENTS} documents: the same with an actor of {len(workers)} killed; {again} were tagged twice, and given once")
    assert len(workers) == 3, "no actor took the place of the killed one"
