#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Gate level, on a small array: the netlist in the testbench of the RTL, and RTL against netlist. A fault in the
# netlist must be found by both; netlists that are stale or missing parts are bad input.
#   gates.sh test      netlist of OSU cells in Icarus, proofs of all modules, faults
#   gates.sh nightly   generic cells and larger configurations too, and energy
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
gradloom=$(readlink -f "${GRADLOOM:-build/release/bin/gradloom}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
out=$work/out

cat >"$work/g2.yaml" <<'TEXT'
name: g2
array: {rows: 2, cols: 2}
numbers: {operand_bits: 4, accumulator_bits: 16}
buffers: {x: 64, delta: 64, w: 64, y: 64, dx: 64, dw: 64}
limits: {m: 16, n: 16, batch: 16}
TEXT

fail() {
  echo "FAIL: $*" >&2
  exit 1
}

# expect CODE TEXT COMMAND...: the exit code, and a text that the output must have.
expect() {
  local code=$1 text=$2 status=0
  shift 2
  "$@" >"$work/log" 2>&1 || status=$?
  ((status == code)) || { cat "$work/log" >&2; fail "exit code $status in place of $code: ${*:2}"; }
  grep -qE -- "$text" "$work/log" || { cat "$work/log" >&2; fail "no '$text': ${*:2}"; }
}

flow() { # flow TARGET [OPTION...]: on the small configuration
  "$gradloom" flow "$1" -c "$work/g2.yaml" -o "$out" "${@:2}"
}

# fault FILE: one NAND2X1 in the PE of the netlist becomes a NOR2X1.
fault() {
  awk '/^module g2_pe/ { pe = 1 } /^endmodule/ { pe = 0 }
       pe && !done && /NAND2X1/ { n++; if (n == 40) { sub("NAND2X1", "NOR2X1"); done = 1 } }
       { print } END { exit !done }' "$out/flow/g2/osu018/netlist.v" >"$1"
}

expect 0 'osu018 .* pass$' flow gatesim
cat "$work/log"
grep -q '"pass": true' "$out/results/g2/gatesim.json" || fail 'gatesim.json does not say pass'
expect 0 '^([0-9]+) of \1 modules proven' flow lec
cat "$work/log"
grep -q '"pass": true' "$out/results/g2/lec.json" || fail 'lec.json does not say pass'

# A fault in the netlist.
fault "$work/bad.v"
expect 1 '^FAIL cycle' flow gatesim --netlist "$work/bad.v"
expect 1 'g2_pe: differs' flow lec --netlist "$work/bad.v" --module g2_pe --seconds 5
grep -q '"pass": false' "$out/results/g2/lec_part.json" || fail 'lec_part.json does not say that it failed'
grep -q '"pass": false' "$out/results/g2/gatesim_part.json" || fail 'gatesim_part.json does not say that it failed'
grep -q '"pass": true' "$out/results/g2/gatesim.json" || fail 'another netlist changed the result of ours'
grep -q '"pass": true' "$out/results/g2/lec.json" || fail 'the proof of a part changed that of the whole'
echo 'a fault in the PE of the netlist: found by gatesim and by lec'

# Bad input.
echo 'module other(); endmodule' >"$work/other.v"
expect 2 'found no module g2_top' flow gatesim --netlist "$work/other.v"
expect 2 'found no module g2_top' flow lec --netlist "$work/other.v"
expect 2 'missing.v' flow lec --netlist "$work/missing.v"
expect 2 '--module: found pe, allowed' flow lec --module pe
expect 2 'found ice40, allowed generic or osu018' flow lec --library ice40
expect 2 'found xilinx, allowed generic or osu018' flow gatesim --library xilinx
expect 2 'host.bus: found axi' "$gradloom" flow power -c examples/configs/gl4x4_axi_int8.yaml -o "$out"
expect 2 'found no dgrad or no wgrad' "$gradloom" flow power -c examples/configs/gl4x4_fprop.yaml -o "$out"
expect 2 'section training' "$gradloom" flow zero-gating -c examples/configs/gl3x3_train_int4.yaml -o "$out"
expect 3 'iverilog' env PATH=/nowhere "$gradloom" flow gatesim -c "$work/g2.yaml" -o "$out"
sed -i 's/batch: 16/batch: 15/' "$work/g2.yaml"
for target in gatesim lec power; do expect 2 'stale netlist' flow "$target"; done
[[ ! -e $out/results/g2/power.json ]] || fail 'a stale netlist left a result'
sed -i 's/batch: 15/batch: 16/' "$work/g2.yaml"
echo 'bad input: refused'
[[ ${1:-test} == nightly ]] || exit 0

expect 0 'generic .* pass$' flow gatesim --library generic --stalls 30
cat "$work/log"
expect 0 '^([0-9]+) of \1 modules proven' flow lec --library generic
expect 0 'recorded +serial' flow power
cat "$work/log"

# Behind a bus: the testbench drives AXI4-Lite, and compares what the run left in its AXI4 memory.
cat >"$work/bus.yaml" <<'TEXT'
name: bus
array: {rows: 2, cols: 2}
numbers: {operand_bits: 4, accumulator_bits: 16, overflow: saturate}
training: {master_bits: 8}
buffers: {x: 32, delta: 32, w: 32, y: 32, dx: 32, dw: 32, bias: 8}
limits: {m: 8, n: 8, batch: 8}
host: {queue_depth: 2, bus: axi, data_bits: 32, address_bits: 32}
testbench: {seed: 2}
TEXT
expect 0 'osu018 .* pass$' "$gradloom" flow gatesim -c "$work/bus.yaml" -o "$out"
cat "$work/log"
expect 0 '^57 of 57 modules proven' "$gradloom" flow lec -c tests/handoff/hand_bus.yaml -o "$out"
cat "$work/log"
grep -qE '^hand_bus_requantize .* around products .* proven$' "$work/log" || fail 'requantize is not proven around its product'
# Registers around a product of 16 bits: synthesis merges some, and the product is too wide for the proof from reset on.
expect 0 'one PE' "$gradloom" flow synth -c examples/configs/gl3x5_pipe_int16.yaml -o "$out"
expect 0 '_pe .* around products, after reset .* proven$' \
  "$gradloom" flow lec -c examples/configs/gl3x5_pipe_int16.yaml -o "$out" --module gl3x5_pipe_int16_pe
cat "$work/log"
for name in gl3x3_train_int4 gl2x2_int8; do
  expect 0 'osu018 .* pass$' "$gradloom" flow gatesim -c "examples/configs/$name.yaml" -o "$out"
  cat "$work/log"
  expect 0 '^([0-9]+) of \1 modules proven' "$gradloom" flow lec --seconds 600 -c "examples/configs/$name.yaml" -o "$out"
  cat "$work/log"
done
