"""Places by their names."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dateline import _dateline
from dateline._dateline import Place

__all__ = ["Candidate", "Distance", "distance", "lookup"]

_Path = str | os.PathLike[str]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that a name may mean."""

    #: The place; its confidence is that of the name without any text around it.
    place: Place
    #: How closely the name matched: `exact`, `folded`, `loose`, `transliterated` or `fuzzy`.
    matched: str
    #: The kind of name: `official`, `alternate`, `short`, `historic`, `abbreviation`, `demonym` or `unknown`.
    kind: str
    #: The name of the second-level division.
    admin2: str | None
    #: The id of what the place is administered by.
    parent: str | None
    #: How many letters differ, of a fuzzy match.
    errors: int | None
    #: Kilometres from `near`.
    distance_km: float | None


@dataclass(frozen=True, slots=True)
class Distance:
    """How far it is from one place to another."""

    #: Kilometres along the geodesic.
    km: float
    #: The bearing in which one sets out, in degrees from north; None from a place to itself.
    bearing_deg: float | None
    #: What was asked for: `query`, `id`, `name`, `lat`, `lon` and `country`.
    origin: dict[str, Any]
    destination: dict[str, Any]

    def __float__(self) -> float:
        return self.km


def lookup(
    name: str,
    *,
    country: str | None = None,
    near: str | tuple[float, float] | None = None,
    fuzzy: bool = False,
    first: int | None = None,
    gazetteer: _Path | None = None,
    places: _Path | Sequence[_Path] | None = None,
) -> list[Candidate]:
    """The places that a name ("Tripoli", "Paris, Texas") or an id ("geonames:99072") may mean, best first.

    Args:
        name: the name.
        country: only places in this country, a code of ISO 3166-1.
        near: the nearest to this first: a name, or (lat, lon) in degrees.
        fuzzy: where the name is not found, places whose names differ from it by a letter or two.
        first: at most so many.
        gazetteer: a gazetteer file in place of the one inside.
        places: tables of places of your own on top.
    """
    found = _dateline.lookup(name, country, near, fuzzy, first, gazetteer, places)
    return [_candidate(candidate) for candidate in found]


def _candidate(found: dict[str, Any]) -> Candidate:
    about = {key: found.pop(key, None) for key in ("matched", "kind", "admin2", "parent", "errors", "distance_km")}
    found.pop("priority", None)
    return Candidate(place=Place.from_dict(found), **about)


def distance(
    origin: str | tuple[float, float],
    destination: str | tuple[float, float],
    *,
    gazetteer: _Path | None = None,
    places: _Path | Sequence[_Path] | None = None,
) -> Distance:
    """How far it is from one place to another, along the geodesic on WGS 84.

    Args:
        origin, destination: names ("Mosul", "Paris, Texas"), coordinates in any writing ("36.3,43.1", "38SMB4488"), or
            (lat, lon) in degrees.
        gazetteer, places: as for `lookup`.

    Raises:
        GazetteerError: if there is no such place.
    """
    found = _dateline.distance(origin, destination, gazetteer, places)
    return Distance(km=found["km"], bearing_deg=found["bearing_deg"], origin=found["from"], destination=found["to"])
