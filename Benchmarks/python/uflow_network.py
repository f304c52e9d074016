"""U-Flow for prediction in plain PyTorch, as a person would write it from the paper: latents, then the likelihood map.

It leaves out what a prediction does not need (the log-determinant), and picks channels where FrEIA multiplies by the
permutation's matrix. Weights are random; `predict.py` measures it.
"""

import torch
from torch import nn
from torch.nn import functional as F


class CouplingBlock(nn.Module):
    def __init__(self, channels, kernel):
        super().__init__()
        self.passive, self.active = channels - channels // 2, channels // 2
        self.subnet = nn.Sequential(
            nn.Conv2d(self.passive, self.passive, kernel, padding="same"), nn.ReLU(),
            nn.Conv2d(self.passive, 2 * self.active, kernel, padding="same"))
        self.scale = nn.Parameter(torch.full((1, channels, 1, 1), 9.98648))
        self.offset = nn.Parameter(torch.zeros(1, channels, 1, 1))
        self.register_buffer("permutation", torch.randperm(channels))

    def forward(self, x):
        passive, active = x.split((self.passive, self.active), dim=1)
        s, t = (0.1 * self.subnet(passive)).chunk(2, dim=1)
        moved = active * torch.exp(2 * torch.tanh(s)) + t
        y = torch.cat((passive, moved), dim=1) * (0.1 * F.softplus(self.scale, beta=0.5)) + self.offset
        return y.index_select(1, self.permutation)


class UFlow(nn.Module):
    """Features `[N, C, h, w]`, finest first, of images of `side` pixels to anomaly maps `[N, side, side]`."""

    def __init__(self, channels, strides, side, layer_norm=True, steps=4):
        super().__init__()
        self.side = side
        self.norms = nn.ModuleList(
            nn.LayerNorm((c, side // s, side // s)) if layer_norm else nn.Identity()
            for c, s in zip(channels, strides))
        widths, below = [], 0
        for count in reversed(channels):
            widths.insert(0, count + below)
            below = widths[0] // 8
        self.stages = nn.ModuleList(
            nn.Sequential(*(CouplingBlock(width, 1 if step % 2 else 3) for step in range(steps)))
            for width in widths)

    def latents(self, features):
        features = [norm(feature) for norm, feature in zip(self.norms, features)]
        latents, h = [], features[-1]
        for scale in range(len(features) - 1, -1, -1):
            h = self.stages[scale](h)
            if scale > 0:
                up = h.shape[1] // 8 * 4
                up, latent = h.split((up, h.shape[1] - up), dim=1)
                latents.insert(0, latent)
                h = torch.cat((features[scale - 1], F.pixel_shuffle(up, 2)), dim=1)
        return [h] + latents

    def forward(self, features):
        maps = [
            F.interpolate(
                torch.exp(-0.5 * z.square().mean(1, keepdim=True)), size=(self.side, self.side), mode="bilinear")
            for z in self.latents(features)
        ]
        return 1 - torch.cat(maps, dim=1).mean(1)
