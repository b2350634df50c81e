"""Tables in, tables out."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import dateline

pa = pytest.importorskip("pyarrow")


def table(articles: dict[str, str], chunks: int = 1) -> Any:
    rows = pa.table({"id": list(articles), "title": [name.upper() for name in articles], "text": list(articles.values())})
    step = -(-len(rows) // chunks)
    return pa.concat_tables([rows.slice(at, step) for at in range(0, len(rows), step)])


def test_rows_are_the_documents_of_the_stream(tagger: dateline.Tagger, articles: dict[str, str]) -> None:
    rows = table(articles, chunks=3)
    expected = [doc.to_json() for doc in tagger.pipe(rows.to_pylist())]
    found = tagger.tag_arrow(rows)
    assert (len(found), found.num_rows) == (len(articles), len(articles))
    assert [doc.to_json() for doc in dateline.documents(found)] == expected
    # Whatever holds it.
    assert [doc.to_json() for doc in dateline.documents(pa.table(found))] == expected
    # Names, order and values are those of the JSON.
    for row, line in zip(pa.table(found).to_pylist(), expected, strict=True):
        document = json.loads(line)
        del row["error"]
        assert list(row) == [key for key in document if key not in ("explanations", "nested")]
        assert all(row[key] == document[key] for key in row)


def test_a_bad_row_is_a_row(tagger: dateline.Tagger) -> None:
    rows = pa.table({"text": ["He went to Oslo.", None, "In Rome."], "date": [1, 2, 3]})
    found = pa.table(tagger.tag_arrow(rows, name="desk", first=11)).to_pylist()
    assert [row["id"] for row in found] == ["desk:11", "desk:12", "desk:13"]
    assert [row["error"] for row in found][::2] == [None, None] and "desk:12: has no text" in found[1]["error"]
    assert found[1]["entities"] == [] and found[2]["date"] == "3"
    flat = pa.table(tagger.tag_arrow(rows, flat=True)).to_pylist()
    assert [(row["document"], row["text"], row["error"] is None) for row in flat] == [
        ("table:1", "Oslo", True),
        ("table:2", None, False),
        ("table:3", "Rome", True),
    ]
    docs = dateline.documents(tagger.tag_arrow(rows))
    assert docs[1].error is not None and docs[1].id == "table:2"


def test_one_more_column(tagger: dateline.Tagger, articles: dict[str, str]) -> None:
    rows = table(articles).append_column("n", [[{"a": n} for n in range(len(articles))]])
    found = pa.table(tagger.tag_arrow(rows, column="found"))
    assert found.column_names == [*rows.column_names, "found"]
    assert found.drop_columns("found").equals(rows)
    docs = dateline.documents(found, column="found")
    assert [doc.to_json() for doc in docs] == [doc.to_json() for doc in tagger.pipe(rows.to_pylist())]
    with pytest.raises(dateline.SettingsError, match="free"):
        tagger.tag_arrow(found, column="found")
    with pytest.raises(dateline.SettingsError, match="one of them"):
        tagger.tag_arrow(rows, column="found", flat=True)


def test_tables_are_written_by_others(tagger: dateline.Tagger, articles: dict[str, str], tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = table({**articles, "none": "Nothing is here.", "person": "Anna Berg said so."})
    for found in (tagger.tag_arrow(rows), tagger.tag_arrow(rows, column="found"), tagger.tag_arrow(rows, flat=True)):
        parquet.write_table(pa.table(found), tmp_path / "found.parquet")
        assert parquet.read_table(tmp_path / "found.parquet").equals(pa.table(found))


def test_schemas_do_not_depend_on_the_rows(tagger: dateline.Tagger, articles: dict[str, str]) -> None:
    rows = table(articles)
    for flat in (False, True):
        schema = pa.table(dateline.schema(flat=flat)).schema
        assert pa.table(tagger.tag_arrow(rows, flat=flat)).schema == schema
        assert pa.table(tagger.tag_arrow(rows.slice(0, 0), flat=flat)).schema == schema
    column = pa.table(tagger.tag_arrow(rows, column="x")).schema.field("x")
    assert column.type == pa.struct(list(pa.table(dateline.schema(found=True)).schema))


def test_what_holds_columns(tagger: dateline.Tagger, articles: dict[str, str]) -> None:
    rows = table(articles)
    expected = dateline.documents(tagger.tag_arrow(rows))
    batch = rows.combine_chunks().to_batches()[0]
    assert pa.record_batch(tagger.tag_arrow(batch)).num_rows == len(rows)
    reader = pa.RecordBatchReader.from_batches(rows.schema, iter(rows.to_batches()))
    held: list[object] = [batch, reader]
    for kind in ("string_view", "large_string", "dictionary"):
        type_ = pa.dictionary(pa.int32(), pa.string()) if kind == "dictionary" else getattr(pa, kind)()
        held.append(rows.set_column(2, "text", rows["text"].cast(type_)))
    pl = pytest.importorskip("polars")
    held += [pl.DataFrame(rows), pl.DataFrame(rows).lazy().collect()]
    pd = pytest.importorskip("pandas")
    held += [rows.to_pandas()]
    duckdb = pytest.importorskip("duckdb")
    held += [duckdb.from_arrow(rows)]
    for one in held:
        assert dateline.documents(tagger.tag_arrow(one)) == expected, type(one)  # type: ignore[arg-type]
    assert isinstance(tagger.tag_arrow(rows).to_polars(), pl.DataFrame)
    assert isinstance(tagger.tag_arrow(rows).to_pandas(), pd.DataFrame)


def test_frames_come_back_as_they_came(tagger: dateline.Tagger, articles: dict[str, str]) -> None:
    pl, pd = pytest.importorskip("polars"), pytest.importorskip("pandas")
    duckdb = pytest.importorskip("duckdb")
    rows = table(articles)
    for frame in (pl.DataFrame(rows), pl.DataFrame(rows).lazy(), rows.to_pandas(), rows):
        assert type(tagger.tag_frame(frame)) is type(frame)
        assert type(tagger.tag_frame(frame, "text", flat=True)) is type(frame)
    assert isinstance(tagger.tag_frame(duckdb.from_arrow(rows)), pa.Table)
    # The index of a frame is kept where its rows are.
    frame = rows.to_pandas().set_index("title")
    found = tagger.tag_frame(frame, column="found")
    assert list(found.index) == list(frame.index) and list(found.columns) == ["id", "text", "found"]
    assert isinstance(found, pd.DataFrame)


def test_what_is_no_table_is_told(tagger: dateline.Tagger) -> None:
    for wrong, error, words in [
        ([{"text": "a"}], TypeError, "PyCapsule"),
        (pa.array(["a"]), TypeError, "single column"),
        (pa.table({"prose": ["a"]}), dateline.DocumentError, 'has no column "text", but "prose"'),
        (pa.table([["a"], ["b"]], names=["text", "text"]), dateline.DocumentError, "two columns"),
    ]:
        with pytest.raises(error, match=words):
            tagger.tag_arrow(wrong)
    with pytest.raises(dateline.DocumentError, match="expected the rows of a table"):
        dateline.documents(pa.table({"id": ["a"]}))


def test_what_is_not_unicode_is_a_bad_row(tagger: dateline.Tagger) -> None:
    compute = pytest.importorskip("pyarrow.compute")
    latin = [b"He went to Oslo.", "Le café de Montréal".encode("latin-1"), b"In Rome \xf0"]
    for kind in (pa.string(), pa.large_string(), pa.string_view()):
        texts = compute.cast(pa.array(latin), options=compute.CastOptions(target_type=kind, allow_invalid_utf8=True))
        found = pa.table(tagger.tag_arrow(pa.table({"text": texts}))).to_pylist()
        assert [row["error"] is None for row in found] == [True, False, False], kind
        assert "UTF-8" in found[1]["error"]
        # A field that is not the text costs no document.
        for column in ("title", "id"):
            rows = pa.table({"text": ["He went to Oslo."] * 3} | {column: texts})
            found = pa.table(tagger.tag_arrow(rows)).to_pylist()
            assert [row["error"] for row in found] == [None] * 3, (kind, column)
            assert found[1]["title"] is None and found[1]["id"] in ("table:2", None), (kind, column)
    nested = pa.StructArray.from_arrays([texts.cast(pa.string_view())], names=["a"])
    found = pa.table(tagger.tag_arrow(pa.table({"text": ["In Oslo."] * 3, "n": nested}), metadata="n")).to_pylist()
    assert [row["error"] for row in found] == [None] * 3


FROM_PYTHONS_FILES = """
import sys, dateline, pyarrow.dataset as ds, pyarrow.fs as fs, fsspec
files = fs.PyFileSystem(fs.FSSpecHandler(fsspec.filesystem("file")))
reader = ds.dataset(sys.argv[1], filesystem=files, format="parquet").scanner().to_reader()
print(dateline.Tagger().tag_arrow(reader).num_rows)
"""


def test_a_stream_that_needs_python_to_go_on(articles: dict[str, str], tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    pytest.importorskip("fsspec", reason="fsspec is not installed")
    for n in range(8):
        parquet.write_table(table(articles), tmp_path / f"{n}.parquet")
    command = [sys.executable, "-c", FROM_PYTHONS_FILES, str(tmp_path)]
    told = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert told.stdout == f"{8 * len(articles)}\n", told.stderr


def test_slices_are_as_large_as_their_rows(tagger: dateline.Tagger) -> None:
    rows = pa.table({"text": ["x" * 300_000_000] + ["In Oslo."] * 50}).slice(1)
    assert pa.record_batch(tagger.tag_arrow(rows)).num_rows == 50


def test_columns_of_the_input_are_not_copied(tagger: dateline.Tagger, articles: dict[str, str]) -> None:
    rows = table(articles).combine_chunks()
    found = pa.table(tagger.tag_arrow(rows, column="found"))
    address = [batch["text"].chunk(0).buffers()[2].address for batch in (rows, found)]
    assert address[0] == address[1]
    again = pa.table(tagger.tag_arrow(rows))
    assert pa.table(dateline.schema()).schema == again.schema


def test_pandas_frames_of_all_kinds(tagger: dateline.Tagger) -> None:
    pd = pytest.importorskip("pandas")

    class Frame(pd.DataFrame):  # type: ignore[misc, name-defined]
        pass

    mixed = pd.DataFrame({"text": ["In Oslo", 5, None, float("nan")], "other": [1, "x", b"y", None]}, dtype=object)
    found = tagger.tag_frame(mixed)
    assert list(found["error"].isna()) == [True, False, False, False]
    towns = tagger.tag_frame(pd.DataFrame({"text": ["He went to Oslo and Bergen, north of Stavanger.", "Rome"]}))
    assert [doc.to_json() for doc in dateline.documents(towns)] == [
        doc.to_json() for doc in dateline.documents(tagger.tag_arrow(pa.table({"text": list(towns["text"])})))
    ]
    with pytest.raises(dateline.DocumentError, match="has not one column 'body', but"):
        tagger.tag_frame(mixed, "body")
    added = tagger.tag_frame(Frame(mixed), column="found")
    assert isinstance(added, pd.DataFrame) and list(added["other"])[:3] == [1, "x", b"y"]
    with pytest.raises(dateline.SettingsError, match="free"):
        tagger.tag_frame(mixed, column="other")
    assert isinstance(tagger.tag_frame(pa.table({"text": ["a"]}).to_batches()[0]), pa.Table)


def test_metadata_goes_along(tagger: dateline.Tagger) -> None:
    rows = pa.table({"id": ["a"], "text": ["In Oslo."], "n": [1], "tags": [["x", "y"]]})
    found = tagger.tag_arrow(rows, metadata="*")
    assert json.loads(pa.table(found)["metadata"][0].as_py()) == {"n": 1, "tags": ["x", "y"]}
    assert dateline.documents(found)[0].metadata == {"n": 1, "tags": ["x", "y"]}
    assert dateline.documents(found)[0] == tagger("In Oslo.", id="a", metadata={"n": 1, "tags": ["x", "y"]})
