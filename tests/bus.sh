#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Training steps through the bus, beyond the suites that `verify` and `icarus` run on the example configurations:
# the example networks, and random configurations behind buses of all widths, without and with stalls, in
# Verilator and in Icarus. One line a run.
#   bus.sh [N]   N random configurations (4)
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
gradloom=$(readlink -f "${GRADLOOM:-build/release/bin/gradloom}")
out=${OUT:-out}/bus
mkdir -p "$out"
campaign=${1:-4}

# CONFIGURATION NETWORK OPTION...
runs() {
  echo 'gl8x8_axi_int8 digits_on_chip --batches 10 --stalls 0 --seed 1'
  echo 'gl8x8_axi_int8 digits_on_chip --batches 3 --stalls 30 --seed 2'
  echo 'gl8x8_axi_int8 digits_softmax_on_chip --batches 3 --stalls 10 --seed 3'
  echo 'gl4x4_axi_int8 - --stalls 0 --seed 4'
  echo 'gl4x4_axi_int8 - --stalls 40 --seed 5'
  echo 'gl8x8_axi_int8 digits_on_chip --batches 1 --stalls 20 --seed 6 --simulator icarus'
  echo 'address64 - --stalls 20 --seed 7'
  echo 'address64 - --stalls 20 --seed 8 --simulator icarus'
}

step() { # step CONFIGURATION NETWORK OPTION...: "PASS  gl8x8_axi_int8 digits_on_chip ...: N comparisons, N s"
  local config=$1 network=$2 begin=$SECONDS name=()
  shift 2
  [[ $network == - ]] || name=(--network "examples/networks/$network.yaml")
  local file=examples/configs/$config.yaml
  [[ -f $file ]] || file=$out/$config.yaml
  if ! "$gradloom" verify -c "$file" --op step "${name[@]}" "$@" --json "$out/run.json" \
    >"$out/log" 2>&1; then
    printf 'FAIL  %s %s %s\n' "$config" "$network" "$*"
    cat "$out/log"
    return 1
  fi
  printf 'PASS  %s %s %s: %d comparisons, %d s\n' "$config" "$network" "$*" \
    "$(sed -nE 's/^ *"checks": ([0-9]+),?$/\1/p' "$out/run.json")" $((SECONDS - begin))
}

# The widest addresses that a configuration may have.
cat >"$out/address64.yaml" <<'TEXT'
name: address64
array: {rows: 2, cols: 2}
numbers: {operand_bits: 4, accumulator_bits: 16, overflow: saturate}
training: {master_bits: 8}
buffers: {x: 32, delta: 32, w: 32, y: 32, dx: 32, dw: 32, bias: 8}
limits: {m: 8, n: 8, batch: 8}
host: {bus: axi, data_bits: 64, address_bits: 64}
TEXT

status=0
while read -r -a run; do step "${run[@]}" || status=1; done < <(runs)
"$gradloom" verify --campaign "$campaign" --op step --seed 1 || status=1
"$gradloom" verify --campaign "$campaign" --op step --seed 1 --simulator icarus || status=1
exit $status
