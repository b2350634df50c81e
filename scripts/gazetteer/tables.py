"""The hand tables in `tables/`, and the shape of the tables that the gazetteer builder takes as `--extra`."""

from __future__ import annotations

import csv
import math
import sys
from collections import defaultdict
from pathlib import Path

from names import folded

TABLES = Path(__file__).resolve().parent / "tables"
HAND_COLUMNS = ("id,name,feature,lat,lon,country,admin1,population,radius_km,"
                "names,short,abbreviations,demonyms,historic").split(",")
# What the builder takes: the hand tables have no fame of their own.
EXTRA_COLUMNS = [*HAND_COLUMNS, "fame"]
# The hand tables that have the shape of the extra tables already: they are copied as they are.
WHOLE_TABLES = ("divisions.csv", "former.csv", "areas.csv", "terrain.csv", "waters.csv", "facilities.csv",
                "villages.csv")
LIST_COLUMNS = ("names", "short", "abbreviations", "demonyms", "historic")
# Codes the package still carries for states that no longer exist. They stay as PCLH, for old news, but without a
# country code, which would tie them to no city.
OBSOLETE_CODES = {"AN", "CS"}


def read_table(name: str) -> list[dict[str, str]]:
    """The rows of a hand table."""
    with (TABLES / name).open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def write_extra(path: Path, rows: list[dict[str, str]]) -> None:
    """Write rows in the shape that the gazetteer builder takes as `--extra`."""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, EXTRA_COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{path.name}: {len(rows)} rows", file=sys.stderr)


# How famous a place of a hand table is by its kind: what is in them is named in the news of the world. In about as many
# languages as such a place has a name in; areas more, the larger they are.
FAME = {
    "CONT": 255, "OCN": 200, "SEA": 60, "GULF": 40, "STRT": 40, "STM": 30, "CNL": 30, "MTS": 30, "DSRT": 30, "VLC": 20, "MT": 20,
    "PEN": 20, "ISL": 20, "ISLS": 20, "LK": 20, "CAPE": 20, "ADM1": 40, "PCLH": 60, "RGN": 20, "RGNH": 20,
}  # fmt: skip


def fame(row: dict[str, str]) -> int:
    """How famous the place of a row is, from 1 to 255."""
    reach = 10 * math.log2(1 + float(row.get("radius_km") or 0) / 20)
    return min(255, round(FAME.get(row["feature"], 10) + reach))


def without_namesakes(rows: list[dict[str, str]], features: set[str], km: float) -> list[dict[str, str]]:
    """The rows but for those that a hand table has: one of these features of the country, with a name in common, near by.

    A hand table's row says more than what is derived, and a place should stand in the gazetteer once.
    """
    known: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for table in WHOLE_TABLES:
        for row in read_table(table):
            if row["feature"] in features:
                for name in all_names(row):
                    known[row["country"], folded(name)].append(row)

    def is_known(row: dict[str, str]) -> bool:
        # A region of several countries has none of them.
        keys = [(country, folded(name)) for name in all_names(row) for country in (row["country"], "")]
        others = [other for key in keys for other in known.get(key, ())]
        return any(_apart_km(row, other) <= km for other in others)

    return [row for row in rows if not is_known(row)]


def all_names(row: dict[str, str]) -> list[str]:
    """The name of a row and those of its lists, demonyms left out."""
    lists = (row.get(column, "").split("|") for column in LIST_COLUMNS if column != "demonyms")
    return [name for name in [row["name"], *(name for cell in lists for name in cell)] if name]


def _apart_km(a: dict[str, str], b: dict[str, str]) -> float:
    (lat1, lon1), (lat2, lon2) = ((float(row["lat"]), float(row["lon"])) for row in (a, b))
    across = ((lon2 - lon1 + 180) % 360 - 180) * math.cos(math.radians((lat1 + lat2) / 2))
    return math.hypot(across, lat2 - lat1) * 111.2
