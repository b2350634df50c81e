"""A peer of `dateline serve`: the same model behind FastAPI and onnxruntime, as tutorials put it.

    python scripts/peers/fastapi_server.py models/ner --port 8090

`POST /tag` with {"text": …} gives the names of the text: words by the tokenizer, sentences by a rule, stretches of 128 tokens, the
best label of each token. It looks up no places. Beside `dateline serve` it is run by scripts/serve/peer.py.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import numpy as np
import onnxruntime
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from tokenizers import Tokenizer


class Text(BaseModel):
    text: str


def application(folder: Path) -> FastAPI:
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    session = onnxruntime.InferenceSession(str(folder / "model.onnx"), providers=["CPUExecutionProvider"])
    inputs = {entry.name for entry in session.get_inputs()}
    app = FastAPI()

    def names(text: str) -> list[dict[str, object]]:
        found: list[dict[str, object]] = []
        for sentence in re.finditer(r"[^.!?\n]+[.!?\n]*", text):
            encoded = tokenizer.encode(sentence.group())
            for begin in range(0, len(encoded.ids), 128):
                ids = np.array([encoded.ids[begin : begin + 128]], dtype=np.int64)
                given = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
                given |= {name: np.zeros_like(ids) for name in inputs if name not in given}
                logits = session.run(None, {name: value for name, value in given.items() if name in inputs})[0][0]
                for offsets, label in zip(encoded.offsets[begin : begin + 128], logits.argmax(-1)):
                    if label:
                        found.append({"start": sentence.start() + offsets[0], "end": sentence.start() + offsets[1], "label": int(label)})
        return found

    @app.post("/tag")
    def tag(given: Text) -> dict[str, object]:
        return {"text": given.text, "entities": names(given.text)}

    return app


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("--port", type=int, default=8090)
    given = parser.parse_args()
    uvicorn.run(application(given.model), host="127.0.0.1", port=given.port, log_level="warning")


if __name__ == "__main__":
    main()
