#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The proof `pe` for small PEs of every kind of pipeline. The cycles between operands and sum depend on the stages and on the
# operations, so each line is another circuit: operations, mult_stages, add_stages, zero_gating, overflow, accumulator_bits.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
count=0
while read -r operations mult add zero overflow bits; do
  {
    printf 'name: pipe%d\narray: {rows: 2, cols: 2}\n' "$count"
    printf 'numbers: {operand_bits: 4, accumulator_bits: %d, overflow: %s}\n' "$bits" "$overflow"
    printf 'pe: {mult_stages: %d, add_stages: %d, zero_gating: %s}\noperations: [%s]\n' "$mult" "$add" "$zero" "$operations"
  } >"$work/config.yaml"
  echo "$operations, mult_stages $mult, add_stages $add, zero_gating $zero, $overflow to $bits bits"
  formal/run.sh "$work/config.yaml" pe >"$work/log" || { cat "$work/log"; exit 1; }
  grep '^pe ' "$work/log"
  count=$((count + 1))
done <<'TEXT'
fprop 1 1 false wrap 12
fprop 1 2 false wrap 12
fprop 2 2 true wrap 12
dgrad 1 2 false wrap 8
wgrad 1 1 false saturate 8
wgrad 2 2 true wrap 9
fprop,dgrad 1 2 false wrap 12
fprop,wgrad 2 1 true saturate 12
dgrad,wgrad 1 2 false wrap 12
fprop,dgrad,wgrad 0 2 false wrap 12
fprop,dgrad,wgrad 1 1 false saturate 8
fprop,dgrad,wgrad 2 1 false wrap 12
TEXT
echo "pe: $count pipelines proven"
