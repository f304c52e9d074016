"""Draws the memory that training U-Flow takes over the coupling blocks of a stage.

Made with Python 3.11, without packages:

    Benchmarks/run.sh uflow-memory > docs/uflow-training-memory.json
    python Scripts/pictures/training_memory.py docs/uflow-training-memory.json docs/uflow-training-memory.svg
"""

import json
import sys
from pathlib import Path

WIDTH, HEIGHT = 560, 360
LEFT, RIGHT, TOP, BOTTOM = 64, 24, 44, 52
STYLES = {False: ("#b45309", "activations kept", ""), True: ("#1d4ed8", "reversible", ' stroke-dasharray="7 4"')}
source, target = map(Path, sys.argv[1:])
data = json.loads(source.read_text())


def text(x, y, content, anchor="middle", color="#444", extra=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{color}"{extra}>{content}</text>'


rows = data["rows"]
right, top = max(r["flowSteps"] for r in rows) * 1.04, max(r["peakMB"] for r in rows) * 1.1
floor = HEIGHT - BOTTOM
place = lambda x, y: (LEFT + x / right * (WIDTH - LEFT - RIGHT), floor - y / top * (floor - TOP))
step = next(s for s in (100, 200, 500, 1000, 2000, 5000, 10000) if top / s <= 8)
parts = [
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
    f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
    text(WIDTH / 2, 22, "Peak memory of U-Flow's training, MB", color="#111", extra=' font-size="15"'),
]
for k in range(int(top / step) + 1):
    y = place(0, k * step)[1]
    parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>')
    parts.append(text(LEFT - 8, y + 4, f"{k * step}", "end"))
for steps in sorted({r["flowSteps"] for r in rows}):
    parts.append(text(place(steps, 0)[0], floor + 18, steps))
for reversible, (color, name, dash) in STYLES.items():
    points = [place(r["flowSteps"], r["peakMB"]) for r in rows if r["reversible"] == reversible]
    line = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    parts.append(f'<path d="M{line}" fill="none" stroke="{color}" stroke-width="2"{dash}/>')
    parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{color}"/>' for x, y in points]
    x, y = points[-1]
    parts.append(text(x - 8, y - 12 if reversible else y + 4, name, "end", color))
parts.append(
    text(LEFT + (WIDTH - LEFT - RIGHT) / 2, HEIGHT - 12,
         f"coupling blocks of each stage (batches of {data['batchSize']}, 256 x 256 pixels)")
)
target.write_text("\n".join(parts + ["</svg>"]) + "\n")
