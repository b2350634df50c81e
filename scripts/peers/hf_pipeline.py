"""Peer: the token-classification pipeline of Hugging Face `transformers`, in PyTorch, float32, on the CPU.

`prepare` writes a BERT model: with `--weights ner` that of `models/ner-accurate`, its eight-bit weights made floats again.
What a BERT model has no place for, the case embedding, is left out, so that it finds less; the work is the same. The mapping
of the weights is checked by giving the case embedding along with the words: the logits must then be those of the ONNX model.
With `--weights bert-base` it is one of the size of BERT-base with random weights, which finds nothing.

Texts longer than the model can read, or than `--length`, are cut by the pipeline itself, with an overlap.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import torch
from transformers import BertConfig, BertForTokenClassification, PreTrainedTokenizerFast, pipeline
from transformers.utils import logging

from common import ACCURATE, ROOT, Names, Tagger, measure, options

# Tokens that neighbouring pieces of a long text share.
STRIDE = 24
SPECIAL = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]", "mask_token": "[MASK]"}
# The logit of "no name" in a model that knows nothing, so that it finds nothing.
NOTHING = 100
# The least share of tokens that must get the same label as from the ONNX model. Weights are equal, activations are not:
# there they have eight bits.
LEAST_EQUAL = 0.98


def weights(model: Path, layers: int, width: int) -> tuple[dict[str, torch.Tensor], torch.Tensor]:
    """The weights of an exported model by the names of `BertForTokenClassification`, and its case embedding."""
    import onnx
    from onnx import numpy_helper

    given = {w.name: torch.from_numpy(numpy_helper.to_array(w).copy()) for w in onnx.load(model).graph.initializer}

    def product(name: str) -> torch.Tensor:
        """The weight of a product as `[out, in]`."""
        return (given[f"{name}.weight"].float() * given[f"{name}.weight_scale"]).T

    state: dict[str, torch.Tensor] = {}

    def linear(theirs: str, weight: torch.Tensor, bias: torch.Tensor) -> None:
        state[f"{theirs}.weight"], state[f"{theirs}.bias"] = weight.contiguous(), bias.contiguous()

    embeddings = "bert.embeddings"
    state[f"{embeddings}.word_embeddings.weight"] = given["words.table"].float() * given["words.scales"]
    state[f"{embeddings}.position_embeddings.weight"] = given["places.table"]
    # It is a part of the positions already.
    state[f"{embeddings}.token_type_embeddings.weight"] = torch.zeros(2, given["places.table"].size(1))
    linear(f"{embeddings}.LayerNorm", given["embedded.scale"], given["embedded.shift"])
    for n in range(layers):
        ours, theirs = f"layer{n}", f"bert.encoder.layer.{n}"
        # The last layer asks for the words alone, and has a product of its own for that.
        joints = ["query_key_value"] if n < layers - 1 else ["query", "key_value"]
        joint = torch.cat([product(f"{ours}.attention.{name}") for name in joints]).chunk(3)
        bias = torch.cat([given[f"{ours}.attention.{name}.bias"] for name in joints]).chunk(3)
        # The query of the exported model holds the scale of the scores.
        for part, weight, shift, scale in zip(("query", "key", "value"), joint, bias, (width**0.5, 1, 1)):
            linear(f"{theirs}.attention.self.{part}", weight * scale, shift * scale)
        linear(f"{theirs}.attention.output.dense", product(f"{ours}.attention.out"), given[f"{ours}.attention.out.bias"])
        norm = f"{ours}.attention_norm"
        linear(f"{theirs}.attention.output.LayerNorm", given[f"{norm}.scale"], given[f"{norm}.shift"])
        # Channels that stand out are divided there before the products, and the weights multiplied.
        linear(f"{theirs}.intermediate.dense", product(f"{ours}.up") * given[f"{ours}.factor"], given[f"{ours}.up.bias"])
        divided = product(f"{ours}.down") * given[f"{ours}.gelu_factor"]
        linear(f"{theirs}.output.dense", divided, given[f"{ours}.down.bias"])
        linear(f"{theirs}.output.LayerNorm", given[f"{ours}.norm.scale"], given[f"{ours}.norm.shift"])
    linear("classifier", given["logits.weight"].T, given["logits.bias"])
    return state, given["cases.table"]


def compared(model: BertForTokenClassification, cases: torch.Tensor) -> str:
    """What the logits have in common with those of ONNX Runtime on the articles of the tests; fails if that is too little."""
    sys.path.insert(0, str(ROOT / "scripts"))
    import onnxruntime
    from encoding import BEGIN, END, SPECIAL as NO_CASE, encode
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(ACCURATE / "tokenizer.json"))
    session = onnxruntime.InferenceSession(ACCURATE / "model.onnx", providers=["CPUExecutionProvider"])
    texts = [p.read_text(encoding="utf-8") for p in sorted((ROOT / "tests" / "data" / "articles").glob("*.txt"))]
    paragraphs = [line for text in texts for line in text.split("\n") if line.strip()]
    differences, equal, plain = [], [], []
    for tokens in encode(tokenizer, paragraphs):
        tokens.ids, tokens.case_ids = tokens.ids[:510], tokens.case_ids[:510]
        ids = torch.tensor([[tokenizer.token_to_id(BEGIN), *tokens.ids, tokenizer.token_to_id(END)]])
        case_ids = torch.tensor([[NO_CASE, *tokens.case_ids, NO_CASE]])
        given = {"input_ids": ids, "attention_mask": torch.ones_like(ids), "case_ids": case_ids}
        given["word_positions"] = torch.arange(ids.size(1))[None]
        theirs = torch.from_numpy(session.run(["logits"], {name: t.numpy() for name, t in given.items()})[0])
        words = model.get_input_embeddings()(ids)
        ours = model(inputs_embeds=words + cases[case_ids]).logits
        differences.append((ours - theirs).abs().flatten())
        equal.append((ours.argmax(-1) == theirs.argmax(-1)).flatten())
        plain.append((model(input_ids=ids).logits.argmax(-1) == theirs.argmax(-1)).flatten())
    difference, shares = torch.cat(differences), [torch.cat(found).float().mean().item() for found in (equal, plain)]
    if shares[0] < LEAST_EQUAL:
        sys.exit(f"only {shares[0]:.1%} of the tokens have the label that the ONNX model gives: the weights are mapped wrongly")
    return (f"with case embedding, logits differ from the ONNX model's by {difference.mean():.2f} on average, "
            f"{shares[0]:.1%} of the labels are equal; without it, as measured, {shares[1]:.1%}")


@torch.no_grad()
def prepare(folder: Path, kind: str) -> str:
    """Writes model and tokenizer; says what the check of the model showed."""
    given = json.loads((ACCURATE / "config.json").read_text(encoding="utf-8"))
    labels = {"id2label": {int(n): label for n, label in given["id2label"].items()}, "label2id": given["label2id"]}
    if kind == "bert-base":
        torch.manual_seed(1)
        model = BertForTokenClassification(BertConfig(**labels)).eval()
        model.classifier.bias[0] = NOTHING
        said = f"{sum(p.numel() for p in model.parameters()) / 1e6:.0f} M random weights"
    else:
        sizes = ("vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads",
                 "max_position_embeddings", "layer_norm_eps", "hidden_act")
        config = BertConfig(**{name: given[name] for name in sizes}, **labels)
        width = config.hidden_size // config.num_attention_heads
        state, cases = weights(ACCURATE / "model.onnx", config.num_hidden_layers, width)
        model = BertForTokenClassification(config).eval()
        model.load_state_dict(state)
        said = compared(model, cases)
    model.save_pretrained(folder)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(ACCURATE / "tokenizer.json"), model_max_length=given["max_position_embeddings"], **SPECIAL)
    tokenizer.save_pretrained(folder)
    return said


def load(args: argparse.Namespace) -> Tagger:
    """The pipeline."""
    torch.set_num_threads(args.threads)
    model = BertForTokenClassification.from_pretrained(args.folder, local_files_only=True, dtype=torch.float32)
    tokenizer = PreTrainedTokenizerFast.from_pretrained(args.folder, local_files_only=True, model_max_length=args.length)
    pipe = pipeline("token-classification", model=model, tokenizer=tokenizer, device="cpu", batch_size=args.batch,
                    aggregation_strategy="simple", stride=STRIDE)

    def tag(texts: Iterable[str]) -> Iterator[Names]:
        for found in pipe(text for text in texts):
            yield [(name["start"], name["end"], name["entity_group"]) for name in found]

    return tag


def main() -> None:
    """Prepare or run."""
    whole, preparing, running = options(__doc__)
    preparing.add_argument("--weights", choices=["ner", "bert-base"], required=True)
    running.add_argument("--length", type=int, default=512, help="tokens that are read at once at most")
    args = whole.parse_args()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    if args.command == "run":
        return measure(args, lambda: load(args), ["transformers", "torch", "tokenizers"])
    print(json.dumps({"check": prepare(args.folder, args.weights)}))


if __name__ == "__main__":
    main()
