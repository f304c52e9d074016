#!/usr/bin/env python3
"""Kills the command at random moments, over and over, and checks what is left.

    Scripts/kills.py DATA [--kills 150] [--seed 0] [--blemish PROGRAM]

DATA is a folder in MVTec layout, of which a few images are taken. Each job (a training of three detectors, an evaluation, a
benchmark) runs undisturbed once. Then it is started again and again, and killed with `kill -9` at a random moment, until it
finishes by itself. After every kill, each file that has its final name must be whole. In the end the results must be those of the
undisturbed run, and nothing temporary may be left. Needs nothing but Python. Prints the counts as JSON; the exit code is 1 if
something was broken.
"""

import argparse
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zlib

ROOT = pathlib.Path(__file__).resolve().parent.parent
# Times, places, memory: they differ from run to run.
VOLATILE = {"created", "finished", "millisecondsPerImage", "out", "peakMemoryMB", "processor", "run", "seconds", "secondsPerImage"}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--kills", type=int, default=150)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--images", type=int, default=12, help="good images to learn from")
    parser.add_argument("--blemish", default=ROOT / ".build/release/blemish")
    options = parser.parse_args()
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("BLEMISH_HOME", str(ROOT / ".deps"))
    with tempfile.TemporaryDirectory(prefix="blemish-kills-") as folder:
        trial = Trial(pathlib.Path(folder), pathlib.Path(options.blemish).resolve(), random.Random(options.seed))
        take(options.data, trial.folder / "data", options.images)
        sys.exit(trial.run(options.kills))


def take(source, target, count):
    """The first `count` images to learn from, and three of each kind to test."""
    for kind in ["train/good"] + [f"test/{p.name}" for p in sorted((source / "test").iterdir()) if p.is_dir()]:
        for image in sorted((source / kind).iterdir())[:count if kind == "train/good" else 3]:
            copy(image, target / kind / image.name)
            defect = kind.split("/")[1]
            for mask in (source / "ground_truth" / defect).glob(f"{image.stem}_mask.*"):
                copy(mask, target / "ground_truth" / defect / mask.name)


def copy(file, target):
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(file, target)


class Trial:
    def __init__(self, folder, blemish, chance):
        self.folder, self.blemish, self.chance = folder, blemish, chance
        self.faults = []

    def run(self, kills):
        quick = ["--image-size", "64", "--seed", "1"]
        training = ["train", "--data", "data"]
        jobs = [
            Training("uflow", training + ["--detector", "uflow", "--taps", "8,16", "--epochs", "30"] + quick),
            Training("pedenet", training + ["--detector", "pedenet", "--epochs", "4", "--seed", "1", "--image-size", "128"]),
            Training("piade", training + ["--detector", "piade", "--set", "steps=20"] + quick),
            Job("evaluate", ["evaluate", "--model", "uflow-0", "--data", "data", "--csv"]),
            Job("benchmark", [
                "benchmark", "--data", "data", "--detectors", "uflow,padim", "--seeds", "0,1", "--image-size", "64",
                "--keep-models", "--set", "uflow.epochs=4", "--set", "uflow.taps=[8,16]", "--set", "padim.taps=[8,16]"]),
        ]
        for job in jobs:
            self.undisturbed(job)
        number = 0
        while sum(job.kills for job in jobs) < kills and len(self.faults) < 20:
            number += 1
            # Whichever was killed least.
            job = min(jobs, key=lambda job: job.kills)
            self.disturbed(job, f"{job.name}-{number}")
            print(f"run {number}: {sum(job.kills for job in jobs)} kills, {len(self.faults)} faults", file=sys.stderr)
        for job in jobs:
            counts = {"kills": job.kills, "runs": job.runs, "starts": job.starts, "seconds": round(job.seconds, 1)}
            print(json.dumps({"job": job.name} | counts))
        print(json.dumps({"kills": sum(job.kills for job in jobs), "faults": self.faults}, indent=2))
        return 1 if self.faults else 0

    def start(self, arguments, log):
        return subprocess.Popen(
            [self.blemish] + arguments, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True)

    def undisturbed(self, job):
        out = f"{job.name}-0"
        log = self.folder / f"{out}.log"
        start = time.monotonic()
        with log.open("w") as file:
            code = self.start(job.arguments + ["--out", out], file).wait()
        job.seconds = time.monotonic() - start
        if code != 0:
            raise SystemExit(f"error: {job.name} does not run: {log.read_text()}")
        print(f"{job.name}: {job.seconds:.1f} s undisturbed", file=sys.stderr)
        job.check(self.folder / out)
        job.expected = job.results(self.folder / out)

    def disturbed(self, job, out):
        """One run, killed until it finishes, with what was there before in one of two."""
        job.runs += 1
        path = self.folder / out
        if self.chance.random() < 0.5:
            shutil.copytree(self.folder / f"{job.name}-0", path)
        log = self.folder / f"{out}.log"
        arguments = job.arguments + ["--out", out]
        for attempt in range(12):
            job.starts += 1
            with log.open("w") as file:
                process = self.start(arguments, file)
                try:
                    # Long enough in the end.
                    code = process.wait(self.chance.uniform(0, 1.2 * job.seconds) if attempt < 11 else None)
                except subprocess.TimeoutExpired:
                    # The process alone, or its children with it.
                    if self.chance.random() < 0.5:
                        os.killpg(process.pid, signal.SIGKILL)
                    else:
                        process.kill()
                    code = process.wait()
            if code == -signal.SIGKILL:
                job.kills += 1
                self.see(f"{out}: after kill {attempt + 1}", lambda: job.check(path))
                arguments = job.arguments + ["--out", out] + job.resuming
            elif code == 0:
                break
            else:
                self.faults.append(f"{out}: exit code {code}: {log.read_text()[-500:]}")
                return
        self.see(f"{out}: in the end", lambda: job.finished(path))
        if not any(fault.startswith(out) for fault in self.faults):
            for left in self.folder.glob(f"{out}*"):
                shutil.rmtree(left) if left.is_dir() else left.unlink()

    def see(self, where, check):
        try:
            check()
        except Exception as error:
            self.faults.append(f"{where}: {type(error).__name__}: {error}")


class Job:
    resuming = []

    def __init__(self, name, arguments):
        self.name, self.arguments = name, arguments
        self.kills = self.runs = self.starts = 0

    def check(self, path):
        """Every file with its final name is whole."""
        for file in sorted(path.rglob("*")):
            if file.is_file() and not any(part.startswith(".") for part in file.relative_to(path).parts):
                whole(file)

    def finished(self, path):
        self.check(path)
        left = [p.name for p in [*path.parent.glob(f".{path.name}.*"), *path.parent.glob(f"{path.name}.*"), *path.rglob(".*")]]
        left = [name for name in left if not name.endswith(".log")]
        assert not left, f"left behind: {left}"
        found = self.results(path)
        wrong = list(differences(self.expected, found))
        assert not wrong, f"not as in the undisturbed run: {wrong[:5]}"

    def results(self, path):
        """Content by name, without what differs from run to run."""
        files = [p for p in path.rglob("*") if p.is_file() and not p.name.startswith(".")]
        return {str(file.relative_to(path)): content(file) for file in files}


class Training(Job):
    resuming = ["--resume"]

    def check(self, path):
        if path.exists():
            files = {p.name for p in path.iterdir()}
            assert files == {"manifest.json", "tensors.safetensors", "run.json"}, f"a model of {files}"
            super().check(path)


def whole(file):
    """Throws where a file is cut off or otherwise broken."""
    data = file.read_bytes()
    match file.suffix:
        case ".json":
            json.loads(data)
        case ".jsonl":
            assert not data or data.endswith(b"\n"), f"{file}: cut off"
            for line in data.splitlines():
                json.loads(line)
        case ".html":
            assert data.rstrip().endswith(b"</html>"), f"{file}: cut off"
        case ".csv" | ".md":
            assert data.endswith(b"\n"), f"{file}: cut off"
        case ".png":
            png(file, data)
        case ".npy":
            shape = eval(data[10:10 + int.from_bytes(data[8:10], "little")])["shape"]
            length = 10 + int.from_bytes(data[8:10], "little") + 4 * shape[0] * shape[1]
            assert len(data) == length, f"{file}: {len(data)} bytes, not {length}"
        case ".safetensors" | ".checkpoint":
            start = 8 + int.from_bytes(data[:8], "little")
            header = json.loads(data[8:start])
            end = max((t["data_offsets"][1] for name, t in header.items() if name != "__metadata__"), default=0)
            assert len(data) == start + end, f"{file}: {len(data)} bytes, not {start + end}"
        case _:
            raise AssertionError(f"{file}: what is it?")


def png(file, data):
    assert data[:8] == b"\x89PNG\r\n\x1a\n", f"{file}: no PNG"
    place = 8
    while place < len(data):
        length, kind = int.from_bytes(data[place:place + 4], "big"), data[place + 4:place + 8]
        end = place + 8 + length
        assert zlib.crc32(data[place + 4:end]) == int.from_bytes(data[end:end + 4], "big"), f"{file}: a broken chunk"
        place = end + 4
    assert kind == b"IEND" and place == len(data), f"{file}: cut off"


def content(file):
    if file.suffix in (".json", ".jsonl"):
        lines = [file.read_text()] if file.suffix == ".json" else file.read_text().splitlines()
        return [steady(json.loads(line)) for line in lines]
    if file.suffix in (".html", ".csv", ".md"):
        # Times and names of folders stand in them; they are made of what is compared.
        return None
    return file.read_bytes()


def differences(a, b, place=""):
    if isinstance(a, dict) and isinstance(b, dict):
        for name in sorted(a.keys() | b.keys()):
            yield from differences(a.get(name), b.get(name), f"{place}/{name}")
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for number, (x, y) in enumerate(zip(a, b)):
            yield from differences(x, y, f"{place}/{number}")
    elif a != b:
        yield place


def steady(value):
    if isinstance(value, dict):
        return {name: steady(member) for name, member in value.items() if name not in VOLATILE}
    return [steady(item) for item in value] if isinstance(value, list) else value


if __name__ == "__main__":
    main()
