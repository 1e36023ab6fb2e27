#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# libFuzzer on every reader of files that users write, with the address, undefined-behaviour and leak
# checks, SECONDS_EACH seconds each; starts from fuzz/corpus, which it leaves alone. A crash, a leak, an input
# that takes more than 10 s or 1 GB, and an exception other than a refusal end with 1; the input is kept in
# OUT/fuzz. `run.sh minimize` merges what was found into fuzz/corpus, as few files as cover the same.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."

readers=(config network model_network energy_table dataset operands manifest scalesim onnx)
seconds=${SECONDS_EACH:-60}
work=${OUT:-out}/fuzz
bin=build/fuzz/bin
mode=${1:-run}
results=${OUT:-out}/results/fuzz

need() { command -v "$1" >/dev/null || { echo "fuzz: error: $1 not found, Debian package $2" >&2; exit 3; }; }
need clang++ clang
if ! [[ $seconds =~ ^[1-9][0-9]*$ ]]; then
  echo "fuzz: error: SECONDS: found $seconds, allowed a number of seconds above 0" >&2
  exit 2
fi
runtime=$(clang++ -print-file-name=libclang_rt.fuzzer-x86_64.a 2>/dev/null || true)
resource=$(clang++ -print-resource-dir)/lib/linux
if [[ ! -e $runtime ]] && ! compgen -G "$resource/libclang_rt.fuzzer-*.a" >/dev/null; then
  echo "fuzz: error: the runtime of libFuzzer not found, Debian package libclang-rt-14-dev" >&2
  exit 3
fi

mkdir -p "$work" "$results"
cmake --preset fuzz >"$work/build.log"
if ! cmake --build --preset fuzz --target fuzzers >>"$work/build.log" 2>&1; then
  tail -n 20 "$work/build.log" >&2
  exit 3
fi

if [[ $mode == minimize ]]; then
  for reader in "${readers[@]}"; do
    mkdir -p "$work/$reader" "$work/small"
    rm -f "$work/small"/*
    "$bin/fuzz_$reader" -set_cover_merge=1 -use_counters=0 -max_len=512 "$work/small" "$work/$reader" "fuzz/corpus/$reader" >>"$work/$reader.log" 2>&1
    for file in "$work/small"/*; do
      name=fuzz/corpus/$reader/$(sha1sum "$file" | cut -c1-12)
      [[ -e $name ]] || cp "$file" "$name"
    done
    echo "$reader: $(find "fuzz/corpus/$reader" -type f | wc -l) inputs"
  done
  exit 0
fi

failed=0
rows=
echo '| reader | seconds | inputs run | corpus | found | faults |'
echo '|---|---|---|---|---|---|'
for reader in "${readers[@]}"; do
  mkdir -p "$work/$reader"
  log=$work/$reader.log
  faults=0
  "$bin/fuzz_$reader" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -detect_leaks=1 \
    -dict=fuzz/yaml.dict -print_final_stats=1 -artifact_prefix="$work/$reader-" \
    "$work/$reader" "fuzz/corpus/$reader" >"$log" 2>&1 </dev/null || faults=1
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  corpus=$(find "fuzz/corpus/$reader" -type f | wc -l)
  found=$(find "$work/$reader" -type f | wc -l)
  echo "| $reader | $seconds | ${runs:-0} | $corpus | $found | $faults |"
  if ((faults)); then
    failed=1
    grep -E 'ERROR|SUMMARY|Test unit written' "$log" | sed 's/^/  /' || tail -n 5 "$log"
  fi
  # A fuzzer that ran nothing has shown nothing.
  ((${runs:-0} > 0)) || failed=1
  rows+="${rows:+,}{\"reader\": \"$reader\", \"seconds\": $seconds, \"runs\": ${runs:-0}, \"faults\": $faults}"
done
pass=$([[ $failed == 0 ]] && echo true || echo false)
version=$(sed -n 's/.*kVersion = "\([0-9.]*\)".*/\1/p' generator/version.hpp)
printf '{"target": "fuzz", "config": "-", "config_hash": "-", "gradloom": "%s", "pass": %s, "readers": [%s]}\n' \
  "$version" "$pass" "$rows" >"$results/fuzz.json.tmp"
mv "$results/fuzz.json.tmp" "$results/fuzz.json"
exit $failed
