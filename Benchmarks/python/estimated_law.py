"""How far squared distances by estimated Gaussians are from chi-square and from Hotelling's law when a number is added to the
diagonal of the covariance: what `Detectors/PaDiM/README.md` says of the theoretical null distribution.

    blemish train --detector padim --data bottle --out bottle.blemish
    python Benchmarks/python/estimated_law.py bottle.blemish

The truth is normal, with the spectrum that features of padim have at some places: the covariance of 3 x 3 neighbors of the model.
Made with Python 3.11, numpy 2.4.6, scipy 1.17.1, safetensors 0.8.0.
"""

import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file
from scipy import stats

DRAWS, OTHERS = 50, 2000
NOMINAL = [1e-1, 1e-2, 1e-3]
PLACES = {"background": (0.1, 0.1), "between": (0.25, 0.5), "middle": (0.5, 0.5)}


def spectrum(tensors, row, column):
    rows, columns = tensors["grid"]
    p = tensors["mean"].shape[1]
    packed = tensors["scatter"].reshape(rows, columns, -1)
    y, x = int(row * rows), int(column * columns)
    covariance = np.zeros((p, p))
    covariance[np.tril_indices(p)] = packed[y - 1:y + 2, x - 1:x + 2].mean((0, 1)) / (int(tensors["count"][0]) - 1)
    return np.linalg.eigvalsh(covariance + np.tril(covariance, -1).T).clip(1e-9)


def hotelling(p, n, probability):
    """The level that a squared distance reaches with that probability; p need not be whole."""
    return stats.f.isf(probability, p, n - p) * (n**2 - 1) * p / (n * (n - p))


def distances(deviations, n, regularizer, rng):
    """Of new samples, over draws of n; and the mean effective dimensions, the trace of S (S + regularizer)^-1."""
    p = len(deviations)
    found, effective = [], []
    for _ in range(DRAWS):
        samples = rng.normal(size=(n, p)) * deviations
        covariance = np.cov(samples.T)
        others = rng.normal(size=(OTHERS, p)) * deviations - samples.mean(0)
        factor = np.linalg.cholesky(covariance + regularizer * np.eye(p))
        found.append(np.square(np.linalg.solve(factor, others.T)).sum(0))
        effective.append(p - regularizer * np.square(np.linalg.inv(factor)).sum())
    return np.concatenate(found), np.mean(effective)


def main():
    tensors = load_file(Path(sys.argv[1]) / "tensors.safetensors")
    rng = np.random.default_rng(0)
    print("found over nominal, at nominal", NOMINAL)
    for name, place in PLACES.items():
        values = spectrum(tensors, *place)
        p = len(values)
        print(f"{name}: {p} eigenvalues, largest {values[-1]:.2g}, median {np.median(values):.2g},"
              f" {(values > 0.1).sum()} above 0.1, {(values > 0.01).sum()} above 0.01")
        for regularizer in [0, 0.01, 0.1]:
            for n in [24, 60, 95, 110, 130, 188, 400, 1000]:
                if regularizer == 0 and n <= p:
                    continue
                found, effective = distances(np.sqrt(values), n, regularizer, rng)

                def ratios(levels):
                    return " ".join(f"{(found >= level).mean() / q:8.3g}" for level, q in zip(levels, NOMINAL))

                line = f"  + {regularizer:<4} n {n:4}  mean {found.mean():8.1f}  effective {effective:5.1f}"
                line += "  chi-square " + ratios([stats.chi2.isf(q, p) for q in NOMINAL])
                line += "  Hotelling " + (ratios([hotelling(p, n, q) for q in NOMINAL]) if n > p else "-".center(26))
                if regularizer > 0:
                    line += "  effective " + ratios([hotelling(effective, n, q) for q in NOMINAL])
                print(line, flush=True)


if __name__ == "__main__":
    main()
