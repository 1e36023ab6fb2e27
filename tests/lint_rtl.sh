#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Generates each configuration and lints the result with Verilator -Wall (with and without the trace
# ports), iverilog -g2005 -Wall, and Yosys: no problem found by `check`, no latch. Any message of a
# linter is a failure.
#   lint_rtl.sh [--results DIR] CONFIG.yaml...
# With --results also DIR/<name>/lint.json.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
gradloom=$(readlink -f "${GRADLOOM:-build/release/bin/gradloom}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
results=
if [[ ${1:-} == --results ]]; then
  results=$2
  shift 2
fi
for tool in verilator iverilog yosys; do
  command -v $tool >/dev/null || { echo "lint: $tool is missing: Debian package $tool" >&2; exit 3; }
done

# quiet NAME COMMAND...: fails if the command fails or prints anything.
quiet() {
  local name=$1 clean=true
  shift
  if ! "$@" >"$work/log" 2>&1 || [[ -s $work/log ]]; then
    echo "$config: $name:" >&2
    head -n 40 "$work/log" >&2
    clean=false
  fi
  printf '{"linter": "%s", "pass": %s}\n' "$name" $clean >>"$work/linters"
  $clean
}

# write_result NAME PASS: lint.json, whole or not at all.
write_result() {
  local place=$results/$1 hash version
  hash=$(sed -nE 's/.*"config_hash": "([^"]*)".*/\1/p' "$work/$1/manifest.json" | head -n 1)
  version=$("$gradloom" --version | sed 's/^gradloom //')
  mkdir -p "$place"
  printf '{"target": "lint", "config": "%s", "config_hash": "%s", "gradloom": "%s", "pass": %s,\n"linters": [%s]}\n' \
    "$1" "$hash" "$version" "$2" "$(paste -sd, "$work/linters")" >"$place/lint.json.new"
  mv "$place/lint.json.new" "$place/lint.json"
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
  : >"$work/linters"
  pass=true
  if lint "$name"; then
    echo "$name: clean in $(sed -E 's/.*: "([^"]*)".*/\1/' "$work/linters" | paste -sd';' | sed 's/;/; /g')"
  else
    status=1
    pass=false
  fi
  [[ -z $results ]] || write_result "$name" $pass
  count=$((count + 1))
done
((count > 0)) || { echo 'no configuration named' >&2; exit 2; }
exit $status
