#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `gradloom model` (closed form) and `gradloom verify` (counters read from the RTL) give the same numbers:
# their --json files are equal, but for what only verify has.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
gradloom=$(readlink -f "${GRADLOOM:-build/release/bin/gradloom}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

keys() { grep -vE '"(checks|mismatches|model_cached)"' "$1" | tr -d ' ,\n'; }

count=0
compare() { # compare CONFIG OPTION...
  local config=examples/configs/$1.yaml
  shift
  "$gradloom" model -c "$config" "$@" --json "$work/model.json" >"$work/model.txt"
  "$gradloom" verify -c "$config" "$@" --json "$work/rtl.json" >"$work/rtl.txt"
  grep -q '"cycles": [1-9]' "$work/rtl.json" && grep -q '"mismatches": 0' "$work/rtl.json"
  if [[ $(keys "$work/model.json") != "$(keys "$work/rtl.json")" ]]; then
    echo "FAIL: $config $*"
    diff "$work/model.json" "$work/rtl.json"
    exit 1
  fi
  head -n 1 "$work/rtl.txt"
  count=$((count + 1))
}

for op in fprop dgrad wgrad backward; do
  for schedule in interleaved separate serial; do
    compare gl3x5_int4 --op $op --schedule $schedule --m 7 --n 11 --batch 2
    compare gl2x2_int8 --op $op --schedule $schedule --m 9 --n 40 --batch 30 # split over several commands
  done
done
compare gl1x8_int16 --m 4 --n 40 --batch 1 # stalls
compare gl8x1_int8 --op fprop --m 30 --n 1 --batch 2
compare gl8x8_int8 --m 64 --n 32 --batch 32
compare gl8x8_hold_int8 --m 64 --n 32 --batch 32
for schedule in interleaved separate serial; do
  compare gl3x5_hold_int4 --schedule $schedule --m 7 --n 11 --batch 8
done
compare gl8x8_int8 --m 1 --n 1 --batch 1
echo "$count layers: closed form and RTL agree"
