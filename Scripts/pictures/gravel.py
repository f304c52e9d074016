"""A small data set in MVTec layout for the picture in the README: gravel, with coins where none should be.

Made with Python 3.11, scikit-image==0.26.0, Pillow==13.0.0, numpy==2.4.6:

    python Scripts/pictures/gravel.py FOLDER

Both photographs come with scikit-image: the gravel is CC0, the coins (Brooklyn Museum) have no known copyright
restrictions. Good images are windows of the gravel, and on a defective image lies one of the coins. All windows are of
one photograph and overlap: this makes a picture, not a benchmark.
"""

import pathlib
import sys

import numpy as np
from PIL import Image
from skimage import data, filters, measure, morphology, segmentation

SIDE = 160
random = np.random.default_rng(0)


def window(picture):
    y, x = random.integers(0, picture.shape[0] - SIDE + 1, 2)
    return picture[y:y + SIDE, x:x + SIDE].copy()


def coins():
    """Every coin of the photograph that does not touch its border, with its shape."""
    photograph = data.coins()
    shapes = morphology.closing(photograph > filters.threshold_otsu(photograph), morphology.footprint_rectangle((5, 5)))
    shapes = morphology.remove_small_holes(segmentation.clear_border(shapes), max_size=2000)
    for region in measure.regionprops(measure.label(shapes)):
        if region.area > 1000:
            yield photograph[region.slice].astype(float), region.image_filled


def save(array, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(array.round().clip(0, 255).astype(np.uint8)).save(path)


def main():
    folder = pathlib.Path(sys.argv[1])
    gravel = data.gravel().astype(float)
    for i in range(120):
        save(window(gravel), folder / f"train/good/{i:03}.png")
    for i in range(20):
        save(window(gravel), folder / f"test/good/{i:03}.png")
    for i, (coin, shape) in enumerate(coins()):
        picture, mask = window(gravel), np.zeros((SIDE, SIDE))
        h, w = shape.shape
        y, x = random.integers(0, SIDE - h), random.integers(0, SIDE - w)
        alpha = filters.gaussian(shape.astype(float), 0.7)
        picture[y:y + h, x:x + w] = picture[y:y + h, x:x + w] * (1 - alpha) + coin * alpha
        mask[y:y + h, x:x + w] = 255 * shape
        save(picture, folder / f"test/coin/{i:03}.png")
        save(mask, folder / f"ground_truth/coin/{i:03}_mask.png")


if __name__ == "__main__":
    main()
