#!/usr/bin/env bash
# Benchmarks/run.sh NAME [OPTION...]: builds the benchmarks with the flags of the package, and runs one of them. Without a name, it
# lists them.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
export PKG_CONFIG_PATH=$root/.deps/pkgconfig BLEMISH_HOME=${BLEMISH_HOME:-$root/.deps}
flags=(--package-path "$root/Benchmarks" -c release -Xlinker -rpath -Xlinker "$root/.deps/libtorch/lib")
# For benchmarks whose results are gathered over days.
BLEMISH_COMMIT=$(git -C "$root" describe --always --dirty 2>/dev/null || true)
export BLEMISH_COMMIT
swift build "${flags[@]}" >&2
exec "$(swift build "${flags[@]}" --show-bin-path)/Benchmarks" "$@"
