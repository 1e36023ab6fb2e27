#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `gradloom verify` of every example configuration: without stalls, and with 30 % and another seed (which
# also draws other initial values of all registers and memories). Arrays of 1,024 PEs and more run a few
# layers in place of the suite, the 16x16 array with its bus training steps of a large network. One line a run; OUT/verify/<configuration>.json keeps the numbers.
#   verify_all.sh [NAME...]   only these
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
gradloom=$(readlink -f "${GRADLOOM:-build/release/bin/gradloom}")
out=${OUT:-out}/verify
mkdir -p "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The runs of a configuration: options of verify, a line each. The last layers of the large arrays are longer
# than the array in each direction, and not multiples of it.
runs() {
  case $1 in
    gl32x32_int8)
      echo "--op fprop --m 40 --n 70 --batch 9 --stalls 0 --seed 1"
      echo "--op wgrad --m 33 --n 31 --batch 40 --stalls 0 --seed 1 --data minimum"
      echo "--op backward --m 70 --n 40 --batch 5 --stalls 0 --seed 1"
      echo "--op backward --schedule separate --m 33 --n 65 --batch 20 --stalls 30 --seed 2"
      ;;
    gl16x16_axi_int8)
      echo "--op step --network examples/networks/mlp_784.yaml --batches 2 --stalls 0 --seed 1"
      echo "--op step --network examples/networks/mlp_784.yaml --batches 1 --stalls 30 --seed 2"
      ;;
    gl64x64_int8)
      echo "--op fprop --m 70 --n 65 --batch 3 --stalls 0 --seed 1"
      echo "--op backward --m 65 --n 70 --batch 4 --stalls 30 --seed 2"
      ;;
    *)
      echo "--stalls 0 --seed 1"
      echo "--stalls 30 --seed 2"
      ;;
  esac
}

# "PASS  gl2x2_int8 --stalls 0 --seed 1: N comparisons"
verify() { # verify NAME NUMBER OPTION...
  local name=$1 number=$2 begin=$SECONDS
  shift 2
  if ! "$gradloom" verify -c "examples/configs/$name.yaml" "$@" --json "$work/$number.json" \
    >"$work/log" 2>&1; then
    printf 'FAIL  %-20s %s\n' "$name" "$*"
    cat "$work/log"
    return 1
  fi
  printf 'PASS  %-20s %s: %d comparisons, %d s\n' "$name" "$*" "$(checks "$work/$number.json")" $((SECONDS - begin))
}

checks() { sed -nE 's/^ *"checks": ([0-9]+),?$/\1/p' "$1"; }

# All runs of a configuration in one file: {"config": NAME, "runs": [{"options": ..., "result": {...}}, ...]}.
collect() { # collect NAME OPTIONS...
  local name=$1 number=0 comma=''
  shift
  printf '{\n"config": "%s",\n"runs": [' "$name"
  for options in "$@"; do
    printf '%s\n{"options": "%s", "result": ' "$comma" "$options"
    cat "$work/$number.json"
    printf '}'
    comma=,
    number=$((number + 1))
  done
  printf '\n]\n}\n'
}

names=("$@")
(($#)) || mapfile -t names < <(basename -s .yaml -a examples/configs/*.yaml)
failed=0
passed=0
for name in "${names[@]}"; do
  mapfile -t list < <(runs "$name")
  good=yes
  rm -f "$out/$name.json" "$work"/*.json
  for number in "${!list[@]}"; do
    # shellcheck disable=SC2086  # options, a word each
    if verify "$name" "$number" ${list[number]}; then
      passed=$((passed + 1))
    else
      failed=$((failed + 1))
      good=no
    fi
  done
  [[ $good == no ]] || collect "$name" "${list[@]}" >"$out/$name.json"
done
echo "verify: $passed runs passed, $failed failed; $out/*.json"
((failed == 0 && passed > 0))
