"""Kills `dateline tag` at moments spread over a run, resumes it, and compares the output: `python scripts/kill_and_resume.py
CORPUS.jsonl`.

The corpus is tagged once without interruption. Then, for each of `--kills` moments, a new run is killed (SIGKILL) and
resumed to its end, and its output is compared byte by byte with that of the first. Every fourth kill strikes while the
manifest is being written. What the killed run had stored is logged. Afterwards one more run is killed again and again, on
its way from the beginning to the end. Exit status 1 if any output differs.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def stored(output: Path) -> int:
    """The records that a killed run knows to be stored."""
    try:
        return json.loads(Path(f"{output}.manifest").read_text())["progress"]["records"]
    except FileNotFoundError:
        return 0


def kill(command: list[str], output: Path, after: float, in_manifest: bool) -> bool:
    """Starts a run and kills it after some seconds, or at the first writing of the manifest behind them. Whether it still ran."""
    run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + after
    while time.monotonic() < until and run.poll() is None:
        time.sleep(0.005)
    beside = Path(f"{output}.manifest.part")
    while in_manifest and run.poll() is None and not beside.exists():
        pass
    running = run.poll() is None
    run.kill()
    run.wait()
    return running


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--dateline", type=Path, default=ROOT / "target" / "release" / "dateline")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--ending", default=".jsonl", help="of the output, .jsonl.gz or .parquet for example")
    parser.add_argument("arguments", nargs="*", help="more arguments of `dateline tag`, behind --")
    given = parser.parse_args()

    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / f"out{given.ending}"
        command = [str(given.dateline), "tag", str(given.corpus), "--output", str(output), *given.arguments]
        begun = time.monotonic()
        subprocess.run(command, check=True)
        took = time.monotonic() - begun
        whole = output.read_bytes()
        print(f"without interruption: {took:.1f} s, {len(whole)} bytes", flush=True)
        for n in range(given.kills):
            output.unlink()
            in_manifest = n % 4 == 3
            running = kill(command, output, took * (n + 1) / (given.kills + 1), in_manifest)
            records, named = stored(output), output.exists()
            subprocess.run([*command, "--resume"], check=True)
            same = output.read_bytes() == whole and not (running and named)
            failed += not same
            where = "writing the manifest" if in_manifest else "anywhere"
            print(f"kill {n + 1}, {where}: {records} records stored, {'' if running else 'had ended, '}{'same' if same else 'DIFFERS'}", flush=True)
        output.unlink()
        kills = 0
        while kill([*command, "--resume"], output, took / 5, kills % 2 == 1) and kills < 50:
            kills += 1
            print(f"one run, kill {kills}: {stored(output)} records stored", flush=True)
        subprocess.run([*command, "--resume"], check=True)
        same = output.read_bytes() == whole
        failed += not same
        print(f"one run, killed {kills} times: {'same' if same else 'DIFFERS'}")
    print(f"{given.kills + 1 - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
