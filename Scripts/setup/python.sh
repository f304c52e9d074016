#!/usr/bin/env bash
# Prints a Python that can make a virtual environment for the torch wheel: $PYTHON, else the one on
# PATH, else the system's.
set -euo pipefail

for python in ${PYTHON:+"$PYTHON"} python3 /usr/bin/python3; do
  # The torch wheel asks for 3.10 or later; Debian ships ensurepip in a package of its own.
  if "$python" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 10))' 2>/dev/null
  then
    command -v "$python"
    exit
  fi
done
echo "error: no Python 3.10 or later with venv; install python3-venv or set PYTHON" >&2
exit 1
