#!/usr/bin/env python3
"""Measure a gazetteer at full scale: make a dump, build it, look names up.

    bench_scale.py FOLDER [--places 13000000] [--names 3] [--lookups 200000] [--keep]

Writes about 5 GB into FOLDER for 13 million places, and as much again while it builds; removes all of it afterwards
unless told to keep it. A dump that is kept from an earlier run is used again. Run it from the project's root: programs
are built by cargo first.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def built(*what: str) -> Path:
    """Build a program and give the folder of programs."""
    subprocess.run(["cargo", "build", "--release", *what], cwd=ROOT, check=True)
    return ROOT / os.environ.get("CARGO_TARGET_DIR", "target") / "release"


def measured(command: list[str]) -> tuple[float, float, float]:
    """Run a command; its seconds by the clock and of all cores, and the largest amount of memory in MB that it had."""
    began = time.monotonic()
    pid = os.posix_spawnp(command[0], command, os.environ)
    _, status, usage = os.wait4(pid, 0)
    seconds = time.monotonic() - began
    if status != 0:
        sys.exit(f"{command[0]}: failed with status {os.waitstatus_to_exitcode(status)}; its message is above")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def megabytes(path: Path) -> str:
    return f"{path.stat().st_size / 1e6:,.0f} MB"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--places", type=int, default=13_000_000)
    parser.add_argument("--names", type=int, default=3)
    parser.add_argument("--lookups", type=int, default=200_000)
    parser.add_argument("--keep", action="store_true", help="keep the dump and the gazetteer")
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    dump = args.folder / f"dump-{args.places}-{args.names}.txt"
    gazetteer = args.folder / f"places-{args.places}-{args.names}.gaz"

    programs = built("--examples")
    built()
    print(f"{os.cpu_count()} cores, {os.getloadavg()[0]:.1f} of them busy already", flush=True)
    try:
        if not dump.exists():
            # Under another name until it is whole.
            part = dump.with_suffix(".part")
            seconds, _, _ = measured([str(programs / "examples" / "generate_dump"), "--places", str(args.places),
                                      "--names", str(args.names), "--output", str(part)])
            part.rename(dump)
            print(f"made {dump.name}: {megabytes(dump)} in {seconds:.0f} s", flush=True)
        seconds, busy, peak = measured([str(programs / "dateline"), "gazetteer", "build", "--geonames", str(dump),
                                        "--output", str(gazetteer)])
        print(f"build: {seconds / 60:.1f} minutes, {busy / 60:.1f} of processor time; peak RSS {peak:,.0f} MB; "
              f"{megabytes(gazetteer)}", flush=True)
        # The file was just written, so it is in the page cache; what was pushed out comes back in the first round.
        measured([str(programs / "examples" / "bench_lookup"), str(gazetteer), "--names", str(args.lookups)])
    finally:
        if not args.keep:
            for file in [dump, gazetteer, dump.with_suffix(".part")]:
                file.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
