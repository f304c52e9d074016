"""What one small operator call costs from Python's torch, in microseconds.

    python op_overhead.py --threads 1

The tensors are so small that the arithmetic is nothing: what is left is the way to the kernel and back. Prints one
JSON object with the median and the least of the repeats.
"""

import argparse
import json
import statistics
import time

import torch
import torch.nn.functional as F


def cases():
    scalar, other = torch.randn(1), torch.randn(1)
    tile, tile_other = torch.randn(8, 8), torch.randn(8, 8)
    tracked = torch.randn(8, 8, requires_grad=True)
    image, weight, bias = torch.randn(1, 4, 8, 8), torch.randn(4, 4, 3, 3), torch.randn(4)
    return {
        "add_1": lambda: scalar + other,
        "mul_1": lambda: scalar * other,
        "relu_1": lambda: torch.relu(scalar),
        "add_8x8": lambda: tile + tile_other,
        "mul_8x8": lambda: tile * tile_other,
        "relu_8x8": lambda: torch.relu(tile),
        "matmul_8x8": lambda: tile @ tile_other,
        "sum_8x8": lambda: tile.sum(),
        "view_8x8": lambda: tile.view(64),
        "transpose_8x8": lambda: tile.transpose(0, 1),
        "cat_8x8": lambda: torch.cat([tile, tile_other], 1),
        "add_8x8_tracked": lambda: tracked + tile,
        "conv2d_4x8x8": lambda: F.conv2d(image, weight, bias, padding=1),
        "nothing": lambda: None,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--calls", type=int, default=2000)
    parser.add_argument("--repeats", type=int, default=25)
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    microseconds = {}
    for name, call in cases().items():
        for _ in range(200):
            call()
        repeats = []
        for _ in range(options.repeats):
            start = time.perf_counter()
            for _ in range(options.calls):
                call()
            repeats.append((time.perf_counter() - start) / options.calls * 1e6)
        microseconds[name] = {"median": round(statistics.median(repeats), 3), "least": round(min(repeats), 3)}
    print(json.dumps({
        "benchmark": "op_overhead", "program": "Python", "torch": torch.__version__, "threads": options.threads,
        "calls": options.calls, "repeats": options.repeats, "microseconds": microseconds,
    }))


if __name__ == "__main__":
    main()
