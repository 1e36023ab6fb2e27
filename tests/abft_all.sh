#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/abft.sh on a 2x2 array, each bit in every cycle, and on the example configurations, sampled. Then faults are put into
# the array checksum itself: the test must fail, or it shows nothing.
#   abft_all.sh test|nightly   nightly: every cycle of the examples too, and all faults
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mode=${1:-test}
cycles=1
[[ $mode == test ]] || cycles=0

cat >"$work/abft_2x2.yaml" <<'TEXT'
name: abft_2x2
array: {rows: 2, cols: 2}
numbers: {operand_bits: 8, accumulator_bits: 32}
abft: true
buffers: {x: 32, delta: 32, w: 32, y: 32, dx: 32, dw: 32}
TEXT
tests/abft.sh "$work/abft_2x2.yaml" 0
tests/abft.sh examples/configs/gl3x5_abft_int4.yaml "$cycles"
tests/abft.sh examples/configs/gl4x4_abft_int8.yaml "$cycles"

# WHEN, template, what is wrong; then the sed expression, and what the test must say.
broken=0
while IFS='|' read -r when template what expression expected; do
  [[ $when == test || $mode == nightly ]] || continue
  rm -rf "$work/templates"
  cp -R rtl_templates "$work/templates"
  sed -i "$expression" "$work/templates/$template.v"
  if cmp -s "rtl_templates/$template.v" "$work/templates/$template.v"; then
    echo "FAIL $template: the expression changes nothing: $expression"
    exit 1
  fi
  code=0
  OUT=$work GRADLOOM_TEMPLATES=$work/templates tests/abft.sh "$work/abft_2x2.yaml" 1 >"$work/log" 2>&1 || code=$?
  if ((code != 1)) || ! grep -q "^FAIL .*$expected" "$work/log"; then
    echo "FAIL $template, $what: exit code $code, not the message: $expected"
    cat "$work/log"
    exit 1
  fi
  echo "noticed: $template, $what"
  broken=$((broken + 1))
done <<'TEXT'
test|abft|the wgrad check is not looked at|s/assign fail\[2\] = g_checksum_row.*/wire unused_fail = \&{1'b0, g_checksum_row[COLS-1].fail_east, 1'b0}; assign fail[2] = 1'b0;/|wrong result, but no error
test|abft|the tiles of dgrad are those of fprop|s/psum_nt = <%#dgrad%>dgrad_end_i ? psum_outer/psum_nt = <%#dgrad%>dgrad_end_i ? psum_inner/|expected 0x
nightly|abft_weights|weights of one tile count for the next|s/({SUM_W{~swap_i}} & begun_q)/begun_q/|error without a flip
nightly|abft_col_pe|a changed weight shows in the checksum too: the shadow weight is used|s/factor_a = weight_q/factor_a = weight_o/|error without a flip
nightly|abft|words that are not written count|s/{ACC_W{south_we_i\[c\]}} & south_i/{ACC_W{1'b1}} \& south_i/|error, but no wrong result
nightly|abft_drain|the last word of a column is not looked at|s/(last & (rest_q/(last \& ~capture_i \& (rest_q/|wrong result, but no error
TEXT
((broken > 0))
echo "abft: $broken faults of the checksum noticed"
