#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The multiplier that the proof of the PE cuts out: every pair of operands in Icarus, as a weight with x and with delta,
# and as x with delta, for operands of 4 and of 8 bits and with one operation alone.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
gradloom=$(readlink -f "${GRADLOOM:-build/release/bin/gradloom}")
command -v iverilog >/dev/null || { echo 'multiplier: iverilog is missing: Debian package iverilog' >&2; exit 3; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

check() { # check BITS OPERATIONS: every operation compares 2^(2*BITS) products
  local bits=$1 name=mult operation defs=() found count=0
  printf 'name: %s\narray: {rows: 1, cols: 1}\nnumbers: {operand_bits: %d, accumulator_bits: %d, overflow: wrap}\noperations: [%s]\n' \
    $name "$bits" $((3 * bits)) "$2" >"$work/$name.yaml"
  "$gradloom" generate -c "$work/$name.yaml" -o "$work/rtl" --force >/dev/null
  for operation in ${2//,/ }; do
    defs+=("-DHAS_${operation^^}")
    count=$((count + 1))
  done
  [[ $2 == wgrad ]] || defs+=(-DHAS_WEIGHTS)
  iverilog -g2005 -s multiplier_tb -o "$work/sim" "-DPE=${name}_pe" "-DOP=$bits" "-DACC=$((3 * bits))" -DCTL_W=8 "${defs[@]}" \
    formal/multiplier_tb.v "$work/rtl/rtl/${name}_pe.v" "$work/rtl/rtl/${name}_add.v" 2>"$work/log" ||
    { cat "$work/log"; exit 1; }
  found=$(vvp -n "$work/sim")
  echo "int$bits, $2: $found"
  [[ $found == "$(((1 << 2 * bits) * count)) products compared" ]] || { echo 'FAIL'; exit 1; }
}

check 4 'fprop, dgrad, wgrad'
check 4 fprop
check 4 dgrad
check 4 wgrad
check 8 'fprop, dgrad, wgrad'
