"""Seconds an epoch of anomalib's U-Flow takes over cached features.

    pip install torch==2.13.0 FrEIA==0.2 scipy && pip install --no-deps anomalib==2.7.0
    python uflow_step.py --images 209 --threads 2

The network is anomalib's own `UflowModel` with FrEIA's graph; only its feature extractor, which is
frozen, is replaced by tensors that are already there: standard normal ones with the shapes of
EfficientNet-Lite0's taps. The loss is the paper's, mean over the batch of (energy - log determinant);
anomalib's own `UFlowLoss` adds the energies up over the batch. Prints one JSON object.
"""

import argparse
import importlib
import importlib.util
import json
import pathlib
import statistics
import sys
import time
import types

import torch

CHANNELS = {4: 24, 8: 40, 16: 112, 32: 320}


class CachedFeatures(torch.nn.Module):
    """Stands where the frozen backbone stands: hands on the features it is given."""

    def __init__(self, strides):
        super().__init__()
        self.channels = [CHANNELS[stride] for stride in strides]
        self.scale_factors = list(strides)
        self.scales = range(len(strides))

    def forward(self, features):
        return features


def load_anomalib(strides):
    """anomalib's torch model without the trainers, data modules and exporters that its packages import."""
    root = pathlib.Path(importlib.util.find_spec("anomalib").submodule_search_locations[0])
    for name in ("anomalib", "anomalib.models", "anomalib.models.components", "anomalib.models.image",
                 "anomalib.models.image.uflow"):
        package = types.ModuleType(name)
        package.__path__ = [str(root.joinpath(*name.split(".")[1:]))]
        sys.modules[name] = package
    data = types.ModuleType("anomalib.data")
    data.InferenceBatch = tuple
    extraction = types.ModuleType("anomalib.models.image.uflow.feature_extraction")
    extraction.get_feature_extractor = lambda backbone, input_size: CachedFeatures(strides)
    anomaly_map = types.ModuleType("anomalib.models.image.uflow.anomaly_map")
    anomaly_map.AnomalyMapGenerator = lambda input_size: torch.nn.Identity()
    for module in (data, extraction, anomaly_map):
        sys.modules[module.__name__] = module
    return importlib.import_module("anomalib.models.image.uflow.torch_model")


def objective(latents, log_determinant):
    energy = sum(0.5 * z.square().flatten(1).sum(1) for z in latents)
    return (energy - log_determinant).mean()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=209)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--strides", type=int, nargs="+", default=[4, 8, 16])
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    uflow = load_anomalib(options.strides)
    model = uflow.UflowModel(input_size=(options.size, options.size), flow_steps=4).train()
    features = [torch.randn(options.images, CHANNELS[s], options.size // s, options.size // s)
                for s in options.strides]
    trainable = [p for p in model.parameters() if p.requires_grad]
    adam = torch.optim.Adam(trainable, lr=1e-3, weight_decay=1e-5)

    def step(chosen):
        latents, log_determinant = model([feature[chosen] for feature in features])
        loss = objective(latents, log_determinant)
        adam.zero_grad()
        loss.backward()
        adam.step()
        return loss.item()

    first = step(torch.arange(min(options.batch, options.images)))
    seconds, processor, steps = [], [], []
    for _ in range(options.epochs):
        order = torch.randperm(options.images)
        start, start_processor = time.perf_counter(), time.process_time()
        for chosen in order.split(options.batch):
            begun = time.perf_counter()
            last = step(chosen)
            steps.append(time.perf_counter() - begun)
        seconds.append(time.perf_counter() - start)
        processor.append(time.process_time() - start_processor)
    print(json.dumps({
        "benchmark": "uflow_step", "program": "anomalib 2.7.0, FrEIA 0.2", "torch": torch.__version__,
        "threads": options.threads, "images": options.images, "batch": options.batch,
        "strides": options.strides, "size": options.size, "parameters": sum(p.numel() for p in trainable), "epochs": options.epochs,
        "seconds_per_epoch": statistics.median(seconds), "seconds_per_epoch_least": min(seconds),
        "processor_seconds_per_epoch": statistics.median(processor),
        "seconds_per_step": statistics.median(steps), "seconds_per_step_least": min(steps),
        "first_loss": first, "last_loss": last,
    }))


if __name__ == "__main__":
    main()
