"""Places by their names, maps, and evaluations."""

import json
from pathlib import Path

import pytest

import dateline


def test_lookup() -> None:
    found = dateline.gazetteer.lookup("Tripoli")
    assert [candidate.place.country for candidate in found[:2]] == ["LY", "LB"]
    (only, *_) = dateline.gazetteer.lookup("Tripoli", country="LB")
    assert (only.place.country, only.matched, only.kind) == ("LB", "exact", "official")
    near = dateline.gazetteer.lookup("Springfield", near=(39.8, -89.6), first=1)[0]
    assert near.place.admin1 == "Illinois" and near.distance_km is not None and near.distance_km < 10
    assert dateline.gazetteer.lookup("Kramatosrk") == []
    (fuzzy, *_) = dateline.gazetteer.lookup("Kramatosrk", fuzzy=True)
    assert (fuzzy.place.country, fuzzy.matched, fuzzy.errors) == ("UA", "fuzzy", 1)
    with pytest.raises(dateline.SettingsError, match="Lebanon"):
        dateline.gazetteer.lookup("Tripoli", country="Lebanon")


def test_lookup_in_tables_of_ones_own(tmp_path: Path) -> None:
    table = tmp_path / "desk.csv"
    table.write_text("name,lat,lon\nal-Bir,36.0,43.5\n", encoding="utf-8")
    (found,) = dateline.gazetteer.lookup("al-Bir", places=table)
    assert (found.place.lat, found.place.lon) == (36.0, 43.5)
    with pytest.raises(dateline.GazetteerError, match="none.gaz"):
        dateline.gazetteer.lookup("Oslo", gazetteer=tmp_path / "none.gaz")


def test_distance() -> None:
    far = dateline.distance("Mosul", "Beirut")
    assert (far.km, far.bearing_deg, float(far)) == (745.1, 250.9, 745.1)
    assert far.origin["country"] == "IQ"
    assert dateline.distance((0.0, 0.0), "0,1").km == 111.3
    assert dateline.distance("Oslo", "Oslo").bearing_deg is None
    with pytest.raises(dateline.GazetteerError, match="no such place"):
        dateline.distance("Mosul", "Xyzzyville")


def test_layers_of_documents(tagger: dateline.Tagger, tmp_path: Path) -> None:
    docs = list(tagger.pipe(["The convoy left Beirut for Damascus.", None]))  # type: ignore[list-item]
    dateline.map(docs, tmp_path / "places.geojson", tmp_path / "links.csv:links", layer="places")
    features = json.loads((tmp_path / "places.geojson").read_text())["features"]
    assert {feature["properties"]["place_name"] for feature in features} == {"Beirut", "Damascus"}
    assert len((tmp_path / "links.csv").read_text().splitlines()) == 2
    with pytest.raises(dateline.DatelineError, match="expected"):
        dateline.map(docs[0], tmp_path / "places.xyz")
    with pytest.raises(dateline.SettingsError, match="--colour"):
        dateline.map(docs[0], tmp_path / "a.geojson", colour="red")


def test_the_command_is_that_of_the_package(
    tagger: dateline.Tagger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whatever lies in the current folder.
    (tmp_path / "dateline.py").write_text("raise SystemExit('another')\n", encoding="utf-8")
    (tmp_path / "json.py").write_text("raise SystemExit('another')\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    dateline.map(tagger("In Oslo."), "a.geojson")
    assert "Oslo" in (tmp_path / "a.geojson").read_text(encoding="utf-8")


def test_evaluations(tmp_path: Path) -> None:
    corpus = tmp_path / "names.conll"
    corpus.write_text("The\tO\nconvoy\tO\nleft\tO\nBeirut\tB-LOC\n.\tO\n", encoding="utf-8")
    (names,) = dateline.eval_ner(corpus)
    assert names["corpus"] and json.dumps(names).count("1.0")
    places = tmp_path / "places.jsonl"
    text = "The convoy left Beirut for Damascus."
    toponyms = [{"start": 16, "end": 22, "lat": 33.89, "lon": 35.5}, {"start": 27, "end": 35, "lat": 33.5, "lon": 36.3}]
    places.write_text(json.dumps({"id": "a", "text": text, "toponyms": toponyms}) + "\n", encoding="utf-8")
    (scored, *_) = dateline.eval_geo(places)
    assert scored
    with pytest.raises(dateline.DatelineError, match="missing"):
        dateline.eval_ner(tmp_path / "missing.conll")
