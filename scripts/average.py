"""Averages the weights of checkpoints: `python scripts/average.py A.pt=0.6 B.pt=0.4 --out build/average/checkpoint.pt`.

Networks that were trained on from common weights can be averaged, and the average is mostly better than each (Wortsman et
al. 2022, "Model soups"). The shares must add up to 1.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import torch


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("parts", nargs="+", metavar="CHECKPOINT=SHARE")
    options.add_argument("--out", type=Path, required=True)
    args = options.parse_args()
    average: dict[str, torch.Tensor] = {}
    total = 0.0
    activations = set()
    for part in args.parts:
        path, _, share = part.rpartition("=")
        try:
            share = float(share)
        except ValueError:
            sys.exit(f"{part}: expected a checkpoint, = and its share, such as a.pt=0.5")
        saved = torch.load(path, weights_only=True, map_location="cpu")
        activations.add(saved.get("activation", "gelu"))
        if average and average.keys() != saved["network"].keys():
            sys.exit(f"{path}: is a network of another shape than those before it")
        for name, weight in saved["network"].items():
            average[name] = average.get(name, 0) + share * weight
        total += share
    if abs(total - 1) > 1e-6 or len(activations) > 1:
        sys.exit(f"the shares add up to {total:g}, not 1" if len(activations) == 1 else "the activations differ")
    args.out.parent.mkdir(parents=True, exist_ok=True)
    torch.save({"network": average, "activation": activations.pop()}, args.out)


if __name__ == "__main__":
    main()
