#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The README against the program.
#   * Commands: every command in a ```sh block that begins with `gradloom` or `make -f Makefile.hw` is run
#     and must succeed. Blocks that begin with ```sh no-test are not.
#   * Outputs: a ```text output block is what the sh block before it prints, line for line. Only in the
#     lines of a training with loss or accuracy the decimals may differ (they depend on the math library).
#   * Links: every relative link of every .md file names a file that exists.
#   readme_test.sh [links]   (only the links)
# With UPDATE_DOCS=1 the outputs are written into the README instead. GRADLOOM is the program.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
root=$PWD
gradloom=$(readlink -f "${GRADLOOM:-build/release/bin/gradloom}")
[[ -x $gradloom ]] || { echo "$gradloom: found no program" >&2; exit 3; }
export GRADLOOM=$gradloom
unset MAKELEVEL MAKEFLAGS # a make in the README is the first one
PATH=$(dirname "$gradloom"):$PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export OUT=$work/out
mkdir "$work/run" "$OUT"
ln -s "$root/examples" "$work/run/examples"

# run COMMAND: what it prints. `gradloom` runs where its output may go; make needs the repository.
run() {
  local dir=$work/run
  [[ $1 == make* ]] && dir=$root
  (cd "$dir" && bash -c "$1") </dev/null
}

commands=0
outputs=0
failures=0
fail() {
  failures=$((failures + 1))
  printf 'FAIL: %s\n' "$*" >&2
}

# run_block FILE: the commands of an sh block, joined where a line ends with \; output to $work/got.
run_block() {
  local command
  : >"$work/got"
  while IFS= read -r command || [[ -n $command ]]; do
    case $command in
      'gradloom '* | 'make -f Makefile.hw'*) ;;
      '' | '#'*) continue ;;
      *)
        fail "found the command \"$command\", allowed gradloom or make -f Makefile.hw, or \`\`\`sh no-test"
        continue
        ;;
    esac
    commands=$((commands + 1))
    run "$command" >>"$work/got" 2>"$work/errors" ||
      fail "$command: exit code $?: $(tail -q -n 5 "$work/errors" "$work/got")"
  done < <(sed -e ':a' -e '/\\$/N; s/\\\n *//; ta' "$1")
}

# Figures that may differ in the last digits are masked.
masked() { sed -E '/(loss|accuracy|float32)/s/[0-9]+\.[0-9]+/#/g; /(loss|accuracy|float32)/s/  +/ /g' "$1"; }

compare_output() {
  outputs=$((outputs + 1))
  [[ ${UPDATE_DOCS:-} != 1 ]] || return 0
  diff <(masked "$1") <(masked "$work/got") >&2 ||
    fail 'the README has an output (<) that is not what the command prints (>)'
}

# The README, block by block; $work/new.md gets it with the outputs as they are now.
check_readme() {
  local line kind=text block=$work/block
  : >"$work/new.md"
  while IFS= read -r line; do
    if [[ $kind == text ]]; then
      printf '%s\n' "$line" >>"$work/new.md"
      case $line in
        '```sh') kind=sh ;;
        '```text output') kind=output ;;
        '```'?*) kind=other ;;
        '```') kind=other ;;
      esac
      : >"$block"
    elif [[ $line == '```' ]]; then
      case $kind in
        sh) run_block "$block" ;;
        output)
          compare_output "$block"
          cat "$work/got" >>"$work/new.md"
          ;;
      esac
      [[ $kind == output ]] || cat "$block" >>"$work/new.md"
      printf '%s\n' "$line" >>"$work/new.md"
      kind=text
    else
      printf '%s\n' "$line" >>"$block"
    fi
  done <README.md
  [[ $kind == text ]] || fail 'README.md ends within a block'
}

check_links() {
  local file target
  while IFS= read -r file; do
    while IFS= read -r target; do
      links=$((links + 1))
      [[ -e $(dirname "$file")/${target%%#*} ]] || fail "$file: no such file: $target"
    done < <(grep -oE '\]\([^)]+\)' "$file" | sed -E 's/^\]\(//; s/\)$//' | grep -vE '^([a-z]+:|#)' || true)
  done < <(find . -name '*.md' -not -path './build/*' -not -path './out/*' -not -path './.git/*' \
    -not -path './tests/golden_rtl/*' | sort)
}

links=0
check_links
if [[ ${1:-} != links ]]; then
  check_readme
  ((commands > 0 && outputs > 0)) || fail 'nothing was run'
  if [[ ${UPDATE_DOCS:-} == 1 ]] && ((failures == 0)); then
    cat "$work/new.md" >README.md
    echo 'README.md: outputs written'
  fi
fi
((links > 0)) || fail 'found no links'
printf '%d commands, %d outputs, %d links, %d failures\n' "$commands" "$outputs" "$links" "$failures"
((failures == 0))
