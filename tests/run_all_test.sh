#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/run_all.sh on steps of its own: what is counted, shown, recorded, and resumed.
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
GRADLOOM=$(readlink -f "${GRADLOOM:-build/release/bin/gradloom}")
export GRADLOOM
work=$(mktemp -d)
trap 'rm -rf "${work%/project}"' EXIT
export ran=$work/ran # where the steps leave something
work=$work/project
mkdir -p "$ran" "$work"/{tests/lib,rtl_templates,examples/configs}
cp tests/run_all.sh "$work/tests/"
cp tests/lib/templates_digest.sh "$work/tests/lib/"
cp examples/configs/gl2x2_int8.yaml "$work/examples/configs/"
. tests/lib/expect.sh
cd "$work"
echo 'module m;' >rtl_templates/m.v
unset OUT RESUME

steps() { printf '%s\n' '# a comment' "$@" >tests/steps.txt; }
# all CODE LAST_LINE ARGUMENT...: the last line of standard output is that
all() {
  local code=0 want=$1 line=$2 got
  shift 2
  got=$(tests/run_all.sh "$@" 2>"$ran/stderr" | tail -n 1) || code=$?
  checks=$((checks + 1))
  [[ $code == "$want" && $got == "$line" ]] || fail "run_all $*: exit code $code, \"$got\""
}
runs() { wc -l <"$ran/$1" 2>/dev/null || echo 0; }

steps 'test a echo x >>$ran/a' 'test b echo x >>$ran/b; test -e $ran/good' 'nightly c echo x >>$ran/c'
all 1 '1 passed, 1 failed' test
check 'the failed step is not named' grep -q '^FAIL b ' "$ran/stderr"
check 'no result of a' grep -q '"step": "a", "when": "test", "pass": true' out/results/steps/a.json
check 'no result of b' grep -q '"pass": false' out/results/steps/b.json
check 'no hash' grep -q '"gl2x2_int8": "[0-9a-f]\{16\}"' out/results/steps/a.json
check 'nightly was run by test' test ! -e "$ran/c"
all 1 '0 passed, 0 failed' test no_such_step
all 0 '1 passed, 0 failed' nightly c

touch "$ran/good"
RESUME=1 all 0 '2 passed, 0 failed, 1 of them before' test
check 'a step that had passed was run again' test "$(runs a)" = 1
check 'a step that had failed was not run again' test "$(runs b)" = 2
RESUME=1 all 0 '2 passed, 0 failed, 2 of them before' test
echo '# more' >>examples/configs/gl2x2_int8.yaml
RESUME=1 all 0 '2 passed, 0 failed' test
echo new >new_file
RESUME=1 all 0 '2 passed, 0 failed' test
RESUME=1 all 0 '3 passed, 0 failed, 2 of them before' nightly
check 'the step of nightly was not run' test "$(runs c)" = 2
all 0 '2 passed, 0 failed' test
check 'not run without RESUME' test "$(runs a)" = 4

# A step during which another file changes has a result, but is run again.
steps 'test e date +%N >note'
all 0 '1 passed, 0 failed' test
check 'no result of e' grep -q '"sources": "changed"' out/results/steps/e.json
RESUME=1 all 0 '1 passed, 0 failed' test

# A step during which the templates change has no result.
steps 'test d echo x >>rtl_templates/m.v'
all 0 '1 passed, 0 failed' test
check 'a result though the templates changed' test ! -e out/results/steps/d.json

((checks > 15)) || fail "only $checks checks ran"
echo "$checks checks, $failures failures"
((failures == 0))
