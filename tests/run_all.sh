#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs the steps of tests/steps.txt: `run_all.sh test|nightly [NAME...]` (only these, if named).
# The output of a step goes to OUT/log/<name>.log and is shown only if it fails. The last line on
# standard output is "N passed, N failed"; exits 1 if any failed or none ran.
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."

mode=${1:-test}
shift || true
only=("$@")
log_dir=${OUT:-out}/log
mkdir -p "$log_dir"

if [[ -t 2 && -z ${NO_COLOR:-} && ${TERM:-dumb} != dumb ]]; then
  green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'
else
  green='' red='' plain=''
fi

# A step runs as a job of its own, so that Ctrl-C reaches all that it started.
running=
stop() {
  trap '' INT TERM
  [[ -z $running ]] || kill -TERM -- "-$running" 2>/dev/null
  wait
  printf 'interrupted\n' >&2
  exit 130
}
trap stop INT TERM

wanted() {
  ((${#only[@]})) || return 0
  local name
  for name in "${only[@]}"; do [[ $name == "$1" ]] && return 0; done
  return 1
}

passed=0
failed=0
started=$SECONDS
while read -r when name command <&3; do
  case $when in '' | '#'*) continue ;; esac
  [[ $when == test || $mode == nightly ]] || continue
  wanted "$name" || continue
  begin=$SECONDS
  set -m
  bash -c "$command" </dev/null >"$log_dir/$name.log" 2>&1 &
  running=$!
  set +m
  if wait "$running"; then
    passed=$((passed + 1))
    verdict="${green}pass${plain}"
  else
    failed=$((failed + 1))
    verdict="${red}FAIL${plain}"
  fi
  running=
  printf '%s %-12s %4d s\n' "$verdict" "$name" $((SECONDS - begin)) >&2
  if [[ $verdict == *FAIL* ]]; then
    tail -n 40 "$log_dir/$name.log" | sed 's/^/    /' >&2
    printf '    all of its output: %s\n' "$log_dir/$name.log" >&2
  fi
done 3<tests/steps.txt

printf 'total %d s\n' $((SECONDS - started)) >&2
printf '%d passed, %d failed\n' "$passed" "$failed"
((failed == 0 && passed > 0))
