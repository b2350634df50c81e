"""The network: a BERT-shaped encoder with case embeddings and a token-classification head, written out plainly.

Attention is spelled as matrix products and a softmax with an additive mask, so that the exported graph is small and any
runtime can read it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from encoding import CASE_IDS

LABELS = ["O"] + [f"{place}-{kind}" for kind in ("PER", "ORG", "LOC", "MISC") for place in "BI"]


@dataclass
class Shape:
    """Sizes of the encoder."""

    vocab: int
    positions: int
    hidden: int
    middle: int
    layers: int
    heads: int
    norm_epsilon: float
    dropout: float = 0.1

    @staticmethod
    def of(config: Path) -> Shape:
        """Reads the sizes from a Hugging Face `config.json`."""
        given = json.loads(config.read_text())
        return Shape(
            vocab=given["vocab_size"],
            positions=given["max_position_embeddings"],
            hidden=given["hidden_size"],
            middle=given["intermediate_size"],
            layers=given["num_hidden_layers"],
            heads=given["num_attention_heads"],
            norm_epsilon=given["layer_norm_eps"],
        )


class Attention(nn.Module):
    """Multi-head self-attention: `[batch, token, hidden]` to the same shape."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.width = shape.hidden // shape.heads
        self.query = nn.Linear(shape.hidden, shape.hidden)
        self.key = nn.Linear(shape.hidden, shape.hidden)
        self.value = nn.Linear(shape.hidden, shape.hidden)
        self.dense = nn.Linear(shape.hidden, shape.hidden)
        self.dropout = nn.Dropout(shape.dropout)

    def split(self, x: Tensor) -> Tensor:
        return x.view(x.size(0), x.size(1), self.heads, self.width).transpose(1, 2)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        query = self.split(self.query(x))
        key = self.split(self.key(x))
        value = self.split(self.value(x))
        scores = query @ key.transpose(2, 3) * self.width**-0.5 + mask
        mixed = self.dropout(scores.softmax(-1)) @ value
        return self.dense(mixed.transpose(1, 2).reshape(x.size(0), x.size(1), self.heads * self.width))


class Layer(nn.Module):
    """One encoder layer."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.attention = Attention(shape)
        self.attention_norm = nn.LayerNorm(shape.hidden, shape.norm_epsilon)
        self.up = nn.Linear(shape.hidden, shape.middle)
        self.down = nn.Linear(shape.middle, shape.hidden)
        self.norm = nn.LayerNorm(shape.hidden, shape.norm_epsilon)
        self.dropout = nn.Dropout(shape.dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        x = self.attention_norm(x + self.dropout(self.attention(x, mask)))
        return self.norm(x + self.dropout(self.down(nn.functional.gelu(self.up(x)))))


class Network(nn.Module):
    """`input_ids`, `attention_mask`, `case_ids`, all int64 `[batch, token]`, to logits `[batch, token, label]`."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.words = nn.Embedding(shape.vocab, shape.hidden)
        self.places = nn.Embedding(shape.positions, shape.hidden)
        self.kinds = nn.Embedding(2, shape.hidden)
        self.cases = nn.Embedding(CASE_IDS, shape.hidden)
        nn.init.normal_(self.cases.weight, std=0.02)
        self.norm = nn.LayerNorm(shape.hidden, shape.norm_epsilon)
        self.dropout = nn.Dropout(shape.dropout)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.head = nn.Linear(shape.hidden, len(LABELS))
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, case_ids: Tensor) -> Tensor:
        places = self.places.weight[: input_ids.size(1)] + self.kinds.weight[0]
        x = self.dropout(self.norm(self.words(input_ids) + self.cases(case_ids) + places))
        mask = (1.0 - attention_mask[:, None, None, :].to(x.dtype)) * -1e4
        for layer in self.layers:
            x = layer(x, mask)
        return self.head(x)

    def new_parameters(self) -> list[nn.Parameter]:
        """The parameters that no base model brings: they learn faster."""
        return [*self.head.parameters(), *self.cases.parameters()]


def from_base(folder: Path) -> Network:
    """A network with the encoder weights of a Hugging Face BERT folder and a fresh head and case embedding."""
    network = Network(Shape.of(folder / "config.json"))
    given = load_file(folder / "model.safetensors")
    names = {
        "words.weight": "embeddings.word_embeddings.weight",
        "places.weight": "embeddings.position_embeddings.weight",
        "kinds.weight": "embeddings.token_type_embeddings.weight",
        "norm": "embeddings.LayerNorm",
    }
    for n in range(network.shape.layers):
        ours, theirs = f"layers.{n}", f"encoder.layer.{n}"
        for part in ("query", "key", "value"):
            names[f"{ours}.attention.{part}"] = f"{theirs}.attention.self.{part}"
        names[f"{ours}.attention.dense"] = f"{theirs}.attention.output.dense"
        names[f"{ours}.attention_norm"] = f"{theirs}.attention.output.LayerNorm"
        names[f"{ours}.up"] = f"{theirs}.intermediate.dense"
        names[f"{ours}.down"] = f"{theirs}.output.dense"
        names[f"{ours}.norm"] = f"{theirs}.output.LayerNorm"
    state = {}
    for ours, theirs in names.items():
        if ours.endswith(".weight"):
            state[ours] = given[theirs]
        else:
            state[f"{ours}.weight"] = given[f"{theirs}.weight"]
            state[f"{ours}.bias"] = given[f"{theirs}.bias"]
    left = network.load_state_dict(state, strict=False)
    expected = {"cases.weight", "head.weight", "head.bias"}
    if set(left.missing_keys) != expected or left.unexpected_keys:
        raise ValueError(f"{folder}: the weights do not fit the network: {left}")
    return network
