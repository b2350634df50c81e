"""Tagging on Spark: every worker of Python has a tagger of its own, which it keeps from task to task."""

import inspect
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import dateline
from dateline._shared import shared

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame
    from pyspark.sql.types import StructType

__all__ = ["tag"]


def tag(
    df: "DataFrame",
    text: str | Sequence[str] = "text",
    *,
    id: str = "id",
    metadata: str | Sequence[str] | None = None,
    column: str | None = "dateline",
    flat: bool = False,
    **options: Any,
) -> "DataFrame":
    """Tags the rows of a frame.

    A row that cannot be tagged has `error` set; it does not fail the task. A tagger has as many threads as a task has cores
    (`spark.task.cpus`), and takes some 160 MB beyond Python's own.

    Args:
        df: the frame.
        text: the column with the text, or several, whose texts are joined by a blank line.
        id: the column with the id.
        metadata: columns that are carried through (with `column=None` or `flat=True`), or "*" for all others.
        column: the name of the column that is added to the rows: a struct of what was found. None: the rows are documents in
            full, with the columns that `dateline.schema()` has.
        flat: a row a mention in place of a row a document, with the columns of `dateline.schema(flat=True)`.
        options: the arguments of `dateline.Tagger`.

    Raises:
        DocumentError: if there is no such column.
        SettingsError: if the name of the added column is taken.
        TypeError: if a tagger has no such argument. What it says of their values is seen when the first task runs.
    """
    from pyspark.sql.types import StructField, StructType

    column = None if flat else column
    reading = {"text": text, "id": id, "metadata": metadata, "column": column, "flat": flat}
    _check(df, reading, options)
    if column is None:
        schema = _schema(dateline.schema(flat=flat))
    else:
        schema = StructType([*df.schema.fields, StructField(column, _schema(dateline.schema(found=True)))])
    return df.mapInArrow(_worker(reading, options), schema)


def _schema(table: dateline.Table) -> "StructType":
    """The columns of a table for Spark, all of which may be null.

    Where a struct is null, as the place of a person is, Spark writes nulls for the fields in it, which pyarrow refuses in
    `DataFrame.toArrow` if they are not to be null (pyspark 4.3.0, pyarrow 25.0.1).
    """
    from pyspark.sql.pandas.types import from_arrow_schema

    schema: StructType = from_arrow_schema(table.to_pyarrow().schema).toNullable()
    return schema


def _check(df: "DataFrame", reading: dict[str, Any], options: dict[str, Any]) -> None:
    """Raises here, and not in a task, what no row can make good."""
    import pyarrow as pa

    inspect.signature(dateline.Tagger).bind(**options)
    column: str | None = reading["column"]
    if column is not None and df.sparkSession.conf.get("spark.sql.caseSensitive") != "true":
        # Spark would not know one from the other.
        taken = next((name for name in df.columns if name.lower() == column.lower()), None)
        if taken is not None:
            raise dateline.SettingsError(
                f"the frame has a column {taken!r}; expected a name that is free: give another column="
            )
    rows = pa.Table.from_arrays([pa.nulls(0)] * len(df.columns), names=df.columns)
    dateline.Tagger(None, locate=False, threads=1).tag_arrow(rows, **reading)


def _worker(
    reading: dict[str, Any], options: dict[str, Any]
) -> "Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]":
    def work(batches: "Iterator[pa.RecordBatch]") -> "Iterator[pa.RecordBatch]":
        import pyarrow as pa
        from pyspark import TaskContext

        task = TaskContext.get()
        cores = task.cpus() if task is not None else 1
        # Rows without an id are told apart by the partition that they stand in.
        name = f"partition-{task.partitionId()}" if task is not None else "partition"
        first = 1
        for batch in batches:
            # A task without rows makes no tagger.
            tagger = shared(**{"threads": cores, **options})
            found = tagger.tag_arrow(batch, name=name, first=first, **reading)
            first += batch.num_rows
            # Spark goes by the places of columns, and not by their names: they stand as in the schema.
            yield from pa.table(found).to_batches()

    return work
