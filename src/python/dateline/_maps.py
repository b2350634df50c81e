"""Maps of documents."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from dateline import _command
from dateline._dateline import Document


def map(
    docs: Document | Iterable[Document], path: str | os.PathLike[str], *paths: str | os.PathLike[str], **options: Any
) -> None:
    """Writes what documents name as a map page, or as layers for other programs.

    The ending says the format: .html, .gpkg, .geojson, .geojsonl, .csv, .parquet, .fgb or .kml. Pages need the npm packages
    that `dateline setup` fetches once. Documents that failed are left out.

    Args:
        docs: documents, or one.
        path, paths: the files. A layer may stand behind a name: "links.csv:links".
        options: those of `dateline map`, with underscores: `layer="places"`, `min_documents=2`.

    Raises:
        DatelineError: if a file cannot be written, with the command's own words.
    """
    documents = [docs] if isinstance(docs, Document) else list(docs)
    for document in documents:
        if not isinstance(document, Document):
            raise TypeError(f"expected documents that a Tagger gave, and got {document!r:.60}: tag it first")
    with tempfile.TemporaryDirectory() as folder:
        tagged = Path(folder, "documents.jsonl")
        with tagged.open("w", encoding="utf-8") as out:
            out.writelines(document.to_json() + "\n" for document in documents if document.error is None)
        outputs = [f"--output={os.fspath(one)}" for one in (path, *paths)]
        _command.run(["map", str(tagged), *outputs, *_command.arguments(options)])
