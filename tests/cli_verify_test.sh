#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# verify, model and train from outside: bad input, missing tools, Ctrl-C, the cache, waves, and what is
# printed when the RTL is wrong.
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
gradloom=$(readlink -f "${GRADLOOM:-build/release/bin/gradloom}")
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
mkdir tmp run bin
ln -s "$gradloom" bin/gradloom # a line to reproduce calls it by name
export TMPDIR=$work/tmp GRADLOOM_CACHE_DIR=$work/cache

config=$work/tiny.yaml
cat >"$config" <<'TEXT'
name: tiny
array: {rows: 2, cols: 3}
numbers: {operand_bits: 4, accumulator_bits: 20}
buffers: {x: 40, delta: 40, w: 40, y: 40, dx: 40, dw: 40}
TEXT
layer=(-c "$config" --m 5 --n 7 --batch 3)
bus=$work/bus.yaml
cat >"$bus" <<'TEXT'
name: bus
array: {rows: 2, cols: 2}
numbers: {operand_bits: 4, accumulator_bits: 20}
training: {master_bits: 8, activations: [relu]}
buffers: {x: 40, delta: 40, w: 40, y: 40, dx: 40, dw: 40, bias: 8}
host: {bus: axi, data_bits: 32, address_bits: 32}
TEXT

. "$root/tests/lib/expect.sh"
# call ARGUMENT...: gradloom in the directory run/; sets code, and writes out.txt and err.txt.
call() {
  (cd run && "$gradloom" "$@" >../out.txt 2>../err.txt)
  code=$?
}
# refused CODE PATTERN ARGUMENT...: that exit code, one line on standard error that has the pattern, nothing
# on standard output, nothing on disk.
refused() {
  local expected=$1 pattern=$2
  shift 2
  checks=$((checks + 1))
  call "$@"
  [[ $code == "$expected" ]] || fail "$*: exit code $code, expected $expected: $(head -c 400 err.txt)"
  [[ ! -s out.txt ]] || fail "$*: wrote to standard output: $(head -c 200 out.txt)"
  one_error_line || fail "$*: not one error line: $(cat err.txt)"
  grep -qE -- "$pattern" err.txt || fail "$*: no '$pattern' in: $(cat err.txt)"
  [[ -z $(ls -A run) ]] || fail "$*: left behind: $(ls -A run)"
}
good() { # good PATTERN ARGUMENT...
  local pattern=$1
  shift
  checks=$((checks + 1))
  call "$@"
  [[ $code == 0 ]] || fail "$*: exit code $code: $(head -c 400 err.txt)"
  grep -qE -- "$pattern" out.txt || fail "$*: no '$pattern' in: $(head -c 500 out.txt)"
}

usage_errors() {
  refused 2 'found no --config' verify
  refused 2 '--config is required' model --m 1 --n 1 --batch 1
  refused 2 '--batch is required' model -c "$config" --m 1 --n 1
  refused 2 'missing.yaml: cannot be read' verify -c missing.yaml
  refused 2 'only some of --m, --n and --batch' verify -c "$config" --m 3
  refused 2 '--m' verify -c "$config" --m 0 --n 1 --batch 1
  refused 2 '--m' verify -c "$config" --m x --n 1 --batch 1
  refused 2 '--op' verify "${layer[@]}" --op sideways
  refused 2 '--schedule' verify "${layer[@]}" --schedule never
  refused 2 '--data: found noise, allowed random' verify "${layer[@]}" --data noise
  refused 2 '--loop-order: .*best' verify "${layer[@]}" --loop-order bset
  refused 2 '--loop-order' model "${layer[@]}" --loop-order b
  refused 2 '--loop-order best, allowed with a single layer' verify -c "$config" --loop-order best
  refused 2 '--simulator' verify "${layer[@]}" --simulator modelsim
  refused 2 '--profile' verify "${layer[@]}" --profile fast
  refused 2 '--stalls' verify "${layer[@]}" --stalls 91
  refused 2 '--stalls' verify "${layer[@]}" --stalls -1
  refused 2 '--seed' verify "${layer[@]}" --seed 0
  refused 2 '--campaign' verify --campaign 0
  refused 2 'not expected' verify "${layer[@]}" --frobnicate
  refused 2 'needs host.bus: axi' verify -c "$config" --op step
  refused 2 'allowed with --op step' verify -c "$bus" --network none.yaml
  refused 2 'allowed with --op step' verify -c "$bus" --batches 3
  refused 2 '--batches' verify -c "$bus" --op step --batches 0
  refused 2 'none.yaml: cannot be read' verify -c "$bus" --op step --network none.yaml
  refused 2 'allowed --op step with host.bus: axi' verify -c "$bus" --m 1 --n 1 --batch 1
  refused 2 'activation|buffers|found' verify -c "$bus" --op step \
    --network "$root/examples/networks/digits_on_chip.yaml"
  refused 2 '--op: found wgrad' verify -c "$root/examples/configs/gl4x4_fprop.yaml" \
    --m 1 --n 1 --batch 1 --op wgrad
  refused 2 'overflow|accumulator|sum' model -c "$config" --m 100000 --n 100000 --batch 100000
  refused 2 '--network is required' train -c "$config"
  refused 2 '--data is required' train -c "$config" --network none.yaml
  refused 2 'none.yaml: cannot be read' train -c "$config" --network none.yaml --data none.csv
  refused 2 'none.csv: cannot be read' train -c "$root/examples/configs/gl8x8_int8.yaml" \
    --network "$root/examples/networks/digits_mlp.yaml" --data none.csv --engine golden
  refused 2 '--steps: found it with a design that trains on the chip' train -c "$bus" --steps 3 \
    --network "$root/examples/networks/digits_on_chip.yaml" --data none.csv
  refused 2 'operations: found fprop, allowed' train -c "$root/examples/configs/gl4x4_fprop.yaml" --engine golden \
    --network "$root/examples/networks/digits_mlp.yaml" --data "$root/examples/data/optdigits.csv.gz"
  refused 2 '--engine' train -c "$config" --network none.yaml --data none.csv --engine hand
  check 'nothing above needed a model' test ! -e cache
}

# Network files of other tools (docs/import.md).
imports() {
  local corpus=$root/fuzz/corpus name
  for name in cut unsupported lenet5; do cp "$corpus/onnx/$name" "$name.onnx"; done
  cp "$corpus/scalesim/kernel" kernel.csv
  local network=(model -c "$config" --network)
  refused 2 'cut.onnx: found broken or truncated data' "${network[@]}" "$work/cut.onnx"
  refused 2 'unsupported.onnx: .*ConvTranspose \(up\)' "${network[@]}" "$work/unsupported.onnx"
  refused 2 'kernel.csv:2: Filter Height: found 5' "${network[@]}" "$work/kernel.csv"
  refused 2 'missing.onnx: cannot be read' "${network[@]}" missing.onnx
  good 'left out: ConvTranspose \(up\)' "${network[@]}" "$work/unsupported.onnx" --skip-unsupported
  good '^lenet5: .*416520 MACs' "${network[@]}" "$work/lenet5.onnx"
  good '^mobilenet_v1: .*568740352 MACs' "${network[@]}" "$root/examples/networks/mobilenet_v1.csv"
  good '^loop order: best' "${network[@]}" "$work/lenet5.onnx" --loop-order best
}

# operands PATTERN TEXT: a data file that must be refused before anything is built.
operands() {
  printf '%s' "$2" >data.json
  refused 2 "data.json: $1" verify -c "$config" --data "$work/data.json"
}
bad_operands() {
  local x='"x": [[1, 2], [3, 4]]' w='"w": [[1], [2]]' delta='"delta": [[1], [2]]'
  operands 'found no JSON object' ''
  operands 'found no JSON object' '[1, 2]'
  operands 'found no JSON object' "{$x, $w, "
  operands 'found no JSON object' "{$x, $w, $delta} more"
  operands 'delta: found nothing' "{$x, $w}"
  operands 'x: found' "{\"x\": [], $w, $delta}"
  operands 'x: found' "{\"x\": [[]], $w, $delta}"
  operands 'x: found' "{\"x\": 3, $w, $delta}"
  operands 'x\[1\]: found' "{\"x\": [[1, 2], [3]], $w, $delta}"
  operands 'x\[1\]\[0\]: found 8, allowed' "{\"x\": [[1, 2], [8, 4]], $w, $delta}"
  operands 'x\[0\]\[1\]: found -9' "{\"x\": [[1, -9], [3, 4]], $w, $delta}"
  operands 'x\[0\]\[1\]: found 1.5' "{\"x\": [[1, 1.5], [3, 4]], $w, $delta}"
  operands 'x\[0\]\[1\]: found "2"' "{\"x\": [[1, \"2\"], [3, 4]], $w, $delta}"
  operands 'x\[0\]\[1\]: found null' "{\"x\": [[1, null], [3, 4]], $w, $delta}"
  operands 'x\[0\]\[0\]: found 18446744073709551615' "{\"x\": [[18446744073709551615, 1], [3, 4]], $w, $delta}"
  operands 'found shapes that do not agree' "{$x, \"w\": [[1], [2], [3]], $delta}"
  operands 'found shapes that do not agree' "{$x, $w, \"delta\": [[1]]}"
  refused 2 'missing.json: cannot be read' verify -c "$config" --data missing.json
  refused 2 'found a directory' verify -c "$config" --data "$work/folder.json"
  refused 2 'a data file and --m' verify "${layer[@]}" --data "$work/data.json"
  check 'nothing above needed a model' test ! -e cache
  printf '{%s, %s, %s}' "$x" "$w" "$delta" >data.json
  good '^1 cases, .* 0 mismatches$' verify -c "$config" --data "$work/data.json"
}

# Output that cannot be written.
unwritable() {
  local arguments
  for arguments in 'model --json /proc/result.json' "model --json $config/result.json" \
    'model --json none/result.json' 'verify --json /proc/result.json' 'verify --trace none/waves.fst' \
    "verify --trace $config/waves.fst"; do
    checks=$((checks + 1))
    # shellcheck disable=SC2086  # a word each
    call ${arguments%% *} "${layer[@]}" ${arguments#* }
    [[ $code == 2 ]] && one_error_line && grep -q 'cannot be' err.txt ||
      fail "$arguments: exit code $code: $(cat err.txt)"
  done
  GRADLOOM_CACHE_DIR=/proc/cache refused 2 'GRADLOOM_CACHE_DIR' verify "${layer[@]}"
}

# path_without NAME...: a PATH directory with everything in /usr/bin but these.
path_without() {
  rm -rf path
  mkdir path
  ln -s /usr/bin/* path/
  local name
  for name in "$@"; do rm -f "path/$name"; done
}
missing_tools() {
  local trained=(train -c "$root/examples/configs/gl8x8_int8.yaml" --data "$root/examples/data/optdigits.csv.gz"
    --network "$root/examples/networks/digits_mlp.yaml")
  path_without verilator
  PATH=$work/path refused 3 'verilator: .*Debian package verilator' verify "${layer[@]}"
  PATH=$work/path refused 3 'verilator: .*Debian package verilator' "${trained[@]}"
  PATH=$work/path good '27|cycles' model "${layer[@]}"
  path_without make
  PATH=$work/path refused 3 'make: .*Debian package make' verify "${layer[@]}"
  path_without g++ clang++
  PATH=$work/path refused 3 'g\+\+: .*Debian package g\+\+' verify "${layer[@]}"
  path_without iverilog
  PATH=$work/path refused 3 'iverilog: .*Debian package iverilog' verify "${layer[@]}" --simulator icarus
  path_without vvp
  PATH=$work/path refused 3 'vvp: .*Debian package iverilog' verify "${layer[@]}" --simulator icarus
  path_without clang++ ccache # g++ does, and nothing needs ccache
  PATH=$work/path GRADLOOM_CACHE_DIR=$work/gcc good '0 mismatches' verify "${layer[@]}"
  rm -rf path
}

# Processes that work in a directory: what a run started and left behind.
inside() { find /proc/[0-9]*/cwd -maxdepth 0 -lname "$1*" 2>/dev/null; }
until_there() { # until_there PATTERN: waits for a file, two minutes at most
  for ((i = 0; i < 1200; i++)); do
    compgen -G "$1" >/dev/null && return
    sleep 0.1
  done
  fail "$1 never came"
}
# stop SIGNAL TEXT: to the run in the background, which must end with 130 soon and leave nothing.
stop() {
  local begin=$SECONDS
  checks=$((checks + 1))
  kill -"$1" "$running"
  wait "$running"
  code=$?
  [[ $code == 130 ]] || fail "SIG$1 $2: exit code $code: $(cat err.txt)"
  grep -qx 'gradloom: error: interrupted' err.txt || fail "SIG$1 $2: $(cat err.txt)"
  ((SECONDS - begin < 5)) || fail "SIG$1 $2: took $((SECONDS - begin)) s to end"
  [[ -z $(ls -A run) ]] || fail "SIG$1 $2: left behind: $(ls -A run)"
  [[ -z $(inside "$work/stopped") ]] || fail "SIG$1 $2: still running: $(inside "$work/stopped")"
}
start() { # start ARGUMENT...: in the background, process number in `running`
  (cd run && exec "$gradloom" "$@" >../out.txt 2>../err.txt) &
  running=$!
}
interrupts() {
  local signal long=(-c "$config" --m 900 --n 900 --batch 18)
  for signal in INT TERM; do
    rm -rf stopped
    GRADLOOM_CACHE_DIR=$work/stopped start verify "${layer[@]}" --json result.json
    until_there 'stopped/models/.build-*/obj/*.o'
    stop "$signal" 'while a model is compiled'
    check "half a model in the cache: $(ls -A stopped/models)" test -z "$(ls -A stopped/models)"
  done
  start verify "${long[@]}" --json result.json
  sleep 1
  stop INT 'while it simulates'
  start verify "${long[@]}" --trace waves.fst
  until_there run/waves.fst
  sleep 0.5
  stop INT 'while it writes waves'
  rm -f run/*
  start verify -c "$config" --m 200 --n 200 --batch 18 --simulator icarus
  sleep 1.5
  stop INT 'in Icarus'
  start train -c "$root/examples/configs/gl8x8_int8.yaml" --engine golden --json result.json --epochs 9999 \
    --network "$root/examples/networks/digits_mlp.yaml" --data "$root/examples/data/optdigits.csv.gz"
  sleep 1
  stop INT 'while it trains'
  check 'temporary files left' test -z "$(ls -A tmp)"
}

cache() {
  local begin end model
  good '0 mismatches' verify "${layer[@]}"
  begin=$(date +%s%N)
  good '0 mismatches' verify "${layer[@]}"
  end=$(date +%s%N)
  echo "a run that finds its model in the cache: $(((end - begin) / 1000000)) ms"
  good '0 mismatches' verify "${layer[@]}" --json ../cached.json
  check "no word of the cache: $(cat cached.json)" grep -q '"model_cached": true' cached.json
  cp -R cache kept
  for model in cache/models/*/model.so; do head -c 5000 "$model" >half && mv half "$model"; done
  damaged 'a model that is cut off'
  for model in cache/models/*/model.so; do : >"$model"; done
  damaged 'an empty model'
  rm -rf cache && mv kept cache
  rm -rf cache/models
  for object in cache/runtime-*/verilated.o; do : >"$object"; done
  good '0 mismatches' verify "${layer[@]}"
  check 'a damaged object of the runtime stayed' test -s cache/runtime-*/verilated.o
  two_at_once
}
# A damaged model: built again, or a clear message that names it.
damaged() {
  checks=$((checks + 1))
  call verify "${layer[@]}"
  if [[ $code == 3 ]]; then
    one_error_line && grep -q 'model.so' err.txt || fail "$1: $(head -c 400 err.txt)"
  elif [[ $code != 0 ]]; then
    fail "$1: exit code $code: $(head -c 400 err.txt)"
  fi
}
two_at_once() {
  local first second
  checks=$((checks + 1))
  rm -rf both
  GRADLOOM_CACHE_DIR=$work/both "$gradloom" verify "${layer[@]}" >one.txt 2>&1 &
  first=$!
  GRADLOOM_CACHE_DIR=$work/both "$gradloom" verify "${layer[@]}" >two.txt 2>&1 &
  second=$!
  wait $first || fail "two at once: $(cat one.txt)"
  wait $second || fail "two at once: $(cat two.txt)"
  cmp -s one.txt two.txt || fail 'two at once: different results'
  check "two at once: $(ls -A both/models)" test "$(ls -A both/models | wc -l)" = 1
}

repeatable() {
  local again=("${layer[@]}" --stalls 30 --seed 77 --schedule separate --json "$work/result.json")
  checks=$((checks + 1))
  call verify "${again[@]}"
  cp out.txt first.txt && cp result.json first.json
  call verify "${again[@]}"
  cmp -s out.txt first.txt && cmp -s result.json first.json || fail 'the same seed gave another result'
  call verify "${layer[@]}" --stalls 30 --seed 78 --schedule separate
  cmp -s out.txt first.txt && fail 'another seed gave the same stalls'
}

waves() {
  local include
  include=$(verilator --getenv VERILATOR_ROOT)/include/gtkwave
  cc -w -I"$include" -o fst_names "$root/tests/fst_names.c" -lz || fail 'fst_names.c does not compile'
  waves_of "${layer[@]}"
  waves_of -c "$bus" --op step --batches 1
}
# waves_of OPTION...: the files are there, and signals of the one are in the other.
waves_of() {
  good 'waves: waves.fst, shown by: gtkwave waves.gtkw' verify "$@" --trace waves.fst
  check 'no waves' test -s run/waves.fst -a -s run/waves.gtkw
  ./fst_names run/waves.fst | sed 's/ \[/[/' | awk '{ print $1 }' | sort -u >have.txt
  grep -E '^[A-Za-z_]' run/waves.gtkw | sort -u >named.txt
  check 'the .gtkw file names few signals' test "$(wc -l <named.txt)" -gt 30
  check "named in the .gtkw file but not in the FST: $(comm -23 named.txt have.txt | head -n 3 | tr '\n' ' ')" \
    test -z "$(comm -23 named.txt have.txt)"
  rm -f run/*
}

# The RTL with a fault: WGRAD takes its west operand from the north.
broken_rtl() {
  local line cycle
  cp -R "$root/rtl_templates" templates
  sed -i 's/ctl\[2\] ? west_i\[OP_W-1:0\]/ctl[2] ? north_i[OP_W-1:0]/' templates/pe.v
  cmp -s templates/pe.v "$root/rtl_templates/pe.v" && fail 'the fault is not in the template any more'
  export GRADLOOM_TEMPLATES=$work/templates
  checks=$((checks + 1))
  call verify "${layer[@]}" --stalls 10 --seed 5 --json "$work/result.json"
  [[ $code == 1 ]] || fail "broken RTL: exit code $code"
  grep -q '^FAIL ' out.txt || fail 'broken RTL: no FAIL'
  line=$(grep -m 1 -E '^  cycle' out.txt)
  grep -qE '^  cycle [0-9]+: trace_dw_wdata_o lane [0-9]+, tile \([0-9]+, [0-9]+\), element m=[0-9]+ n=[0-9]+: expected 0x[0-9a-f]+, got 0x[0-9a-f]+$' \
    <<<"$line" || fail "broken RTL: found $line"
  grep -qE '"mismatches": [1-9]' result.json || fail 'broken RTL: no mismatches in the JSON'
  cycle=${line%%:*}
  line=$(sed -n 's/^reproduce: //p' out.txt)
  grep -qE '^gradloom verify -c .*--seed 5 --stalls 10 --trace' <<<"$line" || fail "reproduce: found $line"
  (cd run && PATH=$work/bin:$PATH && eval "$line") >out.txt 2>err.txt
  code=$?
  [[ $code == 1 ]] || fail "the line to reproduce: exit code $code: $(cat err.txt)"
  grep -q "^$cycle:" out.txt || fail "the line to reproduce: not at $cycle: $(cat out.txt)"
  check 'the waves up to the fault' test -s run/waves.fst -a -s run/waves.gtkw
  rm -f run/*
  call verify -c "$config" --stalls 10 --seed 5
  [[ $code == 1 ]] || fail "broken RTL, suite: exit code $code"
  unset GRADLOOM_TEMPLATES
}

mkdir folder.json
for part in usage_errors imports bad_operands unwritable missing_tools cache interrupts repeatable waves broken_rtl; do
  begin=$SECONDS
  $part
  echo "$part: $((SECONDS - begin)) s"
done
echo "$checks checks, $failures failures"
((failures == 0 && checks > 0))
