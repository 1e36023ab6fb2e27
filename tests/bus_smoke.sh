#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/bus_smoke/bus_smoke_tb.v in Icarus on designs with host.bus axi: the whole bus interface with a memory in
# Verilog, with and without stalls; no output may be X.
#   bus_smoke.sh CONFIG.yaml...
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
gradloom=$(readlink -f "${GRADLOOM:-build/release/bin/gradloom}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# define NAME MACRO: -DNAME=<value of the macro in the header of the design>
define() {
  local value
  value=$(sed -nE "s/^#define ${prefix}_$2 (0x)?([0-9A-Fa-f]+)u$/\1\2/p" "$header")
  [[ -n $value ]] || { echo "$header: no ${prefix}_$2" >&2; exit 1; }
  printf -- '-D%s=%s\n' "$1" "${value/0x/32\'h}"
}

status=0
for config in "$@"; do
  name=$(basename "$config" .yaml)
  prefix=${name^^}
  "$gradloom" generate -c "$config" -o "$work/$name" >/dev/null
  header=$work/$name/sw/${name}_regs.h
  defines=("-DTOP=${name}_top")
  for macro in DATA_BITS ADDRESS_BITS LANES HASH_LO HASH_HI DERIV_BITS; do
    defines+=("$(define $macro $macro)")
  done
  for buffer in X DELTA W Y DX DW BIAS DERIV; do
    defines+=("$(define BYTES_$buffer ${buffer}_BYTES)" "$(define WORDS_$buffer ${buffer}_WORDS)")
  done
  (cd "$work/$name" && iverilog -g2012 -Wall -Wno-timescale "${defines[@]}" -s bus_smoke_tb -o smoke.vvp \
    "$OLDPWD/tests/bus_smoke/bus_smoke_tb.v" -c filelist.f)
  for run in '+seed=1 +stall=0 +latency=20' '+seed=2 +stall=30 +latency=3' '+seed=3 +stall=70 +latency=40'; do
    # shellcheck disable=SC2086
    result=$(vvp -n "$work/$name/smoke.vvp" $run)
    echo "$name $run: ${result//$'\n'/; }"
    [[ $result == *PASS* ]] || status=1
  done
done
exit $status
