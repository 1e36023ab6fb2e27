#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# FuseSoC and Edalize, from PyPI in build/handoff_venv, on the .core and EDAM files of a design: targets lint, sim
# (Icarus), vivado (as far as the scripts); with --full sim_verilator and synth (Yosys) too; the EDAM through Edalize
# alone. Exits 3 if they cannot be had: then nothing of this was checked.
#   handoff_python.sh [--full] CONFIG.yaml...
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
gradloom=$(readlink -f "${GRADLOOM:-build/release/bin/gradloom}")
here=$PWD/tests/handoff
venv=$PWD/build/handoff_venv
full=no
if [[ ${1:-} == --full ]]; then
  full=yes
  shift
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

unchecked() {
  echo "handoff_python: NOT CHECKED: the .core and EDAM files of designs: $*" >&2
  exit 3
}
if ! cmp -s "$here/requirements.txt" "$venv/installed.txt"; then
  python3 -c 'import ensurepip, venv' 2>/dev/null || unchecked 'no venv; it is in the Debian package python3-venv'
  rm -rf "$venv"
  python3 -m venv "$venv" || unchecked 'no venv could be made'
  "$venv/bin/pip" install -q --disable-pip-version-check --no-input -r "$here/requirements.txt" >"$work/pip.log" 2>&1 ||
    unchecked "FuseSoC and Edalize cannot be had from PyPI: $(tail -n 1 "$work/pip.log")"
  cp "$here/requirements.txt" "$venv/installed.txt"
fi
PATH=$venv/bin:$PATH
export XDG_CONFIG_HOME=$work/config XDG_CACHE_HOME=$work/cache XDG_DATA_HOME=$work/data

checks=0
failures=0
# ran TEXT PATTERN COMMAND...: the command must succeed and print the pattern ('' for none).
ran() {
  local text=$1 pattern=$2
  shift 2
  checks=$((checks + 1))
  if ! "$@" >"$work/log" 2>&1 || ! grep -qE -- "$pattern" "$work/log"; then
    failures=$((failures + 1))
    echo "FAIL $name: $text:"
    tail -n 25 "$work/log"
  fi
}
fuse() { # fuse TARGET OPTION...
  local target=$1
  shift
  fusesoc --cores-root "$work/$name" run --build-root "$work/build_$name" --target="$target" "$@" "gradloom:designs:$name"
}

count=0
for config in "$@"; do
  name=$(basename "$config" .yaml)
  begin=$SECONDS
  "$gradloom" generate -c "$config" -o "$work/$name" --testbench >/dev/null
  ran 'fusesoc lint' '' fuse lint
  ran 'fusesoc sim' '^PASS [1-9][0-9]* checks' fuse sim
  if [[ $full == yes ]]; then
    ran 'fusesoc sim_verilator' '^PASS [1-9][0-9]* checks' fuse sim_verilator
    ran 'fusesoc synth' '' fuse synth
    ran 'fusesoc synth: no netlist' '"creator"' sh -c "cat \$(find $work/build_$name -name '*.json')"
  fi
  ran 'fusesoc vivado' '' fuse vivado --setup
  ran 'fusesoc vivado: no constraints' "$name.xdc" sh -c "cat \$(find $work/build_$name -name '*.tcl')"
  # A fault in the RTL must make target sim fail.
  sed -i 's/mem\[waddr_i\] <= wdata_i/mem[waddr_i] <= ~wdata_i/' "$work/$name/rtl/${name}_ram.v"
  checks=$((checks + 1))
  rm -rf "$work/build_$name"
  if fuse sim >"$work/log" 2>&1; then
    failures=$((failures + 1))
    echo "FAIL $name: fusesoc sim did not notice a RAM that inverts what is written"
  fi
  # Without a testbench there is no target sim; lint is there.
  "$gradloom" generate -c "$config" -o "$work/$name" --force >/dev/null
  rm -rf "$work/build_$name"
  ran 'fusesoc lint, no testbench' '' fuse lint
  checks=$((checks + 1))
  ! fuse sim >"$work/log" 2>&1 || { failures=$((failures + 1)); echo "FAIL $name: target sim without a testbench"; }
  # Edalize alone, in the directory of the design.
  "$gradloom" generate -c "$config" -o "$work/$name" --testbench --force >/dev/null
  cd "$work/$name"
  ran 'edalize sim' '^PASS [1-9][0-9]* checks' python3 "$here/edam.py" handoff/edam.yaml sim icarus iverilog_options=-g2005 vvp_options=-N
  ran 'edalize lint' '' python3 "$here/edam.py" handoff/edam.yaml lint verilator verilator_options=-Wall,-fno-const-bit-op-tree
  cd - >/dev/null
  echo "$name: $((SECONDS - begin)) s"
  count=$((count + 1))
done
((count > 0)) || { echo 'no configuration named' >&2; exit 2; }
echo "$checks checks, $failures failures"
((failures == 0 && checks > 0))
