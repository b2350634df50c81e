"""One tagger a process, for engines that call a function again and again."""

import json
import threading
from typing import Any

from dateline._dateline import Tagger

_taggers: dict[str, Tagger] = {}
_making = threading.Lock()


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
