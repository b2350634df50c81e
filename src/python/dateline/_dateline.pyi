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

class DatelineError(Exception):
    """What can go wrong here: the base of the others."""
class ModelError(DatelineError):
    """A model, or ONNX Runtime that runs it, is not there or cannot be used."""
class GazetteerError(DatelineError):
    """A gazetteer, or a table that lies on top of it, cannot be used: places of your own, corrections, publishers."""
class SettingsError(DatelineError):
    """An argument has a value that it cannot have."""
class DocumentError(DatelineError):
    """A document cannot be read or tagged."""
class InternalError(DatelineError):
    """A fault of dateline: report it."""

class _View:
    def to_dict(self) -> dict[str, Any]: ...
    @classmethod
    def from_dict(cls, written: Mapping[str, Any]) -> Self: ...

@final
class Place(_View):
    """A place on the globe."""
    @property
    def id(self) -> str | None:
        """Its lasting name in the gazetteer; None if it was found by the words of the text alone."""
    @property
    def name(self) -> str:
        """The name that the gazetteer knows it by, or the mention's own."""
    @property
    def lat(self) -> float:
        """Degrees north (WGS 84)."""
    @property
    def lon(self) -> float:
        """Degrees east (WGS 84)."""
    @property
    def country(self) -> str | None:
        """The code of its country in ISO 3166-1."""
    @property
    def admin1(self) -> str | None:
        """The name of its first-level division."""
    @property
    def feature(self) -> str | None:
        """A feature code of GeoNames."""
    @property
    def population(self) -> int | None:
        """Inhabitants."""
    @property
    def confidence(self) -> float:
        """The probability that this is the place that is meant, from 0 to 1."""
    @property
    def method(self) -> str:
        """How it was found: `gazetteer`, `demonym`, `relative`, `coordinates` or `correction`."""
    @property
    def uncertainty_km(self) -> float:
        """How far the true place may be from this position, in kilometres."""
    @property
    def radius_km(self) -> float | None:
        """How far the place itself reaches, in kilometres, if it is an area of known size."""

@final
class ContainedName(_View):
    """The name of a place inside the name of something else: "Paris" in "Paris Police Department"."""
    @property
    def start(self) -> int:
        """Where it begins, in characters."""
    @property
    def end(self) -> int:
        """Where it ends."""
    @property
    def text(self) -> str:
        """The name as it stands in the text."""
    @property
    def place(self) -> Place | None:
        """The place that it means."""
    @property
    def alternatives(self) -> list[Place]:
        """Other places that it might mean, best first."""

@final
class Entity(_View):
    """A name in a document, and what it means."""
    @property
    def start(self) -> int:
        """Where it begins, in characters (code points), as `text[start:end]` wants it."""
    @property
    def end(self) -> int:
        """Where it ends: behind its last character."""
    @property
    def text(self) -> str:
        """The name as it stands in the text."""
    @property
    def label(self) -> str:
        """PER, ORG, LOC, MISC, or the model's own word."""
    @property
    def type(self) -> str | None:
        """The model's own word, where that is another than the label."""
    @property
    def score(self) -> float:
        """How sure the model is, from 0 to 1."""
    @property
    def name(self) -> str | None:
        """The fullest form of a person or an organisation that the document names in full and in part."""
    @property
    def stands_for(self) -> str | None:
        """What the place stands for, `"government"`, if the text says so plainly."""
    @property
    def place(self) -> Place | None:
        """The place that it means."""
    @property
    def alternatives(self) -> list[Place]:
        """Other places that it might mean, best first."""
    @property
    def contains(self) -> list[ContainedName]:
        """Names of places inside the name."""

@final
class NestedName(_View):
    """A name inside another, as a GLiNER finds it with `nested=True`. It has no place of its own."""
    @property
    def start(self) -> int:
        """Where it begins, in characters."""
    @property
    def end(self) -> int:
        """Where it ends."""
    @property
    def text(self) -> str:
        """The name as it stands in the text."""
    @property
    def label(self) -> str:
        """PER, ORG, LOC, MISC, or the model's own word."""
    @property
    def type(self) -> str | None:
        """The model's own word, where that is another than the label."""
    @property
    def score(self) -> float:
        """How sure the model is, from 0 to 1."""

@final
class Area(_View):
    """Where something is, as far as words tell."""
    @property
    def lat(self) -> float:
        """Degrees north of the best guess."""
    @property
    def lon(self) -> float:
        """Degrees east."""
    @property
    def uncertainty_km(self) -> float:
        """How far the truth may be from it, in kilometres."""
    @property
    def polygon(self) -> list[tuple[float, float]]:
        """One closed ring, counter-clockwise, of (longitude, latitude)."""

@final
class Relation(_View):
    """A position that the text states by other places: "45 kilometers southeast of Mosul"."""
    @property
    def kind(self) -> str:
        """The form of the phrase."""
    @property
    def target(self) -> int | None:
        """The index of the entity that lies there."""
    @property
    def anchors(self) -> list[int]:
        """The indices of the entities that the phrase starts from."""
    @property
    def distance_km(self) -> float | None:
        """The stated distance, in kilometres."""
    @property
    def bearing_deg(self) -> float | None:
        """The stated direction, in degrees from north."""
    @property
    def place(self) -> Area | None:
        """Where this is."""
    @property
    def start(self) -> int:
        """Where the phrase begins, in characters."""
    @property
    def end(self) -> int:
        """Where it ends."""
    @property
    def text(self) -> str:
        """The phrase."""

@final
class Focus(_View):
    """A place that a document is about."""
    @property
    def id(self) -> str:
        """Its lasting name in the gazetteer."""
    @property
    def name(self) -> str:
        """The name that the gazetteer knows it by."""
    @property
    def kind(self) -> str:
        """`city`, `region` or `country`."""
    @property
    def lat(self) -> float:
        """Degrees north (WGS 84)."""
    @property
    def lon(self) -> float:
        """Degrees east (WGS 84)."""
    @property
    def country(self) -> str | None:
        """The code of its country in ISO 3166-1."""
    @property
    def score(self) -> float:
        """How much of what the document says of places of this kind it says of this one, from 0 to 1."""

@final
class PlaceDistance(_View):
    """The geodesic distance between two places of a document."""
    @property
    def origin(self) -> int:
        """The index of the entity that names the one first."""
    @property
    def destination(self) -> int:
        """The index of the entity that names the other first."""
    @property
    def km(self) -> float:
        """Kilometres along the geodesic."""

@final
class Document:
    """A document with what was found in it. Offsets are characters (code points), as `text[start:end]` wants them; positions are
    degrees on WGS 84, lengths kilometres.
    """
    @property
    def id(self) -> str:
        """The id that the document was given; of items of a stream without one, their number from 0."""
    @property
    def text(self) -> str | None:
        """The text. None of a document that failed."""
    @property
    def title(self) -> str | None:
        """The headline."""
    @property
    def date(self) -> str | None:
        """When it was published, as its source writes it."""
    @property
    def source(self) -> str | None:
        """Who published it."""
    @property
    def url(self) -> str | None:
        """Where it was published."""
    @property
    def language(self) -> str | None:
        """The language, if it can be told: its code of ISO 639-1, or else of ISO 639-3."""
    @property
    def metadata(self) -> dict[str, Any]:
        """What else of the document's record was carried through."""
    @property
    def entities(self) -> list[Entity]:
        """The names, in order and without overlap."""
    @property
    def nested(self) -> list[NestedName]:
        """Names inside of `entities`, as a GLiNER finds them; empty unless they were asked for with `nested=True`."""
    @property
    def places(self) -> list[Place]:
        """The distinct places, in the order in which they are first named. Names of peoples ("French") are left out."""
    @property
    def relations(self) -> list[Relation]:
        """Positions that the text states by other places, in order."""
    @property
    def distances(self) -> list[PlaceDistance] | None:
        """Distances between the first 50 distinct places; None unless they were asked for with `distances=True`."""
    @property
    def focus(self) -> list[Focus]:
        """What the document is about: cities, then first-level divisions, then countries, each by falling score."""
    @property
    def explanations(self) -> list[dict[str, Any]] | None:
        """Why names were taken for what they were, as dicts; None unless that was asked for with `explain=True`."""
    @property
    def error(self) -> str | None:
        """Why the document could not be read or tagged; None if it was tagged."""
    def to_json(self) -> str:
        """A line of JSON, to the byte what `dateline tag` writes for the document. One that failed has only `id` and `error`."""
    def to_dict(self) -> dict[str, Any]:
        """The same as a dict."""
    def to_geojson(self) -> dict[str, Any]:
        """Its names of places as GeoJSON (RFC 7946), as a dict: a collection of points, each with its sentence and its place."""
    @staticmethod
    def from_json(line: str) -> Document:
        """Reads a line that `to_json` or `dateline tag` wrote, with offsets in characters."""
    def _repr_html_(self) -> str:
        """The text with its names marked, and a small map of its places: for notebooks. It needs no network and runs no script."""

@final
class Table:
    """Batches of Arrow with the columns that the guide lists: whatever reads Arrow takes it, `pyarrow.table(...)` or
    `polars.DataFrame(...)`, without a copy.
    """
    @property
    def num_rows(self) -> int:
        """Rows."""
    @property
    def column_names(self) -> list[str]:
        """The names of the columns."""
    def to_pyarrow(self) -> pyarrow.Table:
        """The same as a `pyarrow.Table`."""
    def to_polars(self) -> polars.DataFrame:
        """The same as a `polars.DataFrame`."""
    def to_pandas(self) -> pandas.DataFrame:
        """The same as a `pandas.DataFrame`, made by pyarrow."""
    def __len__(self) -> int: ...
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> CapsuleType: ...
    def __arrow_c_schema__(self) -> CapsuleType: ...
    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[CapsuleType, CapsuleType]: ...

@final
class Pipe(Generic[_T]):
    """Documents that come one after the other, while the next batch is tagged."""
    @classmethod
    def __class_getitem__(cls, _item: Any) -> type[Pipe[Any]]: ...
    def __iter__(self) -> Iterator[_T]: ...
    def __next__(self) -> _T: ...

@final
class Tagger:
    """Finds the people, organisations and places in English texts, and puts the places on the globe.

    Make one and use it for all texts: any number of threads may. `tagger(text)` is `tagger.tag(text)`. It takes some 160 MB. What it finds in a text does not depend
    on other texts, on threads or on batches.

    Args:
        model: "default", "accurate" (where the folder models/ner-accurate is), a model folder, one .onnx file of a folder, or
            "hf:OWNER/NAME"; None for no model, with which texts cannot be tagged.
        locate: whether places are put on the globe.
        gazetteer: a gazetteer file in place of the one inside.
        places: CSV tables of places of your own (name, lat, lon, ...), which lie on top.
        ignore: names that are no places for you, or ids of places that are left out.
        corrections: files of corrections, as JSON lines.
        publishers: a CSV table of where each source is published (source, lat, lon, country).
        ranker: a file of other weights.
        near: where the documents were published: a name, or (lat, lon) in degrees.
        publisher_country: the same as a country's code of two letters.
        labels: what a GLiNER is to look for; for other models, the names of their labels.
        map_labels: other labels for types of the model, as in {"geo": "LOC", "tim": ""}.
        aggregation: "viterbi", "first", "average", "max" or "simple".
        threshold: the least probability of what a GLiNER finds, from 0 to 1.
        nested: whether a GLiNER's names inside names are given, as `doc.nested`.
        min_score: names with a lower score are left out, from 0 to 1.
        device: "cpu", "cuda", "cuda:1", "coreml", "directml", "openvino" or "auto".
        distances: whether the distances between the places of a document are given, in kilometres.
        explain: whether to tell why each place was chosen.
        threads: how many threads tag; None for one a core.
        window_cache: windows of text that are remembered, 6 kB each.
        max_chars: characters of a document, at most.
        onnxruntime: the library of ONNX Runtime; None for that of the package onnxruntime.
        offline: whether a model of the Hugging Face Hub must not be fetched.

    Raises:
        ModelError, GazetteerError, SettingsError: if something is missing or cannot be used.
    """
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
    def tag(
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
    ) -> Document:
        """Tags one text.

        Args:
            text: the text.
            id, title, date, source, url: what is known of it, as strings; `source` is looked up among the publishers.
            metadata: a dict that is carried through.
            near: where this document was published: a name, or (lat, lon) in degrees.
            publisher: who published it, instead of `source`.
            explain: whether to tell why each place was chosen.

        Raises:
            DocumentError: if the text cannot be tagged: it is too long, for example.
            GazetteerError: if there is no place of the name that `near` has.
        """
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
    ) -> Pipe[tuple[Document, _T]]:
        """Tags a stream of texts, in order.

        The next batch is read and tagged while the last is used: before the first document comes, two batches are read. A text that cannot be tagged is a document with `error` set;
        it does not end the stream.

        Args:
            texts: strings, or mappings with "text" and, if known, "id", "title", "date", "source", "url".
            batch_size: texts that are tagged side by side.
            as_tuples: whether items are pairs of a text and something of yours, which comes back with the document.
            text, id, metadata: the names of fields of mappings; of several texts, joined by a blank line; "*" for all others.

        Returns:
            An iterator of documents, or of pairs of a document and what belongs to it.
        """
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
    ) -> Table:
        """Tags the rows of an Arrow table: of anything with the Arrow PyCapsule interface (pyarrow, polars, DuckDB, pandas 3).

        What comes back has that interface too: `pyarrow.table(result)`, `polars.DataFrame(result)`. A row that cannot be tagged
        has `error` set. Nothing is copied on the way out.

        Args:
            data: a record batch, a table, or a stream of batches, which is read to its end.
            text: the column with the text, or several, whose texts are joined by a blank line.
            id: the column with the id; without one, ids are `table:1`, `table:2`, ...
            metadata: columns that are carried through, or "*" for all others.
            flat: whether to give a row a mention in place of a row a document.
            column: a name: give the rows as they came, with what was found in one more column of this name, a struct.
            name, first: what the table is called in errors and in ids that it has not, and the number of its first row.

        Names inside names and explanations have no columns.

        Raises:
            DocumentError: if there is no such column, or the table cannot be read to its end.
            SettingsError: if the name of an added column is taken.
            TypeError: if it is no table.
        """
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
    ) -> pyarrow.Table:
        """The same for a frame of polars or pandas, or a table of pyarrow: what comes back is of the kind that came. For all else with
        the Arrow PyCapsule interface, a DuckDB relation for example, it is a table of pyarrow.

        Args:
            frame: the frame.
            text: the column with the text, or several; "text" without it.
            options: the others of `tag_arrow`.

        Raises:
            DocumentError: if there is no such column.
            SettingsError: if the name of an added column is taken.
        """
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...
    @property
    def threads(self) -> int:
        """How many threads tag."""
    @property
    def provenance(self) -> dict[str, str | None]:
        """What documents are tagged with: the checksums of the model and the gazetteer, and the version of ONNX Runtime."""
    @property
    def settings(self) -> dict[str, Any]:
        """Its arguments, with which `Tagger` makes the same again."""

def command(args: Sequence[str]) -> int:
    """Runs the command line with these arguments, of which the first is the program's name, and gives the exit status."""
def documents(
    table: _ArrowStream | _ArrowArray, /, *, column: str | None = None, text: str = "text", id: str = "id"
) -> list[Document]:
    """The documents of a table that `tag_arrow` made.

    Args:
        table: a table of whole documents, in any form that has the Arrow PyCapsule interface.
        column: the column of what was found, where the table was made with `column=`; `id` and `text` stand beside it.
        text, id: the columns with the text and the id, where it was.

    Raises:
        DocumentError: if the rows are no documents.
    """
def schema(*, flat: bool = False, found: bool = False) -> Table:
    """The columns of what `tag_arrow` gives: an empty table.

    Args:
        flat: those of mentions in place of those of documents.
        found: those of the struct that `column=` adds.
    """
def lookup(
    name: str,
    country: str | None,
    near: _Near | None,
    fuzzy: bool,
    first: int | None,
    gazetteer: _Path | None,
    places: _Path | Sequence[_Path] | None,
) -> list[dict[str, Any]]:
    """The places that a name may mean, as dicts: see `dateline.gazetteer.lookup`."""
def distance(
    origin: _Near,
    destination: _Near,
    gazetteer: _Path | None,
    places: _Path | Sequence[_Path] | None,
) -> dict[str, Any]:
    """How far it is from one place to another, as a dict: see `dateline.distance`."""
