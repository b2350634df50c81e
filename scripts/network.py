"""The network: a BERT-shaped encoder with case embeddings and a token-classification head, written out plainly.

Attention is spelled as matrix products and a softmax with an additive mask, so that the exported graph is small and any
runtime can read it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from encoding import CASE_IDS

LABELS = ["O"] + [f"{place}-{kind}" for kind in ("PER", "ORG", "LOC", "MISC") for place in "BI"]

ACTIVATIONS = {"gelu": nn.functional.gelu, "relu": nn.functional.relu}


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
    activation: str = "gelu"
    """`gelu`, or the cheaper `relu`."""

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


class Dropout(nn.Module):
    """Dropout from a fast generator: PyTorch's own takes a fifth of a training step on a CPU.

    The share is rounded to a whole number of 256ths. All dropouts of a network draw from one generator: see `Network.sow`.
    """

    generator = np.random.Generator(np.random.SFC64(0))

    def __init__(self, share: float) -> None:
        super().__init__()
        self.threshold = round(share * 256)

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.threshold == 0:
            return x
        if x.device.type != "cpu":
            return nn.functional.dropout(x, self.threshold / 256)
        drawn = torch.from_numpy(Dropout.generator.integers(0, 256, x.shape, dtype=np.uint8))
        return x * ((drawn >= self.threshold).to(x.dtype) * (256 / (256 - self.threshold)))


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

    def split(self, x: Tensor) -> Tensor:
        return x.view(x.size(0), x.size(1), self.heads, self.width).transpose(1, 2)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        query = self.split(self.query(x))
        key = self.split(self.key(x))
        value = self.split(self.value(x))
        scores = query @ key.transpose(2, 3) * self.width**-0.5
        scores = scores + mask.to(scores.dtype)
        mixed = scores.softmax(-1) @ value
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
        self.dropout = Dropout(shape.dropout)
        self.activation = ACTIVATIONS[shape.activation]

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        x = self.attention_norm(x + self.dropout(self.attention(x, mask)))
        return self.norm(x + self.dropout(self.down(self.activation(self.up(x)))))


class Network(nn.Module):
    """`input_ids`, `attention_mask`, `case_ids`, all int64 `[batch, token]`, to logits `[batch, token, label]`."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        # A batch has few of the words: their gradients are sparse.
        self.words = nn.Embedding(shape.vocab, shape.hidden, sparse=True)
        self.places = nn.Embedding(shape.positions, shape.hidden)
        self.kinds = nn.Embedding(2, shape.hidden)
        self.cases = nn.Embedding(CASE_IDS, shape.hidden)
        nn.init.normal_(self.cases.weight, std=0.02)
        self.norm = nn.LayerNorm(shape.hidden, shape.norm_epsilon)
        self.dropout = Dropout(shape.dropout)
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

    @staticmethod
    def sow(seed: int) -> None:
        """Seeds everything that is drawn in training."""
        torch.manual_seed(seed)
        Dropout.generator = np.random.Generator(np.random.SFC64(seed))

    def activate_by(self, activation: str) -> None:
        """Puts another activation into every layer."""
        self.shape.activation = activation
        for layer in self.layers:
            layer.activation = ACTIVATIONS[activation]

    def keep(self, layers: list[int]) -> None:
        """Keeps these layers of the encoder and drops the others."""
        self.layers = nn.ModuleList(self.layers[n] for n in layers)
        self.shape.layers = len(layers)

    def new_parameters(self) -> list[nn.Parameter]:
        """The parameters that no base model brings: they learn faster."""
        return [*self.head.parameters(), *self.cases.parameters()]


def from_checkpoint(path: Path, base: Path) -> Network:
    """The network of a checkpoint of `train.py`."""
    saved = torch.load(path, weights_only=True, map_location="cpu")
    state = saved["network"]
    shape = Shape.of(base / "config.json")
    shape.activation = saved.get("activation", shape.activation)
    shape.layers = 1 + max(int(name.split(".")[1]) for name in state if name.startswith("layers."))
    network = Network(shape)
    network.load_state_dict(state)
    return network


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
