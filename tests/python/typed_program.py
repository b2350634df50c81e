"""A program that uses most of the package, for type checkers."""

from collections.abc import Iterator

import dateline
from dateline import gazetteer


def countries(doc: dateline.Document) -> set[str]:
    found: set[str] = set()
    for entity in doc.entities:
        place: dateline.Place | None = entity.place
        if place is not None and place.country is not None:
            found.add(place.country)
    return found


def main(texts: list[str]) -> Iterator[tuple[str, float]]:
    tagger = dateline.Tagger("default", places=["desk.csv"], near=(54.65, -5.67), threads=2)
    first: dateline.Document = tagger(texts[0], id="a", near="Bangor, Maine")
    print(first.to_dict()["entities"], countries(first))
    for doc in tagger.pipe(texts, batch_size=64):
        for focus in doc.focus:
            yield focus.name, focus.score
    for doc, row in tagger.pipe(((text, n) for n, text in enumerate(texts)), as_tuples=True):
        yield doc.id, float(row)
    best = gazetteer.lookup("Tripoli", country="LB", first=1)[0]
    yield best.place.name, best.place.lat
    yield "km", dateline.distance("Mosul", "Beirut").km
    table: dateline.Table = tagger.tag_arrow(dateline.schema(), column="found")
    yield table.column_names[0], float(table.num_rows)
    dateline.map([first], "map.html", "places.gpkg", min_documents=2)
    scores = dateline.eval_ner("names.conll", model="accurate")
    yield str(scores[0]), 0.0
