"""Draws the seconds that detectors take to learn over the number of images and over the pixels of each.

Made with Python 3.11, without packages:

    Benchmarks/run.sh growth --detector anomalyhop --data bottle > docs/fit-growth-anomalyhop.json
    python Scripts/pictures/fit_growth.py docs/fit-growth-anomalyhop.json docs/fit-growth-anomalyhop.svg
"""

import json
import sys
from pathlib import Path

WIDTH, HEIGHT = 720, 320
LEFT, TOP, BOTTOM, GAP = 56, 44, 50, 70
PANEL = (WIDTH - LEFT - GAP - 20) / 2
COLOR = "#1d4ed8"
source, target = map(Path, sys.argv[1:])
data = json.loads(source.read_text())


def text(x, y, content, anchor="middle", color="#444", extra=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{color}"{extra}>{content}</text>'


def panel(left, points, label, ticks):
    """Points, the line through the origin that fits them best, axes from 0."""
    floor = HEIGHT - BOTTOM
    right, top = max(x for x, _ in points) * 1.05, max(y for _, y in points) * 1.1
    place = lambda x, y: (left + x / right * PANEL, floor - y / top * (floor - TOP))
    mean_x, mean_y = (sum(p[axis] for p in points) / len(points) for axis in (0, 1))
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)
    ends = [place(x, max(mean_y + slope * (x - mean_x), 0)) for x in (points[0][0], points[-1][0])]
    step = next(s for s in (0.2, 0.5, 1, 2, 5, 10, 20, 50) if top / s <= 7)
    parts = []
    for k in range(int(top / step) + 1):
        y = place(0, k * step)[1]
        parts.append(f'<path d="M{left} {y:.1f}h{PANEL:.1f}" stroke="#ddd"/>')
        parts.append(text(left - 8, y + 4, f"{k * step:g}", "end"))
    for x, name in ticks:
        parts.append(f'<path d="M{place(x, 0)[0]:.1f} {floor}v4" stroke="#444"/>')
        parts.append(text(place(x, 0)[0], floor + 18, name))
    (x1, y1), (x2, y2) = ends
    parts.append(f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="#888" stroke-dasharray="5 4"/>')
    for x, y in (place(*point) for point in points):
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{COLOR}"/>')
    parts.append(text(left + PANEL / 2, HEIGHT - 10, label))
    return parts


images, pixels = data["overImages"], data["overPixels"]
parts = [
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
    f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
    text(WIDTH / 2, 22, f"Seconds that {data['detector']} takes to learn", color="#111", extra=' font-size="15"'),
]
parts += panel(
    LEFT, [(r["images"], r["seconds"]) for r in images], f"images of {images[0]['side']} x {images[0]['side']} pixels",
    [(r["images"], r["images"]) for r in images],
)
parts += panel(
    LEFT + PANEL + GAP, [(r["side"] ** 2, r["seconds"]) for r in pixels], f"pixels of each of {pixels[0]['images']} images",
    [(r["side"] ** 2, f"{r['side']}²") for r in pixels],
)
target.write_text("\n".join(parts + ["</svg>"]) + "\n")
