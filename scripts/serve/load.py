"""How many documents a second `dateline serve` tags, how long they take, and whether short texts wait behind long ones.

    python scripts/serve/load.py CORPUS.jsonl [--dateline target/release/dateline] [--seconds 20]

CORPUS has articles of news, a JSON object with "text" a line. They become texts of 500 words, and of 5,000. First `dateline tag`
tags as many of the short ones; then the server, in the same run, over 1, 8 and 64 connections; then 64 connections send articles
of 5,000 words while texts of 20 words are asked for. No window is remembered, on either side.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def texts(corpus: Path, words: int) -> list[str]:
    """Stretches of so many words, of articles one after the other."""
    all_words: list[str] = []
    for line in corpus.read_text(encoding="utf-8").splitlines():
        all_words += json.loads(line)["text"].split(" ")
    return [" ".join(all_words[at : at + words]) for at in range(0, len(all_words) - words, words)]


class Server:
    def __init__(self, dateline: Path, *options: str) -> None:
        self.process = subprocess.Popen([dateline, "serve", "--port", "0", "--window-cache", "0", *options], stderr=subprocess.PIPE, text=True)
        assert self.process.stderr
        for line in self.process.stderr:
            if "listening on" in line:
                self.port = int(line.rsplit(":", 1)[1])
                break
        else:
            raise SystemExit("the server does not begin")
        threading.Thread(target=self.process.stderr.read, daemon=True).start()

    def memory(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def end(self) -> None:
        self.process.terminate()
        if self.process.wait() != 0:
            raise SystemExit(f"the server ended with {self.process.returncode}")


def ask(port: int, bodies: Iterator[bytes], until: float, found: list[float], lock: threading.Lock, path: str = "/v1/tag") -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    while time.monotonic() < until:
        with lock:
            body = next(bodies)
        begun = time.monotonic()
        connection.request("POST", path, body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"answered with {answer.status}")
        ended = time.monotonic()
        if ended <= until:
            found.append(ended - begun)
    connection.close()


def bodies(texts: list[str]) -> Iterator[bytes]:
    return itertools.cycle([json.dumps({"text": text}).encode() for text in texts])


def share(times: list[float], part: float) -> float:
    return sorted(times)[min(len(times) - 1, int(part * len(times)))]


def load(port: int, connections: int, given: Iterator[bytes], seconds: float, path: str = "/v1/tag") -> list[float]:
    found: list[float] = []
    lock, until = threading.Lock(), time.monotonic() + seconds
    threads = [threading.Thread(target=ask, args=(port, given, until, found, lock, path)) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def reference(dateline: Path, given: list[str]) -> float:
    """Documents a second of `dateline tag`, without its start."""
    with tempfile.TemporaryDirectory() as folder:
        corpus, stats = Path(folder, "corpus.jsonl"), Path(folder, "stats.json")
        corpus.write_text("".join(json.dumps({"text": text}) + "\n" for text in given))
        subprocess.run([dateline, "tag", corpus, "-o", Path(folder, "out.jsonl"), "--stats", stats, "--window-cache", "0"], check=True)
        run = json.loads(stats.read_text())["this_run"]
        return run["documents"] / run["seconds"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--dateline", type=Path, default=ROOT / "target/release/dateline")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--minutes", type=float, default=0, help="of 64 connections at the end, for the memory")
    given = parser.parse_args()
    articles, long_ones = texts(given.corpus, 500), texts(given.corpus, 5000)
    speeds = [reference(given.dateline, articles)]
    server = Server(given.dateline)
    load(server.port, 8, bodies(articles), 3)
    for connections in (1, 8, 64):
        times = load(server.port, connections, bodies(articles), given.seconds)
        speeds_of = len(times) / given.seconds
        print(f"{connections} connections: {speeds_of:.1f} documents/s, p50 {1000 * statistics.median(times):.0f} ms, p99 {1000 * share(times, 0.99):.0f} ms, {server.memory():.0f} MiB", flush=True)
        speeds.append(speeds_of)
    speeds.append(reference(given.dateline, articles))
    usual = (speeds[0] + speeds[-1]) / 2
    print(f"dateline tag, before and after: {speeds[0]:.1f} and {speeds[-1]:.1f} documents/s; the server has " + ", ".join(f"{100 * speed / usual:.0f} %" for speed in speeds[1:-1]))
    short: list[float] = []
    lock, until = threading.Lock(), time.monotonic() + given.seconds
    short_ones = bodies([" ".join(text.split(" ")[:20]) for text in articles])
    asker = threading.Thread(target=lambda: (time.sleep(2), ask(server.port, short_ones, until, short, lock)))
    asker.start()
    times = load(server.port, 64, bodies(long_ones), given.seconds)
    asker.join()
    print(f"64 connections with 5,000 words: {len(times) / given.seconds:.1f} documents/s; beside them, {len(short)} texts of 20 words: p50 {1000 * statistics.median(short):.0f} ms, p99 {1000 * share(short, 0.99):.0f} ms")
    if given.minutes:
        seen = []
        for minute in range(int(given.minutes)):
            load(server.port, 64, bodies(articles), 60)
            seen.append(server.memory())
        print("memory by the minute: " + ", ".join(f"{value:.0f}" for value in seen) + " MiB")
    server.end()


if __name__ == "__main__":
    main()
