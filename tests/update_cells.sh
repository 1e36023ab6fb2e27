#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What the weight update costs in a PE: cells and flip-flops after Yosys's `synth`, without and with master
# weights and update, for several operand widths. Every PE must have one multiplier and one adder.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
gradloom=$(readlink -f "${GRADLOOM:-build/release/bin/gradloom}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Arithmetic that would be a second multiplier or adder in disguise.
others='t:$sub t:$macc t:$alu t:$div t:$mod t:$pow t:$neg t:$lcu t:$fa'

write_config() { # write_config NAME OPERAND ACCUMULATOR TRAINING
  {
    echo "name: $1"
    echo 'array: {rows: 2, cols: 2}'
    echo "numbers: {operand_bits: $2, accumulator_bits: $3, overflow: wrap}"
    echo 'buffers: {x: 16, delta: 16, w: 16, y: 16, dx: 16, dw: 16}'
    [[ -z $4 ]] || echo "training: $4"
  } >"$work/$1.yaml"
}

measure() { # measure NAME: "CELLS FLIP-FLOPS"
  "$gradloom" generate -c "$work/$1.yaml" -o "$work/$1" >/dev/null
  (cd "$work/$1" && yosys -q -p "read_verilog rtl/$1_add.v rtl/$1_pe.v; hierarchy -top $1_pe; proc; flatten; opt;
    select -assert-count 1 t:\$mul; select -assert-count 1 t:\$add; select -assert-none $others;
    synth -top $1_pe; tee -q -o stat.txt stat")
  awk '/Number of cells:/ { cells = $4 }
       $1 ~ /^\$_(DFF|SDFF|DFFE|SDFFE|SDFFCE)_/ { ffs += $2 }
       END { print cells, ffs }' "$work/$1/stat.txt"
}

printf '%-34s %8s %8s %8s\n' 'one PE' cells FFs ratio
count=0
while read -r operand accumulator master; do
  base=
  for what in none update update+decay; do
    case $what in
      none) training= label="int$operand/$accumulator" ;;
      update) training="{master_bits: $master, weight_decay: false}" label="  update, $master-bit masters" ;;
      *) training="{master_bits: $master, weight_decay: true}" label="  update and weight decay" ;;
    esac
    name="pe${operand}_${what//+/_}"
    write_config "$name" "$operand" "$accumulator" "$training"
    size=$(measure "$name")
    read -r cells ffs <<<"$size"
    base=${base:-$cells}
    ratio=$(awk -v a="$cells" -v b="$base" 'BEGIN { printf "%.2f", a / b }')
    printf '%-34s %8d %8d %8s\n' "$label" "$cells" "$ffs" "$ratio"
    ((cells > 0 && ffs > 0)) || { echo 'FAIL: nothing was counted'; exit 1; }
    count=$((count + 1))
  done
done <<'TEXT'
4 20 8
8 32 16
16 48 24
TEXT
((count == 9)) || { echo 'FAIL: rows are missing'; exit 1; }
echo 'one multiplier and one adder in every PE'
