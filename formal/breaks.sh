#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Would formal/run.sh notice? Each fault of formal/breaks.txt is put into a copy of the templates; the proof of its block
# must then fail.
#   breaks.sh test|nightly [PROOF]   the faults of that suite, two at a time (JOBS), or those of a proof
#   breaks.sh --one NUMBER DIR       one of them, in DIR
set -euo pipefail
self=$(readlink -f "$0")
cd "$(dirname "$self")/.."

# "WHEN CONFIG PROOF TEMPLATE WHAT" and the sed expression, one fault on two lines.
faults() { grep -vE '^(#|$)' formal/breaks.txt; }

one() { # one NUMBER DIR
  local when config proof template what expression dir=$2/$1
  { read -r when config proof template what && IFS= read -r expression; } < <(faults | tail -n "+$((2 * $1 - 1))")
  mkdir "$dir"
  cp -R rtl_templates "$dir/templates"
  sed -i "$expression" "$dir/templates/$template.v"
  if cmp -s "rtl_templates/$template.v" "$dir/templates/$template.v"; then
    echo "FAIL $proof: $what ($when): the expression changes nothing"
    return 1
  fi
  if FIRST=1 JOBS=1 GRADLOOM_TEMPLATES=$dir/templates formal/run.sh "examples/configs/$config.yaml" "$proof" \
    >"$dir/log" 2>&1; then
    echo "FAIL $proof: $what ($when): SURVIVED"
    return 1
  fi
  # For the right reason: an assertion, a path, or a check of the tag model.
  if ! grep -qE 'Assert failed|^    [a-z0-9_]+_top/|an assertion of the model failed|a command never ended' "$dir/log"; then
    echo "FAIL $proof: $what ($when): not proved for another reason: $(tail -n 3 "$dir/log" | tr '\n' ' ')"
    return 1
  fi
  echo "found $proof: $what"
  rm -rf "$dir"
}

if [[ ${1:-} == --one ]]; then
  one "$2" "$3"
  exit
fi
mode=${1:-test}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
numbers=$(faults | awk -v mode="$mode" -v proof="${2:-}" 'NR % 2 == 1 && ($1 == "test" || mode == "nightly") &&
  (proof == "" || $3 == proof) { print (NR + 1) / 2 }')
[[ -n $numbers ]] || { echo "breaks: no fault for ${2:-$mode}" >&2; exit 2; }
status=0
xargs -P "${JOBS:-2}" -I '{}' "$self" --one '{}' "$work" <<<"$numbers" >"$work/report" || status=1
sort "$work/report"
echo "breaks: $(wc -l <<<"$numbers") tried, $(grep -c '^found' "$work/report" || true) found"
exit $status
