"""What schemathesis does not know of our media types: SCHEMATHESIS_HOOKS=schemathesis_hooks."""

import json
from typing import Any

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def lines(_: Any, value: Any) -> bytes:
    return json.dumps(value).encode() + b"\n"


@schemathesis.deserializer("application/x-ndjson")
def answers(_: Any, response: Any) -> Any:
    # Every line has the schema of an answer.
    return json.loads(response.text.splitlines()[0]) if response.text.strip() else None
