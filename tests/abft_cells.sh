#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What the array checksum costs: cells and flip-flops after Yosys's `synth` beside those of the PEs, for several arrays, and
# cycles of a backward (the closed form, which `gradloom verify` compares with the counters of the RTL).
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
gradloom=$(readlink -f "${GRADLOOM:-build/release/bin/gradloom}")
out=${OUT:-out}
command -v yosys >/dev/null || { echo 'yosys is missing: Debian package yosys' >&2; exit 3; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

write_config() { # write_config NAME ROWS COLS OPERAND ACCUMULATOR ABFT
  printf 'name: %s\narray: {rows: %s, cols: %s}\nnumbers: {operand_bits: %s, accumulator_bits: %s, overflow: wrap}\nabft: %s\n' \
    "$@" >"$work/$1.yaml"
}

cells() { # cells NAME MODULE: "CELLS FLIP-FLOPS" with all that is below
  (cd "$work/$1" && yosys -q -p "read_verilog rtl/$1_add.v rtl/$1_pe.v rtl/$1_abft*.v; hierarchy -top $1_$2; synth -top $1_$2;
    tee -q -o stat.txt stat -top $1_$2")
  awk '/Number of cells:/ { cells = $4; ffs = 0 }
       $1 ~ /^\$_(DFF|SDFF|DFFE|SDFFE|SDFFCE)_/ { ffs += $2 }
       END { print cells, ffs }' "$work/$1/stat.txt"
}

cycles() { "$gradloom" model -c "$work/$1.yaml" --m 32 --n 32 --batch 16 | sed -nE '1s/.*: ([0-9]+) cycles.*/\1/p'; }

printf '%-16s %10s %10s %8s %10s %10s %8s %8s %8s\n' array 'PEs cells' checksum ratio 'PEs FFs' checksum ratio cycles more
rows=''
while read -r r c operand accumulator; do
  name=abft_${r}x${c}_$operand
  write_config "$name" "$r" "$c" "$operand" "$accumulator" true
  write_config "plain_$name" "$r" "$c" "$operand" "$accumulator" false
  "$gradloom" generate -c "$work/$name.yaml" -o "$work/$name" >/dev/null
  read -r pe_cells pe_ffs < <(cells "$name" pe)
  read -r abft_cells abft_ffs < <(cells "$name" abft)
  before=$(cycles "plain_$name")
  after=$(cycles "$name")
  ((pe_cells > 0 && pe_ffs > 0 && abft_cells > 0 && abft_ffs > 0 && before > 0)) || { echo 'FAIL: nothing was counted'; exit 1; }
  ((before == after)) || { echo "FAIL: $before cycles become $after"; exit 1; }
  read -r cell_ratio ff_ratio < <(awk -v n="$((r * c))" -v p="$pe_cells" -v q="$pe_ffs" -v a="$abft_cells" -v b="$abft_ffs" \
    'BEGIN { printf "%.3f %.3f\n", a / (n * p), b / (n * q) }')
  printf '%-16s %10d %10d %8s %10d %10d %8s %8d %8d\n' "${r}x$c int$operand/$accumulator" $((r * c * pe_cells)) "$abft_cells" \
    "$cell_ratio" $((r * c * pe_ffs)) "$abft_ffs" "$ff_ratio" "$before" $((after - before))
  rows+="${rows:+,}
  {\"rows\": $r, \"cols\": $c, \"operand_bits\": $operand, \"accumulator_bits\": $accumulator, \"pes_cells\": $((r * c * pe_cells)), \"checksum_cells\": $abft_cells, \"pes_ffs\": $((r * c * pe_ffs)), \"checksum_ffs\": $abft_ffs, \"cycles\": $before, \"cycles_more\": $((after - before))}"
done <<'TEXT'
4 4 8 32
8 8 8 32
16 16 8 32
32 32 8 32
8 8 16 48
TEXT
mkdir -p "$out/results/abft_cells"
printf '{\n"target": "abft-cells",\n"config": "abft_cells",\n"config_hash": null,\n"gradloom": "%s",\n"pass": true,\n"arrays": [%s\n]\n}\n' \
  "$(sed -nE 's/^ *"version": "(.*)",$/\1/p' "$work/$name/manifest.json")" "$rows" >"$out/results/abft_cells/abft-cells.json"
echo 'cells of the array without banks and edge lanes; cycles of a backward with M = N = 32 and B = 16'
