"""One tagger a process, for engines that call a function again and again."""

import json
import os
import threading
from typing import Any

from dateline._dateline import Tagger

_taggers: dict[str, Tagger] = {}
_making = threading.Lock()


def _begin_anew() -> None:
    """In a child of a fork: whoever held the lock is not there."""
    global _making
    _making = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)


def shared(**options: Any) -> Tagger:
    """The tagger of this process with these arguments: made when it is first asked for, and kept.

    Args:
        options: the arguments of `Tagger`.
    """
    key = json.dumps(options, sort_keys=True, default=str)
    with _making:
        if key not in _taggers:
            _taggers[key] = Tagger(**options)
        return _taggers[key]
