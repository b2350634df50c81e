"""Draws the README's picture: what `dateline tag --format pretty` prints in a terminal, as an SVG.

`python scripts/picture.py tests/data/articles/quake.txt scripts/pictures/tag.svg` runs the release binary with colours
and draws the first lines of the text and the tables. Needs only the standard library.
"""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
import textwrap
import unicodedata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COLUMNS = 128
COLORS = {"32": "#7ec77b", "33": "#e5c07b", "35": "#d58fe0", "36": "#6cc5d9", "1": "#ffffff"}
ESCAPE = re.compile(r"\x1b\[([0-9;]*)m")
PARAGRAPHS = 4


def output(article: str) -> str:
    """What the binary prints, with colours."""
    command = [str(ROOT / "target" / "release" / "dateline"), "tag", "--format", "pretty", article]
    environment = os.environ | {"CLICOLOR_FORCE": "1"}
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, env=environment).stdout


def shortened(printed: str) -> list[str]:
    """The first paragraphs, wrapped, and then all that follows the text."""
    head, tables = printed.split("\n\n\x1b[1mPlaces", 1)
    paragraphs = head.split("\n\n")
    lines = []
    for paragraph in paragraphs[: PARAGRAPHS + 1]:
        lines += [*wrapped(paragraph), ""]
    return [*lines, "…", "", *("\x1b[1mPlaces" + tables).rstrip().split("\n")]


def wrapped(paragraph: str) -> list[str]:
    """A paragraph broken into lines. Escapes take no room, so they are put aside; no colour runs past a word's end."""
    words = []
    color = ""
    for word in re.split(r"[ \n]", paragraph):
        inside = color
        for code in ESCAPE.findall(word):
            color = f"\x1b[{code}m" if code not in ("", "0") else ""
        words.append(inside + word + ("\x1b[0m" if color else ""))
    bare = textwrap.wrap(" ".join(ESCAPE.sub("", word) for word in words), COLUMNS, break_on_hyphens=False)
    lines, rest = [], iter(words)
    for line in bare:
        lines.append(" ".join(next(rest) for _ in line.split(" ")))
    return lines


def width(text: str) -> int:
    """Columns that a text takes in a terminal."""
    return sum(0 if unicodedata.combining(c) else 1 for c in text)


def svg_line(line: str, y: int) -> str:
    """One line as SVG text, a piece for each colour."""
    color, column, pieces = "", 0, []
    for n, part in enumerate(ESCAPE.split(line)):
        if n % 2:
            color = COLORS.get(part, "")
        elif part:
            style = f' fill="{color}"' if color else ""
            style += ' font-weight="bold"' if color == COLORS["1"] else ""
            pieces.append(f'<text x="{20 + column * 8.4:.1f}" y="{y}"{style}>{html.escape(part)}</text>')
            column += width(part)
    return "".join(pieces)


def main() -> None:
    article, target = sys.argv[1:3]
    lines = ["$ dateline tag " + Path(article).name, "", *shortened(output(article))]
    height = 30 + 19 * len(lines)
    body = "\n".join(svg_line(line, 32 + 19 * n) for n, line in enumerate(lines) if line)
    Path(target).write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {40 + COLUMNS * 8.4:.0f} {height}" '
        f'font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14" fill="#d0d4dc" '
        f'xml:space="preserve" role="img" aria-label="A news article with its names marked and a table of its places">\n'
        f'<rect width="100%" height="100%" rx="8" fill="#1d2026"/>\n{body}\n</svg>\n',
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
