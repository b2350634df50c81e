import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, Literal, Protocol, TypeVar, final, overload

from typing_extensions import CapsuleType, Self

import pandas
import polars
import pyarrow

_T = TypeVar("_T")
_Frame = TypeVar("_Frame", polars.DataFrame, polars.LazyFrame, pandas.DataFrame, pyarrow.Table)
_Path = str | os.PathLike[str]
_Near = str | tuple[float, float]

__all__ = [
    "Area",
    "ContainedName",
    "DatelineError",
    "Document",
    "DocumentError",
    "Entity",
    "Focus",
    "GazetteerError",
    "InternalError",
    "ModelError",
    "NestedName",
    "Pipe",
    "Place",
    "PlaceDistance",
    "Relation",
    "SettingsError",
    "Table",
    "Tagger",
    "__version__",
    "command",
    "distance",
    "documents",
    "lookup",
    "schema",
]
__version__: str

class _ArrowStream(Protocol):
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...

class _ArrowArray(Protocol):
    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]: ...

class DatelineError(Exception): ...
class ModelError(DatelineError): ...
class GazetteerError(DatelineError): ...
class SettingsError(DatelineError): ...
class DocumentError(DatelineError): ...
class InternalError(DatelineError): ...

class _View:
    def to_dict(self) -> dict[str, Any]: ...
    @classmethod
    def from_dict(cls, written: Mapping[str, Any]) -> Self: ...

@final
class Place(_View):
    @property
    def id(self) -> str | None: ...
    @property
    def name(self) -> str: ...
    @property
    def lat(self) -> float: ...
    @property
    def lon(self) -> float: ...
    @property
    def country(self) -> str | None: ...
    @property
    def admin1(self) -> str | None: ...
    @property
    def feature(self) -> str | None: ...
    @property
    def population(self) -> int | None: ...
    @property
    def confidence(self) -> float: ...
    @property
    def method(self) -> str: ...
    @property
    def uncertainty_km(self) -> float: ...
    @property
    def radius_km(self) -> float | None: ...

@final
class ContainedName(_View):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def text(self) -> str: ...
    @property
    def place(self) -> Place | None: ...
    @property
    def alternatives(self) -> list[Place]: ...

@final
class Entity(_View):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def text(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def type(self) -> str | None: ...
    @property
    def score(self) -> float: ...
    @property
    def name(self) -> str | None: ...
    @property
    def stands_for(self) -> str | None: ...
    @property
    def place(self) -> Place | None: ...
    @property
    def alternatives(self) -> list[Place]: ...
    @property
    def contains(self) -> list[ContainedName]: ...

@final
class NestedName(_View):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def text(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def type(self) -> str | None: ...
    @property
    def score(self) -> float: ...

@final
class Area(_View):
    @property
    def lat(self) -> float: ...
    @property
    def lon(self) -> float: ...
    @property
    def uncertainty_km(self) -> float: ...
    @property
    def polygon(self) -> list[tuple[float, float]]: ...

@final
class Relation(_View):
    @property
    def kind(self) -> str: ...
    @property
    def target(self) -> int | None: ...
    @property
    def anchors(self) -> list[int]: ...
    @property
    def distance_km(self) -> float | None: ...
    @property
    def bearing_deg(self) -> float | None: ...
    @property
    def place(self) -> Area | None: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def text(self) -> str: ...

@final
class Focus(_View):
    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def lat(self) -> float: ...
    @property
    def lon(self) -> float: ...
    @property
    def country(self) -> str | None: ...
    @property
    def score(self) -> float: ...

@final
class PlaceDistance(_View):
    @property
    def origin(self) -> int: ...
    @property
    def destination(self) -> int: ...
    @property
    def km(self) -> float: ...

@final
class Document:
    @property
    def id(self) -> str: ...
    @property
    def text(self) -> str | None: ...
    @property
    def title(self) -> str | None: ...
    @property
    def date(self) -> str | None: ...
    @property
    def source(self) -> str | None: ...
    @property
    def url(self) -> str | None: ...
    @property
    def language(self) -> str | None: ...
    @property
    def metadata(self) -> dict[str, Any]: ...
    @property
    def entities(self) -> list[Entity]: ...
    @property
    def nested(self) -> list[NestedName]: ...
    @property
    def places(self) -> list[Place]: ...
    @property
    def relations(self) -> list[Relation]: ...
    @property
    def distances(self) -> list[PlaceDistance] | None: ...
    @property
    def focus(self) -> list[Focus]: ...
    @property
    def explanations(self) -> list[dict[str, Any]] | None: ...
    @property
    def error(self) -> str | None: ...
    def to_json(self) -> str: ...
    def to_dict(self) -> dict[str, Any]: ...
    def to_geojson(self) -> dict[str, Any]: ...
    @staticmethod
    def from_json(line: str) -> Document: ...
    def _repr_html_(self) -> str: ...

@final
class Table:
    @property
    def num_rows(self) -> int: ...
    @property
    def column_names(self) -> list[str]: ...
    def to_pyarrow(self) -> pyarrow.Table: ...
    def to_polars(self) -> polars.DataFrame: ...
    def to_pandas(self) -> pandas.DataFrame: ...
    def __len__(self) -> int: ...
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> CapsuleType: ...
    def __arrow_c_schema__(self) -> CapsuleType: ...
    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[CapsuleType, CapsuleType]: ...

@final
class Pipe(Generic[_T]):
    def __iter__(self) -> Iterator[_T]: ...
    def __next__(self) -> _T: ...

@final
class Tagger:
    def __new__(
        cls,
        model: _Path | None = "default",
        *,
        locate: bool = True,
        gazetteer: _Path | None = None,
        places: _Path | Sequence[_Path] | None = None,
        ignore: Sequence[str] | None = None,
        corrections: _Path | Sequence[_Path] | None = None,
        publishers: _Path | None = None,
        ranker: _Path | None = None,
        near: _Near | None = None,
        publisher_country: str | None = None,
        labels: Sequence[str] | None = None,
        map_labels: Mapping[str, str | None] | None = None,
        aggregation: str | None = None,
        threshold: float | None = None,
        nested: bool = False,
        min_score: float | None = None,
        device: str | None = None,
        distances: bool = False,
        explain: bool = False,
        threads: int | None = None,
        window_cache: int = 0,
        max_chars: int = 10_000_000,
        onnxruntime: _Path | None = None,
        offline: bool = False,
    ) -> Tagger: ...
    def __call__(
        self,
        text: str,
        /,
        *,
        id: str = "",
        title: str | None = None,
        date: str | None = None,
        source: str | None = None,
        url: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        near: _Near | None = None,
        publisher: str | None = None,
        explain: bool | None = None,
    ) -> Document: ...
    @overload
    def pipe(
        self,
        texts: Iterable[str | Mapping[str, Any] | None],
        /,
        *,
        batch_size: int = 256,
        as_tuples: Literal[False] = False,
        text: str | Sequence[str] = "text",
        id: str = "id",
        metadata: str | Sequence[str] | None = None,
    ) -> Pipe[Document]: ...
    @overload
    def pipe(
        self,
        texts: Iterable[tuple[str | Mapping[str, Any], _T]],
        /,
        *,
        batch_size: int = 256,
        as_tuples: Literal[True],
        text: str | Sequence[str] = "text",
        id: str = "id",
        metadata: str | Sequence[str] | None = None,
    ) -> Pipe[tuple[Document, _T]]: ...
    def tag_arrow(
        self,
        data: _ArrowStream | _ArrowArray,
        /,
        text: str | Sequence[str] = "text",
        *,
        id: str = "id",
        metadata: str | Sequence[str] | None = None,
        flat: bool = False,
        column: str | None = None,
        name: str = "table",
        first: int = 1,
    ) -> Table: ...
    @overload
    def tag_frame(  # type: ignore[overload-overlap]
        self,
        frame: _Frame,
        /,
        text: str | Sequence[str] | None = None,
        *,
        id: str = "id",
        metadata: str | Sequence[str] | None = None,
        flat: bool = False,
        column: str | None = None,
        name: str = "table",
        first: int = 1,
    ) -> _Frame: ...
    @overload
    def tag_frame(
        self,
        frame: _ArrowStream | _ArrowArray,
        /,
        text: str | Sequence[str] | None = None,
        *,
        id: str = "id",
        metadata: str | Sequence[str] | None = None,
        flat: bool = False,
        column: str | None = None,
        name: str = "table",
        first: int = 1,
    ) -> pyarrow.Table: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...
    @property
    def threads(self) -> int: ...
    @property
    def provenance(self) -> dict[str, str | None]: ...
    @property
    def settings(self) -> dict[str, Any]: ...

def command(args: Sequence[str]) -> int: ...
def documents(
    table: _ArrowStream | _ArrowArray, /, *, column: str | None = None, text: str = "text", id: str = "id"
) -> list[Document]: ...
def schema(*, flat: bool = False, found: bool = False) -> Table: ...
def lookup(
    name: str,
    country: str | None,
    near: _Near | None,
    fuzzy: bool,
    first: int | None,
    gazetteer: _Path | None,
    places: _Path | Sequence[_Path] | None,
) -> list[dict[str, Any]]: ...
def distance(
    origin: _Near,
    destination: _Near,
    gazetteer: _Path | None,
    places: _Path | Sequence[_Path] | None,
) -> dict[str, Any]: ...
