"""Milliseconds of a training step of PIADE in plain PyTorch; `Benchmarks/run.sh piade` is the counterpart.

    pip install torch==2.13.0 timm==1.0.31
    python piade_step.py --variant compact --threads 1
    python piade_step.py --variant figure --batch 16 --threads 1 --home DIR

The network is written as a person would write it from the paper: modules, a grouped convolution for the window of the
structural similarity, `torch.optim.Adam`. `compact` is Blemish's default for 28 x 28 pixels (perceptual term: EfficientNet-Lite0 at
strides 8 and 16 of 32 x 32 pixels, the features of the images themselves computed once, as Blemish does); `figure` is the paper's
figure at 120 x 120 pixels (ResNet-18, `spatial` pooling, VGG-11's first two convolutions). Weights are random. With --home, they are
left below DIR/weights, where `BLEMISH_HOME=DIR Benchmarks/run.sh piade --variant figure` finds them. Prints one JSON object.
"""

import argparse
import json
import pathlib
import statistics
import sys
import time
import types

import torch
import torch.nn.functional as F
from torch import nn


class Block(nn.Module):
    """ResNet's basic block, with torchvision's names."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample = None
        if stride > 1 or inputs != outputs:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + (x if self.downsample is None else self.downsample(x)))


class Excitation(nn.Module):
    def __init__(self, channels):
        super().__init__()
        hidden = max(channels // 16, 1)
        self.layers = nn.Sequential(
            nn.Linear(channels, hidden, bias=False), nn.ReLU(), nn.Linear(hidden, channels, bias=False), nn.Sigmoid())

    def forward(self, x):
        return x * self.layers(x.mean((2, 3)))[:, :, None, None]


class Encoder(nn.Module):
    """Stem and stages, squeeze-and-excitation after each."""

    def __init__(self, compact):
        super().__init__()
        stem = 32 if compact else 64
        self.conv1 = nn.Conv2d(3, stem, 3 if compact else 7, 2, 1 if compact else 3, bias=False)
        self.bn1 = nn.BatchNorm2d(stem)
        self.pool = nn.Identity() if compact else nn.MaxPool2d(3, 2, 1)
        widths = [32, 64, 128] if compact else [64, 128, 256, 512]
        self.excitation = nn.ModuleList([Excitation(stem)] + [Excitation(width) for width in widths])
        self.stages = nn.ModuleList()
        channels = stem
        for index, width in enumerate(widths):
            blocks = [Block(channels, width, 2 if index else 1)] + ([] if compact else [Block(width, width, 1)])
            self.stages.append(nn.Sequential(*blocks))
            channels = width
        self.channels = channels

    def forward(self, x):
        x = self.excitation[0](self.pool(F.relu(self.bn1(self.conv1(x)))))
        for stage, excitation in zip(self.stages, self.excitation[1:]):
            x = excitation(stage(x))
        return x


def squash(s):
    square = s.square().sum(-1, keepdim=True)
    return s * (square / ((1 + square) * (square + 1e-12).sqrt()))


class PIADE(nn.Module):
    def __init__(self, compact):
        super().__init__()
        self.compact = compact
        self.encoder = Encoder(compact)
        c = self.encoder.channels
        self.grids = [1] * 4 if compact else [4, 2, 1, 1]
        widths = [c // p if compact else c // 8 for p in (1, 2, 4, 8)]
        self.pyramid = nn.ModuleList(
            nn.Sequential(nn.Conv2d(c, width, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU()) for width in widths)
        count = sum(grid * grid * width // 8 for grid, width in zip(self.grids, widths))
        self.routing = nn.Parameter(0.01 * torch.randn(2, count, 64, 8))
        self.shape = (64, 4, 4) if compact else (512, 4, 4)
        hidden = 256 if compact else 512
        self.upsampling = nn.Sequential(
            nn.Linear(64, 128), nn.BatchNorm1d(128), nn.ReLU(), nn.Linear(128, hidden), nn.BatchNorm1d(hidden), nn.ReLU(),
            nn.Linear(hidden, self.shape[0] * 16), nn.ReLU())
        if compact:
            steps, last = [(64, 64, 4, 1), (64, 32, 4, 1), (32, 16, 4, 1)], nn.Conv2d(16, 3, 3, padding=1)
        else:
            steps = [((512 + c) // 4, 16, 3, 1), (16, 32, 3, 1), (32, 32, 4, 0)]
            last = nn.ConvTranspose2d(32, 3, 4, 2, 1)
        layers = [layer for a, b, k, p in steps
                  for layer in (nn.ConvTranspose2d(a, b, k, 2, p), nn.BatchNorm2d(b), nn.ReLU())]
        self.decoder = nn.Sequential(*layers, last)

    def forward(self, images):
        x = self.encoder(images)
        n = len(x)
        capsules = torch.cat([
            branch(F.adaptive_avg_pool2d(x, grid)).reshape(n, -1, 8) for branch, grid in zip(self.pyramid, self.grids)], 1)
        votes = torch.einsum("jidk,nik->njid", self.routing, capsules)
        fixed, logits = votes.detach(), votes.new_zeros(votes.shape[:3])
        for _ in range(2):
            v = squash((logits.softmax(1)[..., None] * fixed).sum(2))
            logits = logits + (v[:, :, None] * fixed).sum(-1)
        v = squash((logits.softmax(1)[..., None] * votes).sum(2))
        t = v[torch.arange(n), v.norm(dim=-1).argmax(1)]
        t = self.upsampling(t).reshape(n, *self.shape)
        if not self.compact:
            t = torch.cat([x, t], 1).reshape(n, -1, 8, 8)
        y = self.decoder(t)
        if y.shape[2:] != images.shape[2:]:
            y = F.interpolate(y, images.shape[2:], mode="bilinear", align_corners=False)
        return torch.sigmoid(y) if self.compact else torch.tanh(y)


class Similarity(nn.Module):
    """The mean structural similarity of each image, as pytorch_ssim computes it."""

    def __init__(self):
        super().__init__()
        line = torch.exp(-(torch.arange(11.0) - 5) ** 2 / (2 * 1.5**2))
        line /= line.sum()
        self.register_buffer("window", (line[:, None] * line).expand(3, 1, 11, 11).contiguous())

    def forward(self, x, y):
        blur = lambda t: F.conv2d(t, self.window, padding=5, groups=3)
        mx, my = blur(x), blur(y)
        sx, sy, sxy = blur(x * x) - mx * mx, blur(y * y) - my * my, blur(x * y) - mx * my
        c1, c2 = 0.01**2, 0.03**2
        return ((2 * mx * my + c1) * (2 * sxy + c2) / ((mx * mx + my * my + c1) * (sx + sy + c2))).mean((1, 2, 3))


def perceptual_network(compact):
    """Frozen features of levels in 0...1, and the network that they are of."""
    if not compact:
        vgg = nn.Sequential(nn.Conv2d(3, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(64, 128, 3, padding=1))
        return lambda x: [vgg(x)], vgg.requires_grad_(False)
    # timm asks for torchvision, of which nothing is used here.
    sys.modules.setdefault("torchvision._meta_registrations", types.ModuleType("torchvision._meta_registrations"))
    import timm
    lite = timm.create_model("tf_efficientnet_lite0").eval().requires_grad_(False)

    def features(x):
        x = F.interpolate(x, (32, 32), mode="bilinear", align_corners=False) * (255 / 128) - 127 / 128
        x = lite.blocks[1](lite.blocks[0](lite.bn1(lite.conv_stem(x))))
        eighth = lite.blocks[2](x)
        return [eighth, lite.blocks[4](lite.blocks[3](eighth))]

    return features, lite


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--variant", choices=["compact", "figure"], default="compact")
    parser.add_argument("--batch", type=int)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--channels-last", action="store_true")
    parser.add_argument("--home", type=pathlib.Path)
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    compact = options.variant == "compact"
    side, batch = (28, options.batch or 32) if compact else (120, options.batch or 60)
    network, similarity = PIADE(compact), Similarity()
    features, frozen = perceptual_network(compact)
    if options.home:
        leave_weights(options.home / "weights", network, frozen)
    layout = torch.channels_last if options.channels_last else torch.contiguous_format
    network = network.to(memory_format=layout)
    images = torch.rand(4 * batch, 3, side, side).contiguous(memory_format=layout)
    with torch.no_grad():
        known = features(images)
    adam = torch.optim.Adam(network.parameters(), lr=1e-3, weight_decay=1e-3)

    def step(chosen):
        x = images[chosen]
        y = network(x)
        mse = (x - y).square().mean((1, 2, 3))
        perceptual = sum((a[chosen] - b).square().mean((1, 2, 3)) for a, b in zip(known, features(y)))
        loss = (mse - similarity(x, y) + perceptual).mean()
        adam.zero_grad()
        loss.backward()
        adam.step()
        return loss.item()

    seconds, processor = [], []
    for number in range(options.steps + 4):
        if number % 4 == 0:
            order = torch.randperm(len(images)).split(batch)
        start, start_processor = time.perf_counter(), time.process_time()
        last = step(order[number % 4])
        seconds.append(time.perf_counter() - start)
        processor.append(time.process_time() - start_processor)

    def summary(values):
        values = [round(value * 1e3, 2) for value in values[4:]]
        return {"median": statistics.median(values), "least": min(values)}

    print(json.dumps({
        "program": f"PyTorch {torch.__version__}", "variant": options.variant, "batch": batch, "side": side,
        "threads": options.threads, "channelsLast": options.channels_last,
        "parameters": sum(p.numel() for p in network.parameters()),
        "milliseconds": summary(seconds), "processorMilliseconds": summary(processor), "lastLoss": last,
    }))


def leave_weights(folder, network, frozen):
    """ResNet-18 and VGG-11 as torchvision's state dictionaries."""
    folder.mkdir(parents=True, exist_ok=True)
    own = network.encoder.state_dict()
    resnet = {}
    for name, tensor in own.items():
        if name.startswith("stages."):
            _, index, rest = name.split(".", 2)
            resnet[f"layer{int(index) + 1}.{rest}"] = tensor
        elif name.startswith(("conv1", "bn1")):
            resnet[name] = tensor
    torch.save(resnet, folder / "resnet18.pth")
    torch.save({f"features.{name}": tensor for name, tensor in frozen.state_dict().items()}, folder / "vgg11.pth")


if __name__ == "__main__":
    main()
