"""The component for spaCy."""

import pytest

spacy = pytest.importorskip("spacy", reason="spaCy is not installed")

CONVOY = "The convoy left Beirut for Damascus."


def test_a_pipeline_with_places() -> None:
    nlp = spacy.blank("en")
    # Known by its entry point, without an import of ours.
    nlp.add_pipe("dateline")
    doc = nlp(CONVOY)
    assert [(ent.text, ent.label_) for ent in doc.ents] == [("Beirut", "LOC"), ("Damascus", "LOC")]
    assert doc.ents[0]._.place.country == "LB"
    assert doc[0:2]._.place is None
    assert doc._.dateline.places[1].name == "Damascus"
    docs = list(nlp.pipe([CONVOY] * 5, batch_size=2))
    assert [doc.ents[1]._.place.country for doc in docs] == ["SY"] * 5


def test_what_was_found_goes_to_disk() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("dateline", config={"options": {"threads": 1}})
    kept = spacy.tokens.DocBin(docs=[nlp(CONVOY)], store_user_data=True).to_bytes()
    (doc,) = spacy.tokens.DocBin().from_bytes(kept).get_docs(nlp.vocab)
    assert doc.ents[0]._.place.country == "LB"
    again = spacy.blank("en").from_config(nlp.config)
    assert again(CONVOY).ents[0]._.place.country == "LB"


def test_names_of_others_stay_where_that_is_asked_for() -> None:
    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "VEHICLES", "pattern": "convoy"}, {"label": "X", "pattern": "Beirut"}])
    nlp.add_pipe("dateline", config={"overwrite": False})
    assert [(ent.text, ent.label_) for ent in nlp(CONVOY).ents] == [
        ("convoy", "VEHICLES"),
        ("Beirut", "X"),
        ("Damascus", "LOC"),
    ]


def test_a_shorter_name_of_others_stays() -> None:
    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "MINE", "pattern": "Paris"}])
    nlp.add_pipe("dateline", config={"overwrite": False})
    doc = nlp("Anna Berg of the Paris Police Department spoke.")
    assert ("Paris", "MINE") in [(ent.text, ent.label_) for ent in doc.ents]


def test_a_name_within_a_token() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("dateline")
    doc = nlp("The Beirut-Damascus road is closed, Paris-based aid workers said.")
    assert all(doc.text[ent.start_char : ent.end_char] == ent.text for ent in doc.ents)
