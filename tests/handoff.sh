#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Uses each handoff file of a design, but those of FuseSoC and Edalize (tests/handoff_python.sh): the Yosys
# script is run; the RAM list is compared with what Yosys finds, with the RAM and with a black box in its place; SDC
# files are read by OpenSTA on a netlist of OSU 0.18 um cells; the scripts for Vivado and Quartus are run with commands
# that record; OpenLane's config.json is compared with its published keys; config.mk is read by make.
#   handoff.sh [--full] CONFIG.yaml...
# Without --full a design with a bus is not synthesised, which takes minutes: its Yosys script is not run, and OpenSTA
# reads its SDC files on a netlist of the ports alone.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
gradloom=$(readlink -f "${GRADLOOM:-build/release/bin/gradloom}")
here=$PWD/tests/handoff
liberty=${LIBERTY:-/usr/share/qflow/tech/osu018/osu018_stdcells.lib}
full=no
if [[ ${1:-} == --full ]]; then
  full=yes
  shift
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for need in 'yosys yosys' 'sta opensta' 'tclsh tcl' 'make make'; do
  command -v "${need% *}" >/dev/null || {
    echo "handoff: found no ${need% *}; it is in the Debian package ${need#* }" >&2
    exit 3
  }
done
[[ -r $liberty ]] || { echo "handoff: $liberty: no such file; it is in the Debian package qflow-tech-osu018" >&2; exit 3; }

checks=0
failures=0
fail() {
  failures=$((failures + 1))
  echo "FAIL $name: $*"
}
check() { # check TEXT COMMAND...
  local text=$1
  shift
  checks=$((checks + 1))
  "$@" >"$work/log" 2>&1 || { fail "$text"; head -n 20 "$work/log"; }
}
same() { # same TEXT WANTED FOUND
  checks=$((checks + 1))
  [[ -n $2 ]] || fail "$1: nothing to compare with"
  diff <(printf '%s\n' "$2") <(printf '%s\n' "$3") || fail "$1 (< wanted, > found)"
}

# "instance width depth" of each listed RAM, one a line.
listed_rams() {
  awk -F'"' '/"instance"/ {path = $4}
    /^      "(count|width|depth)"/ {
      key = $2
      v[key] = $3
      gsub(/[^0-9]/, "", v[key])
      for (i = 0; key == "depth" && i < v["count"]; ++i) {
        p = path
        sub(/\*/, i, p)
        print p, v["width"], v["depth"]
      }
    }' handoff/rams.json | sort
}
# dump_cells TYPE SIZE: the same of the cells of a type in a dump of Yosys; SIZE is its parameter for the words.
dump_cells() {
  awk -v type="$1" -v size="$2" '
    $1 == "cell" {path = $3; sub(/^\\/, "", path)}
    $1 == "parameter" {v[$(NF - 1)] = $NF}
    $1 == "end" && path != "" {print path, v["\\WIDTH"], v["\\" size]; path = ""}' "$work/dump.txt" |
    sed 's/\.mem / /' | sort
}

synth_script() {
  check 'synth.ys' yosys -q -s handoff/synth.ys
  check 'synth.ys: no netlist.v' grep -q "module ${name}_top" netlist.v
  check 'synth.ys: no netlist.json' grep -q '"creator": "Yosys' netlist.json
  check 'synth.ys: the netlist is not of gates' sh -c '! grep -qE "\"type\": \"[$][a-z][a-z0-9_]*\"" netlist.json'
}

yosys_files() {
  local rest stub=handoff/${name}_ram_blackbox.v
  rest=$(grep -vx "rtl/${name}_ram.v" filelist.f | tr '\n' ' ')
  [[ $(wc -w <<<"$rest") == $(($(wc -l <filelist.f) - 1)) ]] || fail 'the RAM is not in filelist.f'
  yosys -q -p "read_verilog $(tr '\n' ' ' <filelist.f); hierarchy -check -top ${name}_top; tee -q -o $work/ports.txt portlist;
    proc; flatten; memory_collect; select -module ${name}_top c:*.u_lane.u_*.mem; tee -q -o $work/dump.txt dump %;"
  same 'rams.json against the memories of the design' "$(listed_rams)" "$(dump_cells '$mem_v2' SIZE)"
  # What OpenSTA reads. It takes no parameters of instances and no concatenations, and all black boxes of one name to
  # have the same ports.
  local buffer to_gates="delete ${name}_top/c:*; opt_clean -purge;"
  if [[ $gates == yes ]]; then
    to_gates="synth -noabc -top ${name}_top; dfflibmap -liberty $liberty; abc -fast -liberty $liberty;"
    for buffer in $(sed -nE 's/.*"buffer": "(.*)",/\1/p' handoff/rams.json); do
      to_gates+=" chtype -set ${name}_ram_$buffer c:*.u_lane.u_$buffer t:${name}_ram %i;"
    done
    to_gates+=" setparam -unset WIDTH -unset DEPTH -unset ADDR_W t:${name}_ram_*; splitnets; opt_clean -purge;"
  fi
  yosys -q -p "read_verilog $rest; read_verilog -lib $stub; hierarchy -check -top ${name}_top; proc; flatten;
    select -module ${name}_top t:${name}_ram; tee -q -o $work/dump.txt dump %; select -clear;
    $to_gates write_verilog -noattr mapped.v"
  # Bits of an output that are copies of other bits of it.
  sed -i '/^  assign { .* } = /d' mapped.v
  same 'rams.json against a design with black boxes' "$(listed_rams)" "$(dump_cells "${name}_ram" DEPTH)"
}
# read_sdc FILE: 0 if OpenSTA takes it without a word and nothing is left unconstrained.
read_sdc() {
  # Some outputs of a bus are constants, which no path ends at.
  local kinds='-no_input_delay -no_output_delay -multiple_clock -no_clock -loops'
  grep -q '^  bus: axi' config.yaml || kinds+=' -unconstrained_endpoints'
  cat >sta.tcl <<TCL
read_liberty $liberty
read_verilog mapped.v
link_design ${name}_top
puts "== constraints"
read_sdc $1
check_setup -verbose $kinds
puts "== paths"
report_clock_properties
report_checks -path_delay max -digits 3
report_checks -path_delay max -from [all_inputs] -digits 3
report_checks -path_delay max -to [all_outputs] -digits 3
exit
TCL
  sta -exit sta.tcl >sta.log 2>&1 || return 1
  [[ -z $(sed -n '/^== constraints/,/^== paths/p' sta.log | grep -v '^==') ]] || return 1
  [[ $gates == no ]] || { ! grep -qE '^Error|No paths found' sta.log && (($(grep -c 'slack' sta.log) == 3)); }
}

sdc_files() {
  local file period
  period=$(sed -nE 's/.*"period_ns": ([0-9.]+),?/\1/p' manifest.json)
  for file in "handoff/$name.sdc" handoff/orfs/constraint.sdc; do
    checks=$((checks + 1))
    read_sdc "$file" || { fail "OpenSTA: $file"; tail -n 40 sta.log; }
    checks=$((checks + 1))
    awk -v period="$period" '$1 == "core_clk" && $2 + 0 == period + 0 {found = 1} END {exit !found}' sta.log ||
      fail "$file: core_clk has not the period $period ns"
    # A port that is not there must not go unnoticed, nor one without a delay.
    sed 's/{rst_ni}/{rst_nx}/' "$file" >wrong.sdc
    checks=$((checks + 1))
    ! read_sdc wrong.sdc || fail "$file: OpenSTA took a port that does not exist"
    sed '/{rst_ni}/d' "$file" >wrong.sdc
    checks=$((checks + 1))
    ! read_sdc wrong.sdc || fail "$file: OpenSTA took an input without a delay"
  done
}

tcl_files() {
  local ports tool out=$work/elsewhere
  mkdir -p "$out"
  ports=$work/$name.ports
  awk '$1 !~ /put$/ {next} {width = 1; if (match($2, /[0-9]+/)) width = substr($2, RSTART, RLENGTH) + 1; print $1, $3, width}' \
    "$work/ports.txt" >"$ports"
  for tool in vivado quartus; do
    check "$tool.tcl" sh -c "cd '$out' && tclsh '$here/mock.tcl' $tool '$PWD/handoff/$tool.tcl' ${name}_top '$ports' '$PWD/filelist.f'"
  done
}

openlane_file() {
  local key file
  for key in $(sed -nE 's/^  "([^"]+)": .*/\1/p' config.json); do
    check "config.json: OpenLane has no $key" grep -qx "$key" "$here/openlane_keys.txt"
  done
  for file in $(sed -nE 's/.*"dir::([^"]+)".*/\1/p' config.json); do check "config.json: no $file" test -s "$file"; done
  same 'config.json: files' "$(cat filelist.f)" "$(sed -nE 's/^    "dir::([^"]+)".*/\1/p' config.json)"
  check 'config.json: top' grep -q "\"DESIGN_NAME\": \"${name}_top\"" config.json
  check 'config.json: clock' grep -q '"CLOCK_PORT": "clk_i"' config.json
}

orfs_file() {
  local dir=$PWD values
  printf 'include $(DESIGN_CONFIG)\nall:\n\t@printf "%%s\\n" "$$DESIGN_NAME" "$$PLATFORM" "$$SDC_FILE" $$VERILOG_FILES\n' \
    >"$work/print.mk"
  values=$(cd "$work" && make -s -f print.mk DESIGN_CONFIG="$dir/handoff/orfs/config.mk" PLATFORM=nangate45)
  same 'config.mk' "$(printf '%s\n' "${name}_top" nangate45 "$dir/handoff/orfs/constraint.sdc"
    sed "s#^#$dir/#" filelist.f)" "$values"
  # shellcheck disable=SC2046
  check 'config.mk: a file is missing' ls $(tail -n +3 <<<"$values")
}

count=0
for config in "$@"; do
  name=$(basename "$config" .yaml)
  before=$checks
  begin=$SECONDS
  "$gradloom" generate -c "$config" -o "$work/$name" --testbench >/dev/null
  "$gradloom" generate -c "$config" -o "$work/again/$name" --testbench >/dev/null
  check 'two runs differ' diff -r "$work/$name" "$work/again/$name"
  pushd "$work/$name" >/dev/null
  check 'a path of this machine is in a file' sh -c "! grep -rlE '$work|$HOME/' ."
  same 'files of the manifest' "$(sed -n '/"handoff": \[/,/\]/s/^    "\(.*\)",*$/\1/p' manifest.json | sort)" \
    "$({ find handoff -type f; echo config.json; echo "$name.core"; } | sort)"
  gates=yes
  [[ $full == yes ]] || ! grep -q '^  bus: axi' config.yaml || gates=no
  [[ $gates == no ]] || synth_script
  yosys_files
  sdc_files
  tcl_files
  openlane_file
  orfs_file
  popd >/dev/null
  echo "$name: $((checks - before)) checks, $((SECONDS - begin)) s"
  count=$((count + 1))
done
((count > 0)) || { echo 'no configuration named' >&2; exit 2; }
echo "$checks checks, $failures failures"
((failures == 0 && checks > 0))
