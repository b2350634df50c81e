#!/usr/bin/env bash
# polars 2.1.0: a file of write_ipc is no Arrow stream between its two magics.
#
# The Arrow columnar format describes an IPC file as the magic ARROW1 with padding, a stream (each message behind the marker
# 0xFFFFFFFF and its length), the footer, its length and the magic again. So a reader that cannot seek may read a file as a stream
# behind its first eight bytes; pyarrow's files can be read so. In a file of polars the description of the schema stands there without
# marker and length: a reader of streams fails, and the file can only be read by its footer. Seen with polars 2.1.0 and pyarrow
# 26.0.1; this script fails if that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check polars==2.1.0 pyarrow==26.0.1
"$folder/venv/bin/python" - "$folder" <<'PY'
import io
import sys

import polars as pl
import pyarrow as pa
import pyarrow.feather

folder = sys.argv[1]
frame = pl.DataFrame({"id": [1, 2], "text": ["Beirut", "Mosul"]})
frame.write_ipc(f"{folder}/polars.arrow")
pyarrow.feather.write_feather(frame.to_arrow(), f"{folder}/pyarrow.arrow", compression="uncompressed")


def as_stream(path: str) -> str:
    data = open(path, "rb").read()
    assert data[:8] == b"ARROW1\0\0", data[:8]
    marker = data[8:12].hex()
    try:
        rows = pa.ipc.open_stream(io.BytesIO(data[8:])).read_all().num_rows
    except (pa.ArrowInvalid, OSError) as error:
        return f"behind the magic {marker}; as a stream: {type(error).__name__}"
    return f"behind the magic {marker}; as a stream: {rows} rows"


told = {name: as_stream(f"{folder}/{name}.arrow") for name in ("pyarrow", "polars")}
for name, what in told.items():
    print(f"{name} {(pl if name == 'polars' else pa).__version__}: {what}")
print("polars' file by its footer:", pa.ipc.open_file(f"{folder}/polars.arrow").read_all().num_rows, "rows")
assert told["pyarrow"] == "behind the magic ffffffff; as a stream: 2 rows", told
assert told["polars"].startswith("behind the magic") and "ffffffff" not in told["polars"], told
assert "rows" not in told["polars"], told
PY
