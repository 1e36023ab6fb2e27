# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# What the formal scripts share. The caller sets gradloom, config (a YAML file) and work (a folder).

# A configuration with all defaults filled in, and what the proofs ask of it.
read_config() {
  "$gradloom" generate --print-config -c "$config" >"$work/config.yaml"
  name=$(sed -n 's/^name: //p' "$work/config.yaml")
  rows=$(sed -n 's/^  rows: //p' "$work/config.yaml")
  cols=$(sed -n 's/^  cols: //p' "$work/config.yaml")
  operand_bits=$(sed -n 's/^  operand_bits: //p' "$work/config.yaml")
  operations=$(sed -nE 's/^operations: \[(.*)\]/\1/p' "$work/config.yaml")
  training=$(grep -c '^training:' "$work/config.yaml" || true)
  pipelined=$(sed -nE '/^pe:/,/^[a-z]/{s/^  (mult_stages: [12]|add_stages: 2).*/\1/p}' "$work/config.yaml" | head -n 1)
  bus=$(sed -nE 's/^  bus: (none|axi).*/\1/p' "$work/config.yaml")
  bus=${bus:-none}
}

# Sections of the configuration, as they are.
sections() {
  local section
  for section in "$@"; do sed -n "/^$section:/,/^[a-z]/{/^$section:/p; /^  /p}" "$work/config.yaml"; done
}

# The same design, with another array and with small buffers and limits, no bus.
#   small_config FILE NAME ROWS COLS LIMIT DEPTH
small_config() {
  {
    printf 'name: %s\narray: {rows: %d, cols: %d}\n' "$2" "$3" "$4"
    sections numbers training pe
    printf 'operations: [%s]\nbuffers:\n' "$operations"
    sed -nE "/^buffers:/,/^[a-z]/{s/^(  [a-z]+): .*/\1: $6/p; s/^(  delta_hold): [1-9].*/\1: 2/p}" "$work/config.yaml"
    printf 'limits: {m: %d, n: %d, batch: %d}\nhost: {queue_depth: 2}\n' "$5" "$5" "$5"
  } >"$1"
}

# Macros for the property files: each parameter of a generated module as P_<name>, and what is built.
#   defines FILE
defines() {
  local operation
  sed -nE 's/^ *parameter +([A-Z_]+) *= *([0-9]+)[, )]*$/-DP_\1=\2/p' "$1"
  for operation in ${operations//,/ }; do echo "-DHAS_${operation^^}"; done
  case $operations in *fprop* | *dgrad*) echo -DHAS_WEIGHTS ;; esac
  case $operations in *dgrad* | *wgrad*) echo -DHAS_BACKWARD ;; esac
  case $operations in *fprop* | *wgrad*) echo -DHAS_X ;; esac
  if ((training > 0)); then
    echo -DTRAINING
    if grep -q '^  weight_decay: true' "$work/config.yaml"; then echo -DDECAY; fi
    if ! grep -q '^  stochastic: false' "$work/config.yaml"; then echo -DSTOCHASTIC; fi
  fi
  if grep -q '^  overflow: saturate' "$work/config.yaml"; then echo -DSATURATE; fi
  return 0
}
