"""Writes `tests/data/model`, a token-classification model of a few kilobytes for tests that need any model, not a good one.

The model knows the words below and nothing else: `logits` are the rows of one table, looked up by `input_ids`. Every other
word is [UNK] and no name. Scores are about 1. It loads in milliseconds, so that tests of corpora can be many.

`python scripts/test_model.py` writes the folder; with `--check` it compares, and fails if a file differs.
Needs the packages `numpy`, `onnx`, `onnxruntime` and `tokenizers` of `scripts/requirements.txt`.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer

OPSET = 17
ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "tests" / "data" / "model"

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
LABELS = ["O"] + [f"{place}-{kind}" for kind in ("PER", "ORG", "LOC", "MISC") for place in "BI"]
# Words that begin a name.
BEGINNING = {
    "PER": "Anna Omar Maria John Amina",
    "ORG": "United Reuters UNICEF",
    "LOC": "Mosul Beirut Damascus Baghdad Aleppo Oslo Paris Berlin Cairo Nairobi Kabul London "
           "Iraq Syria Lebanon Norway France Germany Egypt Kenya Tel Saudi Sri Los",
    "MISC": "Syrian Iraqi French Arabic Olympics",
}
# Words that go on with one; with no name before them they are one by themselves.
FOLLOWING = {
    "PER": "Schmidt Haddad Rossi Smith Hassan",
    "ORG": "Nations",
    "LOC": "Aviv Arabia Lanka Angeles",
    "MISC": "",
}
OTHER = (
    "the The a in In of from to and near between left arrived said met reported on at for with was "
    "kilometers north south east west . , ; : ! ? - ' \" ( ) “ ” ’ —"
)
# The logit of a word's label, that of its second best, and 0 for all others.
SURE, SECOND = 30, 15

README = """# A model for tests

A token-classification model that looks every word up in a table of {words} and knows no context: "Anna Schmidt" is a person,
"Mosul" and "Tel Aviv" are places, "United Nations" is an organisation, "Syrian" a MISC, and a word that is not in the table
is nothing. Tests use it where any model will do, since it loads in milliseconds. `scripts/test_model.py` writes this folder
and lists the words; nothing in it was trained.
"""

EXAMPLE = "Anna Schmidt left Mosul, and Haddad of the United Nations met Syrian reporters in Tel Aviv."
EXPECTED = {
    "Anna": "B-PER", "Schmidt": "I-PER", "Mosul": "B-LOC", "Haddad": "I-PER", "United": "B-ORG", "Nations": "I-ORG",
    "Syrian": "B-MISC", "Tel": "B-LOC", "Aviv": "I-LOC",
}


def table() -> dict[str, list[int]]:
    """Each word of the vocabulary, in the order of the ids, with its logits."""
    def row(best: str, second: str | None = None) -> list[int]:
        return [SURE if label == best else SECOND if label == second else 0 for label in LABELS]

    rows = {word: row("O") for word in SPECIAL + OTHER.split()}
    for kind, words in BEGINNING.items():
        rows |= {word: row(f"B-{kind}") for word in words.split()}
    for kind, words in FOLLOWING.items():
        # No name begins with an inside label: such a word without one before it falls back on its second best.
        rows |= {word: row(f"I-{kind}", f"B-{kind}") for word in words.split()}
    return rows


def tokenizer(rows: dict[str, list[int]]) -> str:
    """`tokenizer.json`: whole words, split as BERT splits them, case kept, between [CLS] and [SEP]."""
    ids = {word: n for n, word in enumerate(rows)}

    def added(word: str) -> dict:
        flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
        return {"id": ids[word], "content": word, **flags}

    def special(word: str) -> dict:
        return {"SpecialToken": {"id": word, "type_id": 0}}

    begin, end = special("[CLS]"), special("[SEP]")
    first, second = ({"Sequence": {"id": part, "type_id": n}} for n, part in enumerate("AB"))
    return json.dumps({
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [added(word) for word in SPECIAL],
        "normalizer": None,
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [begin, first, end],
            "pair": [begin, first, end, second, end],
            "special_tokens": {w: {"id": w, "ids": [ids[w]], "tokens": [w]} for w in ("[CLS]", "[SEP]")},
        },
        "decoder": None,
        "model": {"type": "WordLevel", "vocab": ids, "unk_token": "[UNK]"},
    }, ensure_ascii=False, indent=1)


def model(rows: dict[str, list[int]]) -> bytes:
    """`model.onnx`: int64 `input_ids` `[batch, tokens]` to float32 `logits` `[batch, tokens, label]`."""
    weights = numpy_helper.from_array(np.array(list(rows.values()), np.float32), "table")
    axes = ["batch", "tokens"]
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", "input_ids"], ["logits"], name="logits", axis=0)],
        "dateline-test",
        [helper.make_tensor_value_info("input_ids", TensorProto.INT64, axes)],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [*axes, len(LABELS)])],
        [weights],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="dateline")
    made.ir_version = 8
    onnx.checker.check_model(made)
    return made.SerializeToString(deterministic=True)


def files() -> dict[str, bytes]:
    """The files of the folder."""
    rows = table()
    config = {
        "architectures": ["BertForTokenClassification"],
        "vocab_size": len(rows),
        "id2label": {str(n): label for n, label in enumerate(LABELS)},
        "label2id": {label: n for n, label in enumerate(LABELS)},
    }
    return {
        "README.md": README.format(words=len(rows) - len(SPECIAL)).encode(),
        "config.json": (json.dumps(config, indent=2) + "\n").encode(),
        "model.onnx": model(rows),
        "tokenizer.json": (tokenizer(rows) + "\n").encode(),
    }


def try_out(made: dict[str, bytes]) -> None:
    """Fails unless the tokenizer and ONNX Runtime give the labels that the example should have."""
    encoding = Tokenizer.from_str(made["tokenizer.json"].decode()).encode(EXAMPLE)
    if encoding.special_tokens_mask != [1] + [0] * (len(encoding) - 2) + [1]:
        sys.exit(f"the tokens {encoding.tokens} are not between one special token at each end")
    session = onnxruntime.InferenceSession(made["model.onnx"], providers=["CPUExecutionProvider"])
    logits = session.run(["logits"], {"input_ids": np.array([encoding.ids], np.int64)})[0]
    words = [EXAMPLE[start:end] for start, end in encoding.offsets]
    labels = [LABELS[n] for n in logits[0].argmax(-1)]
    found = {word: label for word, label in zip(words, labels) if label != "O"}
    if found != EXPECTED:
        sys.exit(f"expected {EXPECTED}, got {found}")


def main() -> None:
    """Write or compare the folder."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--check", action="store_true", help="write nothing; fail if the folder differs")
    args = options.parse_args()

    made = files()
    try_out(made)
    if not args.check:
        FOLDER.mkdir(parents=True, exist_ok=True)
        for name, data in made.items():
            (FOLDER / name).write_bytes(data)
    differing = [n for n, data in made.items() if not (FOLDER / n).is_file() or (FOLDER / n).read_bytes() != data]
    if differing:
        sys.exit(f"{FOLDER}: {', '.join(differing)} not as this script writes them; run it without --check")
    print(f"{FOLDER.relative_to(ROOT)}: {len(made)} files, {sum(map(len, made.values())):,} bytes")


if __name__ == "__main__":
    main()
