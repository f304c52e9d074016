"""How many samples one Gaussian of all places of an image rests on: what `Detectors/AnomalyHop/README.md` says of the
theoretical null distribution.

    python Benchmarks/python/pooled_law.py

Images are normal fields, smoothed so that neighbors resemble each other, with a share of the variance that is the same for all
of an image. Of new images, the squared distances are held against Hotelling's law with as many samples as images, with as many
as places, and against chi-square; then those of an image from the Gaussian of its own places, against chi-square.
Made with Python 3.11, numpy 2.4.6, scipy 1.17.1.
"""

import numpy as np
from scipy import ndimage, stats

NOMINAL = [1e-1, 1e-2, 1e-3]


def images(count, channels, side, sigma, share, rng):
    """[count, side^2, channels], of unit variance."""
    fields = rng.normal(size=(count, channels, side, side))
    if sigma > 0:
        impulse = np.zeros((side, side))
        impulse[0, 0] = 1
        scale = np.sqrt((ndimage.gaussian_filter(impulse, sigma, mode="wrap") ** 2).sum())
        fields = ndimage.gaussian_filter(fields, (0, 0, sigma, sigma), mode="wrap") / scale
    whole = rng.normal(size=(count, channels, 1, 1))
    fields = np.sqrt(1 - share) * fields + np.sqrt(share) * whole
    return fields.transpose(0, 2, 3, 1).reshape(count, -1, channels)


def distances(others, samples):
    factor = np.linalg.cholesky(np.cov(samples.T))
    return np.square(np.linalg.solve(factor, (others - samples.mean(0)).T)).sum(0)


def hotelling(distances, p, n):
    return stats.f.sf(distances * n * (n - p) / ((n**2 - 1) * p), p, n - p)


def ratios(probabilities):
    return " ".join(f"{(probabilities <= q).mean() / q:8.3g}" for q in NOMINAL)


def main():
    rng = np.random.default_rng(1)
    print("found over nominal, at nominal", NOMINAL)
    for n, p, side, draws in [(24, 12, 16, 30), (40, 36, 16, 30), (100, 36, 10, 12), (188, 84, 10, 12)]:
        for sigma, share in [(0, 0), (1, 0), (4, 0), (1, 0.3), (1, 0.9), (0, 1)]:
            found = []
            for _ in range(draws):
                samples, others = (images(count, p, side, sigma, share, rng).reshape(-1, p) for count in (n, 8))
                found.append(distances(others, samples))
            found = np.concatenate(found)
            print(f"{n:4} images, {p:3} channels, sigma {sigma}, shared {share:3}: mean {found.mean():6.1f}"
                  f"  images {ratios(hotelling(found, p, n))}  places {ratios(hotelling(found, p, n * side**2))}"
                  f"  chi-square {ratios(stats.chi2.sf(found, p))}", flush=True)
    for p, side, sigma in [(12, 16, 0), (12, 16, 2), (12, 16, 4), (36, 16, 1), (84, 30, 2)]:
        own = (images(1, p, side, sigma, 0, rng)[0] for _ in range(60))
        found = np.concatenate([distances(image, image) for image in own])
        print(f"own places, {p:3} channels, sigma {sigma}: mean {found.mean():6.1f}"
              f"  chi-square {ratios(stats.chi2.sf(found, p))}", flush=True)


if __name__ == "__main__":
    main()
