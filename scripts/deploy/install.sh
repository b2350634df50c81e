#!/usr/bin/env bash
# Builds dateline and puts it into a folder with all that it needs: scripts/deploy/install.sh FOLDER
# A folder that was made so can be copied to a machine of the same kind that has neither Rust nor a network.
# Needs Rust, Python 3 with pip, and npm for the page. DATELINE_BINARY=FILE takes what is built already.
set -euo pipefail
# Others than who makes the folder read it, whatever their files are like otherwise.
umask 022
mkdir -p "${1:?expected a folder to install into}"
folder=$(cd "$1" && pwd)
binary=${DATELINE_BINARY:-}
if [ -z "$binary" ]; then
    cd "$(dirname "$0")/../.."
    cargo build --release --locked
    binary=${CARGO_TARGET_DIR:-target}/release/dateline
fi
install -m 755 "$binary" "$folder/dateline"
# ONNX Runtime, and what pages are made of: here too where the user has their own.
env -u DATELINE_ONNXRUNTIME -u ORT_DYLIB_PATH "$folder/dateline" setup --device cpu --cache "$folder/cache"
