#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The main job: generate the 8x8 int8 array, and train the optical digits with every matrix product
# executed in its Verilated RTL and checked against the golden model in every cycle.
# Environment: GRADLOOM (the program), OUT (where files go).
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
gradloom=${GRADLOOM:-build/release/bin/gradloom}
out=${OUT:-out}/demo
config=examples/configs/gl8x8_int8.yaml
started=$SECONDS

if [[ -t 1 && -z ${NO_COLOR:-} && ${TERM:-dumb} != dumb ]]; then
  bold=$'\e[1m' plain=$'\e[0m'
else
  bold='' plain=''
fi
title() { printf '\n%s%s%s\n' "$bold" "$1" "$plain"; }

mkdir -p "$out"
title "1. Generate the array of $config"
"$gradloom" generate -c "$config" -o "$out/gl8x8_int8" --force

title '2. Train 64-32-10 on the optical digits, all products in the RTL'
"$gradloom" train -c "$config" --network examples/networks/digits_mlp.yaml \
  --data examples/data/optdigits.csv.gz --json "$out/train.json"

title 'Files'
cat <<TEXT
$out/gl8x8_int8/rtl/            the Verilog, with filelist.f, manifest.json and README.md beside it
$out/train.json                 all numbers above
demo: good, $((SECONDS - started)) s
TEXT
