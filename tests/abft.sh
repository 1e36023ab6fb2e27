#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The array checksum (docs/abft.md) under single bit flips: every register bit of every PE is flipped while
# commands of all operations and schedules run in the Verilated model. Each flip in a weight, an accumulator or a
# psum that changes a result must set the error with the right tile, and no other flip of these may.
#   abft.sh CONFIG.yaml CYCLES   each bit in CYCLES cycles of each command, at random; 0: in every cycle
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
gradloom=$(readlink -f "${GRADLOOM:-build/release/bin/gradloom}")
out=${OUT:-out}
(($# == 2)) || { echo 'usage: abft.sh CONFIG.yaml CYCLES' >&2; exit 2; }
config=$(readlink -f "$1")
cycles=$2
for program in verilator make clang++; do
  command -v "$program" >/dev/null || { echo "$program is missing: Debian package ${program/clang++/clang}" >&2; exit 3; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$gradloom" generate -c "$config" -o "$work/rtl" >/dev/null
value() { sed -nE "s/^ *\"$1\": \"?([a-z0-9_.]+)\"?,?$/\1/p" "$work/rtl/manifest.json" | head -n 1; }
name=$(value name)
if [[ $(value abft) != true ]]; then
  echo "$1: abft: found nothing, allowed true (here)" >&2
  exit 2
fi

{
  echo '`verilator_config'
  for register in weight_q weight_o acc_q drain_o east_o south_o ctl_o; do
    echo "public_flat_rw -module \"${name}_pe\" -var \"$register\""
  done
  echo "public_flat_rw -module \"${name}_ram\" -var \"mem\""
  for event in y_wr_o dx_wr_o dw_wr_o; do echo "public_flat_rw -module \"${name}_array\" -var \"$event\""; done
} >"$work/public.vlt"

build() {
  cd "$work/rtl"
  verilator --cc --exe --prefix Vdut --top-module "${name}_top" -Mdir "$work/obj" -O3 -fno-const-bit-op-tree \
    --x-initial unique -Wno-fatal "$work/public.vlt" -f filelist.f "$OLDPWD/tests/abft/faults.cpp"
  make -C "$work/obj" -f Vdut.mk -s -j2 CXX=clang++ LINK=clang++ CFG_CXXFLAGS_NO_UNUSED=-w OPT_FAST=-O2 OPT_SLOW=-O0 \
    OBJCACHE="$(command -v ccache || true)" VM_PARALLEL_BUILDS=0
}
(build) >"$work/log" 2>&1 || { tail -n 20 "$work/log" >&2; exit 3; }

results=$out/results/$name
mkdir -p "$results"
pass=true
"$work/obj/Vdut" "$name" "$(value rows)" "$(value cols)" "$(value operand_bits)" "$(value accumulator_bits)" \
  "$cycles" "$work/counts.json" || pass=false
{
  printf '{\n"target": "abft",\n"config": "%s",\n"config_hash": "%s",\n"gradloom": "%s",\n"pass": %s' \
    "$name" "$(value config_hash)" "$(value version)" "$pass"
  [[ ! -s $work/counts.json ]] || { printf ',\n'; cat "$work/counts.json"; }
  printf '\n}\n'
} >"$results/abft.json.new"
mv "$results/abft.json.new" "$results/abft.json"
[[ $pass == true ]] && echo "$name: every flip that was promised to be found was found; $results/abft.json"
[[ $pass == true ]]
