"""What the tests share: one tagger, and articles of our own."""

from pathlib import Path

import pytest

import dateline

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def tagger() -> dateline.Tagger:
    return dateline.Tagger()


@pytest.fixture(scope="session")
def articles() -> dict[str, str]:
    """Texts by their ids."""
    paths = sorted((ROOT / "tests/data/articles").glob("*.txt"))
    return {path.stem: path.read_text(encoding="utf-8") for path in paths}
