"""The command `dateline`."""

import os
import sys

from dateline import _runtime
from dateline._dateline import command


def main() -> None:
    """Runs the command line with the arguments of this process, and exits with its status."""
    library = _runtime.library()
    if library is not None and not os.environ.get("DATELINE_ONNXRUNTIME"):
        os.environ.setdefault("ORT_DYLIB_PATH", str(library))
    # Nothing of Python has to be tidied up, and threads of the library may still be at work.
    os._exit(command(["dateline", *sys.argv[1:]]))


if __name__ == "__main__":
    main()
