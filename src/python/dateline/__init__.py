"""People, organisations and places in English news, and every place on the globe.

    >>> import dateline
    >>> doc = dateline.Tagger()("The convoy left Beirut for Damascus.")
    >>> [(place.name, place.country) for place in doc.places]
    [('Beirut', 'LB'), ('Damascus', 'SY')]

`Tagger` is all that most callers need. Offsets are characters (code points), as Python's; positions degrees on WGS 84;
distances kilometres along the geodesic. Tagging runs in this process, and fetches nothing but models that are named `hf:...`;
maps and evaluations run the command of the package.
"""

from dateline import gazetteer
from dateline._dateline import (
    Area,
    ContainedName,
    DatelineError,
    Document,
    DocumentError,
    Entity,
    Focus,
    GazetteerError,
    InternalError,
    ModelError,
    NestedName,
    Pipe,
    Place,
    PlaceDistance,
    Relation,
    SettingsError,
    Table,
    Tagger,
    __version__,
    documents,
    schema,
)
from dateline._evaluation import eval_geo, eval_ner
from dateline._maps import map
from dateline._shared import shared
from dateline.gazetteer import distance

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
    "distance",
    "documents",
    "eval_geo",
    "eval_ner",
    "gazetteer",
    "map",
    "schema",
    "shared",
]
