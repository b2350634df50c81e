"""Texts in, documents out."""

import copy
import json
import pickle
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import dateline

CONVOY = "The convoy left Beirut for Damascus."


def test_names_and_places_of_a_text(tagger: dateline.Tagger) -> None:
    doc = tagger("Zürich 🗻 is far. Anna Berg of the Red Cross left Beirut for Damascus.", id="a", source="Wire")
    assert [(e.text, e.label) for e in doc.entities] == [
        ("Zürich", "LOC"),
        ("Anna Berg", "PER"),
        ("Red Cross", "ORG"),
        ("Beirut", "LOC"),
        ("Damascus", "LOC"),
    ]
    assert doc.text is not None
    # Offsets are Python's own, beyond the basic plane too.
    assert all(doc.text[e.start : e.end] == e.text for e in doc.entities)
    beirut = doc.entities[3].place
    assert beirut is not None and (beirut.country, round(beirut.lat, 1), round(beirut.lon, 1)) == ("LB", 33.9, 35.5)
    assert [place.name for place in doc.places] == ["Zürich", "Beirut", "Damascus"]
    assert (doc.id, doc.source, doc.error, doc.distances) == ("a", "Wire", None, None)
    assert {focus.name for focus in doc.focus if focus.kind == "country"} >= {"Lebanon", "Syria"}


def test_a_place_that_the_words_put_somewhere(tagger: dateline.Tagger) -> None:
    doc = tagger("Fighters took al-Bir town, 45 kilometers southeast of Mosul.")
    (relation,) = doc.relations
    assert (relation.kind, relation.distance_km, relation.bearing_deg) == ("offset", 45.0, 135.0)
    assert relation.target is not None and relation.place is not None and len(relation.place.polygon) > 3
    place = doc.entities[relation.target].place
    assert place is not None and (place.method, place.id) == ("relative", None)


def test_forms(tagger: dateline.Tagger) -> None:
    doc = tagger(CONVOY, id="a", metadata={"page": 3})
    assert doc.to_dict() == json.loads(doc.to_json())
    assert doc.metadata == {"page": 3} == doc.to_dict()["metadata"]
    assert dateline.Document.from_json(doc.to_json()) == doc
    points = doc.to_geojson()
    assert points["type"] == "FeatureCollection"
    assert points["features"][0]["geometry"]["coordinates"] == [35.50157, 33.89332]
    assert doc.entities[0].to_dict() == doc.to_dict()["entities"][0]
    for one in (doc, doc.entities[0], doc.places[0], doc.focus[0]):
        assert pickle.loads(pickle.dumps(one)) == one
        assert copy.copy(one) == one
    assert len({doc.places[0], doc.entities[0].place, doc.places[1]}) == 2 and len({doc, copy.copy(doc)}) == 1
    with pytest.raises(dateline.DocumentError, match="expected what to_dict gives"):
        dateline.Place.from_dict({"a": 1})
    place = doc.places[0]
    assert dateline.Place.from_dict(place.to_dict()) == place


def test_representations_are_worth_reading(tagger: dateline.Tagger) -> None:
    doc = tagger(CONVOY, id="a")
    assert repr(doc) == '<Document "a" "The convoy left Beirut for Damascus." 2 names, 2 places>'
    assert "Beirut    LOC   0.9" in str(doc) and "LB 33.893 35.502" in str(doc)
    assert repr(doc.places[1]) == "<Place Damascus, Damascus Governorate, SY 33.510 36.291>"
    assert 'model="default"' in repr(tagger)


def test_the_page_of_a_notebook_runs_nothing_and_escapes_the_text(tagger: dateline.Tagger) -> None:
    text = "<script>alert(1)</script> & the convoy left Beirut \"today\" for <b>Damascus</b>."
    page = tagger(text)._repr_html_()
    assert "<script" not in page and "&lt;script&gt;" in page and "&amp;" in page
    assert page.count("<circle") == 2 and "Damascus" in page
    # No network: nothing is loaded.
    assert "http" not in page and "url(" not in page and "src=" not in page
    assert tagger("Nothing is here.")._repr_html_().count("<svg") == 0


def test_a_stream_keeps_its_order_and_its_failures(tagger: dateline.Tagger) -> None:
    texts: list[object] = [f"Text {n} is about Oslo." for n in range(700)]
    texts[3] = None
    texts[4] = "half a pair: \udc80"
    texts[5] = {"id": 77, "title": "Flood", "text": "In Bergen it rained."}
    texts[6] = {"id": "b", "body": "no text"}
    docs = list(tagger.pipe(texts, batch_size=64))  # type: ignore[call-overload]
    assert [doc.id for doc in docs[:8]] == ["0", "1", "2", "3", "4", "77", "b", "7"]
    assert [n for n, doc in enumerate(docs) if doc.error] == [3, 4, 6]
    errors = [doc.error or "" for doc in docs]
    assert "NoneType" in errors[3] and "surrogate" in errors[4] and 'has no "text"' in errors[6]
    assert docs[5].title == "Flood" and docs[5].places[0].name == "Bergen"
    assert docs[699].text == "Text 699 is about Oslo."
    assert json.loads(docs[6].to_json()) == {"id": "b", "error": docs[6].error}
    assert dateline.Document.from_json(docs[6].to_json()) == docs[6]


def test_a_stream_gives_back_what_belongs_to_the_texts(tagger: dateline.Tagger) -> None:
    pairs = [(CONVOY, {"row": 1}), ("In Oslo.", {"row": 2})]
    assert [(doc.places[0].name, context["row"]) for doc, context in tagger.pipe(pairs, as_tuples=True)] == [
        ("Beirut", 1),
        ("Oslo", 2),
    ]


def test_a_bad_pair_ends_a_stream_behind_what_was_read(tagger: dateline.Tagger) -> None:
    pairs = [("In Oslo.", n) for n in range(6)] + ["bad", ("In Oslo.", 7)]
    got = []
    with pytest.raises((TypeError, ValueError)):
        for _, n in tagger.pipe(pairs, batch_size=4, as_tuples=True):  # type: ignore[arg-type]
            got.append(n)
    assert got == [0, 1, 2, 3, 4, 5]


def test_what_is_no_fault_of_an_item_is_raised(tagger: dateline.Tagger) -> None:
    class Interrupted(dict[str, str]):
        def items(self) -> Any:
            raise KeyboardInterrupt

    class Broken(dict[str, str]):
        def items(self) -> Any:
            raise OSError("the disk is gone")

    assert "the disk is gone" in (next(tagger.pipe([Broken(text="a")])).error or "")
    with pytest.raises(KeyboardInterrupt):
        list(tagger.pipe([Interrupted(text="a")]))


def test_metadata_of_any_kind(tagger: dateline.Tagger) -> None:
    given = {"nan": float("nan"), "deep": [{"a": (1, 2.5, True, None)}], "path": Path("x"), "large": 2**63}
    (doc,) = tagger.pipe([{"text": "In Oslo.", **given}], metadata="*")
    assert doc.metadata == {"nan": None, "deep": [{"a": [1, 2.5, True, None]}], "path": "x", "large": 2**63}


def test_a_stream_reads_no_more_than_it_must(tagger: dateline.Tagger) -> None:
    read = 0

    def texts() -> Iterator[str]:
        nonlocal read
        for n in range(100):
            read += 1
            yield f"{n} to Oslo"
        raise OSError("the disk is gone")

    stream = tagger.pipe(texts(), batch_size=10)
    assert next(stream).id == "0"
    assert read == 20
    with pytest.raises(OSError, match="the disk is gone"):
        # What was read before comes first.
        assert [doc.id for doc in stream][-1] == "99"
    with pytest.raises(TypeError, match="put it into a list"):
        tagger.pipe(CONVOY)
    with pytest.raises(dateline.SettingsError, match="batch_size is 0"):
        tagger.pipe([], batch_size=0)
    annotated: dateline.Pipe[dateline.Document] = tagger.pipe([])
    assert isinstance(annotated, dateline.Pipe) and dateline.Pipe[dateline.Document] is not None


def test_fields_of_mappings(tagger: dateline.Tagger) -> None:
    rows = [{"head": "In Oslo", "body": "It rained.", "url": "u", "n": 1, "tags": ["x"], "key": "k"}]
    (doc,) = tagger.pipe(rows, text=["head", "body"], id="key", metadata=["n", "tags"])
    assert (doc.id, doc.text, doc.url, doc.metadata) == ("k", "In Oslo\n\nIt rained.", "u", {"n": 1, "tags": ["x"]})


def test_what_it_is_told_of_the_publisher(tagger: dateline.Tagger) -> None:
    text = "A man was arrested in Bangor."
    near = tagger(text, near="Bangor, Maine").places[0]
    assert near.country == "US" and tagger(text, near=(54.65, -5.67)).places[0].country == "GB"
    assert dateline.Tagger(near="Bangor, Maine")(text).places[0] == near
    with pytest.raises(dateline.GazetteerError, match="no such place"):
        tagger(text, near="Xyzzyville")


def test_settings(tmp_path: Path) -> None:
    table = tmp_path / "desk.csv"
    table.write_text("name,lat,lon\nal-Bir,36.0,43.5\n", encoding="utf-8")
    own = dateline.Tagger(places=table, ignore=["Beirut"], distances=True, explain=True, min_score=0.1, threads=1)
    doc = own("A convoy left Beirut for al-Bir and Damascus.")
    assert [place.name for place in doc.places] == ["al-Bir", "Damascus"]
    assert doc.distances is not None and (doc.distances[0].origin, doc.distances[0].destination) == (1, 2)
    assert doc.explanations is not None and doc.explanations[2]["candidates"]
    assert own.threads == 1
    # Its settings are pickled, and not its weights.
    pickled = pickle.dumps(own)
    assert len(pickled) < 2000
    again = pickle.loads(pickled)
    assert b"Path" not in pickled
    assert again.settings == own.settings and again("A convoy left Beirut for al-Bir and Damascus.") == doc
    names = dateline.Tagger(locate=False)(CONVOY)
    assert [e.text for e in names.entities] == ["Beirut", "Damascus"] and names.places == []
    figures = dateline.Tagger(model=None).provenance
    assert figures["model"] is None and figures["onnxruntime"] is None


def test_what_is_wrong_is_told_in_the_words_of_the_library(tmp_path: Path, tagger: dateline.Tagger) -> None:
    broken = tmp_path / "broken.csv"
    broken.write_text("name,lat,lon\nHere,95,0\n", encoding="utf-8")
    for settings, error, words in [
        ({"model": tmp_path / "none"}, dateline.ModelError, "a model folder holds"),
        ({"gazetteer": tmp_path / "none.gaz"}, dateline.GazetteerError, "none.gaz"),
        ({"places": broken}, dateline.GazetteerError, "broken.csv:2"),
        ({"threshold": 2.0}, dateline.SettingsError, "from 0 to 1"),
        ({"device": "abacus"}, dateline.SettingsError, "abacus"),
        ({"publisher_country": "Norway"}, dateline.SettingsError, "Norway"),
        ({"aggregation": "best"}, dateline.SettingsError, "viterbi"),
        ({"onnxruntime": tmp_path / "none.so"}, dateline.ModelError, "none.so"),
        ({"threads": 0}, dateline.SettingsError, "threads is 0; expected 1 or more"),
        ({"model": None, "threshold": 0.3}, dateline.SettingsError, "threshold has no effect with model=None"),
        ({"locate": False, "places": broken}, dateline.SettingsError, "places has no effect with locate=False"),
        ({"near": "Xyzzyville"}, dateline.GazetteerError, "no such place"),
        ({"near": (1.0, 2.0, 3.0)}, TypeError, "expected a name, or"),
    ]:
        with pytest.raises(error, match=words):
            dateline.Tagger(**settings)  # type: ignore[arg-type]
    assert issubclass(dateline.ModelError, dateline.DatelineError)
    with pytest.raises(TypeError):
        tagger(b"bytes")  # type: ignore[arg-type]
    with pytest.raises(dateline.DocumentError, match="has more than 10 characters"):
        dateline.Tagger(max_chars=10)(CONVOY)
    with pytest.raises(dateline.DocumentError, match="expected a line of JSON"):
        dateline.Document.from_json("[1]")
    assert "has more than 10" in (next(dateline.Tagger(max_chars=10).pipe([CONVOY])).error or "")


def test_a_note_of_the_model_is_a_warning(articles: dict[str, str]) -> None:
    models = Path(__file__).parents[1] / "data/models"
    gliner = next((path for path in sorted(models.iterdir()) if (path / "gliner_config.json").is_file()), None)
    if gliner is None:
        pytest.skip("no GLiNER among the fixtures")
    with pytest.warns(UserWarning, match="none of the labels"):
        dateline.Tagger(gliner, labels=["weapon"])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tagger = dateline.Tagger(gliner, labels=["person", "place"], threshold=0.3)
    tagger(articles["quake"])


def test_json_is_that_of_the_command(tagger: dateline.Tagger, articles: dict[str, str], tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.jsonl"
    records = [{"id": name, "title": name.upper(), "text": text, "n": 1} for name, text in articles.items()]
    corpus.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    told = subprocess.run(
        [sys.executable, "-m", "dateline", "tag", corpus, "--metadata", "n", "--format", "jsonl"],
        capture_output=True,
        check=True,
    )
    lines = told.stdout.decode().splitlines()
    assert lines == [doc.to_json() for doc in tagger.pipe(records, metadata="n")]
    assert lines == [doc.to_json() for doc in (tagger(r["text"], id=r["id"], title=r["title"], metadata={"n": 1}) for r in records)]  # type: ignore[arg-type]
