#!/usr/bin/env bash
# Installs the Debian packages that the build needs and the machine lacks; asks nobody anything.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

missing=()

# need KIND NAME PACKAGE: PACKAGE is missing where NAME cannot be found.
need() {
  case $1 in
    command) command -v "$2" ;;
    module) pkg-config --exists "$2" ;;
    library) [[ $libraries == *"$2"* ]] ;;
    file) compgen -G "$2" ;;
    python) [[ -x .deps/venv/bin/python ]] || Scripts/setup/python.sh ;;
  esac >/dev/null 2>&1 || missing+=("$3")
}

if ! command -v swift >/dev/null; then
  echo "error: swift is not on PATH; install a Swift 6.3 toolchain and add its usr/bin to PATH" >&2
  exit 1
fi

# What a toolchain unpacked from an archive needs of the system.
libraries=$(/sbin/ldconfig -p 2>/dev/null || true)
need library libcurl.so.4 libcurl4
need library libncurses.so.6 libncurses6
need library libsqlite3.so.0 libsqlite3-0
need library libxml2.so.2 libxml2
need file '/usr/include/c++/*/vector' libstdc++-12-dev
need command ld.gold binutils
need command git git
need file /etc/ssl/certs/ca-certificates.crt ca-certificates

# What the package itself links and what fetches libtorch.
need command pkg-config pkg-config
need module libjpeg libjpeg62-turbo-dev
need module libpng libpng-dev
need module libtiff-4 libtiff-dev
need module libwebp libwebp-dev
need module libcrypto libssl-dev
need python python3 python3-venv

if ((${#missing[@]} == 0)); then exit; fi

if ! command -v apt-get >/dev/null; then
  echo "error: this system has no apt-get; install what it calls these packages: ${missing[*]}" >&2
  exit 1
fi

as_root=()
if ((EUID != 0)); then
  # sudo may ask for a password only where there is a person to answer.
  if command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [[ -t 0 && -z ${CI:-} ]]; }; then
    as_root=(sudo)
  else
    echo "error: Debian packages are missing; as root, run:" \
      "apt-get update && apt-get install -y --no-install-recommends ${missing[*]}" >&2
    exit 1
  fi
fi

echo "Installing Debian packages: ${missing[*]}"
apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get
  -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0)
"${apt[@]}" update </dev/null
"${apt[@]}" install -y --no-install-recommends "${missing[@]}" </dev/null >/dev/null
