#!/usr/bin/env bash
# Benchmarks/elpv_splits.sh CELLS COUNT FOLDER: PaDiM's false alarms on COUNT random splits of the sound ELPV cells of one
# type (mono or poly), four fifths to train on; prints what was observed beside what was expected. Run `make data-elpv` first.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
export BLEMISH_HOME=${BLEMISH_HOME:-$root/.deps}
cells=${1:?"usage: elpv_splits.sh mono|poly COUNT FOLDER"} count=${2:?} folder=${3:?}
blemish=$("$root/Scripts/swiftw" build --show-bin-path)/blemish
python3 - "$BLEMISH_HOME/data/elpv" "$cells" "$count" "$folder" <<'PYTHON'
import random, sys
from pathlib import Path

source, cells, count, folder = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), Path(sys.argv[4])
rows = [line.split() for line in (source / "labels.csv").read_text().splitlines()]
sound = sorted(name for name, probability, kind in rows if kind == cells and float(probability) == 0)
for split in range(1, count + 1):
    names = sound.copy()
    random.Random(split).shuffle(names)
    bound = int(len(names) * 0.8)
    for part, chosen in ("train", names[:bound]), ("test", names[bound:]):
        good = folder / f"split-{split}/{part}/good"
        good.mkdir(parents=True)
        for name in chosen:
            (good / Path(name).name).symlink_to((source / name).resolve())
PYTHON
for split in $(seq "$count"); do
  "$blemish" train --detector padim --data "$folder/split-$split" --out "$folder/model-$split" --seed "$split"
  "$blemish" evaluate --model "$folder/model-$split" --data "$folder/split-$split" --out "$folder/results-$split"
done
python3 - "$count" "$folder" <<'PYTHON'
import json, sys
from pathlib import Path

runs = [json.loads((Path(sys.argv[2]) / f"results-{n}/metrics.json").read_text()) for n in range(1, int(sys.argv[1]) + 1)]
for level in zip(*(run["falseAlarms"] for run in runs)):
    seen = [one["calibrated"] for one in level]
    print(f"expected {level[0]['expected']}: observed {sum(seen) / len(seen):.3f} ({min(seen):.3f} to {max(seen):.3f})")
empty = [1 - run["falseAlarmRate"] for run in runs]
print(f"empty masks at the default: {sum(empty) / len(empty):.3f}")
PYTHON
