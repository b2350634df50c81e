"""ONNX Runtime's library, in the package `onnxruntime`."""

import importlib.util
import os
from pathlib import Path

_PATTERNS = ("libonnxruntime.so*", "libonnxruntime*.dylib", "onnxruntime.dll")


def library(named: str | None = None) -> Path | None:
    """The library that is named, or that in the package `onnxruntime`, which is not imported; None if there is none."""
    # Read by the library when it is loaded.
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    if named is not None:
        return Path(named)
    spec = importlib.util.find_spec("onnxruntime")
    for folder in (spec and spec.submodule_search_locations) or ():
        for pattern in _PATTERNS:
            for found in sorted(Path(folder, "capi").glob(pattern)):
                return found
    return None
