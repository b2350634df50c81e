"""What schemathesis does not know of our media types: SCHEMATHESIS_HOOKS=schemathesis_hooks."""

from typing import Any

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def lines(_: Any, value: Any) -> bytes:
    return str(value).encode("utf-8", "surrogatepass")


@schemathesis.deserializer("application/x-ndjson")
def answers(_: Any, response: Any) -> Any:
    # A text, of which every line is an answer.
    return response.text


@schemathesis.hook
def filter_case(_: Any, case: Any) -> bool:
    # Whatever is sent as lines is a text: there is none of another type.
    return case.media_type != "application/x-ndjson" or isinstance(case.body, str)
