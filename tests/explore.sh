#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `gradloom explore` from outside: the same results whatever the threads and interruptions, errors, plots, and jobs by
# local processes and by a Slurm that is mocked (tests/slurm/mock; a real one: tests/slurm/slurm.sh).
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
gradloom=$(readlink -f "${GRADLOOM:-build/release/bin/gradloom}")
root=$PWD
spaces=$root/examples/explore
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

tools=$PATH # where gradloom looks for tools
. "$root/tests/lib/expect.sh"
expect() { # expect CODE PATTERN ARGUMENT...: gradloom explore ARGUMENT..., as of expect_run
  expect_run "$1" "$2" env "PATH=$tools" "$gradloom" explore "${@:3}"
}
same() { # same TEXT DIR DIR
  local name
  for name in points.csv pareto.csv explore.json; do check "$1: $name differs" cmp "$2/$name" "$3/$name"; done
}

# One run after the other, with other numbers of threads.
expect 0 '16 points of 16, 16 in .* points/s on 1 threads' "$spaces/small.yaml" -o one --threads 1
expect 0 '16 points of 16, 16 of them found in one$' "$spaces/small.yaml" -o one --threads 2
expect 0 'area of a PE +[0-9]+ points: error mean +[0-9.]+ %, largest +[0-9.]+ %' "$spaces/small.yaml" -o two --threads 3
same 'threads' one two
check 'not 17 lines' test "$(wc -l <one/points.csv)" = 17

# A line against gradloom model.
cat >dut.yaml <<'TEXT'
name: dut
array: {rows: 2, cols: 2}
numbers: {operand_bits: 8, accumulator_bits: 24, overflow: wrap}
buffers: {x: 64, delta: 64, w: 64, y: 64, dx: 64, dw: 64}
TEXT
cycles=$("$gradloom" model -c dut.yaml --m 64 --n 32 --batch 8 --schedule separate | grep -oE '[0-9]+ cycles' | head -1)
check "no $cycles in points.csv" grep -q ",2,2,8,24,0,64,8,separate,1,${cycles% cycles}," one/points.csv

# Interrupted: nothing is lost, nothing is done twice, and the files are those of a run in one piece.
sed "s|\.\./|$root/examples/|; s|points: a|points: $spaces/a|; s|sram: s|sram: $spaces/s|" "$spaces/int8_arrays.yaml" >big.yaml
"$gradloom" explore big.yaml -o whole --threads 2 >/dev/null || fail 'big.yaml failed'
cut_short() { # cut_short DIR SIGNAL CODE
  local pid code i
  "$gradloom" explore big.yaml -o "$1" --threads 1 >/dev/null 2>cut.txt &
  pid=$!
  for ((i = 0; i < 400; ++i)); do
    [[ ! -s $1/points.csv || $(wc -l <"$1/points.csv") -lt 2000 ]] || break
    sleep 0.02
  done
  kill "-$2" $pid
  wait $pid 2>/dev/null
  code=$?
  check "signal $2: exit code $code, expected $3: $(cat cut.txt)" test $code = "$3"
  check "signal $2: it was done already" test "$(wc -l <"$1/points.csv")" -lt 158761
}
cut_short int INT 130
check 'no line about the interruption' grep -q '^gradloom: error: interrupted$' cut.txt
expect 0 '158760 points of 158760, [1-9][0-9]* of them found in int, ' big.yaml -o int --threads 2
same 'after Ctrl-C' whole int
cut_short kill KILL 137
expect 0 '158760 points of 158760' big.yaml -o kill --threads 3
same 'after a kill' whole kill

# What is refused leaves what is there.
expect 2 'state.json: found the state of space [0-9a-f]{16}, which is not' big.yaml -o one
same 'refused' one two
mkdir other
touch other/file
expect 2 'other: found files without a state.json' "$spaces/small.yaml" -o other
expect 2 'out.txt: found a file' "$spaces/small.yaml" -o out.txt
cp -r one cut
truncate -s 100 cut/points.csv
expect 2 'points.csv: found less than state.json says' "$spaces/small.yaml" -o cut
expect 2 'missing.yaml: ' missing.yaml -o new
sed 's/op: backward/op: sideways/' big.yaml >bad.yaml
expect 2 'bad.yaml:6: workload.op: found sideways, allowed' bad.yaml -o new
sed 's/sram:/ram:/' big.yaml >bad.yaml
expect 2 'bad.yaml:[0-9]+: area.ram: found an unknown key' bad.yaml -o new
expect 2 '--output is required' big.yaml
expect 2 '--executor requires --job' big.yaml -o new --executor slurm
expect 2 'found 11340 configurations, allowed 1000 \(--max-tasks\)' big.yaml -o new --job verify
check 'something was made' test ! -e new

# Plots.
expect 0 'plot: one/pareto_product_64x32.svg' "$spaces/small.yaml" -o one --plot
check 'no SVG' grep -q '</svg>' one/pareto_product_64x32.svg
check 'no title in the SVG' grep -q 'small: product_64x32, backward' one/pareto_product_64x32.svg
mkdir tools # nothing in it
tools=$work/tools expect 3 'gnuplot: .* Debian package gnuplot-nox' "$spaces/small.yaml" -o new --plot
tools=$work/tools expect 3 'sbatch: .* Debian package slurm-wlm' "$spaces/small.yaml" -o new --job verify --executor slurm
check 'something was made' test ! -e new

# Local tasks: the one that fails is run again, and only that one.
export FAILS_ONCE=2x2_8_24 FAILS_LOG=$work/calls REAL_GRADLOOM=
touch calls
job() { expect "$1" "$2" "$spaces/small.yaml" -o "$3" --job verify --program "$root/tests/slurm/fails_once.sh" "${@:4}"; }
job 1 'failed with exit code 1: dut_2x2_8_24_s0_w64_both, log .*/one/verify/logs/dut_2x2_8_24_s0_w64_both.log' one
check 'the log does not say why' grep -q 'fails the first time' one/verify/logs/dut_2x2_8_24_s0_w64_both.log
check 'not four tasks' test "$(wc -l <calls)" = 4
job 0 'verify: 4 good, 0 failed, 0 without a result' one
check 'not one task more' test "$(wc -l <calls)" = 5
check 'summary.csv' grep -q '^dut_2x2_8_24_s0_w64_both,good,1$' one/verify/summary.csv
job 0 '0 to run' one
check 'a task ran' test "$(wc -l <calls)" = 5
expect 2 'found no fresh/pareto.csv' "$spaces/small.yaml" -o fresh --job verify --points pareto
job 0 'verify: 2 good' two --points pareto

# The same by sbatch; the calls are those that Slurm's commands know.
export MOCK_SLURM=$work/mock
PATH=$root/tests/slurm/mock:$PATH
tools=$PATH
mkdir mock
: >calls
job 1 'verify: 3 good, 1 failed' jobs --executor slurm --poll 1 --sbatch=--partition=long
job 0 'verify: 4 good, 0 failed' jobs --executor slurm --poll 1 --sbatch=--partition=long
check 'not five tasks' test "$(wc -l <calls)" = 5
sed "s|$work|WORK|g" mock/calls | diff "$root/tests/slurm/calls.txt" - || fail 'calls of Slurm differ'
job 0 '4 configurations, 0 to run' jobs --executor slurm
# A job of an earlier run that is still in the queue is waited for before anything is submitted.
rm jobs/verify/results/dut_1x2_4_16_s0_w64_both.json
echo '[{"id": "5", "tasks": ["dut_1x2_4_16_s0_w64_both"]}]' >jobs/verify/slurm.json
: >mock/calls
job 0 'verify: 4 good' jobs --executor slurm --poll 1
check 'the job before was not asked for first' test "$(head -1 mock/calls)" = 'squeue --noheader --format=%T --jobs=5'
rm jobs/verify/results/dut_1x2_4_16_s0_w64_both.json
touch mock/refuse
checks=$((checks + 1))
"$gradloom" explore "$spaces/small.yaml" -o jobs --job verify --executor slurm \
  --program "$root/tests/slurm/fails_once.sh" >out.txt 2>err.txt
[[ $? == 3 ]] || fail 'a refused job: exit code not 3'
check 'a refused job: not why' grep -q 'sbatch: exit code 1: sbatch: error: .*Invalid partition' err.txt
check 'a refused job is remembered' test "$(cat jobs/verify/slurm.json)" = '[]'

echo "explore: $checks checks, $failures failed"
exit $((failures > 0))
