#!/usr/bin/env bash
# Learns from good solar cells, evaluates on all kinds, and says where the report is. Finished work
# is kept until the command or this file changes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

data=elpv:mono
model=demo/elpv-mono.blemish
report=demo/report

blemish=$(Scripts/swiftw build --show-bin-path)/blemish

# done_since RESULT INPUT...: RESULT is there and no older than the inputs.
done_since() {
  local result=$1 input
  shift
  [[ -e $result ]] || return 1
  for input in "$@"; do
    if [[ $input -nt $result ]]; then return 1; fi
  done
}

mkdir -p demo
if ! done_since "$model/manifest.json" "$blemish" Scripts/demo.sh; then
  "$blemish" train --data "$data" --out "$model"
fi
if ! done_since "$report/report.html" "$model/manifest.json"; then
  "$blemish" evaluate --model "$model" --data "$data" --out "$report"
fi
echo "The report is $(pwd -P)/$report/report.html"
