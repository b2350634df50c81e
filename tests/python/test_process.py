"""Signals, threads, forks, and the command."""

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest

import dateline

CONVOY = "The convoy left Beirut for Damascus."

_tagger: dateline.Tagger | None = None


def _with_tagger_of_the_parent(text: str) -> str:
    assert _tagger is not None
    return _tagger(text).to_json()


def _with_given_tagger(tagger: dateline.Tagger, text: str) -> str:
    return tagger(text).to_json()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_tagger_works_behind_a_fork(tagger: dateline.Tagger) -> None:
    global _tagger
    _tagger = tagger
    expected = tagger(CONVOY).to_json()
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("fork")) as pool:
        assert set(pool.map(_with_tagger_of_the_parent, [CONVOY] * 8, timeout=60)) == {expected}
    # The parent's is none the worse for it.
    assert tagger(CONVOY).to_json() == expected


def test_a_tagger_is_sent_to_a_spawned_process(tagger: dateline.Tagger) -> None:
    expected = tagger(CONVOY).to_json()
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        assert pool.submit(_with_given_tagger, tagger, CONVOY).result(timeout=60) == expected


def test_threads_share_a_tagger(tagger: dateline.Tagger) -> None:
    texts = [f"Convoy {n} left Beirut for Damascus." for n in range(40)]
    expected = [tagger(text).to_json() for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda text: tagger(text).to_json(), texts)) == expected


def test_other_threads_go_on_while_it_works(tagger: dateline.Tagger, articles: dict[str, str]) -> None:
    text = "\n\n".join(list(articles.values()) * 40)
    ticks, done = 0, threading.Event()

    def tick() -> None:
        nonlocal ticks
        while not done.is_set():
            ticks += 1
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    tagger(text)
    done.set()
    thread.join()
    assert ticks > 20


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_stream_does_not_go_through_a_fork(tagger: dateline.Tagger) -> None:
    begun, fresh = tagger.pipe(["In Oslo."] * 100, batch_size=10), tagger.pipe(["In Oslo."] * 3)
    next(begun)
    assert _in_child(lambda: len(list(fresh))) == "3"
    assert "make a new one" in _in_child(lambda: len(list(begun)))
    assert len(list(begun)) == 99


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_the_shared_tagger_is_made_anew_behind_a_fork() -> None:
    assert dateline.shared(threads=1) is dateline.shared(threads=1)
    from dateline import _shared

    with _shared._making:
        assert _in_child(lambda: dateline.shared(threads=1)("In Oslo.").places[0].name) == "Oslo"


def _in_child(work: Callable[[], object]) -> str:
    """What a forked child makes of it, or what it raises."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        signal.alarm(60)
        try:
            told = str(work())
        except dateline.DatelineError as error:
            told = str(error)
        os.write(write, told.encode())
        os._exit(0)
    os.close(write)
    with open(read, encoding="utf-8") as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    return told


INTERRUPTED = """
import sys, time, dateline, pyarrow
tagger = dateline.Tagger()
text = "The convoy left Beirut for Damascus on Monday with Anna Berg. " * 20000
stream = tagger.pipe([text[:5_000_000]] * 4)
work = {
    "call": lambda: tagger(text),
    "pipe": lambda: next(stream),
    "arrow": lambda: tagger.tag_arrow(pyarrow.table({"text": [text] * 20})),
}[sys.argv[1]]
print("ready", flush=True)
try:
    work()
except KeyboardInterrupt:
    print("interrupted", flush=True)
del stream, work
tagger("In Oslo.")
print("free", flush=True)
"""


@pytest.mark.parametrize("work", ["call", "pipe", "arrow"])
@pytest.mark.skipif(sys.platform == "win32", reason="signals are others there")
def test_an_interrupt_ends_the_work_and_not_only_the_wait(work: str) -> None:
    pytest.importorskip("pyarrow")
    child = subprocess.Popen([sys.executable, "-c", INTERRUPTED, work], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None and child.stdout.readline() == "ready\n"
    time.sleep(1)
    child.send_signal(signal.SIGINT)
    asked = time.monotonic()
    assert child.stdout.readline() == "interrupted\n"
    assert child.stdout.readline() == "free\n"
    # It tells an interrupt from the end of the work, which takes a minute and more.
    assert time.monotonic() - asked < 10
    assert child.wait(timeout=30) == 0


GOES_ON = """
import dateline
tagger = dateline.Tagger(threads=1)
stream = tagger.pipe([{"id": n, "text": "The convoy left Beirut for Damascus. " * 1000} for n in range(12)], batch_size=4)
print("ready", flush=True)
got = []
while True:
    try:
        got += [doc.id for doc in stream]
        break
    except KeyboardInterrupt:
        print("interrupted", flush=True)
print(got == [str(n) for n in range(12)])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are others there")
def test_a_stream_goes_on_behind_an_interrupt() -> None:
    child = subprocess.Popen([sys.executable, "-c", GOES_ON], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None and child.stdout.readline() == "ready\n"
    time.sleep(0.4)
    child.send_signal(signal.SIGINT)
    assert child.stdout.readline() == "interrupted\n"
    assert child.stdout.readline() == "True\n"
    assert child.wait(timeout=30) == 0


def test_the_command(tmp_path: Path) -> None:
    def run(*args: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run([sys.executable, "-m", "dateline", *args], capture_output=True, text=True)

    told = run("tag", "--text", CONVOY, "--format", "jsonl")
    assert told.returncode == 0 and [e["text"] for e in json.loads(told.stdout)["entities"]] == ["Beirut", "Damascus"]
    assert run("--version").stdout.startswith(f"dateline {dateline.__version__}\n")
    wrong = run("tag", str(tmp_path / "missing.txt"))
    assert wrong.returncode == 2 and "missing.txt" in wrong.stderr
    usage = run("tag", "--colour")
    assert usage.returncode == 2 and "--colour" in usage.stderr
    closed = subprocess.run(f"'{sys.executable}' -m dateline --version >&-", shell=True, capture_output=True, text=True)
    assert closed.returncode == 2 and "standard output" in closed.stderr
    script = Path(sys.executable).parent / "dateline"
    assert subprocess.run([script, "--version"], capture_output=True, text=True).stdout == run("--version").stdout


def test_a_fresh_process_does_not_import_what_it_does_not_need() -> None:
    code = "import sys, dateline; dateline.Tagger()('In Oslo.'); print([m for m in ('numpy', 'onnxruntime', 'pyarrow', 'pandas') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"
