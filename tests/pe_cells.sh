#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# For each subset of the operations, wrapping and saturating, what Yosys finds in a 2x2 array: one
# multiplier and one adder in a PE, and no multiplier besides those but the planner's. Then a table of the
# sizes after `synth`: what is left out must really make the design smaller. With stages in the PE the same
# multiplier, and one adder or two halves of one.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
gradloom=$(readlink -f "${GRADLOOM:-build/release/bin/gradloom}")
source tests/lib/subsets.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rows=2 cols=2

# Arithmetic that would be a second multiplier or adder in disguise.
others='t:$sub t:$macc t:$alu t:$div t:$mod t:$pow t:$neg t:$lcu t:$fa'

yosys_run() { # yosys_run NAME SCRIPT
  local files
  files=$(tr '\n' ' ' <"$work/$1/filelist.f")
  (cd "$work/$1" && yosys -q -p "read_verilog $files; $2")
}

# check_pe NAME [ADDERS]: a sum has 20 bits (21 before it saturates); half of one 10, and a carry.
check_pe() {
  local adders=${2:-1}
  yosys_run "$1" "hierarchy -top $1_pe; proc; flatten; opt;
    select -assert-count 1 t:\$mul; select -assert-count $adders t:\$add; select -assert-none $others;
    select -assert-none t:\$add r:Y_WIDTH>$((adders == 1 ? 21 : 11)) %i"
}

# check_top NAME [ADDERS]: in the whole design; memories (banks and queues) are counted on the way.
check_top() {
  local pes=$((rows * cols)) adders=${2:-1}
  yosys_run "$1" "hierarchy -top $1_top; proc; flatten; opt;
    select -assert-count $((pes + 1)) t:\$mul;
    select -assert-count $pes t:\$mul c:*u_pe* %i;
    select -assert-count $((adders * pes)) t:\$add c:*u_pe* %i;
    select -assert-none t:\$macc t:\$alu t:\$div t:\$mod t:\$pow;
    tee -q -o proc.txt stat"
}

# "CELLS FLIP-FLOPS MEMORIES"
sizes() {
  yosys_run "$1" "synth -top $1_top; tee -q -o synth.txt stat"
  awk '/design hierarchy/ { on = 1 }
       on && /Number of cells:/ { cells = $4 }
       on && $1 ~ /^\$_(DFF|SDFF|DFFE|SDFFE|SDFFCE)_/ { ffs += $2 }
       END { printf "%d %d ", cells, ffs }' "$work/$1/synth.txt"
  awk '/Number of memories:/ { print $4 }' "$work/$1/proc.txt"
}

fail() {
  echo "FAIL: $*"
  status=1
}

measure() { # measure SUBSET OVERFLOW: prints a row of the table
  local name="$2_$(subset_name "$1")" size cells ffs memories
  write_config "$work" "$name" $rows $cols "$2" "$1" 4
  "$gradloom" generate -c "$work/$name.yaml" -o "$work/$name" >/dev/null
  check_pe "$name" || fail "$name: the PE is not one multiplier and one adder"
  check_top "$name" || fail "$name: multipliers or adders elsewhere"
  size=$(sizes "$name")
  read -r cells ffs memories <<<"$size"
  printf '%-20s %-9s %8d %8d %8d\n' "$1" "$2" "$cells" "$ffs" "$memories"
  if [[ $1 == "${subsets[-1]}" ]]; then
    ((cells > 0 && ffs > 0 && memories > 0)) || fail "$name: nothing was counted"
    full=$size
  else
    sizes_of_parts+=("$name $size")
  fi
}

compare() { # compare NAME CELLS FFS MEMORIES: against $full
  local cells ffs memories
  read -r cells ffs memories <<<"$full"
  (($2 > 0 && $2 < cells)) || fail "$1: $2 cells, everything has $cells"
  (($3 > 0 && $3 < ffs)) || fail "$1: $3 flip-flops, everything has $ffs"
  (($4 > 0 && $4 < memories)) || fail "$1: $4 memories, everything has $memories"
}

# table OVERFLOW: one row a subset, and the comparison with the last, which has everything.
table() {
  local overflow=$1 subset part
  status=0 full='' sizes_of_parts=()
  for subset in "${subsets[@]}"; do measure "$subset" "$overflow"; done
  ((${#sizes_of_parts[@]} == 6)) || fail "$overflow: ${#sizes_of_parts[@]} proper subsets"
  # shellcheck disable=SC2086  # a name and three numbers
  for part in "${sizes_of_parts[@]}"; do compare $part; done
  return "$status"
}

# stages MULT ADD SUBSET: the arithmetic of a PE with stages; no sizes, which would take long.
stages() {
  local name="pipe$1$2_$(subset_name "$3")"
  write_config "$work" "$name" $rows $cols wrap "$3" 4 "mult_stages: $1, add_stages: $2"
  "$gradloom" generate -c "$work/$name.yaml" -o "$work/$name" >/dev/null
  check_pe "$name" "$2" || fail "$name: the PE is not one multiplier and $2 adders of 20/$2 bits"
  check_top "$name" "$2" || fail "$name: multipliers or adders elsewhere"
  staged=$((staged + 1))
}

# The checks can fail: products selected instead of factors, which takes two multipliers.
spoiled() {
  cp -R rtl_templates "$work/templates"
  sed -i 's/= factor_a \* factor_b/= ctl[2] ? factor_a * factor_b : factor_b * weight_q/' "$work/templates/pe.v"
  write_config "$work" spoiled $rows $cols wrap 'dgrad, wgrad' 4
  GRADLOOM_TEMPLATES=$work/templates "$gradloom" generate -c "$work/spoiled.yaml" -o "$work/spoiled" >/dev/null
  if check_pe spoiled 2>/dev/null || check_top spoiled 2>/dev/null; then
    echo 'FAIL: two multipliers in a PE went unnoticed'
    exit 1
  fi
}

spoiled
printf '%-20s %-9s %8s %8s %8s\n' "${rows}x$cols, int8" overflow cells FFs memories
table saturate >"$work/saturate.txt" &
status=0
table wrap || status=1
wait $! || status=1
cat "$work/saturate.txt"
staged=0
for subset in fprop 'dgrad, wgrad' "${subsets[-1]}"; do
  for pair in '1 1' '2 2' '0 2' '2 1'; do
    # shellcheck disable=SC2086  # two numbers
    stages $pair "$subset"
  done
done
echo "$staged arrays with stages: one multiplier, and one adder or two halves of one, in every PE"
((staged > 0)) || status=1
if check_pe pipe22_f 1 2>/dev/null; then fail 'a second adder went unnoticed'; fi
((status == 0)) && echo 'one multiplier and one adder in every PE; every subset is smaller'
exit "$status"
