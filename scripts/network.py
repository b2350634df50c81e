"""The network: a BERT-shaped encoder with case embeddings and a token-classification head.

MPNet's encoder has the same shape and one thing more, a bias of the attention by how near tokens are; teachers have it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import linear, scaled_dot_product_attention

from corpus import LABELS
from encoding import CASE_IDS, WINDOW

ACTIVATIONS = {"gelu": nn.functional.gelu, "relu": nn.functional.relu}

# Buckets of distances between tokens, and the distance from which on all are alike.
BUCKETS, FAR = 32, 128

# It plans anew for every shape of a batch.
torch.backends.cuda.enable_cudnn_sdp(False)


@dataclass
class Shape:
    """Sizes of the encoder."""

    hidden: int
    middle: int
    layers: int
    norm_epsilon: float
    heads: int = 12
    vocab: int = 30522
    positions: int = 512
    activation: str = "gelu"
    """`gelu`, or the cheaper `relu`."""
    nearness: bool = False
    """Whether attention has a bias by the distance of tokens."""


SHAPES = {
    "minilm": Shape(hidden=384, middle=1536, layers=6, norm_epsilon=1e-12),
    "mpnet": Shape(hidden=768, middle=3072, layers=12, norm_epsilon=1e-5, nearness=True),
}


def buckets(tokens: int) -> Tensor:
    """The bucket of each pair of places, `[token, token]` (Raffel et al. 2020, both directions)."""
    places = torch.arange(tokens)
    apart = places[:, None] - places[None, :]
    half = BUCKETS // 2
    near = half // 2
    far = near + (torch.log(apart.abs().clamp(min=1) / near) / math.log(FAR / near) * (half - near)).long()
    return (apart < 0) * half + torch.where(apart.abs() < near, apart.abs(), far.clamp(max=half - 1))


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

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        parts = (self.query, self.key, self.value)
        joint = linear(x, torch.cat([p.weight for p in parts]), torch.cat([p.bias for p in parts]))
        query, key, value = joint.view(x.size(0), x.size(1), 3, self.heads, self.width).permute(2, 0, 3, 1, 4)
        mixed = scaled_dot_product_attention(query, key, value, mask)
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
        self.dropout = Dropout(0.0)
        self.activation = ACTIVATIONS[shape.activation]

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        x = self.attention_norm(x + self.dropout(self.attention(x, mask)))
        return self.norm(x + self.dropout(self.down(self.activation(self.up(x)))))


class Network(nn.Module):
    """`input_ids`, `attention_mask`, `case_ids`, integers `[batch, token]`, to logits `[batch, token, label]`."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        # Its own: layers may be dropped.
        self.shape = replace(shape)
        self.words = nn.Embedding(shape.vocab, shape.hidden)
        self.places = nn.Embedding(shape.positions, shape.hidden)
        self.kinds = nn.Embedding(2, shape.hidden)
        self.cases = nn.Embedding(CASE_IDS, shape.hidden)
        nn.init.normal_(self.cases.weight, std=0.02)
        self.norm = nn.LayerNorm(shape.hidden, shape.norm_epsilon)
        self.dropout = Dropout(0.0)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.head = nn.Linear(shape.hidden, len(LABELS))
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)
        if shape.nearness:
            # It stays as it is in training.
            self.register_buffer("nearness", torch.zeros(BUCKETS, shape.heads))
            self.register_buffer("buckets", buckets(WINDOW), persistent=False)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, case_ids: Tensor) -> Tensor:
        tokens = input_ids.size(1)
        places = self.places.weight[:tokens] + self.kinds.weight[0]
        x = self.dropout(self.norm(self.words(input_ids) + self.cases(case_ids) + places))
        device = x.device.type
        kind = torch.get_autocast_dtype(device) if torch.is_autocast_enabled(device) else x.dtype
        mask = (1 - attention_mask[:, None, None, :].to(kind)) * -1e4
        if self.shape.nearness:
            mask = mask + self.nearness[self.buckets[:tokens, :tokens]].permute(2, 0, 1)[None].to(kind)
        mask = mask.expand(-1, self.shape.heads, tokens, -1)
        for layer in self.layers:
            x = layer(x, mask)
        return self.head(x)

    def drop(self, share: float) -> None:
        """Sets the share of every dropout."""
        for part in self.modules():
            if isinstance(part, Dropout):
                part.threshold = round(share * 256)

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


def from_state(state: dict[str, Tensor], base: str, activation: str = "gelu") -> Network:
    """A network of a base's shape with these weights, of as many layers as they have; a head and case embeddings that are
    not among them are fresh."""
    layers = 1 + max(int(name.split(".")[1]) for name in state if name.startswith("layers."))
    network = Network(replace(SHAPES[base], layers=layers, activation=activation))
    left = network.load_state_dict({name: tensor.float() for name, tensor in state.items()}, strict=False)
    if left.unexpected_keys or not set(left.missing_keys) <= {"cases.weight", "head.weight", "head.bias"}:
        raise ValueError(f"the weights do not fit the network: {left}")
    return network


def from_checkpoint(path: Path) -> Network:
    """The network of a checkpoint."""
    saved = torch.load(path, weights_only=True, map_location="cpu")
    return from_state(saved["network"], saved.get("base", "minilm"), saved["activation"])


def checkpoint(network: Network) -> dict:
    """What is saved of a network."""
    base = "mpnet" if network.shape.nearness else "minilm"
    weights = {name: tensor.detach().cpu().clone() for name, tensor in network.state_dict().items()}
    return {"network": weights, "activation": network.shape.activation, "base": base}
