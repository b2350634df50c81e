"""Scores against marked corpora."""

import os
from typing import Any

from dateline import _command


def eval_ner(*corpora: str | os.PathLike[str], **options: Any) -> list[dict[str, Any]]:
    """Scores the names found in corpora with marked names: CoNLL and its like, CoNLL-U Plus, HIPE, or JSON lines.

    Args:
        corpora: files.
        options: those of `dateline eval ner`, with underscores: `model="accurate"`, `text="spaced"`.

    Returns:
        A dict a corpus: what `dateline eval ner --json` prints.
    """
    return _command.lines(["eval", "ner", "--json", *_command.arguments(options), "--", *(os.fspath(corpus) for corpus in corpora)])


def eval_geo(*corpora: str | os.PathLike[str], **options: Any) -> list[dict[str, Any]]:
    """Scores the places found in corpora with linked places: XML as LGL and TR-News have it, or JSON lines.

    Args:
        corpora: files.
        options: those of `dateline eval geo`, with underscores: `spans="gold"`.

    Returns:
        A dict a corpus: what `dateline eval geo --json` prints.
    """
    return _command.lines(["eval", "geo", "--json", *_command.arguments(options), "--", *(os.fspath(corpus) for corpus in corpora)])
