"""The hand tables in `tables/`, and the shape of the tables that the gazetteer builder takes as `--extra`."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

TABLES = Path(__file__).resolve().parent / "tables"
EXTRA_COLUMNS = ("id,name,feature,lat,lon,country,admin1,population,radius_km,"
                 "names,short,abbreviations,demonyms,historic").split(",")
# The hand tables that have the shape of the extra tables already: they are copied as they are.
WHOLE_TABLES = ("divisions.csv", "former.csv", "areas.csv", "terrain.csv", "waters.csv")
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
