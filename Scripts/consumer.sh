#!/usr/bin/env bash
# Builds Examples/Consumer, and runs it to see that it starts. It shares the sources of dependencies with this package, and a
# debug build of what it needs takes a fraction of a release build.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$(pwd -P)
export PKG_CONFIG_PATH=$root/.deps/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}
swift build --package-path Examples/Consumer -Xlinker -rpath -Xlinker "$root/.deps/libtorch/lib"
usage=$(Examples/Consumer/.build/debug/Consumer)
[[ $usage == usage:* ]] || { echo "error: Examples/Consumer does not start: $usage" >&2; exit 1; }
