"""What a training configuration may hold: `python scripts/test_config.py`. Needs only the `tokenizers` package."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from config import ConfigError, read

ROOT = Path(__file__).resolve().parent.parent
GOOD = '[data]\n"a.train" = 1\n[schedule]\nepochs = 2\n'

# A configuration that cannot be used, and what the message must say.
BAD = [
    (GOOD + "epoch = 3\n", "unknown key schedule.epoch"),
    ("sed = 1\n" + GOOD, "unknown key sed"),
    (GOOD + "[augment]\nlowercase = 0.1\n", "unknown key augment.lowercase"),
    ('[data]\n"a.train" = 1\n', "schedule is missing"),
    ('[data]\n"a.train" = 1\n[schedule]\n', "schedule.epochs is missing"),
    ('[data]\n"a.train" = "once"\n[schedule]\nepochs = 2\n', "data.a.train is 'once'; expected float"),
    (GOOD.replace("2", "2.5"), "schedule.epochs is 2.5; expected int"),
    ("layers = [0, true]\n" + GOOD, "layers is True; expected int"),
    ("windows = 3\n" + GOOD, "windows is 3; expected Windows"),
    ("[data\n", "at line 1"),
    ('activation = "swish"\n' + GOOD, "activation is 'swish'; expected one of gelu, relu"),
    ("layers = []\n" + GOOD, "layers is empty"),
    (GOOD + "warm_up = 1.0\n", "schedule.warm_up must be"),
    (GOOD + "[windows]\ncontext = 100\n", "windows.context must be"),
]


def main() -> None:
    for path in sorted(ROOT.glob("models/*/*.toml")):
        read(path)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "train.toml")
        path.write_text(GOOD)
        config = read(path)
        assert config.data == {"a.train": 1.0} and config.schedule.epochs == 2 and config.start == "base", config
        for text, expected in BAD:
            path.write_text(text)
            try:
                read(path)
            except ConfigError as error:
                if str(path) in str(error) and expected in str(error):
                    continue
                sys.exit(f"{text!r}: the message should say {expected!r}, it is {error}")
            sys.exit(f"{text!r} should be refused: {expected}")
    print(f"{len(BAD)} broken configurations are refused")


if __name__ == "__main__":
    main()
