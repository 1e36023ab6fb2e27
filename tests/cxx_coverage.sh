#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Lines of the C++ code that the unit tests and the tests of the command line run, counted by clang: a table by
# folder, and the files below 90 %. Exits with 1 if generator/ or golden/ is below 90 %. What was not run in a
# file is shown by `cxx_coverage.sh show FILE`, from the counts of the last run.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."

aim=90                   # percent
judged='generator golden'
out=$(readlink -m "${OUT:-out}")
work=$out/cxx_coverage
bin=build/coverage/bin

need() { [[ -n $(compgen -G "$1" || command -v "$1") ]] || { echo "cxx-coverage: error: $1 not found, Debian package $2" >&2; exit 3; }; }
need clang++ clang
version=$(clang++ -dumpversion | cut -d. -f1)
need "llvm-profdata-$version" "llvm-$version"
need "llvm-cov-$version" "llvm-$version"
need "$(clang++ -print-resource-dir)/lib/linux/libclang_rt.profile-*.a" "libclang-rt-$version-dev"

# All programs: each holds the sources that it needs.
objects() {
  local program
  printf '%s\n' "$bin/gradloom"
  for program in "$bin"/*_test; do printf ' -object=%s\n' "$program"; done
}

if [[ ${1:-} == show ]]; then
  # shellcheck disable=SC2046
  "llvm-cov-$version" show $(objects) -instr-profile="$work/all.profdata" 2>/dev/null |
    awk -v file="/${2:?a file}:" '/^\/.*:$/ { shown = index($0, file) } shown && /^ +[0-9]+\| +0\|/'
  exit 0
fi

rm -rf "$work"
mkdir -p "$work/raw" "$out/log" "$out/results"
rm -f "$out/results/cxx_coverage.json"
cmake --preset coverage >"$work/build.log"
if ! cmake --build --preset coverage --target gradloom unit_tests >>"$work/build.log" 2>&1; then
  tail -n 20 "$work/build.log" >&2
  exit 3
fi

export GRADLOOM=$PWD/$bin/gradloom
# Processes add their counts to one of four files for each program.
export LLVM_PROFILE_FILE=$work/raw/%4m.profraw
failed=0
run() { # run NAME COMMAND...
  local name=$1
  shift
  if ! "$@" >"$work/$name.log" 2>&1 </dev/null; then
    echo "FAIL $name: $work/$name.log"
    failed=1
  fi
}
run unit ctest --preset coverage -L unit -j 2
run cli tests/cli_test.sh
run explore tests/explore.sh
run flow tests/flow.sh nightly
# Its limits of time are those of a program that does not count.
tests/cli_verify_test.sh >"$work/cli-verify.log" 2>&1 </dev/null || echo "note: cli-verify failed with the counters: $work/cli-verify.log"
# What is left of the subcommands, small.
configs=examples/configs networks=examples/networks data=examples/data/optdigits.csv.gz
cat >"$work/tiny.yaml" <<'TEXT'
name: tiny
array: {rows: 1, cols: 1}
numbers: {operand_bits: 2, accumulator_bits: 8, overflow: wrap}
operations: [fprop]
buffers: {x: 16, w: 16, y: 16}
TEXT
for target in synth sta gatesim lec; do
  run "flow-$target" "$GRADLOOM" flow $target -c "$work/tiny.yaml" -o "$work/flow"
done
run train-chip "$GRADLOOM" train -c $configs/gl4x4_axi_int8.yaml --network $networks/digits_on_chip.yaml \
  --data $data --epochs 1 --json "$work/train.json"
run train "$GRADLOOM" train -c $configs/gl8x8_int8.yaml --network $networks/digits_mlp.yaml --data $data --steps 2
run step "$GRADLOOM" verify -c $configs/gl4x4_axi_int8.yaml --op step --stalls 20
run step-icarus "$GRADLOOM" verify -c $configs/gl4x4_axi_int8.yaml --op step --simulator icarus
run campaign "$GRADLOOM" verify --campaign 2 --seed 1
run campaign-step "$GRADLOOM" verify --campaign 1 --op step --seed 1
run report "$GRADLOOM" report -c $configs/gl2x2_int8.yaml --activity --network $networks/lenet5.yaml --batch 4 \
  --energy examples/energy/osu018_gates.yaml --csv "$work/csv" -o "$work/report.html"
unset LLVM_PROFILE_FILE

"llvm-profdata-$version" merge -sparse "$work"/raw/*.profraw -o "$work/all.profdata"
# shellcheck disable=SC2046
"llvm-cov-$version" export -format=lcov -summary-only $(objects) -instr-profile="$work/all.profdata" \
  >"$work/summary.txt" 2>"$work/report.log"
# No program with a file: nobody has tested it.
for source in generator/*.cpp golden/*.cpp; do
  grep -q "^SF:.*/$source\$" "$work/summary.txt" || { echo "FAIL $source: in no program"; failed=1; }
done

gradloom_version=$(sed -n 's/.*kVersion = "\([0-9.]*\)".*/\1/p' generator/version.hpp)
awk -F: -v root="$PWD/" -v aim=$aim -v judged=" $judged " -v failed=$failed -v version="$gradloom_version" \
  -v json="$out/results/cxx_coverage.json.tmp" '
  function percent(hit, all) { return all ? 100 * hit / all : 100 }
  function row(name, hit, all) { printf "| %s | %d | %.1f %% |\n", name, all, percent(hit, all) }
  # ccache may have made paths relative to the build directory.
  $1 == "SF" { file = index($2, root) == 1 ? substr($2, length(root) + 1) : ""; sub(/^build\/coverage\/\.\.\/\.\.\//, "", file) }
  $1 == "LF" && file != "" { all_of[file] = $2 }
  $1 == "LH" && file != "" { hit_of[file] = $2 }
  END {
    folders = " generator golden compiler model report sim hal flow mutate status "
    for (file in all_of) {
      folder = file
      sub("/.*", "", folder)
      all[folder] += all_of[file]
      hit[folder] += hit_of[file]
      if (index(folders, " " folder " ") && percent(hit_of[file], all_of[file]) < aim) low[++lows] = file
    }
    names = split(folders, order, " ")
    print "| folder | lines | run |\n|---|---|---|"
    text = ""
    for (i = 1; i <= names; ++i) {
      folder = order[i]
      if (!(folder in all)) continue
      row("`" folder "/`", hit[folder], all[folder])
      text = text (text == "" ? "" : ", ") sprintf("\"%s\": {\"hit\": %d, \"all\": %d}", folder, hit[folder], all[folder])
      if (index(judged, " " folder " ") && percent(hit[folder], all[folder]) < aim) {
        message = message sprintf("FAIL %s/: %.1f %%, allowed %d %% or more\n", folder, percent(hit[folder], all[folder]), aim)
        failed = 1
      }
    }
    # A judged folder that was not measured has not passed.
    count = split(judged, wanted, " ")
    for (i = 1; i <= count; ++i) {
      if (!(wanted[i] in all)) { message = message "FAIL " wanted[i] "/: no counts\n"; failed = 1 }
    }
    for (i = 2; i <= lows; ++i) {
      for (j = i; j > 1 && low[j - 1] > low[j]; --j) { swap = low[j]; low[j] = low[j - 1]; low[j - 1] = swap }
    }
    printf "\n| file below %d %% | lines | run |\n|---|---|---|\n", aim
    files = ""
    for (i = 1; i <= lows; ++i) {
      row("`" low[i] "`", hit_of[low[i]], all_of[low[i]])
      files = files (i > 1 ? ", " : "") sprintf("{\"file\": \"%s\", \"hit\": %d, \"all\": %d}", low[i], hit_of[low[i]], all_of[low[i]])
    }
    printf "%s", message
    printf "{\"target\": \"cxx-coverage\", \"config\": \"-\", \"config_hash\": \"-\", \"gradloom\": \"%s\", \"pass\": %s, \"folders\": {%s}, \"below\": [%s]}\n", version, failed ? "false" : "true", text, files >json
    exit failed
  }' "$work/summary.txt" || failed=1
mv "$out/results/cxx_coverage.json.tmp" "$out/results/cxx_coverage.json"
exit $failed
