#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Random configurations, two processes at a time: `campaign.sh N [FIRST]` runs the seeds FIRST..FIRST+N-1
# (FIRST is 1 by default) in Verilator, and every sixth of them also in Icarus Verilog.
# A failing seed is printed with the line that repeats it. Ends with the total, which must be N.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
count=${1:?campaign.sh N [FIRST]}
first=${2:-1}
GRADLOOM=$(readlink -f "${GRADLOOM:-build/release/bin/gradloom}")
export GRADLOOM
chunk=5
icarus_every=6
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export GRADLOOM_CACHE_DIR=$work/cache work # the models are of no use to others

# "SIMULATOR SEED COUNT", a line each.
jobs() {
  local last=$((first + count - 1)) seed
  for ((seed = first; seed <= last; seed += chunk)); do
    echo "verilator $seed $((last - seed + 1 < chunk ? last - seed + 1 : chunk))"
  done
  for ((seed = first; seed <= last; seed++)); do
    ((seed % icarus_every)) || echo "icarus $seed 1"
  done
}

# shellcheck disable=SC2016  # for the shell that xargs starts
job='"$GRADLOOM" verify --campaign "$3" --seed "$2" --simulator "$1" >"$work/$1.$2.log" 2>&1 ||
  echo "exit code $?" >>"$work/$1.$2.log"'

# Sum of a number of the last lines of the logs of a simulator.
total() { # total SIMULATOR WORD: the number before WORD
  sed -nE "s/^campaign: .*\b([0-9]+) $2.*/\1/p" "$work"/"$1".*.log 2>/dev/null | awk '{ n += $1 } END { print n + 0 }'
}

begin=$SECONDS
jobs >"$work/jobs"
xargs -P 2 -L 1 bash -c "$job" job <"$work/jobs"
grep -hE '^(FAIL|  cycle|reproduce|exit code|gradloom: error)|: FAIL ' "$work"/*.log || true
icarus_expected=$(grep -c '^icarus' "$work/jobs" || true)
for simulator in verilator icarus; do
  printf '%s: %d configurations, %d comparisons, %d failed\n' "$simulator" \
    "$(total $simulator configurations)" "$(total $simulator comparisons)" "$(total $simulator failed)"
done
good=$(($(total verilator configurations) - $(total verilator failed)))
icarus=$(($(total icarus configurations) - $(total icarus failed)))
echo "campaign: $good of $count good, in Icarus $icarus of $icarus_expected, $((SECONDS - begin)) s"
((good == count && icarus == icarus_expected && $(total verilator comparisons) > 0))
