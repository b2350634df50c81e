#!/usr/bin/env bash
# A folder of twelve small Parquet files, read by Ray Data with override_num_blocks=12: one would expect twelve blocks, or at least
# more than one, so that several actors of a map_batches behind it have something to do.
#
# Seen with ray 2.60.0 and pyarrow 25.0.1 (Python 3.11, x86-64 Linux): the dataset has one block, with override_num_blocks=12 and
# without it, so that one actor gets all rows and the others none. A warning that Ray prints of such a dataset advises that very
# option. repartition(12) gives twelve. For range(600, override_num_blocks=12) the option does what it says.
#
# Exits with 1 if this is no longer so. Fetches ray and pyarrow (some 100 MB) through pip, into a temporary folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check 'ray[data]==2.60.0' pyarrow==25.0.1
mkdir "$folder/files"
RAY_USAGE_STATS_ENABLED=0 "$folder/venv/bin/python" -W ignore - "$folder/files" <<'PYTHON'
import sys

import pyarrow as pa
import pyarrow.parquet as parquet
import ray

folder = sys.argv[1]
for n in range(12):
    parquet.write_table(pa.table({"text": [f"row {n} {m}" for m in range(50)]}), f"{folder}/{n:02}.parquet")
# More CPUs than anything here asks for.
ray.init(num_cpus=4, include_dashboard=False, object_store_memory=200_000_000, log_to_driver=False, logging_level="ERROR")
ray.data.DataContext.get_current().enable_progress_bars = False


def blocks(dataset: ray.data.Dataset) -> int:
    return dataset.materialize().num_blocks()


plain = blocks(ray.data.read_parquet(folder))
asked = blocks(ray.data.read_parquet(folder, override_num_blocks=12))
cut = blocks(ray.data.read_parquet(folder).repartition(12))
made = blocks(ray.data.range(600, override_num_blocks=12))
print("ray", ray.__version__, "pyarrow", pa.__version__)
print(f"read_parquet: {plain} block; with override_num_blocks=12: {asked}; with repartition(12): {cut}")
print(f"range(600, override_num_blocks=12): {made}")
ray.shutdown()
if (plain, asked, cut, made) != (1, 1, 12, 12):
    sys.exit("this is no longer so")
PYTHON
