"""What type checkers say of a program that uses the package."""

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parent / "typed_program.py"


def test_mypy() -> None:
    pytest.importorskip("mypy", reason="mypy is not installed")
    told = subprocess.run([sys.executable, "-m", "mypy", "--strict", PROGRAM], capture_output=True, text=True, cwd=PROGRAM.parent)
    assert told.returncode == 0, told.stdout


def test_pyright() -> None:
    pytest.importorskip("pyright", reason="pyright is not installed")
    told = subprocess.run([sys.executable, "-m", "pyright", "--pythonpath", sys.executable, PROGRAM], capture_output=True, text=True, cwd=PROGRAM.parent)
    assert told.returncode == 0, told.stdout + told.stderr


def test_the_stub_tells_of_what_is_there() -> None:
    pytest.importorskip("mypy", reason="mypy is not installed")
    told = subprocess.run([sys.executable, "-m", "mypy.stubtest", "dateline._dateline", "--ignore-disjoint-bases"], capture_output=True, text=True, cwd=PROGRAM.parent)
    assert told.returncode == 0, told.stdout


def test_the_stub_has_the_docstrings_of_what_is_there() -> None:
    script = PROGRAM.parents[2] / "scripts/python/stubs.py"
    told = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
