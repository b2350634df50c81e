#!/usr/bin/env bash
# Whether a layer norm is faster fused with the sum before it, or apart, turned round between two releases of ONNX Runtime.
#
# A residual network is a chain of Add and LayerNormalization. At its default optimisation level ONNX Runtime fuses each pair
# to SkipLayerNormalization, which one expects to be no slower. On one thread of an x86-64 processor with AVX-512, twelve such
# pairs on [1, 112, 384] floats took, fused and apart,
#
#     onnxruntime 1.29.0   0.58 and 2.64 ms
#     onnxruntime 1.31.1   2.55 and 0.33 ms
#
# Both give the same numbers. From 1.30 on `optimization.disable_specified_optimizers=SkipLayerNormFusion` makes a small int8
# encoder a fifth faster; in 1.29 the same setting makes it a sixth slower. Fails if that is no longer so.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat > "$work/measure.py" <<'PYTHON'
import statistics
import sys
import time

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

TOKENS, WIDTH, PAIRS, RUNS = 112, 384, 12, 300
draw = np.random.default_rng(1)
weights, nodes, before = [], [], "x"
for n in range(PAIRS):
    for name in ("scale", "shift"):
        weights.append(numpy_helper.from_array(draw.normal(1, 0.1, WIDTH).astype(np.float32), f"{name}{n}"))
    # What a layer adds: here the input again.
    nodes.append(helper.make_node("Add", [before, "added"], [f"sum{n}"]))
    nodes.append(helper.make_node("LayerNormalization", [f"sum{n}", f"scale{n}", f"shift{n}"], [f"norm{n}"], axis=-1))
    before = f"norm{n}"
shape = [1, TOKENS, WIDTH]
value = lambda name: helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)  # noqa: E731
graph = helper.make_graph(nodes, "pairs", [value("x"), value("added")], [value(before)], weights)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
model.ir_version = 8


def session(fused: bool) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    # It warns that the graph that is written fits this machine alone.
    options.log_severity_level = 3
    options.optimized_model_filepath = f"{sys.argv[1]}/{fused}.onnx"
    if not fused:
        options.add_session_config_entry("optimization.disable_specified_optimizers", "SkipLayerNormFusion")
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


sessions = {fused: session(fused) for fused in (True, False)}
kinds = {fused: {n.op_type for n in onnx.load(f"{sys.argv[1]}/{fused}.onnx").graph.node} for fused in sessions}
assert "SkipLayerNormalization" in kinds[True] and "SkipLayerNormalization" not in kinds[False], kinds
given = {name: draw.normal(size=shape).astype(np.float32) for name in ("x", "added")}
times = {fused: [] for fused in sessions}
for _ in range(RUNS):
    for fused, one in sessions.items():
        begun = time.perf_counter()
        one.run(None, given)
        times[fused].append(time.perf_counter() - begun)
results = [one.run(None, given)[0] for one in sessions.values()]
assert np.allclose(*results, atol=1e-4), "the results differ"
fused, apart = (1000 * statistics.median(times[kind]) for kind in (True, False))
print(f"onnxruntime {onnxruntime.__version__}: fused {fused:.2f} ms, apart {apart:.2f} ms, {fused / apart:.2f} times as long")
release = tuple(int(part) for part in onnxruntime.__version__.split(".")[:2])
sys.exit(0 if (fused > 1.3 * apart if release >= (1, 30) else apart > 1.3 * fused) else 1)
PYTHON

for version in 1.29.0 1.30.0 1.31.1; do
    python3 -m venv "$work/$version"
    "$work/$version/bin/pip" install --quiet --disable-pip-version-check "onnxruntime==$version" numpy==2.4.6 onnx==1.23.2
    "$work/$version/bin/python" "$work/measure.py" "$work" || { echo "the behaviour of $version has changed"; exit 1; }
done
