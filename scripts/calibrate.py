"""Fits a model's temperature, so that scores mean something: `python scripts/calibrate.py models/ner CORPUS.tsv …`.

On the odd documents of the corpora together, the temperature with the least log-loss is looked for and written into the
folder's `config.json`; the even documents show what it is worth. F1 by the least score of a name is shown for the choice of
`min_score`, which stays what it is. Everything is measured through `dateline eval ner`. Needs only the standard library.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIT, HELD_OUT = "1/2", "2/2"
MIN_SCORES = (0.0, 0.3, 0.35, 0.4, 0.42, 0.45, 0.5)


class Model:
    """A copy of a model folder with other settings."""

    def __init__(self, folder: Path, scratch: Path, binary: Path) -> None:
        self.scratch = scratch
        self.binary = binary
        self.config = json.loads((folder / "config.json").read_text())
        self.config.setdefault("dateline", {})
        for name in ("model.onnx", "tokenizer.json"):
            (scratch / name).symlink_to((folder / name).resolve())

    def evaluate(self, corpora: list[Path], part: str, **settings: float) -> list[dict]:
        """Reports of `dateline eval ner`: one a corpus, or one for all together where several are read as one."""
        config = {**self.config, "dateline": {**self.config["dateline"], **settings}}
        (self.scratch / "config.json").write_text(json.dumps(config))
        # The form of text in which all figures of the models are measured.
        spaced = ["--text", "spaced"]
        command = [str(self.binary), "eval", "ner", "--json", *spaced, "--part", part, "--model", str(self.scratch)]
        kept = {name: value for name, value in os.environ.items() if name not in ("DATELINE_MIN_SCORE", "DATELINE_MODEL")}
        done = subprocess.run([*command, *map(str, corpora)], stdout=subprocess.PIPE, env=kept)
        if done.returncode:
            sys.exit("the corpora must hold at least two documents each that dateline can score")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def log_loss(self, corpus: Path, temperature: float) -> float:
        return self.evaluate([corpus], FIT, temperature=temperature, min_score=0.0)[0]["calibration"]["log_loss"]


def together(corpora: list[Path], scratch: Path) -> Path:
    """All corpora as one file."""
    path = scratch / "all.tsv"
    # Each begins a document of its own, also where it has no marks.
    texts = (f"-DOCSTART-\tO\n\n{corpus.read_text(encoding='utf-8')}\n\n" for corpus in corpora)
    path.write_text("".join(texts), encoding="utf-8")
    return path


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path, help="model folder whose config.json is fitted")
    options.add_argument("corpora", nargs="+", type=Path)
    options.add_argument("--binary", type=Path, default=ROOT / "target" / "release" / "dateline")
    options.add_argument("--dry", action="store_true", help="write nothing")
    args = options.parse_args()
    if not args.binary.is_file():
        sys.exit(f"{args.binary} is not there: run cargo build --release first, or name another with --binary")
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        model = Model(args.folder, scratch, args.binary)
        joint = together(args.corpora, scratch)

        losses = {t: model.log_loss(joint, t) for t in (1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0)}
        middle = min(losses, key=losses.get)
        losses |= {t: model.log_loss(joint, t) for t in (round(middle - 0.12, 2), round(middle + 0.12, 2))}
        temperature = min(losses, key=losses.get)
        for t in sorted(losses):
            print(f"temperature {t}: log-loss {losses[t]:.4f}")

        for least in MIN_SCORES:
            reports = model.evaluate(args.corpora, FIT, temperature=temperature, min_score=least)
            print(f"least score {least}: F1 {', '.join(str(report['scores']['all']['f1']) for report in reports)}")

        min_score = model.config["dateline"].get("min_score", 0.0)
        print(f"\ntemperature {temperature}; on the other half of the documents:")
        for corpus in (*args.corpora, joint):
            for least in sorted({0.0, min_score}):
                report = model.evaluate([corpus], HELD_OUT, temperature=temperature, min_score=least)[0]
                found = report["calibration"]
                print(
                    f"  {corpus.name}, least score {least}: F1 {report['scores']['all']['f1']:.2f}, "
                    f"calibration error {found['ece']:.3f}, Brier {found['brier']:.3f} (base rate {found['base_brier']:.3f})"
                )
        if not args.dry:
            model.config["dateline"]["temperature"] = temperature
            (args.folder / "config.json").write_text(json.dumps(model.config, indent=2) + "\n")


if __name__ == "__main__":
    main()
