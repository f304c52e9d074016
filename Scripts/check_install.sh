#!/usr/bin/env bash
# Installs the command into a temporary folder, moves it, and runs it where neither checkout nor toolchain can be seen.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$(pwd -P)
toolchain=$(dirname "$(dirname "$(dirname "$(readlink -f "$(command -v swiftc)")")")")
work=$(mktemp -d "${TMPDIR:-/tmp}/blemish-install.XXXXXX")
trap 'rm -rf "$work"' EXIT

Scripts/install.sh "$work/first" >/dev/null
mv "$work/first" "$work/moved"

hide='set -e; root=$1 toolchain=$2 blemish=$3
  mount -t tmpfs none "$root"
  case $toolchain in /usr | /) ;; *) mount -t tmpfs none "$toolchain" ;; esac
  cd /
  "$blemish" --version
  "$blemish" weights list >/dev/null
  "$blemish" doctor'
run=(unshare -m)
if ((EUID != 0)); then run=(unshare -rm); fi
if ! "${run[@]}" true 2>/dev/null; then
  echo "check_install: left out, as this system allows no mount namespaces"
  exit 0
fi
if ! "${run[@]}" bash -c "$hide" _ "$root" "$toolchain" "$work/moved/bin/blemish" >"$work/log" 2>&1; then
  cat "$work/log" >&2
  echo "error: the installed command does not work by itself" >&2
  exit 1
fi
echo "check_install: the installed command works without checkout and toolchain"
