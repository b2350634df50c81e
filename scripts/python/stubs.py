"""Puts the docstrings of the compiled module into its stub, where editors read them.

    python scripts/python/stubs.py           # writes src/python/dateline/_dateline.pyi anew
    python scripts/python/stubs.py --check   # fails if that would change it

The package is installed in the Python that runs this.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import sys
from pathlib import Path

from dateline import _dateline

STUB = Path(__file__).resolve().parents[2] / "src/python/dateline/_dateline.pyi"


def documented(code: str) -> str:
    """The stub with the docstrings that its classes, methods and functions have at run time, and no others."""
    lines = code.splitlines()
    changes: list[tuple[int, int, list[str]]] = []
    for node in ast.parse(code).body:
        if isinstance(node, ast.ClassDef):
            found = getattr(_dateline, node.name, None)
            changes.append(change(node, inspect.getdoc(found) if found is not None else None, "    "))
            methods = [one for one in node.body if isinstance(one, ast.FunctionDef)]
            # Of overloads, the last has it.
            last = {one.name: one for one in methods}
            for method in methods:
                about = inspect.getdoc(getattr(found, method.name, None)) if last[method.name] is method else None
                own = not method.name.startswith("__")
                changes.append(change(method, about if own else None, "        "))
        elif isinstance(node, ast.FunctionDef):
            changes.append(change(node, inspect.getdoc(getattr(_dateline, node.name, None)), "    "))
    for begin, end, new in sorted(changes, reverse=True):
        lines[begin:end] = new
    return "\n".join(lines) + "\n"


def change(node: ast.ClassDef | ast.FunctionDef, about: str | None, indent: str) -> tuple[int, int, list[str]]:
    """Which lines of the body give way to which: its docstring, or the dots that it is."""
    first = node.body[0]
    is_old = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    text = [] if about is None else ["", *about.splitlines()]
    if text:
        text = ['"""' + text[1], *text[2:]]
        text[-1] += '"""' if len(text) == 1 else ""
        text += ['"""'] if len(text) > 1 else []
    new = [indent + line if line else "" for line in text]
    if not is_old:
        return first.lineno - 1 - len(getattr(first, "decorator_list", [])), first.lineno - 1 - len(getattr(first, "decorator_list", [])), new
    dots = isinstance(first.value, ast.Constant) and first.value.value is ...
    end = first.end_lineno or first.lineno
    if not dots:
        rest = node.body[1:]
        return first.lineno - 1, end, new or ([] if rest else [indent + "..."])
    if not new:
        return first.lineno - 1, first.lineno - 1, []
    # `def name(...) -> None: ...` ends its line with the dots.
    head = lines_of[first.lineno - 1][: first.col_offset].rstrip()
    return first.lineno - 1, end, ([head] if head else []) + new


lines_of: list[str] = []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    code = STUB.read_text(encoding="utf-8")
    lines_of[:] = code.splitlines()
    new = documented(code)
    if check and new != code:
        sys.exit(f"{STUB.name} has other docstrings than the module; run scripts/python/stubs.py")
    if not check:
        STUB.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
