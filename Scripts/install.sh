#!/usr/bin/env bash
# install.sh PREFIX: copies what `make build` made into PREFIX/lib/blemish, with the libraries of libtorch and Swift, the weights
# and the licenses, and links the command into PREFIX/bin. Nothing there refers to the checkout or the toolchain: both may be moved
# or deleted, and so may PREFIX.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$(pwd -P)
prefix=${1:?"usage: install.sh PREFIX"}
mkdir -p "$prefix/bin" "$prefix/lib"
prefix=$(cd "$prefix" && pwd -P)
programs=$(Scripts/swiftw build --show-bin-path)
toolchain=$(dirname "$(dirname "$(readlink -f "$(command -v swiftc)")")")
tree=$prefix/lib/blemish
new=$prefix/lib/.blemish.new

rm -rf "$new"
trap 'rm -rf "$new"' EXIT
mkdir -p "$new/bin" "$new/lib" "$new/share/licenses"
cp "$programs/blemish" "$programs/blemish-engine" "$new/bin/"

# link_or_copy SOURCE TARGET: the same file under two names where that can be had, since libtorch is large.
link_or_copy() {
  ln "$(readlink -f "$1")" "$2" 2>/dev/null || cp -L "$1" "$2"
}

# Of the libraries that the programs load, the system's own are left where they are.
ldd "$new/bin/blemish" "$new/bin/blemish-engine" | awk '$2 == "=>" { print $1, $3 }' | sort -u |
  while read -r name path; do
    if [[ $path == not ]]; then
      echo "error: $name, which the command loads, was not found" >&2
      exit 1
    fi
    case $path in
      "$root"/.deps/*) link_or_copy "$path" "$new/lib/$name" ;;
      "$toolchain"/*) cp -L "$path" "$new/lib/$name" ;;
    esac
  done

cp LICENSE "$new/share/licenses/Blemish"
for file in .deps/venv/lib/python3*/site-packages/torch-*.dist-info/{,licenses/}{LICENSE,NOTICE}; do
  if [[ -e $file ]]; then cp "$file" "$new/share/licenses/libtorch.${file##*/}"; fi
done
if [[ -e $toolchain/share/swift/LICENSE.txt ]]; then
  cp "$toolchain/share/swift/LICENSE.txt" "$new/share/licenses/Swift"
fi

# The command looks for weights in the nearest .deps above it. What was fetched for an earlier installation stays.
mkdir -p "$new/.deps/weights"
for folder in "$tree/.deps/weights" .deps/weights; do
  if [[ -d $folder ]]; then cp -R "$folder/." "$new/.deps/weights/"; fi
done

rm -rf "$tree"
mv "$new" "$tree"
ln -sfn ../lib/blemish/bin/blemish "$prefix/bin/blemish"
echo "Installed $prefix/bin/blemish and $tree ($(du -shL "$tree" | cut -f1))"
case :$PATH: in
  *:"$prefix/bin":*) ;;
  *) echo "To find it by name: export PATH=$prefix/bin:\$PATH" ;;
esac
