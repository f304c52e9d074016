#!/usr/bin/env bash
# Installs the packages of Debian 12, Debian 13 or Ubuntu 24.04 that the build needs and the machine lacks; asks nobody anything.
# packages.sh --list prints the names of all of them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# The C++ headers of the system's own compiler: the toolchain takes no others.
system=$(. /etc/os-release 2>/dev/null && echo "${ID:-} ${VERSION_ID:-}" || true)
case $system in
  'debian 12') headers=libstdc++-12-dev ;;
  'ubuntu 24.04') headers=libstdc++-13-dev ;;
  'debian 13') headers=libstdc++-14-dev ;;
  # Larger, but of the right version wherever there is apt.
  *) headers=g++ ;;
esac

# need KIND NAME PACKAGE: PACKAGE is missing where NAME cannot be found.
need() {
  case $kinds$1 in
    list*) false ;;
    command) command -v "$2" ;;
    module) pkg-config --exists "$2" ;;
    library) [[ $libraries == *"$2"* ]] ;;
    file) compgen -G "$2" ;;
    python) [[ -x .deps/venv/bin/python ]] || Scripts/setup/python.sh ;;
  esac >/dev/null 2>&1 || missing+=("$3")
}

find_missing() {
  missing=()
  libraries=$(/sbin/ldconfig -p 2>/dev/null || true)

  # What a toolchain unpacked from an archive needs of the system.
  need library libcurl.so.4 libcurl4
  need library libncurses.so.6 libncurses6
  need library libsqlite3.so.0 libsqlite3-0
  need library libxml2.so.2 libxml2
  need file '/usr/include/c++/*/vector' "$headers"
  need command ld binutils
  need command git git
  need file /etc/ssl/certs/ca-certificates.crt ca-certificates

  # What the package itself links, and what fetches libtorch.
  need command pkg-config pkg-config
  need module libjpeg libjpeg-dev
  need module libpng libpng-dev
  need module libtiff-4 libtiff-dev
  need module libwebp libwebp-dev
  need module libcrypto libssl-dev
  need module zlib zlib1g-dev
  need python python3 python3-venv
}

fail() {
  echo "error: $*" >&2
  exit 1
}

kinds=
if [[ ${1:-} == --list ]]; then
  kinds=list
  find_missing
  printf '%s\n' "${missing[@]}"
  exit
fi

command -v swift >/dev/null ||
  fail "swift is not on PATH; install a Swift 6.3 toolchain and add its usr/bin to PATH"

find_missing
if ((${#missing[@]} == 0)); then exit; fi

command -v apt-get >/dev/null ||
  fail "this system has no apt-get; install what it calls these packages: ${missing[*]}"

as_root=()
if ((EUID != 0)); then
  # sudo may ask for a password only where there is a person to answer.
  if command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [[ -t 0 && -z ${CI:-} ]]; }; then
    as_root=(sudo)
  else
    fail "packages are missing; as root, run:" \
      "apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
  fi
fi

echo "Installing packages: ${missing[*]}"
apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get
  -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0)
"${apt[@]}" update </dev/null
"${apt[@]}" install -y --no-install-recommends "${missing[@]}" </dev/null >/dev/null

find_missing
if ((${#missing[@]} > 0)); then
  fail "installed, but still not found by the build: ${missing[*]}"
fi
