"""Frames of several libraries, told by where their classes come from: none of these is imported unless it is in use."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dateline._dateline import DatelineError, DocumentError, SettingsError, Tagger

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

#: What a record is known to have, beside its text and its id.
_KNOWN = ("title", "date", "source", "url")


def tag_frame(tagger: Tagger, frame: Any, text: str | Sequence[str] | None = None, **options: Any) -> Any:
    """See `Tagger.tag_frame`."""
    if text is not None:
        options["text"] = text
    # A subclass, such as one of geopandas, is one too.
    libraries = {kind.__module__.partition(".")[0] for kind in type(frame).__mro__}
    if "pandas" in libraries:
        return _of_pandas(tagger, frame, options)
    if "polars" not in libraries:
        return tagger.tag_arrow(frame, **options).to_pyarrow()
    if hasattr(frame, "collect"):
        return tagger.tag_arrow(frame.collect(), **options).to_polars().lazy()
    return tagger.tag_arrow(frame, **options).to_polars()


def _of_pandas(tagger: Tagger, frame: "pd.DataFrame", options: dict[str, Any]) -> Any:
    import pandas as pd

    try:
        import pyarrow as pa
    except ImportError as error:
        raise DatelineError(f"{error}; expected the package pyarrow beside pandas: pip install pyarrow") from error

    column = options.pop("column", None)
    if column is not None and column in frame.columns:
        raise SettingsError(
            f"the frame has a column {column!r}; expected a name that is free: give another column="
        )
    if column is not None and options.get("flat"):
        raise SettingsError("flat=True gives a row a mention, and column= a row a document; expected one of them")
    texts = _names(options.get("text", "text"))
    for name in texts:
        if list(frame.columns).count(name) != 1:
            there = ", ".join(repr(str(one)) for one in frame.columns[:20])
            raise DocumentError(f"has not one column {name!r}, but {there}; expected a frame with the text: name its column")
    metadata = _names(options.get("metadata"))
    wanted = {*texts, *metadata, options.get("id", "id"), *_KNOWN}
    used = [name for name in frame.columns if name in wanted or metadata == ["*"]]
    rows = pa.table({str(name): _column(frame[name], name in texts) for name in used})
    if column is None:
        return tagger.tag_arrow(rows, **options).to_pandas()
    found = tagger.tag_arrow(rows, column=column, **options).to_pyarrow().column(column)
    # The columns of the frame stay as they are, and so does its index.
    return frame.assign(**{column: pd.Series(found.to_pandas().array, index=frame.index)})


def _names(given: str | Sequence[str] | None) -> list[str]:
    return [] if given is None else [given] if isinstance(given, str) else list(given)


def _column(series: "pd.Series[Any]", is_text: bool) -> "pa.Array[Any]":
    """A column for Arrow. One of values of several types is one of strings; of texts, what is no string is null, and no text."""
    import pandas as pd
    import pyarrow as pa

    try:
        return pa.Array.from_pandas(series)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        values = [None if one is None or one is pd.NA or one != one else one for one in series]
        strings = [one if isinstance(one, str) else None if is_text or one is None else str(one) for one in values]
        return pa.array(strings, type=pa.string())
