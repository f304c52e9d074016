#!/usr/bin/env bash
# Benchmarks/run.sh operators|uflow|uflow-growth|uflow-memory|predict|network|piade|metrics|acontrario|growth [OPTIONS]: builds and runs one benchmark with the flags of the package.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
export PKG_CONFIG_PATH=$root/.deps/pkgconfig BLEMISH_HOME=${BLEMISH_HOME:-$root/.deps}
flags=(--package-path "$root/Benchmarks" -c release -Xlinker -rpath -Xlinker "$root/.deps/libtorch/lib")
swift build "${flags[@]}" >&2
exec "$(swift build "${flags[@]}" --show-bin-path)/Benchmarks" "$@"
