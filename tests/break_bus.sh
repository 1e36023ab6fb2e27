#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Would `gradloom verify` notice? Each break of tests/bus_breaks.txt is put into a copy of the templates; verify
# must then fail with code 1 and say how to reproduce it.
#   break_bus.sh test|nightly      the breaks of that suite, two at a time
#   break_bus.sh --one NUMBER DIR  one of them, in DIR
set -euo pipefail
self=$(readlink -f "$0")
cd "$(dirname "$self")/.."
GRADLOOM=$(readlink -f "${GRADLOOM:-build/release/bin/gradloom}")
export GRADLOOM

# "WHEN TEMPLATE WHAT" and the sed expression, one break on two lines.
breaks() { grep -vE '^(#|$)' tests/bus_breaks.txt; }

# Small, and with vectors of several beats that are not whole.
write_config() {
  cat >"$1/bus.yaml" <<'TEXT'
name: bus
array: {rows: 3, cols: 3}
numbers: {operand_bits: 5, accumulator_bits: 24, overflow: saturate}
training: {master_bits: 12}
buffers: {x: 60, delta: 40, w: 40, y: 40, dx: 40, dw: 30, bias: 16}
host: {bus: axi, data_bits: 32, address_bits: 36, queue_depth: 2}
TEXT
}

verify() { # verify DIR: output in DIR/log
  GRADLOOM_CACHE_DIR=$work/cache "$GRADLOOM" verify -c "$work/bus.yaml" --seed 1 --stalls 20 >"$1/log" 2>&1
}

# What is wrong with how the break was found; nothing if all is well.
verdict() { # verdict CODE LOG
  case $1 in
    0) echo 'SURVIVED' ;;
    1)
      grep -q '^FAIL ' "$2" || echo 'found, but no FAIL'
      grep -qE '^reproduce: gradloom verify .*--seed 1 ' "$2" || echo 'found, but no line to reproduce it'
      ;;
    *) echo "not tried: exit code $1: $(head -c 300 "$2" | tr '\n' ' ')" ;;
  esac
}

one() { # one NUMBER
  local when template what expression dir=$work/$1 code=0 trouble
  { read -r when template what && IFS= read -r expression; } < <(breaks | tail -n "+$((2 * $1 - 1))")
  mkdir "$dir"
  cp -R rtl_templates "$dir/templates"
  sed -i "$expression" "$dir/templates/$template.v"
  if cmp -s "rtl_templates/$template.v" "$dir/templates/$template.v"; then
    trouble="the expression changes nothing:$expression"
  else
    GRADLOOM_TEMPLATES=$dir/templates verify "$dir" || code=$?
    trouble=$(verdict "$code" "$dir/log")
  fi
  if [[ -n $trouble ]]; then
    printf 'FAIL %-16s %s (%s): %s\n' "$template" "$what" "$when" "$trouble"
    return 1
  fi
  printf 'found %-16s %s\n        %s\n' "$template" "$what" "$(grep -m 1 '^FAIL' "$dir/log" | cut -c 6-)"
  rm -rf "$dir"
}

if [[ ${1:-} == --one ]]; then
  work=$3
  one "$2"
  exit
fi

mode=${1:-test}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
write_config "$work"
mkdir "$work/control"
if ! verify "$work/control"; then
  echo 'FAIL the unbroken RTL does not pass:'
  cat "$work/control/log"
  exit 1
fi
numbers=$(breaks | awk -v mode="$mode" 'NR % 2 == 1 && ($1 == "test" || mode == "nightly") { print (NR + 1) / 2 }')
status=0
xargs -P 2 -I '{}' "$self" --one '{}' "$work" <<<"$numbers" >"$work/report" || status=1
sort -k 2 "$work/report" | grep FAIL || true
grep -v FAIL "$work/report" || true
count=$(wc -l <<<"$numbers")
found=$(grep -c '^found' "$work/report" || true)
echo "breaks of the bus: $count tried, $found found"
((status == 0 && found == count))
