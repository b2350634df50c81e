"""Draws which file of src/ imports from which, and fails where imports go in a circle or from a lower room back up.

    python scripts/imports.py            # says what is wrong, with the imports that make it so
    python scripts/imports.py --dot      # the files as a graph for `dot -Tsvg`, a box a room
    python scripts/imports.py --rooms    # the rooms, each with those that it imports from

What stands under `#[cfg(test)]` is left out, and so are words of documentation. A path such as `crate::geo::LatLon` in the
middle of code is an import too. A name counts for the file in which its item stands: one that a module passes on
(`pub use`) is looked up there, so that a front door does not tie all rooms together.
"""

import argparse
import re
import sys
from pathlib import Path

SRC = Path(__file__).parent.parent / "src"
PYTHON = SRC / "python"

# The rooms, from the lowest to the highest: each may import from those before it.
ROOMS = (
    "message stop remote web_address limits checksum checked_parquet link table_text leftovers lock atomic clock rounding date country geo borders language document mention stops lines sentence page phrases region gazetteer networks external lending onnx model_error model_options model_files ner gliner resolve "
    "coreference annotation query error tagger builder layer layers corpus server eval guide cli"
).split()


def without_tests(code: str) -> str:
    """The code without comments, and without items under `#[cfg(test)]`."""
    code = re.sub(r"//[^\n]*", "", code)
    code = re.sub(r"pub\(in [^)]*\)", "pub", code)
    kept, at = [], 0
    for found in re.finditer(r"#\[cfg\(test\)\]\s*", code):
        if found.start() < at:
            continue
        kept.append(code[at:found.start()])
        depth, end = 0, found.end()
        while end < len(code):
            char = code[end]
            depth += char == "{"
            depth -= char == "}"
            end += 1
            if depth == 0 and char in ";}":
                break
        at = end
    return "".join(kept) + code[at:]


def module_of(path: Path) -> tuple[str, ...]:
    parts = path.relative_to(SRC).with_suffix("").parts
    return tuple(part for part in parts if part not in ("mod", "lib", "main"))


def files() -> dict[tuple[str, ...], Path]:
    found = {}
    for path in sorted(SRC.rglob("*.rs")):
        # The package of Python is another crate, on top of all rooms.
        if path.name in ("lib.rs", "main.rs", "tests.rs", "testing.rs") or PYTHON in path.parents:
            continue
        found[module_of(path)] = path
    return found


def leaves(tree: str) -> list[list[str]]:
    """The paths of a use tree: `a::{b, c::d}` has a::b and a::c::d."""
    tree = tree.strip()
    open_at = tree.find("{")
    if open_at < 0:
        path = re.sub(r"\s+as\s+\w+$", "", tree)
        return [[part.strip() for part in path.split("::") if part.strip()]]
    head = [part.strip() for part in tree[:open_at].split("::") if part.strip()]
    inner, depth, start, found = tree[open_at + 1 : tree.rfind("}")], 0, 0, []
    for at, char in enumerate(inner + ","):
        depth += char == "{"
        depth -= char == "}"
        if char == "," and depth == 0:
            if inner[start:at].strip():
                found += [head + leaf for leaf in leaves(inner[start:at])]
            start = at + 1
    return found


class Tree:
    def __init__(self) -> None:
        self.paths = files()
        self.code = {module: without_tests(path.read_text()) for module, path in self.paths.items()}
        self.uses = {module: self.read(module) for module in self.paths}
        # What a module passes on: the name, and where it comes from.
        self.passed_on: dict[tuple[str, ...], dict[str, list[str]]] = {}
        for module, code in self.code.items():
            passed = self.passed_on.setdefault(module, {})
            for found in re.finditer(r"\bpub(?:\([^)]*\))?\s+use\s+([^;]+);", code):
                for leaf in leaves(found[1]):
                    passed[leaf[-1]] = leaf

    def read(self, module: tuple[str, ...]) -> list[list[str]]:
        code = self.code[module]
        found = [leaf for use in re.finditer(r"\buse\s+([^;]+);", code) for leaf in leaves(use[1])]
        body = re.sub(r"\buse\s+[^;]+;", "", code)
        found += [path.split("::") for path in re.findall(r"\b(?:crate|super|self)(?:::\w+)+", body)]
        # A path that begins with a module beside it.
        for child in {one[len(module)] for one in self.paths if one[: len(module)] == module and len(one) > len(module)}:
            found += [["self", *path.split("::")] for path in re.findall(rf"(?<![\w:]){child}(?:::\w+)+", body)]
        return found

    def whole(self, module: tuple[str, ...], path: list[str]) -> tuple[str, ...] | None:
        """A path from the root of the crate."""
        if path[0] == "crate":
            return tuple(path[1:])
        if path[0] == "dateline":
            return tuple(part for part in path[1:] if part != "inner")
        base = list(module)
        if path[0] not in ("self", "super"):
            inside = module + (path[0],)
            return inside + tuple(path[1:]) if any(one[: len(inside)] == inside for one in self.paths) else None
        rest = list(path)
        while rest and rest[0] in ("self", "super"):
            if rest.pop(0) == "super" and base:
                base.pop()
        return tuple(base + rest)

    def file_of(self, whole: tuple[str, ...], depth: int = 0) -> tuple[str, ...] | None:
        """The file in which what a path names stands."""
        for end in range(len(whole), 0, -1):
            module = whole[:end]
            if module not in self.paths:
                continue
            rest = whole[end:]
            on = self.passed_on.get(module, {}).get(rest[0]) if rest else None
            if on and depth < 8:
                on_whole = self.whole(module, on)
                if on_whole is not None:
                    return self.file_of(on_whole + rest[1:], depth + 1) or module
            return module
        return None

    def edges(self) -> dict[tuple[str, ...], dict[tuple[str, ...], str]]:
        found: dict[tuple[str, ...], dict[tuple[str, ...], str]] = {}
        for module, uses in self.uses.items():
            passed = [tuple(leaf) for leaf in self.passed_on[module].values()]
            for path in uses:
                whole = self.whole(module, path)
                target = self.file_of(whole) if whole else None
                # A module that passes on what its own files hold does not lean on them.
                if target is None or target == module:
                    continue
                if tuple(path) in passed and target[: len(module)] == module:
                    continue
                found.setdefault(module, {}).setdefault(target, "::".join(path))
        return found


def circles(edges: dict) -> list[list]:
    """The strongly connected parts of more than one file (Tarjan)."""
    index, low, on, stack, found = {}, {}, set(), [], []

    def visit(node):
        work = [(node, iter(edges.get(node, {})))]
        index[node] = low[node] = len(index)
        stack.append(node)
        on.add(node)
        while work:
            at, rest = work[-1]
            for other in rest:
                if other not in index:
                    index[other] = low[other] = len(index)
                    stack.append(other)
                    on.add(other)
                    work.append((other, iter(edges.get(other, {}))))
                    break
                if other in on:
                    low[at] = min(low[at], index[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[at])
                if low[at] == index[at]:
                    part = []
                    while True:
                        one = stack.pop()
                        on.discard(one)
                        part.append(one)
                        if one == at:
                            break
                    if len(part) > 1:
                        found.append(part)

    for node in list(edges):
        if node not in index:
            visit(node)
    return found


def upwards(edges: dict) -> list[tuple]:
    """The imports from a room that stands higher: the file, the file that it imports from, and by which path."""
    found = []
    for file, targets in edges.items():
        for target, path in targets.items():
            if ROOMS.index(file[0]) < ROOMS.index(target[0]):
                found.append((file, target, path))
    return found


def dot(edges: dict) -> str:
    lines = ["digraph imports {", "  rankdir=BT; node [shape=box, fontname=sans, fontsize=9];"]
    files = sorted(set(edges) | {target for targets in edges.values() for target in targets})
    for room in ROOMS:
        lines.append(f'  subgraph "cluster_{room}" {{ label="{room}";')
        lines += [f'    "{"/".join(file)}" [label="{"/".join(file[1:]) or room}"];' for file in files if file[0] == room]
        lines.append("  }")
    for file, targets in sorted(edges.items()):
        lines += [f'  "{"/".join(file)}" -> "{"/".join(target)}";' for target in sorted(targets)]
    return "\n".join([*lines, "}"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dot", action="store_true", help="print a graph")
    parser.add_argument("--rooms", action="store_true", help="print what each room imports from")
    given = parser.parse_args()
    edges = Tree().edges()
    if unknown := {file[0] for file in edges} - set(ROOMS):
        sys.exit(f"{', '.join(sorted(unknown))}: no room that is known; expected its place in ROOMS")
    if given.dot:
        print(dot(edges))
        return
    if given.rooms:
        for room in ROOMS:
            targets = {target[0] for file, all_of in edges.items() if file[0] == room for target in all_of} - {room}
            print(f"{room}: {', '.join(sorted(targets, key=ROOMS.index)) or 'nothing'}")
        return
    wrong = 0
    for part in circles(edges):
        wrong += 1
        print(f"{len(part)} files in a circle:")
        for file in sorted(part):
            for target in sorted(set(edges.get(file, {})) & set(part)):
                print(f"    {'/'.join(file)} -> {'/'.join(target)} by {edges[file][target]}")
    for file, target, path in upwards(edges):
        wrong += 1
        print(f"{'/'.join(file)} -> {'/'.join(target)} by {path}: goes up")
    count = sum(len(targets) for targets in edges.values())
    print(f"{len(edges)} files, {count} imports between them: {wrong or 'nothing'} wrong")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
