"""Milliseconds timm's EfficientNet-Lite0 takes for one image.

    pip install torch==2.13.0 torchvision timm==1.0.31
    python predict.py --threads 2

Eager, float32, batch 1, the whole network and the network up to the tap at stride 16 (what a detector needs), with
the default memory format and with channels last. The weights are random: the time does not depend on them. Prints one
JSON object.
"""

import argparse
import json
import statistics
import time

import torch


def import_timm():
    """timm imports torchvision, whose compiled operators may be missing beside a CPU build of torch; it needs none."""
    try:
        import timm
    except RuntimeError:
        import sys
        for name in [name for name in sys.modules if name.startswith(("torchvision", "timm"))]:
            del sys.modules[name]
        declared = torch.library.Library("torchvision", "FRAGMENT")
        for name in ("nms", "qnms"):
            declared.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        import timm
        timm.torchvision_operators = declared
    return timm


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--warmup", type=int, default=10)
    parser.add_argument("--runs", type=int, default=100)
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    timm = import_timm()
    whole = timm.create_model("tf_efficientnet_lite0", pretrained=False).eval()
    taps = timm.create_model(
        "tf_efficientnet_lite0", pretrained=False, features_only=True, out_indices=(1, 2, 3)).eval()
    milliseconds = {}
    with torch.inference_mode():
        for part, network in (("whole", whole), ("taps_4_8_16", taps)):
            for layout, memory_format in (("default", torch.contiguous_format),
                                          ("channels_last", torch.channels_last)):
                network = network.to(memory_format=memory_format)
                image = torch.randn(options.batch, 3, options.size, options.size)
                image = image.contiguous(memory_format=memory_format)
                runs = []
                for run in range(options.warmup + options.runs):
                    start = time.perf_counter()
                    network(image)
                    if run >= options.warmup:
                        runs.append((time.perf_counter() - start) * 1e3)
                milliseconds[f"{part}.{layout}"] = {
                    "median": round(statistics.median(runs), 3), "least": round(min(runs), 3)}
    print(json.dumps({
        "benchmark": "predict", "program": f"timm {timm.__version__}", "torch": torch.__version__,
        "threads": options.threads, "size": options.size, "batch": options.batch, "runs": options.runs,
        "milliseconds": milliseconds,
    }))


if __name__ == "__main__":
    main()
