"""The command line, as a process of its own: for what it does with files."""

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from dateline._dateline import DatelineError, SettingsError

#: The exit status of a run in which some things failed, and were reported.
_SOME_FAILED = 1


def arguments(options: Mapping[str, Any]) -> list[str]:
    """Keyword arguments as those of the command: `min_documents=2` is `--min-documents 2`."""
    given: list[str] = []
    for name, value in options.items():
        flag = "--" + name.replace("_", "-")
        if value is None or value is False:
            continue
        if value is True:
            given.append(flag)
        elif isinstance(value, (list, tuple)):
            for one in value:
                given += [flag, str(one)]
        else:
            given += [flag, str(value)]
    return given


def run(args: Iterable[str]) -> str:
    """What the command prints. Raises what it says where it did nothing, or did not know an argument."""
    done = subprocess.run([sys.executable, "-m", "dateline", *args], capture_output=True, text=True, encoding="utf-8")
    if done.returncode not in (0, _SOME_FAILED):
        said = done.stderr.strip() or f"dateline ended with the status {done.returncode}"
        raise (SettingsError if "Usage: " in said or "--help" in said else DatelineError)(said)
    return done.stdout


def lines(args: Iterable[str]) -> list[dict[str, Any]]:
    """The JSON objects that the command prints, a line each."""
    return [json.loads(line) for line in run(args).splitlines() if line]
