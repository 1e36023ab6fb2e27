// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "generator/config_schema.hpp"

namespace gradloom {
namespace {

constexpr std::string_view kIntroduction = R"(# Configuration

<!-- Made from the schema by `make -f Makefile.hw docs-update`; a test compares. Do not edit. -->

A configuration is one YAML file: a map with the keys below. The smallest one:

```yaml
name: gl8x8_int8
array: {rows: 8, cols: 8}
numbers: {operand_bits: 8, accumulator_bits: 32}
```

`gradloom generate --print-config -c FILE` prints the configuration with all defaults filled in;
what it prints can be fed back in. `examples/configs/` holds configurations to start from.
Anything that is not in this table is an error that names file, line and key.
)";

constexpr std::string_view kRules = R"(
## Rules

* `name`: a lower-case letter, then lower-case letters, digits and underscores; at most 40
  characters, no double underscore, none at the end, no reserved word of Verilog or SystemVerilog.
* Integers are plain decimal numbers: no quotes, no sign but `-`, no leading zeros.
* `numbers.accumulator_bits` is at least twice `numbers.operand_bits`.
* With `numbers.overflow: refuse`, no sum that a command may form can overflow:
  `L * 2^(2*operand_bits - 2) <= 2^(accumulator_bits - 1) - 1`, where `L` is the largest of
  `limits.m` (if fprop is built), `limits.n` (dgrad) and `limits.batch` (wgrad). Lower the limit that
  is too large, widen the accumulator, or choose `wrap` or `saturate` (`docs/numerics.md`).
* A buffer may be named only if a built operation uses it: X by fprop and wgrad, delta by dgrad and
  wgrad, W by fprop and dgrad, Y by fprop, dX by dgrad, dW by wgrad.
* A limit may not be larger than what the buffers can hold with the other dimensions at 1.
* `pe.add_stages: 2` is not possible with `numbers.overflow: saturate`: a saturating sum must be complete
  before the next one is added. `pe.zero_gating: true` asks for `pe.mult_stages: 2`. A section `training`
  asks for `pe.add_stages: 1`: the update takes the whole sum. Results do not depend on these keys, cycle counts do
  (`docs/architecture.md`, section 4).
* A section `training` builds the training hardware (`docs/training.md`); without it none is. It asks for
  `array.rows` equal to `array.cols`, all three operations, and `numbers.accumulator_bits` of at least each
  of `training.master_bits + training.step_bits + 1`, `2*operand_bits` (one more with
  `training.weight_decay`), `2*operand_bits + ceil(log2(2*operand_bits))` and
  `operand_bits + training.step_bits + 1`. With `numbers.overflow: refuse`, `L` counts `limits.batch + 2`
  for wgrad.
* `buffers.bias` may be named only with a section `training`.
* `buffers.delta_hold` is 0 or a power of two from 2 to `buffers.delta`, and 0 if neither dgrad nor wgrad is built
  (`docs/hold.md`).
* `host.bus: axi` (`docs/bus.md`) asks for a section `training`, and for `host.data_bits` of 64 or more if
  `numbers.accumulator_bits` is above 32. `host.data_bits` and `host.address_bits` may be named only with it.
* `clock` changes no Verilog, only the handoff files (`docs/handoff.md`). `clock.uncertainty_ns` is at most a
  quarter of `clock.period_ns`, so that with the largest `clock.io_delay_percent` a path from an input still has
  time.

## Hash

The configuration hash, which the hardware shows in a register, covers every key but those of
`clock` and `testbench`, with defaults filled in: the keys of training and of the bus only where they are built,
those of `pe` only where they differ from their defaults (`docs/decisions/0002-configuration-hash.md`).
)";

std::string default_text(const Key& key) {
  if (key.required) {
    return section_of(key.path) == "training" ? "required in the section" : "required";
  }
  if (!key.default_rule.empty()) return std::string(key.default_rule);
  if (key.type == KeyType::choice) {
    return fmt::format("`{}`", key.choices[static_cast<std::size_t>(*key.default_value)]);
  }
  if (key.type == KeyType::boolean) return *key.default_value != 0 ? "true" : "false";
  if (key.type == KeyType::nanoseconds) return nanoseconds_text(*key.default_value);
  return std::to_string(*key.default_value);
}

}  // namespace

std::string schema_markdown() {
  std::string text(kIntroduction);
  text += "\n| key | value | default | meaning |\n|---|---|---|---|\n";
  for (const Key& key : config_keys()) {
    text += fmt::format("| `{}` | {} | {} | {} |\n", key.path, allowed_text(key), default_text(key),
                        key.description);
  }
  text += kRules;
  return text;
}

}  // namespace gradloom
