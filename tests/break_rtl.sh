#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Would `gradloom verify` notice? Each break of tests/rtl_breaks.txt is put into a copy of the templates;
# verify must then fail with code 1 and say where: cycle, signal, expected, got, how to reproduce it.
#   break_rtl.sh test|nightly      the breaks of that suite, two at a time
#   break_rtl.sh --one NUMBER DIR  one of them, in DIR
set -euo pipefail
self=$(readlink -f "$0")
cd "$(dirname "$self")/.."
GRADLOOM=$(readlink -f "${GRADLOOM:-build/release/bin/gradloom}")
export GRADLOOM

# "WHEN TEMPLATE CONFIG WHAT" and the sed expression, one break on two lines.
breaks() { grep -vE '^(#|$)' tests/rtl_breaks.txt; }

# Small enough to build in seconds, and still with several tiles, unused lanes, stalls and refused shapes.
write_configs() {
  local buffers='buffers: {x: 40, delta: 36, w: 33, y: 30, dx: 27, dw: 35}'
  cat >"$1/base.yaml" <<TEXT
name: base
array: {rows: 3, cols: 2}
numbers: {operand_bits: 4, accumulator_bits: 12, overflow: wrap}
$buffers
limits: {m: 11, n: 7, batch: 9}
host: {queue_depth: 2}
TEXT
  cat >"$1/sat.yaml" <<TEXT
name: sat
array: {rows: 2, cols: 2}
numbers: {operand_bits: 4, accumulator_bits: 8, overflow: saturate}
$buffers
TEXT
  cat >"$1/train.yaml" <<TEXT
name: train
array: {rows: 2, cols: 2}
numbers: {operand_bits: 4, accumulator_bits: 16, overflow: wrap}
training: {master_bits: 7, step_bits: 3, weight_decay: true}
buffers: {x: 40, delta: 36, w: 33, y: 30, dx: 27, dw: 35, bias: 6}
TEXT
  cat >"$1/pipe.yaml" <<TEXT
name: pipe
array: {rows: 3, cols: 2}
numbers: {operand_bits: 4, accumulator_bits: 13, overflow: wrap}
pe: {mult_stages: 2, add_stages: 2, zero_gating: true}
$buffers
limits: {m: 11, n: 7, batch: 9}
host: {queue_depth: 2}
TEXT
  cat >"$1/hold.yaml" <<TEXT
name: hold
array: {rows: 3, cols: 2}
numbers: {operand_bits: 4, accumulator_bits: 12, overflow: wrap}
buffers: {x: 40, delta: 36, w: 33, y: 30, dx: 27, dw: 35, delta_hold: 4}
limits: {m: 11, n: 7, batch: 9}
host: {queue_depth: 2}
TEXT
  cat >"$1/line.yaml" <<TEXT
name: line
array: {rows: 1, cols: 2}
numbers: {operand_bits: 4, accumulator_bits: 12, overflow: wrap}
buffers: {x: 40, delta: 36, w: 33, y: 30, dx: 27, dw: 35, delta_hold: 16}
host: {queue_depth: 2}
TEXT
  cat >"$1/deep.yaml" <<TEXT
name: deep
array: {rows: 2, cols: 2}
numbers: {operand_bits: 4, accumulator_bits: 12, overflow: wrap}
buffers: {x: 160, delta: 160, w: 200, y: 160, dx: 160, dw: 200}
host: {queue_depth: 2}
TEXT
  cat >"$1/lean.yaml" <<TEXT
name: lean
array: {rows: 3, cols: 3}
numbers: {operand_bits: 5, accumulator_bits: 16, overflow: wrap}
training: {master_bits: 5, step_bits: 0, activations: [relu], stochastic: false}
buffers: {x: 40, delta: 36, w: 33, y: 30, dx: 27, dw: 35, bias: 6}
host: {queue_depth: 2}
TEXT
}

verify() { # verify DIR CONFIG: output in DIR/log
  GRADLOOM_CACHE_DIR=$work/cache "$GRADLOOM" verify -c "$work/$2.yaml" --seed 1 --stalls 20 >"$1/log" 2>&1
}

# What is wrong with how the break was found; nothing if all is well.
verdict() { # verdict CODE LOG
  case $1 in
    0) echo 'SURVIVED' ;;
    1)
      grep -qE '^  cycle [0-9]+: [a-z_]+.*: expected 0x[0-9a-f]+, got 0x[0-9a-f]+$' "$2" ||
        echo 'found, but no cycle and signal named'
      grep -qE '^reproduce: gradloom verify .*--seed 1 ' "$2" || echo 'found, but no line to reproduce it'
      ;;
    *) echo "not tried: exit code $1: $(head -c 300 "$2" | tr '\n' ' ')" ;;
  esac
}

one() { # one NUMBER
  local when template config what expression dir=$work/$1 code=0 trouble
  { read -r when template config what && IFS= read -r expression; } < <(breaks | tail -n "+$((2 * $1 - 1))")
  mkdir "$dir"
  cp -R rtl_templates "$dir/templates"
  sed -i "$expression" "$dir/templates/$template.v"
  if cmp -s "rtl_templates/$template.v" "$dir/templates/$template.v"; then
    trouble="the expression changes nothing:$expression"
  else
    GRADLOOM_TEMPLATES=$dir/templates verify "$dir" "$config" || code=$?
    trouble=$(verdict "$code" "$dir/log")
  fi
  if [[ -n $trouble ]]; then
    printf 'FAIL %-12s %s (%s): %s\n' "$template" "$what" "$when" "$trouble"
    return 1
  fi
  printf 'found %-12s %s\n        %s\n' "$template" "$what" "$(grep -m 1 '^  cycle' "$dir/log" | sed 's/^ *//')"
  rm -rf "$dir"
}

# The RTL as it is must pass, or nothing below means anything.
control() {
  local config
  for config in base sat train lean pipe hold line deep; do
    mkdir "$work/control_$config"
    if ! verify "$work/control_$config" "$config"; then
      echo "FAIL the unbroken RTL does not pass ($config):"
      cat "$work/control_$config/log"
      exit 1
    fi
  done
}

if [[ ${1:-} == --one ]]; then
  work=$3
  one "$2"
  exit
fi

mode=${1:-test}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
write_configs "$work"
control
numbers=$(breaks | awk -v mode="$mode" 'NR % 2 == 1 && ($1 == "test" || mode == "nightly") { print (NR + 1) / 2 }')
status=0
xargs -P 2 -I '{}' "$self" --one '{}' "$work" <<<"$numbers" >"$work/report" || status=1
sort -k 2 "$work/report" | grep FAIL || true
grep -v FAIL "$work/report" || true
count=$(wc -l <<<"$numbers")
found=$(grep -c '^found' "$work/report" || true)
named=$(grep -cE '^ +cycle .*, tile \([0-9]+, [0-9]+\), element' "$work/report" || true)
echo "breaks: $count tried, $found found, $named of them with tile and element"
((status == 0 && found == count && named > 0))
