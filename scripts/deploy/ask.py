"""Whether a server that was just started does what it should.

    python3 scripts/deploy/ask.py http://127.0.0.1:8080 [--token TOKEN]

Waits until it is ready, has a text of our own tagged and put on a map, and looks at the page. With a token, asks without it and with
a wrong one too; else as if the server had another name. Fails at the first answer that is not as expected. Needs Python alone.
"""

from __future__ import annotations

import argparse
import json
import time
import urllib.error
import urllib.request

TEXT = json.dumps({"text": "The convoy left Beirut for Damascus."}).encode()
PLACES = {"Beirut": (33.9, 35.5), "Damascus": (33.5, 36.3)}


class Server:
    def __init__(self, url: str, token: str | None) -> None:
        self.url = url
        self.token = token

    def ask(self, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
        """The status of an answer, and its body."""
        given = {"Content-Type": "application/json"} | {name: value for name, value in headers.items() if value}
        request = urllib.request.Request(self.url + path, body, given)
        # No proxy is between us.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=60) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def expect(self, what: str, status: int, path: str, body: bytes | None = None, **headers: str) -> bytes:
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        got, answer = self.ask(path, body, **headers)
        if got != status:
            raise SystemExit(f"{what}: expected {status} of {path}, got {got}: {answer[:500]!r}")
        print(f"  {what}: {got}", flush=True)
        return answer


def wait(server: Server, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            if server.ask("/readyz")[0] == 200:
                return
            why = "it is not ready"
        except OSError as error:
            why = str(error)
        if time.monotonic() > end:
            raise SystemExit(f"no answer within {seconds:.0f} s: {why}")
        time.sleep(0.1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("url")
    parser.add_argument("--token")
    given = parser.parse_args()
    server = Server(given.url.rstrip("/"), given.token)
    wait(server)
    # What looks whether it lives has no token.
    server.expect("lives", 200, "/healthz", Authorization="")
    server.expect("is ready", 200, "/readyz", Authorization="")

    entities = json.loads(server.expect("tags", 200, "/v1/tag", TEXT))["entities"]
    found = {entity["text"]: entity["place"] for entity in entities}
    for name, (lat, lon) in PLACES.items():
        place = found.get(name) or {}
        if not (abs(place.get("lat", 0) - lat) < 0.2 and abs(place.get("lon", 0) - lon) < 0.2):
            raise SystemExit(f"{name} is not where it should be: {entities}")
        print(f"  {name} is at {place['lat']}, {place['lon']}")

    # Such a map is written into a file first.
    layer = server.expect("makes a map", 200, "/v1/map?format=gpkg", TEXT)
    if not layer.startswith(b"SQLite format 3\0"):
        raise SystemExit(f"expected a GeoPackage, got {layer[:50]!r}")
    page = server.expect("gives the page", 200, "/", Authorization="")
    if b"<title>dateline</title>" not in page:
        raise SystemExit(f"expected the page, got {page[:500]!r}")
    # Of a package that was fetched when it was installed.
    server.expect("gives what the page is made of", 200, "/assets/leaflet.css", Authorization="")

    if given.token:
        server.expect("refuses who has no token", 401, "/v1/tag", TEXT, Authorization="")
        server.expect("refuses who has another token", 401, "/v1/tag", TEXT, Authorization=f"Bearer {given.token}0")
    else:
        server.expect("refuses another name", 421, "/v1/tag", TEXT, Host="news.example")


if __name__ == "__main__":
    main()
