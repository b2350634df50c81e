"""What `dateline serve` does when clients misbehave: others go on, memory stays within bounds, the status is right.

    python scripts/serve/faults.py [--dateline target/release/dateline] [--connections 10000] [--streams 64]

Texts are our own articles. Prints a line a fault and fails at the first that is not borne.
"""

from __future__ import annotations

import argparse
import http.client
import json
import resource
import signal
import socket
import threading
import time
from pathlib import Path

from load import ROOT, Server, share

ARTICLE = (ROOT / "tests/data/articles/quake.txt").read_text(encoding="utf-8")
BODY = json.dumps({"text": ARTICLE}).encode()


def asked(port: int, body: bytes = BODY, media: str = "application/json") -> tuple[int, float]:
    """The status of an answer, and how long it took."""
    begun = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", "/v1/tag", body, {"Content-Type": media})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, time.monotonic() - begun


def raw(port: int, content: bytes) -> bytes:
    """What the server answers to bytes, until it ends the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as stream:
        try:
            stream.sendall(content)
        except OSError:
            pass
        answer = b""
        try:
            while piece := stream.recv(65536):
                answer += piece
                if b"\r\n\r\n" in answer:
                    break
        except OSError:
            pass
        return answer


def others(server: Server, what: str) -> None:
    """Others are answered meanwhile, and soon."""
    times = []
    for _ in range(20):
        status, seconds = asked(server.port)
        if status != 200:
            raise SystemExit(f"{what}: another is answered with {status}")
        times.append(seconds)
    print(f"{what}: others are answered in {1000 * share(times, 0.5):.0f} ms (at most {1000 * max(times):.0f}), {server.memory():.0f} MiB", flush=True)


def expect(what: str, answer: bytes, status: int) -> None:
    if not answer.startswith(b"HTTP/1.1 %d" % status):
        raise SystemExit(f"{what}: expected {status}, found {answer[:200]!r}")
    print(f"{what}: {status}", flush=True)


def slow(server: Server, many: int) -> None:
    """Clients that send a byte a second: of the head, and of the body."""
    ends = []
    for n in range(many):
        stream = socket.create_connection(("127.0.0.1", server.port))
        if n % 2:
            stream.sendall(b"POST /v1/tag HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n")
        ends.append(stream)
    stop = threading.Event()

    def drip() -> None:
        while not stop.wait(1):
            for stream in ends:
                try:
                    stream.send(b"x")
                except OSError:
                    pass

    thread = threading.Thread(target=drip)
    thread.start()
    time.sleep(3)
    others(server, f"{many} clients that send a byte a second")
    stop.set()
    thread.join()
    for stream in ends:
        stream.close()


def idle(server: Server, many: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    many = min(many, hard - 200)
    ends = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(many)]
    others(server, f"{many:,} connections that ask nothing")
    time.sleep(17)
    closed = 0
    for stream in ends:
        stream.setblocking(False)
        try:
            closed += not stream.recv(1)
        except BlockingIOError:
            pass
        except OSError:
            closed += 1
        stream.close()
    print(f"  {closed:,} of them were closed after 15 s", flush=True)


def draining(server: Server, many: int) -> None:
    """SIGTERM in the middle of streams: every document that was taken is answered."""
    line = json.dumps({"text": ARTICLE}).encode() + b"\n"
    counts: list[tuple[int, int]] = []

    def stream() -> None:
        with socket.create_connection(("127.0.0.1", server.port), timeout=120) as end:
            head = b"POST /v1/tag HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"
            end.sendall(head)
            chunk = b"%x\r\n%s\r\n" % (len(line), line)
            sent = 0

            def send() -> None:
                nonlocal sent
                try:
                    while not told.is_set():
                        end.sendall(chunk)
                        sent += 1
                    end.sendall(b"0\r\n\r\n")
                except OSError:
                    pass

            told = threading.Event()
            sender = threading.Thread(target=send, daemon=True)
            sender.start()
            answer = b""
            try:
                while piece := end.recv(1 << 20):
                    answer += piece
                    # Who is told that the server ends sends no more.
                    if b"/docs#draining" in answer[-2000:]:
                        told.set()
            except OSError:
                pass
            whole = answer.endswith(b"0\r\n\r\n")
            counts.append((answer.count(b'"entities"'), answer.count(b"/docs#draining") if whole else -1))

    threads = [threading.Thread(target=stream) for _ in range(many)]
    for thread in threads:
        thread.start()
    time.sleep(4)
    server.process.send_signal(signal.SIGTERM)
    begun = time.monotonic()
    for thread in threads:
        thread.join()
    status = server.process.wait()
    answered = sum(documents for documents, _ in counts)
    whole = sum(ends == 1 for _, ends in counts)
    if status != 0 or whole != many:
        raise SystemExit(f"SIGTERM: ended with {status}, {whole} of {many} streams to their end")
    print(f"SIGTERM in the middle of {many} streams: {answered} documents answered, all streams end with one line of 503, exit 0 after {time.monotonic() - begun:.1f} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dateline", type=Path, default=ROOT / "target/release/dateline")
    parser.add_argument("--connections", type=int, default=10_000)
    parser.add_argument("--streams", type=int, default=64)
    given = parser.parse_args()
    server = Server(given.dateline, "--timeout", "20")
    others(server, "nothing wrong")
    head = b"POST /v1/tag HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    expect("a body of 100 MB", raw(server.port, head + b"Content-Length: 100000000\r\n\r\n" + b"x" * 100_000_000), 413)
    chunk = b"%x\r\n%s\r\n" % (1 << 20, b"x" * (1 << 20))
    expect("the same in chunks", raw(server.port, head + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 100), 413)
    expect("not UTF-8", raw(server.port, head + b'Content-Length: 13\r\n\r\n{"text":"\xff\xfe"}'), 400)
    expect("broken JSON", raw(server.port, head + b"Content-Length: 9\r\n\r\n{\"text\":\""), 400)
    deep = b"[" * 100_000
    expect("JSON 100,000 deep", raw(server.port, head + b"Content-Length: %d\r\n\r\n" % len(deep) + deep), 400)
    expect("headers of 1 MB", raw(server.port, b"GET / HTTP/1.1\r\nX: " + b"x" * (1 << 20) + b"\r\n\r\n"), 431)
    expect("no HTTP", raw(server.port, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"), 400)
    others(server, "after that")
    slow(server, 200)
    idle(server, given.connections)
    others(server, "after that")
    server.end()
    draining(Server(given.dateline), given.streams)


if __name__ == "__main__":
    main()
