#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# gradloom explore --executor slurm on a real Slurm of one node: whole-RTL verification of four configurations, one of
# which fails the first time; the second run submits that one alone. Synthesis of one. Then Ctrl-C cancels the job.
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
gradloom=$(readlink -f "${GRADLOOM:-build/release/bin/gradloom}")
root=$PWD
work=$(mktemp -d)
cleanup() {
  "$root/tests/slurm/cluster.sh" stop "$work/slurm" >/dev/null 2>&1
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' INT TERM
. "$root/tests/lib/expect.sh"

mkdir "$work/slurm"
"$root/tests/slurm/cluster.sh" start "$work/slurm" || exit $?
# shellcheck disable=SC1091
source "$work/slurm/env"
export FAILS_ONCE=2x2_8_24 FAILS_LOG=$work/calls REAL_GRADLOOM=$gradloom
touch "$FAILS_LOG"
explore() { timeout 900 "$gradloom" explore "$root/examples/explore/small.yaml" -o "$work/out" --executor slurm \
  --poll 1 --program "$root/tests/slurm/fails_once.sh" "$@"; }

explore --job verify >"$work/first.txt" 2>&1
code=$?
check "first run: exit code not 1: $(cat "$work/first.txt")" test $code = 1
check 'first run: not three good and one failed' grep -q 'verify: 3 good, 1 failed, 0 without a result' "$work/first.txt"
check 'first run: the failed task and its log are not named' \
  grep -qE 'failed with exit code 1: dut_2x2_8_24_s0_w64_both, log .*/logs/dut_2x2_8_24_s0_w64_both.log' "$work/first.txt"
check 'first run: not four tasks' test "$(wc -l <"$FAILS_LOG")" = 4

explore --job verify >"$work/second.txt" 2>&1
code=$?
check "second run: exit code not 0: $(cat "$work/second.txt")" test $code = 0
check 'second run: not four good' grep -q 'verify: 4 good, 0 failed, 0 without a result' "$work/second.txt"
check 'second run: not one task more' test "$(wc -l <"$FAILS_LOG")" = 5
check 'the summary has no comparisons' grep -qE '^dut_2x2_8_24_s0_w64_both,good,[1-9][0-9]+$' "$work/out/verify/summary.csv"

# Nothing left to do: nothing is submitted.
explore --job verify >"$work/third.txt" 2>&1
check 'third run: exit code not 0' test $? = 0
check 'third run: a task ran' test "$(wc -l <"$FAILS_LOG")" = 5

# Ctrl-C while tasks wait and run: the job leaves the queue, and a later run does what is missing.
cat >"$work/slow.sh" <<'TEXT'
#!/bin/sh
[ -f "$FAST" ] || sleep 300
exec "$REAL_GRADLOOM" "$@"
TEXT
chmod +x "$work/slow.sh"
export FAST=$work/fast
"$gradloom" explore "$root/examples/explore/small.yaml" -o "$work/cut" --executor slurm --job verify --poll 1 \
  --program "$work/slow.sh" >"$work/cut.txt" 2>&1 &
pid=$!
for ((i = 0; i < 120; ++i)); do
  [[ -z $(squeue --noheader --states=RUNNING) ]] || break
  sleep 0.5
done
kill -INT $pid
wait $pid
check 'Ctrl-C: exit code not 130' test $? = 130
for ((i = 0; i < 60; ++i)); do
  [[ -n $(squeue --noheader) ]] || break
  sleep 0.5
done
check 'Ctrl-C: the job is still in the queue' test -z "$(squeue --noheader)"
touch "$FAST"
"$gradloom" explore "$root/examples/explore/small.yaml" -o "$work/cut" --executor slurm --job verify --poll 1 \
  --program "$work/slow.sh" >"$work/cut2.txt" 2>&1
check "after Ctrl-C: $(cat "$work/cut2.txt")" grep -q 'verify: 4 good, 0 failed' "$work/cut2.txt"

# One task is enough of synthesis.
sed 's/rows: .*/rows: 1/; s/cols: .*/cols: 1/; s/formats: .*/formats: 4\/16/' examples/explore/small.yaml >"$work/one.yaml"
sed -i "s|points: area|points: $root/examples/explore/area|; s|sram: sram|sram: $root/examples/explore/sram|
  s|energy: ..|energy: $root/examples|" "$work/one.yaml"
timeout 900 "$gradloom" explore "$work/one.yaml" -o "$work/one" --executor slurm --job synth --poll 1 >"$work/synth.txt" 2>&1
check "synth: $(cat "$work/synth.txt")" grep -q 'synth: 1 good, 0 failed' "$work/synth.txt"
grep 'fit against' "$work/synth.txt"

"$root/tests/slurm/cluster.sh" stop "$work/slurm"
check 'daemons are left' test -z "$(pgrep -f "$work/slurm")"
echo "slurm: $checks checks, $failures failed; Slurm $(sbatch --version | sed 's/^slurm-wlm //'), one node"
exit $((failures > 0))
