#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The emitted files of some configurations, byte for byte, against tests/golden_rtl/<config>/.
#   golden_rtl.sh compare|update CONFIG...   (names of examples/configs/<config>.yaml)
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
gradloom=${GRADLOOM:-build/release/bin/gradloom}
mode=$1
shift

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
for config in "$@"; do
  golden=tests/golden_rtl/$config
  "$gradloom" generate -c "examples/configs/$config.yaml" -o "$work/$config" >/dev/null
  if [[ $mode == update ]]; then
    rm -rf "$golden"
    mkdir -p tests/golden_rtl
    cp -R "$work/$config" "$golden"
    echo "$golden: $(find "$golden" -type f | wc -l) files"
  elif ! diff -ru "$golden" "$work/$config"; then
    echo "$golden differs; if the change is meant: make -f Makefile.hw golden-update" >&2
    status=1
  fi
done
exit $status
