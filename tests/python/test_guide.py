"""What the guide and the README show runs."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHAPTERS = ROOT / "src/guide"


def blocks(path: Path) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```$", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def run(path: Path) -> None:
    names: dict[str, object] = {}
    for n, block in enumerate(blocks(path), 1):
        exec(compile(block, f"{path.name}, example {n}", "exec"), names)


def test_the_chapter_on_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for package in ("pyarrow", "polars", "pandas", "spacy", "dask.dataframe", "daft"):
        pytest.importorskip(package, reason=f"{package} is not installed")
    monkeypatch.chdir(tmp_path)
    run(CHAPTERS / "python.md")
    told = capsys.readouterr().out
    assert "Beirut LB 33.89332 35.50157" in told and "Dhaka" in told and (tmp_path / "places.geojson").is_file()


def test_the_readme(capsys: pytest.CaptureFixture[str]) -> None:
    (block,) = blocks(ROOT / "README.md")
    exec(compile(block, "README.md", "exec"), {})
    assert "Beirut" in capsys.readouterr().out
