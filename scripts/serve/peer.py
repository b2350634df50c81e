"""`dateline serve` beside the same model behind FastAPI and onnxruntime, in turns on one machine.

    python scripts/serve/peer.py CORPUS.jsonl --python PYTHON [--dateline target/release/dateline] [--seconds 20]

PYTHON has the packages of scripts/peers/requirements.txt. Both get articles of 500 words over 8 connections; dateline gives places
too.
"""

from __future__ import annotations

import argparse
import http.client
import json
import statistics
import subprocess
import time
from pathlib import Path

from load import ROOT, Server, bodies, load, share, texts

CONNECTIONS = 8


def peer(python: str, articles: list[str], seconds: float) -> list[float]:
    port = 8097
    process = subprocess.Popen([python, ROOT / "scripts/peers/fastapi_server.py", ROOT / "models/ner", "--port", str(port)])
    try:
        for _ in range(100):
            try:
                http.client.HTTPConnection("127.0.0.1", port).request("GET", "/docs")
                break
            except OSError:
                time.sleep(0.2)
        given = bodies(articles)
        load(port, CONNECTIONS, given, 2, "/tag")
        return load(port, CONNECTIONS, given, seconds, "/tag")
    finally:
        process.terminate()
        process.wait()


def say(name: str, times: list[float], seconds: float) -> float:
    speed = len(times) / seconds
    print(f"{name}: {speed:.1f} documents/s, p50 {1000 * statistics.median(times):.0f} ms, p99 {1000 * share(times, 0.99):.0f} ms", flush=True)
    return speed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--python", required=True)
    parser.add_argument("--dateline", type=Path, default=ROOT / "target/release/dateline")
    parser.add_argument("--seconds", type=float, default=20)
    given = parser.parse_args()
    articles = texts(given.corpus, 500)
    ours, theirs = [], []
    for _ in range(2):
        theirs.append(say("FastAPI and onnxruntime, names alone", peer(given.python, articles, given.seconds), given.seconds))
        server = Server(given.dateline)
        load(server.port, CONNECTIONS, bodies(articles), 2)
        ours.append(say("dateline serve, names and places", load(server.port, CONNECTIONS, bodies(articles), given.seconds), given.seconds))
        server.end()
    print(f"{json.dumps([round(a / b, 2) for a, b in zip(ours, theirs)])} times")


if __name__ == "__main__":
    main()
