#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Proves properties of the bus blocks of a design with host.bus axi, with yosys-smtbmc and z3:
#   base       no assertion fails in the first steps after reset (the bound is printed)
#   induction  no assertion ever fails, if the base holds
#   cover      the states that the assumptions could have made impossible are reached
# and that no output of the whole design depends on an input of the same cycle.
#   run.sh CONFIG.yaml               all blocks
#   run.sh --rtl DIR NAME [BLOCK...] the same for generated files that are there; BLOCK may be `paths`
# Wires with a comment `inside: <register>` in a property file are connected to that register of the block.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Block, modules to read, steps of base, induction and cover.
blocks='
fifo       fifo                 12 4 12
burst      burst                8  3 6
axil_slave axil_slave           12 4 10
axi_read   fifo,burst,axi_read  10 4 14
axi_write  fifo,burst,axi_write 8  4 14
'

define() { sed -nE "s/^#define [A-Z0-9_]+_$1 ([0-9]+)u$/\1/p" "$rtl/sw/${name}_regs.h"; }

# model BLOCK MODULES: $work/BLOCK.smt2
model() {
  local script=$work/$1.ys module data_bits shift=0
  data_bits=$(define DATA_BITS)
  while ((8 << shift < data_bits)); do shift=$((shift + 1)); done
  {
    for module in ${2//,/ }; do echo "read_verilog -formal $rtl/rtl/${name}_$module.v"; done
    echo "rename ${name}_$1 dut_$1"
    echo "read_verilog -formal -DDATA_BITS=$data_bits -DBEAT_SHIFT=$shift" \
      "-DADDRESS_BITS=$(define ADDRESS_BITS) formal/$1.v"
    echo "hierarchy -check -top $1_formal; proc; flatten; memory_collect; memory_map; cd $1_formal"
    sed -nE 's|^ *wire +(\[[^]]*\] *)?([a-z0-9_]+); *// inside: ([^ ]+)$|connect -nomap -nounset -set \2 \3|p' \
      "formal/$1.v"
    echo "cd ..; prep -top $1_formal; async2sync; dffunmap; write_smt2 -wires $work/$1.smt2"
  } >"$script"
  yosys -q "$script" >"$work/$1.yosys" 2>&1 || { cat "$work/$1.yosys"; return 1; }
  if grep -q 'has no driver' "$work/$1.yosys"; then
    grep 'has no driver' "$work/$1.yosys"
    return 1
  fi
}

# solve BLOCK KIND STEPS [OPTION]: PASSED or FAILED; the log in $work/BLOCK.KIND
solve() {
  # Without --unroll z3 4.8.12 can run for ever on small problems.
  if yosys-smtbmc -s z3 --unroll --noprogress --presat -t "$3" ${4:+"$4"} "$work/$1.smt2" >"$work/$1.$2" 2>&1; then
    echo PASSED
  else
    echo FAILED
  fi
}

problem() { # problem BLOCK KIND
  grep -E 'Assert failed|Unreached cover|Error|error|contradict' "$work/$1.$2" | sed 's/^/    /' | head -n 5
}

prove() { # prove BLOCK MODULES BASE INDUCTION COVER
  local base induction cover began=$SECONDS asserts covers verdict
  model "$1" "$2" || return 1
  asserts=$(grep -cE '\bassert \(' "formal/$1.v")
  covers=$(grep -cE '\bcover \(' "formal/$1.v")
  base=$(solve "$1" base "$3")
  induction=$(solve "$1" induction "$4" -i)
  cover=$(solve "$1" cover "$5" -c)
  if [[ $base$induction == PASSEDPASSED ]]; then
    verdict='always (induction)'
  elif [[ $base == PASSED ]]; then
    verdict="$3 steps only"
  else
    verdict=FAILED
  fi
  [[ $cover == PASSED ]] || verdict+=', COVER FAILED'
  printf '%-11s %7d  %-22s %6d  %4d s\n' "$1" "$asserts" "$verdict" "$covers" $((SECONDS - began))
  if [[ $base != PASSED ]]; then problem "$1" base; fi
  if [[ $base == PASSED && $induction != PASSED ]]; then problem "$1" induction; fi
  if [[ $cover != PASSED ]]; then problem "$1" cover; fi
  [[ $base$induction$cover == PASSEDPASSEDPASSED ]]
}

# Paths from an input to an output that meet no register.
paths() {
  local began=$SECONDS found
  (cd "$rtl" && yosys -q -p "
    read_verilog $(tr '\n' ' ' <filelist.f); hierarchy -check -top ${name}_top; proc -noopt; flatten
    cd ${name}_top; tee -o $work/paths select -list o:* %ci*:-\$dff i:* %i") >/dev/null
  found=$(wc -l <"$work/paths")
  printf '%-11s %7s  %-22s %6s  %4d s\n' paths '' \
    "$([[ $found == 0 ]] && echo 'none from input to output' || echo 'FAILED')" '' $((SECONDS - began))
  sed 's/^/    /' "$work/paths" | head -n 5
  [[ $found == 0 ]]
}

if [[ $1 == --rtl ]]; then
  rtl=$(readlink -f "$2")
  name=$3
  shift 3
else
  name=$(basename "$1" .yaml)
  rtl=$work/$name
  "${GRADLOOM:-build/release/bin/gradloom}" generate -c "$1" -o "$rtl" >/dev/null
  if [[ ! -f $rtl/sw/${name}_regs.h ]]; then
    echo "$1: no host.bus: axi, nothing to prove" >&2
    exit 2
  fi
  shift
fi

status=0
printf '%-11s %7s  %-22s %6s  %6s\n' block asserts hold covers time
while read -r block modules base induction cover; do
  [[ -n $block ]] || continue
  if (($# == 0)) || [[ " $* " == *" $block "* ]]; then
    prove "$block" "$modules" "$base" "$induction" "$cover" || status=1
  fi
done <<<"$blocks"
if (($# == 0)) || [[ " $* " == *' paths '* ]]; then paths || status=1; fi
exit $status
