"""Averages the weights of checkpoints: `python scripts/average.py A.pt=0.6 B.pt=0.4 --out build/average.pt`.

Networks that were trained on from common weights can be averaged, and the average is mostly better than each (Wortsman et
al. 2022, "Model soups"). The shares must add up to 1.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import torch


def average(shares: dict[Path, float]) -> dict:
    """The checkpoint whose weights are the average of others', each with its share. Fails if their shapes differ."""
    mean: dict[str, torch.Tensor] = {}
    kinds = set()
    for path, share in shares.items():
        saved = torch.load(path, weights_only=True, map_location="cpu")
        kinds.add((saved["activation"], saved.get("base", "minilm")))
        if len(kinds) > 1 or mean and mean.keys() != saved["network"].keys():
            sys.exit(f"{path}: is a network of another shape or activation than those before it")
        for name, weight in saved["network"].items():
            mean[name] = mean.get(name, 0) + share * weight.float()
    activation, base = kinds.pop()
    return {"network": mean, "activation": activation, "base": base}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("parts", nargs="+", metavar="CHECKPOINT=SHARE")
    options.add_argument("--out", type=Path, required=True)
    args = options.parse_args()
    shares: dict[Path, float] = {}
    for part in args.parts:
        path, _, share = part.rpartition("=")
        try:
            shares[Path(path)] = float(share)
        except ValueError:
            sys.exit(f"{part}: expected a checkpoint, = and its share, such as a.pt=0.5")
    if abs(sum(shares.values()) - 1) > 1e-6:
        sys.exit(f"the shares add up to {sum(shares.values()):g}, not 1")
    args.out.parent.mkdir(parents=True, exist_ok=True)
    torch.save(average(shares), args.out)


if __name__ == "__main__":
    main()
