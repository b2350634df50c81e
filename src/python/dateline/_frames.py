"""Frames of several libraries, told by where their classes come from: none of these is imported unless it is in use."""

from typing import Any

from dateline._dateline import Table, Tagger


def tag_frame(tagger: Tagger, frame: Any, text: Any = None, **options: Any) -> Any:
    """See `Tagger.tag_frame`."""
    library = type(frame).__module__.partition(".")[0]
    if library == "polars" and hasattr(frame, "collect"):
        return _tag(tagger, frame.collect(), text, options).to_polars().lazy()
    if library == "pandas":
        return _of_pandas(tagger, frame, text, options)
    table = _tag(tagger, frame, text, options)
    return table.to_polars() if library == "polars" else table.to_pyarrow()


def _tag(tagger: Tagger, frame: Any, text: Any, options: dict[str, Any]) -> Table:
    return tagger.tag_arrow(frame, **({} if text is None else {"text": text}), **options)


def _of_pandas(tagger: Tagger, frame: Any, text: Any, options: dict[str, Any]) -> Any:
    import pyarrow as pa

    table = pa.Table.from_pandas(frame)
    found = _tag(tagger, table, text, options).to_pyarrow()
    # What names of columns and the index were stands in the metadata.
    if options.get("column") is not None:
        found = found.replace_schema_metadata(table.schema.metadata)
    return found.to_pandas()
