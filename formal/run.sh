#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Proves properties of the blocks of a configuration, with yosys-smtbmc and z3:
#   base       no assertion fails in the first steps after reset (the bound is printed)
#   induction  no assertion ever fails, if the base holds
#   cover      the states that the assumptions could have made impossible are reached
#   run.sh CONFIG.yaml [test|nightly] [PROOF...]
# formal/proofs.txt lists the proofs; a name there stands for all that begin with it and a dot. JOBS proofs run at a
# time (2). The result also goes to $OUT/results/<name>/formal.json, unless proofs are named.
# NETLIST is a file of Yosys (RTLIL) with the modules of the design, to be taken instead of the generated ones, INSTANCE the
# name that the block has in it, and MUTATE a command on it (mutate/properties.hpp).
# Wires with a comment `inside: <register>` in a property file are connected to that register of the block, and with
# `inside(MACRO): <register>` only if the macro is defined; an index that is a macro stands for all words of a memory.
set -euo pipefail
self=$(readlink -f "$0")
cd "$(dirname "$self")/.."
gradloom=$(readlink -f "${GRADLOOM:-build/release/bin/gradloom}")
source formal/lib.sh

# model NAME: $dir/smt2 of the proof whose fields are set.
model() {
  local script=$dir/script.ys module list=() defs macro
  rtl=$work/$design/rtl/$prefix
  for module in ${modules//,/ }; do list+=("read_verilog -formal ${rtl}_$module.v"); done
  if [[ -n ${NETLIST:-} ]]; then list=("read_rtlil $NETLIST" "${MUTATE:-}"); fi
  mapfile -t defs < <(
    defines "${rtl}_$module.v"
    [[ $bus == none ]] || bus_defines
    pe_defines "$work/$design/rtl/${prefix}_pe.v"
    # Bits of the control of a PE and of the slots of columns.
    sed -nE 's/^ *input +wire +\[ *([0-9]+):0\] ctl_i,$/\1/p' "$work/$design/rtl/${prefix}_pe.v" |
      awk '{ print "-DCTL_W=" $1 + 1 }'
    sed -nE 's/^ *input +wire +\[ *([0-9]+):0\] slot_i,$/\1/p' "$work/$design/rtl/${prefix}_col_lane.v" |
      awk '{ print "-DCOL_SLOT_W=" $1 + 1 }'
    # Cycles in which an update is under way.
    sed -nE 's/^ *reg +\[ *([0-9]+):0\] update_slot_q;$/\1/p' "${rtl}_sequencer.v" | awk '{ print "-DUPDATE_W=" $1 + 1 }'
    echo "-DIS_TRAINING=$training"
    if grep -q 'PASS_GAP = ' "${rtl}_sequencer.v"; then echo -DPASS_GAP; fi
    if [[ -n $(parameter col_lane HOLD_DEPTH) ]]; then printf -- '-D%s\n' "HOLD=$(parameter col_lane HOLD_DEPTH)" HOLD_BUILT; fi
    for macro in fprop dgrad wgrad; do
      if [[ $operations == *$macro* ]]; then echo "-DIS_${macro^^}=1'b1"; else echo "-DIS_${macro^^}=1'b0"; fi
    done
    printf -- '-D%s\n' "LIMIT=$limit" "DEPTH=$depth" FOUR=4 "ROWS=$rows" "COLS=$cols"
    for macro in x delta w y dx dw bias; do
      echo "-DWORDS_${macro^^}=$(sed -nE "/^buffers:/,/^[a-z]/{s/^  $macro: //p}" "$work/config.yaml" | grep . || echo 0)"
    done
    # The training fields of a command.
    awk -v op="$operand_bits" -v addr="$(parameter planner ADDR_W)" -v shift="$(parameter planner SHIFT_W)" \
      -v rates="$(sed -nE 's/.*FIELDS_W *= 58 \+ ([0-9]+).*/\1/p' "${rtl}_planner.v")" \
      'BEGIN { if (rates != "") print "-DFIELDS=" 58 + rates * (op - 1) + shift + 2 * addr }'
    for macro in $options; do echo "-D$macro"; done
  )
  {
    printf '%s\n' "${list[@]}"
    echo "rename ${INSTANCE:-${prefix}_$module} dut_$module"
    echo "read_verilog -formal ${defs[*]} formal/$file.v"
    echo "hierarchy -check -top ${file}_formal; proc; flatten; memory_collect; memory_map; cd ${file}_formal"
    inside "${defs[@]}"
    [[ $file != pe ]] || echo 'cutpoint t:$mul'  # the product is free
    echo "cd ..; prep -top ${file}_formal; async2sync; dffunmap; write_smt2 -wires $dir/smt2"
  } >"$script"
  yosys -q "$script" >"$dir/yosys" 2>&1 || return 1
  ! grep -q 'has no driver' "$dir/yosys"
}

# What the proof of a PE needs of its pipeline: how far the multiplier is ahead, when it works, the first control bit of its
# own, and the names of its operands and product.
pe_defines() { # pe_defines FILE
  local lag product=term suffix='' at=0
  lag=$(sed -nE 's/^.*The multiplier is ([0-9]).*/\1/p' "$1")
  ((training == 0)) || product=product
  if [[ -n $lag ]]; then
    product=$(sed -nE 's/^ *wire signed \[2\*OP_W-1:0\] ([a-z]+) = factor_a(_q)? \* factor_b(_q)?;/\1/p' "$1")
    if grep -q 'reg signed \[OP_W-1:0\] factor_a_q;' "$1"; then suffix=_q at=1; fi
    printf -- '-D%s\n' LAGGED "LAG_BIT=$((training == 0 ? 8 : 10 + $(grep -c '^  weight_decay: true' "$work/config.yaml")))"
  fi
  printf -- '-D%s\n' "LAG=${lag:-0}" "MUL_AT=$at" "PRODUCT=$product" "FACTOR_A=factor_a$suffix" "FACTOR_B=factor_b$suffix"
  if grep -q 'localparam LOW_W' "$1"; then echo -DSPLIT_ADD; fi
  if grep -q 'wire zero = ' "$1"; then echo -DZERO_GATING; fi
}

# Each register between the operands and the whole sum is a step more.
pe_steps() {
  local late
  late=$(pe_defines "$work/full/rtl/${name}_pe.v" | awk -F= '/-DLAG=/ { n += $2 } /-DSPLIT_ADD/ { n++ } END { print n + 0 }')
  base=$((base + late)) induction=$((induction + late)) cover=$((cover + late))
}

parameter() { sed -nE "s/^ *parameter +$2 *= *([0-9]+)[, )]*\$/\1/p" "${rtl}_$1.v"; }

# What the blocks at the bus need from the emitted header.
bus_defines() {
  local header=$work/full/sw/${name}_regs.h data_bits shift=0
  value() { sed -nE "s/^#define [A-Z0-9_]+_$1 ([0-9]+)u$/\1/p" "$header"; }
  data_bits=$(value DATA_BITS)
  while ((8 << shift < data_bits)); do shift=$((shift + 1)); done
  printf -- '-D%s\n' "DATA_BITS=$data_bits" "BEAT_SHIFT=$shift" "ADDRESS_BITS=$(value ADDRESS_BITS)"
}

# The connections of the wires that look inside.
inside() { # inside DEFINE...
  local wire macro register words
  while IFS='|' read -r wire macro register; do
    [[ -z $macro || " $* " == *" -D$macro "* ]] || continue
    if [[ $register =~ ^(.*)\[([A-Z_]+)\]$ ]]; then
      words=$(printf '%s\n' "$@" | sed -n "s/^-D${BASH_REMATCH[2]}=//p" | tail -n 1)
      register=$(for ((i = words - 1; i >= 0; i--)); do printf '%s[%d],' "${BASH_REMATCH[1]}" $i; done)
      register=${register%,}
    fi
    # A macro of the property file.
    if [[ $register == *\`* ]]; then
      register=${register%%\`*}$(printf '%s\n' "$@" | sed -n "s/^-D${register#*\`}=//p")
    fi
    echo "connect -nomap -nounset -set $wire $register"
  done < <(sed -nE 's#^ *wire +(signed +)?(\[[^]]*\] *)?([a-z0-9_]+); *// inside(\(([A-Z_]+)\))?: (.+)$#\3|\5|\6#p' \
    "formal/$file.v")
}

# solve KIND STEPS [OPTION]: PASSED or FAILED; the log in $dir/KIND
solve() {
  # Without --unroll z3 4.8.12 can run for ever on small problems.
  if timeout "${LIMIT:-600}" yosys-smtbmc -s z3 --unroll --noprogress --presat -t "$2" ${3:+"$3"} "$dir/smt2" >"$dir/$1" 2>&1; then
    echo PASSED
  else
    echo FAILED
  fi
}

problem() { # problem KIND
  grep -E 'Assert failed|Unreached cover|Error|error|contradict' "$dir/$1" | sed 's/^/    /' | head -n 5
}

# prove PROOF: a row of the table in $work/PROOF.row, an object in $work/PROOF.json, 0 if it holds.
prove() {
  local proof when design modules file base induction cover options began=$EPOCHREALTIME dir verdict method seconds
  local result=PASSED induced=PASSED covered=PASSED rtl asserts covers
  read -r proof when needs design modules file base induction cover options < <(grep -E "^$1 " "$work/proofs")
  if [[ $design == tags ]]; then data_meets_data; return; fi
  dir=$work/$proof.dir
  prefix=$name
  [[ $design == full ]] || prefix=$design
  if [[ $file == pe ]]; then pe_steps; fi
  mkdir -p "$dir"
  if ! model; then
    { echo "$proof: no model:"; cat "$dir/yosys"; } >"$work/$proof.row"
    echo "{\"proof\": \"$proof\", \"pass\": false, \"method\": \"none\"}" >"$work/$proof.json"
    return 1
  fi
  asserts=$(grep -cE "^; yosys-smt2-assert " "$dir/smt2" || true)
  covers=$(grep -cE '^; yosys-smt2-cover ' "$dir/smt2" || true)
  result=$(solve base "$base")
  # With FIRST set the first run that fails is enough (formal/breaks.sh).
  if [[ $induction != - && ($result == PASSED || -z ${FIRST:-}) ]]; then induced=$(solve induction "$induction" -i); fi
  if [[ $cover != - && -z ${FIRST:-} ]]; then covered=$(solve cover "$cover" -c); fi
  method="$base steps"
  [[ $induction == - ]] || method="always (induction, $induction)"
  verdict=$method
  [[ $induced == PASSED ]] || verdict="$base steps only"
  [[ $result == PASSED ]] || verdict=FAILED
  [[ $covered == PASSED ]] || verdict+=', COVER FAILED'
  ((asserts > 0)) || verdict='NO ASSERTIONS'
  seconds=$(since "$began")
  {
    row "$proof" "$(property)" "$asserts" "$verdict" "$covers" "$seconds s"
    if [[ $result != PASSED ]]; then problem base; fi
    if [[ $result == PASSED && $induced != PASSED ]]; then problem induction; fi
    if [[ $covered != PASSED ]]; then problem cover; fi
  } >"$work/$proof.row"
  local pass=false
  if [[ $result$induced$covered == PASSEDPASSEDPASSED && $asserts -gt 0 ]]; then pass=true; fi
  printf '{"proof": "%s", "property": "%s", "asserts": %d, "method": "%s", "base": %d, "covers": %d, "seconds": %s, "pass": %s}\n' \
    "$proof" "$(property)" "$asserts" "$verdict" "$base" "$covers" "$seconds" "$pass" >"$work/$proof.json"
  $pass
}

# The tag model: modules is the kind, file and base the shape, induction the largest dimension, cover the operation.
data_meets_data() {
  local text="data meets data in ${file} x $base" log=$work/$proof.log method pass=false
  if formal/tags.sh "$work" "$modules" "$file" "$base" "$induction" "$cover" >"$log" 2>&1; then
    pass=true
    method=$(tail -n 1 "$log")
    [[ $modules == bmc ]] || method="simulation of all $method"
  else
    method=FAILED
  fi
  [[ $modules == sim ]] || text+=", $(sed 's/0/fprop/; s/1/dgrad/; s/2/wgrad/; s/3/backward/' <<<"$cover")"
  text+=", dimensions to $induction"
  seconds=$(since "$began")
  {
    row "$proof" "$text" '' "$method" '' "$seconds s"
    $pass || sed 's/^/    /' "$log" | tail -n 4
  } >"$work/$proof.row"
  printf '{"proof": "%s", "property": "%s", "method": "%s", "seconds": %s, "pass": %s}\n' \
    "$proof" "$text" "$method" "$seconds" $pass >"$work/$proof.json"
  $pass
}

since() { LC_ALL=C awk -v a="$1" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }'; }

row() { printf '%-16s %-60s %7s  %-23s %6s %7s\n' "$@"; }
property() { # of the first lines of the property file, the one of the proof, else that of the file
  sed -nE "2,3s#^// (${proof%%.*}): (.*)\$#\2#p" "formal/$file.v" | grep . || sed -nE "2s#^// $file: (.*)\$#\1#p" "formal/$file.v"
}

# Paths from an input to an output that meet no register.
paths() {
  local began=$SECONDS found text='no output depends on an input of the same cycle'
  mkdir -p "$work/paths.dir"
  (cd "$work/full" && yosys -q -p "
    read_verilog $(tr '\n' ' ' <filelist.f); hierarchy -check -top ${name}_top; proc -noopt; flatten
    cd ${name}_top; tee -o $work/paths.dir/found select -list o:* %ci*:-\$dff i:* %i") >/dev/null
  found=$(wc -l <"$work/paths.dir/found")
  {
    row paths "$text" '' "$([[ $found == 0 ]] && echo 'always (structure)' || echo FAILED)" '' "$((SECONDS - began)) s"
    sed 's/^/    /' "$work/paths.dir/found" | head -n 5
  } >"$work/paths.row"
  printf '{"proof": "paths", "property": "%s", "method": "structure", "seconds": %d, "pass": %s}\n' "$text" \
    $((SECONDS - began)) "$([[ $found == 0 ]] && echo true || echo false)" >"$work/paths.json"
  [[ $found == 0 ]]
}

# The queues of the design, a line for each depth: the proof fifo.<depth>. Where they are: $work/queues.
queues() {
  local file
  for file in "$work"/full/rtl/*.v; do
    awk -v module="$(basename "$file" .v)" -v prefix="${name}_" '
      function number(s) { gsub(/[^0-9]/, "", s); return s }
      index($0, prefix "fifo #(") { on = 1 }
      on && /\.DEPTH\(/ { depth = number($0) }
      on && /\.PTR_W\(/ { ptr = number($0) }
      on && /\.CNT_W\(/ { cnt = number($0) }
      on && /^ *\) u_[a-z_]+ \($/ {
        sub(prefix, "", module)
        instance = $2; sub(/^u_/, "", instance)
        print depth, ptr, cnt, module "." instance
        on = 0
      }' "$file"
  done | sort -n >"$work/queues"
  awk '{ printf "fifo.%d test any full fifo fifo %d 3 %d P_WIDTH=8 P_DEPTH=%d P_PTR_W=%d P_CNT_W=%d\n",
         $1, $1 + 2, $1 + 4, $1, $2, $3 }' "$work/queues" | uniq
}

# Is a proof for this configuration? The reason why not, if not.
reason() { # reason NEEDS
  case $1 in
    any) ;;
    axi) [[ $bus == axi ]] || echo 'no host.bus: axi' ;;
    no_bus) [[ $bus == none ]] || echo 'host.bus: axi has no host port' ;;
    training) ((training > 0)) || echo 'no training' ;;
    op0) [[ $operations == *fprop* ]] || echo 'no fprop' ;;
    op1) [[ $operations == *dgrad* ]] || echo 'no dgrad' ;;
    op2) [[ $operations == *wgrad* ]] || echo 'no wgrad' ;;
    op3) [[ $operations == *dgrad*wgrad* ]] || echo 'no backward' ;;
    weights) [[ $operations == *fprop* || $operations == *dgrad* ]] || echo 'no weights' ;;
    psum) [[ $operations == *fprop* || $operations == *dgrad* ]] || echo 'neither fprop nor dgrad' ;;
    wgrad) [[ $operations == *wgrad* ]] || echo 'no wgrad' ;;
    *) echo "unknown condition $1" ;;
  esac
}

if [[ ${1:-} == --one ]]; then
  work=$2
  config=$work/config.yaml
  source "$work/settings"
  if [[ $3 == paths ]]; then paths; else prove "$3"; fi
  exit
fi

for tool in yosys z3; do
  command -v $tool >/dev/null || { echo "formal: $tool is missing: Debian package $tool" >&2; exit 3; }
done
(($# > 0)) || { sed -n 's/^#   run.sh/usage: formal\/run.sh/p' "$self" >&2; exit 2; }
config=$1
mode=test
shift
if [[ ${1:-} == test || ${1:-} == nightly ]]; then mode=$1; shift; fi
work=${KEEP:-$(mktemp -d)}
mkdir -p "$work"
[[ -n ${KEEP:-} ]] || trap 'rm -rf "$work"' EXIT
read_config
"$gradloom" generate -c "$config" -o "$work/full" >/dev/null
# A small design: the operations of the configuration in an array of at most 2 x 2, with limits of 3.
small_rows=$((rows < 2 ? rows : 2)) small_cols=$((cols < 2 ? cols : 2))
limit=3 depth=12
small_config "$work/tiny.yaml" tiny $small_rows $small_cols $limit $depth
"$gradloom" generate -c "$work/tiny.yaml" -o "$work/tiny" >/dev/null
declare -p limit depth pipelined operand_bits name rows cols operations training bus >"$work/settings"
{
  queues
  grep -vE '^(#|$)' formal/proofs.txt
} >"$work/proofs"

skipped=() chosen=() for_nightly=0
while read -r proof when needs _; do
  if (($# > 0)); then
    for wanted in "$@"; do
      if [[ $proof == "$wanted" || $proof == "$wanted".* ]]; then chosen+=("$proof"); fi
    done
    continue
  fi
  why=$(reason "$needs")
  if [[ $when == named ]]; then continue; fi
  if [[ -z $why && $when == nightly && $mode == test ]]; then
    for_nightly=$((for_nightly + 1))
  elif [[ -n $why ]]; then skipped+=("$proof: $why"); else chosen+=("$proof"); fi
done <"$work/proofs"
if (($# == 0)) || [[ " $* " == *' paths '* ]]; then chosen+=(paths); fi
((${#chosen[@]} > 0)) || { echo "formal: no proof of that name: $*" >&2; exit 2; }

began=$SECONDS status=0
row block 'what holds' asserts how covers time
printf '%s\n' "${chosen[@]}" | xargs -P "${JOBS:-2}" -I '{}' "$self" --one "$work" '{}' || status=1
for proof in "${chosen[@]}"; do
  cat "$work/$proof.row"
  if [[ $proof == fifo.* ]]; then
    awk -v depth="${proof#fifo.}" '$1 == depth { names = names " " $4 } END { print "    queues of that depth:" names }' "$work/queues"
  fi
done
for why in ${skipped[@]+"${skipped[@]}"}; do echo "skipped $why"; done
proved=$(grep -l '"pass": true' $(printf "$work/%s.json " "${chosen[@]}") | wc -l)
((for_nightly == 0)) || echo "not run: $for_nightly proofs of nightly"
echo "$name: $proved of ${#chosen[@]} proofs hold, ${#skipped[@]} skipped, $((SECONDS - began)) s"
((proved == ${#chosen[@]})) || status=1

if (($# == 0)); then
  results=${OUT:-out}/results/$name
  mkdir -p "$results"
  hash=$(sed -nE 's/.*"config_hash": "([^"]*)".*/\1/p' "$work/full/manifest.json" | head -n 1)
  rtl=$(sed -nE 's/.*"rtl_digest": "([^"]*)".*/\1/p' "$work/full/manifest.json" | head -n 1)
  version=$("$gradloom" --version | sed 's/^gradloom //')
  {
    printf '{\n"target": "formal", "config": "%s", "config_hash": "%s", "rtl_digest": "%s", "gradloom": "%s", "pass": %s, "mode": "%s",\n' \
      "$name" "$hash" "$rtl" "$version" "$( ((status == 0)) && echo true || echo false)" "$mode"
    printf '"seconds": %d,\n"skipped": [' $((SECONDS - began))
    printf '%s\n' ${skipped[@]+"${skipped[@]}"} | sed '/^$/d; s/.*/"&"/' | paste -sd, | tr -d '\n'
    printf '],\n"proofs": [\n'
    cat $(printf "$work/%s.json " "${chosen[@]}") | paste -sd'\n' | sed '$!s/$/,/'
    printf ']\n}\n'
  } >"$results/formal.json.new"
  mv "$results/formal.json.new" "$results/formal.json"
fi
exit $status
