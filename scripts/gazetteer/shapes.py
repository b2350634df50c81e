"""Shapes of TopoJSON files on the sphere: area, centroid, and whether a point lies inside or near."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

EARTH_RADIUS_KM = 6371.0088

# Degrees east and north, as TopoJSON has them.
Point = tuple[float, float]
# The outer ring first, then the holes.
Polygon = list[list[Point]]


def shapes(topology: dict[str, Any], name: str) -> Iterator[tuple[str, dict[str, Any], list[Polygon]]]:
    """Id, properties and polygons of each geometry of one of the topology's objects."""
    decoded = arcs(topology)
    for geometry in topology["objects"][name]["geometries"]:
        kind = geometry.get("type")
        parts = geometry.get("arcs", [])
        if kind == "Polygon":
            parts = [parts]
        elif kind != "MultiPolygon":
            continue
        polygons = [[_ring(decoded, ring) for ring in polygon] for polygon in parts]
        yield str(geometry.get("id", "")), geometry.get("properties", {}), polygons


def arcs(topology: dict[str, Any]) -> list[list[Point]]:
    """The topology's arcs in degrees: each is stored as quantised steps."""
    (scale_x, scale_y), (x0, y0) = topology["transform"]["scale"], topology["transform"]["translate"]
    decoded = []
    for steps in topology["arcs"]:
        x = y = 0
        arc = []
        for dx, dy, *_ in steps:
            x, y = x + dx, y + dy
            arc.append((x * scale_x + x0, y * scale_y + y0))
        decoded.append(arc)
    return decoded


def _ring(arcs: list[list[Point]], indices: list[int]) -> list[Point]:
    """A closed ring from its arcs; `~i` is arc i backwards."""
    ring: list[Point] = []
    for index in indices:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        ring.extend(arc[1:] if ring else arc)
    return ring


def area_km2(polygons: list[Polygon]) -> float:
    """The area on the sphere."""
    return sum(abs(_ring_area(polygon[0])) - sum(abs(_ring_area(hole)) for hole in polygon[1:])
               for polygon in polygons)


def _ring_area(ring: list[Point]) -> float:
    """Signed area of a ring: Chamberlain and Duquette, "Some algorithms for polygons on a sphere" (2007), eq. 2."""
    total = 0.0
    for (lon1, lat1), (lon2, lat2) in zip(ring, ring[1:], strict=False):
        turn = (lon2 - lon1 + 180) % 360 - 180
        total += math.radians(turn) * (2 + math.sin(math.radians(lat1)) + math.sin(math.radians(lat2)))
    return total * EARTH_RADIUS_KM**2 / 2


def centroid(polygons: list[Polygon]) -> Point:
    """The centroid of the whole shape, through vectors, so that the date line doesn't matter.

    Each ring counts as a fan of triangles from the largest polygon's first point, with their areas as weights.
    """
    x = y = z = 0.0
    for polygon in polygons:
        for hole, ring in enumerate(polygon):
            sign = -1.0 if hole else 1.0
            corner = _vector(ring[0])
            weights, sums = 0.0, [0.0, 0.0, 0.0]
            for a, b in zip(ring[1:], ring[2:], strict=False):
                va, vb = _vector(a), _vector(b)
                weight = _triangle(corner, va, vb)
                weights += weight
                for axis in range(3):
                    sums[axis] += weight * (corner[axis] + va[axis] + vb[axis])
            # The sense in which a ring runs differs between files.
            sign = sign if weights >= 0 else -sign
            x, y, z = x + sign * sums[0], y + sign * sums[1], z + sign * sums[2]
    return math.degrees(math.atan2(y, x)), math.degrees(math.atan2(z, math.hypot(x, y)))


def _vector(point: Point) -> tuple[float, float, float]:
    lon, lat = map(math.radians, point)
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)


def _triangle(a: tuple[float, ...], b: tuple[float, ...], c: tuple[float, ...]) -> float:
    """Six times the signed volume of the tetrahedron with the earth's centre: as good as the area for small ones."""
    return (a[0] * (b[1] * c[2] - b[2] * c[1]) + a[1] * (b[2] * c[0] - b[0] * c[2])
            + a[2] * (b[0] * c[1] - b[1] * c[0]))


def apart_km(a: Point, b: Point) -> float:
    """The great circle between two points."""
    chord = math.dist(_vector(a), _vector(b))
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, chord / 2))


def contains(polygons: list[Polygon], point: Point) -> bool:
    """Whether the point lies inside: an odd number of edges to the east of it on its parallel."""
    lon, lat = point
    inside = False
    for polygon in polygons:
        for ring in map(_unwrapped, polygon):
            for turn in (-360, 0, 360):
                for (x1, y1), (x2, y2) in zip(ring, ring[1:], strict=False):
                    if (y1 > lat) != (y2 > lat) and lon + turn < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
                        inside = not inside
    return inside


def _unwrapped(ring: list[Point]) -> list[Point]:
    """The ring without leaps at the date line: degrees east may be beyond 180."""
    unwrapped = ring[:1]
    for lon, lat in ring[1:]:
        before = unwrapped[-1][0]
        unwrapped.append((before + (lon - before + 180) % 360 - 180, lat))
    return unwrapped


def distance_km(polygons: list[Polygon], point: Point) -> float:
    """How far the point lies from the nearest edge, inside or outside, on a plane about the point."""
    lon, lat = point
    across, along = math.cos(math.radians(lat)) * 111.32, 111.32
    nearest = math.inf
    for polygon in polygons:
        for ring in polygon:
            flat = [(((x - lon + 180) % 360 - 180) * across, (y - lat) * along) for x, y in ring]
            for (x1, y1), (x2, y2) in zip(flat, flat[1:], strict=False):
                dx, dy = x2 - x1, y2 - y1
                length = dx * dx + dy * dy
                t = 0.0 if length == 0 else max(0.0, min(1.0, -(x1 * dx + y1 * dy) / length))
                nearest = min(nearest, math.hypot(x1 + t * dx, y1 + t * dy))
    return nearest


def hull_area_km2(points: list[Point]) -> float:
    """Area of the convex hull of points that lie within some hundred kilometres, on a plane about their middle."""
    lon0 = points[0][0]
    lat0 = sum(lat for _, lat in points) / len(points)
    across = math.cos(math.radians(lat0)) * 111.32
    flat = sorted({(((lon - lon0 + 180) % 360 - 180) * across, (lat - lat0) * 111.32) for lon, lat in points})
    if len(flat) < 3:
        return 0.0
    hull: list[Point] = []
    for ordered in (flat, flat[::-1]):
        start = len(hull)
        for p in ordered:
            while len(hull) - start >= 2 and _turn(hull[-2], hull[-1], p) <= 0:
                hull.pop()
            hull.append(p)
        hull.pop()
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(hull, hull[1:] + hull[:1], strict=True))) / 2


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
