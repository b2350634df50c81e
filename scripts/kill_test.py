"""Kills `dateline tag`, `map` and `gazetteer build` at random moments, has them run to their end, and compares what they wrote:

    python3 scripts/kill_test.py                  # 500 kills, 90 signals
    python3 scripts/kill_test.py --kills 50 --seed 7 --dateline path/to/dateline

Every form of output is written once without a disturbance. Then runs are killed (SIGKILL), a case after the other: at a moment
drawn from the whole run, from its start to its end; one in four while the manifest is being written, if it has one. Tagging is
gone on with (`--resume`), and often killed again on the way; a map and a gazetteer are made anew by the same command. In the end the
folder has to hold the files of the undisturbed run, the same to the byte, and nothing else.

After that, SIGINT, SIGTERM and SIGHUP end maps and builds: the folder has to be empty at once, or hold the whole output.

It makes its inputs: documents put together of the articles in tests/data, and a table of made-up places. The model is that of
the tests, which knows some words and is fast; `--model` names another. Exit status 1 if any output differs or anything is left.
"""

from __future__ import annotations

import argparse
import collections
import dataclasses
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Formats of tagging that take any number of documents, by the ending of their output.
TEXT = ("jsonl", "json", "csv", "tsv", "conll", "jsonld", "spacy", "txt")
NAMED = {"spacy": "spacy", "txt": "pretty"}
LAYERS = ("geojson", "geojsonl", "csv", "parquet", "gpkg", "fgb", "kml", "html")


@dataclasses.dataclass
class Case:
    """A way to call dateline."""

    name: str
    # The arguments; the outputs lie in the working folder.
    arguments: list[str]
    # What an unfinished run is gone on with.
    resume: list[str]
    # The manifest of the run, if it has one.
    manifest: str | None = None
    # What the undisturbed run wrote, how long it took, and how it ended.
    whole: dict[str, bytes] = dataclasses.field(default_factory=dict)
    took: float = 0.0
    status: int = 0


def cases(inputs: Path, model: str) -> list[Case]:
    """All of them."""
    many, one, tagged = (str(inputs / name) for name in ("many.jsonl", "one.jsonl", "tagged.jsonl"))

    def tag(name: str, output: str, *more: str, documents: str = many) -> Case:
        arguments = ["tag", documents, "--model", model, "--output", output, *more]
        return Case(f"tag {name}", arguments, ["--resume"], f"{output.rstrip('/')}.manifest")

    made = []
    for ending in TEXT:
        for packed in ("", ".gz", ".zst"):
            more = ("--format", NAMED[ending]) if ending in NAMED else ()
            made.append(tag(f"{ending}{packed}", f"out.{ending}{packed}", *more))
    made += [
        tag("parquet", "out.parquet"),
        tag("parquet, a row a name", "flat.parquet", "--flat"),
        tag("parquet, a folder", "parts/", "--format", "parquet"),
        tag("brat", "brat", "--format", "brat"),
        tag("jsonl with --errors", "out.jsonl", "--errors", "failed.jsonl"),
        tag("geojson", "out.geojson", documents=one),
        tag("html", "out.html", "--offline", documents=one),
    ]
    for ending in LAYERS:
        more = ("--offline",) if ending == "html" else ()
        made.append(Case(f"map {ending}", ["map", tagged, "-o", f"map.{ending}", *more], []))
    layers = [argument for ending in LAYERS for argument in ("-o", f"map.{ending}")]
    made.append(Case("map, all and errors", ["map", many, "--model", model, *layers, "--errors", "e.jsonl", "--offline"], []))
    build = ["gazetteer", "build", "--extra", str(inputs / "places.csv"), "-o", "places.gaz"]
    made += [Case(f"build {n}", build, []) for n in (1, 2, 3)]
    return made


def make_inputs(folder: Path, dateline: Path, model: str, documents: int, places: int, chance: random.Random) -> None:
    """Writes the documents and the table."""
    articles = sorted((ROOT / "tests" / "data" / "articles").glob("*.txt"))
    sentences = [line for article in articles for line in article.read_text().splitlines() if line.strip()]
    with open(folder / "many.jsonl", "w") as lines:
        for n in range(documents):
            text = f"Report {n}. " + " ".join(chance.choices(sentences, k=4))
            # One in 200 is broken: the list of errors has to be whole too.
            lines.write("{broken\n" if n % 200 == 7 else json.dumps({"id": f"a/{n}", "text": text}) + "\n")
    (folder / "one.jsonl").write_text(json.dumps({"id": "one", "text": "\n".join(sentences)}) + "\n")
    subprocess.run(
        [dateline, "tag", folder / "many.jsonl", "--model", model, "-o", folder / "tagged.jsonl"],
        stderr=subprocess.DEVNULL,
    )
    with open(folder / "places.csv", "w") as table:
        table.write("id,name,feature,lat,lon,country,population,names\n")
        for n in range(places):
            name = "".join(chance.choices("abdeiklmnoprstu", k=8)).capitalize()
            lat, lon = chance.uniform(-60, 70), chance.uniform(-180, 180)
            table.write(f"made-up:{n},{name},PPL,{lat:.4f},{lon:.4f},US,{chance.randrange(100_000)},{name} Town\n")


def files(folder: Path) -> dict[str, bytes]:
    """All files of a folder by their paths in it; empty folders too."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_file():
            found[name] = path.read_bytes()
        elif not any(path.iterdir()):
            found[name + "/"] = b""
    return found


def start(dateline: Path, case: Case, folder: Path, more: list[str] = ()) -> subprocess.Popen:
    # In a session of its own, so that no signal of ours reaches this script.
    return subprocess.Popen(
        [dateline, *case.arguments, *more],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def finish(dateline: Path, case: Case, folder: Path, more: list[str] = ()) -> tuple[int, str]:
    run = start(dateline, case, folder, more)
    _, told = run.communicate()
    return run.returncode, told.decode(errors="replace")


def strike(run: subprocess.Popen, case: Case, folder: Path, after: float, in_manifest: bool, number: int) -> bool:
    """Sends a signal after some seconds, or at the first writing of the manifest behind them. Whether it still ran."""
    try:
        run.wait(after)
    except subprocess.TimeoutExpired:
        pass
    beside = folder / f"{case.manifest}.part"
    while in_manifest and run.poll() is None and not beside.exists():
        pass
    running = run.poll() is None
    if running:
        run.send_signal(number)
    run.communicate()
    return running


def told_of(folder: Path) -> str:
    """What a kill left, in words."""
    names = {path.name for path in folder.iterdir()}
    if any(name.endswith(".manifest") for name in names):
        return "stored"
    if any(name.endswith((".dateline-part", ".part")) for name in names):
        return "begun"
    if any(name.endswith(".dateline-lock") for name in names):
        return "locked"
    return "written" if names else "nothing"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dateline", type=Path, default=ROOT / "target" / "release" / "dateline")
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--signals", type=int, default=90, help="SIGINT, SIGTERM and SIGHUP to maps and builds")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--model", default=str(ROOT / "tests" / "data" / "model"))
    parser.add_argument("--documents", type=int, default=1500)
    parser.add_argument("--places", type=int, default=30_000)
    given = parser.parse_args()
    chance = random.Random(given.seed)
    dateline, model = given.dateline.resolve(), given.model
    for name in [name for name in os.environ if name.startswith("DATELINE_") and name != "DATELINE_CACHE"]:
        del os.environ[name]

    faults: list[str] = []
    left: collections.Counter[str] = collections.Counter()
    kills: collections.Counter[str] = collections.Counter()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="kill-test-") as temporary:
        inputs, folder = Path(temporary) / "in", Path(temporary) / "out"
        inputs.mkdir()
        make_inputs(inputs, dateline, model, given.documents, given.places, chance)
        all_cases = cases(inputs, model)
        for case in all_cases:
            folder.mkdir()
            started = time.monotonic()
            case.status, told = finish(dateline, case, folder)
            case.took = time.monotonic() - started
            case.whole = files(folder)
            shutil.rmtree(folder)
            if case.status not in (0, 1) or not case.whole:
                print(f"{case.name}: the undisturbed run ended with {case.status}: {told.strip()}")
                return 2
        print(f"{len(all_cases)} ways to write, {sum(case.took for case in all_cases):.0f} s undisturbed", flush=True)

        def check(case: Case, status: int, told: str, what: str) -> None:
            found = files(folder)
            extra, missing = sorted(found.keys() - case.whole.keys()), sorted(case.whole.keys() - found.keys())
            differ = [name for name in found.keys() & case.whole.keys() if found[name] != case.whole[name]]
            ended = status == case.status or (status == 0 and "is finished" in told)
            if extra or missing or differ or not ended:
                faults.append(f"{case.name}, {what}: status {status}, left {extra}, missing {missing}, differing {differ}: {told.strip()}")
                print(f"FAULT: {faults[-1]}", flush=True)

        done = tries = after_end = 0
        while done < given.kills and tries < 10 * given.kills:
            # Every case in turn, so that each has its share.
            case = all_cases[tries % len(all_cases)]
            tries += 1
            folder.mkdir()
            more: list[str] = []
            struck = 0
            while done < given.kills:
                in_manifest = case.manifest is not None and chance.random() < 0.25
                run = start(dateline, case, folder, more)
                running = strike(run, case, folder, chance.uniform(0, case.took), in_manifest, signal.SIGKILL)
                # A run that was through by then is finished, and says so.
                more = case.resume
                if not running:
                    after_end += 1
                    break
                done, struck = done + 1, struck + 1
                kills[case.name.split()[0].rstrip(",")] += 1
                left[told_of(folder)] += 1
                if chance.random() < 0.5:
                    break
            status, told = finish(dateline, case, folder, more)
            check(case, status, told, f"killed {struck} times")
            shutil.rmtree(folder)
            if tries % 50 == 0:
                print(f"{done} kills, {len(faults)} faults, {time.monotonic() - begun:.0f} s", flush=True)

        ended = whole = 0
        passing = [case for case in all_cases if case.manifest is None]
        for n in range(given.signals):
            case, number = passing[n % len(passing)], (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)[n // len(passing) % 3]
            folder.mkdir()
            # Most of them before the end: the undisturbed run may have had to read its files from disk.
            after = chance.uniform(0, 0.6 * case.took)
            running = strike(start(dateline, case, folder), case, folder, after, False, number)
            found = files(folder)
            ended += running and not found
            whole += bool(found)
            # One after the other gets its name: what is there has to be whole.
            if any(case.whole.get(name) != content for name, content in found.items()):
                faults.append(f"{case.name}, {number.name}: left {sorted(found)}")
                print(f"FAULT: {faults[-1]}", flush=True)
            shutil.rmtree(folder)

    if done:
        print(f"{done} kills in {tries} runs ({', '.join(f'{count} of {name}' for name, count in kills.items())})")
        print(f"what they left: {', '.join(f'{count} {what}' for what, count in left.most_common())}; {after_end} came after the end")
    print(f"{given.signals} signals to maps and builds: {ended} left a clean folder, {whole} whole outputs")
    print(f"seed {given.seed}: {len(faults)} faults, {time.monotonic() - begun:.0f} s")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
