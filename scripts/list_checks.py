#!/usr/bin/env python3
"""Random lists of divisions of one country, and how often a binary takes one of them for something else.

    python3 scripts/list_checks.py BINARY [--lists 1200] [--misses]

Lists of three, four and five states of the United States and of India, provinces of Canada and counties of the United
Kingdom, drawn with a fixed seed. A list is wrong if one of its names is placed, and not at a division of that country
(`ADM1`, `ADM2` or the like); names that are not placed are counted apart.
"""

import argparse
import json
import pathlib
import random
import subprocess
import tempfile

SEED = 23
SENTENCES = [
    "Voters in {} decide on Tuesday.",
    "Governors of {} met.",
    "The recall covers stores in {}.",
    "Wildfires burned in {}.",
    "Students from {} came.",
    "Cases were found in {}.",
    "The law exists in {}.",
    "Storms hit {} overnight.",
]
POOLS = {
    "US": """Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|
        Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|
        New Hampshire|New Jersey|New Mexico|New York|North Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|
        South Carolina|South Dakota|Tennessee|Texas|Utah|Vermont|Virginia|Washington|West Virginia|Wisconsin|Wyoming""",
    "IN": """Andhra Pradesh|Arunachal Pradesh|Assam|Bihar|Chhattisgarh|Goa|Gujarat|Haryana|Himachal Pradesh|Jharkhand|Karnataka|Kerala|
        Madhya Pradesh|Maharashtra|Manipur|Meghalaya|Mizoram|Nagaland|Odisha|Punjab|Rajasthan|Sikkim|Tamil Nadu|Telangana|Tripura|
        Uttar Pradesh|Uttarakhand|West Bengal""",
    "CA": """Alberta|British Columbia|Manitoba|New Brunswick|Newfoundland and Labrador|Nova Scotia|Ontario|Prince Edward Island|Quebec|
        Saskatchewan|Yukon|Nunavut|Northwest Territories""",
    "GB": """Bedfordshire|Berkshire|Buckinghamshire|Cambridgeshire|Cheshire|Cornwall|Cumbria|Derbyshire|Devon|Dorset|East Sussex|Essex|
        Gloucestershire|Hampshire|Herefordshire|Hertfordshire|Kent|Lancashire|Leicestershire|Lincolnshire|Norfolk|Northamptonshire|
        Northumberland|Nottinghamshire|Oxfordshire|Shropshire|Somerset|Staffordshire|Suffolk|Surrey|Warwickshire|West Sussex|
        Wiltshire|Worcestershire""",
}


def lists(count):
    """The country, the names and the sentence of each list."""
    chance = random.Random(SEED)
    for number in range(count):
        country = list(POOLS)[number % len(POOLS)]
        pool = [name.strip() for name in POOLS[country].split("|")]
        names = chance.sample(pool, 3 + number // len(POOLS) % 3)
        yield country, names, SENTENCES[number % len(SENTENCES)].format(", ".join(names[:-1]) + " and " + names[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--lists", type=int, default=1200)
    parser.add_argument("--misses", action="store_true")
    args = parser.parse_args()
    asked = list(lists(args.lists))
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "lists.jsonl"
        records = (json.dumps({"id": str(n), "text": text}) for n, (_, _, text) in enumerate(asked))
        path.write_text("\n".join(records) + "\n", encoding="utf-8")
        ran = subprocess.run([args.binary, "tag", path, "--format", "jsonl"], stdout=subprocess.PIPE, text=True, check=True)
    counts = {country: dict(lists=0, wrong=0, names=0, unplaced=0) for country in POOLS}
    misses = []
    for line in ran.stdout.splitlines():
        answer = json.loads(line)
        country, names, text = asked[int(answer["id"])]
        count = counts[country]
        count["lists"] += 1
        places = {entity["text"]: entity["place"] for entity in answer["entities"] if entity["place"]}
        wrong = []
        for name in names:
            count["names"] += 1
            place = places.get(name)
            if place is None:
                count["unplaced"] += 1
                wrong.append(f"{name}: nowhere")
            elif place["country"] != country or not (place["feature"] or "").startswith(("ADM", "RGN", "ISL")):
                wrong.append(f"{name}: {place['name']}, {place['admin1']}, {place['country']} {place['feature']}")
        count["wrong"] += any(not told.endswith("nowhere") for told in wrong)
        misses += [(text, told) for told in wrong]
    for country, count in counts.items():
        print(f"{country}: {count['wrong']} of {count['lists']} lists with a wrong one; "
              f"{count['unplaced']} of {count['names']} names not placed")
    if args.misses:
        for text, told in misses:
            print(f"  {told}  |  {text}")


if __name__ == "__main__":
    main()
