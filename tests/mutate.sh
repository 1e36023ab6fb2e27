#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Mutation coverage of the blocks of a small design; see docs/mutation.md.
#   mutate.sh test           40 mutants of each block, those of a bus too
#   mutate.sh core|pipe|bus  200 of each, with more seeds: of the array, of a pipelined PE, of a design with a bus
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
mutate=build/release/bin/mutate
out=${OUT:-out}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
if [[ " test core pipe bus " != *" ${1:-test} "* ]]; then
  echo "mutate.sh: error: found $1, allowed test, core, pipe or bus" >&2
  exit 2
fi

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

expect 2 'found no_such_block, allowed pe' "$mutate" -c tests/mutate/mutate_core.yaml --modules no_such_block
expect 2 'allowed a module that this configuration has' \
  "$mutate" -c tests/mutate/mutate_core.yaml --modules dma --out "$work/out"

# A design that is wrong before anything is mutated must be an error, not a kill of everything.
cp -R rtl_templates "$work/templates"
sed -i 's/wr_ptr_q <= (wr_ptr_q == LAST)/wr_ptr_q <= (wr_ptr_q != LAST)/' \
  "$work/templates/fifo.v"
expect 1 'the design without a mutant does not pass' env "GRADLOOM_TEMPLATES=$work/templates" \
  "$mutate" -c tests/mutate/mutate_core.yaml --modules host-port --mutants 1 --out "$work/out"

# A lemma that does not hold must not prove anything; one that is for nothing is a mistake.
lemma() { # lemma MODULE EXPRESSION: of state_q
  printf 'module %s(input wire [2:0] state_q, output wire holds);\n  assign holds = %s;\nendmodule\n' "$@" >"$work/lemma.v"
}
with_lemma() { "$mutate" -c tests/mutate/mutate_core.yaml --lemmas "$work/lemma.v" --modules psum_writer --mutants 1 --out "$work/out"; }
lemma sequencer__wrong "state_q != 3'd2"
expect 1 'lemmas not kept from cycle to cycle: sequencer__wrong@u_core.u_sequencer' with_lemma
lemma issue__nowhere "state_q != 3'd2"
expect 2 'lemma issue__nowhere: found issue, allowed a module that this design has' with_lemma

run() { # run CONFIG RESULT OPTION...: which must leave that result
  rm -f "$out/results/$1"/mutate*.json
  local lemmas=tests/mutate/$1.lemmas.v given=()
  [[ ! -f $lemmas ]] || given=(--lemmas "$lemmas")
  "$mutate" -c "tests/mutate/$1.yaml" "${given[@]}" "${@:3}" --least 90 --out "$out" || status=1
  results+=("$1/$2")
}
results=()
case ${1:-test} in
  test)
    run mutate_core mutate --mutants 40 --seconds 30
    run mutate_bus mutate_part --mutants 40 --modules dma,axi-lite --seconds 30
    ;;
  core) run mutate_core mutate --mutants 200 --deep --cross-check 100 ;;
  pipe) run mutate_pipe mutate_part --mutants 200 --deep --modules pe --cross-check 40 ;;
  bus) run mutate_bus mutate_part --mutants 200 --deep --modules dma,axi-lite --cross-check 100 ;;
esac

# Only the result of all blocks may count for a configuration.
for result in "${results[@]}"; do
  [[ -f $out/results/$result.json ]] || { echo "FAIL no $result.json"; status=1; }
done
for config in mutate_bus mutate_pipe; do
  [[ ! -e $out/results/$config/mutate.json ]] || { echo "FAIL $config: a part was written as the whole"; status=1; }
done
exit $status
