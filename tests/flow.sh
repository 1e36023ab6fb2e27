#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `gradloom flow` from outside: what it prints and writes for a small array, and its errors: one line, the exit
# code, no result left behind.
#   flow.sh test      synthesis and timing of the smallest design, bad input, missing tools
#   flow.sh nightly   that, a place and route, and the PEs side by side
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
gradloom=$(readlink -f "${GRADLOOM:-build/release/bin/gradloom}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. tests/lib/expect.sh
cd "$work"

tools=$PATH # where gradloom looks for tools
expect() { # expect CODE PATTERN ARGUMENT...: gradloom flow ARGUMENT..., as of expect_run
  expect_run "$1" "$2" env "PATH=$tools" "$gradloom" flow "${@:3}" -o out
}
results() { find out/results -type f 2>/dev/null | sort | tr '\n' ' '; }
write_config() { # write_config NAME DEPTH [BITS]
  cat >"$1.yaml" <<TEXT
name: $1
array: {rows: 1, cols: 1}
numbers: {operand_bits: ${3:-2}, accumulator_bits: 8, overflow: wrap}
operations: [fprop]
buffers: {x: $2, w: $2, y: $2}
TEXT
}
write_config tiny 16
write_config deep 16384

# Nothing is written for what is refused from the start.
expect 2 'cannot be read' synth -c missing.yaml
expect 2 'library: fpga not in' synth -c tiny.yaml --library fpga
expect 2 '--liberty|none.lib: cannot be read' synth -c tiny.yaml --liberty none.lib
echo 'hello' >text.lib
expect 2 'found no library' synth -c tiny.yaml --liberty text.lib
expect 2 'found "up9k", allowed up5k, hx8k' pnr -c tiny.yaml --device up9k
expect 2 'found "8x32", allowed' pe-table -c tiny.yaml --format 8x32
[[ -z $(results) ]] || fail "results of refused runs: $(results)"

# Tools that are missing are named with their packages.
bare=$(mktemp -d -p "$work")
tools=$bare expect 3 'yosys.*package.* yosys' synth -c tiny.yaml
tools=$bare expect 3 'nextpnr-ice40' pnr -c tiny.yaml
[[ -z $(results) ]] || fail "results without tools: $(results)"

# A netlist, its cells and its timing.
expect 0 'one PE +1 ' synth -c tiny.yaml
check 'no result' grep -q '"target": "synth"' out/results/tiny/synth.json
check 'no hash of the configuration' grep -qE '"config_hash": "[0-9a-f]{16}"' out/results/tiny/synth.json
check 'no area of the PE' grep -q '"area_um2": [1-9]' out/results/tiny/synth.json
check 'the netlist has other things than cells' sh -c "! grep -qE '\\\$_|assign \\{' out/flow/tiny/osu018/netlist.v"
made=$(stat -c %y out/flow/tiny/osu018/netlist.v)
expect 0 'one PE +1 ' synth -c tiny.yaml
[[ $made == "$(stat -c %y out/flow/tiny/osu018/netlist.v)" ]] || fail 'an up-to-date netlist was made again'
expect 0 'Fmax [1-9][0-9.]+ MHz' sta -c tiny.yaml --json sta.json
check 'worst path outside the array' grep -qE '"module": "tiny_(pe|row_lane|ram|planner|sequencer)"' sta.json
tools=$bare expect 3 'sta: .*package opensta' sta -c tiny.yaml
check 'a run without tools changed the result' grep -q '"pass": true' out/results/tiny/sta.json
expect 1 'FAIL: set-up slack -' sta -c tiny.yaml --period 0.5
check 'a failed check is not in the result' grep -q '"pass": false' out/results/tiny/sta.json

# Stale netlists: another configuration of that name, or a changed file.
cp out/results/tiny/sta.json before.json
write_config tiny 32
expect 2 'stale netlist: found config_hash [0-9a-f]+; allowed one of configuration' sta -c tiny.yaml
check 'a refused run changed the result' cmp before.json out/results/tiny/sta.json
expect 0 'one PE' synth -c tiny.yaml
expect 0 'Fmax' sta -c tiny.yaml
echo >>out/flow/tiny/osu018/netlist.v
expect 2 'netlist.v: stale netlist: found a file changed since synthesis' sta -c tiny.yaml

# What does not fit an FPGA.
expect 2 'too large for up5k: found a need of [0-9]+ ICESTORM_RAM of 30' pnr -c deep.yaml
check 'a result of what does not fit' test ! -e out/results/deep

if [[ ${1:-test} == nightly ]]; then
  expect 0 'ICESTORM_LC +[1-9]' pnr -c tiny.yaml --device up5k --bitstream
  check 'no bitstream' test -s out/flow/tiny/pnr/up5k/design.bin
  check 'no Fmax' grep -qE '"fmax_mhz": [1-9]' out/results/tiny/pnr-up5k.json
  check 'no harness' grep -qE '"flip_flops": [1-9]' out/results/tiny/pnr-up5k.json
  expect 2 'found "xx99"' pnr -c tiny.yaml --package xx99
  expect 0 'the fastest of 4 netlists' pe-table -c tiny.yaml --format 4/12 --no-stages --orders 2
  check 'not two orders of two scripts' grep -q '"netlists": 4' out/results/tiny/pe-table.json
fi
find out -name '*-??????' ! -name '*-order?' -print | grep . && fail 'scratch directories were left'

((checks > 25)) || fail "only $checks checks ran"
echo "$checks checks, $failures failures"
((failures == 0))
