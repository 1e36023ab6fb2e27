#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The driver as it is emitted with every example configuration that has a bus: C99 without a library, C++, no
# warning, no undefined symbol, the same registers as the emitted header; and the same files from every run.
#   hal.sh [CONFIG.yaml...]   only these
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
gradloom=$(readlink -f "${GRADLOOM:-build/release/bin/gradloom}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

warnings=(-Wall -Wextra -Wconversion -Wsign-conversion -pedantic -Werror)
configs=("$@")
(($#)) || mapfile -t configs < <(grep -lE 'bus: *axi' examples/configs/*.yaml)
checks=0

compile() { # compile OPTION...: what nothing else is linked to must be in the object itself
  gcc "${warnings[@]}" -ffreestanding -nostdlib "$@" -c "$sw/gradloom_hal.c" -o "$work/hal.o"
  [[ -z $(nm -u "$work/hal.o") ]] || {
    echo "FAIL $*: undefined symbols: $(nm -u "$work/hal.o" | tr '\n' ' ')"
    exit 1
  }
  checks=$((checks + 1))
}
user() { # user COMPILER OPTION...
  "$@" "${warnings[@]}" -I"$sw" -DPREFIX="${name^^}" -DREGS_H="\"${name}_regs.h\"" -c tests/hal_check.c \
    -o "$work/user.o"
  checks=$((checks + 1))
}

for config in "${configs[@]}"; do
  name=$(sed -nE 's/^name: *([A-Za-z0-9_]+).*$/\1/p' "$config")
  "$gradloom" generate -c "$config" -o "$work/$name" >/dev/null
  "$gradloom" generate -c "$config" -o "$work/again" >/dev/null
  diff -r "$work/$name/sw" "$work/again/sw"
  rm -rf "$work/again"
  sw=$work/$name/sw
  cmp "$sw/gradloom_hal.h" hal/gradloom_hal.h
  cmp "$sw/gradloom_hal.c" hal/gradloom_hal.c
  for level in -O0 -O2 -O3 -Os; do compile -std=c99 "$level"; done
  compile -std=c99 -O2 -DGRADLOOM_HAL_NO_NAMES
  compile -std=c11 -O2
  compile -std=c99 -O2 -m32 -fno-pic
  g++ "${warnings[@]}" -x c++ -std=c++17 -O2 -c "$sw/gradloom_hal.c" -o "$work/hal_cpp.o"
  user gcc -std=c99 -O2
  user g++ -x c++ -std=c++17 -O2
  # The constants of another design are refused: the hash in the header is that of this one.
  hash=$(sed -nE 's/^ *"config_hash": *"([0-9a-f]{16})".*$/\1/p' "$work/$name/manifest.json")
  grep -q "^#define ${name^^}_HASH_HI 0x${hash:0:8}u$" "$sw/${name}_regs.h"
  grep -q "^#define ${name^^}_HASH_LO 0x${hash:8:8}u$" "$sw/${name}_regs.h"
  checks=$((checks + 4))
  echo "$name: driver compiles"
done
echo "$checks checks, 0 failures"
((checks > 0))
