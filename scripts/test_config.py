"""What a training configuration may hold: `python scripts/test_config.py`. Needs only the `tokenizers` package."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from config import ConfigError, read

ROOT = Path(__file__).resolve().parent.parent
GOOD = """
[pool]
draws = 2
[pool.data]
"a.train" = 1
[run.start]
start = "minilm"
steps = 10
rate = 1e-4
[run.pupil]
start = "start"
teachers = ["start"]
steps = 10
rate = 1e-4
[model]
average = { pupil = 1 }
"""

# What is put in the place of what, and what the message must then say.
BAD = [
    ("draws = 2", "draws = 2\nepochs = 3", "unknown key pool.epochs"),
    ("[pool]", "sed = 1\n[pool]", "unknown key sed"),
    ("[run.start]", "[pool.augment]\nlowercase = 0.1\n[run.start]", "unknown key pool.augment.lowercase"),
    ("rate = 1e-4\n[model]", "[model]", "run.pupil.rate is missing"),
    ("[model]\naverage = { pupil = 1 }", "", "model is missing"),
    ('"a.train" = 1', '"a.train" = "once"', "pool.data.a.train is 'once'; expected float"),
    ("draws = 2", "draws = 2.5", "pool.draws is 2.5; expected int"),
    ("draws = 2", "draws = 0", "pool.draws must be at least 1"),
    ("draws = 2", "draws = 2\nalone = []", "pool.alone is empty"),
    ("draws = 2", "draws = 2\ncontext = 100", "pool.context must be"),
    ("[pool]\ndraws = 2", "[pool", "at line"),
    ('start = "start"', 'start = "start"\nlayers = [0, true]', "run.pupil.layers is True; expected int"),
    ('start = "start"', 'start = "start"\nlayers = []', "run.pupil.layers is empty"),
    ('start = "start"', 'start = "start"\nactivation = "swish"', "is 'swish'; expected one of gelu, relu"),
    ('start = "start"', 'start = "start"\nwarm_up = 1.0', "run.pupil.warm_up must be"),
    ('start = "start"', 'start = "start"\ncontext = 5', "run.pupil.context must be 0 or that of the pool, 24"),
    ('start = "start"', 'start = "pupil"', "run.pupil needs 'pupil', which is not before it; there are minilm, mpnet, start"),
    ('teachers = ["start"]', 'teachers = ["mpnet"]', "run.pupil needs 'mpnet', which is not before it; there are start"),
    ("[run.pupil]", "[run.mpnet]", "run.mpnet has a name that is taken"),
    ("[run.pupil]", "[run.pool]", "run.pool has a name that is taken"),
    ("draws = 2", "draws = 2\ndev = []", "pool.dev is empty"),
    ("draws = 2", "draws = 2\nalone = [0.5, 2]", "pool.alone[1] is 2, not in 0 to 1"),
    ("[run.start]", "[pool.augment]\nlower = 7\n[run.start]", "pool.augment.lower is 7, not in 0 to 1"),
    ('start = "start"', 'start = "start"\nweight = 3', "run.pupil.weight is 3, not in 0 to 1"),
    ('start = "start"', 'start = "start"\ntemperature = 0', "run.pupil.temperature is 0, not in 0.1 to 100"),
    ('start = "start"', 'start = "start"\ndropout = 1', "run.pupil.dropout is 1, not in 0 to 0.9"),
    ('start = "start"', 'start = "start"\ntokens = -4', "run.pupil.tokens must be at least 1"),
    ("{ pupil = 1 }", "{ pupil = 0.5 }", "must add up to 1"),
    ("{ pupil = 1 }", "{ pupils = 1 }", "model.average names 'pupils'"),
]


def main() -> None:
    for path in sorted(ROOT.glob("models/*/*.toml")):
        read(path)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "train.toml")
        path.write_text(GOOD)
        config = read(path)
        assert config.pool.data == {"a.train": 1.0} and list(config.run) == ["start", "pupil"], config
        for old, new, expected in BAD:
            text = GOOD.replace(old, new)
            assert text != GOOD, old
            path.write_text(text)
            try:
                read(path)
            except ConfigError as error:
                if str(path) in str(error) and expected in str(error):
                    continue
                sys.exit(f"{new!r}: the message should say {expected!r}, it is {error}")
            sys.exit(f"{new!r} should be refused: {expected}")
    print(f"{len(BAD)} broken configurations are refused")


if __name__ == "__main__":
    main()
