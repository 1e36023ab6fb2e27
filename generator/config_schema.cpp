// SPDX-License-Identifier: Apache-2.0
#include "generator/config_schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "generator/verilog_keywords.hpp"

namespace gradloom {
namespace {

constexpr std::array<std::string_view, 3> kOverflows{"refuse", "wrap", "saturate"};
constexpr std::array<std::string_view, 3> kOperations{"fprop", "dgrad", "wgrad"};
constexpr std::array<std::string_view, 2> kBooleans{"false", "true"};
constexpr std::array<std::string_view, kActivationCount> kActivations{
    "identity", "relu", "leaky_relu", "hard_sigmoid", "hard_tanh", "sigmoid", "tanh"};
constexpr std::array<std::string_view, 2> kBuses{"none", "axi"};
constexpr std::int64_t kIntMax = std::numeric_limits<int>::max();

std::int64_t get_operations(const Config& c) {
  return (c.fprop ? 1 : 0) | (c.dgrad ? 2 : 0) | (c.wgrad ? 4 : 0);
}

void set_operations(Config& c, std::int64_t bits) {
  c.fprop = (bits & 1) != 0;
  c.dgrad = (bits & 2) != 0;
  c.wgrad = (bits & 4) != 0;
}

void set_activations(Config& c, std::int64_t bits) {
  const std::int64_t identity = 1;
  c.training.activations = static_cast<std::uint8_t>(bits | identity);
}

// An integer key; `Field` is a lambda that picks its field out of a Config.
template <auto Field>
Key integer(std::string_view path, std::int64_t min, std::int64_t max, std::string_view text) {
  Key key;
  key.path = path;
  key.min = min;
  key.max = max;
  key.description = text;
  key.get = [](const Config& c) { return static_cast<std::int64_t>(Field(c)); };
  key.set = [](Config& c, std::int64_t value) {
    auto& field = Field(c);
    field = static_cast<std::remove_reference_t<decltype(field)>>(value);
  };
  return key;
}

Key required(Key key) {
  key.required = true;
  return key;
}

Key defaulted(Key key, std::int64_t value, std::string_view rule = {}) {
  key.default_value = value;
  key.default_rule = rule;
  return key;
}

Key worked_out(Key key, std::string_view rule) {
  key.default_rule = rule;
  return key;
}

// A buffer's default depth holds only if an operation uses it.
template <auto Field>
Key buffer_key(std::string_view path, std::string_view text) {
  return defaulted(integer<Field>(path, 1, 65536, text), 1024,
                   "1024; not built if no operation uses it");
}

Key name_key() {
  Key key;
  key.path = "name";
  key.type = KeyType::identifier;
  key.required = true;
  key.description = "Prefix of every Verilog module; the top module is `<name>_top`.";
  return key;
}

Key overflow_key() {
  Key key;
  key.path = "numbers.overflow";
  key.type = KeyType::choice;
  key.choices = kOverflows;
  key.default_value = 0;
  key.description =
      "What a sum that leaves the accumulator's range does. `refuse`: the limits must be such "
      "that none can.";
  key.get = [](const Config& c) { return static_cast<std::int64_t>(c.overflow); };
  key.set = [](Config& c, std::int64_t v) { c.overflow = static_cast<Overflow>(v); };
  return key;
}

Key operations_key() {
  Key key;
  key.path = "operations";
  key.type = KeyType::subset;
  key.choices = kOperations;
  key.default_value = 7;
  key.default_rule = "all three";
  key.description = "Operations that are built. What only a left-out one needs is not in the RTL.";
  key.get = get_operations;
  key.set = set_operations;
  return key;
}

template <auto Field>
Key boolean(std::string_view path, bool value, std::string_view text) {
  Key key = integer<Field>(path, 0, 1, text);
  key.type = KeyType::boolean;
  key.choices = kBooleans;
  key.default_value = value ? 1 : 0;
  return key;
}

Key quiet(Key key) {
  key.quiet = true;
  return key;
}

Key activations_key() {
  Key key;
  key.path = "training.activations";
  key.type = KeyType::subset;
  key.choices = kActivations;
  key.default_value = (1 << kActivationCount) - 1;
  key.default_rule = "all seven";
  key.description = "Activations that are built; `identity` always is.";
  key.get = [](const Config& c) { return static_cast<std::int64_t>(c.training.activations); };
  key.set = set_activations;
  return key;
}

template <auto Field>
Key nanoseconds(std::string_view path, std::int64_t min, std::int64_t max, std::string_view text) {
  Key key = integer<Field>(path, min, max, text);
  key.type = KeyType::nanoseconds;
  return key;
}

Key bus_key() {
  Key key;
  key.path = "host.bus";
  key.type = KeyType::choice;
  key.choices = kBuses;
  key.default_value = 0;
  key.description =
      "`none`: ports for commands and words. `axi`: an AXI4-Lite slave and an AXI4 master that "
      "works "
      "through lists of descriptors; needs a section `training`.";
  key.get = [](const Config& c) { return static_cast<std::int64_t>(c.bus); };
  key.set = [](Config& c, std::int64_t v) { c.bus = static_cast<HostBus>(v); };
  return key;
}

std::vector<Key> make_keys() {
  constexpr auto rows = [](auto& c) -> auto& { return c.rows; };
  constexpr auto cols = [](auto& c) -> auto& { return c.cols; };
  constexpr auto operand = [](auto& c) -> auto& { return c.operand_bits; };
  constexpr auto accumulator = [](auto& c) -> auto& { return c.accumulator_bits; };
  constexpr auto mult_stages = [](auto& c) -> auto& { return c.pe.mult_stages; };
  constexpr auto add_stages = [](auto& c) -> auto& { return c.pe.add_stages; };
  constexpr auto zero_gating = [](auto& c) -> auto& { return c.pe.zero_gating; };
  constexpr auto abft = [](auto& c) -> auto& { return c.abft; };
  constexpr auto x = [](auto& c) -> auto& { return c.buffers.x; };
  constexpr auto delta = [](auto& c) -> auto& { return c.buffers.delta; };
  constexpr auto delta_hold = [](auto& c) -> auto& { return c.buffers.delta_hold; };
  constexpr auto w = [](auto& c) -> auto& { return c.buffers.w; };
  constexpr auto y = [](auto& c) -> auto& { return c.buffers.y; };
  constexpr auto dx = [](auto& c) -> auto& { return c.buffers.dx; };
  constexpr auto dw = [](auto& c) -> auto& { return c.buffers.dw; };
  constexpr auto bias = [](auto& c) -> auto& { return c.buffers.bias; };
  constexpr auto master = [](auto& c) -> auto& { return c.training.master_bits; };
  constexpr auto step = [](auto& c) -> auto& { return c.training.step_bits; };
  constexpr auto stochastic = [](auto& c) -> auto& { return c.training.stochastic; };
  constexpr auto weight_decay = [](auto& c) -> auto& { return c.training.weight_decay; };
  constexpr auto m = [](auto& c) -> auto& { return c.limits.m; };
  constexpr auto n = [](auto& c) -> auto& { return c.limits.n; };
  constexpr auto batch = [](auto& c) -> auto& { return c.limits.batch; };
  constexpr auto queue = [](auto& c) -> auto& { return c.queue_depth; };
  constexpr auto data = [](auto& c) -> auto& { return c.data_bits; };
  constexpr auto address = [](auto& c) -> auto& { return c.address_bits; };
  constexpr auto period = [](auto& c) -> auto& { return c.clock.period_ps; };
  constexpr auto uncertainty = [](auto& c) -> auto& { return c.clock.uncertainty_ps; };
  constexpr auto io_delay = [](auto& c) -> auto& { return c.clock.io_delay_percent; };
  constexpr auto seed = [](auto& c) -> auto& { return c.testbench.seed; };
  constexpr auto stall = [](auto& c) -> auto& { return c.testbench.stall_percent; };
  constexpr auto timeout = [](auto& c) -> auto& { return c.testbench.timeout_cycles; };
  const std::string_view natural = "the largest that the buffers can hold";
  return {
      name_key(),
      required(integer<rows>("array.rows", 1, 256, "Rows R of the array.")),
      required(integer<cols>("array.cols", 1, 256, "Columns C of the array.")),
      required(integer<operand>("numbers.operand_bits", 2, 16,
                                "Bits of X, delta and W, signed two's complement.")),
      required(integer<accumulator>("numbers.accumulator_bits", 8, 64,
                                    "Bits of Y, dX, dW and all partial sums, signed; at least "
                                    "twice `numbers.operand_bits`.")),
      overflow_key(),
      operations_key(),
      quiet(defaulted(integer<mult_stages>("pe.mult_stages", 0, 2,
                                           "Registers between the operands and the product of a "
                                           "PE: 1 holds the product, 2 the operands too."),
                      0)),
      quiet(defaulted(integer<add_stages>("pe.add_stages", 1, 2,
                                          "Cycles of an addition: with 2 the high half of the sum "
                                          "follows the low half."),
                      1)),
      quiet(boolean<zero_gating>("pe.zero_gating", false,
                                 "Whether the operands of a multiplication by zero are held back, "
                                 "so that the multiplier does not switch.")),
      quiet(boolean<abft>("abft", false,
                          "Whether the array checksum is built: errors in the array are found "
                          "while it works. Needs `numbers.overflow` wrap or refuse, a PE without "
                          "pipeline stages, and no section `training`.")),
      required(integer<master>("training.master_bits", 2, 32,
                               "Bits of a master weight, which is what W then holds. The array "
                               "multiplies with the upper `numbers.operand_bits` of it.")),
      worked_out(integer<step>("training.step_bits", 0, 16, "Fraction bits of the weight step."),
                 "`numbers.operand_bits` - 2"),
      activations_key(),
      boolean<stochastic>("training.stochastic", true, "Whether stochastic rounding is built."),
      boolean<weight_decay>("training.weight_decay", false, "Whether weight decay is built."),
      buffer_key<x>("buffers.x", "Words in each bank of X (a bank a row); for fprop and wgrad."),
      buffer_key<delta>("buffers.delta",
                        "Words in each bank of delta (a bank a column); for dgrad and wgrad."),
      buffer_key<w>("buffers.w", "Words in each bank of W (a bank a column); for fprop and dgrad."),
      buffer_key<y>("buffers.y", "Words in each bank of Y (a bank a column); for fprop."),
      buffer_key<dx>("buffers.dx", "Words in each bank of dX (a bank a row); for dgrad."),
      buffer_key<dw>("buffers.dw", "Words in each bank of dW (a bank a column); for wgrad."),
      defaulted(integer<bias>("buffers.bias", 1, 65536,
                              "Words in each bank of the bias (a bank a column); for training."),
                256, "256; not built without training"),
      quiet(defaulted(integer<delta_hold>(
                          "buffers.delta_hold", 0, 65536,
                          "Words of the hold memory beside each bank of delta, a power of two; 0: "
                          "none. Batches that fit are read from delta once for all rows of tiles."),
                      0)),
      worked_out(
          integer<m>("limits.m", 1, kIntMax, "Largest M (input features) a command may name."),
          natural),
      worked_out(
          integer<n>("limits.n", 1, kIntMax, "Largest N (output features) a command may name."),
          natural),
      worked_out(
          integer<batch>("limits.batch", 1, kIntMax, "Largest B (batch) a command may name."),
          natural),
      defaulted(integer<queue>("host.queue_depth", 1, 16, "Commands that wait in the queue."), 4),
      bus_key(),
      defaulted(integer<data>("host.data_bits", 32, 256, "Width of the AXI4 data buses."), 64,
                "64; only with `host.bus: axi`"),
      defaulted(integer<address>("host.address_bits", 32, 64, "Width of the AXI4 addresses."), 32,
                "32; only with `host.bus: axi`"),
      defaulted(nanoseconds<period>("clock.period_ns", 100, 1'000'000'000,
                                    "Period of `clk_i` that the handoff files ask for, in "
                                    "nanoseconds with at most three decimals."),
                10'000),
      worked_out(nanoseconds<uncertainty>("clock.uncertainty_ns", 0, 250'000'000,
                                          "Uncertainty of the clock: jitter and skew."),
                 "5 % of the period"),
      defaulted(integer<io_delay>("clock.io_delay_percent", 0, 70,
                                  "Part of the period that is spent outside, before every input "
                                  "and after every output."),
                20),
      defaulted(integer<seed>("testbench.seed", 1, std::numeric_limits<std::int64_t>::max(),
                              "Seed of data and stalls in verification."),
                1),
      defaulted(integer<stall>("testbench.stall_percent", 0, 90,
                               "Chance that a handshake is held off in a cycle."),
                0),
      defaulted(integer<timeout>("testbench.timeout_cycles", 1, kIntMax,
                                 "A verification run longer than this fails."),
                10'000'000),
  };
}

}  // namespace

std::span<const Key> config_keys() {
  static const std::vector<Key> keys = make_keys();
  return keys;
}

bool applies(const Key& key, const Config& config) {
  if (key.quiet) return key.get(config) != key.default_value;
  const bool training = section_of(key.path) == "training" || key.path == "buffers.bias";
  if (training) return config.training.built;
  const bool bus = section_of(key.path) == "host" && key.path != "host.queue_depth";
  return !bus || config.bus != HostBus::none;
}

const Key* find_key(std::string_view path) {
  for (const Key& key : config_keys()) {
    if (key.path == path) return &key;
  }
  return nullptr;
}

bool is_outside_rtl(std::string_view section) {
  return section == "testbench" || section == "clock";
}

std::string nanoseconds_text(std::int64_t picoseconds) {
  std::string text = fmt::format("{}.{:03}", picoseconds / 1000, picoseconds % 1000);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string_view section_of(std::string_view path) {
  const std::size_t dot = path.find('.');
  return dot == std::string_view::npos ? std::string_view{} : path.substr(0, dot);
}

std::string_view leaf_of(std::string_view path) {
  const std::size_t dot = path.find('.');
  return dot == std::string_view::npos ? path : path.substr(dot + 1);
}

std::vector<std::string_view> names_in(std::string_view section) {
  std::vector<std::string_view> names;
  for (const Key& key : config_keys()) {
    const std::string_view parent = section_of(key.path);
    if (section.empty() ? false : parent != section) continue;
    const std::string_view name = section.empty() && !parent.empty() ? parent : leaf_of(key.path);
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

std::string allowed_text(const Key& key) {
  switch (key.type) {
    case KeyType::identifier: return "a Verilog identifier";
    case KeyType::integer:
      if (key.path.starts_with("limits.")) return "at least 1";
      if (key.path == "training.master_bits") return "numbers.operand_bits..32";
      if (key.path == "training.step_bits") return "0..numbers.operand_bits";
      if (key.path == "host.data_bits") return "32, 64, 128 or 256";
      return fmt::format("{}..{}", key.min, key.max);
    case KeyType::nanoseconds:
      if (key.path == "clock.uncertainty_ns") return "0..a quarter of the period";
      return fmt::format("{}..{}", nanoseconds_text(key.min), nanoseconds_text(key.max));
    case KeyType::boolean:
    case KeyType::choice:
      return fmt::format("{} or {}", fmt::join(key.choices.first(key.choices.size() - 1), ", "),
                         key.choices.back());
    case KeyType::subset: return fmt::format("a list of some of {}", fmt::join(key.choices, ", "));
  }
  return {};
}

std::optional<std::string> check_identifier(std::string_view text) {
  const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto legal = [&](char c) { return is_lower(c) || (c >= '0' && c <= '9') || c == '_'; };
  if (text.empty() || !is_lower(text.front()) || !std::all_of(text.begin(), text.end(), legal)) {
    return "a lower-case letter, then lower-case letters, digits and underscores";
  }
  if (text.size() > 40) return "at most 40 characters";
  if (text.find("__") != std::string_view::npos || text.back() == '_') {
    return "no double underscore and none at the end";
  }
  if (is_verilog_keyword(text))
    return "a name that is no reserved word of Verilog or SystemVerilog";
  return std::nullopt;
}

}  // namespace gradloom
