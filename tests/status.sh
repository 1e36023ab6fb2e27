#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Joins tests/testplan.yaml with what is in OUT/results and prints the status of every example configuration.
#   status.sh show     prints
#   status.sh update   writes docs/status.yaml and the table of README.md too
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
mode=${1:-show}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
targets=(status)
[[ $mode == show ]] || targets+=(docs_test)
cmake --build --preset release --target "${targets[@]}" >"$log" 2>&1 || { tail -n 20 "$log" >&2; exit 3; }
build/release/bin/status "$mode" tests/testplan.yaml examples/configs "${OUT:-out}" "$(tests/lib/templates_digest.sh)" \
  docs/status.yaml
if [[ $mode == update ]]; then
  UPDATE_DOCS=1 build/release/bin/docs_test -tc='README.md: the status of configurations*' >"$log" ||
    { cat "$log" >&2; exit 1; }
fi
