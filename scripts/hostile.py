#!/usr/bin/env python3
"""Texts that no person writes: time and memory that `dateline tag` takes for them, and whether the documents beside them are tagged.

    python3 scripts/hostile.py [--dateline target/release/dateline] [--old BINARY] [--articles CORPUS.jsonl] [--only NAME …]

With --old, another binary reads the same texts in turn with the first (it may take 3 GB for one). With --articles, a hostile
document is put among each hundred of a corpus, and the whole is tagged under a limit of 1 GB of address space (Linux): every
article must come out as it does without them.

Ends with status 1 where an article is lost or changed, or a run ends by a signal.
"""

import argparse
import itertools
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

ARTICLE = (
    "Floods hit Mosul on Monday, the governor of Nineveh said. Trucks with aid left Erbil for Baghdad, and Turkey sent tents "
    "to Duhok."
)
NAMES = (
    "Paris London Berlin Madrid Rome Athens Cairo Tunis Algiers Lagos Accra Nairobi Kampala Kigali Mosul Erbil Baghdad Basra "
    "Damascus Aleppo Homs Beirut Tripoli Amman Jerusalem Gaza Riyadh Sanaa Aden Tehran Tabriz Kabul Herat Lahore Karachi Delhi "
    "Mumbai Chennai Dhaka Yangon Bangkok Hanoi Manila Jakarta Perth Sydney Springfield Portland Richmond Columbus Santiago Lima "
    "Bogota Caracas Havana Kingston Toronto Vancouver Chicago Boston Houston Dallas Atlanta Miami"
).split()
OPENINGS = ["Officials met in", "Floods were reported in", "Soldiers left", "Aid reached", "Reporters came to"]
LIMIT = 1_000_000 * 1024


def sentences(count, draw):
    """Sentences with so many names of places."""
    written, sentences = 0, []
    while written < count:
        names = [draw.choice(NAMES) for _ in range(min(draw.choice([1, 1, 2, 3]), count - written))]
        written += len(names)
        listed = names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
        sentences.append(f"{draw.choice(OPENINGS)} {listed}.")
    return " ".join(sentences)


def texts():
    """The texts by their names, each made when it is asked for."""
    draw = random.Random(7)
    return {
        "names-200k": lambda: sentences(200_000, draw),
        "page-500-times": lambda: (sentences(400, draw) + " ") * 500,
        "list-200k": lambda: ", ".join(draw.choice(NAMES) for _ in range(200_000)),
        "brackets": lambda: "[" * 9_900_000,
        "hyphens": lambda: "Paris-" * 250_000,
        "lines": lambda: "Paris\n" * 800_000,
        "lower-case": lambda: "flood in paris and london. " * 100_000,
        "capitals": lambda: "TURKEY IN IRAQ " * 300_000,
        "letters": lambda: "A " * 4_000_000,
        "one-word": lambda: "a" * 9_000_000,
        "distances": lambda: "Al Bir fell, 45 kilometers southeast of Mosul. " * 20_000,
        "borders": lambda: "Troops stood on the border between Iraq and Syria. " * 20_000,
        "figures": lambda: "36°20′N 43°08′E, " * 100_000,
        "persons": lambda: "John Smith met Ahmed Hassan in court. " * 100_000,
        "acronyms": lambda: "the International Criminal Court (ICC) said so. " * 50_000,
        "no-spaces": lambda: "中国政府在北京说" * 400_000,
    }


def write(path, documents):
    with open(path, "w", encoding="utf-8") as file:
        for number, text in enumerate(documents):
            name = text if isinstance(text, tuple) else (f"d{number}", text)
            file.write(json.dumps({"id": name[0], "text": name[1]}, ensure_ascii=False) + "\n")


def tag(binary, corpus, folder, limit=None, extra=()):
    """Tags a corpus. Gives the status, seconds of processor time, the peak in MB, and the output's path."""
    output = folder / "out.jsonl"
    for left in folder.glob("out.jsonl*"):
        left.unlink()

    def bound():
        if limit:
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))

    child = subprocess.Popen(
        [binary, "tag", str(corpus), "-o", str(output), *extra],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=bound,
    )
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return child.returncode, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, output


def tagged(output):
    """The lines of an output by the ids of their documents."""
    if not output.exists():
        return {}
    with open(output, encoding="utf-8") as lines:
        return {json.loads(line)["id"]: line for line in lines}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dateline", default="target/release/dateline")
    parser.add_argument("--old")
    parser.add_argument("--articles")
    parser.add_argument("--only", nargs="+")
    args = parser.parse_args()
    binaries = {"new": args.dateline, **({"old": args.old} if args.old else {})}
    made = texts()
    faults = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        corpus = folder / "in.jsonl"
        print(f"{'text':>16} " + " ".join(f"{name + ' status':>12} {'cpu s':>7} {'MB':>6}" for name in binaries))
        for name, make in made.items():
            if args.only and name not in args.only:
                continue
            write(corpus, [("before", ARTICLE), (name, make()), ("behind", ARTICLE)])
            row = []
            for which, binary in binaries.items():
                status, seconds, peak, output = tag(binary, corpus, folder)
                row.append(f"{status:>12} {seconds:>7.1f} {peak:>6.0f}")
                if which == "new" and not {"before", "behind"} <= tagged(output).keys():
                    faults += 1
                    row.append("the others are lost")
            print(f"{name:>16} " + " ".join(row), flush=True)
        if not args.only:
            peaks = []
            for mentions in (10_000, 100_000):
                write(corpus, ["Floods hit Paris. " * mentions])
                peaks.append(tag(args.dateline, corpus, folder)[2])
            more = (peaks[1] - peaks[0]) * 1024 / 90_000
            print(f"a further mention of a name, from 10,000 to 100,000: {more:.2f} kB")
        if args.articles:
            with open(args.articles, encoding="utf-8") as lines:
                articles = [json.loads(line) for line in lines]
            articles = [(str(a.get("id", n)), a["text"]) for n, a in enumerate(articles)]
            write(corpus, articles)
            alone = tagged(tag(args.dateline, corpus, folder)[3])
            hostile = itertools.cycle((f"hostile-{name}", make()) for name, make in made.items())
            mixed = []
            for number, article in enumerate(articles):
                if number % 100 == 50:
                    mixed.append(next(hostile))
                mixed.append(article)
            write(corpus, mixed)
            status, seconds, peak, output = tag(args.dateline, corpus, folder, LIMIT)
            among = tagged(output)
            same = sum(among.get(name) == line for name, line in alone.items())
            done = len(among.keys() - alone.keys())
            print(
                f"{len(mixed) - len(articles)} hostile documents among {len(articles)} articles, 1 GB of address space: status "
                f"{status}, {same} articles as without them, {done} of the hostile ones tagged, {seconds:.0f} s, {peak:.0f} MB"
            )
            faults += same != len(alone) or status < 0
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
