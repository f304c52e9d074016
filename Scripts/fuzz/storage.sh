#!/bin/sh
# Fuzzes one parser of Sources/Torch/Storage with libFuzzer and the address sanitizer:
#   Scripts/fuzz/storage.sh safetensors|checkpoint|pickle|npy [seconds, default 300]
# Needs the Swift toolchain on Linux, and python3 to take the seeds apart. Findings are left in .build-fuzz/.
set -eu
parser=$1
seconds=${2:-300}
root=$(cd "$(dirname "$0")/../.." && pwd)
data=$root/Tests/TorchTests/Data/Storage
work=$root/.build-fuzz/$parser
mkdir -p "$work/corpus"

storage=$root/Sources/Torch/Storage
flag=$(echo "$parser" | tr a-z A-Z)
swiftc -swift-version 6 -O -parse-as-library -package-name blemish -sanitize=fuzzer,address -D "$flag" -o "$work/fuzz" \
  -I "$root/Sources/CLibZ" "$root/Scripts/fuzz/StorageFuzz.swift" "$root/Sources/Torch/Core/DType.swift" \
  "$storage/AtomicFile.swift" "$storage/ByteReader.swift" "$storage/FileLock.swift" "$storage/JSONScanner.swift" \
  "$storage/LegacyCheckpoint.swift" "$storage/MappedFile.swift" "$storage/NPY.swift" "$storage/Pickle.swift" \
  "$storage/SafeTensors.swift" "$storage/StorageError.swift" "$storage/StoredTensor.swift" \
  "$storage/TorchCheckpoint.swift" "$storage"/Unpickler*.swift "$storage/ZipArchive.swift" -lz

case $parser in
safetensors) cp "$data"/*.safetensors "$work/corpus" ;;
checkpoint) cp "$data"/*.pth "$work/corpus" ;;
npy) cp "$data"/*.npy "$work/corpus" ;;
pickle)
  python3 - "$data" "$work/corpus" <<'PYTHON'
import pathlib, sys, zipfile
for path in pathlib.Path(sys.argv[1]).glob("*.pth"):
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            name = next(name for name in archive.namelist() if name.endswith("/data.pkl"))
            (pathlib.Path(sys.argv[2]) / path.stem).write_bytes(archive.read(name))
PYTHON
  ;;
esac
# With Swift's own backtraces on, a crash hangs instead of being reported.
cd "$work"
SWIFT_BACKTRACE=enable=no nice -n 5 ./fuzz -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
  -max_len=65536 -use_value_profile=1 -print_final_stats=1 corpus
