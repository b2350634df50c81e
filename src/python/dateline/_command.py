"""The command line, as a process of its own: for what it does with files."""

import json
import subprocess
import sys
import warnings
from collections.abc import Iterable, Mapping
from typing import Any

from dateline._dateline import DatelineError, SettingsError

#: Imports what this process would, whatever lies in the current folder; a fault before the command begins has its own status.
_PROGRAM = """
import os, sys, traceback
try:
    sys.path[:] = {path!r}
    from dateline.__main__ import main
except BaseException:
    traceback.print_exc()
    sys.stderr.flush()
    os._exit(70)
main()
"""

#: The exit status of a run in which some things failed, and were reported.
_SOME_FAILED = 1


def arguments(options: Mapping[str, Any]) -> list[str]:
    """Keyword arguments as those of the command: `min_documents=2` is `--min-documents=2`."""
    given: list[str] = []
    for name, value in options.items():
        flag = "--" + name.replace("_", "-")
        if value is None or value is False:
            continue
        if value is True:
            given.append(flag)
        elif isinstance(value, Mapping):
            given += [f"{flag}={key}={one}" for key, one in value.items()]
        elif isinstance(value, (list, tuple)):
            given += [f"{flag}={one}" for one in value]
        else:
            given.append(f"{flag}={value}")
    return given


def run(args: Iterable[str], *, some_may_fail: bool = False) -> str:
    """What the command prints. Raises what it says where it failed, or did not know an argument."""
    program = _PROGRAM.format(path=sys.path)
    done = subprocess.run([sys.executable, "-c", program, *args], capture_output=True, text=True, encoding="utf-8")
    said = done.stderr.strip()
    if done.returncode == _SOME_FAILED and some_may_fail:
        warnings.warn(said, stacklevel=3)
    elif done.returncode != 0:
        error = SettingsError if said.startswith("error: ") else DatelineError
        raise error(said or f"dateline ended with the status {done.returncode}")
    return done.stdout


def lines(args: Iterable[str]) -> list[dict[str, Any]]:
    """The JSON objects that the command prints, a line each. What it says of what failed is a warning."""
    return [json.loads(line) for line in run(args, some_may_fail=True).splitlines() if line]
