#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `gradloom report`: bad input, missing tools, the same bytes twice, from an installed gradloom too; and the page in
# headless Chromium (tests/report/browser.py). Exits 3 naming the package if Chromium is missing.
#   SHOTS=DIR keeps screenshots there.
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
root=$PWD
gradloom=$(readlink -f "${GRADLOOM:-build/release/bin/gradloom}")
config=$root/examples/configs/gl2x2_int8.yaml
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

checks=0
failures=0
fail() {
  failures=$((failures + 1))
  echo "FAIL: $*"
}
# refuse CODE PATTERN ARGUMENT...: the report ends with that code and one line with the pattern, and leaves nothing.
# TOOLS: the PATH for it.
refuse() {
  local code=$1 pattern=$2 got
  shift 2
  checks=$((checks + 1))
  PATH=${TOOLS:-$PATH} "$gradloom" report "$@" >"$work/out.txt" 2>"$work/err.txt"
  got=$?
  [[ $got == "$code" ]] || fail "$*: exit code $got, expected $code"
  [[ ! -s $work/out.txt && $(wc -l <"$work/err.txt") == 1 ]] || fail "$*: not one line: $(cat "$work/err.txt")"
  grep -qE -- "$pattern" "$work/err.txt" || fail "$*: no '$pattern' in: $(cat "$work/err.txt")"
  [[ -z $(find "$work/page" -mindepth 1) ]] || fail "$*: left $(ls "$work/page")"
}
check() { # check TEXT COMMAND...
  local text=$1
  shift
  checks=$((checks + 1))
  "$@" >/dev/null || fail "$text"
}

mkdir "$work/page" "$work/bad" "$work/results"
page=$work/page/report.html
refuse 2 '--output is required' -c "$config"
refuse 2 'no-such.yaml' -c no-such.yaml -o "$page"
refuse 2 'cannot be written' -c "$config" -o "$work/none/report.html"
refuse 2 'is a directory' -c "$config" -o "$work/page"
refuse 2 'no-net.yaml' -c "$config" --network no-net.yaml -o "$page"
refuse 2 'net.txt' -c "$config" --network "$work/net.txt" -o "$page"
refuse 2 '--batch' -c "$config" --batch 0 -o "$page"
refuse 2 'no such directory' -c "$config" --results "$work/none" -o "$page"
refuse 2 'no-energy.yaml' -c "$config" --energy no-energy.yaml -o "$page"
refuse 2 'found a file, allowed a directory' -c "$config" --csv "$config" -o "$page"

# Results that are none; stale ones are left out, and named.
results=$work/results/gl2x2_int8
hash=$("$gradloom" generate -c "$config" --print-hash)
version=$("$gradloom" --version | cut -d' ' -f2)
mkdir "$results"
head_of() { # head_of TARGET HASH
  printf '{"target": "%s", "config": "gl2x2_int8", "config_hash": "%s", "gradloom": "%s", "pass": true' "$1" "$2" "$version"
}
for text in '' '[]' '{' '{"pass": true}' "$(head_of synth "$hash")}" "$(head_of synth "$hash"), \"modules\": 3, \"total\": 4}"; do
  printf '%s' "$text" >"$results/synth.json"
  refuse 2 'result' -c "$config" --results "$work/results" -o "$page"
done
{ head_of synth "$hash"; cat tests/report/synth_tail.json; } >"$results/synth.json"
{ head_of power "$hash"; cat tests/report/power_tail.json; } >"$results/power.json"
{
  head_of mutate "$hash"
  printf ', "total": {"name": "all", "mutants": 200, "killed": 182, "equivalent": 12, "survived": 6}}'
} >"$results/mutate.json"
{ head_of sta 0123456789abcdef; printf ', "fmax_mhz": 1}'; } >"$results/sta.json"

# Tools that are not there.
mkdir "$work/bin"
for tool in bash sh env; do ln -s "$(command -v $tool)" "$work/bin/$tool"; done
TOOLS=$work/bin refuse 3 'gnuplot-nox' -c "$config" -o "$page"
TOOLS=$work/bin GRADLOOM_CACHE_DIR=$work/cache refuse 3 'verilator' -c "$config" --activity -o "$page"

# The same bytes in another place, by an installed gradloom.
arguments=(-c "$config" --activity --results "$work/results" --network "$root/examples/networks/lenet5.yaml"
  --energy "$root/examples/energy/osu018_gates.yaml" --batch 4)
"$gradloom" report "${arguments[@]}" --csv "$work/csv" -o "$page" 2>"$work/err.txt" || fail "report: $(cat "$work/err.txt")"
check 'no line of mutate' grep -q '182 of 200 mutants killed, 12 equivalent' "$page"
check 'the stale result is not named' grep -q 'left out, stale: sta.json: of configuration 0123456789abcdef' "$work/err.txt"
check 'the stale result is used' grep -q 'Left out, stale: sta.json' "$page"
cmake --install "${BUILD:-build/release}" --prefix "$work/installed" >/dev/null
mkdir "$work/else"
(cd "$work/else" && "$work/installed/bin/gradloom" report "${arguments[@]}" --csv csv -o again.html >/dev/null 2>&1)
check 'another run gives other bytes' cmp "$page" "$work/else/again.html"
check 'another run gives other CSV' diff -r "$work/csv" "$work/else/csv"
check 'a path or a date is in the page' bash -c "! grep -qE '$work|$root|$(date +%Y-%m)' '$page'"
check 'something is fetched' bash -c "! grep -qiE '(src|href)=\"?(https?:)?//|@import|<script' '$page'"
for figure in $(grep -oE '<figure id="[a-z_]+"' "$page" | cut -d'"' -f2); do
  check "no $figure.csv" test "$(wc -l <"$work/csv/$figure.csv")" -ge 2
done

chromium=$(command -v chromium) || { echo 'report: chromium is missing, Debian package chromium' >&2; exit 3; }
check 'the page in Chromium' python3 tests/report/browser.py "$chromium" "$page" ${SHOTS:+"$SHOTS"}
# What the test must notice.
sed -e 's|</h1>|</h1><p style="width:3000px">wide</p><img src="http://127.0.0.1:9/x.png" alt="x">|' \
  -e 's|<div class="narrow">|<div class="narrow" style="display:none">|' "$page" >"$work/broken.html"
python3 tests/report/browser.py "$chromium" "$work/broken.html" >"$work/broken.txt" && fail 'a broken page passes'
for pattern in '3[0-9]* pixels wide, the window' 'console: .*Content Security Policy' '400 pixels.*0 drawings shown'; do
  check "a broken page: no '$pattern' in $(cat "$work/broken.txt")" grep -q "$pattern" "$work/broken.txt"
done

echo "$checks checks of gradloom report, $failures failed"
((failures == 0))
