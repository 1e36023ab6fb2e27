# SPDX-License-Identifier: Apache-2.0
# Sourced by tests that go over the operation subsets.

# Every choice of operations that is not empty.
subsets=('fprop' 'dgrad' 'wgrad' 'fprop, dgrad' 'fprop, wgrad' 'dgrad, wgrad' 'fprop, dgrad, wgrad')

# A name for a subset: f, d, w, fd, fw, dw, fdw.
subset_name() { sed -E 's/([a-z])[a-z]*(, )?/\1/g' <<<"$1"; }

# write_config DIR NAME ROWS COLS OVERFLOW OPERATIONS [WORDS [PE]]: DIR/NAME.yaml; WORDS in every bank, and the
# keys of the section pe, if given.
write_config() {
  local buffers='' buffer
  if [[ -n ${7:-} ]]; then
    for buffer in $(buffers_of "$6"); do buffers+="${buffers:+, }$buffer: $7"; done
    buffers="buffers: {$buffers}"
  fi
  cat >"$1/$2.yaml" <<TEXT
name: $2
array: {rows: $3, cols: $4}
numbers: {operand_bits: 8, accumulator_bits: 20, overflow: $5}
operations: [$6]
pe: {${8:-add_stages: 1}}
$buffers
TEXT
}

# The buffers that some operations need.
buffers_of() {
  {
    [[ $1 != *fprop* ]] || printf '%s\n' x w y
    [[ $1 != *dgrad* ]] || printf '%s\n' delta w dx
    [[ $1 != *wgrad* ]] || printf '%s\n' x delta dw
  } | sort -u
}
