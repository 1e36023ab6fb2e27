#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Would formal/run.sh notice? Each fault of formal/breaks.txt is put into the generated RTL of CONFIG; the proof of
# its block must then fail.
#   breaks.sh CONFIG.yaml
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
name=$(basename "$1" .yaml)
"${GRADLOOM:-build/release/bin/gradloom}" generate -c "$1" -o "$work/good" >/dev/null

one() { # one BLOCK MODULE WHAT EXPRESSION
  local file=$work/bad/rtl/${name}_$2.v
  rm -rf "$work/bad"
  cp -R "$work/good" "$work/bad"
  sed -i "$4" "$file"
  if cmp -s "$file" "$work/good/rtl/${name}_$2.v"; then
    echo "FAIL $1: $3: the expression changes nothing"
  elif formal/run.sh --rtl "$work/bad" "$name" "$1" >"$work/log" 2>&1; then
    echo "FAIL $1: $3: SURVIVED"
  elif ! grep -qE '^ {4}|FAILED' "$work/log"; then
    echo "FAIL $1: $3: not proved for another reason: $(head -c 300 "$work/log" | tr '\n' ' ')"
  else
    echo "found $1: $3"
  fi
}

while read -r block module what && IFS= read -r expression; do
  one "$block" "$module" "$what" "$expression"
done < <(grep -vE '^(#|$)' formal/breaks.txt) | tee "$work/report"
echo "breaks: $(wc -l <"$work/report") tried, $(grep -c '^found' "$work/report") found"
! grep -q FAIL "$work/report"
