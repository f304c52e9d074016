#!/usr/bin/env bash
# Puts libtorch under .deps, out of the torch wheel in a virtual environment, and describes it to
# pkg-config. BLEMISH_TORCH=cpu|cuda overrides what the machine's hardware suggests.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
root=$(pwd -P)

version=2.13.0
venv=.deps/venv
stamp=$venv/libtorch-$version

pip_install() {
  "$venv/bin/python" -m pip install --quiet --no-input --no-compile --no-warn-conflicts "$@"
}

# The CUDA wheel's libtorch_cpu.so needs two small CUDA libraries even where there is no GPU; the
# others, some gigabytes, serve libtorch_cuda.so alone.
install_cuda_libraries() {
  local requirements
  mapfile -t requirements < <(
    sed -nE 's/^Requires-Dist: ((cuda-toolkit|nvidia-)[^; ]*).*/\1/p' \
      "$venv"/lib/python3*/site-packages/torch-"$version".dist-info/METADATA)
  if [[ $1 != cuda ]]; then
    mapfile -t requirements < <(
      printf '%s\n' "${requirements[@]}" |
        sed -nE 's/^cuda-toolkit\[.*\](.*)/cuda-toolkit[cudart,cupti]\1/p')
  fi
  if ((${#requirements[@]} > 0)); then pip_install "${requirements[@]}"; fi
}

install_libtorch() {
  local device=$1 python
  python=$(Scripts/setup/python.sh)
  echo "Fetching libtorch $version ($device) into .deps; this takes a while"
  "$python" -m venv --clear "$venv"
  # torch's Python dependencies are left out: only its C++ library is used.
  if [[ $device == cpu ]] && pip_install --no-deps "torch==$version+cpu" 2>"$venv/pip.log"; then
    return
  fi
  # `===` keeps a build with a local version, such as +cpu, from answering for the plain one.
  if ! { pip_install --no-deps "torch===$version" && install_cuda_libraries "$device"; }; then
    echo "error: pip did not get torch $version for $python (its message is above); check the" \
      "network, or set PYTHON to a Python that has a wheel of it" >&2
    exit 1
  fi
}

if [[ ! -e $stamp || ! -x $venv/bin/python ]]; then
  device=${BLEMISH_TORCH:-cpu}
  if [[ -z ${BLEMISH_TORCH:-} ]] && nvidia-smi >/dev/null 2>&1; then device=cuda; fi
  if [[ $device != cpu && $device != cuda ]]; then
    echo "error: BLEMISH_TORCH is '$device'; expected cpu or cuda" >&2
    exit 2
  fi
  mkdir -p .deps
  install_libtorch "$device"

  site=$(cd "$venv" && echo lib/python3*/site-packages)
  ln -sfn "venv/$site/torch" .deps/libtorch
  # What does not load here would fail later, in every program that is built.
  "$venv/bin/python" -c 'import ctypes, sys; ctypes.CDLL(sys.argv[1])' \
    "$root/.deps/libtorch/lib/libtorch_cpu.so"
  touch "$stamp"
fi

# SwiftPM cannot go on with what it compiled under another path: a checkout that has moved builds
# anew. One that has not keeps its .pc file untouched, and nothing is built again.
pc=.deps/pkgconfig/libtorch.pc
prefix=${root// /\\ }/.deps/libtorch
if [[ -e $pc ]] && ! grep -qxF "prefix=$prefix" "$pc"; then rm -rf .build/*-linux-*; fi

mkdir -p "${pc%/*}"
cat >"$pc.new" <<END
prefix=$prefix
Name: libtorch
Description: The C++ library of PyTorch, from the torch wheel
Version: $version
Cflags: -I\${prefix}/include
Libs: -L\${prefix}/lib -ltorch_cpu -lc10
END
if cmp -s "$pc.new" "$pc"; then rm "$pc.new"; else mv "$pc.new" "$pc"; fi
