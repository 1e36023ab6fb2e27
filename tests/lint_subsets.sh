#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/lint_rtl.sh on shapes and choices that the example configurations do not cover: every subset of
# the operations, each overflow policy, a single PE, a row, a column, extreme widths and depths, each width of the
# bus. First it is made sure that each linter can fail.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
GRADLOOM=$(readlink -f "${GRADLOOM:-build/release/bin/gradloom}")
export GRADLOOM
source tests/lib/subsets.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
all=${subsets[-1]}

# spoil NAME TEXT LINTER: with TEXT put before the end of the RAM module, LINTER must complain.
spoil() {
  rm -rf "$work/templates"
  cp -R rtl_templates "$work/templates"
  sed -i "s|^endmodule|$2\nendmodule|" "$work/templates/ram.v"
  if GRADLOOM_TEMPLATES=$work/templates tests/lint_rtl.sh "$work/probe.yaml" >"$work/log" 2>&1 ||
    ! grep -q ": $3:" "$work/log"; then
    echo "FAIL: $1 went unnoticed by $3" >&2
    cat "$work/log" >&2
    exit 1
  fi
}
write_config "$work" probe 1 1 wrap fprop 2
spoil 'an unused wire' '  wire spoiled = 1'"'"'b1;' verilator
spoil 'an undeclared wire' '  assign spoiled = we_i;' iverilog
spoil 'a latch' '  reg spoiled; always @* if (we_i) spoiled = re_i;' yosys
rm "$work/probe.yaml"

# numbers NAME OPERAND_BITS ACCUMULATOR_BITS OVERFLOW QUEUE_DEPTH [PE]
numbers() {
  cat >"$work/$1.yaml" <<TEXT
name: $1
array: {rows: 2, cols: 3}
numbers: {operand_bits: $2, accumulator_bits: $3, overflow: $4}
host: {queue_depth: $5}
pe: {${6:-add_stages: 1}}
TEXT
}

# bus NAME LANES DATA_BITS ADDRESS_BITS OPERAND_BITS ACCUMULATOR_BITS MASTER_BITS QUEUE_DEPTH WORDS
bus() {
  cat >"$work/$1.yaml" <<TEXT
name: $1
array: {rows: $2, cols: $2}
numbers: {operand_bits: $5, accumulator_bits: $6, overflow: wrap}
training: {master_bits: $7}
buffers: {x: $9, delta: $9, w: $9, y: $9, dx: $9, dw: $9, bias: 1}
host: {queue_depth: $8, bus: axi, data_bits: $3, address_bits: $4}
TEXT
}
bus bus_1x1_32 1 32 32 8 32 8 1 2
bus bus_1x1_256 1 256 64 8 64 16 2 16
bus bus_3x3_64 3 64 48 16 48 32 3 33
bus bus_5x5_128 5 128 33 4 20 7 4 64
bus bus_16x16_32 16 32 64 8 32 16 16 64
bus bus_16x16_256 16 256 40 12 64 24 5 65

for subset in "${subsets[@]}"; do
  name=$(subset_name "$subset")
  write_config "$work" "sat_$name" 2 3 saturate "$subset"
  write_config "$work" "one_$name" 1 1 wrap "$subset"
  write_config "$work" "row_$name" 1 4 wrap "$subset" 16
  write_config "$work" "col_$name" 4 1 wrap "$subset" 7
  write_config "$work" "abft_$name" 2 3 wrap "$subset"
  echo 'abft: true' >>"$work/abft_$name.yaml"
done
# Hold memories that no batch, some batches or every batch fit, with and without training and the bus.
for subset in dgrad wgrad 'fprop, dgrad' "$all"; do
  name=$(subset_name "$subset")
  write_config "$work" "hold_$name" 2 3 wrap "$subset" 16
  write_config "$work" "hold_row_$name" 1 4 wrap "$subset" 7 'mult_stages: 1, add_stages: 2'
  sed -i 's/^buffers: {/&delta_hold: 4, /' "$work/hold_$name.yaml" "$work/hold_row_$name.yaml"
done
bus hold_bus 3 64 48 16 48 32 3 33
sed -i 's/^buffers: {/&delta_hold: 32, /' "$work/hold_bus.yaml"
sed '/^host:/d; s/^name: .*/name: hold_train/' "$work/hold_bus.yaml" >"$work/hold_train.yaml"
# Stages of the PE, and with two of the multiplier zero gating too.
for subset in 'fprop, dgrad' 'dgrad, wgrad' "$all"; do
  name=$(subset_name "$subset")
  for stages in 11 22 02 21; do
    pe="mult_stages: ${stages:0:1}, add_stages: ${stages:1:1}"
    write_config "$work" "pipe${stages}_$name" 2 3 wrap "$subset" 16 "$pe"
  done
done
for subset in fprop wgrad "$all"; do
  name=$(subset_name "$subset")
  write_config "$work" "gated_$name" 3 1 wrap "$subset" 16 'mult_stages: 2, add_stages: 2, zero_gating: true'
done
write_config "$work" pipe_saturate 2 2 saturate "$all" 16 'mult_stages: 2, zero_gating: true'
write_config "$work" pipe_1x1 1 1 wrap "$all" 16 'mult_stages: 1, add_stages: 2'
write_config "$work" abft_1x1 1 1 wrap "$all" 1
echo 'abft: true' >>"$work/abft_1x1.yaml"
write_config "$work" word_2x2 2 2 wrap "$all" 1
write_config "$work" word_1x1 1 1 saturate "$all" 1
write_config "$work" big_9x7 9 7 saturate "$all"
numbers narrow 2 8 saturate 1
numbers full 16 32 wrap 16
numbers wide 16 64 saturate 3
numbers odd 5 33 saturate 2
numbers odd_split 5 33 wrap 2 'mult_stages: 1, add_stages: 2'
numbers narrow_split 2 8 wrap 1 'add_stages: 2'
numbers full_split 16 32 wrap 1 'mult_stages: 2, add_stages: 2, zero_gating: true'
tests/lint_rtl.sh "$work"/*.yaml
