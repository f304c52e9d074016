"""The log-likelihood of held-out good images under PaDiM's Gaussians, over the regularizer: how its default was chosen.

Made with Python 3.11, torch==2.13.0, timm==1.0.31, Pillow==13.0.0, numpy==2.4.6:

    python Benchmarks/python/padim_regularizer.py .deps/weights/efficientnet_lite0.pth IMAGES

IMAGES is a folder of good images or a text file with a path on each line. Features of EfficientNet-Lite0 at 256 px, strides 4,
8, 16 on the grid of stride 8, 100 channels at random; means over three splits, 90 % to fit on. Prints nats a position.
"""

import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from predict import import_timm

timm = import_timm()
REGULARIZERS = [0.01, 0.03, 0.1, 0.3, 1, 3, 10]
CHANNELS, GRID, SPLITS = 100, 32, 3


def backbone(path):
    whole = timm.create_model("tf_efficientnet_lite0")
    weights = torch.load(path, map_location="cpu", weights_only=True)
    # The published file has its own names, in the same order.
    whole.load_state_dict(dict(zip(whole.state_dict(), weights.values(), strict=True)))
    taps = timm.create_model("tf_efficientnet_lite0", features_only=True, out_indices=(1, 2, 3))
    taps.load_state_dict(whole.state_dict(), strict=False)
    return taps.eval()


def picture(path):
    pixels = Image.open(path).convert("RGB").resize((256, 256), Image.BILINEAR)
    return (torch.from_numpy(np.array(pixels)).permute(2, 0, 1).float() - 127) / 128


def embedded(taps, chosen):
    """[positions, images, channels]"""
    maps, first = [], 0
    for tap in taps:
        own = chosen[(chosen >= first) & (chosen < first + tap.shape[1])] - first
        first += tap.shape[1]
        tap = tap[:, own]
        maps.append(F.interpolate(tap, (GRID, GRID)) if tap.shape[2] < GRID else F.adaptive_avg_pool2d(tap, GRID))
    return torch.cat(maps, 1).flatten(2).permute(2, 0, 1)


def likelihoods(features, split):
    order = np.random.default_rng(split).permutation(features.shape[1])
    held, fit = order[: len(order) // 10], order[len(order) // 10:]
    total = torch.zeros(len(REGULARIZERS), dtype=torch.float64)
    for block in features.split(256):
        block = block.double()
        mean = block[:, fit].mean(1, keepdim=True)
        deviations = block[:, fit] - mean
        values, vectors = torch.linalg.eigh(deviations.transpose(1, 2) @ deviations / (len(fit) - 1))
        squares = ((block[:, held] - mean) @ vectors).square().mean(1)
        for index, regularizer in enumerate(REGULARIZERS):
            variances = values.clamp_min(0) + regularizer
            total[index] -= 0.5 * (squares / variances + (2 * np.pi * variances).log()).sum()
    return total / len(features)


if __name__ == "__main__":
    weights, images = map(Path, sys.argv[1:])
    paths = sorted(images.iterdir()) if images.is_dir() else images.read_text().split("\n")
    network = backbone(weights)
    with torch.inference_mode():
        batches = [network(picture(path)[None]) for path in paths if path]
        chosen = torch.randperm(176, generator=torch.Generator().manual_seed(0))[:CHANNELS].sort().values
        features = embedded([torch.cat(tap) for tap in zip(*batches)], chosen)
        mean = sum(likelihoods(features, split) for split in range(SPLITS)) / SPLITS
    for regularizer, value in zip(REGULARIZERS, mean - mean.max()):
        print(f"{regularizer:g}: {value:.1f}")
