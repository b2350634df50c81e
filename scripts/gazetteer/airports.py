"""Airports with an IATA code, from the PyPI package `airportsdata`, under the names that newspapers print."""

from __future__ import annotations

import re
from collections.abc import Iterator

import airportsdata

from names import clean, folded


def airport_rows() -> Iterator[dict[str, str]]:
    """Rows of an extra table, in the order of their codes."""
    for code, airport in sorted(airportsdata.load("IATA").items()):
        name, *others = spellings(clean(airport["name"]), clean(airport["city"]))
        yield {"id": f"iata:{code}", "name": name, "feature": "AIRP", "lat": f"{airport['lat']:.4f}",
               "lon": f"{airport['lon']:.4f}", "country": airport["country"], "names": "|".join(others)}


def spellings(name: str, city: str) -> list[str]:
    """The airport's name, and it without the city before it and without "International".

    >>> spellings("Chicago O'Hare International Airport", "Chicago")
    ["Chicago O'Hare International Airport", "O'Hare International Airport", "Chicago O'Hare Airport", "O'Hare Airport"]
    >>> spellings("Hartsfield/Jackson Atlanta International Airport", "Atlanta")[0]
    'Hartsfield-Jackson Atlanta International Airport'
    """
    name = re.sub(r"(?<=\w)/(?=\w)", "-", name).replace(" / ", " ")
    found = [name]
    if city and folded(name).startswith(folded(city) + " "):
        rest = name[len(city):].strip(" -")
        # "Baghdad International Airport" has no name beside the city's.
        if folded(rest) not in ("airport", "international airport", "regional airport", "municipal airport", "airfield"):
            found.append(rest)
    for spelling in found.copy():
        plain = spelling.replace(" International Airport", " Airport")
        if plain not in found:
            found.append(plain)
    return found
