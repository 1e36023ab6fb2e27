#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Generates each configuration and lints the result with Verilator -Wall (with and without the trace
# ports), iverilog -g2005 -Wall, and Yosys: no problem found by `check`, no latch. Any message of a
# linter is a failure.
#   lint_rtl.sh CONFIG.yaml...
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
gradloom=$(readlink -f "${GRADLOOM:-build/release/bin/gradloom}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# quiet NAME COMMAND...: fails if the command fails or prints anything.
quiet() {
  local name=$1
  shift
  if ! "$@" >"$work/log" 2>&1 || [[ -s $work/log ]]; then
    echo "$config: $name:" >&2
    head -n 40 "$work/log" >&2
    return 1
  fi
}

# `set -e` is off in here (the caller asks for the result): every linter's status is kept.
lint() {
  local dir=$work/$1 top=$1_top files bad=0
  files=$(tr '\n' ' ' <"$dir/filelist.f")
  local verilator=(verilator --lint-only -Wall -fno-const-bit-op-tree --top-module "$top")
  pushd "$dir" >/dev/null
  quiet verilator "${verilator[@]}" -f filelist.f || bad=1
  quiet 'verilator, trace' "${verilator[@]}" -DGRADLOOM_TRACE -f filelist.f || bad=1
  quiet iverilog iverilog -g2005 -Wall -t null -s "$top" -c filelist.f || bad=1
  quiet yosys yosys -q -p "read_verilog $files; hierarchy -check -top $top; proc; check -assert;
    select -assert-none t:\$dlatch t:\$adlatch t:\$dlatchsr t:\$_DLATCH_*" || bad=1
  popd >/dev/null
  return $bad
}

status=0
count=0
for config in "$@"; do
  name=$(basename "$config" .yaml)
  "$gradloom" generate -c "$config" -o "$work/$name" >/dev/null
  if lint "$name"; then echo "$name: clean"; else status=1; fi
  count=$((count + 1))
done
((count > 0)) || { echo 'no configuration named' >&2; exit 2; }
exit $status
