// SPDX-License-Identifier: Apache-2.0
#include "generator/config_yaml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "generator/config_schema.hpp"
#include "generator/suggest.hpp"
#include "generator/text_file.hpp"
#include "generator/yaml_source.hpp"
#include "golden/error.hpp"

namespace gradloom {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{1} << 20;

// The values an integer key may take, given the keys before it, and why if the schema alone does
// not say it.
struct Range {
  std::int64_t min = 0;
  std::int64_t max = 0;
  std::string reason;

  std::string text(KeyType type) const {
    const auto shown = [type](std::int64_t value) {
      return type == KeyType::nanoseconds ? nanoseconds_text(value) : std::to_string(value);
    };
    return fmt::format("{}..{}{}", shown(min), shown(max),
                       reason.empty() ? "" : " (" + reason + ")");
  }
};

std::optional<Buffer> buffer_of(std::string_view path) {
  if (section_of(path) != "buffers") return std::nullopt;
  for (int code = 0; code < kBufferCount; ++code) {
    const Buffer buffer = static_cast<Buffer>(code);
    if (leaf_of(path) == name(buffer)) return buffer;
  }
  return std::nullopt;
}

std::int64_t natural_limit(const Config& config, std::string_view path) {
  const Limits natural = natural_limits(config);
  if (path == "limits.m") return natural.m;
  return path == "limits.n" ? natural.n : natural.batch;
}

Range range_of(const Key& key, const Config& config) {
  Range range{key.min, key.max, ""};
  if (key.path == "numbers.accumulator_bits" && 2 * config.operand_bits > range.min) {
    range.min = 2 * config.operand_bits;
    range.reason = "at least twice numbers.operand_bits";
  }
  if (key.path == "training.master_bits") {
    range.min = config.operand_bits;
    range.reason = "at least numbers.operand_bits";
  }
  if (key.path == "training.step_bits") {
    range.max = config.operand_bits;
    range.reason = "at most numbers.operand_bits";
  }
  if (section_of(key.path) == "limits") {
    range.max = natural_limit(config, key.path);
    range.reason = "what the buffers can hold";
  }
  if (key.path == "clock.uncertainty_ns") {
    range.max = config.clock.period_ps / 4;
    range.reason = "at most a quarter of clock.period_ns";
  }
  return range;
}

// A decimal integer, or nothing. Leading zeros are refused: YAML versions disagree on them.
std::optional<std::int64_t> parse_integer(const YAML::Node& node) {
  if (!is_plain(node)) return std::nullopt;
  const std::string& text = node.Scalar();
  const std::string_view digits = std::string_view(text).substr(text.starts_with('-') ? 1 : 0);
  if (digits.size() > 1 && digits.front() == '0') return std::nullopt;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Picoseconds from nanoseconds such as 10, 2.5 or 0.125, or nothing.
std::optional<std::int64_t> parse_nanoseconds(const YAML::Node& node) {
  if (!is_plain(node)) return std::nullopt;
  const std::string& text = node.Scalar();
  const std::size_t point = text.find('.');
  const std::string whole = text.substr(0, point);
  std::string decimals = point == std::string::npos ? "0" : text.substr(point + 1);
  const auto is_digits = [](const std::string& s) {
    return !s.empty() && s.find_first_not_of("0123456789") == std::string::npos;
  };
  if (!is_digits(whole) || !is_digits(decimals) || decimals.size() > 3) return std::nullopt;
  if (whole.size() > 9 || (whole.size() > 1 && whole.front() == '0')) return std::nullopt;
  decimals.resize(3, '0');
  return std::stoll(whole) * 1000 + std::stoll(decimals);
}

bool is_bus_width(std::int64_t bits) {
  return bits == 32 || bits == 64 || bits == 128 || bits == 256;
}

std::int64_t read_integer(const Key& key, const YamlSource& source, const YamlEntry& entry,
                          const Config& config) {
  const Range range = range_of(key, config);
  const bool time = key.type == KeyType::nanoseconds;
  const std::optional<std::int64_t> value =
      time ? parse_nanoseconds(entry.value) : parse_integer(entry.value);
  if (key.path == "host.data_bits" && (!value || !is_bus_width(*value))) {
    reject(source.file, entry.line, key.path, found_text(entry.value), allowed_text(key));
  }
  if (!value || *value < range.min || *value > range.max) {
    const std::string kind = value  ? ""
                             : time ? "a number with at most three decimals "
                                    : "an integer ";
    reject(source.file, entry.line, key.path, found_text(entry.value), kind + range.text(key.type));
  }
  return *value;
}

// The place of a word in the key's choices.
std::int64_t read_word(const Key& key, const YamlSource& source, int line, const YAML::Node& node) {
  if (node.IsScalar()) {
    const auto found = std::find(key.choices.begin(), key.choices.end(), node.Scalar());
    if (found != key.choices.end()) return found - key.choices.begin();
  }
  std::string allowed = allowed_text(key);
  const std::string_view hint = node.IsScalar() ? nearest(node.Scalar(), key.choices) : "";
  if (!hint.empty()) allowed += fmt::format("; did you mean \"{}\"?", hint);
  reject(source.file, line, key.path, found_text(node), allowed);
}

std::int64_t read_subset(const Key& key, const YamlSource& source, const YamlEntry& entry) {
  if (!entry.value.IsSequence() || entry.value.size() == 0) {
    const std::string found = entry.value.IsSequence() ? "an empty list" : found_text(entry.value);
    reject(source.file, entry.line, key.path, found, allowed_text(key));
  }
  std::int64_t bits = 0;
  for (const YAML::Node& item : entry.value) {
    const std::int64_t bit = std::int64_t{1} << read_word(key, source, entry.line, item);
    if ((bits & bit) != 0) {
      reject(source.file, entry.line, key.path, found_text(item) + " twice", "each once");
    }
    bits |= bit;
  }
  return bits;
}

std::string read_identifier(const Key& key, const YamlSource& source, const YamlEntry& entry) {
  const bool scalar = entry.value.IsScalar();
  const std::string text = scalar ? entry.value.Scalar() : "";
  const std::optional<std::string> problem = check_identifier(text);
  if (!scalar || problem) {
    reject(source.file, entry.line, key.path, found_text(entry.value),
           scalar && !text.empty() ? *problem : allowed_text(key));
  }
  return text;
}

void apply_default(const Key& key, const YamlSource& source, Config& config) {
  if (!applies(key, config)) return;
  if (key.path == "training.step_bits") {
    config.training.step_bits = std::max(0, config.operand_bits - 2);
    return;
  }
  if (key.path == "clock.uncertainty_ns") {
    config.clock.uncertainty_ps = config.clock.period_ps / 20;
    return;
  }
  if (key.required) {
    reject(source.file, source.line_of(key.path), key.path, "nothing",
           allowed_text(key) + " (a required key)");
  }
  if (section_of(key.path) == "limits") {
    key.set(config, natural_limit(config, key.path));
    return;
  }
  const std::optional<Buffer> buffer = buffer_of(key.path);
  key.set(config, buffer && !buffer_needed(config, *buffer) ? 0 : *key.default_value);
}

void apply_entry(const Key& key, const YamlSource& source, const YamlEntry& entry, Config& config) {
  const std::optional<Buffer> buffer = buffer_of(key.path);
  if (buffer && !buffer_needed(config, *buffer)) {
    reject(source.file, entry.line, key.path, found_text(entry.value),
           *buffer == Buffer::bias ? "nothing without a section training"
                                   : "nothing: no operation of this configuration uses the buffer");
  }
  if (config.bus == HostBus::none &&
      (key.path == "host.data_bits" || key.path == "host.address_bits")) {
    reject(source.file, entry.line, key.path, found_text(entry.value),
           "nothing without host.bus axi");
  }
  switch (key.type) {
    case KeyType::identifier: config.name = read_identifier(key, source, entry); break;
    case KeyType::integer:
    case KeyType::nanoseconds: key.set(config, read_integer(key, source, entry, config)); break;
    case KeyType::boolean:
    case KeyType::choice: key.set(config, read_word(key, source, entry.line, entry.value)); break;
    case KeyType::subset: key.set(config, read_subset(key, source, entry)); break;
  }
}

std::string value_text(const Key& key, const Config& config) {
  if (key.type == KeyType::identifier) return config.name;
  const std::int64_t value = key.get(config);
  if (key.type == KeyType::integer) return std::to_string(value);
  if (key.type == KeyType::nanoseconds) return nanoseconds_text(value);
  if (key.type == KeyType::choice || key.type == KeyType::boolean)
    return std::string(key.choices[static_cast<std::size_t>(value)]);
  std::vector<std::string_view> words;
  for (std::size_t i = 0; i < key.choices.size(); ++i) {
    if (((value >> i) & 1) != 0) words.push_back(key.choices[i]);
  }
  return fmt::format("[{}]", fmt::join(words, ", "));
}

std::string yaml_text(const Config& config, bool with_quiet) {
  std::string text;
  std::string_view open_section;
  for (const Key& key : config_keys()) {
    const std::optional<Buffer> buffer = buffer_of(key.path);
    if (buffer && depth(config, *buffer) == 0) continue;
    if (!applies(key, config) && !(key.quiet && with_quiet)) continue;
    const std::string_view section = section_of(key.path);
    if (!section.empty() && section != open_section) text += fmt::format("{}:\n", section);
    open_section = section;
    text += fmt::format("{}{}: {}\n", section.empty() ? "" : "  ", leaf_of(key.path),
                        value_text(key, config));
  }
  return text;
}

// What the options of the PE ask of each other and of the rest.
void check_pe(const Config& config, const YamlSource& source) {
  const PeOptions& pe = config.pe;
  const auto refuse = [&](std::string_view path, std::string_view allowed) {
    reject(source.file, source.line_of(path), path, value_text(*find_key(path), config), allowed);
  };
  if (config.training.built && pe.add_stages != 1) {
    refuse("pe.add_stages", "1 with a section training (the update takes the whole sum)");
  }
  if (pe.add_stages == 2 && config.overflow == Overflow::saturate) {
    refuse("pe.add_stages",
           "1 with numbers.overflow saturate (a saturating sum must be complete before the next "
           "one is added)");
  }
  if (pe.zero_gating && pe.mult_stages != 2) {
    refuse("pe.zero_gating",
           fmt::format("false with pe.mult_stages {} (only with 2 are operands registered, and can "
                       "be held)",
                       pe.mult_stages));
  }
}

// What the hold memories ask of the rest (docs/architecture.md, section 2).
void check_hold(const Config& config, const YamlSource& source) {
  const int words = config.buffers.delta_hold;
  const auto refuse = [&](const std::string& allowed) {
    reject(source.file, source.line_of("buffers.delta_hold"), "buffers.delta_hold",
           std::to_string(words), allowed);
  };
  if (words == 0) return;
  if (!buffer_needed(config, Buffer::delta)) {
    refuse("0: no operation of this configuration reads delta");
  }
  if (words == 1 || (words & (words - 1)) != 0 || words > config.buffers.delta) {
    refuse(fmt::format("0 or a power of two from 2 to buffers.delta ({})", config.buffers.delta));
  }
}

// What the training hardware asks of the rest (docs/training.md, section 1).
void check_training(const Config& config, const YamlSource& source) {
  if (!config.training.built) return;
  if (config.rows != config.cols) {
    reject(source.file, source.line_of("array.cols"), "array.cols", std::to_string(config.cols),
           fmt::format("{} (with training, as many columns as array.rows)", config.rows));
  }
  if (!config.fprop || !config.dgrad || !config.wgrad) {
    reject(source.file, source.line_of("operations"), "operations",
           value_text(*find_key("operations"), config), "fprop, dgrad and wgrad with training");
  }
  const int least = training_accumulator_bits(config.operand_bits, config.training);
  if (config.accumulator_bits >= least) return;
  reject(source.file, source.line_of("numbers.accumulator_bits"), "numbers.accumulator_bits",
         std::to_string(config.accumulator_bits),
         fmt::format("{}..64 (for training with master_bits {} and step_bits {})", least,
                     config.training.master_bits, config.training.step_bits));
}

// What the array checksum asks of the rest (docs/abft.md).
void check_abft(const Config& config, const YamlSource& source) {
  if (!config.abft) return;
  const auto refuse = [&](const std::string& why) {
    reject(source.file, source.line_of("abft"), "abft", "true", "false " + why);
  };
  if (config.training.built) refuse("with a section training");
  if (config.overflow == Overflow::saturate) {
    refuse("with numbers.overflow saturate (a saturated sum has no checksum)");
  }
  if (config.pe.mult_stages != 0) refuse("with pe.mult_stages above 0");
  if (config.pe.add_stages != 1) refuse("with pe.add_stages 2");
}

// What the bus asks of the rest (docs/bus.md, section 1).
void check_bus(const Config& config, const YamlSource& source) {
  if (config.bus == HostBus::none) return;
  if (!config.training.built) {
    reject(source.file, source.line_of("host.bus"), "host.bus", "axi",
           "none without a section training");
  }
  if (config.accumulator_bits > config.data_bits) {
    reject(source.file, source.line_of("host.data_bits"), "host.data_bits",
           std::to_string(config.data_bits),
           "64, 128 or 256 with numbers.accumulator_bits above 32 (a beat holds whole words)");
  }
}

// With overflow `refuse`, no command within the limits may be able to overflow.
void check_sums(const Config& config, const YamlSource& source) {
  if (config.overflow != Overflow::refuse) return;
  const std::int64_t terms = longest_sum(config);
  if (sum_fits(config.operand_bits, config.accumulator_bits, terms)) return;
  int smallest = config.accumulator_bits;
  while (smallest < 64 && !sum_fits(config.operand_bits, smallest, terms)) ++smallest;
  const std::int64_t largest =
      (std::int64_t{1} << (config.accumulator_bits + 1 - 2 * config.operand_bits)) - 1;

  // With training the longest batch is shorter by the addend of rounding.
  const std::int64_t addend = config.training.built ? kRoundingTerms : 0;
  bool batch = false;

  // Name the limit that is too large if the file gives it, else the accumulator.
  const Limits& l = config.limits;
  struct Term {
    bool built;
    std::int64_t limit;
    std::int64_t largest;
    std::string_view path;
  };
  std::vector<std::string_view> paths;
  for (const Term& term :
       {Term{config.fprop, l.m, largest, "limits.m"}, Term{config.dgrad, l.n, largest, "limits.n"},
        Term{config.wgrad, l.batch, largest - addend, "limits.batch"}}) {
    if (!term.built || term.limit <= term.largest) continue;
    if (source.entries.contains(term.path)) {
      reject(source.file, source.line_of(term.path), term.path, std::to_string(term.limit),
             fmt::format("1..{} (a longer sum can overflow {} bits; or numbers.accumulator_bits {} "
                         "or more, or numbers.overflow wrap or saturate)",
                         term.largest, config.accumulator_bits, smallest));
    }
    batch = term.path == "limits.batch";
    paths.push_back(term.path);
  }
  reject(
      source.file, source.line_of("numbers.accumulator_bits"), "numbers.accumulator_bits",
      std::to_string(config.accumulator_bits),
      fmt::format("{}..64 for sums of {} products (or {} at most {}, or numbers.overflow wrap or "
                  "saturate)",
                  smallest, terms, fmt::join(paths, " and "), batch ? largest - addend : largest));
}

}  // namespace

Config load_config(const std::filesystem::path& path) {
  return parse_config(read_text_file(path, kMaxBytes), printable(path.string(), 400));
}

Config parse_config(std::string_view text, const std::string& file) {
  const YamlSource source = parse_yaml_source(text, file);
  Config config;
  config.training.built = source.sections.contains("training");
  for (const Key& key : config_keys()) {
    const auto entry = source.entries.find(key.path);
    if (entry == source.entries.end()) {
      apply_default(key, source, config);
    } else {
      apply_entry(key, source, entry->second, config);
    }
  }
  check_pe(config, source);
  check_hold(config, source);
  check_abft(config, source);
  check_training(config, source);
  check_bus(config, source);
  check_sums(config, source);
  return config;
}

std::string canonical_yaml(const Config& config) { return yaml_text(config, false); }

std::string full_yaml(const Config& config) { return yaml_text(config, true); }

std::uint64_t fnv1a64(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3;
  }
  return hash;
}

std::uint64_t config_hash(const Config& config) {
  std::string text;
  for (const Key& key : config_keys()) {
    if (is_outside_rtl(section_of(key.path)) || !applies(key, config)) continue;
    text += fmt::format("{}={}\n", key.path, value_text(key, config));
  }
  return fnv1a64(text);
}

std::string hash_text(const Config& config) { return fmt::format("{:016x}", config_hash(config)); }

}  // namespace gradloom
