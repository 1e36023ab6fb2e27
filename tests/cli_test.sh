#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The command line from outside: exit codes, messages, and what is (not) left on disk.
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
gradloom=$(readlink -f "${GRADLOOM:-build/release/bin/gradloom}")
configs=$PWD/examples/configs
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

checks=0
failures=0
fail() {
  failures=$((failures + 1))
  echo "FAIL: $*"
}
# expect CODE PATTERN ARGUMENT...: runs gradloom. With code 0 the pattern is searched in standard
# output; otherwise standard output must be empty and standard error one line that has the pattern.
expect() {
  local code=$1 pattern=$2 got
  shift 2
  checks=$((checks + 1))
  "$gradloom" "$@" >out.txt 2>err.txt
  got=$?
  [[ $got == "$code" ]] || fail "$*: exit code $got, expected $code: $(cat err.txt)"
  if ((code == 0)); then
    [[ ! -s err.txt ]] || fail "$*: wrote to standard error: $(cat err.txt)"
    grep -qE -- "$pattern" out.txt || fail "$*: no '$pattern' in: $(head -c 500 out.txt)"
  else
    [[ ! -s out.txt ]] || fail "$*: wrote to standard output"
    [[ $(wc -l <err.txt) == 1 && $(head -c 17 err.txt) == 'gradloom: error: ' ]] ||
      fail "$*: not one error line: $(cat err.txt)"
    grep -qE -- "$pattern" err.txt || fail "$*: no '$pattern' in: $(cat err.txt)"
  fi
}
check() { # check TEXT COMMAND...
  local text=$1
  shift
  checks=$((checks + 1))
  "$@" >/dev/null 2>&1 || fail "$text"
}
names() { find . -mindepth 1 -maxdepth 1 ! -name out.txt ! -name err.txt | sort | tr '\n' ' '; }

# Help, version, usage.
expect 0 '^gradloom [0-9]+\.[0-9]+\.[0-9]+$' --version
expect 0 'Examples:' --help
expect 0 'generate' --help
expect 0 'Example:' generate --help
expect 2 'subcommand is required'
expect 2 'found the command "frobnicate", allowed generate' frobnicate
expect 2 'did you mean "generate"' genrate
expect 2 'argument was not expected' generate --frobnicate
expect 2 '--config' generate
expect 2 '--config' generate -o design
expect 2 '--config: 1 required' generate -c
expect 2 'neither --output nor --print-config' generate -c "$configs/gl2x2_int8.yaml"
expect 2 'excludes' generate -c "$configs/gl2x2_int8.yaml" --print-config -o design
expect 0 '^# Configuration' generate --print-schema-doc
expect 0 '^[0-9a-f]{16}$' generate -c "$configs/gl2x2_int8.yaml" --print-hash
expect 2 'excludes' generate -c "$configs/gl2x2_int8.yaml" --print-hash -o design

# The configuration that is printed can be fed back in, and names the same hash.
for config in "$configs"/*.yaml; do
  expect 0 '^name: ' generate -c "$config" --print-config
  cp out.txt again.yaml
  expect 0 '^name: ' generate -c again.yaml --print-config
  check "$config: --print-config is not stable" cmp out.txt again.yaml
  rm again.yaml
done

# Bad configurations: exit 2, a line that names file, line and key, and nothing written.
bad() { # bad PATTERN TEXT
  printf '%b' "$2" >bad.yaml
  expect 2 "$1" generate -c bad.yaml -o design
  [[ $(names) == './bad.yaml ' ]] || fail "left on disk: $(names)"
}
good='name: a\narray: {rows: 2, cols: 2}\nnumbers: {operand_bits: 8, accumulator_bits: 32}\n'
bad 'bad.yaml:1: top level: found nothing' ''
bad 'bad.yaml:[12]: malformed YAML' 'name: [a\n'
bad 'bad.yaml:4: colour: found an unknown key' "${good}colour: red\n"
bad 'bad.yaml:4: hots: .*did you mean "host"' "${good}hots: {queue_depth: 1}\n"
bad 'bad.yaml:4: name: found a second time' "${good}name: b\n"
bad 'bad.yaml:1: array.rows: found 0, allowed 1..256' 'array: {rows: 0, cols: 2}\nname: a\nnumbers: {}\n'
bad 'array.rows: found -1, allowed 1..256' 'array: {rows: -1, cols: 2}\nname: a\nnumbers: {}\n'
bad 'array.rows: found 300, allowed 1..256' 'array: {rows: 300, cols: 2}\nname: a\nnumbers: {}\n'
bad 'bad.yaml:4: clock.period_ns: found 0, allowed 0.1..1000000' "${good}clock: {period_ns: 0}\n"
bad 'clock.uncertainty_ns: found 3, allowed 0..2.5 ' "${good}clock: {uncertainty_ns: 3}\n"
bad 'limits.batch: found 32, allowed 1..31' \
  'name: a\narray: {rows: 2, cols: 2}\nnumbers: {operand_bits: 8, accumulator_bits: 20}\nlimits: {m: 1, n: 1, batch: 32}\n'
bad 'limits.n: found 64, allowed 1..31' \
  'name: a\narray: {rows: 2, cols: 2}\nnumbers: {operand_bits: 8, accumulator_bits: 20}\nlimits: {m: 1, n: 64, batch: 1}\n'
rm bad.yaml
head -c 4096 /dev/urandom >noise.yaml
expect 2 'noise.yaml:' generate -c noise.yaml -o design
rm noise.yaml
expect 2 'missing.yaml: cannot be read: No such file' generate -c missing.yaml -o design
expect 2 'found a directory, allowed a file' generate -c . -o design

# Where to write.
config=$configs/gl2x2_int8.yaml
expect 0 'design: [0-9]+ files, top module gl2x2_int8_top' generate -c "$config" -o design
check 'no manifest' test -s design/manifest.json
check 'a file of the list is missing' sh -c 'cd design && ls $(cat filelist.f)'
find design -type f -exec sha256sum {} + | sort >before
expect 2 'found an existing directory.*--force' generate -c "$config" -o design
find design -type f -exec sha256sum {} + | sort >after
check 'a refused run changed the old output' cmp before after
expect 0 'design: ' generate -c "$config" -o design --force
find design -type f -exec sha256sum {} + | sort >after
check 'a second run gave other bytes' cmp before after
rm before after
mkdir other && echo text >other/file
expect 2 'no manifest.json of gradloom' generate -c "$config" -o other --force
check 'files of others were touched' grep -qx text other/file
expect 2 'cannot be (written|made)' generate -c "$config" -o /proc/design
expect 2 'cannot be' generate -c "$config" -o other/file/design
if ((EUID != 0)); then
  mkdir locked && chmod a-w locked
  expect 2 'locked: cannot be written: Permission denied' generate -c "$config" -o locked/design
  rmdir locked
fi
rm -rf other
"$gradloom" --version >/dev/full 2>err.txt
[[ $? == 2 ]] || fail 'a full standard output went unnoticed'
[[ $(names) == './design ' ]] || fail "left on disk: $(names)"

# Templates elsewhere, and broken ones.
mkdir templates
GRADLOOM_TEMPLATES=$work/templates expect 2 'modules.txt: cannot be read' generate -c "$config" -o new
echo 'leaf' >templates/modules.txt
echo '<%oops%>' >templates/leaf.v
GRADLOOM_TEMPLATES=$work/templates expect 2 'leaf.v:1: template: found <%oops%>' generate -c "$config" -o new
check 'a failed run left its output' test ! -e new

# compile: all files or none, and nothing that depends on the time or the place.
networks=$configs/../networks
compile=(compile -c "$configs/gl8x8_axi_int8.yaml" --network "$networks/digits_on_chip.yaml")
expect 0 'Examples:' compile --help
expect 2 '--output' "${compile[@]}"
expect 0 'train .* descriptors at 0x40' "${compile[@]}" -o net --batches 2 --base 0x40000000 --json map.json
expect 0 '^note: without --data' "${compile[@]}" -o again --batches 2 --base 0x40000000
check 'compile: two runs differ' diff -r net again
check 'compile: --json is not the memory map' cmp map.json net/memory_map.json
for file in image.bin descriptors.bin memory_map.json listing.txt digits_on_chip_net.h manifest.json; do
  check "compile: no $file" test -s "net/$file"
done
check 'compile: the header is no C99' gcc -std=c99 -Wall -Wextra -Werror -pedantic -fsyntax-only -x c net/digits_on_chip_net.h
head -n 3 <(gzip -cd "$configs/../data/optdigits.csv.gz") >few.csv
expect 2 'training.batch: found 32, allowed at most 2, the rows to train on' "${compile[@]}" -o new --data few.csv
expect 0 'a batch: 320 beats in' "${compile[@]}" -o filled --batches 2 --data "$configs/../data/optdigits.csv.gz"
expect 2 'existing directory' "${compile[@]}" -o net
expect 0 'descriptors' "${compile[@]}" -o net --force
expect 2 'no multiple of 4096' "${compile[@]}" -o new --base 100
expect 2 'address_bits' "${compile[@]}" -o new --base 0xFFFFF000
expect 2 'without training' compile -c "$configs/gl8x8_int8.yaml" --network "$networks/digits_on_chip.yaml" -o new
expect 2 'host.bus: axi' compile -c "$configs/gl8x8_train_int8.yaml" --network "$networks/digits_on_chip.yaml" -o new
sed 's/x: 1024/x: 60/' "$configs/gl8x8_axi_int8.yaml" >shallow.yaml
expect 2 'found buffers.x: 60, needed 64 words for its input and output' compile -c shallow.yaml --network "$networks/digits_on_chip.yaml" -o new
check 'a failed compile left its output' test ! -e new
rm -rf net again map.json shallow.yaml

# model: a network, its tables and its files; of bad input nothing is written.
model=(model -c "$configs/gl8x8_int8.yaml")
train_model=(model -c "$configs/gl8x8_train_int8.yaml")
lenet=$networks/lenet5.yaml
expect 0 'Examples:' model --help
expect 0 '^lenet5: step of 7 layers for a batch of 1 on 8x8; 326520 MACs' "${model[@]}" --network "$lenet"
expect 0 '^  total ' "${model[@]}" --network "$lenet" --batch 4 --op backward --schedule os_only
expect 0 '^  best ' "${model[@]}" --network "$lenet" --schedule all --json cost.json --csv cost.csv
check 'model: no six schedules in the JSON' test "$(grep -c '"schedule": ' cost.json)" == 6
check 'model: rows of the CSV' test "$(wc -l <cost.csv)" == $((1 + 6 * 3 * 7))
expect 0 'schedule ws_only' "${model[@]}" --m 9 --n 8 --batch 7 --schedule ws_only
expect 0 '^  wgrad ' "${train_model[@]}" --network "$networks/digits_mlp.yaml" --batch 16
expect 0 '^note: .*updated outside' "${train_model[@]}" --network "$networks/digits_mlp.yaml" --batch 99999
expect 0 '^note: 7 of 7 layers have sums' model -c "$configs/gl3x5_int4.yaml" --network "$lenet" --batch 999999
rm cost.json cost.csv
files=$(names)
expect 2 'neither --network nor --m, --n and --batch' "${model[@]}"
expect 2 '--network with --m or --n' "${model[@]}" --network "$lenet" --m 3
expect 2 '--n is required without --network' "${model[@]}" --m 3 --batch 2
expect 2 '--schedule' "${model[@]}" --network "$lenet" --schedule ws
expect 2 '--op' "${model[@]}" --network "$lenet" --op sideways
expect 2 '--batch' "${model[@]}" --network "$lenet" --batch 0
expect 2 '--buffers' "${model[@]}" --network "$lenet" --buffers 0
expect 2 '--update: found in_pe, allowed outside' "${model[@]}" --network "$lenet" --update in_pe
expect 2 'wgrad is not built' model -c "$configs/gl4x4_fprop.yaml" --network "$lenet"
expect 2 'found a size of [0-9]+, allowed 1 to 2147483647' "${model[@]}" --network "$networks/vgg16.yaml" --batch 16777216
expect 2 'none.yaml: cannot be read' "${model[@]}" --network none.yaml
expect 2 'found the ending ".csv.gz"|found the ending ".gz"' "${model[@]}" --network "$configs/../data/optdigits.csv.gz"
expect 2 'none/cost.json: cannot' "${model[@]}" --network "$lenet" --json none/cost.json
expect 2 'none/cost.csv: cannot' "${model[@]}" --network "$lenet" --csv none/cost.csv
bad_network() { # bad_network PATTERN TEXT
  printf '%b' "$2" >net.yaml
  expect 2 "$1" "${model[@]}" --network net.yaml --json cost.json --csv cost.csv
  rm net.yaml
  [[ $(names) == "$files" ]] || fail "left on disk: $(names)"
}
bad_network 'net.yaml:1: top level: found nothing' ''
bad_network 'net.yaml:3: layers\[0\].size: found nothing' 'name: a\nlayers:\n  - {name: b, conv: [3, 4]}\n'
bad_network 'net.yaml:3: layers\[0\].stride: found -1' 'name: a\nlayers:\n  - {name: b, conv: [3, 4], size: 9, stride: -1}\n'
bad_network 'net.yaml:3: layers\[0\].kernel: found a kernel' 'name: a\nlayers:\n  - {name: b, conv: [3, 4], size: 9, kernel: 10}\n'
bad_network 'net.yaml:3: layers\[0\].groups: found 2' 'name: a\nlayers:\n  - {name: b, conv: [3, 4], size: 9, groups: 2}\n'
head -c 10000000 /dev/zero | tr '\0' x >net.yaml
expect 2 'net.yaml' "${model[@]}" --network net.yaml
rm net.yaml

# Ctrl-C while it reads its template (a pipe that nobody fills): nothing is left behind.
rm templates/leaf.v && mkfifo templates/leaf.v
for signal in INT TERM; do
  GRADLOOM_TEMPLATES=$work/templates "$gradloom" generate -c "$config" -o new >out.txt 2>err.txt &
  sleep 0.3
  kill -"$signal" $!
  wait $!
  [[ $? == 130 ]] || fail "SIG$signal: exit code"
  grep -qx 'gradloom: error: interrupted' err.txt || fail "SIG$signal: $(cat err.txt)"
  check "SIG$signal: output left" test ! -e new
done

echo "$checks checks, $failures failures"
((failures == 0 && checks > 0))
