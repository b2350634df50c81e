#!/usr/bin/env bash
# Takes the README's pictures of the page with a map: `scripts/picture_map.sh`. Tags the articles of the tests with the release
# binary, writes their page, and opens it in Chromium. Needs npm, which brings what drives the browser.
set -euo pipefail
cd "$(dirname "$0")/.."
dateline=${DATELINE:-target/release/dateline}
tools=target/page
mkdir -p "$tools"
cp tests/page/* "$tools/"
(cd "$tools" && npm install --no-audit --no-fund --no-package-lock --silent)
"$dateline" map tests/data/map/articles.jsonl --since 2025 -o "$tools/map.html"
node "$tools/picture.mjs" "$tools/map.html" scripts/pictures/map-light.png scripts/pictures/map-dark.png
ls -l scripts/pictures
