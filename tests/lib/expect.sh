# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# For tests that start gradloom and look at what it does; sourced. The test prints $checks and $failures at its end.
checks=0
failures=0
fail() {
  failures=$((failures + 1))
  echo "FAIL: $*"
}
check() { # check TEXT COMMAND...: the command succeeds
  local text=$1
  shift
  checks=$((checks + 1))
  "$@" >/dev/null 2>&1 || fail "$text"
}
# expect_run CODE PATTERN COMMAND...: ends with that code. With 2 or 3 nothing on standard output and one line with the
# pattern on standard error; else the pattern is searched in standard output. Leaves both in out.txt and err.txt.
expect_run() {
  local code=$1 pattern=$2 got
  shift 2
  checks=$((checks + 1))
  "$@" >out.txt 2>err.txt
  got=$?
  [[ $got == "$code" ]] || fail "$*: exit code $got, expected $code: $(head -c 400 err.txt)"
  if ((code < 2)); then
    grep -qE -- "$pattern" out.txt || fail "$*: no '$pattern' in: $(head -c 500 out.txt)"
  else
    [[ ! -s out.txt ]] || fail "$*: wrote to standard output: $(head -c 200 out.txt)"
    one_error_line || fail "$*: not one error line: $(cat err.txt)"
    grep -qE -- "$pattern" err.txt || fail "$*: no '$pattern' in: $(cat err.txt)"
  fi
}
one_error_line() {
  [[ $(wc -l <err.txt) == 1 && $(head -c 17 err.txt) == 'gradloom: error: ' ]]
}
