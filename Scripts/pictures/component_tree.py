"""Draws the cost of component trees over the number of pixels, with N log N for comparison.

Made with Python 3.11, without packages:

    Benchmarks/run.sh acontrario > docs/component-tree.json
    python Scripts/pictures/component_tree.py docs/component-tree.json docs/component-tree.svg
"""

import json
import math
import sys
from pathlib import Path

WIDTH, HEIGHT = 640, 420
LEFT, RIGHT, TOP, BOTTOM = 70, 130, 44, 50
COLORS = {"noise": "#c2410c", "smooth": "#1d4ed8", "constant": "#15803d"}
source, target = map(Path, sys.argv[1:])
rows = json.loads(source.read_text())["rows"]
curves = {
    name: [(r["pixels"], r["treeMilliseconds"] + r["clusterMilliseconds"]) for r in rows if r["map"] == name]
    for name in COLORS
}
points = [point for curve in curves.values() for point in curve]
x_range = [math.log10(f(n for n, _ in points)) for f in (min, max)]
y_range = [math.floor(math.log10(min(t for _, t in points))), math.ceil(math.log10(max(t for _, t in points)))]


def place(pixels, milliseconds):
    x = (math.log10(pixels) - x_range[0]) / (x_range[1] - x_range[0])
    y = (math.log10(milliseconds) - y_range[0]) / (y_range[1] - y_range[0])
    return LEFT + x * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - y * (HEIGHT - TOP - BOTTOM)


def text(x, y, content, anchor="middle", color="#444", extra=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{color}"{extra}>{content}</text>'


def line(curve, color, extra=""):
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(*point) for point in curve))
    return f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"{extra}/>'


right, floor = WIDTH - RIGHT, HEIGHT - BOTTOM
parts = [
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
    f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
    text(WIDTH / 2, 22, "Component tree and clusters of a square map", color="#111", extra=' font-size="15"'),
]
for power in range(y_range[0], y_range[1] + 1):
    y = place(points[0][0], 10**power)[1]
    parts.append(f'<path d="M{LEFT} {y:.1f}H{right}" stroke="#ddd"/>')
    parts.append(text(LEFT - 8, y + 4, f"{10**power:g}", "end"))
for pixels, _ in curves["noise"]:
    x = place(pixels, 10 ** y_range[0])[0]
    parts.append(f'<path d="M{x:.1f} {floor}v4" stroke="#444"/>')
    parts.append(text(x, floor + 18, f"{math.isqrt(pixels)}²"))
parts.append(text((LEFT + right) / 2, HEIGHT - 10, "pixels"))
parts.append(text(0, 0, "milliseconds", extra=f' transform="translate(20 {(TOP + floor) / 2}) rotate(-90)"'))
# The guide meets the noise at the size where a call's fixed cost no longer shows.
start, start_time = curves["noise"][2]
guide = [
    (n, start_time * n * math.log(n) / (start * math.log(start))) for n, _ in curves["noise"]
]
parts.append(line(guide, "#888", ' stroke-dasharray="5 4"'))
labels = []
for name, curve in curves.items():
    parts.append(line(curve, COLORS[name]))
    for pixels, milliseconds in curve:
        x, y = place(pixels, milliseconds)
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{COLORS[name]}"/>')
    labels.append((place(*curve[-1])[1], name, COLORS[name]))
labels.append((place(*guide[-1])[1], "N log N", "#888"))
below = -math.inf
for y, name, color in sorted(labels):
    below = max(y + 4, below + 14)
    parts.append(text(right + 8, below, name, "start", color))
target.write_text("\n".join(parts + ["</svg>"]) + "\n")
