#!/usr/bin/env bash
# Builds dateline and puts it into a folder with all that it needs: scripts/deploy/install.sh FOLDER
# A folder that was made so can be copied to a machine of the same kind that has neither Rust nor a network.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=${1:?expected a folder to install into}
cargo build --release --locked
mkdir -p "$folder"
install -m 755 target/release/dateline "$folder/dateline"
# ONNX Runtime, and what pages are made of.
"$folder/dateline" setup --cache "$folder/cache"
