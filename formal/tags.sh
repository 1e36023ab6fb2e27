#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Data meets data: runs the tag model (formal/tags/) of an array of one shape, with the operations and the pipeline of a
# configuration, and prints one line.
#   tags.sh DIR sim ROWS COLS MAX         every command of at most MAX x MAX x MAX, in Verilator
#   tags.sh DIR bmc ROWS COLS MAX OP      every such command of an operation (its code) from reset, in z3
# DIR holds config.yaml, as formal/run.sh leaves it. What is printed: commands or steps.
set -euo pipefail
self=$(readlink -f "$0")
cd "$(dirname "$self")/.."
gradloom=$(readlink -f "${GRADLOOM:-build/release/bin/gradloom}")
source formal/lib.sh
work=$1 kind=$2 tag_rows=$3 tag_cols=$4 max=$5 op=${6:-}
config=$work/config.yaml
source "$work/settings"
dir=$work/tags.$kind.${tag_rows}x$tag_cols.$max.$op
mkdir -p "$dir"

ceil() { echo $((($1 + $2 - 1) / $2)); }
most() { printf '%s\n' "$@" | sort -n | tail -n 1; }
row_tiles=$(ceil "$max" "$tag_rows") col_tiles=$(ceil "$max" "$tag_cols")
# Room for the largest layer, and for bases that are not 0.
depth=$(($(most "$row_tiles" "$col_tiles") * max + 3))
# For z3 a power of two: no word of a bank may be missing.
hold=$((max < 5 ? 2 : 4))
if [[ $kind == bmc ]]; then depth=$((depth <= 8 ? 8 : depth <= 16 ? 16 : 32)); fi

model() {
  local rtl=$dir/rtl/rtl/tags module buffer r c bank define defs=()
  {
    printf 'name: tags\narray: {rows: %d, cols: %d}\n' "$tag_rows" "$tag_cols"
    echo 'numbers: {operand_bits: 10, accumulator_bits: 40, overflow: wrap}'
    sections pe
    printf 'operations: [%s]\nbuffers:\n' "$operations"
    # Hold memories that some batches fit, and some do not.
    sed -nE "/^buffers:/,/^[a-z]/{s/^  (x|delta|w|y|dx|dw): .*/  \1: $depth/p; s/^  (delta_hold): [1-9].*/  \1: $hold/p}" \
      "$work/config.yaml"
    printf 'limits: {m: %d, n: %d, batch: %d}\nhost: {queue_depth: 1}\n' "$max" "$max" "$max"
  } >"$dir/tags.yaml"
  "$gradloom" generate -c "$dir/tags.yaml" -o "$dir/rtl" >/dev/null
  parameter() { sed -nE "s/^ *parameter +$2 *= *([0-9]+)[, )]*$/\1/p" "${rtl}_$1.v"; }
  ctl=$(sed -nE 's/^ *input +wire +\[ *([0-9]+):0\] ctl_i,$/\1/p' "${rtl}_pe.v")
  lag=$(sed -nE 's/^.*The multiplier is ([0-9]).*/\1/p' "${rtl}_pe.v")
  addr_w=$(parameter sequencer ADDR_W)
  defs=(-DINDEX=3 "-DDIM_W=$(parameter sequencer DIM_W)" "-DADDR_W=$addr_w" "-DROWS=$tag_rows" "-DCOLS=$tag_cols"
    "-DTILES=$(most "$row_tiles" "$col_tiles")" "-DCTL_W=$((ctl + 1))" "-DLAG=${lag:-0}"
    "-DLAG_BIT=$( ((ctl > 7)) && echo 8 || echo 0)")
  for buffer in x delta w y dx dw delta_hold; do
    if grep -q "^  $buffer:" "$dir/tags.yaml"; then defs+=("-DHAS_${buffer^^}"); fi
  done
  {
    for module in "$dir"/rtl/rtl/*.v; do
      case $module in */tags_pe.v | */tags_ram.v | */tags_add.v | */tags_top.v | */tags_host_port.v) ;;
        *) echo "read_verilog $module" ;;
      esac
    done
    echo 'rename tags_core dut_core'
    echo "read_verilog -formal ${defs[*]} $* formal/tags/pe.v formal/tags/ram.v formal/tags/add.v formal/tags/top.v"
    for module in pe ram add; do echo "rename tag_$module tags_$module"; done
    echo 'hierarchy -check -top tags; proc; flatten; cd tags'
    echo 'connect -nomap -nounset -set start u_core.plan_take'
    echo 'connect -nomap -nounset -set post u_core.u_sequencer.post'
    for ((r = 0; r < tag_rows; r++)); do
      connect_bank "g_row[$r].u_lane.u_x" X 0101 "$r" layer_x "1'b0"
      connect_bank "g_row[$r].u_lane.u_dx" DX 1110 "$r" layer_dx run_acc_psum
    done
    for ((c = 0; c < tag_cols; c++)); do
      connect_bank "g_col[$c].u_lane.u_delta" DELTA 0010 "$c" layer_delta "1'b0"
      connect_bank "g_col[$c].u_lane.u_hold" DELTA_HOLD 0110 "$c" layer_delta "1'b0"
      connect_bank "g_col[$c].u_lane.u_w" W 0011 "$c" layer_w "1'b0"
      connect_bank "g_col[$c].u_lane.u_y" Y 1001 "$c" layer_y run_acc_psum
      connect_bank "g_col[$c].u_lane.u_dw" DW 1011 "$c" layer_dw run_acc_dw
    done
    echo 'cd ..; memory_collect'
    if [[ $kind == bmc ]]; then echo 'memory_map'; fi
    echo 'opt; check; async2sync; dffunmap; opt_clean'
    if [[ $kind == bmc ]]; then echo "write_smt2 -wires $dir/smt2"; else echo "write_verilog -noattr $dir/tags.v"; fi
  } >"$dir/script.ys"
  yosys -q "$dir/script.ys" >"$dir/yosys" 2>&1 || { cat "$dir/yosys"; return 1; }
  if grep -E 'has no driver|multiple conflicting' "$dir/yosys"; then return 1; fi
}

connect_bank() { # connect_bank PATH BUFFER BANK LANE LAYER OLD
  local wire
  [[ " ${defs[*]} " == *" -DHAS_$2 "* ]] || return 0
  for wire in "bank 4'b$3" "lane 4'd$4" "layer $5" "old $6" 'start starting' 'end post'; do
    echo "connect -nomap -nounset -set u_core.u_array.$1.set_$wire"
  done
}

if [[ $kind == sim ]]; then
  model
  grep -q 'assert(' "$dir/tags.v"
  built=0
  [[ $operations == *fprop* ]] && built=$((built | 1))
  [[ $operations == *dgrad* ]] && built=$((built | 2))
  [[ $operations == *wgrad* ]] && built=$((built | 4))
  (
    cp formal/tags/sim.cpp "$dir"
    cd "$dir"
    verilator --cc --exe -O3 --assert --x-assign fast --x-initial unique -fno-const-bit-op-tree -Wno-fatal \
      --top-module tags -CFLAGS "-DVL_USER_STOP -DROWS=$tag_rows -DCOLS=$tag_cols" tags.v sim.cpp >verilator.log 2>&1 ||
      { tail -n 5 verilator.log; exit 1; }
    make -s -C obj_dir -f Vtags.mk CXX=clang++ OPT_FAST=-O1 CFG_CXXFLAGS_NO_UNUSED=-w OBJCACHE=ccache >make.log 2>&1 ||
      { tail -n 5 make.log; exit 1; }
    obj_dir/Vtags "$max" $built "$depth" "$addr_w" 1
  )
else
  # The longest command is serial: each tile loads, streams and drains alone. Planning and completion come on top.
  tiles=$((row_tiles * col_tiles)) late=$([[ -z $pipelined ]] && echo 0 || echo 4)
  psum_tile=$((2 * tag_rows + tag_cols + 2 + max + late)) grad_tile=$((2 * tag_rows + tag_cols + 2 + max + late))
  bound=$((24 + tiles * (op == 2 ? grad_tile : op == 3 ? psum_tile + grad_tile : psum_tile)))
  model "-DBOUND=$bound" "-DMAX=$max" "-DOP=$op" "-DCOVER=m==$max"
  if ! timeout "${LIMIT:-7200}" yosys-smtbmc -s z3 --unroll --noprogress -t "$bound" "$dir/smt2" >"$dir/log" 2>&1; then
    grep -E 'Assert failed|rror' "$dir/log" | head -n 3
    exit 1
  fi
  echo "$bound steps from reset, which every command of at most $max x $max x $max takes"
fi
