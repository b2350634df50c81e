"""Reads from and writes to object stores on this machine, and compares with the same on the disk.

    cargo build --release --features remote
    python -m pip install -r scripts/remote/requirements.txt
    python scripts/remote/check.py [--dateline target/release/dateline] [--azurite node_modules/.bin/azurite-blob]

S3 is moto's server, the web a small server that gives ranges, or none, or no length, or changes what it has. Google Cloud Storage
is read through moto as well, whose listing and objects are alike; what is written there is not tried. Azure is Azurite, if its
program is named (`npm install azurite`).
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import json
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import boto3
from moto.server import ThreadedMotoServer

logging.getLogger("werkzeug").setLevel(logging.ERROR)

ROOT = Path(__file__).resolve().parents[2]
ARTICLES = ROOT / "tests/data/articles"
# Articles whose output is stored in parts.
MANY = 950
checked = 0


def check(what: str, found: object, expected: object) -> None:
    global checked
    if found != expected:
        sys.exit(f"{what}: found {str(found)[:600]}\nexpected {str(expected)[:600]}")
    checked += 1
    print(f"  {what}", flush=True)


class Program:
    """dateline, with what the stores of this machine are asked with."""

    def __init__(self, path: Path, folder: Path, **environment: str) -> None:
        self.path = path
        self.environment = {**os.environ, "NO_PROXY": "127.0.0.1", "DATELINE_CACHE": str(folder / "cache"), **environment}
        found = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
        # ONNX Runtime and the packages of pages need not be fetched again.
        (folder / "cache").mkdir(exist_ok=True)
        (folder / "cache/dateline").mkdir(exist_ok=True)
        for known in ("onnxruntime", "map-assets"):
            if (found / "dateline" / known).is_dir() and not (folder / "cache/dateline" / known).exists():
                (folder / "cache/dateline" / known).symlink_to(found / "dateline" / known)
        self.made = folder / "cache/dateline/outputs"

    def start(self, *arguments: object) -> subprocess.Popen[str]:
        words = [str(word) for word in (self.path, *arguments)]
        return subprocess.Popen(words, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def __call__(self, *arguments: object, status: int = 0) -> tuple[str, str]:
        with self.start(*arguments) as running:
            out, told = running.communicate()
        if running.returncode != status:
            sys.exit(f"{arguments}: ended with {running.returncode}, and said {told}")
        return out, told

    def left(self) -> list[str]:
        return sorted(str(path) for path in self.made.rglob("*")) if self.made.exists() else []


def documents(lines: str) -> list[dict[str, Any]]:
    """What was tagged, without what depends on where it lay."""
    read = [json.loads(line) for line in lines.splitlines()]
    return [{key: value for key, value in document.items() if key != "id"} for document in read]


def corpus(path: Path, many: int) -> None:
    texts = [file.read_text(encoding="utf-8") for file in sorted(ARTICLES.glob("*.txt"))]
    lines = [json.dumps({"id": n, "date": "2024-03-05", "text": f"{n}. {texts[n % len(texts)]}"}) + "\n" for n in range(many)]
    path.write_text("".join(lines), encoding="utf-8")


def s3(dateline: Path, folder: Path) -> None:
    print("S3")
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    keys = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1"}
    run = Program(dateline, folder, AWS_ENDPOINT_URL=address, **keys)
    client = boto3.client("s3", endpoint_url=address, region_name="us-east-1", aws_access_key_id="key", aws_secret_access_key="secret")
    client.create_bucket(Bucket="news")

    def put(key: str, content: bytes, **more: str) -> None:
        client.put_object(Bucket="news", Key=key, Body=content, **more)

    def stored(prefix: str) -> dict[str, int]:
        return {item["Key"]: item["Size"] for item in client.list_objects_v2(Bucket="news", Prefix=prefix).get("Contents", [])}

    def content(key: str) -> bytes:
        return client.get_object(Bucket="news", Key=key)["Body"].read()

    local = documents(run("tag", ARTICLES, "--glob", "*.txt")[0])
    # Folders, with what other programs leave in them.
    for file in ARTICLES.glob("*.txt"):
        put(f"articles/{file.name}", file.read_bytes(), ACL="public-read")
    for key in ("articles/", "articles/_SUCCESS", "articles/.hidden.txt"):
        put(key, b"")
    check("a folder", documents(run("tag", "s3://news/articles")[0]), local)
    check("a folder with a slash", documents(run("tag", "s3://news/articles/")[0]), local)
    check("a pattern", len(documents(run("tag", "s3://news/art*/*.txt")[0])), len(local))
    check("a pattern within a name", len(documents(run("tag", "s3://news/articles/q*.txt")[0])), 1)
    check("--glob", len(documents(run("tag", "s3://news/articles", "--glob", "!q*")[0])), len(local) - 1)
    check("ids are addresses", json.loads(run("tag", "s3://news/articles/quake.txt")[0])["id"], "s3://news/articles/quake.txt")
    # Kinds and packings.
    lines = folder / "corpus.jsonl"
    corpus(lines, 40)
    tagged = documents(run("tag", lines)[0])
    put("data/day=2024-03-05/part-00000", lines.read_bytes())
    put("data/day=2024-03-05/part-00001.json.gz", gzip.compress(lines.read_bytes()))
    put("data/README.md", b"About the data.")
    check("lines in parts", documents(run("tag", "s3://news/data", "--metadata", "*")[0])[-1]["metadata"], {"day": "2024-03-05"})
    check("lines in parts, all", len(documents(run("tag", "s3://news/data")[0])), 2 * len(tagged))
    with zipfile.ZipFile(folder / "corpus.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for file in ARTICLES.glob("*.txt"):
            archive.write(file, file.name)
    put("corpus.zip", (folder / "corpus.zip").read_bytes())
    check("a zip", documents(run("tag", "s3://news/corpus.zip")[0]), local)
    # Outputs in all ways.
    run("tag", "s3://news/data/day=2024-03-05/part-00000", "-o", "s3://news/out/tagged.jsonl")
    check("an output", documents(content("out/tagged.jsonl").decode()), tagged)
    check("its kind", client.head_object(Bucket="news", Key="out/tagged.jsonl")["ContentType"], "application/x-ndjson")
    _, told = run("tag", "s3://news/data", "-o", "s3://news/out/tagged.jsonl", "--resume")
    check("an output that is there", "s3://news/out/tagged.jsonl is there; nothing to do" in told, True)
    run("tag", lines, "-o", "s3://news/out/tagged.parquet")
    run("tag", lines, "-o", "s3://news/out/parts/", "--format", "parquet")
    rows = [run("map", f"s3://news/out/{name}", "--layer", "places", "--format", "csv")[0] for name in ("tagged.jsonl", "tagged.parquet", "parts")]
    check("maps of all forms", rows, [rows[0]] * 3)
    _, told = run("tag", lines, "-o", "s3://news/out/parts/", "--format", "parquet", status=2)
    check("a folder that is filled", "something lies under it already" in told, True)
    run("map", "s3://news/out/tagged.jsonl", "-o", "s3://news/maps/a.gpkg", "-o", "s3://news/maps/l.csv:links", "-o", "s3://news/maps/m.geojson")
    check("layers", sorted(stored("maps")), ["maps/a.gpkg", "maps/l.csv", "maps/m.geojson"])
    put("bad.jsonl", lines.read_bytes() + b'{"id": 1}\n')
    _, told = run("tag", "s3://news/bad.jsonl", "-o", "s3://news/out/bad.jsonl", "--stats", "s3://news/out/stats.json", status=1)
    check("a list of what failed", "s3://news/out/bad.jsonl.errors.jsonl lists them" in told, True)
    check("its one line", len(content("out/bad.jsonl.errors.jsonl").splitlines()), 1)
    check("figures", json.loads(content("out/stats.json"))["failed"], 1)
    check("nothing stays on this machine", run.left(), [])
    # An output in parts of an upload; killed, gone on with.
    many = folder / "many.jsonl"
    corpus(many, MANY)
    expected = run("tag", many)[0]
    put("many.jsonl", many.read_bytes())
    asked = ("tag", "s3://news/many.jsonl", "-o", "s3://news/out/many.jsonl")
    with run.start(*asked) as running:
        while not any("manifest" in path for path in run.left()):
            time.sleep(0.02)
            if running.poll() is not None:
                sys.exit(f"it was too fast to be killed: {running.stderr and running.stderr.read()}")
        running.send_signal(signal.SIGKILL)
    check("killed: nothing has the name", stored("out/many"), {})
    run(*asked, "--resume")
    check(f"gone on with: {len(expected) >> 20} MB", content("out/many.jsonl").decode() == expected, True)
    check("no upload is open", client.list_multipart_uploads(Bucket="news").get("Uploads"), None)
    check("nothing stays on this machine", run.left(), [])
    # What is wrong is told.
    for arguments, words in {
        ("s3://news/missing.jsonl",): "nothing is there",
        ("s3://other/a.jsonl",): "NoSuchBucket",
        ("s3://news/a//b.jsonl",): "is no address of S3",
        ("s3://news/data", "-o", "s3://news/data/x.jsonl"): "lies in s3://news/data, which is read",
        (str(lines), "-o", "s3://other/x.jsonl"): "nothing is there",
        (str(lines), "-o", "s3://news/"): "has no name",
    }.items():
        check(f"told: {words}", words in run("tag", *arguments, status=2)[1], True)
    nowhere = Program(dateline, folder, AWS_ENDPOINT_URL="http://127.0.0.1:1", **keys)
    check("told: no server", "Connection refused" in nowhere("tag", "s3://news/a.jsonl", status=2)[1], True)
    check("told: no address", "AWS_ENDPOINT_URL" in Program(dateline, folder, AWS_ENDPOINT_URL="x", **keys)("tag", "s3://news/a", status=2)[1], True)

    print("Google Cloud Storage, read through the same server")
    key = folder / "key.json"
    key.write_text(json.dumps({"gcs_base_url": address, "disable_oauth": True, "client_email": "", "private_key": "", "private_key_id": ""}))
    google = Program(dateline, folder, GOOGLE_SERVICE_ACCOUNT=str(key))
    check("a folder", documents(google("tag", "gs://news/articles", "--glob", "*.txt")[0]), local)
    check("an object", documents(google("tag", "gs://news/articles/quake.txt")[0]), documents(run("tag", ARTICLES / "quake.txt")[0]))
    server.stop()


class Web(BaseHTTPRequestHandler):
    """Gives `/KIND/NAME` in one way or another; takes what is put under `/put/`."""

    protocol_version = "HTTP/1.1"
    files: dict[str, bytes] = {}
    put: dict[str, bytes] = {}
    asked = 0

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        _, kind, name = path.split("/", 2)
        if name not in self.files or kind == "signed" and query != "signature=a%2Fb":
            self.answer(404 if name not in self.files else 403, b"<html>no</html>")
            return
        content, Web.asked = self.files[name], Web.asked + 1
        asked = self.headers.get("Range")
        if kind == "length-less":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for at in range(0, len(content), 1000):
                piece = content[at : at + 1000]
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.write(b"0\r\n\r\n")
            return
        tag = {"ETag": f'"{Web.asked}"' if kind == "changing" else '"a"'}
        if kind == "changing" and self.headers.get("If-Match", tag["ETag"]) != tag["ETag"]:
            self.answer(412, b"")
        elif asked and kind != "whole":
            begin, end = asked.removeprefix("bytes=").split("-")
            part = content[int(begin) : int(end) + 1]
            self.answer(206, part, {**tag, "Content-Range": f"bytes {begin}-{int(begin) + len(part) - 1}/{len(content)}"})
        else:
            self.answer(200, content, tag)

    def do_PUT(self) -> None:
        self.put[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(201, b"")

    def answer(self, status: int, content: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        # Who only wanted the beginning has gone.
        with contextlib.suppress(ConnectionError):
            self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@contextlib.contextmanager
def web() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Web)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()


def the_web(dateline: Path, folder: Path) -> None:
    print("the web")
    run = Program(dateline, folder)
    lines = folder / "corpus.jsonl"
    corpus(lines, 40)
    # Its first article alone has more than a range of bytes.
    large = folder / "large.jsonl"
    long_text = "Nothing happened here. " * 400_000
    large.write_text(json.dumps({"id": "long", "text": long_text, "lang": "en"}) + "\n" + lines.read_text())
    Web.files = {file.name: file.read_bytes() for file in (lines, large, ARTICLES / "quake.txt")}
    Web.files["corpus.jsonl.gz"] = gzip.compress(lines.read_bytes())
    Web.files["page"] = "<html><title>Fire</title><p>A fire broke out in Paris, Texas.</p></html>".encode()
    Web.files["empty.jsonl"] = b""
    tagged = documents(run("tag", lines)[0])
    with web() as address:
        for kind in ("ranges", "whole", "length-less"):
            check(f"{kind}: lines", documents(run("tag", f"{address}/{kind}/corpus.jsonl")[0]), tagged)
            check(f"{kind}: packed lines", documents(run("tag", f"{address}/{kind}/corpus.jsonl.gz")[0]), tagged)
            check(f"{kind}: nothing", run("tag", f"{address}/{kind}/empty.jsonl")[0], "")
            found = documents(run("tag", f"{address}/{kind}/large.jsonl", "--max-chars", 4000, status=1)[0])
            check(f"{kind}: what stands behind it", found, tagged)
        page = documents(run("tag", f"{address}/length-less/page")[0])[0]
        check("a page", (page["title"], page["entities"][0]["text"]), ("Fire", "Paris"))
        signed = f"{address}/signed/corpus.jsonl"
        check("a signature", documents(run("tag", f"{signed}?signature=a%2Fb")[0]), tagged)
        said = run("tag", f"{address}/signed/quake.txt?signature=a%2Fb")[0]
        check("a signature is not shown", json.loads(said)["id"], f"{address}/signed/quake.txt")
        _, told = run("tag", f"{signed}?signature=b", status=2)
        check("told: is not open to us", "is not open to us" in told and "signature=b" not in told, True)
        check("told: nothing is there", "nothing is there" in run("tag", f"{address}/ranges/missing", status=2)[1], True)
        _, told = run("tag", f"{address}/changing/large.jsonl", "--max-chars", 4000, status=2)
        check("told: was changed", "was changed while it was read" in told, True)
        run("tag", f"{address}/ranges/corpus.jsonl", "-o", f"{address}/put/tagged.jsonl")
        check("an output", documents(Web.put["/put/tagged.jsonl"].decode()), tagged)
        check("nothing stays on this machine", run.left(), [])


def azure(dateline: Path, folder: Path, azurite: str) -> None:
    print("Azure")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # The account and the key that Azurite is known by.
    account = "devstoreaccount1"
    key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
    run = Program(
        dateline,
        folder,
        AZURE_STORAGE_ACCOUNT_NAME=account,
        AZURE_STORAGE_ACCOUNT_KEY=key,
        AZURE_STORAGE_USE_EMULATOR="true",
        AZURITE_BLOB_STORAGE_URL=f"http://127.0.0.1:{port}",
    )
    words = [azurite, "--silent", "--inMemoryPersistence", "--skipApiVersionCheck", "--blobPort", str(port)]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL) as server:
        try:
            from azure.storage.blob import BlobServiceClient

            service = BlobServiceClient(f"http://127.0.0.1:{port}/{account}", credential=key)
            container = service.create_container("news")
            for file in ARTICLES.glob("*.txt"):
                container.upload_blob(f"articles/{file.name}", file.read_bytes())
            local = documents(run("tag", ARTICLES, "--glob", "*.txt")[0])
            check("a folder", documents(run("tag", "az://news/articles")[0]), local)
            run("tag", "az://news/articles/", "-o", "az://news/out/tagged.jsonl")
            check("an output", documents(container.download_blob("out/tagged.jsonl").readall().decode()), local)
            many = folder / "many.jsonl"
            corpus(many, MANY)
            run("tag", many, "-o", "az://news/out/many.jsonl")
            out = container.download_blob("out/many.jsonl").readall()
            check(f"an output in parts: {len(out) >> 20} MB", documents(out.decode()), documents(run("tag", many)[0]))
            check("nothing stays on this machine", run.left(), [])
        finally:
            server.terminate()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dateline", type=Path, default=ROOT / "target/release/dateline")
    parser.add_argument("--azurite", help="the program azurite-blob; azure-storage-blob is needed as well")
    given = parser.parse_args()
    dateline = given.dateline.resolve()
    with tempfile.TemporaryDirectory() as folder:
        s3(dateline, Path(folder))
        the_web(dateline, Path(folder))
        if given.azurite:
            azure(dateline, Path(folder), shutil.which(given.azurite) or given.azurite)
        else:
            print("passed over: Azure, since no --azurite is named")
    print(f"{checked} checks passed")


if __name__ == "__main__":
    main()
