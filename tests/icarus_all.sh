#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The emitted testbench of every example configuration up to 32x32 (8x8 with a bus) in Icarus Verilog: four states, X on
# idle payloads, no X allowed on an output. With 30 % stalls; three of them, and with ICARUS=nightly all of them, also
# without any and another seed. One line a run.
#   icarus_all.sh [NAME...]   only these
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
gradloom=$(readlink -f "${GRADLOOM:-build/release/bin/gradloom}")

names=("$@")
if ((${#names[@]} == 0)); then
  for config in examples/configs/*.yaml; do
    name=$(basename "$config" .yaml)
    [[ $name == gl64x64_int8 || $name == gl16x16_axi_int8 ]] || names+=("$name")
  done
fi

status=0
for name in "${names[@]}"; do
  runs=('--stalls 30 --seed 2')
  case ${ICARUS:-test}-$name in
    nightly-* | *-gl2x2_int8 | *-gl3x3_train_int4 | *-gl4x4_axi_int8) runs+=('--stalls 0 --seed 1') ;;
  esac
  for options in "${runs[@]}"; do
    # shellcheck disable=SC2086 # options are words
    if ! line=$("$gradloom" verify -c "examples/configs/$name.yaml" --simulator icarus $options 2>&1); then
      status=1
      printf 'FAIL  %s\n' "$name"
    fi
    printf '%s\n' "$line"
  done
done
exit $status
