#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs the steps of tests/steps.txt: `run_all.sh test|nightly [NAME...]` (only these, if named).
# The output of a step goes to OUT/log/<name>.log and is shown only if it fails; how it ended, and the hashes of the
# example configurations and the digests of templates and of all sources it ended so with, to OUT/results/steps/<name>.json. With
# RESUME=1 a step that passed with the very same sources is not run again. The last line on standard output is
# "N passed, N failed", with the number of those from before if any; exits 1 if any failed, or there was none.
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."

mode=${1:-test}
shift || true
only=("$@")
log_dir=${OUT:-out}/log
step_dir=${OUT:-out}/results/steps
mkdir -p "$log_dir" "$step_dir"
gradloom=${GRADLOOM:-build/release/bin/gradloom}

if [[ -t 2 && -z ${NO_COLOR:-} && ${TERM:-dumb} != dumb ]]; then
  green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'
else
  green='' red='' plain=''
fi

# Steps that use both cores themselves, or build in the shared build directory. The others run two at a time.
alone=' tools unit unit-tools gcc install abft abft-all formal formal-breaks break-rtl break-all break-bus break-bus-all coverage-all coverage-bus cxx-coverage faults-2x2 faults-train
  fuzz mutate mutate-core-all mutate-pipe-all mutate-bus-all campaign campaign-long asan asan-all '

# A step runs as a job of its own, so that Ctrl-C reaches all that it started.
declare -A running=() began=() when_of=() inputs_of=() sources_of=()
stop() {
  trap '' INT TERM
  local pid
  for pid in "${!running[@]}"; do kill -TERM -- "-$pid" 2>/dev/null; done
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

# Sixteen digits that change with any file of the project.
sources_digest() {
  find . \( -path ./.git -o -path ./build -o -path ./out -o -path "./${OUT:-out}" -o -name __pycache__ \) -prune \
    -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16
}
# What a result belongs to: version, templates, and the hash of each example configuration, as JSON.
inputs_json() {
  local config comma=''
  printf '"gradloom": "%s", "templates": "%s", "configs": {' "$("$gradloom" --version | cut -d' ' -f2)" \
    "$(tests/lib/templates_digest.sh)"
  for config in examples/configs/*.yaml; do
    printf '%s"%s": "%s"' "$comma" "$(basename "$config" .yaml)" "$("$gradloom" generate -c "$config" --print-hash)"
    comma=', '
  done
  printf '}'
}
# record NAME WHEN PASS SECONDS SOURCES INPUTS: nothing, if the inputs changed while the step ran.
record() {
  rm -f "$step_dir/$1.json"
  [[ $5 == "$(sources_digest)" ]] || set -- "${@:1:4}" changed "$6"
  [[ -n $6 && $6 == "$(inputs_json 2>/dev/null)" ]] || return 0
  printf '{"step": "%s", "when": "%s", "pass": %s, "seconds": %d, "sources": "%s", %s}\n' "$@" >"$step_dir/.$1.tmp"
  mv "$step_dir/.$1.tmp" "$step_dir/$1.json"
}

passed=0
failed=0
before=0
passed_before() { # passed_before NAME: with the sources of now
  local file=$step_dir/$1.json
  [[ ${RESUME:-0} == 1 && -f $file ]] && grep -q '"pass": true' "$file" &&
    grep -qF "\"sources\": \"$(sources_digest)\"" "$file"
}
started=$SECONDS
lonely=no

# Waits for one of the steps that run, and says how it ended.
finish_one() {
  local pid name code=0 pass=true verdict="${green}pass${plain}"
  wait -n -p pid "${!running[@]}" || code=$?
  name=${running[$pid]}
  unset "running[$pid]"
  if ((code == 0)); then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    pass=false
    verdict="${red}FAIL${plain}"
  fi
  record "$name" "${when_of[$pid]}" "$pass" $((SECONDS - began[$pid])) "${sources_of[$pid]}" "${inputs_of[$pid]}"
  printf '%s %-17s %4d s\n' "$verdict" "$name" $((SECONDS - began[$pid])) >&2
  if ((code != 0)); then
    tail -n 40 "$log_dir/$name.log" | sed 's/^/    /' >&2
    printf '    all of its output: %s\n' "$log_dir/$name.log" >&2
  fi
}

while read -r when name command <&3; do
  case $when in '' | '#'*) continue ;; esac
  [[ $when == test || $mode == nightly ]] || continue
  wanted "$name" || continue
  if passed_before "$name"; then
    passed=$((passed + 1)) before=$((before + 1))
    printf '%s %-17s before\n' "${green}pass${plain}" "$name" >&2
    continue
  fi
  room=2
  if [[ $lonely == yes || $alone =~ [[:space:]]$name[[:space:]] ]]; then room=1; fi
  while ((${#running[@]} >= room)); do finish_one; done
  lonely=no
  if [[ $alone =~ [[:space:]]$name[[:space:]] ]]; then lonely=yes; fi
  rm -f "$step_dir/$name.json"
  inputs=$(inputs_json 2>/dev/null) || inputs=''
  sources=$(sources_digest)
  set -m
  bash -c "$command" </dev/null >"$log_dir/$name.log" 2>&1 &
  set +m
  running[$!]=$name
  began[$!]=$SECONDS
  when_of[$!]=$when
  inputs_of[$!]=$inputs
  sources_of[$!]=$sources
done 3<tests/steps.txt
while ((${#running[@]})); do finish_one; done

printf 'total %d s\n' $((SECONDS - started)) >&2
printf '%d passed, %d failed%s\n' "$passed" "$failed" "$( ((before == 0)) || echo ", $before of them before")"
((failed == 0 && passed > 0))
