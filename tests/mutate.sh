#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Mutation coverage of the blocks of a small design; see docs/mutation.md.
#   mutate.sh test     40 mutants of each block, those of a bus too
#   mutate.sh nightly  200 of each, with more seeds; those of a pipelined PE, and of a design with a bus
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
mutate=build/release/bin/mutate
out=${OUT:-out}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0

expect() { # expect CODE TEXT COMMAND...: it ends with that code and says that
  local code=0 want=$1 text=$2
  shift 2
  "$@" >"$work/log" 2>&1 || code=$?
  if [[ $code != "$want" ]] || ! grep -q "$text" "$work/log"; then
    echo "FAIL exit code $code, expected $want and \"$text\": $*"
    cat "$work/log"
    status=1
  fi
}

rm -rf "$out"/results/mutate_{core,bus}
expect 2 'found no_such_block, allowed pe' "$mutate" -c tests/mutate/mutate_core.yaml --modules no_such_block
expect 2 'allowed a module that this configuration has' \
  "$mutate" -c tests/mutate/mutate_core.yaml --modules dma --out "$work/out"

# A design that is wrong before anything is mutated must be an error, not a kill of everything.
cp -R rtl_templates "$work/templates"
sed -i 's/wr_ptr_q <= (wr_ptr_q == LAST)/wr_ptr_q <= (wr_ptr_q != LAST)/' \
  "$work/templates/fifo.v"
expect 1 'the design without a mutant does not pass' env "GRADLOOM_TEMPLATES=$work/templates" \
  "$mutate" -c tests/mutate/mutate_core.yaml --modules host-port --mutants 1 --out "$work/out"

if [[ ${1:-test} == nightly ]]; then
  "$mutate" -c tests/mutate/mutate_core.yaml --mutants 200 --least 90 --deep --cross-check --out "$out" || status=1
  "$mutate" -c tests/mutate/mutate_pipe.yaml --mutants 200 --least 90 --deep --modules pe --out "$out" || status=1
  "$mutate" -c tests/mutate/mutate_bus.yaml --mutants 200 --least 90 --deep --modules dma,axi-lite --out "$out" || status=1
else
  "$mutate" -c tests/mutate/mutate_core.yaml --mutants 40 --least 90 --out "$out" || status=1
  "$mutate" -c tests/mutate/mutate_bus.yaml --mutants 40 --least 90 --modules dma,axi-lite --out "$out" || status=1
fi

# Only the result of all blocks may count for a configuration.
for result in mutate_core/mutate mutate_bus/mutate_part; do
  [[ -f $out/results/$result.json ]] || { echo "FAIL no $result.json"; status=1; }
done
if [[ -e $out/results/mutate_bus/mutate.json ]]; then
  echo 'FAIL a part of the blocks was written as the whole'
  status=1
fi
exit $status
