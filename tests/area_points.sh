#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Are the points that areas are fitted to those of today's templates and tools? A few of them are made again, and must be
# lines of the data file.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
data=examples/explore/area_osu018.json
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${GRADLOOM:-build/release/bin/gradloom}" flow area-fit --few -o "$work" --jobs 2 --json "$work/few.json" >"$work/log"
points=0
while IFS= read -r line; do
  grep -qF -- "${line%,}" "$data" || {
    echo "FAIL: not in $data, which make -f Makefile.hw area-fit makes again: $line"
    exit 1
  }
  points=$((points + 1))
done < <(grep '"kind"' "$work/few.json")
echo "area-check: $points points are as in $data"
((points == 4))
