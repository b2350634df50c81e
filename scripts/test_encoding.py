"""Holds the rules of `encoding.py` to `tests/data/encoding.json`, which the Rust tests hold the tagger to as well.

`python scripts/test_encoding.py` compares; with `--write` it writes the file anew: read its diff before committing it.
Needs only the `tokenizers` package.
"""

from __future__ import annotations

import itertools
import json
import sys
from pathlib import Path

from tokenizers import Tokenizer

from encoding import CONTEXT, encode, windows

ROOT = Path(__file__).resolve().parent.parent
FIXTURE = ROOT / "tests" / "data" / "encoding.json"

TEXTS = [
    "Iraqi special forces raided al-Bir town, 45 kilometers southeast of Mosul.",
    "MOSUL, Iraq (AP) — McDonald's iPhone cost 1.000€ in São Paulo; B-52s flew over İstanbul.",
    "don't DON'T Don't o'Neill O'Neill Abdel-Salam al-Jabouri",
    "Bogota\u0301 and Sa\u0303o Tome\u0301 with combining marks",
    "zero\u200bwidth Mo\u200dsul soft\u00adhyphen \ufeffBOM",
    "الموصل مدينة في العراق and ירושלים and Αθήνα ΑΘΗΝΑ Москва МОСКВА",
    "北京 and 東京タワー and 서울 3月",
    "👩\u200d🚒 🇮🇶 flags and 👍🏽 emoji",
    "ǅungla ǆungla ǄUNGLA ﬁne Ⅳ ⅳ ½ ² Ⓐ ⓐ ªº ʰ",
    "line one\r\nline two\tTab\u2028separator\u0085next",
    "[CLS] [SEP] [MASK] [UNK] are words here",
    "Donaudampfschiffahrtsgesellschaftskapitän " + "x" * 120 + " end",
    "http://www.example.com/a?b=c&d=1 e.g. U.S. U.K.'s 's",
    "ẞ ß ŒUVRE œuvre Þór þór ŁÓDŹ Łódź DŽ",
    "",
    "   \t \n ",
]
LENGTHS = [[10, 20, 30, 40, 50], [102, 1, 102], [103], [300, 10], [0, 5, 0], [200, 102, 103, 102, 101, 1], []]


def computed() -> dict:
    """What the rules give for the texts and lengths above."""
    tokenizer = Tokenizer.from_file(str(ROOT / "models" / "ner" / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    # A special token's name in a text is text.
    tokenizer.encode_special_tokens = True
    texts = []
    for text, tokens in zip(TEXTS, encode(tokenizer, TEXTS)):
        texts.append({"text": text, "ids": tokens.ids, "spans": tokens.spans, "case_ids": tokens.case_ids})
    packed = []
    for lengths, context in itertools.product(LENGTHS, (CONTEXT, 0)):
        found = [[w.start, w.end, w.owned_start, w.owned_end] for w in windows(lengths, context=context)]
        packed.append({"lengths": lengths, "context": context, "windows": found})
    return {"texts": texts, "packed": packed}


def main() -> None:
    result = json.dumps(computed(), ensure_ascii=True).replace('{"text"', '\n{"text"').replace('{"lengths"', '\n{"lengths"')
    if "--write" in sys.argv[1:]:
        FIXTURE.write_text(result + "\n")
        return
    if json.loads(result) != json.loads(FIXTURE.read_text()):
        sys.exit(f"{FIXTURE}: encoding.py gives something else; see the difference with --write and git diff")
    print(f"{len(TEXTS)} texts and {len(computed()['packed'])} packings agree")


if __name__ == "__main__":
    main()
