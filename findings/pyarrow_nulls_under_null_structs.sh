#!/usr/bin/env bash
# A struct that may be null, of which one row is null, with a child that may not be null by itself: as Arrow's format has it, what
# stands in the child under a null struct is nobody's, be it null or a value. One would expect a table that pyarrow's own full
# validation passes to be written as Parquet by pyarrow.
#
# Seen with pyarrow 25.0.1 (Python 3.11, x86-64 Linux): validate(full=True) passes, to_pylist() and an IPC stream are right, polars
# 2.1.0 reads the table and writes it as Parquet; pyarrow.parquet.write_table refuses it, since it counts the nulls of the child
# without looking at the struct:
#
#   ArrowInvalid: Column 'name' is declared non-nullable but contains nulls
#
# With "" in the place of the masked null, the same table is written. So whoever hands structs on puts values there.
#
# Exits with 1 if this is no longer so. Fetches pyarrow and polars through pip, into a temporary folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check pyarrow==25.0.1 polars==2.1.0
"$folder/venv/bin/python" - <<'PYTHON'
import io
import sys

import polars
import pyarrow as pa
import pyarrow.parquet as parquet


def table(masked: str | None) -> pa.Table:
    """Two rows of a struct, the second null; `masked` is what its child has there."""
    field = pa.field("name", pa.string(), nullable=False)
    places = pa.StructArray.from_arrays([pa.array(["Oslo", masked])], fields=[field], mask=pa.array([False, True]))
    return pa.table({"place": places})


def written(rows: pa.Table) -> str:
    try:
        parquet.write_table(rows, io.BytesIO())
    except pa.ArrowInvalid as error:
        return str(error)
    return "written"


print("pyarrow", pa.__version__, "polars", polars.__version__)
rows = table(None)
rows.validate(full=True)
print("validate(full=True) passes; rows:", rows.to_pylist())
polars.from_arrow(rows).write_parquet(io.BytesIO())
print("polars writes it")
with_null, with_value = written(rows), written(table(""))
print("pyarrow, a masked null: ", with_null)
print("pyarrow, a masked value:", with_value)
same = rows.to_pylist() == table("").to_pylist()
if not (same and "declared non-nullable but contains nulls" in with_null and with_value == "written"):
    sys.exit("this is no longer so")
PYTHON
