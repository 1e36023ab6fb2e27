#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/lint_rtl.sh on shapes and choices that the example configurations do not cover: every subset of
# the operations, each overflow policy, a single PE, a row, a column, buffers of one word.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
GRADLOOM=$(readlink -f "${GRADLOOM:-build/release/bin/gradloom}")
export GRADLOOM
source tests/lib/subsets.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for subset in "${subsets[@]}"; do
  name=$(subset_name "$subset")
  write_config "$work" "sat_$name" 2 3 saturate "$subset"
  write_config "$work" "one_$name" 1 1 wrap "$subset"
  write_config "$work" "row_$name" 1 4 wrap "$subset" 16
  write_config "$work" "col_$name" 4 1 wrap "$subset" 7
done
write_config "$work" word_2x2 2 2 wrap "${subsets[-1]}" 1
write_config "$work" word_1x1 1 1 saturate "${subsets[-1]}" 1
write_config "$work" big_9x7 9 7 saturate "${subsets[-1]}"
tests/lint_rtl.sh "$work"/*.yaml
