"""Draws relations of tagged documents by a seed and prints each with its sentence, so that a person can judge them.

    dateline tag articles.jsonl --output tagged.jsonl
    python scripts/sample_relations.py tagged.jsonl --number 100 --seed 2

Each relation is printed as

    1. part; target: Mosul; anchors: Iraq; bearing 0.0
       tagged.jsonl:17 … in Mosul, in >>northern Iraq<<, on Monday …

Needs the documents' texts (no `--no-text`) and offsets in code points, which are the default.
"""

import argparse
import json
import random
import sys

CONTEXT = 160


def relations(path):
    """The relations of a file of tagged documents, each as a dictionary with what is printed of it."""
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            document = json.loads(line)
            if "text" not in document:
                sys.exit(f"{path}:{number}: has no text; expected output of `dateline tag` without --no-text")
            for relation in document.get("relations", []):
                yield describe(f"{path}:{number}", document, relation)


def describe(place, document, relation):
    text, entities = document["text"], document["entities"]
    anchors = [entities[n] for n in relation["anchors"]]
    start = min([relation["start"]] + [anchor["start"] for anchor in anchors])
    end = max([relation["end"]] + [anchor["end"] for anchor in anchors])
    facts = [relation["kind"]]
    target = relation["target"]
    facts.append("target: " + ("none" if target is None else entities[target]["text"]))
    facts.append("anchors: " + ", ".join(anchor["text"] for anchor in anchors))
    if "distance_km" in relation:
        facts.append(f"{relation['distance_km']} km")
    if "bearing_deg" in relation:
        facts.append(f"bearing {relation['bearing_deg']}")
    before, behind = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT // 2]
    passage = " ".join(f"{before}>>{text[start:end]}<<{behind}".split())
    return {"facts": "; ".join(facts), "place": place, "passage": passage}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tagged", help="a JSONL file that dateline tag has written")
    parser.add_argument("--number", type=int, default=100, help="relations to draw (default 100)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the draw (default 1)")
    arguments = parser.parse_args()
    found = list(relations(arguments.tagged))
    drawn = sorted(random.Random(arguments.seed).sample(range(len(found)), min(arguments.number, len(found))))
    print(f"{len(drawn)} of {len(found)} relations, seed {arguments.seed}\n")
    for number, index in enumerate(drawn, 1):
        relation = found[index]
        print(f"{number}. {relation['facts']}\n   {relation['place']} {relation['passage']}\n")


if __name__ == "__main__":
    main()
