"""Milliseconds timm's networks take for one image, by themselves and under U-Flow.

    pip install torch==2.13.0 torchvision timm==1.0.31
    python predict.py --threads 2
    python predict.py --backbone wide_resnet50_2 --flow layer
    python predict.py --backbone cait_s24_224 --size 224

Eager, float32, batch 1, the whole network and the network up to the last tap that a detector needs (strides 4, 8 and
16; of CaiT the block that U-Flow takes), with the default memory format and with channels last. With --flow also the
whole prediction of U-Flow (`uflow_network.py`): features, layer norm of each scale, flow, anomaly map. The weights are
random: the time does not depend on them. `processor` is the least time on the processors, which on a busy machine, with
one thread, is the only one to compare. Prints one JSON object; `run.sh network` takes the same options.
"""

import argparse
import contextlib
import json
import statistics
import sys
import time

import torch

import uflow_network


def import_timm():
    """timm imports torchvision, whose compiled operators, which timm does not need, may not load."""
    try:
        import timm
    except RuntimeError:
        for name in [name for name in sys.modules if name.startswith(("torchvision", "timm"))]:
            del sys.modules[name]
        declared = torch.library.Library("torchvision", "FRAGMENT")
        for name in ("nms", "qnms"):
            declared.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        import timm
        timm.torchvision_operators = declared
    return timm


class FirstBlocks(torch.nn.Module):
    """A CaiT up to the block whose features U-Flow takes."""

    def __init__(self, network, blocks):
        super().__init__()
        self.network, self.blocks = network, blocks

    def forward(self, image):
        return self.network.forward_intermediates(
            image, indices=[self.blocks - 1], norm=True, stop_early=True, intermediates_only=True)


def build(timm, options):
    """The networks to measure, by name."""
    if options.backbone.startswith("cait"):
        whole = timm.create_model(options.backbone).eval()
        strides, channels = [16], [whole.embed_dim]
        taps = FirstBlocks(whole, {"cait_s24_224": 21, "cait_m48_448": 41}[options.backbone])
    else:
        id = f"tf_{options.backbone}" if options.backbone.startswith("efficientnet_lite") else options.backbone
        whole = timm.create_model(id).eval()
        taps = timm.create_model(id, features_only=True, out_indices=(1, 2, 3))
        strides, channels = taps.feature_info.reduction(), taps.feature_info.channels()
    networks = {"whole": whole, "taps_" + "_".join(map(str, strides)): taps.eval()}
    if options.flow:
        flow = uflow_network.UFlow(channels, strides, options.size, layer_norm=options.flow == "layer")
        networks["uflow"] = torch.nn.Sequential(taps, flow).eval()
    return networks


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--backbone", default="efficientnet_lite0")
    parser.add_argument("--flow", choices=("layer", "none"))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--warmup", type=int, default=10)
    parser.add_argument("--runs", type=int, default=100)
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    with contextlib.redirect_stdout(sys.stderr):
        timm = import_timm()
    networks = build(timm, options)
    milliseconds = {}
    with torch.inference_mode():
        for part, network in networks.items():
            for layout, memory_format in (("default", torch.contiguous_format),
                                          ("channels_last", torch.channels_last)):
                network = network.to(memory_format=memory_format)
                image = torch.randn(options.batch, 3, options.size, options.size)
                image = image.contiguous(memory_format=memory_format)
                runs, processor = [], []
                for run in range(options.warmup + options.runs):
                    start, start_processor = time.perf_counter(), time.process_time()
                    network(image)
                    if run >= options.warmup:
                        runs.append((time.perf_counter() - start) * 1e3)
                        processor.append((time.process_time() - start_processor) * 1e3)
                milliseconds[f"{part}.{layout}"] = {
                    "median": round(statistics.median(runs), 3), "least": round(min(runs), 3),
                    "processor": round(min(processor), 3)}
    print(json.dumps({
        "benchmark": "predict", "backbone": options.backbone, "flow": options.flow,
        "program": f"timm {timm.__version__}", "torch": torch.__version__,
        "threads": options.threads, "size": options.size, "batch": options.batch, "runs": options.runs,
        "milliseconds": milliseconds,
    }))


if __name__ == "__main__":
    main()
