#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The main job: generate the 8x8 int8 design with its buses, and train the optical digits on the chip: the
# Verilated design gets a network, data and a list of descriptors in memory, is started through its C driver,
# and gives trained weights back. The golden model does the same beside it, and both must agree bit for bit.
# Environment: GRADLOOM (the program), OUT (where files go).
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
gradloom=${GRADLOOM:-build/release/bin/gradloom}
out=${OUT:-out}/demo
config=examples/configs/gl8x8_axi_int8.yaml
started=$SECONDS

if [[ -t 1 && -z ${NO_COLOR:-} && ${TERM:-dumb} != dumb ]]; then
  bold=$'\e[1m' plain=$'\e[0m'
else
  bold='' plain=''
fi
title() { printf '\n%s%s%s\n' "$bold" "$1" "$plain"; }

mkdir -p "$out"
title "1. Generate the design of $config"
"$gradloom" generate -c "$config" -o "$out/gl8x8_axi_int8" --force

title '2. Compile 64-32-10 for it: descriptors, memory map, C header, image'
"$gradloom" compile -c "$config" --network examples/networks/digits_on_chip.yaml \
  --data examples/data/optdigits.csv.gz -o "$out/digits_on_chip" --force

title '3. Train it on the chip, loss and update included: 30 epochs, one start each'
"$gradloom" train -c "$config" --network examples/networks/digits_on_chip.yaml \
  --data examples/data/optdigits.csv.gz --json "$out/train.json"

title '4. The same with softmax and cross-entropy: the host reads outputs and supplies delta'
"$gradloom" train -c "$config" --network examples/networks/digits_softmax_on_chip.yaml \
  --data examples/data/optdigits.csv.gz --epochs 4 --json "$out/train_softmax.json"

title 'Files'
cat <<TEXT
$out/gl8x8_axi_int8/rtl/        the Verilog, with filelist.f, manifest.json and README.md beside it
$out/gl8x8_axi_int8/sw/         C driver and register header
$out/digits_on_chip/            what the host puts into memory
$out/train.json                 all numbers above
demo: good, $((SECONDS - started)) s
TEXT
